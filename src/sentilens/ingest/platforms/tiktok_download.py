"""What TikTok gives out on request (``user_data_tiktok.json``), of which the comments are read; times are UTC."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

TIKTOK_DOWNLOAD: Final = Platform(
    name="tiktok_download",
    title="TikTok, Download your data",
    # Dates and comments alone tell nothing but under this name.
    signatures=(signature("date", "comment", confidence=0.97, documents=("CommentsList",)),),
    columns={
        "text": first_of("comment"),
        "created_at": first_of("date"),
        "url": first_of("url"),
    },
    constants={"channel": "tiktok"},
    timezone="UTC",
)
