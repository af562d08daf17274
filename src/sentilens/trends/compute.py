"""From scored posts to a trend table."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataQualityWarning
from ..schema import BRANDS
from .counting import NEEDED_COLUMNS, cell_names, check_columns, countable, sort_posts, sum_counts
from .mentions import BRAND, explode
from .periods import canonical_freq, check_timezone, parse_times, period_starts
from .prevalence import MANIFEST_KEY, count_languages, read_error_rates
from .table import PERIOD, TrendTable, column_names


def compute_trends(
    scored: pd.DataFrame,
    by: str | Sequence[str] = ("brand", "channel"),
    freq: str = "W-MON",
    *,
    timezone: str = "UTC",
    error_rates: Mapping[str, Any] | None = None,
    include_owned: bool = False,
    include_copies: bool = False,
    explode_brands: bool = True,
) -> TrendTable:
    """Count scored posts per group and period.

    Parameters
    ----------
    scored : DataFrame
        Scored posts, as ``model.score(posts)`` returns them. ``created_at`` may also hold ISO 8601 strings; times
        without a zone are read as UTC.
    by : str or sequence of str, default ("brand", "channel")
        Columns that make the groups; ``()`` for the total alone. Missing values are shown as ``(none)``.
    freq : str, default "W-MON"
        Length of the periods: ``"h"``, ``"D"``, ``"W-MON"`` or ``"W"`` (weeks that begin on Monday), ``"MS"`` or
        ``"M"``, ``"QS"`` or ``"Q"``, ``"YS"`` or ``"Y"``.
    timezone : str, default "UTC"
        Whose days and weeks, such as ``"Europe/Stockholm"``.
    error_rates : mapping, optional
        What the complaint classifier is known to get wrong, by language, for rates corrected for it; the form is told in
        `sentilens.trends.prevalence`. ``scored.attrs["model_card"]["error_rates"]`` if not given and there.
    include_owned, include_copies : bool, default False
        Count the company's own posts (``owned``) and posts that repeat earlier ones (``copy_of``) too. They are left out
        and counted in ``.n_owned`` and ``.n_copies`` otherwise.
    explode_brands : bool, default True
        Where `by` has ``"brand"`` and the posts have a column ``brands``, a post that concerns several counts once for each.
        ``.n_posts`` and ``collapse`` to other columns count it once. False counts it for ``brand`` alone.

    Returns
    -------
    TrendTable
        ``.to_frame()`` gives the figures. Tables of parts add up: ``sum(compute_trends(p) for p in parts)``.

    Raises
    ------
    MissingColumnsError
        Where a column of `by`, the dates or the scores are missing.
    ConfigError
        Where `by`, `freq` or `timezone` cannot be used.

    Warns
    -----
    DataQualityWarning
        Where scored posts have no date that can be read; they are left out and counted in ``.n_undated``.

    Examples
    --------
    >>> import pandas as pd
    >>> scored = pd.DataFrame({
    ...     "created_at": ["2026-03-02T09:00Z", "2026-03-08T21:00Z", "2026-03-17T12:00Z"],
    ...     "brand": "Telmira", "status": "ok", "sentiment": ["negative", "neutral", "positive"],
    ...     "sentiment_score": [-0.8, 0.0, 0.6], "complaint_probability": [0.9, 0.2, 0.1],
    ...     "is_complaint": [True, False, False],
    ... })
    >>> frame = compute_trends(scored, by="brand").to_frame()
    >>> frame[["brand", "period_start", "n_posts", "n_complaints"]]
         brand              period_start  n_posts  n_complaints
    0  Telmira 2026-03-02 00:00:00+00:00        2             1
    1  Telmira 2026-03-09 00:00:00+00:00        0             0
    2  Telmira 2026-03-16 00:00:00+00:00        1             0
    """
    options = {"include_owned": include_owned, "include_copies": include_copies, "explode_brands": explode_brands}
    table = count_trends(scored, by, freq, timezone=timezone, error_rates=error_rates, **options)
    if table.n_undated:
        warnings.warn(
            f"{table.n_undated:,} of {table.n_undated + table.n_posts:,} scored posts have no date that can be read; "
            "they are left out of the trends.",
            DataQualityWarning,
            stacklevel=2,
        )
    return table


def count_trends(
    scored: pd.DataFrame,
    by: str | Sequence[str],
    freq: str,
    *,
    timezone: str,
    error_rates: Mapping[str, Any] | None = None,
    include_owned: bool = False,
    include_copies: bool = False,
    explode_brands: bool = False,
) -> TrendTable:
    """Do what `compute_trends` does, without the warning and each post once unless told, for those who add up many chunks."""
    names, freq, timezone = column_names(by), canonical_freq(freq), check_timezone(timezone)
    check_columns(scored, [*names, "created_at", *NEEDED_COLUMNS])
    if error_rates is None:
        error_rates = scored.attrs.get("model_card", {}).get(MANIFEST_KEY)
    scored = scored.copy(deep=False)
    scored.attrs = {}  # pandas copies them, an audit and a whole manifest, with every step
    kinds = sort_posts(scored, include_owned=include_owned, include_copies=include_copies)
    times = parse_times(scored["created_at"])
    dated = kinds.counted & ~np.asarray(times.isna())
    posts, times = scored.loc[dated], times[dated]
    starts = period_starts(times, freq, timezone)
    keys: dict[str, Any] = {name: cell_names(posts[name]) for name in names}
    rows = countable(posts)
    rates = read_error_rates(error_rates)
    if rates:
        check_columns(scored, ["language"])
        rows = count_languages(rows, posts["language"], rates)
    rows = rows.assign(**keys, **{PERIOD: starts})
    repeats = None
    if explode_brands and BRAND in names and BRANDS in scored.columns:
        rows, repeats = explode(rows, posts[BRANDS], [*(name for name in names if name != BRAND), PERIOD])
    counts = sum_counts(rows, [*names, PERIOD])
    return TrendTable(
        by=names,
        freq=freq,
        timezone=timezone,
        counts=counts,
        n_undated=int(kinds.counted.sum() - dated.sum()),
        n_unscored=int(kinds.unscored.sum()),
        n_owned=int(kinds.owned.sum()),
        n_copies=int(kinds.copies.sum()),
        first_post=times.min() if len(times) else None,
        last_post=times.max() if len(times) else None,
        error_rates=rates,
        repeats=repeats,
    )
