"""Where the table in a text file or a sheet begins, and what divides the cells of a text file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..errors import FileFormatError
from .audit import Reject
from .headers import header_key, known_headers
from .platforms import named_headers
from .records import NO_DELIMITER, RecordParser

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARS: Final = 1_000_000
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # written for Excel, which hides it
#: The header stands among the first so many rows that hold anything.
_HEADER_ROWS: Final = 20


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Attributes
    ----------
    delimiter : str
        One character, or `NO_DELIMITER` in a file of one column.
    header_line : int
        The physical line of the header, counted from 1.
    header : tuple of str
        The names as they stand there.
    sample : list of list of str
        The cells of the first rows below it.
    preamble : int
        Rows above the header that hold something else.
    """

    delimiter: str
    header_line: int
    header: tuple[str, ...]
    sample: list[list[str]]
    preamble: int = 0


@dataclass
class _Trial:
    """The first lines, read with one delimiter."""

    delimiter: str
    header: list[str] = field(default_factory=list)
    header_line: int = 0
    rows: list[list[str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    preamble: int = 0

    @property
    def agreement(self) -> float:
        """The share of rows that are as wide as the header."""
        width = len(self.header)
        fitting = sum(len(row) == width or (len(row) > width and not any(row[width:])) for row in self.rows)
        tried = len(self.rows) + len(self.rejects)
        return fitting / tried if tried else 1.0


def find_layout(
    batches: Iterable[list[str]],
    *,
    delimiter: str | None = None,
    wanted: Sequence[str] = (),
    max_cell_chars: int,
) -> Layout:
    """Find delimiter and header in the first lines of a file.

    The header is found by `find_header`. Of the delimiters that divide it, the one wins that makes most known column names
    of it, then the one that gives most rows the same number of cells; quoted cells are read as such all along. Where none
    divides header and rows alike, the file has a single column.

    Parameters
    ----------
    batches : iterable of list of str
        The physical lines.
    delimiter : str, optional
        The user's choice, which wins.
    wanted : sequence of str
        Names that the user says are in the header.
    max_cell_chars : int
        As for `RecordParser`.

    Raises
    ------
    FileFormatError
        There is no line with anything in it (reason ``empty_file``), or the header itself is broken (``bad_header``).
    """
    lines, first_line = _first_lines(batches)
    if not lines:
        raise FileFormatError("The file holds only blank lines.", reason="empty_file")
    if sep := _SEP_LINE.fullmatch(lines[0]):
        delimiter = delimiter or sep[1]
        lines, first_line = lines[1:], first_line + 1
    known = known_names(wanted)

    def worth(trial: _Trial) -> tuple[bool, int, float, int]:
        names = sum(header_key(name) in known for name in trial.header)
        return trial.agreement >= 0.5, names, trial.agreement, len(trial.header)

    tried = [delimiter] if delimiter else DELIMITERS
    trials = [_try(d, lines, first_line, known, max_cell_chars) for d in tried]
    if delimiter is None:
        trials = [trial for trial in trials if len(trial.header) > 1 and (worth(trial)[0] or worth(trial)[1] > 0)]
    best = max(trials, key=worth, default=None) or _try(NO_DELIMITER, lines, first_line, known, max_cell_chars)
    if not best.header:
        broken = best.rejects[0].line if best.rejects else first_line
        raise FileFormatError(
            "The header cannot be read: a quotation mark in it is not closed, or it is far too long.",
            reason="bad_header",
            hint="Put the names of the columns on the first line.",
            line=broken,
        )
    return Layout(best.delimiter, best.header_line, tuple(best.header), best.rows, best.preamble)


def known_names(wanted: Sequence[str]) -> set[str]:
    """The keys of all names that a header may hold: those that the user speaks of, and those that are known."""
    return {header_key(name) for name in wanted} | known_headers().keys() | named_headers()


def find_header(rows: Sequence[Sequence[str]], known: set[str]) -> int:
    """The position of the header among the first rows of a table.

    It is the first row that holds anything, unless known names stand in a later one and all rows above that are much emptier
    and hold hardly a known name: titles, metadata in one cell or two, blank rows.

    >>> find_header([["Report:", "Mentions"], ["", ""], ["Id", "Text", "Date"], ["1", "Hej", "2026"]], {"id", "text", "date"})
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_HEADER_ROWS]]
    names = [len({key for cell in row if (key := header_key(cell)) in known}) for row in rows[:_HEADER_ROWS]]
    first = next((position for position, count in enumerate(filled) if count), 0)
    best = first
    for position in range(first + 1, len(filled)):
        above = slice(first, position)
        is_preamble = max(filled[above]) <= max(2, filled[position] // 2) and max(names[above]) <= 1
        if is_preamble and filled[position] > max(filled[above]) and names[position] >= 2:
            best = position
            break
    return best


def _first_lines(batches: Iterable[list[str]]) -> tuple[list[str], int]:
    """The first lines from the first one that is not blank on, and its number."""
    lines: list[str] = []
    first_line, n_chars = 1, 0
    for batch in batches:
        for line in batch:
            if not lines and not line.strip():
                first_line += 1
                continue
            lines.append(line)
            n_chars += len(line)
            if len(lines) >= _SAMPLE_LINES or n_chars >= _SAMPLE_CHARS:
                return lines, first_line
    return lines, first_line


def _try(delimiter: str, lines: list[str], first_line: int, known: set[str], max_cell_chars: int) -> _Trial:
    trial = _Trial(delimiter)
    parser = RecordParser(delimiter, max_cell_chars=max_cell_chars, on_reject=trial.rejects.append)
    records: list[tuple[int, list[str]]] = []
    for number, cells in parser.records([lines], first_line=first_line):
        if not records and trial.rejects:
            return trial  # a broken row stands before the header, or is the header
        if records or any(cell.strip() for cell in cells):
            records.append((number, cells))
    if records:
        rows = [cells for _, cells in records]
        position = find_header(rows, known)
        trial.header_line, trial.header = records[position]
        trial.rows = rows[position + 1 :]
        trial.preamble = sum(any(cell.strip() for cell in row) for row in rows[:position])
        trial.rejects = [reject for reject in trial.rejects if reject.line > trial.header_line]
    return trial
