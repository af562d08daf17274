"""Before against after, and against what others did meanwhile, with intervals that need no model of the posts.

A figure of a stretch of time is the ratio of two sums over its blocks (weeks, or days): complaints over posts. Its variance is
told by how much the blocks depart from it (the ratio estimator of cluster samples: W. G. Cochran, 1977, Sampling techniques,
chapter 6; a departure is divided by the root of what its block leaves to the others, which undoes its own pull on the figure):
whatever makes weeks differ from each other is in there, more than chance in posts would have it. Against others, the departures
are subtracted week by week, so that what moves all brands in the same week cancels out. The quantile is Student's, with the
degrees of freedom of Welch and Satterthwaite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ..trends.intervals import FloatArray

_UPPER: Final = 0.975
#: Fewer blocks on a side tell too little of how much they vary.
MIN_BLOCKS: Final = 3
#: A share of fewer posts than this rests on a handful.
_FEW: Final = 5


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Stretch:
    """A figure over some blocks, how much each block pulls it from where it is, and the least variance it can have."""

    value: float
    pulls: FloatArray
    least: float = 0.0

    def minus(self, other: Stretch) -> Stretch:
        """Set it against another over the same blocks."""
        return Stretch(self.value - other.value, self.pulls - other.pulls, self.least + other.least)

    @property
    def variance(self) -> float:
        """Of the figure, from block to block."""
        return max(float((self.pulls**2).sum()), self.least)


def measure(sums: FloatArray, sizes: FloatArray, *, logarithm: bool, share: bool = False) -> Stretch:
    """Give the ratio of the sums over some blocks.

    Parameters
    ----------
    sums, sizes : ndarray, shape (n_blocks,)
    logarithm : bool
        Whether to give its logarithm: for numbers, whose changes are ratios.
    share : bool, default False
        Whether it is a share of posts. Where it rests on a handful, blocks that agree by chance do not make it sure: its
        variance is that of independent posts at least, after one of each kind is added.
    """
    total, size = float(sums.sum()), float(sizes.sum())
    if not size or (logarithm and not total):
        return Stretch(np.nan, np.full(len(sums), np.nan))
    ratio = total / size
    with np.errstate(divide="ignore", invalid="ignore"):
        pulls = (sums - ratio * sizes) / size / np.sqrt(1 - sizes / size)
    if logarithm:
        return Stretch(float(np.log(ratio)), pulls / ratio)
    smoothed = (total + 1) / (size + 2)
    few = share and min(total, size - total) < _FEW
    return Stretch(ratio, pulls, smoothed * (1 - smoothed) / size if few else 0.0)


def difference(after: Stretch, before: Stretch, *, logarithm: bool) -> Estimate:
    """Give after minus before, of numbers the ratio minus one."""
    value = after.value - before.value
    enough = min(len(after.pulls), len(before.pulls)) >= MIN_BLOCKS
    variances = (after.variance, before.variance)
    if not enough or not np.isfinite(value) or sum(variances) <= 0:
        nothing = float(np.expm1(value) if logarithm else value)
        return Estimate(nothing, np.nan, np.nan)
    half = _quantile(variances, (len(after.pulls), len(before.pulls))) * np.sqrt(sum(variances))
    bounds = np.array([value, value - half, value + half])
    value, low, high = (np.expm1(bounds) if logarithm else bounds).tolist()
    return Estimate(value, low, high)


def level(stretch: Stretch, bounds: tuple[float, float] | None) -> Estimate:
    """Give the figure of one stretch with its interval, within the bounds that the figure has; None for a logarithm."""
    half = np.nan
    if len(stretch.pulls) >= MIN_BLOCKS and stretch.variance > 0:
        half = _quantile((stretch.variance,), (len(stretch.pulls),)) * np.sqrt(stretch.variance)
    edges = np.array([stretch.value, stretch.value - half, stretch.value + half])
    value, low, high = (np.exp(edges) if bounds is None else np.clip(edges, *bounds)).tolist()
    return Estimate(value, low, high)


def _quantile(variances: tuple[float, ...], sizes: tuple[int, ...]) -> float:
    from scipy.stats import t

    parts = sum(variance**2 / (n - 1) for variance, n in zip(variances, sizes, strict=True))
    return float(t.ppf(_UPPER, sum(variances) ** 2 / parts))
