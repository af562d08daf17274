"""Gathers what an explanation needs from chunks of scored posts, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ConfigError, InputError
from ..schema import BRAND_SEPARATOR, BRANDS, NO_NAME
from ..trends.counting import (
    COUNT_COLUMNS,
    NEEDED_COLUMNS,
    add_counts,
    cell_names,
    check_columns,
    countable,
    read_flags,
    sort_posts,
    sum_counts,
)
from ..trends.periods import edge_slack, parse_times
from .spans import Span

#: Sides of the comparison, and all other posts, which tell how usual a word is.
NOW, BEFORE, ELSEWHERE = "now", "before", "elsewhere"
#: Posts whose texts are kept of each: as many as words need, chosen by a hash, so that neither order nor chunks matter.
MAX_TEXTS: Final[dict[str, int]] = {NOW: 3_000, BEFORE: 3_000, ELSEWHERE: 3_000}
#: Stretches are cut into days or weeks to see how much they vary, if they have no periods of their own.
_MIN_PERIODS, _MIN_DAYS, _MIN_WEEKS = 4, 8, 4
_MAX_NAMED: Final = 20
SIDE, PART, BLOCK = "_side", "_part", "_block"

BoolArray = NDArray[np.bool_]


class ChangeGatherer:
    """Counts and texts of two periods.

    Parameters
    ----------
    period, against : Span
    within : mapping of str to str
        Column -> the value that posts have there.
    over : sequence of str
    kinds : sequence of str
        The posts whose texts are kept: of ``complaints``, ``negative``, ``positive``.
    """

    def __init__(
        self, period: Span, against: Span, within: Mapping[str, str], over: Sequence[str], kinds: Sequence[str]
    ) -> None:
        self.spans = {NOW: period, BEFORE: against}
        self.within, self.over, self.kinds = dict(within), tuple(over), tuple(kinds)
        self.first_post: pd.Timestamp | None = None
        self.last_post: pd.Timestamp | None = None
        self.names: set[str] = set()
        self._values: dict[str, Counter[str]] = {name: Counter() for name in within}
        self._cells: pd.DataFrame | None = None
        self._blocks: pd.DataFrame | None = None
        self._texts: dict[str, pd.DataFrame] = {}
        self._n_seen = 0

    def add(self, scored: pd.DataFrame) -> None:
        """Take in scored posts."""
        check_columns(scored, ["created_at", *NEEDED_COLUMNS, *self.within, *self.over])
        self._n_seen += len(scored)
        times = parse_times(scored["created_at"])
        dated = sort_posts(scored).counted & ~np.asarray(times.isna())
        posts, times = scored.loc[dated], times[dated]
        self._note_brands(posts)
        if posts.empty:
            return
        self.first_post = min(filter(None, (self.first_post, times.min())))
        self.last_post = max(filter(None, (self.last_post, times.max())))
        chosen = self._chosen(posts)
        sides = np.full(len(posts), ELSEWHERE, dtype=object)
        for side, span in self.spans.items():
            sides[chosen & np.asarray((times >= span.start) & (times < span.end))] = side
        self._count(posts, times, sides)
        # What came later could not be known, and may well be about the change.
        known = np.asarray(times < max(span.end for span in self.spans.values()))
        self._keep_texts(posts[known], times[known], sides[known])

    def _note_brands(self, posts: pd.DataFrame) -> None:
        if "brand" in posts.columns:
            self.names.update(posts["brand"].dropna().astype(str).unique())
        if BRANDS in posts.columns:
            lists = posts[BRANDS].dropna().astype(str).unique()
            self.names.update(name for joined in lists for name in joined.split(BRAND_SEPARATOR))

    def _chosen(self, posts: pd.DataFrame) -> BoolArray:
        """Tell which posts are those that are looked at. A post on several brands is on each of them."""
        chosen = np.ones(len(posts), dtype=bool)
        for name, wanted in self.within.items():
            values = cell_names(posts[name])
            self._values[name].update(values.tolist())
            fits = _same(values, wanted)
            if name == "brand" and BRANDS in posts.columns:
                lists = _written(posts[BRANDS])
                several = lists.str.contains(BRAND_SEPARATOR, regex=False).to_numpy(dtype=bool)
                mentioned = lists[several].str.split(BRAND_SEPARATOR, regex=False)
                fits[several] |= np.array([_key(wanted) in map(_key, brands) for brands in mentioned], dtype=bool)
            chosen &= fits
        return chosen

    def _count(self, posts: pd.DataFrame, times: pd.DatetimeIndex, sides: NDArray[Any]) -> None:
        inside = sides != ELSEWHERE
        if not inside.any():
            return
        posts, times, sides = posts[inside], times[inside], sides[inside]
        part, block = (np.zeros(len(posts), dtype=np.int64) for _ in range(2))
        for side, span in self.spans.items():
            here = sides == side
            part[here] = pd.DatetimeIndex(span.edges).searchsorted(times[here], side="right") - 1
            block[here] = pd.DatetimeIndex(blocks_of(span)).searchsorted(times[here], side="right") - 1
        names: dict[str, Any] = {name: cell_names(posts[name]) for name in self.over}
        rows = countable(posts).assign(**{SIDE: sides, PART: part, BLOCK: block}, **names)
        self._cells = _added(self._cells, sum_counts(rows, [SIDE, PART, *self.over]), [SIDE, PART, *self.over])
        self._blocks = _added(self._blocks, sum_counts(rows, [SIDE, BLOCK]), [SIDE, BLOCK])

    def _keep_texts(self, posts: pd.DataFrame, times: pd.DatetimeIndex, sides: NDArray[Any]) -> None:
        if "text" not in posts.columns:
            return
        flags = {
            "complaints": read_flags(posts["is_complaint"]) == 1,
            "negative": (posts["sentiment"] == "negative").to_numpy(),
            "positive": (posts["sentiment"] == "positive").to_numpy(),
        }
        told = np.any([flags[kind] for kind in self.kinds], axis=0) & posts["text"].notna().to_numpy()
        told &= (posts["text"].astype(str).str.strip() != "").to_numpy(dtype=bool)
        if not told.any():
            return
        posts, times, sides = posts[told], times[told], sides[told]
        missing = pd.Series("", index=posts.index, dtype="str")
        column: Any = {
            name: cell_names(posts[name]) if name in posts.columns else missing for name in ("brand", "channel", "language")
        }
        found = pd.DataFrame(
            {
                "text": posts["text"].astype(str).to_numpy(),
                "date": times,
                **{name: values.to_numpy() for name, values in column.items()},
                "author": _written(posts["author"] if "author" in posts.columns else missing).to_numpy(),
                "topic": _written(posts["topic"] if "topic" in posts.columns else missing).to_numpy(),
                "probability": pd.to_numeric(posts["complaint_probability"]).to_numpy(dtype=float),
                **{kind: flags[kind][told] for kind in self.kinds},
                SIDE: sides,
            }
        )
        found["hash"] = pd.util.hash_pandas_object(found[["text", "channel"]], index=False).to_numpy()
        for side, rows in found.groupby(SIDE):
            kept = pd.concat([self._texts[str(side)], rows]) if str(side) in self._texts else rows
            kept = kept.sort_values(["hash", "date", "author"], kind="stable").head(MAX_TEXTS[str(side)])
            self._texts[str(side)] = kept

    def checked(self) -> None:
        """Raise where the posts cannot bear the question.

        Raises
        ------
        InputError
            Without posts that have a date and scores (reason ``no_dates``), or where the period lies outside of them
            (``period_outside``).
        ConfigError
            Where no post has the value asked for (reason ``unknown_group``).
        """
        if self.first_post is None or self.last_post is None:
            raise InputError(
                f"None of {self._n_seen:,} posts has both a date and a score.",
                reason="no_dates",
                hint="Name the column with dates: mapping={'created_at': 'COLUMN'}, or --map created_at=COLUMN.",
            )
        for name, wanted in self.within.items():
            values = self._values[name]
            known = {*values, *self.names} if name == "brand" else set(values)
            if _key(wanted) not in map(_key, known):
                named = ", ".join(repr(value) for value, _ in values.most_common(_MAX_NAMED))
                raise ConfigError(
                    f"No post has {name}={wanted!r}; the posts have {named}.", reason="unknown_group", hint="Use one of these."
                )
        for side, span in self.spans.items():
            if span.start > self.last_post or span.end <= self.first_post:
                which = "The period" if side == NOW else "What the period is set against"
                raise InputError(
                    f"{which}, {span.start:%Y-%m-%d} to {span.last_day:%Y-%m-%d}, lies outside of the posts, which are from "
                    f"{self.first_post:%Y-%m-%d} to {self.last_post:%Y-%m-%d}.",
                    reason="period_outside",
                    hint="Choose days that the posts cover.",
                )

    def named(self) -> dict[str, str]:
        """Give the values asked for as the posts write them."""
        found = {}
        for name, wanted in self.within.items():
            known = [value for value, _ in self._values[name].most_common()] + sorted(self.names if name == "brand" else ())
            found[name] = next((value for value in known if _key(value) == _key(wanted)), wanted)
        return found

    def covered_parts(self) -> list[int]:
        """Number the periods of the reference that the posts cover from their beginning; all where it is one stretch."""
        edges = self.spans[BEFORE].edges
        if self.first_post is None or len(edges) <= 2:
            return list(range(len(edges) - 1))
        starts = [
            number
            for number in range(len(edges) - 1)
            if self.first_post - edges[number] <= edge_slack(edges[number], edges[number + 1])
        ]
        return starts or [len(edges) - 2]

    def n_periods(self) -> float:
        """Tell how many times as long as the period the reference is, as far as the posts cover it."""
        if self.spans[BEFORE].n_periods > 1:
            return float(len(self.covered_parts()))
        days = [(span.end.tz_localize(None) - span.start.tz_localize(None)) for span in self.spans.values()]
        return float(days[1] / days[0])

    def is_cut(self) -> bool:
        """Whether the posts begin or end inside one of the two stretches."""
        if self.first_post is None or self.last_post is None:
            return True
        now, before = self.spans[NOW], self.spans[BEFORE]
        slack = edge_slack(now.start, now.end)
        begun = len(before.edges) == 2 and self.first_post - before.start > edge_slack(before.start, before.end)
        return now.end - self.last_post > slack or self.first_post - now.start > slack or begun

    def cells(self, side: str, parts: Sequence[int]) -> pd.DataFrame:
        """Give the counts of one side by the columns that are split over."""
        frame = _no_counts([PART, *self.over]) if self._cells is None else self._cells[self._cells[SIDE] == side]
        return frame[frame[PART].isin(list(parts))].drop(columns=[SIDE, PART], errors="ignore").reset_index(drop=True)

    def has_values(self, name: str) -> bool:
        """Tell whether any post of the two periods has a value in a column that is split over."""
        return self._cells is not None and bool((self._cells[name] != NO_NAME).any())

    def blocks(self, side: str) -> pd.DataFrame:
        """Give the counts of one side by block, a row for each, zeros where it was quiet; none where it is not cut up."""
        edges = blocks_of(self.spans[side])
        if self._blocks is None or len(edges) <= 2:
            return _no_counts([])
        numbers = self.covered_parts() if side == BEFORE and len(self.spans[BEFORE].edges) > 2 else range(len(edges) - 1)
        # Blocks outside of the posts are no quiet ones.
        held = [n for n in numbers if edges[n + 1] > self.first_post and edges[n] <= self.last_post]  # type: ignore[operator]
        found = self._blocks[self._blocks[SIDE] == side].set_index(BLOCK).drop(columns=SIDE)
        return found.reindex(held, fill_value=0).reset_index(drop=True)

    def texts(self, side: str) -> pd.DataFrame:
        """Give the posts kept of one side, in an order that does not depend on that of the file."""
        columns = ["text", "date", "brand", "channel", "language", "author", "topic", "probability", *self.kinds]
        if side not in self._texts:
            return pd.DataFrame(columns=columns)
        kept = self._texts[side]
        if side == BEFORE and len(self.spans[BEFORE].edges) > 2:
            edges = pd.DatetimeIndex(self.spans[BEFORE].edges)
            kept = kept[np.isin(edges.searchsorted(kept["date"], side="right") - 1, self.covered_parts())]
        return kept[columns].reset_index(drop=True)


def blocks_of(span: Span) -> tuple[pd.Timestamp, ...]:
    """Cut a stretch into its periods, weeks or days, to see how much they vary."""
    n_days = (span.end.tz_localize(None) - span.start.tz_localize(None)).days
    if span.n_periods >= _MIN_PERIODS:
        return span.edges
    step = 7 if n_days >= 7 * _MIN_WEEKS else 1
    if n_days < _MIN_DAYS:
        return (span.start, span.end)
    # A last one that is not whole is no measure.
    return tuple(span.start + pd.DateOffset(days=day) for day in range(0, n_days - n_days % step + 1, step))


def _no_counts(keys: Sequence[str]) -> pd.DataFrame:
    counted = {name: pd.Series(dtype="int64") for name in COUNT_COLUMNS}
    return pd.DataFrame({**{key: pd.Series(dtype="str") for key in keys}, **counted})


def _written(values: pd.Series[Any]) -> pd.Series[Any]:
    """Give cells as text, empty where nothing stands, whatever the type of a column without values."""
    return values.astype("object").where(values.notna(), "").astype(str)


def _added(total: pd.DataFrame | None, part: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return part if total is None else add_counts([total, part], keys)


def _same(values: pd.Series[Any], wanted: str) -> BoolArray:
    return np.array(values.isin([value for value in values.unique() if _key(value) == _key(wanted)]), dtype=bool)


def _key(name: object) -> str:
    return str(name).strip().casefold()
