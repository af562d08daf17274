"""What is known of each token type: its word, n-grams, folded spelling and concepts, worked out once per distinct token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

import numpy as np
from scipy import sparse

from .lexicon import LexiconMatcher, matches
from .tokens import HashArray, IntArray, TokenTypes, hash_ngrams, skeleton

# Salts keep the kinds of features apart in the hashed space; they are part of the model format.
_SKELETON_SALT, _CONCEPT_SALT, _KIND_SALT = 11, 17, 19

# Weights of one occurrence of each kind, set by hand: concepts count most, as they carry what one language's labels
# teach to the others.
_WORD_WEIGHT = 1.0
_NGRAMS_WEIGHT = 0.7
_SKELETON_WEIGHT = 0.7
CONCEPT_WEIGHT: Final = 3.0
KIND_WEIGHT: Final = 1.5

#: Word pairs whose phrases are remembered.
_MAX_PAIRS = 500_000

_BREAKS = frozenset({".", ":", ";", "!", "!!", "?", "??", "?!", "...", "..", "…", "\n"})


class GroupTypes:
    """What is known of each token type under the patterns of one lexical group.

    Parameters
    ----------
    matcher : LexiconMatcher
        Finds the group's concepts.
    n_buckets, ngram_min, ngram_max : int
        As for `sentilens.PostFeaturizer`.
    """

    def __init__(self, matcher: LexiconMatcher, n_buckets: int, ngram_min: int, ngram_max: int) -> None:
        self.matcher = matcher
        self._ngram_range = (ngram_min, ngram_max)
        self._n_buckets = n_buckets
        self._concept_hash = [_concept_hash(concept.name) for concept in matcher.concepts]
        self._kind_hash = [crc32(concept.kind.encode(), _KIND_SALT) for concept in matcher.concepts]
        self.row_of = np.full(0, -1, dtype=np.int64)
        self.n_types = 0
        self._blocks: list[sparse.csr_matrix] = []
        self.hashes = np.zeros(0, dtype=np.uint64)
        self.concepts = np.zeros(0, dtype=np.uint64)
        self.negates = np.zeros(0, dtype=bool)
        self.breaks = np.zeros(0, dtype=bool)
        self.starts_phrase = np.zeros(0, dtype=bool)
        self.phrases: dict[int, list[tuple[tuple[str, ...], int]]] = {}
        self._begun: dict[int, list[tuple[tuple[str, ...], int]]] = {}

    def rows(self, flat: IntArray, types: TokenTypes) -> IntArray:
        """Give the row of each token, making rows for the types that are new here."""
        if len(self.row_of) < len(types):
            grown = np.full(len(types), -1, dtype=np.int64)
            grown[: len(self.row_of)] = self.row_of
            self.row_of = grown
        rows = self.row_of[flat]
        if (rows < 0).any():
            self._add(np.unique(flat[rows < 0]), types)
            rows = self.row_of[flat]
        return rows

    def _add(self, numbers: IntArray, types: TokenTypes) -> None:
        first = self.n_types
        self.n_types += len(numbers)
        self.row_of[numbers] = np.arange(first, self.n_types)
        tokens = [types.tokens[number] for number in numbers.tolist()]
        hashes = np.asarray([types.hashes[number] for number in numbers.tolist()], dtype=np.uint64)
        concepts, negates, breaks, starts = [], [], [], []
        lexical: list[tuple[int, int, float]] = []
        for row, token in enumerate(tokens):
            found = self.matcher.match_word(token)
            kinds = [self.matcher.concepts[i].kind for i in found]
            concepts.append(self._concept_hash[found[0]] if found else 0)
            negates.append("negation" in kinds)
            breaks.append(token in _BREAKS or "contrast" in kinds)
            for number in found:
                lexical.append((row, self._concept_hash[number], CONCEPT_WEIGHT))
                lexical.append((row, self._kind_hash[number], KIND_WEIGHT))
            phrases = self.matcher.phrases_from(token)
            starts.append(bool(phrases))
            if phrases:
                self.phrases[first + row] = phrases
        self._blocks.append(self._block(tokens, hashes, lexical))
        self.hashes = np.append(self.hashes, hashes)
        self.concepts = np.append(self.concepts, np.asarray(concepts, dtype=np.uint64))
        self.negates = np.append(self.negates, negates)
        self.breaks = np.append(self.breaks, breaks)
        self.starts_phrase = np.append(self.starts_phrase, starts)

    def _block(self, tokens: list[str], hashes: HashArray, lexical: list[tuple[int, int, float]]) -> sparse.csr_matrix:
        """Give the features of some types: the word, its n-grams, its folded spelling, its concepts."""
        words = np.asarray([i for i, token in enumerate(tokens) if token[0].isalpha()], dtype=np.int64)
        folded = [crc32(skeleton(tokens[i]).encode("utf-8", "surrogatepass"), _SKELETON_SALT) for i in words.tolist()]
        rows = [np.arange(len(tokens)), words]
        values = [hashes, np.asarray(folded, dtype=np.uint64)]
        weights = [np.full(len(tokens), _WORD_WEIGHT), np.full(len(words), _SKELETON_WEIGHT)]
        if len(words):
            ngrams, owner = hash_ngrams([tokens[i] for i in words.tolist()], *self._ngram_range)
            rows.append(words[owner])
            values.append(ngrams)
            # The n-grams of a word weigh as much as one feature together, however long it is.
            weights.append(_NGRAMS_WEIGHT / np.sqrt(np.bincount(owner, minlength=len(words)))[owner])
        if lexical:
            row, concept, weight = zip(*lexical, strict=True)
            rows.append(np.asarray(row))
            values.append(np.asarray(concept, dtype=np.uint64))
            weights.append(np.asarray(weight))
        columns = (np.concatenate(values) % np.uint64(self._n_buckets)).astype(np.int64)
        block = sparse.csr_matrix(
            (np.concatenate(weights), (np.concatenate(rows), columns)), shape=(len(tokens), self._n_buckets)
        )
        # Buckets in ascending order: what a type adds up to depends on the type alone.
        block.sum_duplicates()
        return block

    def phrase_hits(self, rows: IntArray, tokens: Sequence[str], ends: IntArray) -> Iterable[tuple[int, int, int]]:
        """Find phrases: yields the position, the number of further words, and the concept's number."""
        positions = np.flatnonzero(self.starts_phrase[rows])
        positions = positions[positions + 1 < ends[positions]]
        keys = (rows[positions] << 32) | rows[positions + 1]
        for position, key in zip(positions.tolist(), keys.tolist(), strict=True):
            candidates = self._begun.get(key)
            if candidates is None:
                candidates = self._begin(key, tokens[position + 1])
            for rest, number in candidates:
                stop = position + 1 + len(rest)
                if stop <= ends[position] and all(map(matches, rest[1:], tokens[position + 2 : stop])):
                    yield position, len(rest), number

    def _begin(self, key: int, second: str) -> list[tuple[tuple[str, ...], int]]:
        """Give the phrases whose first two words are the two types of a key, remembered: most pairs begin none."""
        if len(self._begun) > _MAX_PAIRS:
            self._begun.clear()
        begun = [(rest, number) for rest, number in self.phrases[key >> 32] if matches(rest[0], second)]
        self._begun[key] = begun
        return begun

    def matrix(self, start: int = 0) -> sparse.csr_matrix:
        """Give the types x buckets matrix, from the type ``start`` on (where some earlier call ended)."""
        if not self._blocks:
            return sparse.csr_matrix((0, self._n_buckets))
        ends = np.cumsum([block.shape[0] for block in self._blocks])
        return sparse.vstack(self._blocks[int(np.searchsorted(ends, start, side="right")) :], format="csr")

    def concept_hashes(self, number: int) -> tuple[int, int]:
        """Give the hashes of a concept and of its kind."""
        return self._concept_hash[number], self._kind_hash[number]


def _concept_hash(name: str) -> int:
    # Zero stands for "no concept" in the arrays of concepts.
    return crc32(name.encode(), _CONCEPT_SALT) or 1
