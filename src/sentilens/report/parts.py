"""The counts that a report rests on, of a chunk of posts; those of chunks add up to those of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from ..schema import UNDETERMINED
from ..trends.compute import count_trends
from ..trends.counting import JUDGED, YES, add_counts, cell_names, countable, sort_posts, sum_counts
from ..trends.periods import period_starts
from ..trends.prevalence import count_languages, read_error_rates
from ..trends.table import PERIOD, TrendTable

WEEKLY: Final = "W-MON"
MONTHLY: Final = "MS"
TOPIC: Final = "topic"
#: Counted like a head of one's own: whether somebody expects a reply.
EXPECTS_REPLY: Final = "expects_reply"
_LIKELY: Final = 0.5
#: Posts so far from the others, and at most such a part of all, have dates that are most likely wrong.
_FAR: Final = pd.Timedelta(days=366)
_MAX_STRAY: Final = 0.01


class Parts:
    """The sums of a chunk.

    Parameters
    ----------
    posts : DataFrame
        Scored posts, with all columns that are counted, which may be empty.
    by : tuple of str
        Columns of the groups.
    freq, timezone : str
    error_rates : mapping, optional
        What the classifier is known to get wrong.
    """

    def __init__(
        self, posts: pd.DataFrame, by: tuple[str, ...], freq: str, timezone: str, error_rates: Mapping[str, Any] | None
    ) -> None:
        posts = posts.assign(language=posts["language"].fillna(UNDETERMINED))
        known = dict(error_rates or {})
        self.by = by
        self.daily = count_trends(posts, by, "D", timezone=timezone, error_rates=known)
        self.trends = count_trends(posts, by, freq, timezone=timezone, error_rates=known) if freq == "h" else None
        self.freq = freq
        # Where an event gathered may also be told by topic and by language.
        self.contexts = {
            name: count_trends(posts, (*by[:1], name), "D", timezone=timezone, error_rates=known)
            for name in (TOPIC, "language")
            if name not in by
        }
        # Over all posts, as those without a date count in totals.
        counted = posts[sort_posts(posts).counted]
        rows = _with_expected_replies(countable(counted), counted)
        rates = read_error_rates(known)
        if rates:
            rows = count_languages(rows, counted["language"], rates)
        rows = rows.assign(**{name: cell_names(counted[name]) for name in dict.fromkeys((*by, TOPIC, "language"))})
        self.rates = rates
        self.cells = sum_counts(rows, by)
        self.languages = sum_counts(rows, ("language",))
        self.topics = sum_counts(rows, (TOPIC,))

    def __add__(self, other: Parts) -> Parts:
        both = object.__new__(Parts)
        both.by, both.freq, both.rates = self.by, self.freq, self.rates if self.rates == other.rates else {}
        both.daily = self.daily + other.daily
        both.trends = None if self.trends is None or other.trends is None else self.trends + other.trends
        both.contexts = {name: table + other.contexts[name] for name, table in self.contexts.items()}
        both.cells = add_counts([self.cells, other.cells], self.by)
        both.languages = add_counts([self.languages, other.languages], ("language",))
        both.topics = add_counts([self.topics, other.topics], (TOPIC,))
        return both

    def without_strays(self) -> tuple[Parts, int]:
        """Take out of all periods the few posts that lie more than a year from the others, and tell how many they are.

        Such dates are most likely wrong, and a single one would stretch everything over decades.
        """
        days = self.daily.counts.groupby(PERIOD)["n_posts"].sum()
        starts = pd.DatetimeIndex(days.index)
        far = (starts[1:] - starts[:-1]) > _FAR if len(starts) else np.array([], dtype=bool)
        cluster = np.concatenate([[0], np.cumsum(far)]) if len(starts) else np.array([])
        sizes = days.groupby(cluster).sum() if len(starts) else days
        n_stray = int(sizes.sum() - sizes.max()) if len(sizes) else 0
        if not 0 < n_stray <= _MAX_STRAY * int(sizes.sum()):
            return self, 0
        kept = starts[cluster == sizes.idxmax()]
        core = copy(self)
        core.daily, core.trends = _cropped(self.daily, kept), None if self.trends is None else _cropped(self.trends, kept)
        core.contexts = {name: _cropped(table, kept) for name, table in self.contexts.items()}
        return core, n_stray

    def by_period(self, freq: str) -> TrendTable:
        """Give the trends in periods of a length."""
        return self.trends if self.trends is not None and freq == self.freq else coarsen(self.daily, freq)

    def pairs(self) -> list[TrendTable]:
        """Give the days by the first column and one other each."""
        others = [self.daily.collapse((self.by[0], name)) for name in self.by[1:]]
        return [*others, *self.contexts.values()]


def _cropped(table: TrendTable, days: pd.DatetimeIndex) -> TrendTable:
    """Keep what lies within the days; the other posts count as undated."""
    end = days[-1] + pd.DateOffset(days=1)
    inside = (table.counts[PERIOD] >= days[0]) & (table.counts[PERIOD] < end)
    counts = table.counts[inside].reset_index(drop=True)
    first, last = table.first_post, table.last_post
    return replace(
        table,
        counts=counts,
        n_undated=table.n_undated + int(table.counts.loc[~inside, "n_posts"].sum()),
        first_post=None if first is None else max(first, days[0].tz_convert("UTC")),
        last_post=None if last is None else min(last, (end - pd.Timedelta(1, "us")).tz_convert("UTC")),
    )


def coarsen(table: TrendTable, freq: str) -> TrendTable:
    """Add the periods of a table up to longer ones, exactly."""
    if freq == table.freq:
        return table
    starts = pd.DatetimeIndex(table.counts[PERIOD])
    longer = table.counts.assign(**{PERIOD: period_starts(starts, freq, table.timezone)}) if len(starts) else table.counts
    return replace(table, freq=freq, counts=sum_counts(longer, [*table.by, PERIOD]))


def _with_expected_replies(rows: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Count the posts that expect a reply as the answers of heads of one's own are counted."""
    likely = pd.to_numeric(counted["expects_reply_probability"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(likely)
    if not known.any():
        return rows
    yes = known & (np.nan_to_num(likely) >= _LIKELY)
    return rows.assign(**{JUDGED + EXPECTS_REPLY: known.astype(np.int64), YES + EXPECTS_REPLY: yes.astype(np.int64)})
