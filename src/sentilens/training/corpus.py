"""Labelled posts and what is to be known of them: scored by the base, in features, in groups."""

from __future__ import annotations

import os
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from ..errors import DataQualityWarning
from ..evaluation import keep_scored
from ..head_columns import LABEL_PREFIX
from ..labelling import count_contradictions, read_labelled
from ..near_copies import near_copy_groups
from ..normalize import normalize_all
from ..schema import TEXT
from ..scorer import PostScorer
from .fitting import Codes
from .grouping import group_posts
from .tasks import HeadTask, plan_tasks

#: More labelled posts than this bring next to nothing and cost hours; of more, so many are drawn.
MAX_POSTS: Final = 20_000
#: Labels rarer than this among them are all kept.
_RARE: Final = 500


@dataclass(frozen=True)
class Corpus:
    """Labelled posts and what is to be known of them: scored by the base, in features, in groups."""

    posts: pd.DataFrame
    cleaned: Sequence[str]
    features: sparse.csr_matrix
    copies: Codes
    groups: Codes

    def take(self, rows: Codes) -> Corpus:
        cleaned = [self.cleaned[row] for row in rows.tolist()]
        posts = self.posts.iloc[rows].reset_index(drop=True)
        return Corpus(posts, cleaned, self.features[rows], self.copies[rows], self.groups[rows])

    def tasks(self, start: PostScorer, heads: Sequence[str], required: Sequence[str]) -> list[HeadTask]:
        return plan_tasks(self.posts, self.copies, heads, required, {n: head.classes for n, head in start.stack.heads.items()})

    def grouped(self, tasks: Sequence[HeadTask]) -> tuple[Corpus, tuple[str, ...]]:
        groups, kinds = group_posts(self.posts, self.copies, tasks)
        return Corpus(self.posts, self.cleaned, self.features, self.copies, groups), kinds


def read_corpus(
    labelled: pd.DataFrame | str | os.PathLike[str], start: PostScorer, heads: Sequence[str], required: Sequence[str]
) -> Corpus:
    posts = _draw(read_labelled(labelled, heads=heads, required=required), heads)
    if contradictory := count_contradictions(posts, heads):
        warnings.warn(
            f"{contradictory:,} texts carry different labels; all are learnt from. Agree on one for each, or leave them empty.",
            DataQualityWarning,
            stacklevel=4,
        )
    scored = start.score(posts.rename(columns={head: LABEL_PREFIX + head for head in heads}))
    scored = keep_scored(scored).reset_index(drop=True)
    cleaned = normalize_all(scored[TEXT])
    copies = near_copy_groups(cleaned)
    return Corpus(scored, cleaned, start.featurizer.matrix(cleaned, scored["language"].tolist()), copies, copies)


def _draw(posts: pd.DataFrame, heads: Sequence[str]) -> pd.DataFrame:
    """Draw posts where there are more than can be learnt from in reasonable time: all of rare labels, others by their texts."""
    if len(posts) <= MAX_POSTS:
        return posts
    rare = np.zeros(len(posts), dtype=bool)
    for head in heads:
        rare |= posts[head].map(posts[head].value_counts()).le(_RARE).to_numpy()
    rank = posts[TEXT].map(lambda text: zlib.crc32(text.encode("utf-8", "surrogatepass"))).to_numpy()
    kept = np.sort(np.lexsort((rank, ~rare))[:MAX_POSTS])
    warnings.warn(
        f"{len(posts):,} labelled posts are more than are needed; {len(kept):,} of them are learnt from, rare labels first.",
        DataQualityWarning,
        stacklevel=5,
    )
    return posts.iloc[kept].reset_index(drop=True)
