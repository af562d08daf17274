"""As much of a post as may be shown to whoever looks for mistakes: masked, on one line, cut."""

from __future__ import annotations

from typing import Any, Final

from .masking import mask_text

MAX_CHARACTERS: Final = 160


def excerpt(text: Any, max_characters: int = MAX_CHARACTERS) -> str:
    """Mask a text and cut it at a word.

    Parameters
    ----------
    text : str
        What is no text is empty.
    max_characters : int, default 160

    Returns
    -------
    str
        On one line; ends in an ellipsis where it was cut.

    Examples
    --------
    >>> excerpt("Ring mig på 070-174 06 05,\\n eller skriv till oss", 30)
    'Ring mig på <PHONE>, eller …'
    """
    whole = " ".join(mask_text(text).split()) if isinstance(text, str) else ""
    if len(whole) <= max_characters:
        return whole
    return whole[: max_characters - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"
