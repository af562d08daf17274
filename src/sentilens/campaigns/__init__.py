"""Campaigns and events: what changed with them, against what other brands did meanwhile."""

from __future__ import annotations

from .compare import compare_events, compare_periods
from .comparison import PeriodComparison
from .events import read_events

__all__ = ["PeriodComparison", "compare_events", "compare_periods", "read_events"]
