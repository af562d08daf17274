"""The groups of a trend table: their names, their sizes and their counts by period."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..trends.counting import COUNT_COLUMNS
from ..trends.table import PERIOD, TrendTable

#: Groups of fewer posts are not shown with figures: they say little, and a person might be told from them.
MIN_CELL: Final = 5
#: Moves are looked for in the largest groups only: the more are compared, the more chance finds.
MAX_COMPARED_GROUPS: Final = 50
#: Stands between the names of a group of several columns.
SEPARATOR: Final = " · "
#: Label of the one group where there are no columns.
ALL_POSTS: Final = "all posts"

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


def group_labels(table: TrendTable) -> pd.Series[Any]:
    """Name each row of a table's counts by its groups, such as ``Telmira · app_store``."""
    if not table.by:
        return pd.Series(ALL_POSTS, index=table.counts.index, dtype="str")
    labels = table.counts[table.by[0]]
    for name in table.by[1:]:
        labels = labels + SEPARATOR + table.counts[name]
    return labels


def group_sizes(table: TrendTable) -> pd.Series[Any]:
    """Give the posts of each group by its label, the largest first, equal ones by name."""
    sizes = table.counts.groupby(group_labels(table).to_numpy())[COUNT_COLUMNS[0]].sum()
    return sizes.sort_index().sort_values(ascending=False, kind="stable")


def largest_groups(table: TrendTable) -> TrendTable:
    """Keep the groups that moves are looked for in."""
    if len(group_sizes(table)) <= MAX_COMPARED_GROUPS:
        return table
    kept = group_sizes(table).head(MAX_COMPARED_GROUPS).index
    return replace(table, counts=table.counts[group_labels(table).isin(kept)].reset_index(drop=True), repeats=None)


def counts_by_period(table: TrendTable) -> tuple[list[str], Counts, Counts]:
    """Give the largest groups' names and their posts and complaints, each an array (groups, periods)."""
    names = group_sizes(table).head(MAX_COMPARED_GROUPS).index.to_list()
    posts = np.zeros((len(names), len(table.periods)), dtype=np.int64)
    complaints = np.zeros_like(posts)
    labels = group_labels(table)
    for row, name in enumerate(names):
        cells = table.counts[labels == name]
        at = table.periods.get_indexer(pd.DatetimeIndex(cells[PERIOD]))
        posts[row, at], complaints[row, at] = cells["n_posts"], cells["n_complaints"]
    return names, posts, complaints


def full_periods(table: TrendTable) -> Flags:
    """Tell for each period whether the data cover it whole."""
    return np.asarray(~table.periods.isin(table.partial_periods))
