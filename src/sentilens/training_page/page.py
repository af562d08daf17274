"""Lays the report on a training out, as a page that needs nothing else or as Markdown."""

from __future__ import annotations

import math
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..comparison import BETTER, NO_WORSE, TOO_FEW, WORSE, Verdict
from ..errors import ConfigError
from ..output import whole_file
from ..schema import LANGUAGE_NAMES
from ..training import TrainResult
from ..wording import NO_FIGURE, wording
from .findings import MIN_POSTS_OF_VALUE, MORE_LABELS, Findings, gather_findings
from .plots import plot_curve, plot_parts, plot_reliability

if TYPE_CHECKING:
    from jinja2 import Environment

_WORDS: Final = wording()

HTML_ENDINGS: Final = (".html", ".htm")
MARKDOWN_ENDINGS: Final = (".md", ".markdown")
#: Metric -> what it is called, and whether less of it is better.
METRICS: Final = {
    "f1": ("F1", False),
    "macro_f1": ("Macro-F1", False),
    "accuracy": ("Accuracy", False),
    "average_precision": ("Average precision", False),
    "ece": ("Calibration error", True),
    "log_loss": ("Log loss", True),
}
_HEADLINES: Final = {
    BETTER: "The trained model is better than its base.",
    NO_WORSE: "The trained model is no worse than its base, and no better as far as these posts tell.",
    WORSE: "The trained model is worse than its base: keep the base.",
    TOO_FEW: "There are too few labelled posts to tell whether the trained model is better than its base.",
}
_MINUS: Final = "\u2212"
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write_training_page(result: TrainResult, path: str | os.PathLike[str], *, show_progress: bool | None = None) -> Path:
    """Write the report on a training.

    Parameters
    ----------
    result : TrainResult
    path : path
        Ending in ``.html`` or ``.md``.
    show_progress : bool, optional
        Force the progress bar on or off.

    Returns
    -------
    Path

    Raises
    ------
    ConfigError
        If the ending is another (reason ``unknown_ending``).
    EngineError
        If the file cannot be written.
    """
    target = check_ending(path)
    template = "training.html.j2" if target.suffix.lower() in HTML_ENDINGS else "training.md.j2"
    text = render(gather_findings(result, show_progress=show_progress), template)
    with whole_file(target) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return target


def check_ending(path: str | os.PathLike[str]) -> Path:
    """Refuse a name by which it cannot be told what to write."""
    target = Path(path)
    if target.suffix.lower() not in (*HTML_ENDINGS, *MARKDOWN_ENDINGS):
        raise ConfigError(
            f"The report cannot be written as '{target.suffix or target.name}'.",
            reason="unknown_ending",
            hint="Name a file that ends in .html or .md.",
        )
    return target


def render(findings: Findings, template: str) -> str:
    """Give the text of the report."""
    return (
        _environment(template.endswith(".html.j2"))
        .get_template(template)
        .render(
            f=findings,
            headline=_HEADLINES[findings.verdict],
            story=_tell_story(findings),
            plots={
                found.head: {"curve": plot_curve(found), "reliability": plot_reliability(found), "parts": plot_parts(found)}
                for found in findings.heads
            },
            style=_resource("report/page.css"),
            metrics=METRICS,
            more=MORE_LABELS,
            min_posts=MIN_POSTS_OF_VALUE,
            language_names=LANGUAGE_NAMES,
            no_figure=NO_FIGURE,
        )
    )


def _tell_story(findings: Findings) -> list[str]:
    """Say in a few sentences what follows the headline."""
    story = [_sentence(found.verdict) for found in findings.heads]
    story += [f"{found.title}: {_lower(found.curve.tell(MORE_LABELS))}" for found in findings.heads if found.curve]
    n_doubts = sum(len(found.doubts) for found in findings.heads)
    labels = [
        f"{_WORDS.number(n_doubts)} {'label looks' if n_doubts == 1 else 'labels look'} like mistakes" if n_doubts else ""
    ]
    if n := findings.n_contradictions:
        labels.append(f"{_WORDS.number(n)} {'text carries' if n == 1 else 'texts carry'} different labels")
    if told := "; ".join(filter(None, labels)):
        story.append(f"{told}.")
    return [*story, findings.few] if findings.few else story


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _sentence(verdict: Verdict) -> str:
    """Say what can be said of one head."""
    name = verdict.head.replace("_", " ").capitalize()
    metric = METRICS[verdict.metric][0].replace("Macro", "macro")
    figures = f"{_points(verdict.difference)} points of {metric} ({_points(verdict.low)} to {_points(verdict.high)})"
    needed = f"; about {_WORDS.number(verdict.n_needed)} would tell, if it stays so" if verdict.n_needed else ""
    if math.isnan(verdict.low):
        return f"{name}: too few to tell, on {_posts(verdict.n_posts)}{needed}."
    return f"{name}: {figures} on {_posts(verdict.n_posts)}: {verdict.word}{needed}."


def _figure(value: float) -> str:
    return NO_FIGURE if math.isnan(value) else f"{value:.3f}"


def _points(value: float) -> str:
    """Write a difference of two figures in [0, 1] in points, with its sign."""
    return _signed(100 * value, 1)


def _signed(value: float, digits: int = 3) -> str:
    if math.isnan(value):
        return NO_FIGURE
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else (_MINUS if value < 0 else "+") + text


def _chance(p: float) -> str:
    return NO_FIGURE if math.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _plain(text: object) -> str:
    """Keep a text from being read as Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


@cache
def _resource(name: str) -> str:
    return files("sentilens").joinpath("resources", name).read_text(encoding="utf-8")


@cache
def _environment(escaped: bool) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=escaped, loader=FunctionLoader(_resource), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "figure": _figure,
        "points": _points,
        "signed": _signed,
        "chance": _chance,
        "number": _WORDS.number,
        "posts": _posts,
        "plain": _plain,
    }
    return environment


def _posts(n: int) -> str:
    return _WORDS.say_n("{n} post", "{n} posts", n)
