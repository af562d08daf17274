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
    # Labels and their number are bounded as in names of hosts, which also keeps the search linear.
    r"|(?<![\w@.])(?:[a-z0-9åäöæøüð-]{2,63}\.){1,8}(?:com|org|net|se|no|dk|fi|is|fo|de|eu|io|app)(?:/[^\s<>\"'»”]*|(?![\w@.-]))"
)
_EMAIL = re.compile(
    # A blank on one side only is no address but a word and a handle: "takk @kari.nordmann".
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s@\s|\s?(?:\(at\)|\[at\])\s?)(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w])",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./])(?:[@＠](?=[\w.]*[^\W\d_])\w(?:[\w.]*\w)?)+")
_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?!\d)"
#: A date, so that it is passed over; or a run of digits in groups that may be a phone number.
_DIGITS = re.compile(
    rf"(?<![\w#@/-])(?<!\d[.,:])(?:{_DATE}|(?:\+|\(?0)?\d(?:[ \u00a0().\-/–]{{0,2}}\d){{5,14}}(?![\w€$%]|[.,:]\d))"
)
_PHONE_CONTEXT = re.compile(
    r"(?:\btlf|\btel|\btelefon\w*|\bphone|\bcall|\bring\w*|\bmobil\w*|\bpuh|\bpuhelin\w*|\bsoit\w*|\bnummer|\bnr|\bnúmer|\bsím[ia]\w*|"
    r"\bhringið|\bruf\w*|\berreichbar|\bhandy\w*|\bnumero\w*|\btelefono)[ .:]*(?:\w+[ .:]+){0,3}$",
    re.IGNORECASE,
)
#: Words that announce the number of a thing; then it is none to call.
_REFERENCE = re.compile(
    r"\b(?:(?:order|ordre|bestell|bestill|beställ|auftrag|rechnung|vorgang|ärende|ticket|faktura|tilau|lasku|pöntun|sending|"
    r"sändning|referen)\w*|(?:saks?|case|ref|art|vare|produkt|konto|kunde?n?|asiakas)(?:nr|nummer|numero)?)"
    r"(?:[ .:#-]+(?:nr|nummer|numero|númer|no|number|id|er|är|is|ist|on))*[ .:#-]*$",
    re.IGNORECASE,
)
#: An age or a house number, and then something that begins like a phone number.
_LEADING_NUMBER = re.compile(r"(\d{1,3}[ \u00a0]+)(\(?0\d.*)")
#: What every address, link, handle and number holds. The set of first characters stands in front alone, which lets the search
#: run over all others without trying.
_TRACE = re.compile(
    r"[@＠:.(\[\d](?:(?<=[@＠])|(?<=:)//|(?<=\.)[^\W_]|(?<=[wW]\.)\S|(?<=[(\[])(?i:at)[)\]]|"
    r"(?<=\d)(?:[ \u00a0().\-/–]{0,2}\d){4})"
)
_THOUSANDS = re.compile(r"\+?\d{1,3}(?:[ \u00a0.\-–]+\d{3})+")
#: How far back the words before a number are read.
_CONTEXT_CHARS = 60
#: Masking one thing can lay the next one bare ("@a" before "www."); it never takes more rounds than this in earnest.
_MAX_ROUNDS = 4
#: Regions whose national numbers begin with 0, and those whose numbers do not.
_TRUNK_REGIONS = ("SE", "FI", "DE")
_PLAIN_REGIONS = ("NO", "DK", "IS", "FO")


def may_hold_personal_data(text: str) -> bool:
    """Tell cheaply whether `mask_text` might find something; where it says no, masking changes nothing."""
    return _TRACE.search(text) is not None


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
    A number that begins with ``+`` is a phone number where `phonenumbers` finds it possible, one that begins with ``00`` or
    ``0`` where it finds it valid (Sweden, Finland, Germany for ``0``). Norway, Denmark, Iceland and the Faroes have bare
    seven- or eight-digit numbers, which look like ticket numbers: they count when written in groups or announced ("tlf",
    "ring", "sími"). What is announced as the number of an order or a case stays.

    Examples
    --------
    >>> mask_text("@kari ring meg på 22 33 44 55 eller kari@example.no")
    '<USER> ring meg på <PHONE> eller <EMAIL>'
    >>> mask_text("Ordre 45019283 kostet 1 299 kr den 12.03.2026")
    'Ordre 45019283 kostet 1 299 kr den 12.03.2026'
    """
    kept = {handle.lstrip("@").casefold() for handle in keep_handles}
    for _ in range(_MAX_ROUNDS):
        before, text = text, _mask_once(text, kept)
        if text == before:
            break
    return text


def _mask_once(text: str, kept: set[str]) -> str:
    has_at = "@" in text or "＠" in text or "(at)" in text or "[at]" in text
    if has_at:
        text = _EMAIL.sub(PLACEHOLDERS["email"], text)
    if "." in text or "://" in text:
        text = _URL.sub(PLACEHOLDERS["url"], text)
    if has_at:
        text = _HANDLE.sub(lambda m: m[0] if m[0][1:].casefold() in kept else PLACEHOLDERS["handle"], text)
    return _DIGITS.sub(_mask_phone, text)


def _mask_phone(match: re.Match[str]) -> str:
    candidate = match[0]
    before = match.string[max(0, match.start() - _CONTEXT_CHARS) : match.start()]
    if _is_phone(candidate, before):
        return PLACEHOLDERS["phone"]
    parts = _LEADING_NUMBER.fullmatch(candidate)
    if parts and not _THOUSANDS.fullmatch(candidate) and _is_phone(parts[2], before):
        return parts[1] + PLACEHOLDERS["phone"]
    return candidate


def _is_phone(candidate: str, before: str) -> bool:
    digits = re.sub(r"\D", "", candidate)
    if len(digits) < 7 or re.fullmatch(_DATE, candidate):
        return False
    # "1 299 000" is a price. "22 33 44 55" and "555-1234" are numbers to call.
    thousands = bool(_THOUSANDS.fullmatch(candidate))
    if candidate.startswith("+"):
        return _valid("+" + digits, None, possible=not thousands)
    if _REFERENCE.search(before):
        return False
    if digits.startswith("00"):
        return _valid("+" + digits.removeprefix("00"), None)
    if digits.startswith("0"):
        return any(_valid(digits, region) for region in _TRUNK_REGIONS)
    grouped = not candidate.isdigit() and not thousands
    announced = bool(_PHONE_CONTEXT.search(before))
    return 7 <= len(digits) <= 8 and (grouped or announced) and any(_valid(digits, region) for region in _PLAIN_REGIONS)


def _valid(number: str, region: str | None, *, possible: bool = False) -> bool:
    """Tell whether a number is one of a region's, or with ``possible`` whether it at least has the right length."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or (possible and phonenumbers.is_possible_number(parsed))
