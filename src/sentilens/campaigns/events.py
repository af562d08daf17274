"""What happened when: campaigns, price rises, outages, read from a small table."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from ..errors import InputError, MissingColumnsError
from ..ingest.blobs import file_blob
from ..ingest.dates import DateOrder, DateScan
from ..ingest.headers import header_key
from ..ingest.tables import RowLog, TableOptions, open_tables

#: Column -> names that it has in tables, in the languages of those who keep them.
_NAMES: Final = {
    "date": "date start start_date from day datum startdatum från dato startdato fra päivä päivämäärä alku alkaa dagsetning "
    "dagur frá von beginn anfang tag",
    "label": "label event name title what händelse kampanj namn vad rubrik hendelse kampanje navn hva begivenhed kampagne "
    "hændelse hvad tapahtuma kampanja nimi otsikko viðburður herferð heiti nafn ereignis aktion bezeichnung titel",
    "brand": "brand company varumärke märke företag merke merkevare selskap mærke virksomhed brändi merkki yritys vörumerki "
    "fyrirtæki marke firma",
    "end": "end end_date to until slut slutdatum till til slutt sluttdato slutdato loppu loppuu päättyy lok lokadagur bis ende "
    "enddatum",
}
_KEYS: Final = {header_key(name): column for column, names in _NAMES.items() for name in names.split()}
#: More than anybody marks in a plot; a file with more is something else.
MAX_EVENTS: Final = 1_000


def read_events(
    path: str | os.PathLike[str],
    *,
    date_order: DateOrder | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> pd.DataFrame:
    """Read a table of events.

    Parameters
    ----------
    path : path
        CSV, as Excel of the Nordic countries and Germany writes it too, or a workbook: columns ``date`` and ``label``, and
        where there are ``end`` (the last day) and ``brand``. Their names may be in any of the languages.
    date_order : {"dmy", "mdy"}, optional
        Where the dates alone do not tell.
    encoding, delimiter : str, optional
        Where they are guessed wrong.

    Returns
    -------
    DataFrame
        ``date`` and ``end`` (days without a time zone; NaT where an event has no end), ``label``, ``brand`` (None where it
        concerns all), by date. `plot_trends` takes it as ``events``, `compare_events` compares before and after each.

    Raises
    ------
    MissingColumnsError
        Without a column of dates or of labels.
    InputError
        Where a date cannot be read, or an event ends before it begins (reason ``bad_events``).
    FileFormatError
        Where the file cannot be read.
    """
    options = TableOptions(
        encoding=encoding, delimiter=delimiter, mapping={name: known.split() for name, known in _NAMES.items()}
    )
    table = open_tables(file_blob(Path(path)), options)[0]
    columns: dict[str, int] = {}
    for position, name in enumerate(table.header):
        columns.setdefault(_KEYS.get(header_key(name), ""), position)
    missing = [name for name in ("date", "label") if name not in columns]
    if missing:
        raise MissingColumnsError(
            f"'{path}' has no column {' and '.join(map(repr, missing))}; it has {', '.join(map(repr, table.header))}.",
            reason="missing_columns",
            hint="Call the columns date, label, and where there are end and brand.",
        )
    rows = [(line, cells) for line, cells in islice(table.rows(RowLog(), needed=2), MAX_EVENTS) if any(cells)]
    cells = {name: [row[columns[name]].strip() if name in columns else "" for _, row in rows] for name in _NAMES}
    scan = DateScan(date_order)
    scan.add([*cells["date"], *cells["end"]])
    form = scan.decide()
    days: dict[str, Any] = {
        name: form.parse(cells[name], ZoneInfo("UTC")).tz_localize(None).normalize() for name in ("date", "end")
    }
    for name in days:
        wrong = [
            line
            for (line, _), cell, day in zip(rows, cells[name], days[name], strict=True)
            if pd.isna(day) and (cell or name == "date")
        ]
        if wrong:
            raise InputError(
                f"'{path}': {len(wrong):,} rows have no {name} that can be read, the first in line {wrong[0]}.",
                reason="bad_events",
                hint="Write all dates alike, such as 2026-03-09 or 09.03.2026.",
            )
    events = pd.DataFrame({"date": days["date"], "end": days["end"], "label": cells["label"], "brand": cells["brand"]})
    backwards = events["end"] < events["date"]
    if backwards.any():
        raise InputError(
            f"'{path}': {int(backwards.sum()):,} events end before they begin.",
            reason="bad_events",
            hint="Give the earlier day first.",
        )
    events["brand"] = events["brand"].where(events["brand"] != "", None)
    return events.sort_values(["date", "label"], kind="stable").reset_index(drop=True)
