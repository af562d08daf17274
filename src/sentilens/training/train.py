"""Learn heads from labelled posts, starting from what a base model knows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ..comparison import ComparisonResult, compare_scored
from ..errors import ConfigError
from ..evaluation import compact_metrics
from ..head_columns import LABEL_PREFIX, MAX_OWN_HEADS, check_name
from ..profile import with_profile
from ..progress import progress_bar
from ..schema import LABEL_COLUMNS
from ..scorer import PostScorer, load_model
from ..semantic.heads import count_threads
from .corpus import Corpus, read_corpus
from .figures import compare_answers, with_base_rates
from .fitting import Codes
from .grouping import split_by_time
from .learning import learn
from .tasks import HeadTask
from .telling import tell_training
from .thresholds import ThresholdRule

Rule = str | float | ThresholdRule


@dataclass(frozen=True, repr=False)
class TrainResult:
    """What `train` made.

    Attributes
    ----------
    model : PostScorer
    metrics : DataFrame
        Rows ``base`` and ``trained``, the columns of `EvaluationResult.table`: both on the same posts, the trained model
        cross-fitted, so that each post is judged by a model that has not seen it or a near-copy of it.
    unseen : DataFrame
        The labelled posts, labels in ``label_<head>``, with the cross-fitted scores.
    before : DataFrame
        The same posts in the same order, scored by the base; to questions that it does not know, the most frequent answer.
    groups : int64 array of shape (n_posts,)
        Posts with the same number were kept in one fold.
    base : PostScorer
    """

    model: PostScorer
    metrics: pd.DataFrame
    unseen: pd.DataFrame
    before: pd.DataFrame
    groups: Codes
    base: PostScorer

    def report(self) -> str:
        """Tell in words what the training brought."""
        return tell_training(self)

    @cached_property
    def comparison(self) -> ComparisonResult:
        """The new model against its base on the same held-out posts, over all and by language and channel."""
        found = compare_scored(self.before, self.unseen, self.groups, names=(self.base.model_id, self.model.model_id))
        learnt = {verdict.head for verdict in found.verdicts}
        return replace(found, new_heads=frozenset(learnt - set(self.base.stack.heads)))

    def write_report(self, path: str | os.PathLike[str], *, show_progress: bool | None = None) -> Path:
        """Write the whole report: figures old and new, learning curve, errors, probable label mistakes, agreement.

        Parameters
        ----------
        path : path
            Ending in ``.html`` (one file that needs nothing else) or ``.md``.
        show_progress : bool, optional
            Force the progress bar of the learning curve on or off.

        Returns
        -------
        Path

        Raises
        ------
        ConfigError
            If the ending is another.
        EngineError
            If the file cannot be written.
        """
        from ..training_page import write_training_page

        return write_training_page(self, path, show_progress=show_progress)

    def __repr__(self) -> str:
        return self.report()


def train(
    labelled: pd.DataFrame | str | os.PathLike[str],
    base: PostScorer | None = None,
    *,
    heads: Sequence[str] = (),
    estimators: Mapping[str, Any] | None = None,
    threshold: Rule = "f1",
    split: Literal["folds", "time"] = "folds",
    name: str = "ours",
    facts: Mapping[str, Any] | None = None,
    show_progress: bool | None = None,
) -> TrainResult:
    """Train a model on labelled posts, starting from a base model.

    Parameters
    ----------
    labelled : DataFrame or path
        Posts with ``text`` and any of ``sentiment``, ``complaint``, ``severity``, ``expects_reply``, ``topic`` (or
        ``label_<head>``), written as people write them, see `sentilens.labelling.parse_labels`; empty cells are posts without
        that label. A head without labels is taken over from the base, heads of your own too. At most 20,000 posts are learnt
        from; of more, so many are drawn.
    base : PostScorer, optional
        The model to start from; by default that of the package.
    heads : sequence of str, default ()
        Columns with labels of your own, to be learnt beside: yes/no, or 2 to 50 classes. A name of the schema
        here means that its labels must be there and be enough.
    estimators : mapping of str to estimator, optional
        Head -> a linear classifier of scikit-learn to be fitted on our features in the place of our own, such as
        ``{"complaint": SGDClassifier(loss="log_loss")}``; see `sentilens.head_from_classifier`. It starts from nothing: what
        the base knows of this question is not used. Its scores are calibrated as ours are.
    threshold : str, float or ThresholdRule, default "f1"
        When a post counts as a complaint: ``"f1"``, ``"cost=1:5"`` (false alarm : missed complaint), ``"per-day=20"``,
        ``"per-day=20/500"``, ``"share=4%"`` or a number; see `sentilens.training.ThresholdRule`. Yes/no heads of your own get
        theirs by F1.
    split : {"folds", "time"}, default "folds"
        How the figures come about: cross-fitted over all posts; or on the newest 20 to 25 %, judged by a model fitted on the
        older ones (``created_at`` is needed). The model itself learns from all posts either way.
    name : str, default "ours"
        First part of the model's id.
    facts : mapping, optional
        Further entries of the manifest, such as ``created`` or ``licence``.
    show_progress : bool, optional
        Force the progress bar on or off.

    Returns
    -------
    TrainResult

    Raises
    ------
    LabelError
        If there are too few labels, of only one class, or of unknown kinds; or if what looks like labels is scores.
    ConfigError
        If the base is the semantic model, a head cannot be called so, the threshold is none, or a split by time lacks dates,
        or one of ``estimators`` is no weighted sum of the features or has no labels.

    Warns
    -----
    DataQualityWarning
        For texts that carry different labels (all of them are learnt from), for labelled posts that cannot be scored
        (empty, in a foreign language) and are left out, for stars that are read as sentiment, and for rare classes.

    Notes
    -----
    The base model's logits are extra features of a new L2-penalised logistic regression over the hashed features; the sum
    is one linear head again. With few labels the result stays close to the base: the strength of the penalty is chosen by
    cross-validated log loss, and the base's head itself stays where no other is better by more than a standard error. The
    label of the sentiment is then chosen so that there are as many of each as people found
    (`sentilens.evaluation.matching_weights`). Near-copies stay in one fold, and so do posts of one author and of one thread
    where ``author``, ``reply_to`` and ``post_id`` tell of them.

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"text": ["Appen kraschar"] * 10 + ["Tack, toppen"] * 10, "complaint": [1] * 10 + [0] * 10})
    >>> posts["text"] += pd.Series([f" {word}" for word in "ett två tre fyra fem sex sju åtta nio tio".split() * 2])
    >>> result = train(posts)  # doctest: +ELLIPSIS
    >>> result.model.model_id.startswith("ours-")
    True
    """
    from threadpoolctl import threadpool_limits

    rule = ThresholdRule.of(threshold)
    start = _additive(base or load_model())
    required = _check_own(heads, start, split)
    looked_for = tuple(dict.fromkeys((*LABEL_COLUMNS, *(head.name for head in start.own_heads), *required)))
    corpus = read_corpus(labelled, start, looked_for, required)
    tasks = corpus.tasks(start, looked_for, required)
    if rule.kind not in ("f1", "value") and "complaint" not in {task.name for task in tasks}:
        raise ConfigError(
            f"There are no labels of 'complaint' to choose a threshold by {rule}.",
            reason="no_complaint_labels",
            hint="Label complaints, or give the threshold itself, such as 0.35.",
        )
    own = dict(estimators or {})
    if unknown := sorted(set(own) - {task.name for task in tasks}):
        raise ConfigError(f"There are no labels for the estimators of {', '.join(unknown)}.", reason="unknown_head")
    corpus, grouped_by = corpus.grouped(tasks)
    parts = [corpus]
    if split == "time":
        older, newest = split_by_time(corpus.posts, corpus.copies)
        parts.append(corpus.take(older))
    plans = [tasks, *(part.tasks(start, looked_for, required) for part in parts[1:])]
    with ExitStack() as stack:
        # Threads inside a fit cost more than they bring, and the order of their sums would show in the last digits.
        n_threads = count_threads()
        stack.enter_context(threadpool_limits(limits=1, user_api="blas"))
        n_heads = sum(map(len, plans))
        bar = stack.enter_context(progress_bar(total=n_heads, unit="heads", description="training", show=show_progress))
        learnt, *judges = [
            learn(part, plan, start, rule, own, n_threads=n_threads, bar=bar) for part, plan in zip(parts, plans, strict=True)
        ]
    before, groups = corpus.posts, corpus.groups
    if split == "time":
        before, groups = before.iloc[newest].reset_index(drop=True), groups[newest]
        unseen = judges[0].scorer(start, {"name": "judge"}).score(before)
        tasks = plans[1]
    else:
        unseen = learnt.enter(before, tasks)
    before = with_base_rates(before, tasks, start.stack.heads)
    metrics = compare_answers(before, unseen, tasks)
    own_classifiers = {"own_classifiers": {head: type(estimator).__name__ for head, estimator in own.items()}} if own else {}
    told = {**own_classifiers, **(facts or {})}
    manifest = _describe(corpus, plans[0], start, rule, metrics, split, grouped_by, name, told)
    return TrainResult(with_profile(learnt.scorer(start, manifest), unseen), metrics, unseen, before, groups, start)


def _additive(start: PostScorer) -> PostScorer:
    if not start.stack.is_additive:
        raise ConfigError(
            "Only models that are sums over words can be trained further; the semantic model is none.",
            reason="untrainable_base",
            hint="Start from the default model, or leave the base out.",
        )
    return start


def _check_own(heads: Sequence[str], start: PostScorer, split: str) -> tuple[str, ...]:
    required = tuple(dict.fromkeys([heads] if isinstance(heads, str) else heads))
    own = {name for name in required if name not in LABEL_COLUMNS}
    for head in own:
        check_name(head)
    if len(own | {head.name for head in start.own_heads}) > MAX_OWN_HEADS:
        raise ConfigError(f"A model has at most {MAX_OWN_HEADS} heads of one's own.", reason="too_many_heads")
    if split not in ("folds", "time"):
        raise ConfigError(f"split={split!r} is not known.", reason="bad_split", hint="Use 'folds' or 'time'.")
    return required


def _describe(
    corpus: Corpus,
    tasks: Sequence[HeadTask],
    start: PostScorer,
    rule: ThresholdRule,
    metrics: pd.DataFrame,
    split: str,
    grouped_by: Sequence[str],
    name: str,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Say in the manifest what was learnt from what."""
    n_posts = len(corpus.posts)
    return {
        "name": name,
        "base": start.model_id,
        "n_posts": n_posts,
        "labels": {task.name: task.counts() for task in tasks},
        "data_digest": data_digest(corpus.cleaned, corpus.posts, [task.name for task in tasks]),
        "metrics": compact_metrics(metrics),
        "threshold_rule": str(rule),
        "split": split,
        "grouped_by": list(grouped_by),
        "sources": [{"name": "own labelled posts", "n_posts": n_posts}, {"name": f"base model {start.model_id}"}],
        **facts,
    }


def data_digest(cleaned: Sequence[str], posts: pd.DataFrame, heads: Sequence[str]) -> str:
    """Name the data a model was trained on by a digest, so that it can be recognised but not read.

    Parameters
    ----------
    cleaned : sequence of str of shape (n_posts,)
    posts : DataFrame
        With ``label_<head>`` for each head.
    heads : sequence of str
    """
    digest = hashlib.sha256()
    for text, *labels in zip(cleaned, *(posts[LABEL_PREFIX + head] for head in heads), strict=True):
        told = "\x00".join(f"{head}={label}" for head, label in zip(heads, labels, strict=True))
        digest.update(f"{text}\x00{told}\x01".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
