"""``sentilens report``: from an export straight to a page that a manager can open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, EXIT_REJECTS, app
from .options import (
    Brand,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
    Map,
    Model,
    Quiet,
    Source,
    Timezone,
    load,
    reading_options,
)  # fmt: skip


@app.command()
def report(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
    title: Annotated[str | None, typer.Option("--title", help="Title of the page.")] = None,
    freq: Annotated[str, typer.Option("--freq", help="Period of the plots: D, W-MON, MS, QS.")] = "W-MON",
    model: Model = None,
    max_rejects: Annotated[
        float, typer.Option("--max-rejects", min=0.0, max=1.0, help="Share of rejected rows from which the exit code is 3.")
    ] = 0.05,
    mapping: Map = None,
    brand: Brand = None,
    channel: Channel = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
    quiet: Quiet = False,
) -> int:
    """Write a report on an export, or on a scored file, as one self-contained HTML page."""
    from ..batch import iter_scored
    from ..errors import InputError
    from ..report import ReportBuilder

    scorer = load(model)
    builder = ReportBuilder(title=title, freq=freq, timezone=timezone)
    reading = reading_options(mapping, brand, channel, encoding, delimiter, date_order, timezone)
    audit = None
    for chunk in iter_scored(source, model=scorer, show_progress=False if quiet else None, **reading):
        builder.add(chunk)
        audit = chunk.attrs["audit"]
    if audit is None or not audit.rows_read:
        raise InputError(f"{source} has a header but no rows.", reason="no_rows", hint="Check that the export is complete.")
    builder.write(output, audit=audit, model_card=scorer.model_card)
    if not quiet:
        typer.echo(f"Report on {audit.rows_accepted:,} posts written to {output}", err=True)
    return EXIT_REJECTS if audit.rejects.total() > max_rejects * audit.rows_read else EXIT_OK
