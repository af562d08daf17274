"""Start from a base: how much of what it says to keep, found out on posts that each candidate has not seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..calibration import fit_scaling
from ..heads import MANY_CLASSES, LinearHead, to_probabilities
from .fitting import Codes, FittedHead, FloatArray, cross_calibrated, fit_calibrated, log_losses

#: Strengths that are tried, weakest penalty last.
STRENGTHS: Final = (0.01, 0.1, 1.0)
#: Fits of many classes take long, and what they say hardly depends on the strength: one is tried.
_STRENGTH_OF_MANY: Final = 0.3
#: What the base's head of the same question says enters nearly free of the penalty; what its other heads say is held, or a
#: hundred labels would fit a dozen topics to chance. Both chosen as `benchmarks/retraining.py` tells.
_OWN_SCALE: Final = 3.0
_OTHER_SCALE: Final = 0.3
#: Where the base does not know the question, its heads are all there is to start from.
_SCALE_OF_NEW: Final = 1.0


def prior_scales(name: str, base: Collection[str]) -> list[float]:
    """Give how far the heads of a base are trusted on a question: `prior_scale` of `sentilens.heads.fit_head`."""
    others = _OTHER_SCALE if name in base else _SCALE_OF_NEW
    return [_OWN_SCALE if head == name else others for head in base]


def fit_from_base(
    name: str,
    features: sparse.csr_matrix,
    labels: npt.NDArray[Any],
    folds: Codes,
    classes: tuple[str, ...],
    base: Mapping[str, LinearHead],
    *,
    is_as_good: Callable[[FloatArray], bool] | None = None,
    n_threads: int = 1,
) -> FittedHead:
    """Fit a head that starts from a base, and stay with the base where the labels do not show that another head is better.

    Parameters
    ----------
    name : str
    features : csr_matrix of shape (n_posts, n_buckets)
    labels : array of shape (n_posts,)
        Classes of the head.
    folds : int64 array of shape (n_posts,)
        From `assign_folds`.
    classes : tuple of str
    base : mapping of str to LinearHead
        The heads of the base by their names.
    is_as_good : callable, optional
        Tells from probabilities of unseen posts, of shape (n_posts, n_classes), whether the answers by them are as right as
        the base's.
    n_threads : int, default 1

    Returns
    -------
    FittedHead
        The base's head itself where it is kept.

    Notes
    -----
    Candidates are the base's head, the same with a new slope and new offsets, and heads fitted with several strengths. The one
    with the least log loss on posts it has not seen is taken, if that is less than the base's by more than one standard error
    of the paired difference (the one-standard-error rule of Breiman et al. 1984, section 3.4.3, towards the base), and if its
    answers are as good.
    """
    strengths = STRENGTHS if len(classes) < MANY_CLASSES else _STRENGTH_OF_MANY
    prior, scales = list(base.values()), prior_scales(name, base)
    options: dict[str, Any] = {"classes": classes, "prior": prior, "prior_scale": scales, "n_threads": n_threads}
    fitted = fit_calibrated(name, features, labels, folds, C=strengths, **options)
    known = base.get(name)
    if known is None or known.classes != classes:
        return fitted
    codes = np.searchsorted(np.sort(classes), labels.astype(str))
    codes = np.argsort(classes)[codes]
    logits = np.asarray(features @ known.weights + known.intercept, dtype=np.float64)
    unchanged = _judge(known, to_probabilities(logits), codes)
    weight = np.ones(len(codes))
    recalibrated = _judge(
        known.rescaled(*fit_scaling(logits, codes, weight)), cross_calibrated(logits, codes, folds, weight), codes
    )
    best = min(fitted, recalibrated, key=lambda fit: fit.log_loss)
    gain = log_losses(unchanged.unseen, codes) - log_losses(best.unseen, codes)
    is_better = gain.mean() > gain.std() / np.sqrt(len(gain)) and (is_as_good is None or is_as_good(best.unseen))
    return best if is_better else unchanged


def _judge(head: LinearHead, unseen: FloatArray, codes: Codes) -> FittedHead:
    return FittedHead(head, unseen, float(log_losses(unseen, codes).mean()))
