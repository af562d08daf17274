"""Linear heads over the shared features: their sums over the words of posts, and how they are fitted.

A head is a weight for each bucket and class. Because the features add up, so does a score: what each distinct token
contributes to every head is worked out once and remembered, and an explanation is the list of the same contributions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .calibration import sigmoid, softmax
from .errors import LabelError
from .features import PATTERNS, Featurizer, PostLayout
from .senses import Senses
from .tokens import FloatArray, Rows, TokenizedTexts, TokenTypes, count_matrix

#: Largest gradient at which a fit is done; logits are then within some hundredths of where they would end.
_TOLERANCE = 1e-3


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
        All answers, in order; those without a post keep what a prior of the same name says of them against the others, and
        without one get a very low intercept.
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
        judged = np.asarray(features @ np.hstack(columns), dtype=np.float64)
        scales = prior_scale / np.maximum(judged.std(axis=0), 1e-6)
        stacked = sparse.hstack([features, sparse.csr_matrix(judged * scales)]).tocsr()
    present = np.unique(codes)
    if len(present) < 2:
        raise LabelError(f"All labels of '{name}' are the same; nothing can be learnt from them.", reason="one_class")
    # The weight of a bucket that no post has is 0 under the penalty; a few hundred posts have few of all buckets.
    used = np.flatnonzero(stacked.getnnz(axis=0))
    # Second derivatives need a few steps where first ones, with priors beside features of another scale, need hundreds.
    model = LogisticRegression(C=C, solver="newton-cg", tol=_TOLERANCE).fit(
        stacked[:, used], codes, sample_weight=sample_weight
    )
    coefficients = np.zeros((len(model.coef_), stacked.shape[1]))
    coefficients[:, used] = model.coef_

    n_buckets = features.shape[1]
    learnt = coefficients[:, :n_buckets].T
    if columns:
        learnt = learnt + np.hstack(columns) @ (coefficients[:, n_buckets:] * scales).T
    known = next((head for head in priors if head.name == name), None)
    fitted = head_over(name, classes, present, learnt, model.intercept_)
    return fitted if known is None or len(present) == len(classes) else _with_absent(fitted, present, known, len(codes))


def head_over(
    name: str, classes: Sequence[str], present: npt.NDArray[np.intp], weights: npt.NDArray[Any], intercept: npt.NDArray[Any]
) -> LinearHead:
    """Make a head of weights that know some of its classes.

    Parameters
    ----------
    name : str
    classes : sequence of str
        All answers of the head.
    present : int array of shape (n_present,)
        The places in ``classes`` of those that the weights know; at least two.
    weights : array of shape (n_buckets, n_columns)
        One column for each that is present; if these are two, a single one, for the second.
    intercept : array of shape (n_columns,)

    Returns
    -------
    LinearHead
        The classes that are not present have a very low intercept.
    """
    if len(classes) == 2:
        sign = 1 if present[1] == 1 else -1
        return LinearHead(name, tuple(classes), (sign * weights).astype(np.float32), (sign * intercept).astype(np.float64))
    all_weights = np.zeros((len(weights), len(classes)), dtype=np.float32)
    all_intercepts = np.full(len(classes), -20.0)
    if len(present) == 2:
        all_weights[:, present[1]], all_intercepts[present] = weights[:, 0], [0.0, intercept[0]]
    else:
        all_weights[:, present], all_intercepts[present] = weights, intercept
    return LinearHead(name, tuple(classes), all_weights, all_intercepts)


def _with_absent(head: LinearHead, present: npt.NDArray[np.intp], known: LinearHead, n_posts: int) -> LinearHead:
    """Give classes without a post what another head knows of them, relative to the classes that both know.

    Only differences between logits mean something; these are taken from the mean of the shared classes. How rare the absent
    classes are follows from there being none among ``n_posts``.
    """
    weights, intercept = head.weights.copy(), head.intercept.copy()
    # The one column of two classes is that of the second against the first.
    theirs = np.hstack([np.zeros_like(known.weights), known.weights]) if known.n_columns == 1 else known.weights
    their_intercept = np.concatenate([[0.0], known.intercept]) if known.n_columns == 1 else known.intercept
    shared = [code for code in present if head.classes[code] in known.classes]
    from_their = [known.classes.index(head.classes[code]) for code in shared]
    absent = [code for code, name in enumerate(head.classes) if code not in present and name in known.classes]
    if not shared:
        return head
    for code in absent:
        column = known.classes.index(head.classes[code])
        weights[:, code] = theirs[:, column] - theirs[:, from_their].mean(axis=1) + weights[:, shared].mean(axis=1)
        offset = their_intercept[column] - their_intercept[from_their].mean() + intercept[shared].mean()
        intercept[code] = offset - np.log1p(n_posts)
    return LinearHead(head.name, head.classes, weights, intercept)


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

    def logits(self, tokenized: TokenizedTexts, languages: Sequence[str]) -> dict[str, FloatArray]:
        """Score texts: name of the head -> float64 array of shape (n_posts, n_columns)."""

    def contributions(self, tokenized: TokenizedTexts, language: str) -> tuple[list[str], FloatArray]:
        """Break the logits of a single text down into named pieces; the columns sum to the logits."""

    def split(self, columns: FloatArray) -> dict[str, FloatArray]:
        """Give the columns of each head by its name."""


class HeadStack:
    """Several heads scored together over one featurisation.

    Parameters
    ----------
    featurizer : Featurizer
    heads : sequence of LinearHead
        All with as many buckets as the featurizer.
    """

    is_additive = True

    def __init__(self, featurizer: Featurizer, heads: Sequence[LinearHead]) -> None:
        self.featurizer = featurizer
        self.heads: Mapping[str, LinearHead] = {head.name: head for head in heads}
        self._intercept = np.concatenate([head.intercept for head in heads])
        self._known = _Contributions(Senses(TokenTypes()), len(self._intercept))

    @cached_property
    def _weights(self) -> FloatArray:
        # In one table and in one type: a product of different types would turn all weights into float64 each time.
        return np.hstack([head.weights for head in self.heads.values()], dtype=np.float64)

    def logits(self, tokenized: TokenizedTexts, languages: Sequence[str]) -> dict[str, FloatArray]:
        """Score tokenized texts, each in its language.

        Returns
        -------
        dict
            Name of the head -> float64 array of shape (n_posts, n_columns).
        """
        layout = self.featurizer.layout(tokenized, languages)
        known = self._contributions(layout)
        # A sparse product adds up each post by itself and in the order of its text.
        total = tokenized.counts() @ known.types.values
        total += layout.sense_counts() @ known.senses.values
        for extras in layout.extras:
            counts = count_matrix(extras.buckets, extras.offsets(len(total)), len(self._weights))
            total += extras.weight * (counts @ self._weights)
        return self.split(total * layout.scale[:, None] + self._intercept)

    def split(self, columns: FloatArray) -> dict[str, FloatArray]:
        """Give the columns of each head by its name."""
        stops = np.cumsum([head.n_columns for head in self.heads.values()])[:-1]
        return dict(zip(self.heads, np.split(columns, stops, axis=1), strict=True))

    def _contributions(self, layout: PostLayout) -> _Contributions:
        """Give what each token type and each sense contributes, worked out once."""
        if self._known.of is not layout.known:
            self._known = _Contributions(layout.known, len(self._intercept))
        known = self._known
        if len(known.types) < len(layout.known.types):
            known.types.extend(self.featurizer.type_features(layout.known.types, len(known.types)) @ self._weights)
        if len(known.senses) < len(layout.known):
            known.senses.extend(layout.known.matrix(len(known.senses), len(self._weights)) @ self._weights)
        return known

    def contributions(self, tokenized: TokenizedTexts, language: str) -> tuple[list[str], FloatArray]:
        """Break the logits of a single text down.

        Returns
        -------
        pieces : list of str
            The tokens in their order, then patterns of the whole post, then ``(base rate)``.
        parts : float64 array of shape (n_pieces, n_columns)
            What each piece adds to each logit; the columns sum to the logits.
        """
        layout = self.featurizer.layout(tokenized, [language])
        known = self._contributions(layout)
        parts = known.types.values[tokenized.numbers] + known.senses.values[layout.senses]
        names, patterns = [], []
        for extras in layout.extras:
            for bucket, first, last in zip(extras.buckets, extras.first, extras.last, strict=True):
                part = extras.weight * self._weights[bucket]
                if first < 0:
                    names.append(f"({PATTERNS[last]})")
                    patterns.append(part)
                else:  # what belongs to several tokens is shared evenly by them
                    parts[first : last + 1] += part / (last + 1 - first)
        all_parts = np.vstack([parts, *patterns]) * layout.scale[0]
        tokens = [tokenized.types.tokens[number] for number in tokenized.numbers.tolist()]
        return [*tokens, *names, "(base rate)"], np.vstack([all_parts, self._intercept])


class _Contributions:
    """What token types and senses contribute to each column."""

    def __init__(self, senses: Senses, n_columns: int) -> None:
        self.of = senses
        self.types = Rows(n_columns)
        self.senses = Rows(n_columns)
