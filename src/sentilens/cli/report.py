"""``sentilens report``: from an export straight to a page that a manager can open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..wording import READER_LANGUAGES
from . import app
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
def report(
    sources: Sources,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, .html or .xlsx; - for HTML on standard output.")
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="html or xlsx; by the ending of the output if not given.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the page.")] = None,
    language: Annotated[
        str, typer.Option("--language", "-l", help=f"Language of the page: {', '.join(READER_LANGUAGES)}.")
    ] = "en",
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Correct complaint rates for what the model is known to get wrong.")
    ] = False,
    freq: Annotated[str, typer.Option("--freq", help="Period of the plots: D, W-MON, MS, QS.")] = "W-MON",
    model: Model = None,
    max_rejects: MaxRejects = 0.05,
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
    quiet: Quiet = False,
) -> int:
    """Write a report on an export, or on a scored file, as one self-contained HTML page or as a workbook."""
    from ..batch import STDOUT, iter_scored
    from ..brands import load_brands
    from ..output import refuse_same_file
    from ..privacy import text_masker
    from ..report import ReportBuilder
    from ..report.page import render_page

    refuse_same_file(output, *sources, model, brands)
    matcher = load_brands(brands) if brands is not None else None
    mask = text_masker({*(keep_handle or ()), *(matcher.handles if matcher is not None else ())})
    builder = ReportBuilder(title=title, language=language, freq=freq, timezone=timezone, corrected=corrected, mask=mask)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, matcher, keep_personal_data, keep_handle
    )
    for chunk in iter_scored(sources, model=load(model), show_progress=False if quiet else None, **reading):
        builder.add(chunk)
    audit = chunk.attrs["audit"]
    if str(output) == STDOUT:
        summary = builder.summary(audit=audit, model_card=chunk.attrs["model_card"])
        typer.echo(render_page(summary, builder.wording), nl=False)
    else:
        builder.write(output, audit=audit, model_card=chunk.attrs["model_card"], format=format)
    if not quiet:
        typer.echo(f"Report on {audit.rows_accepted:,} posts written to {output}", err=True)
    return exit_code(audit, max_rejects)
