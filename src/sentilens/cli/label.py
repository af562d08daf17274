"""``sentilens label``: an export in, the posts that are worth labelling out."""

from __future__ import annotations

from pathlib import Path
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
def label(
    sources: Sources,
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="The file to fill in: .xlsx (with lists of labels), .csv, .tsv, .parquet."),
    ],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Posts to choose.")] = 200,
    labelled: Annotated[
        list[Path] | None,
        typer.Option("--labelled", help="An earlier batch, filled in: learnt from, and not chosen again. May be repeated."),
    ] = None,
    head: Annotated[
        list[str] | None, typer.Option("--head", help="Name of a label of your own, such as leaving. May be repeated.")
    ] = None,
    control_share: Annotated[
        float, typer.Option("--control-share", min=0.0, max=1.0, help="Share drawn at random, for honest figures.")
    ] = 0.1,
    max_chars: Annotated[int, typer.Option("--max-chars", min=20, help="Longer texts are shortened.")] = 600,
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
    keep_handle: KeepHandles = None,
    quiet: Quiet = False,
) -> int:
    """Choose which posts to label next: uncertain, varied, and some at random; each once, masked, without scores."""
    from ..choosing import choose_posts_to_label, write_label_sheet
    from ..ingest import read_posts
    from .tables import check_output

    check_output(output, *sources, *(labelled or []), model, brands)
    reading = reading_options(
        mapping, brand, channel, encoding, delimiter, date_order, timezone, brands, keep_handles=keep_handle
    )
    show = False if quiet else None
    posts = read_posts(sources, **reading, show_progress=show)
    chosen = choose_posts_to_label(
        posts,
        n,
        model=load(model),
        labelled=labelled,
        heads=head or (),
        control_share=control_share,
        max_chars=max_chars,
        keep_handles=keep_handle or (),
        show_progress=show,
    )
    write_label_sheet(chosen, output, excel=excel)
    if not quiet:
        typer.echo(chosen.attrs["choice"].to_text(), err=True)
        typer.echo(f"Written to {output}. Fill in the label columns; leave out what you are unsure of.", err=True)
    return exit_code(posts.attrs["audit"], max_rejects)
