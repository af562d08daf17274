"""The concept lexicon: words, stems and phrases of nine languages that mean the same thing to a customer.

A row of ``resources/lexicons/concepts.tsv`` names one concept (``WAITING``, ``NO_ANSWER``, ``OVERCHARGED`` …), its kind and
valence, and per language the patterns that express it: a whole word (``trasig``), a stem (``försen*``), the end or the
inside of a compound (``*haveri``, ``*avbrott*``), or a phrase of such words (``ei mit* vastaus*``). What one language's labels
teach about a concept so serves the others.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from .schema import LANGUAGES, UNDETERMINED

#: Languages that read each other's patterns: a short post is easily taken for the neighbour's language.
LEXICAL_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("sv",),
    "nb": ("nb", "nn", "da"),
    "nn": ("nb", "nn", "da"),
    "da": ("nb", "nn", "da"),
    "fi": ("fi",),
    "is": ("is",),
    "fo": ("fo", "is"),
    "de": ("de",),
    "en": ("en",),
    UNDETERMINED: LANGUAGES,
}
_MIN_STEM: Final = 2
_MAX_STEM: Final = 24


@dataclass(frozen=True)
class Concept:
    """One concept of the lexicon.

    Attributes
    ----------
    name : str
    kind : str
        What it does in a post: ``complaint_event``, ``praise``, ``negation``, ``duration_unit`` …
    valence : int
        From -3 (very bad) to 3 (very good), 0 for words without.
    """

    name: str
    kind: str
    valence: int


class LexiconMatcher:
    """Find concepts in tokens, with the patterns of some languages.

    Parameters
    ----------
    languages : sequence of str
        Codes of the languages whose patterns are used. Emoji are always read.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        self.concepts: list[Concept] = []
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        self._insides: dict[str, list[int]] = defaultdict(list)
        # A phrase is found from its first word; the rest are looked at only then.
        self._phrases: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self._phrase_stems: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        for number, (concept, patterns) in enumerate(_read_concepts()):
            self.concepts.append(concept)
            for language, pattern in patterns:
                if concept.kind == "emoji":
                    self._whole[pattern].append(number)
                elif language in languages:
                    # Tokens end at hyphens and strokes, so "e-mail" is met as two words.
                    self._add(pattern.replace("-", " ").replace("/", " "), number)

    def _add(self, pattern: str, number: int) -> None:
        words = tuple(pattern.split())
        if len(words) > 1:
            first, rest = words[0], words[1:]
            phrases = self._phrase_stems if first.endswith("*") else self._phrases
            phrases[first.rstrip("*")].append((rest, number))
            return
        core = pattern.strip("*")
        if not core:
            return
        starts, ends = pattern.endswith("*"), pattern.startswith("*")
        book = (self._insides if ends else self._starts) if starts else (self._ends if ends else self._whole)
        if number not in book[core]:
            book[core].append(number)

    def match_word(self, token: str) -> list[int]:
        """Give the numbers of the concepts that one lower-case token expresses, the most specific first."""
        found = list(self._whole.get(token, ()))
        size = len(token)
        if size > 3 and token[0].isalpha():
            for stop in range(min(size, _MAX_STEM), _MIN_STEM, -1):
                found += self._starts.get(token[:stop], ())
            for start in range(max(0, size - _MAX_STEM), size - _MIN_STEM):
                found += self._ends.get(token[start:], ())
            if self._insides:
                for start in range(size - _MIN_STEM):
                    for stop in range(start + _MIN_STEM + 1, min(size, start + _MAX_STEM) + 1):
                        found += self._insides.get(token[start:stop], ())
        return list(dict.fromkeys(found))

    def phrases_from(self, token: str) -> list[tuple[tuple[str, ...], int]]:
        """Give the phrases that may begin with a token: their further words and the concept's number."""
        found = list(self._phrases.get(token, ()))
        for stop in range(min(len(token), _MAX_STEM), 1, -1):
            found += self._phrase_stems.get(token[:stop], ())
        return found


def matches(pattern: str, token: str) -> bool:
    """Tell whether a token fits one word of a phrase (``*`` at its ends stands for anything).

    Examples
    --------
    >>> matches("vastaus*", "vastausta"), matches("svar", "svara")
    (True, False)
    """
    core = pattern.strip("*")
    if pattern.startswith("*"):
        return core in token if pattern.endswith("*") else token.endswith(core)
    return token.startswith(core) if pattern.endswith("*") else token == pattern


@cache
def _read_concepts() -> tuple[tuple[Concept, tuple[tuple[str, str], ...]], ...]:
    path = files("sentilens") / "resources" / "lexicons" / "concepts.tsv"
    with path.open(encoding="utf-8") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((Concept(row["concept"], row["kind"], int(row["valence"])), tuple(_patterns(row.items()))) for row in rows)


def _patterns(cells: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for language, cell in cells:
        if language in LANGUAGES:
            for pattern in (cell or "").split("|"):
                if pattern := pattern.strip():
                    yield language, pattern


@cache
def lexicon_matcher(group: tuple[str, ...]) -> LexiconMatcher:
    """Give the matcher of a lexical group, made once."""
    return LexiconMatcher(group)
