"""How far apart two samples of posts are, and how far apart they would be by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Draws behind a p-value, which is therefore never below 1 / (_DRAWS + 1).
_DRAWS: Final = 1_999
#: Draws of random signs, and posts that get one.
_SIGN_DRAWS: Final = 499
_SIGNED_POSTS: Final = 2_000
#: Added to each count, so that an empty bin does not make an endless distance.
_SMOOTHING: Final = 0.5
#: Buckets of words of which fewer posts are expected say nothing, and their counts are far from normal.
_LEAST_EXPECTED: Final = 3.0


@dataclass(frozen=True)
class Distance:
    """How far new posts are from the training posts in one respect.

    Attributes
    ----------
    psi : float
        Population stability index, 0 or more.
    js : float
        Jensen-Shannon divergence in bits, in [0, 1].
    noise : float
        The mean index of two samples of one population of these sizes.
    p_value : float
        How often such samples are as far apart or further, in (0, 1].
    """

    psi: float
    js: float
    noise: float
    p_value: float


def population_stability(then: npt.ArrayLike, now: npt.ArrayLike) -> Any:
    """Give the population stability index between counts; the last axis runs over the bins.

    Notes
    -----
    The sum of ``(q - p) * log(q / p)`` over bins, which is the symmetrised Kullback-Leibler divergence (Jeffreys 1946; as an
    index of credit scores: Siddiqi, "Credit risk scorecards", 2006). Between two samples of one population, of n and m posts
    in k bins, it is about (k - 1) (1 / n + 1 / m) in the mean (Yurdakul and Naranjo 2020, "Statistical properties of the
    population stability index", Journal of Risk Model Validation 14).

    Examples
    --------
    >>> float(population_stability([50, 50], [50, 50]))
    0.0
    >>> round(float(population_stability([500, 500], [800, 200])), 2)
    0.41
    """
    p, q = _shares(then), _shares(now)
    return ((q - p) * np.log(q / p)).sum(axis=-1)


def jensen_shannon(then: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Give the Jensen-Shannon divergence between counts, in bits (Lin 1991, IEEE Transactions on Information Theory 37).

    Examples
    --------
    >>> round(jensen_shannon([1000, 0], [0, 1000]), 2)
    0.99
    """
    p, q = _shares(then), _shares(now)
    middle = (p + q) / 2.0
    return float(((p * np.log2(p / middle)).sum() + (q * np.log2(q / middle)).sum()) / 2.0)


def _shares(counts: npt.ArrayLike) -> FloatArray:
    smoothed = np.asarray(counts, dtype=np.float64) + _SMOOTHING
    return np.asarray(smoothed / smoothed.sum(axis=-1, keepdims=True))


def compare_counts(then: npt.ArrayLike, now: npt.ArrayLike) -> Distance:
    """Compare counts of posts over the same bins.

    Parameters
    ----------
    then, now : array-like of shape (n_bins,)
        Counts of training posts and of new posts.

    Returns
    -------
    Distance
        Its noise and p-value are from a permutation test: all posts are thrown together and dealt out again, which for
        counts is a draw without replacement.
    """
    before, after = (np.asarray(counts, dtype=np.int64) for counts in (then, now))
    pooled = before + after
    observed = float(population_stability(before, after))
    # A seed of its own for each call: a row of the table does not depend on the rows before it.
    generator = np.random.default_rng(0)
    dealt = generator.multivariate_hypergeometric(pooled, int(after.sum()), size=_DRAWS, method="marginals")
    by_chance = population_stability(pooled - dealt, dealt)
    as_far = int((by_chance >= observed - 1e-12).sum())
    return Distance(observed, jensen_shannon(before, after), float(by_chance.mean()), (1 + as_far) / (_DRAWS + 1))


@dataclass(frozen=True)
class WordSample:
    """Which hashed words the posts of one language have, then and now.

    Attributes
    ----------
    posts_then : int64 array of shape (n_buckets,)
        Training posts that have a word of the bucket.
    n_then : int
        Training posts.
    buckets : csr_matrix of shape (n_posts, n_buckets)
        1 where a new post has one.
    """

    posts_then: IntArray
    n_then: int
    buckets: Any


def compare_words(samples: Sequence[WordSample]) -> Distance:
    """Compare which words posts have, language by language, so that another mix of languages is no other choice of words.

    Parameters
    ----------
    samples : sequence of WordSample
        One for each language; one at least.

    Returns
    -------
    Distance
        The index is the quadratic approximation of the stability index: squared differences of bucket rates over their
        variance, summed and divided by the buckets that a post has; the divergence is between the shares that buckets have of
        all words. Both are means over the new posts. The p-value is of the sum of squared standardised differences of bucket
        rates. As words come together, that sum is held against sums with the same correlations: the deviations of the new
        posts from their mean, each with a random sign (a multiplier bootstrap; van der Vaart and Wellner 1996, "Weak
        convergence and empirical processes", section 2.9).
    """
    generator = np.random.default_rng(0)
    observed, by_chance = 0.0, np.zeros(_SIGN_DRAWS)
    distances = []
    for sample in samples:
        n_now, n_then = sample.buckets.shape[0], sample.n_then
        posts_now = np.asarray(sample.buckets.sum(axis=0)).ravel()
        rate = (sample.posts_then + posts_now) / (n_then + n_now)
        used = np.flatnonzero((rate * min(n_now, n_then) >= _LEAST_EXPECTED) & (rate < 1.0))
        spread = np.sqrt(rate[used] * (1.0 - rate[used]))
        difference = (posts_now[used] / n_now - sample.posts_then[used] / n_then) / spread
        either = 1.0 / n_now + 1.0 / n_then
        squares = float(np.square(difference).sum() / either)
        # How words come together can be seen in some of many posts.
        some = np.unique(np.linspace(0, n_now - 1, min(n_now, _SIGNED_POSTS)).astype(np.int64))
        centred = (sample.buckets[some][:, used].toarray() - posts_now[used] / n_now) / spread
        signs = generator.choice(np.asarray([-1.0, 1.0]), size=(_SIGN_DRAWS, len(some)))
        drawn = np.square(signs @ centred / np.sqrt(len(some))).sum(axis=1)
        observed, by_chance = observed + squares, by_chance + drawn
        scale = either / max(posts_now.sum() / n_now, 1.0)
        distances.append((squares * scale, jensen_shannon(sample.posts_then, posts_now), drawn.mean() * scale))
    weights = [sample.buckets.shape[0] for sample in samples]
    index, js, noise = np.average(distances, axis=0, weights=weights).tolist()
    return Distance(index, js, noise, _tail(by_chance, observed))


def _tail(by_chance: FloatArray, observed: float) -> float:
    """Give how likely a value as large is, from a gamma distribution with the mean and variance of the draws.

    A sum of squares of correlated normal numbers is close to one (Satterthwaite 1946, Biometrics Bulletin 2), and its tail
    reaches further than that of some draws.
    """
    from scipy.stats import gamma

    mean, variance = by_chance.mean(), max(by_chance.var(), 1e-12)
    return float(max(gamma.sf(observed, mean**2 / variance, scale=variance / mean), 1e-12)) if mean > 0 else 1.0
