"""How many customers still wait for an answer after how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...answering import ReplyTimes
from ...answering.reply_times import QUICK_HOURS
from ...answering.survival import WaitingTimes
from ...errors import ConfigError
from ...style import INK, LABEL_SIZE, MARKERS, MUTED, PALETTE, PAPER, SMALL_SIZE, dress, new_axes, say_empty
from ...trends.table import column_names
from ...wording import Wording, wording
from ..groups import MIN_CELL, SEPARATOR
from .scales import check_top, label_ends, scale_values, shown_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Hours that the axis may name: 5 and 15 minutes, an hour, a working day, days, 30, 90 and 365 days.
_TICKS: Final = (1 / 12, 0.25, 1.0, 8.0, 24.0, 72.0, 168.0, 720.0, 2160.0, 8760.0)
#: The axis holds at least an hour to a week.
_LEAST_SPAN: Final = (1.0, 168.0)
#: So many of the answers may have come before the axis begins.
_MAX_BEFORE: Final = 0.05
_DASHES: Final = ("-", (0, (6, 1.5)), (0, (2.5, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (1, 1)), (0, (9, 3)))
_MAX_RIBBONS: Final = 3


def plot_reply_times(
    reply_times: ReplyTimes,
    *,
    by: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    top: int = 6,
    language: str = "en",
) -> Axes:
    """Draw the share of posts that still wait for a first answer, over the hours since they came in.

    Steps are Kaplan-Meier estimates with their 95 % intervals: posts without an answer count for as long as they have waited.
    The mark at 24 hours is what reply times are most often judged by.

    Parameters
    ----------
    reply_times : ReplyTimes
        From `measure_reply_times`.
    by : str or sequence of str, optional
        The columns that make the curves, the first of ``reply_times.by`` if not given; ``()`` for one curve of all posts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    top : int, default 6
        The most curves, those of the largest groups, at most six; groups of fewer than five posts have none.
    language : str, default "en"
        The reader's, as for `plot_trends`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ConfigError
        Where `by`, `top` or `language` cannot be used.

    Examples
    --------
    >>> ax = sl.plot_reply_times(sl.measure_reply_times(scored), by="channel")  # doctest: +SKIP
    """
    check_top(top, "curves")
    if top > len(PALETTE):
        raise ConfigError(f"top={top} curves are more than colours.", reason="bad_top", hint=f"Use at most {len(PALETTE)}.")
    words = wording(language)
    columns = column_names(reply_times.by[:1] if by is None else by)
    unknown = [name for name in columns if name not in reply_times.by]
    if unknown:
        raise ConfigError(
            f"The reply times have no group {', '.join(map(repr, unknown))}; they are by {reply_times.by!r}.",
            reason="unknown_group",
            hint="Name it in measure_reply_times(..., by=...).",
        )
    ax = new_axes() if ax is None else ax
    dress(ax, words.say("Share of posts that still wait for an answer"))
    curves, n_left_out = _curves(reply_times, columns, top, words)
    if not curves:
        say_empty(ax, words.say("No group has {n} posts or more.", n=words.number(MIN_CELL)))
        return ax
    span = _scale_hours(ax, reply_times, words)
    ends = []
    for rank, (name, waits) in enumerate(curves.items()):
        ribbon = 0.13 if len(curves) <= _MAX_RIBBONS else 0.06
        ends.append((name, *_draw_curve(ax, waits, span, rank, name, ribbon), PALETTE[rank]))
    if len(curves) == 1:
        _write_quick(ax, next(iter(curves.values())), words)
    scale_values(ax, "share_of_voice", words)
    ax.set_ylim(0, 1.02)
    if columns:
        label_ends(ax, ends, n_left_out, words)
    return ax


def _curves(reply_times: ReplyTimes, columns: tuple[str, ...], top: int, words: Wording) -> tuple[dict[str, WaitingTimes], int]:
    """Give the curves of the largest groups by their names, and how many groups have none."""
    posts = reply_times.posts
    if not columns:
        return ({shown_name("", (), words): reply_times.waiting()} if len(posts) >= MIN_CELL else {}), 0
    # Stable, so that equal ones stand by name.
    sizes = posts.groupby(list(columns))["hours"].size().sort_index().sort_values(ascending=False, kind="stable")
    kept = sizes[sizes >= MIN_CELL].head(top).index
    curves = {}
    for label in kept:
        names = label if isinstance(label, tuple) else (label,)
        shown = shown_name(SEPARATOR.join(names), columns, words)
        curves[shown] = reply_times.waiting(**dict(zip(columns, names, strict=True)))
    return curves, len(sizes) - len(kept)


def _scale_hours(ax: Axes, reply_times: ReplyTimes, words: Wording) -> tuple[float, float]:
    """Lay out the axis of hours by powers, with ticks that people count by, and mark 24 hours."""
    posts = reply_times.posts
    answered = posts.loc[posts["answered"], "hours"].to_numpy()
    least = min(float(np.quantile(answered, _MAX_BEFORE)) if len(answered) else np.inf, _LEAST_SPAN[0])
    # After the last answer there is nothing to see.
    most = max(float(answered.max(initial=0.0)), _LEAST_SPAN[1])
    first = max([tick for tick in _TICKS if tick <= least], default=_TICKS[0])
    ax.set_xscale("log")
    ax.minorticks_off()
    ticks = [tick for tick in _TICKS if first <= tick <= most]
    ax.set_xticks(ticks, [_wait(tick, words) for tick in ticks])
    span = (first * 0.8, most * 1.05)
    ax.set_xlim(*span)
    ax.axvline(QUICK_HOURS, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=2)
    text = words.say("{hours} h", hours=words.number(QUICK_HOURS))
    style: dict[str, Any] = {"fontsize": SMALL_SIZE, "color": MUTED, "ha": "center", "va": "bottom"}
    ax.annotate(text, (QUICK_HOURS, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points", **style)
    return span


def _draw_curve(
    ax: Axes, waits: WaitingTimes, span: tuple[float, float], rank: int, name: str, ribbon: float
) -> tuple[float, float]:
    """Draw a curve from the axis' left edge on, as far as anybody was watched, and give its end."""
    start, stop = np.searchsorted(waits.hours, span, side="right")
    watched = min(float(waits.hours[-1]), span[1])
    hours = np.r_[span[0], waits.hours[start:stop], watched]
    low, middle, high = (
        np.r_[curve[start - 1] if start else 1.0, curve[start:stop], curve[max(stop - 1, 0)]]
        for curve in (waits.low, waits.waiting, waits.high)
    )
    colour = PALETTE[rank]
    ax.fill_between(hours, low, high, step="post", color=colour, alpha=ribbon, linewidth=0)
    ax.step(hours, middle, where="post", color=colour, linewidth=2, linestyle=_DASHES[rank], label=name, zorder=4)
    height = _waiting_at_mark(waits)
    if np.isfinite(height):
        look: dict[str, Any] = {"marker": MARKERS[rank], "s": 34, "edgecolor": PAPER, "linewidths": 0.8, "zorder": 5}
        ax.scatter([QUICK_HOURS], [height], color=colour, **look)
    return float(hours[-1]), float(middle[-1])


def _waiting_at_mark(waits: WaitingTimes) -> float:
    return 1 - waits.answered_within(QUICK_HOURS)[0]


def _write_quick(ax: Axes, waits: WaitingTimes, words: Wording) -> None:
    """Write the share of the one curve beside its mark."""
    height = _waiting_at_mark(waits)
    if np.isfinite(height):
        style: dict[str, Any] = {"fontsize": LABEL_SIZE, "fontweight": "bold", "color": INK, "ha": "left", "va": "bottom"}
        ax.annotate(words.percent(height), (QUICK_HOURS, height), (6, 4), textcoords="offset points", zorder=6, **style)


def _wait(hours: float, words: Wording) -> str:
    if hours < 1:
        return words.say("{n} min", n=words.number(60 * hours))
    if hours < QUICK_HOURS:
        return words.say("{hours} h", hours=words.number(hours))
    return words.say_n("{n} day", "{n} days", round(hours / 24))
