"""The exact split of a change into mix and rate, cell by cell.

The mean over posts is the sum of w r over cells, w a cell's share of the posts and r its own mean. With a bar for the mean of
the two periods and d for their difference, d(w r) = w̄ dr + r̄ dw, without a rest (E. M. Kitagawa, 1955, Components of a
difference between two rates, Journal of the American Statistical Association 50, 1168-1194). The first term is the *rate*: the
mood within the cell. The second is the *mix*: more or fewer posts of its kind. As the dw sum to nothing, r̄ is set against the
mean of the whole, so that more posts from an angry channel count upwards and more from a calm one downwards. Of numbers, w is
the cell's number of posts, the second term the *volume*, and r̄ is set against nothing.

A cell without posts in one of the periods has no mood there: all of what it does is mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ..trends.counting import count_columns, sum_counts
from ..trends.intervals import FloatArray, difference_interval, estimate_difference_interval
from ..trends.measures import COUNT_METRIC, MIN_POSTS, change_interval, count_interval, sizes_of, sums_of

#: How the cells are called that have too few posts to be told apart, and those beyond the most that are.
FEW: Final = "(few posts)"
MAX_CELLS: Final = 200


def split_by(
    now: pd.DataFrame, before: pd.DataFrame, keys: Sequence[str], metric: str, n_periods: float, z: float
) -> pd.DataFrame:
    """Split a change over the cells that columns make.

    Parameters
    ----------
    now, before : DataFrame
        Counts of the two periods, with the columns `keys`.
    keys : sequence of str
    metric : str
    n_periods : float
        How many times as long `before` is; numbers are set against so much of them.
    z : float
        Normal quantile of the intervals.

    Returns
    -------
    DataFrame
        See `ChangeExplanation.table`.
    """
    now, before = _aligned(_pooled([sum_counts(side, keys) for side in (now, before)], keys), keys)
    parts = split_cells(now, before, metric, n_periods, z)
    table = pd.concat([now[list(keys)], parts], axis=1)
    order = table["total"].abs().fillna(0.0).to_numpy()
    return table.iloc[np.argsort(-order, kind="stable")].reset_index(drop=True)


def split_cells(now: pd.DataFrame, before: pd.DataFrame, metric: str, n_periods: float, z: float) -> pd.DataFrame:
    """Split a change over cells, whose counts stand in the same rows of both frames."""
    n, n_before = sizes_of(now), sizes_of(before)
    values = change_interval(metric, now, before, n_periods, z)
    known = [np.where(np.isnan(mine), other, mine) for mine, other in (values[:2], values[1::-1])]
    counted = metric == COUNT_METRIC
    if counted:
        # The mood of a cell is its complaint rate, and its weight the number of its posts.
        rates = change_interval("complaint_rate", now, before, n_periods, z)
        known = [np.where(np.isnan(mine), other, mine) for mine, other in (rates[:2], rates[1::-1])]
        weights, level = (n, n_before / n_periods), 0.0
        steps = estimate_difference_interval(
            n, *count_interval(n, z), weights[1], *(bound / n_periods for bound in count_interval(n_before, z))
        )
        moods = rates[2:]
    else:
        totals = [max(size.sum(), 1.0) for size in (n, n_before)]
        weights = (n / totals[0], n_before / totals[1])
        level = sum(sums_of(metric, side).sum() / total for side, total in zip((now, before), totals, strict=True)) / 2
        steps = difference_interval(n, totals[0], n_before, totals[1], z=z)
        moods = values[2:]
    if not (n.sum() and n_before.sum()):
        known = [np.full(len(n), np.nan)] * 2
    weight, mood = (weights[0] + weights[1]) / 2, (known[0] + known[1]) / 2 - level
    step, turn = weights[0] - weights[1], known[0] - known[1]
    mix, rate = mood * step, weight * turn
    reach = [_reach(mood, step, steps), _reach(weight, turn, moods)]
    down, up = (np.hypot(reach[0][side], reach[1][side]) for side in (0, 1))
    return pd.DataFrame(
        {
            "n_posts": now["n_posts"],
            "n_posts_before": weights[1] if counted else before["n_posts"],
            "value": values[0],
            "value_before": values[1],
            "volume" if counted else "mix": mix,
            "rate": rate,
            "total": mix + rate,
            "total_low": mix + rate - down,
            "total_high": mix + rate + up,
        }
    )


def _reach(factor: FloatArray, difference: FloatArray, bounds: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Give how far factor times difference may lie below and above; nothing where the difference has no interval."""
    edges = [factor * (bound - difference) for bound in bounds]
    return (
        np.nan_to_num(np.maximum(-np.minimum(*edges), 0.0)),
        np.nan_to_num(np.maximum(np.maximum(*edges), 0.0)),
    )


def _pooled(sides: Sequence[pd.DataFrame], keys: Sequence[str]) -> list[pd.DataFrame]:
    """Put cells of few posts together: over the last column first, then over the one before, and so on."""
    pooled = list(sides)
    for depth in range(len(keys) - 1, -1, -1):
        both = sum_counts(pd.concat(pooled), keys) if any(len(side) for side in pooled) else pooled[0]
        sizes = both.sort_values("n_posts", ascending=False, kind="stable")
        kept = sizes[sizes["n_posts"] >= MIN_POSTS].head(MAX_CELLS)[list(keys)].assign(kept=True)
        for number, side in enumerate(pooled):
            is_kept = side[list(keys)].merge(kept, how="left", on=list(keys))["kept"].notna().to_numpy()
            names: dict[str, Any] = {keys[depth]: side[keys[depth]].where(is_kept, FEW)}
            pooled[number] = sum_counts(side.assign(**names), keys)
    return pooled


def _aligned(sides: Sequence[pd.DataFrame], keys: Sequence[str]) -> list[pd.DataFrame]:
    """Give both sides a row for each cell of either."""
    cells = pd.concat([side[list(keys)] for side in sides]).drop_duplicates().sort_values(list(keys), kind="stable")
    counted = count_columns(pd.concat(list(sides)))
    aligned = []
    for side in sides:
        filled = cells.merge(side, how="left", on=list(keys)).reindex(columns=[*keys, *counted])
        aligned.append(filled.fillna(dict.fromkeys(counted, 0)).astype(dict.fromkeys(counted, np.int64)))
    return aligned
