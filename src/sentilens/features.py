"""Turn posts into numbers: one featurisation that serves every head and every language.

A post is a bag of token types, and everything that a type contributes (its word, the character n-grams inside it, its
folded spelling, the concepts it expresses) is worked out once per distinct token. On top come features of neighbours: word
pairs, words under negation, pairs of concepts, phrases, and a few patterns of the whole post. All are hashed into one space
of buckets, and all add up: a linear score over them is a sum over words, which makes it fast and exactly explainable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from .errors import ConfigError
from .group_types import CONCEPT_WEIGHT, KIND_WEIGHT, GroupTypes
from .lexicon import LEXICAL_GROUPS, lexicon_matcher
from .normalize import normalize_all
from .schema import UNDETERMINED
from .tokens import HashArray, IntArray, TokenTypes, mix

FloatArray = npt.NDArray[np.float64]

# Kinds of features, kept apart in the hashed space; their order is part of the model format.
_PAIR, _NEGATED, _CONCEPT_PAIR, _CONCEPT_NEGATED = 2, 3, 4, 5
_PATTERN_SALT = 23

# Weights of one occurrence of each kind, beside those of single words in `sentilens.group_types`.
_PAIR_WEIGHT = 0.7
_NEGATED_WEIGHT = 1.5
_CONCEPT_PAIR_WEIGHT = 2.0
_PATTERN_WEIGHT = 3.0

#: Tokens after a negation that stand under it, and tokens between two concepts that count as a pair.
_NEGATION_SCOPE = 3
_CONCEPT_SPAN = 3
#: A post of n tokens is scaled by n ** -_LENGTH_EXPONENT: longer posts weigh more, but less than in proportion.
_LENGTH_EXPONENT = 0.5

_SHOUTED = re.compile(r"\b[A-ZÅÄÖÆØÜÐÞ]{3,}\b")


@dataclass(frozen=True)
class PostLayout:
    """The features of a batch of posts, by where they come from.

    Attributes
    ----------
    n_posts : int
    group : GroupTypes
        What the rows below refer to.
    rows : int64 array of shape (n_tokens,)
        The row of each token's type in ``group``.
    tokens : list of str, length n_tokens
    offsets : int64 array of shape (n_posts + 1,)
        Post ``i`` owns the tokens ``offsets[i]:offsets[i + 1]``.
    post : int64 array of shape (n_tokens,)
        The post of each token.
    extra_bucket, extra_weight, extra_post, extra_first, extra_last : arrays of shape (n_extras,)
        Features of neighbours and of whole posts: bucket, weight, post, and the first and last token they belong to (-1
        for a pattern of the whole post).
    extra_name : dict
        Index of an extra -> name, for patterns of the whole post.
    scale : float64 array of shape (n_posts,)
        What each post's sum is multiplied by.
    """

    n_posts: int
    group: GroupTypes
    rows: IntArray
    tokens: list[str]
    offsets: IntArray
    post: IntArray
    extra_bucket: IntArray
    extra_weight: FloatArray
    extra_post: IntArray
    extra_first: IntArray
    extra_last: IntArray
    extra_name: dict[int, str]
    scale: FloatArray

    def token_counts(self) -> sparse.csr_matrix:
        """Give the posts x types matrix, its entries in the order of the text.

        The order matters: sums of floats depend on it, and a post's score must not depend on the posts around it.
        """
        ones = np.ones(len(self.rows))
        return sparse.csr_matrix((ones, self.rows, self.offsets), shape=(self.n_posts, self.group.n_types))


class PostFeaturizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Hash posts into sparse features.

    Parameters
    ----------
    n_buckets : int, default 262144
        Size of the hashed space, a power of two.
    ngram_min, ngram_max : int, default 2 and 5
        Shortest and longest character n-grams inside words, in letters (word ends count as one).
    identifier : LanguageIdentifier, optional
        Tells which languages' lexicon patterns to read in a post. Without it the patterns of all languages are read.

    Notes
    -----
    The transformer is stateless: `fit` checks the parameters only, and nothing of the texts is kept but a bounded memory
    of distinct tokens for speed.

    Examples
    --------
    >>> PostFeaturizer(n_buckets=1024).fit_transform(["Bra!", "Sämst någonsin"]).shape
    (2, 1024)
    """

    def __init__(self, n_buckets: int = 1 << 18, ngram_min: int = 2, ngram_max: int = 5, identifier: Any | None = None) -> None:
        self.n_buckets = n_buckets
        self.ngram_min = ngram_min
        self.ngram_max = ngram_max
        self.identifier = identifier

    def fit(self, X: Iterable[str], y: Any = None) -> PostFeaturizer:
        """Check the parameters.

        Parameters
        ----------
        X : iterable of str
            Ignored.
        y : ignored

        Returns
        -------
        PostFeaturizer

        Raises
        ------
        ConfigError
            If a parameter is out of range.
        """
        if self.n_buckets < 2 or self.n_buckets & (self.n_buckets - 1):
            raise ConfigError(f"n_buckets is {self.n_buckets}; a power of two is needed.", reason="n_buckets")
        if not 1 <= self.ngram_min <= self.ngram_max <= 10:
            raise ConfigError("The n-gram lengths must satisfy 1 <= ngram_min <= ngram_max <= 10.", reason="ngrams")
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_known"}

    def transform(self, X: Iterable[str]) -> sparse.csr_matrix:
        """Hash raw texts.

        Parameters
        ----------
        X : iterable of str
            Posts as exported; they are normalized and masked here. None and NaN count as empty.

        Returns
        -------
        csr_matrix of shape (n_posts, n_buckets), float32
        """
        texts = normalize_all(X)
        if self.identifier is None:
            return self.matrix(texts, [UNDETERMINED] * len(texts))
        return self.matrix(texts, self.identifier.identify(texts)[0])

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
        total = sparse.csr_matrix((len(cleaned), self.n_buckets), dtype=np.float32)
        for members, layout in self.layouts(cleaned, languages):
            block = self._block(layout).tocoo()
            total += sparse.csr_matrix((block.data, (members[block.row], block.col)), shape=total.shape)
        return total

    def layouts(self, cleaned: Sequence[str], languages: Sequence[str]) -> Iterable[tuple[IntArray, PostLayout]]:
        """Yield the features of the posts of each lexical group, with the posts' positions."""
        types, groups = self._memory()
        shape = (self.n_buckets, self.ngram_min, self.ngram_max)  # may be set anew between two calls
        by_group: dict[tuple[str, ...], list[int]] = {}
        for position, language in enumerate(languages):
            key = LEXICAL_GROUPS.get(language, LEXICAL_GROUPS[UNDETERMINED])
            by_group.setdefault(key, []).append(position)
        for key, members in sorted(by_group.items()):
            group = groups.get((key, shape))
            if group is None:
                group = groups[key, shape] = GroupTypes(lexicon_matcher(key), *shape)
            yield np.asarray(members, dtype=np.int64), self._layout([cleaned[i] for i in members], types, group)

    def _memory(self) -> tuple[TokenTypes, dict[tuple[Any, ...], GroupTypes]]:
        known: tuple[TokenTypes, dict[tuple[Any, ...], GroupTypes]] | None = self.__dict__.get("_known")
        if known is None or known[0].is_full:
            known = (TokenTypes(), {})
            self._known = known
        return known

    def _layout(self, texts: Sequence[str], types: TokenTypes, group: GroupTypes) -> PostLayout:
        flat, offsets = types.encode(texts)
        rows = group.rows(flat, types)
        lengths = np.diff(offsets)
        post = np.repeat(np.arange(len(texts)), lengths)
        extras = _Extras(self.n_buckets)
        _add_pairs(extras, group, rows, post)
        _add_negated(extras, group, rows, post)
        _add_concept_pairs(extras, group, rows, post)
        ends = np.repeat(offsets[1:], lengths)
        tokens = [types.tokens[number] for number in flat.tolist()]
        for position, further, number in group.phrase_hits(rows, tokens, ends):
            concept, kind = group.concept_hashes(number)
            for hashed, weight in ((concept, CONCEPT_WEIGHT), (kind, KIND_WEIGHT)):
                extras.add_one(hashed, weight, int(post[position]), position, position + further)
        for i, text in enumerate(texts):
            last = tokens[offsets[i + 1] - 1] if lengths[i] else ""
            first = tokens[offsets[i]] if lengths[i] else ""
            for name in _patterns(text, int(lengths[i]), first, last):
                extras.add_one(crc32(name.encode(), _PATTERN_SALT), _PATTERN_WEIGHT, i, -1, -1, name)
        scale = np.maximum(lengths, 1) ** -_LENGTH_EXPONENT
        return PostLayout(len(texts), group, rows, tokens, offsets, post, *extras.arrays(), extras.names, scale)

    def _block(self, layout: PostLayout) -> sparse.csr_matrix:
        """Put a layout into one matrix, duplicates added up and posts scaled."""
        shape = (layout.n_posts, self.n_buckets)
        total = sparse.csr_matrix((layout.extra_weight, (layout.extra_post, layout.extra_bucket)), shape=shape)
        total = total + layout.token_counts() @ layout.group.matrix()
        return (sparse.diags(layout.scale) @ total).tocsr().astype(np.float32)


class _Extras:
    """Collects the features that belong to more than one token."""

    def __init__(self, n_buckets: int) -> None:
        self._n_buckets = n_buckets
        self._parts: list[tuple[IntArray, FloatArray, IntArray, IntArray, IntArray]] = []
        self._single: list[tuple[int, float, int, int, int]] = []
        self._single_names: dict[int, str] = {}
        self._n_parts = 0
        self.names: dict[int, str] = {}

    def add(self, hashes: HashArray, weight: float, post: IntArray, first: IntArray, last: IntArray) -> None:
        buckets = (hashes % np.uint64(self._n_buckets)).astype(np.int64)
        self._parts.append((buckets, np.full(len(buckets), weight), post, first, last))
        self._n_parts += len(buckets)

    def add_one(self, hashed: int, weight: float, post: int, first: int, last: int, name: str = "") -> None:
        if name:
            self._single_names[len(self._single)] = name
        self._single.append((hashed % self._n_buckets, weight, post, first, last))

    def arrays(self) -> tuple[IntArray, FloatArray, IntArray, IntArray, IntArray]:
        self.names = {self._n_parts + index: name for index, name in self._single_names.items()}
        single = np.asarray(self._single, dtype=np.float64).reshape(-1, 5).T
        parts = [*self._parts, tuple(single)]
        columns = [np.concatenate([part[i] for part in parts]) for i in range(5)]
        bucket, weight, post, first, last = columns
        as_int = [column.astype(np.int64) for column in (bucket, post, first, last)]
        return as_int[0], weight.astype(np.float64), as_int[1], as_int[2], as_int[3]


def _add_pairs(extras: _Extras, group: GroupTypes, rows: IntArray, post: IntArray) -> None:
    """Add a feature for each two neighbouring tokens."""
    here = np.flatnonzero(post[1:] == post[:-1])
    hashes = group.hashes[rows]
    pairs = (hashes[here] * np.uint64(31) + hashes[here + 1]) & np.uint64(0xFFFFFFFF)
    extras.add(mix(pairs, _PAIR), _PAIR_WEIGHT, post[here], here, here + 1)


def _add_negated(extras: _Extras, group: GroupTypes, rows: IntArray, post: IntArray) -> None:
    """Add a feature for each token, and its concept, that stands under a negation before it in the same clause."""
    negates, breaks = group.negates[rows], group.breaks[rows]
    under = np.zeros(len(rows), dtype=bool)
    reach = negates.copy()
    for _ in range(_NEGATION_SCOPE):
        # The reach of a negation moves on by one token, unless the post or the clause ends.
        moved = np.zeros_like(reach)
        moved[1:] = reach[:-1] & (post[1:] == post[:-1])
        reach = moved & ~breaks
        under |= reach
    where = np.flatnonzero(under)
    extras.add(mix(group.hashes[rows[where]], _NEGATED), _NEGATED_WEIGHT, post[where], where, where)
    with_concept = where[group.concepts[rows[where]] > 0]
    hashes = mix(group.concepts[rows[with_concept]], _CONCEPT_NEGATED)
    extras.add(hashes, CONCEPT_WEIGHT, post[with_concept], with_concept, with_concept)


def _add_concept_pairs(extras: _Extras, group: GroupTypes, rows: IntArray, post: IntArray) -> None:
    """Add a feature for each two concepts that stand close together: NEGATION with WORKS, whatever the language."""
    concepts = group.concepts[rows]
    for gap in range(1, _CONCEPT_SPAN + 1):
        if len(rows) <= gap:
            break
        here = np.flatnonzero((concepts[:-gap] > 0) & (concepts[gap:] > 0) & (post[:-gap] == post[gap:]))
        pairs = (concepts[here] * np.uint64(31) + concepts[here + gap]) & np.uint64(0xFFFFFFFF)
        extras.add(mix(pairs, _CONCEPT_PAIR), _CONCEPT_PAIR_WEIGHT, post[here], here, here + gap)


def _patterns(text: str, n_tokens: int, first: str, last: str) -> list[str]:
    """Name the patterns of a whole post: its length, how it opens and ends, shouting."""
    names = [f"length {min(n_tokens.bit_length(), 8)}"]
    if first == "<USER>":
        names.append("opens with a handle")
    if last and last[0] == "?":
        names.append("ends with a question")
    if text.count("!") > 2:
        names.append("many exclamation marks")
    if "?" in text and (not last or last[0] != "?"):
        names.append("question inside")
    if len(_SHOUTED.findall(text)) > 1:
        names.append("words in capitals")
    if "*" in text:
        names.append("censored word or stars")
    return names
