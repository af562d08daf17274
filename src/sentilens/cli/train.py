"""``sentilens train``: labelled posts in, a model of one's own out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import EXIT_OK, app
from .facts import Author, Created, Licence, Note, training_facts
from .options import DateOrder, Encoding, Map, Quiet, Timezone, load, reading_options


@app.command()
def train(
    labelled: Annotated[
        Path,
        typer.Argument(
            help="The posts with labels: any of the columns sentiment, complaint, severity, expects_reply, topic.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write, such as ours.sentilens.")],
    base: Annotated[Path | None, typer.Option("--base", help="Model to start from; by default that of the package.")] = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="A column with labels of your own (yes/no, or up to 50 classes). May be repeated."),
    ] = None,
    threshold: Annotated[
        str,
        typer.Option(
            "--threshold",
            help="When a post counts as a complaint: f1, cost=1:5 (false alarm : missed), per-day=20, per-day=20/500 (of 500 "
            "posts a day), share=4%, or a probability such as 0.35.",
        ),
    ] = "f1",
    split: Annotated[
        str, typer.Option("--split", help="Judge by folds of all posts, or with time on the newest by a model of the older.")
    ] = "folds",
    name: Annotated[str, typer.Option("--name", help="First part of the model's id.")] = "ours",
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what the training brought, as a page (.html) or as Markdown (.md).")
    ] = None,
    mapping: Map = None,
    encoding: Encoding = None,
    date_order: DateOrder = None,
    timezone: Timezone = "UTC",
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
    from ..training_page import check_ending

    refuse_same_file(output, labelled, base)
    if report is not None:
        refuse_same_file(check_ending(report), labelled, base, output)
    reading = reading_options(mapping, None, None, encoding, None, date_order, timezone)
    posts = read_posts(labelled, extra_columns="all", **reading, show_progress=False)
    start = load(base)
    kind: Any = split
    facts = training_facts(author, licence, note, created)
    shown = False if quiet else None
    result = fit(posts, start, heads=head or (), threshold=threshold, split=kind, name=name, facts=facts, show_progress=shown)
    save_model(result.model, output)
    if not quiet:
        typer.echo(result.report())
        typer.echo(f"Written to {output}")
    if report is not None:
        result.write_report(report, show_progress=False if quiet else None)
        if not quiet:
            typer.echo(f"Report written to {report}")
    return EXIT_OK
