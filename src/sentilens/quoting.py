"""Posts as they are quoted to people: masked, shortened, without anything that names their author."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from .schema import LANGUAGE_NAMES

MAX_CHARACTERS: Final = 280

_LINKS_AND_HANDLES: Final = re.compile(r"https?://\S+|@\w+")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class QuotedPost:
    """A post with its text masked and shortened. Nothing names its author."""

    text: str
    brand: str
    channel: str
    language: str
    date: pd.Timestamp | None
    probability: float


def bare_wording(text: str) -> str:
    """Reduce a text to its words, so that copies with another link, handle or punctuation are the same."""
    return " ".join(_WORD.findall(_LINKS_AND_HANDLES.sub(" ", text).casefold()))


def quote_post(post: Mapping[Hashable, Any], mask: Callable[[str], str]) -> QuotedPost:
    """Quote a post.

    Parameters
    ----------
    post : mapping
        With ``text, brand, channel, language, date`` and ``probability``, that of a complaint.
    mask : callable str -> str
        Takes personal data out of a text, before it is shortened.
    """
    text = " ".join(mask(post["text"]).split())
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"
    return QuotedPost(
        text=text,
        brand=post["brand"],
        channel=post["channel"],
        language=post["language"] if post["language"] in LANGUAGE_NAMES else "",
        date=None if pd.isna(post["date"]) else post["date"],
        probability=post["probability"],
    )
