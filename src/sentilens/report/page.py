"""Lays a summary out as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..output import whole_file
from ..wording import NO_FIGURE, Wording, wording
from .details import describe
from .groups import MIN_CELL
from .sections.answer import reply_notes, reply_table, waiting_posts
from .sections.heat import heat_map
from .sections.method import method_pairs
from .sections.moved import moved_rows
from .sections.plotted import make_plots, plotted_trends
from .sections.reading import (
    AUDIT_KEYS,
    CARD_KEYS,
    error_table,
    fate_pairs,
    model_pairs,
    reading_pairs,
    source_table,
)
from .sections.why import tell_why
from .story import tell_extremes, tell_latest, tell_story
from .summary import ReportSummary
from .tables import MAX_CELLS, group_table, language_table, severity_table, write_cell

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = "report"
#: So many posts that want an answer are shown.
MAX_QUEUE: Final = 15


def render_page(summary: ReportSummary, words: Wording | None = None) -> str:
    """Give the page as HTML text, in English if not told otherwise."""
    words = wording() if words is None else words
    script = _resource("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    context: dict[str, Any] = {"s": summary, "title": summary.title or words.say("What customers wrote")}
    if not summary.total.thin:
        context |= _sections(summary, words)
    card, audit = summary.model_card, summary.audit
    context |= {
        "story": tell_story(summary, words),
        "fate": fate_pairs(summary, words),
        "reading": reading_pairs(audit, words),
        "model": model_pairs(card, words),
        "errors": error_table(card, words),
        "sources": source_table(card, words),
        "method": method_pairs(summary, words),
        "limitations": [str(text) for text in card.get("limitations") or ()],
        "more_audit": describe({key: value for key, value in audit.items() if key not in AUDIT_KEYS}, words),
        "more_card": describe({key: value for key, value in card.items() if key not in CARD_KEYS}, words),
        "style": _resource("page.css"),
        "script": script,
        "script_digest": digest,
    }
    return _environment(words.language).get_template("page.html.j2").render(**context)


def write_page(summary: ReportSummary, path: str | Path, words: Wording) -> Path:
    """Write the page, at once or not at all.

    Raises
    ------
    EngineError
        Where the file cannot be written (reason ``disk_full`` or ``unwritable``).
    """
    path = Path(path)
    html = render_page(summary, words)
    with whole_file(path) as part:
        part.write_text(html, encoding="utf-8", newline="\n")
    return path


def _sections(summary: ReportSummary, words: Wording) -> dict[str, Any]:
    """Give what the sections of a page with enough posts show."""
    by, waiting = summary.trends.by, waiting_posts(summary, words)
    cells = [group_table(summary, by, summary.cells, words, MAX_CELLS)] if summary.cells else []
    return {
        "moved": moved_rows(summary, words),
        "plots": make_plots(summary, words),
        "weekly_plots": plotted_trends(summary).freq != summary.trends.freq,
        "heat": heat_map(summary, words),
        "group_tables": [*(group_table(summary, (name,), groups, words) for name, groups in summary.groups.items()), *cells],
        "topic_table": group_table(summary, ("topic",), summary.topics, words) if summary.topics else None,
        "severity": severity_table(summary, words),
        "why": tell_why(summary, words),
        "queue": waiting[:MAX_QUEUE],
        "n_queue": len(waiting),
        "answers_are_told": summary.queue is not None and bool(summary.queue.attrs.get("answers_are_told")),
        "replies": reply_table(summary, words),
        "reply_notes": reply_notes(summary, words),
        "language_table": language_table(summary, words),
        "known_languages": [
            found for found in sorted(summary.languages, key=lambda language: -language.n_rows) if found.code != "und"
        ],
        "latest": tell_latest(summary, words),
        "extremes": tell_extremes(summary, words),
    }


@cache
def _resource(name: str) -> str:
    return files("sentilens").joinpath("resources", _TEMPLATES, name).read_text(encoding="utf-8")


@cache
def _environment(language: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    words = wording(language)
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_resource),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("number", "percent", "percent_range", "points", "signed", "day", "span", "period", "by_period", "name", "column")
    environment.globals.update({name: getattr(words, name) for name in ("say", "say_n", *names)})
    environment.globals.update(
        write=lambda cell, kind: write_cell(cell, kind, words),
        lang=language,
        no_figure=NO_FIGURE,
        min_cell=MIN_CELL,
    )
    return environment
