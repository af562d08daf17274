"""Customer reviews of Apple's App Store: the public feed as JSON and as Atom, and the answers of the App Store Connect API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .base import Platform, first_of, joined, signature

_APP: Final = re.compile(r"https?://(?:itunes|apps)\.apple\.com/(?:\S+/)?app/\S*id\d+\S*", re.IGNORECASE)


def _rows_about_the_app(sample: Sequence[Sequence[str]]) -> int:
    """The first entry of older feeds is the app itself, whose id is its page in the store."""
    return int(bool(sample) and any(_APP.fullmatch(cell.strip()) for cell in sample[0]))


APP_STORE: Final = Platform(
    name="app_store",
    title="Apple App Store reviews",
    signatures=(
        signature("im:rating.label", "content.label", "title.label", confidence=0.99),
        signature("rating", "version", "voteSum", "voteCount", "content", confidence=0.99),
        signature("attributes.rating", "attributes.body", "attributes.reviewerNickname", confidence=0.99),
    ),
    columns={
        "text": joined("title.label", "content.label", "title", "content", "attributes.title", "attributes.body"),
        "post_id": first_of("id.label", "id"),
        "created_at": first_of("updated.label", "updated", "attributes.createdDate"),
        "author": first_of("author.name.label", "author.name", "attributes.reviewerNickname"),
        "rating": first_of("im:rating.label", "rating", "attributes.rating"),
    },
    constants={"channel": "app_store"},
    timezone="UTC",
    rows_to_skip=_rows_about_the_app,
    personal=("author.uri.label", "author.uri"),
)
