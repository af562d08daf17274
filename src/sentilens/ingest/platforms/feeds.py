"""Any other feed, RSS or Atom: texts are HTML."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature
from .unwrap import real_link, strip_html

#: What the roots of feeds are called.
_FEEDS: Final = ("feed", "rss", "RDF")

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
