"""Tables on the terminal, on standard output and in files."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import typer

from ..batch import STDOUT, write_csv


def print_table(table: pd.DataFrame, output: str | None) -> None:
    """Print a table for reading, or write it as CSV to a file or (``-``) to standard output."""
    if output is None:
        typer.echo(table.to_string(index=False, float_format=lambda value: f"{value:.3f}", na_rep="-"))
    elif output == STDOUT:
        write_csv(table, sys.stdout, ",", header=True)
    else:
        part = Path(output + ".part")
        try:
            with part.open("w", encoding="utf-8", newline="") as handle:
                write_csv(table, handle, ",", header=True)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
