"""The counts of a trend table as arrays, one row per group and one column per period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .table import PERIOD, TrendTable

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CountSeries:
    """Counts over time.

    Attributes
    ----------
    groups : DataFrame, S rows
        The names of each series' group, one column for each of the table's `by`, sorted.
    periods : DatetimeIndex, length T
        All periods from the first to the last, in the table's time zone.
    partial : ndarray of bool, shape (T,)
        Which periods the data cover in part only.
    counts : dict of str to ndarray of int, shape (S, T)
        By the names of the counts; zero where a group was quiet.
    watched : ndarray of bool, shape (S, T)
        From a group's first post on: what is new to the data has no history of zeros.
    """

    groups: pd.DataFrame
    periods: pd.DatetimeIndex
    partial: BoolArray
    counts: dict[str, IntArray]
    watched: BoolArray


def count_series(table: TrendTable, names: tuple[str, ...]) -> CountSeries:
    """Lay out the counts of a table by group and period.

    Raises
    ------
    ConfigError
        With ``reason="too_many_rows"`` where groups times periods are more than a frame may have.
    """
    filled = table.filled_counts()
    shape: Any = (-1, len(table.periods)) if len(table.periods) else (0, 0)
    groups = filled[list(table.by)].iloc[:: max(1, len(table.periods))].reset_index(drop=True)
    counts = {name: filled[name].to_numpy(dtype=np.int64).reshape(shape) for name in names}
    posts = filled["n_posts"].to_numpy(dtype=np.int64).reshape(shape)
    return CountSeries(
        groups=groups,
        periods=table.periods,
        partial=np.asarray(table.periods.isin(table.partial_periods)),
        counts=counts,
        watched=posts.cumsum(axis=1) > 0,
    )


def up_to(table: TrendTable, moment: pd.Timestamp) -> TrendTable:
    """Give the table as it stood when the period that holds a moment had just ended."""
    from dataclasses import replace

    from .periods import period_end, period_starts

    start = period_starts(pd.DatetimeIndex([moment]).as_unit("us"), table.freq, table.timezone)[0]
    end = period_end(start, table.freq, table.timezone)
    if table.last_post is None or table.last_post < end:
        return table
    counts = table.counts[table.counts[PERIOD] <= start].reset_index(drop=True)
    if counts.empty:
        return replace(table, counts=counts, first_post=None, last_post=None)
    # The data go on after the period, so it is whole.
    return replace(table, counts=counts, last_post=end.tz_convert("UTC") - pd.Timedelta(1, "us"))
