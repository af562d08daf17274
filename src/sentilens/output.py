"""Files that appear under their name only when they are complete, and tables as CSV in one dialect."""

from __future__ import annotations

import csv
import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd

from .errors import ConfigError, EngineError
from .spreadsheet import fit_cell, is_day, neutralise, wall_time

#: Digits after the point in CSV files: finer than any score is known.
DECIMALS: Final = 6
#: Endings of the names of files that such tables go into.
CSV_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt"})


@contextmanager
def whole_file(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to, ``<target>.part``, which takes the target's name when the block ends without an error.

    Otherwise it is removed, and a file that had the target's name before stays as it was. A block that writes nothing makes
    no file.

    Raises
    ------
    EngineError
        If the file cannot be written (reason ``disk_full`` or ``unwritable``).
    """
    path = Path(target)
    part = path.with_name(path.name + ".part")
    try:
        with told_if_unwritable(target):
            yield part
            if part.exists():
                part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def told_if_unwritable(target: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the system's errors on writing into ours."""
    try:
        yield
    except BrokenPipeError:
        raise  # nobody reads on, which is no fault
    except OSError as error:
        full = error.errno == errno.ENOSPC
        what = "the disk is full" if full else (error.strerror or type(error).__name__)
        hint = "Nothing was left behind; free some space, choose another folder, or close the file where it is open."
        if isinstance(error, FileNotFoundError):
            hint = "Make the folder first, or choose another."
        raise EngineError(
            f"'{os.fspath(target)}' could not be written: {what}.",
            reason="disk_full" if full else "unwritable",
            hint=hint,
        ) from error


def refuse_same_file(target: str | os.PathLike[str] | None, *sources: str | os.PathLike[str] | None) -> None:
    """Refuse to write over a file that is being read.

    Raises
    ------
    ConfigError
        If the target is one of the sources (reason ``same_file``) or a folder (``not_a_file``).
    EngineError
        If the place of the target cannot be looked at.
    """
    if target is None:
        return
    path = Path(target)
    with told_if_unwritable(target):
        if path.is_dir():
            raise ConfigError(f"'{path}' is a folder.", reason="not_a_file", hint="Name a file in it.")
        for source in sources:
            if source is not None and Path(source).is_dir() and path.resolve().is_relative_to(Path(source).resolve()):
                raise ConfigError(
                    f"'{path}' is in the folder that is read.",
                    reason="same_file",
                    hint="Write to another folder, or it is read as an export the next time.",
                )
            if source is not None and path.exists() and Path(source).exists() and path.samefile(source):
                raise ConfigError(f"'{path}' is read and written.", reason="same_file", hint="Write to another file.")


def write_csv(frame: pd.DataFrame, handle: IO[str], delimiter: str, *, header: bool, excel: bool = False) -> int:
    """Write a table as CSV, the same bytes on every system, safe to open in a spreadsheet.

    Texts that a spreadsheet would run as formulas get an apostrophe in front, which reading a scored file takes away again
    (see `sentilens.spreadsheet`).

    Parameters
    ----------
    frame : DataFrame
    handle : text file
        Open for writing with ``newline=""``.
    delimiter : str
    header : bool
        Whether the names of the columns come first.
    excel : bool, default False
        Numbers get a decimal comma in the place of the point, lines end in ``\\r\\n`` in the place of ``\\n`` (those inside
        cells in ``\\n``), times are written without a zone, and longer texts than a cell of Excel holds are cut.

    Returns
    -------
    int
        How many texts were cut.
    """
    # The csv module quotes a cell with a carriage return only where the line ends hold one too.
    writer = csv.writer(handle if excel else _LineFeeds(handle), delimiter=delimiter, lineterminator="\r\n")
    if header:
        writer.writerow([neutralise(str(name)) for name in frame.columns])
    columns = [_cells(frame.iloc[:, position], excel) for position in range(frame.shape[1])]
    writer.writerows(zip(*(cells for cells, _ in columns), strict=True))
    return sum(n_cut for _, n_cut in columns)


class _LineFeeds:
    """Takes rows that end in ``\\r\\n`` and writes them with a plain line feed."""

    def __init__(self, handle: IO[str]) -> None:
        self._write = handle.write

    def write(self, row: str) -> int:
        return self._write(row[:-2] + "\n")


def _cells(column: pd.Series[Any], excel: bool) -> tuple[list[str], int]:
    """Give the cells of a column as they are written, and how many were cut."""
    if pd.api.types.is_float_dtype(column.dtype):
        # Rounded first: what is read back is then what `DataFrame.round` gives of the numbers in memory.
        values = column.round(DECIMALS).to_numpy(dtype="float64", na_value=float("nan")).tolist()
        numbers = [f"{value:.{DECIMALS}f}" if value == value else "" for value in values]
        return [number.replace(".", ",") for number in numbers] if excel else numbers, 0
    values = column.astype("object").where(column.notna(), "").tolist()
    if not excel:
        return [neutralise(value) if isinstance(value, str) else str(value) for value in values], 0
    fitted = [(_wall_clock(value), False) if isinstance(value, datetime) else fit_cell(str(value)) for value in values]
    return [neutralise(text) for text, _ in fitted], sum(cut for _, cut in fitted)


def _wall_clock(value: datetime) -> str:
    time = wall_time(value)
    return time.strftime("%Y-%m-%d" if is_day(time) else "%Y-%m-%d %H:%M:%S")


def plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as JSON can hold them, see `plain_value`."""
    return [{str(name): plain_value(value) for name, value in record.items()} for record in frame.to_dict("records")]


def plain_value(value: Any) -> Any:
    """Give a value as JSON can hold it: times in ISO 8601, numbers in six digits, None for what is not known."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
