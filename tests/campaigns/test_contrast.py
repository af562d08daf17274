from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from sentilens.campaigns.contrast import difference, level, measure

ONES = np.ones(8)


def test_numbers_in_equal_blocks_are_compared_as_welch_does() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.poisson(40, 8).astype(float), rng.poisson(50, 6).astype(float)
    found = difference(measure(after, np.ones(6), logarithm=False), measure(before, ONES, logarithm=False), logarithm=False)
    bounds = ttest_ind(after, before, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high))
    assert found.value == pytest.approx(after.mean() - before.mean())


def test_ratios_are_told_as_ratios() -> None:
    before, after = np.array([9.0, 11, 10, 10]), np.array([19.0, 21, 20, 20])
    found = difference(measure(after, np.ones(4), logarithm=True), measure(before, np.ones(4), logarithm=True), logarithm=True)
    assert found.value == pytest.approx(1.0)
    assert 0.5 < found.low < 1.0 < found.high < 1.5
    assert level(measure(before, np.ones(4), logarithm=True), None).value == pytest.approx(10)


def test_what_moves_all_in_the_same_week_cancels_out() -> None:
    shock = np.array([0, 60, 0, 60, 0, 60, 0, 60.0])
    sizes = np.full(8, 200.0)
    mine, others = 50 + shock, 40 + shock + np.array([0, 1, 1, 0, 0, 1, 0, 1])
    pair = [measure(values, sizes, logarithm=False) for values in (mine, others)]
    assert pair[0].minus(pair[1]).variance < pair[0].variance / 1000


def test_a_handful_is_never_sure() -> None:
    none = measure(np.zeros(4), np.full(4, 5.0), logarithm=False, share=True)
    assert none.variance > 0
    found = level(none, (0.0, 1.0))
    assert (found.value, found.low) == (0, 0)
    assert 0.05 < found.high < 0.3


@pytest.mark.parametrize(("sums", "sizes"), [([1.0, 2], [4.0, 5]), ([0.0] * 4, [0.0] * 4), ([0.0] * 4, [5.0] * 4)])
def test_too_little_has_no_interval(sums: list[float], sizes: list[float]) -> None:
    stretch = measure(np.array(sums), np.array(sizes), logarithm=False)
    found = difference(stretch, stretch, logarithm=False)
    assert np.isnan(found.low)
    assert not found.clear


def test_intervals_cover() -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(600):
        sizes = rng.negative_binomial(10, 0.2, 16).astype(float) + 1
        sums = rng.binomial(sizes.astype(int), rng.beta(6, 14, 16)).astype(float)
        before, after = (measure(sums[part], sizes[part], logarithm=False, share=True) for part in (slice(8), slice(8, 16)))
        found = difference(after, before, logarithm=False)
        hits += found.low <= 0 <= found.high
    assert 0.92 < hits / 600 < 0.98
