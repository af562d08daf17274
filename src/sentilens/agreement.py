"""How well people agree on the labels of the same posts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from .errors import ConfigError, LabelError
from .judged import LABEL_PREFIX, ORDERED, as_classes, class_codes
from .schema import HEAD_CLASSES, LABEL_COLUMNS, TEXT

LABELLER: Final = "labeller"
#: The value of ``labellers`` in the row over all of them.
ALL_LABELLERS: Final = "all"
_DRAWS: Final = 300
_MIN_DRAWS: Final = 100
#: Labels drawn in all; the coefficients are worked out label by label.
_MAX_DRAWN: Final = 200_000
_LEVEL: Final = (2.5, 97.5)
#: Intervals of fewer posts are as good as none.
_MIN_POSTS: Final = 10

Table = pd.DataFrame


@dataclass(frozen=True, repr=False)
class AgreementResult:
    """What `measure_agreement` found.

    Attributes
    ----------
    table : DataFrame
        For each head a row for each pair of labellers and, where there are more than two, one for all: ``head``,
        ``labellers``, ``n_posts`` (labelled by both, or by at least two), ``same`` (share of posts with one label), ``kappa``
        (Cohen's, of pairs; with linear weights for severity) and ``alpha`` (Krippendorff's; with squared distances for
        severity), each with its 95 % bootstrap interval ``_low`` and ``_high``. NaN where nothing can be said.
    labels : DataFrame
        ``head``, ``post``, ``labeller``, ``label``: the labels of posts that at least two labelled.
    """

    table: pd.DataFrame
    labels: pd.DataFrame

    def confusion(self, head: str) -> pd.DataFrame:
        """Count which labels stand against which, over all pairs of labels of one post; symmetric, so each is counted twice.

        Parameters
        ----------
        head : str

        Returns
        -------
        DataFrame
            Labels in rows and columns.

        Raises
        ------
        ConfigError
            If no post has two labels of the head.
        """
        chosen = self.labels[self.labels["head"] == head]
        if chosen.empty:
            raise ConfigError(f"No post has two labels of {head!r}.", reason="no_overlap")
        counts = pd.crosstab(chosen["post"], chosen["label"])
        together = counts.T @ counts
        own = together.to_numpy(copy=True)
        np.fill_diagonal(own, np.diag(own) - counts.sum().to_numpy())
        order = [name for name in _classes(head, chosen["label"]) if name in together.index]
        return pd.DataFrame(own, together.index, together.columns).loc[order, order].rename_axis(index=None, columns=None)

    def __repr__(self) -> str:
        return self.table.to_string(index=False, float_format=lambda value: f"{value:.2f}", na_rep="")

    def _repr_html_(self) -> str:
        shown = self.table.style.format(precision=2, na_rep="", escape="html").hide(axis="index")
        return str(shown.to_html(uuid="agreement"))


def measure_agreement(
    labelled: Table | str | os.PathLike[str] | Mapping[str, Table | str | os.PathLike[str]],
    *,
    by: str = LABELLER,
    post: str | None = None,
) -> AgreementResult:
    """Measure how well labellers agree.

    Parameters
    ----------
    labelled : DataFrame, path, or mapping of str to either
        One table with a row for each label given and a column that names the labeller; or a table for each labeller, by name.
        Labels are in the columns of `sentilens.schema.LABEL_COLUMNS` or in ``label_<head>``.
    by : str, default "labeller"
        The column that names the labeller.
    post : str, optional
        The column that tells which rows are of the same post, by default ``post_id`` where every row has one, else ``text``.

    Returns
    -------
    AgreementResult

    Raises
    ------
    LabelError
        If nobody is named, or no post has labels of two people.

    Notes
    -----
    Cohen's kappa (Cohen 1960, "A coefficient of agreement for nominal scales"; weighted: Cohen 1968) is that of scikit-learn,
    Krippendorff's alpha (Krippendorff 2018, "Content analysis", 4th ed., chapter 12) that of NLTK. Alpha takes any number of
    labellers and posts that some have not labelled. Krippendorff relies on data from .80 and draws tentative conclusions from
    .667. Where all labels are of a single kind kappa is not defined and alpha is said to be 1. Intervals are percentiles over
    posts drawn with replacement.

    Examples
    --------
    >>> first = pd.DataFrame({"text": list("abcd"), "complaint": [1, 1, 0, 0]})
    >>> result = measure_agreement({"ann": first, "bo": first.assign(complaint=[1, 0, 0, 0])})
    >>> result.table[["labellers", "n_posts", "same", "kappa"]].to_csv(index=False).splitlines()
    ['labellers,n_posts,same,kappa', '"ann, bo",4,0.75,0.5']
    """
    given = {"": labelled} if isinstance(labelled, pd.DataFrame | str | os.PathLike) else dict(labelled)
    tables = []
    for name, table in given.items():
        frame = table.copy() if isinstance(table, pd.DataFrame) else _read(table)
        tables.append(frame.assign(**{by: name}) if name else frame)
    frame = pd.concat(tables, ignore_index=True)
    if by not in frame.columns:
        raise LabelError(
            f"There is no column '{by}' that tells who labelled.",
            reason="no_labellers",
            hint="Add one, or give a table for each labeller: measure_agreement({'ann': ..., 'bo': ...}).",
        )
    labels = _long(frame, by, post)
    if labels.empty:
        raise LabelError("No post has labels of two labellers.", reason="no_overlap", hint="Let two label the same posts.")
    rows = [row for head in dict.fromkeys(labels["head"]) for row in _rows(head, labels[labels["head"] == head])]
    return AgreementResult(pd.DataFrame(rows), labels)


def _read(path: str | os.PathLike[str]) -> pd.DataFrame:
    from .ingest import read_posts

    return read_posts(path, extra_columns="all")


def _long(frame: pd.DataFrame, by: str, post: str | None) -> pd.DataFrame:
    """Give one label of one head by one labeller of one post a row, of posts that at least two labelled."""
    key = post or ("post_id" if "post_id" in frame.columns and frame["post_id"].notna().all() else TEXT)
    if key not in frame.columns:
        raise LabelError(f"There is no column '{key}' that tells the posts apart.", reason="no_posts")
    parts = []
    for head, column in _label_columns(frame):
        part = pd.DataFrame(
            {"head": head, "post": frame[key], "labeller": frame[by], "label": as_classes(_parsed(frame[column], head))}
        ).dropna()
        # Who labels a post twice is taken at the last word.
        part = part.drop_duplicates(["post", "labeller"], keep="last")
        parts.append(part[part.groupby("post")["labeller"].transform("size") >= 2])
    if not parts:
        raise LabelError("There is no label column.", reason="no_labels", hint=f"Name them {', '.join(LABEL_COLUMNS)}.")
    return pd.concat(parts, ignore_index=True).astype({"post": str, "labeller": str})


def _label_columns(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    named = {str(name).removeprefix(LABEL_PREFIX): str(name) for name in frame.columns if str(name).startswith(LABEL_PREFIX)}
    for head in [*LABEL_COLUMNS, *(name for name in named if name not in LABEL_COLUMNS)]:
        column = named.get(head, head)
        if column in frame.columns and frame[column].notna().any():
            yield head, column


def _parsed(column: pd.Series[Any], head: str) -> pd.Series[Any]:
    from .labelling import parse_complaints, parse_sentiments

    if head == "sentiment":
        return parse_sentiments(column)
    if head in HEAD_CLASSES and HEAD_CLASSES[head] == HEAD_CLASSES["complaint"]:
        return parse_complaints(column)
    return column.where(column.astype("object").map(lambda cell: str(cell).strip() != ""))


def _rows(head: str, labels: pd.DataFrame) -> Iterator[dict[str, Any]]:
    table = labels.pivot_table("label", "post", "labeller", aggfunc="first").sort_index()
    classes = _classes(head, labels["label"])
    people = list(table.columns)
    for pair in combinations(people, 2):
        both = table[list(pair)].dropna()
        if len(both):
            yield {"head": head, "labellers": ", ".join(pair), **_figures(head, both, classes)}
    if len(people) > 2:
        yield {"head": head, "labellers": ALL_LABELLERS, **_figures(head, table, classes)}


def _figures(head: str, table: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    """Give the agreement in a table of posts (rows) and labellers (columns), and its intervals."""
    figures: dict[str, Any] = {
        "n_posts": len(table),
    }
    codes = np.column_stack([class_codes(table[name], classes) for name in table.columns])
    # -1 stands for no label.
    lowest = np.where(codes < 0, len(classes), codes).min(axis=1)
    figures["same"] = float((lowest == codes.max(axis=1)).mean())
    n_draws = int(np.clip(_MAX_DRAWN // codes.size, _MIN_DRAWS, _DRAWS))
    generator = np.random.default_rng(0)
    draws = [generator.integers(0, len(codes), len(codes)) for _ in range(n_draws)] if len(codes) >= _MIN_POSTS else []
    for name, coefficient in (("kappa", _kappa), ("alpha", _alpha)):
        drawn = np.asarray([coefficient(codes[draw], head) for draw in draws])
        drawn = drawn[np.isfinite(drawn)]
        low, high = np.percentile(drawn, _LEVEL) if len(drawn) else (np.nan, np.nan)
        figures |= {name: coefficient(codes, head), f"{name}_low": float(low), f"{name}_high": float(high)}
    return figures


def _kappa(codes: Any, head: str) -> float:
    """Give Cohen's kappa of two labellers, NaN for more and where all labels are of one kind."""
    from sklearn.metrics import cohen_kappa_score

    if codes.shape[1] != 2 or len(np.unique(codes)) < 2:
        return float("nan")
    classes = np.arange(codes.max() + 1) if head in ORDERED else None
    return float(cohen_kappa_score(codes[:, 0], codes[:, 1], labels=classes, weights="linear" if head in ORDERED else None))


def _alpha(codes: Any, head: str) -> float:
    """Give Krippendorff's alpha; -1 stands for no label."""
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import binary_distance, interval_distance

    given = [(int(who), int(post), int(codes[post, who])) for post, who in np.argwhere(codes >= 0)]
    return float(AnnotationTask(given, interval_distance if head in ORDERED else binary_distance).alpha())


def _classes(head: str, labels: pd.Series[Any]) -> list[str]:
    known = HEAD_CLASSES.get(head, ())
    return list(known) if set(labels) <= set(known) else sorted(set(labels))
