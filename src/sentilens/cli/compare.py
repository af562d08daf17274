"""``sentilens compare``: before and after a day, or each of several events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .explain import Json, OnlyBrand
from .options import (
    Brands,
    DateOrder,
    Delimiter,
    Encoding,
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

if TYPE_CHECKING:
    import pandas as pd

    from ..ingest import ReadAudit


@app.command()
def compare(
    sources: Sources,
    date: Annotated[str | None, typer.Option("--date", help="The first day of the time after, such as 2026-04-20.")] = None,
    events: Annotated[
        Path | None, typer.Option("--events", help="A table of events: date, label, and where there are end and brand.")
    ] = None,
    brand: OnlyBrand = None,
    controls: Annotated[
        str | None,
        typer.Option("--controls", help="Brands to set it against, with commas between; '' for none; else all others."),
    ] = None,
    before: Annotated[str, typer.Option("--before", help="How long to look back: 8W, 30D.")] = "8W",
    after: Annotated[str, typer.Option("--after", help="How long to look ahead: 8W, 30D.")] = "8W",
    metric: Annotated[
        str,
        typer.Option("--metric", help="complaint_rate, net_sentiment, mean_complaint_probability, n_complaints or n_posts."),
    ] = "complaint_rate",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Write the figures (.csv, .tsv, .xlsx, .parquet); - for standard output."),
    ] = None,
    as_json: Json = False,
    language: Annotated[str, typer.Option("--language", help="Of the sentences: en, sv, nb, da, fi, is, de.")] = "en",
    model: Model = None,
    max_rejects: MaxRejects = 0.05,
    mapping: Map = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
    brands: Brands = None,
    quiet: Quiet = False,
) -> int:
    """Compare before and after a day, against other brands: a campaign, a price rise, an outage."""
    import pandas as pd

    from ..batch import iter_scored
    from ..campaigns import compare_events, read_events
    from ..campaigns.series import count_by_brand
    from ..errors import ConfigError, InputError
    from ..wording import wording
    from .tables import check_output, print_table

    check_output(output, *sources, model, brands, events)
    reader = wording(language)
    if (date is None) == (events is None):
        raise ConfigError("Give either --date or --events.", reason="no_date", hint="For example: --date 2026-04-20")
    named = read_events(events) if events is not None else pd.DataFrame({"date": [date], "label": [""]})
    reading = reading_options(mapping, None, None, encoding, delimiter, date_order, timezone, brands)
    audits: list[ReadAudit] = []

    def chunks() -> Iterator[pd.DataFrame]:
        for chunk in iter_scored(sources, model=load(model), show_progress=False if quiet else None, **reading):
            audits[:] = [chunk.attrs["audit"]]
            yield chunk

    table = count_by_brand(chunks(), timezone)
    others = None if controls is None else [name.strip() for name in controls.split(",") if name.strip()]
    found = compare_events(table, named, before, after, brand=brand, controls=others, metric=metric)
    if not found:
        raise InputError(
            "None of the days lies within the posts.",
            reason="period_outside",
            hint="Choose a day with posts before and after it.",
        )
    if output is not None:
        rows = [one.table.assign(date=f"{one.date:%Y-%m-%d}", label=one.label, metric=one.metric) for one in found]
        frame = pd.concat(rows, ignore_index=True)
        print_table(frame[["date", "label", "metric", *found[0].table.columns]], output)
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
    elif output != "-":
        typer.echo("\n\n".join("\n".join(one.sentences(reader)) for one in found))
    return exit_code(audits[0], max_rejects)
