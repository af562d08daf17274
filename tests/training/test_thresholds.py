from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import ConfigError
from sentilens.evaluation import best_threshold
from sentilens.training import ThresholdRule

NO_TIMES = pd.Series(pd.NaT, index=range(1000), dtype="datetime64[ns, UTC]")


def calibrated(n: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    probability = generator.beta(0.6, 1.2, n)
    return probability, (generator.random(n) < probability).astype(float)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("f1", "f1"),
        (" F1 ", "f1"),
        ("cost = 1:5", "cost=1:5"),
        ("per-day=20", "per-day=20"),
        ("per-day=20/500", "share=0.04"),
        ("share=4%", "share=0.04"),
        (0.35, "0.35"),
        ("0.35", "0.35"),
        (ThresholdRule("cost", 2.0, 3.0), "cost=2:3"),
    ],
)
def test_rules_are_read_and_told(rule: str | float | ThresholdRule, text: str) -> None:
    assert str(ThresholdRule.of(rule)) == text
    assert ThresholdRule.of(text) == ThresholdRule.of(rule)


@pytest.mark.parametrize("rule", ["f2", "", "cost=5", "cost=0:1", "share=120%", "per-day=-1", "1.0", "0", "nan", True, None])
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ThresholdRule.of(rule)
    assert caught.value.reason == "bad_threshold"


def test_f1_and_a_number_are_what_they_say() -> None:
    probability, truth = calibrated()
    assert ThresholdRule.of("f1").choose(probability, truth, NO_TIMES) == best_threshold(probability, truth)
    assert ThresholdRule.of(0.2).choose(probability, truth, NO_TIMES) == 0.2


@pytest.mark.parametrize("missed", [0.2, 1.0, 5.0, 20.0])
def test_costs_are_about_the_least(missed: float) -> None:
    probability, truth = calibrated()
    chosen = ThresholdRule.of(f"cost=1:{missed:g}").choose(probability, truth, NO_TIMES)

    def cost(threshold: float) -> float:
        flagged = probability >= threshold
        return float((flagged & (truth == 0)).sum() + missed * (~flagged & (truth == 1)).sum())

    assert cost(chosen) <= 1.021 * min(cost(threshold) for threshold in np.linspace(0.01, 0.99, 197))
    assert chosen == pytest.approx(1 / (1 + missed), abs=0.1), "as calibrated probabilities have it"


def test_costs_follow_the_posts_where_probabilities_mislead() -> None:
    probability, truth = calibrated()
    chosen = ThresholdRule.of("cost=1:1").choose(probability**3, truth, NO_TIMES)
    assert chosen < 0.25


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 19)), min_size=2, max_size=60), st.integers(0, 5))
def test_no_day_has_more_than_allowed(posts: list[tuple[int, int]], allowed: int) -> None:
    days, twentieths = (np.asarray(values) for values in zip(*posts, strict=True))
    times = pd.Series(pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(days, unit="D"))
    probability, truth = twentieths / 20, (twentieths % 2).astype(float)
    if not truth.any():
        truth[0] = 1.0
    chosen = ThresholdRule.of(f"per-day={allowed}").choose(probability, truth, times)
    assert pd.Series(probability >= chosen).groupby(days).sum().max() <= allowed
    assert chosen >= best_threshold(probability, truth)


def test_a_share_is_not_exceeded_and_days_need_dates() -> None:
    probability, truth = calibrated()
    chosen = ThresholdRule.of("share=4%").choose(probability, truth, NO_TIMES)
    assert (probability >= chosen).sum() == 40
    generous = ThresholdRule.of("share=0.9").choose(probability, truth, NO_TIMES)
    assert generous == best_threshold(probability, truth), "a limit that is not reached changes nothing"
    with pytest.raises(ConfigError, match="per-day=20/500") as caught:
        ThresholdRule.of("per-day=3").choose(probability, truth, NO_TIMES)
    assert caught.value.reason == "no_dates"
