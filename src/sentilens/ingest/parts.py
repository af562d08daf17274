"""The parts of what is to be read: each a table with its format, its columns and the form of its dates."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..brands import BrandMatcher
from ..errors import FileFormatError, InputError, MissingColumnsError
from ..privacy import text_masker
from ..privacy.shield import PERSONAL_COLUMNS, TEXT_COLUMNS, Shield
from ..schema import INPUT_COLUMNS, OPTIONAL_COLUMNS, PLACEHOLDERS, STRING_COLUMNS, TEXT
from .audit import DateAudit, ReadAudit
from .blobs import Blob, archive_members, file_blob, files_in, is_archive, is_system_file, zip_errors
from .columns import TIME_COLUMNS, Cells, choose_columns
from .dates import DateFormat, DateOrder, DateScan
from .frames import PostBuilder, read_constant
from .headers import header_key, no_text_column
from .marking import describe_marks
from .platforms import recognise
from .tables import RowLog, Table, TableOptions, open_tables

#: Canonical columns that are what stands in the file.
_VERBATIM: Final = frozenset(STRING_COLUMNS) - {"declared_language"}
_SCAN_ROWS: Final = 2_000
_N_EXAMPLES: Final = 3
_EXAMPLE_CHARS: Final = 40


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about the files, checked.

    Attributes
    ----------
    table : TableOptions
        Among them the mapping.
    constants : mapping
        Canonical column -> value for all rows, as given.
    date_order : {"dmy", "mdy"} or None
    timezone : tzinfo
        Of times that name none, unless the format settles it.
    brands : BrandMatcher or None
    keep_handles : frozenset of str
        Handles that are not masked.
    keep_personal_data : bool
        Whether people are left in.
    """

    table: TableOptions
    constants: Mapping[str, Any]
    date_order: DateOrder | None
    timezone: tzinfo
    brands: BrandMatcher | None
    keep_handles: frozenset[str]
    keep_personal_data: bool


class Part:
    """A table, opened: its rows and how posts are made of them.

    Raises
    ------
    MissingColumnsError
        No column holds the text, or one that was asked for is not there.
    """

    def __init__(self, blob: Blob, name: str, table: Table, options: ReadOptions) -> None:
        self.blob, self.name, self.table = blob, name, table
        self.header = table.header
        self._options = options
        self.platform, self._confidence = recognise(table.header, table.document, table.sample)
        mapping, zone = options.table.mapping, options.timezone
        constants = {column: read_constant(column, value, zone) for column, value in options.constants.items()}
        skip = 0
        if platform := self.platform:
            skip = platform.rows_to_skip(table.sample)
            zone = _zone(platform.timezone or platform.read_timezone(table.header, table.sample)) or zone
            own = {column: value for column, value in platform.constants.items() if column not in mapping}
            constants = own | constants
        self._skip = skip
        self._sample = [_padded(row, len(self.header)) for row in table.sample[skip:]]
        sources = choose_columns(self.header, table.sample, platform, mapping, without=constants)
        if platform and platform.no_posts and TEXT not in mapping:
            raise MissingColumnsError(platform.no_posts, reason="no_posts", hint="Name the file that holds the posts.")
        if TEXT not in sources or (table.container == "js" and platform is None):
            raise no_text_column(self.header, table.sample)
        # Rows on one line that lack cells at their end are kept from this width on.
        self._needed = min(max(min(sources[TEXT].positions) + 1, 2), len(self.header))
        dates = self._scan_dates({column: sources[column] for column in TIME_COLUMNS if column in sources})
        optional = tuple(column for column in OPTIONAL_COLUMNS if column in sources)
        self.builder = PostBuilder((*INPUT_COLUMNS, *optional), sources, constants, dates, zone)
        self.shield = None if options.keep_personal_data else self._new_shield()
        #: Positions of the columns that are handed through.
        self.kept = tuple(range(len(self.header)) if self.shield is None else self.shield.kept)

    def rows(self, log: RowLog) -> Iterator[tuple[int, list[str]]]:
        """The rows that may be posts, under their lines."""
        with zip_errors():
            yield from islice(self.table.rows(log, needed=self._needed), self._skip, None)
        with suppress(FileNotFoundError):  # what was open stays readable to its end
            self.blob.check_unchanged()

    @property
    def told_whole(self) -> frozenset[int]:
        """Positions of the columns that canonical ones tell whole: those of texts, and strings of the same name."""
        return frozenset(
            position
            for column, cells in self.builder.sources.items()
            for position in cells.positions
            if column in TEXT_COLUMNS or (column in _VERBATIM and self.header[position] == column)
        )

    @property
    def text_is_made(self) -> bool:
        """Whether a text is more or less than the cell of one column."""
        sources = [self.builder.sources[column] for column in TEXT_COLUMNS if column in self.builder.sources]
        return any(len(cells.positions) > 1 or cells.through is not None for cells in sources)

    def shielded(self, position: int, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a column of the file, without people."""
        return cells if self.shield is None else self.shield.cells(position, cells)

    def _new_shield(self) -> Shield:
        roles: dict[int, str] = {}
        for column, cells in self.builder.sources.items():
            for position in cells.positions:
                if position not in roles or column in PERSONAL_COLUMNS:
                    roles[position] = column
        personal = set(map(header_key, self.platform.personal)) if self.platform else set()
        names = {name for name in self.header if header_key(name) in personal}
        return Shield(self.header, roles, self._sample, self._options.keep_handles, names)

    def _scan_dates(self, sources: Mapping[str, Cells]) -> dict[str, DateFormat]:
        usual = self.platform.date_order if self.platform else None
        scans = {column: DateScan(self._options.date_order, usual) for column in sources}
        positions = sorted({position for cells in sources.values() for position in cells.positions})
        rows = ([cells[position] for position in positions] for _, cells in self.rows(RowLog())) if sources else iter(())
        while batch := list(islice(rows, _SCAN_ROWS)):
            columns = dict(zip(positions, zip(*batch, strict=True), strict=True))
            for column, cells in sources.items():
                scans[column].add(cells.values(columns))
        return {column: scan.decide() for column, scan in scans.items()}

    def new_audit(self) -> ReadAudit:
        """The account of a reading that has not begun."""
        table, builder, header, platform = self.table, self.builder, self.header, self.platform
        encoding = table.encoding
        used = {position for cells in builder.sources.values() for position in cells.positions}
        dates = None
        if found := builder.dates.get("created_at"):
            dates = DateAudit(found.words, str(builder.timezone), found.ambiguous, found.other_order)
        derived = {"channel": "from the host in url"} if builder.derives_channel else {}
        if platform:
            own = {column: value for column, value in platform.constants.items() if column not in self._options.constants}
            own = {column: value for column, value in own.items() if column not in builder.sources}
            derived |= {column: f"{value!r} throughout in this format" for column, value in own.items()}
        derived |= describe_marks(self._options.brands)
        by_user = self._options.table.mapping
        return ReadAudit(
            path=self.name,
            format=platform.name if platform else table.container,
            confidence=self._confidence,
            container=table.container,
            encoding=encoding.name if encoding else "",
            encoding_source=encoding.source if encoding else "",
            delimiter=table.delimiter,
            header_line=table.header_line,
            preamble_rows=table.preamble,
            skipped_rows=self._skip,
            columns=header,
            mapping={column: cells.words(header) for column, cells in builder.sources.items()},
            unmapped=tuple(name for position, name in enumerate(header) if position not in used),
            derived=derived,
            constants=dict(self._options.constants),
            privacy=None if self.shield is None else self.shield.new_audit(),
            dates=dates,
            unparsed=dict.fromkeys(("rating", "owned"), 0),
            recoded_lines=encoding.recoded_lines if encoding else 0,
            replaced_bytes=encoding.replaced_bytes if encoding else 0,
            reusable={
                column: [header[position] for position in cells.positions]
                for column, cells in builder.sources.items()
                if platform is None or column in by_user
            },
        )

    def examples(self) -> dict[str, list[str]]:
        """Up to three values of each canonical column, masked and shortened."""
        mask = text_masker(self._options.keep_handles)
        columns = {position: [row[position] for row in self._sample] for position in range(len(self.header))}
        found = {}
        for column, cells in self.builder.sources.items():
            values = dict.fromkeys(value.strip() for value in cells.values(columns) if value.strip())
            found[column] = [_shown(column, value, mask) for value in islice(values, _N_EXAMPLES)]
        return found


def open_parts(source: Any, options: ReadOptions) -> tuple[list[Part], list[tuple[str, str]]]:
    """Open what there is to read.

    Parameters
    ----------
    source : path or iterable of paths
        Files, zip archives and folders. A file that is named must be an export; of what is in folders and archives, and of the
        sheets of a workbook, those that are none are left out.
    options : ReadOptions

    Returns
    -------
    parts : list of Part
        In the order of the paths, of the names in a folder, of the members of an archive and of the sheets.
    skipped : list of (str, str)
        What was left out, and why.

    Raises
    ------
    FileFormatError
        As for `PostReader`.
    """
    paths = [Path(source)] if isinstance(source, str | os.PathLike) else [Path(path) for path in source]
    parts: list[Part] = []
    skipped: list[tuple[str, str]] = []
    first_error: InputError | None = None
    files = [(path, file) for path in paths for file in (files_in(path) if path.is_dir() else [path])]
    same_names = len({_name_of(*pair) for pair in files}) < len(files)
    for path, file in files:
        is_folder = path.is_dir()
        name = file.as_posix() if same_names else _name_of(path, file)
        if is_system_file(_name_of(path, file)):
            skipped.append((name, "left behind by an operating system"))
            continue
        try:
            found, left_out, error = _open_file(file, name, options)
        except InputError as refused:
            if not is_folder:
                raise
            found, left_out, error = [], [(name, _why(refused, name))], refused
        except OSError as refused:
            if not is_folder:
                raise unreadable(file, refused) from refused
            found, left_out, error = [], [(name, f"cannot be read ({refused.strerror})")], None
        parts += found
        skipped += left_out
        first_error = first_error or error
    if not parts:
        if len(skipped) == 1 and first_error is not None:
            raise first_error
        listed = "; ".join(f"{name}: {why}" for name, why in skipped[:10])
        raise FileFormatError(
            f"No export of posts was found among {len(skipped)} files" + (f" ({listed})." if listed else "."),
            reason="no_export",
            hint="Name the file that holds the posts.",
            path=paths[0] if len(paths) == 1 else None,
        )
    return parts, skipped


def _name_of(path: Path, file: Path) -> str:
    return file.name if file == path else file.relative_to(path).as_posix()


def _open_file(path: Path, name: str, options: ReadOptions) -> tuple[list[Part], list[tuple[str, str]], InputError | None]:
    """The parts in one file, what was left out of it, and the first reason for that."""
    try:
        blob = file_blob(path)
        if not is_archive(blob):
            return _open_blob(blob, name, options)
        parts: list[Part] = []
        skipped: list[tuple[str, str]] = []
        first_error: InputError | None = None
        for member in archive_members(blob):
            inside = f"{name}!{member.name}"
            if is_system_file(member.name):
                skipped.append((inside, "left behind by an operating system"))
                continue
            try:
                found, left_out, error = _open_blob(member, inside, options)
            except InputError as refused:
                found, left_out, error = [], [(inside, _why(refused, inside))], refused
            parts += found
            skipped += left_out
            first_error = first_error or error
        return parts, skipped, first_error
    except FileFormatError as error:
        error.path = error.path or str(path)
        raise


def _open_blob(blob: Blob, name: str, options: ReadOptions) -> tuple[list[Part], list[tuple[str, str]], InputError | None]:
    """The parts in a file that is no archive; sheets that hold no posts are left out where another one does."""
    parts: list[Part] = []
    skipped: list[tuple[str, str]] = []
    errors: list[InputError] = []
    tables = open_tables(blob, options.table)
    for table in tables:
        title = f"{name}[{table.part}]" if table.part else name
        try:
            parts.append(Part(blob, title, table, options))
        except MissingColumnsError as error:
            errors.append(MissingColumnsError(f"{title}: {error.message}", reason=error.reason, hint=error.hint))
            skipped.append((title, _why(error, title)))
    if not parts:
        raise errors[0]
    return parts, skipped, None


def _why(error: InputError, name: str) -> str:
    if error.reason == "no_text_column":
        return "no column holds the text of posts"
    return error.message.removeprefix(f"{name}: ")


def unreadable(path: Path, error: OSError) -> FileFormatError:
    """The error for a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return FileFormatError("There is no such file.", reason="missing_file", path=path, hint="Check the name.")
    return FileFormatError(
        f"The file cannot be read ({error.strerror}).",
        reason="unreadable",
        path=path,
        hint="Close it where it is open and check that you may read it.",
    )


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _shown(column: str, value: str, mask: Callable[[str], str]) -> str:
    masked = PLACEHOLDERS["handle"] if column == "author" else " ".join(mask(value).split())
    return masked if len(masked) <= _EXAMPLE_CHARS else masked[: _EXAMPLE_CHARS - 1] + "…"


def same_header(parts: Iterable[Part]) -> bool:
    """Whether all parts have the same columns under the same format."""
    return len({(part.header, part.platform.name if part.platform else "") for part in parts}) == 1
