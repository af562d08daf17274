"""Sprinklr's messages; times are epochs or text."""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, signature

SPRINKLR: Final = Platform(
    name="sprinklr",
    title="Sprinklr messages",
    signatures=(
        signature("UniversalMessageId", "SocialNetwork", "Message", "CreatedTime", confidence=0.99),
        signature("SocialNetwork", "SenderScreenName", "Message", "CreatedTime"),
    ),
    columns={
        "text": first_of("Message", "Title"),
        "post_id": first_of("UniversalMessageId"),
        "created_at": first_of("CreatedTime"),
        "channel": first_of("SocialNetwork"),
        "author": first_of("SenderScreenName", "SenderListedName", "SenderUserId"),
        "url": first_of("Permalink"),
        "declared_language": first_of("LanguageCode", "Language"),
    },
    personal=(
        *("SenderUserId", "SenderScreenName", "SenderListedName", "SenderProfileImgUrl", "SenderProfileLink", "SenderAge"),
        *("SenderGender", "SenderEmail", "OriginalAuthor", "OriginalAuthorProfileLink"),
    ),
)
