"""What a spreadsheet does to a table, and how cells are written so that it does no harm.

A text that begins like a formula is run as one when a CSV file is opened. Such texts get an apostrophe in front, and so do
texts that would else look as if they had got one: taking one apostrophe away from what needs it gives back every text.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

#: Limits of a worksheet (Microsoft, "Excel specifications and limits"); the header takes one row.
MAX_DATA_ROWS: Final = 1_048_575
MAX_COLUMNS: Final = 16_384
MAX_CELL_CHARS: Final = 32_767
CUT_MARK: Final = " […]"

#: Signs that begin formulas, their full-width and small twins, and what Excel skips before them.
_FORMULA: Final = re.compile(r"'*(?:[\t\r]|[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫])")
#: A number is no formula, with a sign or without.
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")
_LINE_ENDS: Final = re.compile("\r\n?")


def neutralise(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run, or that would be taken for one so marked.

    Examples
    --------
    >>> [neutralise(cell) for cell in ("=1+1", "'=1+1", "-5", "- bra", "'n Abend")]
    ["'=1+1", "''=1+1", '-5', "'- bra", "'n Abend"]
    """
    return "'" + cell if _is_risky(cell) else cell


def restore(cell: str) -> str:
    """Take away what `neutralise` added; every text comes back as it was.

    Examples
    --------
    >>> [restore(cell) for cell in ("'=1+1", "''=1+1", "-5", "'n Abend")]
    ['=1+1', "'=1+1", '-5', "'n Abend"]
    """
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell


def _is_risky(cell: str) -> bool:
    return _FORMULA.match(cell) is not None and _NUMBER.fullmatch(cell) is None


def fit_cell(cell: str) -> tuple[str, bool]:
    """Give a text as a cell of a worksheet takes it, and whether it had to be cut.

    Lines end in a line feed, as Excel breaks them in cells.
    """
    if "\r" in cell:
        cell = _LINE_ENDS.sub("\n", cell)
    # Excel counts what UTF-16 needs: an emoji is two.
    if len(cell) * 2 <= MAX_CELL_CHARS or len(cell.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_CELL_CHARS:
        return cell, False
    units = cell.encode("utf-16-le", "surrogatepass")[: 2 * (MAX_CELL_CHARS - len(CUT_MARK))]
    return units.decode("utf-16-le", "ignore") + CUT_MARK, True


def wall_time(value: Any) -> datetime:
    """Give a time as its own zone's clocks show it, without the zone: spreadsheets know none."""
    moment: datetime = value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
    return moment.replace(tzinfo=None, microsecond=0)


def is_day(value: datetime) -> bool:
    """Whether a time is a day's beginning, and so is shown as a date alone."""
    return (value.hour, value.minute, value.second) == (0, 0, 0)
