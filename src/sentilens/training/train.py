"""Learn heads from labelled posts, starting from what a base model knows."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..comparison import ComparisonResult, compare_scored
from ..errors import ConfigError, DataQualityWarning, LabelError
from ..evaluation import best_threshold, compact_metrics, keep_scored, score_metrics
from ..heads import LinearHead
from ..labelling import count_contradictions, read_labelled
from ..near_copies import near_copy_groups
from ..normalize import normalize_all
from ..progress import progress_bar
from ..schema import SENTIMENT_COLUMNS, SENTIMENTS, TEXT
from ..scorer import PostScorer, load_model
from .fitting import Codes, FloatArray, assign_folds, fit_calibrated
from .telling import tell_training

#: Heads that `train` learns; the others are taken over from the base.
_TRAINED: Final = ("sentiment", "complaint")
#: Fewer labelled posts than this, or fewer of a class, teach nothing that could be checked.
MIN_POSTS: Final = 20
MIN_PER_CLASS: Final = 5
#: Strengths that are tried, weakest penalty last.
_C_GRID: Final = (0.03, 0.3, 3.0)


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
        The same posts in the same order, scored by the base.
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
        return compare_scored(self.before, self.unseen, self.groups, names=(self.base.model_id, self.model.model_id))

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
    name: str = "ours",
    facts: Mapping[str, Any] | None = None,
    show_progress: bool | None = None,
) -> TrainResult:
    """Train a model on labelled posts, starting from a base model.

    Parameters
    ----------
    labelled : DataFrame or path
        Posts with ``text`` and ``complaint`` (1/0, yes/no), ``sentiment`` (negative, neutral, positive) or both; empty
        cells are posts without that label. A head without labels is taken over from the base.
    base : PostScorer, optional
        The model to start from; by default that of the package.
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
        If there are too few labels, of only one class, or of unknown kinds.
    ConfigError
        If the base is the semantic model.

    Warns
    -----
    DataQualityWarning
        For texts that carry different labels (all of them are learnt from), and for labelled posts that cannot be scored
        (empty, in a foreign language) and are left out.

    Notes
    -----
    The base model's logits are extra features of a new L2-penalised logistic regression over the hashed features; the sum
    is one linear head again. With few labels the result stays close to the base. The strength of the penalty is chosen by
    cross-validated log loss; near-copies stay in one fold.

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

    start = base or load_model()
    if not start.stack.is_additive:
        raise ConfigError(
            "Only models that are sums over words can be trained further; the semantic model is none.",
            reason="untrainable_base",
            hint="Start from the default model, or leave the base out.",
        )
    posts = read_labelled(labelled)
    if contradictory := count_contradictions(posts):
        warnings.warn(f"{contradictory:,} texts carry different labels.", DataQualityWarning, stacklevel=2)
    unseen = start.score(posts.rename(columns={"complaint": "label_complaint", "sentiment": "label_sentiment"}))
    unseen = keep_scored(unseen).reset_index(drop=True)
    before = unseen.copy()
    posts = unseen[[TEXT, "language"]].assign(complaint=unseen["label_complaint"], sentiment=unseen["label_sentiment"])
    cleaned = normalize_all(posts[TEXT])
    groups = near_copy_groups(cleaned)
    taught = [head for head in _TRAINED if posts[head].notna().any()]
    for head in taught:
        _check_support(posts[head], groups, head)
    features = start.featurizer.matrix(cleaned, posts["language"].tolist())
    prior = list(start.stack.heads.values())
    heads: dict[str, LinearHead] = dict(start.stack.heads)
    threshold = start.threshold
    # Threads cost more than they bring in fits this small, and the order of their sums would show in the last digits.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        progress_bar(total=len(taught) * len(_C_GRID), unit="fits", description="training", show=show_progress) as bar,
    ):
        for head in taught:
            rows = np.flatnonzero(posts[head].notna())
            labels = _as_classes(posts[head].iloc[rows], head)
            folds = assign_folds(groups[rows], labels)
            fits = []
            for C in _C_GRID:
                fits.append(fit_calibrated(head, features[rows], labels, folds, C=C, prior=prior))
                bar.update(1)
            best = min(fits, key=lambda fit: fit.log_loss)
            heads[head] = best.head
            if head == "complaint":
                threshold = best_threshold(best.unseen[:, 1], labels == "1")
            _enter(unseen, head, rows, best.unseen, threshold)

    metrics = pd.DataFrame([{"model": "base", **score_metrics(before)}, {"model": "trained", **score_metrics(unseen)}])
    counts = {head: {str(k): int(v) for k, v in posts[head].value_counts().sort_index().items()} for head in taught}
    manifest = {
        "name": name,
        "base": start.model_id,
        "n_posts": len(posts),
        "labels": counts,
        "data_digest": data_digest(cleaned, posts),
        "metrics": compact_metrics(metrics),
        "sources": [{"name": "own labelled posts", "n_posts": len(posts)}, {"name": f"base model {start.model_id}"}],
        **(facts or {}),
    }
    model = PostScorer.from_heads(start.identifier, list(heads.values()), threshold, manifest, featurizer=start.featurizer)
    return TrainResult(model, metrics, unseen, before, groups, start)


def data_digest(cleaned: Sequence[str], posts: pd.DataFrame) -> str:
    """Name the data a model was trained on by a digest, so that it can be recognised but not read."""
    digest = hashlib.sha256()
    for text, complaint, sentiment in zip(cleaned, posts["complaint"], posts["sentiment"], strict=True):
        digest.update(f"{text}\x00{complaint}\x00{sentiment}\x01".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _check_support(labels: pd.Series, groups: Codes, head: str) -> None:
    """Refuse labels that teach nothing; near-copies count once, as they never help to judge one another."""
    known = pd.DataFrame({"label": labels, "group": groups}).dropna().drop_duplicates()
    counts = known["label"].value_counts()
    if len(counts) < 2:
        raise LabelError(
            f"All {int(labels.notna().sum())} labels of '{head}' are the same; nothing can be learnt from them.",
            reason="one_class",
            hint="Label posts of each kind.",
        )
    if len(known) < MIN_POSTS or counts.min() < MIN_PER_CLASS:
        raise LabelError(
            f"There are {len(known)} different posts with a label of '{head}', {counts.min()} of the rarest kind; at least "
            f"{MIN_POSTS} and {MIN_PER_CLASS} are needed (near-copies count once).",
            reason="too_few_labels",
            hint="Label some more posts; 100 or more begin to pay.",
        )


def _as_classes(labels: pd.Series, head: str) -> npt.NDArray[Any]:
    values = labels.astype(int) if head == "complaint" else labels
    return values.astype(str).to_numpy()


def _enter(unseen: pd.DataFrame, head: str, rows: npt.NDArray[Any], probabilities: FloatArray, threshold: float) -> None:
    """Put cross-fitted probabilities in the place of the base model's."""
    index = unseen.index[rows]
    if head == "complaint":
        unseen.loc[index, "complaint_probability"] = probabilities[:, 1]
        unseen.loc[index, "is_complaint"] = probabilities[:, 1] >= threshold
    else:
        unseen.loc[index, list(SENTIMENT_COLUMNS)] = probabilities
        unseen.loc[index, "sentiment_score"] = probabilities[:, -1] - probabilities[:, 0]
        unseen.loc[index, "sentiment"] = np.asarray(SENTIMENTS, dtype=object)[probabilities.argmax(axis=1)]
