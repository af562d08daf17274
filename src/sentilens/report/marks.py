"""Alerts and events, drawn onto a plot of trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..style import INK, MUTED, SMALL_SIZE, shortened
from ..trends.periods import parse_times
from ..trends.table import PERIOD, TrendTable
from .groups import ALL_POSTS, SEPARATOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .plots import TrendLine

_MAX_LABEL: Final = 28
#: How far a mark stands above its point, where no axis is, in points.
_APART: Final = 9


def mark_alerts(ax: Axes, alerts: pd.DataFrame, table: TrendTable, metric: str, lines: Sequence[TrendLine]) -> None:
    """Mark the alerts of a metric at the points of their lines; those of other groups and metrics are left out.

    Raises
    ------
    ConfigError
        Where the alerts are by other columns than the lines (reason ``unlike_alerts``).
    """
    missing = [name for name in (*table.by, PERIOD, "metric", "direction", "kind", "since") if name not in alerts.columns]
    if missing:
        raise ConfigError(
            f"The alerts have no column {', '.join(map(repr, missing))}.",
            reason="unlike_alerts",
            hint="Find them in the trends that are drawn: find_alerts(trends.collapse(by)), plot_trends(..., by=by).",
        )
    by_name = {line.name: line for line in lines}
    for row in alerts[alerts["metric"] == metric].to_dict("records"):
        line = by_name.get(SEPARATOR.join(str(row[name]) for name in table.by) if table.by else ALL_POSTS)
        at, since = (int(position) for position in table.periods.get_indexer(pd.DatetimeIndex([row[PERIOD], row["since"]])))
        if line is None or at < 0 or not np.isfinite(line.values[metric][at]):
            continue
        height = float(line.values[metric][at])
        style: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "va": "center", "zorder": 7, "color": INK}
        symbol = "▲" if row["direction"] == "up" else "▼"
        ax.annotate(symbol, xy=(line.x[at], height), xytext=(0, _APART), fontsize=7, **style)
        if row["kind"] == "shift":
            ax.plot(line.x[[max(since, 0), at]], [height, height], color=INK, linewidth=1, linestyle=":", zorder=6)


def mark_events(ax: Axes, events: pd.DataFrame) -> None:
    """Draw an upright line for each event within the periods, with its label at the top.

    Raises
    ------
    ConfigError
        Where the frame has no columns ``date`` and ``label``, or a date cannot be read (reason ``bad_events``).
    """
    hint = "Give a DataFrame with the columns date (2026-03-09) and label."
    if not {"date", "label"} <= set(events.columns):
        raise ConfigError("The events have no columns 'date' and 'label'.", reason="bad_events", hint=hint)
    times = parse_times(events["date"].astype("str"))
    n_unread = int(np.asarray(times.isna()).sum())
    if n_unread:
        raise ConfigError(f"{n_unread:,} events have no date that can be read.", reason="bad_events", hint=hint)
    low, high = ax.get_xlim()
    # A day has no time zone: it begins at midnight wherever the trends are counted.
    days = times.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) / 86_400
    for number, (day, label) in enumerate(sorted(zip(days.tolist(), events["label"].astype(str), strict=True))):
        if not low <= day <= high:
            continue
        ax.axvline(day, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=2)
        ax.annotate(
            shortened(label, _MAX_LABEL),
            xy=(day, 1),
            xycoords=("data", "axes fraction"),
            # Neighbours stand on two lines, so that they do not run into each other.
            xytext=(3 if day < (low + high) / 2 else -3, -2 - 11 * (number % 2)),
            textcoords="offset points",
            fontsize=SMALL_SIZE,
            color=MUTED,
            ha="left" if day < (low + high) / 2 else "right",
            va="top",
            parse_math=False,
        )
