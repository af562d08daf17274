"""Brandwatch "Bulk Mentions Download", CSV and XLSX.

Six rows about the query stand above the header. In 2023 the columns named after Twitter came to be named after X.
"""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

BRANDWATCH: Final = Platform(
    name="brandwatch",
    title="Brandwatch mentions",
    signatures=(
        signature("Query Id", "Query Name", "Date", "Url", "Page Type", "Full Text", confidence=0.99),
        signature("Query Id", "Query Name", "Date", "Url", "Page Type", "Snippet", confidence=0.99),
        signature("Query Name", "Date", "Full Text", "Thread Entry Type"),
        signature("Query Name", "Date", "Page Type", "Full Text"),
    ),
    columns={
        "text": first_of("Full Text", "Snippet", "Title"),
        "post_id": first_of("Resource Id", "Mention Id"),
        "created_at": first_of("Date"),
        "brand": first_of("Query Name"),
        "channel": first_of("Page Type", "Content Source Name", "Domain"),
        "author": first_of("Author", "Full Name"),
        "url": first_of("Url", "Original Url"),
        "reply_to": first_of("X Reply to", "Twitter Reply to", "Parent Post Id"),
        "rating": first_of("Rating"),
        "declared_language": first_of("Language"),
    },
    timezone="UTC",
    personal=(
        *("Full Name", "Gender", "Professions", "Interest", "Avatar", "City", "City Code", "Latitude", "Longitude"),
        *("Location Name", "Facebook Author ID", "Twitter Author ID", "X Author ID", "Mentioned Authors", "Thread Author"),
    ),
)
