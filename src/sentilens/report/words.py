"""Numbers and dates as people in the Nordics and in Germany read them, whatever the machine's locale."""

from __future__ import annotations

import math
import re
from typing import Final

import pandas as pd

from ..schema import CHANNEL_NAMES, LANGUAGE_NAMES

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
#: Stands where a figure cannot be given.
NO_FIGURE: Final = "–"
_SEPARATORS: Final = re.compile(r"[\s_-]+")
_WEEK_DAYS: Final = 7
_HARDLY: Final = 0.75
_NBSP: Final = "\u00a0"
_NARROW_NBSP: Final = "\u202f"
_JOINER: Final = "\u2060"
_MINUS: Final = "\u2212"


def shown(name: str, column: str) -> str:
    """Write the name of a group as people do: a channel ``app_store`` as App Store, a language ``sv`` as Swedish.

    Names that are not known stay as they are.
    """
    if column == "channel":
        return CHANNEL_NAMES.get(_SEPARATORS.sub("_", name.strip().casefold()), name)
    return LANGUAGE_NAMES.get(name, name) if column == "language" else name


def number(value: int) -> str:
    """Write a count, with a thin space between thousands: 12 345."""
    return f"{value:,}".replace(",", _NARROW_NBSP)


def about(mean: float) -> str:
    """Write a mean count that is known roughly: about 4, hardly any."""
    return "hardly any" if mean < _HARDLY else f"about{_NBSP}{number(round(mean))}"


def posts(n: int) -> str:
    """Write a number of posts: 1 post, 12 345 posts."""
    return f"{number(n)}{_NBSP}{'post' if n == 1 else 'posts'}"


def percent(share: float) -> str:
    """Write a share in whole percent, 62 %; under ten percent with one decimal, 4.2 %."""
    if math.isnan(share):
        return NO_FIGURE
    value = 100 * share
    return f"{value:.1f}{_NBSP}%" if 0 < value < 9.95 else f"{value:.0f}{_NBSP}%"


def percent_range(low: float, high: float) -> str:
    """Write an interval of shares: 58–66 %."""
    if math.isnan(low) or math.isnan(high):
        return NO_FIGURE
    digits = 1 if high < 0.0995 else 0
    # Word joiners, as a line may break after a dash.
    return f"{100 * low:.{digits}f}{_JOINER}–{_JOINER}{100 * high:.{digits}f}{_NBSP}%"


def points(difference: float) -> str:
    """Write a difference of shares in percentage points, with its sign: +12, −3."""
    return NO_FIGURE if math.isnan(difference) else _signed(100 * difference, 0)


def signed(value: float) -> str:
    """Write a score in [-1, 1] with its sign: +0.12, −0.40."""
    return NO_FIGURE if math.isnan(value) else _signed(value, 2)


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return (_MINUS if value < 0 else "+") + text


def day(moment: pd.Timestamp, *, year: bool = True) -> str:
    """Write a date: 9 March 2026."""
    text = f"{moment.day}{_NBSP}{_MONTHS[moment.month - 1]}"
    return f"{text} {moment.year}" if year else text


def span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Write two dates, naming the year once where it is the same: 9 March – 5 April 2026."""
    if first.date() == last.date():
        return day(first)
    return f"{day(first, year=first.year != last.year)} – {day(last)}"


def months(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Name the months of a stretch of at least four weeks, January–February; the dates of a shorter one.

    A month at either end counts where the stretch holds a week of it.
    """
    begin = first if first.days_in_month - first.day + 1 >= _WEEK_DAYS else first + pd.DateOffset(days=_WEEK_DAYS)
    end = last if last.day >= _WEEK_DAYS else last - pd.DateOffset(days=_WEEK_DAYS)
    if (last - first).days < 4 * _WEEK_DAYS - 1:
        return span(first, last)
    names = [f"{_MONTHS[moment.month - 1]}" for moment in (begin, end)]
    if begin.year != end.year:
        return f"{names[0]} {begin.year} to {names[1]} {end.year}"
    return names[0] if begin.month == end.month else f"{names[0]}–{names[1]}"


def period(start: pd.Timestamp, freq: str, *, year: bool = True) -> str:
    """Name a period in a sentence: the week of 9 March 2026, March 2026, the first quarter of 2026.

    Weeks and days may go without their year.
    """
    match freq:
        case "h":
            return f"the hour from {start:%H:%M} on {day(start)}"
        case "D":
            return day(start, year=year)
        case "MS":
            return f"{_MONTHS[start.month - 1]} {start.year}"
        case "QS":
            return f"the {('first', 'second', 'third', 'fourth')[start.quarter - 1]} quarter of {start.year}"
        case "YS":
            return str(start.year)
        case _:
            return f"the week of {day(start, year=year)}"


def period_unit(freq: str, n: int = 1) -> str:
    """Name the length of a period: week, weeks."""
    unit = {"h": "hour", "D": "day", "W-MON": "week", "MS": "month", "QS": "quarter", "YS": "year"}[freq]
    return unit if n == 1 else f"{unit}s"


def tick(start: pd.Timestamp, freq: str, *, year: bool) -> str:
    """Name a period under an axis: 9 Mar, with the year in a second line where it is news."""
    month = _MONTHS[start.month - 1][:3]
    match freq:
        case "YS":
            return str(start.year)
        case "QS":
            label = f"Q{start.quarter}"
        case "MS":
            label = month
        case "h":
            label = f"{start.day} {month} {start:%H:%M}"
        case _:
            label = f"{start.day} {month}"
    return f"{label}\n{start.year}" if year else label
