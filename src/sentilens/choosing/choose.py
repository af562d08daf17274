"""Choose the posts whose labels would teach a model most, and some at random that keep figures honest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, InputError, LabelError
from ..ingest import read_posts
from ..progress import progress_bar
from ..schema import CHOSEN_BECAUSE, LABEL_COLUMNS, TEXT
from ..scorer import PostScorer, load_model
from ..training import train
from .candidates import Candidates, find_candidates, tickets
from .selection import select_posts, sketch, uncertainty_of
from .sheet import check_heads, lay_out_sheet

#: Longer texts are shortened: few people read on.
MAX_CHARS = 600
#: Columns whose values all get their part of a batch.
COVERED = ("language", "channel", "brand")
#: Labels so far that are too few, or too much alike, to train on; the base model then goes on.
_TOO_FEW = frozenset({"no_labels", "too_few_labels", "one_class", "nothing_scored"})

Labelled = pd.DataFrame | str | os.PathLike[str]


@dataclass(frozen=True)
class LabelChoice:
    """How a batch was chosen.

    Attributes
    ----------
    n_posts, n_candidates : int
        Posts read, and those of them that could have been chosen.
    left_out : Counter of str
        Posts that could not, by reason.
    reasons : Counter of str
        Chosen posts by reason: ``uncertain``, ``diverse``, ``control``.
    model_id : str
        The model whose uncertainty counted.
    n_labelled : int
        Labelled posts that it learnt from beside its base; 0 where it is the base.
    note : str
        Why the labels so far were not learnt from, or empty.
    """

    n_posts: int
    n_candidates: int
    left_out: Counter[str]
    reasons: Counter[str]
    model_id: str
    n_labelled: int
    note: str

    def to_text(self) -> str:
        """Tell it in a few lines."""
        chosen = ", ".join(f"{n:,} {reason}" for reason, n in sorted(self.reasons.items(), key=lambda item: -item[1]))
        lines = [f"{self.reasons.total():,} of {self.n_candidates:,} posts chosen ({chosen}); {self.n_posts:,} read"]
        if self.left_out:
            lines.append("Left out: " + ", ".join(f"{n:,} {reason}" for reason, n in self.left_out.items()))
        learnt = f", trained on {self.n_labelled:,} labelled posts" if self.n_labelled else ""
        lines.append(f"Uncertain by model {self.model_id}{learnt}")
        return "\n".join([*lines, *([self.note] if self.note else [])])


def choose_posts_to_label(
    posts: pd.DataFrame,
    n: int = 200,
    *,
    model: PostScorer | None = None,
    labelled: Labelled | Sequence[Labelled] | None = None,
    heads: Sequence[str] = (),
    control_share: float = 0.1,
    max_chars: int = MAX_CHARS,
    keep_handles: Collection[str] = (),
    seed: int = 0,
    show_progress: bool | None = None,
) -> pd.DataFrame:
    """Choose which posts to label next.

    Parameters
    ----------
    posts : DataFrame
        From `sentilens.read_posts`, or any with ``text`` and, as far as they are there, ``post_id, channel, brand, owned,
        copy_of``. Scores in it are made anew.
    n : int, default 200
        Posts to choose.
    model : PostScorer, optional
        The model to improve; by default that of the package.
    labelled : DataFrame, path, or a sequence of them, optional
        The batches so far, filled in. Their posts are not chosen again, with a label or without, and the next batch is
        chosen with a model that has been trained on them.
    heads : sequence of str, optional
        Names of labels of one's own, such as ``("leaving",)``; each gets an empty column.
    control_share : float, default 0.1
        Share of the batch that is drawn at random from all candidates, in [0, 1]; see `control_rows`.
    max_chars : int, default 600
        Longer texts are cut at a blank and end in ``…``. Training then learns what the labeller has read.
    keep_handles : collection of str, optional
        Handles that are not masked (a brand's own).
    seed : int, default 0
        Of the random numbers of the control share; the same in all batches of a project.
    show_progress : bool, optional
        Force the progress bar on or off.

    Returns
    -------
    DataFrame
        One row for each chosen post, in an order that tells nothing: ``post_id`` (made from the text where there is none),
        ``text`` (masked), ``language, brand, channel, created_at``, the empty columns of docs/labelling.md and of ``heads``,
        ``labeller_note``, and ``chosen_because`` (``uncertain``, ``diverse``, ``control``). No score is in it.
        ``.attrs["choice"]`` is a `LabelChoice`. There are fewer rows than ``n`` where there are fewer candidates.

    Raises
    ------
    ConfigError
        If an argument is out of range.
    MissingColumnsError
        If there is no column ``text``.
    InputError
        If nothing is left to label (reason ``no_candidates``).
    LabelError
        If labels so far are not understood.

    Notes
    -----
    A batch has three parts. The control share is a random sample of the candidates. Further ones are drawn at random, up to
    half of the batch, so that each language, channel and brand has its part (``diverse``): they keep the labels close to what
    the posts are like. The other half are those whose answers the model is least sure of (``uncertain``): the entropies of
    the probabilities of sentiment and complaint, each divided by its greatest value, are added (uncertainty sampling, Lewis
    and Gale 1994; entropy, Settles 2009, section 3.1). Of these, posts that say much the same as one taken before are
    passed over (as in Carbonell and Goldstein 1998). What that saves is measured by benchmarks/label_choice.py.

    References
    ----------
    J. Carbonell and J. Goldstein (1998), The use of MMR, diversity-based reranking, SIGIR, 335-336.
    D. D. Lewis and W. A. Gale (1994), A sequential algorithm for training text classifiers, SIGIR, 3-12.
    B. Settles (2009), Active learning literature survey, University of Wisconsin-Madison, report 1648.

    Examples
    --------
    >>> posts = pd.DataFrame({"text": ["Paketet kom aldrig fram", "Tack för hjälpen!", "Hvornår åbner I på søndag?"]})
    >>> chosen = choose_posts_to_label(posts, 2)
    >>> len(chosen), int(chosen["complaint"].notna().sum())
    (2, 0)
    """
    if n < 1 or not 0.0 <= control_share <= 1.0 or max_chars < 20:
        raise ConfigError(
            "n must be at least 1, control_share between 0 and 1, and max_chars at least 20.", reason="label_options"
        )
    own_heads = check_heads(heads)
    known = _read_batches(labelled)
    with progress_bar(total=4, unit="steps", description="choosing", show=show_progress) as bar:
        base = model or load_model()
        judge, note = _learn(known, base)
        bar.update(1)
        found = find_candidates(posts, known, judge, max_chars, keep_handles)
        if found.posts.empty:
            raise _nothing_left(found, len(posts))
        bar.update(1)
        reasons = _select(found, n, control_share, seed, judge)
        bar.update(1)
        rows = np.flatnonzero(reasons != "")
        chosen = found.posts.iloc[rows].assign(**{CHOSEN_BECAUSE: reasons[rows]})
        # In the order of other random numbers: neither the reason nor the score can be told from it, and whoever stops halfway
        # has labelled a fair part of each kind.
        sheet = lay_out_sheet(chosen.iloc[np.argsort(tickets(chosen[TEXT], seed + 1), kind="stable")], own_heads)
        bar.update(1)
    n_labelled = 0 if judge is base or known is None else int(judge.manifest["n_posts"])
    counts = Counter(sheet[CHOSEN_BECAUSE].tolist())
    sheet = sheet.reset_index(drop=True)
    sheet.attrs = {
        "choice": LabelChoice(len(posts), len(found.posts), found.left_out, counts, judge.model_id, n_labelled, note)
    }
    return sheet


def _select(found: Candidates, n: int, control_share: float, seed: int, model: PostScorer) -> npt.NDArray[Any]:
    posts = found.posts
    languages = posts["language"].astype(str).tolist()

    def embed(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        numbers = rows.tolist()
        return sketch(model.featurizer.matrix([found.cleaned[i] for i in numbers], [languages[i] for i in numbers]))

    strata = [
        pd.factorize(posts[name].astype(object).where(posts[name].notna(), ""))[0] for name in COVERED if name in posts.columns
    ]
    return select_posts(uncertainty_of(posts), strata, tickets(posts[TEXT], seed), embed, n, control_share=control_share)


def _read_batches(labelled: Labelled | Sequence[Labelled] | None) -> pd.DataFrame | None:
    """Read the batches so far into one table."""
    if labelled is None:
        return None
    batches = [labelled] if isinstance(labelled, pd.DataFrame | str | os.PathLike) else list(labelled)
    frames = [
        batch if isinstance(batch, pd.DataFrame) else read_posts(batch, extra_columns="all", show_progress=False)
        for batch in batches
    ]
    if not frames:
        return None
    for frame in frames:
        if TEXT not in frame.columns:
            raise LabelError("A labelled table has no column 'text'.", reason="no_text_column")
    return pd.concat(frames, ignore_index=True)


def _learn(labelled: pd.DataFrame | None, base: PostScorer) -> tuple[PostScorer, str]:
    """Train on the labels so far; gives the base and the reason where they teach nothing yet."""
    if labelled is None:
        return base, ""
    if not any(name in labelled.columns for name in LABEL_COLUMNS):
        return base, "The labelled files have no labels; the base model chose."
    try:
        return train(labelled, base, show_progress=False).model, ""
    except LabelError as error:
        if error.reason not in _TOO_FEW:
            raise
        return base, f"The labels so far are too few to learn from, so the base model chose: {error.message}"
    except ConfigError as error:
        if error.reason != "untrainable_base":
            raise
        return base, "This base model cannot learn from the labels so far; it chose as it is."


def _nothing_left(found: Candidates, n_posts: int) -> InputError:
    why = ", ".join(f"{n:,} {reason}" for reason, n in found.left_out.items())
    return InputError(
        f"None of the {n_posts:,} posts can be chosen to be labelled" + (f" ({why})." if why else "."),
        reason="no_candidates",
        hint="Take a larger or later export." if n_posts else "Check that the export is complete.",
    )
