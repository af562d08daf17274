"""Shows what another part of the package tells about itself, whatever its keys: an audit, a model's manifest."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ..wording import Wording

#: Long lists are cut, with a word about it.
MAX_ROWS: Final = 30
MAX_TEXT: Final = 500
_MAX_DEPTH: Final = 5


@dataclass(frozen=True)
class Node:
    """A piece of the page. `kind` is ``text``, ``pairs``, ``items`` or ``table``; the rest as the kind needs."""

    kind: str
    text: str = ""
    pairs: tuple[tuple[str, Node], ...] = ()
    items: tuple[Node, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    n_cut: int = 0


def plain_mapping(source: Any) -> dict[str, Any]:
    """Give a mapping, or an object with ``to_dict()``, as a dict of plain values; empty for anything else."""
    if hasattr(source, "to_dict"):
        source = source.to_dict()
    value = _plain(source)
    return value if isinstance(value, dict) else {}


def describe(mapping: Mapping[str, Any], words: Wording) -> Node | None:
    """Lay out a mapping, numbers as in a language; None where there is nothing to show."""
    node = _Describer(words).node(dict(mapping), depth=0)
    return node if node is not None and node.kind == "pairs" else None


def label(key: str) -> str:
    """Turn a key into words: ``rows_read`` into ``Rows read``."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, pd.DataFrame):
        value = value.to_dict("records")
    if isinstance(value, pd.Series):
        value = value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    return str(value)


class _Describer:
    """Lays out values of any depth."""

    def __init__(self, words: Wording) -> None:
        self.words = words

    def node(self, value: Any, depth: int) -> Node | None:
        if value is None or value == "" or value == [] or value == {}:
            return None
        if depth > _MAX_DEPTH:
            return Node("text", text=self._scalar(value))
        if _is_grid(value):
            keys = tuple(dict.fromkeys(key for row in value.values() for key in row))
            named = [{"": label(name)} | {key: row.get(key) for key in keys} for name, row in value.items()]
            return self._list_node(named, depth)
        if isinstance(value, dict):
            found = ((label(key), self.node(item, depth + 1)) for key, item in value.items())
            pairs = tuple((key, node) for key, node in found if node is not None)
            return Node("pairs", pairs=pairs) if pairs else None
        if isinstance(value, list):
            return self._list_node(value, depth)
        return Node("text", text=self._scalar(value))

    def _list_node(self, values: list[Any], depth: int) -> Node:
        shown, n_cut = values[:MAX_ROWS], max(0, len(values) - MAX_ROWS)
        if all(isinstance(item, dict) and not any(isinstance(cell, dict) for cell in item.values()) for item in shown):
            keys = tuple(dict.fromkeys(key for item in shown for key in item))
            rows = tuple(tuple(self._scalar(item.get(key)) for key in keys) for item in shown)
            return Node("table", header=tuple(map(label, keys)), rows=rows, n_cut=n_cut)
        if not any(isinstance(item, dict | list) for item in shown):
            texts = tuple(map(self._scalar, shown))
            if all(len(text) <= 24 for text in texts):
                more = self.words.say_n("and {n} more", "and {n} more", n_cut) if n_cut else ""
                return Node("text", text=f"{', '.join(texts)} {more}".rstrip())
            return Node("items", items=tuple(Node("text", text=text) for text in texts), n_cut=n_cut)
        nodes = (self.node(item, depth + 1) for item in shown)
        return Node("items", items=tuple(node for node in nodes if node is not None), n_cut=n_cut)

    def _scalar(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.words.say("yes") if value else self.words.say("no")
        if isinstance(value, int):
            # Years and codes stay as they are; counts get their spaces.
            return self.words.number(value) if abs(value) >= 10_000 else str(value)
        if isinstance(value, float):
            return "" if math.isnan(value) else f"{value:.4g}"
        if isinstance(value, list):
            return ", ".join(map(self._scalar, value))
        if isinstance(value, dict):
            return ", ".join(f"{label(str(key)).lower()} {self._scalar(item)}" for key, item in value.items())
        text = str(value)
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rstrip() + " …"


def _is_grid(value: Any) -> bool:
    """Whether a mapping holds rows of like cells, such as the figures of each language."""
    rows = list(value.values()) if isinstance(value, dict) else []
    like = len(rows) > 1 and all(isinstance(row, dict) and row and list(row) == list(rows[0]) for row in rows)
    return like and not any(isinstance(cell, dict | list) for row in rows for cell in row.values())
