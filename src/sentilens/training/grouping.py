"""Which posts belong together, so that none judges another; and which are the newest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError
from .fitting import N_FOLDS, Codes
from .tasks import HeadTask

#: Whoever wrote more of the posts than this is no person, but a word such as "Anonymous".
_MOST_BY_ONE: Final = 0.1
#: Share of the posts that a split by time holds out: as near to the middle as the dates allow.
_NEWEST: Final = (0.20, 0.225, 0.25)


def group_posts(posts: pd.DataFrame, copies: Codes, tasks: Sequence[HeadTask]) -> tuple[Codes, tuple[str, ...]]:
    """Number the groups of posts that stay in one fold: near-copies, posts of one author, posts of one thread.

    Parameters
    ----------
    posts : DataFrame
        Where it has columns ``author``, ``reply_to`` and ``post_id``, they count.
    copies : int64 array of shape (n_posts,)
        Groups of near-copies.
    tasks : sequence of HeadTask
        What is to be learnt: each class that is in two groups of near-copies or more stays in two or more.

    Returns
    -------
    groups : int64 array of shape (n_posts,)
    kinds : tuple of str
        What makes the groups, of ``near_copies``, ``threads``, ``authors``. Authors, and then threads, do not count where
        through them more posts than a fold holds would hang together.
    """
    links = {"threads": _thread_links(posts), "authors": _author_links(posts)}
    kinds = ["near_copies", *(name for name, columns in links.items() if columns)]
    while True:
        groups = _connect([pd.Series(copies), *(column for kind in kinds[1:] for column in links[kind])])
        if len(kinds) == 1 or _can_be_folded(groups, copies, tasks):
            return groups, tuple(kinds)
        kinds.pop()


def _thread_links(posts: pd.DataFrame) -> list[pd.Series]:
    if "reply_to" not in posts.columns or _keys(posts["reply_to"]).isna().all():
        return []
    # An answer and what it answers to have a key in common.
    own = [_keys(posts["post_id"])] if "post_id" in posts.columns else []
    return [pd.concat([*own, _keys(posts["reply_to"])], axis=1)]  # type: ignore[list-item]


def _author_links(posts: pd.DataFrame) -> list[pd.Series]:
    if "author" not in posts.columns:
        return []
    authors = _keys(posts["author"])
    counts = authors.value_counts()
    authors = authors.where(~authors.isin(counts.index[counts > max(2, _MOST_BY_ONE * len(posts))]))
    return [] if authors.isna().all() else [authors]


def _keys(column: pd.Series) -> pd.Series:
    text = column.astype("object").where(column.notna(), "").astype(str).str.strip()
    return text.where(text != "", None)


def _connect(columns: Iterable[Any]) -> Codes:
    """Number the groups of rows that share a key in some column; a frame's columns share their keys."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    left: list[npt.NDArray[Any]] = []
    right: list[npt.NDArray[Any]] = []
    n_keys = n_posts = 0
    for column in columns:
        parts = [column] if isinstance(column, pd.Series) else [column.iloc[:, n] for n in range(column.shape[1])]
        n_posts = len(column)
        codes, uniques = pd.factorize(pd.concat(parts, ignore_index=True))
        filled = np.flatnonzero(codes >= 0)
        left.append(filled % n_posts)
        right.append(codes[filled] + n_keys)
        n_keys += len(uniques)
    rows, keys = np.concatenate(left), n_posts + np.concatenate(right)
    size = n_posts + n_keys
    links = csr_matrix((np.ones(len(rows)), (rows, keys)), shape=(size, size))
    found = connected_components(links, directed=False)[1][:n_posts]
    return np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.int64)


def _can_be_folded(groups: Codes, copies: Codes, tasks: Sequence[HeadTask]) -> bool:
    if np.bincount(groups).max() > max(2.0, len(groups) / N_FOLDS):
        return False
    for task in tasks:
        for name in np.unique(task.labels):
            rows = task.rows[task.labels == name]
            if len(np.unique(groups[rows])) < min(2, len(np.unique(copies[rows]))):
                return False
    return True


def post_times(posts: pd.DataFrame) -> pd.Series:
    """Give the times of posts in UTC, NaT where there is none."""
    if "created_at" not in posts.columns:
        return pd.Series(pd.NaT, index=posts.index, dtype="datetime64[ns, UTC]")
    return pd.to_datetime(posts["created_at"], utc=True, errors="coerce", format="ISO8601")


def split_by_time(posts: pd.DataFrame, copies: Codes) -> tuple[Codes, Codes]:
    """Split posts into older and newest ones.

    Posts of one moment stay together, posts without a date are older ones, and newest posts that nearly copy an older one
    are in neither part.

    Returns
    -------
    older, newest : int64 arrays
        Positions of the posts. The newest are 20 to 25 % of those with a date, as far as the dates allow.

    Raises
    ------
    ConfigError
        If there are no dates, or all are the same (reason ``no_time_split``).
    """
    times = post_times(posts)
    moments = times.dropna().sort_values()
    begins = pd.Series(np.arange(len(moments)), index=moments.to_numpy()).groupby(level=0).min()
    shares = 1.0 - begins.iloc[1:] / max(len(moments), 1)
    if shares.empty:
        raise ConfigError(
            "The posts cannot be split by time: they have no dates in created_at, or all the same.",
            reason="no_time_split",
            hint="Leave split out, or give a column created_at with ISO 8601 dates.",
        )
    low, middle, high = _NEWEST
    fitting = shares[shares.between(low, high)]
    cut = (shares if fitting.empty else fitting).sub(middle).abs().idxmin()
    is_new = (times >= cut).to_numpy()
    is_new_copy = is_new & np.isin(copies, copies[~is_new])
    return np.flatnonzero(~is_new), np.flatnonzero(is_new & ~is_new_copy)
