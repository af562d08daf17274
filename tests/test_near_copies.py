from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.near_copies import near_copy_groups

WORDS = st.lists(st.sampled_from("tåg sent igen idag buss bra mat dyrt kall varm".split()), max_size=8).map(" ".join)


def test_copies_with_small_changes_meet() -> None:
    texts = [
        "Tåget till Lund är sent igen idag",
        "tåget till lund är SENT igen!! idag",
        "Tåget till Lund är sent igen idag, suck",
        "Tack för god mat och vänlig personal",
    ]
    assert near_copy_groups(texts).tolist() == [0, 0, 0, 1]


def test_groups_reach_through_others() -> None:
    texts = ["a b c d e f g h", "b c d e f g h i", "c d e f g h i j"]
    texts = [" ".join(f"ord{letter}{letter}" for letter in text.split()) for text in texts]
    assert near_copy_groups(texts, threshold=0.7).tolist() == [0, 0, 0]
    assert near_copy_groups([texts[0], texts[2]], threshold=0.7).tolist() == [0, 1]


def test_nothing_and_wordless_texts() -> None:
    assert near_copy_groups([]).tolist() == []
    assert near_copy_groups(["", "!!", "hej", "😡"]).tolist() == [0, 0, 1, 0]


@settings(max_examples=80)
@given(st.lists(WORDS, min_size=1, max_size=12))
def test_same_words_always_meet_and_strangers_never(texts: list[str]) -> None:
    groups = near_copy_groups(texts)
    bags = [frozenset(text.split()) for text in texts]
    for i, bag in enumerate(bags):
        alike = [j for j, other in enumerate(bags) if other == bag]
        assert len({groups[j] for j in alike}) == 1
        if not any(bag & other for j, other in enumerate(bags) if j not in alike):
            assert [j for j in range(len(bags)) if groups[j] == groups[i]] == alike


@pytest.mark.parametrize("distinct", [1, 3_000])
def test_takes_linear_time(distinct: int) -> None:
    generator = np.random.default_rng(3)
    words = ["".join(letters) for letters in generator.choice(list("abdefgilmnoprstuv"), size=(4_000, 6))]
    texts = [
        " ".join(generator.choice(words, size=12)) if i < distinct else "samma text i alla inlägg här" for i in range(3_000)
    ]
    start = time.process_time()
    groups = near_copy_groups(texts)
    assert time.process_time() - start < 8.0
    assert len(set(groups.tolist())) == min(distinct + 1, 3_000)
