"""Figures of one head under many weightings of the posts at once, for bootstrap intervals over groups of near-copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from .judged import Codes, Judged

FloatArray = npt.NDArray[np.float64]

#: Draws of the bootstrap; fewer where there are so many posts that they differ little.
_DRAWS: Final = 1_000
_MIN_DRAWS: Final = 200
_MAX_CELLS: Final = 10_000_000
#: Weights held at once.
_BLOCK_CELLS: Final = 1_000_000
_N_BINS: Final = 10
_SURE_ENOUGH: Final = 1e-15
#: Fewer groups than this say nothing of how groups differ.
MIN_GROUPS: Final = 10


def draw_weights(groups: Codes) -> Iterator[FloatArray]:
    """Draw groups with replacement, the same way each time, and give how often each post is in the draw.

    Parameters
    ----------
    groups : int64 array of shape (n_posts,)
        Posts of one group are drawn together.

    Yields
    ------
    float64 array of shape (n_draws_in_block, n_posts)
    """
    _, group_of = np.unique(groups, return_inverse=True)
    n_groups, n_posts = int(group_of.max()) + 1, len(group_of)
    n_draws = int(np.clip(_MAX_CELLS // n_posts, _MIN_DRAWS, _DRAWS))
    block = max(1, _BLOCK_CELLS // n_posts)
    generator = np.random.default_rng(0)
    for start in range(0, n_draws, block):
        size = min(block, n_draws - start)
        chosen = generator.integers(0, n_groups, (size, n_groups)) + n_groups * np.arange(size)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=size * n_groups).reshape(size, n_groups)
        yield counts[:, group_of].astype(np.float64)


def weighted_figures(judged: Judged) -> Callable[[FloatArray], dict[str, FloatArray]]:
    """Prepare the figures of a head for any weights of its posts.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    callable
        Takes weights of shape (n_draws, n_posts) and gives, by name, arrays of shape (n_draws,): ``f1`` of the answer yes
        or ``macro_f1`` over the classes that have a post, ``accuracy``; where there are probabilities ``ece`` and
        ``log_loss``, and ``average_precision`` of a yes/no head. NaN where a draw says nothing.

    Notes
    -----
    With weights of 1 these are the figures of scikit-learn and of `sentilens.calibration`. The calibration error of a head with
    several classes is that of the decided class (Guo et al. 2017). Its bins are those of all posts, in every draw.
    """
    truth, decided, n_classes = judged.truth, judged.decided, len(judged.classes)
    right = (truth == decided).astype(np.float64)
    is_truth = (truth[:, None] == np.arange(n_classes)).astype(np.float64)
    is_decided = (decided[:, None] == np.arange(n_classes)).astype(np.float64)
    present = np.flatnonzero(is_truth.any(axis=0))
    parts: dict[str, Callable[[FloatArray], FloatArray]] = {}

    def f1(weights: FloatArray) -> FloatArray:
        hits, asked, said = weights @ (is_truth * is_decided), weights @ is_truth, weights @ is_decided
        scores = _ratio(2.0 * hits, asked + said)
        if judged.is_binary:
            return np.where(asked[:, 1] > 0, scores[:, 1], np.nan)
        # Without any class there is no mean; a class that a draw lacks does not count in it.
        kept = np.where(asked > 0, np.nan_to_num(scores), 0.0)[:, present]
        return _ratio(kept.sum(axis=1), (asked[:, present] > 0).sum(axis=1))

    parts["f1" if judged.is_binary else "macro_f1"] = f1
    parts["accuracy"] = lambda weights: _ratio(weights @ right, weights.sum(axis=1))
    if judged.probabilities is not None:
        stated = judged.probabilities
        if judged.is_binary:
            parts["average_precision"] = _average_precision(stated[:, 1], truth)
            parts["ece"] = _calibration_error(stated[:, 1], truth.astype(np.float64))
        else:
            parts["ece"] = _calibration_error(stated.max(axis=1), (stated.argmax(axis=1) == truth).astype(np.float64))
        loss = -np.log(np.maximum(stated[np.arange(len(truth)), truth], _SURE_ENOUGH))
        parts["log_loss"] = lambda weights: _ratio(weights @ loss, weights.sum(axis=1))
    return lambda weights: {name: part(weights) for name, part in parts.items()}


def _average_precision(score: FloatArray, truth: Codes) -> Callable[[FloatArray], FloatArray]:
    order = np.argsort(-score, kind="stable")
    ranked, hit = score[order], truth[order] == 1
    # Posts with one score count as found together: precision is read at the last of them.
    last = np.searchsorted(-ranked, -ranked, side="right") - 1

    def figure(weights: FloatArray) -> FloatArray:
        drawn = weights[:, order]
        found = drawn * hit
        precision = _ratio(found.cumsum(axis=1)[:, last], drawn.cumsum(axis=1)[:, last])
        return _ratio((found * np.nan_to_num(precision)).sum(axis=1), found.sum(axis=1))

    return figure


def _calibration_error(stated: FloatArray, observed: FloatArray) -> Callable[[FloatArray], FloatArray]:
    gaps = np.zeros((len(stated), _N_BINS))
    for number, part in enumerate(np.array_split(np.argsort(stated, kind="stable"), _N_BINS)):
        gaps[part, number] = stated[part] - observed[part]
    return lambda weights: _ratio(np.abs(weights @ gaps).sum(axis=1), weights.sum(axis=1))


def _ratio(above: npt.NDArray[np.generic], below: npt.NDArray[np.generic]) -> FloatArray:
    result = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=result, where=np.asarray(below) > 0)
    return result
