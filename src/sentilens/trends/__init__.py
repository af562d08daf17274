"""How feelings and complaints move over time, per brand and per channel, with honest uncertainty."""

from __future__ import annotations

from .alerts import find_alerts
from .compute import compute_trends
from .table import TrendTable

__all__ = ["TrendTable", "compute_trends", "find_alerts"]
