"""Figures of a trend frame that only some posts have, and what is hidden of cells with few posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from .counting import JUDGED, RATING_COUNTS, SEVERITY_COUNTS, UNITS, YES, own_head_names
from .intervals import wilson_interval
from .prevalence import ErrorRates, corrected_rates

#: Figures that few posts make, and that are not shown of fewer than ``min_count``.
RATES: Final = ("complaint_rate", "mean_complaint_probability", "net_sentiment", "complaint_rate_corrected", "mean_rating")
_HIDDEN: Final = tuple(f"{name}{end}" for name in RATES for end in ("", "_low", "_high"))


def further_figures(counts: pd.DataFrame, error_rates: Mapping[str, ErrorRates]) -> dict[str, Any]:
    """Give corrected complaint rates, mean ratings, posts by severity and yes/no heads of one's own, as far as counts tell."""
    figures: dict[str, Any] = {}
    if error_rates:
        names = ("complaint_rate_corrected", "complaint_rate_corrected_low", "complaint_rate_corrected_high")
        figures |= zip(names, corrected_rates(counts, error_rates), strict=True)
    if set(RATING_COUNTS) <= set(counts.columns):
        n_rated, units = (counts[name].to_numpy(dtype=float) for name in RATING_COUNTS)
        figures["mean_rating"] = np.divide(units, n_rated * UNITS, out=np.full(len(counts), np.nan), where=n_rated > 0)
    figures |= {name: counts[name] for name in SEVERITY_COUNTS if name in counts.columns}
    for head in own_head_names(counts):
        n_judged, n_yes = (counts[kind + head].to_numpy(dtype=float) for kind in (JUDGED, YES))
        figures[f"n_{head}"] = counts[YES + head]
        figures[f"{head}_rate"] = np.divide(n_yes, n_judged, out=np.full(len(counts), np.nan), where=n_judged > 0)
        figures[f"{head}_rate_low"], figures[f"{head}_rate_high"] = wilson_interval(n_yes, n_judged)
    return figures


def hide_few(frame: pd.DataFrame, min_count: int) -> pd.DataFrame:
    """Take the rates away where there are fewer posts, and say so in a column ``suppressed``."""
    few = frame["n_posts"] < min_count
    names = list(map(str, frame.columns))
    own = [name.removeprefix("n_") for name in names if f"{name.removeprefix('n_')}_rate" in names]
    rates = (*_HIDDEN, *(f"{head}_rate{end}" for head in own for end in ("", "_low", "_high")))
    hidden = {name: frame[name].mask(few) for name in rates if name in frame.columns}
    return frame.assign(**hidden, suppressed=few)
