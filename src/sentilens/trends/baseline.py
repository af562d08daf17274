"""What was to be expected: regressions of many series at once on a stretch of their past.

Each series has a level, a slope and seasonal effects on the scale of its link (log for numbers, logit for shares, identity for
means). Counts of posts are over-dispersed, past outbreaks would raise what is expected, and a slope that is fitted to a
few weeks runs away when it is extrapolated. So, after Noufaily et al. (2013), the likelihood is a quasi-likelihood, and what
stands far out is weighted down; and slope and seasonal effects have weak normal priors, which keep them near zero until the
data say otherwise. All series of a table share the design, so that a step of Newton's method is one matrix product for all.

References
----------
C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole (1996), A statistical algorithm for the early detection of
outbreaks of infectious disease, Journal of the Royal Statistical Society A 159, 547-563.
A. Noufaily, D. G. Enki, C. P. Farrington, P. Garthwaite, N. Andrews and A. Charlett (2013), An improved algorithm for outbreak
detection in multiple surveillance systems, Statistics in Medicine 32, 1206-1222.
D. A. Williams (1982), Extra-binomial variation in logistic linear models, Applied Statistics 31, 144-148.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Family = Literal["number", "share", "mean"]

#: Standardised residuals beyond this are weighted down (Noufaily et al. 2013).
OUTLYING: Final = 2.58
#: Rounds of fitting, estimating the dispersion and weighting down; steps of Newton's method in each.
_ROUNDS, _STEPS = 4, 3
#: Bounds of the linear predictor and of a step, which keep series without any event finite.
_MAX_LINK: Final = {"number": 16.0, "share": 9.0, "mean": np.inf}
_MAX_STEP: Final = 2.0
#: The level's prior is this wide around the mean of the stretch; it matters where there are no events.
_LEVEL_SD: Final = 1.0
_TINY: Final = 1e-9


@dataclass(frozen=True)
class Design:
    """What the series of a table share: the regressors of the past and of the periods to be judged.

    Attributes
    ----------
    past, ahead : ndarray, shapes (W, P) and (B, P)
        Columns: one, time, seasonal effects.
    prior_sd : ndarray, shape (P,)
        Standard deviations of the effects' priors around zero; that of the level is not used.
    """

    past: FloatArray
    ahead: FloatArray
    prior_sd: FloatArray


@dataclass(frozen=True)
class Expectation:
    """What is expected of S series in B periods.

    Attributes
    ----------
    mean : ndarray, shape (S, B)
        Expected number, share or mean.
    link_variance : ndarray, shape (S, B)
        Variance of the estimate on the scale of the link.
    lasting : ndarray, shape (S, B)
        The share of that variance that the periods ahead have in common.
    dispersion : ndarray, shape (S,)
        For numbers, variance over mean; for shares and means, the correlation of two posts of a period.
    freedom : ndarray, shape (S,)
        Effective degrees of freedom behind the dispersion.
    spread : ndarray, shape (S,)
        For means, the variance of a single post; else 1.
    """

    mean: FloatArray
    link_variance: FloatArray
    lasting: FloatArray
    dispersion: FloatArray
    freedom: FloatArray
    spread: FloatArray


def fit_baseline(
    design: Design, family: Family, y: FloatArray, n: FloatArray, usable: NDArray[np.bool_], spread: FloatArray
) -> Expectation:
    """Fit all series on their past and give what is expected ahead.

    Parameters
    ----------
    design : Design
    family : {"number", "share", "mean"}
    y, n : ndarray, shape (S, W)
        Sums and numbers of posts they are of; for numbers, `n` is one.
    usable : ndarray of bool, shape (S, W)
        Which periods count.
    spread : ndarray, shape (S,)
        For means, the variance of a single post.
    """
    counted = (usable & (n > 0)).astype(float)
    n_counted = np.maximum(counted.sum(axis=1), 1)
    products = (design.past[:, :, None] * design.past[:, None, :]).reshape(len(design.past), -1)
    centre = np.zeros((len(y), design.past.shape[1]))
    centre[:, 0] = _level(family, (y * counted).sum(axis=1), (n * counted).sum(axis=1))
    precision = np.diag(1 / np.concatenate([[_LEVEL_SD], design.prior_sd[1:]]) ** 2)
    effects, weight = centre.copy(), counted
    dispersion = np.ones(len(y)) if family == "number" else np.zeros(len(y))
    for _ in range(_ROUNDS):
        # Correlated posts are worth fewer: the numbers shrink to what they are worth.
        worth = _worth(family, n, dispersion, spread)
        for _ in range(_STEPS):
            mean, information = _moments(family, effects @ design.past.T)
            share_of_y = y / np.maximum(n, _TINY)
            gradient = (weight * worth * (share_of_y - mean)) @ design.past - (effects - centre) @ precision
            curvature = ((weight * worth * information) @ products).reshape(len(y), *precision.shape) + precision
            step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
            effects = effects + np.clip(step, -_MAX_STEP, _MAX_STEP)
            effects[:, 0] = np.clip(effects[:, 0], -_MAX_LINK[family], _MAX_LINK[family])
        mean, information = _moments(family, effects @ design.past.T)
        covariance = np.linalg.inv(curvature)
        n_effects = design.past.shape[1] - np.einsum("spq,qp->s", covariance, precision)
        freedom = np.maximum(n_counted - n_effects, 1.0)
        variance = n * spread[:, None] * information
        squares = np.where(counted > 0, (y - n * mean) ** 2 / np.maximum(variance, _TINY), 0.0)
        dispersion = _dispersion(family, weight * squares, weight, n, freedom)
        residuals = _residuals(family, y, n, mean, squares, _dispersion_of_others(family, weight * squares, weight, n, freedom))
        weight = counted * np.minimum(1.0, (OUTLYING / np.maximum(np.abs(residuals), _TINY)) ** 2)
    leverage = np.einsum("bp,spq,bq->sb", design.ahead, covariance, design.ahead)
    # Errors of seasonal effects even out over a season; that of level and slope stays.
    middle = design.ahead.mean(axis=0)
    lasting = np.einsum("p,spq,q->s", middle, covariance, middle)[:, None] / np.maximum(leverage, _TINY)
    mean_ahead, _ = _moments(family, effects @ design.ahead.T)
    typical = (weight * mean).sum(axis=1) / np.maximum(weight.sum(axis=1), _TINY)
    return Expectation(
        mean_ahead, leverage, np.minimum(lasting, 1.0), dispersion, _freedom(family, freedom, dispersion, typical), spread
    )


def _level(family: Family, total: FloatArray, n: FloatArray) -> FloatArray:
    if family == "number":
        return np.asarray(np.log((total + 0.5) / np.maximum(n, 1)))
    if family == "share":
        return np.asarray(np.log((total + 0.5) / (n - total + 0.5)))
    return np.asarray(total / np.maximum(n, 1))


def _moments(family: Family, link: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the mean of a unit and its derivative by the link, which is also its variance (for means, but for a factor)."""
    link = np.clip(link, -_MAX_LINK[family], _MAX_LINK[family])
    if family == "number":
        mean = np.exp(link)
        return mean, mean
    if family == "share":
        mean = 1 / (1 + np.exp(-link))
        return mean, mean * (1 - mean)
    return link, np.ones_like(link)


def _worth(family: Family, n: FloatArray, dispersion: FloatArray, spread: FloatArray) -> FloatArray:
    if family == "number":
        return n / dispersion[:, None]
    return n / (1 + np.maximum(n - 1, 0) * dispersion[:, None]) / spread[:, None]


def _dispersion(family: Family, squares: FloatArray, weight: FloatArray, n: FloatArray, freedom: FloatArray) -> FloatArray:
    """Estimate by moments: Pearson's statistic has the mean that the dispersion gives it."""
    pairs = weight * np.maximum(n - 1, 0)
    return _moment_estimate(family, squares.sum(axis=1), pairs.sum(axis=1), freedom)


def _dispersion_of_others(
    family: Family, squares: FloatArray, weight: FloatArray, n: FloatArray, freedom: FloatArray
) -> FloatArray:
    """Estimate for each period from all others: by a dispersion that it makes itself, a great outbreak would hide."""
    pairs = weight * np.maximum(n - 1, 0)
    statistic, n_pairs = (values.sum(axis=1, keepdims=True) - values for values in (squares, pairs))
    return _moment_estimate(family, statistic, n_pairs, np.maximum(freedom - 1, 1.0)[:, None])


def _moment_estimate(family: Family, statistic: FloatArray, pairs: FloatArray, freedom: FloatArray) -> FloatArray:
    if family == "number":
        return np.asarray(np.maximum(statistic / freedom, 1.0))
    return np.asarray(np.clip((statistic - freedom) / np.maximum(pairs, _TINY), 0.0, 0.9))


def _residuals(
    family: Family, y: FloatArray, n: FloatArray, mean: FloatArray, squares: FloatArray, dispersion: FloatArray
) -> FloatArray:
    if family == "number":
        # Anscombe's residuals, as skewed counts would be called outlying too often by Pearson's.
        scale = np.maximum(mean, _TINY) ** (1 / 6) * np.sqrt(dispersion)
        return 1.5 * (np.maximum(y, 0) ** (2 / 3) - mean ** (2 / 3)) / scale
    return np.sqrt(squares / (1 + np.maximum(n - 1, 0) * dispersion))


def _freedom(family: Family, freedom: FloatArray, dispersion: FloatArray, mean: FloatArray) -> FloatArray:
    """Correct the degrees of freedom for the kurtosis of counts, which makes a dispersion harder to estimate."""
    if family != "number":
        return freedom
    mean = np.maximum(mean, _TINY)
    excess = 6 * (dispersion - 1) / mean + 1 / (dispersion * mean)  # of a negative binomial count
    return np.maximum(2 * freedom / (2 + excess), 1.0)
