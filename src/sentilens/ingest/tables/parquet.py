"""Parquet files as tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from ...errors import FileFormatError
from ..blobs import Blob
from ..encoding import TextEncoding
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, sound_rows

#: What a group of rows, which is unpacked as a whole, may unpack to.
_MAX_GROUP_BYTES: Final = 2 << 30
_BATCH_ROWS: Final = 2_000


class ParquetTable:
    """A Parquet file, read by groups of rows; the fields of a struct become columns of their own.

    Raises
    ------
    FileFormatError
        The file is broken or incomplete (reason ``broken_parquet``), or unpacks to more than any export (``bomb``).
    """

    container = "parquet"
    part = ""
    header_line = 0
    preamble = 0
    delimiter: str | None = None
    encoding: TextEncoding | None = None
    document = ""

    def __init__(self, blob: Blob, max_cell_chars: int) -> None:
        self._blob, self._max_cell_chars = blob, max_cell_chars
        with _opened(blob) as file:
            metadata = file.metadata
            check_width(metadata.num_columns)
            groups = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
            if max(groups, default=0) > _MAX_GROUP_BYTES:
                raise FileFormatError(
                    "A group of rows in this Parquet file unpacks to far more than an export holds.", reason="bomb"
                )
            self.header = tuple(file.schema_arrow.empty_table().flatten().column_names)
        self.sample = [cells for cells, _ in zip(self._cells(RowLog()), range(SAMPLE_ROWS), strict=False)]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The rows under their numbers, counted from 1."""
        yield from sound_rows(enumerate(self._cells(log), start=1), log, self._max_cell_chars)

    def _cells(self, log: RowLog) -> Iterator[list[str]]:
        import pyarrow as pa

        with _opened(self._blob) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                columns = [_texts(column) for column in pa.Table.from_batches([batch]).flatten().columns]
                for row in zip(*columns, strict=True):
                    yield list(row)


def _texts(column: Any) -> list[str]:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        # Each text is made once, however often it comes.
        texts = [_texts(chunk.dictionary) for chunk in column.chunks]
        return [
            "" if position is None else chunk_texts[position]
            for chunk, chunk_texts in zip(column.chunks, texts, strict=True)
            for position in chunk.indices.to_pylist()
        ]
    try:
        return list(map(cell_text, column.to_pylist()))
    except UnicodeDecodeError:
        raise
    except (ValueError, OverflowError, KeyError):  # times that Python does not know, or time zones
        return list(map(_text, column))


def _text(value: Any) -> str:
    try:
        return cell_text(value.as_py())
    except (ValueError, OverflowError, KeyError):
        if not hasattr(value, "value"):
            raise
        return str(value.value)  # the number that stands for it


@contextmanager
def _opened(blob: Blob) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with blob.open_random() as source:
        try:
            texts = [field.name for field in pq.read_schema(source) if field.type in (pa.string(), pa.large_string())]
            yield pq.ParquetFile(source, read_dictionary=texts)
        except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError, OverflowError) as error:
            raise FileFormatError(
                "The Parquet file is broken or incomplete.", reason="broken_parquet", hint="Export or copy it again."
            ) from error
