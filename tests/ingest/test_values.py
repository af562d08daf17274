"""Cells to values."""

from __future__ import annotations

import pytest

from sentilens.ingest.values import channel_of, parse_language, parse_rating, parse_yes_no
from sentilens.schema import LANGUAGE_ALIASES, LANGUAGE_NAMES, LANGUAGES


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        *(("5", 5.0), ("4,0", 4.0), (" 3.5 ", 3.5), ("4/5", 4.0), ("4,5 / 5", 4.5), ("2 of 5", 2.0), ("3 av 5", 3.0)),
        *(
            ("FIVE", 5.0),
            ("one", 1.0),
            ("★★★★☆", 4.0),
            ("⭐⭐", 2.0),
            ("⭐️⭐️⭐️", 3.0),
            ("5 stars", 5.0),
            ("1 star", 1.0),
        ),
        *(("4 stjärnor", 4.0), ("4 stjerner", 4.0), ("4 tähteä", 4.0), ("4 stjörnur", 4.0), ("4,5 Sterne", 4.5)),
        *(("0", None), ("9", None), ("8/10", None), ("", None), ("good", None), ("4 5", None), ("☆☆☆☆☆", None)),
        *(("★★★★★★", None), ("-3", None), ("nan", None), ("1e0", None)),
    ],
)
def test_ratings(value: str, rating: float | None) -> None:
    assert parse_rating(value) == rating


def test_languages_of_the_schema_under_all_their_names() -> None:
    for code in LANGUAGES:
        assert parse_language(code.upper()) == code
        assert parse_language(f"{code}-XX") == parse_language(f"{code}_XX") == code
        assert parse_language(LANGUAGE_NAMES[code]) == code
    for alias, code in LANGUAGE_ALIASES.items():
        assert parse_language(alias) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("Norwegian", "nb"), ("Nynorsk", "nn"), ("Deutsch", "de"), ("suomi", "fi"), ("íslenska", "is")),
        *(("svenska", "sv"), ("no-NO", "nb"), ("pt-BR", "pt-br"), ("Spanish", "spanish"), ("  ", None)),
    ],
)
def test_languages(value: str, code: str | None) -> None:
    assert parse_language(value) == code


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *(("TRUE", True), ("ja", True), ("Já", True), ("kyllä", True), ("1", True), ("SANT", True), ("wahr", True)),
        *(("False", False), ("Nej", False), ("nei", False), ("ei", False), ("0", False), ("EPÄTOSI", False)),
        *(("", None), ("maybe", None), ("2", None)),
    ],
)
def test_yes_and_no(value: str, answer: bool | None) -> None:
    assert parse_yes_no(value) is answer


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("https://twitter.com/a/status/1", "twitter"),
        ("https://mobile.x.com/a", "twitter"),
        ("https://netflix.com/x.com", "netflix.com"),
        ("http://m.facebook.com:80/p", "facebook"),
        ("//www.instagram.com/p/1", "instagram"),
        ("https://youtu.be/abc?x=1", "youtube"),
        ("https://www.linkedin.com/feed", "linkedin"),
        ("https://se.trustpilot.com/reviews/1", "trustpilot"),
        ("https://www.trustpilot.se/x", "trustpilot"),
        ("https://www.google.co.uk/maps", "google"),
        ("WWW.REDDIT.COM/r/a", "reddit"),
        ("https://user:pass@www.tiktok.com/@a", "tiktok"),
        ("https://www.Forum.Example/trad/1", "forum.example"),
        ("https://tråd.example", "tråd.example"),
        ("localhost", None),
        ("not an address", None),
        ("", None),
    ],
)
def test_channels(url: str, channel: str | None) -> None:
    assert channel_of(url) == channel
