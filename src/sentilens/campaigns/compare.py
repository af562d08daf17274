"""From scored posts, or their trends, to what changed with a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError, InputError
from ..trends.measures import METRICS as RATES
from ..trends.measures import MIN_POSTS
from ..trends.periods import check_timezone
from ..trends.table import TrendTable
from .comparison import PeriodComparison
from .contrast import MIN_BLOCKS, Estimate, Stretch, difference, level, measure
from .series import Blocks, check_day, count_by_brand, cut_blocks, need_brands, window_days

METRICS: Final = (*RATES, "n_posts")
#: The most earlier dates that are tried as placebos.
MAX_PLACEBOS: Final = 26
_MAX_NAMED: Final = 20


def compare_periods(
    scored: Any,
    date: Any,
    before: str = "8W",
    after: str = "8W",
    *,
    brand: str | None = None,
    controls: Sequence[str] | None = None,
    metric: str = "complaint_rate",
    end: Any = None,
    label: str = "",
    timezone: str = "UTC",
) -> PeriodComparison:
    """Compare the time before a day with the time after, and with what other brands did meanwhile.

    Parameters
    ----------
    scored : DataFrame, path, iterable of DataFrame, or TrendTable
        Scored posts; a scored file or an export, read in bounded memory; chunks; or trends, best by the day and by brand.
    date : date or str
        The first day of the time after.
    before, after : str, default "8W"
        How long to look back and ahead, in weeks (``"8W"``) or days (``"30D"``). Shorter where the posts begin later or end
        earlier.
    brand : str, optional
        Whose posts; all together if not given.
    controls : sequence of str, optional
        Brands to set it against, all others if not given; ``()`` for none. Their posts count together.
    metric : str, default "complaint_rate"
        ``complaint_rate``, ``net_sentiment``, ``mean_complaint_probability``, ``n_complaints`` or ``n_posts``. Changes of
        numbers are ratios: 0.5 is half as many again.
    end : date or str, optional
        The last day of what happened: the time after ends there.
    label : str, optional
        What happened, for sentences.
    timezone : str, default "UTC"
        Whose days; trends have their own.

    Returns
    -------
    PeriodComparison

    Raises
    ------
    ConfigError
        Where an argument cannot be used, or there is no such brand (reason ``unknown_group``).
    InputError
        Where no post has a date and scores, or the day lies outside of the posts (``period_outside``).

    Examples
    --------
    >>> rise = sl.compare_periods(scored, "2026-04-20", brand="Voltvik")  # doctest: +SKIP
    >>> print(*rise.sentences(), sep="\\n")  # doctest: +SKIP
    """
    table = count_by_brand(scored, check_timezone(timezone))
    return _compare(table, date, before, after, brand, controls, metric, end, label)


def compare_events(
    scored: Any, events: pd.DataFrame, before: str = "8W", after: str = "8W", **options: Any
) -> list[PeriodComparison]:
    """Compare before and after each of several events.

    Parameters
    ----------
    scored : DataFrame, path, iterable of DataFrame, or TrendTable
        As for `compare_periods`.
    events : DataFrame
        From `read_events`, or with its columns ``date`` and ``label``, and where there are ``end`` and ``brand``. An event
        without a brand concerns all posts together.
    before, after, **options
        As for `compare_periods`.

    Returns
    -------
    list of PeriodComparison
        In the order of the events, those left out that lie outside of the posts.
    """
    if not {"date", "label"} <= set(events.columns):
        raise ConfigError(
            "The events have no columns 'date' and 'label'.", reason="bad_events", hint="Read them with sl.read_events(path)."
        )
    table = count_by_brand(scored, check_timezone(options.pop("timezone", "UTC")))
    chosen = {"brand": options.pop("brand", None), "controls": options.pop("controls", None)}
    metric = options.pop("metric", "complaint_rate")
    if options:
        raise ConfigError(f"There is no option {next(iter(options))!r}.", reason="unknown_option", hint="See compare_periods.")
    found = []
    for event in events.to_dict("records"):
        brand = event.get("brand")
        brand = chosen["brand"] if brand is None or pd.isna(brand) or not brand else str(brand)
        end = event.get("end")
        try:
            found.append(
                _compare(
                    table,
                    event["date"],
                    before,
                    after,
                    brand,
                    chosen["controls"],
                    metric,
                    None if end is None or pd.isna(end) else end,
                    str(event["label"]),
                )
            )
        except InputError as error:
            if error.reason != "period_outside":
                raise
    return found


def _compare(
    table: TrendTable,
    date: Any,
    before: str,
    after: str,
    brand: str | None,
    controls: Sequence[str] | None,
    metric: str,
    end: Any,
    label: str,
) -> PeriodComparison:
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.", reason="unknown_metric", hint=f"Use {', '.join(METRICS)}.")
    day = _day(date, table.timezone, "date")
    lengths = [window_days(before, "before"), window_days(after, "after")]
    if end is not None:
        lengths[1] = (_day(end, table.timezone, "end") + pd.DateOffset(days=1) - day).days
        if lengths[1] < 1:
            raise ConfigError("The end lies before the date.", reason="bad_window", hint="Give the earlier day first.")
    check_day(table, day)
    name, others = _brands(table, brand, controls)
    blocks = cut_blocks(table, day, lengths[0], lengths[1], metric)
    n_before = _n_blocks(blocks, lengths[0], day)
    window = range(blocks.first_after - n_before, len(blocks.starts))
    mine = [name] if name is not None else sorted(blocks.sums)
    change, against, control = _contrast(blocks, mine, others, window, blocks.first_after)
    return PeriodComparison(
        metric=metric,
        date=day,
        label=label,
        brand=name,
        controls=tuple(others),
        block_days=blocks.n_days,
        n_blocks_before=n_before,
        n_blocks=len(blocks.starts) - blocks.first_after,
        table=_table(blocks, mine, others, window),
        change=change,
        control_change=control,
        against_controls=against,
        placebos=_placebos(blocks, mine, others, n_before),
    )


def _contrast(
    blocks: Blocks, mine: Sequence[str], others: Sequence[str], window: range, middle: int
) -> tuple[Estimate, Estimate | None, Estimate | None]:
    """Give the change of some brands, the same against others, and that of the others."""
    pairs = [_sides(blocks, names, window, middle) for names in (mine, others) if names]
    changes = [difference(after, before, logarithm=blocks.logarithm) for before, after in pairs]
    if len(pairs) == 1:
        return changes[0], None, None
    (before, after), (other_before, other_after) = pairs
    against = difference(after.minus(other_after), before.minus(other_before), logarithm=blocks.logarithm)
    return changes[0], against, changes[1]


def _sides(blocks: Blocks, names: Sequence[str], window: range, middle: int) -> tuple[Stretch, Stretch]:
    sums, sizes = blocks.pooled(names)
    parts = (slice(window.start, middle), slice(middle, window.stop))
    family = {"logarithm": blocks.logarithm, "share": blocks.share}
    before, after = (measure(sums[part], sizes[part], **family) for part in parts)
    return before, after


def _placebos(blocks: Blocks, mine: Sequence[str], others: Sequence[str], n_before: int) -> pd.DataFrame:
    """Make the same comparison at earlier dates, with what is before the day alone and at least half of each window."""
    rows = []
    n_after = len(blocks.starts) - blocks.first_after
    least = [max(MIN_BLOCKS + 1, -(-n // 2)) for n in (n_before, n_after)]
    for middle in range(blocks.first_after - least[1], least[0] - 1, -1)[:MAX_PLACEBOS]:
        window = range(max(middle - n_before, 0), min(middle + n_after, blocks.first_after))
        change, against, _ = _contrast(blocks, mine, others, window, middle)
        found = against or change
        if np.isfinite(found.low):
            figures = {"change": found.value, "low": found.low, "high": found.high, "clear": found.clear}
            rows.append({"date": blocks.starts[middle], **figures})
    return pd.DataFrame(rows, columns=["date", "change", "low", "high", "clear"])


def _table(blocks: Blocks, mine: Sequence[str], others: Sequence[str], window: range) -> pd.DataFrame:
    groups = [("brand" if len(mine) == 1 and mine[0] else "all", mine)]
    groups += [("control", [name]) for name in others] + ([("controls", others)] if len(others) > 1 else [])
    rows: list[Mapping[str, Any]] = []
    middle = blocks.first_after
    for role, names in groups:
        before, after = _sides(blocks, names, window, middle)
        posts = np.sum([blocks.posts[name] for name in names], axis=0)
        row: dict[str, Any] = {
            "brand": names[0] if len(names) == 1 else "",
            "role": role,
            "n_posts_before": int(posts[window.start : middle].sum()),
            "n_posts": int(posts[middle : window.stop].sum()),
        }
        figures = {"before": level(before, blocks.bounds), "after": level(after, blocks.bounds)}
        figures["change"] = difference(after, before, logarithm=blocks.logarithm)
        for name, figure in figures.items():
            row |= {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
        rows.append(row)
    return pd.DataFrame(rows)


def _n_blocks(blocks: Blocks, n_days: int, day: pd.Timestamp) -> int:
    """Tell how many of the blocks before the day belong to the window."""
    starts = blocks.starts[: blocks.first_after]
    if blocks.n_days is not None:
        return min(len(starts), n_days // blocks.n_days)
    return int((starts >= day - pd.DateOffset(days=n_days)).sum())


def _brands(table: TrendTable, brand: str | None, controls: Sequence[str] | None) -> tuple[str | None, list[str]]:
    """Find the brand and those it is set against, whatever the case of their letters."""
    if brand is None:
        if controls:
            raise ConfigError("There are controls, but no brand.", reason="no_brand", hint="Name the brand that they are for.")
        return None, []
    need_brands(table)
    names = {str(name).casefold(): str(name) for name in table.counts["brand"].unique()}
    wanted = [brand] if controls is None else [brand, *controls]
    for name in wanted:
        if name.strip().casefold() not in names:
            known = ", ".join(map(repr, sorted(names.values())[:_MAX_NAMED]))
            raise ConfigError(
                f"No post has brand={name!r}; there are {known}.", reason="unknown_group", hint="Use one of these."
            )
    found = names[brand.strip().casefold()]
    if controls is None:
        sizes = table.counts.groupby("brand")["n_posts"].sum()
        return found, [
            name for name in sorted(names.values()) if name != found and sizes[name] >= MIN_POSTS and name != "(none)"
        ]
    return found, sorted({names[name.strip().casefold()] for name in controls} - {found})


def _day(value: Any, timezone: str, name: str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(value)
    except (ValueError, TypeError):
        moment = pd.NaT  # type: ignore[assignment]
    if pd.isna(moment) or isinstance(value, (bool, int, float)):
        raise ConfigError(f"{name}={value!r} is not a day.", reason="bad_date", hint="Write it as 2026-04-20.")
    local = moment.tz_convert(timezone).tz_localize(None) if moment.tzinfo is not None else moment
    return local.normalize().tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")
