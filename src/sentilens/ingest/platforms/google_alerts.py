"""Feeds of Google Alerts: what is looked for is the brand, links lead over Google, texts are snippets in HTML."""

from __future__ import annotations

import re
from typing import Final

from .base import Platform, first_of, signature
from .unwrap import real_link, strip_html

_ALERT: Final = r"Google Alerts?\s+[-–]\s+(?P<query>.+)"


def _alert_query(title: str) -> str:
    """Take what an alert looks for, nothing where the title is not that of an alert.

    >>> _alert_query('Google Alert - "Svippo"'), _alert_query("Svippo news")
    ('Svippo', '')
    """
    match = re.fullmatch(_ALERT, title.strip(), re.IGNORECASE)
    if match is None:
        return ""
    query = match["query"].strip()
    return query[1:-1] if query.count('"') == 2 and query[0] == query[-1] == '"' else query


GOOGLE_ALERTS: Final = Platform(
    name="google_alerts",
    title="Google Alerts",
    signatures=(signature("feed.title", "title", "link", confidence=0.99, where={"feed.title": _ALERT}),),
    columns={
        "text": first_of("content", "title", through=strip_html),
        "post_id": first_of("id"),
        "created_at": first_of("published", "updated"),
        "brand": first_of("feed.title", through=_alert_query),
        "author": first_of("author.name"),
        "url": first_of("link", through=real_link),
    },
    timezone="UTC",
)
