"""Columns of files that are handed through, without people, under one header for all parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import overload

from .headers import COLLISION_PREFIX
from .parts import Part, same_header


class HandedColumns:
    """The columns of all parts, by their positions in a header that they have in common.

    Attributes
    ----------
    header : tuple of str
        That of the parts if it is the same; otherwise the names of all in the order in which they come up.
    is_uniform : bool
        Whether it is the same.
    kept : tuple of int
        Positions of the columns that hold no personal data in at least one part; in the other parts they are empty.
    beside_canonical : tuple of int
        Those of them that the canonical columns do not tell whole already.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.is_uniform = same_header(parts)
        if self.is_uniform:
            self.header = parts[0].header  # names may come twice
            self._own = {part: {position: position for position in part.kept} for part in parts}
        else:
            names = {part: _unique_names(part.header) for part in parts}
            self.header = tuple(dict.fromkeys(name for unique in names.values() for name in unique))
            positions = {name: position for position, name in enumerate(self.header)}
            self._own = {part: {positions[names[part][own]]: own for own in part.kept} for part in parts}
        kept = {position for own in self._own.values() for position in own}
        self.kept = tuple(position for position in range(len(self.header)) if position in kept)
        told = {part: part.told_whole for part in parts}
        more = {position for part, own in self._own.items() for position in own if own[position] not in told[part]}
        self.beside_canonical = tuple(position for position in self.kept if position in more)

    def cells(self, part: Part, cells: Sequence[Sequence[str]], n_rows: int, positions: Iterable[int]) -> LazyColumns:
        """Columns of one part by their positions in the common header, empty where it has none of the kind."""
        own = self._own[part]
        empty = ("",) * n_rows
        return LazyColumns(
            [
                partial(part.shielded, own[position], cells[own[position]]) if position in own else (lambda: empty)
                for position in positions
            ]
        )


class LazyColumns(Sequence[Sequence[str]]):
    """Columns that are made when they are looked at, and once: not everybody who reads wants them."""

    def __init__(self, makers: Sequence[Callable[[], Sequence[str]]]) -> None:
        self._makers = [cache(make) for make in makers]

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, position: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, position: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        return [make() for make in self._makers[position]] if isinstance(position, slice) else self._makers[position]()


def _unique_names(header: Sequence[str]) -> list[str]:
    """The names of a header, each once."""
    unique: dict[str, None] = {}
    for name in header:
        while name in unique:
            name = COLLISION_PREFIX + name
        unique[name] = None
    return list(unique)
