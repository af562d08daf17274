"""Train models on labelled posts."""

from .fitting import FittedHead, SoftLabels, assign_folds, fit_calibrated
from .label_errors import find_label_errors
from .learning_curve import LearningCurve, measure_learning_curve
from .rebuild import RebuildCheck, check_rebuild
from .thresholds import ThresholdRule
from .train import TrainResult, data_digest, train

__all__ = [
    "FittedHead",
    "LearningCurve",
    "RebuildCheck",
    "SoftLabels",
    "ThresholdRule",
    "TrainResult",
    "assign_folds",
    "check_rebuild",
    "data_digest",
    "find_label_errors",
    "fit_calibrated",
    "measure_learning_curve",
    "train",
]
