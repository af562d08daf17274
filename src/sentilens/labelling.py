"""Read labels as people write them."""

from __future__ import annotations

import os
from typing import Any, Final

import numpy as np
import pandas as pd

from .errors import LabelError
from .schema import LABEL_COLUMNS, SENTIMENTS, TEXT

_YES: Final = (
    "1 1.0 yes y true ja j kyllä joo já sann wahr sant sandt complaint klagomål klage klagemål valitus reklamaatio kvörtun "
    "beschwerde"
)
_NO: Final = "0 0.0 no n false nej nei nein ei falsch ósatt usant falskt not_complaint none ingen keine"
_SENTIMENT_WORDS: Final = {
    "negative": "negative negativ negativt negatiivinen neikvætt neikvæð neikvæður neg -1 -1.0 -",
    "neutral": "neutral nøytral neutralt nøytralt neutraali hlutlaust neutralur neu 0 0.0 mixed blandat",
    "positive": "positive positiv positivt positiivinen jákvætt jákvæð jákvæður pos 1 1.0 +1 +",
}
_COMPLAINT: Final = {**dict.fromkeys(_YES.split(), 1.0), **dict.fromkeys(_NO.split(), 0.0)}
_SENTIMENT: Final = {word: label for label, words in _SENTIMENT_WORDS.items() for word in words.split()}


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
    >>> parse_complaints(pd.Series(["Ja", "nej", "", 1])).tolist()
    [1.0, 0.0, nan, 1.0]
    """
    return _parse(labels, _COMPLAINT, "complaint", "1 or 0 (yes and no in any of our languages will do)").astype("float64")


def parse_sentiments(labels: pd.Series) -> pd.Series:
    """Read sentiment labels: negative, neutral, positive in our languages, or -1, 0, 1.

    Parameters
    ----------
    labels : Series
        Empty cells are posts without a label.

    Returns
    -------
    Series of object
        Labels of `sentilens.schema.SENTIMENTS`, None without a label.

    Raises
    ------
    LabelError
        If a label is none of the known words.

    Examples
    --------
    >>> parse_sentiments(pd.Series(["Negativ", "neutraali", -1])).tolist()
    ['negative', 'neutral', 'negative']
    """
    return _parse(labels, _SENTIMENT, "sentiment", ", ".join(SENTIMENTS))


def _parse(labels: pd.Series, words: dict[str, Any], name: str, expected: str) -> pd.Series:
    plain = labels.astype("object").where(labels.notna(), "").astype(str).str.strip().str.casefold()
    parsed = plain.map(words).astype("object")
    wrong = (plain != "") & parsed.isna()
    if wrong.any():
        # A long label is a post in the wrong column, and posts are never quoted.
        kinds = ", ".join(sorted({repr(kind) if len(kind) <= 20 else "a longer text" for kind in plain[wrong]})[:5])
        raise LabelError(
            f"{int(wrong.sum())} of {len(plain)} labels in '{name}' are not understood ({kinds}); expected {expected}.",
            reason="unknown_label",
            hint="Correct the cells, or leave them empty to leave the posts out.",
        )
    return parsed.where(parsed.notna(), None)


def read_labelled(labelled: pd.DataFrame | str | os.PathLike[str]) -> pd.DataFrame:
    """Take labelled posts from a table or a file.

    Parameters
    ----------
    labelled : DataFrame or path
        With a column ``text`` (or a known name of it, in files) and ``sentiment``, ``complaint``, or both.

    Returns
    -------
    DataFrame
        ``text``, ``complaint`` (float, NaN without a label), ``sentiment`` (object, None without a label) and the other
        columns of the schema where given; posts without text or any label are left out.

    Raises
    ------
    LabelError
        If there is no label column, or no post with a label.
    """
    if not isinstance(labelled, pd.DataFrame):
        from .ingest import read_posts

        labelled = read_posts(labelled, extra_columns="all")
    if TEXT not in labelled.columns:
        raise LabelError("The labelled table has no column 'text'.", reason="no_text_column")
    found = [name for name in ("complaint", "sentiment") if name in labelled.columns]
    if not found:
        raise LabelError(
            f"There is no label column; the table has: {', '.join(map(str, list(labelled.columns)[:15]))}.",
            reason="no_labels",
            hint=f"Name the columns {', '.join(LABEL_COLUMNS[:2])} (one of them is enough).",
        )
    frame = labelled.copy()
    empty = pd.Series(np.nan, index=frame.index)
    frame["complaint"] = parse_complaints(frame["complaint"]) if "complaint" in found else empty
    frame["sentiment"] = parse_sentiments(frame["sentiment"]) if "sentiment" in found else empty.astype("object")
    has_text = frame[TEXT].map(lambda text: isinstance(text, str) and bool(text.strip())).astype(bool)
    frame = frame[has_text & (frame["complaint"].notna() | frame["sentiment"].notna())]
    if frame.empty:
        raise LabelError("No post has both a text and a label.", reason="no_labels", hint="Fill in the label columns.")
    return frame.reset_index(drop=True)


def count_contradictions(posts: pd.DataFrame) -> int:
    """Count the texts that carry different labels of one kind.

    Parameters
    ----------
    posts : DataFrame
        From `read_labelled`.

    Returns
    -------
    int

    Examples
    --------
    >>> count_contradictions(pd.DataFrame({"text": ["a", "a"], "complaint": [0.0, 1.0], "sentiment": None}))
    1
    """
    kinds = posts.groupby(TEXT)[["complaint", "sentiment"]].nunique()
    return int((kinds > 1).any(axis=1).sum())
