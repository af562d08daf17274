"""A few posts that are typical of a change and unlike each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from scipy import sparse

from ..trends.intervals import FloatArray
from .vocabulary import Document

#: What a post loses by being like those chosen before (J. Carbonell and J. Goldstein, 1998, The use of MMR, diversity-based
#: reranking for reordering documents and producing summaries).
_UNLIKENESS: Final = 0.5
#: Longer posts hold more words of any kind; shorter ones than this say little.
_FEW_WORDS: Final = 6
#: Posts among which the choice is made, by what they hold of the change.
_MAX_CANDIDATES: Final = 500


def choose_typical(documents: Sequence[Document], weights: Mapping[str, float], chances: FloatArray, n_posts: int) -> list[int]:
    """Choose posts that hold most of the words of a change, each unlike those chosen before.

    Parameters
    ----------
    documents : sequence of Document
        No two of them near-copies.
    weights : mapping of str to float
        How much each key tells of the change; empty where no word does: then what is usual among the posts themselves tells.
    chances : ndarray
        How surely each post is one of those that the change is about; it decides between equals.
    n_posts : int

    Returns
    -------
    list of int
        Numbers of the posts, the most typical first.
    """
    if not documents:
        return []
    matrix = _unit_rows(documents)
    if weights:
        told = np.array([sum(weights.get(key, 0.0) for key in document.all_keys()) for document in documents])
        relevance = told / np.sqrt([max(len(document.forms), _FEW_WORDS) for document in documents])
    else:
        centre = np.asarray(matrix.sum(axis=0)).ravel()
        relevance = np.asarray(matrix @ centre).ravel()
    relevance = relevance / max(float(relevance.max()), 1e-12) * (0.5 + 0.5 * chances)
    candidates = np.lexsort((np.arange(len(documents)), -relevance))[:_MAX_CANDIDATES]
    chosen: list[int] = []
    likeness = np.zeros(len(candidates))
    open_ = np.ones(len(candidates), dtype=bool)
    while len(chosen) < n_posts and open_.any():
        value = np.where(open_, relevance[candidates] - _UNLIKENESS * likeness, -np.inf)
        best = int(value.argmax())
        open_[best] = False
        chosen.append(int(candidates[best]))
        same = np.asarray((matrix[candidates] @ matrix[candidates[best]].T).todense()).ravel()
        likeness = np.maximum(likeness, same)
    return chosen


def _unit_rows(documents: Sequence[Document]) -> sparse.csr_matrix:
    """Give the posts' words, rare ones weighing more, as rows of length one."""
    keys: dict[str, int] = {}
    columns = [[keys.setdefault(key, len(keys)) for key in document.forms] for document in documents]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in columns])])
    flat = np.array([column for row in columns for column in row], dtype=np.int64)
    frequency = np.bincount(flat, minlength=max(len(keys), 1))
    rarity = np.log((1 + len(documents)) / (1 + frequency)) + 1
    matrix = sparse.csr_matrix((rarity[flat], flat, offsets), shape=(len(documents), max(len(keys), 1)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(norms, 1e-12)) @ matrix)
