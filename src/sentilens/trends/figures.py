"""Figures of a trend frame that only some posts have, and what is hidden of cells with few posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from .counting import RATING_COUNTS, SEVERITY_COUNTS, UNITS
from .prevalence import ErrorRates, corrected_rates

#: Figures that few posts make, and that are not shown of fewer than ``min_count``.
RATES: Final = ("complaint_rate", "mean_complaint_probability", "net_sentiment", "complaint_rate_corrected", "mean_rating")
_HIDDEN: Final = tuple(f"{name}{end}" for name in RATES for end in ("", "_low", "_high"))


def further_figures(counts: pd.DataFrame, error_rates: Mapping[str, ErrorRates]) -> dict[str, Any]:
    """Give corrected complaint rates, mean ratings and posts by severity, as far as the counts tell of them."""
    figures: dict[str, Any] = {}
    if error_rates:
        names = ("complaint_rate_corrected", "complaint_rate_corrected_low", "complaint_rate_corrected_high")
        figures |= zip(names, corrected_rates(counts, error_rates), strict=True)
    if set(RATING_COUNTS) <= set(counts.columns):
        n_rated, units = (counts[name].to_numpy(dtype=float) for name in RATING_COUNTS)
        figures["mean_rating"] = np.divide(units, n_rated * UNITS, out=np.full(len(counts), np.nan), where=n_rated > 0)
    return figures | {name: counts[name] for name in SEVERITY_COUNTS if name in counts.columns}


def hide_few(frame: pd.DataFrame, min_count: int) -> pd.DataFrame:
    """Take the rates away where there are fewer posts, and say so in a column ``suppressed``."""
    few = frame["n_posts"] < min_count
    hidden = {name: frame[name].mask(few) for name in _HIDDEN if name in frame.columns}
    return frame.assign(**hidden, suppressed=few)
