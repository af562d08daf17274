"""Which posts the company answered, and when: as an export says it, or by the company's own posts that reply to others."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ..schema import OPTIONAL_COLUMNS
from ..trends.counting import read_flags
from ..trends.periods import parse_times

#: What is kept of every post, so that an answer finds its post wherever the two stand.
LINK_COLUMNS: Final[tuple[str, ...]] = ("post_id", "reply_to", "created_at", "owned", *OPTIONAL_COLUMNS)
_REPLIED_AT, _REPLY_TEXT = OPTIONAL_COLUMNS


def links_of(posts: pd.DataFrame) -> pd.DataFrame:
    """Give what tells of answers, in one form.

    Parameters
    ----------
    posts : DataFrame
        In the schema; all of `LINK_COLUMNS` may be missing.

    Returns
    -------
    DataFrame
        ``post_id``, ``reply_to`` (str, blank where unknown), ``posted_at``, ``replied_at`` (UTC, NaT where unknown),
        ``owned`` and ``replied`` (bool; a reply may have no time), with the index of the posts.
    """

    def column(name: str) -> pd.Series[Any]:
        return posts[name] if name in posts.columns else pd.Series(np.nan, index=posts.index, dtype="object")

    replied_at = parse_times(column(_REPLIED_AT).astype("object"))
    said = _filled(column(_REPLY_TEXT))
    return pd.DataFrame(
        {
            "post_id": _plain(column("post_id")),
            "reply_to": _plain(column("reply_to")),
            "posted_at": parse_times(column("created_at").astype("object")),
            "owned": read_flags(column("owned")) == 1,
            "replied_at": replied_at,
            "replied": said | np.asarray(replied_at.notna()),
        },
        index=posts.index,
    )


def first_answers(links: pd.DataFrame) -> pd.DataFrame:
    """Find the first answer to each post.

    Parameters
    ----------
    links : DataFrame
        From `links_of`, of all posts: an answer may stand before or behind what it answers.

    Returns
    -------
    DataFrame
        ``answered`` (bool) and ``answered_at`` (UTC; NaT where it was not answered, or when is not known), with the index of
        ``links``. An answer from before its post is one without a time.
    """
    ours = links[links["owned"] & (links["reply_to"] != "")]
    first = ours.groupby("reply_to")["posted_at"].min()
    by_post = first.reindex(links["post_id"]).set_axis(links.index)
    answered_at = by_post.where(~(links["replied_at"] < by_post) & by_post.notna(), links["replied_at"])
    answered = links["replied"] | links["post_id"].isin(first.index)
    return pd.DataFrame({"answered": answered, "answered_at": answered_at.where(answered_at >= links["posted_at"])})


def answers_are_told(links: pd.DataFrame) -> bool:
    """Tell whether posts say anything about answers; if none was ever answered, the export most likely leaves answers out."""
    return bool(links["replied"].any() or (links["owned"] & (links["reply_to"] != "")).any())


def _filled(values: pd.Series[Any]) -> Any:
    return (_plain(values) != "").to_numpy()


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    """Give text without blanks around it, empty where there is none."""
    return values.astype("object").where(values.notna(), "").astype(str).str.strip()
