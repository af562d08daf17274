"""Qualtrics surveys: three header rows (names, questions, import ids), the free-text answers of a response as one text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from ..headers import header_key, known_headers
from .base import Platform, Take, first_of, signature

_FREE_TEXT: Final = re.compile(r"Q(?:ID)?\d+_TEXT", re.IGNORECASE)
_OTHER_TEXT: Final = re.compile(r"Q(?:ID)?\d+(?:[_.#]\w+)*_TEXT", re.IGNORECASE)


def _import_ids(sample: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """The cells of the third header row, empty where the file lacks it."""
    for row in sample[:2]:
        if row and all(cell.lstrip().startswith('{"ImportId"') for cell in row if cell.strip()):
            try:
                return [json.loads(cell) if cell.strip() else {} for cell in row]
            except ValueError:
                return []
    return []


def _rows_to_skip(sample: Sequence[Sequence[str]]) -> int:
    return 2 if _import_ids(sample) else 0


def _timezone(header: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    return next((str(cell["timeZone"]) for cell in _import_ids(sample) if "timeZone" in cell), None)


def _free_texts(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """The questions with free text: by import id, else by name, else what the name says."""
    ids = [str(cell.get("ImportId", "")) for cell in _import_ids(sample)]
    ids += [""] * (len(header) - len(ids))
    for pattern in (_FREE_TEXT, _OTHER_TEXT):
        if found := [n for n, key in zip(header, ids, strict=False) if pattern.fullmatch(key) or pattern.fullmatch(n.strip())]:
            return found
    return [name for name in header if known_headers().get(header_key(name), ("", 0))[0] == "text"]


QUALTRICS: Final = Platform(
    name="qualtrics",
    title="Qualtrics survey",
    signatures=(
        signature("StartDate", "EndDate", "RecordedDate", "ResponseId", "DistributionChannel", confidence=0.99),
        signature("RecordedDate", "ResponseId", "UserLanguage"),
        signature("StartDate", "EndDate", "ResponseId", confidence=0.9),
    ),
    columns={
        "text": Take(by="\n\n", find=_free_texts),
        "post_id": first_of("ResponseId"),
        "created_at": first_of("RecordedDate", "EndDate", "StartDate"),
        "declared_language": first_of("UserLanguage", "Q_Language"),
    },
    constants={"channel": "survey"},
    read_timezone=_timezone,
    rows_to_skip=_rows_to_skip,
    personal=(
        *("IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference"),
        *("LocationLatitude", "LocationLongitude"),
    ),
)
