"""From what the heads say of posts to the columns of their scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError, ModelFormatError
from .head_columns import HeadColumns, check_heads, own_heads
from .heads import LinearHead
from .schema import HEAD_CLASSES, SENTIMENT_COLUMNS, SENTIMENTS, SEVERITY_COLUMNS, TOPICS

FloatArray = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
#: Entry of the manifest: head -> what the probability of each class is multiplied by before the largest gives the answer.
ANSWER_WEIGHTS: Final = "answer_weights"


def check_answers(manifest: Mapping[str, Any], heads: Iterable[LinearHead]) -> dict[str, float]:
    """Check that a model answers what it must, in classes and under names that fit into columns.

    Returns
    -------
    dict of str to float
        Head -> probability from which its answer is yes.

    Raises
    ------
    ModelFormatError
        If a head or a threshold is missing, or none that could be.
    """
    classes = {head.name: head.classes for head in heads}
    try:
        check_heads(classes)
        thresholds = {str(name): float(value) for name, value in manifest["thresholds"].items()}
    except (ConfigError, KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ModelFormatError("The manifest does not describe a model.", reason="manifest_content") from error
    needed = {"complaint", *(head.name for head in own_heads(classes) if head.is_yes_no)}
    if (
        not {"sentiment", "complaint"} <= set(classes)
        or not needed <= set(thresholds)
        or not all(0.0 < value < 1.0 for value in thresholds.values())
    ):
        raise ModelFormatError("The model lacks a head or a threshold.", reason="manifest_content")
    return thresholds


def check_weights(manifest: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """Check the weights of answers, which few models have (`ModelFormatError` if they are none).

    Returns
    -------
    dict of str to tuple of float
        Empty, or the weights of ``sentiment``.
    """
    try:
        weights = {str(head): tuple(map(float, values)) for head, values in manifest.get(ANSWER_WEIGHTS, {}).items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelFormatError("The manifest does not describe a model.", reason="manifest_content") from error
    if set(weights) - {"sentiment"} or not all(
        len(values) == len(SENTIMENTS) and all(0.0 < value < np.inf for value in values) for values in weights.values()
    ):
        raise ModelFormatError("The weights of answers are none.", reason="manifest_content")
    return weights


def check_threshold(value: object) -> None:
    """Refuse a threshold that no probability can be on both sides of (`ConfigError`, reason ``bad_threshold``)."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0.0 < float(value) < 1.0:
        raise ConfigError(f"A threshold lies between 0 and 1, not at {value!r}.", reason="bad_threshold")


def answer_columns(
    heads: Mapping[str, LinearHead],
    logits: Mapping[str, FloatArray],
    unscored: Flags,
    thresholds: Mapping[str, float],
    answer_weights: Mapping[str, Sequence[float]],
) -> dict[str, npt.NDArray[Any]]:
    """Give the score columns of all heads, null where a post has no scores or the model lacks the head.

    Flags are plain booleans that say nothing of unscored posts; `with_nulls` makes columns of them.
    """

    def probabilities(name: str) -> FloatArray:
        if name not in heads:
            return np.full((len(unscored), len(HEAD_CLASSES[name])), np.nan)
        values = heads[name].probabilities(logits[name])
        values[unscored] = np.nan
        return values

    sentiment, complaint = probabilities("sentiment"), probabilities("complaint")[:, 1]
    columns: dict[str, npt.NDArray[Any]] = {
        **dict(zip(SENTIMENT_COLUMNS, sentiment.T, strict=True)),
        "sentiment": most_probable(sentiment, SENTIMENTS, answer_weights.get("sentiment")),
        "sentiment_score": sentiment[:, -1] - sentiment[:, 0],
        "complaint_probability": complaint,
        "is_complaint": complaint >= thresholds["complaint"],
        **dict(zip(SEVERITY_COLUMNS, probabilities("severity").T, strict=True)),
        "expects_reply_probability": probabilities("expects_reply")[:, 1],
        "topic": most_probable(probabilities("topic"), TOPICS),
    }
    for head in own_heads({name: head.classes for name, head in heads.items()}):
        columns |= own_columns(head, probabilities(head.name), heads[head.name].classes, thresholds.get(head.name, 0.5))
    return columns


def own_columns(
    head: HeadColumns, probabilities: FloatArray, classes: tuple[str, ...], threshold: float
) -> dict[str, npt.NDArray[Any]]:
    """Give the two columns of a head of one's own from its probabilities of shape (n_posts, n_classes)."""
    if head.is_yes_no:
        return {head.probability: probabilities[:, 1], head.answer: probabilities[:, 1] >= threshold}
    return {head.answer: most_probable(probabilities, classes), head.probability: probabilities.max(axis=1)}


def most_probable(
    probabilities: FloatArray, classes: tuple[str, ...], weights: Sequence[float] | None = None
) -> npt.NDArray[Any]:
    """Name the most probable class of each post, or with weights the one whose product is largest; None without any."""
    known = ~np.isnan(probabilities).any(axis=1)
    named = np.full(len(probabilities), None, dtype=object)
    named[known] = np.asarray(classes, dtype=object)[
        (probabilities[known] * (1.0 if weights is None else np.asarray(weights))).argmax(axis=1)
    ]
    return named


def with_nulls(scores: Mapping[str, npt.NDArray[Any]], own: Iterable[HeadColumns]) -> dict[str, Any]:
    """Give all columns, flags of posts without a probability null."""
    pairs = {head.answer: head.probability for head in own if head.is_yes_no} | {"is_complaint": "complaint_probability"}
    flags = {flag: pd.arrays.BooleanArray(scores[flag], np.isnan(scores[source])) for flag, source in pairs.items()}
    return {**scores, **flags}
