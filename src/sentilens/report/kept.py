"""Posts that are kept whole while a report is gathered: as many as explanations need, whichever chunks they come in."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

#: More posts than this are explained by a sample of so many.
MAX_KEPT: Final = 200_000
_HASH: Final = "_hash"


class KeptPosts:
    """Keeps posts, of many an even sample: those with the smallest hashes, so that neither order nor chunks matter.

    Parameters
    ----------
    places : int
    """

    def __init__(self, places: int = MAX_KEPT) -> None:
        self.places = places
        self.n_seen = 0
        self._parts: list[pd.DataFrame] = []

    def add(self, posts: pd.DataFrame) -> None:
        """Take in posts with ``text`` and ``created_at``."""
        self.n_seen += len(posts)
        hashes = pd.util.hash_pandas_object(posts[["text", "created_at"]].astype("str"), index=False)
        self._parts.append(posts.assign(**{_HASH: hashes.to_numpy(dtype=np.uint64)}))
        if sum(map(len, self._parts)) > 2 * self.places:
            self._parts = [self._smallest()]

    def frame(self) -> pd.DataFrame:
        """Give the posts, in an order of their own, without columns that say nothing."""
        return self._smallest().drop(columns=_HASH).dropna(axis="columns", how="all").reset_index(drop=True)

    @property
    def is_sample(self) -> bool:
        """Whether not all posts are kept."""
        return self.n_seen > self.places

    def _smallest(self) -> pd.DataFrame:
        filled = [part for part in self._parts if len(part)] or self._parts[:1]
        posts = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
        return posts.sort_values([_HASH, "text"], kind="stable").head(self.places)
