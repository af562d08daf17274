"""Events: alerts of a group that follow each other, told as one, with its peak, its end, and where it gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from ..trends.alerts import find_alerts
from ..trends.intervals import difference_interval
from ..trends.monitoring import SCHEMES
from ..trends.periods import period_end
from ..trends.table import PERIOD, TrendTable
from .groups import ALL_POSTS, MIN_CELL, Flags, full_periods, largest_groups

#: What an event is told by, the first of which there is an alert.
METRICS: Final = ("n_complaints", "complaint_rate", "n_posts", "net_sentiment")
COUNTS: Final = ("n_complaints", "n_posts")
#: The chance that a report calls an event clear where nothing happened, shared by all tables and their periods. Others are
#: listed, and events prolonged, by alerts at the usual rate.
CLEAR_ERROR: Final = 0.05
_FURTHER_ROUNDS: Final = 2
_PER_YEAR: Final = 4.0
#: So many events are told in sentences, in order of time where the last is at least this clear, in parts of the clearest.
MAX_TOLD: Final = 3
_CLOSE: Final = 0.25
#: Alerts with no more periods than this between them are one event.
MAX_GAP: Final = 1
#: A value of a column is named where its share of an event is clearly above its share elsewhere, by so much at least.
MIN_CONCENTRATION: Final = 0.1


@dataclass(frozen=True)
class Concentration:
    """The most frequent value of a column within an event, clearly more frequent there than elsewhere."""

    column: str
    value: str
    share: float
    share_elsewhere: float


@dataclass(frozen=True)
class Event:
    """A run of periods in which a series stood out from what was expected.

    Attributes
    ----------
    columns, names : tuple of str
        The series: columns and their values; none for all posts.
    metric, upward
        What stood out, and whether it was high.
    freq : str
        Length of its periods.
    start, peak, last : Timestamp
        Starts of the first, the most extreme and the last period.
    end : Timestamp
        The end of the last period.
    over : Timestamp or None
        Start of the first whole period as expected again; None where the data end before.
    observed, expected, low, high : float
        At the peak: what was there, what was expected, and where 95 % of observations were expected.
    n_posts, n_complaints : int
        Counts at the peak.
    q_value : float
        Smallest false discovery rate at which one of its alerts would be one.
    clear : bool
        Whether it is unlikely that chance made any event as clear as this in the whole report.
    concentrations : tuple of Concentration
        Where its posts gathered, the clearest first.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    metric: str
    upward: bool
    freq: str
    start: pd.Timestamp
    peak: pd.Timestamp
    last: pd.Timestamp
    end: pd.Timestamp
    over: pd.Timestamp | None
    observed: float
    expected: float
    low: float
    high: float
    n_posts: int
    n_complaints: int
    q_value: float
    clear: bool
    concentrations: tuple[Concentration, ...] = ()

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day of the event."""
        return self.end - pd.DateOffset(days=1)

    @property
    def clearness(self) -> float:
        """For the order of events: counts by their distance in standard deviations of a Poisson count, else by the q-value."""
        if self.metric in COUNTS:
            return float(abs(self.observed - self.expected) / np.sqrt(max(self.expected, 0.1)))
        return float(-np.log10(max(self.q_value, 1e-12)))

    def covers(self, starts: pd.DatetimeIndex) -> Flags:
        """Tell which period starts lie within the event."""
        return np.asarray((starts >= self.start) & (starts < self.end))

    def overlaps(self, other: Event) -> bool:
        """Whether both are of the same group, or of a part of it, at the same time."""
        shared = min(len(self.names), len(other.names))
        same = self.names[:shared] == other.names[:shared] and self.columns[:shared] == other.columns[:shared]
        return same and self.start < other.end and other.start < self.end


def find_events(tables: Sequence[TrendTable], parts: Sequence[TrendTable], contexts: Sequence[TrendTable]) -> tuple[Event, ...]:
    """Find what stood out, the clearest first.

    Parameters
    ----------
    tables : sequence of TrendTable
        The same groups by periods of different lengths. An event that shows in several is told by the first.
    parts : sequence of TrendTable
        Groups within those groups. Events there are told where none of the whole group is at that time, and if they are clear.
    contexts : sequence of TrendTable
        By the group and one other column each, by the day: where an event's posts may have gathered.
    """
    n_tables = len(tables) + len(parts)
    found: list[Event] = []
    for table in tables:
        found += [event for event in _events_of(table, n_tables) if not any(event.overlaps(other) for other in found)]
    found = [replace(event, concentrations=_concentrations(event, contexts)) for event in found]
    for table in parts:
        within = (event for event in _events_of(table, n_tables) if event.clear)
        found += [event for event in within if not any(event.overlaps(other) for other in found)]
    return tuple(sorted(found, key=lambda event: (not event.clear, -event.clearness, event.names, event.start)))


def told_events(events: Sequence[Event]) -> list[Event]:
    """Choose the clearest events, in order of time where they are about as clear."""
    chosen = [event for event in events if event.clear][:MAX_TOLD]
    if chosen and min(event.clearness for event in chosen) >= _CLOSE * max(event.clearness for event in chosen):
        chosen.sort(key=lambda event: (event.peak, event.names))
    return chosen


def touched_by(names: Sequence[str], table: TrendTable, events: Sequence[Event]) -> Flags:
    """Tell for each group and period whether a clear event of the whole group touches it; periods may have another length."""
    touched = np.zeros((len(names), len(table.periods)), dtype=bool)
    starts = table.periods
    ends = pd.DatetimeIndex([period_end(start, table.freq, table.timezone) for start in starts]) if events else starts
    for event in events:
        name = event.names[0] if event.names else ALL_POSTS
        if event.clear and len(event.names) <= 1 and name in names:
            touched[names.index(name)] |= np.asarray((starts < event.end) & (ends > event.start))
    return touched


def _events_of(table: TrendTable, n_tables: int) -> list[Event]:
    """Find the events of the largest groups."""
    n_judged = int(full_periods(table).sum()) - SCHEMES[table.freq].warm_up
    if n_judged <= 0:
        return []
    error = CLEAR_ERROR / n_tables / n_judged
    watched = largest_groups(table)
    alerts = _gather_alerts(watched, error)
    cells = watched.counts.set_index([*watched.by, PERIOD])[list(COUNTS)]
    events = []
    groups = alerts.groupby(list(watched.by), sort=True) if watched.by else [((), alerts)]
    for names, rows in groups:
        at = watched.periods.get_indexer(pd.DatetimeIndex(rows[PERIOD]))
        for run in _runs(at):
            events.append(_event(tuple(map(str, names)), rows[np.isin(at, run)], run, watched, cells, error))
    return events


def _gather_alerts(table: TrendTable, error: float) -> pd.DataFrame:
    """Find spikes and drops, and again where the clear ones are taken out: they swell what is expected after them."""
    found = find_alerts(table, metrics=METRICS, false_alarms_per_year=_PER_YEAR)
    found = found[found["kind"] != "shift"]
    parts, new = [found], found
    for _ in range(_FURTHER_ROUNDS):
        clear = new[new["q_value"] <= error]
        if clear.empty:
            break
        table = _without_alerts(table, clear, new)
        new = find_alerts(table, metrics=METRICS, false_alarms_per_year=_PER_YEAR)
        new = new[new["kind"] != "shift"]
        parts.append(new)
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else found


def _without_alerts(table: TrendTable, clear: pd.DataFrame, alerts: pd.DataFrame) -> TrendTable:
    """Give the groups with clear alerts alone, with usual counts in the periods of all their alerts."""
    counts = table.counts
    keys = list(table.by)
    if keys:
        counts = counts.merge(clear[keys].drop_duplicates(), on=keys)
    marked = counts[[*keys, PERIOD]].merge(alerts[[*keys, PERIOD]].drop_duplicates(), how="left", indicator=True)
    told = (marked["_merge"] == "both").to_numpy()
    numbers = list(counts.select_dtypes("number").columns)
    calm = counts[~told]
    usual = calm.groupby(keys)[numbers].median() if keys else calm[numbers].median().to_frame().T
    values = counts[keys].merge(usual.reset_index(), how="left", on=keys)[numbers] if keys else usual.loc[[0] * len(counts)]
    counts = counts.copy()
    counts.loc[told, numbers] = values.fillna(0).round().astype(np.int64).to_numpy()[told]
    return replace(table, counts=counts, repeats=None)


def _event(
    names: tuple[str, ...], rows: pd.DataFrame, run: list[int], table: TrendTable, cells: pd.DataFrame, error: float
) -> Event:
    metric = next(metric for metric in METRICS if (rows["metric"] == metric).any())
    rows = rows.assign(distance=(rows["observed"] - rows["expected"]).abs())
    peak = rows[rows["metric"] == metric].sort_values(["distance", PERIOD], ascending=[False, True], kind="stable").iloc[0]
    full = full_periods(table)
    later = np.flatnonzero(full[run[-1] + 1 :])
    key = (*names, peak[PERIOD]) if names else peak[PERIOD]
    counts = cells.loc[key] if key in cells.index else dict.fromkeys(COUNTS, 0)
    return Event(
        columns=table.by,
        names=names,
        metric=metric,
        upward=peak["direction"] == "up",
        freq=table.freq,
        start=table.periods[run[0]],
        peak=peak[PERIOD],
        last=table.periods[run[-1]],
        end=period_end(table.periods[run[-1]], table.freq, table.timezone),
        over=table.periods[run[-1] + 1 + later[0]] if len(later) else None,
        observed=float(peak["observed"]),
        expected=float(peak["expected"]),
        low=float(peak["expected_low"]),
        high=float(peak["expected_high"]),
        n_posts=int(counts["n_posts"]),
        n_complaints=int(counts["n_complaints"]),
        q_value=float(rows["q_value"].min()),
        clear=bool(rows["q_value"].min() <= error),
    )


def _runs(positions: Any) -> list[list[int]]:
    """Give the stretches of periods, joined over short gaps."""
    runs: list[list[int]] = []
    for at in sorted(set(map(int, positions))):
        if runs and at - runs[-1][-1] - 1 <= MAX_GAP:
            runs[-1].extend(range(runs[-1][-1] + 1, at + 1))
        else:
            runs.append([at])
    return runs


def _concentrations(event: Event, contexts: Sequence[TrendTable]) -> tuple[Concentration, ...]:
    """Find the columns whose most frequent value within an event is clearly more frequent there than elsewhere."""
    if not event.upward or event.metric not in COUNTS:
        return ()
    found = []
    for context in contexts:
        column = context.by[-1]
        cells = context.counts[context.counts[context.by[0]] == event.names[0]] if event.names else context.counts
        inside = event.covers(pd.DatetimeIndex(cells[PERIOD]))
        within, elsewhere = (cells[flags].groupby(column)[event.metric].sum() for flags in (inside, ~inside))
        gathered = _compare_shares(column, *({str(name): int(n) for name, n in part.items()} for part in (within, elsewhere)))
        if gathered is not None:
            found.append(gathered)
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0]))


def _compare_shares(column: str, within: Mapping[str, int], elsewhere: Mapping[str, int]) -> tuple[float, Concentration] | None:
    from scipy.stats import norm

    if not within or len({*within, *elsewhere}) < 2 or sum(elsewhere.values()) < MIN_CELL:
        return None
    value = min(within, key=lambda name: (-within[name], name))
    n, n_elsewhere = sum(within.values()), sum(elsewhere.values())
    k, k_elsewhere = within[value], elsewhere.get(value, 0)
    if not n:
        return None
    z = float(norm.isf(0.025 / len({*within, *elsewhere})))
    low = float(difference_interval(k, n, k_elsewhere, n_elsewhere, z=z)[0])
    if k < MIN_CELL or low <= 0 or k / n - k_elsewhere / n_elsewhere < MIN_CONCENTRATION:
        return None
    return low, Concentration(column, value, k / n, k_elsewhere / n_elsewhere)
