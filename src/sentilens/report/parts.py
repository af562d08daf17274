"""The counts that a report rests on, of a chunk of posts; those of chunks add up to those of the whole."""

from __future__ import annotations

from collections.abc import Mapping
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

    def by_period(self, freq: str) -> TrendTable:
        """Give the trends in periods of a length."""
        return self.trends if self.trends is not None and freq == self.freq else coarsen(self.daily, freq)

    def pairs(self) -> list[TrendTable]:
        """Give the days by the first column and one other each."""
        others = [self.daily.collapse((self.by[0], name)) for name in self.by[1:]]
        return [*others, *self.contexts.values()]


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
