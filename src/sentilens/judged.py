"""What a table of labelled and scored posts says on one question: the labels, the decisions, the probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .schema import HEAD_CLASSES, SCORE_COLUMNS, SENTIMENT_COLUMNS, SEVERITY_COLUMNS

FloatArray = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

LABEL_PREFIX: Final = "label_"
#: Heads of several classes that have a column of probabilities for each.
_PROBABILITIES: Final = {"sentiment": SENTIMENT_COLUMNS, "severity": SEVERITY_COLUMNS}
#: Classes that stand in an order.
ORDERED: Final = frozenset({"severity"})


@dataclass(frozen=True)
class Judged:
    """The labels and the scores of one head, for the posts that have both.

    Attributes
    ----------
    head : str
    classes : tuple of str
    rows : int64 array of shape (n_posts,)
        Where the posts stand in the table.
    truth, decided : int64 arrays of shape (n_posts,)
        Positions in ``classes``.
    probabilities : float64 array of shape (n_posts, n_classes) or None
        None where the table holds the decisions alone.
    """

    head: str
    classes: tuple[str, ...]
    rows: Codes
    truth: Codes
    decided: Codes
    probabilities: FloatArray | None

    @property
    def is_binary(self) -> bool:
        """Tell whether the head asks a yes/no question, the second class being yes."""
        return self.classes == ("0", "1")

    def at(self, chosen: npt.NDArray[np.bool_]) -> Judged:
        """Keep some of the posts."""
        return Judged(
            self.head,
            self.classes,
            self.rows[chosen],
            self.truth[chosen],
            self.decided[chosen],
            None if self.probabilities is None else self.probabilities[chosen],
        )


def labelled_heads(scored: pd.DataFrame) -> list[str]:
    """Name the heads that a table has both labels and scores of, the known ones first.

    Parameters
    ----------
    scored : DataFrame
        With columns ``label_<head>`` beside those of `sentilens.PostScorer.score`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> labelled_heads(pd.DataFrame({"label_topic": ["staff_store", None], "topic": "other", "label_complaint": None}))
    ['topic']
    """
    named = [str(name).removeprefix(LABEL_PREFIX) for name in scored.columns if str(name).startswith(LABEL_PREFIX)]
    ordered = [*(head for head in HEAD_CLASSES if head in named), *(head for head in named if head not in HEAD_CLASSES)]
    return [head for head in ordered if len(read_judged(scored, head).rows)]


def read_judged(scored: pd.DataFrame, head: str) -> Judged:
    """Read the labels and scores of a head.

    Parameters
    ----------
    scored : DataFrame
    head : str
        Its labels are in ``label_<head>``.

    Returns
    -------
    Judged
        Without posts where the table has no labels or no scores of the head.
    """
    empty = pd.Series(None, index=scored.index, dtype="object")
    labels = as_classes(scored[LABEL_PREFIX + head]) if LABEL_PREFIX + head in scored.columns else empty
    classes = HEAD_CLASSES.get(head) or tuple(sorted(set(labels.dropna())))
    yes_no = classes == ("0", "1")
    columns = [f"{head}_probability"] if yes_no else list(_PROBABILITIES.get(head, ()))
    named = f"is_{head}" if yes_no else head
    # Some heads of the schema have no column for their decision, which is then the most probable class.
    decision = named if named in SCORE_COLUMNS or head not in HEAD_CLASSES else None
    needed = [*columns, decision] if decision else columns
    none = np.zeros(0, dtype=np.int64)
    if not needed or not set(needed) <= set(scored.columns):
        return Judged(head, classes, none, none, none, None)
    rows = np.flatnonzero((labels.isin(classes) & scored[needed].notna().all(axis=1)).to_numpy(dtype=bool))
    kept = scored.iloc[rows]
    probabilities = kept[columns].to_numpy(dtype=np.float64) if columns else None
    if probabilities is not None and yes_no:
        probabilities = np.column_stack([1.0 - probabilities[:, 0], probabilities[:, 0]])
    # Without a column of decisions there are probabilities.
    decided = class_codes(as_classes(kept[decision]), classes) if decision else np.asarray(probabilities).argmax(axis=1)
    return Judged(head, classes, rows, class_codes(labels.iloc[rows], classes), decided, probabilities)


def as_classes(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write labels and decisions as classes: 1.0 and True as "1"; None where there is none."""
    kept = column.astype("object").where(column.notna(), None)

    def name(value: Any) -> Any:
        number = isinstance(value, bool | np.bool_ | int | float | np.integer | np.floating)
        return str(int(value)) if number and float(value).is_integer() else value if value is None else str(value)

    return kept.map(name).astype("object")


def class_codes(values: pd.Series[Any], classes: Sequence[str]) -> Codes:
    """Give the positions of classes, -1 for what is none of them."""
    place = {name: number for number, name in enumerate(classes)}
    return np.asarray([place.get(value, -1) for value in values], dtype=np.int64)
