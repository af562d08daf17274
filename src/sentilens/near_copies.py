"""Find posts that are nearly the same, so that they never sit on both sides of a split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from .tokens import skeleton, tokenize

#: Posts that share this part of their distinct words (Jaccard) are near-copies.
SAME_ENOUGH = 0.6
_BANDS, _ROWS = 16, 3


def near_copy_groups(texts: Sequence[str], *, threshold: float = SAME_ENOUGH) -> npt.NDArray[np.int64]:
    """Number the groups of near-copies among cleaned texts.

    Parameters
    ----------
    texts : sequence of str, shape (n_posts,)
        Texts from `sentilens.normalize_text`.
    threshold : float, default 0.6
        Least Jaccard similarity of the sets of folded words, in (0, 1].

    Returns
    -------
    int64 array of shape (n_posts,)
        Posts with the same number are near-copies, directly or through others.

    Notes
    -----
    Candidates come from min-hashing in bands (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of massive datasets",
    section 3.4) and are checked exactly, so the time is linear in the number of posts as long as few are alike.

    Examples
    --------
    >>> near_copy_groups(["Tåget är sent igen idag", "tåget är sent igen idag!", "Tack för maten"]).tolist()
    [0, 0, 1]
    """
    words = [frozenset(skeleton(token) for token in tokenize(text) if token[0].isalnum()) for text in texts]
    vocabulary: dict[str, int] = {}
    for bag in words:
        for word in sorted(bag):
            vocabulary.setdefault(word, len(vocabulary))
    generator = np.random.default_rng(0)
    salts = generator.integers(1, 1 << 61, size=(_BANDS * _ROWS, 1), dtype=np.uint64) | np.uint64(1)
    # An own random rank for each word in each of the hash functions; wrap-around is meant.
    ranks = (salts * (np.arange(1, len(vocabulary) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))) >> np.uint64(20)
    buckets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, bag in enumerate(words):
        if not bag:
            buckets[(-1,)].append(number)
            continue
        lowest = ranks[:, [vocabulary[word] for word in bag]].min(axis=1).reshape(_BANDS, _ROWS).tolist()
        for band, signature in enumerate(lowest):
            buckets[(band, *signature)].append(number)
    pairs = []
    for members in buckets.values():
        # Comparing each with the first and with its neighbour finds the group without comparing all with all.
        for before, number in pairwise(members):
            for other in {before, members[0]}:
                if _similarity(words[other], words[number]) >= threshold:
                    pairs.append((other, number))
    left, right = zip(*pairs, strict=True) if pairs else ((), ())
    links = csr_matrix((np.ones(len(left)), (left, right)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _similarity(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0
