"""A change as two plots: what made it, and the words that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..style import INK, LABEL_SIZE, MUTED, PALETTE, SMALL_SIZE, dress, say_empty, shortened
from ..trends.measures import COUNT_METRIC
from ..wording import Wording, marked
from .change_words import MORE
from .decompose import FEW
from .explanation import ChangeExplanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Bars of each plot, and letters of a label.
MAX_BARS: Final = 12
_MAX_LABEL: Final = 34
_PART_NAMES: Final = {"mix": marked("mix of posts"), "volume": marked("number of posts"), "rate": marked("mood within")}
_FIGURE_SIZE: Final = (8.4, 4.2)


def plot_change(found: ChangeExplanation, reader: Wording, axes: Any = None) -> tuple[Axes, Axes]:
    """Draw the parts of a change and its words side by side."""
    if axes is None:
        import matplotlib.pyplot as plt

        _, axes = plt.subplots(1, 2, figsize=_FIGURE_SIZE, layout="constrained", width_ratios=(1, 1))
    pair = list(np.ravel(axes))
    if len(pair) != 2:
        raise ConfigError("The plot needs two axes.", reason="bad_axes", hint="Pass axes=plt.subplots(1, 2)[1].")
    _draw_parts(pair[0], found, reader)
    _draw_words(pair[1], found, reader)
    return pair[0], pair[1]


def _draw_parts(ax: Axes, found: ChangeExplanation, reader: Wording) -> None:
    dress(ax, reader.say("Parts of the change"), grid="x")
    table = found.table[found.table["total"].notna() & (found.table["total"] != 0)]
    # The largest cells of each column, one column under the other.
    per_column = max(2, MAX_BARS // max(len(found.over), 1))
    shown = pd.concat([table[table["dimension"] == name].head(per_column) for name in found.over]) if found.over else table
    if found.thin or shown.empty:
        _leave_empty(ax, reader.say("There are too few posts."))
        return
    scale = 1 if found.metric in {COUNT_METRIC, "net_sentiment"} else 100
    at = np.arange(len(shown))
    first, rate = (shown[part].to_numpy() * scale for part in found.parts)
    for values, colour, name, start in (
        (first, PALETTE[1], found.parts[0], np.zeros(len(shown))),
        # Parts of the same sign stand one after the other, those of opposite signs to both sides of zero.
        (rate, PALETTE[0], found.parts[1], np.where(first * rate > 0, first, 0.0)),
    ):
        ax.barh(at, values, left=start, height=0.62, color=colour, label=reader.say(_PART_NAMES[name]))
    totals = shown["total"].to_numpy() * scale
    bounds = [(shown[f"total_{side}"].to_numpy() * scale - totals) * sign for side, sign in (("low", -1), ("high", 1))]
    ax.errorbar(totals, at, xerr=np.maximum(bounds, 0), fmt="D", color=INK, markersize=3, linewidth=0.9)
    pairs = zip(shown["dimension"], shown["cell"], strict=True)
    labels = [reader.say("(few posts)") if cell == FEW else reader.name(str(cell), str(name)) for name, cell in pairs]
    _label_bars(ax, labels)
    columns = shown["dimension"].tolist()
    for row in range(1, len(columns)):
        if columns[row] != columns[row - 1]:
            ax.axhline(row - 0.5, color=MUTED, linewidth=0.6)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    ax.set_xlabel(_unit(found.metric, reader), fontsize=SMALL_SIZE, color=MUTED)
    ax.xaxis.set_major_formatter(lambda value, _: reader.signed(value, 2 if found.metric == "net_sentiment" else _digits(ax)))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, fontsize=SMALL_SIZE, frameon=False, labelcolor=INK)


def _digits(ax: Axes) -> int:
    low, high = ax.get_xlim()
    return 0 if high - low >= 4 else 1


def _draw_words(ax: Axes, found: ChangeExplanation, reader: Wording) -> None:
    dress(ax, reader.say("Words, share of the posts read"), grid="x")
    shown = found.words.head(MAX_BARS)
    if shown.empty:
        _leave_empty(ax, reader.say("No word is beyond chance."))
        return
    at = np.arange(len(shown))
    now, before = (100 * shown[name].to_numpy(dtype=float) for name in ("share", "share_before"))
    more = (shown["direction"] == MORE).to_numpy()
    ax.hlines(at, before, now, color=MUTED, linewidth=1.4)
    ax.scatter(before, at, s=26, facecolor="white", edgecolor=INK, linewidths=1.1, zorder=3, label=reader.say("before"))
    looks = (
        (more, PALETTE[1], "o", reader.say("in the period, more")),
        (~more, PALETTE[0], "s", reader.say("in the period, less")),
    )
    for rows, colour, marker, name in looks:
        if rows.any():
            ax.scatter(now[rows], at[rows], s=30, color=colour, marker=marker, zorder=4, label=name)
    _label_bars(ax, shown["word"].tolist())
    widest = max(now.max(), before.max(), 1.0)
    ax.set_xlim(-0.03 * widest, 1.06 * widest)
    ax.xaxis.set_major_formatter(lambda value, _: reader.percent(value / 100, 0))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, fontsize=SMALL_SIZE, frameon=False, labelcolor=INK)


def _label_bars(ax: Axes, labels: list[str]) -> None:
    # No "$x$": a brand is a brand, not a formula.
    ax.set_yticks(np.arange(len(labels)), [shortened(label, _MAX_LABEL) for label in labels], parse_math=False)
    ax.tick_params(axis="y", labelsize=LABEL_SIZE, labelcolor=INK)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _leave_empty(ax: Axes, reason: str) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    say_empty(ax, reason)


def _unit(metric: str, reader: Wording) -> str:
    if metric == COUNT_METRIC:
        return reader.say("likely complaints")
    return reader.say("net sentiment") if metric == "net_sentiment" else reader.say("percentage points")
