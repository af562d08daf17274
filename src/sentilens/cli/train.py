"""``sentilens train``: labelled posts in, a model of one's own out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, app
from .options import Encoding, Map, Quiet, load, reading_options


@app.command()
def train(
    labelled: Annotated[
        Path, typer.Argument(help="CSV with the posts and a column complaint (1/0), sentiment, or both.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write, such as ours.sentilens.")],
    base: Annotated[Path | None, typer.Option("--base", help="Model to start from; by default that of the package.")] = None,
    name: Annotated[str, typer.Option("--name", help="First part of the model's id.")] = "ours",
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what the training brought, as a page (.html) or as Markdown (.md).")
    ] = None,
    mapping: Map = None,
    encoding: Encoding = None,
    quiet: Quiet = False,
) -> int:
    """Train a model on labelled posts, starting from the default model."""
    from ..ingest import read_posts
    from ..output import refuse_same_file
    from ..scorer import save_model
    from ..training import train as fit
    from ..training_page import check_ending

    refuse_same_file(output, labelled, base)
    if report is not None:
        refuse_same_file(check_ending(report), labelled, base, output)
    posts = read_posts(
        labelled, extra_columns="all", **reading_options(mapping, None, None, encoding, None, None, "UTC"), show_progress=False
    )
    result = fit(posts, load(base), name=name, show_progress=False if quiet else None)
    save_model(result.model, output)
    if not quiet:
        typer.echo(result.report())
        typer.echo(f"Written to {output}")
    if report is not None:
        result.write_report(report, show_progress=False if quiet else None)
        if not quiet:
            typer.echo(f"Report written to {report}")
    return EXIT_OK
