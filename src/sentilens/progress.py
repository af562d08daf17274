"""Progress bars: in notebooks and on terminals, silent where nobody looks."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

#: Seconds of work before anybody wants to see a bar.
_PATIENCE = 1.0
_wish: ContextVar[bool | None] = ContextVar("_wish", default=None)


@contextmanager
def progress_shown(show: bool | None) -> Iterator[None]:
    """Hand the caller's wish down to the bars of what runs inside the block and is not asked itself."""
    token = _wish.set(show)
    try:
        yield
    finally:
        _wish.reset(token)


def progress_bar(*, total: int | None, unit: str, description: str, show: bool | None = None) -> Any:
    """Make a tqdm bar that writes to stderr.

    Parameters
    ----------
    total : int or None
        The number of units to come, None when unknown.
    unit : str
        What is counted, such as ``"posts"`` or ``"B"`` (bytes are scaled to kB, MB).
    description : str
        What is going on, a word or two.
    show : bool, optional
        True or False force it; None (the default) is the wish given to `progress_shown`; without one the bar shows in a
        notebook or when stderr is a terminal, once the work has taken a second.

    Returns
    -------
    tqdm.std.tqdm
        A context manager with ``update(n)``.
    """
    with warnings.catch_warnings():
        # tqdm.auto warns where ipywidgets is missing and falls back to the plain bar, which serves as well.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

    show = _wish.get() if show is None else show
    delay = 0.0 if show else _PATIENCE
    if show is None:
        show = sys.stderr.isatty() or "ipykernel" in sys.modules
    scale = unit == "B"
    return tqdm(total=total, unit=unit, unit_scale=scale, desc=description, disable=not show, leave=False, delay=delay)
