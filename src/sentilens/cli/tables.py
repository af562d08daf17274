"""Tables on the terminal, on standard output and in files."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import typer

from ..batch import STDOUT
from ..errors import InputError
from ..output import refuse_same_file
from ..tables import EXCEL_DELIMITER, CsvSink, check_ending, open_table
from ..trends import TrendTable


def check_output(output: str | None, *sources: Path | None) -> None:
    """Refuse, before any work is done, a name whose ending is of no format of ours, or a file that is read."""
    refuse_same_file(output, *sources)
    if output is not None and output != STDOUT:
        check_ending(output)


def refuse_undated(trends: TrendTable) -> None:
    """Raise `InputError` where no post could be counted in a period."""
    if not trends.n_posts:
        raise InputError(
            "No post has both a date and a score, so there are no trends.",
            reason="no_dates",
            hint="Name the column with dates: --map created_at=COLUMN",
        )


def print_table(table: pd.DataFrame, output: str | None, *, excel: bool = False) -> None:
    """Print a table for reading, or write it to a file, or (``-``) as CSV to standard output."""
    if output is None:
        typer.echo(table.to_string(index=False, float_format=lambda value: f"{value:.3f}", na_rep="-"))
    elif output == STDOUT:
        CsvSink(sys.stdout, EXCEL_DELIMITER if excel else ",", excel=excel).write(table)
    else:
        with open_table(output, excel=excel) as sink:
            sink.write(table)
