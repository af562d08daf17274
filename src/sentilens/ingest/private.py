"""Chunks of posts without the people in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, overload

import pandas as pd

from ..privacy.shield import PERSONAL_COLUMNS, Shield
from ..schema import INPUT_COLUMNS
from .audit import ReadAudit
from .frames import PostChunk


def shield_chunk(chunk: PostChunk, shield: Shield, audit: ReadAudit) -> PostChunk:
    """Take the people out of a chunk, as the last thing that reading does to it; no row goes.

    Texts and the other canonical columns are taken as reading made them, from whatever parts. The cells of the file are
    done when somebody asks for them, as few do.
    """
    posts = chunk.posts.copy(deep=False)
    for name in chunk.posts.columns:
        if name in INPUT_COLUMNS or name not in chunk.header:
            if name in PERSONAL_COLUMNS:
                posts[name] = _like(posts[name], shield.canonical(name, posts[name].tolist(), audit.privacy))
        elif (position := chunk.header.index(name)) in shield.kept:
            posts[name] = _like(posts[name], shield.cells(position, posts[name].tolist()))
        else:
            del posts[name]
    columns = _Columns([partial(shield.cells, position, chunk.cells[position]) for position in shield.kept])
    return replace(chunk, posts=posts, header=tuple(chunk.header[position] for position in shield.kept), cells=columns)


def _like(column: pd.Series, values: Sequence[Any]) -> pd.Series:
    return pd.Series(values, index=column.index, dtype=column.dtype)


class _Columns(Sequence[Sequence[str]]):
    """Columns that are made when they are looked at, and once."""

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
