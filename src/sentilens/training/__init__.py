"""Train models on labelled posts."""

from .fitting import FittedHead, SoftLabels, assign_folds, fit_calibrated
from .thresholds import ThresholdRule
from .train import TrainResult, data_digest, train

__all__ = [
    "FittedHead",
    "SoftLabels",
    "ThresholdRule",
    "TrainResult",
    "assign_folds",
    "data_digest",
    "fit_calibrated",
    "train",
]
