"""``sentilens alerts``: what stands out, for a job that runs every day."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import EXIT_ALERTS, EXIT_OK, app
from .options import (
    Brand,
    Brands,
    Channel,
    DateOrder,
    Delimiter,
    Encoding,
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

if TYPE_CHECKING:
    import pandas as pd

JSON_ENDINGS = (".json", ".jsonl")


@app.command()
def alerts(
    sources: Sources,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to .json, .jsonl (one alert a line), .csv or .tsv; lines of JSON are printed otherwise.",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option("--by", help="Columns that make the series, with commas between; '' for all posts together."),
    ] = "brand,channel",
    freq: Annotated[str, typer.Option("--freq", help="Period: h, D, or W-MON (weeks beginning on Monday).")] = "D",
    as_of: Annotated[str | None, typer.Option("--as-of", help="Take the data as they stood at the end of this day.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Alerts of all periods, not only of the last whole one and the running one.")
    ] = False,
    false_alarms: Annotated[
        float, typer.Option("--false-alarms", help="Periods a year that may have a false alarm, over all series together.")
    ] = 4.0,
    min_count: Annotated[int, typer.Option("--min-count", min=1, help="Posts or complaints that an alert needs.")] = 5,
    holidays: Annotated[
        str, typer.Option("--holidays", help="Countries whose public holidays count as Sundays, such as SE or SE,NO.")
    ] = "",
    text: Annotated[bool, typer.Option("--text", help="One sentence per alert, for people.")] = False,
    signal: Annotated[bool, typer.Option("--exit-code", help="Leave with the exit code 10 where there are alerts.")] = False,
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
    quiet: Quiet = False,
) -> int:
    """Find spikes, drops and slow shifts, in an export or a scored file. Prints nothing where nothing happened."""
    from ..batch import iter_scored
    from ..trends import compute_trends, find_alerts
    from ..trends.counting import USED_COLUMNS
    from .tables import refuse_undated

    _check_output(output, text, *sources, model, brands)
    reading = reading_options(mapping, brand, channel, encoding, delimiter, date_order, timezone, brands)
    names = [name.strip() for name in by.split(",") if name.strip()]
    needed, shown = USED_COLUMNS | set(names), False if quiet else None
    chunks = iter_scored(sources, model=load(model), columns=needed, show_progress=shown, **reading)
    tables = []
    for chunk in chunks:
        tables.append(compute_trends(chunk, by=names, freq=freq, timezone=timezone))
    table = sum(tables[1:], start=tables[0])
    refuse_undated(table)
    found = find_alerts(
        table,
        latest_only=not every,
        as_of=as_of,
        false_alarms_per_year=false_alarms,
        min_count=min_count,
        holidays=holidays,
    )
    _write(found, output, text)
    code = exit_code(chunk.attrs["audit"], max_rejects)
    return EXIT_ALERTS if signal and len(found) and code == EXIT_OK else code


def _check_output(output: str | None, text: bool, *sources: Path | None) -> None:
    from ..batch import STDOUT
    from ..errors import ConfigError
    from .tables import check_output

    if text and output not in {None, STDOUT}:
        raise ConfigError("--text is printed, not written to a file.", reason="text_output", hint="Leave out --output.")
    if output is not None and Path(output).suffix.lower() in JSON_ENDINGS:
        from ..output import refuse_same_file

        refuse_same_file(output, *sources)
    else:
        check_output(output, *sources)


def _write(found: pd.DataFrame, output: str | None, text: bool) -> None:
    """Print the alerts, or write them to a file, which is written where there are none too: an old one would mislead."""
    from ..batch import STDOUT
    from ..output import plain_records, whole_file
    from .tables import print_table

    if output not in {None, STDOUT} and Path(str(output)).suffix.lower() not in JSON_ENDINGS:
        print_table(found, output)
        return
    sentences = found["sentence"].tolist()
    lines = sentences if text else [json.dumps(record, ensure_ascii=False) for record in plain_records(found)]
    if output is None or output == STDOUT:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    content = "".join(f"{line}\n" for line in lines)
    if output.lower().endswith(".json"):
        content = "[" + ",".join(f"\n  {line}" for line in lines) + ("\n]\n" if lines else "]\n")
    with whole_file(output) as part:
        part.write_text(content, encoding="utf-8", newline="\n")
