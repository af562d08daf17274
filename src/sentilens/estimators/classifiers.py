"""Classifiers of raw texts, with the interface of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

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
from .labels import read_labels, read_weights
from .texts import TextInput


class _PostClassifier(TextInput, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What the classifiers of raw texts share."""

    _name: ClassVar[str]
    #: The sets of labels that are understood, each in ascending order.
    _known_labels: ClassVar[tuple[tuple[Any, ...], ...]]

    def __init__(
        self,
        C: float = 10.0,
        n_buckets: int = 1 << 18,
        identifier: LanguageIdentifier | None = None,
        class_weight: Mapping[Any, float] | str | None = None,
    ) -> None:
        self.C = C
        self.n_buckets = n_buckets
        self.identifier = identifier
        self.class_weight = class_weight

    def fit(self, X: Iterable[str], y: Any, sample_weight: npt.ArrayLike | None = None) -> _PostClassifier:
        """Learn from labelled raw texts.

        Parameters
        ----------
        X : iterable of str, shape (n_posts,)
            Posts, in a list, an array, a Series, a column of Arrow or a table of one column; None, NaN and NA count as empty.
        y : array-like of shape (n_posts,)
            Labels, without gaps.
        sample_weight : array-like of shape (n_posts,), optional
            Weights of the posts.

        Returns
        -------
        self

        Raises
        ------
        TextError
            If X holds no texts.
        LabelError
            If a label is unknown or missing, if all labels are the same, or if labels or weights do not fit the posts.
        """
        texts = self._take_texts(X, reset=True)
        labels = read_labels(y, len(texts))
        self._check_labels(labels)
        classes, codes = np.unique(labels, return_inverse=True)
        # Complaints are called 0 and 1 in a model, whatever they are called here; else codes of labels would do as well.
        answers = ("0", "1") if self._name == "complaint" else tuple(map(str, classes))
        if len(classes) < 2:
            raise LabelError("All labels are the same, 1 class; nothing can be learnt from them.", reason="one_class")
        weights = read_weights(sample_weight, labels, self.class_weight)
        identifier = LanguageIdentifier() if self.identifier is None else self.identifier
        featurizer = PostFeaturizer(n_buckets=self.n_buckets, identifier=identifier)
        features = featurizer.hash_texts(texts)
        self.head_ = fit_head(self._name, features, np.asarray(answers)[codes], answers, C=self.C, sample_weight=weights)
        self.featurizer_ = featurizer
        self.classes_ = classes
        return self

    def _check_labels(self, labels: npt.NDArray[Any]) -> None:
        found = set(labels.tolist())
        # Equal is not enough: True is 1, and 1.0 is 1.
        alike = [set(known) for known in self._known_labels if type(known[0]) is type(labels[0].item())]
        if any(found <= known for known in alike):
            return
        unknown = sorted(map(str, found.difference(*alike) or found))
        # A few short ones are told; more, or longer ones, may be the posts themselves, in the wrong place.
        tell = len(unknown) <= 5 and max(map(len, unknown)) <= 20
        raise LabelError(
            f"Labels of '{self._name}' must be of one of {', '.join(map(str, self._known_labels))}; found "
            f"{', '.join(map(repr, unknown)) if tell else f'{len(unknown)} others'}.",
            reason="unknown_label",
            hint="sentilens.train understands labels in other words.",
        )

    def decision_function(self, X: Iterable[str]) -> FloatArray:
        """Give the logits: shape (n_posts,) for two classes, above 0 for the second; else (n_posts, n_classes)."""
        logits = self._logits(X)
        return logits[:, 0] if self.head_.n_columns == 1 else logits

    def _logits(self, X: Iterable[str]) -> FloatArray:
        check_is_fitted(self)
        features = self.featurizer_.hash_texts(self._take_texts(X, reset=False))
        return np.asarray(features @ self.head_.weights, dtype=np.float64) + self.head_.intercept

    def predict_proba(self, X: Iterable[str]) -> FloatArray:
        """Give the probability of each of ``classes_``, shape (n_posts, n_classes); rows sum to 1."""
        logits = self._logits(X)
        return self.head_.probabilities(logits)

    def predict_log_proba(self, X: Iterable[str]) -> FloatArray:
        """Give the natural logarithm of `predict_proba`, same shape."""
        return np.asarray(np.log(np.maximum(self.predict_proba(X), np.finfo(np.float64).tiny)))

    def predict(self, X: Iterable[str]) -> npt.NDArray[Any]:
        """Give the most probable label of each post, shape (n_posts,), in the type of the labels in `fit`."""
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
    class_weight : dict or "balanced", optional
        Weights of the classes, as everywhere in scikit-learn.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels that `fit` was given, in the order of the probabilities: ``negative``, ``neutral`` and ``positive``, or
        their codes -1, 0, 1 or 0, 1, 2 (voting and stacking turn labels into the latter).
    n_features_in_ : int
        1, the column of texts.
    feature_names_in_ : ndarray of shape (1,)
        Its name, if `fit` was given a table of one column.
    featurizer_ : PostFeaturizer
    head_ : LinearHead
        The weights.

    Examples
    --------
    >>> texts = ["Toppen!", "Katastrof", "Öppet till sex", "Så nöjd", "Aldrig mer", "Finns i tre färger"]
    >>> labels = ["positive", "negative", "neutral", "positive", "negative", "neutral"]
    >>> SentimentClassifier(n_buckets=4096).fit(texts, labels).predict(["Toppen, så nöjd"]).tolist()
    ['positive']
    """

    _name = "sentiment"
    _known_labels = (SENTIMENTS, (-1, 0, 1), (0, 1, 2))


class ComplaintClassifier(_PostClassifier):
    """Tell complaints from other posts.

    Parameters
    ----------
    C, n_buckets, identifier, class_weight
        As for `SentimentClassifier`.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels that `fit` was given, that of complaints second: 0 and 1, False and True, ``"0"`` and ``"1"``, or ``no`` and
        ``yes``. Other words are refused, as scikit-learn sorts labels, and would take "nej" for the second.
    n_features_in_, feature_names_in_, featurizer_, head_
        As for `SentimentClassifier`.

    Examples
    --------
    >>> texts = ["Paketet kom aldrig", "Tack för hjälpen!", "Fick fel vara igen", "När öppnar ni?"]
    >>> classifier = ComplaintClassifier(n_buckets=4096).fit(texts, [1, 0, 1, 0])
    >>> classifier.predict(["Fel vara igen, paketet kom aldrig"]).tolist()
    [1]
    """

    _name = "complaint"
    _known_labels = ((0, 1), (False, True), (0.0, 1.0), ("0", "1"), ("no", "yes"))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        return {**super()._more_tags(), "binary_only": True}
