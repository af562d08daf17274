"""Find what moved between the posts that a model was trained on and new ones."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, InputError, LowSupportWarning
from ..profile import (
    HISTOGRAMS,
    MIN_GROUP,
    OTHER,
    SHARES,
    TrainingProfile,
    WordCounts,
    count_bins,
    count_words,
    name_groups,
    read_profile,
)
from ..schema import COPY_OF, SCORE_COLUMNS, SCORED_STATUSES
from ..scorer import PostScorer, load_model
from .accuracy import MIN_POSTS, estimate_accuracy
from .distances import Distance, WordSample, compare_counts, compare_words
from .result import MOVED, STABLE, STRONGLY_MOVED, DriftResult

#: Index above chance from which a respect has moved, and moved strongly: the customary bounds (Siddiqi 2006), beside which
#: the difference must be more than chance. Words are shared by all topics, so that their index moves less
#: (benchmarks/drift_check.py).
_MOVED_FROM: Final = {"": 0.1, "words": 0.02}
_STRONGLY_FROM: Final = {"": 0.25, "words": 0.05}
#: Share of false alarms among the respects that are called moved (Benjamini and Hochberg 1995), in each of two families.
_ALPHA: Final = 0.025
#: With fewer posts only large moves can be told from chance.
_FEW_POSTS: Final = 100
_ALL: Final = "all"


def find_drift(model: PostScorer | None, posts: pd.DataFrame | str | os.PathLike[str]) -> DriftResult:
    """Tell whether new posts are still of the kind that a model was trained on, without labels.

    Parameters
    ----------
    model : PostScorer or None
        With a profile of its training posts, as `train` makes them; None is the default model.
    posts : DataFrame or path
        New posts with ``text``, as `sentilens.read_posts` gives them, or an export. Scores of this very model are taken as they
        are. Copies and the company's own posts are left out, as in trends.

    Returns
    -------
    DriftResult

    Raises
    ------
    ConfigError
        If the model has no profile (reason ``no_profile``).
    InputError
        If fewer than 30 posts can be compared (``too_few_posts``).
    ModelFormatError
        If the profile does not fit together.

    Warns
    -----
    LowSupportWarning
        With fewer than 100 posts.

    Examples
    --------
    >>> import sentilens as sl
    >>> posts = sl.read_posts("export.csv")  # doctest: +SKIP
    >>> sl.find_drift(sl.load_model("ours.sentilens"), posts).verdict  # doctest: +SKIP
    'stable'
    """
    scorer = model or load_model()
    profile = read_profile(scorer)
    if profile is None:
        raise ConfigError(
            f"The model {scorer.model_id} holds no profile of its training posts, so nothing can be held against them.",
            reason="no_profile",
            hint="Train it again with this release from the same labelled posts: sentilens train labelled.csv -o FILE",
        )
    scored, n_left_out = _scored_posts(scorer, posts)
    if len(scored) < MIN_POSTS:
        raise InputError(
            f"Only {len(scored)} posts can be compared; at least {MIN_POSTS} are needed.",
            reason="too_few_posts",
            hint="Take the posts of a longer time.",
        )
    if len(scored) < _FEW_POSTS:
        message = f"Only {len(scored)} posts: a move that is not large cannot be told from chance."
        warnings.warn(message, LowSupportWarning, stacklevel=2)
    table = _judge(pd.DataFrame(_rows(scored, profile)))
    estimate = estimate_accuracy(scored, profile, has_moved=bool((table["reading"] != STABLE).any()))
    return DriftResult(scorer.model_id, table, estimate, profile.n_posts, len(scored), n_left_out)


def _scored_posts(model: PostScorer, posts: pd.DataFrame | str | os.PathLike[str]) -> tuple[pd.DataFrame, int]:
    """Give the posts that count, with scores, and how many others there are."""
    if not isinstance(posts, pd.DataFrame):
        from ..ingest import read_posts

        posts = read_posts(posts)
    frame = posts
    if COPY_OF in frame:
        frame = frame[frame[COPY_OF].isna()]
    if "owned" in frame:
        frame = frame[~frame["owned"].fillna(False).astype(bool)]
    is_scored = set(SCORE_COLUMNS) <= set(frame.columns) and (frame["model_id"] == model.model_id).all()
    scored = frame if is_scored else model.score(frame)
    scored = scored[scored["status"].isin(SCORED_STATUSES)].reset_index(drop=True)
    return scored, len(posts) - len(scored)


def _rows(scored: pd.DataFrame, profile: TrainingProfile) -> Iterator[dict[str, Any]]:
    """Yield a row for each respect: mixes, then bins and words, over all posts and per language."""
    for column in SHARES:
        if column in profile.counts and column in scored and scored[column].notna().any():
            then, now = _aligned(profile.counts[column], name_groups(scored[column]).value_counts().to_dict())
            names = list(then)
            counts = np.asarray(list(then.values())), np.asarray([now[name] for name in names])
            yield _row(column, _ALL, counts[0].sum(), len(scored), compare_counts(*counts), _largest_move(names, *counts))
    words = count_words(scored)
    values = profile.measures(scored, words)
    language = scored["language"].to_numpy(dtype=object)
    members = {group: np.flatnonzero((language == group) | (group == _ALL)) for group in profile.histograms}
    members = {group: rows for group, rows in members.items() if len(rows) >= MIN_POSTS}
    samples = {
        group: _word_sample(group, members[group], words, profile) for group in profile.word_languages if group in members
    }
    if samples:
        n_then, n_now = sum(sample.n_then for sample in samples.values()), sum(len(members[group]) for group in samples)
        yield _row("words", _ALL, n_then, n_now, compare_words(list(samples.values())), "")
    for group, rows in members.items():
        for name in HISTOGRAMS:
            counts = np.asarray(profile.histograms[group][name]), count_bins(values[name][rows], profile.edges[name])
            found = compare_counts(*counts)
            yield _row(name, group, counts[0].sum(), len(rows), found, _largest_move(_bin_names(profile.edges[name]), *counts))
        if group in samples and len(samples) > 1:
            yield _row("words", group, samples[group].n_then, len(rows), compare_words([samples[group]]), "")


def _word_sample(group: str, rows: npt.NDArray[np.int64], words: WordCounts, profile: TrainingProfile) -> WordSample:
    n_then = sum(profile.histograms[group][HISTOGRAMS[0]])
    return WordSample(profile.words[profile.word_languages.index(group)], n_then, words.buckets[rows])


def _row(what: str, language: str, n_then: int, n_now: int, found: Distance, largest_move: str) -> dict[str, Any]:
    return {
        "what": what,
        "language": language,
        "n_training": int(n_then),
        "n_now": n_now,
        "psi": found.psi,
        "noise": found.noise,
        "js": found.js,
        "p_value": found.p_value,
        "largest_move": largest_move,
    }


def _aligned(then: dict[str, int], now: dict[Any, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Bring counts under the same names: those of the training posts, new ones that are large enough, and the rest."""
    names = [name for name in then if name != OTHER]
    names += [str(name) for name, count in now.items() if name not in then and name != OTHER and count >= MIN_GROUP]
    named = {name: int(now.get(name, 0)) for name in names}
    rest = sum(now.values()) - sum(named.values())
    before = {name: then.get(name, 0) for name in names}
    if rest or then.get(OTHER):
        return {**before, OTHER: then.get(OTHER, 0)}, {**named, OTHER: rest}
    return before, named


def _largest_move(names: list[str], then: npt.NDArray[Any], now: npt.NDArray[Any]) -> str:
    """Say in words which share moved most: ``sv 12 % -> 40 %``."""
    before, after = then / max(then.sum(), 1), now / max(now.sum(), 1)
    most = int(np.abs(after - before).argmax())
    return f"{names[most]} {before[most]:.0%} -> {after[most]:.0%}"


def _bin_names(edges: list[float]) -> list[str]:
    if not edges:
        return ["any"]
    inner = [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    return [f"under {edges[0]:g}", *inner, f"{edges[-1]:g} and over"]


def _judge(table: pd.DataFrame) -> pd.DataFrame:
    """Add the q-value and the reading of each row; the rows over all posts and those per language are two families."""
    from scipy.stats import false_discovery_control

    q_value = table["p_value"].groupby(table["language"] == _ALL).transform(lambda family: false_discovery_control(family))
    excess = table["psi"] - table["noise"]
    reading = pd.Series(STABLE, index=table.index, dtype=object)
    for name, bounds in ((MOVED, _MOVED_FROM), (STRONGLY_MOVED, _STRONGLY_FROM)):
        bound = table["what"].map(bounds).fillna(bounds[""])
        reading[(q_value < _ALPHA) & (excess >= bound)] = name
    place = table.columns.get_loc("largest_move")
    judged = pd.DataFrame({"q_value": q_value, "reading": reading})
    return pd.concat([table.iloc[:, :place], judged, table.iloc[:, place:]], axis=1)
