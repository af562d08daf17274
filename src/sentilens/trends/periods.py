"""Hours, days, weeks, months, quarters and years as people of a time zone count them."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ConfigError

#: What may be asked for -> the period's name in tables. Weeks begin on Monday (ISO 8601). pandas reads "W-MON" as
#: weeks that end on Monday; here the name says the day a week begins, as in its "MS", "QS" and "YS".
FREQUENCIES: Final[dict[str, str]] = {
    "h": "h",
    "D": "D",
    "W-MON": "W-MON",
    "W": "W-MON",
    "MS": "MS",
    "M": "MS",
    "ME": "MS",
    "QS": "QS",
    "Q": "QS",
    "QE": "QS",
    "YS": "YS",
    "Y": "YS",
    "YE": "YS",
}
#: Calendar periods that are whole numbers of months.
_MONTHS: Final = {"MS": 1, "QS": 3, "YS": 12}
_DAYS: Final = {"D": 1, "W-MON": 7}
_HOUR: Final = np.timedelta64(3600, "s")
_DAY: Final = pd.Timedelta(days=1)

Times = NDArray[np.datetime64]


def canonical_freq(freq: str) -> str:
    """Give the canonical name of a period length.

    Raises
    ------
    ConfigError
        With ``reason="unknown_freq"`` where the name is none of `FREQUENCIES`.

    Examples
    --------
    >>> canonical_freq("W")
    'W-MON'
    """
    try:
        return FREQUENCIES[freq]
    except (KeyError, TypeError):
        raise ConfigError(
            f"freq={freq!r} is not a period length.",
            reason="unknown_freq",
            hint=f"Use one of {', '.join(FREQUENCIES)}; W-MON are weeks that begin on Monday.",
        ) from None


def check_timezone(timezone: str) -> str:
    """Give the name back if it is a time zone's (IANA, such as ``"Europe/Stockholm"``), else raise `ConfigError`."""
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, TypeError, OSError):
        raise ConfigError(
            f"timezone={timezone!r} is not a known time zone.",
            reason="unknown_timezone",
            hint='Use a name such as "Europe/Stockholm", "Europe/Berlin" or "UTC".',
        ) from None
    return timezone


def parse_times(values: pd.Series[Any]) -> pd.DatetimeIndex:
    """Read times as UTC: datetimes with or without a zone, or ISO 8601 strings; without a zone they are UTC.

    Anything else, numbers too, becomes NaT: the reading of other notations belongs to the ingest.
    """
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
        return pd.DatetimeIndex(np.full(len(values), "NaT", dtype="datetime64[us]")).tz_localize("UTC")
    parsed = pd.to_datetime(values, utc=True, format="ISO8601", errors="coerce")
    return pd.DatetimeIndex(parsed).as_unit("us")


def as_moment(moment: str | pd.Timestamp, timezone: str) -> pd.Timestamp:
    """Read a time; one without a zone is in that of the periods.

    Raises
    ------
    ConfigError
        If it is none (reason ``bad_date``).
    """
    try:
        found = pd.Timestamp(moment)
    except (ValueError, TypeError):
        found = None
    if found is None or pd.isna(found):
        raise ConfigError(f"{moment!r} is not a date.", reason="bad_date", hint="Write it as 2026-03-09.")
    return found.tz_localize(timezone) if found.tzinfo is None else found


def period_starts(times: pd.DatetimeIndex, freq: str, timezone: str) -> pd.DatetimeIndex:
    """Give the start of the period that each time lies in.

    Parameters
    ----------
    times : DatetimeIndex, shape (n,)
        Tz-aware, without NaT.
    freq : str
        A canonical period length.
    timezone : str
        Whose midnights count.

    Returns
    -------
    DatetimeIndex, shape (n,)
        In `timezone`. A day whose midnight the clock skips starts at the first moment it has.
    """
    local = _naive(times.tz_convert(timezone))
    if freq == "h":
        # Subtracting the minutes past the local hour keeps the two 02:00 hours of an autumn night apart.
        past = (local - local.astype("datetime64[h]")).astype("timedelta64[s]")
        return _from_utc(_naive(times.tz_convert("UTC")) - past, timezone)
    codes, starts = pd.factorize(_floor(local.astype("datetime64[D]"), freq))
    return _localize(np.asarray(starts), timezone).take(codes)


def period_grid(first: pd.Timestamp, last: pd.Timestamp, freq: str, timezone: str) -> pd.DatetimeIndex:
    """Give all period starts from one period's start to another's, both included."""
    if freq == "h":
        hours = np.arange(_naive(first), _naive(last) + _HOUR, _HOUR)
        # Where a zone moves its clock by half an hour, the steps of an hour leave the local hours: floor them again.
        grid = period_starts(_from_utc(hours, timezone), freq, timezone).unique()
        return grid[grid <= last]
    begin, end = (_local_day(moment, timezone) for moment in (first, last))
    if freq in _MONTHS:
        month_starts = np.arange(begin.astype("datetime64[M]"), end.astype("datetime64[M]") + 1, _MONTHS[freq])
        return _localize(month_starts, timezone)
    return _localize(np.arange(begin, end + 1, _DAYS[freq]), timezone)


def period_end(start: pd.Timestamp, freq: str, timezone: str) -> pd.Timestamp:
    """Give the moment that a period ends, which is the start of the next."""
    if freq == "h":
        return start + pd.Timedelta(hours=1)
    day = _local_day(start, timezone)
    following = day.astype("datetime64[M]") + _MONTHS[freq] if freq in _MONTHS else day + _DAYS[freq]
    return _localize(np.array([following]), timezone)[0]


def edge_slack(start: pd.Timestamp, end: pd.Timestamp) -> pd.Timedelta:
    """Give how much of a period may lie before the first or after the last post before it counts as cut.

    A quarter of the period, so that a quiet night does not cut a day short, and never more than a day.
    """
    return min((end - start) / 4, _DAY)


def _floor(days: Times, freq: str) -> Times:
    if freq == "W-MON":
        since_monday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
        return np.asarray(days - since_monday, dtype="datetime64[s]")
    if freq in _MONTHS:
        months = days.astype("datetime64[M]")
        return np.asarray(months - months.astype(np.int64) % _MONTHS[freq], dtype="datetime64[s]")
    return days.astype("datetime64[s]")


def _naive(times: Any) -> Any:
    """UTC seconds for the arithmetic in numpy, local ones where the times have been converted before."""
    if isinstance(times, pd.Timestamp):
        return times.tz_convert("UTC").tz_localize(None).to_datetime64().astype("datetime64[s]")
    return times.tz_localize(None).to_numpy().astype("datetime64[s]")


def _local_day(moment: pd.Timestamp, timezone: str) -> Any:
    return moment.tz_convert(timezone).tz_localize(None).to_datetime64().astype("datetime64[D]")


def _from_utc(seconds: Times, timezone: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(seconds.astype("datetime64[us]")).tz_localize("UTC").tz_convert(timezone)


def _localize(starts: Times, timezone: str) -> pd.DatetimeIndex:
    naive = pd.DatetimeIndex(starts.astype("datetime64[us]"))
    # A midnight that comes twice starts the day the first time, one that is skipped at the next moment.
    return naive.tz_localize(timezone, ambiguous=np.ones(len(naive), dtype=bool), nonexistent="shift_forward")
