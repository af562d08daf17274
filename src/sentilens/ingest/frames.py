"""Cells to frames: the rows of a file as posts in the schema, each column in its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ConfigError
from ..schema import STRING_COLUMNS, TEXT
from .audit import ReadAudit
from .columns import TIME_COLUMNS, Cells
from .dates import DateFormat, DateScan
from .tables.base import cell_text
from .values import channel_of, is_damaged_id, parse_language, parse_rating, parse_yes_no

#: The null of this type is pandas.NA under every supported release of pandas; that of plain "str" is not.
STRING: Final = pd.StringDtype("python")
_TYPES: Final[dict[str, Any]] = dict.fromkeys((*STRING_COLUMNS, "reply_text"), STRING) | {
    **dict.fromkeys(TIME_COLUMNS, pd.DatetimeTZDtype("us", "UTC")),
    "rating": np.dtype("float64"),
    "owned": pd.BooleanDtype(),
}


@dataclass(frozen=True)
class PostChunk:
    """Some rows of a file.

    Attributes
    ----------
    posts : pandas.DataFrame
        The rows in the schema, with extra columns; the index counts accepted rows through the file.
    lines : ndarray of int64, shape (n_rows,)
        The physical line on which each row begins, counted from 1.
    header : tuple of str
        The names of the columns that are handed through.
    cells : sequence of sequence of str
        The cells of each of them as they stand in the file, or without the people.
    source : str
        The name of the file.
    """

    posts: pd.DataFrame
    lines: NDArray[np.int64]
    header: tuple[str, ...]
    cells: Sequence[Sequence[str]]
    source: str = ""

    @cached_property
    def original(self) -> pd.DataFrame:
        """The columns that are handed through, under the names in the header, with the index of `posts`."""
        columns = {position: _array(cells, STRING) for position, cells in enumerate(self.cells)}
        frame = pd.DataFrame(columns, index=self.posts.index)
        frame.columns = pd.Index(self.header, dtype=object)  # names may come twice
        return frame


@dataclass(frozen=True)
class PostBuilder:
    """Make posts of cells.

    Attributes
    ----------
    columns : tuple of str
        The canonical columns to make, in their order.
    sources : mapping
        Canonical column -> the cells it is made of.
    constants : mapping
        Canonical column -> value for all rows, read by `read_constant`.
    dates : mapping
        Column of times -> its format.
    timezone : tzinfo
        Of times that name none.
    """

    columns: tuple[str, ...]
    sources: Mapping[str, Cells]
    constants: Mapping[str, Any]
    dates: Mapping[str, DateFormat]
    timezone: tzinfo

    @property
    def derives_channel(self) -> bool:
        """Whether the channel is told from the web address, for want of a column of its own."""
        return "url" in self.sources and "channel" not in self.sources and "channel" not in self.constants

    def build(self, cells: list[Sequence[str]], n_rows: int, start: int, audit: ReadAudit) -> pd.DataFrame:
        """Make a frame whose index begins at `start`, of the cells of each column; what cannot be read is counted."""
        columns = {column: _array(self._column(column, cells, n_rows, audit), _TYPES[column]) for column in self.columns}
        return pd.DataFrame(columns, index=pd.RangeIndex(start, start + n_rows))

    def _column(self, column: str, cells: list[Sequence[str]], n_rows: int, audit: ReadAudit) -> Iterable[Any]:
        """The values of one canonical column."""
        if column in self.constants:
            return [self.constants[column]] * n_rows
        if column in self.sources:
            values = self.sources[column].values(cells)
            return self._times(column, values, audit) if column in TIME_COLUMNS else _parsed(column, values, audit)
        if column == "channel" and self.derives_channel:
            return map(channel_of, self.sources["url"].values(cells))
        return [None] * n_rows

    def _times(self, column: str, values: Sequence[str], audit: ReadAudit) -> pd.DatetimeIndex:
        times = self.dates[column].parse(values, self.timezone)
        known = times.dropna()
        unparsed = sum(_filled(value) for value in values) - len(known)
        if column != "created_at":
            audit.unparsed[column] = audit.unparsed.get(column, 0) + unparsed
        elif audit.dates is not None:
            audit.dates.unparsed += unparsed
            if len(known):
                audit.dates.include(known.min().isoformat(), known.max().isoformat())
        return times


def extra_columns(cells: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Columns that are handed through, as arrays of text."""
    return {name: _array(values, STRING) for name, values in cells.items()}


def texts_of(posts: pd.DataFrame, column: str) -> list[str]:
    """A canonical column as text, as it is written into files."""
    values = posts[column]
    if column in TIME_COLUMNS:
        return ["" if pd.isna(time) else time.isoformat() for time in values]
    return ["" if pd.isna(value) else cell_text(value) for value in values]


def read_constant(column: str, value: Any, timezone: tzinfo) -> Any:
    """Read a value that the user sets for all rows, by the same rules as a cell.

    Raises
    ------
    ConfigError
        It is no value for this column (reason ``bad_constant``).
    """
    text = str(value)
    parsed: Any = None
    if column == "created_at":
        scan = DateScan()
        scan.add([text])
        time = scan.decide().parse([text], timezone)[0]
        parsed = None if pd.isna(time) else time
    elif column != TEXT and value is not None:
        parsed = _PARSERS.get(column, _stripped)(text)
    if parsed is None:
        raise ConfigError(
            f"{value!r} cannot be set as {column!r} for all rows.",
            reason="bad_constant",
            hint="The text must come from the file." if column == TEXT else "",
        )
    return parsed


def _stripped(value: str) -> str | None:
    return value.strip() or None


def _filled(value: str) -> bool:
    return value != "" and not value.isspace()


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "rating": parse_rating,
    "declared_language": parse_language,
    "owned": parse_yes_no,
}


def _parsed(column: str, values: Sequence[str], audit: ReadAudit) -> Sequence[Any]:
    if column == TEXT:
        return values  # verbatim, spaces and all
    parsed = list(map(_PARSERS.get(column, _stripped), values))
    if column == "post_id":
        audit.damaged_ids += sum(map(is_damaged_id, values))
    if column in audit.unparsed:
        audit.unparsed[column] += sum(new is None and _filled(old) for old, new in zip(values, parsed, strict=True))
    return parsed


def _array(values: Iterable[Any], dtype: Any) -> Any:
    return values if isinstance(values, pd.DatetimeIndex) else pd.array(list(values), dtype=dtype)
