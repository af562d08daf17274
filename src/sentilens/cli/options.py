"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..brands import BrandMatcher
from ..errors import ConfigError
from ..ingest import ReadAudit
from ..ingest.mapping_file import read_mapping
from ..schema import INPUT_COLUMNS
from . import EXIT_OK, EXIT_REJECTS

Sources = Annotated[
    list[Path],
    typer.Argument(
        help="The export: CSV, Excel, JSON, JSON lines, Parquet, a feed, an X archive; or a zip archive or folder of them. "
        "Several are read as one.",
        show_default=False,
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        "--mapping",
        metavar="FIELD=COLUMN|FILE",
        help=f"Use a column as a field ({', '.join(INPUT_COLUMNS)}), or all that `inspect --save-mapping` kept in a file. "
        "May be repeated.",
    ),
]
Brand = Annotated[str | None, typer.Option("--brand", help="Brand of all posts in the file.")]
Channel = Annotated[str | None, typer.Option("--channel", help="Channel of all posts in the file.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Encoding of the file, if it is guessed wrong.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help="Delimiter of the file, if it is guessed wrong.")]
DateOrder = Annotated[str | None, typer.Option("--date-order", help="dmy or mdy, where the dates alone do not tell.")]
Timezone = Annotated[str, typer.Option("--timezone", help="Time zone of dates that name none, such as Europe/Stockholm.")]
Brands = Annotated[Path | None, typer.Option("--brands", help="A brands.toml that tells which brands posts concern.")]
Output = Annotated[
    str | None, typer.Option("--output", "-o", help="Write the table (.csv, .tsv, .xlsx, .parquet); - for standard output.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Take the data as they stood at this time.")]
Excel = Annotated[bool, typer.Option("--excel", help="Write CSV as Excel opens it: semicolons, decimal commas.")]
KeepPersonalData = Annotated[
    bool,
    typer.Option("--keep-personal-data", help="Do not mask texts, replace authors by pseudonyms, or leave columns out."),
]
KeepHandles = Annotated[
    list[str] | None,
    typer.Option("--keep-handle", metavar="HANDLE", help="A handle that is not masked, such as a brand's. May be repeated."),
]
Model = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        help="A .sentilens file instead of the default model, or the word semantic: slower, and more often right.",
    ),
]
MaxRejects = Annotated[
    float, typer.Option("--max-rejects", min=0.0, max=1.0, help="Share of rejected rows above which the exit code is 3.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")]


def reading_options(
    mapping: list[str] | None,
    brand: str | None,
    channel: str | None,
    encoding: str | None,
    delimiter: str | None,
    date_order: str | None,
    timezone: str,
    brands: Path | BrandMatcher | None = None,
    keep_personal_data: bool = False,
    keep_handles: list[str] | None = None,
) -> dict[str, Any]:
    """Turn command-line options into arguments of `sentilens.read_posts`."""
    constants: dict[str, Any] = {name: value for name, value in (("brand", brand), ("channel", channel)) if value}
    pairs: dict[str, Any] = {}
    for item in mapping or []:
        field, equals, column = item.partition("=")
        if equals and column:
            pairs[field.strip()] = column.strip()
        elif Path(item).is_file():
            saved, constants = read_mapping(item, constants)
            pairs = saved | pairs
        else:
            raise ConfigError(
                f"--map {item!r} is neither of the form FIELD=COLUMN nor a file.", hint="For example: --map text=Kommentar"
            )
    tab = {"\\t": "\t", "tab": "\t"}
    return {
        "mapping": pairs or None,
        "constants": constants or None,
        "encoding": encoding,
        "delimiter": tab.get(delimiter, delimiter) if delimiter else None,
        "date_order": date_order,
        "timezone": timezone,
        "brands": brands,
        "keep_personal_data": keep_personal_data,
        "keep_handles": tuple(keep_handles or ()),
    }


def exit_code(audit: ReadAudit, max_rejects: float) -> int:
    """Tell by the exit code whether too many rows of a file could not be read."""
    return EXIT_REJECTS if audit.rejects.total() > max_rejects * audit.rows_read else EXIT_OK


def load(model: Path | None) -> Any:
    """Load the model named on the command line, or the default."""
    from ..scorer import load_model

    return load_model(model)


def stretch(text: str) -> str | tuple[str, str]:
    """Read ``2026-03-01..2026-03-31`` as two days; anything else is given back."""
    first, dots, last = text.partition("..")
    return (first.strip(), last.strip()) if dots else text.strip()
