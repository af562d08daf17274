"""Counts per group and period that add up, and the trend table made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from .changes import Against, compare_cells, dispersion_of
from .counting import (
    COUNT_COLUMNS,
    add_counts,
    add_rates,
    count_columns,
    is_language_count,
    sum_counts,
)
from .figures import further_figures, hide_few
from .mentions import BRAND, add_repeats, without_repeats
from .periods import edge_slack, period_end, period_grid
from .prevalence import ErrorRates

PERIOD: Final = "period_start"
#: Columns of a trend frame after the names of the groups.
TREND_COLUMNS: Final[tuple[str, ...]] = (
    PERIOD,
    "n_posts",
    "n_complaints",
    "complaint_rate",
    "complaint_rate_low",
    "complaint_rate_high",
    "mean_complaint_probability",
    "net_sentiment",
    "net_sentiment_low",
    "net_sentiment_high",
    "share_of_voice",
    "partial",
)
#: A frame of more rows than this would take gigabytes; counts stay small, as only what occurs is kept.
MAX_FRAME_ROWS: Final = 5_000_000


@dataclass(frozen=True, eq=False, repr=False)
class TrendTable:
    """Counts of customers' scored posts per group and period. Made by `compute_trends`.

    Tables of parts add up to the table of the whole, exactly and in any order: ``a + b``, or ``sum(tables)``.

    Attributes
    ----------
    by : tuple of str
        The columns that make the groups; empty for the total.
    freq, timezone : str
        Length of the periods (canonical name) and the zone whose midnights they start at.
    counts : DataFrame
        The integer counts behind all figures: one row for each group and period that occurs. Read, do not write.
    n_undated, n_unscored, n_owned, n_copies : int
        Posts left out: scored but without a date; without scores; the company's own; copies of earlier posts. With
        `n_posts` they make up all rows; a post with more than one reason counts as owned before copy before unscored
        before undated.
    first_post, last_post : Timestamp or None
        Times of the first and the last post counted, in UTC.
    error_rates : dict of str to ErrorRates
        What the classifier is known to get wrong, by language; empty where that is not known, or not the same for all parts.
    repeats : DataFrame or None
        Where posts that concern several brands count for each: how much of `counts` is there more than once, by the groups
        without ``brand``. Totals leave it out.
    """

    by: tuple[str, ...]
    freq: str
    timezone: str
    counts: pd.DataFrame
    n_undated: int = 0
    n_unscored: int = 0
    n_owned: int = 0
    n_copies: int = 0
    first_post: pd.Timestamp | None = None
    last_post: pd.Timestamp | None = None
    error_rates: dict[str, ErrorRates] = field(default_factory=dict)
    repeats: pd.DataFrame | None = None

    @property
    def n_posts(self) -> int:
        """Posts counted, each once, however many brands it concerns."""
        return int(self.counts["n_posts"].sum()) - self.n_repeats

    @property
    def n_repeats(self) -> int:
        """How many times posts are counted for a further brand."""
        return 0 if self.repeats is None else int(self.repeats["n_posts"].sum())

    @cached_property
    def periods(self) -> pd.DatetimeIndex:
        """Starts of all periods from the first to the last that has posts, empty ones included."""
        if self.counts.empty:
            return pd.DatetimeIndex(self.counts[PERIOD], name=PERIOD)
        starts = self.counts[PERIOD]
        return period_grid(starts.min(), starts.max(), self.freq, self.timezone).rename(PERIOD)

    @cached_property
    def partial_periods(self) -> pd.DatetimeIndex:
        """Starts of the periods (the first, the last) that the data cover in part only.

        The data are taken to run from the first post to the last. A period counts as cut when they begin later than
        its start, or end earlier than its end, by more than a quarter of the period, or by more than a day where
        that is less: the first week is partial when the first post came later than on its Monday.
        """
        if self.first_post is None or self.last_post is None:
            return self.periods
        first, last = self.periods[0], self.periods[-1]
        last_end = period_end(last, self.freq, self.timezone)
        cut = []
        if self.first_post - first > edge_slack(first, period_end(first, self.freq, self.timezone)):
            cut.append(first)
        if last_end - self.last_post > edge_slack(last, last_end):
            cut.append(last)
        return self.periods[self.periods.isin(cut)]

    def __add__(self, other: object) -> TrendTable:
        if not isinstance(other, TrendTable):
            return NotImplemented
        for name in ("by", "freq", "timezone"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise ConfigError(
                    f"Trend tables with {name}={mine!r} and {name}={theirs!r} cannot be added.",
                    reason="unlike_tables",
                    hint="Compute both with the same by, freq and timezone.",
                )
        # Parts that were scored by other models have no error rates in common.
        alike = self.error_rates == other.error_rates
        parts = [table.counts if alike else _without_languages(table.counts) for table in (self, other)]
        counts = add_counts(parts, [*self.by, PERIOD])
        firsts = [table.first_post for table in (self, other) if table.first_post is not None]
        lasts = [table.last_post for table in (self, other) if table.last_post is not None]
        return TrendTable(
            by=self.by,
            freq=self.freq,
            timezone=self.timezone,
            counts=counts,
            n_undated=self.n_undated + other.n_undated,
            n_unscored=self.n_unscored + other.n_unscored,
            n_owned=self.n_owned + other.n_owned,
            n_copies=self.n_copies + other.n_copies,
            first_post=min(firsts, default=None),
            last_post=max(lasts, default=None),
            error_rates=self.error_rates if alike else {},
            repeats=add_repeats(self.repeats, other.repeats),
        )

    def __radd__(self, other: object) -> TrendTable:
        # sum() starts from 0.
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TrendTable):
            return NotImplemented
        mine, theirs = ({k: v for k, v in vars(table).items() if k in _PLAIN_FIELDS} for table in (self, other))
        if self.repeats is None or other.repeats is None:
            same_repeats = self.repeats is other.repeats
        else:
            same_repeats = self.repeats.equals(other.repeats)
        return mine == theirs and same_repeats and self.counts.equals(other.counts)

    __hash__ = None  # type: ignore[assignment]

    def collapse(self, by: str | Sequence[str] = ()) -> TrendTable:
        """Add up over some of the columns, exactly, as if the trends had been computed by the others alone.

        A post that counts for several brands counts once where ``brand`` is not among the columns kept.

        Parameters
        ----------
        by : str or sequence of str, default ()
            The columns to keep, any of ``self.by``; none for the total.

        Raises
        ------
        ConfigError
            Where a column is not one of ``self.by``.
        """
        kept = column_names(by)
        unknown = [name for name in kept if name not in self.by]
        if unknown:
            raise ConfigError(
                f"The trends have no group {', '.join(map(repr, unknown))}; they are by {self.by!r}.",
                reason="unknown_group",
                hint="Name it in compute_trends(..., by=...).",
            )
        counts = sum_counts(self.counts, [*kept, PERIOD])
        repeats = self.repeats
        if repeats is not None:
            repeats = sum_counts(repeats, [*(name for name in kept if name != BRAND), PERIOD])
            if BRAND not in kept:
                counts, repeats = without_repeats(counts, repeats, [*kept, PERIOD]), None
        plain = {name: getattr(self, name) for name in _PLAIN_FIELDS}
        return TrendTable(**{**plain, "by": kept, "counts": counts, "repeats": repeats})

    def to_frame(self, *, empty_rows: bool = True, min_count: int = 0) -> pd.DataFrame:
        """Give the trends as a table, sorted by group and period.

        Parameters
        ----------
        empty_rows : bool, default True
            Whether each group has a row for every period of the table, with zero posts (and rates NaN) where it was
            quiet. False keeps what occurs only, for very many groups.
        min_count : int, default 0
            Cells of fewer posts have no rates (NaN), and a column ``suppressed`` tells which they are.

        Returns
        -------
        DataFrame
            The `by` columns; ``period_start`` (in the table's time zone); ``n_posts``, ``n_complaints``;
            ``complaint_rate``, the share of posts that are complaints, with its 95 % Wilson interval ``_low`` and
            ``_high``; ``mean_complaint_probability``; ``net_sentiment``, (positive - negative) / all posts, in
            [-1, 1], with its 95 % interval; ``share_of_voice``, the group's share of all posts in the period (of all mentions,
            where posts count for several brands);
            ``partial``, whether the data begin or end inside the period (see `partial_periods`).
            Where posts have what they tell: ``mean_rating``; ``n_severity_0`` to ``n_severity_4``, posts by severity;
            ``complaint_rate_corrected`` with its interval, the share corrected for the classifier's known errors in the posts'
            languages (see `sentilens.trends.prevalence`); of each yes/no head of your own, ``n_<name>`` and ``<name>_rate``, a
            share of the posts that a model with this head has judged, with its 95 % Wilson interval. Where `min_count` is
            given: ``suppressed``.

        Raises
        ------
        ConfigError
            With ``reason="too_many_rows"`` where groups times periods are more than five million.
        """
        counts = self.filled_counts() if empty_rows else self.counts
        frame = add_rates(counts)
        in_period = frame.groupby(PERIOD)["n_posts"].transform("sum").to_numpy(dtype=float)
        frame["share_of_voice"] = np.divide(
            frame["n_posts"].to_numpy(dtype=float), in_period, out=np.full(len(frame), np.nan), where=in_period > 0
        )
        frame["partial"] = frame[PERIOD].isin(self.partial_periods)
        more = further_figures(counts, self.error_rates)
        frame = frame.assign(**more)[[*self.by, *TREND_COLUMNS, *more]].reset_index(drop=True)
        return hide_few(frame, min_count) if min_count > 0 else frame

    def changes(self, against: Against = "previous") -> pd.DataFrame:
        """Set each cell against another: what changed, and how sure that is.

        Parameters
        ----------
        against : {"previous", "year", "others"}, default "previous"
            The same group in the period before; in the same period a year before (hours, days and weeks: 52 weeks before, so
            that weekdays meet their like); or the groups that differ in the first column of `by` alone, in the same period: a
            brand on a channel against all other brands on that channel.

        Returns
        -------
        DataFrame
            The `by` columns; ``period_start``; for ``n_posts`` and ``n_complaints`` the count and ``_against``; for
            ``complaint_rate`` and ``net_sentiment`` the figure, ``_against``, ``_change`` (the first minus the second) and its
            95 % interval ``_change_low`` and ``_change_high`` (Newcombe's method; for net sentiment the same with its own
            intervals). Missing where there is nothing to set a cell against. The intervals take posts as independent, see
            `overdispersion`.

        Raises
        ------
        ConfigError
            Where `against` is not known, or is ``"others"`` and the table is of the total.
        """
        return compare_cells(self.filled_counts(), self.by, self.periods, self.freq, against)

    def overdispersion(self) -> pd.DataFrame:
        """Tell how much more the periods of each group vary than independent posts would let them.

        Returns
        -------
        DataFrame
            The `by` columns; ``n_periods``, those that the data cover whole; ``n_posts`` and ``complaint_rate``, the variance
            over that of a Poisson count and of a binomial share, both with a constant mean: trends and weekdays count too.
            Around 1, intervals of single periods tell all there is to tell; at 4, the figures of other periods scatter twice
            as wide as the intervals.
        """
        filled = self.filled_counts()
        return dispersion_of(filled[~filled[PERIOD].isin(self.partial_periods)], self.by)

    def filled_counts(self) -> pd.DataFrame:
        """Give the counts with a row for every group and period, zeros where it was quiet; sorted by both."""
        if self.counts.empty:
            return self.counts
        cells = self.counts[list(self.by)].drop_duplicates() if self.by else pd.DataFrame(index=[0])
        n_rows = len(cells) * len(self.periods)
        if n_rows > MAX_FRAME_ROWS:
            raise ConfigError(
                f"{len(cells):,} groups over {len(self.periods):,} periods from {self.periods[0]:%Y-%m-%d} to "
                f"{self.periods[-1]:%Y-%m-%d} make {n_rows:,} rows.",
                reason="too_many_rows",
                hint="Choose longer periods, look for wrong dates, collapse(by=...), or to_frame(empty_rows=False).",
            )
        grid = cells.merge(self.periods.to_frame(index=False), how="cross")
        filled = grid.merge(self.counts, how="left", on=[*self.by, PERIOD])
        counted = count_columns(self.counts)
        return filled.fillna(dict.fromkeys(counted, 0)).astype(dict.fromkeys(counted, np.int64))

    def __repr__(self) -> str:
        span = f"{self.periods[0]:%Y-%m-%d} to {self.periods[-1]:%Y-%m-%d}" if len(self.periods) else "no periods"
        return (
            f"<TrendTable by={self.by!r} freq={self.freq!r} timezone={self.timezone!r}: {self.n_posts:,} posts, "
            f"{len(self.periods):,} periods, {span}; left out: {self.n_undated:,} undated, "
            f"{self.n_unscored:,} unscored, {self.n_owned:,} owned, {self.n_copies:,} copies>"
        )

    def _repr_html_(self) -> str:
        shown = self.to_frame(empty_rows=False).to_html(max_rows=20, index=False, border=0, float_format="{:.3f}".format)
        return f"<p>{escape(repr(self))}</p>{shown}"


_PLAIN_FIELDS: Final = tuple(name for name in TrendTable.__dataclass_fields__ if name not in {"counts", "repeats"})


def _without_languages(counts: pd.DataFrame) -> pd.DataFrame:
    return counts[[name for name in counts.columns if not is_language_count(name)]]


def column_names(by: str | Iterable[str]) -> tuple[str, ...]:
    """Give the names of the groups' columns, or raise `ConfigError` where they cannot be such."""
    names = (by,) if isinstance(by, str) or not isinstance(by, Iterable) else tuple(by)
    taken = [name for name in names if name in TREND_COLUMNS or name in COUNT_COLUMNS]
    if taken or len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise ConfigError(
            f"by={by!r} cannot name the groups.",
            reason="bad_by",
            hint=f"Use different names of columns, none of which the trends have themselves ({', '.join(TREND_COLUMNS)}).",
        )
    return names
