from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from sentilens.choosing.selection import select_posts, sketch, uncertainty_of
from sentilens.schema import SENTIMENT_COLUMNS


@settings(max_examples=50)
@given(st.integers(1, 60), st.integers(1, 80), st.floats(0, 1), st.integers(0, 5))
def test_a_batch_has_its_size_and_its_parts(n_posts: int, n: int, share: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    strata = [generator.integers(0, 4, n_posts)]
    features = generator.normal(size=(n_posts, 3))
    numbers = generator.random(n_posts)
    reasons = select_posts(generator.random(n_posts), strata, numbers, lambda rows: features[rows], n, control_share=share)
    wanted = min(n, n_posts)
    counts = pd.Series(reasons).value_counts()
    assert counts.drop("", errors="ignore").sum() == wanted
    assert counts.get("control", 0) == round(wanted * share)
    assert counts.get("uncertain", 0) <= wanted - round(wanted * share)
    control = reasons == "control"
    if control.any() and not control.all():
        assert numbers[control].max() < numbers[~control].min()


def test_rare_strata_get_half_of_their_part_at_least() -> None:
    stratum = np.r_[np.zeros(900, dtype=int), np.ones(100, dtype=int)]
    numbers = np.r_[np.linspace(0, 0.5, 900), np.linspace(0.6, 1, 100)]  # chance would never draw the rare ones
    features = np.eye(1000)
    reasons = select_posts(1.0 - stratum * 0.5, [stratum], numbers, lambda rows: features[rows], 100)
    assert (reasons[stratum == 1] != "").sum() == 5


def test_posts_that_say_the_same_are_passed_over_while_there_are_others() -> None:
    uncertainty = np.linspace(1.0, 0.5, 20)
    features = np.repeat(np.eye(10), 2, axis=0)  # two and two are alike
    options = {"control_share": 0.0, "random_share": 0.0}
    reasons = select_posts(uncertainty, [], np.arange(20.0), lambda rows: features[rows], 5, **options)
    assert np.flatnonzero(reasons == "uncertain").tolist() == [0, 2, 4, 6, 8]
    reasons = select_posts(uncertainty, [], np.arange(20.0), lambda rows: features[rows], 12, **options)
    assert np.flatnonzero(reasons == "uncertain").tolist() == [0, 1, 2, 3, *range(4, 20, 2)]


def test_uncertainty_grows_towards_the_middle() -> None:
    rows = [(0.9, 0.05, 0.05, 0.1), (0.6, 0.3, 0.1, 0.1), (0.6, 0.3, 0.1, 0.4), (0.4, 0.3, 0.3, 0.5)]
    values = uncertainty_of(pd.DataFrame(rows, columns=[*SENTIMENT_COLUMNS, "complaint_probability"]))
    assert (np.diff(values) > 0).all()
    assert ((values >= 0) & (values <= 2)).all()


def test_a_sketch_keeps_angles() -> None:
    generator = np.random.default_rng(0)
    posts = generator.random((3, 5000)) * (generator.random((3, 5000)) < 0.05)
    posts[1] = posts[0] + 0.1 * posts[1]
    dense = sketch(sparse.csr_matrix(posts))
    assert dense.shape == (3, 128)
    assert np.linalg.norm(dense, axis=1) == pytest.approx(1.0)
    assert dense[0] @ dense[1] > 0.95
    assert abs(dense[0] @ dense[2]) < 0.3
