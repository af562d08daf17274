"""``sentilens model compare A B labelled.csv``: two models on the same labelled posts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import EXIT_OK
from .model import models
from .options import Encoding, Map, load, reading_options


@models.command()
def compare(
    first: Annotated[Path, typer.Argument(help="The old model.", show_default=False)],
    second: Annotated[Path, typer.Argument(help="The new model.", show_default=False)],
    labelled: Annotated[Path, typer.Argument(help="Labelled posts that neither model was trained on.", show_default=False)],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write the table (.csv, .tsv, .xlsx, .parquet); - for standard output.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Column to break the figures down by (language and channel). May be repeated."),
    ] = None,
    mapping: Map = None,
    encoding: Encoding = None,
) -> int:
    """Compare two models on the same labelled posts: intervals, a paired test, a verdict."""
    reading = reading_options(mapping, None, None, encoding, None, None, "UTC")
    return compare_on_labels(first, second, labelled, output=output, by=by, reading=reading)


def compare_on_labels(
    first: Path, second: Path, labelled: Path, *, output: str | None, by: list[str] | None, reading: dict[str, Any]
) -> int:
    """Print the verdict, and print or write the table.

    Parameters
    ----------
    first, second, labelled : Path
    output : str or None
        As for `sentilens.cli.tables.print_table`; where the table goes to standard output, the verdict stays away.
    by : list of str or None
    reading : dict
        From `sentilens.cli.options.reading_options`.
    """
    from ..comparison import compare_models
    from ..ingest import read_posts
    from .tables import check_output, print_table

    check_output(output, first, second, labelled)
    posts = read_posts(labelled, extra_columns="all", **reading, show_progress=False)
    result = compare_models(load(first), load(second), posts, by=tuple(by or ("language", "channel")))
    if output is None:
        typer.echo(f"{result.new} against {result.old}: {result.verdict}")
        for verdict in result.verdicts:
            typer.echo(f"  {verdict}")
    print_table(result.table, output)
    return EXIT_OK
