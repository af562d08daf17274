"""Learn the heads of a plan, each cross-fitted, with thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    corpus: Corpus, tasks: Sequence[HeadTask], start: PostScorer, rule: ThresholdRule, *, n_threads: int, bar: Any
) -> Learnt:
    """Learn the heads of a plan, and choose their thresholds by what they say of posts they have not seen."""
    thresholds = dict(start.thresholds)
    if rule.kind == "value":
        thresholds["complaint"] = rule.limit
    fits = _fit_all(corpus, tasks, list(start.stack.heads.values()), n_threads, bar)
    for task in tasks:
        said, yes = fits[task.name].unseen, task.labels == "1"
        if task.name == "complaint":
            thresholds["complaint"] = rule.choose(said[:, 1], yes, post_times(corpus.posts).iloc[task.rows])
        elif task.is_yes_no and task.name not in LABEL_COLUMNS:
            thresholds[task.name] = best_threshold(said[:, 1], yes)
    return Learnt(fits, thresholds)


def _fit_all(
    corpus: Corpus, tasks: Sequence[HeadTask], prior: Sequence[LinearHead], n_threads: int, bar: Any
) -> dict[str, FittedHead]:
    """Fit each head in all strengths and keep the one of least loss; threads share out the fits, none of which is split."""
    folds = {task.name: assign_folds(corpus.groups[task.rows], task.labels) for task in tasks}

    def fit(job: tuple[HeadTask, float]) -> FittedHead:
        task, C = job
        features = corpus.features[task.rows]
        return fit_calibrated(task.name, features, task.labels, folds[task.name], C=C, classes=task.classes, prior=prior)

    # The weakest penalties take longest, and so come first.
    jobs = [(task, C) for task in sorted(tasks, key=lambda task: -len(task.classes)) for C in reversed(C_GRID)]
    tried: dict[str, list[FittedHead]] = {task.name: [] for task in tasks}
    with ThreadPoolExecutor(n_threads) as threads:
        for (task, _), fitted in zip(jobs, threads.map(fit, jobs), strict=True):
            tried[task.name].append(fitted)
            bar.update(1)
    return {name: min(reversed(of_head), key=lambda fitted: fitted.log_loss) for name, of_head in tried.items()}


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
