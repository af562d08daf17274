"""Lays a summary out as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import InputError
from ..schema import LANGUAGE_NAMES, SCORED_STATUSES
from ..trends.table import TrendTable
from . import words
from .details import describe, label
from .plots import METRICS, plot_trends, trend_lines
from .story import tell_story
from .summary import MIN_CELL, GroupSummary, ReportSummary

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
    InputError
        With ``reason="cannot_write"`` where the file cannot be written.
    """
    path = Path(path)
    html = render_page(summary)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(html, encoding="utf-8", newline="\n")
        os.replace(part, path)  # noqa: PTH105 - the name says what happens to the old file
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            f"The report cannot be written to {path}: {error.strerror or error}.",
            reason="cannot_write",
            hint="Choose a folder that exists and that you may write to; close the file if it is open.",
        ) from error
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


def _make_plots(summary: ReportSummary, trends: TrendTable) -> dict[str, Plot]:
    """Draw the plots that the posts suffice for, the main one first."""
    if len(trends.periods) < _MIN_PLOT_PERIODS:
        return {}
    first = trends.by[:1]
    per_first = f" per {trends.by[0]}" if first else ""
    # What the story tells of is what the eye should find.
    moved = summary.movements[0].name if summary.movements and first else None
    wanted = [
        ("rate", "complaint_rate", first, f"Complaint rate{per_first}", True),
        ("net", "net_sentiment", first, f"Net sentiment{per_first}", False),
        ("volume", "n_posts", first, f"Posts{per_first}", False),
    ]
    for name in trends.by[1:2]:
        wanted.append(("second", "complaint_rate", (name,), f"Complaint rate per {name}", False))
    if len(first) and len(summary.groups[first[0]]) > 1:
        wanted.append(("voice", "share_of_voice", first, f"Share of voice{per_first}", False))
    plots = {}
    for key, metric, by, heading, both in wanted:
        lines = trend_lines(trends.collapse(by), metric, top=6)
        if not any((line.values[metric] == line.values[metric]).any() for line in lines):
            continue
        unit = words.period_unit(trends.freq)
        text = f"{METRICS[metric]}, by the {unit}, for {', '.join(line.name for line in lines)}."
        fore = moved if by == first else None
        picture = partial(_svg, trends, metric, by, fore, title=f"{heading} by the {unit}", text=text)
        plots[key] = Plot(
            heading=heading,
            note=text,
            svg=picture(name=f"{key}-wide" if both else key, size=_WIDE if both else _NARROW),
            narrow_svg=picture(name=f"{key}-narrow", size=_NARROW) if both else "",
        )
    return plots


def _svg(
    trends: TrendTable,
    metric: str,
    by: tuple[str, ...],
    highlight: str | None,
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
