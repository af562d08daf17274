"""Turn posts into numbers: one featurisation that serves every head and every language.

A post is a bag of token types, and everything that a type contributes (its word, the character n-grams inside it, its
folded spelling) is worked out once per distinct token, as is what its sense in the post's language contributes (concepts). On
top come features of neighbours: word pairs, words under negation, pairs of concepts, phrases, and a few patterns of the whole
post. All are hashed into one space of buckets, and all add up: a linear score over them is a sum over words, which makes it
fast and exactly explainable. Everything but the first look at a new word is done for a whole batch of posts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from .errors import ConfigError
from .lexicon import all_concepts
from .senses import CONCEPT_WEIGHT, KIND_WEIGHT, Senses
from .tokens import (
    FloatArray,
    HashArray,
    IntArray,
    TokenizedTexts,
    TokenTypes,
    count_matrix,
    hash_types,
    mix,
    mix_pair,
    skeletons,
    to_buckets,
)

if TYPE_CHECKING:
    from scipy import sparse

# Kinds of features, kept apart in the hashed space; their order is part of the model format.
_PAIR, _NEGATED, _CONCEPT_PAIR, _CONCEPT_NEGATED = 2, 3, 4, 5
_SKELETON_SALT, _PATTERN_SALT = 11, 23

# Weights of one occurrence of each kind, beside those of concepts in `sentilens.senses`.
_WORD_WEIGHT = 1.0
_NGRAMS_WEIGHT = 0.7
_SKELETON_WEIGHT = 0.7
_PAIR_WEIGHT = 0.7
_NEGATED_WEIGHT = 1.5
_CONCEPT_PAIR_WEIGHT = 2.0
_PATTERN_WEIGHT = 3.0

#: Tokens after a negation that stand under it, and tokens between two concepts that count as a pair.
_NEGATION_SCOPE = 3
_CONCEPT_SPAN = 3
#: A post of n tokens is scaled by n ** -_LENGTH_EXPONENT: longer posts weigh more, but less than in proportion.
_LENGTH_EXPONENT = 0.5

_LONGEST = 8
#: Patterns of a whole post: the binary logarithm of its length, how it opens and ends, shouting.
PATTERNS: Final = (
    *(f"length {size}" for size in range(_LONGEST + 1)),
    "opens with a handle",
    "ends with a question",
    "many exclamation marks",
    "question inside",
    "words in capitals",
    "censored word or stars",
)
_PATTERN_HASHES = np.asarray([crc32(name.encode(), _PATTERN_SALT) for name in PATTERNS], dtype=np.uint64)


def named_buckets(n_buckets: int) -> dict[int, list[str]]:
    """Give the buckets whose meaning is known, and what falls into each: concepts, their kinds, patterns of whole posts."""
    concepts = all_concepts()
    names, kinds = Senses.concept_hashes(range(len(concepts)))
    meanings = [f"concept {concept.name}" for concept in concepts]
    meanings += [f"kind {concept.kind}" for concept in concepts] + [f"pattern {name}" for name in PATTERNS]
    buckets = to_buckets(np.concatenate([names, kinds, _PATTERN_HASHES]), n_buckets)
    named: dict[int, list[str]] = {}
    for bucket, meaning in dict.fromkeys(zip(buckets.tolist(), meanings, strict=True)):
        named.setdefault(bucket, []).append(meaning)
    return named


@dataclass(frozen=True)
class Extras:
    """Features of one kind that belong to several tokens or to a whole post.

    Attributes
    ----------
    weight : float
        What each of them counts.
    buckets : int64 array of shape (n_extras,)
    post : int64 array of shape (n_extras,)
        The post of each, ascending.
    first, last : int64 arrays of shape (n_extras,)
        The first and last token that each belongs to; for patterns of a whole post, -1 and its place in `PATTERNS`.
    """

    weight: float
    buckets: IntArray
    post: IntArray
    first: IntArray
    last: IntArray

    def offsets(self, n_posts: int) -> IntArray:
        """Give where the extras of each post begin, and of the last one end; shape (n_posts + 1,)."""
        return np.searchsorted(self.post, np.arange(n_posts + 1))


@dataclass(frozen=True)
class PostLayout:
    """The features of a batch of posts, by where they come from.

    Attributes
    ----------
    tokenized : TokenizedTexts
    known : Senses
        What the senses below refer to.
    senses : int64 array of shape (n_tokens,)
        The sense of each token in the language of its post.
    extras : list of Extras
        Features of neighbours and of whole posts.
    scale : float64 array of shape (n_posts,)
        What each post's sum is multiplied by.
    """

    tokenized: TokenizedTexts
    known: Senses
    senses: IntArray
    extras: list[Extras]
    scale: FloatArray

    def sense_counts(self) -> sparse.csr_matrix:
        """Give the posts x senses matrix, its entries in the order of the text."""
        return count_matrix(self.senses, self.tokenized.offsets, len(self.known))


class Featurizer:
    """The features of posts, and where they come from.

    Parameters
    ----------
    n_buckets, ngram_min, ngram_max : int
        As for `sentilens.PostFeaturizer`.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    """

    def __init__(self, n_buckets: int = 1 << 18, ngram_min: int = 2, ngram_max: int = 5) -> None:
        if n_buckets < 2 or n_buckets & (n_buckets - 1):
            raise ConfigError(f"n_buckets is {n_buckets}; a power of two is needed.", reason="n_buckets")
        if not 1 <= ngram_min <= ngram_max <= 10:
            raise ConfigError("The n-gram lengths must satisfy 1 <= ngram_min <= ngram_max <= 10.", reason="ngrams")
        self.n_buckets = n_buckets
        self.ngram_min = ngram_min
        self.ngram_max = ngram_max
        self._known = Senses(TokenTypes())

    def matrix(self, cleaned: Sequence[str], languages: Sequence[str]) -> sparse.csr_matrix:
        """Hash cleaned texts in known languages.

        Parameters
        ----------
        cleaned : sequence of str
            Texts from `normalize_text`.
        languages : sequence of str
            A language code for each.

        Returns
        -------
        csr_matrix of shape (n_posts, n_buckets), float32
        """
        from scipy import sparse

        layout = self.layout(TokenTypes().encode(cleaned), languages)
        total = layout.tokenized.counts() @ self.type_features(layout.tokenized.types)
        total += layout.sense_counts() @ layout.known.matrix(0, self.n_buckets)
        for extras in layout.extras:
            total += extras.weight * count_matrix(extras.buckets, extras.offsets(len(cleaned)), self.n_buckets)
        return (sparse.diags(layout.scale) @ total).tocsr().astype(np.float32)

    def type_features(self, types: TokenTypes, first: int = 0) -> sparse.csr_matrix:
        """Give the word, the folded spelling and the n-grams of token types, from the type ``first`` on."""
        is_word = types.is_word[first:]
        folded = skeletons([types.tokens[first + i] for i in np.flatnonzero(is_word).tolist()])
        n_whole = 1 + is_word.astype(np.int64)
        place = np.cumsum(n_whole) - n_whole
        hashes, weights = np.empty(n_whole.sum(), dtype=np.uint64), np.full(n_whole.sum(), _WORD_WEIGHT)
        hashes[place] = types.hashes[first:]
        hashes[place[is_word] + 1] = [crc32(word.encode("utf-8", "surrogatepass"), _SKELETON_SALT) for word in folded]
        weights[place[is_word] + 1] = _SKELETON_WEIGHT
        ngrams = (self.ngram_min, self.ngram_max)
        return hash_types(types, first, (n_whole, hashes, weights), ngrams, _NGRAMS_WEIGHT, self.n_buckets)

    def layout(self, tokenized: TokenizedTexts, languages: Sequence[str]) -> PostLayout:
        """Find the features of posts, each in its language."""
        if self._known.types is not tokenized.types:
            self._known = Senses(tokenized.types)
        known = self._known
        senses = known.of_tokens(tokenized, languages)
        extras = [
            self._pairs(tokenized),
            *self._negated(tokenized, known, senses),
            *self._concept_pairs(tokenized, known, senses),
            *self._phrases(tokenized, known, senses),
            self._patterns(tokenized),
        ]
        scale = np.maximum(np.diff(tokenized.offsets), 1) ** -_LENGTH_EXPONENT
        return PostLayout(tokenized, known, senses, extras, scale)

    def _extras(self, hashes: HashArray, weight: float, tokenized: TokenizedTexts, first: IntArray, last: IntArray) -> Extras:
        return Extras(weight, to_buckets(hashes, self.n_buckets), tokenized.text_of[first], first, last)

    def _pairs(self, tokenized: TokenizedTexts) -> Extras:
        """Add a feature for each two neighbouring tokens."""
        here = np.flatnonzero(tokenized.text_of[1:] == tokenized.text_of[:-1])
        hashes = tokenized.types.hashes[tokenized.numbers]
        return self._extras(mix_pair(hashes[here], hashes[here + 1], _PAIR), _PAIR_WEIGHT, tokenized, here, here + 1)

    def _negated(self, tokenized: TokenizedTexts, known: Senses, senses: IntArray) -> list[Extras]:
        """Add a feature for each token, and its concept, that stands under a negation before it in the same clause."""
        inside = np.append(False, tokenized.text_of[1:] == tokenized.text_of[:-1])[: len(senses)] & (
            known.column("breaks", senses) == 0
        )
        reach = known.column("negates", senses) > 0
        under = np.zeros(len(senses), dtype=bool)
        for _ in range(_NEGATION_SCOPE):
            # The reach of a negation moves on by one token, unless the post or the clause ends.
            reach = np.append(False, reach[:-1])[: len(senses)] & inside
            under |= reach
        words = np.flatnonzero(under)
        hashes = mix(tokenized.types.hashes[tokenized.numbers[words]], _NEGATED)
        concepts = known.column("concept", senses[words]).astype(np.uint64)
        meant = words[concepts > 0]
        return [
            self._extras(hashes, _NEGATED_WEIGHT, tokenized, words, words),
            self._extras(mix(concepts[concepts > 0], _CONCEPT_NEGATED), CONCEPT_WEIGHT, tokenized, meant, meant),
        ]

    def _concept_pairs(self, tokenized: TokenizedTexts, known: Senses, senses: IntArray) -> list[Extras]:
        """Add a feature for each two concepts that stand close together: NEGATION with WORKS, whatever the language."""
        meant = np.flatnonzero(known.column("concept", senses))
        concepts, text_of = known.column("concept", senses[meant]).astype(np.uint64), tokenized.text_of[meant]
        extras = []
        for step in range(1, _CONCEPT_SPAN + 1):
            near = (meant[step:] - meant[:-step] <= _CONCEPT_SPAN) & (text_of[step:] == text_of[:-step])
            here = np.flatnonzero(near)
            hashes = mix_pair(concepts[here], concepts[here + step], _CONCEPT_PAIR)
            extras.append(self._extras(hashes, _CONCEPT_PAIR_WEIGHT, tokenized, meant[here], meant[here + step]))
        return extras

    def _phrases(self, tokenized: TokenizedTexts, known: Senses, senses: IntArray) -> list[Extras]:
        """Add the concepts of phrases, and their kinds."""
        first, last, concepts = known.find_phrases(senses, tokenized)
        names, kinds = known.concept_hashes(concepts)
        return [
            self._extras(names, CONCEPT_WEIGHT, tokenized, first, last),
            self._extras(kinds, KIND_WEIGHT, tokenized, first, last),
        ]

    def _patterns(self, tokenized: TokenizedTexts) -> Extras:
        """Add the patterns of whole posts."""
        n_tokens, number_of = np.diff(tokenized.offsets), tokenized.types.numbers
        edges = np.append(tokenized.numbers, -1)
        opening = np.where(n_tokens > 0, edges[tokenized.offsets[:-1]], -1)
        closing = np.where(n_tokens > 0, edges[tokenized.offsets[1:] - 1], -1)
        asks = np.isin(closing, [number_of.get(mark, -2) for mark in ("?", "??", "?!")])
        exclamations, questions, stars, shouted = tokenized.marks.T
        # The exponent that frexp gives is the number of binary digits.
        sizes = np.minimum(np.frexp(n_tokens)[1], _LONGEST)
        found = np.column_stack(
            [
                sizes[:, None] == np.arange(_LONGEST + 1),
                opening == number_of.get("<USER>", -2),
                asks,
                exclamations > 2,
                (questions > 0) & ~asks,
                shouted > 1,
                stars > 0,
            ]
        )
        post, pattern = np.nonzero(found)
        return Extras(
            _PATTERN_WEIGHT, to_buckets(_PATTERN_HASHES[pattern], self.n_buckets), post, np.full_like(post, -1), pattern
        )
