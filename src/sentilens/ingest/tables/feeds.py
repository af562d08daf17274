"""Feeds as tables: Atom, RSS, and the comments in WordPress's own export (WXR)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import Element, ParseError

from ...errors import FileFormatError
from ..blobs import Blob
from ..encoding import TextEncoding
from ..platforms.unwrap import BLOCKS
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, sound_rows

_ROOTS: Final = frozenset({"feed", "rss", "RDF"})
_ENTRIES: Final = frozenset({"entry", "item"})
_COMMENT: Final = "comment"
_COMMENT_PREFIX: Final = _COMMENT + "."
#: What the feed as a whole says of itself, ahead of its entries.
_FEED_PREFIX: Final = "feed."
_ABOUT: Final = frozenset({"title", "id", "language"})
#: No entry takes more bytes than this, and no feed nests deeper.
_MAX_ENTRY_BYTES: Final = 64 << 20
_MAX_DEPTH: Final = 200


class FeedTable:
    """The entries of a feed, read piece by piece; the comments under them where the feed carries comments.

    An element becomes a column of its local name (``title``, ``pubDate``), one inside another a dotted one (``author.name``);
    an Atom link gives its address. What the feed says of itself stands in each row as ``feed.title``, ``feed.id`` and
    ``feed.language``.

    Raises
    ------
    FileFormatError
        The XML is broken (reason ``bad_xml``), declares document types or entities (``unsafe_xml``), is no feed
        (``not_a_feed``) or one without entries (``empty_file``), or an entry is larger than any (``too_large``).
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
        self._has_comments = False
        names: dict[str, None] = {}
        for entry in self._entries():
            if not self._has_comments and any(name.startswith(_COMMENT_PREFIX) for name in entry):
                self._has_comments, names = True, {}
            if self._is_row(entry):
                names |= dict.fromkeys(entry)
                check_width(len(names))
        if not names:
            raise FileFormatError("The feed has no entries.", reason="empty_file", hint="Fetch it again when it has some.")
        self.header = tuple(names)
        self.sample = [cells for _, cells in islice(self.rows(RowLog(), needed=0), SAMPLE_ROWS)]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The entries under their numbers, counted from 1."""
        rows = (
            (number, [cell_text(entry.get(name)) for name in self.header])
            for number, entry in enumerate(filter(self._is_row, self._entries()), start=1)
        )
        yield from sound_rows(rows, log, self._max_cell_chars)

    def _is_row(self, entry: Mapping[str, str]) -> bool:
        """Whether an entry is a row: every one, but where there are comments only they are."""
        return not self._has_comments or any(name.startswith(_COMMENT_PREFIX) for name in entry)

    def _entries(self) -> Iterator[dict[str, str]]:
        from defusedxml.ElementTree import iterparse

        about: dict[str, str] = {}
        path: list[Element] = []
        with _xml_errors(), self._blob.open() as file:
            watched = _Watched(file)
            for event, element in iterparse(watched, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    path.append(element)
                    if len(path) == 1:
                        self._check_root(element)
                    elif len(path) > _MAX_DEPTH:
                        raise ParseError
                    continue
                path.pop()
                name = _local(element.tag)
                if name in _ENTRIES:
                    watched.n_read = 0
                    yield from ({**about, **entry} for entry in _rows_of(element))
                elif name in _ABOUT and path and _local(path[-1].tag) in {"feed", "channel"}:
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


class _Watched:
    """A file of which only so much is read for one entry, since an entry is held in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.n_read = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.n_read += len(data)
        if self.n_read > _MAX_ENTRY_BYTES:
            raise FileFormatError(
                f"An entry of the feed is larger than {_MAX_ENTRY_BYTES >> 20} MB.",
                reason="too_large",
                hint="Check that this is a feed of posts.",
            )
        return data


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
    return "".join(_pieces(element)).strip()


def _pieces(element: Element) -> Iterator[str]:
    """The text in an element; HTML that is part of the XML has its line ends in tags alone."""
    yield "\n" if _local(element.tag) in BLOCKS else ""
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


def _rows_of(entry: Element) -> Iterator[dict[str, str]]:
    """An entry as one row, or one row for each of its comments."""
    fields: dict[str, str] = {}
    comments = []
    for child in entry:
        name = _local(child.tag)
        if name == _COMMENT and len(child):
            comments.append({_COMMENT_PREFIX + _local(part.tag): _text(part) for part in child})
        elif name == "in-reply-to":
            fields.setdefault(name, child.get("ref") or child.get("href") or _text(child))
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
