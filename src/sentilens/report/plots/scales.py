"""What plots of trends have in common: their metrics, the names on them, their axes and the labels at their edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ...errors import ConfigError
from ...style import INK, LABEL_SIZE, MAX_LABEL, MUTED, SMALL_SIZE, shortened
from ...trends.table import TrendTable
from ...wording import Wording, marked
from ..groups import MIN_CELL, SEPARATOR

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
PERCENT_RATES: Final = ("complaint_rate", "complaint_rate_corrected", "mean_complaint_probability")
RATES: Final = (*PERCENT_RATES, "net_sentiment")
NUMBERS: Final = ("n_complaints", "n_posts")

_MAX_TICKS: Final = 6
#: Ticks are multiples of these.
_STEPS: Final = (1, 2, 2.5, 5, 10)
#: Least distance between two labels at the right edge, in inches.
_LABEL_STEP: Final = 0.16


def check_metric(metric: str, table: TrendTable) -> None:
    """Raise `ConfigError` where there is no such metric, or the trends have no corrected rates."""
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.", reason="unknown_metric", hint=f"Use {', '.join(METRICS)}.")
    if metric == "complaint_rate_corrected" and not table.error_rates:
        raise ConfigError(
            "Nothing is known of what the classifier gets wrong, so there are no corrected rates.",
            reason="no_error_rates",
            hint="Compute the trends with error_rates=..., or draw 'complaint_rate'.",
        )


def check_top(top: int, things: str = "groups") -> None:
    """Raise `ConfigError` where so many groups cannot be drawn."""
    if not isinstance(top, int) or top < 1:
        raise ConfigError(f"top={top!r} is not a number of {things}.", reason="bad_top", hint="Use 1 or more.")


def why_empty(table: TrendTable, words: Wording) -> str:
    """Say why there is nothing to draw of rates."""
    if not table.n_posts:
        return words.say("No post has a date.")
    return words.say("No period has {n} posts or more.", n=words.number(MIN_CELL))


def shown_name(label: str, by: Sequence[str], words: Wording) -> str:
    """Write a group's label as people write its names."""
    if not by:
        return words.say("All posts")
    if len(by) == 1:
        return words.name(label, by[0])
    # A name may hold the separator itself; then the label stays as it is.
    parts = label.split(SEPARATOR)
    if len(parts) != len(by):
        return label
    return SEPARATOR.join(words.name(part, column) for part, column in zip(parts, by, strict=True))


def short_name(shown: str, most: int = MAX_LABEL) -> str:
    """Cut a name that is too long for its place; of several columns, each part of it."""
    parts = shown.split(SEPARATOR)
    if len(shown) <= most or len(parts) == 1:
        return shortened(shown, most)
    each = (most - len(SEPARATOR) * (len(parts) - 1)) // len(parts)
    return SEPARATOR.join(shortened(part, max(each, 4)) for part in parts)


def x_values(periods: pd.DatetimeIndex) -> Any:
    """Days since 1970 by the local clock; numbers, so that nothing depends on matplotlib's date settings."""
    return periods.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) / 86_400


def period_ticks(table: TrendTable, words: Wording, most: int = _MAX_TICKS) -> tuple[list[int], list[str]]:
    """Choose the periods to name under an axis, by their positions, and name them."""
    periods = table.periods
    shown = list(range(0, len(periods), max(1, -(-len(periods) // most))))
    years = [periods[at].year for at in shown]
    return shown, [words.tick(periods[at], table.freq, year=i == 0 or years[i] != years[i - 1]) for i, at in enumerate(shown)]


def scale_values(ax: Axes, metric: str, words: Wording, most: int = 5) -> None:
    """Give the upright axis the ticks of a metric, in the reader's numbers."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(most, steps=_STEPS, integer=metric in NUMBERS))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _axis_number(value, metric, words)))


def figure_text(value: float, metric: str, words: Wording) -> str:
    """Write one figure of a metric."""
    if metric in NUMBERS:
        return words.number(value)
    return words.signed(value) if metric == "net_sentiment" else words.percent(value)


def label_ends(ax: Axes, ends: list[tuple[str, float, float, str]], n_left_out: int, words: Wording) -> None:
    """Write each group's name at its line's height outside the axes, apart from each other, with a leader."""
    low, high = ax.get_ylim()
    ends = sorted(ends, key=lambda end: (end[2], end[0]))
    # A layout yet to come takes some of the axes' height.
    step = _LABEL_STEP / (0.85 * ax.bbox.height / ax.figure.dpi)
    last = max((x for _, x, _, _ in ends), default=0.0)
    heights = _spread([(y - low) / (high - low) for _, _, y, _ in ends], step)
    for (name, x, y, colour), height in zip(ends, heights, strict=True):
        ax.annotate(
            short_name(name),
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
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 1.3,
                # From a line that ends early the leader crosses the plot: it must not look like data.
                "linestyle": "-" if x == last else (0, (1, 3)),
                "shrinkA": 2,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
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


def _axis_number(value: float, metric: str, words: Wording) -> str:
    if metric in NUMBERS:
        return words.number(round(value))
    if metric == "net_sentiment":
        return words.signed(value)
    return words.percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-6 else 1)
