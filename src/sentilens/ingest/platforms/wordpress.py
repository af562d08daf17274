"""WordPress's own export (WXR), of which the comments are read; their times are also given in UTC."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import strip_html


def _no_zero(number: str) -> str:
    """Take 0 for no comment.

    >>> _no_zero("0"), _no_zero("12")
    ('', '12')
    """
    return "" if number.strip() == "0" else number


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
