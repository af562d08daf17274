"""What is found out about posts once they are read: which repeat an earlier one, and which brands they concern."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..brands import BrandMatcher
from ..copies import CopyFinder
from ..schema import BRAND_SEPARATOR, BRANDS, COPY_OF, INPUT_COLUMNS, READING_COLUMNS
from .audit import ReadAudit
from .frames import STRING


class PostMarker:
    """Marks the posts of one reading, chunk by chunk, as they are in the file: before authors are made unknown.

    Parameters
    ----------
    brands : BrandMatcher, optional
        Fills ``brand`` where the file has none, adds the column ``brands``, and tells the brands' own posts.
    """

    def __init__(self, brands: BrandMatcher | None) -> None:
        self._brands = brands
        self._copies = CopyFinder()

    def mark(self, posts: pd.DataFrame, audit: ReadAudit) -> pd.DataFrame:
        """Give the posts of a chunk with their marks, and count in the audit."""
        posts = posts.copy(deep=False)
        copies = self._copies.find(posts)
        audit.n_copies += int(copies.notna().sum())
        posts.insert(len(INPUT_COLUMNS), COPY_OF, copies.astype(STRING))
        if self._brands is not None:
            _mark_brands(posts, self._brands)
        return posts


def describe_marks(brands: BrandMatcher | None) -> dict[str, str]:
    """Tell in words which columns a list of brands makes, for `ReadAudit.derived`."""
    if brands is None:
        return {}
    made = {"brand": "from the list of brands, where the file names none", BRANDS: "from the list of brands"}
    return made | ({"owned": "from the authors in the list of brands"} if brands.has_owned else {})


def _mark_brands(posts: pd.DataFrame, brands: BrandMatcher) -> None:
    found = brands.match(posts["text"], authors=_cells(posts["author"]), urls=_cells(posts["url"]))
    named = _cells(posts["brand"])
    # The file's own word comes first; a brand that it names is not added again in the list's spelling.
    own: dict[Any, tuple[str, ...]] = {
        name: (name, *brands.match([name])[0]) for name in dict.fromkeys(named) if name is not None
    }
    rows = [
        (name, *(brand for brand in row if brand not in own[name])) if name is not None else row
        for name, row in zip(named, found, strict=True)
    ]
    joined = [BRAND_SEPARATOR.join(row) or None for row in rows]
    posts["brand"] = pd.Series([row[0] if row else None for row in rows], index=posts.index, dtype=STRING)
    posts.insert(len(READING_COLUMNS), BRANDS, pd.Series(joined, index=posts.index, dtype=STRING))
    posts.loc[brands.owned(_cells(posts["author"])), "owned"] = True


def _cells(column: pd.Series[Any]) -> list[Any]:
    return list(column.astype(object).where(column.notna(), None))
