"""Charts of cumulative sums, which gather small lasting changes until they are too many for chance.

References
----------
E. S. Page (1954), Continuous inspection schemes, Biometrika 41, 100-115.
D. M. Hawkins (1987), Self-starting CUSUM charts for location and scale, The Statistician 36, 299-315 (each observation is set
against those before it, so that no history free of changes need be known).
D. Siegmund (1985), Sequential Analysis, Springer (average run length, with the correction 1.166 for discrete time).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .baseline import FloatArray
from .predictive import NODES, WEIGHTS

#: Half the size of the change, in standard deviations, that the chart is best at.
REFERENCE: Final = 0.5
_OVERSHOOT: Final = 1.166
_NEAR_ZERO: Final = 1e-4


def alarm_rate(height: ArrayLike, shared: ArrayLike = 0.0) -> FloatArray:
    """Give the rate of false alarms, per period, of a one-sided chart that alarms at a height.

    Parameters
    ----------
    height : array_like
        Of the chart, in standard deviations.
    shared : array_like, default 0
        Correlation of the scores: the share of their variance that stems from what was estimated once for many periods. It acts
        as an unknown drift, which is integrated over.

    Examples
    --------
    >>> print(f"{1 / alarm_rate(4.0):.0f}")  # the average run length until a false alarm
    338
    """
    height, drift_sd = np.asarray(height, dtype=float) + _OVERSHOOT, np.sqrt(np.asarray(shared, dtype=float))
    rate = np.zeros(np.broadcast_shapes(height.shape, drift_sd.shape))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        away = REFERENCE - node * drift_sd
        away = np.where(np.abs(away) < _NEAR_ZERO, _NEAR_ZERO, away)
        reach = np.clip(2 * away * height, -700.0, 700.0)
        # Average run length (exp(x) - x - 1) / (2 a²) with x = 2 a h, for scores of mean a below the reference.
        rate += weight * np.minimum(1.0, 2 * away**2 / (np.expm1(reach) - reach))
    return rate


class Charts:
    """Upward and downward charts of many series, fed one period at a time.

    Parameters
    ----------
    shape : tuple of int
        Of the scores of a period.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        #: Heights, (2, *shape): upward, downward.
        self.heights: FloatArray = np.zeros((2, *shape))
        #: The period at which each chart last left zero.
        self.since: NDArray[np.int64] = np.zeros((2, *shape), dtype=np.int64)
        self._told: Any = np.zeros((2, *shape), dtype=bool)
        self._ceiling: FloatArray = np.full((2, *shape), np.inf)

    def feed(self, scores: FloatArray, shared: FloatArray, period: int) -> FloatArray:
        """Take in a period's scores (NaN leaves a chart as it is) and give the false-alarm rate of each chart's height.

        `shared` is the correlation of the scores, see `alarm_rate`.
        """
        known = np.isfinite(scores)
        move = np.where(known, np.stack([scores, -scores]) - REFERENCE, 0.0)
        before = self.heights
        heights = np.clip(before + move, 0.0, self._ceiling)
        self.since = np.where((before == 0) & (heights > 0), period, self.since)
        back = heights == 0
        self._told &= ~back
        self._ceiling[back] = np.inf
        self.heights = heights
        return np.where(known & ~self._told, alarm_rate(heights, np.nan_to_num(shared)), np.nan)

    def tell(self, alarms: NDArray[np.bool_]) -> None:
        """Mark charts as having alarmed: they are silent until they are back at zero, and grow no higher."""
        self._told |= alarms
        self._ceiling = np.where(alarms, self.heights, self._ceiling)
