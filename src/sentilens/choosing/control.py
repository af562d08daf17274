"""Honest figures from labels that were not chosen at random: the control share is, and stands for all posts."""

from __future__ import annotations

import pandas as pd

from ..errors import LabelError, MissingColumnsError
from ..labelling import read_labelled
from ..schema import CHOSEN_BECAUSE, CONTROL, SENTIMENTS, TEXT
from ..trends.intervals import wilson_interval
from .candidates import tickets


def control_rows(labelled: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Give the labelled posts that are a random sample of all that could have been chosen.

    Parameters
    ----------
    labelled : DataFrame
        Posts with ``text`` and ``chosen_because``, of one batch or several of the same export.
    seed : int, default 0
        The one the posts were chosen with.

    Returns
    -------
    DataFrame
        The rows marked ``control``, and those that were chosen for another reason before the draw came to them.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    LabelError
        If there is no control row (reason ``no_control``).

    Notes
    -----
    Each text has a permanent random number, and the control posts of a batch are those with the lowest that have not been
    handed out. All posts up to the highest number of a control post, whatever they were chosen for, are therefore a simple
    random sample without replacement, also after several batches (Ohlsson 1995). Posts that the labeller left without a label
    are missing from it: leave out as few of them as you can.
    """
    missing = [name for name in (TEXT, CHOSEN_BECAUSE) if name not in labelled.columns]
    if missing:
        raise MissingColumnsError(
            f"The labelled posts have no column {missing}.",
            reason="no_control",
            hint="Keep the columns of the file that was written for labelling.",
        )
    marked = (labelled[CHOSEN_BECAUSE].astype(str).str.strip().str.casefold() == CONTROL).to_numpy(dtype=bool)
    if not marked.any():
        raise LabelError(
            "No post is marked 'control', so no figure from these labels stands for all posts.",
            reason="no_control",
            hint="Choose posts with a control share above 0.",
        )
    numbers = tickets(labelled[TEXT], seed)
    chosen: pd.DataFrame = labelled.loc[marked | (numbers <= numbers[marked].max())]
    return chosen


def estimate_from_control(labelled: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Estimate how common complaints and sentiments are among all posts that could have been chosen.

    Parameters
    ----------
    labelled : DataFrame
        Posts with ``text``, ``chosen_because`` and ``complaint``, ``sentiment`` or both.
    seed : int, default 0
        The one the posts were chosen with.

    Returns
    -------
    DataFrame
        One row for ``complaint`` and for each sentiment: ``label, n_posts, n_labelled`` (posts of the random sample with an
        answer, and those of them with this label), ``share, share_low, share_high`` in [0, 1] with a 95 % Wilson interval.

    Raises
    ------
    MissingColumnsError, LabelError
        As for `control_rows` and `sentilens.labelling.read_labelled`.

    Examples
    --------
    >>> posts = pd.DataFrame({
    ...     "text": ["Appen kraschar", "Tack!", "När öppnar ni?", "Fel pris igen"],
    ...     "complaint": ["ja", "nej", "nej", "ja"],
    ...     "chosen_because": ["control", "control", "control", "control"],
    ... })
    >>> estimate_from_control(posts)[["label", "n_posts", "share"]].to_dict("records")
    [{'label': 'complaint', 'n_posts': 4, 'share': 0.5}]
    """
    control = read_labelled(control_rows(labelled, seed=seed))
    answers = {"complaint": control["complaint"] == 1} | {name: control["sentiment"] == name for name in SENTIMENTS}
    rows = []
    for name, answer in answers.items():
        known = control["sentiment" if name in SENTIMENTS else "complaint"].notna()
        n_posts, n_yes = int(known.sum()), int((answer & known).sum())
        if n_posts:
            low, high = wilson_interval(n_yes, n_posts)
            rows.append((name, n_posts, n_yes, n_yes / n_posts, float(low), float(high)))
    columns = ["label", "n_posts", "n_labelled", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)
