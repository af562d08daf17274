from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentilens.spreadsheet import CUT_MARK, MAX_CELL_CHARS, fit_cell, is_day, neutralise, restore, wall_time

RISKY = st.text(st.sampled_from("'=+-@\t\r\n \u00a0\u200b\ufeff＝＋－＠﹦15.,eEa"), max_size=8)


@given(st.one_of(RISKY, st.text()))
@example("''=1")
@example("'")
@example("")
def test_every_text_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(RISKY, RISKY)
def test_no_two_texts_are_written_alike(one: str, other: str) -> None:
    assert (neutralise(one) == neutralise(other)) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "＝1",
        "－a",
        "＠a",
        "\n=1",
        "-",
        "- bra",
        "=",
        "-5 %",
        "@kari",
    ],
)
def test_what_would_be_run_is_not(text: str) -> None:
    assert neutralise(text) == "'" + text
    assert neutralise("'" + text) == "''" + text


@pytest.mark.parametrize(
    "text",
    ["", "a=b", "-5", "+5", "-5,25", "-1.234,5", "+46701234567", "-1.5e-07", "'n Abend", "''", "5-6", "a@b.example", " bra"],
)
def test_what_is_harmless_stays(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


@given(st.integers(MAX_CELL_CHARS - 3, MAX_CELL_CHARS + 3), st.sampled_from(["a", "😊", "a😊"]))
def test_long_texts_are_cut_whole_letters(length: int, letters: str) -> None:
    text = (letters * length)[:length]
    cell, cut = fit_cell(text)
    units = len(text.encode("utf-16-le")) // 2
    assert cut == (units > MAX_CELL_CHARS)
    assert len(cell.encode("utf-16-le")) // 2 <= MAX_CELL_CHARS
    assert cell == text if not cut else (cell.endswith(CUT_MARK) and text.startswith(cell.removesuffix(CUT_MARK)))


def test_lines_in_cells_end_in_a_line_feed() -> None:
    assert fit_cell("a\r\nb\rc\n") == ("a\nb\nc\n", False)


def test_times_are_those_of_the_clock() -> None:
    assert wall_time(datetime(2026, 3, 2, 8, 0, 0, 5, tzinfo=UTC)) == datetime(2026, 3, 2, 8)
    assert is_day(datetime(2026, 3, 2))
    assert not is_day(datetime(2026, 3, 2, 0, 0, 1))
