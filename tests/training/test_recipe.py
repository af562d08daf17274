from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from sentilens.answers import ANSWER_WEIGHTS
from sentilens.calibration import sigmoid
from sentilens.errors import ModelFormatError
from sentilens.evaluation import matching_weights
from sentilens.heads import HeadFitter, LinearHead, fit_head, to_probabilities
from sentilens.scorer import PostScorer, load_model
from sentilens.training import assign_folds, fit_calibrated, train
from sentilens.training.recipe import fit_from_base

N_BUCKETS = 400


def make_posts(n_posts: int, *, seed: int = 0, sharpness: float = 2.0) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Give sparse features, true logits (posts x 1) and yes/no labels drawn by them."""
    generator = np.random.default_rng(seed)
    features = sparse.random(n_posts, N_BUCKETS, density=0.05, random_state=seed, format="csr")
    truth = features @ (sharpness * np.random.default_rng(99).normal(size=(N_BUCKETS, 1)))
    labels = (generator.random(n_posts) < sigmoid(truth)[:, 0]).astype(int).astype(str)
    return features, truth, labels


def true_head(sharpness: float, shift: float = 0.0) -> LinearHead:
    weights = (sharpness * np.random.default_rng(99).normal(size=(N_BUCKETS, 1))).astype(np.float32)
    return LinearHead("complaint", ("0", "1"), weights, np.array([shift]))


def test_a_fit_is_that_of_plain_logistic_regression() -> None:
    features, _, labels = make_posts(60)
    assert (features.getnnz(axis=0) == 1).sum() > 20, "buckets of a single post are handled apart"
    head = fit_head("complaint", features, labels, ("0", "1"), C=2.0)
    plain = LogisticRegression(C=2.0, tol=1e-8, max_iter=1000).fit(features, labels)
    np.testing.assert_allclose(head.weights[:, 0], plain.coef_[0], atol=5e-3)
    np.testing.assert_allclose(head.intercept, plain.intercept_, atol=5e-3)


@pytest.mark.parametrize("classes", [("0", "1"), ("0", "1", "2", "3")])
def test_what_a_fit_says_is_what_its_head_says(classes: tuple[str, ...]) -> None:
    features, _, labels = make_posts(50)
    labels = np.where(np.arange(50) % 3 == 0, "2", labels) if len(classes) > 2 else labels
    prior = [true_head(3.0)]
    fitter = HeadFitter("complaint", features, labels, classes, prior=prior, prior_scale=[2.0])
    rows, others = np.arange(0, 40), np.arange(40, 50)
    (fit,) = fitter.fit(rows, [1.0])
    head = fitter.head(fit)
    np.testing.assert_allclose(fitter.logits(fit, others), features[others] @ head.weights + head.intercept, atol=1e-4)


def test_each_prior_has_its_own_scale() -> None:
    features, _, labels = make_posts(60)
    noise = LinearHead(
        "topic", ("a", "b"), np.random.default_rng(5).normal(size=(N_BUCKETS, 1)).astype(np.float32), np.zeros(1)
    )
    held = fit_head("complaint", features, labels, ("0", "1"), C=0.01, prior=[true_head(3.0), noise], prior_scale=[3.0, 1e-4])
    alone = fit_head("complaint", features, labels, ("0", "1"), C=0.01, prior=[true_head(3.0)], prior_scale=3.0)
    np.testing.assert_allclose(held.weights, alone.weights, atol=1e-3)


def test_of_several_strengths_the_one_with_the_least_loss_is_taken() -> None:
    features, _, labels = make_posts(80)
    folds = assign_folds(np.arange(80), labels)
    each = [fit_calibrated("complaint", features, labels, folds, C=C) for C in (0.01, 1.0, 100.0)]
    best = fit_calibrated("complaint", features, labels, folds, C=(0.01, 1.0, 100.0))
    assert best.log_loss == pytest.approx(min(fit.log_loss for fit in each), abs=1e-3)


def test_a_base_that_is_right_is_kept() -> None:
    features, _, labels = make_posts(60)
    base = true_head(2.0)
    fit = fit_from_base("complaint", features, labels, assign_folds(np.arange(60), labels), ("0", "1"), {"complaint": base})
    assert fit.head is base
    np.testing.assert_allclose(fit.unseen, to_probabilities(np.asarray(features @ base.weights + base.intercept)))


def test_a_base_that_says_yes_too_often_is_set_right() -> None:
    features, truth, labels = make_posts(300)
    base = true_head(2.0, shift=3.0)
    fit = fit_from_base("complaint", features, labels, assign_folds(np.arange(300), labels), ("0", "1"), {"complaint": base})
    assert fit.head is not base
    said = to_probabilities(np.asarray(features @ fit.head.weights + fit.head.intercept))[:, 1]
    assert abs(said.mean() - sigmoid(truth).mean()) < 0.05


def test_a_better_head_is_not_taken_if_its_answers_are_worse() -> None:
    features, _, labels = make_posts(300)
    base = true_head(2.0, shift=3.0)
    folds = assign_folds(np.arange(300), labels)
    fit = fit_from_base("complaint", features, labels, folds, ("0", "1"), {"complaint": base}, is_as_good=lambda unseen: False)
    assert fit.head is base


@given(st.integers(0, 10_000), st.integers(30, 200))
def test_weights_bring_counts_nearer_to_the_truth(seed: int, n_posts: int) -> None:
    generator = np.random.default_rng(seed)
    said = to_probabilities(generator.normal(loc=(1.5, 0.0, 0.0), size=(n_posts, 3)))
    codes = np.array([generator.choice(3, p=row) for row in said])
    weights = np.asarray(matching_weights(said, codes))
    assert (weights > 0).all()
    wanted = np.bincount(codes, minlength=3)

    def gap(values: np.ndarray) -> int:
        return int(np.abs(np.bincount((said * values).argmax(axis=1), minlength=3) - wanted).sum())

    assert gap(weights) <= gap(np.ones(3))


def test_labels_of_sentiment_follow_the_weights_that_training_found(model: PostScorer, labelled: pd.DataFrame) -> None:
    trained = train(labelled, model).model
    weights = trained.answer_weights["sentiment"]
    scored = trained.score(labelled["text"])
    said = scored[["p_negative", "p_neutral", "p_positive"]].to_numpy()
    expected = np.array(["negative", "neutral", "positive"])[(said * np.asarray(weights)).argmax(axis=1)]
    assert scored["sentiment"].tolist() == expected.tolist()
    assert load_model(trained.to_bytes()).answer_weights == trained.answer_weights
    assert not model.answer_weights


@pytest.mark.parametrize(
    "weights", [{"sentiment": [1, 1]}, {"sentiment": [1, 0, 1]}, {"sentiment": [1, "x", 1]}, {"topic": [1, 1, 1]}, [1], 3]
)
def test_weights_that_are_none_are_refused(model: PostScorer, weights: object) -> None:
    heads = list(model.stack.heads.values())
    with pytest.raises(ModelFormatError):
        PostScorer.from_heads(model.identifier, heads, 0.5, {ANSWER_WEIGHTS: weights}, featurizer=model.featurizer)
