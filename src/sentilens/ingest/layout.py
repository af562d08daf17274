"""Where the table in a text file begins and what divides its cells.

This is the seam for named export formats: they will recognise a file by its first lines and tell the same `Layout`
under a `format` of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..errors import FileFormatError
from .audit import Reject
from .headers import header_key, known_headers
from .records import NO_DELIMITER, RecordParser

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARS: Final = 1_000_000
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # written for Excel, which hides it


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Attributes
    ----------
    format : str
        The name of the export format, ``"csv"`` for any.
    delimiter : str
        One character, or `NO_DELIMITER` in a file of one column.
    header_line : int
        The physical line of the header, counted from 1.
    header : tuple of str
        The names as they stand there.
    sample : list of list of str
        The cells of the first rows.
    """

    format: str
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    sample: list[list[str]]


@dataclass
class _Trial:
    """The first lines, read with one delimiter."""

    delimiter: str
    header: list[str] = field(default_factory=list)
    header_line: int = 0
    rows: list[list[str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

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
    mapping: Mapping[str, str] | None = None,
    max_cell_chars: int,
) -> Layout:
    """Find delimiter and header in the first lines of a file.

    The header is the first row with anything in it. Of the delimiters that divide it, the one wins that makes most
    known column names of it, then the one that gives most rows the same number of cells; quoted cells are read as
    such all along. Where none divides header and rows alike, the file has a single column.

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
    wanted = {header_key(name) for name in (mapping or {}).values()} | known_headers().keys()

    def worth(trial: _Trial) -> tuple[bool, int, float, int]:
        known = sum(header_key(name) in wanted for name in trial.header)
        return trial.agreement >= 0.5, known, trial.agreement, len(trial.header)

    trials = [_try(d, lines, first_line, max_cell_chars) for d in ([delimiter] if delimiter else DELIMITERS)]
    if delimiter is None:
        trials = [trial for trial in trials if len(trial.header) > 1 and (worth(trial)[0] or worth(trial)[1] > 0)]
    best = max(trials, key=worth, default=None) or _try(NO_DELIMITER, lines, first_line, max_cell_chars)
    if not best.header:
        broken = best.rejects[0].line if best.rejects else first_line
        raise FileFormatError(
            "The header cannot be read: a quotation mark in it is not closed, or it is far too long.",
            reason="bad_header",
            hint="Put the names of the columns on the first line.",
            line=broken,
        )
    return Layout("csv", best.delimiter, best.header_line, tuple(best.header), best.rows)


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


def _try(delimiter: str, lines: list[str], first_line: int, max_cell_chars: int) -> _Trial:
    trial = _Trial(delimiter)
    parser = RecordParser(delimiter, max_cell_chars=max_cell_chars, on_reject=trial.rejects.append)
    for number, cells in parser.records([lines], first_line=first_line):
        if trial.header:
            trial.rows.append(cells)
        elif trial.rejects:
            break  # a broken row stands before the header, or is the header
        elif any(cell.strip() for cell in cells):
            trial.header, trial.header_line = cells, number
    return trial
