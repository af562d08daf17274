"""Measure a model on labelled posts: how right, how calibrated, where it errs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .calibration import expected_calibration_error, reliability_table
from .errors import DataQualityWarning, LabelError, MissingColumnsError
from .labelling import read_labelled
from .schema import SCORED_STATUSES, SENTIMENTS
from .scorer import PostScorer, load_model

FloatArray = npt.NDArray[np.float64]

#: Draws of the bootstrap behind an interval, and its level.
_DRAWS = 500
_LEVEL = (2.5, 97.5)
#: Steps towards weights that match counts; a few dozen find them.
_MATCHING_STEPS = 80


@dataclass(frozen=True, repr=False)
class EvaluationResult:
    """What `evaluate` found.

    Attributes
    ----------
    table : DataFrame
        A row for all posts and one for each value of each ``by`` column: ``by``, ``value``, ``n_posts``, ``n_complaints``,
        ``complaint_f1`` with its 95 % bootstrap interval ``_low`` and ``_high``, ``average_precision``, ``complaint_ece``
        (expected calibration error), ``sentiment_macro_f1``, ``sentiment_accuracy``. NaN where nothing can be said.
    confusion : DataFrame
        Sentiment: labels in the rows, predictions in the columns, counts.
    reliability : DataFrame
        Stated complaint probabilities against observed rates, in ten bins of equally many posts.
    scored : DataFrame
        The posts with their labels (``label_complaint``, ``label_sentiment``) and scores.
    """

    table: pd.DataFrame
    confusion: pd.DataFrame
    reliability: pd.DataFrame
    scored: pd.DataFrame

    def worst(self, n: int = 10) -> pd.DataFrame:
        """Give the ``n`` posts whose complaint probability is furthest from their label."""
        gap = (self.scored["complaint_probability"] - self.scored["label_complaint"]).abs()
        order = gap.sort_values(ascending=False, kind="stable").dropna().index[:n]
        return self.scored.loc[order, ["text", "language", "label_complaint", "complaint_probability", "sentiment"]]

    def __repr__(self) -> str:
        return self.table.to_string(index=False, float_format=lambda value: f"{value:.3f}")

    def _repr_html_(self) -> str:
        return str(self.table.style.format(precision=3).hide(axis="index").to_html())


def evaluate(
    model: PostScorer | None,
    labelled: pd.DataFrame | str | os.PathLike[str],
    *,
    by: str | Sequence[str] = ("language",),
) -> EvaluationResult:
    """Measure a model on labelled posts.

    Parameters
    ----------
    model : PostScorer or None
        None is the default model.
    labelled : DataFrame or path
        Posts with ``text`` and ``complaint`` (0/1), ``sentiment`` or both. A column ``language`` with the true language
        is used for the breakdown where given; else the identified one.
    by : str or sequence of str, default ("language",)
        Columns to break the figures down by; ``()`` for the total alone.

    Returns
    -------
    EvaluationResult

    Raises
    ------
    LabelError
        If there are no usable labels.
    MissingColumnsError
        If a ``by`` column is missing.

    Warns
    -----
    DataQualityWarning
        For labelled posts that cannot be scored (empty, in a foreign language) and are left out.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    posts = read_labelled(labelled, heads=("sentiment", "complaint"))
    scorer = model or load_model()
    plain = posts.rename(columns={"complaint": "label_complaint", "sentiment": "label_sentiment"})
    given_language = plain["language"] if "language" in plain.columns else None
    scored = scorer.score(plain)
    if given_language is not None:
        scored["language"] = given_language
    usable = keep_scored(scored)
    missing = [name for name in names if name not in usable.columns]
    if missing:
        raise MissingColumnsError(f"The labelled posts have no column {missing}.", reason="missing_by_column")
    rows = [{"by": "all", "value": "", **score_metrics(usable)}]
    for name in names:
        for value, part in usable.groupby(name, sort=True):
            rows.append({"by": name, "value": value, **score_metrics(part)})
    known = usable[usable["label_sentiment"].notna()]
    confusion = pd.crosstab(
        pd.Categorical(known["label_sentiment"], SENTIMENTS), pd.Categorical(known["sentiment"], SENTIMENTS), dropna=False
    )
    confusion.index.name, confusion.columns.name = "label", "predicted"
    judged = usable[usable["label_complaint"].notna()]
    reliability = reliability_table(judged["complaint_probability"], judged["label_complaint"])
    return EvaluationResult(pd.DataFrame(rows), confusion, reliability, usable)


def keep_scored(scored: pd.DataFrame) -> pd.DataFrame:
    """Leave out labelled posts without scores, and say so.

    Parameters
    ----------
    scored : DataFrame
        With ``status``.

    Returns
    -------
    DataFrame
        The posts whose status is among `sentilens.schema.SCORED_STATUSES`.

    Raises
    ------
    LabelError
        If none is left.

    Warns
    -----
    DataQualityWarning
        If some are left out.
    """
    usable = scored["status"].isin(SCORED_STATUSES)
    if not usable.any():
        raise LabelError("None of the labelled posts could be scored.", reason="nothing_scored")
    if not usable.all():
        reasons = ", ".join(f"{name} {count:,}" for name, count in scored.loc[~usable, "status"].value_counts().items())
        warnings.warn(
            f"{int((~usable).sum()):,} of {len(scored):,} labelled posts cannot be scored ({reasons}); they are left out.",
            DataQualityWarning,
            stacklevel=3,
        )
    return scored[usable]


def score_metrics(scored: pd.DataFrame) -> dict[str, Any]:
    """Compute the figures of one row of `EvaluationResult.table`.

    Parameters
    ----------
    scored : DataFrame
        With ``label_complaint``, ``label_sentiment``, ``complaint_probability``, ``is_complaint`` and ``sentiment``.

    Returns
    -------
    dict
    """
    from sklearn.metrics import average_precision_score, f1_score

    judged = scored[scored["label_complaint"].notna()]
    truth = judged["label_complaint"].to_numpy(dtype=np.float64)
    predicted = judged["is_complaint"].to_numpy(dtype=np.float64)
    probability = judged["complaint_probability"].to_numpy(dtype=np.float64)
    figures: dict[str, Any] = {"n_posts": len(scored), "n_complaints": int(truth.sum())}
    both = 0 < truth.sum() < len(truth)
    figures["complaint_f1"] = f1_counts(truth, predicted) if truth.sum() else np.nan
    low, high = _bootstrap_f1(truth, predicted) if both else (np.nan, np.nan)
    figures["complaint_f1_low"], figures["complaint_f1_high"] = low, high
    figures["average_precision"] = float(average_precision_score(truth, probability)) if both else np.nan
    figures["complaint_ece"] = expected_calibration_error(probability, truth) if len(truth) else np.nan
    known = scored[scored["label_sentiment"].notna()]
    label, guess = known["label_sentiment"].astype(str), known["sentiment"].astype(str)
    present = sorted(set(label))
    figures["sentiment_macro_f1"] = (
        float(f1_score(label, guess, average="macro", labels=present, zero_division=0)) if present else np.nan
    )
    figures["sentiment_accuracy"] = float((label == guess).mean()) if present else np.nan
    return figures


def f1_counts(truth: FloatArray, predicted: FloatArray) -> float:
    """Give the F1 of the class 1; 0 when nothing is right."""
    hits = float((truth * predicted).sum())
    total = float(truth.sum() + predicted.sum())
    return 2.0 * hits / total if total else 0.0


def _bootstrap_f1(truth: FloatArray, predicted: FloatArray) -> tuple[float, float]:
    """Give the percentile interval of F1 over posts drawn with replacement (Efron and Tibshirani 1993, chapter 13)."""
    generator = np.random.default_rng(0)
    draws = [generator.integers(0, len(truth), len(truth)) for _ in range(_DRAWS)]
    low, high = np.percentile([f1_counts(truth[draw], predicted[draw]) for draw in draws], _LEVEL)
    return float(low), float(high)


def best_threshold(probability: FloatArray, truth: FloatArray) -> float:
    """Find a threshold that is right most often and counts right.

    Parameters
    ----------
    probability : float64 array of shape (n_posts,)
        Calibrated probabilities of posts unseen in training.
    truth : float64 array of shape (n_posts,)
        0 or 1.

    Returns
    -------
    float
        In [0.1, 0.9]. Of all thresholds whose F1 is within 0.01 of the best, the one that flags most nearly as many posts as
        there are complaints: F1 alone would flag too many, and rates would be too high.
    """
    order = np.argsort(-probability, kind="stable")
    flagged = np.arange(1, len(order) + 1)
    f1 = 2.0 * np.cumsum(truth[order]) / (flagged + truth.sum())
    good = np.flatnonzero(f1 >= f1.max() - 0.01)
    cut = int(good[np.abs(flagged[good] - truth.sum()).argmin()])
    ranked = probability[order]
    following = ranked[cut + 1] if cut + 1 < len(ranked) else 0.0
    # Halfway between two probabilities, so that rounding does not tip a post over.
    return float(np.clip((ranked[cut] + following) / 2.0, 0.1, 0.9))


def matching_weights(probabilities: FloatArray, codes: npt.NDArray[Any]) -> tuple[float, ...]:
    """Find weights of classes by which each is the answer as often as it is the truth.

    The most probable class is right most often, but rare classes then come up too rarely: counts of them are too low, and
    macro-F1 with them.

    Parameters
    ----------
    probabilities : float64 array of shape (n_posts, n_classes)
        Of posts unseen in training.
    codes : int64 array of shape (n_posts,)
        The true classes, from 0.

    Returns
    -------
    tuple of float
        For each class, above 0; their geometric mean is 1.

    Examples
    --------
    >>> said = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    >>> weights = matching_weights(said, np.array([0, 0, 1, 1]))
    >>> (said * weights).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """
    n_classes = probabilities.shape[1]
    wanted = np.bincount(codes, minlength=n_classes)
    logs, shift = np.log(np.maximum(probabilities, 1e-9)), np.zeros(n_classes)
    best, least = shift, np.inf
    for step in np.geomspace(0.2, 0.01, _MATCHING_STEPS):
        given = np.bincount((logs + shift).argmax(axis=1), minlength=n_classes)
        gap = float(np.abs(given - wanted).sum())
        if gap < least:
            best, least = shift, gap
        # Two posts more of each, so that no class runs away that is hardly there.
        shift = shift + step * np.log((wanted + 2.0) / (given + 2.0))
    return tuple(np.exp(best - best.mean()).round(6).tolist())


def compact_metrics(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Turn an evaluation table into plain rounded records for a manifest."""
    records = table.round(4).astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in record.items()} for record in records]
