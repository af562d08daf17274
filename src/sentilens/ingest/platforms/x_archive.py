"""The archive of an X account: ``data/tweets.js``, or ``tweet.js`` in old ones, whose posts are not wrapped."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature
from .unwrap import unescape_html

# Deleted posts stand in a part of their own, which is left alone. Scored files have the columns without the document.
_PARTS: Final = ("YTD.tweets", "YTD.tweet", "")

X_ARCHIVE: Final = Platform(
    name="x_archive",
    title="X archive",
    signatures=(
        signature("tweet.full_text", "tweet.id_str", "tweet.created_at", confidence=0.99, documents=_PARTS),
        signature("full_text", "id_str", "created_at", "favorite_count", documents=_PARTS),
    ),
    columns={
        "text": first_of("tweet.full_text", "full_text", through=unescape_html),
        "post_id": first_of("tweet.id_str", "id_str"),
        "created_at": first_of("tweet.created_at", "created_at"),
        "reply_to": first_of("tweet.in_reply_to_status_id_str", "in_reply_to_status_id_str"),
        "declared_language": first_of("tweet.lang", "lang"),
    },
    constants={"channel": "twitter"},
    timezone="UTC",
)
