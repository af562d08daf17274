"""The choice itself: some posts at random, some so that every stratum has its part, the rest those a model is unsure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..schema import CONTROL, DIVERSE, SENTIMENT_COLUMNS, UNCERTAIN

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
#: Features of posts, by their rows.
Embedding = Callable[[IntArray], FloatArray]

#: Part of a batch that is drawn at random, the control share included. Posts that a model is unsure of are alike in that:
#: trained on them alone it mistakes how common each answer is (benchmarks/label_choice.py).
RANDOM_SHARE: Final = 0.5
#: A stratum gets at least so much of its proportional part of the batch.
_FLOOR: Final = 0.5
#: So many of the most uncertain posts for each that is wanted are looked at for those that differ.
_SHORTLIST: Final = 5
#: Cosine of the features from which two posts say much the same.
_ALIKE: Final = 0.7
_N_DIMENSIONS: Final = 128


def uncertainty_of(scored: pd.DataFrame) -> FloatArray:
    """Give how unsure a model is of the sentiment and the complaint of posts.

    Parameters
    ----------
    scored : DataFrame
        With the probabilities of `sentilens.schema.SENTIMENT_COLUMNS` and ``complaint_probability``, none of them null.

    Returns
    -------
    float64 array of shape (n_posts,)
        Sum of the entropies of both answers, each in parts of its greatest value; in [0, 2].

    Examples
    --------
    >>> sure, torn = (1.0, 0.0, 0.0, 1.0), (1 / 3, 1 / 3, 1 / 3, 0.5)
    >>> uncertainty_of(pd.DataFrame([sure, torn], columns=[*SENTIMENT_COLUMNS, "complaint_probability"])).round(6).tolist()
    [0.0, 2.0]
    """
    sentiment = scored[list(SENTIMENT_COLUMNS)].to_numpy(dtype=np.float64)
    yes = scored["complaint_probability"].to_numpy(dtype=np.float64)
    return _entropy(sentiment) + _entropy(np.column_stack([1.0 - yes, yes]))


def _entropy(probabilities: FloatArray) -> FloatArray:
    # Rounded, so that posts of equal probabilities are equal on every machine.
    logarithms = np.log(np.maximum(probabilities, 1e-12))
    entropy = -(probabilities * logarithms).sum(axis=1) / np.log(probabilities.shape[1])
    return np.asarray(np.round(entropy, 9) + 0.0, dtype=np.float64)


def select_posts(
    uncertainty: FloatArray,
    strata: Sequence[npt.NDArray[Any]],
    tickets: FloatArray,
    embed: Embedding,
    n: int,
    *,
    control_share: float = 0.1,
    random_share: float = RANDOM_SHARE,
) -> npt.NDArray[Any]:
    """Choose posts.

    Parameters
    ----------
    uncertainty : float64 array of shape (n_posts,)
    strata : sequence of int arrays of shape (n_posts,)
        Numbers of what each post belongs to: its language, its channel, its brand.
    tickets : float64 array of shape (n_posts,)
        A random number for each post.
    embed : callable
        Gives the features of rows, of shape (n_rows, n_dimensions).
    n : int
        Posts to choose; where there are fewer, all are.
    control_share, random_share : float
        Parts of the batch, in [0, 1]: drawn at random, and drawn at random in all, with those that fill up strata.

    Returns
    -------
    object array of shape (n_posts,)
        ``control``, ``diverse``, ``uncertain``, or an empty string for posts that are not chosen.
    """
    n = min(n, len(uncertainty))
    reasons = np.full(len(uncertainty), "", dtype=object)
    drawn = np.argsort(tickets, kind="stable")
    n_control = round(n * control_share)
    reasons[drawn[:n_control]] = CONTROL
    n_diverse = max(round(n * random_share), n_control) - n_control
    reasons[_cover(drawn[n_control:], strata, reasons != "", n_diverse, n)] = DIVERSE
    left = np.flatnonzero(reasons == "")
    wanted = n - int((reasons != "").sum())
    order = left[np.lexsort((tickets[left], -uncertainty[left]))]
    reasons[_spread(order[: _SHORTLIST * wanted], embed, wanted)] = UNCERTAIN
    return reasons


def _cover(
    drawn: IntArray, strata: Sequence[npt.NDArray[Any]], chosen: npt.NDArray[np.bool_], n_more: int, n_batch: int
) -> IntArray:
    """Take posts in the order they are drawn, first those of strata that have less than their floor, then any."""
    missing = []
    for codes in strata:
        share = np.bincount(codes) / len(codes)
        floor = np.floor(_FLOOR * share * n_batch + 0.5).astype(np.int64)
        missing.append(floor - np.bincount(codes[chosen], minlength=len(share)))
    taken: list[int] = []
    others: list[int] = []
    for row in drawn.tolist():
        if len(taken) == n_more:
            break
        if any(lack[codes[row]] > 0 for codes, lack in zip(strata, missing, strict=True)):
            taken.append(row)
            for codes, lack in zip(strata, missing, strict=True):
                lack[codes[row]] -= 1
        else:
            others.append(row)
    return np.asarray([*taken, *others][:n_more], dtype=np.int64)


def _spread(rows: IntArray, embed: Embedding, n: int) -> IntArray:
    """Of posts in the order of their worth, take ``n``, passing over those that say much the same as one taken before."""
    if n >= len(rows) or n == 0:
        return rows[:n]
    features = embed(rows)
    nearest = np.full(len(rows), -1.0)
    taken: list[int] = []
    for place in range(len(rows)):
        if nearest[place] < _ALIKE:
            taken.append(place)
            np.maximum(nearest, features @ features[place], out=nearest)
            if len(taken) == n:
                break
    others = np.setdiff1d(np.arange(len(rows)), taken)
    places = np.append(np.asarray(taken, dtype=np.int64), others[: n - len(taken)])
    return np.asarray(rows[places], dtype=np.int64)


def sketch(features: Any) -> FloatArray:
    """Project sparse features to a few dimensions that keep their angles, in rows of length 1.

    Parameters
    ----------
    features : csr_matrix of shape (n_posts, n_buckets)

    Returns
    -------
    float64 array of shape (n_posts, 128)

    References
    ----------
    M. Charikar, K. Chen and M. Farach-Colton (2004), Finding frequent items in data streams, Theoretical Computer Science
    312, 3-15: a bucket goes into one random dimension with a random sign.
    """
    from scipy import sparse

    n_buckets = features.shape[1]
    generator = np.random.default_rng(0)
    places = (np.arange(n_buckets), generator.integers(0, _N_DIMENSIONS, n_buckets))
    signs = generator.choice([-1.0, 1.0], n_buckets)
    dense = (features @ sparse.csr_matrix((signs, places), shape=(n_buckets, _N_DIMENSIONS))).toarray()
    return np.asarray(dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12), dtype=np.float64)
