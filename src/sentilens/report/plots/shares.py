"""What wholes are made of: whose posts are how many, and how severe complaints are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from ...errors import ConfigError
from ...schema import SEVERITIES
from ...style import INK, LABEL_SIZE, MUTED, PALETTE, PAPER, SMALL_SIZE, dress, new_axes, say_empty
from ...trends.counting import SEVERITY_COUNTS
from ...trends.table import PERIOD, TrendTable
from ...wording import Wording, wording
from ..groups import MIN_CELL, group_labels, group_sizes
from .scales import check_top, label_ends, period_ticks, scale_values, short_name, shown_name, why_empty

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OTHERS_COLOUR: Final = "#c9cfd5"
#: Every other layer is hatched, so that neighbours are told apart without colours.
_HATCHES: Final = (None, "///")
#: Lines between the layers of more periods than this would hide them.
_MAX_PARTED: Final = 60
#: From no complaint to blame: one hue, ever darker, after a grey.
_SEVERITY_COLOURS: Final = ("#e4e7ea", "#f9c592", "#f29b57", "#c95207", "#7a2c00")
_DARK_FROM: Final = 3
#: The longest row of a legend, in letters, and its height in points.
_MAX_LEGEND: Final = 72
_LEGEND_ROW: Final = 13
#: The narrowest part that its share is written into.
_MIN_WRITTEN: Final = 0.055
_MAX_BARS: Final = 24
#: Height of a bar and of the space around all of them, and the width, in inches.
_BAR, _AROUND, _WIDTH = 0.34, 1.25, 8.4


def plot_share_of_voice(
    trends: TrendTable,
    *,
    by: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    top: int = 6,
    language: str = "en",
) -> Axes:
    """Draw whose posts are how large a share of each period's, stacked.

    Periods of fewer than five posts are gaps; those that the data cover in part only are paler.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`. Where posts count for several brands, shares are of all mentions.
    by : str or sequence of str, optional
        The columns that make the groups, the first of ``trends.by`` if not given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    top : int, default 6
        The most groups, the largest, the largest at the bottom; the others are one grey part on top.
    language : str, default "en"
        The reader's, as for `plot_trends`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `by`, `top` or `language` cannot be used; six colours make six groups at most.

    Examples
    --------
    >>> ax = sl.plot_share_of_voice(sl.compute_trends(scored), by="brand")  # doctest: +SKIP
    """
    check_top(top)
    if top > len(PALETTE):
        raise ConfigError(f"top={top} groups are more than colours.", reason="bad_top", hint=f"Use at most {len(PALETTE)}.")
    words = wording(language)
    table = trends.collapse(trends.by[:1] if by is None else by)
    if not table.by:
        raise ConfigError(
            "Shares need groups, and there are none.", reason="bad_by", hint='Use compute_trends(..., by="brand").'
        )
    ax = new_axes() if ax is None else ax
    dress(ax, words.say("Share of all posts"))
    shares, n_others = _shares(table, top, words)
    if not np.isfinite(shares.to_numpy()).any():
        say_empty(ax, why_empty(table, words))
        return ax
    at = np.arange(len(table.periods))
    partial = np.asarray(table.periods.isin(table.partial_periods))
    whole = np.flatnonzero(np.isfinite(shares.iloc[:, 0].to_numpy()))
    last = int(whole[~partial[whole]][-1] if (~partial[whole]).any() else whole[-1])
    bottom, ends = np.zeros(len(at)), []
    for rank, name in enumerate(shares.columns):
        colour = _OTHERS_COLOUR if rank == len(shares.columns) - 1 and n_others else PALETTE[rank]
        top_edge = bottom + shares[name].to_numpy()
        _draw_layer(ax, top_edge, bottom, name, colour, _HATCHES[rank % 2])
        if top_edge[last] > bottom[last]:
            ends.append((name, last + 0.5, float(bottom[last] + top_edge[last]) / 2, colour))
        bottom = top_edge
    for position in np.flatnonzero(partial):
        ax.axvspan(position - 0.5, position + 0.5, color=PAPER, alpha=0.5, linewidth=0, zorder=3)
    scale_values(ax, "share_of_voice", words)
    shown, labels = period_ticks(table, words)
    ax.set_xticks(shown, labels)
    ax.set_xlim(-0.5, len(at) - 0.5)
    ax.set_ylim(0, 1)
    label_ends(ax, ends, 0, words)
    return ax


def plot_severity(
    trends: TrendTable,
    *,
    by: str | Sequence[str] | None = None,
    per: Literal["group", "period"] = "group",
    ax: Axes | None = None,
    top: int = 12,
    language: str = "en",
) -> Axes:
    """Draw how severe complaints are: one bar per group, or per period, of the shares of posts of each severity.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`, of posts with severities.
    by : str or sequence of str, optional
        The columns that make the groups, the first of ``trends.by`` if not given.
    per : {"group", "period"}, default "group"
        What has a bar: each group over all periods, or each period over all groups.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure that fits the bars if not given.
    top : int, default 12
        The most groups, the largest. Of periods, the last 24 are drawn.
    language : str, default "en"
        The reader's, as for `plot_trends`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `by`, `per`, `top` or `language` cannot be used.

    Examples
    --------
    >>> ax = sl.plot_severity(sl.compute_trends(scored), by="channel")  # doctest: +SKIP
    """
    check_top(top, "bars")
    if per not in ("group", "period"):
        raise ConfigError(f"There is no bar per {per!r}.", reason="bad_per", hint='Use per="group" or per="period".')
    words = wording(language)
    table = trends.collapse(() if per == "period" else trends.by[:1] if by is None else by)
    known = set(SEVERITY_COUNTS) <= set(table.counts.columns)
    mix, note = (_by_period if per == "period" else _by_group)(table, top, words) if known else (pd.DataFrame(), "")
    if ax is None:
        ax = new_axes((_WIDTH, _BAR * max(len(mix), 2) + _AROUND))
    names = [words.name(str(level), "severity") for level in SEVERITIES]
    n_across = len(names) if sum(map(len, names)) <= _MAX_LEGEND else -(-len(names) // 2)
    # The legend stands between the title and the bars.
    dress(ax, words.say("Severity, share of posts"), grid="", pad=12 + _LEGEND_ROW * -(-len(names) // n_across))
    ax.spines["bottom"].set_visible(False)
    totals = mix.sum(axis=1).to_numpy(dtype=float)
    if not (totals >= MIN_CELL).any():
        few = words.say("No bar would hold {n} posts or more.", n=words.number(MIN_CELL))
        none = words.say("The posts have no severities.") if table.n_posts else why_empty(table, words)
        say_empty(ax, few if known and table.n_posts else none)
        return ax
    _draw_mix(ax, mix, totals, names, words)
    legend: dict[str, Any] = {"handlelength": 1.0, "columnspacing": 1.4, "borderaxespad": 0.3, "borderpad": 0}
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": n_across}
    # Legends are filled by the column, and read by the row.
    handles = sorted(ax.containers, key=lambda bars: names.index(str(bars.get_label())) % n_across)
    ax.legend(handles=handles, fontsize=SMALL_SIZE, frameon=False, labelcolor=INK, **place, **legend)
    if note:
        ax.set_xlabel(note, fontsize=SMALL_SIZE, color=MUTED, loc="left")
    return ax


def _shares(table: TrendTable, top: int, words: Wording) -> tuple[pd.DataFrame, int]:
    """Give the shares of the largest groups and of all others by period, and how many others there are."""
    posts = table.counts.assign(_group=group_labels(table)).pivot_table("n_posts", PERIOD, "_group", aggfunc="sum")
    posts = posts.reindex(table.periods).fillna(0)
    names = group_sizes(table).index
    # One group more is no longer than the word for it.
    kept = names[: top if len(names) > top else len(names)]
    parts = posts[list(kept)].copy()
    n_others = len(names) - len(kept)
    if n_others:
        parts["_others"] = posts.drop(columns=list(kept)).sum(axis=1)
    total = posts.sum(axis=1)
    shares = parts.div(total.where(total >= MIN_CELL), axis=0)
    shares.columns = [
        *(shown_name(str(name), table.by, words) for name in kept),
        *([words.say_n("{n} other", "{n} others", n_others)] if n_others else []),
    ]
    return shares, n_others


def _draw_layer(ax: Axes, top: Any, bottom: Any, name: str, colour: str, hatch: str | None) -> None:
    from matplotlib.colors import to_rgb

    edges = np.arange(len(top) + 1) - 0.5
    paler = tuple(0.65 * part + 0.35 for part in to_rgb(colour))
    # A period without shares is a gap; its baseline must be a number all the same.
    baseline = np.nan_to_num(bottom)
    ax.stairs(top, edges, baseline=baseline, fill=True, facecolor=colour, edgecolor=paler, linewidth=0, hatch=hatch, label=name)
    if len(top) <= _MAX_PARTED:
        ax.stairs(top, edges, baseline=None, color=PAPER, linewidth=1.2)


def _by_group(table: TrendTable, top: int, words: Wording) -> tuple[pd.DataFrame, str]:
    """Give the posts of the largest groups by severity, and what to say of the others."""
    sizes = group_sizes(table)
    counts = table.counts.groupby(group_labels(table).to_numpy())[list(SEVERITY_COUNTS)].sum().reindex(sizes.index[:top])
    counts.index = pd.Index([short_name(shown_name(str(name), table.by, words), 30) for name in counts.index])
    n_left_out = len(sizes) - len(counts)
    note = words.say_n("{n} smaller group is not shown.", "{n} smaller groups are not shown.", n_left_out)
    return counts, note if n_left_out else ""


def _by_period(table: TrendTable, top: int, words: Wording) -> tuple[pd.DataFrame, str]:
    """Give the posts of the last periods by severity, and what to say of those before."""
    counts = table.counts.set_index(PERIOD)[list(SEVERITY_COUNTS)].reindex(table.periods, fill_value=0).tail(_MAX_BARS)
    starts = pd.DatetimeIndex(counts.index)
    counts.index = pd.Index([words.period(start, table.freq, year=False) for start in starts])
    n_left_out = len(table.periods) - len(counts)
    note = words.say_n("{n} earlier period is not shown.", "{n} earlier periods are not shown.", n_left_out)
    return counts, note if n_left_out else ""


def _draw_mix(ax: Axes, mix: pd.DataFrame, totals: Any, names: list[str], words: Wording) -> None:
    at = list(range(len(mix)))
    enough = totals >= MIN_CELL
    shares = np.where(enough[:, None], mix.to_numpy(dtype=float) / np.maximum(totals, 1)[:, None], 0.0)
    left = np.zeros(len(mix))
    for level in SEVERITIES:
        widths = shares[:, level]
        look: dict[str, Any] = {"color": _SEVERITY_COLOURS[level], "edgecolor": PAPER, "linewidth": 0.8}
        ax.barh(at, widths, left=left, height=0.74, label=names[level], **look)
        ink = PAPER if level >= _DARK_FROM else INK
        for row in np.flatnonzero(widths >= _MIN_WRITTEN).tolist():
            middle = float(left[row] + widths[row] / 2)
            share = words.percent(float(widths[row]), 0)
            ax.text(middle, row, share, ha="center", va="center", fontsize=SMALL_SIZE, color=ink)
        left += widths
    few = words.say("Fewer than {n} posts", n=words.number(MIN_CELL))
    for row in at:
        if not enough[row]:
            ax.text(0.01, row, few, va="center", fontsize=SMALL_SIZE, color=MUTED)
        else:
            ax.text(1.01, row, words.number(totals[row]), va="center", fontsize=SMALL_SIZE, color=MUTED)
    ax.text(1.01, -0.62, words.say("posts"), va="bottom", fontsize=SMALL_SIZE, color=MUTED)
    # No "$x$": a brand is a brand, not a formula.
    ax.set_yticks(at, mix.index.to_list(), parse_math=False)
    ax.tick_params(axis="y", labelsize=LABEL_SIZE, labelcolor=INK)
    ax.set_xticks([])
    ax.set_xlim(0, 1)
    ax.set_ylim(len(mix) - 0.5, -0.6)
