"""Linear heads over the shared features, and the estimators that learn them from raw texts.

A head is a weight for each bucket and class. Because the features add up, so does a score: what each distinct token
contributes to every head is worked out once and remembered, and an explanation is the list of the same contributions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from .calibration import sigmoid, softmax
from .errors import LabelError
from .features import PostFeaturizer, PostLayout
from .group_types import GroupTypes
from .language import LanguageIdentifier
from .schema import SENTIMENTS

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LinearHead:
    """One question to a post: the weights of its answers.

    Attributes
    ----------
    name : str
        ``sentiment``, ``complaint`` …
    classes : tuple of str
        The answers. A yes/no head has two classes and one column of weights, for the second.
    weights : float32 array of shape (n_buckets, n_columns)
    intercept : float64 array of shape (n_columns,)
    """

    name: str
    classes: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    intercept: FloatArray

    @property
    def n_columns(self) -> int:
        return int(self.weights.shape[1])

    def probabilities(self, logits: FloatArray) -> FloatArray:
        """Turn logits of shape (n_posts, n_columns) into probabilities of shape (n_posts, n_classes)."""
        if self.n_columns == 1:
            yes = sigmoid(logits[:, 0])
            return np.column_stack([1.0 - yes, yes])
        return softmax(logits)

    def rescaled(self, slope: float, offset: FloatArray) -> LinearHead:
        """Fold a calibration (logits times slope plus offset) into the weights, so that scores still add up."""
        weights = (self.weights * np.float32(slope)).astype(np.float32)
        return LinearHead(self.name, self.classes, weights, self.intercept * slope + offset)


def fit_head(
    name: str,
    features: Any,
    labels: Sequence[str] | npt.NDArray[Any],
    classes: Sequence[str],
    *,
    C: float,
    sample_weight: npt.ArrayLike | None = None,
    prior: LinearHead | Sequence[LinearHead] = (),
    prior_scale: float = 1.0,
) -> LinearHead:
    """Fit a head by L2-penalised logistic regression, starting from what other heads already know.

    Parameters
    ----------
    name : str
        Name of the head.
    features : sparse matrix of shape (n_posts, n_buckets)
        From `PostFeaturizer.matrix`.
    labels : sequence of shape (n_posts,)
        One of ``classes`` for each post.
    classes : sequence of str
        All answers, in order; those without a post get a very low intercept.
    C : float
        Inverse strength of the penalty.
    sample_weight : array-like of shape (n_posts,), optional
        Weights of the posts.
    prior : LinearHead or sequence of LinearHead, optional
        Heads whose logits become extra features. A sum of linear scores is linear again, so the result is one plain head.
    prior_scale : float, default 1.0
        Standard deviation to which the logits of the priors are brought; the larger, the less the penalty holds them.

    Returns
    -------
    LinearHead
    """
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    order = np.asarray(classes, dtype=object)
    codes = np.searchsorted(np.sort(order.astype(str)), np.asarray(labels).astype(str))
    codes = np.argsort(order.astype(str))[codes]
    priors = [prior] if isinstance(prior, LinearHead) else list(prior)
    columns = [head.weights for head in priors]
    stacked, scales = features, np.zeros(0)
    if columns:
        known = np.asarray(features @ np.hstack(columns), dtype=np.float64)
        scales = prior_scale / np.maximum(known.std(axis=0), 1e-6)
        stacked = sparse.hstack([features, sparse.csr_matrix(known * scales)]).tocsr()
    present = np.unique(codes)
    if len(present) < 2:
        raise LabelError(f"All labels of '{name}' are the same; nothing can be learnt from them.", reason="one_class")
    # The weight of a bucket that no post has is 0 under the penalty; a few hundred posts have few of all buckets.
    used = np.flatnonzero(stacked.getnnz(axis=0))
    model = LogisticRegression(C=C, max_iter=300).fit(stacked[:, used], codes, sample_weight=sample_weight)
    coefficients = np.zeros((len(model.coef_), stacked.shape[1]))
    coefficients[:, used] = model.coef_

    n_buckets = features.shape[1]
    learnt = coefficients[:, :n_buckets].T
    if columns:
        learnt = learnt + np.hstack(columns) @ (coefficients[:, n_buckets:] * scales).T
    if len(classes) == 2:
        return LinearHead(name, tuple(classes), learnt.astype(np.float32), model.intercept_.astype(np.float64))
    weights = np.zeros((n_buckets, len(classes)), dtype=np.float32)
    intercept = np.full(len(classes), -20.0)
    if len(present) == 2:  # one column of weights, for the second class that is there
        weights[:, present[1]], intercept[present] = learnt[:, 0], [0.0, model.intercept_[0]]
    else:
        weights[:, present], intercept[present] = learnt, model.intercept_
    return LinearHead(name, tuple(classes), weights, intercept)


class ScoringHeads(Protocol):
    """What a scorer asks for its scores.

    Attributes
    ----------
    heads : mapping of str to LinearHead
        ``sentiment``, ``complaint`` and others, in the order of the columns of ``contributions``.
    is_additive : bool
        Whether contributions are the very parts that the logits are sums of, or only stand for them.
    """

    heads: Mapping[str, LinearHead]
    is_additive: bool

    def logits(self, cleaned: Sequence[str], languages: Sequence[str]) -> dict[str, FloatArray]:
        """Score cleaned texts: name of the head -> float64 array of shape (n_posts, n_columns)."""

    def contributions(self, cleaned: str, language: str) -> tuple[list[str], FloatArray]:
        """Break the logits of one text down into named pieces; the columns sum to the logits."""


class HeadStack:
    """Several heads scored together over one featurisation.

    Parameters
    ----------
    featurizer : PostFeaturizer
    heads : sequence of LinearHead
        All with as many buckets as the featurizer.
    """

    is_additive = True

    def __init__(self, featurizer: PostFeaturizer, heads: Sequence[LinearHead]) -> None:
        self.featurizer = featurizer
        self.heads: Mapping[str, LinearHead] = {head.name: head for head in heads}
        self._weights = np.ascontiguousarray(np.hstack([head.weights for head in heads]))
        self._intercept = np.concatenate([head.intercept for head in heads])
        # What each type contributes, for as long as the featurizer remembers the types.
        self._known: WeakKeyDictionary[GroupTypes, FloatArray] = WeakKeyDictionary()
        stops = np.cumsum([head.n_columns for head in heads])
        self._columns = {
            head.name: slice(stop - head.n_columns, stop) for head, stop in zip(heads, stops.tolist(), strict=True)
        }

    def logits(self, cleaned: Sequence[str], languages: Sequence[str]) -> dict[str, FloatArray]:
        """Score cleaned texts.

        Returns
        -------
        dict
            Name of the head -> float64 array of shape (n_posts, n_columns).
        """
        total = np.empty((len(cleaned), self._weights.shape[1]))
        for members, layout in self.featurizer.layouts(cleaned, languages):
            total[members] = self._sum(layout)
        return {name: total[:, columns] for name, columns in self._columns.items()}

    def _sum(self, layout: PostLayout) -> FloatArray:
        by_type = self._by_type(layout.group)
        total = layout.token_counts() @ by_type
        extras = self._weights[layout.extra_bucket]
        for column in range(total.shape[1]):
            total[:, column] += np.bincount(
                layout.extra_post, weights=extras[:, column] * layout.extra_weight, minlength=layout.n_posts
            )
        return np.asarray(total * layout.scale[:, None] + self._intercept)

    def _by_type(self, group: GroupTypes) -> FloatArray:
        """Give what each token type contributes, of shape (n_types, n_columns), remembered from call to call."""
        known = self._known.get(group)
        done = 0 if known is None else len(known)
        if known is None or done < group.n_types:
            fresh = group.matrix(start=done) @ self._weights
            known = fresh.astype(np.float64) if known is None else np.vstack([known, fresh])
            self._known[group] = known
        return known

    def contributions(self, cleaned: str, language: str) -> tuple[list[str], FloatArray]:
        """Break the logits of one text down.

        Returns
        -------
        pieces : list of str
            The tokens in their order, then patterns of the whole post, then ``(base rate)``.
        parts : float64 array of shape (n_pieces, n_columns)
            What each piece adds to each logit; the columns sum to the logits.
        """
        ((_, layout),) = list(self.featurizer.layouts([cleaned], [language]))
        parts = self._by_type(layout.group)[layout.rows].copy()
        names, patterns = [], []
        for i, weight in enumerate(layout.extra_weight.tolist()):
            part = self._weights[layout.extra_bucket[i]].astype(np.float64) * weight
            first, last = int(layout.extra_first[i]), int(layout.extra_last[i])
            if first < 0:
                names.append(f"({layout.extra_name[i]})")
                patterns.append(part)
            else:  # what belongs to several tokens is shared evenly by them
                parts[first : last + 1] += part / (last + 1 - first)
        all_parts = np.vstack([parts, *patterns]) * layout.scale[0]
        return [*layout.tokens, *names, "(base rate)"], np.vstack([all_parts, self._intercept])


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
