"""Which heads labelled posts can teach, and in which classes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import DataQualityWarning, LabelError
from ..head_columns import LABEL_PREFIX, YES_NO
from ..labelling import classes_of
from ..schema import HEAD_CLASSES
from .fitting import Codes

#: Fewer labelled posts than this, or fewer of a class, teach nothing that could be checked.
MIN_POSTS: Final = 20
MIN_PER_CLASS: Final = 5
#: What rare classes of a head of one's own are gathered in.
OTHER: Final = "other"
#: Heads that everybody labels for: where their labels teach nothing, somebody wants to know.
_MAIN: Final = ("sentiment", "complaint")
#: Heads of so many classes that some are always rare; these are learnt as far as they go.
_MANY_CLASSES: Final = ("severity", "topic")


@dataclass(frozen=True)
class HeadTask:
    """A head to be learnt.

    Attributes
    ----------
    name : str
    classes : tuple of str
    rows : int64 array of shape (n_labelled,)
        Positions of the posts that have a label of it.
    labels : array of str of shape (n_labelled,)
        Their classes.
    """

    name: str
    classes: tuple[str, ...]
    rows: Codes
    labels: npt.NDArray[Any]

    @property
    def is_yes_no(self) -> bool:
        return self.classes == YES_NO

    @property
    def codes(self) -> Codes:
        """Places of the labels among the classes."""
        return np.asarray([self.classes.index(label) for label in self.labels.tolist()], dtype=np.int64)

    def counts(self) -> dict[str, int]:
        """Posts of each class that has some."""
        return {name: int((self.labels == name).sum()) for name in self.classes if name in self.labels}


def plan_tasks(
    posts: pd.DataFrame, copies: Codes, heads: Sequence[str], required: Sequence[str], known: Mapping[str, Sequence[str]]
) -> list[HeadTask]:
    """Find out which heads the labels teach.

    Parameters
    ----------
    posts : DataFrame
        With ``label_<head>`` for each of `heads`.
    copies : int64 array of shape (n_posts,)
        Groups of near-copies, which count once: they never help to judge one another.
    heads : sequence of str
    required : sequence of str
        Heads that were asked for.
    known : mapping of str to sequence of str
        Heads of the base and their classes.

    Returns
    -------
    list of HeadTask

    Raises
    ------
    LabelError
        If a head that was asked for, or complaint or sentiment, has labels that teach nothing; or if none has others.

    Warns
    -----
    DataQualityWarning
        For rare classes, and for further heads whose labels teach nothing and that are taken over from the base.
    """
    tasks, refused = [], []
    for head in heads:
        labels = posts[LABEL_PREFIX + head]
        if labels.isna().all():
            continue
        try:
            tasks.append(_task(labels, copies, head, known.get(head, ())))
        except LabelError as error:
            if head in required or head in _MAIN or head not in HEAD_CLASSES:
                raise
            refused.append(error)
    if not tasks:
        raise refused[0] if refused else LabelError("No post that can be scored has a label.", reason="no_labels")
    for why in refused:
        warnings.warn(f"{why.message} This head stays as it is in the base.", DataQualityWarning, stacklevel=4)
    return tasks


def _task(labels: pd.Series, copies: Codes, head: str, known: Sequence[str]) -> HeadTask:
    if head in HEAD_CLASSES:
        classes = HEAD_CLASSES[head]
    else:
        classes = classes_of(labels, head)
        if classes != YES_NO:
            labels = _without_rare(labels, copies, head)
            classes = classes_of(labels, head)
            if tuple(known) != YES_NO:
                classes = (*known, *(name for name in classes if name not in known))
    _check_support(labels, copies, head)
    rows = np.flatnonzero(labels.notna())
    there = labels.iloc[rows]
    named = there.astype(int).astype(str) if there.dtype == np.float64 else there.astype(str)
    return HeadTask(head, tuple(classes), rows, named.to_numpy(dtype=str))


def _without_rare(labels: pd.Series, copies: Codes, head: str) -> pd.Series:
    """Gather classes of too few posts in one; if it is too small too, leave its posts out."""
    counts = _count_different(labels, copies)
    rare = [name for name in counts.index if counts[name] < MIN_PER_CLASS and name != OTHER]
    if not rare:
        return labels
    if len(set(counts.index) - {*rare, OTHER}) == 0:
        raise LabelError(
            f"None of the {len(counts)} classes of '{head}' has {MIN_PER_CLASS} different posts.",
            reason="too_few_labels",
            hint="Label more posts of each, or gather the classes under fewer names.",
        )
    gathered = labels.mask(labels.isin(rare), OTHER)
    enough = _count_different(gathered, copies)[OTHER] >= MIN_PER_CLASS
    what = f"are learnt as '{OTHER}'" if enough else "are left out"
    warnings.warn(
        f"{len(rare)} classes of '{head}' have fewer than {MIN_PER_CLASS} different posts ({', '.join(map(repr, rare[:5]))}"
        f"{' …' if len(rare) > 5 else ''}); they {what}. Label more of them to have them learnt.",
        DataQualityWarning,
        stacklevel=6,
    )
    return gathered if enough else gathered.mask(gathered == OTHER)


def _count_different(labels: pd.Series, copies: Codes) -> pd.Series:
    known = pd.DataFrame({"label": labels, "copies": copies}).dropna().drop_duplicates()
    return known["label"].value_counts()


def _check_support(labels: pd.Series, copies: Codes, head: str) -> None:
    """Refuse labels that teach nothing."""
    counts = _count_different(labels, copies)
    if len(counts) < 2:
        raise LabelError(
            f"All {int(labels.notna().sum())} labels of '{head}' are the same; nothing can be learnt from them.",
            reason="one_class",
            hint="Label posts of each kind.",
        )
    rarest = int(counts.iloc[1] if head in _MANY_CLASSES else counts.min())
    if counts.sum() < MIN_POSTS or rarest < MIN_PER_CLASS:
        which = "second most common" if head in _MANY_CLASSES else "rarest"
        raise LabelError(
            f"There are {counts.sum()} different posts with a label of '{head}', {rarest} of the {which} kind; at least "
            f"{MIN_POSTS} and {MIN_PER_CLASS} are needed (near-copies count once).",
            reason="too_few_labels",
            hint="Label some more posts; 100 or more begin to pay.",
        )
