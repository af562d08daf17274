"""Changes between cells of a trend table: against the period before, the year before, and the other groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from ..errors import ConfigError
from .counting import add_rates, sum_counts
from .intervals import estimate_difference_interval
from .periods import FREQUENCIES

PERIOD: Final = "period_start"
Against = Literal["previous", "year", "others"]
_AGAINST: Final = ("previous", "year", "others")
#: Lengths of months and more go back by the calendar; shorter ones by 52 weeks, so that weekdays meet their like.
YEAR_BACK: Final = {
    freq: pd.DateOffset(years=1) if freq in {"MS", "QS", "YS"} else pd.DateOffset(weeks=52) for freq in FREQUENCIES.values()
}
_COUNTS: Final = ("n_posts", "n_complaints")
_RATES: Final = ("complaint_rate", "net_sentiment")


def compare_cells(
    filled: pd.DataFrame, by: Sequence[str], periods: pd.DatetimeIndex, freq: str, against: Against
) -> pd.DataFrame:
    """Set each cell of a table against another, see `TrendTable.changes`.

    Parameters
    ----------
    filled : DataFrame
        Counts with a row for every group and period.
    by, periods, freq
        Of the table.
    against : {"previous", "year", "others"}
    """
    keys = [*by, PERIOD]
    if against == "others":
        other = _others(filled, by)
    elif against == "previous":
        other = _moved(filled, dict(pairwise(periods)))
    elif against == "year":
        # By the local clock; of an hour that comes twice in autumn, the first is taken.
        by_clock = dict(zip(periods.tz_localize(None)[::-1], periods[::-1], strict=True))
        earlier = [by_clock.get(clock - YEAR_BACK[freq]) for clock in by_clock]
        other = _moved(filled, {then: now for then, now in zip(earlier, by_clock.values(), strict=True) if then is not None})
    else:
        raise ConfigError(f"against={against!r} is not known.", reason="unknown_against", hint=f"Use {', '.join(_AGAINST)}.")
    columns = [*_COUNTS, *_RATES, *(f"{name}_{side}" for name in _RATES for side in ("low", "high"))]
    mine, theirs = (add_rates(counts)[[*keys, *columns]] for counts in (filled, other))
    both = mine.merge(theirs, how="left", on=keys, suffixes=("", "_against"))
    result = both[keys].copy()
    for name in _COUNTS:
        result[name], result[f"{name}_against"] = both[name], both[f"{name}_against"].astype("Int64")
    for name in _RATES:
        result[name], result[f"{name}_against"] = both[name], both[f"{name}_against"]
        result[f"{name}_change"] = both[name] - both[f"{name}_against"]
        bounds = [both[f"{name}{bound}{side}"].to_numpy() for side in ("", "_against") for bound in ("", "_low", "_high")]
        result[f"{name}_change_low"], result[f"{name}_change_high"] = estimate_difference_interval(*bounds)
    return result


def dispersion_of(filled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give Pearson's statistic over its degrees of freedom for each group, see `TrendTable.overdispersion`."""

    def of_group(cells: pd.DataFrame) -> pd.Series[Any]:
        n, k = (cells[name].to_numpy(dtype=float) for name in _COUNTS)
        total, mean = n.sum(), n.mean()
        rate = k.sum() / total if total else np.nan
        held = n > 0
        variance = n[held] * rate * (1 - rate)
        with np.errstate(divide="ignore", invalid="ignore"):
            posts = ((n - mean) ** 2).sum() / mean / (len(n) - 1)
            rates = ((k[held] - n[held] * rate) ** 2 / variance).sum() / (held.sum() - 1)
        return pd.Series({"n_periods": len(n), "n_posts": posts, "complaint_rate": rates})

    if not by:
        found = of_group(filled).to_frame().T
    else:
        groups = list(filled.groupby(list(by), sort=True))
        names = pd.DataFrame([key for key, _ in groups], columns=list(by))
        found = pd.concat([names, pd.DataFrame([of_group(cells) for _, cells in groups])], axis=1)
    return found.reindex(columns=[*by, "n_periods", "n_posts", "complaint_rate"]).astype({"n_periods": "int64"})


def _moved(filled: pd.DataFrame, to: dict[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Give the counts under the periods they are to be compared with."""
    kept = filled[filled[PERIOD].isin(list(to))]
    return kept.assign(**{PERIOD: kept[PERIOD].map(to).astype(filled[PERIOD].dtype)})


def _others(filled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give for each cell the sum of the cells that differ in the first column alone."""
    if not by:
        raise ConfigError(
            "The total has no others to be compared with.", reason="no_others", hint="Use compute_trends(..., by='brand')."
        )
    counted = [name for name in filled.columns if name not in (*by, PERIOD)]
    keys = [*by[1:], PERIOD]
    totals = filled[keys].merge(sum_counts(filled, keys), how="left", on=keys)
    return filled.assign(**{name: totals[name].to_numpy() - filled[name].to_numpy() for name in counted})
