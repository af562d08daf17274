"""Alerts: periods in which a series stood out, or had crept away, by more than chance explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError, InputError
from .alert_words import tell_alert
from .baseline import FloatArray
from .cusum import Charts
from .monitoring import METRICS, NEEDED_COUNTS, Judgement, judge, scheme_for
from .periods import as_moment
from .predictive import central_interval
from .public_holidays import holiday_flags
from .series import CountSeries, count_series, up_to
from .table import PERIOD, TrendTable

#: Columns of the alerts after the names of the groups.
ALERT_COLUMNS: Final[tuple[str, ...]] = (
    PERIOD,
    "metric",
    "direction",
    "observed",
    "expected",
    "q_value",
    "expected_low",
    "expected_high",
    "size",
    "n_posts",
    "kind",
    "since",
    "sentence",
)
FALSE_ALARMS_PER_YEAR: Final = 4.0
MIN_COUNT: Final = 5
#: The rate of false discoveries in a period is never above this, however seldom the periods are.
MAX_RATE: Final = 0.05
_DIRECTIONS: Final = ("up", "down")
_LEVEL, _SHIFT = 0, 1
_UP, _DOWN = 0, 1


@dataclass(frozen=True)
class _Found:
    """Where something was found: positions of the metric, the series and the period, and what."""

    metric: int
    row: int
    period: int
    direction: int
    is_shift: bool
    since: int
    q_value: float


def find_alerts(
    trends: TrendTable,
    *,
    metrics: Sequence[str] = tuple(METRICS),
    latest_only: bool = False,
    as_of: str | pd.Timestamp | None = None,
    false_alarms_per_year: float = FALSE_ALARMS_PER_YEAR,
    min_count: int = MIN_COUNT,
    holidays: str | Sequence[Any] = (),
) -> pd.DataFrame:
    """Find spikes, drops and slow shifts in numbers of posts and complaints, complaint rates and net sentiment.

    Each combination of the groups is a series. Each of its periods is set against what a regression on the periods before it
    expects: level, slope and weekday (for hours, also the hour), with over-dispersion, past outbreaks weighted down, and the
    latest periods left out. Cumulative sums of the same comparisons tell of slow shifts. All tests made in a period share a
    false discovery rate (Benjamini and Hochberg).

    Parameters
    ----------
    trends : TrendTable
        By the hour, the day or the week. Watching begins after two weeks of hours, four weeks of days, eight weeks.
    metrics : sequence of str, default all
        Of ``n_posts``, ``n_complaints``, ``complaint_rate``, ``net_sentiment``.
    latest_only : bool, default False
        Give the alerts of the last whole period and of the running one only, as a daily run wants them.
    as_of : str or Timestamp, optional
        Take the data as they stood at the end of the period that holds this moment.
    false_alarms_per_year : float, default 4
        How many periods a year may have a false alarm where nothing happens, over all series together. For days that is a
        false discovery rate of 4 / 365; it is never taken to be above 5 % of the periods.
    min_count : int, default 5
        Posts (for complaints, complaints) that must be there, or for drops have been expected, for an alert.
    holidays : str, or sequence of dates, default ()
        ISO codes of countries such as ``"SE"`` or ``"SE,NO"`` (needs the package ``holidays``), or days. They are judged as
        Sundays, not for drops, and are no measure for other days.

    Returns
    -------
    DataFrame
        One row per alert, by period and then the smallest q-value: the `by` columns; ``period_start``; ``metric``;
        ``direction`` (up, down); ``observed`` and ``expected``; ``q_value``, the smallest false discovery rate at which this
        would be an alert; ``expected_low`` and ``expected_high``, where 95 % of observations were expected; ``size``, observed
        over expected (NaN for net sentiment, which may change its sign); ``n_posts``; ``kind`` (spike, drop, shift); ``since``,
        for shifts the period in which it seems to have begun; ``sentence``. Figures of a shift are means per period since then.

    Raises
    ------
    ConfigError
        Where an argument cannot be used, or the periods are longer than weeks.
    MissingDependencyError
        Where `holidays` names a country and the package ``holidays`` is not installed.

    Notes
    -----
    A spike is seen in the period in which it happens, the running one included; a running period is not judged for drops of
    numbers. The false discovery rate holds where the tests of a period depend on each other in a positive way; numbers of
    complaints, their share and sentiment do. docs/alerts.md has the rates found in simulations.

    References
    ----------
    Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, JRSS B 57, 289-300. For the baseline and the
    sums, see `sentilens.trends.baseline` and `sentilens.trends.cusum`.

    Examples
    --------
    >>> trends = sl.compute_trends(scored, by=("brand", "channel"), freq="D")  # doctest: +SKIP
    >>> sl.find_alerts(trends, latest_only=True, holidays="SE")["sentence"].tolist()  # doctest: +SKIP
    """
    rate = _checked_rate(trends, metrics, false_alarms_per_year, min_count)
    table = trends if as_of is None else up_to(trends, as_moment(as_of, trends.timezone))
    series = count_series(table, NEEDED_COUNTS)
    off = holiday_flags(series.periods, holidays, table.freq)
    judged = {metric: judge(series, metric, table.freq, off) for metric in metrics}
    found = _discover(judged, series, rate, min_count)
    if latest_only:
        whole = np.flatnonzero(~series.partial)
        first = whole[-1] if len(whole) else len(series.periods)
        found = [one for one in found if one.period >= first]
    rows = [_describe(one, metrics[one.metric], judged[metrics[one.metric]], series, table) for one in found]
    frame = pd.DataFrame(rows, columns=[*table.by, *ALERT_COLUMNS])
    return _typed(frame, table)


def adjust_p_values(p: FloatArray) -> FloatArray:
    """Give the q-values of Benjamini and Hochberg; NaN, where nothing was tested, stays and does not count.

    Examples
    --------
    >>> adjust_p_values(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    n = int(np.isfinite(flat).sum())
    order = order[:n]
    scaled = flat[order] * n / np.arange(1, n + 1)
    q = np.full_like(flat, np.nan)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q.reshape(p.shape)


def _discover(judged: Mapping[str, Judgement], series: CountSeries, rate: float, min_count: int) -> list[_Found]:
    """Go through the periods in order of time, as the charts and the false discovery rate do."""
    if not judged or not len(series.periods):
        return []
    high, low, score, correlation = (
        np.stack([getattr(one, name) for one in judged.values()]) for name in ("high", "low", "score", "correlation")
    )
    # (direction, metric, series, period): what there must be enough of, and its running totals.
    weight = np.stack([_weights(metric, one, series) for metric, one in judged.items()], axis=1)
    totals = np.pad(weight.cumsum(axis=-1), ((0, 0), (0, 0), (0, 0), (1, 0)))
    charts, found = Charts(score.shape[:2]), []
    for period in range(len(series.periods)):
        level = np.stack([high[..., period], low[..., period]])
        shift = charts.feed(score[..., period], correlation[..., period], period)
        # A shift has gathered over many periods, of which a single one may hold few posts.
        gathered = totals[..., period + 1] - np.take_along_axis(totals, charts.since[..., None], axis=-1)[..., 0]
        ample = np.stack([weight[..., period], gathered]) >= min_count
        tested = np.stack([level, shift])
        direction = np.nan_to_num(tested, nan=2.0).argmin(axis=1)
        # Two-sided: either tail may raise the alarm.
        q = adjust_p_values(np.minimum(1.0, 2 * np.fmin(tested[:, 0], tested[:, 1])))
        alarms = (q <= rate) & np.take_along_axis(ample, direction[:, None], axis=1)[:, 0]
        charts.tell(np.stack([alarms[_SHIFT] & (direction[_SHIFT] == side) for side in (_UP, _DOWN)]))
        # What stands out in this period need not be told a second time as having crept away.
        alarms[_SHIFT] &= ~(alarms[_LEVEL] & (direction[_LEVEL] == direction[_SHIFT]))
        for kind, row, column in np.argwhere(alarms):
            side, is_shift = int(direction[kind, row, column]), bool(kind == _SHIFT)
            since = int(charts.since[side, row, column]) if is_shift else period
            found.append(_Found(int(row), int(column), period, side, is_shift, since, float(q[kind, row, column])))
    return sorted(found, key=lambda one: (one.period, one.q_value, one.row, one.metric, one.is_shift))


def _weights(metric: str, judged: Judgement, series: CountSeries) -> FloatArray:
    """Give what an alert needs enough of, upward and downward, (2, S, T): what is there, or what was expected."""
    if METRICS[metric] == "number":
        return np.stack([judged.observed, np.nan_to_num(judged.expected)])
    posts = series.counts["n_posts"].astype(float)
    return np.stack([posts, posts])


def _describe(found: _Found, metric: str, judged: Judgement, series: CountSeries, table: TrendTable) -> list[Any]:
    """Make a row of the alerts' frame."""
    family = METRICS[metric]
    span = np.arange(found.since, found.period + 1)
    span = span[np.isfinite(judged.score[found.row, span])] if found.is_shift else span
    at = (found.row, span)
    n, posts = judged.n[at], series.counts["n_posts"][at].sum()
    observed, expected = (float(np.average(values[at], weights=n)) for values in (judged.observed, judged.expected))
    # Periods vary each on their own; what the estimate is off by, they share.
    factor = judged.own[at].mean() + len(span) * judged.shared[at].mean()
    total = expected * len(span) if family == "number" else expected
    bounds = central_interval(family, *(np.atleast_1d(x) for x in (total, factor, n.sum(), judged.spread[at][0])))
    low, high = (float(bound[0]) / (len(span) if family == "number" else 1) for bound in bounds)
    kind = "shift" if found.is_shift else "spike" if found.direction == _UP else "drop"
    size = observed / expected if family != "mean" and expected > 0 else float("nan")
    start, since = series.periods[found.period], series.periods[found.since]
    names = series.groups.iloc[found.row].tolist()
    sentence = tell_alert(
        names, metric, kind, found.direction == _UP, (observed, expected, low, high), int(posts), start, since, table.freq
    )
    figures = [observed, expected, found.q_value, low, high, size, int(posts)]
    return [*names, start, metric, _DIRECTIONS[found.direction], *figures, kind, since, sentence]


def _typed(frame: pd.DataFrame, table: TrendTable) -> pd.DataFrame:
    """Give the columns the types they have where there are alerts, so that no alert is no other frame."""
    moments = dict.fromkeys((PERIOD, "since"), table.periods.dtype)
    numbers = dict.fromkeys(("observed", "expected", "q_value", "expected_low", "expected_high", "size"), "float64")
    words = dict.fromkeys((*table.by, "metric", "direction", "kind", "sentence"), "str")
    return frame.astype({**moments, **numbers, **words, "n_posts": "int64"})


def _checked_rate(trends: TrendTable, metrics: Sequence[str], false_alarms_per_year: float, min_count: int) -> float:
    """Check the arguments and give the false discovery rate of a period."""
    if not isinstance(trends, TrendTable):
        raise InputError(
            f"Expected a TrendTable, got {type(trends).__name__}.",
            reason="not_trends",
            hint="Pass what compute_trends(scored, freq='D') returns.",
        )
    unknown = [name for name in metrics if name not in METRICS]
    if unknown or isinstance(metrics, str):
        raise ConfigError(
            f"metrics={metrics!r} cannot be watched.", reason="unknown_metric", hint=f"Give a list out of {', '.join(METRICS)}."
        )
    if not false_alarms_per_year > 0:
        raise ConfigError(
            f"false_alarms_per_year={false_alarms_per_year!r} is not above zero.", reason="bad_rate", hint="Use 4, say."
        )
    if min_count < 1:
        raise ConfigError(f"min_count={min_count!r} is below one.", reason="bad_min_count", hint="Use 1 or more.")
    return min(MAX_RATE, false_alarms_per_year / scheme_for(trends.freq).per_year)
