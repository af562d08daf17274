from __future__ import annotations

import pandas as pd
import pytest

from sentilens.report import words
from sentilens.report.details import describe, plain_mapping

NAN = float("nan")
MARCH = pd.Timestamp("2026-03-09 14:00", tz="Europe/Stockholm")


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, "0 %"), (0.0421, "4.2 %"), (0.0994, "9.9 %"), (0.0996, "10 %"), (0.624, "62 %"), (1.0, "100 %"), (NAN, "–")],
)
def test_percent(share: float, expected: str) -> None:
    assert words.percent(share) == expected.replace(" ", "\u00a0")


def test_numbers() -> None:
    assert words.number(1234567) == "1\u202f234\u202f567"
    assert [words.posts(1), words.posts(2)] == ["1\u00a0post", "2\u00a0posts"]
    assert [words.signed(-0.125), words.signed(0.4), words.signed(-0.001)] == ["−0.12", "+0.40", "0.00"]
    assert [words.points(0.124), words.points(-0.3), words.points(NAN)] == ["+12", "−30", "–"]
    assert words.percent_range(0.58, 0.66).replace("\u2060", "") == "58–66\u00a0%"
    assert words.percent_range(0.011, 0.04).replace("\u2060", "") == "1.1–4.0\u00a0%"


@pytest.mark.parametrize(
    ("freq", "expected", "tick"),
    [
        ("h", "the hour from 14:00 on 9 March 2026", "9 Mar 14:00\n2026"),
        ("D", "9 March 2026", "9 Mar\n2026"),
        ("W-MON", "the week of 9 March 2026", "9 Mar\n2026"),
        ("MS", "March 2026", "Mar\n2026"),
        ("QS", "the first quarter of 2026", "Q1\n2026"),
        ("YS", "2026", "2026"),
    ],
)
def test_periods(freq: str, expected: str, tick: str) -> None:
    assert words.period(MARCH, freq).replace("\u00a0", " ") == expected
    assert words.tick(MARCH, freq, year=True) == tick


def test_spans_name_the_year_once() -> None:
    later = MARCH + pd.DateOffset(months=1)
    assert words.span(MARCH, later).replace("\u00a0", " ") == "9 March – 9 April 2026"
    assert words.span(MARCH, later + pd.DateOffset(years=1)).replace("\u00a0", " ") == "9 March 2026 – 9 April 2027"
    assert words.span(MARCH, MARCH).replace("\u00a0", " ") == "9 March 2026"


def test_months_of_a_stretch() -> None:
    def moment(text: str) -> pd.Timestamp:
        return pd.Timestamp(text, tz="UTC")

    assert words.months(moment("2026-01-05"), moment("2026-03-01")) == "January–February"
    assert words.months(moment("2026-05-11"), moment("2026-07-05")) == "May–June"
    assert words.months(moment("2026-02-26"), moment("2026-04-02")) == "March"
    assert words.months(moment("2025-12-01"), moment("2026-01-31")) == "December 2025 to January 2026"
    assert words.months(moment("2026-01-05"), moment("2026-01-18")).replace("\u00a0", " ") == "5 January – 18 January 2026"


def test_names_are_written_as_people_do() -> None:
    assert [words.shown(name, "channel") for name in ("app_store", "App store", "twitter", "Torget")] == [
        "App Store",
        "App Store",
        "Twitter/X",
        "Torget",
    ]
    assert words.shown("nn", "language") == "Norwegian Nynorsk"
    assert words.shown("twitter", "brand") == "twitter"
    assert [words.about(0.4), words.about(3.6)] == ["hardly any", "about\u00a04"]


def test_any_mapping_can_be_laid_out() -> None:
    frame = pd.DataFrame({"language": ["sv"], "f1": [0.5]})
    source = {"b": {"deep": {"deeper": [1, 2]}}, "table": frame, "empty": [], "none": None, "flag": True, "n": 12345}
    node = describe(plain_mapping(source), first=("n",))
    assert node is not None
    pairs = dict(node.pairs)
    assert list(pairs) == ["N", "B", "Table", "Flag"]
    assert pairs["N"].text == "12\u202f345"
    assert pairs["Flag"].text == "yes"
    assert (pairs["Table"].header, pairs["Table"].rows) == (("Language", "F1"), (("sv", "0.5"),))
    grid = describe(plain_mapping({"per_language": {"sv": {"f1": 0.5, "n": 3}, "da": {"f1": 0.25, "n": 4}}}))
    assert grid is not None
    figures = dict(grid.pairs)["Per language"]
    assert (figures.header, figures.rows) == (("", "F1", "N"), (("Sv", "0.5", "3"), ("Da", "0.25", "4")))
    assert describe({}) is None
    assert plain_mapping("not a mapping") == {}
    assert plain_mapping(None) == {}
