from __future__ import annotations

import json
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.errors import InputError
from sentilens.normalize import _CLEAN_WORDS, FIXERS, _kinds, explain_normalization, normalize_all, normalize_text

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "normalize.json").read_text(encoding="utf-8"))

#: Pieces that the fixers act upon, so that random texts meet all of them and each other.
WORDS = (
    "&amp; &am p; lt; &lt; &#97; &nbsp; b <b> < > 3 <br> </p> <script> </script> <!-- <!--> --> <ID> <BR> <a href=x> \u00ad \u200b \u200d \ufe0f ❤ 👩 💻 🏽 "
    "@ kari a .se . www. http:// x.no 0701740605 22 +46 - (at) <URL> sk .. … * ** -- # ! !!!! ? Ã¤ Ã ¤ Â å a\u030a \u030a ﬁ 𝗯 Ａ "
    "\ud800 \x00 \x85 ooo o ß / 5"
)
PIECES = st.sampled_from([*WORDS.split(" "), " ", "  ", "\n", "\r", "\t", "\u3000", "\u2028"])
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    assert normalize_text(case["input"]) == case["expected"]
    assert [step.fixer for step in explain_normalization(case["input"])] == case["fixers"]


def test_every_fixer_is_shown_at_work_by_a_case() -> None:
    assert {fixer for case in CASES for fixer in case["fixers"]} == set(FIXERS)


@settings(max_examples=400)
@given(TEXTS)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once
    assert explain_normalization(once) == []


@settings(max_examples=300)
@given(TEXTS)
def test_steps_lead_from_input_to_output(text: str) -> None:
    current = text
    for step in explain_normalization(text):
        assert step.fixer in FIXERS
        assert step.before == current != step.after
        current = step.after
    assert current == normalize_text(text)


@given(st.text(alphabet="åäöæøüßðþéíýÅÄÖÆØÜÐÞbk ", max_size=60))
def test_letters_are_never_lost(text: str) -> None:
    # Stretched letters become two; apart from that every letter stays where it is.
    kept = [letter for i, letter in enumerate(text) if letter != " " and not (i > 1 and text[i - 2 : i] == letter * 2)]
    assert [letter for letter in normalize_text(text) if letter != " "] == kept


@given(st.text(alphabet="aeioubk", min_size=1, max_size=20), st.sampled_from("åäöæøüðþ"))
def test_a_word_read_in_the_wrong_encoding_comes_back(word: str, letter: str) -> None:
    right = normalize_text(f"tekst {word}{letter}{word} slutt")
    broken = right.encode().decode("latin-1")
    assert normalize_text(broken) == right


@given(TEXTS)
def test_result_is_composed_and_holds_no_control_characters(text: str) -> None:
    result = normalize_text(text)
    assert unicodedata.is_normalized("NFC", result)
    assert not [c for c in result if unicodedata.category(c) == "Cc" and c != "\n"]
    assert result == result.strip(" \n")


def test_own_handles_stay() -> None:
    assert normalize_text("@Nordbank och @kari", keep_handles=["nordbank"]) == "@Nordbank och <USER>"
    assert explain_normalization("@Nordbank", keep_handles=["@NORDBANK"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "-" * 300_000 + ".",
        "a-" * 150_000 + ".",
        "<script>" * 40_000,
        "<script " * 40_000 + ">",
        "<!--" * 60_000 + "-->",
        "<" * 150_000 + "b>" * 100_000,
        "&" + "amp;" * 80_000,
        "@a" * 150_000,
        "@" + "." * 300_000,
        "ring 4501 " * 30_000,
        "1234567 " * 20_000,
        "f*" * 150_000,
        "Ã¤" * 100_000,
        "\ud800" * 100_000,
    ],
    ids=lambda text: ascii(text[:10]),
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    normalize_text(text)
    assert time.process_time() - start < 6.0


@settings(max_examples=400)
@given(st.lists(TEXTS, max_size=4))
def test_what_is_found_clean_at_once_is_clean(texts: list[str]) -> None:
    assert normalize_all(texts) == [normalize_text(text) for text in texts]
    again = [*texts, *(f"{text} bra {other}" for text, other in pairwise(texts))]
    assert normalize_all(again) == [normalize_text(text) for text in again]


def test_no_fixer_changes_plain_characters() -> None:
    kinds = _kinds()
    assert 500 < np.count_nonzero(kinds) < 5000
    for code in np.flatnonzero(kinds).tolist():
        twice = chr(code) * (2 if kinds[code] == 1 else 1)
        before = "h" if chr(code) == "g" else "g"
        text = " ".join(f"f{chr(code)}b {twice} {before}{twice} h".split())
        assert not [name for name, fixer in FIXERS.items() if name != "masking" and fixer(text) != text], hex(code)
    assert normalize_all(["\U0002f800", "\U000e0041\U0010ffff"]) == ["\u4e3d", "\U000e0041\U0010ffff"]


def test_clean_words_are_forgotten_when_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentilens.normalize._MAX_CLEAN_WORDS", 10)
    texts = [f"❤\ufe0f ord{i}" for i in range(40)]
    for text in texts:
        assert normalize_all([text]) == [text]
    assert len(_CLEAN_WORDS) <= 12


def test_many_texts_of_any_kind() -> None:
    words = ["  Bra! ", None, float("nan"), pd.NA, 7, ""]
    clean = ["Bra!", "", "", "", "", ""]
    assert normalize_all(words) == clean
    assert normalize_all(iter(words)) == clean
    assert normalize_all(np.array(words, dtype=object)) == clean
    assert normalize_all(pd.Series(["Bra ", None], dtype="string[pyarrow]")) == ["Bra", ""]
    assert normalize_all(pd.Series(["Bra ", None], dtype=pd.ArrowDtype(pa.string()))) == ["Bra", ""]
    assert normalize_all(pa.array(["Bra ", None])) == ["Bra", ""]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [("Bra!", "one_text"), (b"Bra!", "one_text"), (pd.DataFrame({"text": ["Bra!"]}), "table"), (np.array([["Bra!"]]), "table")],
    ids=["str", "bytes", "frame", "array"],
)
def test_one_text_or_a_table_is_no_list_of_posts(wrong: Any, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        normalize_all(wrong)
    assert caught.value.reason == reason
    assert "Bra" not in str(caught.value)
