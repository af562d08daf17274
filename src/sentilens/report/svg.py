"""Plots as inline SVG: small, the same each time, in the page's own colours and font."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Final

from ..style import INK, MUTED, PALETTE, PAPER, RULE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The page's style sheet gives these variables other values in the dark.
_COLOURS: Final = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    PAPER: "var(--card)",
    **{colour: f"var(--c{rank})" for rank, colour in enumerate(PALETTE, start=1)},
}
_COLOUR: Final = re.compile("|".join(map(re.escape, _COLOURS)))
_LONG_NUMBER: Final = re.compile(r"(\d+\.\d\d)\d+")
_ID: Final = re.compile(r'\bid="([^"]+)"')
_REFERENCE: Final = re.compile(r'(?:xlink:)?href="#([^"]+)"|url\(#([^)]+)\)')
_OPENING: Final = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]+)\"[^>]*>")
_METADATA: Final = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


def draw_svg(draw: Callable[[Axes], object], *, name: str, size: tuple[float, float], title: str, text: str) -> str:
    """Draw a figure and give it as an ``svg`` element.

    Parameters
    ----------
    draw : callable
        Draws on the axes it is given.
    name : str
        Makes the ids of the element's parts unique within the page.
    size : tuple of float
        Width and height in inches; the element itself takes the width of its box.
    title, text : str
        What stands for the picture where it is not seen.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    buffer = StringIO()
    # The names of what is drawn are text, not outlines, and ids are hashes with a fixed salt.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif"}):
        figure = Figure(figsize=size, layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
        draw(axes)
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _tidy(buffer.getvalue(), name, title, text)


def _tidy(svg: str, name: str, title: str, text: str) -> str:
    svg = _METADATA.sub("", svg[svg.index("<svg") :])
    # Texts hold brands, which may look like anything: only what stands within tags is rewritten.
    svg = _TAG.sub(lambda tag: _LONG_NUMBER.sub(r"\1", _COLOUR.sub(_variable, tag.group())), svg)
    used = {found for pair in _REFERENCE.findall(svg) for found in pair if found}
    svg = _TAG.sub(lambda tag: _rename(tag.group(), name, used), svg)
    opening = (
        rf'<svg viewBox="\1" role="img" aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{_literal(title)}</title><desc id="{name}-text">{_literal(text)}</desc>'
    )
    svg = _OPENING.sub(opening, svg, count=1)
    return re.sub(r">\s*\n\s*<", "><", svg).strip()


def _rename(tag: str, name: str, used: set[str]) -> str:
    tag = _ID.sub(lambda found: f'id="{name}-{found.group(1)}"' if found.group(1) in used else "", tag)
    return _REFERENCE.sub(
        lambda found: f'href="#{name}-{found.group(1)}"' if found.group(1) else f"url(#{name}-{found.group(2)})", tag
    )


def _variable(found: re.Match[str]) -> str:
    return _COLOURS[found.group()]


def _literal(text: str) -> str:
    """Escape for HTML, and for being part of a replacement."""
    return escape(text).replace("\\", r"\\")
