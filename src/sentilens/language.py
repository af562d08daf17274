"""Tell the language of short posts: the languages of `sentilens.schema.LANGUAGES` apart, others by name, or abstain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .calibration import softmax
from .schema import LANGUAGES, UNDETERMINED
from .tokens import Rows, TokenizedTexts, TokenTypes, hash_types

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = npt.NDArray[np.float64]

#: A text of n words is scaled by n ** -0.5: evidence grows with length, but words of one post are no independent witnesses.
_LENGTH_EXPONENT = 0.5
#: Below this probability nothing is claimed.
_ABSTAIN = 0.3

#: Letters that langdetect needs to tell one foreign language from another.
_LETTERS_TO_NAME = 25

_LETTER = re.compile(r"[^\W\d_]")
#: Nothing but marks, numbers, emoji and placeholders.
_WORDLESS = re.compile(r"(?:<[A-Z_]{2,12}>|[\W\d_])*")
#: A foreign language must be this sure to be named: it costs a post its scores.
_FOREIGN = 0.8
# Scripts that none of our languages uses, under the language that a text in them is in unless langdetect knows better.
_SCRIPTS = {
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ru": re.compile("[\u0400-\u052f]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "hi": re.compile("[\u0900-\u0dff]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}
_OTHER_LETTER = re.compile("|".join(script.pattern for script in _SCRIPTS.values()))


class LanguageModel:
    """Weights that tell languages apart, over hashed words and character n-grams.

    Parameters
    ----------
    classes : sequence of str, length n_classes
        The languages that can be answered; more than ours, so that foreign posts are told apart by name.
    weights : float32 array of shape (n_buckets, n_classes)
        ``n_buckets`` is a power of two.
    intercept : array of shape (n_classes,)
    ngram_max : int
        Longest character n-gram inside a word.
    """

    def __init__(
        self, classes: Sequence[str], weights: npt.NDArray[np.float32], intercept: npt.NDArray[Any], ngram_max: int
    ) -> None:
        self.classes = tuple(map(str, classes))
        self.weights = weights
        self.intercept = np.asarray(intercept, dtype=np.float64)
        self.ngram_max = ngram_max
        self._known = _Evidence(TokenTypes(), len(self.classes))

    def __getstate__(self) -> dict[str, Any]:
        kept = {key: value for key, value in self.__dict__.items() if key != "_exact_weights"}
        return {**kept, "_known": _Evidence(TokenTypes(), len(self.classes))}

    @cached_property
    def _exact_weights(self) -> FloatArray:
        # A product of different types would turn all weights into float64 each time.
        return self.weights.astype(np.float64)

    @property
    def n_buckets(self) -> int:
        """Size of the hashed space."""
        return len(self.weights)

    def identify(self, cleaned: Sequence[str]) -> tuple[list[str], FloatArray]:
        """Name the languages of cleaned texts, with confidence.

        Parameters
        ----------
        cleaned : sequence of str, shape (n_texts,)
            Texts from `sentilens.normalize_text`.

        Returns
        -------
        languages : list of str
            Codes; ``und`` where nothing is claimed.
        confidence : float64 array of shape (n_texts,)
            Probability of the language named, in [0, 1]; 0 for ``und`` without words.
        """
        return self.identify_tokenized(self._known.types.renewed().encode(cleaned))

    def identify_tokenized(self, tokenized: TokenizedTexts) -> tuple[list[str], FloatArray]:
        """Do the same for texts that are tokenized already."""
        known = self._evidence(tokenized.types)
        counts = tokenized.counts()
        seen = counts @ known.words.values
        probabilities = self._probabilities(counts, known)
        best = probabilities.argmax(axis=1)
        confidence = probabilities[np.arange(len(best)), best]
        languages = [self.classes[i] if p >= _ABSTAIN else UNDETERMINED for i, p in zip(best.tolist(), confidence, strict=True)]
        ours = np.asarray([name in LANGUAGES for name in languages], dtype=bool)
        n_words, n_other = seen.T
        for i in np.flatnonzero((n_words == 0) | (n_other > 0) | (~ours & (confidence < _FOREIGN))).tolist():
            text = tokenized.texts[i]
            if _WORDLESS.fullmatch(text):
                languages[i], confidence[i] = UNDETERMINED, 0.0
            elif name := _other_script(text):
                languages[i], confidence[i] = name, 1.0
            elif not ours[i] and confidence[i] < _FOREIGN:
                languages[i] = _name_foreign(text, UNDETERMINED)
        return languages, confidence

    def probabilities(self, cleaned: Sequence[str]) -> FloatArray:
        """Give the probability of each of ``classes``, shape (n_texts, n_classes)."""
        tokenized = self._known.types.renewed().encode(cleaned)
        return self._probabilities(tokenized.counts(), self._evidence(tokenized.types))

    def _probabilities(self, counts: sparse.csr_matrix, known: _Evidence) -> FloatArray:
        # A sparse product adds up each text by itself, so that a score never depends on the texts around it.
        n_words = counts @ known.words.values[:, 0]
        return softmax((counts @ known.evidence.values) * length_scale(n_words)[:, None] + self.intercept)

    def _evidence(self, types: TokenTypes) -> _Evidence:
        """Give what each token type says, worked out once, for the types of these and of earlier texts."""
        if self._known.types is not types:
            self._known = _Evidence(types, len(self.classes))
        known = self._known
        first = len(known.evidence)
        if first < len(types):
            features = type_features(types, first, self.n_buckets, self.ngram_max)
            known.evidence.extend(features @ self._exact_weights)
            other = [_OTHER_LETTER.search(token) is not None for token in types.tokens[first:]]
            known.words.extend(np.column_stack([types.is_word[first:], other]))
        return known


class _Evidence:
    """What each token type says of each language; whether it is a word, and whether it has letters of another script."""

    def __init__(self, types: TokenTypes, n_classes: int) -> None:
        self.types = types
        self.evidence = Rows(n_classes)
        self.words = Rows(2)


def type_features(types: TokenTypes, first: int, n_buckets: int, ngram_max: int) -> sparse.csr_matrix:
    """Give the words and n-grams of token types, from the type ``first`` on; what is no word tells nothing of a language."""
    is_word = types.is_word[first:]
    hashes = types.hashes[first:][is_word]
    return hash_types(types, first, (is_word.astype(np.int64), hashes, np.ones(len(hashes))), (1, ngram_max), 1.0, n_buckets)


def text_features(cleaned: Sequence[str], n_buckets: int, ngram_max: int) -> sparse.csr_matrix:
    """Give the features of cleaned texts, float32 of shape (n_texts, n_buckets), for fitting."""
    from scipy import sparse

    tokenized = TokenTypes().encode(cleaned)
    counts, types = tokenized.counts(), tokenized.types
    features = type_features(types, 0, n_buckets, ngram_max)
    n_words = counts @ types.is_word.astype(np.float64)
    return (sparse.diags(length_scale(n_words)) @ (counts @ features)).tocsr().astype(np.float32)


def length_scale(n_words: FloatArray) -> FloatArray:
    """Give what the evidence of texts is multiplied by."""
    return np.asarray(np.maximum(n_words, 1.0) ** -_LENGTH_EXPONENT)


def _other_script(text: str) -> str:
    """Name the language of a text that is mostly in a script of none of ours; empty for Latin letters."""
    letters = len(_LETTER.findall(text))
    for language, script in _SCRIPTS.items():
        if len(script.findall(text)) * 2 > letters:
            return _name_foreign(text, language)
    return ""


def _name_foreign(text: str, guess: str) -> str:
    """Let langdetect, seeded, name a language outside ours where there are words enough to be sure."""
    if len(_LETTER.findall(text)) < _LETTERS_TO_NAME:
        return guess
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        best = detect_langs(text)[0]
    except LangDetectException:
        return guess
    code = str(best.lang).split("-")[0]
    return code if best.prob > 0.9 and code not in {*LANGUAGES, "no"} else guess
