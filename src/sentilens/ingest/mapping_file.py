"""Mappings of columns, kept in a file for exports that come again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..errors import ConfigError
from ..output import whole_file
from .audit import ReadAudit

_VERSION: Final = 1
_KEY: Final = "sentilens_mapping"
MappingSource = Mapping[str, str | Sequence[str]] | str | os.PathLike[str]


def save_mapping(audit: ReadAudit, path: str | os.PathLike[str]) -> None:
    """Write how the columns of a file were understood, for reading files like it in the same way.

    Parameters
    ----------
    audit : ReadAudit
        Of one file, or of several with the same header.
    path : path
        A JSON file; pass it as ``mapping`` when reading. Edit it as you like: canonical column -> name or names in the header.
    """
    content = {_KEY: _VERSION, "mapping": audit.reusable, "constants": audit.to_dict()["constants"]}
    with whole_file(path) as part:
        part.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_mapping(
    mapping: MappingSource | None, constants: Mapping[str, Any] | None = None
) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """A mapping as canonical column -> names, and the constants, with those in a file of `save_mapping` that are not set anew.

    A constant takes the place of a column that such a file maps.

    Raises
    ------
    ConfigError
        The file is none that `save_mapping` writes (reason ``bad_mapping``).
    """
    set_by_user = dict(constants or {})
    saved: dict[str, Any] = {}
    if isinstance(mapping, str | os.PathLike):
        try:
            content = json.loads(Path(mapping).read_text(encoding="utf-8-sig"))
            pairs, saved = content["mapping"], content.get("constants", {})
            if content[_KEY] != _VERSION or not isinstance(saved, dict):
                raise ValueError
            pairs = {column: names for column, names in pairs.items() if column not in set_by_user}
            saved = {column: value for column, value in saved.items() if column not in pairs}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"'{os.fspath(mapping)}' is no saved mapping.",
                reason="bad_mapping",
                hint="Make one with: sentilens inspect FILE --save-mapping map.json",
            ) from error
    else:
        pairs = dict(mapping or {})
    named = {column: [names] if isinstance(names, str) else list(names) for column, names in pairs.items()}
    if bad := [column for column, names in named.items() if not names or not all(isinstance(name, str) for name in names)]:
        raise ConfigError(f"The mapping names no column for {', '.join(map(repr, bad))}.", reason="bad_mapping")
    return named, saved | set_by_user
