"""Phone numbers, as people write them in Sweden, Norway, Denmark, Finland, Iceland, the Faroes and Germany, or with a +."""

from __future__ import annotations

import re
from typing import Final

from ..schema import PLACEHOLDERS
from .context import before, is_reference

_GAP: Final = " \u00a0\u202f\u2009().\\-\u2010\u2011\u2013/"
_DATE: Final = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?!\d)"
#: A date, so that it is passed over; or a run of digits in groups that may be a phone number.
_DIGITS: Final = re.compile(
    rf"(?<![\w#@-])(?<![\w.]/)(?<!\d[.,:])(?:{_DATE}|(?:\(?\+|\(?0)?\d(?:[{_GAP}]{{0,3}}\d){{5,14}}(?![\w€$%]|[.,:]\d(?!\d{{6}})))"
)
_ANNOUNCED: Final = re.compile(
    r"(?:\btlf|\btel|\btelefon\w*|\btelefón\w*|\bphone|\bcall|\bring\w*|\bmobil\w*|\bmob|\bpuh|\bpuhelin\w*|\bsoit\w*|\bnummer|\bnummar|"
    r"\bnr|\bnúmer|\bsím[ia]\w*|\bfarsím\w*|\bgsm|\bs\.|\bsms\w*|\bhringið|\bruf\w*|\berreichbar|\bhandy\w*|\bnumero\w*|"
    r"\bnås|\bträffas|\bträffes|\btreffes|\btavoit\w*)[ .:]*(?:\w+[ .:]+){0,3}$",
    re.IGNORECASE,
)
#: An age or a house number, and then something that begins like a phone number.
_LEADING_NUMBER: Final = re.compile(r"(\d{1,3}[ \u00a0]+)(\(?0\d.*)")
_THOUSANDS: Final = re.compile(r"\+?\d{1,3}(?:[ \u00a0.\-–]+\d{3})+")
_FRACTION: Final = re.compile(r"0\.\d+")
#: From one time of day to another, with or without a point.
_HOUR: Final = r"(?:(?:[01]\d|2[0-4])\.?|\d\.)[0-5]\d"
_HOURS: Final = re.compile(rf"{_HOUR} ?[-–/] ?{_HOUR}")
#: How seven and eight digits are grouped in the countries whose numbers begin with no 0.
_PLAIN_GROUPS: Final = re.compile(
    r"\d{2}([ \u00a0.-])\d{2}\1\d{2}\1\d{2}|\d{3}[ \u00a0]\d{2}[ \u00a0]\d{3}|\d{2}[ \u00a0]\d{3}[ \u00a0]\d{3}|"
    r"[4-9]\d{2}[ \u00a0-]\d{4}"
)
#: Regions whose national numbers begin with 0, and those whose numbers do not, by length.
_TRUNK_REGIONS: Final = ("SE", "FI", "DE")
_PLAIN_REGIONS: Final = {8: ("NO", "DK"), 7: ("IS",), 6: ("FO",)}


def mask_phones(text: str) -> str:
    """Replace phone numbers."""
    return _DIGITS.sub(_mask_phone, text)


def _mask_phone(match: re.Match[str]) -> str:
    candidate, words = match[0], before(match)
    if _is_phone(candidate, words):
        opens = "(" if candidate.startswith("(") and ")" not in candidate else ""  # that of a remark, not of an area code
        return opens + PLACEHOLDERS["phone"]
    parts = _LEADING_NUMBER.fullmatch(candidate)
    if parts and not _THOUSANDS.fullmatch(candidate) and _is_phone(parts[2], words):
        return parts[1] + PLACEHOLDERS["phone"]
    return candidate


def _is_phone(candidate: str, words_before: str) -> bool:
    digits = re.sub(r"\D", "", candidate)
    if re.fullmatch(_DATE, candidate) or _HOURS.fullmatch(candidate) or _FRACTION.fullmatch(candidate):
        return False
    # "1 299 000" is a price. "22 33 44 55" and "555-1234" are numbers to call.
    thousands = bool(_THOUSANDS.fullmatch(candidate))
    if candidate.lstrip("(").startswith("+"):
        return _valid("+" + digits, None, possible=not thousands)
    # What is announced as the number of a thing is one, unless it looks like a phone number all the same: 070-123 45 67.
    if is_reference(words_before) and (candidate.isdigit() or not digits.startswith("0")):
        return False
    if digits.startswith("00"):
        return _valid("+" + digits.removeprefix("00"), None)
    if digits.startswith("0"):
        return len(digits) >= 7 and any(_valid(digits, region) for region in _TRUNK_REGIONS)
    if _ANNOUNCED.search(words_before) is None and (len(digits) == 6 or not _PLAIN_GROUPS.fullmatch(candidate)):
        return False
    return any(_valid(digits, region) for region in _PLAIN_REGIONS.get(len(digits), ()))


def _valid(number: str, region: str | None, *, possible: bool = False) -> bool:
    """Tell whether a number is one of a region's, or with ``possible`` whether it at least has the right length."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or (possible and phonenumbers.is_possible_number(parsed))
