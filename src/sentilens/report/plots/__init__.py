"""Plots of trends and reply times that can be read by everyone, on paper too: one call each, texts in the reader's language.

The modules: `scales` (what all share), then one for each kind of plot.
"""

from __future__ import annotations

from .lines import plot_trends, shade_events, trend_lines
from .scales import METRICS

__all__ = ["METRICS", "plot_trends", "shade_events", "trend_lines"]
