"""Feeds as tables: Atom, RSS, and the comments in WordPress's own export (WXR)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from ...errors import FileFormatError
from ..blobs import Blob
from ..encoding import TextEncoding
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, sound_rows

_ROOTS: Final = frozenset({"feed", "rss", "RDF"})
_ENTRIES: Final = frozenset({"entry", "item"})
_COMMENT: Final = "comment"
#: What the feed as a whole says of itself, ahead of its entries.
_FEED_PREFIX: Final = "feed."


class FeedTable:
    """The entries of a feed, read piece by piece; the comments under them where the feed carries comments.

    An element becomes a column of its local name (``title``, ``pubDate``), one inside another a dotted one (``author.name``);
    an Atom link gives its address. What the feed says of itself stands in each row as ``feed.title`` and ``feed.id``.

    Raises
    ------
    FileFormatError
        The XML is broken (reason ``bad_xml``), declares document types or entities (``unsafe_xml``), or is no feed
        (``not_a_feed``).
    """

    container = "feed"
    part = ""
    header_line = 0
    preamble = 0
    delimiter: str | None = None
    encoding: TextEncoding | None = None

    def __init__(self, blob: Blob, max_cell_chars: int) -> None:
        self._blob, self._max_cell_chars = blob, max_cell_chars
        self.document = ""
        names: dict[str, None] = {}
        for entry in self._entries():
            names |= dict.fromkeys(entry)
            check_width(len(names))
        self.header = tuple(names)
        self.sample = [cells for _, cells in islice(self.rows(RowLog(), needed=0), SAMPLE_ROWS)]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The entries under their numbers, counted from 1."""
        rows = (
            (number, [cell_text(entry.get(name)) for name in self.header])
            for number, entry in enumerate(self._entries(), start=1)
        )
        yield from sound_rows(rows, log, self._max_cell_chars)

    def _entries(self) -> Iterator[dict[str, str]]:
        from defusedxml.ElementTree import iterparse

        about: dict[str, str] = {}
        path: list[Element] = []
        with _xml_errors(), self._blob.open() as file:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    path.append(element)
                    if len(path) == 1:
                        self._check_root(element)
                    continue
                path.pop()
                name = _local(element.tag)
                if name in _ENTRIES:
                    yield from ({**about, **entry} for entry in _rows_of(element))
                elif name in {"title", "id"} and path and _local(path[-1].tag) in {"feed", "channel"}:
                    about.setdefault(_FEED_PREFIX + name, _text(element))
                if path and not any(_local(parent.tag) in _ENTRIES for parent in path):
                    element.clear()
                    path[-1].remove(element)

    def _check_root(self, root: Element) -> None:
        self.document = _local(root.tag)
        if self.document not in _ROOTS:
            raise FileFormatError(
                "This is XML, but no feed (Atom, RSS or WordPress).",
                reason="not_a_feed",
                hint="Export the posts as CSV, Excel or JSON and read that file.",
            )


@contextmanager
def _xml_errors() -> Iterator[None]:
    from defusedxml.common import DefusedXmlException

    try:
        yield
    except DefusedXmlException as error:
        raise FileFormatError(
            "The XML declares document types or entities, as no feed does.",
            reason="unsafe_xml",
            hint="Ask for the export again from where it came.",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileFormatError(
            "The XML is broken, or not all of it is there.", reason="bad_xml", hint="Export or download it again."
        ) from error


def _local(tag: Any) -> str:
    """The name of an element without its namespace."""
    return str(tag).rpartition("}")[2]


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _rows_of(entry: Element) -> Iterator[dict[str, str]]:
    """An entry as one row, or one row for each of its comments."""
    fields: dict[str, str] = {}
    comments = []
    for child in entry:
        name = _local(child.tag)
        if name == _COMMENT and len(child):
            comments.append({f"{_COMMENT}.{_local(part.tag)}": _text(part) for part in child})
        elif name == "link" and child.get("href"):
            if child.get("rel", "alternate") == "alternate":
                fields.setdefault(name, child.get("href", ""))
        elif len(child) and name in {"author", "source", "contributor"}:
            for part in child:
                fields.setdefault(f"{name}.{_local(part.tag)}", _text(part))
        elif name == "encoded":  # content:encoded and excerpt:encoded
            prefix = "excerpt" if "excerpt" in child.tag else "content"
            fields.setdefault(f"{prefix}.{name}", _text(child))
        else:
            fields.setdefault(name, _text(child))
    yield from ({**fields, **comment} for comment in comments) if comments else [fields]
