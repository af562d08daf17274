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
from .labels import read_labels, read_weights
from .texts import TextInput


class LanguageIdentifier(TextInput, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
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
    classes_ : ndarray of shape (n_classes,)
        The languages that can be answered; more than ours, so that foreign posts are told apart by name.
    model_ : LanguageModel
        The weights.
    n_features_in_, feature_names_in_
        As for `SentimentClassifier`, once fitted.

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
            Language codes. Voting and stacking number the classes, so that whole numbers are taken too.
        sample_weight : array-like of shape (n_texts,), optional
            Weights of the texts.

        Returns
        -------
        LanguageIdentifier

        Raises
        ------
        ConfigError
            If ``n_buckets`` is no power of two.
        TextError
            If X holds no texts.
        LabelError
            If there are fewer than two languages, or a text without one.
        """
        from sklearn.linear_model import LogisticRegression

        if self.n_buckets < 2 or self.n_buckets & (self.n_buckets - 1):
            raise ConfigError(f"n_buckets is {self.n_buckets}; a power of two is needed.", reason="n_buckets")
        texts = self._take_texts(X, reset=True)
        languages = read_labels(y, len(texts))
        if languages.dtype.kind not in "Ui":
            raise LabelError("Languages must be codes such as 'sv', without gaps.", reason="unknown_label")
        if len(np.unique(languages)) < 2:
            raise LabelError("At least two languages are needed, and there is 1 class.", reason="one_class")
        weight = read_weights(sample_weight, languages)
        features = text_features(normalize_all(texts), self.n_buckets, self.ngram_max)
        with warnings.catch_warnings():
            # Stopping early is a penalty of its own; more steps change the answers to no text worth asking about.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = LogisticRegression(C=self.C, max_iter=150).fit(features, languages, sample_weight=weight)
        weights, intercept = model.coef_, model.intercept_
        if len(weights) == 1:
            weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
        self._own_classes = model.classes_
        self._own_model = LanguageModel(model.classes_, weights.T.astype(np.float32), intercept, self.ngram_max)
        return self

    def predict(self, X: Iterable[str]) -> npt.NDArray[Any]:
        """Name the language of raw texts.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)

        Returns
        -------
        ndarray of str, shape (n_texts,)
            Codes of ISO 639-1, ``und`` where there is nothing to tell; the most probable number where `fit` was given numbers.
        """
        if self.classes_.dtype.kind == "i":
            return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
        return np.asarray(self.identify(normalize_all(self._take_texts(X, reset=False)))[0], dtype=str)

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
        return self.model_.probabilities(normalize_all(self._take_texts(X, reset=False)))

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
        return self.model_.identify(cleaned)

    # Not kept as attributes where they are the default model's: a parameter of another estimator must not change in its fit.
    @property
    def model_(self) -> LanguageModel:
        if hasattr(self, "_own_model"):
            return self._own_model
        if not self.pretrained:
            raise NotFittedError("This LanguageIdentifier is not fitted yet; call fit with texts and their languages.")
        return load_model().identifier

    @property
    def classes_(self) -> npt.NDArray[Any]:
        return self._own_classes if hasattr(self, "_own_model") else np.asarray(self.model_.classes, dtype=str)

    def __sklearn_is_fitted__(self) -> bool:
        return self.pretrained or hasattr(self, "_own_model")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = not self.pretrained
        return tags

    def _more_tags(self) -> dict[str, Any]:
        return {**super()._more_tags(), "requires_fit": not self.pretrained}
