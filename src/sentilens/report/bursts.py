"""Bursts: periods in which a group had far more posts, or likely complaints, than in the periods before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc

from ..trends.intervals import difference_interval
from ..trends.table import PERIOD, TrendTable
from .groups import Counts, Flags, counts_by_period, full_periods

#: A period is compared with at most this many full periods before it, and with at least so many.
BASELINE_PERIODS: Final = 8
MIN_BASELINE_PERIODS: Final = 4
#: What is counted -> the least number that makes a burst; the first kind tells of an event that shows in both.
MIN_COUNTS: Final[dict[str, int]] = {"n_complaints": 10, "n_posts": 20}
#: A burst is at least so many times what is usual.
MIN_RATIO: Final = 2.0
#: Error shared by all comparisons (Bonferroni), and the one-sided error at which a burst counts as over.
ERROR: Final = 0.05
OVER_ERROR: Final = 0.025
#: Bursts with no more periods than this between them are one event.
MAX_GAP: Final = 1
#: A channel or a language is named where its share of the event's posts is clearly so much above its share elsewhere.
MIN_CONCENTRATION: Final = 0.1
#: Median of the chi-squared distribution with one degree of freedom.
_CHI2_MEDIAN: Final = 0.4549


@dataclass(frozen=True)
class Concentration:
    """The most frequent value of a column within an event, which is more frequent there than elsewhere."""

    column: str
    value: str
    share: float
    share_elsewhere: float


@dataclass(frozen=True)
class Burst:
    """A run of periods in which a group's counts stood far above those before.

    Attributes
    ----------
    name : str
        The group.
    kind : {"n_complaints", "n_posts"}
        What was counted.
    start, peak, last : Timestamp
        Starts of the first, the highest and the last period.
    n_posts, n_complaints : int
        Counts at the peak.
    usual : float
        Mean count of the periods before that it was compared with.
    over : Timestamp or None
        Start of the first full period back within the usual range; None where the data end before.
    latest : Timestamp
        Start of the last full period of the data.
    clearness : float
        The peak's distance from what is usual, in standard errors.
    concentration : Concentration or None
        Where the event's posts gathered.
    """

    name: str
    kind: str
    start: pd.Timestamp
    peak: pd.Timestamp
    last: pd.Timestamp
    n_posts: int
    n_complaints: int
    usual: float
    over: pd.Timestamp | None
    latest: pd.Timestamp
    clearness: float
    concentration: Concentration | None = None

    @property
    def count(self) -> int:
        """What was counted, at the peak."""
        return self.n_complaints if self.kind == "n_complaints" else self.n_posts

    def covers(self, periods: pd.DatetimeIndex) -> Flags:
        """Tell which period starts lie within the event."""
        return np.asarray((periods >= self.start) & (periods <= self.last))


def find_bursts(table: TrendTable, contexts: Sequence[TrendTable] = ()) -> tuple[Burst, ...]:
    """Find the bursts of each group of the first column, the clearest first.

    A count y is set against the sum S of up to eight full periods before it that are not part of a burst themselves.
    Given y + S, a Poisson count y is binomial with probability 1 / (m + 1), m being the number of those periods; as
    posts come in bunches, counts are divided by the group's dispersion first (quasi-Poisson), which is estimated by
    the Pearson residuals of its periods outside bursts. A burst lasts until a period that is not above the usual.

    Parameters
    ----------
    table : TrendTable
        The posts over time, usually by the week.
    contexts : sequence of TrendTable
        The same posts by two columns, the first of `table` and another, which may tell where an event gathered.

    References
    ----------
    J. Przyborowski and H. Wilenski (1940), Homogeneity of results in testing samples from Poisson series,
    Biometrika 31, 313-323.
    C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole (1996), A statistical algorithm for the early
    detection of outbreaks of infectious disease, Journal of the Royal Statistical Society A 159, 547-563 (over-dispersed
    counts, earlier outbreaks kept out of the baseline).
    """
    groups = table.collapse(table.by[:1])
    names, posts, complaints = counts_by_period(groups)
    covered = full_periods(groups)
    counts = {"n_complaints": complaints, "n_posts": posts}
    # A group is watched from its first post on: a brand that is new to the data is no burst.
    watched = [covered & (posts[row].cumsum() > 0) for row in range(len(names))]
    n_compared = len(counts) * sum(int((baseline(posts[row], at)[1]).sum()) for row, at in enumerate(watched))
    if not n_compared:
        return ()
    found: list[Burst] = []
    for kind, series in counts.items():
        for row, name in enumerate(names):
            for run, y, usual, clearness in _runs(series[row], watched[row], MIN_COUNTS[kind], ERROR / n_compared):
                peak = run[int(series[row, run].argmax())]
                after = np.flatnonzero(covered[run[-1] + 1 :])
                burst = Burst(
                    name=name,
                    kind=kind,
                    start=groups.periods[run[0]],
                    peak=groups.periods[peak],
                    last=groups.periods[run[-1]],
                    n_posts=int(posts[row, peak]),
                    n_complaints=int(complaints[row, peak]),
                    usual=usual,
                    over=groups.periods[run[-1] + 1 + after[0]] if len(after) else None,
                    latest=groups.periods[np.flatnonzero(covered)[-1]],
                    clearness=clearness,
                )
                found.append(burst)
