"""Sentiment, complaints and trends in exported customer posts, in the Nordic languages and German.

>>> import sentilens as sl
>>> model = sl.load_model()
>>> model.score(sl.read_posts("export.csv"))  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Public name -> module. Nothing is imported before it is asked for, so that `import sentilens` costs nothing.
_HOMES = {
    "SentilensError": "errors",
    "read_posts": "ingest",
    "iter_posts": "ingest",
    "load_brands": "brands",
    "BrandMatcher": "brands",
    "normalize_text": "normalize",
    "explain_normalization": "normalize",
    "mask_text": "privacy",
    "LanguageIdentifier": "estimators",
    "PostFeaturizer": "estimators",
    "TextNormalizer": "estimators",
    "SentimentClassifier": "estimators",
    "ComplaintClassifier": "estimators",
    "PostScorer": "scorer",
    "load_model": "scorer",
    "save_model": "scorer",
    "inspect_model": "model_file",
    "head_from_classifier": "own_classifier",
    "replace_head": "own_classifier",
    "train": "training",
    "TrainResult": "training",
    "evaluate": "evaluation",
    "EvaluationResult": "evaluation",
    "choose_posts_to_label": "choosing",
    "control_rows": "choosing",
    "estimate_from_control": "choosing",
    "label_in_notebook": "choosing",
    "write_label_sheet": "choosing",
    "find_drift": "drift",
    "DriftResult": "drift",
    "compare_models": "comparison",
    "ComparisonResult": "comparison",
    "find_label_errors": "training",
    "measure_learning_curve": "training",
    "measure_agreement": "agreement",
    "score_file": "batch",
    "ScoreSummary": "batch",
    "compute_trends": "trends",
    "TrendTable": "trends",
    "find_alerts": "trends",
    "find_posts_to_answer": "answering",
    "measure_reply_times": "answering",
    "ReplyTimes": "answering",
    "explain_change": "drivers",
    "ChangeExplanation": "drivers",
    "compare_periods": "campaigns",
    "compare_events": "campaigns",
    "PeriodComparison": "campaigns",
    "read_events": "campaigns",
    "plot_trends": "report",
    "write_report": "report",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from .agreement import measure_agreement
    from .answering import ReplyTimes, find_posts_to_answer, measure_reply_times
    from .batch import ScoreSummary, score_file
    from .brands import BrandMatcher, load_brands
    from .campaigns import PeriodComparison, compare_events, compare_periods, read_events
    from .choosing import (
        choose_posts_to_label,
        control_rows,
        estimate_from_control,
        label_in_notebook,
        write_label_sheet,
    )
    from .comparison import ComparisonResult, compare_models
    from .drift import DriftResult, find_drift
    from .drivers import ChangeExplanation, explain_change
    from .errors import SentilensError
    from .estimators import ComplaintClassifier, LanguageIdentifier, PostFeaturizer, SentimentClassifier, TextNormalizer
    from .evaluation import EvaluationResult, evaluate
    from .ingest import iter_posts, read_posts
    from .model_file import inspect_model
    from .normalize import explain_normalization, normalize_text
    from .own_classifier import head_from_classifier, replace_head
    from .privacy import mask_text
    from .report import plot_trends, write_report
    from .scorer import PostScorer, load_model, save_model
    from .training import TrainResult, find_label_errors, measure_learning_curve, train
    from .trends import TrendTable, compute_trends, find_alerts
