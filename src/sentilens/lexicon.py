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
from itertools import chain, product
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
#: Letters that a stem, end or inside of a word has at least.
_MIN_STEM: Final = 3
#: Where all phrases begin.
ROOT: Final = 0


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

    Attributes
    ----------
    concepts : list of Concept
        Those of all languages; a concept has the same number in every matcher.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        self.concepts = all_concepts()
        # Words and stems -> numbers: those of concepts from 0 on, and those of the words of phrases, below 0.
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        # By their first letters, as to look up all that is inside a word takes the square of its length.
        self._insides: dict[str, list[tuple[str, int]]] = defaultdict(list)
        # The longest stem with the same first letters, and end with the same last ones; most words have none to look for.
        self._longest_start: dict[str, int] = defaultdict(int)
        self._longest_end: dict[str, int] = defaultdict(int)
        self._parts: dict[str, int] = {}
        # Phrases as a tree: a branch and the number of the next word lead to a branch.
        self._branches: dict[tuple[int, int], int] = {}
        self._further: dict[int, list[int]] = defaultdict(list)
        self._ending: dict[int, list[int]] = defaultdict(list)
        for number, (concept, patterns) in enumerate(_read_concepts()):
            for language, pattern in patterns:
                if concept.kind == "emoji":
                    self._whole[pattern].append(number)
                elif language in languages:
                    # Tokens end at hyphens and strokes, so "e-mail" is met as two words.
                    self._add(pattern.replace("-", " ").replace("/", " "), number)

    def _add(self, pattern: str, number: int) -> None:
        words = pattern.split()
        if words == [pattern]:  # a stroke at the end ("/s") would leave a word that means nothing alone
            self._add_word(pattern, number)
        elif len(words) > 1:
            branch = ROOT
            for word in words:
                part = self._parts.setdefault(word, -1 - len(self._parts))
                self._add_word(word, part)
                self._further[branch].append(part)
                branch = self._branches.setdefault((branch, part), len(self._branches) + 1)
            self._ending[branch].append(number)

    def _add_word(self, pattern: str, number: int) -> None:
        core = pattern.strip("*")
        head, tail = core[:_MIN_STEM], core[-_MIN_STEM:]
        if pattern == core:
            found = self._whole[core]
        elif len(core) < _MIN_STEM:
            return
        elif pattern.startswith("*") and pattern.endswith("*"):
            self._insides[head].append((core, number))
            return
        elif pattern.endswith("*"):
            found = self._starts[core]
            self._longest_start[head] = max(self._longest_start[head], len(core))
        else:
            found = self._ends[core]
            self._longest_end[tail] = max(self._longest_end[tail], len(core))
        if number not in found:
            found.append(number)

    def match(self, token: str) -> tuple[int, ...]:
        """Give the numbers that one lower-case token fits, the most specific first.

        Those from 0 on are numbers of concepts that it expresses, those below 0 words of phrases.
        """
        found = list(self._whole.get(token, ()))
        size = len(token)
        if longest := self._longest_start.get(token[:_MIN_STEM]):
            for stop in range(min(size, longest), _MIN_STEM - 1, -1):
                found += self._starts.get(token[:stop], ())
        if longest := self._longest_end.get(token[-_MIN_STEM:]):
            for start in range(max(0, size - longest), size - _MIN_STEM + 1):
                found += self._ends.get(token[start:], ())
        if self._insides:
            for start in range(size - _MIN_STEM + 1):
                inside = self._insides.get(token[start : start + _MIN_STEM], ())
                found += [number for core, number in inside if token.startswith(core, start)]
        if not found:
            return ()
        if size == _MIN_STEM:
            # A word as short as that is no form of a stem, if it is not met in a phrase.
            whole = self._whole.get(token, ())
            found = [number for number in found if number < 0 or number in whole]
        return tuple(dict.fromkeys(found))

    def further(self, branches: Iterable[int]) -> Iterable[int]:
        """Give the numbers of the words that may follow at some branches."""
        return chain.from_iterable(self._further.get(branch, ()) for branch in branches)

    def next_branches(self, branches: Iterable[int], numbers: Iterable[int]) -> tuple[int, ...]:
        """Give the branches of the tree of phrases that one more word leads to, which fits ``numbers``; from ``ROOT`` on."""
        steps = product(branches, [number for number in numbers if number < 0])
        return tuple(self._branches[step] for step in steps if step in self._branches)

    def ending(self, branches: Iterable[int]) -> tuple[int, ...]:
        """Give the numbers of the concepts of the phrases that end at some branches."""
        return tuple(concept for branch in branches for concept in self._ending.get(branch, ()))


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
def all_concepts() -> list[Concept]:
    """Give the concepts of all languages, in the order of their numbers."""
    return [concept for concept, _ in _read_concepts()]


@cache
def lexicon_matcher(group: tuple[str, ...]) -> LexiconMatcher:
    """Give the matcher of a lexical group, made once."""
    return LexiconMatcher(group)
