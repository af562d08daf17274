"""Linear heads over the shared features: their sums over the words of posts, and how they are fitted.

A head is a weight for each bucket and class. Because the features add up, so does a score: what each distinct token
contributes to every head is worked out once and remembered, and an explanation is the list of the same contributions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from .calibration import sigmoid, softmax
from .errors import LabelError
from .features import PATTERNS, Featurizer, PostLayout
from .senses import Senses
from .tokens import FloatArray, Rows, TokenizedTexts, TokenTypes, count_matrix

#: Largest gradient at which a fit is done; logits are then within some hundredths of where they would end.
_TOLERANCE = 1e-3
#: From so many classes on a fit takes minutes in double precision and a third of that in single, of which nothing is seen at
#: this tolerance.
MANY_CLASSES: Final = 6


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
        return to_probabilities(logits)

    def rescaled(self, slope: float, offset: FloatArray) -> LinearHead:
        """Fold a calibration (logits times slope plus offset) into the weights, so that scores still add up."""
        weights = (self.weights * np.float32(slope)).astype(np.float32)
        return LinearHead(self.name, self.classes, weights, self.intercept * slope + offset)


def to_probabilities(logits: FloatArray) -> FloatArray:
    """Turn logits of shape (n_posts, n_columns) into probabilities; one column is that of a yes against a no."""
    if logits.shape[1] == 1:
        yes = sigmoid(logits[:, 0])
        return np.column_stack([1.0 - yes, yes])
    return softmax(logits)


def fit_head(
    name: str,
    features: Any,
    labels: Sequence[str] | npt.NDArray[Any],
    classes: Sequence[str],
    *,
    C: float,
    sample_weight: npt.ArrayLike | None = None,
    prior: LinearHead | Sequence[LinearHead] = (),
    prior_scale: float | Sequence[float] = 1.0,
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
    prior_scale : float or sequence of float, default 1.0
        Standard deviation to which the logits of the priors, or of each of them, are brought; the larger, the less the
        penalty holds them.

    Returns
    -------
    LinearHead
    """
    fitter = HeadFitter(name, features, labels, classes, sample_weight=sample_weight, prior=prior, prior_scale=prior_scale)
    return fitter.head(fitter.fit(np.arange(len(fitter.codes)), [C])[0])


class HeadFitter:
    """Fits of one head on parts of the same posts; what they have in common is worked out once.

    Parameters
    ----------
    name, features, labels, classes, sample_weight, prior, prior_scale
        As for `fit_head`.
    """

    def __init__(
        self,
        name: str,
        features: Any,
        labels: Sequence[str] | npt.NDArray[Any],
        classes: Sequence[str],
        *,
        sample_weight: npt.ArrayLike | None = None,
        prior: LinearHead | Sequence[LinearHead] = (),
        prior_scale: float | Sequence[float] = 1.0,
    ) -> None:
        from scipy import sparse

        order = np.asarray(classes, dtype=object)
        codes = np.searchsorted(np.sort(order.astype(str)), np.asarray(labels).astype(str))
        self.name, self.classes = name, tuple(classes)
        self.codes = np.argsort(order.astype(str))[codes]
        self._weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        self._priors = [prior] if isinstance(prior, LinearHead) else list(prior)
        self._n_buckets = features.shape[1]
        # The weight of a bucket that no post has is 0 under the penalty. Buckets that one post has alone act as one feature of
        # the same length, to which the penalty is the same. A few hundred posts have few other buckets.
        n_posts_of = features.getnnz(axis=0)
        self._shared, self._single = np.flatnonzero(n_posts_of > 1), np.flatnonzero(n_posts_of == 1)
        alone = features[:, self._single].astype(np.float64)
        length = np.sqrt(np.asarray(alone.multiply(alone).sum(axis=1))[:, 0])
        self._alone = sparse.diags(1.0 / np.maximum(length, 1e-12)) @ alone
        parts = [features[:, self._shared], sparse.diags(length)]
        self._scales = np.zeros(0)
        if self._priors:
            judged = np.asarray(features @ np.hstack([head.weights for head in self._priors]), dtype=np.float64)
            spread = np.broadcast_to(np.asarray(prior_scale, dtype=np.float64), len(self._priors))
            wanted = np.repeat(spread, [head.n_columns for head in self._priors])
            self._scales = wanted / np.maximum(judged.std(axis=0), 1e-6)
            parts.append(sparse.csr_matrix(judged * self._scales))
        precision = np.float32 if len(self.classes) >= MANY_CLASSES else np.float64
        self._matrix = sparse.hstack(parts, format="csr", dtype=precision)

    def fit(self, rows: npt.NDArray[Any], strengths: Sequence[float]) -> list[Fit]:
        """Fit on some of the posts, once for each inverse strength of the penalty.

        Raises
        ------
        LabelError
            If these posts are all of one class.
        """
        from sklearn.linear_model import LogisticRegression

        matrix, codes = self._matrix[rows], self.codes[rows]
        present = np.unique(codes)
        if len(present) < 2:
            raise LabelError(f"All labels of '{self.name}' are the same; nothing can be learnt from them.", reason="one_class")
        # Second derivatives need a few steps where first ones, with priors beside features of another scale, need hundreds.
        model = LogisticRegression(solver="newton-cg", tol=_TOLERANCE, warm_start=True)
        fits = []
        for C in strengths:
            model.set_params(C=C).fit(matrix, codes, sample_weight=self._weight[rows])
            fits.append(Fit(model.coef_.astype(np.float64), model.intercept_.astype(np.float64), present, len(rows)))
        return fits

    def logits(self, fit: Fit, rows: npt.NDArray[Any]) -> FloatArray:
        """Give what a fit says of some of the posts: float64 array of shape (n_posts, n_columns)."""
        if len(fit.present) == len(self.classes):
            return np.asarray(self._matrix[rows] @ fit.coefficients.T + fit.intercept)
        head, n_shared = self.head(fit), len(self._shared)
        matrix = self._matrix[rows]
        return np.asarray(
            matrix[:, :n_shared] @ head.weights[self._shared]
            + matrix[:, n_shared : n_shared + len(self.codes)] @ (self._alone @ head.weights[self._single])
            + head.intercept
        )

    def head(self, fit: Fit) -> LinearHead:
        """Make a head of a fit."""
        n_shared, n_posts = len(self._shared), len(self.codes)
        learnt = np.zeros((self._n_buckets, len(fit.coefficients)))
        learnt[self._shared] = fit.coefficients[:, :n_shared].T
        learnt[self._single] = self._alone.T @ fit.coefficients[:, n_shared : n_shared + n_posts].T
        if self._priors:
            trusted = (fit.coefficients[:, n_shared + n_posts :] * self._scales).T
            learnt += np.hstack([head.weights for head in self._priors]) @ trusted
        present = fit.present
        fitted = head_over(self.name, self.classes, present, learnt, fit.intercept)
        known = next((head for head in self._priors if head.name == self.name), None)
        if known is None or len(present) == len(self.classes):
            return fitted
        return _with_absent(fitted, present, known, fit.n_posts)


@dataclass(frozen=True)
class Fit:
    """What a fit of `HeadFitter` found: coefficients of its features, and the classes that had posts."""

    coefficients: FloatArray
    intercept: FloatArray
    present: npt.NDArray[np.intp]
    n_posts: int


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
