"""How unlikely an observation is, given what was expected: tails of predictive distributions, vectorised.

Numbers are negative binomial, shares binomial of the number of posts that correlated posts are worth, means normal. The
estimate's own variance is added to that of the observation; the dispersion, known from some weeks only, is integrated over, as
Student's t does for the normal distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc, betaincinv, ndtr

from .baseline import Expectation, Family, FloatArray
from .intervals import Z_95

#: Nodes and weights of the Gauss-Hermite rule that integrates over what is normal with the variance 1.
NODES, _RAW_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
WEIGHTS: Final = _RAW_WEIGHTS / np.sqrt(2 * np.pi)
#: Variance over that of a Poisson count or of independent posts; a trace above one keeps the formulas finite.
_LEAST_DISPERSION: Final = 1.0001
_TINY: Final = 1e-12


@dataclass(frozen=True)
class Tails:
    """Probabilities under the expectation, each of the shape of the observations.

    Attributes
    ----------
    at_least, at_most : ndarray
        Of an observation as high, or as low.
    middle : ndarray
        Of a lower observation, counting an equal one half: uniform in [0, 1] where all is as expected.
    """

    at_least: FloatArray
    at_most: FloatArray
    middle: FloatArray


def inflation(family: Family, expected: Expectation, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give variances over that of a Poisson count, or of independent posts: the observation's own, and the estimate's."""
    dispersion = expected.dispersion[:, None]
    if family == "number":
        return np.broadcast_to(dispersion, n.shape), expected.mean * expected.link_variance
    slope = expected.mean * (1 - expected.mean) if family == "share" else 1 / expected.spread[:, None]
    return 1 + np.maximum(n - 1, 0) * dispersion, n * slope * expected.link_variance


def tails(family: Family, expected: Expectation, y: FloatArray, n: FloatArray) -> Tails:
    """Give the tails of observations, all arrays of shape (S, B); `n` is one for numbers."""
    factor = sum(inflation(family, expected, n))
    log_sd = np.sqrt(2 / expected.freedom)[:, None]
    at_least, above = np.zeros_like(y), np.zeros_like(y)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        widened = np.maximum(factor * np.exp(node * log_sd), _LEAST_DISPERSION)
        from_here, beyond = _upper(family, expected, y, n, widened)
        at_least += weight * from_here
        above += weight * beyond
    return Tails(np.clip(at_least, 0, 1), np.clip(1 - above, 0, 1), np.clip(1 - (at_least + above) / 2, 0, 1))


def central_interval(
    family: Family, expected: FloatArray, factor: FloatArray, n: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the range in which 95 % of the observations are expected."""
    share = 0.025
    if family == "number":
        factor = np.maximum(factor, _LEAST_DISPERSION)
        size, chance = expected / (factor - 1), 1 / factor
        from scipy.stats import nbinom

        return nbinom.ppf(share, size, chance), nbinom.ppf(1 - share, size, chance)
    worth = np.maximum(n / factor, _TINY)
    if family == "share":
        a, b = np.maximum(expected * worth, _TINY), np.maximum((1 - expected) * worth, _TINY)
        return betaincinv(a, b, share), betaincinv(a, b, 1 - share)
    half = Z_95 * np.sqrt(spread / worth)
    return np.maximum(expected - half, -1.0), np.minimum(expected + half, 1.0)


def _upper(
    family: Family, expected: Expectation, y: FloatArray, n: FloatArray, factor: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the probabilities of an observation at least so high, and of a higher one."""
    mean = expected.mean
    if family == "number":
        size, rest = mean / (factor - 1), 1 - 1 / factor
        return np.where(y > 0, betainc(np.maximum(y, _TINY), size, rest), 1.0), betainc(y + 1, size, rest)
    if family == "share":
        worth, step = n / factor, 1 / factor
        hits = y * step
        from_here = betainc(np.maximum(hits, _TINY), worth - hits + step, mean)
        beyond = betainc(hits + step, np.maximum(worth - hits, _TINY), mean)
        return np.where(y > 0, from_here, 1.0), np.where(y < n, beyond, 0.0)
    z = (y / np.maximum(n, 1) - mean) / np.sqrt(expected.spread[:, None] * factor / np.maximum(n, 1))
    return ndtr(-z), ndtr(-z)
