"""What a ``brands.toml`` says, checked: every fault is told with its place."""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from ..errors import ConfigError
from ..schema import BRAND_SEPARATOR, LANGUAGES

_HOST: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MARK: Final = re.compile("[@＠#＃]")
#: Characters that nobody sees and that would part a word.
_INVISIBLE: Final = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


@dataclass(frozen=True)
class BrandEntry:
    """What a file says of one brand.

    Attributes
    ----------
    brand : str
        How it is shown: the title of its table in the file.
    names : tuple of str
        Names as people write them, without endings; the title unless the file says otherwise.
    handles, hashtags, domains : tuple of str
        Without ``@``, ``#`` and ``www.``, case-folded.
    owned : tuple of str
        Handles or names of authors whose posts are the brand's own.
    exclude : tuple of str
        Words that say, anywhere in a post, that its names do not mean the brand. A trailing ``*`` stands for any ending.
    exclude_phrases : tuple of str
        Phrases that hold a name without meaning the brand, such as ``"e-post"``.
    case_sensitive, common_words : frozenset of str
        Names that count only as they are written here; names that do not count in lower case throughout.
    compounds : bool
        Whether names begin closed compounds, such as ``"Teliabutiken"``.
    languages : tuple of str
        Languages whose endings its names take.
    """

    brand: str
    names: tuple[str, ...]
    handles: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_phrases: tuple[str, ...] = ()
    case_sensitive: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    compounds: bool = False
    languages: tuple[str, ...] = LANGUAGES


_KEYS: Final = tuple(field.name for field in fields(BrandEntry) if field.name != "brand")
_LISTS: Final = ("names", "handles", "hashtags", "domains", "owned", "exclude", "exclude_phrases")
#: Lists in which no two brands may have the same entry.
_ALIASES: Final = ("names", "handles", "hashtags", "domains", "owned")


def plain(text: str) -> str:
    """Give a text composed (NFC) and without invisible characters."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def plain_handle(name: str) -> str:
    """Give an author's handle or name without ``@`` and case."""
    return " ".join(plain(name).strip().lstrip("@＠").casefold().split())


def read_entries(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[BrandEntry, ...]:
    """Read and check a ``brands.toml``, or a mapping of the same shape.

    Raises
    ------
    ConfigError
        With reason ``bad_brands`` and the place of the fault.
    """
    if isinstance(source, Mapping):
        where, tables = "brands", dict(source)
    else:
        where, tables = Path(source).name, _parse_toml(Path(source))
    languages = LANGUAGES
    if "languages" in tables and not isinstance(tables["languages"], Mapping):
        languages = _languages(tables.pop("languages"), where)
    entries = tuple(_entry(title, table, languages, where) for title, table in tables.items())
    if not entries:
        raise _fault(where, "names no brand", "Give each brand a table: [Telmira]")
    _check_aliases(entries, where)
    return entries


def _parse_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"The list of brands '{path}' cannot be read ({error.strerror}).", reason="bad_brands", hint="Check the name."
        ) from error
    except UnicodeDecodeError:
        raise _fault(path.name, "is not in UTF-8", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        hint = 'Texts and titles with other letters than a to z need quotation marks: ["Färgkraft"]'
        raise _fault(path.name, f"is no TOML: {error}", hint) from None


def _entry(title: str, table: Any, languages: tuple[str, ...], where: str) -> BrandEntry:
    where = f"{where}, [{title}]"
    if not isinstance(table, Mapping):
        raise _fault(where, f"is {_kind(table)}, not a table", f"Write [{title}] on a line of its own, and its keys below it.")
    if not title.strip() or BRAND_SEPARATOR in title:
        raise _fault(where, f"is empty or holds a '{BRAND_SEPARATOR}'", "Give the brand another title.")
    if unknown := sorted(set(table) - set(_KEYS)):
        raise _fault(where, f"has the unknown key {', '.join(map(repr, unknown))}", f"Keys are {', '.join(_KEYS)}.")
    lists = {key: _texts(table[key], f"{where}, {key}") for key in _LISTS if key in table}
    names = lists.setdefault("names", (_name(title),))
    if not names:
        raise _fault(f"{where}, names", "is empty", "Leave it out where the title is the name.")
    for key in ("names", "exclude", "exclude_phrases"):
        if silent := [text for text in lists.get(key, ()) if not any(map(str.isalnum, text))]:
            raise _fault(f"{where}, {key}", f"has {silent[0]!r}, which holds no letter or digit", "Give words.")
    if not isinstance(table.get("compounds", False), bool):
        raise _fault(f"{where}, compounds", f"is {_kind(table['compounds'])}", "Write true or false.")
    return BrandEntry(
        **{
            **lists,
            "brand": title,
            "names": names,
            "domains": tuple(_domain(name, where) for name in lists.get("domains", ())),
            "handles": tuple(map(plain_handle, lists.get("handles", ()))),
            "owned": tuple(map(plain_handle, lists.get("owned", ()))),
            "hashtags": tuple(_MARK.sub("", name).casefold() for name in lists.get("hashtags", ())),
            "case_sensitive": _subset(table, "case_sensitive", names, where),
            "common_words": _subset(table, "common_words", names, where),
            "compounds": table.get("compounds", False),
            "languages": _languages(table["languages"], where) if "languages" in table else languages,
        }
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _fault(where, f"is {_kind(value)}, not a list of texts", 'Write ["one", "two"].')
    for number, text in enumerate(value, start=1):
        if not isinstance(text, str):
            raise _fault(f"{where}, no. {number}", f"is {_kind(text)}, not a text", "Put it in quotation marks.")
        if not _MARK.sub("", text).strip():
            raise _fault(f"{where}, no. {number}", "is empty", "Take it out.")
    return tuple(map(_name, value))


def _name(text: str) -> str:
    return " ".join(plain(text).split())


def _domain(name: str, where: str) -> str:
    host = name.casefold().removeprefix("www.")
    if not _HOST.fullmatch(host):
        raise _fault(f"{where}, domains", f"has {name!r}, which is no domain", "Write it bare: 'telmira.example'.")
    return host


def _subset(table: Mapping[str, Any], key: str, names: tuple[str, ...], where: str) -> frozenset[str]:
    value = table.get(key, False)
    if isinstance(value, bool):
        return frozenset(names if value else ())
    chosen = _texts(value, f"{where}, {key}")
    if other := [name for name in chosen if name not in names]:
        raise _fault(f"{where}, {key}", f"has {other[0]!r}, which is not among the names", "List it under names too.")
    return frozenset(chosen)


def _languages(value: Any, where: str) -> tuple[str, ...]:
    chosen = _texts(value, f"{where}, languages")
    if other := [code for code in chosen if code not in LANGUAGES]:
        raise _fault(f"{where}, languages", f"has {other[0]!r}", f"Languages are {', '.join(LANGUAGES)}.")
    return chosen


def _check_aliases(entries: tuple[BrandEntry, ...], where: str) -> None:
    for kind in _ALIASES:
        owner: dict[str, str] = {}
        for entry in entries:
            for alias in getattr(entry, kind):
                if (other := owner.setdefault(alias.casefold(), entry.brand)) != entry.brand:
                    raise _fault(f"{where}, [{entry.brand}], {kind}", f"has {alias!r}, and so has [{other}]", "Keep it in one.")


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _fault(where: str, what: str, hint: str) -> ConfigError:
    return ConfigError(f"{where}: {what}.", reason="bad_brands", hint=hint)
