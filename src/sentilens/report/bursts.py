"""Bursts: weeks in which a group had far more posts, or likely complaints, than in the weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from ..trends.intervals import difference_interval
from ..trends.periods import period_end
from ..trends.table import PERIOD, TrendTable
from .groups import MIN_CELL, Counts, Flags, counts_by_period, full_periods

#: A period is compared with at most this many full periods before it, and with at least so many.
BASELINE_PERIODS: Final = 8
MIN_BASELINE_PERIODS: Final = 4
#: What is counted -> the least number that makes a burst. The first tells of an event that shows in both.
MIN_COUNTS: Final[dict[str, int]] = {"n_complaints": 10, "n_posts": 20}
#: A burst is at least so many times what is usual.
MIN_RATIO: Final = 2.0
#: Error shared by all comparisons of a kind (Bonferroni), so that the three kinds of moves that are looked for, bursts, slow
#: changes and changes at once, have 5 % together; and the one-sided error at which a burst counts as over.
ERROR: Final = 0.05 / 3
OVER_ERROR: Final = 0.025
#: Bursts with no more periods than this between them are one event.
MAX_GAP: Final = 1
#: A channel or a language is named where its share of an event is clearly above its share elsewhere, by so much at least.
MIN_CONCENTRATION: Final = 0.1
_ROUNDS: Final = 3
#: Median of the chi-squared distribution with one degree of freedom.
_CHI2_MEDIAN: Final = 0.4549


@dataclass(frozen=True)
class Concentration:
    """The most frequent value of a column within an event, clearly more frequent there than elsewhere."""

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
    end : Timestamp
        The end of the last period.
    n_posts, n_complaints : int
        Counts at the peak.
    usual : float
        Mean count of the periods before that it was compared with.
    over : Timestamp or None
        Start of the first full period back within the usual range; None where the data end before.
    clearness : float
        The peak's distance from what is usual, in standard deviations of a Poisson count.
    concentration : Concentration or None
        Where the event's posts gathered.
    """

    name: str
    kind: str
    start: pd.Timestamp
    peak: pd.Timestamp
    last: pd.Timestamp
    end: pd.Timestamp
    n_posts: int
    n_complaints: int
    usual: float
    over: pd.Timestamp | None
    clearness: float
    concentration: Concentration | None = None

    @property
    def count(self) -> int:
        """What was counted, at the peak."""
        return self.n_complaints if self.kind == "n_complaints" else self.n_posts

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day of the event."""
        return self.end - pd.DateOffset(days=1)

    def covers(self, starts: pd.DatetimeIndex) -> Flags:
        """Tell which period starts lie within the event."""
        return np.asarray((starts >= self.start) & (starts <= self.last))

    def overlaps(self, other: Burst) -> bool:
        """Whether both are the same group's, at the same time."""
        return self.name == other.name and self.start <= other.last and other.start <= self.last


def find_bursts(table: TrendTable, contexts: Sequence[TrendTable] = ()) -> tuple[Burst, ...]:
    """Find the bursts of each group of the first column, the clearest first.

    A count is set against the sum of up to eight full periods before it that are no part of a burst themselves. Posts
    come in bunches, so the counts are taken as negative binomial: given its sum with those of the m periods before, a
    count is then beta-binomial with parameters k and m k, whatever the mean. The shape k comes from the dispersion,
    the mean squared Pearson residual of the periods outside bursts, of the group or of the median group, whichever is
    larger. A burst lasts until a period that is within the usual range.

    Parameters
    ----------
    table : TrendTable
        The posts over time.
    contexts : sequence of TrendTable
        The same posts by the first column of `table` and another, which may tell where an event gathered.

    References
    ----------
    C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole (1996), A statistical algorithm for the early
    detection of outbreaks of infectious disease, Journal of the Royal Statistical Society A 159, 547-563
    (over-dispersed counts against a baseline that earlier outbreaks are kept out of).
    A. Noufaily et al. (2013), An improved algorithm for outbreak detection in multiple surveillance systems,
    Statistics in Medicine 32, 1206-1222 (negative binomial thresholds).
    """
    groups = table.collapse(table.by[:1])
    names, posts, complaints = counts_by_period(groups)
    full = full_periods(groups)
    # A group is watched from its first post on: a brand that is new to the data is no burst.
    watched = full & (posts.cumsum(axis=1) > 0)
    counts = {"n_complaints": complaints, "n_posts": posts}
    n_compared = len(counts) * int((_baselines(posts, watched)[1] >= MIN_BASELINE_PERIODS).sum())
    if not n_compared:
        return ()
    found: list[Burst] = []
    for kind, series in counts.items():
        bursting = _bursting(series, watched, MIN_COUNTS[kind], ERROR / n_compared)
        before, n_before = _baselines(series, watched & ~bursting)
        for row, name in enumerate(names):
            for run in _runs(bursting[row]):
                peak = run[int(series[row, run].argmax())]
                later = np.flatnonzero(full[run[-1] + 1 :])
                usual = before[row, peak] / n_before[row, peak]
                floor = max(usual, 1 / n_before[row, peak])
                burst = Burst(
                    name=name,
                    kind=kind,
                    start=groups.periods[run[0]],
                    peak=groups.periods[peak],
                    last=groups.periods[run[-1]],
                    end=period_end(groups.periods[run[-1]], groups.freq, groups.timezone),
                    n_posts=int(posts[row, peak]),
                    n_complaints=int(complaints[row, peak]),
                    usual=float(usual),
                    over=groups.periods[run[-1] + 1 + later[0]] if len(later) else None,
                    clearness=float((series[row, peak] - usual) / np.sqrt(floor)),
                )
                if not any(burst.overlaps(other) for other in found):
                    found.append(replace(burst, concentration=_concentration(burst, contexts)))
    return tuple(sorted(found, key=lambda burst: (-burst.clearness, burst.name, burst.start)))


def _baselines(series: Counts, clean: Flags) -> tuple[Counts, Counts]:
    """Give, for each group and period, the sum and the number of the clean periods that it is compared with."""
    sums, numbers = np.zeros_like(series), np.zeros_like(series)
    for row, usable in enumerate(clean):
        total = np.concatenate([[0], series[row, usable].cumsum()])
        n_before = usable.cumsum() - usable
        numbers[row] = np.minimum(n_before, BASELINE_PERIODS)
        sums[row] = total[n_before] - total[n_before - numbers[row]]
    return sums, numbers


def _bursting(series: Counts, watched: Flags, min_count: int, error: float) -> Flags:
    """Tell which periods are part of a burst, for all groups (groups, periods)."""
    bursting = np.zeros_like(watched)
    for at_first in (True, *[False] * (_ROUNDS - 1)):
        # Bursts not yet known would swell the dispersion and hide themselves: the first estimate is by the median.
        shapes = estimate_shapes(series, watched & ~bursting, robust=at_first)
        groups = zip(series, watched, shapes, strict=True)
        bursting = np.array([_scan(*group, min_count=min_count, error=error) for group in groups])
    return bursting


def estimate_shapes(series: Counts, clean: Flags, *, robust: bool) -> list[float]:
    """Estimate each group's negative binomial shape, infinite where nothing says that its counts are not Poisson.

    `clean` (groups, periods) tells which periods are to be used; `robust` keeps bursts among them from counting much.
    """
    sums, numbers = _baselines(series, clean)
    dispersions, means = [], []
    for y, usable, total, m in zip(series, clean, sums, numbers, strict=True):
        judged = usable & (m >= MIN_BASELINE_PERIODS)
        mean = np.maximum(total[judged], 1) / m[judged]
        squares = (y[judged] - mean) ** 2 / (mean * (1 + 1 / m[judged]))
        typical = np.median(squares) / _CHI2_MEDIAN if robust and len(squares) else squares.mean() if len(squares) else 1.0
        dispersions.append(max(1.0, float(typical)))
        means.append(float(y[usable].mean()) if usable.any() else 0.0)
    # Few periods may look calmer by chance than they are.
    common = float(np.median(dispersions))
    spread = [max(own, common) - 1 for own in dispersions]
    return [mean / more if more > 0 else np.inf for mean, more in zip(means, spread, strict=True)]


def _scan(y: Counts, watched: Flags, shape: float, *, min_count: int, error: float) -> Flags:
    """Go through a group's periods in order of time, keeping bursts out of what later ones are compared with."""
    bursting = np.zeros_like(watched)
    clean: list[int] = []
    for at in np.flatnonzero(watched):
        before = clean[-BASELINE_PERIODS:]
        total, m = int(y[before].sum()), len(before)
        if m >= MIN_BASELINE_PERIODS and y[at] * m > total:
            begins = y[at] >= min_count and y[at] * m >= MIN_RATIO * total
            goes_on = at > 0 and bursting[at - 1]
            if begins or goes_on:
                chance = _chance(int(y[at]), total, m, shape)
                bursting[at] = (begins and chance <= error) or (goes_on and chance <= OVER_ERROR)
        if not bursting[at]:
            clean.append(int(at))
    return bursting


def _chance(count: int, total_before: int, m: int, shape: float) -> float:
    """Give the probability of a count at least so high, given its sum with those of `m` periods before."""
    from scipy.stats import betabinom, binom

    n = count + total_before
    if shape == 0:
        return 1.0
    return float(binom.sf(count - 1, n, 1 / (m + 1)) if np.isinf(shape) else betabinom.sf(count - 1, n, shape, m * shape))


def _runs(bursting: Flags) -> list[list[int]]:
    """Give the stretches of bursting periods, joined over short gaps."""
    runs: list[list[int]] = []
    for at in np.flatnonzero(bursting):
        if runs and at - runs[-1][-1] - 1 <= MAX_GAP:
            runs[-1].extend(range(runs[-1][-1] + 1, int(at) + 1))
        else:
            runs.append([int(at)])
    return runs


def _concentration(burst: Burst, contexts: Sequence[TrendTable]) -> Concentration | None:
    """Find the column whose most frequent value within an event is most clearly more frequent there than elsewhere."""
    found: dict[float, Concentration] = {}
    for context in contexts:
        first, column = context.by
        cells = context.counts[context.counts[first] == burst.name]
        inside = burst.covers(pd.DatetimeIndex(cells[PERIOD]))
        within, elsewhere = (cells[flags].groupby(column)[burst.kind].sum() for flags in (inside, ~inside))
        gathered = _compare_shares(column, *({str(name): int(n) for name, n in part.items()} for part in (within, elsewhere)))
        if gathered is not None:
            found[gathered[0]] = gathered[1]
    return found[max(found)] if found else None


def _compare_shares(column: str, within: Mapping[str, int], elsewhere: Mapping[str, int]) -> tuple[float, Concentration] | None:
    from scipy.stats import norm

    if not within or len({*within, *elsewhere}) < 2 or sum(elsewhere.values()) < MIN_CELL:
        return None
    value = min(within, key=lambda name: (-within[name], name))
    n, n_elsewhere = sum(within.values()), sum(elsewhere.values())
    k, k_elsewhere = within[value], elsewhere.get(value, 0)
    z = float(norm.isf(0.025 / len({*within, *elsewhere})))
    low = float(difference_interval(k, n, k_elsewhere, n_elsewhere, z=z)[0])
    if k < MIN_CELL or low <= 0 or k / n - k_elsewhere / n_elsewhere < MIN_CONCENTRATION:
        return None
    return low, Concentration(column, value, k / n, k_elsewhere / n_elsewhere)
