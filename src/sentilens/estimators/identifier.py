"""The language identifier as an estimator of scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from ..errors import ConfigError, LabelError
from ..language import LanguageModel, text_features
from ..normalize import normalize_all
from ..scorer import load_model
from ..tokens import FloatArray


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
    model_ : LanguageModel
        The weights.

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
        features = text_features(normalize_all(X), self.n_buckets, self.ngram_max)
        with warnings.catch_warnings():
            # Stopping early is a penalty of its own; more steps change the answers to no text worth asking about.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = LogisticRegression(C=self.C, max_iter=150).fit(features, languages, sample_weight=sample_weight)
        weights, intercept = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
        return self._take(LanguageModel(model.classes_, weights.T.astype(np.float32), intercept, self.ngram_max))

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
        return self._fitted().probabilities(normalize_all(X))

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
        return self._fitted().identify(cleaned)

    def _take(self, model: LanguageModel) -> LanguageIdentifier:
        self.model_ = model
        self.classes_ = np.asarray(model.classes, dtype=str)
        return self

    def _fitted(self) -> LanguageModel:
        if not hasattr(self, "model_"):
            if not self.pretrained:
                raise NotFittedError("This LanguageIdentifier is not fitted yet; call fit with texts and their languages.")
            self._take(load_model().identifier)
        return self.model_
