"""``sentilens train``: labelled posts in, a model of one's own out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, app
from .facts import Author, Created, Licence, Note, training_facts
from .options import Encoding, Map, Quiet, load, reading_options


@app.command()
def train(
    labelled: Annotated[
        Path, typer.Argument(help="CSV with the posts and a column complaint (1/0), sentiment, or both.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write, such as ours.sentilens.")],
    base: Annotated[Path | None, typer.Option("--base", help="Model to start from; by default that of the package.")] = None,
    name: Annotated[str, typer.Option("--name", help="First part of the model's id.")] = "ours",
    mapping: Map = None,
    encoding: Encoding = None,
    author: Author = None,
    licence: Licence = None,
    note: Note = None,
    created: Created = None,
    quiet: Quiet = False,
) -> int:
    """Train a model on labelled posts, starting from the default model."""
    from ..ingest import read_posts
    from ..output import refuse_same_file
    from ..scorer import save_model
    from ..training import train as fit

    refuse_same_file(output, labelled, base)
    posts = read_posts(
        labelled, extra_columns="all", **reading_options(mapping, None, None, encoding, None, None, "UTC"), show_progress=False
    )
    facts = training_facts(author, licence, note, created)
    result = fit(posts, load(base), name=name, facts=facts, show_progress=False if quiet else None)
    save_model(result.model, output)
    if not quiet:
        typer.echo(result.report())
        typer.echo(f"Written to {output}")
    return EXIT_OK
