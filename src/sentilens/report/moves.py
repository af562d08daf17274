"""Changes of the complaint rate between two stretches of time, and slow ones over the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from ..trends.intervals import difference_interval
from ..trends.periods import period_end
from ..trends.table import TrendTable
from .events import Event, touched_by
from .groups import MIN_CELL, Counts, Flags, counts_by_period, full_periods

#: Each side of a comparison has at least so many posts.
MIN_COMPARED_POSTS: Final = 20
#: A slow change needs so many full periods in each of its thirds, and makes at least so much of a difference.
MIN_THIRD_PERIODS: Final = 3
MIN_DRIFT: Final = 0.05
MIN_RATIO: Final = 2.0
#: Error shared by all comparisons (Bonferroni).
ERROR: Final = 0.05 / 3


@dataclass(frozen=True)
class Change:
    """A complaint rate against the one before, with the 95 % interval of the difference."""

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
class Drift:
    """A slow change of a group, from the first to the last third of the full periods, outside its events.

    Attributes
    ----------
    name : str
        The group.
    kind : {"complaint_rate", "n_complaints"}
        What changed beyond chance, with an error shared by all comparisons (Bonferroni).
    first, last : tuple of Timestamp
        The first and the last day of each third.
    rates, n_posts : tuple
        Share of the posts called complaints, and posts, of the thirds.
    counts : tuple of float
        Mean numbers of likely complaints in a period of the first and of the last third.
    clearness : float
        By how much it is more than chance; for the order within a kind.
    """

    name: str
    kind: str
    first: tuple[pd.Timestamp, pd.Timestamp]
    last: tuple[pd.Timestamp, pd.Timestamp]
    rates: tuple[float, float]
    n_posts: tuple[int, int]
    counts: tuple[float, float]
    clearness: float


def find_drifts(table: TrendTable, events: Sequence[Event]) -> tuple[Drift, ...]:
    """Compare each group's first and last third of the full periods, outside its clear events.

    Rates come first, the clearest before others, with the interval of Newcombe. A group whose rate shows nothing clear
    may have had another number of complaints: posts come in bunches, so counts are taken as negative binomial, and given
    their sum those of two stretches are then beta-binomial. Groups with events are left out of that, as the time after an
    event is part of its story.
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
    calm = ~touched_by(names, groups, events)
    shapes = _estimate_shapes(complaints, calm & full)
    m, n, k = (
        np.array([(values * calm)[:, part].sum(axis=1) for part in thirds])
        for values in (np.ones_like(posts), posts, complaints)
    )
    compared = np.flatnonzero((n >= MIN_COMPARED_POSTS).all(axis=0))
    drifts = []
    for row in compared:
        error = ERROR / (2 * len(compared))
        low, high = difference_interval(k[1, row], n[1, row], k[0, row], n[0, row], z=float(norm.isf(error / 2)))
        rates = (float(k[0, row] / n[0, row]), float(k[1, row] / n[1, row]))
        counts = (float(k[0, row] / m[0, row]), float(k[1, row] / m[1, row]))
        chance = _chance_of_split(k[:, row], m[:, row], shapes[row])
        if (low > 0 or high < 0) and abs(rates[1] - rates[0]) >= MIN_DRIFT:
            kind, clearness = "complaint_rate", float(max(low, -high))
        elif calm[row].all() and chance <= error and max(counts) >= max(MIN_RATIO * min(counts), MIN_CELL):
            kind, clearness = "n_complaints", -chance
        else:
            continue
        drifts.append(Drift(names[row], kind, days[0], days[1], rates, (int(n[0, row]), int(n[1, row])), counts, clearness))
    return tuple(sorted(drifts, key=lambda drift: (drift.kind, -drift.clearness, drift.name)))


def _estimate_shapes(series: Counts, clean: Flags) -> list[float]:
    """Estimate each group's negative binomial shape, infinite where nothing says that its counts are not Poisson.

    The variance is that of neighbours' differences (von Neumann 1941), which a slow change hardly touches.
    """
    dispersions, means = [], []
    for y, usable in zip(series, clean, strict=True):
        values = y[usable].astype(float)
        mean = max(float(values.mean()), 1 / len(values)) if len(values) else 0.0
        dispersions.append(float((np.diff(values) ** 2).mean() / 2 / mean) if len(values) > 1 else 1.0)
        means.append(mean)
    # Few periods may look calmer by chance than they are.
    common = max(1.0, float(np.median(dispersions))) if dispersions else 1.0
    spread = [max(own, common) - 1 for own in dispersions]
    return [mean / more if more > 0 else np.inf for mean, more in zip(means, spread, strict=True)]


def _chance_of_split(counts: Counts, n_periods: Counts, shape: float) -> float:
    """Give the two-sided probability of two counts at least so uneven, given their sum and negative binomial periods."""
    from scipy.stats import betabinom, binom

    total, (before, after) = int(counts.sum()), n_periods
    if not total or not before or not after or shape == 0:
        return 1.0
    split = binom(total, before / (before + after)) if np.isinf(shape) else betabinom(total, shape * before, shape * after)
    return float(min(1.0, 2 * min(split.cdf(counts[0]), split.sf(counts[0] - 1))))


def _days(table: TrendTable, part: Counts) -> tuple[pd.Timestamp, pd.Timestamp]:
    last = period_end(table.periods[part[-1]], table.freq, table.timezone) - pd.DateOffset(days=1)
    return table.periods[part[0]], last
