"""Why the clearest events came: sentences, where the change came from, and typical posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...drivers.decompose import FEW
from ...quoting import QuotedPost
from ...trends.measures import COUNT_METRIC
from ...wording import Wording
from ..explained import Explained
from ..story import series_name
from ..summary import ReportSummary
from ..tables import CHANGE, NAME, POINTS, SCORE, Cell, Column, Table

#: Of each column.
MAX_CELLS: Final = 3


@dataclass(frozen=True)
class Why:
    """What the page says of an event: a heading, sentences, a table of where it came from, typical posts."""

    heading: str
    sentences: tuple[str, ...]
    parts: Table
    posts: tuple[QuotedPost, ...]


def tell_why(summary: ReportSummary, words: Wording) -> list[Why]:
    """Lay out the explanations, in the order of the story."""
    return [_why(found, words) for found in summary.explained]


def parts_table(found: Explained, words: Wording) -> Table:
    """Lay out which parts of the posts made the change, the largest first."""
    explanation = found.explanation
    kind = {COUNT_METRIC: CHANGE, "net_sentiment": SCORE}.get(explanation.metric, POINTS)
    more = words.say("From more posts") if explanation.metric == COUNT_METRIC else words.say("From another mix")
    heads = (
        Column(words.say("Part"), NAME),
        Column(words.say("Change"), kind),
        Column(more, kind),
        Column(words.say("From another mood"), kind),
    )
    cells = explanation.table[explanation.table["total"] != 0].groupby("dimension", sort=False).head(MAX_CELLS)
    rows = tuple(
        (
            Cell(f"{words.column(row['dimension'])}: {_cell_name(row['cell'], row['dimension'], words)}"),
            Cell(float(row["total"]), float(row["total_low"]), float(row["total_high"])),
            *(Cell(float(row[part])) for part in explanation.parts),
        )
        for row in cells.to_dict("records")
    )
    caption = words.say("{name}: the parts of the posts that made most of the change", name=series_name(found.event, words))
    return Table(caption, heads, rows, n_all=len(rows))


def _cell_name(cell: str, column: str, words: Wording) -> str:
    return words.say("(few posts)") if cell == FEW else words.name(cell, column)


def _why(found: Explained, words: Wording) -> Why:
    event = found.event
    heading = words.say("{name}, {period}", name=series_name(event, words), period=words.period(event.peak, event.freq))
    sentences = found.explanation.sentences(words)
    if found.is_sample:
        sentences.append(words.say("Explained by an even sample of the posts."))
    return Why(heading, tuple(sentences), parts_table(found, words), found.explanation.posts)
