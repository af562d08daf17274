"""``sentilens explain``: why a figure moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .options import (
    Brands,
    DateOrder,
    Delimiter,
    Encoding,
    KeepHandles,
    Map,
    MaxRejects,
    Model,
    Quiet,
    Sources,
    Timezone,
    exit_code,
    load,
    reading_options,
    stretch,
)  # fmt: skip

if TYPE_CHECKING:
    import pandas as pd

    from ..ingest import ReadAudit

OnlyBrand = Annotated[str | None, typer.Option("--brand", help="Look at the posts of this brand alone.")]
Json = Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")]


@app.command()
def explain(
    sources: Sources,
    period: Annotated[
        str, typer.Option("--period", help="A day in the period to explain, or its first and last: 2026-03-01..2026-03-31.")
    ],
    against: Annotated[
        str, typer.Option("--against", help="usual (the eight periods before), previous, year, or a first and a last day.")
    ] = "usual",
    brand: OnlyBrand = None,
    within: Annotated[
        list[str] | None, typer.Option("--within", metavar="COLUMN=VALUE", help="Look at such posts alone. May be repeated.")
    ] = None,
    over: Annotated[str | None, typer.Option("--over", help="Columns to split the change over, with commas between.")] = None,
    metric: Annotated[
        str, typer.Option("--metric", help="complaint_rate, net_sentiment, n_complaints or mean_complaint_probability.")
    ] = "complaint_rate",
    freq: Annotated[
        str, typer.Option("--freq", help="Length of the period that a single day names: D, W-MON, MS, QS.")
    ] = "W-MON",
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write the parts of the change (.csv, .tsv, .xlsx, .parquet).")
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
    keep_handle: KeepHandles = None,
    quiet: Quiet = False,
) -> int:
    """Explain why complaints or sentiment moved in a period: where, in which words, with typical posts."""
    from ..batch import iter_scored
    from ..drivers import explain_change
    from ..errors import ConfigError
    from ..wording import wording
    from .tables import check_output, print_table

    check_output(output, *sources, model, brands)
    reader = wording(language)
    chosen = {"brand": brand} if brand is not None else {}
    for item in within or []:
        name, equals, value = item.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise ConfigError(
                f"--within {item!r} is not of the form COLUMN=VALUE.", hint="For example: --within channel=twitter"
            )
        chosen[name.strip()] = value.strip()
    reading = reading_options(mapping, None, None, encoding, delimiter, date_order, timezone, brands, keep_handles=keep_handle)
    audits: list[ReadAudit] = []

    def chunks() -> Iterator[pd.DataFrame]:
        for chunk in iter_scored(sources, model=load(model), show_progress=False if quiet else None, **reading):
            audits[:] = [chunk.attrs["audit"]]
            yield chunk

    found = explain_change(
        chunks(),
        stretch(period),
        stretch(against),
        freq=freq,
        timezone=timezone,
        within=chosen,
        over=None if over is None else [name.strip() for name in over.split(",") if name.strip()],
        metric=metric,
    )
    if output is not None:
        print_table(found.table, output)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif output != "-":
        typer.echo("\n".join(found.sentences(reader)))
        for title, table in (("Parts", found.table.head(12)), ("Words", found.words.head(12))):
            if len(table):
                typer.echo(f"\n{title}")
                print_table(table, None)
        for post in found.posts:
            typer.echo(f"\n{post.date:%Y-%m-%d}, {post.channel}: {post.text}")
    return exit_code(audits[0], max_rejects)
