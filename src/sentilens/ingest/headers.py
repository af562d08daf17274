"""Header names to canonical columns, in the languages that exports come in."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from ..errors import ConfigError, MissingColumnsError
from ..head_columns import find_own_heads
from ..schema import CORE_SCORE_COLUMNS, INPUT_COLUMNS, OPTIONAL_COLUMNS, SCORE_COLUMNS, TEXT

#: A column that has to make way for another of its name gets this in front.
COLLISION_PREFIX: Final = "input_"

# A longer name is a sentence; a file without a header has posts in its place, and those are never quoted.
_MAX_NAME_CHARS = 40


def header_key(name: str) -> str:
    """What is left of a header name for comparison: its letters and digits, composed and casefolded.

    >>> header_key("\\ufeffCreated_At") == header_key("created at") == header_key("createdAt")
    True
    """
    if not name:
        return ""  # as nearly all names of a sheet with a stray cell far to the right
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", name).casefold()))


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    """Canonical column -> language -> names by priority."""
    text = resources.files("sentilens").joinpath("resources", "headers.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = json.loads(text)
    return table


@cache
def known_headers() -> dict[str, tuple[str, int]]:
    """Header key -> (canonical column, priority); 0 is the first choice. From ``resources/headers.json``."""
    known: dict[str, tuple[str, int]] = {header_key(column): (column, 0) for column in OPTIONAL_COLUMNS}
    for column in INPUT_COLUMNS:
        known[header_key(column)] = (column, 0)
        for names in _table()[column].values():
            for priority, name in enumerate(names):
                key = header_key(name)
                known[key] = (column, min(priority, known.get(key, (column, priority))[1]))
    return known


def names_before_scoring(header: Sequence[str]) -> Sequence[str]:
    """The names that a scored file had before, by which it is to be understood: a guess of the model is no declaration.

    Scores have no name, and what made way for them has its own again. Other headers are given as they are.

    >>> names_before_scoring(["Ord", "language"])
    ['Ord', 'language']
    """
    while set(CORE_SCORE_COLUMNS) <= set(header):  # again where a file was scored twice
        scores = {*SCORE_COLUMNS, *(name for head in find_own_heads(header) for name in head.names)}
        header = ["" if name in scores else _without_prefix(name, scores) for name in header]
    return header


def _without_prefix(name: str, scores: Collection[str]) -> str:
    bare = name
    while bare.startswith(COLLISION_PREFIX):
        bare = bare.removeprefix(COLLISION_PREFIX)
    return name.removeprefix(COLLISION_PREFIX) if bare in scores else name


def map_columns(
    header: Sequence[str], mapping: Mapping[str, str] | None = None, *, without: Collection[str] = ()
) -> dict[str, int]:
    """Find the position of each canonical column in a header.

    Parameters
    ----------
    header : sequence of str
        The names as they stand in the file.
    mapping : mapping, optional
        Canonical column -> header name, the user's choice, which wins.
    without : collection of str
        Canonical columns that need none because a constant is set.

    Returns
    -------
    dict
        Canonical column -> position, in the order of the schema. Of several names for one column the one with the
        highest priority is taken, and of equals the first.

    Raises
    ------
    ConfigError
        The mapping speaks of a column that the schema does not have (reason ``unknown_column``).
    MissingColumnsError
        The mapping names a column that the file does not have (reason ``unknown_header``).
    """
    check_columns(mapping or {}, "mapping")
    found = {column: find_column(header, name) for column, name in (mapping or {}).items()}
    taken = set(found.values())
    best: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(names_before_scoring(header)):
        column, priority = known_headers().get(header_key(name), ("", 0))
        if column and position not in taken and column not in found and column not in without:
            best[column] = min(best.get(column, (priority, position)), (priority, position))
    found |= {column: position for column, (_, position) in best.items()}
    return {column: found[column] for column in (*INPUT_COLUMNS, *OPTIONAL_COLUMNS) if column in found}


def find_column(header: Sequence[str], name: str) -> int:
    """The position of a header name, spelled exactly or at least alike."""
    if name in header:
        return header.index(name)
    key = header_key(name)
    for position, candidate in enumerate(header):
        if key and header_key(candidate) == key:
            return position
    raise MissingColumnsError(
        f"The file has no column {name!r}; its columns are {list_names(header)}.",
        reason="unknown_header",
        hint="Use one of these names.",
    )


def check_columns(names: Collection[str], what: str) -> None:
    """Refuse names that the schema does not have."""
    unknown = [name for name in names if name not in INPUT_COLUMNS and name not in OPTIONAL_COLUMNS]
    if unknown:
        raise ConfigError(
            f"{what} speaks of {list_names(unknown)}, which is no column of the schema.",
            reason="unknown_column",
            hint=f"Columns are {', '.join(INPUT_COLUMNS)}.",
        )


def no_text_column(header: Sequence[str], sample: Sequence[Sequence[str]]) -> MissingColumnsError:
    """The error for a header that names no text, with the longest-winded unknown column as a suggestion."""
    free = [position for position, name in enumerate(header) if header_key(name) and header_key(name) not in known_headers()]
    wordiness = {position: sum(len(row[position]) for row in sample if position < len(row)) for position in free}
    best = max(wordiness, key=lambda position: (wordiness[position], -position), default=None)
    column = "COLUMN" if best is None or len(header[best]) > _MAX_NAME_CHARS else _shell_word(header[best])
    return MissingColumnsError(
        f"No column holds the text of the posts: found {list_names(header)}, "
        f"but known names are {', '.join(_table()[TEXT]['en'][:12])} and the like in other languages.",
        reason="no_text_column",
        hint=f"Say which it is with --map text={column} or mapping={{'text': ...}}.",
    )


def list_names(names: Sequence[str], limit: int = 40) -> str:
    """Header names for a message, without those that look like a sentence."""
    shown = [
        repr(name.strip("\ufeff")) if len(name) <= _MAX_NAME_CHARS else f"(a long name in column {position})"
        for position, name in enumerate(names[:limit], start=1)
    ]
    return ", ".join(shown) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def _shell_word(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'
