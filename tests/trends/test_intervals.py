from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from sentilens.trends.intervals import difference_interval, net_interval, wilson_interval


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 20), (3, 10), (50, 100), (999, 1000), (17, 17)])
def test_wilson_agrees_with_scipy(k: int, n: int) -> None:
    low, high = wilson_interval(k, n)
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_solves_its_own_equation() -> None:
    # The bounds are where |share - p| = z * sqrt(p (1 - p) / n).
    for bound in wilson_interval(7, 40, z=2.0):
        assert abs(7 / 40 - bound) == pytest.approx(2 * math.sqrt(bound * (1 - bound) / 40))


def test_wilson_is_vectorised_and_nan_without_posts() -> None:
    low, high = wilson_interval([0, 5], [0, 10])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert low[1] < 0.5 < high[1]


def test_net_by_hand() -> None:
    # 30 positive, 10 negative, 60 neutral; one of each added: 31/102, 11/102.
    net = 20 / 102
    half = 1.959963984540054 * math.sqrt((42 / 102 - net**2) / 102)
    low, high = net_interval(30, 10, 100)
    assert (low, high) == pytest.approx((net - half, net + half))


def test_net_approaches_the_multinomial_interval() -> None:
    n, positive, negative = 1_000_000, 400_000, 100_000
    half = 1.959963984540054 * math.sqrt((0.5 - 0.3**2) / n)
    low, high = net_interval(positive, negative, n)
    assert (low, high) == pytest.approx((0.3 - half, 0.3 + half), abs=1e-5)


counts = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)).filter(lambda c: sum(c) > 0)


@given(counts)
def test_net_holds_the_estimate_and_is_never_a_point(sentiments: tuple[int, int, int]) -> None:
    positive, negative, neutral = sentiments
    n = positive + negative + neutral
    low, high = net_interval(positive, negative, n)
    assert -1 <= low <= (positive - negative) / n + 1e-12
    assert (positive - negative) / n - 1e-12 <= high <= 1
    assert high - low > 1e-3


@pytest.mark.parametrize("count", [(1, 0), (0, 1), (0, 0)])
def test_one_post_says_next_to_nothing_about_net_sentiment(count: tuple[int, int]) -> None:
    low, high = net_interval(*count, 1)
    assert high - low > 1.5


def test_difference_matches_newcombes_published_example() -> None:
    # Newcombe (1998), table II, method 10: 56/70 against 48/80.
    low, high = difference_interval(56, 70, 48, 80)
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_difference_mirrors(n: int, m: int, data: st.DataObject) -> None:
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    low, high = difference_interval(k, n, j, m)
    assert difference_interval(j, m, k, n) == pytest.approx((-high, -low))
    assert low <= k / n - j / m <= high
