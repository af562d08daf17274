"""Talkwalker, CSV and XLSX, under the dotted names of its interface; times are epochs or day-first text."""

from __future__ import annotations

import re
from typing import Final

from .base import Platform, first_of, signature

_QUOTED: Final = re.compile(r"""["']([^"']+)["']""")


def _source(text: str) -> str:
    """The most specific source of a list.

    >>> _source('["TWITTER"]'), _source('["SOCIALMEDIA","SOCIALMEDIA_FACEBOOK"]'), _source("BLOG")
    ('TWITTER', 'SOCIALMEDIA_FACEBOOK', 'BLOG')
    """
    sources: list[str] = _QUOTED.findall(text) if text.lstrip().startswith("[") else []
    if not sources:
        return text
    return max((source for source in sources if source.startswith(sources[0])), key=len)


TALKWALKER: Final = Platform(
    name="talkwalker",
    title="Talkwalker",
    signatures=(
        signature("published", "content", "source_type", "matched_profile", "url", confidence=0.99),
        signature("search_indexed", "published", "content", "url"),
        signature("published", "content", "extra_author_attributes.name", "url"),
        signature("published", "content_snippet", "source_type", "domain_url"),
    ),
    columns={
        "text": first_of("content", "content_snippet", "title", "title_snippet"),
        "created_at": first_of("published"),
        "brand": first_of("matched_profile", through=_source),
        "channel": first_of("source_type", "post_type", "host_url", through=_source),
        "author": first_of("extra_author_attributes.name", "extra_author_attributes.short_name"),
        "url": first_of("url"),
        "reply_to": first_of("parent_url"),
        "declared_language": first_of("lang"),
    },
    date_order="dmy",
    personal=(
        *("extra_author_attributes.id", "extra_author_attributes.name", "extra_author_attributes.short_name"),
        *("extra_author_attributes.gender", "extra_author_attributes.url", "extra_author_attributes.image_url"),
        *("extra_article_attributes.world_data.longitude", "extra_article_attributes.world_data.latitude"),
        *("extra_author_attributes.world_data.longitude", "extra_author_attributes.world_data.latitude"),
    ),
)
