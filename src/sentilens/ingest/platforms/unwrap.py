"""Texts as platforms wrap them, taken out of their wrapping; each function changes nothing that is not wrapped."""

from __future__ import annotations

import html
import json
import re
from typing import Final

#: Put between cells that a function takes apart again; no export has it in its texts.
CELL_BREAK: Final = "\x1f"
_SEGMENTS_START: Final = re.compile(r'\s*[\[{]\s*(?:\{\s*)?"(?:takeoutSegments|text)"\s*:')
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?"
_TWO_CLOCKS: Final = re.compile(rf"(?P<first>.*?{_CLOCK})\s+{_CLOCK}\s*")


def unescape_html(text: str) -> str:
    """Turn ``&amp;`` and its like into characters.

    >>> unescape_html("H&amp;M &lt;3")
    'H&M <3'
    """
    return html.unescape(text) if "&" in text else text


def join_segments(text: str) -> str:
    """Join the text segments that Google Takeout writes as JSON, in any of its generations.

    >>> join_segments('{"takeoutSegments":[{"text":"Hej "},{"text":"du"}]}')
    'Hej du'
    >>> join_segments('{"text":"Hej"},{"text":"\\\\n"},{"text":"du"}')
    'Hej\\ndu'
    >>> join_segments("[5/5] Hej du")
    '[5/5] Hej du'
    """
    if not _SEGMENTS_START.match(text):
        return text
    for candidate in (text, f"[{text}]"):
        try:
            parsed = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        segments = parsed.get("takeoutSegments", [parsed]) if isinstance(parsed, dict) else parsed
        if isinstance(segments, list) and all(isinstance(segment, dict) for segment in segments):
            return "".join(str(segment.get("text", "")) for segment in segments)
    return text


def one_clock(text: str) -> str:
    """Drop the time of day that stands twice where date and time are columns and the date has a time of its own.

    >>> one_clock("06-Feb-2026 03:03PM 3:03 PM"), one_clock("06-Feb-2026 3:03 PM")
    ('06-Feb-2026 03:03PM', '06-Feb-2026 3:03 PM')
    """
    match = _TWO_CLOCKS.fullmatch(text)
    return text if match is None else match["first"]


def title_and_text(text: str) -> str:
    """Put a title before a text, unless it only repeats how the text begins.

    >>> title_and_text("Nytt!\\x1fVi har öppnat"), title_and_text("Vi har…\\x1fVi har öppnat"), title_and_text("Nytt!")
    ('Nytt!\\n\\nVi har öppnat', 'Vi har öppnat', 'Nytt!')
    """
    title, between, body = text.partition(CELL_BREAK)
    if not between:
        return text
    start = title.strip().removesuffix("…").removesuffix("...").rstrip()
    return body if body.strip().startswith(start) else f"{title}\n\n{body}"


def web_address(text: str) -> str:
    """Keep what is a web address, and nothing of what a link is called, such as "view comment"."""
    return text if text.strip().casefold().startswith(("http://", "https://")) else ""


def without_notice(text: str) -> str:
    """Empty the text of a post that is gone, for which a notice in brackets stands.

    >>> without_notice("[deleted]"), without_notice("[deleted] igen?")
    ('', '[deleted] igen?')
    """
    return "" if text.strip().casefold() in {"[deleted]", "[removed]", "[deleted by user]"} else text
