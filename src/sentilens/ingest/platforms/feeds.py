"""Feeds: Google Alerts, the comments in WordPress's own export (WXR), customer reviews of Apple's App Store, and any other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import real_link, strip_html

#: The names of roots of feeds, and none, since a scored file has the columns without the document.
_FEEDS: Final = ("feed", "rss", "RDF")
_ALERT: Final = r"Google Alerts?\s+[-–]\s+(?P<query>.+)"
_APP: Final = re.compile(r"https?://(?:itunes|apps)\.apple\.com/(?:\S+/)?app/\S*id\d+\S*", re.IGNORECASE)


def _alert_query(title: str) -> str:
    """What an alert looks for, nothing where the title is not that of an alert.

    >>> _alert_query('Google Alert - "Svippo"'), _alert_query("Svippo news")
    ('Svippo', '')
    """
    match = re.fullmatch(_ALERT, title.strip(), re.IGNORECASE)
    if match is None:
        return ""
    query = match["query"].strip()
    return query[1:-1] if query.count('"') == 2 and query[0] == query[-1] == '"' else query


def _no_zero(number: str) -> str:
    return "" if number.strip() == "0" else number


def _rows_about_the_app(sample: Sequence[Sequence[str]]) -> int:
    """The first entry of older feeds is the app itself, whose id is its page in the store."""
    return int(bool(sample) and any(_APP.fullmatch(cell.strip()) for cell in sample[0]))


GOOGLE_ALERTS: Final = Platform(
    name="google_alerts",
    title="Google Alerts",
    signatures=(signature("feed.title", "title", "link", confidence=0.99, where={"feed.title": _ALERT}),),
    columns={
        "text": first_of("content", "title", through=strip_html),
        "post_id": first_of("id"),
        "created_at": first_of("published", "updated"),
        "brand": first_of("feed.title", through=_alert_query),
        "author": first_of("author.name"),
        "url": first_of("link", through=real_link),
    },
    timezone="UTC",
)

WORDPRESS_COMMENTS: Final = Platform(
    name="wordpress_comments",
    title="WordPress comments (WXR)",
    signatures=(
        signature("comment.comment_id", "comment.comment_content", "comment.comment_date_gmt", confidence=0.99),
        signature("comment.comment_id", "comment.comment_content"),
    ),
    columns={
        "text": first_of("comment.comment_content", through=strip_html),
        "post_id": first_of("comment.comment_id"),
        "created_at": first_of("comment.comment_date_gmt", "comment.comment_date"),
        "author": first_of("comment.comment_author"),
        "url": joined("link", "comment.comment_id", by="#comment-"),
        "reply_to": first_of("comment.comment_parent", through=_no_zero),
    },
    constants={"channel": "blog"},
    timezone="UTC",
    personal=(
        "comment.comment_author",
        "comment.comment_author_email",
        "comment.comment_author_IP",
        "comment.comment_author_url",
    ),
)

APP_STORE: Final = Platform(
    name="app_store",
    title="Apple App Store reviews",
    signatures=(
        signature("im:rating.label", "content.label", "title.label", confidence=0.99),
        signature("rating", "version", "voteSum", "voteCount", "content", confidence=0.99),
        signature("attributes.rating", "attributes.body", "attributes.reviewerNickname", confidence=0.99),
    ),
    columns={
        "text": joined("title.label", "content.label", "title", "content", "attributes.title", "attributes.body"),
        "post_id": first_of("id.label", "id"),
        "created_at": first_of("updated.label", "updated", "attributes.createdDate"),
        "author": first_of("author.name.label", "author.name", "attributes.reviewerNickname"),
        "rating": first_of("im:rating.label", "rating", "attributes.rating"),
    },
    constants={"channel": "app_store"},
    timezone="UTC",
    rows_to_skip=_rows_about_the_app,
    personal=("author.uri.label", "author.uri"),
)

FEED: Final = Platform(
    name="feed",
    title="RSS and Atom feeds",
    signatures=(
        signature("feed.title", "title", "link", confidence=0.9),
        *(signature(name, confidence=0.9, documents=_FEEDS) for name in ("title", "description", "summary", "content")),
    ),
    columns={
        "text": first_of("content.encoded", "content", "description", "summary", "title", through=strip_html),
        "post_id": first_of("guid", "id"),
        "created_at": first_of("pubDate", "published", "date", "issued", "updated"),
        "author": first_of("author.name", "author", "creator"),
        "url": first_of("origLink", "link", through=real_link),
        "reply_to": first_of("in-reply-to"),
        "declared_language": first_of("language", "feed.language"),
    },
    timezone="UTC",
    personal=("author.email",),
)
