"""Which stretch of time is explained, and which it is set against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from ..errors import ConfigError
from ..trends.changes import YEAR_BACK
from ..trends.periods import canonical_freq, check_timezone, period_end, period_starts

#: How many periods before make the usual level.
USUAL_PERIODS: Final = 8
USUAL, PREVIOUS, YEAR = "usual", "previous", "year"
_DAY: Final = pd.DateOffset(days=1)


@dataclass(frozen=True)
class Span:
    """A stretch of time in whole periods.

    Attributes
    ----------
    edges : tuple of Timestamp
        Starts of the periods, and the end of the last, in the time zone of the analysis.
    freq : str
        Length of the periods; empty for a stretch between any two days.
    """

    edges: tuple[pd.Timestamp, ...]
    freq: str = ""

    @property
    def start(self) -> pd.Timestamp:
        """Its beginning."""
        return self.edges[0]

    @property
    def end(self) -> pd.Timestamp:
        """The moment after its last."""
        return self.edges[-1]

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day that belongs to it."""
        return (self.end - pd.Timedelta(microseconds=1)).normalize()

    @property
    def n_periods(self) -> int:
        """How many periods it is made of."""
        return len(self.edges) - 1


def resolve_spans(period: Any, against: Any, freq: str, timezone: str) -> tuple[Span, Span]:
    """Give the stretch to explain and the one to set it against.

    Parameters
    ----------
    period : date, str or pair of them
        A day within a period of `freq`, or the first and the last day of a stretch.
    against : {"usual", "previous", "year"} or pair
        The eight equally long stretches before, the one before, the same a year before, or the first and the last day.
    freq, timezone : str

    Returns
    -------
    period, against : Span

    Raises
    ------
    ConfigError
        Where they cannot be read (reason ``bad_period``), or overlap (``periods_overlap``).
    """
    freq, timezone = canonical_freq(freq), check_timezone(timezone)
    if _is_pair(period):
        span = _stretch(period, timezone, "period")
    else:
        span = Span(_around(_moment(period, timezone, "period"), freq, timezone), freq)
    if _is_pair(against):
        other = _stretch(against, timezone, "against")
    elif against in (USUAL, PREVIOUS):
        other = _before(span, USUAL_PERIODS if against == USUAL else 1, timezone)
    elif against == YEAR:
        back = YEAR_BACK[span.freq or "D"]
        other = Span(tuple(edge - back for edge in span.edges), span.freq)
    else:
        raise ConfigError(
            f"against={against!r} is not known.",
            reason="unknown_against",
            hint='Use "usual", "previous", "year", or the first and the last day of another period.',
        )
    if other.start < span.end and span.start < other.end:
        raise ConfigError(
            "The period and what it is set against overlap.",
            reason="periods_overlap",
            hint="Choose two that do not share a day.",
        )
    return span, other


def _before(span: Span, n: int, timezone: str) -> Span:
    """Give the stretches of the same length before one."""
    if not span.freq:
        n_days = (span.end.tz_localize(None) - span.start.tz_localize(None)).days
        return Span(tuple(span.start - pd.DateOffset(days=n_days * step) for step in range(n, -1, -1)))
    edges = [span.start]
    while len(edges) <= n:
        edges.insert(0, _around(edges[0] - pd.Timedelta(microseconds=1), span.freq, timezone)[0])
    return Span(tuple(edges), span.freq)


def _around(moment: pd.Timestamp, freq: str, timezone: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give start and end of the period that a moment lies in."""
    start = period_starts(pd.DatetimeIndex([moment]).as_unit("us"), freq, timezone)[0]
    return start, period_end(start, freq, timezone)


def _stretch(pair: Sequence[Any], timezone: str, name: str) -> Span:
    first, last = (_moment(value, timezone, name) for value in pair)
    # A last day counts whole.
    end = last.normalize() + _DAY
    if first >= end:
        raise ConfigError(
            f"{name}: the last day lies before the first.", reason="bad_period", hint="Give the earlier day first."
        )
    return Span((first.normalize(), end))


def _moment(value: Any, timezone: str, name: str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(value)
    except (ValueError, TypeError):
        moment = pd.NaT  # type: ignore[assignment]
    if pd.isna(moment) or isinstance(value, (bool, int, float)):
        raise ConfigError(
            f"{name}={value!r} is not a day.", reason="bad_period", hint="Write days as 2026-03-09, stretches as two of them."
        )
    if moment.tzinfo is not None:
        return moment.tz_convert(timezone)
    return moment.tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2
