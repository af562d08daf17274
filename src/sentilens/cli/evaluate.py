"""``sentilens evaluate``: how right a model is on labelled posts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, app
from .options import Encoding, Map, Model, load, reading_options


@app.command()
def evaluate(
    labelled: Annotated[
        Path, typer.Argument(help="CSV with the posts and a column complaint (1/0), sentiment, or both.", show_default=False)
    ],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write the table (.csv, .tsv, .xlsx, .parquet); - for standard output.")
    ] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="Column to break the figures down by. May be repeated.")] = None,
    model: Model = None,
    mapping: Map = None,
    encoding: Encoding = None,
) -> int:
    """Measure a model on labelled posts, by language unless said otherwise."""
    from ..evaluation import evaluate as measure
    from ..ingest import read_posts
    from .tables import check_output, print_table

    check_output(output, labelled, model)
    posts = read_posts(
        labelled, extra_columns="all", **reading_options(mapping, None, None, encoding, None, None, "UTC"), show_progress=False
    )
    result = measure(load(model), posts, by=tuple(by or ["language"]))
    print_table(result.table, output)
    return EXIT_OK
