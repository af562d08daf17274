"""Figures of a model before and after training, on the same posts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ..answers import most_probable, own_columns
from ..evaluation import score_metrics
from ..head_columns import LABEL_PREFIX, own_heads
from ..schema import HEAD_CLASSES, SEVERITY_COLUMNS
from .tasks import HeadTask


def with_base_rates(before: pd.DataFrame, tasks: Sequence[HeadTask], known: Collection[str]) -> pd.DataFrame:
    """Answer the questions that a base does not know as one would without a model: always the most frequent answer.

    Parameters
    ----------
    before : DataFrame
        Posts scored by the base.
    tasks : sequence of HeadTask
    known : collection of str
        Heads of the base.

    Returns
    -------
    DataFrame
        With the columns of these heads: the shares of their labels as probabilities.
    """
    for task in tasks:
        if task.name not in known and task.name not in HEAD_CLASSES:
            shares = np.bincount(task.codes, minlength=len(task.classes)) / len(task.codes)
            said = np.tile(shares, (len(before), 1))
            columns = own_columns(own_heads({task.name: task.classes})[0], said, task.classes, 0.5)
            before = before.assign(**columns)
    return before


def compare_answers(before: pd.DataFrame, unseen: pd.DataFrame, tasks: Sequence[HeadTask]) -> pd.DataFrame:
    further = [task for task in tasks if task.name not in ("complaint", "sentiment")]
    rows = [("base", before), ("trained", unseen)]
    return pd.DataFrame(
        [
            {"model": name, **score_metrics(scored), **{f"{task.name}_macro_f1": _macro_f1(scored, task) for task in further}}
            for name, scored in rows
        ]
    )


def _macro_f1(scored: pd.DataFrame, task: HeadTask) -> float:
    """Give the mean F1 of the classes that have labels; NaN where the model lacks the head."""
    from sklearn.metrics import f1_score

    label = scored[LABEL_PREFIX + task.name]
    answers = _answers(scored, task)
    known = label.notna() & answers.notna()
    if not known.any():
        return float("nan")
    truth = label[known]
    truth = truth.astype(int).astype(str) if truth.dtype == np.float64 else truth.astype(str)
    return float(f1_score(truth, answers[known].astype(str), average="macro", labels=sorted(set(truth)), zero_division=0))


def _answers(scored: pd.DataFrame, task: HeadTask) -> pd.Series:
    """Give what a model answers to the question of a head, in its classes."""
    if task.name == "severity":
        levels = scored[list(SEVERITY_COLUMNS)].to_numpy(dtype=np.float64)
        return pd.Series(most_probable(levels, task.classes), index=scored.index, dtype=object)
    if task.name == "expects_reply":
        said = scored["expects_reply_probability"]
        return said.ge(0.5).astype(int).astype(str).where(said.notna())
    column = "topic" if task.name == "topic" else own_heads({task.name: task.classes})[0].answer
    if column not in scored.columns:
        return pd.Series(None, index=scored.index, dtype=object)
    said = scored[column]
    return said.astype("Int64").astype(str).where(said.notna()) if task.is_yes_no else said
