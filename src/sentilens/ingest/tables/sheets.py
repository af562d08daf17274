"""Excel workbooks as tables, one for each sheet."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Final, cast

from ...errors import FileFormatError
from ..blobs import MAX_WHOLE_BYTES, Blob, check_members, locked, read_whole, too_large, zip_errors
from ..encoding import TextEncoding
from ..layout import find_header, known_names
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, sound_rows

#: The limits of Excel itself. A file may claim more, and would then be read for hours.
_MAX_ROWS: Final = 1_048_576
_MAX_COLUMNS: Final = 16_384
#: What a workbook may unpack to, its sheets included, which are read piece by piece.
_MAX_WORKBOOK_BYTES: Final = 4 << 30
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class SheetTable:
    """A sheet of a workbook.

    Parameters
    ----------
    container, part : str
        As for `Table`.
    read : callable
        Gives the rows of the sheet from its first, a list of at most so many texts each, as often as it is called.
    """

    header_line: int
    delimiter: str | None = None
    encoding: TextEncoding | None = None
    document = ""

    def __init__(
        self,
        container: str,
        part: str,
        read: Callable[[int], Iterator[list[str]]],
        *,
        wanted: Sequence[str],
        max_cell_chars: int,
    ) -> None:
        self.container, self.part, self._read, self._max_cell_chars = container, part, read, max_cell_chars
        first = list(islice(read(_MAX_COLUMNS), SAMPLE_ROWS))
        position = find_header(first, known_names(wanted))
        self.header_line = position + 1
        self.preamble = sum(map(any, first[:position]))
        names = first[position] if first else []
        while names and not names[-1].strip():
            names = names[:-1]
        self.header = tuple(names)
        self.sample = [row for row in first[position + 1 :] if any(row)]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header that hold anything; cells right of the header have no name and are left out."""
        width = len(self.header)
        below = enumerate(islice(self._read(width), self.header_line, None), start=self.header_line + 1)
        filled = ((number, row + [""] * (width - len(row))) for number, row in below if any(row))
        yield from sound_rows(filled, log, self._max_cell_chars)


def open_workbook(blob: Blob, wanted: Sequence[str], max_cell_chars: int) -> list[Any]:
    """The sheets of an Excel workbook that hold anything, read piece by piece.

    Raises
    ------
    FileFormatError
        The file is no workbook or a broken one, holds document types or entities in its XML, or unpacks to more than any
        export.
    """
    with zip_errors(), blob.open_random() as file, zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    check_members(members, max_total=_MAX_WORKBOOK_BYTES)
    if any(member.flag_bits & 1 for member in members):
        raise locked()
    if "xl/workbook.xml" not in {member.filename.lower() for member in members} and not any(
        member.filename.startswith("xl/") for member in members
    ):
        raise FileFormatError("This is an archive inside another.", reason="binary", hint="Unpack it first.")
    if any(m.file_size > MAX_WHOLE_BYTES for m in members if not m.filename.startswith("xl/worksheets/")):
        raise too_large(blob.name)
    with _opened(blob) as book:
        names = [sheet.title for sheet in book.worksheets]
    tables = [
        SheetTable("xlsx", name, partial(_sheet_rows, blob, name), wanted=wanted, max_cell_chars=max_cell_chars)
        for name in names
    ]
    return _filled(tables)


def _filled(tables: list[SheetTable]) -> list[SheetTable]:
    filled = [table for table in tables if table.header]
    if not filled:
        raise FileFormatError("The workbook is empty.", reason="empty_file")
    for table in filled:
        check_width(len(table.header))
    if len(filled) == 1:
        filled[0].part = ""
    return filled


@contextmanager
def _opened(blob: Blob) -> Iterator[Any]:
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise AssertionError("openpyxl must read XML through defusedxml")  # it does, unless told otherwise
    with _workbook_errors(), zip_errors(), blob.open_random() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which hold no posts
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _workbook_errors() -> Iterator[None]:
    """Turn what reading a workbook raises into ours; broken ones make openpyxl and xlrd raise nearly anything."""
    try:
        yield
    except (FileFormatError, zipfile.BadZipFile, zlib.error, EOFError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the system; openpyxl raises some of its own

        from defusedxml.common import DefusedXmlException

        causes = [error, error.__cause__, error.__context__]  # openpyxl makes a ValueError of some
        if any(isinstance(cause, DefusedXmlException) for cause in causes):
            raise FileFormatError(
                "The workbook holds document types or entities, as no spreadsheet program writes them.",
                reason="unsafe_xml",
                hint="Ask for the export again from where it came.",
            ) from error
        raise FileFormatError(
            "The workbook is broken, incomplete or not what Excel writes.",
            reason="broken_workbook",
            hint="Open it in Excel, save it anew as .xlsx, and read that file.",
        ) from error


def _sheet_rows(blob: Blob, name: str, width: int) -> Iterator[list[str]]:
    with _opened(blob) as book:
        sheet = book[name]
        sheet.reset_dimensions()  # some programs write a wrong size
        for row in sheet.iter_rows(max_row=_MAX_ROWS, max_col=width, values_only=True):
            yield _texts(row)


def _texts(row: Sequence[Any]) -> list[str]:
    return [_ESCAPE.sub(_unescape, cell_text(value)) if isinstance(value, str) else cell_text(value) for value in row]


def _unescape(match: re.Match[str]) -> str:
    # Excel writes a carriage return as _x000D_, and a text that looks like such an escape with _x005F_ before it.
    return chr(int(match[1], 16))


def open_old_workbook(blob: Blob, wanted: Sequence[str], max_cell_chars: int) -> list[Any]:
    """The sheets of a workbook of Excel 97 to 2003, which is read as a whole.

    Raises
    ------
    FileFormatError
        The file is no workbook, a broken one, too large, or protected by a password.
    """
    import xlrd

    with blob.open() as file:
        data = read_whole(file, blob.name)
    if _ENCRYPTED in data:
        raise locked()
    with _workbook_errors():
        # What xlrd has to say about a file goes to its log, which is nobody's concern.
        book = xlrd.open_workbook(file_contents=data, logfile=_Silent())

    def rows(sheet: Any, width: int) -> Iterator[list[str]]:
        for number in range(sheet.nrows):
            yield [_old_text(cell, book.datemode) for cell in sheet.row(number)[:width]]

    tables = [
        SheetTable("xls", sheet.name, partial(rows, sheet), wanted=wanted, max_cell_chars=max_cell_chars)
        for sheet in book.sheets()
    ]
    return _filled(tables)


class _Silent:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def _old_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return cell_text(cast(Any, xlrd.xldate_as_datetime(cell.value, datemode)).replace(microsecond=0))
        except (ValueError, OverflowError):
            return cell_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(cell.value))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell_text(cell.value)
