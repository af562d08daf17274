"""Tables on the terminal, on standard output and in files."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import typer

from ..batch import STDOUT
from ..errors import ConfigError, InputError
from ..output import CSV_ENDINGS, refuse_same_file, whole_file, write_csv
from ..trends import TrendTable


def check_output(output: str | None, *sources: Path | None) -> None:
    """Refuse, before any work is done, a name whose ending promises another format than CSV, or a file that is read."""
    refuse_same_file(output, *sources)
    if output not in {None, STDOUT} and Path(str(output)).suffix.lower() not in CSV_ENDINGS:
        raise ConfigError(f"The ending of '{output}' is not known.", reason="target_ending", hint="Use .csv or .tsv.")


def refuse_undated(trends: TrendTable) -> None:
    """Raise `InputError` where no post could be counted in a period."""
    if not trends.n_posts:
        raise InputError(
            "No post has both a date and a score, so there are no trends.",
            reason="no_dates",
            hint="Name the column with dates: --map created_at=COLUMN",
        )


def print_table(table: pd.DataFrame, output: str | None) -> None:
    """Print a table for reading, or write it as CSV to a file or (``-``) to standard output."""
    if output is None:
        typer.echo(table.to_string(index=False, float_format=lambda value: f"{value:.3f}", na_rep="-"))
    elif output == STDOUT:
        write_csv(table, sys.stdout, ",", header=True)
    else:
        delimiter = "\t" if output.lower().endswith(".tsv") else ","
        with whole_file(output) as part, part.open("w", encoding="utf-8", newline="") as handle:
            write_csv(table, handle, delimiter, header=True)
