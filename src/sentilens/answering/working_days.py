"""By when a post should be answered: before the end of the working day that it came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..trends.public_holidays import holiday_flags

#: The hour, by the clock of the company, that a working day ends.
END_OF_DAY: Final = 17


def end_of_working_day(
    posted: pd.DatetimeIndex, timezone: str, *, holidays: str | Sequence[Any] = (), end_hour: int = END_OF_DAY
) -> pd.DatetimeIndex:
    """Give the end of the working day that each post came in, or of the next one for posts that came later or on a free day.

    Parameters
    ----------
    posted : DatetimeIndex, shape (n,)
        Tz-aware, without NaT.
    timezone : str
        Whose clock counts.
    holidays : str or sequence
        Countries or days that are free beside Saturdays and Sundays, as for `sentilens.find_alerts`.
    end_hour : int, default 17
        From 1 to 24.

    Returns
    -------
    DatetimeIndex, shape (n,)
        In UTC.

    Raises
    ------
    ConfigError
        If the hour or a holiday cannot be read.

    Examples
    --------
    >>> friday_evening = pd.DatetimeIndex(["2026-03-06T18:30+01:00"])
    >>> end_of_working_day(friday_evening, "Europe/Stockholm")[0].isoformat()
    '2026-03-09T16:00:00+00:00'
    """
    if not 1 <= end_hour <= 24:
        raise ConfigError(f"A working day cannot end at {end_hour}.", reason="bad_hour", hint="Give an hour from 1 to 24.")
    if posted.empty:
        return posted.tz_convert("UTC")
    local = posted.tz_convert(timezone).tz_localize(None)
    days = local.normalize()
    # A fortnight more, as the day after the last post may be free, and the next.
    around = pd.date_range(days.min(), days.max() + pd.Timedelta(days=14), freq="D")
    free = around[holiday_flags(around, holidays, "D")].to_numpy().astype("datetime64[D]")
    late = (local - days) >= pd.Timedelta(hours=end_hour)
    first = days.to_numpy().astype("datetime64[D]") + late.astype("timedelta64[D]")
    due = np.busday_offset(first, 0, roll="forward", holidays=free)
    ends = pd.DatetimeIndex(due.astype("datetime64[us]")) + pd.Timedelta(hours=end_hour)
    return ends.tz_localize(timezone, ambiguous=np.ones(len(ends), dtype=bool), nonexistent="shift_forward").tz_convert("UTC")
