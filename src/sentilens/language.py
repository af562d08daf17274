"""Tell the language of short posts: the languages of `sentilens.schema.LANGUAGES` apart, others by name, or abstain."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from .errors import ConfigError, LabelError
from .normalize import normalize_all
from .schema import LANGUAGES, UNDETERMINED
from .tokens import TokenTypes, hash_ngrams

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
_FOREIGN = 0.7
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


class LanguageIdentifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Identify the language of short texts.

    Parameters
    ----------
    pretrained : bool, default True
        Use the weights of the default model until `fit` is called. With False an unfitted identifier raises
        `sklearn.exceptions.NotFittedError`.
    n_buckets : int, default 65536
        Size of the hashed space of words and character n-grams, a power of two.
    ngram_max : int, default 4
        Longest character n-gram inside a word.
    C : float, default 30.0
        Inverse strength of the L2 penalty.

    Attributes
    ----------
    classes_ : ndarray of str
        The languages that can be answered; more than ours, so that foreign posts are told apart by name.

    Examples
    --------
    >>> LanguageIdentifier().predict(["Hvor blir det av pakken min?", "Missä mun paketti viipyy?", "12345 !!"]).tolist()
    ['nb', 'fi', 'und']
    """

    def __init__(self, pretrained: bool = True, n_buckets: int = 1 << 16, ngram_max: int = 4, C: float = 30.0) -> None:
        self.pretrained = pretrained
        self.n_buckets = n_buckets
        self.ngram_max = ngram_max
        self.C = C

    def fit(self, X: Iterable[str], y: Sequence[str], sample_weight: npt.ArrayLike | None = None) -> LanguageIdentifier:
        """Learn from texts whose language is known.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)
            Raw texts.
        y : sequence of str, shape (n_texts,)
            Language codes.
        sample_weight : array-like of shape (n_texts,), optional
            Weights of the texts.

        Returns
        -------
        LanguageIdentifier

        Raises
        ------
        ConfigError
            If ``n_buckets`` is no power of two.
        LabelError
            If there are fewer than two languages, or a text without one.
        """
        from sklearn.linear_model import LogisticRegression

        if self.n_buckets < 2 or self.n_buckets & (self.n_buckets - 1):
            raise ConfigError(f"n_buckets is {self.n_buckets}; a power of two is needed.", reason="n_buckets")
        if not all(isinstance(name, str) for name in y):
            raise LabelError("Languages must be codes such as 'sv', without gaps.", reason="unknown_label")
        languages = np.asarray(y)
        if len(np.unique(languages)) < 2:
            raise LabelError("At least two languages are needed.", reason="one_class")
        self.n_buckets_, self.ngram_max_ = self.n_buckets, self.ngram_max
        features = self._matrix(normalize_all(X))
        with warnings.catch_warnings():
            # Stopping early is a penalty of its own; more steps change the answers to no text worth asking about.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = LogisticRegression(C=self.C, max_iter=150).fit(features, languages, sample_weight=sample_weight)
        weights, intercept = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
        return self.set_weights(model.classes_, weights.T.astype(np.float32), intercept)

    def set_weights(
        self, classes: Sequence[str] | npt.NDArray[Any], weights: npt.NDArray[np.float32], intercept: npt.NDArray[Any]
    ) -> LanguageIdentifier:
        """Take over weights that were learnt before.

        Parameters
        ----------
        classes : sequence of str, length n_classes
        weights : float32 array of shape (n_buckets, n_classes)
        intercept : array of shape (n_classes,)

        Returns
        -------
        LanguageIdentifier
        """
        self.n_buckets_, self.ngram_max_ = self.n_buckets, self.ngram_max
        self.classes_ = np.asarray(classes, dtype=str)
        self.weights_ = weights
        self.intercept_ = np.asarray(intercept, dtype=np.float64)
        self._forget()
        return self

    def predict(self, X: Iterable[str]) -> npt.NDArray[Any]:
        """Name the language of raw texts.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)

        Returns
        -------
        ndarray of str, shape (n_texts,)
            Codes of ISO 639-1, ``und`` where there is nothing to tell.
        """
        return np.asarray(self.identify(normalize_all(X))[0], dtype=str)

    def predict_proba(self, X: Iterable[str]) -> FloatArray:
        """Give the probability of each of ``classes_``.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)

        Returns
        -------
        ndarray of shape (n_texts, n_classes)
            Rows sum to 1; texts without letters have equal probabilities.
        """
        return self._probabilities(normalize_all(X))

    def identify(self, cleaned: Sequence[str]) -> tuple[list[str], FloatArray]:
        """Name the languages of cleaned texts, with confidence.

        Parameters
        ----------
        cleaned : sequence of str, shape (n_texts,)
            Texts from `normalize_text`.

        Returns
        -------
        languages : list of str
            Codes; ``und`` where nothing is claimed.
        confidence : float64 array of shape (n_texts,)
            Probability of the language named, in [0, 1]; 0 for ``und`` without words.
        """
        probabilities = self._probabilities(cleaned)
        best = probabilities.argmax(axis=1)
        confidence = probabilities[np.arange(len(best)), best]
        languages = [str(self.classes_[i]) if p >= _ABSTAIN else UNDETERMINED for i, p in zip(best, confidence, strict=True)]
        for i, text in enumerate(cleaned):
            if _WORDLESS.fullmatch(text):
                languages[i], confidence[i] = UNDETERMINED, 0.0
            elif not text.isascii() and (name := _other_script(text)):
                languages[i], confidence[i] = name, 1.0
            elif languages[i] not in LANGUAGES and confidence[i] < _FOREIGN:
                languages[i] = _name_foreign(text, UNDETERMINED)
        return languages, confidence

    def _probabilities(self, cleaned: Sequence[str]) -> FloatArray:
        self._ensure_fitted()
        memory = self._memory()
        flat, offsets = memory.types.encode(cleaned)
        memory.extend(self)
        counts = sparse.csr_matrix((np.ones(len(flat)), flat, offsets), shape=(len(cleaned), len(memory.types)))
        # A sparse product adds up each text by itself, so that a score never depends on the texts around it.
        logits = (counts @ memory.evidence) * self._scale(counts @ memory.is_word)[:, None] + self.intercept_
        exp = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exp / exp.sum(axis=1, keepdims=True))

    def _matrix(self, cleaned: Sequence[str]) -> sparse.csr_matrix:
        types = TokenTypes()
        flat, offsets = types.encode(cleaned)
        counts = sparse.csr_matrix((np.ones(len(flat)), flat, offsets), shape=(len(cleaned), len(types)))
        features = self.type_features(types.tokens, types.hashes)
        n_words = counts @ np.asarray(features.getnnz(axis=1) > 0, dtype=np.float64)
        return (sparse.diags(self._scale(n_words)) @ (counts @ features)).tocsr().astype(np.float32)

    @staticmethod
    def _scale(n_words: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(n_words, 1.0) ** -_LENGTH_EXPONENT)

    def type_features(self, tokens: Sequence[str], hashes: Sequence[int]) -> sparse.csr_matrix:
        """Give the words and n-grams of token types; marks, numbers and placeholders tell nothing of a language.

        Parameters
        ----------
        tokens : sequence of str, shape (n_types,)
        hashes : sequence of int, shape (n_types,)
            As in `sentilens.tokens.TokenTypes`.

        Returns
        -------
        csr_matrix of shape (n_types, n_buckets)
        """
        words = np.asarray([i for i, token in enumerate(tokens) if token[0].isalpha()], dtype=np.int64)
        shape = (len(tokens), self.n_buckets_)
        if not len(words):
            return sparse.csr_matrix(shape)
        ngrams, owner = hash_ngrams([tokens[i] for i in words.tolist()], 1, self.ngram_max_)
        columns = np.concatenate([np.asarray(hashes, dtype=np.uint64)[words], ngrams]) % np.uint64(self.n_buckets_)
        share = 1.0 / np.sqrt(np.bincount(owner, minlength=len(words)))
        values = np.concatenate([np.ones(len(words)), share[owner]])
        rows = np.concatenate([words, words[owner]])
        return sparse.csr_matrix((values, (rows, columns.astype(np.int64))), shape=shape)

    def _ensure_fitted(self) -> None:
        if hasattr(self, "weights_"):
            return
        if not self.pretrained:
            raise NotFittedError("This LanguageIdentifier is not fitted yet; call fit with texts and their languages.")
        from .scorer import load_model

        trained = load_model().identifier
        self.set_weights(trained.classes_, trained.weights_, trained.intercept_)
        self.n_buckets_, self.ngram_max_ = trained.n_buckets_, trained.ngram_max_

    def _memory(self) -> _Memory:
        known: _Memory | None = self.__dict__.get("_known")
        if known is None or known.types.is_full:
            known = self._known = _Memory(len(self.classes_))
        return known

    def _forget(self) -> None:
        self.__dict__.pop("_known", None)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_known"}


class _Memory:
    """What each distinct token says of each language, worked out once."""

    def __init__(self, n_classes: int) -> None:
        self.types = TokenTypes()
        self.evidence = np.zeros((0, n_classes))
        self.is_word = np.zeros(0)

    def extend(self, identifier: LanguageIdentifier) -> None:
        first = len(self.evidence)
        if first == len(self.types):
            return
        features = identifier.type_features(self.types.tokens[first:], self.types.hashes[first:])
        self.evidence = np.vstack([self.evidence, features @ identifier.weights_])
        self.is_word = np.append(self.is_word, np.asarray(features.getnnz(axis=1) > 0, dtype=np.float64))


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
