"""The counts that a report rests on, of a chunk of posts; those of chunks add up to those of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from ..schema import SCORE_COLUMNS, UNDETERMINED
from ..trends.compute import count_trends
from ..trends.counting import add_counts, cell_names, countable, read_flags, sort_posts, sum_counts
from ..trends.periods import period_starts
from ..trends.prevalence import count_languages, read_error_rates
from ..trends.table import PERIOD, TrendTable

WEEKLY: Final = "W-MON"
MONTHLY: Final = "MS"
TOPIC: Final = "topic"
#: Columns of yes and no that are counted: those of heads of one's own, and whether somebody expects a reply.
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
        rows = countable(counted)
        rates = read_error_rates(known)
        if rates:
            rows = count_languages(rows, counted["language"], rates)
        rows = rows.assign(**{name: cell_names(counted[name]) for name in dict.fromkeys((*by, TOPIC, "language"))})
        self.rates = rates
        self.cells = sum_counts(rows, by)
        self.languages = sum_counts(rows, ("language",))
        self.topics = sum_counts(rows, (TOPIC,))
        self.flags = _count_flags(counted, rows, by)

    def __add__(self, other: Parts) -> Parts:
        both = object.__new__(Parts)
        both.by, both.freq, both.rates = self.by, self.freq, self.rates if self.rates == other.rates else {}
        both.daily = self.daily + other.daily
        both.trends = None if self.trends is None or other.trends is None else self.trends + other.trends
        both.contexts = {name: table + other.contexts[name] for name, table in self.contexts.items()}
        both.cells = add_counts([self.cells, other.cells], self.by)
        both.languages = add_counts([self.languages, other.languages], ("language",))
        both.topics = add_counts([self.topics, other.topics], (TOPIC,))
        both.flags = _add_flags(self.flags, other.flags, self.by)
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


def flag_columns(scored: pd.DataFrame) -> list[str]:
    """Give the names of heads of one's own: columns ``is_<name>`` with ``<name>_probability``, not of the schema."""
    names = [str(name)[3:] for name in scored.columns if str(name).startswith("is_") and name not in SCORE_COLUMNS]
    return [name for name in names if f"{name}_probability" in scored.columns]


def _count_flags(counted: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Count the posts with each flag, and those of which it is known, by the groups."""
    flags = {name: read_flags(counted[f"is_{name}"]) for name in flag_columns(counted)}
    likely = pd.to_numeric(counted["expects_reply_probability"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    flags[EXPECTS_REPLY] = np.where(np.isfinite(likely), likely >= _LIKELY, np.nan)
    counts: dict[str, Any] = {}
    for name, values in flags.items():
        counts[f"yes@{name}"], counts[f"known@{name}"] = (values == 1).astype(np.int64), np.isfinite(values).astype(np.int64)
    return _sum_flags(rows[list(by)].assign(**counts), by)


def _sum_flags(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    if rows.empty:
        return rows.reset_index(drop=True)
    return rows.groupby(list(by), as_index=False).sum() if by else rows.sum().to_frame().T


def _add_flags(mine: pd.DataFrame, theirs: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    filled = [part for part in (mine, theirs) if not part.empty]
    if not filled:
        return mine
    both = pd.concat(filled, ignore_index=True)
    counted = [name for name in both.columns if name not in by]
    return _sum_flags(both.fillna(dict.fromkeys(counted, 0)).astype(dict.fromkeys(counted, np.int64)), by)
