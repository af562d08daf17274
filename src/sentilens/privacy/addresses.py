"""Addresses on the net: links, e-mail, handles."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from ..schema import PLACEHOLDERS

_URL: Final = re.compile(
    r"(?i:https?://|ftp://|www\.)[^\s<>\"'»”]*[^\s<>\"'»”.,;:!?)\]]"
    # A bare address counts as a link in lower case only: "Bra.No worries" lacks a blank, it names no site.
    # Labels and their number are bounded as in names of hosts, which also keeps the search linear.
    r"|(?<![\w@.])(?:[a-z0-9åäöæøüð-]{2,63}\.){1,8}(?:com|org|net|se|no|dk|fi|is|fo|de|eu|io|app)(?:/(?:[^\s<>\"'»”]*[^\s<>\"'»”.,;:!?)\]])?|(?![\w@-])(?!\.\w))"
)
_AT: Final = r"(?:@|＠|\s@\s|\s?(?:\((?:at|ät)\)|\[(?:at|ät)\])\s?|&#64;|&#x40;|&commat;)"
_EMAIL: Final = re.compile(
    # A blank on one side only is no address but a word and a handle: "takk @kari.nordmann".
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}(?:[\w-]{{1,63}}(?:\.|\s?[(\[](?:dot|punkt|piste|prick)[)\]]\s?)){{1,5}}[a-z]{{2,24}}(?![\w])",
    re.IGNORECASE,
)
#: What an address has and a handle has not; quicker to look for than the whole.
_MAY_BE_EMAIL: Final = re.compile(r"[@＠\])&](?:(?<=[\w+-][@＠])|(?<=\s@)\s|(?<=[tT][\])])|(?<=&)[#c])")
_MAY_BE_LINK: Final = re.compile(r"\.[^\W_]|://")
#: A handle with its server, as on Mastodon; it holds what looks like an e-mail address.
_FEDERATED: Final = re.compile(r"(?<![\w@./])@(\w[\w.-]{0,63}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24})(?![\w])", re.IGNORECASE)
# ".@kari" keeps a post from counting as a reply; "a.@b" is no handle.
_HANDLE: Final = re.compile(r"(?<![\w@/])(?<!\w\.)(?:[@＠](?=[\w.]*[^\W\d_])\w(?:[\w.]*\w)?)+")


def mask_addresses(text: str, kept: Set[str]) -> str:
    """Replace e-mail addresses, links and the handles of people, but not the handles in `kept` (casefolded, without ``@``)."""
    has_handle = "@" in text or "＠" in text
    if _MAY_BE_EMAIL.search(text):
        text = _FEDERATED.sub(lambda match: _unless_kept(match[0], kept), text)
        text = _EMAIL.sub(PLACEHOLDERS["email"], text)
    if _MAY_BE_LINK.search(text):
        text = _URL.sub(PLACEHOLDERS["url"], text)
    return _HANDLE.sub(lambda match: _unless_kept(match[0], kept), text) if has_handle else text


def mask_emails(text: str) -> str:
    """Replace e-mail addresses only."""
    return _EMAIL.sub(PLACEHOLDERS["email"], text) if _MAY_BE_EMAIL.search(text) else text


def canonical_handle(handle: str) -> str:
    """Write a handle as it is compared: without the ``@``, in one case."""
    return handle.strip().lstrip("@＠").casefold()


def _unless_kept(handle: str, kept: Set[str]) -> str:
    return handle if canonical_handle(handle) in kept else PLACEHOLDERS["handle"]
