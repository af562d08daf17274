"""Reviews of a Google Business Profile, JSON of Takeout and of the API: stars in words, many without a text."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature
from .unwrap import original_text

GOOGLE_BUSINESS: Final = Platform(
    name="google_business",
    title="Google Business Profile reviews",
    signatures=(
        signature("reviewer.displayName", "starRating", "createTime", confidence=0.99),
        signature("starRating", "createTime", "comment"),
    ),
    columns={
        "text": first_of("comment", through=original_text),
        "post_id": first_of("reviewId", "name"),
        "created_at": first_of("createTime", "updateTime"),
        "author": first_of("reviewer.displayName"),
        "rating": first_of("starRating"),
        "reply_text": first_of("reviewReply.comment", through=original_text),
        "replied_at": first_of("reviewReply.updateTime"),
    },
    constants={"channel": "google_reviews"},
    timezone="UTC",
    personal=("reviewer.displayName", "reviewer.profilePhotoUrl"),
)
