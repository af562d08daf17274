"""Classifiers of raw texts, with the interface of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ..errors import LabelError
from ..heads import fit_head
from ..schema import SENTIMENTS
from ..tokens import FloatArray
from .featurizer import PostFeaturizer
from .identifier import LanguageIdentifier


class _PostClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What the classifiers of raw texts share."""

    _name = ""

    def __init__(self, C: float = 10.0, n_buckets: int = 1 << 18, identifier: LanguageIdentifier | None = None) -> None:
        self.C = C
        self.n_buckets = n_buckets
        self.identifier = identifier

    def fit(self, X: Iterable[str], y: Any, sample_weight: npt.ArrayLike | None = None) -> _PostClassifier:
        """Learn from labelled raw texts.

        Parameters
        ----------
        X : iterable of str, shape (n_posts,)
            Posts; None and NaN count as empty.
        y : array-like of shape (n_posts,)
            Labels.
        sample_weight : array-like of shape (n_posts,), optional
            Weights of the posts.

        Returns
        -------
        self

        Raises
        ------
        LabelError
            If a label is unknown or all labels are the same.
        """
        labels, classes = self._check_labels(y)
        self.featurizer_ = PostFeaturizer(n_buckets=self.n_buckets, identifier=self.identifier or LanguageIdentifier())
        features = self.featurizer_.fit(X).transform(X)
        self.head_ = fit_head(self._name, features, labels, classes, C=self.C, sample_weight=sample_weight)
        return self

    def _check_labels(self, y: Any) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
        raise NotImplementedError

    def decision_function(self, X: Iterable[str]) -> FloatArray:
        """Give the logits: shape (n_posts,) for a yes/no question, else (n_posts, n_classes)."""
        check_is_fitted(self)
        logits = np.asarray(self.featurizer_.transform(X) @ self.head_.weights, dtype=np.float64) + self.head_.intercept
        return logits[:, 0] if self.head_.n_columns == 1 else logits

    def predict_proba(self, X: Iterable[str]) -> FloatArray:
        """Give the probability of each of ``classes_``, shape (n_posts, n_classes); rows sum to 1."""
        logits = self.decision_function(X)
        return self.head_.probabilities(logits.reshape(len(logits), -1))

    def predict(self, X: Iterable[str]) -> npt.NDArray[Any]:
        """Give the most probable label of each post, shape (n_posts,)."""
        best = self.predict_proba(X).argmax(axis=1)  # first, as it tells if nothing was fitted
        return np.asarray(self.classes_[best])


class SentimentClassifier(_PostClassifier):
    """Tell negative, neutral and positive posts apart.

    Parameters
    ----------
    C : float, default 10.0
        Inverse strength of the L2 penalty.
    n_buckets : int, default 262144
        Size of the hashed feature space, a power of two.
    identifier : LanguageIdentifier, optional
        Names the languages of the posts; by default that of the default model. Cross-validation clones it, which unfits it:
        put one that you fitted yourself into `sklearn.frozen.FrozenEstimator`.

    Attributes
    ----------
    classes_ : ndarray of str
        ``negative``, ``neutral``, ``positive``: the order of the probabilities.

    Examples
    --------
    >>> texts = ["Toppen!", "Katastrof", "Öppet till sex", "Så nöjd", "Aldrig mer", "Finns i tre färger"]
    >>> labels = ["positive", "negative", "neutral", "positive", "negative", "neutral"]
    >>> SentimentClassifier(n_buckets=4096).fit(texts, labels).predict(["Toppen, så nöjd"]).tolist()
    ['positive']
    """

    _name = "sentiment"

    def _check_labels(self, y: Any) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
        labels = np.asarray(y).astype(str)
        unknown = sorted(set(labels.tolist()) - set(SENTIMENTS))
        if unknown:
            # A few short ones are told; more, or longer ones, may be the posts themselves, in the wrong place.
            tell = len(unknown) <= 5 and max(map(len, unknown)) <= 20
            found = ", ".join(map(repr, unknown)) if tell else f"{len(unknown)} others"
            raise LabelError(f"Sentiment labels must be among {SENTIMENTS}; found {found}.", reason="unknown_label")
        self.classes_ = np.asarray(SENTIMENTS)
        return labels, SENTIMENTS


class ComplaintClassifier(_PostClassifier):
    """Tell complaints from other posts.

    Parameters
    ----------
    C, n_buckets, identifier
        As for `SentimentClassifier`.

    Attributes
    ----------
    classes_ : ndarray of int
        ``0`` (no complaint) and ``1`` (complaint).

    Examples
    --------
    >>> texts = ["Paketet kom aldrig", "Tack för hjälpen!", "Fick fel vara igen", "När öppnar ni?"]
    >>> classifier = ComplaintClassifier(n_buckets=4096).fit(texts, [1, 0, 1, 0])
    >>> classifier.predict(["Fel vara igen, paketet kom aldrig"]).tolist()
    [1]
    """

    _name = "complaint"

    def _check_labels(self, y: Any) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
        try:
            labels = np.asarray(y).astype(float)
        except (TypeError, ValueError) as error:
            raise LabelError("Complaint labels must be 0 or 1.", reason="unknown_label") from error
        if not np.isin(labels, (0.0, 1.0)).all():
            raise LabelError("Complaint labels must be 0 or 1, without gaps.", reason="unknown_label")
        self.classes_ = np.asarray([0, 1])
        return labels.astype(int).astype(str), ("0", "1")
