"""Comments in YouTube's part of Google Takeout, in three generations of header and of wrapped text."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature
from .unwrap import join_segments

_WATCH: Final = "https://www.youtube.com/watch?v="


def _video_url(video: str) -> str:
    """Make an address of the id of a video."""
    return _WATCH + video if video and "/" not in video else video


YOUTUBE_TAKEOUT: Final = Platform(
    name="youtube_takeout",
    title="YouTube comments of Google Takeout",
    signatures=(
        signature("Channel ID", "Comment Create Timestamp", "Comment ID", "Video ID", "Comment Text", confidence=0.99),
        signature("Comment Create Timestamp", "Comment ID", "Comment Text"),
    ),
    columns={
        "text": first_of("Comment Text", through=join_segments),
        "post_id": first_of("Comment ID"),
        "created_at": first_of("Comment Create Timestamp"),
        "author": first_of("Channel ID"),
        "url": first_of("Video ID", through=_video_url),
        "reply_to": first_of("Parent Comment ID"),
    },
    constants={"channel": "youtube"},
    timezone="UTC",
)
