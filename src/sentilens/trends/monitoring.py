"""Each period of each series against the periods before it: how high, how low, and whether it has crept away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..errors import ConfigError
from .baseline import Design, Family, FloatArray, fit_baseline
from .periods import period_starts
from .predictive import inflation, tails
from .series import BoolArray, CountSeries

#: What can be watched -> how it is distributed.
METRICS: Final[dict[str, Family]] = {
    "n_posts": "number",
    "n_complaints": "number",
    "complaint_rate": "share",
    "net_sentiment": "mean",
}
NEEDED_COUNTS: Final = ("n_posts", "n_complaints", "n_negative", "n_positive")


@dataclass(frozen=True)
class Scheme:
    """How periods of a length are judged.

    Attributes
    ----------
    block : str
        Periods of the same block share a baseline.
    window, guard, warm_up : int
        Periods of the past that the baseline rests on at most; the latest ones before the block left out, so that an event that
        goes on does not become what is expected; the least that are needed.
    per_half_year, per_year : float
        Numbers of periods.
    """

    block: str
    window: int
    guard: int
    warm_up: int
    per_half_year: float
    per_year: float


SCHEMES: Final[dict[str, Scheme]] = {
    "h": Scheme("D", window=8 * 168, guard=48, warm_up=2 * 168, per_half_year=4383.0, per_year=8766.0),
    "D": Scheme("W-MON", window=26 * 7, guard=7, warm_up=28, per_half_year=182.625, per_year=365.25),
    "W-MON": Scheme("W-MON", window=52, guard=1, warm_up=8, per_half_year=26.09, per_year=52.18),
}
#: Prior standard deviations on the scale of the logarithm: a doubling or halving in half a year, weekdays and hours that
#: differ by the factor 1.6. On the scale of a mean in [-1, 1] they are smaller by the second factor.
_SLOPE_SD: Final = float(np.log(2))
_SEASON_SD: Final = 0.5
_PRIOR_SCALE: Final[dict[Family, float]] = {"number": 1.0, "share": 1.0, "mean": 0.3}
#: A single period moves a chart of slow changes by no more than this, in standard deviations.
_MAX_SCORE: Final = 2.5
_SUNDAY: Final = 6


@dataclass(frozen=True)
class Judgement:
    """A metric of all series, judged. Arrays have shape (S, T), with NaN where nothing could be said.

    Attributes
    ----------
    observed, expected : ndarray
        Number, share or mean.
    own, shared : ndarray
        Variances of the observation and of the estimate, see `predictive.inflation`.
    spread : ndarray
        See `baseline.fit_baseline`.
    n : ndarray
        Numbers of posts; one for numbers.
    high, low : ndarray
        Probabilities of an observation as high, as low.
    score : ndarray
        Standard normal where all is as expected.
    correlation : ndarray
        Of the scores of neighbouring periods, which share what the estimate is off by.
    """

    observed: FloatArray
    expected: FloatArray
    own: FloatArray
    shared: FloatArray
    spread: FloatArray
    n: FloatArray
    high: FloatArray
    low: FloatArray
    score: FloatArray
    correlation: FloatArray


def scheme_for(freq: str) -> Scheme:
    """Give the scheme of a period length, or raise `ConfigError` for those that are too long to be watched."""
    if freq not in SCHEMES:
        raise ConfigError(
            f"Alerts cannot be found in periods of the length {freq!r}.",
            reason="unwatchable_freq",
            hint="Use compute_trends(..., freq='D'), 'W-MON' or 'h'.",
        )
    return SCHEMES[freq]


def judge(series: CountSeries, metric: str, freq: str, holidays: BoolArray) -> Judgement:
    """Judge all periods of all series by one metric.

    Parameters
    ----------
    series : CountSeries
    metric : str
        One of `METRICS`.
    freq : {"h", "D", "W-MON"}
    holidays : ndarray of bool, shape (T,)
        Periods that are judged as Sundays and are no measure for others.
    """
    family = METRICS[metric]
    y, n = _totals(series, metric)
    shape = y.shape
    expected, own, shared, spread, high, low, score, correlation = (np.full(shape, np.nan) for _ in range(8))
    usable = series.watched & ~series.partial & ~holidays
    for past, ahead, design in _blocks(series.periods, freq, holidays, _PRIOR_SCALE[family]):
        warm = np.flatnonzero(usable[:, past].sum(axis=1) >= scheme_for(freq).warm_up)
        if not len(warm):
            continue
        seen, now = np.ix_(warm, past), np.ix_(warm, ahead)
        variance = _spread(series, seen, usable[seen]) if family == "mean" else np.ones(len(warm))
        expectation = fit_baseline(design, family, y[seen], n[seen], usable[seen], variance)
        found = tails(family, expectation, y[now], n[now])
        expected[now] = expectation.mean
        own[now], shared[now] = inflation(family, expectation, n[now])
        correlation[now] = shared[now] * expectation.lasting / (own[now] + shared[now])
        spread[now] = variance[:, None]
        high[now], low[now] = found.at_least, found.at_most
        score[now] = np.clip(ndtri(np.clip(found.middle, 1e-12, 1 - 1e-12)), -_MAX_SCORE, _MAX_SCORE)
    silent = n == 0
    for values in (high, low, score):
        values[silent] = np.nan
    if family == "number":
        # What is missing of a running period may come yet, and holidays are quiet in their own way.
        low[:, series.partial | holidays] = np.nan
        score[:, series.partial | holidays] = np.nan
    with np.errstate(invalid="ignore"):
        return Judgement(y / np.where(silent, np.nan, n), expected, own, shared, spread, n, high, low, score, correlation)


def _totals(series: CountSeries, metric: str) -> tuple[FloatArray, FloatArray]:
    counts = {name: values.astype(float) for name, values in series.counts.items()}
    if metric == "complaint_rate":
        return counts["n_complaints"], counts["n_posts"]
    if metric == "net_sentiment":
        return counts["n_positive"] - counts["n_negative"], counts["n_posts"]
    return counts[metric], np.ones_like(counts[metric])


def _spread(series: CountSeries, seen: tuple[Any, ...], usable: BoolArray) -> FloatArray:
    """Give the variance of one post's sentiment, +1, 0 or -1, with one positive and one negative post added."""
    positive, negative, n = (
        (series.counts[name][seen] * usable).sum(axis=1).astype(float) for name in ("n_positive", "n_negative", "n_posts")
    )
    up, down = (positive + 1) / (n + 2), (negative + 1) / (n + 2)
    return np.asarray(up + down - (up - down) ** 2)


def _blocks(periods: pd.DatetimeIndex, freq: str, holidays: BoolArray, scale: float) -> Iterator[tuple[Any, Any, Design]]:
    """Yield the positions of each block's past and of its periods, with the design of both."""
    scheme = scheme_for(freq)
    starts = period_starts(periods, scheme.block, str(periods.tz)) if len(periods) else periods
    codes = pd.factorize(starts)[0]
    season = _season(periods, freq, holidays)
    for code in range(1, codes.max(initial=0) + 1):
        ahead = np.flatnonzero(codes == code)
        first = int(ahead[0])
        # Where history is short, the guard gives way: better a measure that is a little late than none.
        last = first - min(scheme.guard, max(0, first - scheme.warm_up))
        past = np.arange(max(0, last - scheme.window), last)
        time = (np.concatenate([past, ahead]) - last) / scheme.per_half_year
        matrix = np.column_stack([np.ones(len(time)), time, season[np.concatenate([past, ahead])]])
        prior_sd = scale * np.concatenate([[1.0, _SLOPE_SD], np.full(season.shape[1], _SEASON_SD)])
        yield past, ahead, Design(matrix[: len(past)], matrix[len(past) :], prior_sd)


def _season(periods: pd.DatetimeIndex, freq: str, holidays: BoolArray) -> FloatArray:
    """Give the seasonal regressors: the weekday, for hours also the hour of the day; none for weeks."""
    if freq == "W-MON":
        return np.empty((len(periods), 0))
    weekday = np.where(holidays, _SUNDAY, periods.day_of_week)
    indicators = np.eye(7)[weekday]
    return np.hstack([indicators, np.eye(24)[periods.hour]]) if freq == "h" else indicators
