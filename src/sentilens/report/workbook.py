"""Writes a summary as a workbook: real numbers, shares and dates, frozen headers, and Excel's own charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from ..output import whole_file
from ..spreadsheet import wall_time
from ..style import PALETTE
from ..trends.table import PERIOD, TrendTable
from ..wording import Wording
from ..xlsx import NO_TIME, cell_text, repack
from .groups import MIN_CELL, group_labels, group_sizes, largest_groups
from .sections.answer import reply_notes, reply_table, waiting_posts
from .sections.method import method_pairs
from .sections.moved import EVENT_NAMES, tell_concentration
from .sections.reading import fate_pairs, model_pairs, reading_pairs
from .sections.why import parts_table
from .story import series_name, tell_extremes, tell_latest, tell_story
from .summary import ReportSummary
from .tables import (
    CHANGE,
    COUNT,
    DAY,
    FIGURE,
    HOURS,
    NAME,
    NUMBER,
    POINTS,
    SCORE,
    SHARE,
    TEXT,
    Cell,
    Column,
    Table,
    group_table,
)

_FORMATS: Final = {
    COUNT: "#,##0",
    SHARE: "0.0%",
    POINTS: "+0.0%;-0.0%;0.0%",
    SCORE: "+0.00;-0.00;0.00",
    NUMBER: "0.0",
    CHANGE: "+0.0;-0.0;0.0",
    HOURS: "0.0",
    FIGURE: "0.##",
    DAY: "yyyy-mm-dd",
}
_WIDTHS: Final = {NAME: 22, TEXT: 34, DAY: 12}
_NUMBER_WIDTH: Final = 14
_LONG: Final = 100
_MAX_CHARTED: Final = len(PALETTE)
_CHART_WIDTH, _CHART_HEIGHT = 24.0, 9.0
_MAX_GROUPS: Final = 200


def write_workbook(summary: ReportSummary, path: str | Path, words: Wording) -> Path:
    """Write the workbook, at once or not at all; equal summaries make equal bytes.

    Raises
    ------
    EngineError
        Where the file cannot be written (reason ``disk_full`` or ``unwritable``).
    """
    path = Path(path)
    book = _Book(words)
    book.add_text(words.say("Summary"), _summary_rows(summary, words))
    if not summary.total.thin:
        _add_figures(book, summary, words)
    sources = [*fate_pairs(summary, words), *reading_pairs(summary.audit, words), *model_pairs(summary.model_card, words)]
    book.add_text(words.say("Method"), [*method_pairs(summary, words), *sources])
    with whole_file(path) as part:
        book.save(part)
    return path


def _add_figures(book: _Book, summary: ReportSummary, words: Wording) -> None:
    for column in summary.trends.by[:2]:
        title = words.say("Trends – {column}", column=words.column(column))
        book.add_trends(title, summary.trends.collapse(column), summary.rate_metric)
    if not summary.trends.by:
        book.add_trends(words.say("Trends"), summary.trends, summary.rate_metric)
    for name, groups in summary.groups.items():
        book.add_table(words.column(name), group_table(summary, (name,), groups, words, _MAX_GROUPS))
    if summary.topics:
        book.add_table(words.column("topic"), group_table(summary, ("topic",), summary.topics, words))
    book.add_table(words.say("Alerts"), _alert_table(summary, words))
    for number, found in enumerate(summary.explained, start=1):
        title = words.say("Drivers {n}", n=words.number(number))
        book.add_table(title, parts_table(found, words), found.explanation.sentences(words))
    if summary.queue is not None and not summary.queue.empty:
        book.add_table(words.say("To answer"), _queue_table(summary, words))
    replies = reply_table(summary, words)
    if replies is not None:
        book.add_table(words.say("Reply times"), replies, reply_notes(summary, words))


class _Book:
    """Sheets in the order in which they are added."""

    def __init__(self, words: Wording) -> None:
        from openpyxl import Workbook

        self._words = words
        self._book: Any = Workbook()
        self._book.remove(self._book.active)
        self._book.properties.created = NO_TIME
        self._book.properties.creator = "sentilens"

    def add_text(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Add a sheet of headings with a text each."""
        sheet = self._sheet(title)
        for at, (heading, text) in enumerate(rows, start=1):
            self._write(sheet, at, 1, heading, bold=True)
            self._write(sheet, at, 2, text, wrap=True)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, _LONG

    def add_table(self, title: str, table: Table, notes: Sequence[str] = ()) -> int:
        """Add a sheet with a table, intervals in columns of their own, and sentences above it; give the row of its header."""
        sheet = self._sheet(title)
        for at, note in enumerate((table.caption, *notes), start=1):
            self._write(sheet, at, 1, note, bold=at == 1)
        top = len(notes) + 3
        columns = _with_bounds(table, self._words)
        for at, (column, _) in enumerate(columns, start=1):
            self._write(sheet, top, at, column.label, bold=True, wrap=True)
            sheet.column_dimensions[_letter(at)].width = _WIDTHS.get(column.kind, _NUMBER_WIDTH)
        for down, row in enumerate(table.rows, start=top + 1):
            for at, (column, value_of) in enumerate(columns, start=1):
                self._write(sheet, down, at, value_of(row), kind=column.kind, wrap=column.kind == TEXT)
        sheet.freeze_panes = sheet.cell(top + 1, 2)
        sheet.auto_filter.ref = f"A{top}:{_letter(len(columns))}{top + max(1, len(table.rows))}"
        sheet.print_title_rows = f"{top}:{top}"
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        return top

    def add_trends(self, title: str, trends: TrendTable, rate: str) -> None:
        """Add a sheet with the figures of each group and period, and charts of the largest groups beside them."""
        table, groups = _trend_table(trends, rate, self._words)
        top = self.add_table(title, table)
        sheet = self._book[self._book.sheetnames[-1]]
        labels = [column.label for column, _ in _with_bounds(table, self._words)]
        for number, label in enumerate((self._words.say("Likely complaints"), self._words.say("Complaint rate"))):
            self._add_chart(sheet, label, labels.index(label) + 1, top, groups, len(labels), number)

    def save(self, path: Path) -> None:
        """Write the file."""
        with TemporaryFile() as packed:
            self._book.save(packed)
            with path.open("wb") as target:
                repack(packed, target)

    def _add_chart(
        self, sheet: Any, label: str, column: int, top: int, groups: Sequence[tuple[str, int]], n_columns: int, number: int
    ) -> None:
        from openpyxl.chart import LineChart, Reference, Series

        chart = LineChart()
        chart.title, chart.width, chart.height = label, _CHART_WIDTH, _CHART_HEIGHT
        chart.x_axis.number_format = _FORMATS[DAY]
        chart.x_axis.delete = chart.y_axis.delete = False
        first = top + 1
        for rank, (name, n_periods) in enumerate(groups[:_MAX_CHARTED]):
            values = Reference(sheet, min_col=column, min_row=first, max_row=first + n_periods - 1)
            series = Series(values, title=cell_text(name)[0])
            series.graphicalProperties.line.solidFill = PALETTE[rank].lstrip("#")
            series.graphicalProperties.line.width = 22_000
            series.smooth = False
            chart.series.append(series)
            first += n_periods
        chart.set_categories(Reference(sheet, min_col=2, min_row=top + 1, max_row=top + groups[0][1]))
        sheet.add_chart(chart, f"{_letter(n_columns + 2)}{top + number * 20}")

    def _sheet(self, title: str) -> Any:
        # Names of sheets are short, and some signs are not allowed in them.
        plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31].strip()
        taken = {name.casefold() for name in self._book.sheetnames}
        free = plain if plain.casefold() not in taken else f"{plain[:27]} {len(taken) + 1}"
        return self._book.create_sheet(free)

    def _write(
        self, sheet: Any, row: int, column: int, value: Any, *, kind: str = "", bold: bool = False, wrap: bool = False
    ) -> None:
        from openpyxl.styles import Alignment, Font

        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            cell.value = cell_text(value)[0]
            cell.data_type = "s"  # also where it begins like a formula
        else:
            cell.value = wall_time(value) if isinstance(value, datetime) else value
            cell.number_format = _FORMATS.get(kind, "General")
        if bold:
            cell.font = Font(bold=True)
        if wrap:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _with_bounds(table: Table, words: Wording) -> list[tuple[Column, Callable[[Sequence[Cell]], Any]]]:
    """Give the columns of a table with what they take of a row, intervals in columns behind their figure."""
    columns: list[tuple[Column, Callable[[Sequence[Cell]], Any]]] = []
    for at, column in enumerate(table.columns):
        columns.append((column, partial(_value_at, at=at, part="value")))
        if any(not math.isnan(row[at].low) for row in table.rows):
            for part, label in (
                ("low", words.say("{name}, low", name=column.label)),
                ("high", words.say("{name}, high", name=column.label)),
            ):
                columns.append((Column(label, column.kind), partial(_value_at, at=at, part=part)))
    return columns


def _value_at(row: Sequence[Cell], *, at: int, part: str) -> Any:
    return None if row[at].few else getattr(row[at], part)


def _summary_rows(summary: ReportSummary, words: Wording) -> list[tuple[str, str]]:
    title = summary.title or words.say("What customers wrote")
    first, last = summary.trends.first_post, summary.trends.last_post
    when = "" if first is None or last is None else words.span(*(t.tz_convert(summary.trends.timezone) for t in (first, last)))
    more = [] if summary.total.thin else [*tell_latest(summary, words), *tell_extremes(summary, words)]
    told = [*tell_story(summary, words), *more]
    return [(title, when), *(("", sentence) for sentence in dict.fromkeys(told))]


def _alert_table(summary: ReportSummary, words: Wording) -> Table:
    """Lay out all events with their figures as numbers; shares and sentiments stand in the same columns as counts."""
    heads = (
        Column(words.say("Group"), NAME),
        Column(words.say("What"), TEXT),
        Column(words.say("From"), DAY),
        Column(words.say("To"), DAY),
        Column(words.say("Most on"), DAY),
        Column(words.say("Observed"), FIGURE),
        Column(words.say("Expected"), FIGURE),
        Column(words.say("How sure"), NAME),
        Column(words.say("Where"), TEXT),
    )
    rows = tuple(
        (
            Cell(series_name(event, words)),
            Cell(words.say(EVENT_NAMES[event.metric, event.upward])),
            Cell(event.start),
            Cell(event.last_day),
            Cell(event.peak),
            Cell(event.observed),
            Cell(event.expected, event.low, event.high),
            Cell(words.say("clear") if event.clear else words.say("may be chance")),
            Cell("; ".join(tell_concentration(found, words) for found in event.concentrations)),
        )
        for event in summary.events
    )
    return Table(words.say("What stood out"), heads, rows, n_all=len(rows))


def _queue_table(summary: ReportSummary, words: Wording) -> Table:
    heads = (
        Column(words.say("Post id"), NAME),
        Column(words.say("Priority"), NUMBER),
        Column(words.say("Why"), TEXT),
        Column(words.column("text"), TEXT),
        Column(words.column("brand"), NAME),
        Column(words.column("channel"), NAME),
        Column(words.column("topic"), NAME),
        Column(words.column("language"), NAME),
        Column(words.say("Posted"), DAY),
    )
    rows = tuple(
        (
            Cell(post.post_id),
            Cell(post.priority),
            Cell(post.why),
            Cell(post.text),
            Cell(words.name(post.brand, "brand")),
            Cell(words.name(post.channel, "channel")),
            Cell(words.name(post.topic, "topic")),
            Cell(words.name(post.language, "language")),
            Cell(post.posted),
        )
        for post in waiting_posts(summary, words)
    )
    return Table(words.say("Posts that want an answer, the most urgent first"), heads, rows, n_all=len(rows))


def _trend_table(trends: TrendTable, rate: str, words: Wording) -> tuple[Table, list[tuple[str, int]]]:
    """Lay out the figures of the largest groups, a row for each period; with the names of the groups and their rows."""
    heads = (
        Column(words.column(trends.by[0]) if trends.by else words.say("Posts"), NAME),
        Column(words.say("Period"), DAY),
        Column(words.say("Posts"), COUNT),
        Column(words.say("Likely complaints"), COUNT),
        Column(words.say("Complaint rate"), SHARE),
        Column(words.say("Net sentiment"), SCORE),
        Column(words.say("Share of voice"), SHARE),
        Column(words.say("In part only"), NAME),
    )
    kept = largest_groups(trends)
    frame = kept.to_frame()
    labels = group_labels(replace(kept, counts=frame)).to_numpy()
    rows: list[tuple[Cell, ...]] = []
    groups: list[tuple[str, int]] = []
    for label in group_sizes(kept).index:
        cells = frame[labels == label]
        name = words.name(str(label), trends.by[0]) if trends.by else words.say("All posts")
        groups.append((name, len(cells)))
        rows += [_trend_row(name, row, rate, words) for row in cells.to_dict("records")]
    return Table(words.say("By period"), heads, tuple(rows), n_all=len(rows)), groups


def _trend_row(name: str, row: dict[Any, Any], rate: str, words: Wording) -> tuple[Cell, ...]:
    few = row["n_posts"] < MIN_CELL
    return (
        Cell(name),
        Cell(row[PERIOD]),
        Cell(int(row["n_posts"])),
        Cell(int(row["n_complaints"])),
        Cell() if few else Cell(float(row[rate]), float(row[f"{rate}_low"]), float(row[f"{rate}_high"])),
        Cell() if few else Cell(float(row["net_sentiment"]), float(row["net_sentiment_low"]), float(row["net_sentiment_high"])),
        Cell(float(row["share_of_voice"])),
        Cell(words.say("yes") if row["partial"] else ""),
    )


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))
