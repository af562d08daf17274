"""What Meta gives out under "Download your information" as JSON: posts and comments of Facebook and of Instagram, and messages.

Each byte of its UTF-8 is written as a character of its own. Instagram names the parts of a comment in the user's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..headers import header_key, known_headers
from .base import Platform, Take, first_of, signature
from .unwrap import first_word, repair_mojibake

_MAP: Final = "string_map_data."
#: What Instagram calls comment and time in the languages at hand; the last one as it stands in the file.
_WORDS: Final = (
    *(("Comment", "Time"), ("Kommentar", "Tid"), ("Kommentar", "Tidspunkt"), ("Kommentar", "Zeit"), ("Kommentar", "Uhrzeit")),
    *(("Kommentti", "Aika"), ("Athugasemd", "Tími".encode().decode("latin-1"))),
)


def _texts(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    in_map = [name for name in header if name.startswith(_MAP) and name.endswith(".value")]
    return [name for name in in_map if _canonical(name) == "text"] or ["title", "media.title"]


def _times(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    in_map = [name for name in header if name.startswith(_MAP) and name.endswith(".timestamp")]
    return in_map or ["creation_timestamp", "media.creation_timestamp"]


def _canonical(name: str) -> str:
    word = repair_mojibake(name.split(".")[1])
    return known_headers().get(header_key(word), ("", 0))[0]


FACEBOOK_DOWNLOAD: Final = Platform(
    name="facebook_download",
    title="Facebook, Download your information",
    signatures=(
        signature("timestamp", "data.comment.comment", "data.comment.timestamp", confidence=0.99),
        signature("data.comment.comment", "data.comment.author"),
        signature("timestamp", "data.post", confidence=0.97),
    ),
    columns={
        "text": first_of("data.comment.comment", "data.post", through=repair_mojibake),
        "created_at": first_of("data.comment.timestamp", "timestamp"),
        "author": first_of("data.comment.author", through=repair_mojibake),
    },
    constants={"channel": "facebook"},
    timezone="UTC",
)

INSTAGRAM_DOWNLOAD: Final = Platform(
    name="instagram_download",
    title="Instagram, Download your information",
    signatures=(
        *(signature(f"{_MAP}{comment}.value", f"{_MAP}{time}.timestamp", confidence=0.99) for comment, time in _WORDS),
        signature("media.uri", "media.creation_timestamp", "media.title"),
        signature("media", "creation_timestamp", "title"),
    ),
    columns={
        # Posts with several pictures have title and time of their own, those with one have them with the picture.
        "text": Take(through=repair_mojibake, find=_texts),
        "created_at": Take(by=" ", through=first_word, find=_times),
    },
    constants={"channel": "instagram"},
    timezone="UTC",
)

META_MESSAGES: Final = Platform(
    name="meta_messages",
    title="Messenger and Instagram messages, Download your information",
    signatures=(signature("sender_name", "timestamp_ms", "content", confidence=0.97),),
    columns={
        "text": first_of("content", through=repair_mojibake),
        "created_at": first_of("timestamp_ms"),
        "author": first_of("sender_name", through=repair_mojibake),
    },
    timezone="UTC",
)
