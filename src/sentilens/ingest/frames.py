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
from ..schema import INPUT_COLUMNS, STRING_COLUMNS, TEXT
from .audit import ReadAudit
from .dates import DateFormat, DateScan
from .values import channel_of, parse_language, parse_rating, parse_yes_no

#: The null of this type is pandas.NA under every supported release of pandas; that of plain "str" is not.
_STRING: Final = pd.StringDtype("python")
_TYPES: Final[dict[str, Any]] = dict.fromkeys(STRING_COLUMNS, _STRING) | {
    "created_at": pd.DatetimeTZDtype("us", "UTC"),
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
        The names in the header.
    cells : sequence of sequence of str
        The cells of each column of the file as they stand there, or without the people.
    """

    posts: pd.DataFrame
    lines: NDArray[np.int64]
    header: tuple[str, ...]
    cells: Sequence[Sequence[str]]

    @cached_property
    def original(self) -> pd.DataFrame:
        """All cells, under the names in its header, with the index of `posts`."""
        columns = {position: _array(cells, _STRING) for position, cells in enumerate(self.cells)}
        frame = pd.DataFrame(columns, index=self.posts.index)
        frame.columns = pd.Index(self.header, dtype=object)  # names may come twice
        return frame


@dataclass(frozen=True)
class PostBuilder:
    """Make posts of cells.

    Attributes
    ----------
    header : tuple of str
        The names in the header.
    positions : mapping
        Canonical column -> position in the header.
    constants : mapping
        Canonical column -> value for all rows, read by `read_constant`.
    extra : mapping
        Name -> position of the columns to hand through.
    dates : DateFormat or None
        None when no column holds dates.
    timezone : tzinfo
        Of times that name none.
    """

    header: tuple[str, ...]
    positions: Mapping[str, int]
    constants: Mapping[str, Any]
    extra: Mapping[str, int]
    dates: DateFormat | None
    timezone: tzinfo

    @property
    def derives_channel(self) -> bool:
        """Whether the channel is told from the web address, for want of a column of its own."""
        return "url" in self.positions and "channel" not in self.positions and "channel" not in self.constants

    def build(self, rows: Sequence[tuple[int, list[str]]], start: int, audit: ReadAudit) -> PostChunk:
        """Make a chunk whose index begins at `start`; what cannot be read is counted in `audit`."""
        cells: list[Sequence[str]] = list(zip(*(row for _, row in rows), strict=True)) or [()] * len(self.header)
        columns = {column: _array(self._column(column, cells, len(rows), audit), _TYPES[column]) for column in INPUT_COLUMNS}
        columns |= {name: _array(cells[position], _STRING) for name, position in self.extra.items()}
        posts = pd.DataFrame(columns, index=pd.RangeIndex(start, start + len(rows)))
        lines = np.fromiter((line for line, _ in rows), dtype=np.int64, count=len(rows))
        return PostChunk(posts, lines, self.header, cells)

    def _column(self, column: str, cells: list[Sequence[str]], n_rows: int, audit: ReadAudit) -> Iterable[Any]:
        """The values of one canonical column."""
        if column in self.constants:
            return [self.constants[column]] * n_rows
        if column in self.positions:
            values = cells[self.positions[column]]
            return self._times(values, audit) if column == "created_at" else _parsed(column, values, audit)
        if column == "channel" and self.derives_channel:
            return map(channel_of, cells[self.positions["url"]])
        return [None] * n_rows

    def _times(self, values: Sequence[str], audit: ReadAudit) -> pd.DatetimeIndex:
        if self.dates is None or audit.dates is None:
            raise AssertionError("a column of dates is always scanned first")
        times = self.dates.parse(values, self.timezone)
        known = times.dropna()
        audit.dates.unparsed += sum(_filled(value) for value in values) - len(known)
        if len(known):
            audit.dates.include(known.min().isoformat(), known.max().isoformat())
        return times


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
    if column in audit.unparsed:
        audit.unparsed[column] += sum(new is None and _filled(old) for old, new in zip(values, parsed, strict=True))
    return parsed


def _array(values: Iterable[Any], dtype: Any) -> Any:
    return values if isinstance(values, pd.DatetimeIndex) else pd.array(list(values), dtype=dtype)
