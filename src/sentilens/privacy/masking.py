"""Mask personal data in texts with typed placeholders.

The same placeholders stand in training and in scoring, so that no model learns a name, a number or an address. What
is not a person stays readable: prices, dates, order and ticket numbers, and the handles of brands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Set
from typing import Final

from ..schema import PLACEHOLDERS
from .addresses import canonical_handle, mask_addresses
from .identifiers import mask_identifiers
from .names import mask_names, may_hold_names
from .payments import mask_accounts, mask_ip
from .phones import mask_phones

#: What every address, link, handle and number holds; most posts hold none of it and are passed at once. The set of first
#: characters stands alone in front, which lets the search run over all others without trying.
_TRACE: Final = re.compile(
    r"[@＠&:.(\[0-9](?:(?<=\.)[a-zA-Z]|(?<=[0-9])(?:[^0-9]{0,3}[0-9]){4}|(?<=[@＠])|(?<=:)(?://|:)|(?<=[(\[])[aäAÄ][tT][)\]]|(?<=&)(?:#|c))"
)
_FIVE_DIGITS: Final = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){4}")
#: The fewest digits of an account or of a national id, and no two characters between them.
_NINE_DIGITS: Final = re.compile(r"[0-9](?:[^0-9]?[0-9]){8}")
#: Masking one thing can lay the next one bare ("@a" before "www."); it never takes more rounds than this in earnest.
_MAX_ROUNDS: Final = 4
_NO_HANDLES: Final[frozenset[str]] = frozenset()


def mask_text(text: str, *, keep_handles: Collection[str] = ()) -> str:
    """Replace personal data by typed placeholders.

    Parameters
    ----------
    text : str
        Any text.
    keep_handles : collection of str, optional
        Handles that stay (a brand's own), with or without ``@``, in any case.

    Returns
    -------
    str
        The text with `sentilens.schema.PLACEHOLDERS` where links, e-mail addresses, people's handles, phone numbers, IBANs,
        card numbers, IP addresses, national identity numbers, and names in sign-offs stood. Masking a masked text changes
        nothing.

    Notes
    -----
    Numbers count where shape, date and check digit fit, or shape and date where words announce them ("personnummer",
    "tlf", "kt."). What is announced as the number of an order or a case and written as bare digits stays.
    How much is found, and what is not looked for at all, is measured in ``docs/privacy.md``.

    Examples
    --------
    >>> mask_text("@kari ring meg på 22 33 44 55 eller kari@example.no")
    '<USER> ring meg på <PHONE> eller <EMAIL>'
    >>> mask_text("Ordre 45019283 kostet 1 299 kr den 12.03.2026")
    'Ordre 45019283 kostet 1 299 kr den 12.03.2026'
    >>> mask_text("Mitt personnummer är 900118-9811. Mvh Anna Svensson")
    'Mitt personnummer är <SE_PNR>. Mvh <NAME>'
    """
    return _mask(text, frozenset(map(canonical_handle, keep_handles)) if keep_handles else _NO_HANDLES)


def text_masker(keep_handles: Collection[str] = ()) -> Callable[[str], str]:
    """Give a function that masks as `mask_text` does, for many texts with the same handles to keep."""
    kept = frozenset(map(canonical_handle, keep_handles))
    return lambda text: _mask(text, kept)


def _mask(text: str, kept: Set[str]) -> str:
    if _TRACE.search(text) is None and not may_hold_names(text):
        return text
    for _ in range(_MAX_ROUNDS):
        masked = _mask_once(text, kept)
        if masked == text:
            break
        text = masked
    return text


def masked_kinds(text: str, masked: str) -> list[str]:
    """Name the kinds of personal data that masking found: keys of `sentilens.schema.PLACEHOLDERS`.

    >>> masked_kinds("Ring 070-174 06 05", "Ring <PHONE>")
    ['phone']
    """
    if masked == text:
        return []
    return [kind for kind, placeholder in PLACEHOLDERS.items() if masked.count(placeholder) > text.count(placeholder)]


def _mask_once(text: str, kept: Set[str]) -> str:
    if _TRACE.search(text):
        text = mask_addresses(text, kept)
        text = mask_ip(text)
        if _NINE_DIGITS.search(text):
            text = mask_identifiers(mask_accounts(text))
        if _FIVE_DIGITS.search(text):
            text = mask_phones(text)
    return mask_names(text)
