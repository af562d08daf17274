"""The archive of a Foursquare or Swarm account: check-ins, most of them without a shout, and tips; times are UTC."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

FOURSQUARE: Final = Platform(
    name="foursquare",
    title="Foursquare and Swarm",
    signatures=(
        signature("id", "createdAt", "type", "timeZoneOffset", "shout", confidence=0.99),
        signature("createdAt", "shout", "venue.name"),
        signature("id", "createdAt", "text", "venue.name"),
    ),
    columns={
        "text": first_of("shout", "text"),
        "post_id": first_of("id"),
        "created_at": first_of("createdAt"),
        "brand": first_of("venue.name"),
        "url": first_of("canonicalUrl"),
        "declared_language": first_of("lang"),
    },
    constants={"channel": "foursquare"},
    timezone="UTC",
    personal=("lat", "lng", "venue.location.lat", "venue.location.lng", "with"),
)
