"""What a report says, as plain data: totals, groups, changes, movements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from ..trends.counting import COUNT_COLUMNS, add_rates, sum_counts
from ..trends.intervals import difference_interval
from ..trends.table import PERIOD, TrendTable

#: Groups of fewer posts are not shown with figures: they say little, and a person might be told from them.
MIN_CELL: Final = 5
#: The latest change compares this many full weeks with as many before them.
CHANGE_WEEKS: Final = 4
#: A movement compares one period with at most this many before it, each side with at least so many posts.
BASELINE_PERIODS: Final = 8
MIN_MOVEMENT_POSTS: Final = 20
#: Movements are looked for in the largest groups only: the more are compared, the more chance finds.
MAX_MOVEMENT_GROUPS: Final = 50


@dataclass(frozen=True)
class Change:
    """A complaint rate against the one before, with the 95 % interval (Newcombe) of the difference."""

    rate: float
    n_posts: int
    rate_before: float
    n_before: int
    low: float
    high: float

    @property
    def difference(self) -> float:
        """Later minus earlier rate, in [-1, 1]."""
        return self.rate - self.rate_before

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


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
class Movement:
    """The period in which a group's complaint rate stood out most from the periods before it.

    `change` has an interval wide enough for all comparisons made together (Bonferroni), and it leaves out zero.
    `latest` is the group in the last full period, None where that is the same period or too thin.
    """

    name: str
    period_start: pd.Timestamp
    n_baseline_periods: int
    change: Change
    latest: Change | None


@dataclass(frozen=True)
class LanguageSummary:
    """Rows in a language, and the customers' scored posts among them."""

    code: str
    name: str
    n_rows: int
    posts: GroupSummary


@dataclass(frozen=True)
class QuotedPost:
    """A post that is likely to be a complaint; its text is masked and shortened. Nothing names its author."""

    text: str
    brand: str
    channel: str
    language: str
    date: pd.Timestamp | None
    probability: float


@dataclass(frozen=True)
class ReportSummary:
    """All that a report says.

    Attributes
    ----------
    n_rows : int
        All posts read: ``total.n_posts + n_owned + n_unscored``.
    total : GroupSummary
        Customers' scored posts, dated or not.
    groups : dict of str to tuple of GroupSummary
        For each column of ``trends.by`` its groups, the largest first.
    cells : tuple of GroupSummary
        All combinations of the groups; empty where there are fewer than two columns.
    trends : TrendTable
        The same posts over time, as far as they are dated.
    weekly : TrendTable
        By the week, whatever the frequency of `trends`.
    movements : tuple of Movement
        By the first column, the clearest first.
    """

    title: str
    n_rows: int
    n_owned: int
    n_unscored: int
    statuses: dict[str, int]
    total: GroupSummary
    groups: dict[str, tuple[GroupSummary, ...]]
    cells: tuple[GroupSummary, ...]
    languages: tuple[LanguageSummary, ...]
    trends: TrendTable
    weekly: TrendTable
    change_window: ChangeWindow | None
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


def find_movements(trends: TrendTable) -> tuple[Movement, ...]:
    """Find for each group of the first column the full period that stood out most from those before it.

    The measure is the bound, nearest to zero, of the difference's interval; the intervals share an error of 5 %
    among all comparisons (Bonferroni), so what is found is unlikely to be found by chance.
    """
    from scipy.stats import norm

    table = trends.collapse(trends.by[:1])
    names, n, complaints = _by_period(table)
    n_base, k_base = (_sum_of_previous(values, BASELINE_PERIODS) for values in (n, complaints))
    full = ~table.periods.isin(table.partial_periods)
    tested = (n >= MIN_MOVEMENT_POSTS) & (n_base >= MIN_MOVEMENT_POSTS) & full
    if not tested.any():
        return ()
    z = float(norm.isf(0.025 / tested.sum()))
    low, high = difference_interval(complaints, n, k_base, n_base, z=z)
    clearness = np.where(tested, np.fmax(low, -high), -np.inf)
    last_full = int(np.flatnonzero(full)[-1])
    movements = []
    for row, name in enumerate(names):
        at = int(clearness[row].argmax())
        if clearness[row, at] <= 0:
            continue
        latest = None
        if last_full > at and n[row, last_full] >= MIN_CELL:
            latest = _change(complaints[row, last_full], n[row, last_full], complaints[row, at], n[row, at])
        change = _change(complaints[row, at], n[row, at], k_base[row, at], n_base[row, at], z=z)
        movement = Movement(name, table.periods[at], min(at, BASELINE_PERIODS), change, latest)
        movements.append((-clearness[row, at], name, movement))
    return tuple(movement for *_, movement in sorted(movements, key=lambda found: found[:2]))


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
        tuple(row[key] for key in keys): _change(
            row["n_complaints"], row["n_posts"], row["n_complaints_before"], row["n_posts_before"]
        )
        for row in both.to_dict("records")
    }


def _change(complaints: int, n: int, complaints_before: int, n_before: int, **width: float) -> Change:
    low, high = difference_interval(complaints, n, complaints_before, n_before, **width)
    return Change(
        rate=float(complaints / n),
        n_posts=int(n),
        rate_before=float(complaints_before / n_before),
        n_before=int(n_before),
        low=float(low),
        high=float(high),
    )


def _by_period(table: TrendTable) -> tuple[list[str], Any, Any]:
    """Give the largest groups' names and their posts and complaints, each an array (groups, periods)."""
    names = group_sizes(table).head(MAX_MOVEMENT_GROUPS).index.to_list()
    posts = np.zeros((len(names), len(table.periods)), dtype=np.int64)
    complaints = np.zeros_like(posts)
    labels = group_labels(table)
    for row, name in enumerate(names):
        cells = table.counts[labels == name]
        at = table.periods.get_indexer(pd.DatetimeIndex(cells[PERIOD]))
        posts[row, at], complaints[row, at] = cells["n_posts"], cells["n_complaints"]
    return names, posts, complaints


def _sum_of_previous(values: Any, n: int) -> Any:
    """Sum, for each column, the `n` columns before it."""
    sums = np.concatenate([np.zeros_like(values[:, :1]), values.cumsum(axis=1)], axis=1)
    columns = np.arange(values.shape[1])
    return sums[:, columns] - sums[:, np.maximum(columns - n, 0)]


def group_labels(table: TrendTable) -> pd.Series[Any]:
    """Name each row of a table's counts by its groups, such as ``Telmira · app_store``."""
    if not table.by:
        return pd.Series("all posts", index=table.counts.index, dtype="str")
    labels = table.counts[table.by[0]]
    for name in table.by[1:]:
        labels = labels + " · " + table.counts[name]
    return labels


def group_sizes(table: TrendTable) -> pd.Series[Any]:
    """Give the posts of each group by its label, the largest first, equal ones by name."""
    sizes = table.counts.groupby(group_labels(table).to_numpy())[COUNT_COLUMNS[0]].sum()
    return sizes.sort_index().sort_values(ascending=False, kind="stable")
