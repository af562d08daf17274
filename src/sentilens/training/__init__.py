"""Train models on labelled posts."""

from .fitting import FittedHead, SoftLabels, assign_folds, fit_calibrated
from .rebuild import RebuildCheck, check_rebuild
from .thresholds import ThresholdRule
from .train import TrainResult, data_digest, train

__all__ = [
    "FittedHead",
    "RebuildCheck",
    "SoftLabels",
    "ThresholdRule",
    "TrainResult",
    "assign_folds",
    "check_rebuild",
    "data_digest",
    "fit_calibrated",
    "train",
]
