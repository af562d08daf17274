"""Exports of posts, opened: what was decided about them, and their rows chunk by chunk."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ..brands import BrandMatcher, load_brands
from ..errors import ConfigError, FileFormatError
from ..progress import progress_bar
from ..schema import BRANDS, CORE_SCORE_COLUMNS, INPUT_COLUMNS, OPTIONAL_COLUMNS, READING_COLUMNS
from .audit import ReadAudit, Reject
from .dates import DateOrder
from .frames import PostChunk, extra_columns, read_constant
from .handed import HandedColumns
from .headers import check_columns, find_column
from .mapping_file import MappingSource, read_mapping
from .marking import PostMarker
from .parts import Part, ReadOptions, open_parts, unreadable
from .private import shield_posts
from .records import NO_DELIMITER
from .tables import RowLog, TableOptions

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


class PostReader:
    """Open exports of posts: find container, format, header and the form of dates, and account for every row.

    Opening reads each file once or twice from start to end; `chunks` reads it again. What is held in memory is bounded by the
    chunk, never by the file, but for JSON documents and old Excel workbooks, which are held whole and may have 256 MB.

    Parameters
    ----------
    path : str or path-like, or an iterable of them
        Delimited text (CSV, TSV), Excel workbooks, JSON, JSON lines, the scripts of X archives, feeds (Atom, RSS, WordPress),
        Parquet, any text of these packed with gzip, zip archives and folders of all these. What a file holds is told by its
        content, not by its name.
    mapping : mapping or path, optional
        Canonical column -> name in the header, or a list of names of which the first filled one counts; or a file that
        `save_mapping` has written. It wins over what format and names suggest.
    constants : mapping, optional
        Canonical column -> value for all rows. It takes the place of a column that the file may have.
    encoding : str, optional
        Of text; wins over detection. Bytes that do not fit it make their rows rejects.
    delimiter : str, optional
        A single character; makes any text a delimited one.
    date_order : {"dmy", "mdy"}, optional
        Settles dates in which day and month could be the other way round.
    timezone : str, default "UTC"
        An IANA name such as ``"Europe/Oslo"``, for times that name none in formats that do not settle it.
    extra_columns : sequence of str or "all"
        Names in the header of columns to hand through. Those that are canonical names are left out, and of columns with the
        same name the first is meant.
    max_cell_chars : int, default 1,000,000
        Longer cells, and physical lines four times as long, make their rows rejects.
    brands : path or BrandMatcher, optional
        A ``brands.toml`` that tells which brands posts concern.
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
        The names in the header; of several files with different headers those of all files.
    bytes_total, bytes_read : int
        The size of the files, and how much of it `chunks` has read.
    keep_handles : frozenset of str
        Those given, and those of the brands; masking leaves them alone.
    timezone : str
        As given.
    on_reject : callable or None
        Called with each `Reject` while `chunks` reads. Without ``keep_personal_data``, `Reject.raw` is masked, and empty if the
        file has an author or columns that are left out.

    Raises
    ------
    FileFormatError
        There is no such file (reason ``missing_file``); it may not be read (``unreadable``), is empty (``empty_file``), no
        table (``binary``), broken (``broken_workbook``, ``broken_archive``, ``broken_parquet``, ``bad_json``, ``bad_xml``,
        ``bad_header``), not safe to open (``bomb``, ``unsafe_archive``, ``unsafe_xml``, ``too_large``,
        ``too_many_columns``), needs a password (``locked``), or changes while it is read (``changed_file``); or nothing in
        a folder or an archive is an export (``no_export``).
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
        path: Source,
        *,
        mapping: MappingSource | None = None,
        constants: Mapping[str, Any] | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        date_order: DateOrder | None = None,
        timezone: str = "UTC",
        extra_columns: Sequence[str] | Literal["all"] = (),
        max_cell_chars: int = 1_000_000,
        brands: str | os.PathLike[str] | BrandMatcher | None = None,
        keep_personal_data: bool = False,
        keep_handles: Collection[str] = (),
        show_progress: bool | None = False,
    ) -> None:
        source = path if isinstance(path, str | os.PathLike) else list(path)
        names, constants = read_mapping(mapping, constants)
        _check_options(names, constants, delimiter, date_order, max_cell_chars)
        zone = _timezone(timezone)
        for column, value in constants.items():
            read_constant(column, value, zone)
        self.on_reject: Callable[[Reject], None] | None = None
        self.bytes_read = 0
        self.timezone = timezone
        self._show_progress = show_progress
        self._brands = brands if brands is None or isinstance(brands, BrandMatcher) else load_brands(brands)
        self.keep_handles = frozenset(keep_handles) | (frozenset() if self._brands is None else self._brands.handles)
        table_options = TableOptions(encoding, delimiter, names, max_cell_chars)
        options = ReadOptions(table_options, constants, date_order, zone, self._brands, self.keep_handles, keep_personal_data)
        self._parts, self._skipped = open_parts(source, options)
        self._name = _name_of(source)
        self.bytes_total = sum(part.blob.size for part in self._parts)
        optional = {column for part in self._parts for column in part.builder.columns}
        self._optional = tuple(column for column in OPTIONAL_COLUMNS if column in optional)
        self._handed = HandedColumns(self._parts)
        self.header = self._handed.header
        self._extra = self._extra_positions(extra_columns)
        self.audit = self._new_audit()

    def chunks(self, chunk_rows: int = 10_000) -> Iterator[PostChunk]:
        """Read all from the start; the rows do not depend on the size of the chunks.

        Parameters
        ----------
        chunk_rows : int, default 10,000
            Rows per chunk; the last of each file may have fewer. Files without rows make one chunk without rows.
        """
        if chunk_rows < 1:
            raise ConfigError(f"chunk_rows is {chunk_rows}, but must be at least 1.", reason="bad_option")
        self.audit = self._new_audit()
        self.bytes_read = 0
        return self._read_chunks(chunk_rows, self.audit)

    @property
    def canonical_first(self) -> bool:
        """Whether a scored file begins with the canonical columns: where the cells of the file alone do not tell the posts.

        That is so in a named format, whose texts may be wrapped or joined, where several columns make the text, and in several
        files. What the canonical columns tell whole is then not handed through besides.
        """
        return len(self._parts) > 1 or any(part.platform or part.text_is_made for part in self._parts)

    @property
    def names_sources(self) -> bool:
        """Whether posts may come from more than one file or sheet, so that a scored file tells from which."""
        return len(self._parts) > 1 or self._parts[0].name != self._name

    @property
    def is_scored(self) -> bool:
        """Whether all that is read has been scored before."""
        return all(set(CORE_SCORE_COLUMNS) <= set(part.header) for part in self._parts)

    def examples(self) -> dict[str, dict[str, list[str]]]:
        """For each part by its name: up to three values of each canonical column, masked and shortened."""
        return {part.name: part.examples() for part in self._parts}

    def _read_chunks(self, chunk_rows: int, whole: ReadAudit) -> Iterator[PostChunk]:
        accounts = whole.parts or [whole]
        marker = PostMarker(self._brands)  # of all files, for what one has may stand in the next, too
        with progress_bar(total=self.bytes_total, unit="B", description=self._name, show=self._show_progress) as bar:

            def count_bytes(count: int) -> None:
                self.bytes_read += count
                bar.update(count)

            for part, audit in zip(self._parts, accounts, strict=True):
                for rows in self._row_batches(part, audit, chunk_rows, count_bytes):
                    whole.add_up()
                    start = whole.rows_accepted
                    audit.rows_read += len(rows)
                    audit.rows_accepted += len(rows)
                    chunk = self._chunk(part, rows, start, audit, marker)
                    whole.add_up()
                    yield chunk
                whole.add_up()
        if not whole.rows_accepted:
            yield self._chunk(self._parts[0], [], 0, accounts[0], marker)

    def _row_batches(
        self, part: Part, audit: ReadAudit, chunk_rows: int, on_bytes: Callable[[int], None]
    ) -> Iterator[list[tuple[int, list[str]]]]:
        def on_reject(reject: Reject) -> None:
            audit.count_reject(reject)
            if self.on_reject is not None:
                shield = part.shield
                self.on_reject(reject if shield is None else replace(reject, raw=shield.raw_row(reject.raw)))

        unread = part.blob.size

        def on_part_bytes(count: int) -> None:
            nonlocal unread
            unread -= count
            on_bytes(count)

        log = RowLog(on_reject, on_part_bytes)
        records = part.rows(log)
        try:
            while rows := list(islice(records, chunk_rows)):
                audit.rows_filled = log.rows_filled()
                yield rows
            on_part_bytes(unread)  # of containers that do not tell how far they are
        except OSError as error:  # gone since it was opened, or on a network drive that is
            raise unreadable(part.blob.path, error) from error
        except FileFormatError as error:
            error.path = error.path or str(part.blob.path)
            raise

    def _chunk(
        self, part: Part, rows: list[tuple[int, list[str]]], start: int, audit: ReadAudit, marker: PostMarker
    ) -> PostChunk:
        """Make posts of rows: as they are in the file, then marked, then without people."""
        cells: list[Sequence[str]] = list(zip(*(row for _, row in rows), strict=True)) or [()] * len(part.header)
        posts = part.builder.build(cells, len(rows), start, audit)
        for position, column in enumerate(self._optional, start=len(INPUT_COLUMNS)):
            if column not in posts.columns:
                nothing = pd.array([None] * len(rows), dtype=_dtype_of(column))
                posts.insert(position, column, pd.Series(nothing, index=posts.index))
        posts = marker.mark(posts, audit)
        if part.shield is not None:
            posts = shield_posts(posts, part.shield, audit)
        if self._extra:
            extra = self._handed.cells(part, cells, len(rows), self._extra.values())
            columns = extra_columns(dict(zip(self._extra, extra, strict=True)))
            posts = pd.concat([posts, pd.DataFrame(columns, index=posts.index)], axis=1)
        kept = self._handed.beside_canonical if self.canonical_first else self._handed.kept
        lines = np.fromiter((line for line, _ in rows), dtype=np.int64, count=len(rows))
        header = tuple(self.header[position] for position in kept)
        return PostChunk(posts, lines, header, self._handed.cells(part, cells, len(rows), kept), part.name)

    def _extra_positions(self, names: Sequence[str] | Literal["all"]) -> dict[str, int]:
        """The columns to hand through with the posts, by their positions; those that hold personal data are left out."""
        header = self.header
        if isinstance(names, str) and names != "all":
            names = [names]
        wanted = header if names == "all" else [header[find_column(header, name)] for name in names]
        ours = {*READING_COLUMNS, *OPTIONAL_COLUMNS, *([BRANDS] if self._brands is not None else [])}
        positions = {name: header.index(name) for name in wanted}
        return {name: position for name, position in positions.items() if position in self._handed.kept and name not in ours}

    def _new_audit(self) -> ReadAudit:
        audits = [part.new_audit() for part in self._parts]
        if len(audits) == 1:
            audits[0].skipped = list(self._skipped)
            return audits[0]
        formats = list(dict.fromkeys(audit.format for audit in audits))
        first, is_uniform = audits[0], self._handed.is_uniform
        whole = ReadAudit(
            path=self._name,
            format=formats[0] if len(formats) == 1 else "several",
            confidence=min(audit.confidence for audit in audits),
            container=first.container if len({audit.container for audit in audits}) == 1 else "several",
            encoding=first.encoding if len({audit.encoding for audit in audits}) == 1 else "",
            encoding_source="",
            delimiter=first.delimiter if len({audit.delimiter for audit in audits}) == 1 else None,
            header_line=0,
            columns=self.header,
            mapping=dict(first.mapping) if is_uniform else {},
            unmapped=first.unmapped if is_uniform else (),
            derived=dict(first.derived) if is_uniform else {},
            constants=dict(first.constants),
            reusable=dict(first.reusable) if is_uniform else {},
            skipped=list(self._skipped),
            parts=audits,
        )
        whole.add_up()
        return whole


def _dtype_of(column: str) -> Any:
    return pd.DatetimeTZDtype("us", "UTC") if column == "replied_at" else pd.StringDtype("python")


def _name_of(source: Source) -> str:
    if isinstance(source, str | os.PathLike):
        return Path(source).name or str(source)
    paths = [Path(path) for path in source]
    return paths[0].name if len(paths) == 1 else f"{len(paths)} files"


def _check_options(
    mapping: Mapping[str, Sequence[str]],
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
