"""The posts most likely to be complaints, gathered from any number of chunks in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Final

import pandas as pd

from ..quoting import QuotedPost, bare_wording, quote_post
from ..trends.counting import cell_names, read_flags
from ..trends.periods import parse_times
from .groups import MIN_CELL

#: A brand gets at least this many places, more where there are few brands.
MIN_PER_BRAND: Final = 3

#: A total order, so that the choice does not depend on the order of the rows: column -> ascending.
_ORDER: Final = {"probability": False, "date": True, "channel": True, "language": True, "text": True}


class ComplaintShelf:
    """Keeps each brand's complaints of the highest probability, one of each wording.

    Which posts stay does not depend on how the posts are cut into chunks: the order is total, by probability, time
    (the earliest first), channel, language and text.

    Parameters
    ----------
    places : int
        How many posts to show in all.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._kept: pd.DataFrame | None = None
        self._sizes: Counter[str] = Counter()

    def add(self, counted: pd.DataFrame) -> None:
        """Look through customers' scored posts."""
        brands = cell_names(counted["brand"])
        self._sizes.update(brands)
        complaints = (read_flags(counted["is_complaint"]) == 1) & counted["text"].notna().to_numpy()
        posts = counted[complaints]
        found = pd.DataFrame(
            {
                "brand": brands[complaints],
                "probability": pd.to_numeric(posts["complaint_probability"]).astype(float),
                "date": pd.Series(parse_times(posts["created_at"]), index=posts.index),
                "channel": cell_names(posts["channel"]),
                "language": cell_names(posts["language"]),
                "text": posts["text"],
                "wording": posts["text"].map(bare_wording),
            }
        )
        found = found[found["wording"] != ""]
        if found.empty:
            return
        if self._kept is not None:
            found = pd.concat([self._kept, found])
        found = found.sort_values(list(_ORDER), ascending=list(_ORDER.values()), na_position="last")
        found = found.drop_duplicates(["brand", "wording"])
        self._kept = found.groupby("brand").head(self.places)

    def choose(self, mask: Callable[[str], str]) -> tuple[QuotedPost, ...]:
        """Give the posts to show, the most likely complaints first; texts masked, then shortened.

        Each brand gets at most an equal part of the places, or three where there are many brands. Brands with
        fewer than five posts are not quoted.
        """
        if self._kept is None:
            return ()
        quotable = self._kept[self._kept["brand"].map(self._sizes.__getitem__) >= MIN_CELL]
        per_brand = max(MIN_PER_BRAND, math.ceil(self.places / max(1, quotable["brand"].nunique())))
        chosen = quotable.groupby("brand").head(per_brand)
        order = {**_ORDER, "brand": True}
        chosen = chosen.sort_values(list(order), ascending=list(order.values()), na_position="last")
        # A wording that went around is quoted once, for the brand that it was the clearest for.
        chosen = chosen.drop_duplicates("wording").head(self.places)
        return tuple(quote_post(post, mask) for post in chosen.to_dict("records"))
