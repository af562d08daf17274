"""Text to records: a streaming parser of delimited text in which one bad quotation mark costs one row.

Quoting follows RFC 4180: a cell that begins with a quotation mark may hold delimiters, line ends and doubled
quotation marks, and its closing mark must stand before a delimiter or a line end; a mark inside an unquoted cell is
a letter like any other. Where a quoted cell does not work out, marks behind backslashes are taken for inner ones too; where
that does not help, only its first physical line is given up.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from .audit import Reject
from .encoding import DAMAGE, printable

#: Stands for "no delimiter" in files of one column: a character that no decoded text can hold.
NO_DELIMITER: Final = "\ud800"
#: A quoted cell of more physical lines than this is taken for a stray quotation mark.
MAX_RECORD_LINES: Final = 10_000
#: A physical line may be this many times as long as a cell.
LINE_PER_CELL: Final = 4
#: Characters that failed look-aheads may cost at first, in cells, and per character that is read.
_FIRST_CREDIT_CELLS: Final = 16
_CREDIT_PER_CHARACTER: Final = 8
_ESCAPED_MARK: Final = '\\"'


def line_batches(blocks: Iterable[str], *, skip: int = 0, max_line_chars: int) -> Iterator[list[str]]:
    r"""Cut text into physical lines that keep their ends (``\n``, ``\r\n`` or ``\r``), one list per block.

    The first `skip` lines are left out. Of a line that fills several blocks, what goes beyond `max_line_chars` is
    dropped, so that no line is ever held whole that is too long to be used.
    """
    pending: list[str] = []
    size = 0
    for block in blocks:
        lines = io.StringIO(block, newline="").readlines()  # str.splitlines would also cut at U+2028, \v and the like
        unfinished = lines.pop() if lines and lines[-1][-1] not in "\r\n" else ""
        if lines and pending:
            lines[0] = "".join(pending) + lines[0]
            pending, size = [], 0
        if unfinished and size <= max_line_chars:
            pending.append(unfinished)
            size += len(unfinished)
        skipped = min(skip, len(lines))
        skip -= skipped
        yield lines[skipped:]
    if pending and not skip:
        yield ["".join(pending)]


class _Quoting:
    """How the cells of a record are told apart.

    All repetitions in the patterns are possessive: nothing is ever tried twice, so each match takes linear time. The patterns
    run over a record with one delimiter added, so that every cell ends in one.

    Parameters
    ----------
    delimiter : str
    inside : str
        The pattern of what may stand in a quoted cell.
    """

    def __init__(self, delimiter: str, inside: str) -> None:
        d = re.escape(delimiter)
        cell = rf'"{inside}"|[^"{d}\r\n][^{d}\r\n]*+|'
        self.cells = re.compile(f"({cell}){d}")
        self.whole_cells = re.compile(f"(?:(?:{cell}){d})*+")
        self.open_cell = re.compile(f'"{inside}')
        self.inside = re.compile(inside)


class RecordParser:
    """Parse physical lines into records, in time linear in the text whatever it holds.

    Parameters
    ----------
    delimiter : str
        One character, or `NO_DELIMITER`.
    width : int, optional
        The number of cells in the header. None (while the delimiter is sought) takes records of any width.
    needed : int, optional
        A shorter row on a single line is filled up with empty cells when it has at least so many; by default it must
        be as wide as the header. Excel is known to leave out delimiters before empty cells at the end of a row.
    max_cell_chars : int
        Longer cells are rejected.
    sound : bool, default False
        True when the text is known to hold no damaged characters, which saves looking for them.
    on_reject : callable
        Gets a `Reject` for every row that is given up.

    Attributes
    ----------
    rows_filled : int
        Short rows that were filled up.
    looked_ahead : int
        Characters read in vain in search of a closing quotation mark, never more than nine times the text plus
        sixteen times `max_cell_chars`.
    """

    def __init__(
        self,
        delimiter: str,
        *,
        width: int | None = None,
        needed: int | None = None,
        max_cell_chars: int,
        sound: bool = False,
        on_reject: Callable[[Reject], None],
    ) -> None:
        self.delimiter = delimiter
        self.width = width
        self.needed = width if needed is None else needed
        self.max_cell_chars = max_cell_chars
        self.max_line_chars = LINE_PER_CELL * max_cell_chars
        self.sound = sound
        self.on_reject = on_reject
        self.rows_filled = 0
        self.looked_ahead = 0
        self._credit = _FIRST_CREDIT_CELLS * max_cell_chars
        self._stopped_at = ""  # the line on which the last search for a closing mark ended in vain
        self._doubled = _Quoting(delimiter, r'[^"]*+(?:""[^"]*+)*+')
        self._backslashed = _Quoting(delimiter, r'[^"\\]*+(?:(?:""|\\[\\"]?+)[^"\\]*+)*+')

    def records(self, batches: Iterable[list[str]], *, first_line: int = 1) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of its first line and the cells of every record; blank lines are no records."""
        self._batches = iter(batches)
        self._lines: list[str] = []
        self._at = 0
        next_number = first_line
        while self._at < len(self._lines) or self._read_on():
            line = self._lines[self._at]
            number = next_number
            self._at += 1
            next_number += 1
            if line.isspace() and self._is_blank(line):
                continue
            if len(line) > self.max_line_chars:
                self._reject(number, "cell_too_large", line)
                continue
            raw, cells = line, None
            if '"' not in line:
                cells = line.rstrip("\r\n").split(self.delimiter)
            else:
                lines, cells = self._quoted_record(line)
                if len(lines) > 1:
                    raw = "".join(lines)
                    next_number += len(lines) - 1
            if self.sound and cells is not None and len(cells) == self.width and len(raw) <= self.max_cell_chars:
                yield number, cells  # as almost all rows are
            elif reason := self._fault(raw, cells):
                self._reject(number, reason, raw)
            elif cells is not None:
                yield number, self._in_width(cells)

    def _in_width(self, cells: list[str]) -> list[str]:
        if self.width is None or len(cells) == self.width:
            return cells
        self.rows_filled += len(cells) < self.width
        return cells[: self.width] + [""] * (self.width - len(cells))

    def _is_blank(self, line: str) -> bool:
        # In a file of one column a line of spaces is a post of spaces.
        return line in {"\n", "\r\n", "\r"} or (self.delimiter != NO_DELIMITER and self.delimiter not in line)

    def _fault(self, raw: str, cells: list[str] | None) -> str | None:
        """The reason to reject a record, None if there is none."""
        if not self.sound and (damage := DAMAGE.search(raw)):
            return "nul_bytes" if damage[0] == "\0" else "undecodable"
        if cells is None:
            return "stray_quote"
        if len(raw) > self.max_cell_chars and max(map(len, cells)) > self.max_cell_chars:
            return "cell_too_large"
        if self.needed is not None and len(cells) != self.width and not self._fits(cells, self.needed):
            return "ragged_row"
        return None

    def _fits(self, cells: list[str], needed: int) -> bool:
        """Whether there are cells enough, and none beyond the header that holds anything."""
        return len(cells) >= needed and not any(cells[self.width :])

    def _reject(self, number: int, reason: str, raw: str) -> None:
        kept = raw if len(raw) <= self.max_line_chars else raw[: self.max_cell_chars]
        self.on_reject(Reject(number, reason, printable(kept), complete=len(kept) == len(raw)))

    def _quoted_record(self, line: str) -> tuple[list[str], list[str] | None]:
        """The physical lines of the record that begins with `line`, and its cells, None if it is not well formed."""
        lines, cells = self._record(line, self._doubled)
        if cells is None and (_ESCAPED_MARK in line or _ESCAPED_MARK in self._stopped_at):
            lines, cells = self._record(line, self._backslashed)
        return lines, cells

    def _record(self, line: str, quoting: _Quoting) -> tuple[list[str], list[str] | None]:
        cells = self._split(self._ended(line), quoting)
        if cells is not None:
            return [line], cells
        if following := self._closing_lines(line, quoting):
            lines = [line, *following]
            cells = self._split(self._ended("".join(lines)), quoting)
            if cells is not None and (self.width is None or self._fits(cells, self.width)):
                self._at += len(following)
                return lines, cells
            self._spend(sum(map(len, following)))
        return [line], None

    def _ended(self, line: str) -> str:
        """A line or record without its line end, its last cell ended by a delimiter like all others."""
        return line.rstrip("\r\n") + self.delimiter

    def _split(self, text: str, quoting: _Quoting) -> list[str] | None:
        """The cells of a text in which each one ends in a delimiter, None if it is not well formed."""
        # findall skips what does not match, and takes quadratic time to do so; so it only gets what matches whole.
        if not quoting.whole_cells.fullmatch(text):
            return None
        cells = [
            cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell  # an unquoted cell never begins with the mark
            for cell in quoting.cells.findall(text)
        ]
        return cells if quoting is self._doubled else [cell.replace(_ESCAPED_MARK, '"') for cell in cells]

    def _closing_lines(self, line: str, quoting: _Quoting) -> list[str]:
        """The physical lines after `line` that complete its record, none if its open quotation mark is a stray one.

        A search that fails is paid from a credit that grows with the text that is read. So a file that opens a cell
        on every line cannot make each line search far ahead, and the whole takes linear time.
        """
        self._stopped_at = ""
        position = self._end_of_whole_cells(self._ended(line), 0, quoting)
        open_chars = len(line) - position
        if not quoting.open_cell.fullmatch(line, position):
            return []
        searched = 0
        for count in range(1, MAX_RECORD_LINES):
            while self._at + count > len(self._lines):
                if not self._read_on():
                    self._spend(searched)
                    return []
            following = self._lines[self._at + count - 1]
            searched += len(following)
            self._stopped_at = following
            open_chars += len(following)
            if searched > self._credit or open_chars > self.max_cell_chars:
                break
            text = self._ended(following)
            closing = self._matched_end(quoting.inside, text)
            if closing == len(text):
                continue  # the whole line is inside the cell
            if text[closing + 1] != self.delimiter:
                break  # the closing mark stands before something else than a delimiter or a line end
            position = self._end_of_whole_cells(text, closing + 2, quoting)
            if position == len(text):
                return self._lines[self._at : self._at + count]
            if not quoting.open_cell.fullmatch(text, position):
                break
            open_chars = len(text) - position
        self._spend(searched)
        return []

    def _end_of_whole_cells(self, text: str, start: int, quoting: _Quoting) -> int:
        return self._matched_end(quoting.whole_cells, text, start)

    @staticmethod
    def _matched_end(pattern: re.Pattern[str], text: str, start: int = 0) -> int:
        match = pattern.match(text, start)
        return start if match is None else match.end()

    def _spend(self, characters: int) -> None:
        self.looked_ahead += characters
        self._credit -= characters

    def _read_on(self) -> bool:
        """Take in the next lines and let go of those that are done with; False at the end of the file."""
        for batch in self._batches:
            if batch:
                self._lines = self._lines[self._at :] + batch
                self._at = 0
                self._credit += _CREDIT_PER_CHARACTER * sum(map(len, batch))
                return True
        return False
