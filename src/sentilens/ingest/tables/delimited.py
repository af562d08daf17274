"""Delimited text as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ...schema import CHOSEN_BECAUSE, CORE_SCORE_COLUMNS
from ...spreadsheet import restore
from ..blobs import Blob
from ..encoding import TextEncoding, text_blocks
from ..layout import find_layout
from ..records import LINE_PER_CELL, NO_DELIMITER, RecordParser, line_batches
from .base import RowLog, check_width


class DelimitedTable:
    """A table in delimited text, read in blocks.

    Raises
    ------
    FileFormatError
        As for `find_layout`.
    """

    container = "csv"
    part = ""
    document = ""

    def __init__(
        self, blob: Blob, encoding: TextEncoding, *, delimiter: str | None, wanted: Sequence[str], max_cell_chars: int
    ) -> None:
        self.encoding: TextEncoding | None = encoding
        self._blob, self._encoding, self._max_cell_chars = blob, encoding, max_cell_chars
        with blob.open() as file:
            blocks = text_blocks(file, encoding, lambda _: None)
            batches = line_batches(blocks, max_line_chars=LINE_PER_CELL * max_cell_chars)
            layout = find_layout(batches, delimiter=delimiter, wanted=wanted, max_cell_chars=max_cell_chars)
        check_width(len(layout.header))
        self._delimiter = layout.delimiter
        self.delimiter = None if layout.delimiter == NO_DELIMITER else layout.delimiter
        self.header, self.header_line, self.preamble = layout.header, layout.header_line, layout.preamble
        self.sample = layout.sample
        # Only what this package has written holds the apostrophes that it puts before would-be formulas.
        self._is_ours = set(CORE_SCORE_COLUMNS) <= set(self.header) or CHOSEN_BECAUSE in self.header
        if self._is_ours:
            self.header = tuple(map(restore, self.header))
            self.sample = [list(map(restore, cells)) for cells in self.sample]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header, under the numbers of their first physical lines."""
        parser = RecordParser(
            self._delimiter,
            width=len(self.header),
            needed=needed,
            max_cell_chars=self._max_cell_chars,
            sound=self._encoding.sound,
            on_reject=log.on_reject,
        )
        log.rows_filled = lambda: parser.rows_filled
        with self._blob.open() as file:
            blocks = text_blocks(file, self._encoding, log.on_bytes)
            batches = line_batches(blocks, skip=self.header_line - 1, max_line_chars=parser.max_line_chars)
            records = islice(parser.records(batches, first_line=self.header_line), 1, None)
            yield from ((line, list(map(restore, cells))) for line, cells in records) if self._is_ours else records
