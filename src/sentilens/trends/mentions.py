"""Posts that concern several brands: counted once for each, and once in totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from ..schema import BRAND_SEPARATOR
from .counting import add_counts, count_columns, sum_counts

BRAND: Final = "brand"


def explode(rows: pd.DataFrame, brands: pd.Series[Any], others: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Give a row of counts for each brand of a post, and what is thereby counted again.

    Parameters
    ----------
    rows : DataFrame
        Counts of one post each, with ``brand``.
    brands : Series
        All brands of the posts, joined by ``|``.
    others : sequence of str
        The keys of the groups without ``brand``.

    Returns
    -------
    rows : DataFrame
    repeats : DataFrame or None
        By `others`, the counts of each post's second and further brands; None where there are none.
    """
    several = brands.astype("object").fillna("").astype(str).str.contains(BRAND_SEPARATOR, regex=False).to_numpy(dtype=bool)
    if not several.any():
        return rows, None
    names = brands[several].astype(str).str.split(BRAND_SEPARATOR, regex=False)
    mentions = rows[several].assign(**{BRAND: names}).explode(BRAND)
    mentions = mentions.astype({BRAND: rows[BRAND].dtype})
    again = pd.concat([sum_counts(mentions, others), _negative(sum_counts(rows[several], others))])
    return pd.concat([rows[~several], mentions]), sum_counts(again, others)


def add_repeats(*tables: pd.DataFrame | None) -> pd.DataFrame | None:
    """Add up what tables of the same groups count again."""
    parts = [part for part in tables if part is not None]
    return add_counts(parts, [name for name in parts[0].columns if name not in count_columns(parts[0])]) if parts else None


def without_repeats(counts: pd.DataFrame, repeats: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Take from counts what they hold more than once."""
    return sum_counts(pd.concat([counts, _negative(repeats)]), keys)


def _negative(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(**{name: -counts[name] for name in count_columns(counts)})
