"""Which kind of text a file holds, by how it begins."""

from __future__ import annotations

import json
import re
from typing import BinaryIO, Final, Literal

from ...errors import FileFormatError
from ..encoding import TextEncoding, text_blocks

TextKind = Literal["json", "jsonl", "js", "feed"]

#: An archive of X: ``window.YTD.tweets.part0 = [ ... ]``.
SCRIPT_START: Final = re.compile(r"\s*window\.(?P<name>[A-Za-z_$][\w.$-]{0,100}?)(?:\.part\d+)?\s*=\s*(?=[\[{])")
_DOCUMENT_START: Final = re.compile(r'\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[{\]]|\Z))')
_MARKUP_START: Final = re.compile(r"\s*<(?:\?xml|!DOCTYPE|!--|rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_HTML_START: Final = re.compile(r"\s*<(?:!DOCTYPE\s+html|html)[\s>]", re.IGNORECASE)


def text_kind(file: BinaryIO, encoding: TextEncoding) -> TextKind | None:
    """Tell what a text is, None where it is delimited text or of an unknown kind."""
    start = next(filter(str.strip, text_blocks(file, encoding, lambda _: None)), "")
    if SCRIPT_START.match(start):
        return "js"
    if _HTML_START.match(start):
        raise FileFormatError(
            "This is a web page, no export of posts.", reason="binary", hint="Export the posts as CSV and read that file."
        )
    if _MARKUP_START.match(start):
        return "feed"
    if not _DOCUMENT_START.match(start):
        return None
    return "jsonl" if _has_lines(start) else "json"


def _has_lines(start: str) -> bool:
    """Whether objects stand one to a line: a whole one on one of the first lines, and another begins on the next."""
    lines = [line for line in start.split("\n")[:20] if line.strip()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.lstrip().startswith("{") and (following == "" or following.lstrip().startswith("{")):
            try:
                json.loads(line)
            except (ValueError, RecursionError):
                continue
            # A document on a single line is one, too, unless it looks like a single post.
            return bool(following) or not any(isinstance(value, list | dict) for value in json.loads(line).values())
    return False
