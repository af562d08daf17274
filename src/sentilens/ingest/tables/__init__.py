"""Tables, whatever they are kept in: one protocol of header and rows, and a reader for each kind of container.

Containers are told by their content, never by the names of files. A new kind is a class with the attributes of `Table` and
a line in `open_tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..blobs import ZIP_MAGIC, Blob, zip_errors
from ..encoding import TextEncoding, detect_encoding
from .base import RowLog, Table
from .delimited import DelimitedTable
from .kinds import TextKind, text_kind

__all__ = ["RowLog", "Table", "TableOptions", "open_tables"]

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True)
class TableOptions:
    """What the user says about a file, as for `sentilens.ingest.PostReader`."""

    encoding: str | None = None
    delimiter: str | None = None
    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    max_cell_chars: int = 1_000_000


def open_tables(blob: Blob, options: TableOptions) -> list[Table]:
    """The tables in a file: one, or one for each sheet of a workbook.

    Raises
    ------
    FileFormatError
        The file is empty (reason ``empty_file``), no kind of table that is known (``binary``), broken or too large.
    """
    wanted = [name for names in options.mapping.values() for name in names]
    with zip_errors():
        with blob.open() as file:
            head = file.read(8)
        if head.startswith(ZIP_MAGIC) or head == _OLE_MAGIC:
            from .sheets import open_old_workbook, open_workbook

            return (open_workbook if head != _OLE_MAGIC else open_old_workbook)(blob, wanted, options.max_cell_chars)
        if head.startswith(_PARQUET_MAGIC):
            from .parquet import ParquetTable

            return [ParquetTable(blob, options.max_cell_chars)]
        with blob.open() as file:
            encoding = detect_encoding(file, options.encoding)
            kind = text_kind(file, encoding) if options.delimiter is None else None
        if kind is None:
            delimited = DelimitedTable(
                blob, encoding, delimiter=options.delimiter, wanted=wanted, max_cell_chars=options.max_cell_chars
            )
            return [delimited]
        return [_open_text(kind, blob, encoding, options.max_cell_chars)]


def _open_text(kind: TextKind, blob: Blob, encoding: TextEncoding, max_cell_chars: int) -> Table:
    if kind == "feed":
        from .feeds import FeedTable

        return FeedTable(blob, max_cell_chars)
    from .documents import DocumentTable, LinesTable

    return (LinesTable if kind == "jsonl" else DocumentTable)(blob, encoding, max_cell_chars)
