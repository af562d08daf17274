"""The heat map: complaint rates of the largest groups of two columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...wording import Wording
from ..summary import GroupSummary, ReportSummary

HEAT_ROWS: Final = 12
HEAT_COLUMNS: Final = 8


@dataclass(frozen=True)
class HeatCell:
    """A cell: its group, None where there are no posts, and its depth of colour in [0, 1]."""

    group: GroupSummary | None
    depth: float = 0.0


@dataclass(frozen=True)
class HeatMap:
    """Names of the columns, rows of cells with their names, and how many smaller groups are not shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    n_left_out: int


def heat_map(summary: ReportSummary, words: Wording) -> HeatMap | None:
    """Arrange the complaint rates of the largest groups of the first two columns; None where there are no two."""
    by = summary.trends.by
    if len(by) != 2 or min(len(summary.groups[name]) for name in by) < 2:
        return None
    rows, columns = (
        [group.names[0] for group in summary.groups[name][:most]]
        for name, most in zip(by, (HEAT_ROWS, HEAT_COLUMNS), strict=True)
    )
    cells = {cell.names: cell for cell in summary.cells}
    rates = [c.rate for c in summary.cells if not c.thin and c.names[0] in rows and c.names[1] in columns]
    highest = max(rates, default=0.0) or 1.0

    def heat(row: str, column: str) -> HeatCell:
        cell = cells.get((row, column))
        if cell is None or cell.thin:
            return HeatCell(cell)
        return HeatCell(cell, depth=cell.rate / highest)

    return HeatMap(
        columns=tuple(words.name(column, by[1]) for column in columns),
        rows=tuple((words.name(row, by[0]), tuple(heat(row, column) for column in columns)) for row in rows),
        n_left_out=sum(len(summary.groups[name]) for name in by) - len(rows) - len(columns),
    )
