"""JSON documents, the scripts of X archives, and JSON lines as tables.

Objects inside objects become columns with dotted names (``reviewer.displayName``); numbers stay as they are written, so that
no digit of an id is lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from ...errors import FileFormatError
from ...schema import TEXT
from ..audit import Reject
from ..blobs import MAX_WHOLE_BYTES, Blob, too_large
from ..encoding import TextEncoding, printable, text_blocks
from ..headers import header_key, known_headers
from ..platforms import recognise
from ..records import LINE_PER_CELL, line_batches
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, fault_of, sound_rows
from .kinds import SCRIPT_START

#: Objects deeper than this stay together in one cell, as JSON.
_MAX_DEPTH: Final = 8
#: Values in a document, each of which takes far more memory than its text.
_MAX_VALUES: Final = 20_000_000
#: So many lists in a document, and names in each, are looked at to find the posts.
_MAX_LISTS: Final = 10_000
_MAX_TOLD_NAMES: Final = 2_000
_HINT: Final = "Export or download it again."


class DocumentTable:
    """The rows of a JSON document or of a script that holds one, which is never run; the document is held in memory.

    The rows are the elements of the document where it is a list. Else they are the list of objects in it that a named format
    is told by; where there is none, the longest list of objects with a text, or the longest one.

    Raises
    ------
    FileFormatError
        The document is no JSON or an incomplete one (reason ``bad_json``), or too large to be held (``too_large``).
    """

    part = ""
    header_line = 0
    preamble = 0
    delimiter: str | None = None

    def __init__(self, blob: Blob, encoding: TextEncoding, max_cell_chars: int) -> None:
        self.encoding: TextEncoding | None = encoding
        self._blob, self._encoding, self._max_cell_chars = blob, encoding, max_cell_chars
        self.container, self.document, items = self._load()
        self.header = _header(items)
        self.sample = [_row(item, self.header) for item in items[:SAMPLE_ROWS]]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The rows under their numbers, counted from 1."""
        items = self._load()[2]
        rows = ((number, _row(item, self.header)) for number, item in enumerate(items, start=1))
        yield from sound_rows(rows, log, self._max_cell_chars)

    def _load(self) -> tuple[str, str, list[Any]]:
        if self._blob.size > MAX_WHOLE_BYTES:
            raise too_large(self._blob.name)
        read = 0
        blocks = []
        with self._blob.open() as file:
            for block in text_blocks(file, self._encoding, lambda _: None):
                blocks.append(block)
                read += len(block)
                if read > MAX_WHOLE_BYTES:
                    raise too_large(self._blob.name)
        text = "".join(blocks)
        if sum(map(text.count, "{[,")) > _MAX_VALUES:
            raise too_large(self._blob.name)
        container, name = "json", ""
        if script := SCRIPT_START.match(text):
            container, name = "js", script["name"]
            text = text[script.end() :].rstrip().removesuffix(";")
        document = _parse(text)
        where, items = ("", document) if isinstance(document, list) else _list_of_rows(document)
        return container, name or where, items


class LinesTable:
    """JSON lines, one object a line, read piece by piece.

    The names of the columns are gathered from the whole file when it is opened.
    """

    container = "jsonl"
    part = ""
    header_line = 0
    preamble = 0
    delimiter: str | None = None
    document = ""

    def __init__(self, blob: Blob, encoding: TextEncoding, max_cell_chars: int) -> None:
        self.encoding: TextEncoding | None = encoding
        self._blob, self._encoding, self._max_cell_chars = blob, encoding, max_cell_chars
        names: dict[str, None] = {}
        for _, item in self._items(RowLog()):
            names |= dict.fromkeys(_flat(item))
            check_width(len(names))
        self.header = tuple(names)
        self.sample = [cells for _, cells in islice(self.rows(RowLog(), needed=0), SAMPLE_ROWS)]

    def rows(self, log: RowLog, *, needed: int) -> Iterator[tuple[int, list[str]]]:
        """The rows under the numbers of their lines."""
        rows = ((number, _row(item, self.header)) for number, item in self._items(log))
        yield from sound_rows(rows, log, self._max_cell_chars)

    def _items(self, log: RowLog) -> Iterator[tuple[int, dict[str, Any]]]:
        number = 0
        limit = LINE_PER_CELL * self._max_cell_chars
        with self._blob.open() as file:
            for lines in line_batches(text_blocks(file, self._encoding, log.on_bytes), max_line_chars=limit):
                for line in lines:
                    number += 1
                    if not line.strip():
                        continue
                    reason = fault_of([line], limit)
                    try:
                        item = None if reason else _parse(line)
                    except FileFormatError:
                        item = None
                    if isinstance(item, dict):
                        yield number, item
                    else:
                        raw = printable(line[:limit])
                        log.on_reject(Reject(number, reason or "bad_json", raw, complete=len(line) <= limit))


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise FileFormatError(
            "The file is not valid JSON, or not all of it is there.", reason="bad_json", hint=_HINT, line=error.lineno
        ) from None  # the decoder's own message may carry the text
    except RecursionError:
        raise FileFormatError("The JSON in this file is nested too deeply.", reason="bad_json", hint=_HINT) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its members; of those with the same name the last one counts, the others are kept under other names."""
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: Counter[str] = Counter(name for name, _ in pairs)
    named = []
    for name, value in pairs:
        seen[name] -= 1
        named.append((f"{name} (again {seen[name]})" if seen[name] else name, value))
    return dict(named)


def _list_of_rows(document: Any) -> tuple[str, list[Any]]:
    """The rows in an object, and the key they stand under; of equally good lists the first."""
    candidates = list(islice(_lists(document), _MAX_LISTS))
    worth = [_worth(*candidate) for candidate in candidates]
    best = max(range(len(worth)), key=worth.__getitem__, default=None)
    if best is None or (worth[best][2] < 0 and not worth[best][0]):
        return "", [document]
    return candidates[best][:2]


def _worth(name: str, items: list[Any], is_list: bool) -> tuple[float, bool, int]:
    """How sure a named format is told by some rows, whether they have a text, and how many they are."""
    names = list(dict.fromkeys(key for item in items[:SAMPLE_ROWS] for key in _flat(item)))
    if len(names) > _MAX_TOLD_NAMES:
        return 0.0, False, len(items) if is_list else -1
    has_text = is_list and any(known_headers().get(header_key(key), ("", 0))[0] == TEXT for key in names)
    sample = [_row(item, names) for item in items[:SAMPLE_ROWS]]
    return recognise(names, name, sample)[1], has_text, len(items) if is_list else -1


def _lists(document: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any], bool]]:
    """What may be the rows of a document: its lists of objects, and the objects in it, for a list of one may be left out."""
    if isinstance(document, dict) and depth <= _MAX_DEPTH:
        if depth:
            yield name, [document], False
        for key, value in document.items():
            yield from _lists(value, key, depth + 1)
    elif isinstance(document, list) and (not document or any(isinstance(item, dict) for item in document)):
        yield name, document, True


def _header(items: list[Any]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for item in items:
        names |= dict.fromkeys(_flat(item))
        check_width(len(names))
    return tuple(names)


def _row(item: Any, header: Sequence[str]) -> list[str]:
    flat = _flat(item)
    return [cell_text(flat.get(name)) for name in header]


def _flat(item: Any, prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """The values of an object by their dotted names; a list of objects that share no name is taken for a single object."""
    if isinstance(item, list) and item and all(isinstance(part, dict) for part in item):
        merged = {key: value for part in item for key, value in part.items()}
        item = merged if len(merged) == sum(map(len, item)) else item
    if not isinstance(item, dict) or depth > _MAX_DEPTH:
        return {prefix or "value": item}
    flat: dict[str, Any] = {}
    for key, value in item.items():
        flat |= _flat(value, f"{prefix}.{key}" if prefix else key, depth + 1)
    return flat
