"""From scored posts to integer counts per cell, and from counts to rates.

Counts are sums of integers, so that adding the counts of parts gives those of the whole, to the last bit and in any
order. Probabilities and scores are kept in whole units of 1e-4, which is finer than they are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import InputError, MissingColumnsError
from ..head_columns import find_own_heads
from ..schema import BRANDS, COPY_OF, NO_NAME, SCORED_STATUSES, SENTIMENTS, SEVERITIES, SEVERITY_COLUMNS
from .intervals import net_interval, wilson_interval

#: What is counted per cell. The last two are sums in units of 1e-4. Further counts follow where the posts have what they count.
COUNT_COLUMNS: Final[tuple[str, ...]] = (
    "n_posts",
    "n_complaints",
    "n_negative",
    "n_positive",
    "complaint_units",
    "sentiment_units",
)
UNITS: Final = 10_000
#: Posts with a rating, and the sum of the ratings in units of 1e-4.
RATING_COUNTS: Final = ("n_rated", "rating_units")
#: Posts by severity.
SEVERITY_COUNTS: Final[tuple[str, ...]] = tuple(f"n_severity_{level}" for level in SEVERITIES)
#: Before the name of a yes/no head of one's own: posts that a model with the head has judged, and those whose answer is yes.
JUDGED, YES = "judged:", "yes:"
#: Columns that counting needs of a scored frame.
NEEDED_COLUMNS: Final[tuple[str, ...]] = (
    "status",
    "sentiment",
    "sentiment_score",
    "complaint_probability",
    "is_complaint",
)
#: All columns of the schema that counting looks at, beside those that groups are made of.
USED_COLUMNS: Final = frozenset(
    {*NEEDED_COLUMNS, *SEVERITY_COLUMNS, "created_at", "rating", "owned", COPY_OF, BRANDS, "language", "model_id"}
)

_TRUE: Final = {"true": 1.0, "1": 1.0, "1.0": 1.0, "false": 0.0, "0": 0.0, "0.0": 0.0}

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class PostKinds:
    """Which rows are customers' posts with scores, which are the company's own, which are copies, which have no scores.

    Each row is exactly one of the four; own posts come first, then copies, whatever their status.
    """

    counted: BoolArray
    owned: BoolArray
    copies: BoolArray
    unscored: BoolArray


def check_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise `MissingColumnsError` unless the frame has all the columns."""
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            f"Expected a DataFrame of scored posts, got {type(frame).__name__}.",
            reason="not_a_frame",
            hint="Pass what model.score(posts) returns.",
        )
    missing = [name for name in columns if name not in frame.columns]
    if not missing:
        return
    unscored = any(name in NEEDED_COLUMNS for name in missing)
    raise MissingColumnsError(
        f"The posts have no column {', '.join(map(repr, missing))}; they have {', '.join(map(repr, frame.columns))}.",
        reason="missing_columns",
        hint="Score them first: model.score(posts)."
        if unscored
        else "Name columns that are there in `by`, or () for the total, or add the missing ones (empty ones will do).",
    )


def sort_posts(scored: pd.DataFrame, *, include_owned: bool = False, include_copies: bool = False) -> PostKinds:
    """Tell customers' scored posts from the company's own, from posts that repeat others, and from those without scores."""
    nothing = np.zeros(len(scored), dtype=bool)
    own = nothing if include_owned or "owned" not in scored.columns else read_flags(scored["owned"]) == 1
    # What comes back from a CSV file has blanks where there was nothing.
    copies = nothing if include_copies or COPY_OF not in scored.columns else _is_filled(scored[COPY_OF]) & ~own
    has_scores = (
        scored["status"].isin(SCORED_STATUSES).to_numpy()
        & scored["sentiment"].isin(SENTIMENTS).to_numpy()
        & np.isfinite(_floats(scored["complaint_probability"]))
        & np.isfinite(_floats(scored["sentiment_score"]))
        & np.isfinite(read_flags(scored["is_complaint"]))
    )
    kept = ~own & ~copies
    return PostKinds(counted=has_scores & kept, owned=own, copies=copies, unscored=~has_scores & kept)


def countable(scored: pd.DataFrame) -> pd.DataFrame:
    """Turn scored posts into one row of counts each, with the same index.

    Ratings are counted where there is one, severities where there is a column ``severity`` with a level, or columns
    ``severity_0`` to ``severity_4`` with the probabilities of the levels, of which the largest counts; and the answers of
    yes/no heads of one's own where the posts have them.
    """
    sentiment = scored["sentiment"]
    counts = pd.DataFrame(
        {
            "n_posts": np.ones(len(scored), dtype=np.int64),
            "n_complaints": read_flags(scored["is_complaint"]).astype(np.int64),
            "n_negative": (sentiment == "negative").to_numpy(dtype=np.int64),
            "n_positive": (sentiment == "positive").to_numpy(dtype=np.int64),
            "complaint_units": _to_units(scored["complaint_probability"]),
            "sentiment_units": _to_units(scored["sentiment_score"]),
        },
        index=scored.index,
    )
    ratings = _floats(scored["rating"]) if "rating" in scored.columns else np.array([])
    if np.isfinite(ratings).any():
        rated = np.isfinite(ratings)
        units = np.rint(np.where(rated, ratings, 0) * UNITS)
        counts = counts.assign(**dict(zip(RATING_COUNTS, (rated.astype(np.int64), units.astype(np.int64)), strict=True)))
    levels = _severity_levels(scored)
    if np.isin(levels, SEVERITIES).any():
        counts = counts.assign(**{f"n_severity_{level}": (levels == level).astype(np.int64) for level in SEVERITIES})
    for head in find_own_heads(scored.columns):
        if head.is_yes_no:
            flags = read_flags(scored[head.answer])
            judged = np.isfinite(flags)
            answers = {JUDGED + head.name: judged.astype(np.int64), YES + head.name: (flags == 1).astype(np.int64)}
            counts = counts.assign(**answers)
    return counts


def _severity_levels(scored: pd.DataFrame) -> NDArray[np.float64]:
    """Give each post's severity, NaN where it has none."""
    if "severity" in scored.columns:
        return _floats(scored["severity"])
    columns = [f"severity_{level}" for level in SEVERITIES]
    if not set(columns) <= set(scored.columns) or scored.empty:
        return np.full(len(scored), np.nan)
    levels, largest = np.zeros(len(scored)), _floats(scored[columns[0]])
    known = np.isfinite(largest)
    for level, name in enumerate(columns[1:], start=1):
        chance = _floats(scored[name])
        known &= np.isfinite(chance)
        levels[chance > largest] = level
        largest = np.maximum(largest, chance)
    return np.where(known, levels, np.nan)


def sum_counts(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Add up the counts of rows with the same keys; sorted by the keys in their order."""
    if rows.empty:
        return rows[[*keys, *count_columns(rows)]].reset_index(drop=True)
    rows = rows[[*keys, *count_columns(rows)]]
    if not keys:
        return rows.sum().to_frame().T
    return rows.groupby(list(keys), sort=True, as_index=False).sum()


def add_counts(parts: Iterable[pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """Add up what `sum_counts` gave for the parts; at least one part."""
    parts = list(parts)
    # pandas frowns upon the dtypes of empty frames among others.
    filled = [part for part in parts if not part.empty]
    if not filled:
        return parts[0]
    both = pd.concat(filled, ignore_index=True)
    if any(len(part.columns) < len(both.columns) for part in filled):
        # A part without ratings, say, has none to add.
        counted = count_columns(both)
        both = both.fillna(dict.fromkeys(counted, 0)).astype(dict.fromkeys(counted, np.int64))
    return sum_counts(both, keys)


def count_columns(frame: pd.DataFrame) -> list[str]:
    """Give the names of the counts in a frame, in the order of all tables."""
    known = [name for name in (*COUNT_COLUMNS, *RATING_COUNTS, *SEVERITY_COUNTS) if name in frame.columns]
    own = sorted(name for name in frame.columns if str(name).startswith((JUDGED, YES)))
    return [*known, *sorted(name for name in frame.columns if is_language_count(name)), *own]


def own_head_names(counts: pd.DataFrame) -> list[str]:
    """Give the yes/no heads of one's own that the counts tell of."""
    return sorted(name.removeprefix(YES) for name in map(str, counts.columns) if name.startswith(YES))


def is_language_count(name: object) -> bool:
    """Whether a column holds counts of one language, such as ``n_posts@sv``, kept for the correction of rates."""
    return str(name).startswith(("n_posts@", "n_complaints@"))


def cell_names(values: pd.Series[Any]) -> pd.Series[Any]:
    """Name groups as text: numbers without a needless ``.0``, what is missing or blank as ``(none)``."""
    codes, uniques = pd.factorize(values)
    names = pd.array([*(_name(value) for value in uniques), NO_NAME], dtype="str")
    # factorize gives missing values the code -1, which is the last name.
    return pd.Series(names[codes], index=values.index, name=values.name)


def add_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Give rates, means and 95 % intervals for each row of counts; NaN where there are no posts."""
    n = counts["n_posts"].to_numpy(dtype=float)
    complaints, positive, negative = (counts[f"n_{kind}"].to_numpy() for kind in ("complaints", "positive", "negative"))
    rate_low, rate_high = wilson_interval(complaints, n)
    net_low, net_high = net_interval(positive, negative, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = complaints / n
        net = (positive - negative) / n
        mean_probability = counts["complaint_units"].to_numpy() / (n * UNITS)
    return counts.assign(
        complaint_rate=rate,
        complaint_rate_low=rate_low,
        complaint_rate_high=rate_high,
        mean_complaint_probability=mean_probability,
        net_sentiment=net,
        net_sentiment_low=net_low,
        net_sentiment_high=net_high,
    )


def _name(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        value = f"{value:.15g}"
    return str(value).strip() or NO_NAME


def _is_filled(values: pd.Series[Any]) -> BoolArray:
    there = values.notna().to_numpy()
    return there if not there.any() else there & (values.astype("object") != "").to_numpy(dtype=bool)


def _floats(values: pd.Series[Any]) -> NDArray[np.float64]:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def read_flags(values: pd.Series[Any]) -> NDArray[np.float64]:
    """Read booleans, also those that came back from a CSV file as text, as 1, 0 and NaN."""
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=float, na_value=np.nan)
    codes, uniques = pd.factorize(values)
    meanings = [_TRUE.get(str(value).strip().lower(), np.nan) for value in uniques]
    return np.array([*meanings, np.nan])[codes]


def _to_units(values: pd.Series[Any]) -> NDArray[np.int64]:
    return np.rint(_floats(values) * UNITS).astype(np.int64)
