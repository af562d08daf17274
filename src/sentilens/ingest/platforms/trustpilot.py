"""Trustpilot's exports of service reviews and of product reviews, CSV and XLSX; times are UTC."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature

TRUSTPILOT: Final = Platform(
    name="trustpilot",
    title="Trustpilot reviews",
    signatures=(
        signature("Review Id", "Review Created (UTC)", "Review Title", "Review Content", "Review Stars", confidence=0.99),
        signature("Review Content", "Review Stars", "Source Of Review"),
        signature("product_name", "product_sku", "content", "stars", "consumer_name", "created_at", confidence=0.9),
    ),
    columns={
        "text": joined("Review Title", "Review Content", "content"),
        "post_id": first_of("Review Id", "id"),
        "created_at": first_of("Review Created (UTC)", "Review Created", "created_at"),
        "brand": first_of("Domain Url", "Webshop Name", "product_name"),
        "author": first_of("Review Username", "consumer_name"),
        "rating": first_of("Review Stars", "stars"),
        "declared_language": first_of("Review Language", "language"),
        "reply_text": first_of("Company Response", "Company Reply", "Business Reply", "Business Response"),
        "replied_at": first_of("Company Reply Date (UTC)", "Business Reply Date (UTC)"),
    },
    constants={"channel": "trustpilot"},
    timezone="UTC",
    personal=(
        "Review User Email",
        "Review Username",
        "Review Consumer User Id",
        "Reference Id",
        "consumer_name",
        "consumer_email",
    ),
)
