"""Reviews of apps as AppFollow, Appbot and their like export them, one row each with the version of the app."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature

_BODY: Final = ("Body", "Content", "Review", "Review Text", "Text")
_AUTHOR: Final = ("Author", "Author Name", "Reviewer", "Nickname", "User")

APP_REVIEWS: Final = Platform(
    name="app_reviews",
    title="App reviews",
    signatures=(
        signature(
            ("Title", "Review Title", "Subject"),
            _BODY,
            ("Rating", "Stars", "Star Rating"),
            ("Version", "App Version"),
            ("Country", "Territory", "Storefront"),
            _AUTHOR,
            confidence=0.85,
        ),
    ),
    columns={
        "text": joined("Review Title", "Title", "Subject", *_BODY),
        "post_id": first_of("Review ID", "ID"),
        "created_at": first_of("Date", "Review Date", "Created", "Published"),
        "brand": first_of("App Name", "App", "Application"),
        "channel": first_of("Store", "Platform", "Source"),
        "author": first_of(*_AUTHOR),
        "url": first_of("Permalink", "Review URL", "URL", "Link"),
        "rating": first_of("Rating", "Star Rating", "Stars"),
        "declared_language": first_of("Language", "Lang"),
        "reply_text": first_of("Developer Reply", "Developer Response", "Reply", "Response", "Answer"),
        "replied_at": first_of("Reply Date", "Developer Reply Date", "Response Date"),
    },
)
