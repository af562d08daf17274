"""CrowdTangle, closed in 2024, whose files live on: the posts of Facebook pages."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

CROWDTANGLE: Final = Platform(
    name="crowdtangle",
    title="CrowdTangle",
    signatures=(
        signature("Page Name", "Facebook Id", "Post Created", "Total Interactions", "Message", confidence=0.99),
        signature(
            "Page Name", "Post Created", ("Total Interactions", "Likes at Posting", "Image Text", "Link Text"), "Message"
        ),
    ),
    columns={
        "text": first_of("Message", "Description", "Link Text", "Image Text"),
        "created_at": first_of("Post Created"),
        "brand": first_of("Page Name", "User Name"),
        "url": first_of("URL", "Link"),
    },
    constants={"channel": "facebook", "owned": True},
)
