"""The figures of brands in equally long blocks of time before and after a day."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from ..batch import iter_scored
from ..errors import ConfigError, InputError, MissingColumnsError
from ..trends.compute import count_trends
from ..trends.intervals import FloatArray
from ..trends.measures import sizes_of, sums_of
from ..trends.mentions import BRAND
from ..trends.periods import edge_slack, period_end
from ..trends.table import PERIOD, TrendTable

#: Metrics that are numbers: their changes are told as ratios.
NUMBERS: Final = ("n_complaints", "n_posts")
#: Blocks are weeks where each side has so many of them, else days.
_MIN_WEEKS: Final = 4
_WEEK: Final = 7
_LENGTH: Final = re.compile(r"\s*(\d{1,4})\s*([DW])\s*", re.IGNORECASE)
_ALL: Final = ""


@dataclass(frozen=True)
class Blocks:
    """Equally long blocks of time around a day.

    Attributes
    ----------
    starts : DatetimeIndex
        Of all blocks that the posts cover, in the time zone of the trends.
    first_after : int
        The first block after the day.
    n_days : int or None
        Length of a block; None where blocks are the periods of a trend table.
    metric : str
    sums, sizes, posts : dict of str to ndarray
        By brand, in each block: the sum behind the metric; what it is divided by (posts; of numbers, the block itself); the
        posts.
    """

    starts: pd.DatetimeIndex
    first_after: int
    n_days: int | None
    metric: str
    sums: dict[str, FloatArray]
    sizes: dict[str, FloatArray]
    posts: dict[str, FloatArray]

    @property
    def logarithm(self) -> bool:
        """Whether changes are ratios."""
        return self.metric in NUMBERS

    @property
    def share(self) -> bool:
        """Whether the metric is a share of posts."""
        return self.metric == "complaint_rate"

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and the greatest value that the metric can have; None for numbers."""
        return None if self.logarithm else (-1.0 if self.metric == "net_sentiment" else 0.0, 1.0)

    def pooled(self, brands: Iterable[str]) -> tuple[FloatArray, FloatArray]:
        """Give sums and sizes of several brands together."""
        names = list(brands)
        sizes = [self.sizes[name] for name in names]
        return np.sum([self.sums[name] for name in names], axis=0), np.sum(sizes, axis=0)


def count_by_brand(scored: Any, timezone: str) -> TrendTable:
    """Give the counts of brands by day, of scored posts, a file, chunks, or a trend table as it is."""
    if isinstance(scored, TrendTable):
        if BRAND in scored.by:
            return scored.collapse(BRAND)
        return scored.collapse(())
    if isinstance(scored, pd.DataFrame):
        chunks: Iterable[pd.DataFrame] = (scored,)
    else:
        chunks = iter_scored(scored, timezone=timezone) if isinstance(scored, (str, os.PathLike)) else scored
    total: TrendTable | None = None
    for chunk in chunks:
        by = (BRAND,) if BRAND in chunk.columns else ()
        part = count_trends(chunk, by, "D", timezone=timezone, explode_brands=True)
        total = part if total is None else total + part
    if total is None:
        raise InputError("There are no posts.", reason="no_rows", hint="Pass a frame, a file, or chunks of scored posts.")
    return total


def window_days(length: str | int, name: str) -> int:
    """Read the length of a window, ``"8W"`` or ``"30D"``, as days."""
    match = _LENGTH.fullmatch(str(length)) if not isinstance(length, int) else None
    days = int(match[1]) * (_WEEK if match[2].upper() == "W" else 1) if match else 0
    if days < 1:
        raise ConfigError(
            f"{name}={length!r} is not a length of time.", reason="bad_window", hint='Write weeks as "8W", days as "30D".'
        )
    return days


def check_day(table: TrendTable, day: pd.Timestamp) -> None:
    """Raise `InputError` where there are no posts on both sides of a day (reason ``no_dates`` or ``period_outside``)."""
    if table.first_post is None or table.last_post is None:
        raise InputError(
            "No post has both a date and a score.",
            reason="no_dates",
            hint="Name the column with dates: --map created_at=COLUMN.",
        )
    if not table.first_post < day <= table.last_post:
        raise InputError(
            f"{day:%Y-%m-%d} lies outside of the posts, which are from {table.first_post:%Y-%m-%d} to "
            f"{table.last_post:%Y-%m-%d}.",
            reason="period_outside",
            hint="Choose a day with posts before and after it.",
        )


def cut_blocks(table: TrendTable, day: pd.Timestamp, n_before: int, n_after: int, metric: str) -> Blocks:
    """Cut the time around a day into blocks, back to the beginning of the posts, and sum the counts in each.

    Parameters
    ----------
    table : TrendTable
        By brand, or of all.
    day : Timestamp
        Midnight in the time zone of the table; the first of the time after.
    n_before, n_after : int
        Days of the windows; they tell whether blocks are weeks or days. Blocks reach further back, for the placebos.
    metric : str
    """
    first, last = table.first_post or day, table.last_post or day
    if table.freq in {"h", "D"}:
        step = _WEEK if min(n_before, n_after) >= _WEEK * _MIN_WEEKS else 1
        n_past = (day - first).days // step + 1
        offsets = range(-n_past, n_after // step)
        edges = [day + pd.DateOffset(days=step * k) for k in offsets] + [day + pd.DateOffset(days=step * (n_after // step))]
        spans = list(pairwise(edges))
    else:
        step = None
        end = day + pd.DateOffset(days=n_after)
        ends = [period_end(start, table.freq, table.timezone) for start in table.periods]
        # The period that the day falls into is neither before nor after.
        spans = [(a, b) for a, b in zip(table.periods, ends, strict=True) if (b <= day or a >= day) and b <= end]
    covered = [
        (start, end) for start, end in spans if first - start <= edge_slack(start, end) and end - last <= edge_slack(start, end)
    ]
    starts = pd.DatetimeIndex([start for start, _ in covered] or [], tz=table.timezone)
    found: dict[str, list[FloatArray]] = {}
    names = sorted(table.counts[BRAND].unique()) if table.by else [_ALL]
    position = np.full(len(table.counts), -1, dtype=np.int64)
    periods = pd.DatetimeIndex(table.counts[PERIOD])
    for number, (start, end) in enumerate(covered):
        position[np.asarray((periods >= start) & (periods < end))] = number
    counted = table.counts.drop(columns=[PERIOD, *table.by]).assign(_block=position)
    for name in names:
        rows = counted if name == _ALL else counted[(table.counts[BRAND] == name).to_numpy()]
        blocks = rows[rows["_block"] >= 0].groupby("_block").sum().reindex(range(len(covered)), fill_value=0)
        posts = sizes_of(blocks)
        if metric in NUMBERS:
            sums = posts if metric == "n_posts" else sums_of(metric, blocks)
            found[name] = [sums, np.ones(len(blocks)), posts]
        else:
            found[name] = [sums_of(metric, blocks), posts, posts]
    return Blocks(
        starts=starts,
        first_after=int((starts < day).sum()),
        n_days=step,
        metric=metric,
        sums={name: arrays[0] for name, arrays in found.items()},
        sizes={name: arrays[1] for name, arrays in found.items()},
        posts={name: arrays[2] for name, arrays in found.items()},
    )


def need_brands(table: TrendTable) -> None:
    """Raise `MissingColumnsError` where the posts have no brands to be told apart by."""
    if not table.by:
        raise MissingColumnsError(
            "The posts have no column 'brand'.",
            reason="missing_columns",
            hint="Leave out brand and controls, or name the brands.",
        )
