"""How plots look, in one place: colours that everyone can tell apart, sizes, and axes without clutter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Okabe and Ito (2008), Color universal design: told apart by people of every colour vision. Without their black and
#: their yellow, which vanish on a dark and on a white ground.
PALETTE: Final[tuple[str, ...]] = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS: Final = "osD^vP"
INK: Final = "#20262d"
MUTED: Final = "#66707a"
RULE: Final = "#d8dde2"
PAPER: Final = "#ffffff"
#: Sizes of letters, in points.
TITLE_SIZE, LABEL_SIZE, SMALL_SIZE = 9.5, 9.0, 8.0
#: A new figure, in inches.
FIGURE_SIZE: Final = (8.4, 3.8)
MAX_LABEL: Final = 20


def new_axes() -> Axes:
    """Make a figure of the usual size, through pyplot, so that notebooks show it."""
    import matplotlib.pyplot as plt

    _, ax = plt.subplots(figsize=FIGURE_SIZE, layout="constrained")
    return ax


def dress(ax: Axes, title: str, *, grid: str = "y") -> None:
    """Give axes the look of all plots: a title to the left, thin rules along the values of an axis, no frame."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(RULE)
    if grid:
        ax.grid(axis=grid, color=RULE, linewidth=0.8)  # type: ignore[arg-type]
    ax.set_axisbelow(True)
    ax.tick_params(axis="both", length=0, labelsize=LABEL_SIZE, labelcolor=MUTED, pad=5)
    ax.set_title(title, loc="left", fontsize=TITLE_SIZE, color=INK, pad=10)


def say_empty(ax: Axes, reason: str) -> None:
    """Write into axes why they are empty."""
    ax.text(0.5, 0.5, reason, transform=ax.transAxes, ha="center", va="center", color=MUTED, fontsize=LABEL_SIZE)


def shortened(text: str, most: int = MAX_LABEL) -> str:
    """Cut a name that is too long for its place."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
