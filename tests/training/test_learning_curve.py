from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.errors import LabelError
from sentilens.training import LearningCurve, TrainResult, measure_learning_curve
from sentilens.training.learning_curve import fit_power_laws

SIZES = np.array([50.0, 100.0, 200.0, 400.0, 800.0])


def curve(fits: np.ndarray, n_labels: int = 400) -> LearningCurve:
    return LearningCurve("complaint", "f1", pd.DataFrame(), n_labels, fits)


@settings(max_examples=30)
@given(st.floats(0, 0.3), st.floats(0.2, 2.0), st.sampled_from([0.2, 0.4, 0.7, 1.0]))
def test_a_power_law_is_found_again(floor: float, height: float, exponent: float) -> None:
    errors = floor + height * SIZES**-exponent
    fits = fit_power_laws(SIZES, errors, np.tile(errors, (3, 1)))
    found = curve(fits).expected([1000.0, 1600.0])[0]
    np.testing.assert_allclose(found, 1 - floor - height * np.array([1000.0, 1600.0]) ** -exponent, atol=2e-3)


@settings(max_examples=30)
@given(st.lists(st.floats(0.05, 0.9), min_size=5, max_size=5))
def test_more_labels_never_harm_and_the_interval_holds_the_middle(errors: list[float]) -> None:
    observed = np.asarray(errors)
    drawn = observed + np.random.default_rng(0).normal(0, 0.02, (100, 5))
    found = curve(fit_power_laws(SIZES, observed, drawn))
    middle, low, high = found.gain(200)
    assert 0 <= low <= middle <= high
    assert found.gain(400)[0] >= middle
    steps = np.diff(found.expected(np.linspace(50, 3000, 20)), axis=1)
    assert (steps >= -1e-12).all()


def test_what_is_said() -> None:
    steady = np.tile([0.1, 1.0, 0.5], (50, 1))
    # 1 / sqrt(400) - 1 / sqrt(600) = .0092
    assert curve(steady).tell(200) == "200 more labels would bring about +0.9 points (0.9 to 0.9)."
    assert "hardly anything" in curve(np.tile([0.2, 0.0, 0.5], (50, 1))).tell()
    wide = np.vstack([steady, np.tile([0.0, 12.0, 0.5], (50, 1))])
    assert "cannot be told yet" in curve(wide).tell()
    assert "cannot be told from 36 labels" in curve(np.zeros((0, 3)), 36).tell()
    assert np.isnan(curve(np.zeros((0, 3))).expected([10.0])).all()


def test_few_labels_make_points_but_no_curve(trained: TrainResult) -> None:
    found = measure_learning_curve(trained)
    assert found.n_labels == 36
    assert found.table["n_labels"].tolist()[0] == 0
    assert found.table["n_labels"].is_monotonic_increasing
    assert found.table["n_labels"].max() <= 32
    assert ((found.table["score_low"] <= found.table["score"]) & (found.table["score"] <= found.table["score_high"])).all()
    assert "cannot be told" in found.tell()
    with pytest.raises(LabelError):
        measure_learning_curve(trained, "severity")


def test_more_posts_make_a_curve_the_same_each_time(trained: TrainResult) -> None:
    many = pd.concat([trained.unseen.assign(text=trained.unseen["text"] + f" {number}") for number in range(4)])
    result = dataclasses.replace(
        trained,
        unseen=many.reset_index(drop=True),
        before=pd.concat([trained.before] * 4, ignore_index=True),
        groups=np.arange(len(many)),
    )
    first, second = (measure_learning_curve(result, "sentiment") for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    np.testing.assert_array_equal(first.fits, second.fits)
    assert len(first.table) >= 4
    # The model learns the words of the posts: more posts, fewer errors.
    assert first.table["score"].iloc[-1] > first.table["score"].iloc[1] - 0.02
    middle, low, high = first.gain()
    assert 0 <= low <= middle <= high
