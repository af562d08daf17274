"""JSON lines of the tool youtube-comment-downloader, whose times are in words ("2 days ago") unless it worked them out."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature


def _parent(cid: str) -> str:
    """Take the comment that a reply belongs to, whose id the reply's id begins with.

    >>> _parent("Ugx12.9aB"), _parent("Ugx12")
    ('Ugx12', '')
    """
    parent, dot, _ = cid.rpartition(".")
    return parent if dot else ""


YOUTUBE_DOWNLOADER: Final = Platform(
    name="youtube_downloader",
    title="youtube-comment-downloader",
    signatures=(signature("cid", "text", "time", "author", "votes", confidence=0.99),),
    columns={
        "text": first_of("text"),
        "post_id": first_of("cid"),
        # What is two days ago nobody knows who does not know when the file was made.
        "created_at": first_of("time_parsed"),
        "author": first_of("author"),
        "reply_to": first_of("cid", through=_parent),
    },
    constants={"channel": "youtube"},
    timezone="UTC",
    personal=("photo",),
)
