"""Which columns of an export hold personal data: told by their header, or by what stands in them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from ..schema import PLACEHOLDERS

#: Kinds that make a column personal where most of its cells hold one. Links are none: posts have addresses too.
_TELLING: Final = tuple(mark for kind, mark in PLACEHOLDERS.items() if kind not in {"url", "name"})
_WORD: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]+(?![a-zß-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+|\d+")


def header_words(name: str) -> tuple[str, ...]:
    """The words of a header in small letters.

    >>> header_words("RecipientEmail"), header_words("IP-adress (kund)")
    (('recipient', 'email'), ('ip', 'adress', 'kund'))
    """
    return tuple(word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", name)))


def is_personal_header(name: str) -> bool:
    """Whether a header names something that belongs to a person: an address, a gender, a position, a name …

    The names are in ``resources/personal_columns.json``: ``parts`` count anywhere in a header, ``words`` where they are
    words of it, ``alone`` where they are all of it, and ``never`` takes headers out again.

    >>> is_personal_header("Review User Email"), is_personal_header("sukupuoli"), is_personal_header("Reference Id")
    (True, True, False)
    """
    words, table = header_words(name), _table()
    if words in table["never"]:
        return False
    squeezed = "".join(words)
    spaced = f" {' '.join(words)} "
    return (
        words in table["alone"]
        or any(part in squeezed for part in table["parts"])
        or any(phrase in spaced for phrase in table["words"])
    )


def is_personal_content(name: str, cells: Iterable[str], mask: Callable[[str], str]) -> bool:
    """Whether most cells of a column are little else than an address, a number or a handle of a person.

    Parameters
    ----------
    name : str
        The header; it may announce what the numbers are ("Tlf").
    cells : iterable of str
        The first ones; empty ones do not count.
    mask : callable str -> str
        Such as `sentilens.mask_text`.
    """
    filled = [cell for cell in cells if cell and not cell.isspace()]
    personal = sum(_is_little_else(f"{name}: {cell.strip()}", cell.strip(), mask) for cell in filled)
    return 2 * personal > len(filled)


def is_numeric(cells: Iterable[str]) -> bool:
    """Whether most cells have no letters: counts, ids, times. What looks like a phone number there is none."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    return 2 * sum(not has_letters(cell) for cell in filled) > len(filled)


def has_letters(cell: str) -> bool:
    """Whether a cell is more than a number."""
    return _LETTER.search(cell) is not None


_LETTER: Final = re.compile(r"[^\W\d_]|@")


def _is_little_else(announced: str, cell: str, mask: Callable[[str], str]) -> bool:
    masked = mask(announced)
    if masked == announced:
        return False
    rest = masked[len(announced) - len(cell) :]
    if not any(mark in rest for mark in _TELLING):
        return False
    for mark in _TELLING:
        rest = rest.replace(mark, "")
    return 2 * sum(map(str.isalnum, rest)) <= len(cell)


@cache
def _table() -> dict[str, Any]:
    text = resources.files("sentilens").joinpath("resources", "personal_columns.json").read_text(encoding="utf-8")
    stored = json.loads(text)

    def names(section: str) -> Sequence[str]:
        return [name for listed in stored[section].values() for name in listed]

    return {
        "parts": frozenset(name.casefold().replace(" ", "") for name in names("parts")),
        "words": frozenset(f" {name.casefold()} " for name in names("words")),
        "alone": frozenset(map(header_words, names("alone"))),
        "never": frozenset(map(header_words, stored["never"])),
    }
