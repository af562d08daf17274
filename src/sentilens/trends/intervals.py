"""Interval estimates for shares and net scores, vectorised over any number of cells."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: 97.5 % quantile of the standard normal distribution: the width of all 95 % intervals.
Z_95: Final = 1.959963984540054

FloatArray = NDArray[np.float64]


def wilson_interval(successes: ArrayLike, n: ArrayLike, *, z: float = Z_95) -> tuple[FloatArray, FloatArray]:
    """Give the score interval of a share.

    Parameters
    ----------
    successes, n : array_like of int
        How many of how many, of the same shape.
    z : float, default 1.96
        Normal quantile; the default gives 95 %.

    Returns
    -------
    low, high : ndarray of float
        Bounds in [0, 1]; NaN where ``n`` is 0.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(8, 20)
    >>> print(f"{low:.3f} {high:.3f}")
    0.219 0.613
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At the edges the bounds are 0 and 1 exactly; floating point may miss them by a hair.
    low = np.where(k == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(k == n, 1.0, np.clip(centre + half, 0, 1))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def net_interval(positive: ArrayLike, negative: ArrayLike, n: ArrayLike, *, z: float = Z_95) -> tuple[FloatArray, FloatArray]:
    """Give the interval of a net score (positive - negative) / n.

    The variance is that of a difference of two multinomial shares, (p+ + p- - (p+ - p-)²) / n, taken after one
    positive and one negative post are added (n + 2). So a single post, or posts that all agree, have no interval of
    width zero.

    Parameters
    ----------
    positive, negative, n : array_like of int
        Counts of the same shape; ``positive + negative <= n``.
    z : float, default 1.96
        Normal quantile; the default gives 95 %.

    Returns
    -------
    low, high : ndarray of float
        Bounds in [-1, 1]; NaN where ``n`` is 0.

    References
    ----------
    D. G. Bonett and R. M. Price (2012), Adjusted Wald confidence interval for a difference of binomial proportions
    based on paired data, Journal of Educational and Behavioral Statistics 37, 479-488.

    Examples
    --------
    >>> low, high = net_interval(1, 0, 1)
    >>> print(f"{low:.2f} {high:.2f}")
    -0.73 1.00
    """
    n = np.asarray(n, dtype=float)
    p_positive = (np.asarray(positive, dtype=float) + 1) / (n + 2)
    p_negative = (np.asarray(negative, dtype=float) + 1) / (n + 2)
    net = p_positive - p_negative
    half = z * np.sqrt((p_positive + p_negative - net**2) / (n + 2))
    low, high = np.clip(net - half, -1, 1), np.clip(net + half, -1, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def difference_interval(
    successes: ArrayLike, n: ArrayLike, successes_before: ArrayLike, n_before: ArrayLike, *, z: float = Z_95
) -> tuple[FloatArray, FloatArray]:
    """Give the interval of the difference between two independent shares, later minus earlier.

    Parameters
    ----------
    successes, n, successes_before, n_before : array_like of int
        Counts of the later and of the earlier posts, of the same shape.
    z : float, default 1.96
        Normal quantile; the default gives 95 %.

    Returns
    -------
    low, high : ndarray of float
        Bounds in [-1, 1]; NaN where either side has no posts.

    References
    ----------
    R. G. Newcombe (1998), Interval estimation for the difference between independent proportions: comparison of
    eleven methods, Statistics in Medicine 17, 873-890 (method 10, from two Wilson intervals).

    Examples
    --------
    >>> low, high = difference_interval(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0524 0.3339
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(successes, dtype=float) / np.asarray(n, dtype=float)
        before = np.asarray(successes_before, dtype=float) / np.asarray(n_before, dtype=float)
    bounds, bounds_before = wilson_interval(successes, n, z=z), wilson_interval(successes_before, n_before, z=z)
    return estimate_difference_interval(share, *bounds, before, *bounds_before)


def estimate_difference_interval(
    estimate: FloatArray, low: FloatArray, high: FloatArray, before: FloatArray, low_before: FloatArray, high_before: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the interval of the difference between two independent estimates, from the interval of each.

    References
    ----------
    G. Zou and A. Donner (2008), Construction of confidence limits about effect measures: a general approach, Statistics in
    Medicine 27, 1693-1702; with Wilson intervals of shares it is Newcombe's method.
    """
    down = np.sqrt((estimate - low) ** 2 + (high_before - before) ** 2)
    up = np.sqrt((high - estimate) ** 2 + (before - low_before) ** 2)
    return estimate - before - down, estimate - before + up
