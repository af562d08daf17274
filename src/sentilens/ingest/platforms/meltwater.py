"""Meltwater, whose CSV is UTF-16 divided by tabs, with the header of before 2024 and that of since."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import one_clock

MELTWATER: Final = Platform(
    name="meltwater",
    title="Meltwater",
    signatures=(
        signature("Date", "Headline", "URL", "Opening Text", "Hit Sentence", "Source", "Influencer", confidence=0.99),
        signature("Date", "Document ID", "URL", "Input Name", "Opening Text", "Hit Sentence", "Source Name", confidence=0.99),
        signature("Hit Sentence", "Input Name", "Keywords"),
        signature("Hit Sentence", "Opening Text", "URL", confidence=0.9),
    ),
    columns={
        # Of news the sentence with the hit, of posts all of it; some posts stand in the headline alone.
        "text": first_of("Hit Sentence", "Opening Text", "Headline", "Title"),
        "post_id": first_of("Document ID", "Tweet Id"),
        "created_at": joined("Date", "Time", by=" ", through=one_clock),
        "brand": first_of("Input Name"),
        "channel": first_of("Source", "Source Name", "Source Type"),
        "author": first_of("Influencer", "Author Handle", "Author Name", "Twitter Screen Name"),
        "url": first_of("URL"),
        "reply_to": first_of("Parent URL"),
        "declared_language": first_of("Language"),
    },
    date_order="dmy",
    personal=("Twitter Bio", "Twitter Id", "Twitter Screen Name", "User Profile Url", "Author Name", "State", "City"),
)
