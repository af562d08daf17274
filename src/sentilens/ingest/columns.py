"""Which cells each canonical column is made of, once a header is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..schema import INPUT_COLUMNS, OPTIONAL_COLUMNS
from .headers import check_columns, find_column, header_key, map_columns, names_before_scoring
from .platforms import Platform, Take

#: Columns of times: each is one column of the file, whose form is found over all its rows.
TIME_COLUMNS = ("created_at", "replied_at")

#: The cells of columns by their positions.
Columns = Sequence[Sequence[str]] | Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Cells:
    """The cells that make a canonical column.

    Attributes
    ----------
    positions : tuple of int
        In the header.
    by, through
        As for `Take`.
    """

    positions: tuple[int, ...]
    by: str | None = None
    through: Callable[[str], str] | None = None

    def values(self, cells: Columns) -> Sequence[str]:
        """The value of each row, by the cells of each column."""
        columns = [cells[position] for position in self.positions]
        through = self.through
        if len(columns) == 1:
            return columns[0] if through is None else [through(cell) for cell in columns[0]]
        rows = zip(*columns, strict=True)
        by = self.by
        if by is None:
            made = [next((cell for cell in row if cell.strip()), row[0]) for row in rows]
        else:
            made = [by.join(cell for cell in row if cell.strip()) for row in rows]
        return made if through is None else [through(value) for value in made]

    def words(self, header: Sequence[str]) -> str:
        """Their names: ``"A | B"`` for the first that is filled, ``"A + B"`` for all that are."""
        names = (header[position].strip() or f"(column {position + 1})" for position in self.positions)
        return (" | " if self.by is None else " + ").join(names)


def choose_columns(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    platform: Platform | None,
    mapping: Mapping[str, Sequence[str]],
    *,
    without: Collection[str],
) -> dict[str, Cells]:
    """Find the cells of each canonical column, in the order of the schema.

    Parameters
    ----------
    header : sequence of str
    sample : sequence of sequence of str
        The first rows below it.
    platform : Platform or None
        The named format; None for any file, whose columns are told by their names alone.
    mapping : mapping
        Canonical column -> names in the header, the user's choice, which wins. Of several names the first filled one counts.
    without : collection of str
        Canonical columns that need none because a constant is set.

    Raises
    ------
    ConfigError, MissingColumnsError
        As for `map_columns`.
    """
    check_columns(mapping, "mapping")
    found = {column: Cells(tuple(find_column(header, name) for name in names)) for column, names in mapping.items()}
    if platform is None:
        first = {column: names[0] for column, names in mapping.items()}
        others = map_columns(header, first, without=without)
    else:
        others = {}
        keys = [header_key(name) for name in names_before_scoring(header)]
        for column in (*INPUT_COLUMNS, *OPTIONAL_COLUMNS):
            if column in found or column in without:
                continue
            if column in platform.columns and (cells := _taken(platform.columns[column], column, header, keys, sample)):
                found[column] = cells
            elif column not in platform.constants and header_key(column) in keys:
                others[column] = keys.index(header_key(column))
    found = {column: Cells((position,)) for column, position in others.items()} | found
    return {column: found[column] for column in (*INPUT_COLUMNS, *OPTIONAL_COLUMNS) if column in found}


def _taken(
    take: Take, column: str, header: Sequence[str], keys: Sequence[str], sample: Sequence[Sequence[str]]
) -> Cells | None:
    """The cells of a column of a named format, None where the file lacks them all."""
    names = take.find(header, sample) if take.find else take.names
    positions = list(dict.fromkeys(_positions(names, keys)))
    if column in TIME_COLUMNS and take.by is None:
        # Dates have one form in a file, so that they come from one column: the first with anything in it.
        filled = [position for position in positions if any(position < len(row) and row[position].strip() for row in sample)]
        positions = (filled or positions)[:1]
    return Cells(tuple(positions), take.by if len(positions) > 1 else None, take.through) if positions else None


def _positions(names: Sequence[str], keys: Sequence[str]) -> Iterator[int]:
    """The position of each name that is there; a name that comes again is the next column of that name."""
    for number, name in enumerate(names):
        same = [position for position, key in enumerate(keys) if key == header_key(name)]
        if same:
            yield same[min(names[:number].count(name), len(same) - 1)]
