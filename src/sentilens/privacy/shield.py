"""An export without the people in it: texts masked, authors pseudonymous, personal columns left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ..schema import PLACEHOLDERS
from .addresses import canonical_handle
from .columns import has_letters, is_numeric, is_personal_content, is_personal_header
from .links import is_link, private_link
from .masking import masked_kinds, text_masker
from .pseudonyms import Pseudonymizer, load_key

#: Canonical columns by what becomes of them; the others hold nothing of a person.
TEXT_COLUMNS: Final = frozenset({"text", "reply_text"})
AUTHOR_COLUMNS: Final = frozenset({"author"})
LINK_COLUMNS: Final = frozenset({"url", "reply_to"})
PERSONAL_COLUMNS: Final = TEXT_COLUMNS | AUTHOR_COLUMNS | LINK_COLUMNS
#: What may be a cell of a row whose cells could not be told: a comma before digits would make a decimal of them.
_CELL: Final = re.compile(r"[^,;\t|]+")


@dataclass
class PrivacyAudit:
    """What was done to keep people out; names of columns and counts, never what stood there.

    Attributes
    ----------
    left_out : dict
        Name in the header -> ``"format"``, ``"header"`` or ``"content"``, by which the column was known to hold personal
        data.
    masked : Counter
        Kind (a key of `sentilens.schema.PLACEHOLDERS`) -> posts in whose text something of it was masked.
    posts_masked : int
        Posts in whose text anything was masked.
    authors : int
        Posts whose author was replaced by a pseudonym.
    links : int
        Posts whose link lost a handle, or was left out as the page of a person.
    """

    left_out: dict[str, str] = field(default_factory=dict)
    masked: Counter[str] = field(default_factory=Counter)
    posts_masked: int = 0
    authors: int = 0
    links: int = 0

    def include(self, other: PrivacyAudit) -> None:
        """Add what was done to another file."""
        self.left_out.update(other.left_out)
        self.masked.update(other.masked)
        self.posts_masked += other.posts_masked
        self.authors += other.authors
        self.links += other.links

    def to_dict(self) -> dict[str, Any]:
        """Everything in types that JSON knows."""
        return {**vars(self), "left_out": dict(self.left_out), "masked": {kind: self.masked[kind] for kind in self._kinds()}}

    def to_text(self) -> str:
        """The account in lines for a person to read; empty when there was nothing to do."""
        lines = []
        if self.left_out:
            lines.append("left out: " + ", ".join(f"{name!r} (by its {why})" for name, why in self.left_out.items()))
        if self.posts_masked:
            kinds = ", ".join(f"{PLACEHOLDERS[kind]} {self.masked[kind]:,}" for kind in self._kinds())
            lines.append(f"masked in {self.posts_masked:,} posts: {kinds}")
        if self.authors:
            lines.append(f"{self.authors:,} authors are pseudonyms")
        if self.links:
            lines.append(f"{self.links:,} links lost the name of a person")
        return "\n".join(lines)

    def _kinds(self) -> list[str]:
        return [kind for kind in PLACEHOLDERS if self.masked[kind]]


class Shield:
    """Takes people out of the columns of one file.

    Parameters
    ----------
    header : sequence of str
        The names in the header.
    roles : mapping
        Position in the header -> canonical column that is read from it.
    sample : sequence of sequence of str
        The first rows, by which columns are judged; the verdict holds for the whole file.
    keep_handles : collection of str
        Handles that stay, with or without ``@``.
    personal : collection of str
        Names in the header that are known to be those of personal data.

    Attributes
    ----------
    kept : list of int
        Positions of the columns that are handed through.
    """

    def __init__(
        self,
        header: Sequence[str],
        roles: Mapping[int, str],
        sample: Sequence[Sequence[str]],
        keep_handles: Collection[str] = (),
        personal: Collection[str] = (),
    ) -> None:
        self._handles = frozenset(map(canonical_handle, keep_handles))
        self.mask = text_masker(keep_handles)
        self._roles = dict(roles)
        self._numeric: set[int] = set()
        self._last_texts: tuple[list[Any], list[Any]] = ([], [])
        self._left_out: dict[str, str] = {}
        self.kept: list[int] = []
        for position, name in enumerate(header):
            cells = [row[position] for row in sample if position < len(row)]
            known = "format" if name in personal else self._why_left_out(name, cells)
            reason = "" if position in self._roles else known
            if reason:
                self._left_out[name] = reason
                continue
            self.kept.append(position)
            if position not in self._roles and is_numeric(cells):
                self._numeric.add(position)

    def new_audit(self) -> PrivacyAudit:
        """An account that begins at nothing but the columns."""
        return PrivacyAudit(dict(self._left_out))

    def canonical(self, column: str, values: Sequence[Any], audit: PrivacyAudit | None = None) -> list[Any]:
        """The values of a canonical column without the people; nulls stay, and changes are counted in `audit`."""
        if column in TEXT_COLUMNS:
            return self._texts(values, audit)
        if column in AUTHOR_COLUMNS:
            new = [self._pseudonymizer.pseudonym(value) if isinstance(value, str) else value for value in values]
            if audit is not None:
                audit.authors += _changes(values, new)
            return new
        if column in LINK_COLUMNS:
            new = [self._link(value) if isinstance(value, str) else value for value in values]
            if audit is not None:
                audit.links += _changes(values, new)
            return new
        return list(values)

    def cells(self, position: int, values: Sequence[str]) -> list[str]:
        """The cells of a column of the file, without the people."""
        if position in self._roles:
            return ["" if value is None else value for value in self.canonical(self._roles[position], values)]
        numeric = position in self._numeric
        table = {cell: self._cell(cell, numeric) for cell in set(values)}
        return [table[cell] for cell in values]

    def raw_row(self, raw: str) -> str:
        """A row that could not be read, as text; empty if the file has columns of people, as its cells cannot be told apart."""
        has_people = self._left_out or not AUTHOR_COLUMNS.isdisjoint(self._roles.values())
        return "" if has_people else self.mask(_CELL.sub(lambda cell: self.mask(cell[0]), raw))

    @cached_property
    def _pseudonymizer(self) -> Pseudonymizer:
        # Only now: a file without authors needs no key.
        return Pseudonymizer(load_key(), keep=self._handles)

    def _why_left_out(self, name: str, cells: Sequence[str]) -> str:
        if is_personal_header(name):
            return "header"
        return "content" if is_personal_content(name, cells, self.mask) else ""

    def _texts(self, values: Sequence[Any], audit: PrivacyAudit | None) -> list[Any]:
        # The column of texts is often asked for twice, as posts and as a column of the file.
        old, new = self._last_texts
        texts = [value if isinstance(value, str) else None for value in values]  # pandas.NA cannot be compared
        if old != texts:
            new = [self.mask(value) if isinstance(value, str) else value for value in values]
            self._last_texts = texts, new
        if audit is not None:
            for before, after in zip(values, new, strict=True):
                if before is not after and isinstance(before, str) and before != after:
                    audit.posts_masked += 1
                    audit.masked.update(masked_kinds(before, after))
        return new

    def _link(self, value: str) -> str | None:
        if value.startswith("@"):
            return self._pseudonymizer.pseudonym(value)
        return private_link(value, self._handles)

    def _cell(self, cell: str, numeric: bool) -> str:
        if numeric and not has_letters(cell):
            return cell
        return (private_link(cell, self._handles) or "") if is_link(cell) else self.mask(cell)


def _changes(old: Sequence[Any], new: Sequence[Any]) -> int:
    return sum(isinstance(before, str) and before != after for before, after in zip(old, new, strict=True))
