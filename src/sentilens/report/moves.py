"""Changes of the complaint rate: slow ones over the whole time, and single periods that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from ..trends.intervals import difference_interval
from ..trends.periods import period_end
from ..trends.table import TrendTable
from .bursts import BASELINE_PERIODS, ERROR, MIN_RATIO, Burst, estimate_shapes
from .groups import MIN_CELL, Counts, Flags, counts_by_period, full_periods

#: Each side of a comparison has at least so many posts.
MIN_COMPARED_POSTS: Final = 20
#: A slow change needs so many full periods in each of its thirds, and makes at least so much of a difference.
MIN_THIRD_PERIODS: Final = 3
MIN_DRIFT: Final = 0.05


@dataclass(frozen=True)
class Change:
    """A complaint rate against the one before, with the interval (Newcombe) of the difference."""

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

    @property
    def clearness(self) -> float:
        """The interval's bound nearest to zero, by its size; negative where the interval holds zero."""
        return max(self.low, -self.high)


@dataclass(frozen=True)
class Drift:
    """A slow change of a group, from the first to the last third of the full periods, outside its bursts.

    Attributes
    ----------
    name : str
        The group.
    kind : {"complaint_rate", "n_complaints"}
        What changed beyond chance, with an error shared by all comparisons (Bonferroni).
    first, last : tuple of Timestamp
        The first and the last day of each third.
    change : Change
        The complaint rates of the thirds.
    counts : tuple of float
        Mean numbers of likely complaints in a period of the first and of the last third.
    clearness : float
        By how much it is more than chance; for the order within a kind.
    """

    name: str
    kind: str
    first: tuple[pd.Timestamp, pd.Timestamp]
    last: tuple[pd.Timestamp, pd.Timestamp]
    change: Change
    counts: tuple[float, float]
    clearness: float


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


def compare_rates(complaints: int, n: int, complaints_before: int, n_before: int, **width: float) -> Change:
    """Compare two complaint rates; `width` may give the normal quantile ``z`` of the interval."""
    low, high = difference_interval(complaints, n, complaints_before, n_before, **width)
    return Change(
        rate=float(complaints / n),
        n_posts=int(n),
        rate_before=float(complaints_before / n_before),
        n_before=int(n_before),
        low=float(low),
        high=float(high),
    )


def find_drifts(table: TrendTable, bursts: Sequence[Burst]) -> tuple[Drift, ...]:
    """Compare each group's first and last third of the full periods, outside its bursts.

    Rates come first, the clearest before others, with the interval of Newcombe. A group whose rate shows nothing clear
    may have had another number of complaints: given their sum, the counts of two stretches are beta-binomial (see
    `find_bursts`). Groups with bursts are left out of that, as the time after a burst is part of its story.
    """
    from scipy.stats import norm

    groups = table.collapse(table.by[:1])
    names, posts, complaints = counts_by_period(groups)
    full = full_periods(groups)
    third = int(full.sum()) // 3
    if third < MIN_THIRD_PERIODS:
        return ()
    thirds = (np.flatnonzero(full)[:third], np.flatnonzero(full)[-third:])
    days = tuple(_days(groups, part) for part in thirds)
    calm = ~_in_bursts(names, groups, bursts)
    shapes = estimate_shapes(complaints, calm & full, robust=False)
    m, n, k = (
        np.array([(values * calm)[:, part].sum(axis=1) for part in thirds])
        for values in (np.ones_like(posts), posts, complaints)
    )
    compared = np.flatnonzero((n >= MIN_COMPARED_POSTS).all(axis=0))
    drifts = []
    for row in compared:
        error = ERROR / (2 * len(compared))
        change = compare_rates(k[1, row], n[1, row], k[0, row], n[0, row], z=float(norm.isf(error / 2)))
        counts = (k[0, row] / m[0, row], k[1, row] / m[1, row])
        chance = _chance_of_split(k[:, row], m[:, row], shapes[row])
        if change.clear and abs(change.difference) >= MIN_DRIFT:
            kind, clearness = "complaint_rate", change.clearness
        elif calm[row].all() and chance <= error and max(counts) >= max(MIN_RATIO * min(counts), MIN_CELL):
            kind, clearness = "n_complaints", -chance
        else:
            continue
        drifts.append(Drift(names[row], kind, days[0], days[1], change, counts, clearness))
    return tuple(sorted(drifts, key=lambda drift: (drift.kind, -drift.clearness, drift.name)))


def find_movements(trends: TrendTable, bursts: Sequence[Burst] = ()) -> tuple[Movement, ...]:
    """Find for each group of the first column the full period that stood out most from those before it.

    The measure is the bound, nearest to zero, of the difference's interval; the intervals share an error
    among all comparisons (Bonferroni), so what is found is unlikely to be found by chance. Periods that a burst of
    the group touches are left out: they are told of already, and they are no measure for others.
    """
    from scipy.stats import norm

    table = trends.collapse(trends.by[:1])
    names, posts, complaints = counts_by_period(table)
    calm = ~_in_bursts(names, table, bursts)
    n, k = posts * calm, complaints * calm
    n_periods = _sum_of_previous(calm.astype(np.int64), BASELINE_PERIODS)
    n_base, k_base = (_sum_of_previous(values, BASELINE_PERIODS) for values in (n, k))
    full = full_periods(table)
    tested = (n >= MIN_COMPARED_POSTS) & (n_base >= MIN_COMPARED_POSTS) & full
    if not tested.any():
        return ()
    z = float(norm.isf(ERROR / 2 / tested.sum()))
    low, high = difference_interval(k, n, k_base, n_base, z=z)
    clearness = np.where(tested, np.fmax(low, -high), -np.inf)
    last_full = int(np.flatnonzero(full)[-1])
    movements = []
    for row, name in enumerate(names):
        at = int(clearness[row].argmax())
        if clearness[row, at] <= 0:
            continue
        latest = None
        if last_full > at and n[row, last_full] >= MIN_CELL:
            latest = compare_rates(k[row, last_full], n[row, last_full], k[row, at], n[row, at])
        change = compare_rates(k[row, at], n[row, at], k_base[row, at], n_base[row, at], z=z)
        movements.append(Movement(name, table.periods[at], int(n_periods[row, at]), change, latest))
    return tuple(sorted(movements, key=lambda move: (-move.change.clearness, move.name)))


def _chance_of_split(counts: Counts, n_periods: Counts, shape: float) -> float:
    """Give the two-sided probability of two counts at least so uneven, given their sum and negative binomial periods."""
    from scipy.stats import betabinom, binom

    total, (before, after) = int(counts.sum()), n_periods
    if not total or not before or not after or shape == 0:
        return 1.0
    split = binom(total, before / (before + after)) if np.isinf(shape) else betabinom(total, shape * before, shape * after)
    return float(min(1.0, 2 * min(split.cdf(counts[0]), split.sf(counts[0] - 1))))


def _in_bursts(names: Sequence[str], table: TrendTable, bursts: Sequence[Burst]) -> Flags:
    """Tell for each group and period whether a burst touches it; the bursts' periods may have another length."""
    touched = np.zeros((len(names), len(table.periods)), dtype=bool)
    starts = table.periods
    ends = pd.DatetimeIndex([period_end(start, table.freq, table.timezone) for start in starts]) if bursts else starts
    for burst in bursts:
        if burst.name in names:
            touched[names.index(burst.name)] |= np.asarray((starts < burst.end) & (ends > burst.start))
    return touched


def _days(table: TrendTable, part: Counts) -> tuple[pd.Timestamp, pd.Timestamp]:
    last = period_end(table.periods[part[-1]], table.freq, table.timezone) - pd.DateOffset(days=1)
    return table.periods[part[0]], last


def _sum_of_previous(values: Counts, n: int) -> Counts:
    """Sum, for each column, the `n` columns before it."""
    sums = np.concatenate([np.zeros_like(values[:, :1]), values.cumsum(axis=1)], axis=1)
    columns = np.arange(values.shape[1])
    result: Counts = sums[:, columns] - sums[:, np.maximum(columns - n, 0)]
    return result
