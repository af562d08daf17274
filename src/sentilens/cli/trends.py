"""``sentilens trends``: counts and rates per brand, channel and period."""

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
def trends(
    sources: Sources,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write the table (.csv, .tsv, .xlsx, .parquet); - for standard output.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Column to group by; brand and channel unless said otherwise. May be repeated."),
    ] = None,
    freq: Annotated[
        str, typer.Option("--freq", help="Period: h, D, W-MON (weeks beginning on Monday), MS, QS or YS.")
    ] = "W-MON",
    min_count: Annotated[int, typer.Option("--min-count", min=0, help="Give no rates of fewer posts than this.")] = 0,
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
    excel: Excel = False,
    keep_personal_data: KeepPersonalData = False,
    keep_handle: KeepHandles = None,
    quiet: Quiet = False,
) -> int:
    """Count posts and complaints per brand, channel and period, from an export or a scored file."""
    from ..batch import iter_scored
    from ..trends import compute_trends
    from ..trends.counting import USED_COLUMNS
    from .tables import check_output, print_table, refuse_undated

    check_output(output, *sources, model, brands)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, brands, keep_personal_data, keep_handle
    )
    names = tuple(by or ["brand", "channel"])
    needed, shown = USED_COLUMNS | set(names), False if quiet else None
    chunks = iter_scored(sources, model=load(model), columns=needed, show_progress=shown, **reading)
    tables = []
    for chunk in chunks:
        tables.append(compute_trends(chunk, by=names, freq=freq, timezone=timezone))
    total = sum(tables[1:], start=tables[0])
    refuse_undated(total)
    print_table(total.to_frame(min_count=min_count), output, excel=excel)
    for n_posts, why in ((total.n_owned, "of the company's own"), (total.n_copies, "repeating an earlier one")):
        if n_posts and not quiet:
            typer.echo(f"Left out: {n_posts:,} posts {why}.", err=True)
    return exit_code(chunk.attrs["audit"], max_rejects)
