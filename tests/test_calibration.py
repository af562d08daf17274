from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sentilens.calibration import expected_calibration_error, fit_scaling, reliability_table, sigmoid, softmax

LOGITS = hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.floats(-1e6, 1e6))


@given(LOGITS)
def test_softmax_is_a_distribution_however_large_the_logits(logits: np.ndarray) -> None:
    probabilities = softmax(logits)
    assert np.all((probabilities >= 0) & (probabilities <= 1))
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert np.array_equal(softmax(logits[:1]), probabilities[:1])


@given(st.floats(-1e6, 1e6))
def test_sigmoid_is_symmetric_and_agrees_with_softmax(logit: float) -> None:
    yes = sigmoid(np.array([logit]))[0]
    assert 0.0 <= yes <= 1.0
    assert yes + sigmoid(np.array([-logit]))[0] == pytest.approx(1.0)
    assert yes == pytest.approx(softmax(np.array([[0.0, logit]]))[0, 1])


def test_scaling_undoes_over_confidence_of_a_yes_no_head() -> None:
    generator = np.random.default_rng(1)
    honest = generator.normal(size=(4_000, 1))
    codes = (generator.random(4_000) < sigmoid(honest[:, 0])).astype(int)
    slope, offset = fit_scaling(honest * 5 + 2, codes)
    assert slope == pytest.approx(0.2, abs=0.03)
    assert offset == pytest.approx([-0.4], abs=0.12)


def test_scaling_undoes_over_confidence_of_three_classes() -> None:
    generator = np.random.default_rng(2)
    honest = generator.normal(size=(6_000, 3))
    chances = softmax(honest).cumsum(axis=1)
    codes = (generator.random(6_000)[:, None] > chances[:, :2]).sum(axis=1)
    slope, offset = fit_scaling(honest * 4 + np.array([1.0, -2.0, 1.0]), codes)
    assert slope == pytest.approx(0.25, abs=0.03)
    assert offset.sum() == pytest.approx(0.0, abs=1e-9)
    assert offset == pytest.approx([-0.25, 0.5, -0.25], abs=0.12)


def test_weights_count_like_copies() -> None:
    generator = np.random.default_rng(3)
    logits, codes = generator.normal(size=(200, 1)), generator.integers(0, 2, 200)
    weight = generator.integers(1, 4, 200).astype(float)
    repeats = weight.astype(int)
    weighted = fit_scaling(logits, codes, weight)
    copied = fit_scaling(np.repeat(logits, repeats, axis=0), np.repeat(codes, repeats))
    assert weighted[0] == pytest.approx(copied[0], rel=1e-3)
    assert weighted[1] == pytest.approx(copied[1], abs=1e-3)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("n_columns", [1, 3])
def test_perfectly_separated_posts_end_in_finite_numbers(size: float, n_columns: int) -> None:
    codes = np.arange(30) % max(n_columns, 2)
    logits = size * (np.eye(n_columns)[codes] if n_columns > 1 else (2.0 * codes - 1)[:, None])
    slope, offset = fit_scaling(logits, codes)
    assert np.isfinite(slope)
    assert slope > 0
    assert np.isfinite(offset).all()


def test_reliability_table_accounts_for_every_post() -> None:
    generator = np.random.default_rng(4)
    probability = generator.random(103)
    truth = generator.random(103) < probability
    table = reliability_table(probability, truth)
    assert table["n_posts"].sum() == 103
    assert table["n_posts"].max() - table["n_posts"].min() <= 1
    assert table["mean_probability"].is_monotonic_increasing
    assert np.average(table["observed_rate"], weights=table["n_posts"]) == pytest.approx(truth.mean())


def test_calibration_error() -> None:
    assert expected_calibration_error([0.9] * 10, [1] * 9 + [0], n_bins=1) == pytest.approx(0.0)
    assert expected_calibration_error([0.9] * 10, [0] * 10) == pytest.approx(0.9)
    assert expected_calibration_error([0.2, 0.8], [0, 1], n_bins=10) == pytest.approx(0.2)
    assert np.isnan(expected_calibration_error([], []))
