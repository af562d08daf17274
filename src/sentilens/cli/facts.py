"""Options for what a model file says of its making."""

from __future__ import annotations

import datetime
import os
from typing import Annotated

import typer

from ..errors import ConfigError

Author = Annotated[str | None, typer.Option("--author", help="Who answers for the model; kept in its file.")]
Licence = Annotated[str | None, typer.Option("--licence", help="Under which licence it may be used; kept in its file.")]
Note = Annotated[str | None, typer.Option("--note", help="Anything worth knowing of it; kept in its file.")]
Created = Annotated[
    str | None,
    typer.Option(
        "--created",
        metavar="YYYY-MM-DD",
        help="The day to write into the file; by default that of SOURCE_DATE_EPOCH, else none. The clock is not read: "
        "the same posts shall give the same bytes on any day.",
    ),
]


def training_facts(author: str | None, licence: str | None, note: str | None, created: str | None) -> dict[str, str]:
    """Turn the options into entries of a manifest; what is not given is left out.

    Raises
    ------
    ConfigError
        If the day is none.
    """
    facts = {"author": author, "licence": licence, "note": note, "created": _day(created)}
    return {name: value for name, value in facts.items() if value}


def _day(created: str | None) -> str | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if created:
            return datetime.date.fromisoformat(created).isoformat()
        if epoch:  # https://reproducible-builds.org/specs/source-date-epoch/
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        given = f"--created {created!r}" if created else f"SOURCE_DATE_EPOCH {epoch!r}"
        raise ConfigError(f"{given} is no day.", reason="bad_date", hint="For example: --created 2026-11-22") from error
    return None
