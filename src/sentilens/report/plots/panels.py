"""One small panel per group, side by side on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...errors import ConfigError
from ...style import INK, MARKERS, MUTED, PALETTE, SMALL_SIZE, TITLE_SIZE, dress, say_empty
from ...trends.table import TrendTable
from ...wording import Wording, wording
from ..groups import group_sizes
from ..marks import mark_alerts
from .lines import Look, TrendLine, draw_line, set_limits, trend_lines
from .scales import METRICS, NUMBERS, check_metric, check_top, period_ticks, scale_values, short_name, why_empty, x_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST: Final = 12
#: Panels in a row, and for which numbers of panels three fill the rows better.
_ACROSS: Final = 4
_ACROSS_OF: Final = {5: 3, 6: 3, 9: 3}
_COUNTED: Final = (*NUMBERS, "share_of_voice")
#: Size of a panel, in inches, and the height of the heading.
_PANEL: Final = (2.35, 1.55)
_HEADING: Final = 0.55
_TICKS: Final = 3


def plot_small_multiples(
    trends: TrendTable,
    metric: str = "complaint_rate",
    *,
    by: str | Sequence[str] | None = None,
    axes: Any = None,
    top: int = _MOST,
    alerts: pd.DataFrame | None = None,
    language: str = "en",
) -> NDArray[Any]:
    """Draw one small panel per group over time, all on the same axes: the one with the most posts first.

    Each has its 95 % interval as a ribbon and, for rates, all posts together as a thin dotted line to compare with. Gaps,
    hollow points and dashes mean what they mean in `plot_trends`.

    Parameters
    ----------
    trends : TrendTable
        From `compute_trends`.
    metric : str, default "complaint_rate"
        What to draw, as for `plot_trends`.
    by : str or sequence of str, optional
        The columns that make the panels, the first of ``trends.by`` if not given.
    axes : array of matplotlib.axes.Axes, optional
        Where to draw, at least as many as panels; those left over are switched off. A new figure if not given.
    top : int, default 12
        The most panels, at most twelve.
    alerts : DataFrame, optional
        From `find_alerts`, marked as in `plot_trends`.
    language : str, default "en"
        The reader's, as for `plot_trends`.

    Returns
    -------
    array of matplotlib.axes.Axes, of shape (n_panels,)

    Raises
    ------
    ConfigError
        Where `metric`, `by`, `axes`, `top` or `language` cannot be used, or the trends have no corrected rates.

    Examples
    --------
    >>> panels = sl.plot_small_multiples(sl.compute_trends(scored), "net_sentiment", by="topic")  # doctest: +SKIP
    >>> panels[0].figure.savefig("topics.png")  # doctest: +SKIP
    """
    check_metric(metric, trends)
    check_top(top, "panels")
    words = wording(language)
    table = trends.collapse(trends.by[:1] if by is None else by)
    lines = trend_lines(table, metric, min(top, _MOST), words)
    panels, across = _panels(axes, max(len(lines), 1))
    if not any(np.isfinite(line.values[metric]).any() for line in lines):
        dress(panels[0], words.say(METRICS[metric]))
        say_empty(panels[0], why_empty(table, words))
        return panels[:1]
    sizes = group_sizes(table)
    together = trend_lines(table.collapse(()), metric, 1, words) if len(lines) > 1 and metric not in _COUNTED else []
    look = Look(colour=PALETTE[0], marker=MARKERS[0], ribbon=0.18, faded=False)
    for panel, line in zip(panels, lines, strict=False):
        _dress(panel, line, int(sizes[line.name]), table, metric, words)
        for total in together:
            panel.plot(total.x, total.values[metric], color=MUTED, linewidth=1, linestyle=":", zorder=2)
        if draw_line(panel, line, metric, look) is None:
            style: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": SMALL_SIZE - 0.5, "color": MUTED}
            panel.text(0.5, 0.95, why_empty(table, words), transform=panel.transAxes, **style)
    # One scale for all: what looks higher is higher.
    set_limits(panels[0], lines, metric, ribbons_of=None)
    for panel, line in zip(panels, lines, strict=False):
        panel.set_ylim(panels[0].get_ylim())
        if alerts is not None:
            mark_alerts(panel, alerts, table, metric, [line])
    _share_labels(panels[: len(lines)], across)
    _head(panels, metric, bool(together), len(sizes) - len(lines), words)
    return panels[: len(lines)]


def _panels(axes: Any, n: int) -> tuple[NDArray[Any], int]:
    """Give the axes to draw on, those that are too many switched off; and how many stand in a row, 1 if not known."""
    across = 1
    if axes is None:
        import matplotlib.pyplot as plt

        across = _ACROSS_OF.get(n, min(n, _ACROSS))
        down = -(-n // across)
        size = (_PANEL[0] * max(across, 2), _PANEL[1] * down + _HEADING)
        _, axes = plt.subplots(down, across, figsize=size, layout="constrained", squeeze=False)
    panels = np.ravel(np.asarray(axes, dtype=object))
    if len(panels) < n:
        raise ConfigError(
            f"{n} panels need {n} axes, and there are {len(panels)}.",
            reason="bad_axes",
            hint=f"Draw fewer with top={len(panels)}, or leave axes out.",
        )
    for panel in panels[n:]:
        panel.set_axis_off()
    return panels, across


def _share_labels(panels: NDArray[Any], across: int) -> None:
    """Leave numbers to the left and dates at the bottom only, where panels stand in rows."""
    for at, panel in enumerate(panels):
        if across > 1:
            panel.tick_params(labelleft=at % across == 0, labelbottom=at + across >= len(panels))


def _dress(panel: Axes, line: TrendLine, n_posts: int, table: TrendTable, metric: str, words: Wording) -> None:
    dress(panel, "", pad=4)
    panel.set_title(short_name(line.shown, 26), loc="left", fontsize=TITLE_SIZE - 0.5, color=INK, pad=4, parse_math=False)
    panel.set_title(words.number(n_posts), loc="right", fontsize=SMALL_SIZE - 0.5, color=MUTED, pad=4)
    scale_values(panel, metric, words, most=3)
    panel.tick_params(labelsize=SMALL_SIZE - 0.5, pad=3)
    if metric == "net_sentiment":
        panel.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    x = x_values(table.periods)
    shown, labels = period_ticks(table, words, most=_TICKS)
    panel.set_xticks(x[shown], labels)
    pad = 0.04 * (x[-1] - x[0]) if len(x) > 1 else 0.5
    panel.set_xlim(x[0] - pad, x[-1] + pad)


def _head(panels: NDArray[Any], metric: str, compared: bool, n_left_out: int, words: Wording) -> None:
    """Say above all panels what they show, and below what the small number and the dotted line are."""
    said = [words.say("Right of a name: number of posts.")]
    if compared:
        said.append(words.say("Dotted: all posts together."))
    if n_left_out:
        said.append(words.say_n("{n} smaller group is not shown.", "{n} smaller groups are not shown.", n_left_out))
    figure = panels[0].figure
    figure.suptitle(words.say(METRICS[metric]), x=0.008, ha="left", fontsize=TITLE_SIZE + 1, color=INK)
    figure.supxlabel(" ".join(said), x=0.008, ha="left", fontsize=SMALL_SIZE, color=MUTED)
