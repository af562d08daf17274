"""The plots of the report on a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..report.svg import draw_svg
from ..style import INK, MUTED, PALETTE, RULE
from ..training import LearningCurve
from .findings import MORE_LABELS, HeadFindings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE: Final = (5.2, 3.3)
_NEW, _OLD = PALETTE[0], PALETTE[1]
_TEXT: Final = 9
_METRICS: Final = {"f1": "F1", "macro_f1": "macro-F1"}


def plot_curve(found: HeadFindings) -> Any:
    """Draw the learning curve, with what is to be expected of more labels; None where there is none."""
    curve = found.curve
    if curve is None or not (curve.table["n_labels"] > 0).any():
        return None
    return _svg(
        lambda ax: _draw_curve(ax, curve),
        f"curve-{found.head}",
        f"Learning curve of {found.title.lower()}",
        f"{_METRICS[curve.metric]} by the number of labels learnt from, with 95 % intervals.",
    )


def _draw_curve(ax: Axes, curve: LearningCurve) -> None:
    learnt = curve.table[curve.table["n_labels"] > 0]
    base = curve.table[curve.table["n_labels"] == 0]
    end = curve.n_labels + MORE_LABELS
    if len(base):
        height = float(base["score"].iloc[0])
        ax.axhline(height, color=_OLD, linewidth=1.2, linestyle=(0, (4, 3)))
        ax.annotate(
            "base", (1, height), xycoords=("axes fraction", "data"), xytext=(-2, 4), textcoords="offset points",
            ha="right", fontsize=_TEXT, color=_OLD,
        )  # fmt: skip
    if len(curve.fits):
        sizes = np.geomspace(float(learnt["n_labels"].min()), end, 60)
        middle, low, high = curve.expected(sizes)
        ax.fill_between(sizes, low, high, color=_NEW, alpha=0.15, linewidth=0)
        ax.plot(sizes, middle, color=_NEW, linewidth=1.6)
        ax.axvline(curve.n_labels, color=MUTED, linewidth=0.8, linestyle=":")
        ax.annotate(
            f"{curve.n_labels:,} labels now".replace(",", " "), (curve.n_labels, 0), xycoords=("data", "axes fraction"),
            xytext=(-4, 5), textcoords="offset points", ha="right", fontsize=8, color=MUTED,
        )  # fmt: skip
    spread = [learnt["score"] - learnt["score_low"], learnt["score_high"] - learnt["score"]]
    ax.errorbar(
        learnt["n_labels"], learnt["score"], yerr=np.maximum(spread, 0), fmt="o", color=_NEW, markersize=4.5,
        elinewidth=0.9, capsize=2,
    )  # fmt: skip
    ax.set_xscale("log")
    ticks = [*learnt["n_labels"], end]
    ax.set_xticks(ticks, [f"{tick:,}".replace(",", " ") for tick in ticks])
    ax.minorticks_off()
    _dress(ax, "labels learnt from", _METRICS[curve.metric])


def plot_reliability(found: HeadFindings) -> Any:
    """Draw stated against observed rates of the base and of the new model; None for a head that is not yes/no."""
    tables = found.reliability
    if tables is None:
        return None

    def draw(ax: Axes) -> None:
        ax.plot([0, 1], [0, 1], color=RULE, linewidth=1.2)
        for table, colour, mark, name in zip(tables, (_OLD, _NEW), ("s", "o"), ("base", "trained"), strict=True):
            ax.plot(
                table["mean_probability"], table["observed_rate"], color=colour, marker=mark, markersize=4.5, linewidth=1.3,
                label=name,
            )  # fmt: skip
        ax.legend(frameon=False, fontsize=_TEXT, labelcolor=INK, loc="upper left")
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.02, 1.02)
        _dress(ax, "probability said", "share that were so")

    return _svg(
        draw,
        f"reliability-{found.head}",
        f"Reliability of {found.title.lower()}",
        "Probability said against the share of posts that were so; on the diagonal the two are the same.",
    )


def plot_parts(found: HeadFindings) -> Any:
    """Draw the difference for all posts and for each language and channel, with its interval; None without any."""
    whole = found.figures[found.figures["metric"] == found.verdict.metric].assign(name="All posts")
    rows = [*whole.to_dict("records"), *found.parts.to_dict("records")]
    rows = [row for row in rows if np.isfinite(row["difference_low"])]
    if len(rows) < 2:
        return None

    def draw(ax: Axes) -> None:
        places = np.arange(len(rows))[::-1]
        ax.axvline(0, color=MUTED, linewidth=1)
        for place, row in zip(places, rows, strict=True):
            low, middle, high = (100 * row[key] for key in ("difference_low", "difference", "difference_high"))
            clear = low > 0 or high < 0
            colour = _NEW if middle >= 0 else _OLD
            ax.plot([low, high], [place, place], color=colour, linewidth=1.8 if clear else 1, alpha=1 if clear else 0.7)
            ax.plot(middle, place, "o", color=colour, markersize=5.5 if clear else 4)
        names = [f"{row['name']} ({row['n_posts']:,})".replace(",", " ") for row in rows]
        ax.set_yticks(places, names, parse_math=False)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        _dress(ax, f"points of {_METRICS[found.verdict.metric]}, trained minus base", "")
        ax.grid(axis="y", visible=False)

    return _svg(
        draw,
        f"parts-{found.head}",
        f"Difference of {found.title.lower()} by language and channel",
        "Trained minus base in points, with 95 % intervals, and the number of posts.",
        size=(5.2, 1.1 + 0.26 * len(rows)),
    )


def _dress(ax: Axes, x: str, y: str) -> None:
    ax.set_xlabel(x, fontsize=_TEXT, color=MUTED)
    ax.set_ylabel(y, fontsize=_TEXT, color=MUTED)
    ax.tick_params(labelsize=_TEXT, colors=INK, length=0)
    ax.grid(color=RULE, linewidth=0.7)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _svg(draw: Any, name: str, title: str, text: str, size: tuple[float, float] = _SIZE) -> Any:
    from markupsafe import Markup

    return Markup(draw_svg(draw, name=name.replace("_", "-"), size=size, title=title, text=text))
