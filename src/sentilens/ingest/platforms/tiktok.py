"""TikTok: what scrapers gather of others, and what TikTok Studio tells of one's own videos."""

from __future__ import annotations

import re
from typing import Final

from .base import Platform, first_of, signature

_VIDEO: Final = re.compile(r"https?://(?:\w+\.)?tiktok\.com/@(?P<account>[\w.]+)/(?:video|photo)/(?P<id>\d+)", re.IGNORECASE)


def _account(link: str) -> str:
    match = _VIDEO.match(link.strip())
    return match["account"] if match else ""


def _video(link: str) -> str:
    match = _VIDEO.match(link.strip())
    return match["id"] if match else ""


TIKTOK_SCRAPER: Final = Platform(
    name="tiktok_scraper",
    title="TikTok posts and comments, scraped",
    signatures=(
        signature("id", "text", "createTimeISO", "authorMeta.name", "webVideoUrl", confidence=0.99),
        signature("text", "createTimeISO", "webVideoUrl"),
        signature("cid", "text", "createTimeISO", "uniqueId", "videoWebUrl", confidence=0.99),
    ),
    columns={
        "text": first_of("text"),
        "post_id": first_of("cid", "id"),
        "created_at": first_of("createTimeISO", "createTime"),
        "author": first_of("authorMeta.name", "uniqueId"),
        "url": first_of("webVideoUrl", "videoWebUrl"),
        "reply_to": first_of("repliesToId"),
        "declared_language": first_of("textLanguage"),
    },
    constants={"channel": "tiktok"},
    timezone="UTC",
    personal=(
        *("authorMeta.id", "authorMeta.name", "authorMeta.nickName", "authorMeta.signature", "authorMeta.avatar"),
        *("authorMeta.profileUrl", "uid", "uniqueId", "avatarThumbnail"),
    ),
)

TIKTOK_STUDIO: Final = Platform(
    name="tiktok_studio",
    title="TikTok Studio content",
    signatures=(
        signature("Video title", "Video link", "Post time", "Total likes", "Total views", confidence=0.99),
        signature("Video title", "Video link", "Post time"),
    ),
    columns={
        "text": first_of("Video title"),
        "post_id": first_of("Video link", through=_video),
        "created_at": first_of("Post time"),
        "brand": first_of("Video link", through=_account),
        "url": first_of("Video link"),
    },
    constants={"channel": "tiktok", "owned": True},
)
