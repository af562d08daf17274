"""What X tells an account about its own posts, as a file of posts: the CSV of before 2023 and that of today."""

from __future__ import annotations

import re
from typing import Final

from .base import Platform, first_of, signature

_STATUS: Final = re.compile(
    r"https?://(?:\w+\.)?(?:twitter|x)\.com/(?P<account>\w{1,30})/status(?:es)?/(?P<id>\d+)", re.IGNORECASE
)


def _account(link: str) -> str:
    """The account in the link to a post.

    >>> _account("https://x.com/telmira/status/1755000000000000000")
    'telmira'
    """
    match = _STATUS.match(link.strip())
    return match["account"] if match and match["account"] != "i" else ""


def _post_id(text: str) -> str:
    # Spreadsheets round the column of ids, and leave links as they are.
    match = _STATUS.match(text.strip())
    return match["id"] if match else text


X_ANALYTICS: Final = Platform(
    name="x_analytics",
    title="X analytics",
    signatures=(
        signature("Tweet id", "Tweet permalink", "Tweet text", "time", confidence=0.99),
        signature("Tweet permalink", "Tweet text", "impressions"),
        signature("Post id", "Date", "Post text", "Post Link", "Impressions", confidence=0.99),
        signature("Post text", "Post Link", "Impressions", "Profile visits"),
        signature("Post text", "Post Link", "Date", where={"Post Link": _STATUS.pattern + ".*"}),
    ),
    columns={
        "text": first_of("Post text", "Tweet text"),
        "post_id": first_of("Post Link", "Tweet permalink", "Post id", "Tweet id", through=_post_id),
        "created_at": first_of("time", "Date"),
        "brand": first_of("Post Link", "Tweet permalink", through=_account),
        "url": first_of("Post Link", "Tweet permalink"),
    },
    constants={"channel": "twitter", "owned": True},
    date_order="mdy",
    timezone="UTC",
)
