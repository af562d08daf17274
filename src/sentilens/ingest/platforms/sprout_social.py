"""Sprout Social's reports on the posts of one's own profiles, whose names of columns vary by report."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

SPROUT_SOCIAL: Final = Platform(
    name="sprout_social",
    title="Sprout Social posts",
    signatures=(
        signature(
            ("Profile", "Profile Name"),
            "Network",
            ("Post Type", "Content Type", "Type"),
            ("Text", "Message", "Content", "Caption", "Post"),
            "Impressions",
            "Engagements",
            confidence=0.9,
        ),
        signature(
            "Account",
            ("Network", "Platform"),
            ("Post Type", "Content Type"),
            ("Date Published", "Created Date"),
            ("Permalink", "Post Link"),
            ("Text", "Message", "Content", "Caption"),
            "Impressions",
            "Engagements",
            confidence=0.8,
        ),
    ),
    columns={
        "text": first_of("Text", "Message", "Content", "Caption", "Post"),
        "post_id": first_of("Post ID"),
        "created_at": first_of("Date Published", "Date", "Created Date"),
        "brand": first_of("Profile Name", "Profile", "Account"),
        "channel": first_of("Network", "Platform"),
        "url": first_of("Permalink", "Post Link", "Link"),
    },
    constants={"owned": True},
    date_order="mdy",
    personal=("Sent by",),
)
