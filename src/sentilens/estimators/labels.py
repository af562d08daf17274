"""Labels and weights as they come to an estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import LabelError
from ..tokens import FloatArray

#: Types of numpy that labels of one kind are brought to; the first that all labels are of.
_KINDS = (((bool, np.bool_), np.bool_), ((int, np.integer), np.int64), ((float, np.floating), np.float64), ((str,), np.str_))


def read_labels(y: Any, n_texts: int) -> npt.NDArray[Any]:
    """Take the labels out of whatever holds them.

    Parameters
    ----------
    y : array-like of shape (n_texts,)
    n_texts : int

    Returns
    -------
    ndarray of bool, int64, float64 or str, shape (n_texts,)

    Raises
    ------
    LabelError
        If there are none or too few, if some are missing, or if they are of several kinds.
    """
    if y is None:
        raise LabelError(
            "Labels are needed: this estimator requires y to be passed, but the target y is None.", reason="no_labels"
        )
    shape: tuple[int, ...] = getattr(y, "shape", (0,))
    if len(shape) == 2 and shape[1] == 1:
        y = np.asarray(y)[:, 0]
    elif len(shape) != 1:
        raise LabelError("One column of labels is needed.", reason="table", hint="Give the column: posts['complaint'].")
    values = y.to_pylist() if hasattr(y, "to_pylist") else list(y)
    if len(values) != n_texts:
        raise LabelError(
            f"There are {n_texts:,} texts and {len(values):,} labels; each text needs one.", reason="length_mismatch"
        )
    labels = np.empty(len(values), dtype=object)
    labels[:] = values
    if n_missing := int(pd.isna(labels).sum()):
        raise LabelError(
            f"{n_missing:,} of {len(labels):,} posts have no label.",
            reason="unknown_label",
            hint="Leave them out: posts.dropna(subset=[...]); or use sentilens.train, which takes labels with gaps.",
        )
    for types, dtype in _KINDS:
        if all(isinstance(label, types) and (dtype is np.bool_) == isinstance(label, bool | np.bool_) for label in values):
            return labels.astype(dtype)
    raise LabelError("The labels are of several kinds; words, numbers or True and False are needed.", reason="unknown_label")


def read_weights(sample_weight: npt.ArrayLike | None, labels: npt.NDArray[Any], class_weight: Any = None) -> FloatArray | None:
    """Give the weight of each post: its own times that of its class.

    Parameters
    ----------
    sample_weight : array-like of shape (n_posts,), optional
    labels : ndarray of shape (n_posts,)
    class_weight : dict or "balanced", optional
        As everywhere in scikit-learn.

    Returns
    -------
    float64 array of shape (n_posts,), or None where all weigh the same

    Raises
    ------
    LabelError
        If the weights are not as many as the posts, negative, not finite or all 0.
    """
    weights = None
    if sample_weight is not None:
        weights = np.asarray(sample_weight, dtype=np.float64)
        if weights.shape != labels.shape:
            raise LabelError(
                f"sample_weight.shape == {weights.shape}, expected {labels.shape}: one weight for each post.",
                reason="length_mismatch",
            )
        if not np.isfinite(weights).all() or weights.min() < 0 or not weights.any():
            raise LabelError("Weights of posts must be 0 or more, not all 0, and finite.", reason="bad_weight")
    if class_weight is None:
        return weights
    from sklearn.utils.class_weight import compute_sample_weight

    of_class = np.asarray(compute_sample_weight(class_weight, labels), dtype=np.float64)
    return of_class if weights is None else weights * of_class
