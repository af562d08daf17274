"""How feelings and complaints move over time, per brand and per channel, with honest uncertainty."""

from __future__ import annotations

from .alerts import find_alerts
from .table import TrendTable, compute_trends

__all__ = ["TrendTable", "compute_trends", "find_alerts"]
