"""National identity numbers: Sweden, Norway, Denmark, Finland, Iceland, Germany.

A number counts where its shape, its date and its check digit fit; where words announce it, shape and date do. Leaks cost
more than a masked order number, but what is announced as the number of a thing and written as bare digits stays.

Check digits come from `stdnum`. Dates are checked here, for three reasons: `stdnum` refuses Swedish coordination numbers (day
+ 60), Norwegian synthetic ones (month + 80) and Icelandic ones without check digit (since February 2026); its answer for
Norway and Denmark depends on the day on which it is asked; and without a date none of the numbers is told from others.
"""

from __future__ import annotations

import calendar
import re
from typing import Final

from stdnum import luhn
from stdnum.fi import hetu
from stdnum.is_ import kennitala
from stdnum.no import fodselsnummer

from ..schema import PLACEHOLDERS
from .context import CHARS_AFTER, CHARS_BEFORE, announced_person, before, is_reference

_BLANK: Final = " \u00a0\u202f\u2009"
_HYPHENS: Final = "\u2010\u2011\u2013-"  # the last one last, as in a set of characters it makes ranges
_START: Final = r"(?<![\w#+])(?<!\w-)(?<![0-9][.,/])"
_END: Final = r"(?!\w)(?![.,+/-][0-9])"

_HETU: Final = re.compile(
    rf"{_START}([0-9]{{6}})([A-FU-Y+{_HYPHENS}])([0-9]{{3}}[0-9A-FHJ-NPR-Y]){_END}",
    re.IGNORECASE,
)
_TEN_TO_TWELVE: Final = re.compile(
    rf"{_START}(?:(19|20)?([0-9]{{6}})([{_BLANK}+{_HYPHENS}]?)([0-9]{{4}})"
    rf"|([0-9]{{6}})[{_BLANK}{_HYPHENS}]?([0-9]{{3}})[{_BLANK}]?([0-9]{{2}})){_END}"
)
_TAX_ID: Final = re.compile(rf"{_START}[0-9]{{2}}([{_BLANK}./-]?)[0-9]{{3}}\1[0-9]{{3}}\1[0-9]{{3}}{_END}")
#: What bare digits may be besides: a Swedish mobile number, or a time such as 202403151230 of the years people post in.
_MOBILE: Final = re.compile(r"07[02369][0-9]{7}")
_HOUR: Final = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
_TIMESTAMP: Final = re.compile(r"20(?:1[2-9]|[2-9][0-9])[0-9]{4}(?:[01][0-9]|2[0-3])[0-5][0-9]")
#: Last digits of Icelandic numbers: births of 1800-1899, 1900-1999 and 2000-2099.
_CENTURIES: Final = "890"
#: Days by month. Centuries are not always known, so every year may be a leap year.
_LONGEST_MONTHS: Final = {month: calendar.monthrange(2000, month)[1] for month in range(1, 13)}


def mask_identifiers(text: str) -> str:
    """Replace the national identity numbers in a text."""
    text = _TAX_ID.sub(_mask_tax_id, text)
    text = _HETU.sub(_mask_hetu, text)
    return _TEN_TO_TWELVE.sub(_mask_number, text)


def _mask_tax_id(match: re.Match[str]) -> str:
    # One bare number of eleven digits in three hundred passes the check digit, so words have to say what it is.
    announced = announced_person(match) == "de_tax" and not is_reference(before(match))
    return PLACEHOLDERS["de_tax"] if announced else match[0]


def _mask_hetu(match: re.Match[str]) -> str:
    day_month_year, sign, rest = match[1], match[2], match[3]
    announced = announced_person(match)
    if sign in _HYPHENS:
        sign = "-"
        # Without a letter at its end it looks like the numbers of the neighbours.
        elsewhere = announced not in {"", "person"} or _is_swedish(day_month_year + rest)
        if rest.isdigit() and announced != "fi_hetu" and elsewhere:
            return match[0]
    said = announced == "fi_hetu" and _is_date(day_month_year[:2], day_month_year[2:4])
    valid = said or hetu.is_valid(day_month_year + sign + rest, allow_temporary=True)
    return PLACEHOLDERS["fi_hetu"] if valid else match[0]


def _mask_number(match: re.Match[str]) -> str:
    if match[5]:
        kind = _kind_of_eleven(match, match[5] + match[6] + match[7])
    elif match[1]:
        kind = _kind_of_twelve(match, match[2] + match[4])
    else:
        kind = _kind_of_ten(match, match[2] + match[4])
    return PLACEHOLDERS[kind] if kind else match[0]


def _kind_of_eleven(match: re.Match[str], digits: str) -> str:
    if match[0].isdigit() and is_reference(before(match)):
        return ""
    announced = announced_person(match)
    if announced in {"no_fnr", "person"} and (_has_norwegian_date(digits) or digits[0] in "89"):
        return "no_fnr"
    return "no_fnr" if _is_norwegian(digits) else ""


def _kind_of_twelve(match: re.Match[str], digits: str) -> str:
    if not _has_swedish_date(digits) or (not match[3] and is_reference(before(match))):
        return ""
    if announced_person(match):
        return "se_pnr"
    is_time = not _is_joined(match) and _TIMESTAMP.fullmatch(match[1] + digits)
    return "se_pnr" if luhn.is_valid(digits) and not is_time else ""


def _kind_of_ten(match: re.Match[str], digits: str) -> str:
    if not (_is_date(digits[:2], digits[2:4], (0, 40, 60)) or _has_swedish_date(digits) or digits[0] in "89"):
        return ""
    separator, announced = match[3], announced_person(match)
    joined, refers = _is_joined(match), is_reference(before(match))
    if refers and not joined:
        return ""
    if announced:
        return _announced_kind(announced, match, digits)
    if not joined and (_MOBILE.fullmatch(match[0]) or (separator and _HOUR.fullmatch(match[4]))):
        return ""  # "240315 1230" is a date and a time
    if _is_swedish(digits):
        return "se_pnr"
    if refers or separator == "+" or not _is_date(digits[:2], digits[2:4]):
        return ""
    if joined:
        return "is_kt" if _is_icelandic(match, digits) else "dk_cpr"
    return "is_kt" if digits[-1] in _CENTURIES and kennitala.checksum(digits) == 0 else ""


def _announced_kind(announced: str, match: re.Match[str], digits: str) -> str:
    """What ten digits are that words announce as a personal number."""
    if announced == "is_kt" and (digits[0] in "89" or _is_date(digits[:2], digits[2:4], (0, 40))):
        return "is_kt"  # people without a legal address have numbers that begin with 8 or 9
    if announced == "dk_cpr" and _is_date(digits[:2], digits[2:4], (0, 60)):
        return "dk_cpr"  # 60 is added in numbers for tests
    if _has_swedish_date(digits) and (announced == "se_pnr" or luhn.is_valid(digits)):
        return "se_pnr"
    if _is_date(digits[:2], digits[2:4]):
        return "is_kt" if _is_icelandic(match, digits) else "dk_cpr"
    return "se_pnr" if _has_swedish_date(digits) else ""


def _is_icelandic(match: re.Match[str], digits: str) -> bool:
    """Whether a number that could be Danish is Icelandic: by its check digit, if it has one, or by letters around it."""
    words = match.string[max(0, match.start() - CHARS_BEFORE) : match.end() + CHARS_AFTER].lower()
    return digits[-1] in _CENTURIES and (kennitala.checksum(digits) == 0 or "þ" in words or "ð" in words)


def _is_joined(match: re.Match[str]) -> bool:
    """Whether the last four digits follow a hyphen or a plus sign."""
    return match[3] != "" and match[3] in f"+{_HYPHENS}"


def _is_date(day: str, month: str, added: tuple[int, ...] = (0,)) -> bool:
    """Whether day and month make a date in some year, where something may have been added to the day."""
    longest = _LONGEST_MONTHS.get(int(month), 0)
    return any(1 <= int(day) - offset <= longest for offset in added)


def _has_swedish_date(digits: str) -> bool:
    """Whether ten digits begin with a date, or with one whose day has 60 added (samordningsnummer)."""
    return _is_date(digits[4:6], digits[2:4], (0, 60))


def _is_swedish(digits: str) -> bool:
    return _has_swedish_date(digits) and luhn.is_valid(digits)


def _has_norwegian_date(digits: str) -> bool:
    """Whether eleven digits begin with a date: day + 40 in D-numbers, month + 40 in H-numbers, + 80 in synthetic ones."""
    month = int(digits[2:4])
    month -= 80 if month > 80 else 40 if month > 40 else 0
    return _is_date(digits[:2], str(month), (0, 40))


def _is_norwegian(digits: str) -> bool:
    checked = fodselsnummer.calc_check_digit1(digits) + fodselsnummer.calc_check_digit2(digits)
    return _has_norwegian_date(digits) and digits[-2:] == checked
