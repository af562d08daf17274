"""Learn the heads of a plan, each cross-fitted, with thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..answers import ANSWER_WEIGHTS, most_probable, own_columns
from ..evaluation import best_threshold, matching_weights
from ..head_columns import own_heads
from ..heads import LinearHead
from ..schema import LABEL_COLUMNS, SENTIMENT_COLUMNS, SENTIMENTS, SEVERITY_COLUMNS, TOPICS
from ..scorer import PostScorer
from .corpus import Corpus
from .fitting import FittedHead, FloatArray, assign_folds, fit_own_calibrated
from .grouping import post_times
from .recipe import fit_from_base
from .tasks import HeadTask
from .thresholds import ThresholdRule


@dataclass(frozen=True)
class Learnt:
    """Fitted heads and their thresholds."""

    fits: Mapping[str, FittedHead]
    thresholds: Mapping[str, float]
    answer_weights: Mapping[str, Sequence[float]]

    def scorer(self, start: PostScorer, manifest: Mapping[str, Any]) -> PostScorer:
        """Put the fitted heads in the place of the base's, or beside them."""
        heads: dict[str, LinearHead] = {**start.stack.heads, **{name: fit.head for name, fit in self.fits.items()}}
        own = {head.name for head in own_heads({name: head.classes for name, head in heads.items()}) if head.is_yes_no}
        further = {name: value for name, value in self.thresholds.items() if name in own}
        return PostScorer.from_heads(
            start.identifier,
            list(heads.values()),
            self.thresholds["complaint"],
            {**manifest, ANSWER_WEIGHTS: self.answer_weights} if self.answer_weights else manifest,
            featurizer=start.featurizer,
            further_thresholds=further,
        )

    def enter(self, before: pd.DataFrame, tasks: Sequence[HeadTask]) -> pd.DataFrame:
        """Put cross-fitted probabilities in the place of the base model's."""
        unseen = before.copy()
        for task in tasks:
            for column, values in _columns(task, self.fits[task.name].unseen, self).items():
                if column not in unseen.columns:
                    unseen[column] = pd.Series(None, index=unseen.index, dtype=_dtype(values))
                unseen.loc[unseen.index[task.rows], column] = values
        return unseen


def learn(
    corpus: Corpus,
    tasks: Sequence[HeadTask],
    start: PostScorer,
    rule: ThresholdRule,
    estimators: Mapping[str, Any],
    *,
    n_threads: int,
    bar: Any,
) -> Learnt:
    """Learn the heads of all tasks: by an estimator of one's own where there is one, else from the base.

    Thresholds are chosen by what the heads say of posts that they have not seen.
    """
    thresholds, weights = dict(start.thresholds), dict(start.answer_weights)
    fits = {}
    for task in tasks:
        folds = assign_folds(corpus.groups[task.rows], task.labels)
        features, own = corpus.features[task.rows], estimators.get(task.name)
        answers = _Answers(corpus, task, rule)
        if own is not None:
            fit = fit_own_calibrated(task.name, own, features, task.labels, folds, task.classes)
        else:
            fit = fit_from_base(
                task.name,
                features,
                task.labels,
                folds,
                task.classes,
                start.stack.heads,
                is_as_good=answers.are_as_good if rule.kind == "f1" else None,
                n_threads=n_threads,
            )
        fits[task.name] = fit
        bar.update(1)
        is_kept = fit.head is start.stack.heads.get(task.name)
        if task.name == "sentiment" and not is_kept:
            weights[task.name] = matching_weights(fit.unseen, task.codes)
        elif task.name == "complaint" and not (is_kept and rule.kind == "f1"):
            thresholds[task.name] = answers.threshold(fit.unseen)
        elif task.is_yes_no and task.name not in LABEL_COLUMNS and not is_kept:
            thresholds[task.name] = best_threshold(fit.unseen[:, 1], task.labels == "1")
    if rule.kind == "value":
        thresholds["complaint"] = rule.limit
    return Learnt(fits, thresholds, weights)


@dataclass(frozen=True)
class _Answers:
    """What is made of the probabilities of a head, and what the base answered to the same posts."""

    corpus: Corpus
    task: HeadTask
    rule: ThresholdRule

    def threshold(self, unseen: FloatArray) -> float:
        times = post_times(self.corpus.posts).iloc[self.task.rows]
        return self.rule.choose(unseen[:, 1], self.task.labels == "1", times)

    def are_as_good(self, unseen: FloatArray) -> bool:
        """Tell whether labels by these probabilities are as right as the base's, by macro-F1."""
        if self.task.name == "sentiment":
            given = most_probable(unseen, SENTIMENTS, matching_weights(unseen, self.task.codes))
        elif self.task.name == "complaint":
            given = np.where(unseen[:, 1] >= self.threshold(unseen), "1", "0")
        else:
            return True
        column = self.corpus.posts["sentiment" if self.task.name == "sentiment" else "is_complaint"].iloc[self.task.rows]
        before = column if self.task.name == "sentiment" else column.astype(int)
        return self._macro_f1(given) >= self._macro_f1(before.astype(str).to_numpy(dtype=str))

    def _macro_f1(self, given: npt.NDArray[Any]) -> float:
        from sklearn.metrics import f1_score

        labels = np.unique(self.task.labels)
        return float(f1_score(self.task.labels, given.astype(str), average="macro", labels=labels, zero_division=0))


def _columns(task: HeadTask, said: FloatArray, learnt: Learnt) -> dict[str, npt.NDArray[Any]]:
    """Give the score columns of one head from its probabilities."""
    if task.name == "complaint":
        return {"complaint_probability": said[:, 1], "is_complaint": said[:, 1] >= learnt.thresholds["complaint"]}
    if task.name == "sentiment":
        columns = dict(zip(SENTIMENT_COLUMNS, said.T, strict=True))
        label = most_probable(said, SENTIMENTS, learnt.answer_weights.get("sentiment"))
        return {**columns, "sentiment_score": said[:, -1] - said[:, 0], "sentiment": label}
    if task.name == "severity":
        return dict(zip(SEVERITY_COLUMNS, said.T, strict=True))
    if task.name == "expects_reply":
        return {"expects_reply_probability": said[:, 1]}
    if task.name == "topic":
        return {"topic": most_probable(said, TOPICS)}
    (head,) = own_heads({task.name: task.classes})
    return own_columns(head, said, task.classes, learnt.thresholds.get(task.name, 0.5))


def _dtype(values: npt.NDArray[Any]) -> str:
    return "boolean" if values.dtype == np.bool_ else str(values.dtype)
