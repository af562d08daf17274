"""Plots of trends and reply times that can be read by everyone, on paper too: one call each, texts in the reader's language.

The modules: `scales` (what all share), then one for each kind of plot.
"""

from __future__ import annotations

from .heatmap import plot_heatmap
from .lines import plot_trends, shade_events, trend_lines
from .panels import plot_small_multiples
from .scales import METRICS
from .shares import plot_severity, plot_share_of_voice
from .waiting import plot_reply_times

__all__ = [
    "METRICS",
    "plot_heatmap",
    "plot_reply_times",
    "plot_severity",
    "plot_share_of_voice",
    "plot_small_multiples",
    "plot_trends",
    "shade_events",
    "trend_lines",
]
