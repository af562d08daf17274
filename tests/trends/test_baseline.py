from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import binom, nbinom, norm, poisson

from sentilens.trends.baseline import Design, Expectation, Family, fit_baseline
from sentilens.trends.predictive import central_interval, inflation, tails

DAYS = 140
FLAT = np.full(8, 1e4)
Array = NDArray[np.float64]


def weekly_design(prior_sd: Array = FLAT, ahead: int = 7) -> Design:
    days = np.arange(DAYS + ahead)
    matrix = np.column_stack([np.ones(len(days)), (days - DAYS) / 180, np.eye(7)[days % 7][:, 1:]])
    return Design(matrix[:DAYS], matrix[DAYS:], prior_sd)


def calm_counts(mean: float = 400.0, seed: int = 0) -> Array:
    """Poisson counts without any far from the mean, so that none is weighted down."""
    rng = np.random.default_rng(seed)
    level = mean * np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.8, 0.7])[np.arange(DAYS) % 7] * 1.5 ** (np.arange(DAYS) / 180)
    return np.rint(level + np.clip(rng.normal(0, np.sqrt(level)), -2 * np.sqrt(level), 2 * np.sqrt(level)))


def fit(
    family: Family, y: Array, n: Array | None = None, design: Design | None = None, usable: NDArray[np.bool_] | None = None
) -> Expectation:
    y = np.atleast_2d(y).astype(float)
    n = np.ones_like(y) if n is None else np.atleast_2d(n).astype(float)
    usable = np.ones(y.shape, dtype=bool) if usable is None else usable
    return fit_baseline(design or weekly_design(), family, y, n, usable, np.ones(len(y)))


def test_numbers_agree_with_statsmodels() -> None:
    design, y = weekly_design(), calm_counts()
    ours = fit("number", y, design=design)
    theirs = sm.GLM(y, design.past, family=sm.families.Poisson()).fit()
    predicted = theirs.get_prediction(design.ahead)
    assert ours.mean[0] == pytest.approx(predicted.predicted, rel=1e-4)
    # With a dispersion below one the counts are taken as Poisson.
    assert ours.dispersion[0] == max(1.0, theirs.pearson_chi2 / theirs.df_resid)
    assert np.sqrt(ours.link_variance[0]) == pytest.approx(predicted.linpred.se, rel=1e-3)


def test_shares_agree_with_statsmodels() -> None:
    design, n = weekly_design(), np.full(DAYS, 300.0)
    k = np.rint(n * (0.2 + 0.05 * np.sin(np.arange(DAYS))))
    ours = fit("share", k, n, design)
    theirs = sm.GLM(np.column_stack([k, n - k]), design.past, family=sm.families.Binomial()).fit()
    assert ours.mean[0] == pytest.approx(theirs.predict(design.ahead), rel=2e-3)
    # Williams: variance of a share is (1 + (n - 1) r) times the binomial, which is what the Pearson statistic shows.
    assert 1 + 299 * ours.dispersion[0] == pytest.approx(theirs.pearson_chi2 / theirs.df_resid, rel=0.05)


def test_means_agree_with_least_squares() -> None:
    design, rng = weekly_design(), np.random.default_rng(1)
    n = np.full(DAYS, 50.0)
    y = np.clip(rng.normal(0.1, 0.1, DAYS), -0.1, 0.3) * n
    ours = fit("mean", y, n, design)
    theirs = sm.OLS(y / n, design.past).fit()
    assert ours.mean[0] == pytest.approx(theirs.predict(design.ahead), abs=1e-3)


def test_series_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(2)
    y = rng.poisson(np.array([[3.0], [30.0], [0.05]]), (3, DAYS)).astype(float)
    together = fit("number", y)
    for row in range(3):
        alone = fit("number", y[row])
        assert together.mean[row] == pytest.approx(alone.mean[0], rel=1e-9)
        assert together.dispersion[row] == pytest.approx(alone.dispersion[0], rel=1e-9)


def test_outbreaks_of_the_past_are_weighted_down() -> None:
    y = calm_counts(20)
    broken = y.copy()
    broken[60:64] *= 15
    clean, ours = fit("number", y).mean[0], fit("number", broken).mean[0]
    plain = sm.GLM(broken, weekly_design().past, family=sm.families.Poisson()).fit().predict(weekly_design().ahead)
    assert np.abs(ours / clean - 1).max() < 0.3
    assert np.abs(plain / clean - 1).max() > 0.6


def test_what_is_not_usable_does_not_count() -> None:
    y = calm_counts(20)
    usable = np.ones((1, DAYS), dtype=bool)
    usable[0, 100:110] = False
    other = y.copy()
    other[100:110] = 9999
    assert fit("number", y, usable=usable).mean == pytest.approx(fit("number", other, usable=usable).mean)


def test_priors_keep_a_short_history_sober() -> None:
    rng = np.random.default_rng(3)
    y = rng.poisson(2, DAYS).astype(float)
    usable = np.zeros((1, DAYS), dtype=bool)
    usable[0, -21:] = True
    sober = weekly_design(np.array([1.0, np.log(2), *[0.5] * 6]))
    assert fit("number", y, design=sober, usable=usable).mean.std() < fit("number", y, usable=usable).mean.std() / 1.5


@pytest.mark.parametrize("family", ["number", "share"])
def test_series_without_events_stay_finite(family: Family) -> None:
    ours = fit(family, np.zeros(DAYS), np.ones(DAYS))
    assert (ours.mean >= 0).all()
    assert (ours.mean < 0.05).all()
    assert np.isfinite(ours.link_variance).all()


def exactly(mean: float, dispersion: float, family: Family) -> Expectation:
    one = np.ones((1, 1))
    return Expectation(mean * one, 0 * one, one, np.array([dispersion]), np.array([1e12]), np.ones(1))


def test_tails_of_numbers_are_negative_binomial() -> None:
    y = np.array([[30.0]])
    found = tails("number", exactly(10, 3.0, "number"), y, np.ones((1, 1)))
    law = nbinom(10 / 2, 1 / 3)
    assert found.at_least[0, 0] == pytest.approx(law.sf(29), rel=1e-6)
    assert found.at_most[0, 0] == pytest.approx(law.cdf(30), rel=1e-6)
    assert found.middle[0, 0] == pytest.approx(law.cdf(29) + law.pmf(30) / 2, rel=1e-6)
    poissonian = tails("number", exactly(10, 1.0, "number"), y, np.ones((1, 1)))
    assert poissonian.at_least[0, 0] == pytest.approx(poisson(10).sf(29), rel=0.02)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (7, 10), (10, 10)])
def test_tails_of_shares_are_binomial(k: int, n: int) -> None:
    found = tails("share", exactly(0.3, 0.0, "share"), np.array([[float(k)]]), np.array([[float(n)]]))
    assert found.at_least[0, 0] == pytest.approx(binom(n, 0.3).sf(k - 1), rel=1e-2)
    assert found.at_most[0, 0] == pytest.approx(binom(n, 0.3).cdf(k), rel=1e-2)


def test_tails_of_means_are_normal_and_wider_where_the_dispersion_is_unsure() -> None:
    n, y = np.array([[25.0]]), np.array([[15.0]])
    sure = exactly(0.0, 0.0, "mean")
    assert tails("mean", sure, y, n).at_least[0, 0] == pytest.approx(norm.sf(3), rel=1e-3)
    unsure = Expectation(sure.mean, sure.link_variance, sure.lasting, sure.dispersion, np.array([10.0]), sure.spread)
    assert tails("mean", unsure, y, n).at_least[0, 0] > 3 * norm.sf(3)


def test_chances_are_uniform_where_all_is_as_expected() -> None:
    rng = np.random.default_rng(4)
    y = rng.negative_binomial(5, 0.2, (400, DAYS + 7)).astype(float)
    expected = fit("number", y[:, :DAYS])
    chance = tails("number", expected, y[:, DAYS:], np.ones((400, 7))).at_least
    # At most the nominal share, and not by much less: counts are discrete.
    for level in (0.2, 0.05, 0.01):
        assert 0.5 * level < (chance <= level).mean() < 1.25 * level


def test_intervals_hold_what_they_promise() -> None:
    expected = exactly(10, 3.0, "number")
    own, shared = inflation("number", expected, np.ones((1, 1)))
    low, high = central_interval("number", np.array([10.0]), (own + shared)[0], np.ones(1), np.ones(1))
    law = nbinom(5, 1 / 3)
    assert (low[0], high[0]) == (law.ppf(0.025), law.ppf(0.975))
