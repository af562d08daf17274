"""How right a model probably is on posts without labels, from how sure it is of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..profile import TrainingProfile
from ..schema import SENTIMENT_COLUMNS

FloatArray = npt.NDArray[np.float64]

MEASURES: Final = ("complaint_accuracy", "complaint_f1", "sentiment_accuracy")
#: How far such estimates were above the truth on domains that the model had not seen, beyond chance: root mean squares
#: measured by benchmarks/estimated_accuracy.py (see docs/drift.md). They were hardly ever below it.
SHIFT_ERROR: Final[dict[str, float]] = {"complaint_accuracy": 0.18, "complaint_f1": 0.27, "sentiment_accuracy": 0.25}
#: Fewer posts give no estimate.
MIN_POSTS: Final = 30
_DRAWS: Final = 400
_LEVEL: Final = (2.5, 97.5)
#: Probabilities are rounded to so many steps, so that the work does not grow with the posts.
_STEPS: Final = 200


def estimate_accuracy(scored: pd.DataFrame, profile: TrainingProfile, *, has_moved: bool) -> pd.DataFrame:
    """Estimate how right the scores of unlabelled posts are, over all and per language.

    Parameters
    ----------
    scored : DataFrame
        Posts with scores.
    profile : TrainingProfile
        Its reliability corrects what the scores say of themselves.
    has_moved : bool
        Whether the posts are of another kind than the training posts, so that the model may be wrong and sure of it.

    Returns
    -------
    DataFrame
        ``language`` (``all`` first), ``measure``, ``n_posts``, ``at_training`` (NaN where it was not measured), ``estimate``
        and its 95 % interval ``low``, ``high``; all in [0, 1].

    Notes
    -----
    The expected confusion matrix: a post with complaint probability p that is flagged is right with probability p, one that is
    not with 1 - p; accuracy and F1 follow from the sums ("confidence-based performance estimation"; for accuracy the average
    confidence of Guillory et al. 2021, "Predicting with confidence on unseen distributions", section 3). Probabilities are
    first read against the observed rates of the profile. The interval holds two doubts: whether each answer is right, and how
    well the observed rates are known; where the posts have moved also, downwards, how far estimates were too good where posts
    were of a kind that the model had not seen (`SHIFT_ERROR`).
    """
    rows = []
    rates = {head: _observed_rates(profile.reliability.get(head)) for head in ("complaint", "sentiment")}
    groups = {"all": scored} | {str(name): part for name, part in scored.groupby("language", sort=True)}
    for group, part in groups.items():
        if len(part) < MIN_POSTS:
            continue
        at_training = profile.accuracy.get(group, {})
        draws = _draw_measures(part, rates)
        generator = np.random.default_rng(1)
        for measure in MEASURES:
            estimate, drawn = draws[measure][0], draws[measure][1:]
            too_good = np.abs(generator.normal(0.0, SHIFT_ERROR[measure], len(drawn))) if has_moved else 0.0
            low, high = np.percentile(drawn - too_good, _LEVEL)[0], np.percentile(drawn, _LEVEL)[1]
            rows.append(
                {
                    "language": group,
                    "measure": measure,
                    "n_posts": len(part),
                    "at_training": at_training.get(measure, np.nan),
                    "estimate": float(estimate),
                    "low": float(np.clip(low, 0.0, estimate)),
                    "high": float(np.clip(high, estimate, 1.0)),
                }
            )
    columns = ["language", "measure", "n_posts", "at_training", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _draw_measures(scored: pd.DataFrame, rates: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Give each measure as expected (first) and as it might turn out (draws), shape (1 + _DRAWS,)."""
    generator = np.random.default_rng(0)
    flagged = scored["is_complaint"].to_numpy(dtype=bool)
    complaint = scored["complaint_probability"].to_numpy(dtype=np.float64)
    sure = scored[list(SENTIMENT_COLUMNS)].to_numpy(dtype=np.float64).max(axis=1)
    n_posts = len(scored)
    hits = _sums(complaint[flagged], rates["complaint"], generator)
    misses = _sums(complaint[~flagged], rates["complaint"], generator)
    n_flagged = int(flagged.sum())
    complaints = hits + misses
    right = _sums(sure, rates["sentiment"], generator)
    return {
        "complaint_accuracy": (hits + (n_posts - n_flagged - misses)) / n_posts,
        "complaint_f1": 2.0 * hits / np.maximum(n_flagged + complaints, 1e-9),
        "sentiment_accuracy": right / n_posts,
    }


def _observed_rates(bins: dict[str, list[float]] | None) -> FloatArray:
    """Give what stated probabilities have meant: expected (first row) and drawn, shape (1 + _DRAWS, 1 + _STEPS)."""
    from sklearn.isotonic import isotonic_regression

    stated = np.linspace(0.0, 1.0, _STEPS + 1)
    if bins is None:
        return np.tile(stated, (1 + _DRAWS, 1))
    n, mean, observed = (np.asarray(bins[key]) for key in ("n_posts", "mean_probability", "observed_rate"))
    # Jeffreys' prior keeps a bin without a single complaint from being certain of none.
    drawn = np.random.default_rng(2).beta(n * observed + 0.5, n * (1.0 - observed) + 0.5, size=(_DRAWS, len(n)))
    rows = [isotonic_regression(observed, sample_weight=n, y_min=0.0, y_max=1.0), *drawn]
    # Beyond the outermost bins a probability is taken at its word, moved as much as theirs are.
    return np.asarray([np.clip(stated + np.interp(stated, mean, row - mean), 0.0, 1.0) for row in rows])


def _sums(probability: FloatArray, rates: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Give how many posts are what their probability says: expected (first) and drawn, shape (1 + _DRAWS,)."""
    counts = np.bincount(np.rint(probability * _STEPS).astype(np.int64), minlength=_STEPS + 1)
    drawn = generator.binomial(counts, rates[1:]).sum(axis=1)
    return np.concatenate([[float(rates[0] @ counts)], drawn])
