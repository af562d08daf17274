"""``sentilens score``: an export in, the same file with scores out."""

from __future__ import annotations

from typing import Annotated

import typer

from . import app
from .options import (
    Brand,
    Brands,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
    Excel,
    KeepHandles,
    KeepPersonalData,
    Map,
    MaxRejects,
    Model,
    Quiet,
    Sources,
    Timezone,
    exit_code,
    load,
    reading_options,
)  # fmt: skip


@app.command()
def score(
    sources: Sources,
    output: Annotated[
        str, typer.Option("--output", "-o", help="Where to write: .csv, .tsv, .xlsx, .parquet, or - for standard output.")
    ],
    model: Model = None,
    rejects: Annotated[str | None, typer.Option("--rejects", help="Where to write rows that cannot be read.")] = None,
    max_rejects: MaxRejects = 0.05,
    mapping: Map = None,
    brand: Brand = None,
    channel: Channel = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
    brands: Brands = None,
    excel: Excel = False,
    keep_personal_data: KeepPersonalData = False,
    keep_handle: KeepHandles = None,
    quiet: Quiet = False,
) -> int:
    """Score the posts of an export; its columns are kept, but for those that hold personal data."""
    from ..batch import score_file
    from ..output import refuse_same_file

    for target in (output, rejects):
        refuse_same_file(target, *sources, model, brands)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, brands, keep_personal_data, keep_handle
    )
    summary = score_file(
        sources, output, model=load(model), rejects=rejects, excel=excel, show_progress=False if quiet else None, **reading
    )
    if not quiet:
        typer.echo(summary.to_text(), err=True)
        for concern in summary.audit.concerns():
            typer.echo(f"Note: {concern}", err=True)
    return exit_code(summary.audit, max_rejects)
