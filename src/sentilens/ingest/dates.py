"""Dates of a whole file: one format is decided on for all values, never value by value.

A value is first reduced to its *shape*, all digits written as 0. A file has few shapes, so the patterns below are
matched against shapes, and the digits of all values of one shape are read at once from an array of characters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..schema import LANGUAGES

DateOrder = Literal["dmy", "mdy"]
#: Years outside are typing errors or empty clocks (1900, 1970, 9999), no times of posts.
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100

_TO_SHAPE: Final = str.maketrans("123456789", "000000000")
_MAX_CHARS: Final = 48
#: Abbreviations of time zones -> hours from UTC: those of RFC 2822, and those of the countries of the languages.
_ZONES: Final = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3},
}
_ZONE = (
    r"(?:\s*(?:(?P<utc>Z|UTC|GMT)|(?P<sign>[+-])(?P<off_hour>00):?(?P<off_minute>00)?"
    rf"|(?P<zone>{'|'.join(_ZONES)})))?"
)
_TIME = (
    r"(?:(?P<glue>T|,?\s+(?:(?:kl|klo|kello|um|at)\.?\s*)?)(?P<hour>00?)(?P<colon>[:.])(?P<minute>00)"
    r"(?:[:.](?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?(?:\s*(?P<half>[AP])\.?M\.?)?(?:\s*Uhr)?"
    rf"{_ZONE})?"
)
#: A month in words, and the day of the week or the like that may stand before a date.
_MONTH = r"(?P<month>[^\W\d_]{3,12})"
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>0000)(?P<sep>[-/.])(?P<second_part>00?)(?P=sep)(?P<third_part>00?){_TIME}",
        # No two-digit year after a hyphen: 24-01-31 is written year first in Sweden and day first elsewhere.
        rf"(?P<first_part>00?)(?P<sep>[-/]|\.\s?)(?P<second_part>00?)(?P=sep)(?P<year>0000|(?<!-)00){_TIME}",
        rf"{_WEEKDAY}(?P<day>00?)(?:\.|st|nd|rd|th)?(?P<sep>[\s./-]*){_MONTH}\.?[\s./-]*,?\s*(?P<year>0000|00){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\.?(?P<sep>\s+)(?P<day>00?)(?:st|nd|rd|th)?,?\s+(?P<year>0000){_TIME}",
        # As C's asctime and Java write it: Sat Mar 14 09:00:00 +0000 2026.
        rf"{_WEEKDAY}{_MONTH}(?P<glue>\s+)(?P<day>00?)\s+(?P<hour>00)(?P<colon>:)(?P<minute>00):(?P<second>00){_ZONE}"
        r"\s+(?P<year>0000)",
        r"(?P<epoch>0{13}|0{10})(?:\.0+)?",
    )
)
#: The orders that dates can be in; where two serve equally well, the first one does.
_ORDERS: Final = ("ymd", "month in words", "dmy", "mdy", "epoch seconds", "epoch milliseconds")


@dataclass(frozen=True)
class _Shape:
    """Where the parts of a date stand in the values of one shape."""

    spans: dict[str, tuple[int, int]]
    separator: str
    afternoon: bool | None
    sign: int
    aware: bool
    tail: str
    month: int = 0
    zone_hours: int = 0

    @property
    def orders(self) -> tuple[str, ...]:
        if "epoch" in self.spans:
            start, end = self.spans["epoch"]
            return ("epoch seconds",) if end - start == 10 else ("epoch milliseconds",)
        if self.month:
            return ("month in words",)
        if "first_part" not in self.spans:
            return ("ymd",)
        return ("dmy", "mdy")

    def parts(self, order: str) -> dict[str, tuple[int, int]]:
        """The spans of year, month and day under an order."""
        if order == "ymd":
            names = ("year", "second_part", "third_part")
        elif order == "dmy":
            names = ("year", "second_part", "first_part")
        else:
            names = ("year", "first_part", "second_part")
        return dict(zip(("y", "m", "d"), (self.spans[name] for name in names), strict=True))

    def words(self, order: str) -> str:
        """The format as people write it, such as ``dd.mm.yyyy hh:mm``."""
        if "epoch" in self.spans:
            return order
        if self.month:
            day, year = ("d" * (end - start) for start, end in (self.spans["day"], self.spans["year"]))
            first = (day, "Mon") if self.spans["day"] < self.spans["month"] else ("Mon", day)
            return f"{self.separator or ' '}".join((*first, "y" * len(year))) + self.tail
        parts = self.parts(order)
        return self.separator.join(letter * (parts[letter][1] - parts[letter][0]) for letter in order) + self.tail


@lru_cache(maxsize=4096)
def _read_shape(shape: str) -> _Shape | None:
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(shape):
            found = {name: text for name, text in match.groupdict().items() if text is not None}
            half = found.get("half")
            month = months().get(found["month"].casefold(), 0) if "month" in found else 0
            if "month" in found and not month:
                continue
            return _Shape(
                spans={name: match.span(name) for name in found},
                separator=found.get("sep", "").strip(),
                afternoon=None if half is None else half in "pP",
                sign=-1 if found.get("sign") == "-" else 1,
                aware=not found.keys().isdisjoint(("utc", "sign", "zone", "epoch")),
                tail=_tail_in_words(found),
                month=month,
                zone_hours=_ZONES.get(found.get("zone", "").upper(), 0),
            )
    return None


@cache
def months() -> dict[str, int]:
    """The names of months in all languages of the schema, whole and short, casefolded and without a dot -> 1 to 12."""
    from babel.dates import get_month_names

    names = {"sept": 9, "mars": 3}
    for language in LANGUAGES:
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(name.casefold().rstrip("."), number)
    return names


def _tail_in_words(found: dict[str, str]) -> str:
    if "hour" not in found:
        return ""
    colon = found["colon"]
    words = found["glue"] + "h" * len(found["hour"]) + colon + "mm"
    if "second" in found:
        words += colon + "ss" + (".f" if "fraction" in found else "")
    if "half" in found:
        words += " AM/PM"
    return words + (found.get("utc", "") or found.get("zone", "") or ("+hh:mm" if "sign" in found else ""))


def _by_shape(values: Sequence[str]) -> Iterator[tuple[_Shape, NDArray[np.intp], NDArray[np.int64]]]:
    """For each shape that is a date: the positions of its values, and their characters as numbers, one row each."""
    groups: dict[str, list[int]] = defaultdict(list)
    texts = [value.strip() for value in values]
    for position, text in enumerate(texts):
        if 0 < len(text) <= _MAX_CHARS:
            groups[text.translate(_TO_SHAPE)].append(position)
    for shape_text, positions in groups.items():
        shape = _read_shape(shape_text)
        if shape is not None:
            width = len(shape_text)
            characters = np.array([texts[position] for position in positions], dtype=f"U{width}")
            digits = characters.view(np.uint32).reshape(len(positions), width).astype(np.int64) - ord("0")
            yield shape, np.array(positions, dtype=np.intp), digits


def _number(digits: NDArray[np.int64], span: tuple[int, int]) -> NDArray[np.int64]:
    powers = 10 ** np.arange(span[1] - span[0] - 1, -1, -1, dtype=np.int64)
    return np.asarray(digits[:, span[0] : span[1]] @ powers, dtype=np.int64)


def _instants(digits: NDArray[np.int64], shape: _Shape, order: str) -> NDArray[np.datetime64]:
    """Times in microseconds, as the clock showed them or in UTC if the shape is aware; NaT where there is no such."""
    if "epoch" in shape.spans:
        number = _number(digits, shape.spans["epoch"])
        times = (number * (1_000_000 if order == "epoch seconds" else 1_000)).astype("datetime64[us]")
        year = times.astype("datetime64[Y]").astype(np.int64) + 1970
        return np.where((year >= FIRST_YEAR) & (year <= LAST_YEAR), times, np.datetime64("NaT", "us"))

    def part(name: str) -> NDArray[np.int64]:
        span = shape.spans.get(name)
        return np.zeros(len(digits), dtype=np.int64) if span is None else _number(digits, span)

    if shape.month:
        year, month, day = part("year"), np.full(len(digits), shape.month), part("day")
    else:
        spans = shape.parts(order)
        year, month, day = (_number(digits, spans[letter]) for letter in "ymd")
    if shape.spans["year"][1] - shape.spans["year"][0] == 2:
        year = year + np.where(year < 70, 2000, 1900)  # as POSIX has it
    hour, minute, second = part("hour"), part("minute"), part("second")
    valid = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (minute < 60) & (second < 60)
    if shape.afternoon is not None:
        valid &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + 12 * shape.afternoon
    start_of_month = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    date = start_of_month.astype("datetime64[D]") + (day - 1)
    valid &= (day >= 1) & (date.astype("datetime64[M]") == start_of_month) & (hour < 24)
    offset = shape.sign * (part("off_hour") * 60 + part("off_minute")) + shape.zone_hours * 60
    valid &= np.abs(offset) <= 14 * 60
    span = shape.spans.get("fraction", (0, 0))
    micros = part("fraction") * 10**9 // 10 ** (span[1] - span[0] + 3)
    clock = ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + micros
    times = date.astype("datetime64[us]") + clock.astype("timedelta64[us]")
    return np.where(valid, times, np.datetime64("NaT", "us"))


@dataclass(frozen=True)
class DateFormat:
    """The format of all dates of a file, decided by `DateScan`.

    Attributes
    ----------
    order : str or None
        ``"ymd"``, ``"dmy"``, ``"mdy"``, ``"epoch seconds"``, ``"epoch milliseconds"``; None if nothing was a date.
    words : str or None
        The most frequent form in words.
    ambiguous : bool
        True when day and month could be the other way round.
    other_order : int
        Values that are dates only with day and month the other way round.
    """

    order: str | None
    words: str | None
    ambiguous: bool = False
    other_order: int = 0

    def parse(self, values: Sequence[str], timezone: tzinfo) -> pd.DatetimeIndex:
        """Read values of this format; what does not fit becomes NaT.

        Parameters
        ----------
        values : sequence of str
        timezone : tzinfo
            Holds for values that name none. Times that the clock skips in spring move forward to the first that
            exists; of times that come twice in autumn the first (summer time) is taken.

        Returns
        -------
        pandas.DatetimeIndex
            In UTC, microseconds, as long as `values`.
        """
        times = np.full(len(values), np.datetime64("NaT", "us"))
        naive = np.zeros(len(values), dtype=bool)
        for shape, positions, digits in _by_shape(values) if self.order else ():
            if self.order in shape.orders:
                times[positions] = _instants(digits, shape, self.order)
                naive[positions] = not shape.aware
        local = pd.DatetimeIndex(times[naive])
        if len(local):
            summer = np.ones(len(local), dtype=bool)
            aware = local.tz_localize(timezone, ambiguous=summer, nonexistent="shift_forward").tz_convert("UTC")
            times[naive] = aware.tz_localize(None).to_numpy()
        return pd.DatetimeIndex(times).tz_localize("UTC")


class DateScan:
    """Decide on the format of a column, fed with its values piece by piece.

    Parameters
    ----------
    date_order : {"dmy", "mdy"}, optional
        Settles the matter where day-first and month-first serve equally well.
    usual_order : {"dmy", "mdy"}, optional
        As the format usually has it. It settles the matter too, unless dots stand between.
    """

    def __init__(self, date_order: DateOrder | None = None, usual_order: DateOrder | None = None) -> None:
        self.date_order = date_order
        self.usual_order = usual_order
        self._fits: Counter[str] = Counter()
        self._fits_only: Counter[str] = Counter()
        self._words: Counter[tuple[str, str]] = Counter()
        self._open = 0

    def add(self, values: Sequence[str]) -> None:
        """Take in some values; empty ones and what is no date do not count."""
        for shape, _, digits in _by_shape(values):
            valid = {order: ~np.isnat(_instants(digits, shape, order)) for order in shape.orders}
            for order, fits in valid.items():
                self._fits[order] += int(fits.sum())
                self._words[order, shape.words(order)] += int(fits.sum())
            if "dmy" in valid:
                day_first, month_first = valid["dmy"], valid["mdy"]
                self._fits_only["dmy"] += int((day_first & ~month_first).sum())
                self._fits_only["mdy"] += int((month_first & ~day_first).sum())
                # Where dots stand between, day-first is no guess: no country writes the month first with dots.
                self._open += int((day_first & month_first).sum()) if shape.separator != "." else 0

    def decide(self) -> DateFormat:
        """The order that makes dates of most values; day-first where month-first would do as well."""
        most = max(self._fits.values(), default=0)
        if most == 0:
            return DateFormat(None, None)
        best = [order for order in _ORDERS if self._fits[order] == most]
        order = best[0]
        tied = order == "dmy" and "mdy" in best
        settled = self.date_order or (self.usual_order if self._open else None)
        if tied and settled is not None:
            order = settled
        other_order = self._fits_only[{"dmy": "mdy", "mdy": "dmy"}.get(order, "")]
        forms = [(count, words) for (name, words), count in self._words.items() if name == order]
        words = min(forms, key=lambda form: (-form[0], form[1]))[1]
        undecided = tied and settled is None and self._open > 0
        return DateFormat(order, words, ambiguous=undecided or other_order > 0, other_order=other_order)
