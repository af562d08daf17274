from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from sentilens.drift.distances import WordSample, compare_counts, compare_words, jensen_shannon, population_stability

counts = st.lists(st.integers(0, 500), min_size=2, max_size=8)


@given(counts, counts)
def test_distances_are_symmetric_and_not_negative(then: list[int], now: list[int]) -> None:
    now = (now + [1] * len(then))[: len(then)]
    assert population_stability(then, now) == pytest.approx(population_stability(now, then))
    assert population_stability(then, now) >= 0
    assert -1e-12 <= jensen_shannon(then, now) <= 1
    assert population_stability(then, then) == 0


def test_the_index_by_hand() -> None:
    p, q = np.array([1000.5, 3000.5]) / 4001, np.array([2000.5, 2000.5]) / 4001
    assert population_stability([1000, 3000], [2000, 2000]) == pytest.approx(float(((q - p) * np.log(q / p)).sum()))


def test_noise_is_what_theory_says() -> None:
    found = compare_counts([800] * 10, [40] * 10)
    assert found.noise == pytest.approx(9 * (1 / 400 + 1 / 8000), rel=0.08)
    assert found.psi == 0
    assert found.p_value == 1.0


def test_p_values_agree_with_the_chi_square_test() -> None:
    then, now = np.array([900, 600, 500]), np.array([80, 70, 50])
    expected = stats.chi2_contingency(np.vstack([then, now])).pvalue
    assert compare_counts(then, now).p_value == pytest.approx(expected, abs=0.04)
    assert compare_counts(then, now * 20).p_value == pytest.approx(1 / 2000)


def test_samples_of_one_population_are_rarely_called_different() -> None:
    generator = np.random.default_rng(3)
    shares = [0.4, 0.3, 0.2, 0.1]
    p_values = [
        compare_counts(generator.multinomial(3000, shares), generator.multinomial(300, shares)).p_value for _ in range(60)
    ]
    assert 0.3 < np.mean(p_values) < 0.7
    assert np.mean(np.asarray(p_values) < 0.05) < 0.15


def _posts(generator: np.random.Generator, n: int, shift: float = 0.0) -> sparse.csr_matrix:
    """Posts of two topics whose words come together, as words do."""
    topic = generator.random(n) < 0.3 + shift
    rate = np.where(topic[:, None], np.repeat([0.5, 0.1], 20), np.repeat([0.1, 0.3], 20))
    return sparse.csr_matrix((generator.random((n, 40)) < rate).astype(float))


def _sample(generator: np.random.Generator, n: int, shift: float = 0.0) -> WordSample:
    then = _posts(generator, 2000)
    return WordSample(np.asarray(then.sum(axis=0)).ravel().astype(np.int64), 2000, _posts(generator, n, shift))


def test_words_that_come_together_raise_no_false_alarm() -> None:
    generator = np.random.default_rng(4)
    p_values = np.asarray([compare_words([_sample(generator, 200)]).p_value for _ in range(60)])
    assert (p_values < 0.05).mean() < 0.15
    assert 0.3 < p_values.mean() < 0.7


def test_another_mix_of_topics_shows_in_the_words() -> None:
    generator = np.random.default_rng(5)
    samples = [_sample(generator, 200, 0.3) for _ in range(2)]
    found = compare_words(samples)
    assert found.p_value < 1e-4
    assert found.psi > 3 * found.noise
    assert found == compare_words(samples)
