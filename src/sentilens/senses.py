"""What words mean under the patterns of a lexical group: concepts, negation, breaks, and the words of phrases that they fit.

Many words mean the same and most mean nothing that the lexicon knows. So each token type has the number of its *sense* in
each group, and what a sense adds to a post is worked out once per sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .lexicon import LEXICAL_GROUPS, ROOT, LexiconMatcher, all_concepts, lexicon_matcher
from .schema import UNDETERMINED
from .tokens import HashArray, IntArray, Rows, TokenizedTexts, TokenTypes, to_buckets

if TYPE_CHECKING:
    from scipy import sparse

# Salts keep the kinds of features apart in the hashed space; they are part of the model format.
_CONCEPT_SALT, _KIND_SALT = 17, 19

# Weights of one occurrence, set by hand: concepts count most, as they carry what one language's labels teach to the others.
CONCEPT_WEIGHT: Final = 3.0
KIND_WEIGHT: Final = 1.5

_BREAKS = frozenset({".", ":", ";", "!", "!!", "?", "??", "?!", "...", "..", "…", "\n"})
_GROUPS: Final = tuple(dict.fromkeys(LEXICAL_GROUPS.values()))
_GROUP_OF: Final = {language: _GROUPS.index(group) for language, group in LEXICAL_GROUPS.items()}
#: Numbers of senses: one that was not looked up yet, and that of words of which the lexicon knows nothing.
_UNKNOWN, _NOTHING = 0, 1
#: Steps from word to word in phrases that are remembered.
_MAX_STEPS = 300_000
#: What is known of a sense: the hash of its first concept (0 without one), whether it negates what follows, whether it ends a
#: clause, the words of phrases that it fits (see `_signature`), and the state of phrases that begin with it.
_COLUMNS: Final = ("concept", "negates", "breaks", "fits", "begun")


class Senses:
    """The senses of the token types of one vocabulary.

    Parameters
    ----------
    types : TokenTypes
    """

    def __init__(self, types: TokenTypes) -> None:
        self.types = types
        self._of_type = Rows(len(_GROUPS), dtype=np.int32)
        self._numbers: dict[tuple[int, tuple[int, ...], bool], int] = {}
        # By sense: its group and what it fits there, the concepts among it, and what is asked of many senses at once.
        self._fits: list[tuple[int, tuple[int, ...]]] = [(0, ()), (0, ())]
        self._expressed: list[tuple[int, ...]] = [(), ()]
        self._table = Rows(len(_COLUMNS), dtype=np.int64)
        self._table.extend(np.zeros((2, len(_COLUMNS))))
        self._phrases = _PhraseStates()

    def __len__(self) -> int:
        return len(self._fits)

    def of_tokens(self, tokenized: TokenizedTexts, languages: Sequence[str]) -> IntArray:
        """Give the sense of each token in its text's language."""
        self._of_type.extend(np.zeros((len(self.types) - len(self._of_type), len(_GROUPS))))
        table = self._of_type.values.reshape(-1)
        group_of = [_GROUP_OF.get(language, _GROUP_OF[UNDETERMINED]) for language in languages]
        places = tokenized.numbers * len(_GROUPS) + np.asarray(group_of, dtype=np.int64)[tokenized.text_of]
        senses = table[places]
        if not senses.all():
            new = np.unique(places[senses == _UNKNOWN])
            table[new] = self._look_up(*np.divmod(new, len(_GROUPS)))
            senses = table[places]
        return np.asarray(senses, dtype=np.int64)

    def column(self, name: str, senses: IntArray) -> IntArray:
        """Give one of `_COLUMNS` for many senses."""
        return np.asarray(self._table.values[senses, _COLUMNS.index(name)])

    def _look_up(self, types: IntArray, groups: IntArray) -> IntArray:
        """Give the senses of types in groups, some of which may be new."""
        senses = np.empty_like(types)
        rows: list[tuple[int, ...]] = []
        for group in np.unique(groups).tolist():
            matcher, here = lexicon_matcher(_GROUPS[group]), np.flatnonzero(groups == group)
            numbers = []
            for token in map(self.types.tokens.__getitem__, types[here].tolist()):
                fits, is_break = matcher.match(token), token in _BREAKS
                number = self._numbers.setdefault((group, fits, is_break), len(self)) if fits or is_break else _NOTHING
                if number == len(self):
                    self._fits.append((group, fits))
                    self._expressed.append(tuple(number for number in fits if number >= 0))
                    rows.append(self._describe(matcher, fits, is_break))
                numbers.append(number)
            senses[here] = numbers
        self._table.extend(np.asarray(rows, dtype=np.int64).reshape(-1, len(_COLUMNS)))
        return senses

    def _describe(self, matcher: LexiconMatcher, fits: tuple[int, ...], is_break: bool) -> tuple[int, ...]:
        """Give the row of a new sense."""
        expressed = self._expressed[-1]
        kinds = {matcher.concepts[number].kind for number in expressed}
        first = int(_concept_hashes()[0][expressed[0]]) if expressed else 0
        begun = self._phrases.after(self._fits[-1][0], (ROOT,), fits)
        return first, "negation" in kinds, is_break or "contrast" in kinds, _signature(fits), begun

    def matrix(self, first: int, n_buckets: int) -> sparse.csr_matrix:
        """Give the senses x buckets matrix of concepts and their kinds, from the sense ``first`` on."""
        from scipy import sparse

        expressed = self._expressed[first:]
        hashes = np.column_stack(self.concept_hashes(list(chain.from_iterable(expressed)))).reshape(-1)
        ends = np.concatenate([[0], 2 * np.cumsum([len(numbers) for numbers in expressed], dtype=np.int64)])
        weights = np.tile([CONCEPT_WEIGHT, KIND_WEIGHT], len(hashes) // 2)
        return sparse.csr_matrix((weights, to_buckets(hashes, n_buckets), ends), shape=(len(expressed), n_buckets))

    def find_phrases(self, senses: IntArray, tokenized: TokenizedTexts) -> tuple[IntArray, IntArray, IntArray]:
        """Find the phrases in texts.

        Returns
        -------
        first, last : int64 arrays of shape (n_phrases,)
            The first and last token of each, in the order of the text.
        concept : int64 array of shape (n_phrases,)
            The number of its concept.
        """
        text_of, fits = np.append(tokenized.text_of, -1), np.append(self.column("fits", senses), 0)
        states = self.column("begun", senses)
        here = np.flatnonzero(states)
        states = states[here]
        found = [np.zeros((3, 0), dtype=np.int64)]
        size = 1
        while len(here):
            may_go_on = self._phrases.awaited(states) & fits[here + size]
            goes_on = np.flatnonzero((may_go_on != 0) & (text_of[here + size] == text_of[here]))
            here = here[goes_on]
            states = self._phrases.step(states[goes_on], senses[here + size], self._fits)
            begun = np.flatnonzero(states)
            here, states = here[begun], states[begun]
            count, concepts = self._phrases.ended(states)
            first = np.repeat(here, count)
            found.append(np.stack([first, first + size, concepts]))
            size += 1
        phrases = np.concatenate(found, axis=1)
        first, last, concepts = phrases[:, np.argsort(phrases[0], kind="stable")]
        return first, last, concepts

    @staticmethod
    def concept_hashes(concepts: npt.ArrayLike) -> tuple[HashArray, HashArray]:
        """Give the hashes of concepts and of their kinds."""
        numbers = np.asarray(concepts, dtype=np.int64)
        names, kinds = _concept_hashes()
        return names[numbers], kinds[numbers]


class _PhraseStates:
    """Beginnings of phrases as numbered states: 0 if none is begun, others as they are met."""

    def __init__(self) -> None:
        # The group and the branches of its tree of phrases -> number of the state; by number, what ends there.
        self._numbers: dict[tuple[int, tuple[int, ...]], int] = {(0, ()): 0}
        self._states: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        self._ended: list[tuple[int, ...]] = [()]
        self._awaited = Rows(dtype=np.int64)
        self._awaited.extend([0])
        self._steps: dict[int, int] = {}

    def after(self, group: int, branches: tuple[int, ...], fits: tuple[int, ...]) -> int:
        """Give the state after one more word, by what it fits."""
        matcher = lexicon_matcher(_GROUPS[group])
        reached = matcher.next_branches(branches, fits)
        if not reached:
            return 0
        state = self._numbers.setdefault((group, reached), len(self._states))
        if state == len(self._states):
            self._states.append((group, reached))
            self._ended.append(matcher.ending(reached))
            self._awaited.extend([_signature(matcher.further(reached))])
        return state

    def awaited(self, states: IntArray) -> IntArray:
        """Give the signatures of the words that may come next."""
        return self._awaited.values[states]

    def step(self, states: IntArray, senses: IntArray, fits: Sequence[tuple[int, tuple[int, ...]]]) -> IntArray:
        """Give the states after one more word each, by its sense; remembered, as most begin and end nothing."""
        keys = (states << 32 | senses).tolist()
        if len(self._steps) > _MAX_STEPS:
            self._steps.clear()
        for key in set(keys).difference(self._steps):
            group, branches = self._states[key >> 32]
            self._steps[key] = self.after(group, branches, fits[key & 0xFFFFFFFF][1])
        return np.fromiter(map(self._steps.__getitem__, keys), dtype=np.int64, count=len(keys))

    def ended(self, states: IntArray) -> tuple[IntArray, IntArray]:
        """Give how many phrases end in each state, and the numbers of their concepts, state after state."""
        ended = [self._ended[state] for state in states.tolist()]
        return np.asarray(list(map(len, ended)), dtype=np.int64), np.asarray(list(chain.from_iterable(ended)), dtype=np.int64)


def _signature(fits: Iterable[int]) -> int:
    """Give a set of words of phrases as 62 bits (Bloom 1970): where two have no bit in common, the sets have no word."""
    signature = 0
    for number in fits:
        if number < 0:
            signature |= 1 << (number % 62)
    return signature


@cache
def _concept_hashes() -> tuple[HashArray, HashArray]:
    concepts = all_concepts()
    # Zero stands for "no concept" in the table of senses.
    names = [crc32(concept.name.encode(), _CONCEPT_SALT) or 1 for concept in concepts]
    kinds = [crc32(concept.kind.encode(), _KIND_SALT) for concept in concepts]
    return np.asarray(names, dtype=np.uint64), np.asarray(kinds, dtype=np.uint64)
