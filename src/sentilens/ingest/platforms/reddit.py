"""What Reddit gives out to a user of what it holds: ``comments.csv`` and ``posts.csv``."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import CELL_BREAK, without_notice

_SITE: Final = "https://www.reddit.com"


def _whole_address(link: str) -> str:
    return _SITE + link.strip() if link.strip().startswith("/") else link


def _bare_id(name: str) -> str:
    """An id without the kind of thing that stands before it: ``t1_`` of comments, ``t3_`` of posts.

    >>> _bare_id("t1_kq3x"), _bare_id("kq3x")
    ('kq3x', 'kq3x')
    """
    kind, mark, bare = name.strip().partition("_")
    return bare if mark and kind in {"t1", "t3"} else name


def _title_and_body(text: str) -> str:
    """Title and body of a post, without the notices that stand for what is gone.

    >>> _title_and_body("Fråga\\x1f[removed]")
    'Fråga'
    """
    return "\n\n".join(filter(None, map(without_notice, text.split(CELL_BREAK))))


REDDIT: Final = Platform(
    name="reddit",
    title="Reddit data request",
    signatures=(
        signature("id", "permalink", "date", "subreddit", "link", "parent", "body", confidence=0.99),
        signature("id", "permalink", "date", "subreddit", "title", "url", "body", confidence=0.99),
        signature("permalink", "date", "subreddit", "body"),
        signature("permalink", "date", "body", where={"permalink": r"(?:https?://(?:\w+\.)?reddit\.com)?/(?:r|u|user)/.*"}),
    ),
    columns={
        "text": joined("title", "body", by=CELL_BREAK, through=_title_and_body),
        "post_id": first_of("id"),
        "created_at": first_of("date"),
        "url": first_of("permalink", through=_whole_address),
        "reply_to": first_of("parent", through=_bare_id),
    },
    constants={"channel": "reddit"},
    timezone="UTC",
    personal=("ip",),
)
