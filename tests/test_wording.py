"""Reports in the reader's language: every message has its translation, with the same places for values."""

from __future__ import annotations

import re
import string

import pytest
from tools.catalogs import LOCALE, as_po, catalogue, is_translated, messages

from sentilens.errors import ConfigError
from sentilens.wording import READER_LANGUAGES, wording

TRANSLATED = READER_LANGUAGES[1:]


def places(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_are_complete_and_up_to_date(language: str) -> None:
    found = catalogue(language, messages())
    assert [message.id for message in found if message.id and not is_translated(message)] == []
    assert (LOCALE / f"{language}.po").read_bytes() == as_po(found), "run tools/catalogs.py"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_for_values(language: str) -> None:
    for message in catalogue(language, messages()):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = set.union(*map(places, ids))
        for text in strings:
            assert places(text) <= allowed, (message.id, text)
        # The singular may spell its number out; everything else has to be said.
        assert places(strings[-1]) == places(ids[-1]), (message.id, strings)


@pytest.mark.parametrize("language", READER_LANGUAGES)
def test_numbers_are_written_as_in_the_language(language: str) -> None:
    text = wording(language).number(12345.6, 1)
    assert re.sub(r"\D", "", text) == "123456"
    assert text[-2] == ("." if language == "en" else ",")


def test_languages_are_found_by_their_many_names() -> None:
    assert wording("sv-SE") == wording("sv")
    assert wording("nn").language == wording("no").language == "nb"
    with pytest.raises(ConfigError, match="xx"):
        wording("xx")


def test_counts_take_the_form_that_their_number_asks_for() -> None:
    words = wording("en")
    assert [words.say_n("{n} post", "{n} posts", n) for n in (1, 2)] == ["1 post", "2 posts"]
