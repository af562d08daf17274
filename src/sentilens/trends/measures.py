"""The metrics as sums over posts, with intervals that allow for periods that vary more than chance has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from .counting import UNITS
from .intervals import Z_95, FloatArray, estimate_difference_interval, net_interval, wilson_interval

#: Below so many posts nothing is said of a change.
MIN_POSTS: Final = 5
COUNT_METRIC: Final = "n_complaints"
#: Metrics whose changes are compared and explained.
METRICS: Final[tuple[str, ...]] = ("complaint_rate", "net_sentiment", COUNT_METRIC, "mean_complaint_probability")
#: 97.5 %: both bounds of a 95 % interval.
_UPPER: Final = 0.975


def sums_of(metric: str, counts: pd.DataFrame) -> FloatArray:
    """Give the sum over posts whose mean, or which itself, is the metric."""
    if metric == "net_sentiment":
        return (counts["n_positive"] - counts["n_negative"]).to_numpy(dtype=float)
    if metric == "mean_complaint_probability":
        return counts["complaint_units"].to_numpy(dtype=float) / UNITS
    return counts["n_complaints"].to_numpy(dtype=float)


def sizes_of(counts: pd.DataFrame) -> FloatArray:
    """Give the numbers of posts."""
    return counts["n_posts"].to_numpy(dtype=float)


def mean_interval(metric: str, counts: pd.DataFrame, z: float) -> tuple[FloatArray, FloatArray]:
    """Give the interval of the mean over posts; of probabilities that of a share, which is as wide as theirs can be."""
    if metric == "net_sentiment":
        return net_interval(counts["n_positive"], counts["n_negative"], counts["n_posts"], z=z)
    return wilson_interval(sums_of(metric, counts), counts["n_posts"], z=z)


def count_interval(counts: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Give the score interval of the mean of Poisson counts."""
    half = z * np.sqrt(counts + z**2 / 4)
    return np.maximum(counts + z**2 / 2 - half, 0.0), counts + z**2 / 2 + half


def change_interval(
    metric: str, now: pd.DataFrame, before: pd.DataFrame, n_periods: float, z: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give the metric now, before, and the bounds of the interval of the difference, for each row of counts.

    References
    ----------
    G. Zou and A. Donner (2008), Construction of confidence limits about effect measures: a general approach, Statistics in
    Medicine 27, 1693-1702.
    """
    sums = [sums_of(metric, counts) for counts in (now, before)]
    with np.errstate(divide="ignore", invalid="ignore"):
        if metric == COUNT_METRIC:
            values = [sums[0], sums[1] / n_periods]
            scaled = [bound / n_periods for bound in count_interval(sums[1], z)]
            bounds = [count_interval(sums[0], z), (scaled[0], scaled[1])]
        else:
            values = [total / sizes_of(counts) for total, counts in zip(sums, (now, before), strict=True)]
            bounds = [mean_interval(metric, counts, z) for counts in (now, before)]
    low, high = estimate_difference_interval(values[0], *bounds[0], values[1], *bounds[1])
    return values[0], values[1], low, high


def dispersion_of(metric: str, sides: Sequence[pd.DataFrame]) -> tuple[float, int]:
    """Tell how much more periods vary than independent posts would let them.

    Parameters
    ----------
    metric : str
    sides : sequence of DataFrame
        Counts by period, on each side of the comparison.

    Returns
    -------
    dispersion : float
        Pearson's statistic over its degrees of freedom; NaN without any.
    freedom : int
    """
    statistic, freedom = 0.0, 0
    for counts in sides:
        x, n = sums_of(metric, counts), sizes_of(counts)
        if metric == COUNT_METRIC:
            expected = np.full(len(x), x.mean() if len(x) else 0.0)
            variance = expected
        else:
            held = n > 0
            x, n = x[held], n[held]
            mean = x.sum() / n.sum() if len(n) else 0.0
            spread = mean * (1 - mean)
            if metric == "net_sentiment":
                spread = (counts["n_positive"] + counts["n_negative"]).sum() / max(n.sum(), 1) - mean**2
            expected, variance = n * mean, n * spread
        if len(x) > 1 and (variance > 0).all():
            statistic += float(((x - expected) ** 2 / variance).sum())
            freedom += len(x) - 1
    return (statistic / freedom if freedom else np.nan), freedom


def quantile(dispersion: float, freedom: int) -> float:
    """Give the quantile that intervals are made with: Student's, as the dispersion is known from some periods only.

    Periods are never taken to vary less than independent posts would. Where the dispersion is not known, posts are taken as
    independent.
    """
    if not np.isfinite(dispersion):
        return Z_95
    from scipy.stats import t

    wide: Any = t.ppf(_UPPER, freedom) * np.sqrt(max(dispersion, 1.0))
    return float(wide)
