from __future__ import annotations

import numpy as np
import pytest

from sentilens.trends.cusum import REFERENCE, Charts, alarm_rate


@pytest.mark.parametrize(("height", "run_length"), [(4.0, 336), (5.0, 930)])
def test_rates_are_those_of_published_run_lengths(height: float, run_length: float) -> None:
    # One-sided charts with reference 0.5: twice the two-sided values of Montgomery, Introduction to Statistical Quality
    # Control, table 9.3 (168 and 465 for limits of 4 and 5), by Siegmund's formula.
    assert 1 / alarm_rate(height) == pytest.approx(run_length, rel=0.02)


def test_rates_hold_in_a_simulation() -> None:
    rng = np.random.default_rng(0)
    n, limit = 1000, 3.0
    charts, waits = Charts((n,)), np.full(n, np.nan)
    for period in range(800):
        charts.feed(rng.normal(size=n), np.zeros(n), period)
        waits[np.isnan(waits) & (charts.heights[0] >= limit)] = period + 1
    assert np.nanmean(waits) == pytest.approx(1 / alarm_rate(limit), rel=0.1)


def test_shared_errors_make_alarms_rarer() -> None:
    rates = alarm_rate(np.full(4, 6.0), np.array([0.0, 0.01, 0.03, 0.1]))
    assert (np.diff(rates) > 0).all()
    assert rates[0] == pytest.approx(alarm_rate(6.0))


def test_a_chart_grows_by_what_exceeds_the_reference_and_remembers_where_it_began() -> None:
    charts = Charts((1,))
    for period, score in enumerate([-1.0, 0.2, 1.5, 1.0, np.nan, 2.0]):
        charts.feed(np.array([score]), np.zeros(1), period)
    assert charts.heights[0, 0] == pytest.approx(1.5 + 1.0 + 2.0 - 3 * REFERENCE)
    assert charts.since[0, 0] == 2
    assert charts.heights[1, 0] == 0


def test_a_shift_is_told_once_until_it_is_over() -> None:
    charts, told = Charts((1,)), []
    scores = [2.0] * 12 + [-2.0] * 12 + [2.0] * 12
    for period, score in enumerate(scores):
        rate = charts.feed(np.array([score]), np.zeros(1), period)
        alarms = rate < 0.001
        told += [period] * int(alarms[0, 0])
        charts.tell(alarms)
    assert len(told) == 2
    assert told[0] < 6
    assert 24 < told[1] < 32
