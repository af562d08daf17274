"""Tables as files, in the format that the file's ending names: CSV, TSV, XLSX, Parquet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, Any, Final, Protocol

import pandas as pd

from .errors import ConfigError
from .output import CSV_ENDINGS, whole_file, write_csv
from .xlsx import XlsxSink

XLSX: Final = ".xlsx"
PARQUET: Final = ".parquet"
#: What Excel of the Nordic countries and Germany opens without questions.
EXCEL_DELIMITER, EXCEL_ENCODING = ";", "utf-8-sig"


class TableSink(Protocol):
    """Takes the parts of a table, one after the other."""

    @property
    def n_cut(self) -> int:
        """Texts that the format could not hold whole."""

    def write(self, frame: pd.DataFrame) -> None:
        """Add the rows of a frame; all frames have the same columns."""


def check_ending(target: str | os.PathLike[str]) -> None:
    """Raise `ConfigError` (reason ``target_ending``) unless the ending names a format."""
    if Path(target).suffix.lower() not in {*CSV_ENDINGS, XLSX, PARQUET}:
        raise ConfigError(
            f"The ending of '{os.fspath(target)}' is not known.",
            reason="target_ending",
            hint="Use .csv, .tsv, .xlsx or .parquet.",
        )


@contextmanager
def open_table(
    target: str | os.PathLike[str], *, delimiter: str = ",", encoding: str = "utf-8", excel: bool = False
) -> Iterator[TableSink]:
    """Give what takes the parts of a table; the file appears when all of them are written.

    Parameters
    ----------
    target : path
        Its ending names the format.
    delimiter, encoding : str
        Of ``.csv``; a ``.tsv`` has tabs.
    excel : bool, default False
        Write text files as Excel opens them: semicolons, a byte order mark, decimal commas.

    Raises
    ------
    ConfigError
        If the ending is not known, or an XLSX file cannot hold the table.
    EngineError
        If the file cannot be written.
    """
    check_ending(target)
    ending = Path(target).suffix.lower()
    with whole_file(target) as part:
        if ending == XLSX:
            xlsx = XlsxSink(part)
            try:
                yield xlsx
                xlsx.close()
            finally:
                xlsx.discard()
        elif ending == PARQUET:
            parquet = ParquetSink(part)
            try:
                yield parquet
            finally:
                parquet.close()
        else:
            delimiter = EXCEL_DELIMITER if excel else "\t" if ending == ".tsv" else delimiter
            with part.open("w", encoding=EXCEL_ENCODING if excel else encoding, newline="") as handle:
                yield CsvSink(handle, delimiter, excel=excel)


class CsvSink:
    """Writes a table as CSV to an open file."""

    def __init__(self, handle: IO[str], delimiter: str, *, excel: bool = False) -> None:
        self.n_cut = 0
        self._handle, self._delimiter, self._excel = handle, delimiter, excel
        self._first = True

    def write(self, frame: pd.DataFrame) -> None:
        """Add the rows of a frame."""
        self.n_cut += write_csv(frame, self._handle, self._delimiter, header=self._first, excel=self._excel)
        self._first = False


class ParquetSink:
    """Writes a table as Parquet; numbers, times and yes or no keep their types, all else is text."""

    n_cut = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Add the rows of a frame."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = [frame.iloc[:, position] for position in range(frame.shape[1])]
        types = [_parquet_type(column) for column in columns]
        schema = pa.schema(list(zip(_unique(map(str, frame.columns)), types, strict=True)))
        arrays = [pa.array(column, type=kind, from_pandas=True) for column, kind in zip(columns, types, strict=True)]
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, schema, compression="zstd")
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


def _parquet_type(column: pd.Series[Any]) -> Any:
    import pyarrow as pa

    kind = column.dtype
    if isinstance(kind, pd.DatetimeTZDtype):
        return pa.timestamp("us", tz=str(kind.tz))
    for is_kind, make in (
        (pd.api.types.is_bool_dtype, pa.bool_),
        (pd.api.types.is_float_dtype, pa.float64),
        (pd.api.types.is_integer_dtype, pa.int64),
    ):
        if is_kind(kind):
            return make()
    return pa.string()


def _unique(names: Iterable[str]) -> list[str]:
    """Number names that come again, as pandas does: Parquet files with two columns of one name cannot be read."""
    unique: dict[str, None] = {}
    for name in names:
        free = (f"{name}.{again}" if again else name for again in count())
        unique[next(candidate for candidate in free if candidate not in unique)] = None
    return list(unique)
