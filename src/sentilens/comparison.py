"""Compare two models on the same labelled posts: intervals of the difference, a paired test, a verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import ConfigError, LabelError, MissingColumnsError
from .evaluation import keep_scored
from .judged import LABEL_PREFIX, Codes, FloatArray, Judged, labelled_heads, read_judged
from .labelling import read_labelled
from .near_copies import near_copy_groups
from .normalize import normalize_all
from .resampling import MIN_GROUPS, draw_weights, weighted_figures
from .schema import INPUT_COLUMNS, LABEL_COLUMNS, SCORED_STATUSES, TEXT
from .scorer import PostScorer, load_model

BETTER: Final = "better"
NO_WORSE: Final = "no worse within noise"
WORSE: Final = "worse"
TOO_FEW: Final = "too few posts to tell"
#: A loss of F1 up to this is none that anybody would notice.
MARGIN: Final = 0.02
#: Fewer different posts than this, or fewer of the rarest answer, allow no verdict.
MIN_POSTS: Final = 50
MIN_OF_ANSWER: Final = 10
_LEVEL: Final = (2.5, 97.5)
#: The value of ``by`` of the rows over all posts.
ALL: Final = "all"
#: What a verdict goes by.
PRIMARY: Final = ("f1", "macro_f1")
_READ_AS: Final = {"f1": "F1", "macro_f1": "macro-F1"}


@dataclass(frozen=True)
class Verdict:
    """What can be said of one head.

    Attributes
    ----------
    head : str
    word : {"better", "no worse within noise", "worse", "too few posts to tell"}
    metric : {"f1", "macro_f1"}
    difference, low, high : float
        New minus old, with its 95 % interval.
    n_posts : int
    n_needed : int or None
        For ``too few posts to tell``: about how many labelled posts would tell, if the difference stays what it is.
    """

    head: str
    word: str
    metric: str
    difference: float
    low: float
    high: float
    n_posts: int
    n_needed: int | None = None

    def __str__(self) -> str:
        name = self.head.replace("_", " ")
        needed = f"; it would take about {self.n_needed:,}" if self.n_needed else ""
        if np.isnan(self.low):
            return f"{name}: {self.word} ({self.n_posts:,} posts{needed})"
        if self.low == self.high == 0:
            return f"{name}: {self.word} (the same answers as before; {self.n_posts:,} posts)"
        figures = (
            f"{100 * self.difference:+.1f} points of {_READ_AS[self.metric]}, {100 * self.low:+.1f} to {100 * self.high:+.1f}"
        )
        return f"{name}: {self.word} ({figures}; {self.n_posts:,} posts{needed})"


@dataclass(frozen=True, repr=False)
class ComparisonResult:
    """What a comparison found.

    Attributes
    ----------
    table : DataFrame
        A row for each metric of each head, on all posts and on those of each value of the ``by`` columns: ``by``, ``value``,
        ``head``, ``metric``, ``n_posts``, ``old``, ``new``, ``difference`` (new minus old) with its 95 % interval
        ``difference_low`` and ``difference_high``, and, beside ``accuracy``, the ``p_value`` of the paired test. NaN where
        nothing can be said.
    verdicts : tuple of Verdict
        One for each head.
    old, new : str
        Ids of the models.
    new_heads : frozenset of str
        Questions that the old model does not know; against its guesses, an answer is easily better.
    """

    table: pd.DataFrame
    verdicts: tuple[Verdict, ...]
    old: str
    new: str
    new_heads: frozenset[str] = frozenset()

    @property
    def verdict(self) -> str:
        """Give one word for all heads: worse if any is worse, else better if any is better, else what is least sure.

        Heads that the old model does not know count only where there are no others.
        """
        words = {verdict.word for verdict in self.verdicts if verdict.head not in self.new_heads}
        words = words or {verdict.word for verdict in self.verdicts}
        return next(word for word in (WORSE, BETTER, TOO_FEW, NO_WORSE) if word in words)

    def total(self) -> pd.DataFrame:
        """Give the rows over all posts."""
        return self.table[self.table["by"] == ALL].drop(columns=["by", "value"]).reset_index(drop=True)

    def __repr__(self) -> str:
        told = "\n".join(f"  {verdict}" for verdict in self.verdicts)
        table = self.total().to_string(index=False, float_format=lambda value: f"{value:.3f}", na_rep="")
        return f"{self.new} against {self.old}: {self.verdict}\n{told}\n{table}"

    def _repr_html_(self) -> str:
        from html import escape

        told = "".join(f"<li>{escape(str(verdict))}</li>" for verdict in self.verdicts)
        table = self.table.style.format(precision=3, na_rep="", escape="html").hide(axis="index").to_html(uuid="comparison")
        return f"<p>{escape(self.new)} against {escape(self.old)}: <b>{self.verdict}</b></p><ul>{told}</ul>{table}"


def compare_models(
    a: PostScorer | str | os.PathLike[str] | None,
    b: PostScorer | str | os.PathLike[str] | None,
    labelled: pd.DataFrame | str | os.PathLike[str],
    *,
    by: str | Sequence[str] = ("language", "channel"),
) -> ComparisonResult:
    """Compare two models on the same labelled posts.

    Parameters
    ----------
    a, b : PostScorer, path or None
        The old model and the new one; None is the default model.
    labelled : DataFrame or path
        Posts with ``text`` and labels, which neither model should have been trained on: what a model has learnt by heart it
        always knows. (For a model against its base on the posts it was trained on, see `TrainResult.comparison`.)
    by : str or sequence of str, default ("language", "channel")
        Columns to break the figures down by; ``()`` for the total alone.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    LabelError
        If there are no usable labels.
    MissingColumnsError
        If a ``by`` column is missing that is none of the canonical columns.

    Warns
    -----
    DataQualityWarning
        For labelled posts that cannot be scored and are left out.

    Notes
    -----
    Intervals are percentiles over near-copy groups drawn with replacement, both models on the same draws (Efron and Tibshirani
    1993, "An introduction to the bootstrap", chapter 13). The test is McNemar's, exact (McNemar 1947, "Note on the sampling
    error of the difference between correlated proportions"; Dietterich 1998, "Approximate statistical tests for comparing
    supervised classification learning algorithms"): whether posts that one model alone gets right are as often the one's as the
    other's. A group of near-copies has one vote.

    Examples
    --------
    >>> posts = pd.DataFrame({"text": ["Appen kraschar", "Tack, toppen"], "complaint": [1, 0]})
    >>> compare_models(None, None, posts).verdict
    'no worse within noise'
    """
    old_model, new_model = (model if isinstance(model, PostScorer) else load_model(model) for model in (a, b))
    posts = read_labelled(labelled)
    posts = posts.rename(columns={name: LABEL_PREFIX + name for name in LABEL_COLUMNS if name in posts.columns})
    old, new = old_model.score(posts), new_model.score(posts)
    if "language" in posts.columns:
        new["language"] = posts["language"]
    # A post that either of them leaves out tells nothing of the difference.
    new["status"] = new["status"].where(old["status"].isin(SCORED_STATUSES), old["status"])
    new = keep_scored(new)
    groups = near_copy_groups(normalize_all(new[TEXT]))
    return compare_scored(old.loc[new.index], new, groups, by=by, names=(old_model.model_id, new_model.model_id))


def compare_scored(
    old: pd.DataFrame,
    new: pd.DataFrame,
    groups: Codes,
    *,
    by: str | Sequence[str] = ("language", "channel"),
    names: tuple[str, str] = ("old", "new"),
) -> ComparisonResult:
    """Compare two scorings of the same labelled posts.

    Parameters
    ----------
    old, new : DataFrame
        The same posts in the same order, with scores and labels in ``label_<head>`` (those of ``new`` count).
    groups : int64 array of shape (n_posts,)
        From `sentilens.near_copies.near_copy_groups`; posts of one group are drawn together.
    by : str or sequence of str, default ("language", "channel")
        Columns of ``new``.
    names : tuple of str
        What to call the two.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    ConfigError
        If the tables are not of the same posts.
    LabelError
        If no head has labels.
    """
    if len(old) != len(new) or len(groups) != len(new):
        raise ConfigError("Two scorings of the same posts are needed.", reason="unlike_scorings")
    pairs = {}
    for head in labelled_heads(new):
        after = read_judged(new, head)
        before = read_judged(old.assign(**{LABEL_PREFIX + head: new[LABEL_PREFIX + head].to_numpy()}), head)
        common = np.intersect1d(before.rows, after.rows)
        if len(common):
            pairs[head] = (before.at(np.isin(before.rows, common)), after.at(np.isin(after.rows, common)))
    if not pairs:
        raise LabelError("No post has a label of anything that both models tell.", reason="no_labels")
    rows: list[dict[str, Any]] = []
    verdicts = []
    for name, value, chosen in _slices(new, by):
        for head, pair in pairs.items():
            before, after = (judged.at(chosen[judged.rows]) for judged in pair)
            if len(after.rows):
                figures = _compare(before, after, groups[after.rows])
                rows += [{"by": name, "value": value, "head": head, **row} for row in figures]
                if name == ALL:
                    verdicts.append(_judge(before, after, groups[after.rows], figures))
    return ComparisonResult(pd.DataFrame(rows), tuple(verdicts), *names)


def _slices(posts: pd.DataFrame, by: str | Sequence[str]) -> Iterator[tuple[str, str, npt.NDArray[np.bool_]]]:
    """Give all posts, then those of each value of each column."""
    yield ALL, "", np.ones(len(posts), dtype=bool)
    for name in (by,) if isinstance(by, str) else by:
        if name not in posts.columns:
            if name in INPUT_COLUMNS:
                continue  # the canonical columns are null where an export lacks them
            raise MissingColumnsError(f"The labelled posts have no column '{name}'.", reason="missing_by_column")
        values = posts[name].astype("object").where(posts[name].notna(), None)
        for value in sorted({str(value) for value in values if value is not None}):
            yield (
                name,
                value,
                values.map(lambda found, value=value: found is not None and str(found) == value).to_numpy(dtype=bool),
            )


def _compare(old: Judged, new: Judged, groups: Codes) -> list[dict[str, Any]]:
    """Give the figures of a head, old and new, and how sure their difference is."""
    figures_of = [weighted_figures(judged) for judged in (old, new)]
    one = np.ones((1, len(groups)))
    before, after = (figures(one) for figures in figures_of)
    metrics = [name for name in after if name in before]
    drawn: dict[str, list[FloatArray]] = {name: [] for name in metrics}
    if len(np.unique(groups)) >= MIN_GROUPS:
        for weights in draw_weights(groups):
            olds, news = (figures(weights) for figures in figures_of)
            for name in metrics:
                drawn[name].append(news[name] - olds[name])
    p_value = mcnemar_p(old.truth == old.decided, new.truth == new.decided, groups)
    rows = []
    for name in metrics:
        draws = np.concatenate(drawn[name]) if drawn[name] else np.zeros(0)
        draws = draws[np.isfinite(draws)]
        difference = float(after[name][0] - before[name][0])
        low, high = np.percentile(draws, _LEVEL) if len(draws) and np.isfinite(difference) else (np.nan, np.nan)
        rows.append(
            {
                "metric": name,
                "n_posts": len(groups),
                "old": float(before[name][0]),
                "new": float(after[name][0]),
                "difference": difference,
                "difference_low": float(low),
                "difference_high": float(high),
                "p_value": p_value if name == "accuracy" else np.nan,
            }
        )
    return rows


def mcnemar_p(old_right: npt.ArrayLike, new_right: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> float:
    """Test whether two models are right equally often on the same posts: McNemar's test, exact and two-sided.

    Parameters
    ----------
    old_right, new_right : array-like of bool, shape (n_posts,)
    groups : array-like of int, shape (n_posts,), optional
        Posts of one group have one vote: that of the model which is right on more of them.

    Returns
    -------
    float
        In (0, 1]; 1 where they never differ.

    Examples
    --------
    >>> mcnemar_p([True] * 6, [False] * 6)  # the binomial probability of 6 of 6, twice
    0.03125
    """
    from scipy.stats import binomtest

    gain = np.asarray(new_right, dtype=np.int64) - np.asarray(old_right, dtype=np.int64)
    if groups is not None:
        _, group_of = np.unique(np.asarray(groups), return_inverse=True)
        gain = np.bincount(group_of, weights=gain)
    won, lost = int((gain > 0).sum()), int((gain < 0).sum())
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def _judge(old: Judged, new: Judged, groups: Codes, figures: Sequence[Mapping[str, Any]]) -> Verdict:
    """Say what the interval of the difference of F1 allows to say."""
    row = next(row for row in figures if row["metric"] in PRIMARY)
    difference, low, high = (float(row[key]) for key in ("difference", "difference_low", "difference_high"))
    said: dict[str, Any] = {
        "head": new.head,
        "metric": str(row["metric"]),
        "difference": difference,
        "low": low,
        "high": high,
        "n_posts": len(groups),
    }
    if np.array_equal(old.decided, new.decided) and _same(old.probabilities, new.probabilities):
        return Verdict(word=NO_WORSE, **said)
    n_groups = len(np.unique(groups))
    rarest = int(min(np.bincount(new.truth)[np.unique(new.truth)]))
    if n_groups < MIN_POSTS or rarest < MIN_OF_ANSWER or np.isnan(low):
        enough = len(groups) * max(MIN_POSTS / n_groups, MIN_OF_ANSWER / rarest)
        return Verdict(word=TOO_FEW, n_needed=_rounded_up(max(enough, 2 * MIN_POSTS)), **said)
    if low > 0 or high < 0:
        return Verdict(word=BETTER if low > 0 else WORSE, **said)
    if low >= -MARGIN:
        return Verdict(word=NO_WORSE, **said)
    # Intervals shrink with the root of the number of posts: until they leave out a loss that matters, or no loss at all.
    no_loss = difference > -MARGIN / 2
    width, distance = (difference - low, difference + MARGIN) if no_loss else (high - difference, -difference)
    return Verdict(word=TOO_FEW, n_needed=_rounded_up(len(groups) * max(1.0, width / distance) ** 2), **said)


def _same(old: FloatArray | None, new: FloatArray | None) -> bool:
    return (old is None and new is None) or (old is not None and new is not None and np.array_equal(old, new))


def _rounded_up(n: float) -> int:
    """Round up to two digits."""
    step = int(10 ** max(0, int(np.log10(n)) - 1))
    return step * int(np.ceil(n / step))
