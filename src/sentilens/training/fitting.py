"""Fit one head: cross-fitted, calibrated, starting from what other heads know and from what a stronger model thinks."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..calibration import fit_scaling
from ..heads import HeadFitter, LinearHead, to_probabilities
from ..own_classifier import fit_own_head
from ..schema import HEAD_CLASSES

FloatArray = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

N_FOLDS: Final = 5
#: Answers that a stronger model thinks less likely than this are passed over.
_RULED_OUT: Final = 0.03
#: Where a base model is at hand its judgement enters nearly free of the penalty.
_PRIOR_SCALE: Final = 3.0


@dataclass(frozen=True)
class SoftLabels:
    """What a stronger model thinks of further posts, for a head to learn from beside its labels.

    Attributes
    ----------
    features : csr_matrix of shape (n_posts, n_buckets)
    probabilities : float64 array of shape (n_posts, n_classes)
    weight : float
        Weight of one of these posts, against 1 for a labelled one.
    """

    features: sparse.csr_matrix
    probabilities: FloatArray
    weight: float

    def rows(self) -> tuple[Any, Codes, FloatArray]:
        """Give features, class and weight of each answer that is not all but ruled out."""
        post, code = np.nonzero(self.probabilities > _RULED_OUT)
        return self.features[post], code, self.weight * self.probabilities[post, code]


@dataclass(frozen=True)
class FittedHead:
    """A calibrated head and what it said of posts it had not seen.

    Attributes
    ----------
    head : LinearHead
        Fitted on all posts, calibrated.
    unseen : float64 array of shape (n_posts, n_classes)
        For each post, probabilities by a head and a calibration that were fitted without the post's fold.
    log_loss : float
        Mean log loss of ``unseen``.
    """

    head: LinearHead
    unseen: FloatArray
    log_loss: float


def assign_folds(groups: Codes, labels: npt.NDArray[Any] | None = None, n_folds: int = N_FOLDS) -> Codes:
    """Spread groups, and with them labels, evenly over folds, the same way each time; a group never splits.

    Parameters
    ----------
    groups : int64 array of shape (n_posts,)
        From `sentilens.near_copies.near_copy_groups`.
    labels : array of shape (n_posts,), optional
        Groups with the label of their first post are spread among themselves, so that a rare label is in many folds.
    n_folds : int, default 5

    Returns
    -------
    int64 array of shape (n_posts,)
    """
    _, first, group_of, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    kinds = np.zeros(len(sizes), dtype=np.int64) if labels is None else np.unique(labels, return_inverse=True)[1][first]
    load = np.zeros((n_folds, kinds.max(initial=0) + 1), dtype=np.int64)
    fold_of = np.zeros(len(sizes), dtype=np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold_of[group] = np.lexsort((load.sum(axis=1), load[:, kinds[group]]))[0]
        load[fold_of[group], kinds[group]] += sizes[group]
    return fold_of[group_of]


def fit_calibrated(
    name: str,
    features: sparse.csr_matrix,
    labels: npt.NDArray[Any],
    folds: Codes,
    *,
    C: float | Sequence[float],
    classes: Sequence[str] | None = None,
    prior: Sequence[LinearHead] = (),
    prior_scale: float | Sequence[float] = _PRIOR_SCALE,
    sample_weight: FloatArray | None = None,
    taught: SoftLabels | None = None,
    n_threads: int = 1,
) -> FittedHead:
    """Fit a head, and calibrate it on what it says of posts it has not seen.

    Parameters
    ----------
    name : str
        Of the head.
    features : csr_matrix of shape (n_posts, n_buckets)
    labels : array of shape (n_posts,)
        Classes of the head.
    folds : int64 array of shape (n_posts,)
        From `assign_folds`.
    C : float or sequence of float
        As for `sentilens.heads.fit_head`; of several the one with the least log loss on unseen posts is taken.
    classes : sequence of str, optional
        All classes of the head; by default those of `sentilens.schema.HEAD_CLASSES`.
    prior, prior_scale, sample_weight
        As for `sentilens.heads.fit_head`.
    taught : SoftLabels, optional
        Posts that each fit learns from too; the calibration does not see them.
    n_threads : int, default 1
        Threads that share out the fits; none of them is split, so that the result is the same.

    Returns
    -------
    FittedHead
    """
    classes = tuple(classes or HEAD_CLASSES[name])
    strengths = [float(C)] if isinstance(C, int | float) else list(C)
    n_posts = len(labels)
    weight = np.ones(n_posts) if sample_weight is None else sample_weight
    matrix, known, heavy = features, labels, weight
    if taught is not None:
        more, answers, light = taught.rows()
        matrix = sparse.vstack([features, more], format="csr")
        known = np.concatenate([labels.astype(str), np.asarray(classes)[answers]])
        heavy = np.concatenate([weight, light])
    fitter = HeadFitter(name, matrix, known, classes, sample_weight=heavy, prior=prior, prior_scale=prior_scale)
    logits = np.zeros((len(strengths), n_posts, 1 if len(classes) == 2 else len(classes)))
    # All posts as a fold more, of which none is held out.
    held_out = [np.flatnonzero(folds == fold) for fold in np.unique(folds)] + [np.zeros(0, dtype=np.int64)]
    rests = [np.delete(np.arange(len(known)), out) for out in held_out]
    with ThreadPoolExecutor(n_threads) as threads:
        *partial, whole = threads.map(lambda rest: fitter.fit(rest, strengths), rests)
    for out, fits in zip(held_out, partial, strict=False):
        logits[:, out] = [fitter.logits(fit, out) for fit in fits]
    codes = fitter.codes[:n_posts]
    unseen = [cross_calibrated(tried, codes, folds, weight) for tried in logits]
    losses = [float(np.average(log_losses(said, codes), weights=weight)) for said in unseen]
    best = int(np.argmin(losses))
    head = fitter.head(whole[best])
    return FittedHead(head.rescaled(*fit_scaling(logits[best], codes, weight)), unseen[best], losses[best])


def fit_own_calibrated(
    name: str, estimator: Any, features: sparse.csr_matrix, labels: npt.NDArray[Any], folds: Codes, classes: Sequence[str]
) -> FittedHead:
    """Do the same with a linear classifier of scikit-learn in the place of ours, which knows nothing of a base.

    Parameters
    ----------
    name, features, labels, folds, classes
        As for `fit_calibrated`.
    estimator : estimator
        As for `sentilens.own_classifier.fit_own_head`.

    Returns
    -------
    FittedHead
    """
    codes = np.asarray([classes.index(str(label)) for label in labels], dtype=np.int64)
    head = fit_own_head(name, estimator, features, labels, classes)
    logits, weight = np.zeros((len(labels), head.n_columns)), np.ones(len(labels))
    for fold in np.unique(folds):
        out = folds == fold
        held = fit_own_head(name, estimator, features[~out], labels[~out], classes)
        logits[out] = features[out] @ held.weights + held.intercept
    unseen = cross_calibrated(logits, codes, folds, weight)
    loss = float(log_losses(unseen, codes).mean())
    return FittedHead(head.rescaled(*fit_scaling(logits, codes, weight)), unseen, loss)


def cross_calibrated(logits: FloatArray, codes: Codes, folds: Codes, weight: FloatArray) -> FloatArray:
    """Turn logits of unseen posts into probabilities, each fold calibrated on the others.

    Parameters
    ----------
    logits : float64 array of shape (n_posts, n_columns)
    codes, folds, weight : arrays of shape (n_posts,)

    Returns
    -------
    float64 array of shape (n_posts, n_classes)
    """
    scaled = np.zeros_like(logits)
    for fold in np.unique(folds):
        out = folds == fold
        slope, offset = fit_scaling(logits[~out], codes[~out], weight[~out])
        scaled[out] = slope * logits[out] + offset
    return to_probabilities(scaled)


def log_losses(probabilities: FloatArray, codes: Codes) -> FloatArray:
    """Give the log loss of each post."""
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(codes)), codes], 1e-9)))
