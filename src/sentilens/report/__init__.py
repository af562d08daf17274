"""One self-contained page about a set of scored posts: summary (data), plots, HTML."""

from __future__ import annotations

from .builder import ReportBuilder, write_report
from .plots import (
    plot_heatmap,
    plot_reply_times,
    plot_severity,
    plot_share_of_voice,
    plot_small_multiples,
    plot_trends,
)
from .summary import ReportSummary

__all__ = [
    "ReportBuilder",
    "ReportSummary",
    "plot_heatmap",
    "plot_reply_times",
    "plot_severity",
    "plot_share_of_voice",
    "plot_small_multiples",
    "plot_trends",
    "write_report",
]
