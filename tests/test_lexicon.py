from __future__ import annotations

import time

import pytest

from sentilens.lexicon import LEXICAL_GROUPS, ROOT, Concept, LexiconMatcher, lexicon_matcher
from sentilens.schema import LANGUAGES, UNDETERMINED


def names(matcher: LexiconMatcher, token: str) -> set[str]:
    return {matcher.concepts[number].name for number in matcher.match(token) if number >= 0}


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


def test_phrases_are_followed_word_by_word() -> None:
    matcher = lexicon_matcher(("sv",))
    begun = matcher.next_branches([ROOT], matcher.match("inget"))
    assert begun
    assert not matcher.ending(begun)
    ended = matcher.ending(matcher.next_branches(begun, matcher.match("svar")))
    assert "NO_ANSWER" in {matcher.concepts[number].name for number in ended}
    assert set(matcher.match("svar")) & set(matcher.further(begun))
    assert matcher.next_branches([ROOT], matcher.match("qqq")) == ()


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
        ("fel*", "fel", False),
        ("felet*", "felet", True),
        ("/s", "s", False),
        ("e-post*", "e", False),
    ],
)
def test_patterns(monkeypatch: pytest.MonkeyPatch, pattern: str, token: str, fits: bool) -> None:
    concept = Concept("SOME", "complaint_event", -1)
    monkeypatch.setattr("sentilens.lexicon._read_concepts", lambda: ((concept, (("sv", pattern),)),))
    assert [number for number in LexiconMatcher(("sv",)).match(token) if number >= 0] == ([0] if fits else [])


def test_words_of_phrases_fit_short_forms_too(monkeypatch: pytest.MonkeyPatch) -> None:
    concept = Concept("SOME", "complaint_event", -1)
    monkeypatch.setattr("sentilens.lexicon._read_concepts", lambda: ((concept, (("sv", "inte fel* alls"),)),))
    matcher = LexiconMatcher(("sv",))
    branches: tuple[int, ...] = (ROOT,)
    for token in ("inte", "fel", "alls"):
        assert not matcher.ending(branches)
        branches = matcher.next_branches(branches, matcher.match(token))
    assert matcher.ending(branches) == (0,)


def test_an_endless_word_takes_no_time() -> None:
    matcher = lexicon_matcher(LEXICAL_GROUPS[UNDETERMINED])
    start = time.perf_counter()
    matcher.match("ö" * 50_000)
    assert time.perf_counter() - start < 3.0
