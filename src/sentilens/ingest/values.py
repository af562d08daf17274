"""Cells to values: ratings, languages, yes and no, and the channel that a web address tells."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from ..schema import LANGUAGE_ALIASES, LANGUAGE_NAMES, LANGUAGES

_RATING_WORDS: Final = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}  # as Google's exports have it
_STARS: Final = re.compile(r"(?P<full>[★⭐]\ufe0f?)+[☆✩]*")
_RATING: Final = re.compile(
    r"(?P<number>\d(?:[.,]\d+)?)(?:\s*(?:/|of|out of|av|af|von)\s*5(?:[.,]0)?)?"
    r"\s*(?:stars?|stjärn(?:a|or)|stjerner?|tähti|tähteä|stjörnur?|stjarna|sterne?)?"
)
_LANGUAGE_NAMES: Final = {
    "sv": ("svenska", "svensk", "schwedisch", "ruotsi", "sænska", "svenskt"),
    "nb": ("norwegian", "bokmål", "norsk", "norsk bokmål", "norska", "norwegisch", "norja", "norska bokmål", "norskt"),
    "nn": ("nynorsk", "norsk nynorsk", "nynorska"),
    "da": ("dansk", "danska", "dänisch", "tanska", "danskt"),
    "fi": ("suomi", "finska", "finsk", "finnisch", "finnska", "finskt"),
    "is": ("íslenska", "isländska", "islandsk", "isländisch", "islanti", "íslendskt"),
    "fo": ("føroyskt", "færøsk", "färöiska", "færøysk", "färöisch", "fääri", "færeyska"),
    "de": ("deutsch", "tyska", "tysk", "saksa", "þýska", "týskt"),
    "en": ("engelska", "engelsk", "englisch", "englanti", "enska", "enskt"),
}
# The second line is what Excel writes for TRUE and FALSE in its own languages.
_YES: Final = frozenset({"1", "true", "t", "yes", "y", "ja", "j", "já", "kyllä", "joo", "k"}) | {
    *("sant", "sandt", "sann", "sand", "tosi", "satt", "wahr"),
}
_NO: Final = frozenset({"0", "false", "f", "no", "n", "nej", "nei", "nein", "ei", "e"}) | {
    *("falskt", "usann", "usant", "falsk", "epätosi", "ósatt", "falsch"),
}

_DAMAGED_ID: Final = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+\d{2}\s*")

_CHANNELS: Final = {
    "twitter.com": "twitter",
    "x.com": "twitter",
    "t.co": "twitter",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.watch": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "reddit.com": "reddit",
    "redd.it": "reddit",
    "tiktok.com": "tiktok",
    "threads.net": "threads",
    "threads.com": "threads",
    "bsky.app": "bluesky",
    "pinterest.com": "pinterest",
    "snapchat.com": "snapchat",
    "flashback.org": "flashback",
    "trustpilot.com": "trustpilot",
    "goo.gl": "google",
    "g.page": "google",
    "apps.apple.com": "app_store",
    "itunes.apple.com": "app_store",
}
_NATIONAL_SITES: Final = frozenset({"google", "trustpilot"})  # under many top-level domains
_HOST: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*://|//)?(?:[^/?#@\s]*@)?(?P<host>[^/?#:@\s]+\.[^/?#:@\s]+)", re.I)


@lru_cache(maxsize=4096)
def parse_rating(value: str) -> float | None:
    """Read a rating between 1 and 5, None if there is none.

    >>> [parse_rating(value) for value in ("4,0", "4/5", "FIVE", "★★★★☆", "5 stars", "9")]
    [4.0, 4.0, 5.0, 4.0, 5.0, None]
    """
    text = value.strip().casefold()
    if text in _RATING_WORDS:
        return _RATING_WORDS[text]
    if _STARS.fullmatch(text):
        number = float(text.count("★") + text.count("⭐"))
    elif match := _RATING.fullmatch(text):
        number = float(match["number"].replace(",", "."))
    else:
        return None
    return number if 1 <= number <= 5 else None


@lru_cache(maxsize=4096)
def parse_language(value: str) -> str | None:
    """Read a language: codes and names of the languages of the schema become ISO 639-1, others stay, casefolded.

    >>> [parse_language(value) for value in ("no", "sv-SE", "Svenska", "Finnish", "pt-BR", "")]
    ['nb', 'sv', 'sv', 'fi', 'pt-br', None]
    """
    text = value.strip().casefold()
    if not text:
        return None
    return _languages().get(text) or _languages().get(re.split(r"[-_]", text)[0]) or text


@cache
def _languages() -> dict[str, str]:
    table = {code: code for code in LANGUAGES} | dict(LANGUAGE_ALIASES)
    for code in LANGUAGES:
        table |= dict.fromkeys((LANGUAGE_NAMES[code].casefold(), *_LANGUAGE_NAMES[code]), code)
    return table


@lru_cache(maxsize=256)
def parse_yes_no(value: str) -> bool | None:
    """Read a yes or no in any of the languages; None for anything else.

    >>> [parse_yes_no(value) for value in ("Ja", "nej", "FALSCH", "1", "perhaps")]
    [True, False, False, True, None]
    """
    text = value.strip().casefold()
    return True if text in _YES else False if text in _NO else None


def is_damaged_id(value: str) -> bool:
    """Whether a spreadsheet has turned an id into a rounded number.

    >>> [is_damaged_id(value) for value in ("1.22158E+17", "1,22E+17", "122158000000000123", "12E5")]
    [True, True, False, False]
    """
    return ("E" in value or "e" in value) and _DAMAGED_ID.fullmatch(value) is not None


def channel_of(url: str) -> str | None:
    """Tell the channel from a web address: a short name for well-known ones, else the host.

    >>> [channel_of(url) for url in ("https://x.com/a/status/1", "https://maps.google.se/b", "http://www.forum.example/c")]
    ['twitter', 'google', 'forum.example']
    """
    match = _HOST.match(url)
    return None if match is None else _channel_of_host(match["host"].casefold().rstrip("."))


@lru_cache(maxsize=4096)
def _channel_of_host(host: str) -> str:
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if channel := _CHANNELS.get(".".join(labels[start:])):
            return channel
    for label in labels[-3:-1]:
        if label in _NATIONAL_SITES:
            return label
    return host.removeprefix("www.")
