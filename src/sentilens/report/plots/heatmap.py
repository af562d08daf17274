"""Figures of two columns' groups as a table of coloured cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ...errors import ConfigError
from ...style import INK, LABEL_SIZE, MUTED, PALETTE, PAPER, RULE, SMALL_SIZE, dress, new_axes, say_empty, shortened
from ...trends.counting import add_rates, sum_counts
from ...trends.figures import further_figures
from ...trends.table import TrendTable
from ...wording import Wording, wording
from ..groups import MIN_CELL
from .scales import METRICS, PERCENT_RATES, check_metric, check_top, figure_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Columns that are readable beside each other.
_MAX_ACROSS: Final = 8
#: Size of a cell and of the space around all of them, in inches.
_CELL: Final = (1.0, 0.42)
_AROUND: Final = (2.0, 1.3)
_MAX_COLUMN_LABEL: Final = 16
#: The largest of a table of rates is at least so much, so that a table of small ones does not cry.
_LEAST_REACH: Final = {"net_sentiment": 0.2, "share_of_voice": 0.05} | dict.fromkeys(PERCENT_RATES, 0.1)
#: Slow in the pale, quick through the middle, where neither dark nor white letters stand out.
_PALE_TO_DARK: Final = ("#f3f7fa", "#cfe4f3", "#8cc2e4", "#00558a")
#: Cells darker than this have white letters: perceived lightness, 0 to 1.
_DARK: Final = 0.46


def plot_heatmap(
    trends: TrendTable,
    metric: str = "complaint_rate",
    *,
    by: Sequence[str] | None = None,
    ax: Axes | None = None,
    top: int = 12,
    min_count: int = MIN_CELL,
    language: str = "en",
) -> Axes:
    """Draw a figure of all periods together for each pair of groups, such as brand and channel.

    The figure stands in its cell, the number of posts behind it below. Cells of few posts are hatched and without a figure,
    those without any are blank.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`, by two columns or more.
    metric : str, default "complaint_rate"
        What to show, as for `plot_trends`; ``share_of_voice`` is the cell's share of all posts.
    by : pair of str, optional
        The columns that make the rows and those that make the columns, the first two of ``trends.by`` if not given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure that fits the cells if not given.
    top : int, default 12
        The most rows, those of the largest groups; there are at most eight columns.
    min_count : int, default 5
        Cells of fewer posts are hatched.
    language : str, default "en"
        The reader's, as for `plot_trends`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `metric`, `by`, `top` or `language` cannot be used, or the trends have no corrected rates.

    Examples
    --------
    >>> trends = sl.compute_trends(scored, by=("brand", "channel"))  # doctest: +SKIP
    >>> ax = sl.plot_heatmap(trends, language="sv")  # doctest: +SKIP
    """
    check_metric(metric, trends)
    check_top(top, "rows")
    words = wording(language)
    pair = tuple(trends.by[:2] if by is None else by)
    if len(pair) != 2 or isinstance(by, str):
        raise ConfigError(
            f"A heatmap needs two columns of groups, not {pair!r}.",
            reason="bad_by",
            hint='Use compute_trends(..., by=("brand", "channel")), or name two: by=("brand", "topic").',
        )
    cells = _cells(trends.collapse(pair), metric)
    rows, n_rows = _largest(cells, pair[0], top)
    columns, n_columns = _largest(cells, pair[1], _MAX_ACROSS)
    if ax is None:
        size = zip(_CELL, _AROUND, (max(len(columns), 4), max(len(rows), 3)), strict=True)
        ax = new_axes(tuple(cell * n + around for cell, around, n in size))  # type: ignore[arg-type]
    dress(ax, words.say(METRICS[metric]), grid="")
    ax.spines["bottom"].set_visible(False)
    counts, values = (
        cells.pivot_table(name, *pair, aggfunc="first").reindex(index=rows, columns=columns).to_numpy(dtype=float)
        for name in ("n_posts", "value")
    )
    counts = np.nan_to_num(counts)
    values = np.where(counts >= max(min_count, 1), values, np.nan)
    if not np.isfinite(values).any():
        few = words.say("No cell has {n} posts or more.", n=words.number(min_count))
        say_empty(ax, few if trends.n_posts else words.say("No post has a date."))
        return ax
    _fill_cells(ax, values, counts, metric, words)
    _name_sides(ax, [words.name(name, pair[0]) for name in rows], [words.name(name, pair[1]) for name in columns])
    _explain(ax, metric, bool(((counts > 0) & np.isnan(values)).any()), min_count, (n_rows, n_columns), words)
    return ax


def _cells(table: TrendTable, metric: str) -> pd.DataFrame:
    """Add up the periods of each pair of groups, and give its posts and its figure."""
    counts = sum_counts(table.counts, table.by)
    figures = add_rates(counts).assign(**further_figures(counts, table.error_rates))
    total = max(int(counts["n_posts"].sum()), 1)
    value = counts["n_posts"] / total if metric == "share_of_voice" else figures[metric]
    return counts[[*table.by, "n_posts"]].assign(value=value.astype("float64"))


def _largest(cells: pd.DataFrame, column: str, most: int) -> tuple[list[str], int]:
    """Give the names of a column's largest groups, and how many there are beside them."""
    sizes = cells.groupby(column)["n_posts"].sum().sort_index().sort_values(ascending=False, kind="stable")
    return sizes.index[:most].to_list(), max(len(sizes) - most, 0)


def _fill_cells(ax: Axes, values: Any, counts: Any, metric: str, words: Wording) -> None:
    from matplotlib.patches import Rectangle

    paint = _painter(values, metric)
    for (row, column), value in np.ndenumerate(values):
        if not counts[row, column]:
            continue
        drawn = bool(np.isfinite(value))
        colour = paint(value) if drawn else PAPER
        box = (column - 0.5, row - 0.5)
        look = {"facecolor": colour, "edgecolor": PAPER, "linewidth": 2} if drawn else {"facecolor": PAPER, "edgecolor": RULE}
        ax.add_patch(Rectangle(box, 1, 1, hatch=None if drawn else "////", **look))
        if not drawn:
            continue
        ink = PAPER if _lightness(colour) < _DARK else INK
        told = metric not in {"n_posts", "share_of_voice"}
        figure = figure_text(float(value), metric, words)
        style: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
        ax.text(column, row - 0.14 * told, figure, fontsize=LABEL_SIZE + 0.5, **style)
        if told:
            ax.text(column, row + 0.27, words.number(counts[row, column]), fontsize=SMALL_SIZE - 1, **style)
    ax.set_xlim(-0.5, values.shape[1] - 0.5)
    ax.set_ylim(values.shape[0] - 0.5, -0.5)


def _painter(values: Any, metric: str) -> Any:
    """Give what turns a value into its colour: pale to dark, or to both sides of zero."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    reach = max(float(np.nanmax(np.abs(values))), _LEAST_REACH.get(metric, 1.0))
    if metric == "net_sentiment":
        scale = LinearSegmentedColormap.from_list("net", [PALETTE[1], "#f6f6f4", PALETTE[0]])
        return lambda value: to_hex(scale(0.5 + 0.5 * value / reach))
    scale = LinearSegmentedColormap.from_list("share", _PALE_TO_DARK)
    return lambda value: to_hex(scale(value / reach))


def _lightness(colour: str) -> float:
    """Give a colour's perceived lightness, from 0 for black to 1 for white (Rec. 709 luma)."""
    from matplotlib.colors import to_rgb

    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def _name_sides(ax: Axes, rows: list[str], columns: list[str]) -> None:
    # No "$x$": a brand is a brand, not a formula.
    ax.set_yticks(range(len(rows)), [shortened(name, 26) for name in rows], parse_math=False)
    ax.set_xticks(range(len(columns)), [_wrapped(name) for name in columns], parse_math=False)
    ax.tick_params(axis="both", labelcolor=INK)
    ax.tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=False, pad=3)


def _wrapped(name: str) -> str:
    """Break a name over two lines at the space or the hyphen nearest to its middle."""
    ends = [match.end() for match in re.finditer(r"[ -]", name)]
    if len(name) <= _MAX_COLUMN_LABEL - 4 or not ends:
        return shortened(name, _MAX_COLUMN_LABEL)
    at = min(ends, key=lambda end: abs(end - len(name) / 2))
    return f"{shortened(name[:at].rstrip(), _MAX_COLUMN_LABEL)}\n{shortened(name[at:], _MAX_COLUMN_LABEL)}"


def _explain(ax: Axes, metric: str, hatched: bool, min_count: int, left_out: tuple[int, int], words: Wording) -> None:
    """Say below the cells what the small numbers and the hatched cells are, and how many groups are left out."""
    said = [] if metric in {"n_posts", "share_of_voice"} else [words.say("Small: number of posts.")]
    if hatched:
        said.append(words.say("Hatched: fewer than {n} posts.", n=words.number(min_count)))
    if sum(left_out):
        said.append(words.say_n("{n} smaller group is not shown.", "{n} smaller groups are not shown.", sum(left_out)))
    ax.set_xlabel(" ".join(said), fontsize=SMALL_SIZE, color=MUTED, loc="left", labelpad=8)
