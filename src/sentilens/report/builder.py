"""Gathers what a report needs from chunks of scored posts, and writes the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ..errors import ConfigError
from ..schema import COPY_OF, LANGUAGE_NAMES, LANGUAGES, STATUSES, UNDETERMINED
from ..trends.compute import count_trends
from ..trends.counting import (
    NEEDED_COLUMNS,
    add_counts,
    cell_names,
    check_columns,
    countable,
    sort_posts,
    sum_counts,
)
from ..trends.periods import canonical_freq, check_timezone
from ..trends.table import TrendTable, column_names
from .bursts import find_bursts
from .details import plain_mapping
from .moves import find_drifts, find_movements
from .quotes import ComplaintShelf
from .summary import (
    GroupSummary,
    LanguageSummary,
    ReportSummary,
    latest_window,
    summarize_groups,
    summarize_total,
)

#: Columns that a report makes do without: it then says that there are no dates, no brands, no texts.
OPTIONAL_COLUMNS: Final = ("text", "created_at", "brand", "channel", "owned", COPY_OF)
_WEEKLY: Final = "W-MON"
_MONTHLY: Final = "MS"


class ReportBuilder:
    """Build a report from any number of chunks, in memory that does not grow with the number of posts.

    Parameters
    ----------
    title : str, optional
        Heading of the page.
    by : str or sequence of str, default ("brand", "channel")
        Columns that make the groups. The trends and the movements are those of the first.
    freq : str, default "W-MON"
        Length of the periods, as in `compute_trends`.
    timezone : str, default "UTC"
        Whose days and weeks.
    top_complaints : int, default 20
        How many likely complaints to quote; 0 for none.
    mask : callable str -> str, optional
        Takes personal data out of a quoted text; `sentilens.mask_text` if not given.

    Raises
    ------
    ConfigError
        Where an argument cannot be used.

    Examples
    --------
    >>> builder = ReportBuilder(title="Spring", timezone="Europe/Stockholm")
    >>> for chunk in sl.iter_posts("export.csv"):  # doctest: +SKIP
    ...     builder.add(model.score(chunk))
    >>> builder.write("report.html")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        title: str | None = None,
        by: str | Sequence[str] = ("brand", "channel"),
        freq: str = _WEEKLY,
        timezone: str = "UTC",
        top_complaints: int = 20,
        mask: Callable[[str], str] | None = None,
    ) -> None:
        if not isinstance(top_complaints, int) or top_complaints < 0:
            raise ConfigError(
                f"top_complaints={top_complaints!r} is not a number of posts.",
                reason="bad_top_complaints",
                hint="Use a whole number, 0 for none.",
            )
        self.title = title
        self.by = column_names(by)
        self.freq = canonical_freq(freq)
        self.timezone = check_timezone(timezone)
        self.mask = mask
        self._shelf = ComplaintShelf(top_complaints)
        self._statuses: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._parts: _Parts | None = None

    def add(self, scored: pd.DataFrame) -> None:
        """Take in scored posts.

        Raises
        ------
        MissingColumnsError
            Where the scores, or columns of `by` other than brand and channel, are missing.
        """
        must_have = [name for name in self.by if name not in OPTIONAL_COLUMNS]
        check_columns(scored, [*NEEDED_COLUMNS, "language", *must_have])
        posts = scored.reindex(columns=list(dict.fromkeys([*NEEDED_COLUMNS, "language", *OPTIONAL_COLUMNS, *self.by])))
        self._statuses.update(posts["status"].astype(str))
        self._languages.update(cell_names(posts["language"].fillna(UNDETERMINED)))
        part = _Parts(posts, self.by, self.freq, self.timezone)
        self._parts = part if self._parts is None else self._parts.added(part)
        self._shelf.add(posts[sort_posts(posts).counted])

    def summary(self, audit: Any = None, model_card: Mapping[str, Any] | None = None) -> ReportSummary:
        """Say what the posts so far show.

        Parameters
        ----------
        audit : object with ``to_dict()``, or mapping, optional
            How the posts were read.
        model_card : mapping, optional
            How they were scored, such as a model's manifest.
        """
        parts = self._parts
        if parts is None:
            nothing = pd.DataFrame(columns=list(dict.fromkeys([*NEEDED_COLUMNS, *OPTIONAL_COLUMNS, *self.by, "language"])))
            parts = _Parts(nothing, self.by, self.freq, self.timezone)
        trends, weekly, cells = parts.trends, parts.weekly, parts.cells
        total = summarize_total(cells, weekly)
        bursts = find_bursts(weekly, parts.contexts())
        return ReportSummary(
            title=self.title or "What customers wrote",
            n_rows=total.n_posts + trends.n_owned + trends.n_copies + trends.n_unscored,
            n_owned=trends.n_owned,
            n_copies=trends.n_copies,
            n_unscored=trends.n_unscored,
            statuses=_in_order(self._statuses, STATUSES),
            total=total,
            groups={name: summarize_groups(cells, (name,), weekly) for name in self.by},
            cells=summarize_groups(cells, self.by, weekly) if len(self.by) > 1 else (),
            languages=self._summarize_languages(parts),
            trends=trends,
            weekly=weekly,
            monthly=parts.monthly,
            change_window=latest_window(weekly),
            bursts=bursts,
            drifts=find_drifts(weekly, bursts),
            movements=find_movements(trends, bursts),
            top_complaints=self._shelf.choose(self.mask or _default_mask()),
            audit=plain_mapping(audit),
            model_card=plain_mapping(model_card),
        )

    def write(self, path: str | Path, audit: Any = None, model_card: Mapping[str, Any] | None = None) -> Path:
        """Write the page, at once or not at all; parameters as for `summary`."""
        from .page import write_page

        return write_page(self.summary(audit=audit, model_card=model_card), path)

    def _summarize_languages(self, parts: _Parts) -> tuple[LanguageSummary, ...]:
        scored = {group.names[0]: group for group in summarize_groups(parts.languages, ("language",), parts.no_weeks)}
        return tuple(
            LanguageSummary(
                code=code,
                name=LANGUAGE_NAMES.get(code, code),
                n_rows=n_rows,
                posts=scored.get(code, GroupSummary(names=(code,))),
            )
            for code, n_rows in _in_order(self._languages, (*LANGUAGES, UNDETERMINED)).items()
        )


class _Parts:
    """The sums of a chunk, which add up to those of the whole."""

    def __init__(self, posts: pd.DataFrame, by: tuple[str, ...], freq: str, timezone: str) -> None:
        self.trends = count_trends(posts, by, freq, timezone=timezone)
        self.weekly, self.monthly = (
            self.trends if freq == other else count_trends(posts, by, other, timezone=timezone) for other in (_WEEKLY, _MONTHLY)
        )
        # Where a burst gathered may also be told by language.
        spoken = () if "language" in by[:1] else (*by[:1], "language")
        self.spoken = count_trends(
            posts.assign(language=posts["language"].fillna(UNDETERMINED)), spoken, _WEEKLY, timezone=timezone
        )
        # Over all posts, as those without a date count in totals.
        counted = posts[sort_posts(posts).counted]
        rows = countable(counted).assign(**{name: cell_names(counted[name]) for name in (*by, "language")})
        self.by = by
        self.cells = sum_counts(rows, by)
        self.languages = sum_counts(rows, ("language",))

    def added(self, other: _Parts) -> _Parts:
        both = object.__new__(_Parts)
        both.by = self.by
        both.trends = self.trends + other.trends
        both.weekly = both.trends if self.weekly is self.trends else self.weekly + other.weekly
        both.monthly = both.trends if self.monthly is self.trends else self.monthly + other.monthly
        both.spoken = self.spoken + other.spoken
        both.cells = add_counts([self.cells, other.cells], self.by)
        both.languages = add_counts([self.languages, other.languages], ("language",))
        return both

    def contexts(self) -> list[TrendTable]:
        """Give the weeks by the first column and one other each."""
        pairs = [self.weekly.collapse((self.by[0], other)) for other in self.by[1:] if other != "language"]
        return [*pairs, self.spoken] if len(self.spoken.by) > 1 else pairs

    @property
    def no_weeks(self) -> TrendTable:
        """A table without periods, for groups whose weeks are not kept."""
        return TrendTable((), _WEEKLY, self.weekly.timezone, self.weekly.counts.iloc[:0])


def write_report(
    scored: pd.DataFrame,
    path: str | Path,
    *,
    title: str | None = None,
    audit: Any = None,
    model_card: Mapping[str, Any] | None = None,
    freq: str = _WEEKLY,
    timezone: str = "UTC",
) -> Path:
    """Write a report about scored posts: one HTML file that needs nothing else and asks nothing of the network.

    Parameters
    ----------
    scored : DataFrame
        Scored posts, as ``model.score(posts)`` returns them.
    path : str or path-like
        The file to write. It appears when it is complete.
    title : str, optional
        Heading of the page.
    audit : object with ``to_dict()``, or mapping, optional
        How the posts were read; ``scored.attrs["audit"]`` if not given.
    model_card : mapping, optional
        How they were scored; ``scored.attrs["model_card"]`` if not given.
    freq, timezone : str
        As for `compute_trends`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    MissingColumnsError
        Where the posts have no scores.
    ConfigError
        Where `freq` or `timezone` cannot be used.
    EngineError
        Where the file cannot be written.

    Notes
    -----
    The same posts give the same bytes. Quoted texts are masked, authors and links are left out, and groups of fewer
    than five posts are shown without figures. The company's own posts and posts that repeat earlier ones are left out, and the
    report says how many. A post that concerns several brands is shown under the first of them, so that all figures add up.
    """
    builder = ReportBuilder(title=title, freq=freq, timezone=timezone)
    builder.add(scored)
    return builder.write(
        path,
        audit=scored.attrs.get("audit") if audit is None else audit,
        model_card=scored.attrs.get("model_card") if model_card is None else model_card,
    )


def _in_order(counts: Counter[str], order: Sequence[str]) -> dict[str, int]:
    """Give the counts in a known order, others behind by name, without zeros."""
    names = [*order, *sorted(set(counts) - set(order))]
    return {name: counts[name] for name in names if counts[name]}


def _default_mask() -> Callable[[str], str]:
    from ..privacy import mask_text

    return mask_text
