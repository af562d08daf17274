"""Make probabilities mean what they say, and measure whether they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]


def sigmoid(logits: FloatArray) -> FloatArray:
    """Give 1 / (1 + exp(-logits)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def softmax(logits: FloatArray) -> FloatArray:
    """Give exp(logits) over its row sums, shape kept, without overflow."""
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True))


def fit_scaling(
    logits: FloatArray, codes: npt.NDArray[Any], sample_weight: FloatArray | None = None
) -> tuple[float, FloatArray]:
    """Find the slope and offsets that make logits of posts unseen in training into calibrated ones.

    Parameters
    ----------
    logits : float64 array of shape (n_posts, n_columns)
        One column for a yes/no question, else one for each class.
    codes : int array of shape (n_posts,)
        The true classes, from 0.
    sample_weight : float64 array of shape (n_posts,), optional

    Returns
    -------
    slope : float
        Above 0; below 1 for an over-confident head.
    offset : float64 array of shape (n_columns,)

    Notes
    -----
    Least log loss over ``slope * logits + offset``: for a yes/no head this is Platt's scaling (Platt 1999, "Probabilistic
    outputs for support vector machines"), for more classes temperature scaling with a bias (Guo et al. 2017, "On
    calibration of modern neural networks", section 4.2).
    """
    from scipy.optimize import minimize

    n_columns = logits.shape[1]
    weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    target = _targets(codes, weight, n_columns)
    weight = weight / weight.sum()

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        slope, offset = np.exp(parameters[0]), parameters[1:]
        scaled = slope * logits + offset
        if n_columns == 1:
            probabilities = sigmoid(scaled)
            value = (np.logaddexp(0.0, scaled) - target * scaled)[:, 0] @ weight
        else:
            probabilities = softmax(scaled)
            top = scaled.max(axis=1)
            log_sum = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
            value = (log_sum - (scaled * target).sum(axis=1)) @ weight
        error = (probabilities - target) * weight[:, None]
        return float(value), np.concatenate([[(error * logits).sum() * slope], error.sum(axis=0)])

    found = minimize(loss, np.zeros(n_columns + 1), jac=True, method="BFGS")
    offset = np.asarray(found.x[1:], dtype=np.float64)
    # Adding one number to all logits of several classes changes nothing; centred offsets are the plainest.
    return float(np.exp(found.x[0])), offset - offset.mean() if n_columns > 1 else offset


def _targets(codes: npt.NDArray[Any], weight: FloatArray, n_columns: int) -> FloatArray:
    """Give what each logit should say: short of certainty (Platt 1999, equation 9), else posts would be promised p = 1."""
    total = weight.sum()
    if n_columns == 1:
        n_yes = weight[codes == 1].sum()
        yes, no = (n_yes + 1.0) / (n_yes + 2.0), 1.0 / (total - n_yes + 2.0)
        return np.asarray(np.where(codes[:, None] == 1, yes, no))
    doubt = n_columns / (total + n_columns)
    return np.asarray((1.0 - doubt) * (codes[:, None] == np.arange(n_columns)) + doubt / n_columns)


def reliability_table(probability: npt.ArrayLike, truth: npt.ArrayLike, n_bins: int = 10) -> pd.DataFrame:
    """Compare stated probabilities with observed frequencies in bins of equally many posts.

    Parameters
    ----------
    probability : array-like of shape (n_posts,)
        Stated probabilities, in [0, 1].
    truth : array-like of shape (n_posts,)
        What was the case, 0 or 1.
    n_bins : int, default 10

    Returns
    -------
    DataFrame
        ``n_posts, mean_probability, observed_rate`` a bin, from the lowest probabilities to the highest.

    Examples
    --------
    >>> reliability_table([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], n_bins=2)["observed_rate"].tolist()
    [0.0, 1.0]
    """
    stated = np.asarray(probability, dtype=np.float64)
    observed = np.asarray(truth, dtype=np.float64)
    order = np.argsort(stated, kind="stable")
    bins = [part for part in np.array_split(order, n_bins) if len(part)]
    return pd.DataFrame(
        {
            "n_posts": [len(part) for part in bins],
            "mean_probability": [float(stated[part].mean()) for part in bins],
            "observed_rate": [float(observed[part].mean()) for part in bins],
        }
    )


def expected_calibration_error(probability: npt.ArrayLike, truth: npt.ArrayLike, n_bins: int = 10) -> float:
    """Give the mean gap between stated probability and observed frequency, in [0, 1].

    Parameters
    ----------
    probability, truth, n_bins
        As for `reliability_table`.

    Returns
    -------
    float
        Expected calibration error over bins of equal mass (Guo et al. 2017, equation 3; equal mass as in Nguyen and
        O'Connor 2015). NaN without posts.
    """
    table = reliability_table(probability, truth, n_bins)
    if table.empty:
        return float("nan")
    gap = (table["mean_probability"] - table["observed_rate"]).abs()
    return float(np.average(gap, weights=table["n_posts"]))
