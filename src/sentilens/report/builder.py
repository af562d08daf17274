"""Gathers what a report needs from chunks of scored posts, and writes the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ..answering import AnswerQueue, ReplyLog, ReplyTimes
from ..errors import ConfigError, InputError
from ..head_columns import find_own_heads
from ..schema import BRANDS, COPY_OF, LANGUAGES, NO_NAME, SEVERITY_COLUMNS, STATUSES, UNDETERMINED
from ..schema import OPTIONAL_COLUMNS as ANSWER_COLUMNS
from ..trends.counting import NEEDED_COLUMNS, cell_names, check_columns, sort_posts
from ..trends.periods import canonical_freq, check_timezone
from ..trends.prevalence import MANIFEST_KEY
from ..trends.table import column_names
from ..wording import wording
from .details import plain_mapping
from .events import MAX_TOLD, find_events, told_events
from .explained import explain_events
from .kept import KeptPosts
from .moves import find_drifts
from .parts import EXPECTS_REPLY, MONTHLY, TOPIC, WEEKLY, Parts, coarsen
from .quotes import ComplaintShelf
from .summary import GroupReader, GroupSummary, LanguageSummary, ReportSummary, latest_window

#: Columns that a report makes do without: it then says that there are no dates, no brands, no texts, or nothing of them.
OPTIONAL_COLUMNS: Final = (
    *("text", "created_at", "brand", "channel", "owned", COPY_OF, "rating", TOPIC),
    *("expects_reply_probability", *SEVERITY_COLUMNS, "post_id", "url", "reply_to", *ANSWER_COLUMNS, BRANDS),
)
#: What explanations need of posts that are kept whole.
_KEPT: Final = (*NEEDED_COLUMNS, "language", "text", "created_at", "brand", "channel", "owned", COPY_OF, TOPIC)
_MAX_QUEUE: Final = 200


class ReportBuilder:
    """Build a report from any number of chunks, in memory that hardly grows with the number of posts.

    Of each post are kept its id, its time and what tells of an answer; of texts, as many as explanations and quotes need.

    Parameters
    ----------
    title : str, optional
        Heading of the page.
    language : str, default "en"
        The reader's: one of `sentilens.wording.READER_LANGUAGES`.
    by : str or sequence of str, default ("brand", "channel")
        Columns that make the groups. The trends and the movements are those of the first.
    freq : str, default "W-MON"
        Length of the periods, as in `compute_trends`.
    timezone : str, default "UTC"
        Whose days and weeks.
    corrected : bool, default False
        Show complaint rates corrected for what the model is known to get wrong, see `sentilens.trends.prevalence`. They are
        right as far as the model errs on these posts as it did on those that it was measured on.
    explanations : int, default 3
        How many of the clearest events to explain; 0 for none.
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
        language: str = "en",
        by: str | Sequence[str] = ("brand", "channel"),
        freq: str = WEEKLY,
        timezone: str = "UTC",
        corrected: bool = False,
        explanations: int = MAX_TOLD,
        top_complaints: int = 20,
        mask: Callable[[str], str] | None = None,
    ) -> None:
        for name, number in (("explanations", explanations), ("top_complaints", top_complaints)):
            if not isinstance(number, int) or number < 0:
                raise ConfigError(
                    f"{name}={number!r} is not a number.", reason=f"bad_{name}", hint="Use a whole number, 0 for none."
                )
        self.title = title
        self.wording = wording(language)
        self.by = column_names(by)
        self.freq = canonical_freq(freq)
        self.timezone = check_timezone(timezone)
        self.corrected = corrected
        self.mask = mask
        self.explanations = explanations
        self._shelf = ComplaintShelf(top_complaints)
        self._kept = KeptPosts()
        self._queue = AnswerQueue(timezone=self.timezone)
        self._replies = ReplyLog(self.by, timezone=self.timezone)
        self._statuses: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._parts: Parts | None = None

    def add(self, scored: pd.DataFrame) -> None:
        """Take in scored posts.

        Raises
        ------
        MissingColumnsError
            Where the scores, or columns of `by` other than brand and channel, are missing.
        """
        must_have = [name for name in self.by if name not in OPTIONAL_COLUMNS]
        check_columns(scored, [*NEEDED_COLUMNS, "language", *must_have])
        heads = [name for head in find_own_heads(scored.columns) if head.is_yes_no for name in head.names]
        columns = [*NEEDED_COLUMNS, "language", *OPTIONAL_COLUMNS, *self.by, *heads]
        error_rates = scored.attrs.get("model_card", {}).get(MANIFEST_KEY)
        posts = scored.reindex(columns=list(dict.fromkeys(columns)))
        posts.attrs = {}  # pandas would copy them, with the whole model card, at each step
        self._statuses.update(posts["status"].astype(str))
        self._languages.update(cell_names(posts["language"].fillna(UNDETERMINED)))
        part = Parts(posts, self.by, self.freq, self.timezone, error_rates)
        self._parts = part if self._parts is None else self._parts + part
        counted = posts[sort_posts(posts).counted]
        self._shelf.add(counted)
        if {"text", TOPIC} <= set(scored.columns):
            self._queue.add(posts.assign(text=posts["text"].astype("object").where(posts["text"].notna(), "")))
        self._replies.add(posts)
        if self.explanations:
            self._kept.add(counted[list(dict.fromkeys([*_KEPT, *self.by]))])

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
            columns = dict.fromkeys([*NEEDED_COLUMNS, *OPTIONAL_COLUMNS, *self.by, "language"])
            parts = Parts(pd.DataFrame(columns=list(columns)), self.by, self.freq, self.timezone, None)
        mask = self.mask or _default_mask()
        parts, n_stray = parts.without_strays()
        trends, weekly = parts.by_period(self.freq), parts.by_period(WEEKLY)
        everything = parts.cells.drop(columns=list(self.by)).sum().to_frame().T
        reader = GroupReader(parts.rates, everything, weekly, corrected=self.corrected)
        total = next(iter(reader.read(parts.cells, ())), GroupSummary(names=()))
        first = self.by[:1]
        pairs = parts.pairs() if first else []
        daily = parts.daily.collapse(first)
        # Languages tell where an event gathered, but are no series of their own.
        series = [coarsen(table, WEEKLY) for table in pairs if table.by[-1] != "language"]
        events = find_events([weekly.collapse(first), daily], series, pairs)
        topics = () if parts.topics[TOPIC].eq(NO_NAME).all() else reader.read(parts.topics, (TOPIC,), changes=False)
        return ReportSummary(
            title=self.title,
            n_rows=total.n_posts + trends.n_owned + trends.n_copies + trends.n_unscored,
            n_owned=trends.n_owned,
            n_copies=trends.n_copies,
            n_unscored=trends.n_unscored,
            n_stray=n_stray,
            statuses=_in_order(self._statuses, STATUSES),
            corrected=reader.corrected,
            total=total,
            groups={name: reader.read(parts.cells, (name,)) for name in self.by},
            cells=reader.read(parts.cells, self.by) if len(self.by) > 1 else (),
            languages=self._summarize_languages(parts, reader),
            topics=topics,
            heads=tuple(sorted(total.heads, key=lambda name: (name == EXPECTS_REPLY, name))),
            trends=trends,
            weekly=weekly,
            monthly=parts.by_period(MONTHLY),
            change_window=latest_window(weekly),
            events=events,
            drifts=find_drifts(weekly, events),
            explained=explain_events(told_events(events)[: self.explanations], self._kept, self.timezone, mask),
            queue=self._queue.find(_MAX_QUEUE) if topics else None,
            reply_times=self._measure_replies(),
            top_complaints=self._shelf.choose(mask),
            audit=plain_mapping(audit),
            model_card=plain_mapping(model_card),
        )

    def write(
        self,
        path: str | Path,
        audit: Any = None,
        model_card: Mapping[str, Any] | None = None,
        *,
        format: str | None = None,
    ) -> Path:
        """Write the page or the workbook, at once or not at all.

        Parameters
        ----------
        path : str or path-like
        audit, model_card
            As for `summary`.
        format : {"html", "xlsx"}, optional
            By the ending of the name if not given, a page unless that is ``.xlsx``.
        """
        from .page import write_page
        from .workbook import write_workbook

        if format not in (None, "html", "xlsx"):
            raise ConfigError(f"There are no reports of the format {format!r}.", reason="bad_format", hint="Use html or xlsx.")
        is_workbook = format == "xlsx" or (format is None and Path(path).suffix.lower() == ".xlsx")
        write = write_workbook if is_workbook else write_page
        return write(self.summary(audit=audit, model_card=model_card), path, self.wording)

    def _measure_replies(self) -> ReplyTimes | None:
        try:
            return self._replies.measure()
        except InputError:  # the posts say nothing of answers
            return None

    def _summarize_languages(self, parts: Parts, reader: GroupReader) -> tuple[LanguageSummary, ...]:
        scored = {group.names[0]: group for group in reader.read(parts.languages, ("language",), changes=False)}
        return tuple(
            LanguageSummary(code=code, n_rows=n_rows, posts=scored.get(code, GroupSummary(names=(code,))))
            for code, n_rows in _in_order(self._languages, (*LANGUAGES, UNDETERMINED)).items()
        )


def write_report(
    scored: pd.DataFrame,
    path: str | Path,
    *,
    title: str | None = None,
    language: str = "en",
    audit: Any = None,
    model_card: Mapping[str, Any] | None = None,
    freq: str = WEEKLY,
    timezone: str = "UTC",
    corrected: bool = False,
) -> Path:
    """Write a report about scored posts: one HTML file that needs nothing else and asks nothing of the network, or a workbook.

    Parameters
    ----------
    scored : DataFrame
        Scored posts, as ``model.score(posts)`` returns them.
    path : str or path-like
        The file to write, a workbook for Excel if its name ends in ``.xlsx``. It appears when it is complete.
    title : str, optional
        Heading of the page.
    language : str, default "en"
        The reader's: ``"en"``, ``"sv"``, ``"nb"``, ``"da"``, ``"fi"``, ``"is"`` or ``"de"``. Quoted posts stay in their own.
    audit : object with ``to_dict()``, or mapping, optional
        How the posts were read; ``scored.attrs["audit"]`` if not given.
    model_card : mapping, optional
        How they were scored; ``scored.attrs["model_card"]`` if not given.
    freq, timezone : str
        As for `compute_trends`.
    corrected : bool, default False
        Show complaint rates corrected for what the model is known to get wrong; both figures over all are shown in any case.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    MissingColumnsError
        Where the posts have no scores.
    ConfigError
        Where `freq`, `timezone` or `language` cannot be used.
    EngineError
        Where the file cannot be written.

    Notes
    -----
    The same posts give the same bytes. Quoted texts are masked, authors and links are left out, and groups of fewer
    than five posts are shown without figures. The company's own posts and posts that repeat earlier ones are left out, and the
    report says how many. A post that concerns several brands is shown under the first of them, so that all figures add up.
    """
    builder = ReportBuilder(title=title, language=language, freq=freq, timezone=timezone, corrected=corrected)
    if model_card is not None:
        scored = scored.copy(deep=False)
        scored.attrs = {**scored.attrs, "model_card": model_card}
    builder.add(scored)
    return builder.write(
        path,
        audit=scored.attrs.get("audit") if audit is None else audit,
        model_card=scored.attrs.get("model_card"),
    )


def _in_order(counts: Counter[str], order: Sequence[str]) -> dict[str, int]:
    """Give the counts in a known order, others behind by name, without zeros."""
    names = [*order, *sorted(set(counts) - set(order))]
    return {name: counts[name] for name in names if counts[name]}


def _default_mask() -> Callable[[str], str]:
    from ..privacy import mask_text

    return mask_text
