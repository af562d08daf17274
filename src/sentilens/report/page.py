"""Lays a summary out as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..output import whole_file
from ..schema import LANGUAGE_NAMES, SCORED_STATUSES
from ..trends.table import TrendTable
from . import words
from .bursts import Burst
from .details import describe, label
from .groups import MIN_CELL, group_sizes
from .plots import METRICS, mark_bursts, plot_trends, trend_lines
from .story import tell_story
from .summary import GroupSummary, ReportSummary

if TYPE_CHECKING:
    from jinja2 import Environment

#: Longer tables are cut, with a word about it.
MAX_GROUPS: Final = 50
MAX_CELLS: Final = 100
HEAT_ROWS: Final = 12
HEAT_COLUMNS: Final = 8
#: With more periods than this, plots go by the week.
MAX_PLOT_PERIODS: Final = 200
_MIN_PLOT_PERIODS: Final = 2
#: Rates of fewer posts than this in a period zigzag by chance; they are drawn by the month, if there are enough months.
MIN_DRAWN_POSTS: Final = 20
_MIN_COARSE_PERIODS: Final = 3
_SHORTER_THAN_MONTHS: Final = ("h", "D", "W-MON")
_WEEKLY: Final = "W-MON"
MAX_LINES: Final = 6
_HEADINGS: Final = {
    "complaint_rate": "Complaint rate",
    "net_sentiment": "Net sentiment",
    "n_complaints": "Likely complaints",
    "n_posts": "Posts",
    "share_of_voice": "Share of voice",
}

_WIDE: Final = (9.6, 3.9)
_NARROW: Final = (4.1, 3.1)
_CARD_FIRST: Final = (
    "model_id",
    "name",
    "version",
    "created",
    "languages",
    "metrics",
    "thresholds",
    "limitations",
    "sources",
)


@dataclass(frozen=True)
class Plot:
    """A plot for a wide and, where it has one of its own, for a narrow page."""

    heading: str
    note: str
    svg: str
    narrow_svg: str = ""


@dataclass(frozen=True)
class HeatCell:
    """A cell of the heat map: its group, None where there are no posts, and its depth of colour in [0, 1]."""

    group: GroupSummary | None
    depth: float = 0.0


def render_page(summary: ReportSummary) -> str:
    """Give the page as HTML text."""
    script = _resource("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    plotted = _plotted(summary)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            s=summary,
            story=tell_story(summary),
            plots=_make_plots(summary, plotted),
            plot_freq=plotted.freq,
            heat=_heat_map(summary),
            audit=describe(summary.audit),
            model_card=describe(summary.model_card, first=_CARD_FIRST),
            style=_resource("report.css"),
            script=script,
            script_digest=digest,
            max_groups=MAX_GROUPS,
            max_cells=MAX_CELLS,
            min_cell=MIN_CELL,
        )
    )


def write_page(summary: ReportSummary, path: str | Path) -> Path:
    """Write the page, at once or not at all.

    Raises
    ------
    EngineError
        Where the file cannot be written (reason ``disk_full`` or ``unwritable``).
    """
    path = Path(path)
    html = render_page(summary)
    with whole_file(path) as part:
        part.write_text(html, encoding="utf-8", newline="\n")
    return path


@cache
def _resource(name: str) -> str:
    return files("sentilens").joinpath("resources", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_resource),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(words, name) for name in ("number", "posts", "percent", "points", "signed", "day", "span")
    }
    environment.filters["label"] = label
    environment.globals.update(
        percent_range=words.percent_range,
        period=words.period,
        period_unit=words.period_unit,
        shown=words.shown,
        about=words.about,
        language_names=LANGUAGE_NAMES,
        scored_statuses=SCORED_STATUSES,
        no_figure=words.NO_FIGURE,
    )
    return environment


def _plotted(summary: ReportSummary) -> TrendTable:
    """Give the trends to plot: weekly ones where the periods are too many to be seen."""
    trends, weekly = summary.trends, summary.weekly
    too_many = len(trends.periods) > MAX_PLOT_PERIODS and len(weekly.periods) < len(trends.periods)
    return weekly if too_many else trends


def _rates_of(trends: TrendTable, by: tuple[str, ...], summary: ReportSummary) -> TrendTable:
    """Give the trends to draw rates of: by the month where the median group has few posts in a period."""
    if trends.freq not in _SHORTER_THAN_MONTHS or len(summary.monthly.periods) < _MIN_COARSE_PERIODS:
        return trends
    sizes = group_sizes(trends.collapse(by)).head(MAX_LINES)
    thin = sizes.empty or sizes.median() / len(trends.periods) < MIN_DRAWN_POSTS
    return summary.monthly if thin else trends


def _make_plots(summary: ReportSummary, trends: TrendTable) -> dict[str, Plot]:
    """Draw the plots that the posts suffice for, the main one first."""
    first = trends.by[:1]
    per_first = f" per {_plain(trends.by[0])}" if first else ""
    # What the story tells of is what the eye should find.
    moved = summary.movements[0].name if summary.movements and first else None
    counts = summary.weekly
    rates = _rates_of(trends, first, summary)
    wanted = [("rate", "complaint_rate", first, rates), ("net", "net_sentiment", first, rates)]
    if summary.total.n_complaints:
        wanted.insert(0, ("complaints", "n_complaints", first, counts))
    if any(burst.kind == "n_posts" for burst in summary.bursts):
        wanted.append(("volume", "n_posts", first, counts))
    for name in trends.by[1:2]:
        wanted.append(("second", "complaint_rate", (name,), _rates_of(trends, (name,), summary)))
    if len(first) and len(summary.groups[first[0]]) > 1:
        wanted.append(("voice", "share_of_voice", first, rates))
    plots: dict[str, Plot] = {}
    for key, metric, by, table in wanted:
        lines = trend_lines(table.collapse(by), metric, top=MAX_LINES)
        if len(table.periods) < _MIN_PLOT_PERIODS or not any(np.isfinite(line.values[metric]).any() for line in lines):
            continue
        unit = words.period_unit(table.freq)
        heading = _HEADINGS[metric] + (per_first if by == first else f" per {_plain(by[0])}")
        names = ", ".join(line.shown for line in lines)
        note = (
            ""
            if table.freq in (trends.freq, _WEEKLY)
            else f"By the {unit}, as the {words.period_unit(trends.freq, 2)} hold few posts."
        )
        bursts = [burst for burst in summary.bursts if burst.kind == metric] if table is counts and by == first else []
        main = not plots
        picture = partial(
            _svg,
            table,
            metric,
            by,
            moved if by == first and table is trends else None,
            bursts,
            title=f"{heading} by the {unit}",
            text=f"{METRICS[metric]}, by the {unit}, for {names}.",
        )
        plots[key] = Plot(
            heading=f"{heading}, by the {unit}",
            note=note,
            svg=picture(name=f"{key}-wide" if main else key, size=_WIDE if main else _NARROW),
            narrow_svg=picture(name=f"{key}-narrow", size=_NARROW) if main else "",
        )
    return plots


def _plain(column: str) -> str:
    return column.replace("_", " ")


def _svg(
    trends: TrendTable,
    metric: str,
    by: tuple[str, ...],
    highlight: str | None,
    bursts: Sequence[Burst],
    *,
    name: str,
    size: tuple[float, float],
    title: str,
    text: str,
) -> Any:
    from markupsafe import Markup

    from .svg import draw_svg

    def draw(axes: Any) -> None:
        plot_trends(trends, metric, by=by, ax=axes, highlight=highlight)
        mark_bursts(axes, trends, bursts, metric)

    return Markup(draw_svg(draw, name=name, size=size, title=title, text=text))


def _heat_map(summary: ReportSummary) -> dict[str, Any] | None:
    """Arrange the complaint rates of the largest groups of the first two columns; None where there are no two."""
    by = summary.trends.by
    if len(by) != 2 or min(len(summary.groups[name]) for name in by) < 2:
        return None
    rows, columns = (
        [group.names[0] for group in summary.groups[name][:most]]
        for name, most in zip(by, (HEAT_ROWS, HEAT_COLUMNS), strict=True)
    )
    cells = {cell.names: cell for cell in summary.cells}
    rates = [c.complaint_rate for c in summary.cells if not c.thin and c.names[0] in rows and c.names[1] in columns]
    highest = max(rates, default=0.0) or 1.0

    def heat(row: str, column: str) -> HeatCell:
        cell = cells.get((row, column))
        if cell is None or cell.thin:
            return HeatCell(cell)
        return HeatCell(cell, depth=cell.complaint_rate / highest)

    return {
        "columns": columns,
        "rows": [(row, [heat(row, column) for column in columns]) for row in rows],
        "n_more": (len(summary.groups[by[0]]) - len(rows), len(summary.groups[by[1]]) - len(columns)),
    }
