"""Put a classifier of one's own, fitted with scikit-learn on our features, in the place of a head.

What a classifier says must be a weighted sum of features plus a constant. Then it is a head: plain numbers in a model file,
exact explanations, fast scores. Whether it is one is not read from its name but tried out: its scores of each feature alone
give the weights, and these must give its scores of everything else. So a pipeline that scales, a search that found its own
parameters, one-against-the-rest and naive Bayes are known for what they are, and so is whatever only looks linear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .errors import ConfigError
from .heads import LinearHead, head_over
from .schema import HEAD_CLASSES
from .scorer import PostScorer
from .tokens import FloatArray

#: Largest distance between the scores of a classifier and the sums that stand for it, over the size of what is summed.
_TOLERANCE: Final = 1e-6
#: Features looked at together, so that what a pipeline makes of them fits into memory.
_BLOCK: Final = 1 << 14
#: Rows of the posts at hand whose scores are compared.
_COMPARED: Final = 500
#: Probabilities below this are passed over where only probabilities are given.
_UNTOLD: Final = 1e-10
_WORDS: Final = {"no": "0", "yes": "1", "False": "0", "True": "1", "0.0": "0", "1.0": "1"}
_INSTEAD: Final = (
    "Take a linear one, such as LogisticRegression, SGDClassifier or LinearSVC; let this one teach a head "
    "(sentilens.training.SoftLabels); or keep it in a pipeline of your own behind sentilens.PostFeaturizer."
)

Scores = Callable[[Any], FloatArray]


def head_from_classifier(
    name: str, classifier: Any, classes: Sequence[str] | None = None, *, posts: Any | None = None
) -> LinearHead:
    """Turn a fitted classifier into a head whose logits are the classifier's own scores.

    Parameters
    ----------
    name : str
        Of the head.
    classifier : estimator
        Fitted with scikit-learn on the features of `sentilens.PostFeaturizer`: anything whose ``decision_function`` is a
        weighted sum, or whose ``predict_joint_log_proba`` or the logarithm of whose ``predict_proba`` is one, also at the end
        of a pipeline or inside a search. A pipeline may begin with the featurizer itself.
    classes : sequence of str, optional
        All answers of the head, in order; by default those of `sentilens.schema.HEAD_CLASSES`. Labels of the classifier are
        found among them; 0, False and ``no`` are ``"0"``, 1, True and ``yes`` are ``"1"``.
    posts : sparse matrix of shape (n_posts, n_buckets), optional
        Features of posts on which to compare the scores, beside those made up.

    Returns
    -------
    LinearHead
        Not calibrated: its probabilities are right only if the classifier's own are the logistic function of its scores.

    Raises
    ------
    ConfigError
        If the classifier is no weighted sum of the features (reason ``not_linear``), gives no scores (``no_scores``), has
        other labels than the head (``classes``), or does not take our features (``features``).
    NotFittedError
        Of scikit-learn, if it is not fitted.

    Examples
    --------
    >>> from sklearn.linear_model import RidgeClassifier
    >>> from sentilens import PostFeaturizer
    >>> featurizer = PostFeaturizer(n_buckets=512)
    >>> X = featurizer.transform(["Appen kraschar", "Tack, toppen"])
    >>> head = head_from_classifier("complaint", RidgeClassifier().fit(X, [1, 0]))
    >>> head.classes, head.weights.shape, (X @ head.weights + head.intercept)[:, 0].round(2).tolist()
    (('0', '1'), (512, 1), [0.95, -0.95])
    """
    from sklearn.utils.validation import check_is_fitted

    _, classifier = _behind_featurizer(classifier)
    check_is_fitted(classifier)
    answers = tuple(classes or HEAD_CLASSES[name])
    present = _places(classifier, answers, name)
    if isinstance(known := getattr(classifier, "head_", None), LinearHead):  # an estimator of ours
        return head_over(name, answers, present, known.weights, known.intercept)
    if not hasattr(classifier, "n_features_in_"):
        raise ConfigError(f"{_kind(classifier)} does not tell how many features it takes (n_features_in_).", reason="features")
    weights, intercept = _read_weights(_scores_of(classifier), int(classifier.n_features_in_), posts, _kind(classifier))
    return head_over(name, answers, present, weights, intercept)


def fit_own_head(
    name: str,
    estimator: Any,
    features: Any,
    labels: npt.NDArray[Any],
    classes: Sequence[str],
    *,
    sample_weight: FloatArray | None = None,
) -> LinearHead:
    """Fit a copy of an estimator and turn it into a head.

    Parameters
    ----------
    name : str
        Of the head.
    estimator : estimator
        A classifier of scikit-learn; it is cloned and stays as it is.
    features : csr_matrix of shape (n_posts, n_buckets)
    labels : array of str, shape (n_posts,)
        One of ``classes`` for each post.
    classes : sequence of str
        All answers of the head.
    sample_weight : float64 array of shape (n_posts,), optional
        Given to the estimator if it takes weights and they differ.

    Returns
    -------
    LinearHead
        Not calibrated.

    Raises
    ------
    ConfigError
        As for `head_from_classifier`, and if the estimator cannot be fitted on the features.
    """
    from sklearn.base import clone
    from sklearn.utils.validation import has_fit_parameter

    weighted = sample_weight is not None and np.ptp(sample_weight) > 0 and has_fit_parameter(estimator, "sample_weight")
    try:
        fitted = clone(estimator).fit(features, labels, **({"sample_weight": sample_weight} if weighted else {}))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{_kind(estimator)} cannot be fitted on the features, a sparse matrix of {features.shape[1]:,} columns.",
            reason="features",
            hint=_INSTEAD,
        ) from error
    return head_from_classifier(name, fitted, classes, posts=features[:_COMPARED])


def replace_head(model: PostScorer, name: str, classifier: Any, *, threshold: float = 0.5) -> PostScorer:
    """Give a model one's own classifier in the place of a head.

    Parameters
    ----------
    model : PostScorer
        Stays as it is.
    name : str
        The head: ``complaint``, ``sentiment`` …
    classifier : estimator
        As for `head_from_classifier`, fitted on as many buckets as the model has; its probabilities must be the logistic
        function (softmax) of its scores.
    threshold : float, default 0.5
        For yes/no heads that have one, such as ``complaint``: probability from which the answer is yes.

    Returns
    -------
    PostScorer
        It scores, explains and is saved like any other; no file holds the classifier itself, only its weights.

    Raises
    ------
    ConfigError
        As for `head_from_classifier`, and if the model has no such head (``unknown_head``), or the probabilities are not those
        of a head (``uncalibrated``), as with LinearSVC, which has none: `sentilens.train` with ``estimators`` calibrates it.
    """
    if name not in model.stack.heads or not model.stack.is_additive:
        raise ConfigError(
            f"The model has no linear head {name!r}.", reason="unknown_head", hint=f"It has {', '.join(model.stack.heads)}."
        )
    head = head_from_classifier(name, classifier, model.stack.heads[name].classes)
    featurizer, last = _behind_featurizer(classifier)
    shape = {key: getattr(model.featurizer, key) for key in ("n_buckets", "ngram_min", "ngram_max")}
    given = {key: getattr(featurizer or model.featurizer, key) for key in shape} | {"n_buckets": len(head.weights)}
    if given != shape or (featurizer is not None and featurizer.identifier is None):
        raise ConfigError(
            "The classifier was fitted on other features than the model's.",
            reason="features",
            hint=f"Use PostFeaturizer(identifier=LanguageIdentifier(), {', '.join(f'{k}={v}' for k, v in shape.items())}).",
        )
    if not _has_logistic_probabilities(last, head):
        raise ConfigError(
            f"The probabilities of {_kind(last)} do not follow from its scores as those of a head do.",
            reason="uncalibrated",
            hint=f"Calibrate it on labelled posts: sentilens.train(labelled, estimators={{{name!r}: ...}}).",
        )
    outdated = ("metrics", "error_rates")
    facts = {key: value for key, value in model.manifest.items() if key not in outdated}
    facts["own_classifiers"] = {**facts.get("own_classifiers", {}), name: _kind(last)}
    facts["derived_from"] = model.model_id
    thresholds = {**model.thresholds, **({name: threshold} if name in model.thresholds else {})}
    return PostScorer.from_heads(
        model.identifier,
        [head if known == name else kept for known, kept in model.stack.heads.items()],
        thresholds.pop("complaint"),
        facts,
        featurizer=model.featurizer,
        further_thresholds=thresholds,
    )


def _kind(classifier: Any) -> str:
    return type(classifier).__name__


def _behind_featurizer(classifier: Any) -> tuple[Any | None, Any]:
    """Give the featurizer that a pipeline begins with, if it does, and what comes after it."""
    from sklearn.pipeline import Pipeline

    from .estimators import ComplaintClassifier, PostFeaturizer, SentimentClassifier

    if isinstance(classifier, ComplaintClassifier | SentimentClassifier):
        return getattr(classifier, "featurizer_", None), classifier
    if isinstance(classifier, Pipeline) and isinstance(classifier[0], PostFeaturizer) and len(classifier) > 1:
        return classifier[0], classifier[1] if len(classifier) == 2 else classifier[1:]
    return None, classifier


def _places(classifier: Any, answers: tuple[str, ...], name: str) -> npt.NDArray[np.intp]:
    """Give the place of each of a classifier's labels among the answers of a head."""
    if not hasattr(classifier, "classes_"):
        raise ConfigError(f"{_kind(classifier)} is no classifier: it has no classes_.", reason="no_classifier")
    labels = [str(label) for label in np.asarray(classifier.classes_).tolist()]
    labels = [label if label in answers else _WORDS.get(label, label) for label in labels]
    if len(labels) < 2 or not set(labels) <= set(answers):
        raise ConfigError(
            f"{_kind(classifier)} tells {len(labels)} classes, not all of which are answers of '{name}'.",
            reason="classes",
            hint=f"Fit it with the labels {', '.join(answers)}.",
        )
    return np.asarray([answers.index(label) for label in labels], dtype=np.intp)


def _scores_of(classifier: Any) -> Scores:
    """Give the function whose values may be weighted sums: shape (n_posts, 1) for two classes, else (n_posts, n_classes)."""

    def relative(logarithms: npt.NDArray[Any]) -> FloatArray:
        values = np.asarray(logarithms, dtype=np.float64)
        return values[:, 1:] - values[:, :1] if values.shape[1] == 2 else values - values.mean(axis=1, keepdims=True)

    def log_probabilities(X: Any) -> FloatArray:
        probabilities = np.asarray(classifier.predict_proba(X), dtype=np.float64)
        # Next to 0 and 1 the logarithm tells of nothing but rounding.
        return relative(np.log(np.where(probabilities < _UNTOLD, np.nan, probabilities)))

    if hasattr(classifier, "decision_function"):
        return lambda X: np.asarray(classifier.decision_function(X), dtype=np.float64).reshape(X.shape[0], -1)
    if hasattr(classifier, "predict_joint_log_proba"):
        return lambda X: relative(classifier.predict_joint_log_proba(X))
    if hasattr(classifier, "predict_proba"):
        return log_probabilities
    raise ConfigError(f"{_kind(classifier)} gives labels only, no scores.", reason="no_scores", hint=_INSTEAD)


def _read_weights(scores: Scores, n_buckets: int, posts: Any | None, kind: str) -> tuple[FloatArray, FloatArray]:
    """Ask for the scores of each feature alone, and hold the sums against the scores of everything else."""
    from scipy import sparse

    refused = ConfigError(
        f"{kind} is no weighted sum of its features, so it cannot become a head.", reason="not_linear", hint=_INSTEAD
    )
    try:
        intercept = scores(sparse.csr_matrix((1, n_buckets)))[0]
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{kind} cannot score the features, which are a sparse matrix of {n_buckets:,} columns.",
            reason="features",
            hint=_INSTEAD,
        ) from error
    made_up = np.random.default_rng(5).exponential(size=(4, n_buckets))
    _check_additive(scores, made_up, refused)
    parts = []
    for first in range(0, n_buckets, _BLOCK):
        one_each = sparse.eye(min(_BLOCK, n_buckets - first), n_buckets, k=first, format="csr")
        parts.append(scores(one_each) - intercept)
    weights = np.vstack(parts)
    if not (np.isfinite(weights).all() and np.isfinite(intercept).all()):
        raise refused
    size = max(float((made_up @ np.abs(weights)).max()), 1e-12)
    tried = sparse.csr_matrix(np.vstack([made_up * (scale / size) for scale in (0.3, 3.0)]))
    for rows in (tried, posts):
        if rows is not None:
            sums = np.asarray(rows @ weights) + intercept
            allowed = _TOLERANCE * (1.0 + np.asarray(abs(rows) @ np.abs(weights)) + np.abs(intercept))
            if not (np.abs(scores(rows) - sums) <= allowed).all():
                raise refused
    return weights, intercept


def _check_additive(scores: Scores, made_up: FloatArray, refused: ConfigError) -> None:
    """Refuse what is not linear by a few scores, before all features are gone through."""
    from scipy import sparse

    for scale in (1e-3, 0.1, 1.0, 10.0):
        one, other = scale * made_up[:2], scale * made_up[2:]
        of_none, of_one, of_other, of_both = (scores(sparse.csr_matrix(rows)) for rows in (0 * one, one, other, one + other))
        gap, size = np.abs(of_none + of_both - of_one - of_other), np.abs([of_none, of_one, of_other, of_both]).max()
        # Where probabilities are all but 0 there is nothing to compare.
        if np.isfinite(size) and (gap > _TOLERANCE * (1.0 + size)).any():
            raise refused


def _has_logistic_probabilities(classifier: Any, head: LinearHead) -> bool:
    """Tell whether the probabilities of a classifier are those that a head makes of the same scores."""
    if isinstance(getattr(classifier, "head_", None), LinearHead):
        return True
    if not hasattr(classifier, "predict_proba"):
        return False
    from scipy import sparse

    made_up = np.random.default_rng(6).exponential(size=(8, len(head.weights)))
    size = max(float((made_up @ np.abs(head.weights)).max()), 1e-12)
    tried = sparse.csr_matrix(made_up * (np.linspace(0.1, 6.0, 8)[:, None] / size))
    expected = head.probabilities(np.asarray(tried @ head.weights, dtype=np.float64) + head.intercept)
    places = _places(classifier, head.classes, head.name)
    return bool(np.abs(expected[:, places] - classifier.predict_proba(tried)).max() < 1e-4)
