"""How much better the model would become with more labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ..errors import ConfigError, LabelError
from ..evaluation import best_threshold
from ..heads import LinearHead, fit_head
from ..judged import Judged, read_judged
from ..normalize import normalize_all
from ..progress import progress_bar
from ..resampling import draw_weights, weighted_figures
from ..schema import TEXT
from .fitting import N_FOLDS, Codes, FloatArray, assign_folds
from .recipe import STRENGTHS, prior_scales

if TYPE_CHECKING:
    from .train import TrainResult

#: Parts of the labelled posts that are learnt from, beside the fold that is kept to judge them.
_PARTS: Final = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
_MIN_SIZE: Final = 20
_MIN_OF_CLASS: Final = 3
#: Three points make a curve.
_MIN_SIZES: Final = 3
#: With more posts fewer folds are judged: they hold enough posts, and each fit takes longer.
_FOLDS_UP_TO: Final = ((1_500, N_FOLDS), (4_000, 3))
_EXPONENTS: Final = np.linspace(0.1, 1.0, 19)
_LEVEL: Final = (2.5, 97.5)
#: An interval wider than this, in units of the metric, is no answer.
_TOO_WIDE: Final = 0.08
#: In points.
_HARDLY: Final = 0.05
#: Sizes nearer to each other than this tell the same.
_APART: Final = 1.3


@dataclass(frozen=True)
class LearningCurve:
    """What fits on growing parts of the labelled posts reached on posts that they had not seen.

    Attributes
    ----------
    head : str
    metric : {"f1", "macro_f1"}
    table : DataFrame
        ``n_labels`` (0 is the base), ``n_posts`` judged, ``score`` and its 95 % interval ``score_low``, ``score_high``.
    n_labels : int
        All that there are, from which `gain` counts.
    fits : float64 array of shape (n_draws, 3)
        Floor, height and exponent of the error ``a + b n^-c`` in each bootstrap draw; empty where there are too few sizes.
    """

    head: str
    metric: str
    table: pd.DataFrame
    n_labels: int
    fits: FloatArray = field(repr=False)

    def expected(self, n_labels: Sequence[int] | FloatArray) -> FloatArray:
        """Give the score to be expected with so many labels.

        Returns
        -------
        float64 array of shape (3, n_sizes)
            Median and 95 % interval; NaN without a fit.
        """
        sizes = np.asarray(n_labels, dtype=np.float64)
        if not len(self.fits):
            return np.full((3, len(sizes)), np.nan)
        floor, height, exponent = self.fits.T[:, :, None]
        return np.asarray(np.percentile(1.0 - floor - height * sizes**-exponent, (50, *_LEVEL), axis=0))

    def gain(self, more: int = 200) -> tuple[float, float, float]:
        """Tell what more labels would bring.

        Parameters
        ----------
        more : int, default 200

        Returns
        -------
        gain, low, high : float
            In units of the metric, with a 95 % interval; NaN without a fit.
        """
        if not len(self.fits):
            return (float("nan"),) * 3
        _, height, exponent = self.fits.T
        gains = height * (float(self.n_labels) ** -exponent - float(self.n_labels + more) ** -exponent)
        middle, low, high = np.percentile(gains, (50, *_LEVEL))
        return float(middle), float(low), float(high)

    def tell(self, more: int = 200) -> str:
        """Say in a sentence what more labels would bring."""
        middle, low, high = (100 * value for value in self.gain(more))
        if np.isnan(middle):
            return f"What more labels would bring cannot be told from {self.n_labels:,} labels."
        if high - low > 100 * _TOO_WIDE:
            return f"What {more:,} more labels would bring cannot be told yet: anything from {low:.1f} to {high:.1f} points."
        about = f"about {middle:+.1f} points" if middle >= _HARDLY else "hardly anything"
        return f"{more:,} more labels would bring {about} ({low:.1f} to {high:.1f})."


def measure_learning_curve(result: TrainResult, head: str = "complaint", *, show_progress: bool | None = None) -> LearningCurve:
    """Learn from growing parts of the labelled posts, and tell what more labels would bring.

    Parameters
    ----------
    result : TrainResult
        From `train`.
    head : str, default "complaint"
    show_progress : bool, optional
        Force the progress bar on or off.

    Returns
    -------
    LearningCurve
        Without fits where the labels do not suffice for three sizes.

    Raises
    ------
    LabelError
        If there are no labels of the head.
    ConfigError
        If the head was not trained.

    Notes
    -----
    Every size is judged on the same posts: each fold of near-copy groups is kept out once (with thousands of posts only some
    folds), and the model starts from the base and learns from a random part of the others; small parts are within large ones.
    The error follows a power law (Hestness et al. 2017, "Deep learning scaling is predictable, empirically"), fitted by least
    squares with floor and height at 0 or above in each draw of a bootstrap over groups; what the curve misses at the sizes is
    added to the draws as noise. It is an extrapolation: trust it for about as many labels as there are already.
    """
    judged = read_judged(result.unseen, head)
    if not len(judged.rows):
        raise LabelError(f"There are no posts with labels and scores of '{head}'.", reason="no_labels")
    if head not in result.model.stack.heads:
        raise ConfigError(f"The model has no head '{head}'.", reason="no_head")
    # Some folds of posts stand for all of them: what is not judged is learnt from all the same.
    folds = assign_folds(result.groups[judged.rows], judged.truth)
    n_held = next((n for most, n in _FOLDS_UP_TO if len(folds) <= most), 1)
    held = folds < n_held
    kept = judged.at(held)
    groups = result.groups[kept.rows]
    decisions = _decide_by_size(result, judged, folds, n_held, show_progress)
    sizes = [0, *decisions]
    before = read_judged(result.before, head)
    scored = [before.at(np.isin(before.rows, kept.rows)) if len(before.rows) else None]
    scored += [_decided(kept, codes[held]) for codes in decisions.values()]
    points = {size: weighted_figures(found) for size, found in zip(sizes, scored, strict=True) if found is not None}
    metric = next(iter(points[sizes[-1]](np.ones((1, len(groups))))))
    exact = np.array([figures(np.ones((1, len(groups))))[metric][0] for figures in points.values()])
    drawn = np.hstack(
        [np.vstack([figures(weights)[metric] for figures in points.values()]) for weights in draw_weights(groups)]
    )
    low, high = np.nanpercentile(drawn, _LEVEL, axis=1)
    table = pd.DataFrame(
        {"n_labels": list(points), "n_posts": len(groups), "score": exact, "score_low": low, "score_high": high}
    )
    learnt = table["n_labels"].to_numpy() > 0
    fits = np.zeros((0, 3))
    if learnt.sum() >= _MIN_SIZES:
        fits = fit_power_laws(table["n_labels"].to_numpy(dtype=np.float64)[learnt], 1.0 - exact[learnt], 1.0 - drawn[learnt].T)
    return LearningCurve(head, metric, table, len(judged.rows), fits)


def fit_power_laws(sizes: FloatArray, errors: FloatArray, drawn: FloatArray) -> FloatArray:
    """Fit ``a + b n^-c`` with a and b at 0 or above to the errors of many draws at once.

    Parameters
    ----------
    sizes : float64 array of shape (n_sizes,)
    errors : float64 array of shape (n_sizes,)
        On all posts.
    drawn : float64 array of shape (n_draws, n_sizes)
        In draws of the bootstrap; those that say nothing of a size are left out.

    Returns
    -------
    float64 array of shape (n_draws, 3)
    """
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    _, left = _least_squares(sizes, errors[None, :])
    noise = np.sqrt(left[0] / max(1, len(sizes) - 2))
    return _least_squares(sizes, drawn + np.random.default_rng(0).normal(0.0, noise, drawn.shape))[0]


def _least_squares(sizes: FloatArray, errors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the best fit of each row, and the mean square that it leaves."""
    best = np.zeros((len(errors), 3))
    least = np.full(len(errors), np.inf)
    # What comes next is told by the far end rather than by the first few labels.
    weight = np.sqrt(sizes) / np.sqrt(sizes).sum()
    for exponent in _EXPONENTS:
        x = sizes**-exponent
        mean_x, mean_y = weight @ x, errors @ weight
        slope = (errors - mean_y[:, None]) @ (weight * (x - mean_x)) / (weight @ (x - mean_x) ** 2)
        slope = np.maximum(slope, 0.0)
        floor = mean_y - slope * mean_x
        # Where the floor would be below 0, the best line through 0 takes its place.
        through = (errors * x) @ weight / (weight @ x**2)
        slope, floor = np.where(floor < 0, np.maximum(through, 0.0), slope), np.maximum(floor, 0.0)
        left = (errors - floor[:, None] - slope[:, None] * x) ** 2 @ weight
        better = left < least
        best[better] = np.column_stack([floor, slope, np.full(len(errors), exponent)])[better]
        least = np.minimum(left, least)
    return best, least


def _decide_by_size(
    result: TrainResult, judged: Judged, folds: Codes, n_held: int, show_progress: bool | None
) -> dict[int, Codes]:
    """Learn from growing parts and give what was decided of the posts kept out, by the number of labels."""
    from threadpoolctl import threadpool_limits

    posts = result.unseen.iloc[judged.rows]
    features = result.base.featurizer.matrix(normalize_all(posts[TEXT]), posts["language"].tolist())
    groups = result.groups[judged.rows]
    prior = list(result.base.stack.heads.values())
    scales = prior_scales(judged.head, result.base.stack.heads)
    parts = {fold: _growing_parts(groups, judged.truth, folds != fold, seed=fold) for fold in range(n_held)}
    n_sizes = min(len(sizes) for sizes in parts.values())
    n_fits = n_held * n_sizes + (len(STRENGTHS) if n_sizes else 0)
    decisions: dict[int, Codes] = {}

    def fit(rows: Codes, strength: float) -> LinearHead:
        labels = np.asarray(judged.classes, dtype=object)[judged.truth[rows]].astype(str)
        return fit_head(judged.head, features[rows], labels, judged.classes, C=strength, prior=prior, prior_scale=scales)

    with (
        threadpool_limits(limits=1, user_api="blas"),
        progress_bar(total=n_fits, unit="fits", description="learning curve", show=show_progress) as bar,
    ):
        strength = STRENGTHS[0]
        if n_sizes:
            out = folds == 0
            losses = []
            for tried in STRENGTHS:
                losses.append(_log_loss(_probabilities(fit(parts[0][-1], tried), features[out]), judged.truth[out]))
                bar.update(1)
            strength = STRENGTHS[int(np.argmin(losses))]
        # Parts of the same rank are of about the same size in all folds; the largest are all there, the smallest may not be.
        for rank in range(-n_sizes, 0):
            stated = np.zeros((len(folds), len(judged.classes)))
            for fold, sizes in parts.items():
                out = folds == fold
                stated[out] = _probabilities(fit(sizes[rank], strength), features[out])
                bar.update(1)
            size = round(float(np.mean([len(sizes[rank]) for sizes in parts.values()])))
            decisions[size] = _choose(stated, judged, folds < n_held)
    return decisions


def _growing_parts(groups: Codes, truth: Codes, chosen: npt.NDArray[np.bool_], seed: int) -> list[Codes]:
    """Give rows of growing random parts of the chosen posts, each within the next, none too small to learn from."""
    rows = np.flatnonzero(chosen)
    _, group_of = np.unique(groups[rows], return_inverse=True)
    place = np.random.default_rng(seed).permutation(group_of.max() + 1)[group_of]
    rows = rows[np.argsort(place, kind="stable")]
    parts: list[Codes] = []
    for share in _PARTS:
        part = np.sort(rows[: max(_MIN_SIZE, round(share * len(rows)))])
        if parts and len(part) < _APART * len(parts[-1]):
            continue
        # Two classes at least are there to be told apart.
        if (np.bincount(truth[part]) >= _MIN_OF_CLASS).sum() >= 2:
            parts.append(part)
    return parts


def _probabilities(head: LinearHead, features: sparse.csr_matrix) -> FloatArray:
    return head.probabilities(features @ head.weights.astype(np.float64) + head.intercept)


def _log_loss(stated: FloatArray, truth: Codes) -> float:
    return float(-np.log(np.maximum(stated[np.arange(len(truth)), truth], 1e-9)).mean())


def _choose(stated: FloatArray, judged: Judged, held: npt.NDArray[np.bool_]) -> Codes:
    if not judged.is_binary:
        return np.asarray(stated.argmax(axis=1))
    threshold = best_threshold(stated[held, 1], judged.truth[held].astype(np.float64))
    return (stated[:, 1] >= threshold).astype(np.int64)


def _decided(judged: Judged, decided: Codes) -> Judged:
    return Judged(judged.head, judged.classes, judged.rows, judged.truth, decided, None)
