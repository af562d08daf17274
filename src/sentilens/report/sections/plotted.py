"""The plots of a page: which are drawn, of which periods, under which heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from ...style import PALETTE
from ...trends.table import TrendTable
from ...wording import Wording, marked
from ..events import Event
from ..groups import group_sizes
from ..parts import WEEKLY
from ..plots import METRICS, plot_trends, shade_events, trend_lines
from ..summary import CORRECTED, PLAIN, ReportSummary

#: With more periods than this, plots go by the week.
MAX_PLOT_PERIODS: Final = 200
MIN_PLOT_PERIODS: Final = 2
#: Rates of fewer posts than this in a period zigzag by chance; they are drawn by the month, if there are enough months.
MIN_DRAWN_POSTS: Final = 20
_MIN_COARSE_PERIODS: Final = 3
_SHORTER_THAN_MONTHS: Final = ("h", "D", WEEKLY)
MAX_LINES: Final = len(PALETTE)
_WIDE: Final = (9.6, 3.9)
_NARROW: Final = (4.1, 3.1)
_HEADINGS: Final = {
    PLAIN: marked("Complaint rate"),
    CORRECTED: marked("Complaint rate"),
    "net_sentiment": marked("Net sentiment"),
    "n_complaints": marked("Likely complaints"),
    "n_posts": marked("Posts"),
    "share_of_voice": marked("Share of voice"),
}
_PER: Final = {
    "brand": marked("{metric} per brand"),
    "channel": marked("{metric} per channel"),
    "language": marked("{metric} per language"),
    "topic": marked("{metric} per topic"),
}


@dataclass(frozen=True)
class Plot:
    """A plot for a wide and, where it has one of its own, for a narrow page; `coarse` where its periods are longer ones."""

    heading: str
    by_period: str
    coarse: bool
    svg: str
    narrow_svg: str = ""


@dataclass(frozen=True)
class _Wanted:
    """What a plot shows."""

    key: str
    metric: str
    by: tuple[str, ...]
    table: TrendTable


def plotted_trends(summary: ReportSummary) -> TrendTable:
    """Give the trends to plot: weekly ones where the periods are too many to be seen."""
    trends, weekly = summary.trends, summary.weekly
    too_many = len(trends.periods) > MAX_PLOT_PERIODS and len(weekly.periods) < len(trends.periods)
    return weekly if too_many else trends


def make_plots(summary: ReportSummary, words: Wording) -> list[Plot]:
    """Draw the plots that the posts suffice for, the main one first."""
    plots: list[Plot] = []
    for wanted in _wanted(summary):
        table = wanted.table
        lines = trend_lines(table.collapse(wanted.by), wanted.metric, MAX_LINES, words)
        if len(table.periods) < MIN_PLOT_PERIODS or not any(np.isfinite(line.values[wanted.metric]).any() for line in lines):
            continue
        heading, by_period = _heading(wanted, words), words.by_period(table.freq)
        text = words.say(
            "{metric}, {by_period}: {names}.",
            metric=words.say(METRICS[wanted.metric]),
            by_period=by_period,
            names=", ".join(line.shown for line in lines),
        )
        shaded = [event for event in summary.events if event.clear and event.metric == wanted.metric]
        picture = partial(
            _svg,
            wanted,
            shaded if wanted.by == summary.trends.by[:1] else [],
            words,
            title=f"{heading}, {by_period}",
            text=text,
        )
        main = not plots
        plots.append(
            Plot(
                heading=heading,
                by_period=by_period,
                coarse=table.freq not in (summary.trends.freq, WEEKLY),
                svg=picture(name=f"{wanted.key}-wide" if main else wanted.key, size=_WIDE if main else _NARROW),
                narrow_svg=picture(name=f"{wanted.key}-narrow", size=_NARROW) if main else "",
            )
        )
    return plots


def _wanted(summary: ReportSummary) -> list[_Wanted]:
    trends = plotted_trends(summary)
    first = trends.by[:1]
    counts = summary.weekly
    rates = _rates_of(trends, first, summary)
    wanted = [_Wanted("rate", summary.rate_metric, first, rates), _Wanted("net", "net_sentiment", first, rates)]
    if summary.total.n_complaints:
        wanted.insert(0, _Wanted("complaints", "n_complaints", first, counts))
    if any(event.clear and event.metric == "n_posts" for event in summary.events):
        wanted.append(_Wanted("volume", "n_posts", first, counts))
    for name in trends.by[1:2]:
        wanted.append(_Wanted("second", summary.rate_metric, (name,), _rates_of(trends, (name,), summary)))
    if first and len(summary.groups[first[0]]) > 1:
        wanted.append(_Wanted("voice", "share_of_voice", first, rates))
    return wanted


def _rates_of(trends: TrendTable, by: tuple[str, ...], summary: ReportSummary) -> TrendTable:
    """Give the trends to draw rates of: by the month where the median group has few posts in a period."""
    if trends.freq not in _SHORTER_THAN_MONTHS or len(summary.monthly.periods) < _MIN_COARSE_PERIODS:
        return trends
    sizes = group_sizes(trends.collapse(by)).head(MAX_LINES)
    thin = sizes.empty or sizes.median() / len(trends.periods) < MIN_DRAWN_POSTS
    return summary.monthly if thin else trends


def _heading(wanted: _Wanted, words: Wording) -> str:
    metric = words.say(_HEADINGS[wanted.metric])
    if not wanted.by:
        return metric
    if wanted.by[0] in _PER:
        return words.say(_PER[wanted.by[0]], metric=metric)
    return words.say("{metric} by {column}", metric=metric, column=words.column(wanted.by[0]))


def _svg(
    wanted: _Wanted,
    events: Sequence[Event],
    words: Wording,
    *,
    name: str,
    size: tuple[float, float],
    title: str,
    text: str,
) -> Any:
    from markupsafe import Markup

    from ..svg import draw_svg

    def draw(axes: Any) -> None:
        plot_trends(wanted.table, wanted.metric, by=wanted.by, ax=axes, language=words.language)
        if wanted.by == wanted.table.by[:1]:
            shade_events(axes, wanted.table, events, wanted.metric, words)

    return Markup(draw_svg(draw, name=name, size=size, title=title, text=text))
