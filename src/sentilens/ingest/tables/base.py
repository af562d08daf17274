"""What a table is: a header, and rows of text below it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any, Final, Protocol

from ...errors import FileFormatError
from ..audit import Reject
from ..encoding import TextEncoding

#: Wider tables are no exports, and each column costs memory.
MAX_COLUMNS: Final = 20_000
#: Rows that are kept when a table is opened, to find header, format and dates by.
SAMPLE_ROWS: Final = 200
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def _ignore(_: Any) -> None:
    return None


class RowLog:
    """What is told while rows are read.

    Attributes
    ----------
    on_reject : callable
        Gets a `Reject` for every row that cannot be read.
    on_bytes : callable
        Gets the number of bytes read since the last call.
    rows_filled : callable
        Gives the number of rows so far that lacked cells at their end, which were filled up.
    """

    def __init__(self, on_reject: Callable[[Reject], None] = _ignore, on_bytes: Callable[[int], None] = _ignore) -> None:
        self.on_reject = on_reject
        self.on_bytes = on_bytes
        self.rows_filled: Callable[[], int] = lambda: 0


class Table(Protocol):
    """A header and the rows below it, to be read as often as it takes.

    Attributes
    ----------
    container : str
        What it is kept in: ``"csv"``, ``"xlsx"``, ``"xls"``, ``"json"``, ``"jsonl"``, ``"js"``, ``"feed"``, ``"parquet"``.
    part : str
        Which of the tables in the file it is (the name of a sheet), ``""`` where there is only one.
    header : tuple of str
        The names of the columns as they stand there.
    header_line : int
        The line or row of the header, counted from 1; 0 where names stand in every row or apart from the rows.
    preamble : int
        Rows above the header that hold something else.
    sample : list of list of str
        The first rows below the header, each as wide as it or not.
    delimiter : str or None
        In delimited text of more than one column.
    encoding : TextEncoding or None
        In text.
    document : str
        What a document calls its rows: the key they stand under, ``""`` where they have no name.
    """

    container: str
    part: str
    header: tuple[str, ...]
    header_line: int
    preamble: int
    sample: list[list[str]]
    delimiter: str | None
    encoding: TextEncoding | None
    document: str

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The line or number of each row and its cells, as many as the header has.

        Parameters
        ----------
        log : RowLog
        needed : int
            A row that lacks cells at its end is filled up when it has so many.
        """
        ...


def cell_text(value: Any) -> str:
    """A typed value as text: dates in ISO 8601, whole numbers without a point, lists and the like as JSON.

    >>> [cell_text(value) for value in (None, True, 4.0, 4.5, 1.22158e17, datetime(2026, 3, 2, 9, 5), [1])]
    ['', 'TRUE', '4', '4.5', '1.22158e+17', '2026-03-02 09:05:00', '[1]']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if not _SURROGATES.search(value):
            return value
        # Half a character, as JSON can hold it, could not be written to any file.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # From 1e15 on a float does not hold every digit of a number, and a spreadsheet does not from 16 digits on.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else "" if value != value else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def fault_of(cells: list[str], max_cell_chars: int) -> str | None:
    """The reason to reject a row of clean cells, None if there is none."""
    if any("\0" in cell for cell in cells):
        return "nul_bytes"
    if max(map(len, cells), default=0) > max_cell_chars:
        return "cell_too_large"
    return None


def sound_rows(rows: Iterator[tuple[int, list[str]]], log: RowLog, max_cell_chars: int) -> Iterator[tuple[int, list[str]]]:
    """Pass rows on that can be used, and hand the others to the log."""
    for number, cells in rows:
        if reason := fault_of(cells, max_cell_chars):
            kept = [cell[:max_cell_chars] for cell in cells]
            log.on_reject(Reject(number, reason, as_line(kept), complete=kept == cells))
        else:
            yield number, cells


def as_line(cells: list[str]) -> str:
    """Cells as a line of CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def check_width(n_columns: int) -> None:
    """Refuse tables with more columns than any export has."""
    if n_columns > MAX_COLUMNS:
        raise FileFormatError(
            f"The table has {n_columns:,} columns, more than the {MAX_COLUMNS:,} that can be read.",
            reason="too_many_columns",
            hint="Check that this is an export of posts.",
        )
