"""``sentilens inspect``: what would be read from a file."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from . import EXIT_OK, app
from .options import (
    Brand,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
    KeepHandles,
    KeepPersonalData,
    Map,
    Source,
    Timezone,
    reading_options,
)


@app.command()
def inspect(
    source: Source,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    mapping: Map = None,
    brand: Brand = None,
    channel: Channel = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
    keep_personal_data: KeepPersonalData = False,
    keep_handle: KeepHandles = None,
) -> int:
    """Tell how a file is understood: encoding, delimiter, columns, dates, rows that cannot be read."""
    from ..ingest import inspect_file

    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, keep_personal_data, keep_handle
    )
    audit = inspect_file(source, **reading)
    typer.echo(json.dumps(audit.to_dict(), ensure_ascii=False, indent=2) if as_json else audit.to_text().rstrip())
    return EXIT_OK
