"""Read labels as people write them."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from .errors import DataQualityWarning, LabelError
from .head_columns import LABEL_PREFIX, MAX_CLASS_CHARS, MAX_CLASSES, YES_NO, check_name
from .ingest.values import parse_rating, parse_yes_no
from .label_words import AND_WORDS, COMPLAINT_WORDS, SENTIMENT_WORDS, SEVERITY_WORDS, TOPIC_WORDS
from .schema import CORE_SCORE_COLUMNS, LABEL_COLUMNS, SCORE_COLUMNS, SENTIMENTS, TEXT, TOPICS

#: Heads whose labels are looked for in every labelled table; the other columns of these names may be something else.
_MAIN: Final = ("sentiment", "complaint")
_WHOLE: Final = re.compile(r"([+-]?\d+)[.,]0+")
_LEVEL: Final = re.compile(r"([0-4])(?:\s*[-–:=.)(].*)?")
_STARS: Final = re.compile(r"[★⭐]|/\s*5|star|stjärn|stjern|tähti|tähte|stjörn|stjarn|stern")
_TOP_STARS: Final = re.compile(r"4(?:[.,]\d+)?|5")
_LETTERS: Final = re.compile(r"[^\W_]+")


def parse_complaints(labels: pd.Series) -> pd.Series:
    """Read complaint labels: 1/0, yes/no in our languages.

    Parameters
    ----------
    labels : Series
        Empty cells are posts without a label.

    Returns
    -------
    Series of float64
        1.0, 0.0, or NaN without a label.

    Raises
    ------
    LabelError
        If a label is none of the known words.

    Examples
    --------
    >>> parse_complaints(pd.Series(["Ja", "nej", "", 1, "1,0"])).tolist()
    [1.0, 0.0, nan, 1.0, 1.0]
    """
    return parse_labels(labels, "complaint")


def parse_sentiments(labels: pd.Series) -> pd.Series:
    """Read sentiment labels: negative, neutral, positive in our languages; -1, 0, 1; or stars from 1 to 5.

    Parameters
    ----------
    labels : Series
        Empty cells are posts without a label. A column with a 4, a 5 or a word for stars holds stars: 1 and 2 are negative, 3
        is neutral, 4 and 5 are positive.

    Returns
    -------
    Series of object
        Labels of `sentilens.schema.SENTIMENTS`, None without a label.

    Raises
    ------
    LabelError
        If a label is none of the known words.

    Warns
    -----
    DataQualityWarning
        If the labels are stars.

    Examples
    --------
    >>> parse_sentiments(pd.Series(["Negativ", "neutraali", -1])).tolist()
    ['negative', 'neutral', 'negative']
    """
    return parse_labels(labels, "sentiment")


def parse_labels(labels: pd.Series, head: str) -> pd.Series:
    """Read the labels of one head.

    Parameters
    ----------
    labels : Series
        Empty cells are posts without a label.
    head : str
        One of `sentilens.schema.LABEL_COLUMNS`, or a head of one's own: if all its labels are yes or no, such a head; else each
        different word is a class, whatever its case.

    Returns
    -------
    Series
        ``sentiment``, ``topic`` and classes of one's own: object, None without a label; else float64 with NaN.

    Raises
    ------
    LabelError
        If a label is none that the head has (reason ``unknown_label``), or a column has too many classes, or texts
        (``not_classes``).

    Examples
    --------
    >>> parse_labels(pd.Series(["Price / billing", "Leverans", "waiting time"]), "topic").tolist()
    ['price_billing', 'delivery', 'waiting_time']
    >>> parse_labels(pd.Series(["Price", "price ", "Moving"]), "cause").tolist()
    ['price', 'price', 'moving']
    """
    cells = _Cells.of(labels)
    if head in LABEL_COLUMNS:
        kind = _KINDS[head]
        read = kind.reader(cells.kinds)
        parsed = cells.spread([read(cell) for cell in cells.kinds])
        wrong = parsed.isna() & cells.filled
        if wrong.any():
            raise _not_understood(
                labels, head, [cell for cell in cells.kinds if read(cell) is None], int(wrong.sum()), kind.expected
            )
        return parsed.astype("float64") if kind.is_number else parsed
    answers = [_read_yes_no(cell) for cell in cells.kinds]
    others = [cell for cell, answer in zip(cells.kinds, answers, strict=True) if answer is None]
    if not others:
        return cells.spread(answers).astype("float64")
    spoken = {answer for cell, answer in zip(cells.kinds, answers, strict=True) if not cell.isdigit()}
    if {0.0, 1.0} <= spoken:
        n_wrong = int(np.isin(cells.codes, [cells.kinds.index(cell) for cell in others]).sum())
        raise _not_understood(labels, head, others, n_wrong, "yes or no, as in the other cells")
    if len(cells.kinds) > MAX_CLASSES or max(map(len, cells.kinds)) > MAX_CLASS_CHARS:
        raise LabelError(
            f"The column '{head}' has {len(cells.kinds):,} different labels, the longest of "
            f"{max(map(len, cells.kinds))} characters; a head has up to {MAX_CLASSES} classes of up to {MAX_CLASS_CHARS}.",
            reason="not_classes",
            hint="Name the column with the labels, and gather rare ones under a common name such as other.",
        )
    return cells.spread(list(cells.kinds))


def classes_of(labels: pd.Series, head: str) -> tuple[str, ...]:
    """Give the classes of a head of one's own, as `parse_labels` reads them: ``("0", "1")`` of yes and no, else in their order.

    >>> classes_of(pd.Series(["price", None, "moving"]), "cause"), classes_of(pd.Series([1.0, 1.0]), "leaving")
    (('moving', 'price'), ('0', '1'))
    """
    return YES_NO if labels.dtype == np.float64 else tuple(sorted(set(labels.dropna())))


@dataclass(frozen=True)
class _Cells:
    """The different cells of a column in plain form, and which row has which; empty ones have none."""

    kinds: tuple[str, ...]
    codes: np.ndarray[Any, Any]
    index: pd.Index

    @classmethod
    def of(cls, labels: pd.Series) -> _Cells:
        codes, uniques = pd.factorize(labels.astype("object").where(labels.notna(), ""))
        plain = [_plain(cell) for cell in uniques.tolist()]
        kinds = tuple(sorted({cell for cell in plain if cell}))
        number = {cell: position for position, cell in enumerate(kinds)} | {"": -1}
        return cls(kinds, np.asarray([number[cell] for cell in plain], dtype=np.int64)[codes], labels.index)

    @property
    def filled(self) -> np.ndarray[Any, Any]:
        return np.asarray(self.codes >= 0)

    def spread(self, parsed: Sequence[Any]) -> pd.Series:
        """Give each row what its kind of cell was parsed to, and None to empty ones."""
        values = np.empty(len(parsed) + 1, dtype=object)
        values[:-1] = parsed
        return pd.Series(values[self.codes], index=self.index, dtype=object)


def _plain(cell: Any) -> str:
    text = " ".join(str(cell).split()).casefold()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


Reader = Callable[[str], Any]


def _read_sentiments(kinds: Sequence[str]) -> Reader:
    if not any(_TOP_STARS.fullmatch(cell) or (_STARS.search(cell) and parse_rating(cell)) for cell in kinds):
        return SENTIMENT_WORDS.get
    warnings.warn(
        "The sentiment labels are stars: 1 and 2 are read as negative, 3 as neutral, 4 and 5 as positive.",
        DataQualityWarning,
        stacklevel=5,
    )
    words = {word: label for word, label in SENTIMENT_WORDS.items() if not word.strip("+-").isdigit()}

    def read(cell: str) -> str | None:
        rating = parse_rating(cell)
        return words.get(cell) if rating is None else SENTIMENTS[int(rating >= 2.5) + int(rating > 3.5)]

    return read


def _read_complaint(cell: str) -> float | None:
    answer = parse_yes_no(cell)
    answer = COMPLAINT_WORDS.get(cell) if answer is None else answer
    return None if answer is None else float(answer)


def _read_yes_no(cell: str) -> float | None:
    answer = parse_yes_no(cell)
    return None if answer is None else float(answer)


def _read_severity(cell: str) -> float | None:
    level = _LEVEL.fullmatch(cell)
    return float(level[1]) if level else SEVERITY_WORDS.get(_name_of(cell))


def _read_topic(cell: str) -> str | None:
    return TOPIC_WORDS.get(_name_of(cell))


def _name_of(cell: str) -> str:
    """Join the words of a name by underscores, without what stands for "and"."""
    return "_".join(word for word in _LETTERS.findall(cell) if word not in AND_WORDS)


@dataclass(frozen=True)
class _Kind:
    """How labels of a head are read: `reader` gives what reads a cell, from all different cells of the column."""

    reader: Callable[[Sequence[str]], Reader]
    expected: str
    is_number: bool = True


_KINDS: Final = {
    "sentiment": _Kind(_read_sentiments, f"{', '.join(SENTIMENTS)}, or -1, 0, 1, or stars from 1 to 5", False),
    "complaint": _Kind(lambda _: _read_complaint, "1 or 0 (yes and no in any of our languages will do)"),
    "severity": _Kind(lambda _: _read_severity, "0 to 4"),
    "expects_reply": _Kind(lambda _: _read_yes_no, "1 or 0 (yes and no in any of our languages will do)"),
    "topic": _Kind(lambda _: _read_topic, ", ".join(TOPICS), False),
}


def _not_understood(labels: pd.Series, head: str, kinds: Sequence[str], n_wrong: int, expected: str) -> LabelError:
    # A long label is a post in the wrong column, and posts are never quoted.
    named = ", ".join(sorted({repr(kind) if len(kind) <= 20 else "a longer text" for kind in kinds})[:5])
    own = (
        ""
        if head in _MAIN or head not in LABEL_COLUMNS
        else " Labels of your own make a head of your own: rename the column, and name it in heads=."
    )
    return LabelError(
        f"{n_wrong} of {len(labels)} labels in '{head}' are not understood ({named}); expected {expected}.",
        reason="unknown_label",
        hint=f"Correct the cells, or leave them empty to leave the posts out.{own}",
    )


def read_labelled(
    labelled: pd.DataFrame | str | os.PathLike[str],
    *,
    heads: Sequence[str] = LABEL_COLUMNS,
    required: Sequence[str] = (),
) -> pd.DataFrame:
    """Take labelled posts from a table or a file.

    Parameters
    ----------
    labelled : DataFrame or path
        With a column ``text`` (or a known name of it, in files) and label columns: ``label_<head>``, or ``<head>`` where there
        is no such. In scored posts, columns that are scores are no labels.
    heads : sequence of str, default `sentilens.schema.LABEL_COLUMNS`
        Heads whose labels are looked for.
    required : sequence of str, default ()
        Those of them that must be there; heads of one's own among them.

    Returns
    -------
    DataFrame
        ``text``, a column for each of `heads` as `parse_labels` gives it (null where there is none), and the other columns;
        posts without text or any label are left out. Columns ``label_<head>`` are taken up in those.

    Raises
    ------
    LabelError
        If there is no label column (reason ``no_labels``; ``only_scores`` in scored posts), a required one is missing
        (``no_label_column``), no post has a label (``no_labels``), or a label is not understood (``unknown_label``).

    Warns
    -----
    DataQualityWarning
        For a column that has the name of a further head, but mostly something else in it; it is passed over.
    """
    if not isinstance(labelled, pd.DataFrame):
        from .ingest import read_posts

        labelled = read_posts(labelled, extra_columns="all")
    if TEXT not in labelled.columns:
        raise LabelError("The labelled table has no column 'text'.", reason="no_text_column", hint="Rename the column so.")
    wanted = tuple(dict.fromkeys((*heads, *required)))
    found = {name: column for name in wanted if (column := _label_column(labelled, name)) is not None}
    missing = [name for name in required if name not in found]
    if missing or not found:
        raise _no_column(labelled, missing, wanted)
    frame = labelled.drop(columns=[column for column in found.values() if column.startswith(LABEL_PREFIX)]).copy()
    for name in wanted:
        parsed = None
        if name in found:
            asked = name in required or name in _MAIN or found[name] != name
            parsed = _parse_column(labelled[found[name]], name, asked)
        frame[name] = pd.Series(None, index=frame.index, dtype=object) if parsed is None else parsed
    for name in ("complaint", "severity", "expects_reply"):
        if name in wanted:
            frame[name] = frame[name].astype("float64")
    has_text = frame[TEXT].map(lambda text: isinstance(text, str) and bool(text.strip())).astype(bool)
    frame = frame[has_text & frame[list(wanted)].notna().any(axis=1)]
    if frame.empty:
        raise LabelError("No post has both a text and a label.", reason="no_labels", hint="Fill in the label columns.")
    return frame.reset_index(drop=True)


def _label_column(labelled: pd.DataFrame, head: str) -> str | None:
    """Find the column with the labels of a head; what is a score is none."""
    if head not in LABEL_COLUMNS:
        check_name(head)
    is_scored = set(CORE_SCORE_COLUMNS) <= set(labelled.columns)
    is_score = is_scored and (head in SCORE_COLUMNS or f"{head}_confidence" in labelled.columns)
    names = (LABEL_PREFIX + head,) if is_score else (LABEL_PREFIX + head, head)
    found = next((name for name in names if name in labelled.columns), None)
    if found is not None and (labelled.columns == found).sum() > 1:
        raise LabelError(f"The table has several columns '{found}'.", reason="duplicate_column", hint="Keep one.")
    return found


def _parse_column(labels: pd.Series, head: str, asked: bool) -> pd.Series | None:
    """Parse a label column; one that nobody asked for and that is mostly no labels is none, which is said."""
    try:
        return parse_labels(labels, head)
    except LabelError:
        cells = _Cells.of(labels)
        if asked or head not in LABEL_COLUMNS:
            raise
        read = _KINDS[head].reader(cells.kinds)
        understood = np.asarray([*(read(cell) is not None for cell in cells.kinds), False])[cells.codes]
        if 2 * int(understood.sum()) > int(cells.filled.sum()):
            raise
    warnings.warn(
        f"The column '{head}' holds mostly other things than labels ({_KINDS[head].expected}); it is passed over. "
        f"Call it '{LABEL_PREFIX}{head}' if they are labels; to learn it as a head of your own, rename it first.",
        DataQualityWarning,
        stacklevel=4,
    )
    return None


def _no_column(labelled: pd.DataFrame, missing: Sequence[str], wanted: Sequence[str]) -> LabelError:
    there = ", ".join(map(str, list(labelled.columns)[:15]))
    if set(CORE_SCORE_COLUMNS) <= set(labelled.columns):
        named = missing or wanted
        return LabelError(
            f"These posts are scored, and have no labels of {', '.join(map(repr, named))}: what stands in such columns of a "
            "scored file is the model's guess.",
            reason="only_scores",
            hint=f"Write labels into columns {', '.join(LABEL_PREFIX + name for name in named[:3])} beside the scores.",
        )
    if missing:
        return LabelError(
            f"There is no label column {', '.join(map(repr, missing))}; the table has: {there}.",
            reason="no_label_column",
            hint="Name columns that are there.",
        )
    return LabelError(
        f"There is no label column; the table has: {there}.",
        reason="no_labels",
        hint=f"Name the columns {', '.join(wanted[:5])} (one of them is enough), or name columns of your own in heads=.",
    )


def count_contradictions(posts: pd.DataFrame, heads: Sequence[str] = LABEL_COLUMNS) -> int:
    """Count the texts that carry different labels of one kind.

    Parameters
    ----------
    posts : DataFrame
        From `read_labelled`.
    heads : sequence of str, default `sentilens.schema.LABEL_COLUMNS`
        Label columns; those that are not there are passed over.

    Returns
    -------
    int

    Examples
    --------
    >>> count_contradictions(pd.DataFrame({"text": ["a", "a"], "complaint": [0.0, 1.0], "sentiment": None}))
    1
    """
    kinds = posts.groupby(TEXT)[[name for name in heads if name in posts.columns]].nunique()
    return int((kinds > 1).any(axis=1).sum())
