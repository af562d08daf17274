"""What a report says, as plain data: totals, groups, changes, movements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from ..quoting import QuotedPost
from ..trends.counting import add_rates, sum_counts
from ..trends.table import PERIOD, TrendTable
from .bursts import Burst
from .groups import MIN_CELL
from .moves import Change, Drift, Movement, compare_rates

#: The latest change compares this many full weeks with as many before them.
CHANGE_WEEKS: Final = 4


@dataclass(frozen=True)
class GroupSummary:
    """Counts, rates and 95 % intervals of one group of posts; rates are NaN without posts."""

    names: tuple[str, ...]
    n_posts: int = 0
    n_complaints: int = 0
    complaint_rate: float = math.nan
    complaint_rate_low: float = math.nan
    complaint_rate_high: float = math.nan
    mean_complaint_probability: float = math.nan
    net_sentiment: float = math.nan
    net_sentiment_low: float = math.nan
    net_sentiment_high: float = math.nan
    change: Change | None = None

    @property
    def thin(self) -> bool:
        """Whether the group is too small to be shown with figures."""
        return self.n_posts < MIN_CELL


@dataclass(frozen=True)
class ChangeWindow:
    """The weeks that changes compare: from `start` to before `middle`, and from there to before `end`."""

    start: pd.Timestamp
    middle: pd.Timestamp
    end: pd.Timestamp
    n_weeks: int

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day of the later weeks."""
        return self.end - pd.DateOffset(days=1)


@dataclass(frozen=True)
class LanguageSummary:
    """Rows in a language, and the customers' scored posts among them."""

    code: str
    name: str
    n_rows: int
    posts: GroupSummary


@dataclass(frozen=True)
class ReportSummary:
    """All that a report says.

    Attributes
    ----------
    n_rows : int
        All posts read: ``total.n_posts + n_owned + n_copies + n_unscored``.
    total : GroupSummary
        Customers' scored posts, dated or not.
    groups : dict of str to tuple of GroupSummary
        For each column of ``trends.by`` its groups, the largest first.
    cells : tuple of GroupSummary
        All combinations of the groups; empty where there are fewer than two columns.
    trends : TrendTable
        The same posts over time, as far as they are dated.
    weekly, monthly : TrendTable
        By the week and by the month, whatever the frequency of `trends`.
    bursts, drifts, movements : tuple of Burst, of Drift, of Movement
        What moved, by the first column, the clearest first; bursts and drifts by the week, movements by the period.
    """

    title: str
    n_rows: int
    n_owned: int
    n_copies: int
    n_unscored: int
    statuses: dict[str, int]
    total: GroupSummary
    groups: dict[str, tuple[GroupSummary, ...]]
    cells: tuple[GroupSummary, ...]
    languages: tuple[LanguageSummary, ...]
    trends: TrendTable
    weekly: TrendTable
    monthly: TrendTable
    change_window: ChangeWindow | None
    bursts: tuple[Burst, ...]
    drifts: tuple[Drift, ...]
    movements: tuple[Movement, ...]
    top_complaints: tuple[QuotedPost, ...]
    audit: dict[str, Any] = field(default_factory=dict)
    model_card: dict[str, Any] = field(default_factory=dict)


def summarize_groups(counts: pd.DataFrame, keys: Sequence[str], weekly: TrendTable) -> tuple[GroupSummary, ...]:
    """Summarize each group, the largest first, with its latest change where the weeks suffice."""
    frame = add_rates(sum_counts(counts, keys))
    changes = _latest_changes(weekly, keys)
    figures = [name for name in frame.columns if name in GroupSummary.__dataclass_fields__]
    groups = []
    for row in frame.to_dict("records"):
        names = tuple(row[key] for key in keys)
        groups.append(GroupSummary(names=names, **{name: row[name] for name in figures}, change=changes.get(names)))
    return tuple(sorted(groups, key=lambda group: (-group.n_posts, group.names)))


def summarize_total(counts: pd.DataFrame, weekly: TrendTable) -> GroupSummary:
    """Summarize all posts together."""
    return next(iter(summarize_groups(counts, (), weekly)), GroupSummary(names=()))


def latest_window(weekly: TrendTable) -> ChangeWindow | None:
    """Give the latest full weeks and as many before, four at most; None where there are fewer than two."""
    weeks = weekly.periods.difference(weekly.partial_periods)
    n = min(CHANGE_WEEKS, len(weeks) // 2)
    if n == 0:
        return None
    # The day after the last week is taken in the time zone, where a week may have 167 or 169 hours.
    end = weeks[-1] + pd.DateOffset(days=7)
    return ChangeWindow(start=weeks[-2 * n], middle=weeks[-n], end=end, n_weeks=n)


def _latest_changes(weekly: TrendTable, keys: Sequence[str]) -> dict[tuple[str, ...], Change]:
    window = latest_window(weekly)
    if window is None:
        return {}
    weeks = weekly.counts[PERIOD]
    later, earlier = (
        sum_counts(weekly.counts[inside], keys)
        for inside in (
            (weeks >= window.middle) & (weeks < window.end),
            (weeks >= window.start) & (weeks < window.middle),
        )
    )
    pairing: dict[str, Any] = {"on": list(keys)} if keys else {"how": "cross"}
    both = later.merge(earlier, suffixes=("", "_before"), **pairing)
    both = both[(both["n_posts"] >= MIN_CELL) & (both["n_posts_before"] >= MIN_CELL)]
    return {
        tuple(row[key] for key in keys): compare_rates(
            row["n_complaints"], row["n_posts"], row["n_complaints_before"], row["n_posts_before"]
        )
        for row in both.to_dict("records")
    }
