"""JSON documents, the scripts of X archives, and JSON lines as tables.

Objects inside objects become columns with dotted names (``reviewer.displayName``); numbers stay as they are written, so that
no digit of an id is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from ...errors import FileFormatError
from ..audit import Reject
from ..blobs import MAX_WHOLE_BYTES, Blob, too_large
from ..encoding import TextEncoding, printable, text_blocks
from ..records import LINE_PER_CELL, line_batches
from .base import SAMPLE_ROWS, RowLog, cell_text, check_width, fault_of, sound_rows
from .kinds import SCRIPT_START

#: Objects deeper than this stay together in one cell, as JSON.
_MAX_DEPTH: Final = 8
_HINT: Final = "Export or download it again."


class DocumentTable:
    """The rows of a JSON document or of a script that holds one, which is never run; the document is held in memory.

    The rows are the elements of the document where it is a list, else the longest list of objects in it.

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
        container, name = "json", ""
        if script := SCRIPT_START.match(text):
            container, name = "js", script["name"]
            text = text[script.end() :].rstrip().removesuffix(";")
        document = _parse(text)
        where, items = ("", document) if isinstance(document, list) else _longest_list(document)
        if items is None:
            where, items = "", [document]
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
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise FileFormatError(
            "The file is not valid JSON, or not all of it is there.", reason="bad_json", hint=_HINT, line=error.lineno
        ) from None  # the decoder's own message may carry the text
    except RecursionError:
        raise FileFormatError("The JSON in this file is nested too deeply.", reason="bad_json", hint=_HINT) from None


def _longest_list(document: Any, name: str = "", depth: int = 0) -> tuple[str, list[Any] | None]:
    """The longest list of objects in an object, and the key it stands under; of equals the first."""
    best: tuple[str, list[Any] | None] = ("", None)
    if isinstance(document, dict) and depth <= _MAX_DEPTH:
        for key, value in document.items():
            found = _longest_list(value, key, depth + 1)
            if found[1] is not None and (best[1] is None or len(found[1]) > len(best[1])):
                best = found
    elif isinstance(document, list) and (not document or any(isinstance(item, dict) for item in document)):
        best = (name, document)
    return best


def _header(items: list[Any]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for item in items:
        names |= dict.fromkeys(_flat(item))
        check_width(len(names))
    return tuple(names)


def _row(item: Any, header: tuple[str, ...]) -> list[str]:
    flat = _flat(item)
    return [cell_text(flat.get(name)) for name in header]


def _flat(item: Any, prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """The values of an object by their dotted names; a list of a single object is taken for that object."""
    if isinstance(item, list) and len(item) == 1 and isinstance(item[0], dict):
        item = item[0]
    if not isinstance(item, dict) or depth > _MAX_DEPTH:
        return {prefix or "value": item}
    flat: dict[str, Any] = {}
    for key, value in item.items():
        flat |= _flat(value, f"{prefix}.{key}" if prefix else key, depth + 1)
    return flat
