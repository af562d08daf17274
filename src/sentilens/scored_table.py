"""What a scored file holds: how its columns are laid out, and how its scores are read back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import pandas as pd

from .errors import InputError
from .head_columns import find_own_heads
from .ingest import PostChunk, PostReader
from .ingest.columns import TIME_COLUMNS
from .ingest.frames import texts_of
from .ingest.headers import COLLISION_PREFIX
from .ingest.values import parse_yes_no
from .schema import (
    BRANDS,
    COPY_OF,
    INPUT_COLUMNS,
    OPTIONAL_COLUMNS,
    READING_COLUMNS,
    SCORE_COLUMNS,
    SENTIMENT_COLUMNS,
    SENTIMENTS,
    SEVERITY_COLUMNS,
    SOURCE_FILE,
    STATUSES,
    TOPICS,
)

#: How the canonical columns are written: all as text; in their types; or in types with times as the clocks show them.
TableForm = Literal["text", "typed", "wall_times"]

#: Scores that are numbers, by their least value (the greatest is 1), and those that are words out of few.
_SCORE_NUMBERS: Final = {
    **dict.fromkeys(("language_confidence", *SENTIMENT_COLUMNS, "complaint_probability"), 0.0),
    **dict.fromkeys((*SEVERITY_COLUMNS, "expects_reply_probability"), 0.0),
    "sentiment_score": -1.0,
}


def score_numbers(columns: Iterable[object]) -> dict[str, float]:
    """Give the scores among the columns of scored posts that are numbers, by their least value; the greatest is 1."""
    return {**_SCORE_NUMBERS, **{head.probability: 0.0 for head in find_own_heads(columns)}}


_WORDS: Final = {"sentiment": SENTIMENTS, "status": STATUSES, "topic": TOPICS}


def lay_out(chunk: PostChunk, scored: pd.DataFrame, reader: PostReader, form: TableForm) -> pd.DataFrame:
    """Put what was read, what reading added, and the scores side by side.

    Parameters
    ----------
    chunk : PostChunk
    scored : DataFrame
        Its posts with their scores.
    reader : PostReader
        Where it comes from.
    form : {"text", "typed", "wall_times"}
        What the file can hold.

    Returns
    -------
    DataFrame
        The canonical columns where the reader says that they come first; the columns of the file that are handed through, under
        another name where one of ours has it; the file they come from where it may be another; the canonical columns that were
        set or derived; the scores.
    """
    audit, zone = reader.audit, reader.timezone
    front: list[str] = []
    if reader.canonical_first:
        front = [name for name in (*INPUT_COLUMNS, *OPTIONAL_COLUMNS) if name in scored.columns]
        added = [name for name in (COPY_OF, BRANDS) if name in scored.columns]
    else:
        made = {COPY_OF, *audit.constants, *audit.derived}
        added = [name for name in (*READING_COLUMNS, BRANDS) if name in made]
    if reader.names_sources:
        scored = scored.assign(**{SOURCE_FILE: chunk.source})
        added.insert(0, SOURCE_FILE)
    scores = [*SCORE_COLUMNS, *(name for head in find_own_heads(scored.columns) for name in head.names)]
    original = chunk.original.set_axis(pd.Index(_names_beside(chunk.header, {*front, *added, *scores}), dtype=object), axis=1)
    if form == "wall_times" and not front and "created_at" in audit.mapping:
        original = _with_times(original, chunk.header.index(audit.mapping["created_at"]), scored["created_at"], zone)
    canonical = {name: _canonical(scored, name, form, zone) for name in front}
    return pd.concat(
        [pd.DataFrame(canonical, index=scored.index), original, scored[[*added, *scores]]],
        axis=1,
    )


def _names_beside(header: tuple[str, ...], ours: set[str]) -> list[str]:
    """The names of the file's columns, none of them one of ours."""
    names = []
    for name in header:
        # A file that was scored twice has its first scores under the prefix already.
        kept = name
        while kept in ours or (kept != name and kept in header):
            kept = COLLISION_PREFIX + kept
        names.append(kept)
    return names


def _canonical(scored: pd.DataFrame, name: str, form: TableForm, zone: str) -> Any:
    if form == "text":
        return pd.Series(texts_of(scored, name), index=scored.index, dtype=object)
    return scored[name].dt.tz_convert(zone) if form == "wall_times" and name in TIME_COLUMNS else scored[name]


def _with_times(original: pd.DataFrame, position: int, times: pd.Series[Any], zone: str) -> pd.DataFrame:
    """The columns of a file with the cells of one as times; what is no date stays as it is written."""
    columns = [original.iloc[:, number] for number in range(original.shape[1])]
    column = columns[position]
    read = times.dt.tz_convert(zone).astype("object").where(times.notna(), column.astype("object"))
    columns[position] = read.rename(column.name)
    return pd.concat(columns, axis=1)


def parse_scores(posts: pd.DataFrame) -> pd.DataFrame:
    """Read the score columns of a scored file back into their types, also where Excel has written them anew.

    Parameters
    ----------
    posts : DataFrame
        With all of `sentilens.schema.CORE_SCORE_COLUMNS` as strings: ``TRUE`` and ``SANT``, ``0.5`` and ``0,5`` will do. Heads
        of one's own are known by the names of their columns, which follow the others.

    Returns
    -------
    DataFrame

    Raises
    ------
    InputError
        If a cell is no score (reason ``bad_scores``).
    """
    scored = posts.copy()
    own = find_own_heads(posts.columns)
    flags = {"is_complaint", *(head.answer for head in own if head.is_yes_no)}
    numbers = score_numbers(posts.columns)
    for name in (*SCORE_COLUMNS, *(name for head in own for name in head.names)):
        if name not in scored:  # written by a model without that head
            scored[name] = None
        cells = scored[name].astype("object")
        cells = cells.where(cells.notna() & (cells != ""), None)
        parsed: Any
        if name in flags:
            parsed = cells.map(parse_yes_no, na_action="ignore").astype("boolean")
        elif name in numbers:
            points = cells.str.replace(",", ".", regex=False) if cells.notna().any() else cells
            parsed = pd.to_numeric(points, errors="coerce").astype("float64")
            parsed = parsed.where(parsed.between(numbers[name], 1.0))
        else:
            parsed = cells.where(cells.isin(_WORDS[name]), None) if name in _WORDS else cells
        if wrong := int((cells.notna() & parsed.isna()).sum()):
            raise InputError(
                f"{wrong:,} cells in the column {name!r} of this scored file are no such scores.",
                reason="bad_scores",
                hint="A spreadsheet may have changed them; score the original export again.",
            )
        scored[name] = parsed
    return scored
