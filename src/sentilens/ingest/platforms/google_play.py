"""Reviews from the Google Play Console, UTF-16 divided by commas; the oldest files lack some columns."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from .base import Platform, first_of, joined, signature

_REVIEW_ID: Final = re.compile(r"(?:[?&#]reviewId=|#ReviewPlace:id=)([^&#\s]+)", re.IGNORECASE)


def _review_id(link: str) -> str:
    """Take the id in the link to a review, nothing where it has none.

    >>> _review_id("https://play.google.com/console/x?reviewId=gp%3AAOqp1&corpus=PUBLIC_REVIEWS")
    'gp:AOqp1'
    """
    match = _REVIEW_ID.search(link)
    return "" if match is None else unquote(match[1])


def _title_and_body(text: str) -> str:
    """Set a title apart that stands in the text, with a tab after it, as in old reviews."""
    title, tab, body = text.partition("\t")
    return f"{title.strip()}\n\n{body.strip()}".strip() if tab else text


GOOGLE_PLAY: Final = Platform(
    name="google_play",
    title="Google Play Console reviews",
    signatures=(
        signature("Package Name", "Review Submit Millis Since Epoch", "Star Rating", "Review Text", confidence=0.99),
        signature("Package Name", "Review Submit Date and Time", "Star Rating", "Review Text"),
    ),
    columns={
        "text": joined("Review Title", "Review Text", through=_title_and_body),
        "post_id": first_of("Review Link", through=_review_id),
        "created_at": first_of("Review Submit Millis Since Epoch", "Review Submit Date and Time"),
        "brand": first_of("Package Name"),
        "url": first_of("Review Link"),
        "rating": first_of("Star Rating"),
        "reply_text": first_of("Developer Reply Text"),
        "replied_at": first_of("Developer Reply Millis Since Epoch", "Developer Reply Date and Time"),
        # Reviewer Language is that of the phone, and says nothing of the text.
    },
    constants={"channel": "google_play"},
    timezone="UTC",
    personal=("Device",),
)
