"""``sentilens inspect``: what would be read from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, app
from .options import (
    Brand,
    Brands,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
    KeepHandles,
    KeepPersonalData,
    Map,
    Sources,
    Timezone,
    load,
    reading_options,
)  # fmt: skip


@app.command()
def inspect(
    sources: Sources,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    save_mapping: Annotated[
        Path | None,
        typer.Option("--save-mapping", help="Where to keep the mapping of columns, for --mapping with later files."),
    ] = None,
    mapping: Map = None,
    brand: Brand = None,
    channel: Channel = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
    brands: Brands = None,
    keep_personal_data: KeepPersonalData = False,
    keep_handle: KeepHandles = None,
) -> int:
    """Tell how a file is understood: format, encoding, columns with masked examples, dates, languages, what cannot be read."""
    from ..ingest import inspect_file
    from ..ingest import save_mapping as write_mapping
    from ..output import refuse_same_file
    from .languages import LanguageSample

    refuse_same_file(save_mapping, *sources, brands)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, brands, keep_personal_data, keep_handle
    )
    languages = LanguageSample()
    audit = inspect_file(sources, **reading, on_posts=languages.add)
    audit.languages = languages.count(load(None))
    if save_mapping is not None:
        write_mapping(audit, save_mapping)
    typer.echo(json.dumps(audit.to_dict(), ensure_ascii=False, indent=2) if as_json else audit.to_text().rstrip())
    return EXIT_OK
