from __future__ import annotations

import time

import pytest

from sentilens.lexicon import LEXICAL_GROUPS, LexiconMatcher, lexicon_matcher, matches
from sentilens.schema import LANGUAGES, UNDETERMINED


def names(matcher: LexiconMatcher, token: str) -> set[str]:
    return {matcher.concepts[number].name for number in matcher.match_word(token)}


@pytest.mark.parametrize(
    ("language", "word"),
    [("sv", "väntetiden"), ("nb", "ventetiden"), ("da", "ventetiden"), ("fi", "odottanut")],
)
def test_one_meaning_in_several_languages(language: str, word: str) -> None:
    assert "WAITING" in names(lexicon_matcher(LEXICAL_GROUPS[language]), word)


def test_a_language_reads_its_own_patterns_only() -> None:
    assert "WAITING" not in names(lexicon_matcher(("de",)), "väntetid")
    assert "WAITING" in names(lexicon_matcher(LEXICAL_GROUPS[UNDETERMINED]), "väntetid")


def test_each_language_has_a_group_that_holds_it_and_patterns() -> None:
    assert set(LEXICAL_GROUPS) == {*LANGUAGES, UNDETERMINED}
    for language in LANGUAGES:
        assert language in LEXICAL_GROUPS[language]
        matcher = lexicon_matcher((language,))
        assert len(matcher._whole) + len(matcher._starts) > 200


def test_phrases_begin_with_their_first_word() -> None:
    matcher = lexicon_matcher(("sv",))
    found = {matcher.concepts[number].name for rest, number in matcher.phrases_from("inget") if rest == ("svar",)}
    assert found == {"NO_ANSWER"}
    assert matcher.phrases_from("qqq") == []


def test_concepts_are_well_formed() -> None:
    concepts = lexicon_matcher(LANGUAGES).concepts
    assert len({concept.name for concept in concepts}) == len(concepts)
    assert all(-3 <= concept.valence <= 3 and concept.kind for concept in concepts)


@pytest.mark.parametrize(
    ("pattern", "token", "fits"),
    [
        ("svar", "svar", True),
        ("svar", "svara", False),
        ("svar*", "svara", True),
        ("*fel", "leveransfel", True),
        ("*fel", "felet", False),
        ("*fel*", "leveransfelet", True),
        ("*fel*", "rätt", False),
    ],
)
def test_matches(pattern: str, token: str, fits: bool) -> None:
    assert matches(pattern, token) is fits


def test_an_endless_word_takes_no_time() -> None:
    matcher = lexicon_matcher(LEXICAL_GROUPS[UNDETERMINED])
    start = time.perf_counter()
    matcher.match_word("ö" * 50_000)
    matcher.phrases_from("ö" * 50_000)
    assert time.perf_counter() - start < 3.0
