"""Waiting times of which some have not ended yet."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WaitingTimes:
    """How many still wait after how long: the Kaplan-Meier estimate of a group.

    Attributes
    ----------
    n_posts : int
    hours : float64 array of shape (n_steps,)
        Waiting times that occur, ascending.
    waiting, low, high : float64 arrays of shape (n_steps,)
        Share that waits longer than that, in [0, 1], and its 95 % interval.
    """

    n_posts: int
    hours: FloatArray
    waiting: FloatArray
    low: FloatArray
    high: FloatArray

    def answered_within(self, hours: float) -> tuple[float, float, float]:
        """Give the share answered within so many hours, with its interval; NaN where nobody was watched for so long."""
        if not len(self.hours) or (self.hours[-1] < hours and self.waiting[-1] > 0):
            return (np.nan, np.nan, np.nan)
        step = int(np.searchsorted(self.hours, hours, side="right")) - 1
        if step < 0:
            return (0.0, 0.0, 1 - _bound(self.n_posts))
        return (float(1 - self.waiting[step]), float(1 - self.high[step]), float(1 - self.low[step]))

    def hours_until(self, share: float) -> tuple[float, float, float]:
        """Give the hours after which a share is answered, with its interval; infinite where that is not reached."""
        low, middle, high = (self._reaches(curve, 1 - share) for curve in (self.low, self.waiting, self.high))
        return (middle, low, high)

    def _reaches(self, curve: FloatArray, share: float) -> float:
        # Before the first answer nothing is known of when there will be one.
        there = np.flatnonzero((curve <= share + 1e-12) & (self.waiting < 1))
        return float(self.hours[there[0]]) if len(there) else np.inf


def estimate_waiting(hours: FloatArray, ended: npt.NDArray[np.bool_]) -> WaitingTimes:
    """Estimate how many wait how long, from waits of which some still go on.

    Parameters
    ----------
    hours : float64 array of shape (n_posts,)
        How long each post waited for its answer, or waits by now.
    ended : bool array of shape (n_posts,)
        Whether it was answered.

    Returns
    -------
    WaitingTimes

    Notes
    -----
    The product-limit estimate (E. L. Kaplan and P. Meier 1958, JASA 53, 457-481), with Greenwood's variance on the
    complementary log-log scale, as in `scipy.stats.ecdf`.

    Examples
    --------
    >>> waits = estimate_waiting(np.array([1.0, 2.0, 30.0, 40.0]), np.array([True, True, True, False]))
    >>> waits.answered_within(24)[0], waits.hours_until(0.5)[0]
    (0.5, 2.0)
    """
    if not len(hours):
        nothing = np.zeros(0)
        return WaitingTimes(0, nothing, nothing, nothing, nothing)
    from scipy.stats import CensoredData, ecdf

    curve: Any = ecdf(CensoredData(uncensored=hours[ended], right=hours[~ended])).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # bounds where all or none are answered: see below
        bounds = curve.confidence_interval(method="log-log")
    waiting = np.asarray(curve.probabilities, dtype=np.float64)
    low, high = (np.asarray(bound.probabilities, dtype=np.float64) for bound in (bounds.low, bounds.high))
    # Where nobody was answered yet, or nobody waits any more, that scale has no value: the exact binomial bound then.
    bound = _bound(len(hours))
    low = np.where(np.isnan(low), np.where(waiting >= 1, bound, 0.0), low)
    high = np.where(np.isnan(high), np.where(waiting <= 0, 1 - bound, 1.0), high)
    return WaitingTimes(len(hours), np.asarray(curve.quantiles, dtype=np.float64), waiting, low, high)


def _bound(n: int) -> float:
    """Give the least share, at 97.5 %, of what happened in all of n cases."""
    return float(0.025 ** (1 / n))
