"""Trends as line plots that can be read by everyone, on paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..style import INK, LABEL_SIZE, MARKERS, MUTED, PALETTE, PAPER, SMALL_SIZE, dress, new_axes, say_empty, shortened
from ..trends.table import PERIOD, TrendTable
from ..wording import Wording, marked, wording
from .events import COUNTS, Event
from .groups import MIN_CELL, SEPARATOR, group_labels, group_sizes
from .marks import mark_alerts, mark_events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Metric -> what the axis says. The first are rates with gaps where there are few posts.
METRICS: Final[dict[str, str]] = {
    "complaint_rate": marked("Likely complaints, share of posts"),
    "complaint_rate_corrected": marked("Complaints, share of posts, corrected"),
    "net_sentiment": marked("Net sentiment, from −1 to +1"),
    "mean_complaint_probability": marked("Mean complaint probability"),
    "n_complaints": marked("Likely complaints, number of posts"),
    "n_posts": marked("Number of posts"),
    "share_of_voice": marked("Share of all posts"),
}
_PERCENT_RATES: Final = ("complaint_rate", "complaint_rate_corrected", "mean_complaint_probability")
_RATES: Final = (*_PERCENT_RATES, "net_sentiment")
_NUMBERS: Final = ("n_complaints", "n_posts")

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
    language: str = "en",
) -> Axes:
    """Draw one line per group over time, with its 95 % interval as a ribbon.

    Periods in which a group has fewer than five posts are gaps in lines of rates. Periods that the data cover in part
    only have hollow points and dashed lines.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`.
    metric : str, default "complaint_rate"
        What to draw: that or ``complaint_rate_corrected`` (where the trends have it), ``net_sentiment``,
        ``mean_complaint_probability``, ``n_complaints``, ``n_posts``, ``share_of_voice``. Numbers of posts have no interval,
        nor have shares of voice and the mean probability.
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
    language : str, default "en"
        The reader's: ``"en"``, ``"sv"``, ``"nb"``, ``"da"``, ``"fi"``, ``"is"`` or ``"de"``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `metric`, `by`, `top` or `language` cannot be used, or the trends have no corrected rates.

    Examples
    --------
    >>> ax = sl.plot_trends(sl.compute_trends(scored), by="channel")  # doctest: +SKIP
    >>> ax.figure.savefig("trends.png")  # doctest: +SKIP
    """
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.", reason="unknown_metric", hint=f"Use {', '.join(METRICS)}.")
    if not isinstance(top, int) or top < 1:
        raise ConfigError(f"top={top!r} is not a number of lines.", reason="bad_top", hint="Use 1 or more.")
    words = wording(language)
    table = trends.collapse(trends.by[:1] if by is None else by)
    if metric == "complaint_rate_corrected" and not table.error_rates:
        raise ConfigError(
            "Nothing is known of what the classifier gets wrong, so there are no corrected rates.",
            reason="no_error_rates",
            hint="Compute the trends with error_rates=..., or draw 'complaint_rate'.",
        )
    ax = new_axes() if ax is None else ax
    lines = trend_lines(table, metric, top, words)
    _dress(ax, table, metric, words)
    if not any(np.isfinite(line.values[metric]).any() for line in lines):
        few = words.say("No period has {n} posts or more.", n=words.number(MIN_CELL))
        say_empty(ax, few if table.n_posts else words.say("No post has a date."))
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
        _write_peak(ax, next(line for line in lines if line.name == to_fore), metric, words)
    if alerts is not None:
        mark_alerts(ax, alerts, table, metric, lines)
    if events is not None:
        mark_events(ax, events)
    if table.by:
        _label_ends(ax, ends, len(group_sizes(table)) - len(lines), words)
    return ax


class TrendLine:
    """A group's values over all periods, rates NaN where there are too few posts."""

    def __init__(self, name: str, frame: pd.DataFrame, table: TrendTable, metric: str, words: Wording) -> None:
        self.name = name
        self.shown = _shown(name, table, words)
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


def trend_lines(table: TrendTable, metric: str, top: int, words: Wording) -> list[TrendLine]:
    """Give the lines of the largest groups, the largest first."""
    frame = table.to_frame(empty_rows=False)
    labels = group_labels(table).to_numpy()
    return [TrendLine(str(name), frame[labels == name], table, metric, words) for name in group_sizes(table).head(top).index]


def shade_events(ax: Axes, trends: TrendTable, events: Sequence[Event], metric: str, words: Wording) -> None:
    """Lay a light band over each event in the colour of its line, and write what was counted at its peak.

    The axes are those that `plot_trends` drew the metric on, for the first column of the trends; events of other lines, and of
    other periods, are left out.
    """
    table = trends.collapse(trends.by[:1])
    for rank, line in enumerate(trend_lines(table, metric, len(PALETTE), words)):
        own = (line.name,) if table.by else ()
        for event in (event for event in events if event.names == own and event.freq == table.freq):
            first, peak, last = table.periods.get_indexer(pd.DatetimeIndex([event.start, event.peak, event.last]))
            # A period's point stands at its start: the band reaches half a period to either side.
            half = (line.x[peak] - line.x[peak - 1]) / 2
            ax.axvspan(line.x[first] - half, line.x[last] + half, color=PALETTE[rank], alpha=0.09, linewidth=0, zorder=0)
            height = float(line.values[metric][peak])
            if event.metric not in COUNTS or not np.isfinite(height):
                continue
            ax.annotate(
                f"{line.shown}, {words.tick(event.peak, table.freq, year=False)}: {words.number(round(height))}",
                xy=(line.x[peak], height),
                xytext=(7, 0) if peak < 0.7 * len(line.x) else (-7, 0),
                textcoords="offset points",
                ha="left" if peak < 0.7 * len(line.x) else "right",
                va="center",
                fontsize=LABEL_SIZE,
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


def _dress(ax: Axes, table: TrendTable, metric: str, words: Wording) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    dress(ax, words.say(METRICS[metric]))
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=metric in _NUMBERS))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _axis_number(value, metric, words)))
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


def _label_ends(ax: Axes, ends: list[tuple[str, float, float, str]], n_left_out: int, words: Wording) -> None:
    """Write each group's name at its line's height outside the axes, apart from each other, with a leader."""
    low, high = ax.get_ylim()
    ends = sorted(ends, key=lambda end: (end[2], end[0]))
    # A layout yet to come takes some of the axes' height.
    step = _LABEL_STEP / (0.85 * ax.bbox.height / ax.figure.dpi)
    heights = _spread([(y - low) / (high - low) for _, _, y, _ in ends], step)
    for (name, x, y, colour), height in zip(ends, heights, strict=True):
        ax.annotate(
            shortened(name),
            xy=(x, y),
            xycoords="data",
            xytext=(1.035, height),
            textcoords="axes fraction",
            fontsize=LABEL_SIZE,
            color=INK,
            va="center",
            ha="left",
            annotation_clip=False,
            # No "$x$": a brand is a brand, not a formula.
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.3, "shrinkA": 2, "shrinkB": 3, "relpos": (0, 0.5)},
        )
    if n_left_out:
        text = words.say_n("and {n} smaller", "and {n} smaller", n_left_out)
        ax.annotate(text, xy=(1.035, -0.02), xycoords="axes fraction", fontsize=SMALL_SIZE, color=MUTED, va="top", ha="left")


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


def _write_peak(ax: Axes, line: TrendLine, metric: str, words: Wording) -> None:
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


def _shown(label: str, table: TrendTable, words: Wording) -> str:
    """Write a group's label as people write its names."""
    if not table.by:
        return words.say("All posts")
    if len(table.by) == 1:
        return words.name(label, table.by[0])
    # A name may hold the separator itself; then the label stays as it is.
    parts = label.split(SEPARATOR)
    if len(parts) != len(table.by):
        return label
    return SEPARATOR.join(words.name(part, column) for part, column in zip(parts, table.by, strict=True))


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


def _axis_number(value: float, metric: str, words: Wording) -> str:
    if metric in _NUMBERS:
        return words.number(round(value))
    if metric == "net_sentiment":
        return words.signed(value)
    return words.percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-6 else 1)
