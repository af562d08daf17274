"""``sentilens queue``: who must be answered."""

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
    KeepHandles,
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

#: What of the queue is printed for reading; the texts are for files.
_SHOWN = ["priority", "why", "post_id", "created_at", "brand", "channel"]


@app.command()
def queue(
    sources: Sources,
    output: Output = None,
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="At most so many posts.")] = 50,
    max_age: Annotated[str, typer.Option("--max-age", help="Leave out older posts; such as 14D or 48h.")] = "14D",
    as_of: AsOf = None,
    reach: Annotated[str | None, typer.Option("--reach", help="Column with the number of people who see a post.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the reasons: en, sv, nb, da, fi, is or de.")] = "en",
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
    keep_handle: KeepHandles = None,
    excel: Excel = False,
    quiet: Quiet = False,
) -> int:
    """List the posts that should be answered, the most urgent first, with the reason in words."""
    from ..answering import AnswerQueue
    from ..batch import iter_scored
    from .tables import check_output, print_table

    check_output(output, *sources, model, brands)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, brands, keep_handles=keep_handle
    )
    gathered = AnswerQueue(max_age=max_age, reach=reach, timezone=timezone)
    for chunk in iter_scored(sources, model=load(model), show_progress=False if quiet else None, **reading):
        gathered.add(chunk)
    found = gathered.find(n, as_of=as_of, language=language)
    if not quiet and not found.attrs["answers_are_told"]:
        typer.echo("The posts do not say which of them were answered; all count as open.", err=True)
    print_table(found if output else found[_SHOWN], output, excel=excel)
    return exit_code(chunk.attrs["audit"], max_rejects)
