"""Trends as line plots that can be read by everyone, on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..trends.table import PERIOD, TrendTable
from . import words
from .bursts import Burst
from .groups import MIN_CELL, SEPARATOR, group_labels, group_sizes
from .marks import mark_alerts, mark_events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Metric -> what the axis says. The first three are rates with gaps where there are few posts.
METRICS: Final[dict[str, str]] = {
    "complaint_rate": "Likely complaints, share of posts",
    "net_sentiment": "Net sentiment, from −1 to +1",
    "mean_complaint_probability": "Mean complaint probability",
    "n_complaints": "Likely complaints, number of posts",
    "n_posts": "Posts",
    "share_of_voice": "Share of all posts",
}
_PERCENT_RATES: Final = ("complaint_rate", "mean_complaint_probability")
_RATES: Final = (*_PERCENT_RATES, "net_sentiment")
_NUMBERS: Final = ("n_complaints", "n_posts")
#: Okabe and Ito (2008), Color universal design: told apart by people of every colour vision. Without their black and
#: their yellow, which vanish on a dark and on a white ground.
PALETTE: Final[tuple[str, ...]] = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS: Final = "osD^vP"
INK: Final = "#20262d"
MUTED: Final = "#66707a"
RULE: Final = "#d8dde2"
PAPER: Final = "#ffffff"

_MAX_LABEL: Final = 20
#: More ribbons than this hide each other and are drawn paler.
_MAX_RIBBONS: Final = 3
_MAX_DOTTED: Final = 60
_MAX_TICKS: Final = 6
#: Least distance between two labels at the right edge, in inches.
_LABEL_STEP: Final = 0.16


def plot_trends(
    trends: TrendTable,
    metric: str = "complaint_rate",
    *,
    by: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    top: int = 6,
    highlight: str | None = None,
    alerts: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> Axes:
    """Draw one line per group over time, with its 95 % interval as a ribbon.

    Periods in which a group has fewer than five posts are gaps in lines of rates. Periods that the data cover in part
    only have hollow points and dashed lines.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`.
    metric : {"complaint_rate", "net_sentiment", "mean_complaint_probability", "n_complaints", "n_posts", "share_of_voice"}
        What to draw. Numbers of posts have no interval, nor have shares of voice and the mean probability.
    by : str or sequence of str, optional
        The columns that make the lines, the first of ``trends.by`` if not given; ``()`` for one line over all.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    top : int, default 6
        The most lines, those of the largest groups. There are six colours; more lines repeat them with other marks.

    highlight : str, optional
        The name of a group to bring to the fore: it alone keeps its ribbon, and its highest rate is written out.
    alerts : DataFrame, optional
        From `find_alerts`; those of this metric and of the lines drawn are marked: a triangle that points up or down, and for a
        shift a dotted line back to where it began.
    events : DataFrame, optional
        What happened when: columns ``date`` and ``label``, drawn as upright lines.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `metric`, `by` or `top` cannot be used.

    Examples
    --------
    >>> ax = sl.plot_trends(sl.compute_trends(scored), by="channel")  # doctest: +SKIP
    >>> ax.figure.savefig("trends.png")  # doctest: +SKIP
    """
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.", reason="unknown_metric", hint=f"Use {', '.join(METRICS)}.")
    if not isinstance(top, int) or top < 1:
        raise ConfigError(f"top={top!r} is not a number of lines.", reason="bad_top", hint="Use 1 or more.")
    table = trends.collapse(trends.by[:1] if by is None else by)
    if ax is None:
        # Through pyplot, so that notebooks show the figure.
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(8.4, 3.8), layout="constrained")
    lines = trend_lines(table, metric, top)
    _dress(ax, table, metric)
    if not any(np.isfinite(line.values[metric]).any() for line in lines):
        reason = f"No period has {MIN_CELL} posts or more." if table.n_posts else "No post has a date."
        ax.text(0.5, 0.5, reason, transform=ax.transAxes, ha="center", va="center", color=MUTED, fontsize=9)
        return ax
    to_fore = highlight if highlight in {line.name for line in lines} else None
    ends = []
    for rank, line in enumerate(lines):
        look = Look(
            colour=PALETTE[rank % len(PALETTE)],
            marker=MARKERS[rank // len(PALETTE) % len(MARKERS)],
            ribbon=(0.13 if len(lines) <= _MAX_RIBBONS else 0.06) if to_fore is None else 0.16 * (line.name == to_fore),
            faded=to_fore not in (None, line.name),
        )
        end = _draw_line(ax, line, metric, look)
        if end is not None:
            ends.append((line.shown, *end, look.colour))
    _set_limits(ax, lines, metric, ribbons_of=to_fore)
    if to_fore is not None and metric in _PERCENT_RATES:
        _write_peak(ax, next(line for line in lines if line.name == to_fore), metric)
    if alerts is not None:
        mark_alerts(ax, alerts, table, metric, lines)
    if events is not None:
        mark_events(ax, events)
    if table.by:
        _label_ends(ax, ends, n_left_out=len(group_sizes(table)) - len(lines))
    return ax


class TrendLine:
    """A group's values over all periods, rates NaN where there are too few posts."""

    def __init__(self, name: str, frame: pd.DataFrame, table: TrendTable, metric: str) -> None:
        self.name = name
        self.shown = _shown(name, table)
        self.x = _x_values(table.periods)
        self.partial = np.asarray(table.periods.isin(table.partial_periods))
        frame = frame.set_index(PERIOD).reindex(table.periods)
        n = frame["n_posts"].fillna(0).to_numpy(dtype=float)
        self.values: dict[str, Any] = {}
        for column in (metric, f"{metric}_low", f"{metric}_high"):
            if column in frame.columns:
                numbers = frame[column].to_numpy(dtype=float)
                self.values[column] = np.where(n >= MIN_CELL, numbers, np.nan) if metric in _RATES else numbers
        if metric not in _RATES:
            self.values[metric] = np.nan_to_num(self.values[metric])
        if metric == "share_of_voice":
            self.values[metric][_posts_per_period(table) < MIN_CELL] = np.nan


@dataclass(frozen=True)
class Look:
    """How a line is drawn: its colour and mark, how strong its ribbon is, and whether it stands back for another."""

    colour: str
    marker: str
    ribbon: float
    faded: bool


def trend_lines(table: TrendTable, metric: str, top: int) -> list[TrendLine]:
    """Give the lines of the largest groups, the largest first."""
    frame = table.to_frame(empty_rows=False)
    labels = group_labels(table).to_numpy()
    return [TrendLine(str(name), frame[labels == name], table, metric) for name in group_sizes(table).head(top).index]


def mark_bursts(ax: Axes, trends: TrendTable, bursts: Sequence[Burst], metric: str) -> None:
    """Lay a light band over each burst in the colour of its line, and write the count at its peak.

    The axes are those that `plot_trends` drew the metric on, for the first column of the trends.
    """
    table = trends.collapse(trends.by[:1])
    lines = trend_lines(table, metric, top=len(PALETTE))
    for rank, line in enumerate(lines):
        for burst in (burst for burst in bursts if burst.name == line.name):
            first, peak, last = table.periods.get_indexer(pd.DatetimeIndex([burst.start, burst.peak, burst.last]))
            # A period's point stands at its start: the band reaches half a period to either side.
            half = (line.x[peak] - line.x[peak - 1]) / 2
            ax.axvspan(line.x[first] - half, line.x[last] + half, color=PALETTE[rank], alpha=0.09, linewidth=0, zorder=0)
            height = float(line.values[metric][peak])
            ax.annotate(
                f"{line.shown}, {words.tick(burst.peak, table.freq, year=False)}: {words.number(round(height))}",
                xy=(line.x[peak], height),
                xytext=(7, 0) if peak < 0.7 * len(line.x) else (-7, 0),
                textcoords="offset points",
                ha="left" if peak < 0.7 * len(line.x) else "right",
                va="center",
                fontsize=9,
                fontweight="bold",
                color=INK,
                parse_math=False,
                zorder=6,
            )


def _draw_line(ax: Axes, line: TrendLine, metric: str, look: Look) -> tuple[float, float] | None:
    """Draw a group's line and give its last whole point, None where there is nothing to draw."""
    y, colour = line.values[metric], look.colour
    drawn = np.isfinite(y)
    if not drawn.any():
        return None
    alpha, weight, layer = (0.5, 1.2, 3) if look.faded else (1.0, 2.0, 4)
    alone = drawn & ~_has_neighbour(drawn)
    low, high = (line.values.get(f"{metric}_{side}") for side in ("low", "high"))
    if low is not None and high is not None and look.ribbon:
        ax.fill_between(line.x, low, high, color=colour, alpha=look.ribbon, linewidth=0)
        ax.vlines(line.x[alone], low[alone], high[alone], color=colour, alpha=0.5, linewidth=1.5)
    whole = np.where(line.partial, np.nan, y)
    ax.plot(line.x, whole, color=colour, alpha=alpha, linewidth=weight, zorder=layer, label=line.shown)
    for at in np.flatnonzero(line.partial & drawn):
        pair = [at, at + 1 if at == 0 else at - 1]
        if len(y) > 1:
            ax.plot(line.x[pair], y[pair], color=colour, alpha=alpha, linewidth=1.2, linestyle=(0, (2, 2)), zorder=layer)
    few = len(y) <= _MAX_DOTTED
    dots, hollow = drawn & ~line.partial & (alone | few), drawn & line.partial
    style: dict[str, Any] = {"marker": look.marker, "alpha": alpha, "zorder": layer + 1}
    ax.scatter(line.x[dots], y[dots], s=11 * weight / 2, color=colour, linewidths=0, **style)
    ax.scatter(line.x[hollow], y[hollow], s=18, facecolor=PAPER, edgecolor=colour, linewidths=1.3, **style)
    last = int(np.flatnonzero(drawn & ~line.partial if (drawn & ~line.partial).any() else drawn)[-1])
    return float(line.x[last]), float(y[last])


def _dress(ax: Axes, table: TrendTable, metric: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(RULE)
    ax.grid(axis="y", color=RULE, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(axis="both", length=0, labelsize=9, labelcolor=MUTED, pad=5)
    ax.set_title(METRICS[metric], loc="left", fontsize=9.5, color=INK, pad=10)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=metric in _NUMBERS))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _axis_number(value, metric)))
    if metric == "net_sentiment":
        ax.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    periods = table.periods
    if len(periods):
        shown = list(range(0, len(periods), max(1, -(-len(periods) // _MAX_TICKS))))
        years = [periods[at].year for at in shown]
        labels = [words.tick(periods[at], table.freq, year=i == 0 or years[i] != years[i - 1]) for i, at in enumerate(shown)]
        x = _x_values(periods)
        ax.set_xticks(x[shown], labels)
        pad = max(0.5, 0.015 * (x[-1] - x[0])) if len(x) == 1 else 0.02 * (x[-1] - x[0])
        ax.set_xlim(x[0] - pad, x[-1] + pad)
    else:
        ax.set_xticks([])
        ax.set_yticks([])


def _set_limits(ax: Axes, lines: Sequence[TrendLine], metric: str, ribbons_of: str | None) -> None:
    """Choose the axis by the lines; ribbons, which are wide where posts are few, get at most half as much again."""
    y = np.concatenate([line.values[metric] for line in lines])
    top, bottom = float(np.nanmax(y)), float(np.nanmin(y))
    highs, lows = (
        np.concatenate(
            [line.values.get(f"{metric}_{side}", line.values[metric]) for line in lines if ribbons_of in (None, line.name)]
        )
        for side in ("high", "low")
    )
    reach = max(top - min(bottom, 0), 0.02)
    high = max(top, min(float(np.nanmax(highs, initial=top)), top + 0.5 * reach)) + 0.04 * reach
    if metric == "net_sentiment":
        low = min(bottom, max(float(np.nanmin(lows, initial=bottom)), bottom - 0.5 * reach)) - 0.04 * reach
        ax.set_ylim(max(-1.02, min(low, -0.05)), min(1.02, max(high, 0.05)))
    elif metric in _NUMBERS:
        ax.set_ylim(0, max(1.0, 1.08 * top))
    else:
        ax.set_ylim(0, min(1.02, high * 1.03))


def _label_ends(ax: Axes, ends: list[tuple[str, float, float, str]], n_left_out: int) -> None:
    """Write each group's name at its line's height outside the axes, apart from each other, with a leader."""
    low, high = ax.get_ylim()
    ends = sorted(ends, key=lambda end: (end[2], end[0]))
    # A layout yet to come takes some of the axes' height.
    step = _LABEL_STEP / (0.85 * ax.bbox.height / ax.figure.dpi)
    heights = _spread([(y - low) / (high - low) for _, _, y, _ in ends], step)
    for (name, x, y, colour), height in zip(ends, heights, strict=True):
        ax.annotate(
            name if len(name) <= _MAX_LABEL else name[: _MAX_LABEL - 1].rstrip() + "…",
            xy=(x, y),
            xycoords="data",
            xytext=(1.035, height),
            textcoords="axes fraction",
            fontsize=9,
            color=INK,
            va="center",
            ha="left",
            annotation_clip=False,
            # No "$x$": a brand is a brand, not a formula.
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.3, "shrinkA": 2, "shrinkB": 3, "relpos": (0, 0.5)},
        )
    if n_left_out:
        text = f"and {words.number(n_left_out)} smaller"
        ax.annotate(text, xy=(1.035, -0.02), xycoords="axes fraction", fontsize=8, color=MUTED, va="top", ha="left")


def _spread(heights: list[float], step: float) -> list[float]:
    """Move ascending heights apart until neighbours are `step` away, staying as near as possible and within [0, 1]."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + step) if placed else max(height, 0.0))
    ceiling = 1.0
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], ceiling)
        ceiling = placed[at] - step
    return placed


def _write_peak(ax: Axes, line: TrendLine, metric: str) -> None:
    y = line.values[metric]
    if not np.isfinite(y).any():
        return
    at = int(np.nanargmax(y))
    ax.annotate(
        words.percent(float(y[at])),
        xy=(line.x[at], y[at]),
        xytext=(0, 6),
        textcoords="offset points",
        fontsize=10,
        fontweight="bold",
        color=INK,
        ha="center",
        va="bottom",
        zorder=6,
    )


def _shown(label: str, table: TrendTable) -> str:
    """Write a group's label as people write its names."""
    if len(table.by) == 1:
        return words.shown(label, table.by[0])
    # A name may hold the separator itself; then the label stays as it is.
    parts = label.split(SEPARATOR)
    if len(parts) != len(table.by):
        return label
    return SEPARATOR.join(words.shown(part, column) for part, column in zip(parts, table.by, strict=True))


def _posts_per_period(table: TrendTable) -> Any:
    return table.counts.groupby(PERIOD)["n_posts"].sum().reindex(table.periods, fill_value=0).to_numpy()


def _has_neighbour(drawn: Any) -> Any:
    neighbour = np.zeros_like(drawn)
    neighbour[1:] |= drawn[:-1]
    neighbour[:-1] |= drawn[1:]
    return neighbour


def _x_values(periods: pd.DatetimeIndex) -> Any:
    """Days since 1970 by the local clock; numbers, so that nothing depends on matplotlib's date settings."""
    return periods.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) / 86_400


def _axis_number(value: float, metric: str) -> str:
    if metric in _NUMBERS:
        return words.number(round(value))
    if metric == "net_sentiment":
        return words.signed(value)
    return f"{100 * value:.4g}\u00a0%"
