"""Scored Parquet files read as they are: typed columns, in batches, without a detour by text.

A file that `sentilens.score_file` or a notebook has written holds nothing that would have to be understood anew. Reading it
cell by cell as a raw export takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from .head_columns import find_own_heads
from .ingest import ReadAudit
from .ingest.headers import map_columns, names_before_scoring
from .progress import progress_bar
from .schema import COPY_OF, CORE_SCORE_COLUMNS, INPUT_COLUMNS, READING_COLUMNS, SCORE_COLUMNS, TEXT
from .scored_table import score_numbers

_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 100_000
#: Texts out of few; as categories they are compared and grouped by number.
_REPEATED: Final = ("brand", "channel", "language", "sentiment", "status", "model_id", "topic")
#: What a text may look like where a column ought to hold something else: anything but that has to be understood by reading.
_PLAIN_TEXTS: Final = {
    "created_at": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$",
    "replied_at": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$",
    "rating": r"^[1-5](\.\d+)?$",
    "owned": r"^(?i:true|false)$",
}


def is_plain_scored(path: str | Path) -> bool:
    """Tell whether a file is a scored Parquet file that can be taken as it is.

    Parameters
    ----------
    path : path

    Returns
    -------
    bool
        True if its columns stand under the names of the schema, in types or notations that leave nothing to guess.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with Path(path).open("rb") as handle:
            if handle.read(len(_MAGIC)) != _MAGIC:
                return False
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError, OverflowError):
        return False  # reading it as an export gives the reason
    names = schema.names
    if not {TEXT, COPY_OF, *CORE_SCORE_COLUMNS} <= set(names) or len(set(names)) < len(names):
        return False
    # A column under a name of its own ("Datum") would have to be understood first.
    if any(names_before_scoring(names)[place] != name for name, place in map_columns(names_before_scoring(names)).items()):
        return False
    if any(not pa.types.is_floating(schema.field(name).type) for name in score_numbers(names) if name in names):
        return False
    if not pa.types.is_boolean(schema.field("is_complaint").type):
        return False
    return all(_needs_no_reading(file, schema.field(name)) for name in _PLAIN_TEXTS if name in names)


def _needs_no_reading(file: Any, field: Any) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = field.type
    if pa.types.is_timestamp(kind):
        return kind.tz is not None
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return bool(field.name == "rating")
    if pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return True
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    pattern = _PLAIN_TEXTS[field.name]
    fits = (
        pc.all(pc.or_(pc.equal(column, ""), pc.match_substring_regex(column, pattern))).as_py()
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=[field.name])
        for column in batch.columns
    )
    return all(fit is not False for fit in fits)


def iter_plain_scored(
    path: str | Path, columns: Collection[str] | None = None, *, show_progress: bool | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the posts of a file that `is_plain_scored`.

    Parameters
    ----------
    path : path
    columns : collection of str, optional
        What is needed of them, as far as it is there; all by default.
    show_progress : bool, optional
        Force the progress bar on or off.

    Yields
    ------
    DataFrame
        Texts that repeat (brands, channels, words of the scores) as categories; ``.attrs["audit"]`` counts the rows so far.
    """
    import pyarrow.parquet as pq

    names = pq.read_schema(path).names
    file = pq.ParquetFile(path, read_dictionary=[name for name in _REPEATED if name in names], memory_map=True)
    # Heads of the user's own count in trends, too.
    own = {column for head in find_own_heads(names) for column in head.names}
    chosen = names if columns is None else [name for name in names if name in columns or name in own]
    mapping = {name: name for name in INPUT_COLUMNS if name in names}
    unmapped = tuple(name for name in names if name not in {*READING_COLUMNS, *SCORE_COLUMNS})
    missing = [name for name in INPUT_COLUMNS if name not in names and (columns is None or name in columns)]
    audit = ReadAudit(
        Path(path).name, "parquet", "", "", None, 0, tuple(names), mapping, unmapped, container="parquet"
    )  # fmt: skip
    with progress_bar(total=file.metadata.num_rows, unit="posts", description=Path(path).name, show=show_progress) as bar:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=chosen):
            posts = batch.to_pandas()
            for place, name in enumerate(missing):
                posts.insert(place, name, None)
            audit.rows_read += len(posts)
            audit.rows_accepted += len(posts)
            posts.attrs = {"audit": audit}
            yield posts
            bar.update(len(posts))
