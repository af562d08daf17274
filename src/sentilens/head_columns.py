"""Heads of one's own: the names they may bear, and the columns that their answers take beside those of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .errors import ConfigError
from .schema import (
    BRANDS,
    COPY_OF,
    HEAD_CLASSES,
    INPUT_COLUMNS,
    LABEL_COLUMNS,
    OPTIONAL_COLUMNS,
    SCORE_COLUMNS,
    SENTIMENTS,
    SOURCE_FILE,
)

#: Classes of a head that answers yes or no; its one column of weights is that of the yes.
YES_NO: Final = ("0", "1")
MAX_CLASSES: Final = 50
#: Longer names of classes are texts in the wrong column.
MAX_CLASS_CHARS: Final = 40
#: Heads of one's own in one model; a model file has a bounded number of parts.
MAX_OWN_HEADS: Final = 12
#: Before the label column of a head where its plain name is taken, as in a scored file.
LABEL_PREFIX: Final = "label_"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PREFIXES: Final = (LABEL_PREFIX, "input_", "is_", "n_")
#: Names that trends have for figures of their own.
_FIGURES: Final = (
    *("posts", "complaints", "rated", "period_start", "complaint_rate", "complaint_rate_low", "complaint_rate_high"),
    *("mean_complaint_probability", "net_sentiment", "net_sentiment_low", "net_sentiment_high", "share_of_voice"),
    *("partial", "suppressed", "mean_rating", "complaint_rate_corrected"),
)
_TAKEN: Final = frozenset(
    {*INPUT_COLUMNS, *OPTIONAL_COLUMNS, COPY_OF, SOURCE_FILE, BRANDS, *SCORE_COLUMNS, *LABEL_COLUMNS, *SENTIMENTS, *_FIGURES}
)


@dataclass(frozen=True)
class HeadColumns:
    """The two columns of a head of one's own.

    Attributes
    ----------
    name : str
        Of the head.
    is_yes_no : bool
    answer : str
        ``is_<name>`` (boolean), or ``<name>`` with the most probable class.
    probability : str
        ``<name>_probability`` that the answer is yes, or ``<name>_confidence``, the probability of the class.
    """

    name: str
    is_yes_no: bool

    @property
    def answer(self) -> str:
        return f"is_{self.name}" if self.is_yes_no else self.name

    @property
    def probability(self) -> str:
        return f"{self.name}_probability" if self.is_yes_no else f"{self.name}_confidence"

    @property
    def names(self) -> tuple[str, str]:
        """Both columns in their order: as in the schema, a probability stands before a flag, a class before its confidence."""
        return (self.probability, self.answer) if self.is_yes_no else (self.answer, self.probability)


def own_heads(heads: Mapping[str, Sequence[str]]) -> tuple[HeadColumns, ...]:
    """Give the columns of the heads that are not those of the schema, in their order.

    Parameters
    ----------
    heads : mapping of str to sequence of str
        Names and classes.

    Examples
    --------
    >>> [head.names for head in own_heads({"complaint": ("0", "1"), "leaving": ("0", "1"), "cause": ("price", "move")})]
    [('leaving_probability', 'is_leaving'), ('cause', 'cause_confidence')]
    """
    return tuple(HeadColumns(name, tuple(classes) == YES_NO) for name, classes in heads.items() if name not in HEAD_CLASSES)


def find_own_heads(columns: Iterable[object]) -> tuple[HeadColumns, ...]:
    """Find in the columns of scored posts those of heads of one's own: by their names, and by following the other scores.

    Examples
    --------
    >>> find_own_heads(["text", "cause", "model_id", "topic", "leaving_probability", "is_leaving", "note"])
    (HeadColumns(name='leaving', is_yes_no=True),)
    """
    names = [str(name) for name in columns]
    after = names[names.index("model_id") + 1 :] if "model_id" in names else names
    there = frozenset(after)
    found = []
    for name in after:
        yes_no, several = HeadColumns(name.removesuffix("_probability"), True), HeadColumns(name, False)
        for head in (yes_no, several):
            if head.names[0] == name and head.names[1] in there and is_free_name(head.name):
                found.append(head)
    return tuple(dict.fromkeys(found))


def is_free_name(name: str) -> bool:
    """Tell whether a head may be called so: a plain lower-case word that no column of ours has.

    >>> [is_free_name(name) for name in ("leaving", "Leaving", "brand", "label_x")]
    [True, False, False, False]
    """
    return _NAME.fullmatch(name) is not None and name not in _TAKEN and not name.startswith(_PREFIXES)


def check_heads(heads: Mapping[str, Sequence[str]]) -> None:
    """Refuse heads with names or classes that would not do as columns and cells.

    Raises
    ------
    ConfigError
        With reason ``head_name``, ``head_classes`` or ``too_many_heads``.
    """
    own = own_heads(heads)
    taken = set(_TAKEN)
    for head in own:
        classes = heads[head.name]
        check_name(head.name)
        if not taken.isdisjoint(head.names):
            raise ConfigError(f"The columns of the head {head.name!r} are those of another.", reason="head_name")
        taken.update(head.names)
        if not 2 <= len(classes) <= MAX_CLASSES or len(set(classes)) < len(classes):
            raise ConfigError(f"The head {head.name!r} needs 2 to {MAX_CLASSES} different classes.", reason="head_classes")
        if not all(0 < len(name) <= MAX_CLASS_CHARS for name in classes):
            raise ConfigError(f"A class of {head.name!r} is empty or too long.", reason="head_classes")
    for name, classes in heads.items():
        if name in HEAD_CLASSES and tuple(classes) != HEAD_CLASSES[name]:
            raise ConfigError(f"The classes of {name!r} are not those of the schema.", reason="head_classes")
    if len(own) > MAX_OWN_HEADS:
        raise ConfigError(f"A model has at most {MAX_OWN_HEADS} heads of one's own.", reason="too_many_heads")


def check_name(name: str) -> None:
    """Refuse a name that no head of one's own can have (`ConfigError`, reason ``head_name``)."""
    if not is_free_name(name):
        raise ConfigError(
            f"{name!r} cannot be the name of a head: it is a column of ours, or not of the form wanted.",
            reason="head_name",
            hint="Use up to 32 letters a-z, digits and _, beginning with a letter, such as leaving; rename the column so.",
        )
