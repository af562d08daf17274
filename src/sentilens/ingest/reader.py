"""A file of posts, opened: what was decided about it, and its rows chunk by chunk."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ..errors import ConfigError, FileFormatError, MissingColumnsError
from ..privacy.shield import Shield
from ..progress import progress_bar
from ..schema import INPUT_COLUMNS, TEXT
from .audit import MAX_DETAILS, DateAudit, ReadAudit, Reject
from .dates import DateFormat, DateOrder, DateScan
from .encoding import detect_encoding, text_blocks
from .frames import PostBuilder, PostChunk, read_constant
from .headers import check_columns, find_column, map_columns, no_text_column
from .layout import Layout, find_layout
from .private import shield_chunk
from .records import LINE_PER_CELL, NO_DELIMITER, RecordParser, line_batches

_SCAN_ROWS = 5_000


class PostReader:
    """Open a file of posts: find its encoding, delimiter, header and date format, and account for every row.

    Opening reads the file once or twice from start to end, in blocks; `chunks` reads it again. What is held in memory
    is bounded by the chunk, never by the file.

    Parameters
    ----------
    path : str or path-like
        A delimited text file (CSV, TSV).
    mapping : mapping, optional
        Canonical column -> name in the header. It wins over what the names suggest.
    constants : mapping, optional
        Canonical column -> value for all rows. It takes the place of a column that the file may have.
    encoding : str, optional
        Wins over detection; bytes that do not fit it make their rows rejects.
    delimiter : str, optional
        A single character.
    date_order : {"dmy", "mdy"}, optional
        Settles dates in which day and month could be the other way round.
    timezone : str, default "UTC"
        An IANA name such as ``"Europe/Oslo"``, for times that name none.
    extra_columns : sequence of str or "all"
        Names in the header of columns to hand through verbatim. Those that are canonical names are left out, and of
        columns with the same name the first is meant.
    max_cell_chars : int, default 1,000,000
        Longer cells, and physical lines four times as long, make their rows rejects.
    keep_personal_data : bool, default False
        True leaves people in; otherwise texts are masked, authors pseudonymous, and personal columns left out.
    keep_handles : collection of str, optional
        Handles that are not masked (a brand's own), with or without ``@``.
    show_progress : bool or None, default False
        True draws a bar while `chunks` reads, None where somebody looks.

    Attributes
    ----------
    audit : ReadAudit
        Its counts are those of the last `chunks`.
    header : tuple of str
        The names in the header.
    bytes_total, bytes_read : int
        The size of the file, and how much of it `chunks` has read.
    on_reject : callable or None
        Called with each `Reject` while `chunks` reads. Without ``keep_personal_data``, `Reject.raw` is masked, and empty if the
        file has an author or columns that are left out.

    Raises
    ------
    FileFormatError
        There is no such file (reason ``missing_file``), it is none (``not_a_file``), may not be read
        (``unreadable``), is empty (``empty_file``) or no text (``binary``), or its header is broken (``bad_header``).
    MissingColumnsError
        No column holds the text (``no_text_column``), or a column that was asked for is not there
        (``unknown_header``).
    ConfigError
        An argument cannot be used.

    Notes
    -----
    A row on a single line that lacks cells at its end is kept when it has at least two cells and the text among them,
    since Excel leaves out delimiters before empty cells; `ReadAudit.rows_filled` counts such rows. All other rows
    that are wider or narrower than the header are rejects, unless what they have more is empty.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        mapping: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        date_order: DateOrder | None = None,
        timezone: str = "UTC",
        extra_columns: Sequence[str] | Literal["all"] = (),
        max_cell_chars: int = 1_000_000,
        keep_personal_data: bool = False,
        keep_handles: Collection[str] = (),
        show_progress: bool | None = False,
    ) -> None:
        mapping, constants = dict(mapping or {}), dict(constants or {})
        _check_options(mapping, constants, delimiter, date_order, max_cell_chars)
        zone = _timezone(timezone)
        values = {column: read_constant(column, value, zone) for column, value in constants.items()}
        self.on_reject: Callable[[Reject], None] | None = None
        self.bytes_read = 0
        self._path = Path(path)
        self._max_cell_chars = max_cell_chars
        self._show_progress = show_progress
        try:
            self.bytes_total = self._path.stat().st_size
            self._layout = self._open(encoding, delimiter, mapping)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        except FileFormatError as error:
            error.path = str(self._path)
            raise
        self.header = self._layout.header
        try:
            positions = map_columns(self.header, mapping, without=values)
            if TEXT not in positions:
                raise no_text_column(self.header, self._layout.sample)
            extra = _extra_positions(self.header, extra_columns)
        except MissingColumnsError as error:
            message = f"{self._path.name}: {error.message}"
            raise MissingColumnsError(message, reason=error.reason, hint=error.hint) from None
        # Rows on one line that lack cells at their end are kept from this width on.
        self._needed = min(max(positions[TEXT] + 1, 2), len(self.header))
        dates = self._scan_dates(positions["created_at"], date_order) if "created_at" in positions else None
        self._builder = PostBuilder(self.header, positions, values, extra, dates, zone)
        roles = {position: column for column, position in positions.items()}
        self._shield = None if keep_personal_data else Shield(self.header, roles, self._layout.sample, keep_handles)
        self.audit = self._new_audit(constants)

    def chunks(self, chunk_rows: int = 10_000) -> Iterator[PostChunk]:
        """Read the file from its start; the rows do not depend on the size of the chunks.

        Parameters
        ----------
        chunk_rows : int, default 10,000
            Rows per chunk; the last may have fewer. A file without rows makes one chunk without rows.
        """
        if chunk_rows < 1:
            raise ConfigError(f"chunk_rows is {chunk_rows}, but must be at least 1.", reason="bad_option")
        self.audit = self._new_audit(self.audit.constants)
        self.bytes_read = 0
        return self._read_chunks(chunk_rows, self.audit)

    def _read_chunks(self, chunk_rows: int, audit: ReadAudit) -> Iterator[PostChunk]:
        shield = self._shield

        def count_reject(reject: Reject) -> None:
            audit.rows_read += 1
            audit.rejects[reject.reason] += 1
            if len(audit.reject_details) < MAX_DETAILS:
                audit.reject_details.append((reject.line, reject.reason))
            if self.on_reject is not None:
                self.on_reject(reject if shield is None else replace(reject, raw=shield.raw_row(reject.raw)))

        def count_bytes(count: int) -> None:
            self.bytes_read += count
            bar.update(count)

        parser = self._parser(count_reject)
        with progress_bar(total=self.bytes_total, unit="B", description=self._path.name, show=self._show_progress) as bar:
            records = self._records(parser, count_bytes)
            while rows := list(islice(records, chunk_rows)):
                start = audit.rows_accepted
                audit.rows_read += len(rows)
                audit.rows_accepted += len(rows)
                audit.rows_filled = parser.rows_filled
                chunk = self._builder.build(rows, start, audit)
                yield chunk if shield is None else shield_chunk(chunk, shield, audit)
            if not audit.rows_accepted:
                chunk = self._builder.build([], 0, audit)
                yield chunk if shield is None else shield_chunk(chunk, shield, audit)

    def _open(self, encoding: str | None, delimiter: str | None, mapping: Mapping[str, str]) -> Layout:
        with self._path.open("rb") as file:
            self._encoding = detect_encoding(file, encoding)
            return find_layout(
                line_batches(
                    text_blocks(file, self._encoding, lambda _: None),
                    max_line_chars=LINE_PER_CELL * self._max_cell_chars,
                ),
                delimiter=delimiter,
                mapping=mapping,
                max_cell_chars=self._max_cell_chars,
            )

    def _parser(self, on_reject: Callable[[Reject], None]) -> RecordParser:
        return RecordParser(
            self._layout.delimiter,
            width=len(self.header),
            needed=self._needed,
            max_cell_chars=self._max_cell_chars,
            sound=self._encoding.sound,
            on_reject=on_reject,
        )

    def _records(self, parser: RecordParser, on_bytes: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header."""
        first_line = self._layout.header_line
        try:
            with self._path.open("rb") as file:
                blocks = text_blocks(file, self._encoding, on_bytes)
                batches = line_batches(blocks, skip=first_line - 1, max_line_chars=parser.max_line_chars)
                yield from islice(parser.records(batches, first_line=first_line), 1, None)
        except OSError as error:  # gone since it was opened, or a network drive that is
            raise _unreadable(self._path, error) from error

    def _scan_dates(self, position: int, date_order: DateOrder | None) -> DateFormat:
        scan = DateScan(date_order)
        cells = (cells[position] for _, cells in self._records(self._parser(lambda _: None), lambda _: None))
        while values := list(islice(cells, _SCAN_ROWS)):
            scan.add(values)
        return scan.decide()

    def _new_audit(self, constants: dict[str, Any]) -> ReadAudit:
        layout, encoding, builder = self._layout, self._encoding, self._builder
        used = set(builder.positions.values())
        dates = None
        if found := builder.dates:
            dates = DateAudit(found.words, str(builder.timezone), found.ambiguous, found.other_order)
        return ReadAudit(
            path=self._path.name,
            format=layout.format,
            encoding=encoding.name,
            encoding_source=encoding.source,
            delimiter=None if layout.delimiter == NO_DELIMITER else layout.delimiter,
            header_line=layout.header_line,
            columns=self.header,
            mapping={column: self.header[position] for column, position in builder.positions.items()},
            unmapped=tuple(name for position, name in enumerate(self.header) if position not in used),
            derived={"channel": "from the host in url"} if builder.derives_channel else {},
            constants=constants,
            dates=dates,
            unparsed=dict.fromkeys(("rating", "owned"), 0),
            recoded_lines=encoding.recoded_lines,
            replaced_bytes=encoding.replaced_bytes,
            privacy=None if self._shield is None else self._shield.new_audit(),
        )


def _check_options(
    mapping: Mapping[str, str],
    constants: Mapping[str, Any],
    delimiter: str | None,
    date_order: str | None,
    max_cell_chars: int,
) -> None:
    check_columns(mapping, "mapping")
    check_columns(constants, "constants")
    if both := sorted(mapping.keys() & constants.keys()):
        raise ConfigError(
            f"{', '.join(both)} is both mapped to a column and set to a constant.",
            reason="conflicting_options",
            hint="Leave one of them out.",
        )
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0' or delimiter == NO_DELIMITER):
        raise ConfigError(f"{delimiter!r} cannot divide cells.", reason="bad_option", hint="Use one character, such as ';'.")
    if date_order not in {None, "dmy", "mdy"}:
        raise ConfigError(f"date_order is {date_order!r}, but must be 'dmy' or 'mdy'.", reason="bad_option")
    if max_cell_chars < 1:
        raise ConfigError(f"max_cell_chars is {max_cell_chars}, but must be at least 1.", reason="bad_option")


def _timezone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown names, paths out of the database, and its folders
        raise ConfigError(
            f"There is no time zone called {name!r}.",
            reason="unknown_timezone",
            hint="Use an IANA name such as 'Europe/Oslo'.",
        ) from None


def _extra_positions(header: Sequence[str], names: Sequence[str] | Literal["all"]) -> dict[str, int]:
    if isinstance(names, str) and names != "all":
        names = [names]
    wanted = header if names == "all" else names
    found = [header[find_column(header, name)] for name in wanted]
    positions = {name: header.index(name) for name in found}
    return {name: position for name, position in positions.items() if name not in INPUT_COLUMNS}


def _unreadable(path: Path, error: OSError) -> FileFormatError:
    if isinstance(error, FileNotFoundError):
        return FileFormatError("There is no such file.", reason="missing_file", path=path, hint="Check the name.")
    if path.is_dir():
        return FileFormatError(
            "This is a folder, not a file.", reason="not_a_file", path=path, hint="Name one of the files in it."
        )
    return FileFormatError(
        f"The file cannot be read ({error.strerror}).",
        reason="unreadable",
        path=path,
        hint="Close it where it is open and check that you may read it.",
    )
