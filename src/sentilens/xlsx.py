"""Tables as XLSX files, written row by row: texts stay texts, dates are dates, nothing is a formula, same input, same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from .errors import ConfigError
from .output import DECIMALS
from .spreadsheet import MAX_COLUMNS, MAX_DATA_ROWS, fit_cell, is_day, wall_time

#: Columns are as wide as the longest cell of the first rows, within bounds, in characters.
_ROWS_MEASURED: Final = 100
_MIN_WIDTH, _MAX_WIDTH = 8, 60
_DATE_WIDTH: Final = 19
_DAY_FORMAT, _TIME_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
#: Characters that XML cannot hold.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: The moment that stands in the file instead of now: the first that a zip can tell.
NO_TIME: Final = datetime(1980, 1, 1)
_TIMESTAMP: Final = re.compile(rb">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<")


def cell_text(text: str) -> tuple[str, bool]:
    """Give a text as a cell of a workbook can hold it, and whether it had to be cut."""
    return fit_cell(_NOT_XML.sub("\ufffd", text))


class XlsxSink:
    """Takes frames of the same columns and writes them as one worksheet when it is closed.

    Parameters
    ----------
    path : Path
        Written by `close`.
    wrap : bool, default False
        Whether long texts are broken over several lines of their cells.
    finish : callable, optional
        Takes the workbook and its worksheet before they are saved, for what is beside the cells.

    Attributes
    ----------
    n_cut : int
        Texts that were too long for a cell and were cut.

    Raises
    ------
    ConfigError
        On `write`, where a worksheet does not hold so much (reason ``too_many_rows``, ``too_many_columns``).
    """

    def __init__(self, path: Path, *, wrap: bool = False, finish: Callable[[Any, Any], None] | None = None) -> None:
        self.n_cut = 0
        self._path, self._wrap, self._finish = path, wrap, finish
        self._n_rows = 0
        self._header: list[str] = []
        self._pending: list[tuple[Any, ...]] = []
        self._book: Any = None
        self._sheet: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Add the rows of a frame."""
        self._header = self._header or [self._text(str(name)) for name in frame.columns]
        self._n_rows += len(frame)
        _check_size(self._n_rows, len(self._header))
        self._pending.extend(zip(*(self._values(frame.iloc[:, position]) for position in range(frame.shape[1])), strict=True))
        if self._sheet is not None or len(self._pending) >= _ROWS_MEASURED:
            self._append_pending()

    def close(self) -> None:
        """Write the file."""
        self._append_pending()
        if self._finish is not None:
            self._finish(self._book, self._sheet)
        with TemporaryFile() as packed:
            self._book.save(packed)
            self._sheet = None
            with self._path.open("wb") as target:
                repack(packed, target)

    def discard(self) -> None:
        """Take away what has been written on the way, without a file."""
        if self._sheet is not None:
            with suppress(OSError):
                self._sheet.close()
                self._sheet._writer.cleanup()
            self._sheet = None

    def _append_pending(self) -> None:
        if self._sheet is None:
            self._begin()
        for row in self._pending:
            self._sheet.append([self._cell(value) if isinstance(value, str | datetime) else value for value in row])
        self._pending = []

    def _begin(self) -> None:
        """Open the sheet with its header; the first rows are at hand."""
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        self._book = Workbook(write_only=True)
        self._book.properties.created = NO_TIME
        self._book.properties.creator = "sentilens"
        self._sheet = self._book.create_sheet("posts" if "text" in self._header else "table")
        self._sheet.freeze_panes = "A2"
        columns = zip(*self._pending[:_ROWS_MEASURED], strict=True) if self._pending else ((),) * len(self._header)
        for number, (name, values) in enumerate(zip(self._header, columns, strict=True), start=1):
            longest = max(map(_width, (name, *values)))
            self._sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, _MIN_WIDTH), _MAX_WIDTH)
        self._sheet.append([self._cell(name, bold=True) for name in self._header])

    def _values(self, column: pd.Series[Any]) -> list[Any]:
        """Give the cells of a column as values that a worksheet knows."""
        if pd.api.types.is_float_dtype(column.dtype):
            column = column.round(DECIMALS)
        return [self._value(value) for value in column.astype("object").where(column.notna(), None)]

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        return wall_time(value) if isinstance(value, datetime) else self._text(str(value))

    def _text(self, text: str) -> str:
        fitting, cut = cell_text(text)
        self.n_cut += cut
        return fitting

    def _cell(self, value: str | datetime, *, bold: bool = False) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font

        cell = WriteOnlyCell(self._sheet, value=value)
        if isinstance(value, str):
            cell.data_type = "s"  # also where it begins like a formula or reads like an error
        else:
            cell.number_format = _DAY_FORMAT if is_day(value) else _TIME_FORMAT
        if self._wrap and isinstance(value, str) and len(value) > _MAX_WIDTH:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
        return cell


def _check_size(n_rows: int, n_columns: int) -> None:
    for what, n, most in (("rows", n_rows, MAX_DATA_ROWS), ("columns", n_columns, MAX_COLUMNS)):
        if n > most:
            raise ConfigError(
                f"The table has more than the {most:,} {what} that a worksheet holds.",
                reason=f"too_many_{what}",
                hint="Write .csv or .parquet.",
            )


def _width(value: Any) -> int:
    if isinstance(value, datetime):
        return _DATE_WIDTH
    return 0 if value is None else max(map(len, str(value).split("\n")))


def repack(packed: IO[bytes], target: IO[bytes]) -> None:
    """Copy a zip with the same moment on every part and in its properties, so that equal tables are equal files."""
    with ZipFile(packed) as before, ZipFile(target, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = ZipInfo(name, date_time=NO_TIME.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            info.create_system = 3  # else it is that of the system
            info.external_attr = 0o600 << 16
            with before.open(name) as source, after.open(info, "w", force_zip64=True) as copy:
                if name == "docProps/core.xml":
                    copy.write(_TIMESTAMP.sub(NO_TIME.strftime(">%Y-%m-%dT%H:%M:%SZ<").encode(), source.read()))
                else:
                    copyfileobj(source, copy)
