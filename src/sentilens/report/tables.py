"""Tables of a report as data: each cell a value with its interval, written by the page in words and by workbooks as numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..wording import NO_FIGURE, Wording
from .groups import MIN_CELL
from .parts import EXPECTS_REPLY
from .summary import GroupSummary, ReportSummary

#: Kinds of columns: names and texts stand to the left; counts, shares, differences of shares in points, scores in [-1, 1],
#: numbers and differences of numbers with one decimal, figures of any kind, hours, days.
NAME, TEXT, COUNT, SHARE, POINTS = "name", "text", "count", "share", "points"
SCORE, NUMBER, CHANGE, FIGURE, HOURS, DAY = "score", "number", "change", "figure", "hours", "day"
#: Longer tables are cut, with a word about it.
MAX_GROUPS: Final = 50
MAX_CELLS: Final = 100


@dataclass(frozen=True)
class Column:
    """A column: its heading and the kind of its values."""

    label: str
    kind: str


@dataclass(frozen=True)
class Cell:
    """A value with its 95 % interval; None where there is none, `few` where there are too few posts to show one."""

    value: Any = None
    low: float = math.nan
    high: float = math.nan
    strong: bool = False
    few: bool = False
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption; rows beyond the most that are shown are counted in `n_all`."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    n_all: int = 0

    @property
    def n_cut(self) -> int:
        """Rows that are not shown."""
        return max(0, self.n_all - len(self.rows))


def write_cell(cell: Cell, kind: str, words: Wording) -> tuple[str, str, str]:
    """Write a cell: its figure, its interval (empty where it has none), and a plain number to sort by."""
    if cell.few:
        return f"<{MIN_CELL}", "", "0"
    if cell.value is None or (isinstance(cell.value, float) and math.isnan(cell.value)):
        return NO_FIGURE, "", ""
    value: Any = cell.value
    if kind in (NAME, TEXT):
        return str(value), "", str(value)
    if kind == DAY:
        return words.day(value), "", f"{value:%Y%m%d}"
    if kind == COUNT:
        return words.number(value), "", str(value)
    write = _writers(words)[kind]
    interval = ""
    if not math.isnan(cell.low):
        between = words.say("{low} to {high}", low=write(cell.low), high=write(cell.high))
        interval = words.percent_range(cell.low, cell.high) if kind == SHARE else between
    return write(value), interval, f"{min(value, 1e9):.6f}"


def _writers(words: Wording) -> dict[str, Callable[[float], str]]:
    def hours(value: float) -> str:
        if math.isinf(value):
            return words.say("not yet")
        return words.say("{hours} h", hours=words.number(value, 1 if value < 10 else 0))

    return {
        SHARE: words.percent,
        POINTS: words.points,
        SCORE: words.signed,
        NUMBER: lambda value: words.number(value, 1),
        CHANGE: lambda value: words.signed(value, 1),
        HOURS: hours,
    }


def group_table(
    summary: ReportSummary, columns: Sequence[str], groups: Sequence[GroupSummary], words: Wording, most: int = MAX_GROUPS
) -> Table:
    """Lay out groups, the largest first: posts, complaint rate, net sentiment, latest change, answers of heads, rating."""
    changes = summary.change_window is not None and any(group.change for group in groups)
    answers = [name for name in summary.heads if any(name in group.heads for group in groups)]
    rated = any(not math.isnan(group.mean_rating) for group in groups)
    heads = [
        *(Column(words.column(name), NAME) for name in columns),
        Column(words.say("Posts"), COUNT),
        Column(words.say("Complaint rate"), SHARE),
        Column(words.say("Net sentiment"), SCORE),
        *([Column(words.say("Latest change, points"), POINTS)] if changes else []),
        *(Column(head_label(name, words), SHARE) for name in answers),
        *([Column(words.say("Mean rating"), NUMBER)] if rated else []),
    ]

    def row(group: GroupSummary) -> tuple[Cell, ...]:
        names = [Cell(words.name(name, column)) for name, column in zip(group.names, columns, strict=True)]
        if group.thin:
            return (*names, Cell(few=True), *(Cell() for _ in heads[len(names) + 1 :]))
        cells = [
            *names,
            Cell(group.n_posts),
            Cell(group.rate, group.rate_low, group.rate_high),
            Cell(group.net_sentiment, group.net_sentiment_low, group.net_sentiment_high),
        ]
        if changes:
            change = group.change
            cells.append(Cell(change.difference, change.low, change.high, strong=change.clear) if change else Cell())
        cells += [Cell(*group.heads[name]) if name in group.heads else Cell() for name in answers]
        return (*cells, Cell(group.mean_rating)) if rated else tuple(cells)

    return Table(_caption(columns, words), tuple(heads), tuple(map(row, groups[:most])), n_all=len(groups))


def severity_table(summary: ReportSummary, words: Wording) -> Table | None:
    """Lay out how many posts of each group of the first column are how severe; None where that is not known."""
    column = summary.trends.by[0] if summary.trends.by else ""
    groups = summary.groups[column] if column else (summary.total,)
    shown = [group for group in groups[:MAX_GROUPS] if group.severities and not group.thin]
    if not shown:
        return None
    heads = [
        Column(words.column(column) if column else words.say("Posts"), NAME),
        *(Column(words.name(str(level), "severity"), SHARE) for level in range(len(shown[0].severities))),
    ]
    rows = tuple(
        (
            Cell(words.name(group.names[0], column) if column else words.say("All posts")),
            *(Cell(n / sum(group.severities)) for n in group.severities),
        )
        for group in shown
    )
    return Table(words.say("How severe the posts are, in shares of each row"), tuple(heads), rows, n_all=len(rows))


def language_table(summary: ReportSummary, words: Wording) -> Table:
    """Lay out all posts read by language, and what the customers' scored posts among them say."""
    heads = (
        Column(words.column("language"), NAME),
        Column(words.say("Posts read"), COUNT),
        Column(words.say("Counted"), COUNT),
        Column(words.say("Complaint rate"), SHARE),
        Column(words.say("Net sentiment"), SCORE),
    )
    rows = []
    for found in sorted(summary.languages, key=lambda language: -language.n_rows):
        posts = found.posts
        cells = [Cell(words.name(found.code, "language")), Cell(found.n_rows, few=found.n_rows < MIN_CELL)]
        if posts.thin:
            cells += [Cell(posts.n_posts, few=posts.n_posts > 0), Cell(), Cell()]
        else:
            cells += [
                Cell(posts.n_posts),
                Cell(posts.rate, posts.rate_low, posts.rate_high),
                Cell(posts.net_sentiment, posts.net_sentiment_low, posts.net_sentiment_high),
            ]
        rows.append(tuple(cells))
    caption = words.say("All posts read, by language, and what the customers’ scored posts among them say")
    return Table(caption, heads, tuple(rows), n_all=len(rows))


def head_label(name: str, words: Wording) -> str:
    """Write the name of a head: that of one's own as it is."""
    return words.say("Expect a reply") if name == EXPECTS_REPLY else words.column(name)


def _caption(columns: Sequence[str], words: Wording) -> str:
    if tuple(columns) == ("brand", "channel"):
        return words.say("Per brand and channel")
    known = {
        "brand": words.say("Per brand"),
        "channel": words.say("Per channel"),
        "topic": words.say("Per topic"),
        "language": words.say("Per language"),
    }
    if len(columns) == 1 and columns[0] in known:
        return known[columns[0]]
    return words.say("By: {columns}", columns=", ".join(words.column(name) for name in columns))
