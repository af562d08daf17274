"""Hold new posts against those that a model was trained on, without labels."""

from .find import find_drift
from .result import DriftResult

__all__ = ["DriftResult", "find_drift"]
