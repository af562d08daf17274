"""What the description of a named export format consists of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..dates import DateOrder
from ..headers import header_key

#: Gives names of columns by the header and the first rows, where a format has no fixed ones.
ColumnFinder = Callable[[Sequence[str], Sequence[Sequence[str]]], Sequence[str]]
#: Above this, a format is told as certain.
CERTAIN: Final = 0.9


@dataclass(frozen=True)
class Take:
    """How a canonical column is made of the columns of a file; use `first_of` and `joined`.

    Attributes
    ----------
    names : tuple of str
        Names in the header, in order of preference; those that a file lacks are passed over.
    by : str or None
        None: of each row the first cell that is filled. Otherwise all cells that are filled, with this between.
    through : callable or None
        What is done to the text of each cell, such as unwrapping it from JSON.
    find : callable or None
        Gives the names where they differ from file to file.
    """

    names: tuple[str, ...] = ()
    by: str | None = None
    through: Callable[[str], str] | None = None
    find: ColumnFinder | None = None


def first_of(*names: str, through: Callable[[str], str] | None = None) -> Take:
    """Take the first of some columns that is filled; of columns of dates the first that the file has filled at all."""
    return Take(names, None, through)


def joined(*names: str, by: str = "\n\n", through: Callable[[str], str] | None = None) -> Take:
    """Take all of some columns that are filled, with `by` between."""
    return Take(names, by, through)


@dataclass(frozen=True)
class Signature:
    """Names in a header that together tell a format.

    Attributes
    ----------
    names : frozenset of str
        Header keys, all of which must be there.
    confidence : float
        How sure they make it, in (0, 1]; from 0.9 on nothing else has such a header.
    documents : tuple of str
        What the document must call its rows (`Table.document`); empty where it does not matter.
    where : mapping
        Header key -> what the cells of the first rows must look like, for names that other files have too. Cells that are
        empty do not count, but one must be filled.
    """

    names: frozenset[str]
    confidence: float
    documents: tuple[str, ...] = ()
    where: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def tells(self, keys: Sequence[str], sample: Sequence[Sequence[str]], document: str) -> bool:
        """Whether a header, the first rows below it and the name of the document are those of the format."""
        if not self.names <= set(keys) or (self.documents and document not in self.documents):
            return False
        for key, pattern in self.where.items():
            position = keys.index(key)
            filled = [cell for row in sample if position < len(row) and (cell := row[position].strip())]
            if not filled or not all(map(pattern.fullmatch, filled)):
                return False
        return True


def signature(
    *names: str, confidence: float = 0.95, documents: tuple[str, ...] = (), where: Mapping[str, str] | None = None
) -> Signature:
    """Make a signature of names as they stand in headers; `where` says what cells must look like, whatever their case."""
    patterns = {header_key(name): re.compile(pattern, re.IGNORECASE) for name, pattern in (where or {}).items()}
    return Signature(frozenset(map(header_key, names)), confidence, documents, patterns)


def no_rows(sample: Sequence[Sequence[str]]) -> int:
    """The number of rows to skip below the header of nearly all formats."""
    return 0


def no_timezone(header: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    """The time zone that most files tell of themselves."""
    return None


@dataclass(frozen=True)
class Platform:
    """A named export format. See ``docs/adding_a_format.md``.

    Attributes
    ----------
    name : str
        A short key, such as ``"trustpilot"``.
    title : str
        What people call it.
    signatures : tuple of Signature
        Any one of them tells the format; one for each generation of its header.
    columns : mapping
        Canonical column -> how it is made. Columns that are not described stay empty unless the file has them under their
        canonical names, for the aliases of generic files are guesses that a known format does not need.
    constants : mapping
        Canonical column -> what holds for all rows, such as ``{"channel": "trustpilot", "owned": True}``.
    date_order : {"dmy", "mdy"} or None
        The order that its dates are written in, where they could be read both ways.
    timezone : str or None
        Of its times that name none, where the format settles it.
    read_timezone : callable
        Gives the time zone by header and first rows, where files tell it themselves.
    rows_to_skip : callable
        Gives the number of rows below the header that are no posts, by the first rows.
    personal : tuple of str
        Names of columns with personal data of no use to an analysis.
    """

    name: str
    title: str
    signatures: tuple[Signature, ...]
    columns: Mapping[str, Take]
    constants: Mapping[str, Any] = field(default_factory=dict)
    date_order: DateOrder | None = None
    timezone: str | None = None
    read_timezone: Callable[[Sequence[str], Sequence[Sequence[str]]], str | None] = no_timezone
    rows_to_skip: Callable[[Sequence[Sequence[str]]], int] = no_rows
    personal: tuple[str, ...] = ()

    def confidence(self, keys: Sequence[str], sample: Sequence[Sequence[str]], document: str) -> tuple[float, int]:
        """How sure a header and the rows below it make this format, and by how many names; (0, 0) where they do not."""
        telling = (signature for signature in self.signatures if signature.tells(keys, sample, document))
        return max(((signature.confidence, len(signature.names)) for signature in telling), default=(0.0, 0))
