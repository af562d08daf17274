from __future__ import annotations

import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.tokens import MAX_CHARS, TOKEN, Rows, TokenTypes, hash_ngrams, skeleton, skeletons, tokenize

SHOUTED = re.compile(r"\b[A-ZÅÄÖÆØÜÐÞ]{3,}\b")
WORDS = st.text(alphabet="abåäöæøß", min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Väntat 45 min!! 😡 <URL>", ["väntat", "00", "min", "!!", "😡", "<URL>"]),
        ("sk*tdåligt f*k", ["sk*tdåligt", "f*k"]),
        ("det’s don't", ["det's", "don't"]),
        ("1.299,50 kr 12:30", ["0.000,00", "kr", "00:00"]),
        ("Va?! Nej!?! Jo!!!! Hva????", ["va", "?!", "nej", "?!", "jo", "!!", "hva", "??"]),
        (":) :-( <3 ^^", [":)", ":-(", "<3", "^^"]),
        ("👩\u200d💻👍🏽❤️", ["👩\u200d💻", "👍", "❤"]),
        ("🏽", ["🏽"]),
        ("ja.. nej... (och), så.", ["ja", "..", "nej", "...", "och", "så", "."]),
        ("#tåg", ["#", "tåg"]),
        ("", []),
        ("\x00\u200b, \u00ad", []),
        ("\ud800hej\udfff", ["hej"]),
    ],
)
def test_tokenize(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@pytest.mark.parametrize("letter", ["a", "ß", "1", "!", ".", "😡", "\ud800", "\x00", "*", "'", "<", "\u200d"])
def test_a_megabyte_of_one_character_takes_no_time(letter: str) -> None:
    start = time.perf_counter()
    tokens = tokenize(letter * 1_000_000)
    assert time.perf_counter() - start < 1.0
    assert sum(map(len, tokens)) <= MAX_CHARS


@given(st.text(max_size=80))
def test_tokens_are_never_empty_and_read_alike_a_second_time(text: str) -> None:
    for token in tokenize(text):
        assert token
        if TOKEN.findall(token) == [token]:
            assert tokenize(token) == [token]


@given(st.lists(st.text(alphabet="aAAAß!?.,:…1²½İ🏽👍\u200d*'\n\x1e_ ", max_size=12), max_size=8))
def test_what_was_read_before_changes_no_type(texts: list[str]) -> None:
    shared = TokenTypes()
    shared.encode(texts[::2])
    tokenized = shared.encode(texts)
    assert tokenized.offsets[-1] == len(tokenized.numbers) == len(tokenized.text_of)
    for i, text in enumerate(texts):
        mine = slice(tokenized.offsets[i], tokenized.offsets[i + 1])
        assert [shared.tokens[n] for n in tokenized.numbers[mine]] == tokenize(text)
        assert (tokenized.text_of[mine] == i).all()
        assert tokenized.marks[i].tolist() == [text.count("!"), text.count("?"), text.count("*"), len(SHOUTED.findall(text))]


def test_memory_of_spellings_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentilens.tokens._MAX_SPELLINGS", 100)
    types = TokenTypes()
    types.encode(["hej hopp"])
    assert types.renewed() is types
    # Numbers share their types, but each spelling is remembered.
    types.encode([str(number) for number in range(1000, 1200)])
    assert len(types) == 3
    assert len(types.renewed()) == 0


def test_memory_of_long_strings_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentilens.tokens._MAX_SPELLED_CHARS", 1000)
    types = TokenTypes()
    types.encode(["hej"])
    assert types.renewed() is types
    types.encode(["x" * 2000])
    assert types.renewed() is not types


def test_rows_grow_and_keep_what_they_had() -> None:
    rows = Rows(2)
    for i in range(0, 1000, 4):
        rows.extend([[j, -j] for j in range(i, i + 4)])
    assert len(rows) == 1000
    assert rows.values.tolist() == [[i, -i] for i in range(1000)]


@pytest.mark.parametrize(
    "words", [("försenat", "forsenat"), ("pakke", "packe"), ("ärger", "aerger"), ("straße", "strasse"), ("på", "paa")]
)
def test_careless_and_neighbouring_spellings_meet(words: tuple[str, str]) -> None:
    assert skeleton(words[0]) == skeleton(words[1])


@given(st.lists(WORDS))
def test_words_are_folded_alike_one_by_one_and_together(words: list[str]) -> None:
    assert skeletons(words) == [skeleton(word) for word in words]


@given(WORDS)
def test_skeleton_is_never_empty_nor_longer(word: str) -> None:
    assert 0 < len(skeleton(word)) <= len(word)


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(1, 3), st.integers(0, 4))
def test_ngrams_of_a_word_do_not_depend_on_its_neighbours(words: list[str], shortest: int, more: int) -> None:
    hashes, owner = hash_ngrams(words, shortest, shortest + more)
    assert np.all(np.diff(owner) >= 0)
    for i, word in enumerate(words):
        alone, _ = hash_ngrams([word], shortest, shortest + more)
        assert hashes[owner == i].tolist() == alone.tolist()
        marked = min(len(word), 40) + 2
        assert len(alone) == sum(max(marked - n + 1, 0) for n in range(shortest, shortest + more + 1))


def test_hashes_are_the_same_on_every_machine() -> None:
    types = TokenTypes()
    types.encode(["hej"])
    assert types.hashes.tolist() == [0xC68542E]
    assert len(set(hash_ngrams(["abc"], 1, 5)[0].tolist())) == 15
