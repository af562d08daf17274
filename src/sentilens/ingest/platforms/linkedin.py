"""LinkedIn: the posts of a company's page, and the archive that members may download."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from .base import Platform, first_of, signature

_SITE: Final = r"https?://(?:\w+\.)?linkedin\.com/.*"
_UPDATE: Final = re.compile(r"urn:li:(?:activity|share|ugcPost|groupPost):(?:\d+-)?(\d+)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"urn:li:comment:\([^,()]*(?:\([^()]*\))?[^,()]*,(\d+)\)", re.IGNORECASE)
_BROKEN_LINE: Final = re.compile(r'"(\r?\n)"')


def _update(link: str) -> str:
    """The id of a post in a link to it.

    >>> _update("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7160000000000000001")
    '7160000000000000001'
    """
    match = _UPDATE.search(unquote(link))
    return match[1] if match else ""


def _comment(link: str) -> str:
    match = _COMMENT.search(unquote(link))
    return match[1] if match else ""


def _mended(text: str) -> str:
    """Take away the quotation marks that stand around the line ends of a text.

    >>> _mended('Vi söker dig"\\n"som vill mer')
    'Vi söker dig\\nsom vill mer'
    """
    return _BROKEN_LINE.sub(r"\1", text) if '"' in text else text


LINKEDIN_PAGE: Final = Platform(
    name="linkedin_page",
    title="LinkedIn page, all posts",
    signatures=(
        signature("Post title", "Post link", "Created date", "Impressions", confidence=0.99),
        signature("Post title", "Post link", "Created date", where={"Post link": _SITE}),
    ),
    columns={
        "text": first_of("Post title"),
        "post_id": first_of("Post link", through=_update),
        "created_at": first_of("Created date"),
        "url": first_of("Post link"),
    },
    constants={"channel": "linkedin", "owned": True},
    date_order="mdy",
    personal=("Posted by",),
)

LINKEDIN_SHARES: Final = Platform(
    name="linkedin_shares",
    title="Shares of a LinkedIn member",
    signatures=(signature("Date", "ShareLink", "ShareCommentary", confidence=0.99),),
    columns={
        "text": first_of("ShareCommentary", through=_mended),
        "post_id": first_of("ShareLink", through=_update),
        "created_at": first_of("Date"),
        "url": first_of("ShareLink", through=unquote),
    },
    constants={"channel": "linkedin"},
    timezone="UTC",
)

LINKEDIN_COMMENTS: Final = Platform(
    name="linkedin_comments",
    title="Comments of a LinkedIn member",
    signatures=(signature("Date", "Link", "Message", confidence=0.95, where={"Link": _SITE}),),
    columns={
        "text": first_of("Message", through=_mended),
        "post_id": first_of("Link", through=_comment),
        "created_at": first_of("Date"),
        "url": first_of("Link", through=unquote),
        "reply_to": first_of("Link", through=_update),
    },
    constants={"channel": "linkedin"},
    timezone="UTC",
)
