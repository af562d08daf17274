"""What a report says, as plain data: totals, groups, changes, events."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from ..answering import ReplyTimes
from ..quoting import QuotedPost
from ..trends.counting import SEVERITY_COUNTS, add_rates, own_head_names, sum_counts
from ..trends.figures import further_figures
from ..trends.intervals import estimate_difference_interval
from ..trends.prevalence import ErrorRates
from ..trends.table import PERIOD, TrendTable
from .events import Event
from .explained import Explained
from .groups import MIN_CELL
from .moves import Change, Drift

#: The latest change compares this many full weeks with as many before them.
CHANGE_WEEKS: Final = 4
CORRECTED: Final = "complaint_rate_corrected"
PLAIN: Final = "complaint_rate"


@dataclass(frozen=True)
class GroupSummary:
    """Counts, rates and 95 % intervals of one group of posts; rates are NaN without posts.

    Attributes
    ----------
    names : tuple of str
    n_posts, n_complaints : int
        Posts, and those of them that the classifier calls complaints.
    rate, rate_low, rate_high : float
        Share of complaints as the report shows it: one of the two that follow.
    called_rate, called_rate_low, called_rate_high : float
        Share of the posts that the classifier calls complaints.
    corrected_rate, corrected_rate_low, corrected_rate_high : float
        The same, corrected for the classifier's known errors; NaN where they are not known.
    net_sentiment, net_sentiment_low, net_sentiment_high : float
        (positive - negative) / posts, in [-1, 1].
    severities : tuple of int
        Posts by severity; empty where that is not known.
    mean_rating : float
    heads : dict of str to tuple of float
        Yes/no head of one's own, or ``expects_reply`` -> share of yes among the posts judged, with its interval.
    change : Change or None
        The latest weeks against those before.
    """

    names: tuple[str, ...]
    n_posts: int = 0
    n_complaints: int = 0
    rate: float = math.nan
    rate_low: float = math.nan
    rate_high: float = math.nan
    called_rate: float = math.nan
    called_rate_low: float = math.nan
    called_rate_high: float = math.nan
    corrected_rate: float = math.nan
    corrected_rate_low: float = math.nan
    corrected_rate_high: float = math.nan
    net_sentiment: float = math.nan
    net_sentiment_low: float = math.nan
    net_sentiment_high: float = math.nan
    severities: tuple[int, ...] = ()
    mean_rating: float = math.nan
    heads: dict[str, tuple[float, float, float]] = field(default_factory=dict)
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
    n_rows: int
    posts: GroupSummary


@dataclass(frozen=True)
class ReportSummary:
    """All that a report says.

    Attributes
    ----------
    n_rows : int
        All posts read: ``total.n_posts + n_owned + n_copies + n_unscored``.
    n_stray : int
        Posts with dates more than a year from all others, taken as undated.
    corrected : bool
        Whether the rates shown are corrected for the classifier's known errors.
    total : GroupSummary
        Customers' scored posts, dated or not.
    groups : dict of str to tuple of GroupSummary
        For each column of ``trends.by`` its groups, the largest first.
    cells : tuple of GroupSummary
        All combinations of the groups; empty where there are fewer than two columns.
    topics : tuple of GroupSummary
        Empty where the posts have no topics.
    heads : tuple of str
        Names of the yes/no heads that the groups have shares of.
    trends : TrendTable
        The same posts over time, as far as they are dated.
    weekly, monthly : TrendTable
        By the week and by the month, whatever the frequency of `trends`.
    events : tuple of Event
        What stood out, clear events first.
    drifts : tuple of Drift
        What changed slowly, by the first column.
    explained : tuple of Explained
        Why the events of the story came, as far as the posts tell.
    queue : DataFrame or None
        Posts that want an answer, from `find_posts_to_answer`; None where the posts lack what that needs.
    reply_times : ReplyTimes or None
        None where the posts say nothing of answers.
    """

    title: str | None
    n_rows: int
    n_owned: int
    n_copies: int
    n_unscored: int
    n_stray: int
    statuses: dict[str, int]
    corrected: bool
    total: GroupSummary
    groups: dict[str, tuple[GroupSummary, ...]]
    cells: tuple[GroupSummary, ...]
    languages: tuple[LanguageSummary, ...]
    topics: tuple[GroupSummary, ...]
    heads: tuple[str, ...]
    trends: TrendTable
    weekly: TrendTable
    monthly: TrendTable
    change_window: ChangeWindow | None
    events: tuple[Event, ...]
    drifts: tuple[Drift, ...]
    explained: tuple[Explained, ...]
    queue: pd.DataFrame | None
    reply_times: ReplyTimes | None
    top_complaints: tuple[QuotedPost, ...]
    audit: dict[str, Any] = field(default_factory=dict)
    model_card: dict[str, Any] = field(default_factory=dict)

    @property
    def rate_metric(self) -> str:
        """Name of the complaint rate that is shown, as in trends."""
        return CORRECTED if self.corrected else PLAIN


class GroupReader:
    """Summarizes groups, the largest first, with their latest change where the weeks suffice.

    Parameters
    ----------
    error_rates : dict of str to ErrorRates
    total : DataFrame
        Counts of all posts.
    weekly : TrendTable
    corrected : bool
        Whether to show corrected rates, which is done where those of all posts can be corrected.
    """

    def __init__(
        self, error_rates: Mapping[str, ErrorRates], total: pd.DataFrame, weekly: TrendTable, *, corrected: bool
    ) -> None:
        self._error_rates = error_rates
        self._weekly = weekly
        self._window = latest_window(weekly)
        found = further_figures(total, error_rates).get(CORRECTED, ())
        self.corrected = corrected and len(found) > 0 and bool(pd.notna(found).all())

    def read(self, counts: pd.DataFrame, keys: Sequence[str], *, changes: bool = True) -> tuple[GroupSummary, ...]:
        """Give the groups that `keys` make of the counts."""
        frame = self._rates(sum_counts(counts, keys))
        change = self._latest_changes(keys) if changes else {}
        heads = own_head_names(frame)
        levels = [name for name in SEVERITY_COUNTS if name in frame.columns]
        figures = [name for name in frame.columns if name in GroupSummary.__dataclass_fields__]
        groups = []
        for row in frame.to_dict("records"):
            names = tuple(row[key] for key in keys)
            values = {str(name): row[name] for name in figures}
            severities = tuple(int(row[name]) for name in levels)
            shares = {head: tuple(row[f"{head}_rate{end}"] for end in ("", "_low", "_high")) for head in heads}
            more: dict[str, Any] = {"heads": shares, "change": change.get(names)}
            groups.append(GroupSummary(names=names, **values, **more, severities=severities if any(severities) else ()))
        return tuple(sorted(groups, key=lambda group: (-group.n_posts, group.names)))

    def _rates(self, counts: pd.DataFrame) -> pd.DataFrame:
        """Add the rates under the names that a summary has for them."""
        frame = add_rates(counts)
        figures = further_figures(counts, self._error_rates)
        frame = frame.assign(**{name: values for name, values in figures.items() if name not in frame.columns})
        names = {"called_rate": PLAIN, "corrected_rate": CORRECTED, "rate": CORRECTED if self.corrected else PLAIN}
        return frame.assign(
            **{
                f"{name}{end}": frame.get(f"{column}{end}", np.nan)
                for name, column in names.items()
                for end in ("", "_low", "_high")
            }
        )

    def _latest_changes(self, keys: Sequence[str]) -> dict[tuple[str, ...], Change]:
        window, counts = self._window, self._weekly.counts
        if window is None or not set(keys) <= set(self._weekly.by):
            return {}
        weeks = counts[PERIOD]
        later, earlier = (
            self._rates(sum_counts(counts[inside], keys))
            for inside in ((weeks >= window.middle) & (weeks < window.end), (weeks >= window.start) & (weeks < window.middle))
        )
        pairing: dict[str, Any] = {"on": list(keys)} if keys else {"how": "cross"}
        both = later.merge(earlier, suffixes=("", "_before"), **pairing)
        both = both[(both["n_posts"] >= MIN_CELL) & (both["n_posts_before"] >= MIN_CELL)]
        return {tuple(row[key] for key in keys): _compare(row) for row in both.to_dict("records")}


def latest_window(weekly: TrendTable) -> ChangeWindow | None:
    """Give the latest full weeks and as many before, four at most; None where there are fewer than two."""
    weeks = weekly.periods.difference(weekly.partial_periods)
    n = min(CHANGE_WEEKS, len(weeks) // 2)
    if n == 0:
        return None
    # The day after the last week is taken in the time zone, where a week may have 167 or 169 hours.
    end = weeks[-1] + pd.DateOffset(days=7)
    return ChangeWindow(start=weeks[-2 * n], middle=weeks[-n], end=end, n_weeks=n)


def _compare(row: Mapping[Any, Any]) -> Change:
    ends = [row[f"rate{end}{side}"] for side in ("", "_before") for end in ("", "_low", "_high")]
    low, high = estimate_difference_interval(*ends)
    return Change(float(ends[0]), int(row["n_posts"]), float(ends[3]), int(row["n_posts_before"]), float(low), float(high))
