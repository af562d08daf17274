"""Reports in the reader's language: every message has its translation, with the same places for values."""

from __future__ import annotations

import ast
import re
import string

import pandas as pd
import pytest
from tools.catalogs import LOCALE, SOURCE, as_po, catalogue, is_translated, messages

from sentilens.errors import ConfigError
from sentilens.schema import SEVERITIES, STATUSES, TOPICS
from sentilens.wording import READER_LANGUAGES, wording

TRANSLATED = READER_LANGUAGES[1:]


def places(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_are_complete_and_up_to_date(language: str) -> None:
    found = catalogue(language, messages())
    assert [message.id for message in found if message.id and not is_translated(message)] == []
    assert (LOCALE / f"{language}.po").read_bytes() == as_po(found), "run tools/catalogs.py"


def test_no_message_hides_in_an_f_string() -> None:
    """The extraction of messages does not look into f-strings."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in SOURCE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in {"say", "say_n", "marked"}
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


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


NAN = float("nan")
MARCH = pd.Timestamp("2026-03-09 14:00", tz="Europe/Stockholm")


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, "0%"), (0.0421, "4.2%"), (0.0994, "9.9%"), (0.0996, "10%"), (0.624, "62%"), (1.0, "100%"), (NAN, "–")],
)
def test_percent(share: float, expected: str) -> None:
    assert wording().percent(share) == expected
    assert wording("sv").percent(share) == expected.replace("%", "\u00a0%").replace(".", ",")


def test_figures() -> None:
    words = wording()
    assert [words.signed(-0.125), words.signed(0.4), words.signed(-0.001)] == ["−0.12", "+0.40", "0.00"]
    assert [words.points(0.124), words.points(-0.3), words.points(NAN)] == ["+12", "−30", "–"]
    assert words.percent_range(0.58, 0.66).replace("\u2060", "") == "58–66%"
    assert wording("de").percent_range(0.011, 0.04).replace("\u2060", "") == "1,1–4,0\u00a0%"
    assert [words.about(0.4), words.about(3.6), words.about(0.0), words.about(1234.5)] == ["0.4", "4", "0", "1,234"]


@pytest.mark.parametrize(
    ("freq", "expected", "tick"),
    [
        ("h", "9 March 2026, 14:00", "9 Mar 14:00\n2026"),
        ("D", "9 March 2026", "9 Mar\n2026"),
        ("W-MON", "week of 9 March 2026", "9 Mar\n2026"),
        ("MS", "March 2026", "Mar\n2026"),
        ("QS", "Q1 2026", "Q1\n2026"),
        ("YS", "2026", "2026"),
    ],
)
def test_periods(freq: str, expected: str, tick: str) -> None:
    assert wording().period(MARCH, freq).replace("\u00a0", " ") == expected
    assert wording().tick(MARCH, freq, year=True) == tick


def test_spans_name_the_year_once() -> None:
    later = MARCH + pd.DateOffset(months=1)
    spans = [(MARCH, later), (MARCH, later + pd.DateOffset(years=1)), (MARCH, MARCH)]
    assert [wording().span(*span).replace("\u00a0", " ") for span in spans] == [
        "9 March – 9 April 2026",
        "9 March 2026 – 9 April 2027",
        "9 March 2026",
    ]
    assert wording("de").span(MARCH, later).replace("\u00a0", " ") == "9. März – 9. April 2026"


def test_months_of_a_stretch() -> None:
    def months(first: str, last: str) -> str:
        return wording().months(pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC")).replace("\u00a0", " ")

    assert months("2026-01-05", "2026-03-01") == "January–February"
    assert months("2026-05-11", "2026-07-05") == "May–June"
    assert months("2026-02-26", "2026-04-02") == "March"
    assert months("2025-12-01", "2026-01-31") == "December 2025 – January 2026"
    assert months("2026-01-05", "2026-01-18") == "5 January – 18 January 2026"


def test_names_are_written_as_people_do() -> None:
    words = wording()
    names = ("app_store", "App store", "twitter", "Torget", "(none)")
    assert [words.name(name, "channel") for name in names] == ["App Store", "App Store", "Twitter/X", "Torget", "(none)"]
    assert [words.name(code, "language") for code in ("nn", "sv", "zz")] == ["Norwegian Nynorsk", "Swedish", "zz"]
    assert wording("de").name("sv", "language") == "Schwedisch"
    assert [words.name("twitter", "brand"), words.column("brand"), words.column("sales_region")] == [
        "twitter",
        "Brand",
        "Sales region",
    ]


def test_all_names_of_the_schema_are_in_words() -> None:
    words = wording()
    for column, names in {"topic": TOPICS, "status": STATUSES, "severity": tuple(map(str, SEVERITIES))}.items():
        assert all(words.name(name, column) != name for name in names), column
