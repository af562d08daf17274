"""``sentilens replies``: how long customers wait for a first answer."""

from __future__ import annotations

from typing import Annotated

import typer

from . import app
from .options import (
    AsOf,
    Brand,
    Brands,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
    Excel,
    Map,
    MaxRejects,
    Model,
    Output,
    Quiet,
    Sources,
    Timezone,
    exit_code,
    load,
    reading_options,
)  # fmt: skip


@app.command()
def replies(
    sources: Sources,
    output: Output = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Column to group by; brand and channel unless said otherwise. May be repeated."),
    ] = None,
    expecting: Annotated[bool, typer.Option("--expecting", help="Count only posts that expect a reply.")] = False,
    as_of: AsOf = None,
    holidays: Annotated[
        str, typer.Option("--holidays", help="Countries whose public holidays are free, such as SE or SE,NO.")
    ] = "",
    end_hour: Annotated[int, typer.Option("--end-hour", min=1, max=24, help="When a working day ends.")] = 17,
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
    quiet: Quiet = False,
) -> int:
    """Measure how long customers wait for a first answer, per brand and per channel."""
    from ..answering import ReplyLog
    from ..batch import iter_scored
    from .tables import check_output, print_table

    check_output(output, *sources, model, brands)
    reading = reading_options(mapping, brand, channel, encoding, delimiter, date_order, timezone, brands)
    log = ReplyLog(by or ["brand", "channel"], timezone=timezone, expecting=expecting)
    for chunk in iter_scored(sources, model=load(model), show_progress=False if quiet else None, **reading):
        log.add(chunk)
    times = log.measure(as_of=as_of, holidays=holidays, end_hour=end_hour)
    print_table(times.table, output, excel=excel)
    if times.n_untimed and not quiet:
        typer.echo(f"Left out: {times.n_untimed:,} posts that were answered nobody knows when.", err=True)
    return exit_code(chunk.attrs["audit"], max_rejects)
