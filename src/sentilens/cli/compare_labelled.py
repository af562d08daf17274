"""``sentilens model compare A B labelled.csv``: two models on the same labelled posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from . import EXIT_OK
from .options import load


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
