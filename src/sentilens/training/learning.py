"""Learn the heads of a plan, each cross-fitted, with thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..answers import most_probable, own_columns
from ..evaluation import best_threshold
from ..head_columns import own_heads
from ..heads import LinearHead
from ..schema import LABEL_COLUMNS, SENTIMENT_COLUMNS, SENTIMENTS, SEVERITY_COLUMNS, TOPICS
from ..scorer import PostScorer
from .corpus import Corpus
from .fitting import FittedHead, FloatArray, assign_folds, fit_calibrated
from .grouping import post_times
from .tasks import HeadTask
from .thresholds import ThresholdRule

#: Strengths that are tried, weakest penalty last.
C_GRID: Final = (0.03, 0.3, 3.0)


@dataclass(frozen=True)
class Learnt:
    """Fitted heads and their thresholds."""

    fits: Mapping[str, FittedHead]
    thresholds: Mapping[str, float]

    def scorer(self, start: PostScorer, manifest: Mapping[str, Any]) -> PostScorer:
        """Put the fitted heads in the place of the base's, or beside them."""
        heads: dict[str, LinearHead] = {**start.stack.heads, **{name: fit.head for name, fit in self.fits.items()}}
        own = {head.name for head in own_heads({name: head.classes for name, head in heads.items()}) if head.is_yes_no}
        further = {name: value for name, value in self.thresholds.items() if name in own}
        return PostScorer.from_heads(
            start.identifier,
            list(heads.values()),
            self.thresholds["complaint"],
            manifest,
            featurizer=start.featurizer,
            further_thresholds=further,
        )

    def enter(self, before: pd.DataFrame, tasks: Sequence[HeadTask]) -> pd.DataFrame:
        """Put cross-fitted probabilities in the place of the base model's."""
        unseen = before.copy()
        for task in tasks:
            for column, values in _columns(task, self.fits[task.name].unseen, self.thresholds).items():
                if column not in unseen.columns:
                    unseen[column] = pd.Series(None, index=unseen.index, dtype=_dtype(values))
                unseen.loc[unseen.index[task.rows], column] = values
        return unseen


def learn(
    corpus: Corpus,
    tasks: Sequence[HeadTask],
    start: PostScorer,
    rule: ThresholdRule,
    bar: Any,
    estimators: Mapping[str, Any],
) -> Learnt:
    """Learn the heads of all tasks: by an estimator of one's own where there is one, else by ours in the best strength."""
    prior = list(start.stack.heads.values())
    thresholds = dict(start.thresholds)
    if rule.kind == "value":
        thresholds["complaint"] = rule.limit
    fits = {}
    for task in tasks:
        folds = assign_folds(corpus.groups[task.rows], task.labels)
        tried, own = [], estimators.get(task.name)
        for C in (1.0,) if own is not None else C_GRID:
            data = (corpus.features[task.rows], task.labels, folds)
            tried.append(fit_calibrated(task.name, *data, C=C, classes=task.classes, prior=prior, estimator=own))
            bar.update(1)
        best = fits[task.name] = min(tried, key=lambda fit: fit.log_loss)
        if task.name == "complaint":
            times = post_times(corpus.posts).iloc[task.rows]
            thresholds["complaint"] = rule.choose(best.unseen[:, 1], task.labels == "1", times)
        elif task.is_yes_no and task.name not in LABEL_COLUMNS:
            thresholds[task.name] = best_threshold(best.unseen[:, 1], task.labels == "1")
    return Learnt(fits, thresholds)


def _columns(task: HeadTask, said: FloatArray, thresholds: Mapping[str, float]) -> dict[str, npt.NDArray[Any]]:
    """Give the score columns of one head from its probabilities."""
    if task.name == "complaint":
        return {"complaint_probability": said[:, 1], "is_complaint": said[:, 1] >= thresholds["complaint"]}
    if task.name == "sentiment":
        columns = dict(zip(SENTIMENT_COLUMNS, said.T, strict=True))
        return {**columns, "sentiment_score": said[:, -1] - said[:, 0], "sentiment": most_probable(said, SENTIMENTS)}
    if task.name == "severity":
        return dict(zip(SEVERITY_COLUMNS, said.T, strict=True))
    if task.name == "expects_reply":
        return {"expects_reply_probability": said[:, 1]}
    if task.name == "topic":
        return {"topic": most_probable(said, TOPICS)}
    (head,) = own_heads({task.name: task.classes})
    return own_columns(head, said, task.classes, thresholds.get(task.name, 0.5))


def _dtype(values: npt.NDArray[Any]) -> str:
    return "boolean" if values.dtype == np.bool_ else str(values.dtype)
