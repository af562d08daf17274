"""Exported files to posts in the schema, with an account of what was read, guessed and rejected.

The modules, each importing only those before it: `audit` (the account), `blobs` (files, gzip, archives), `encoding` (bytes
to text), `records` (text to rows), `headers` (what names mean), `dates` and `values` (cells to values), `platforms/` (named
formats, one description each), `layout` (where a table begins), `tables/` (rows out of each kind of container), `columns`
(which cells make a canonical column), `frames` (rows to frames), `marking` (copies and brands), `private` (frames without
people), `parts` (tables with their formats), `handed` (columns that are handed through), `mapping_file`, `reader` (all of it
together).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from ..brands import BrandMatcher
from .audit import DateAudit, ReadAudit, Reject
from .dates import DateOrder
from .frames import PostChunk
from .mapping_file import MappingSource, save_mapping
from .reader import PostReader, Source

__all__ = [
    "DateAudit",
    "PostChunk",
    "PostReader",
    "ReadAudit",
    "Reject",
    "Source",
    "inspect_file",
    "iter_posts",
    "read_posts",
    "save_mapping",
]

_CHUNK_ROWS = 10_000


def read_posts(
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
    show_progress: bool | None = None,
) -> pd.DataFrame:
    """Read an export of posts, or several, into one frame.

    Container, format, encoding, header and the form of dates are found in the file; what was found, guessed and rejected is
    told in ``.attrs["audit"]``.

    Parameters
    ----------
    path : str or path-like, or an iterable of them
        Delimited text (CSV, TSV), Excel workbooks, JSON, JSON lines, X archives, feeds, Parquet, zip archives and folders of
        all these; see `PostReader`.
    mapping : mapping or path, optional
        Canonical column -> name in the header, such as ``{"text": "Kommentar"}``, or a list of names of which the first filled
        one counts; or a file that `save_mapping` has written. It wins over what format and names suggest.
    constants : mapping, optional
        Canonical column -> value for all rows, such as ``{"brand": "Telmira"}``. It takes the place of a column that
        the file may have.
    encoding : str, optional
        Wins over detection; bytes that do not fit it make their rows rejects.
    delimiter : str, optional
        A single character.
    date_order : {"dmy", "mdy"}, optional
        Settles dates in which day and month could be the other way round. One order holds for the whole file; where
        nothing tells, it is day first, with a warning.
    timezone : str, default "UTC"
        An IANA name such as ``"Europe/Oslo"``, for times that name none in formats that do not settle it.
    extra_columns : sequence of str or "all"
        Names in the header of columns to hand through, after the canonical ones. Those that are canonical names
        themselves are left out.
    max_cell_chars : int, default 1,000,000
        Longer cells make their rows rejects.
    brands : path or BrandMatcher, optional
        A ``brands.toml`` (see docs/brands.md). Where the file names no brand, the first that a post concerns is taken; all of
        them are in a further column ``brands``, joined by ``|``; ``owned`` is true where a brand's own account wrote.
    keep_personal_data : bool, default False
        True hands everything through as it is. Otherwise texts are masked (see `sentilens.mask_text`), authors become
        pseudonyms under the user's key, links lose handles, and other columns are left out where they hold personal data.
        ``.attrs["audit"].privacy`` tells what was done, in counts.
    keep_handles : collection of str, optional
        Handles that stay (a brand's own), with or without ``@``, in any case.
    show_progress : bool, optional
        True or False force a progress bar; by default there is one in notebooks and on terminals.

    Returns
    -------
    pandas.DataFrame
        One row per accepted row of the file, in its order. The columns are `sentilens.schema.READING_COLUMNS`, and where the
        file has them `OPTIONAL_COLUMNS`: ``created_at`` and ``replied_at`` in UTC, ``rating`` float64 between 1 and 5,
        ``owned`` boolean, all else strings. What a file lacks is null, only an empty text stays an empty string.
        ``copy_of`` names the earlier post that a post repeats.

    Raises
    ------
    FileFormatError, MissingColumnsError, ConfigError
        As for `PostReader`, which tells the reasons.

    Warns
    -----
    DataQualityWarning
        Once each: for rejected rows, for dates that could be read two ways, for values that are no dates.

    Examples
    --------
    >>> import sentilens as sl
    >>> posts = sl.read_posts("export.csv", timezone="Europe/Oslo")  # doctest: +SKIP
    >>> print(posts.attrs["audit"].to_text())  # doctest: +SKIP
    """
    reader = PostReader(
        path,
        mapping=mapping,
        constants=constants,
        encoding=encoding,
        delimiter=delimiter,
        date_order=date_order,
        timezone=timezone,
        extra_columns=extra_columns,
        max_cell_chars=max_cell_chars,
        brands=brands,
        keep_personal_data=keep_personal_data,
        keep_handles=keep_handles,
        show_progress=show_progress,
    )
    posts = pd.concat([chunk.posts for chunk in reader.chunks(_CHUNK_ROWS)], ignore_index=True)
    posts.attrs["audit"] = reader.audit
    reader.audit.warn()
    return posts


def iter_posts(
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
    show_progress: bool | None = None,
    chunk_rows: int = _CHUNK_ROWS,
) -> Iterator[pd.DataFrame]:
    """Read exports of posts piece by piece, in memory bounded by the chunk.

    Parameters
    ----------
    path, mapping, constants, encoding, delimiter, date_order, timezone, extra_columns, max_cell_chars, brands
        As for `read_posts`.
    keep_personal_data, keep_handles, show_progress
        As for `read_posts`.
    chunk_rows : int, default 10,000
        Rows per chunk. It changes nothing in the rows, their values or their index, which counts on through the file.

    Yields
    ------
    pandas.DataFrame
        As `read_posts` gives it. All share one audit, which is complete after the last; a file without rows makes
        one frame without rows.

    Raises
    ------
    FileFormatError, MissingColumnsError, ConfigError
        At once, as for `PostReader`, before the first chunk is asked for.

    Warns
    -----
    DataQualityWarning
        As for `read_posts`, after the last chunk.

    Examples
    --------
    >>> import sentilens as sl
    >>> n_posts = sum(len(chunk) for chunk in sl.iter_posts("export.csv"))  # doctest: +SKIP
    """
    reader = PostReader(
        path,
        mapping=mapping,
        constants=constants,
        encoding=encoding,
        delimiter=delimiter,
        date_order=date_order,
        timezone=timezone,
        extra_columns=extra_columns,
        max_cell_chars=max_cell_chars,
        brands=brands,
        keep_personal_data=keep_personal_data,
        keep_handles=keep_handles,
        show_progress=show_progress,
    )
    chunks = reader.chunks(chunk_rows)

    def frames() -> Iterator[pd.DataFrame]:
        for chunk in chunks:
            chunk.posts.attrs["audit"] = reader.audit
            yield chunk.posts
        reader.audit.warn()

    return frames()


def inspect_file(
    path: Source,
    *,
    mapping: MappingSource | None = None,
    constants: Mapping[str, Any] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    date_order: DateOrder | None = None,
    timezone: str = "UTC",
    max_cell_chars: int = 1_000_000,
    brands: str | os.PathLike[str] | BrandMatcher | None = None,
    keep_personal_data: bool = False,
    keep_handles: Collection[str] = (),
    show_progress: bool | None = None,
    on_posts: Callable[[pd.DataFrame], None] | None = None,
) -> ReadAudit:
    """Tell how a file would be read, without keeping a post of it or giving a warning.

    Parameters
    ----------
    path, mapping, constants, encoding, delimiter, date_order, timezone, max_cell_chars, brands
        As for `read_posts`.
    keep_personal_data, keep_handles, show_progress
        As for `read_posts`.
    on_posts : callable, optional
        Gets the posts of each chunk, for those who want to look at them in passing.

    Returns
    -------
    ReadAudit
        Complete: the whole file has been read. It has examples of the values, masked and shortened.

    Raises
    ------
    FileFormatError, MissingColumnsError, ConfigError
        As for `PostReader`.
    """
    reader = PostReader(
        path,
        mapping=mapping,
        constants=constants,
        encoding=encoding,
        delimiter=delimiter,
        date_order=date_order,
        timezone=timezone,
        max_cell_chars=max_cell_chars,
        brands=brands,
        keep_personal_data=keep_personal_data,
        keep_handles=keep_handles,
        show_progress=show_progress,
    )
    for chunk in reader.chunks(_CHUNK_ROWS):
        if on_posts is not None:
            on_posts(chunk.posts)
    examples = reader.examples()
    for audit in reader.audit.parts or [reader.audit]:
        audit.examples = examples[audit.path]
    return reader.audit
