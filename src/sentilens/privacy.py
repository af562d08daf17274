"""Mask personal data in texts with typed placeholders.

The same placeholders stand in training and in scoring, so that no model learns a name, a number or an address. What
is not a person stays readable: prices, dates, order and ticket numbers, and the handles of brands.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from .schema import PLACEHOLDERS

_URL = re.compile(
    r"(?i:https?://|ftp://|www\.)[^\s<>\"'»”]+"
    # A bare address counts as a link in lower case only: "Bra.No worries" lacks a blank, it names no site.
    r"|(?<![\w@.])(?:[a-z0-9åäöæøüð-]{2,}\.)+(?:com|org|net|se|no|dk|fi|is|fo|de|eu|io|app)(?:/[^\s<>\"'»”]*|(?![\w@.-]))"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w])", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w@./])[@＠](?=[\w.]*[^\W\d_])[\w](?:[\w.]{0,28}\w)?")
#: A run of digits that may be a phone number: at least seven of them, in groups.
_DIGITS = re.compile(r"(?<![\w#@.,:/-])(?:\+|\(?0)?\d(?:[ \u00a0().\-/–]{0,2}\d){5,14}(?![\w€$%]|[.,:]\d)")
_PHONE_CONTEXT = re.compile(
    r"(?:\btlf|\btel|\btelefon\w*|\bphone|\bcall|\bring\w*|\bmobil\w*|\bpuh|\bpuhelin\w*|\bsoit\w*|\bnummer|\bnr|\bnúmer|\bsím[ia]\w*|"
    r"\bhringið|\bruf\w*|\berreichbar|\bhandy\w*|\bnumero\w*|\btelefono)[ .:]*(?:\w+[ .:]+){0,3}$",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?:\D.*)?$")
#: Regions whose national numbers begin with 0, and those whose numbers do not.
_TRUNK_REGIONS = ("SE", "FI", "DE")
_PLAIN_REGIONS = ("NO", "DK", "IS", "FO")


def mask_text(text: str, *, keep_handles: Collection[str] = ()) -> str:
    """Replace links, e-mail addresses, people's handles and phone numbers by placeholders.

    Parameters
    ----------
    text : str
        Any text.
    keep_handles : collection of str, optional
        Handles that stay (a brand's own), with or without ``@``, in any case.

    Returns
    -------
    str
        The text with ``<URL>``, ``<EMAIL>``, ``<USER>`` and ``<PHONE>`` where such things stood. Masking a masked text
        changes nothing.

    Notes
    -----
    A number that begins with ``+``, ``00`` or ``0`` is a phone number where `phonenumbers` finds it valid
    (Sweden, Finland, Germany for ``0``). Norway, Denmark, Iceland and the Faroes have bare seven- or eight-digit numbers,
    which look like ticket numbers: they count when written in groups or announced ("tlf", "ring", "sími").

    Examples
    --------
    >>> mask_text("@kari ring meg på 22 33 44 55 eller kari@example.no")
    '<USER> ring meg på <PHONE> eller <EMAIL>'
    >>> mask_text("Ordre 45019283 kostet 1 299 kr den 12.03.2026")
    'Ordre 45019283 kostet 1 299 kr den 12.03.2026'
    """
    has_at = "@" in text or "＠" in text or "(at)" in text or "[at]" in text
    if has_at:
        text = _EMAIL.sub(PLACEHOLDERS["email"], text)
    if "." in text or "://" in text:
        text = _URL.sub(PLACEHOLDERS["url"], text)
    if has_at:
        kept = {handle.lstrip("@").casefold() for handle in keep_handles}
        text = _HANDLE.sub(lambda m: m[0] if m[0][1:].casefold() in kept else PLACEHOLDERS["handle"], text)
    return _DIGITS.sub(_mask_phone, text)


def _mask_phone(match: re.Match[str]) -> str:
    candidate = match[0]
    is_phone = _is_phone(candidate, announced=bool(_PHONE_CONTEXT.search(match.string[: match.start()][-60:])))
    return PLACEHOLDERS["phone"] if is_phone else candidate


def _is_phone(candidate: str, *, announced: bool) -> bool:
    digits = re.sub(r"\D", "", candidate)
    if _DATE_LIKE.match(candidate) or len(digits) < 7:
        return False
    if candidate.startswith("+") or digits.startswith("00"):
        return _valid("+" + digits.removeprefix("00"), None)
    if digits.startswith("0"):
        return any(_valid(digits, region) for region in _TRUNK_REGIONS)
    if not 7 <= len(digits) <= 8:
        return False
    groups = re.split(r"[ \u00a0.\-–]+", candidate)
    # "1 299 000" is a price: groups of three after a short one. "22 33 44 55" and "555-1234" are numbers to call.
    grouped = len(groups) > 1 and not (len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    return (grouped or announced) and any(_valid(digits, region) for region in _PLAIN_REGIONS)


def _valid(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
