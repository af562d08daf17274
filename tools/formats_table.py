"""Write ``docs/formats.md``: all named formats, what is read of each and what is put right, by their descriptions and samples.

python tools/formats_table.py
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import make_format_samples
from sentilens.ingest import platforms
from sentilens.ingest.platforms import PLATFORMS, Platform
from sentilens.ingest.platforms.base import no_rows, no_timezone
from sentilens.schema import INPUT_COLUMNS, OPTIONAL_COLUMNS

PAGE = Path(__file__).resolve().parent.parent / "docs/formats.md"
_GENERIC = ("own_forms", "generic")
_CONTAINERS = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "json": "JSON", "jsonl": "JSON lines", "js": "script", "feed": "XML"}
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_ORDERS = {"dmy": "day first", "mdy": "month first"}
_HEAD = """# Formats

Made by `python tools/formats_table.py` of the descriptions in `src/sentilens/ingest/platforms/` and the samples in
`data/samples/formats/`, which the tests read. A format is recognised by what stands in a file, not by its name, and in any
container and encoding; those named here are what the tool itself writes. Any other table is read by the names of its columns,
in nine languages. How to add a format: [adding_a_format.md](adding_a_format.md).
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{len(PLATFORMS)} formats in {PAGE}")


def page() -> str:
    """The whole page."""
    ordered = sorted(PLATFORMS, key=lambda platform: platform.title.casefold())
    parts = [_HEAD, "## What is read", _fields_table(ordered), "## What is put right", *map(_section, ordered), _generic()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _fields_table(ordered: list[Platform]) -> str:
    columns = (*INPUT_COLUMNS, *OPTIONAL_COLUMNS)
    used = [name for name in columns if any(name in {*platform.columns, *platform.constants} for platform in ordered)]
    rows = [["format", "container", *(f"`{name}`" for name in used)], ["---", "---", *(":-:" for _ in used)]]
    for platform in ordered:
        marks = ["x" if name in platform.columns else "all" if name in platform.constants else "" for name in used]
        rows.append([platform.title, ", ".join(_containers(platform.name)), *marks])
    note = "x: from columns of the file; all: the same for all rows of the format."
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n\n" + note


def _section(platform: Platform) -> str:
    lines = [f"### {platform.title} (`{platform.name}`)", "", _docstring(platform), ""]
    lines += [f"- {quirk}" for quirk in _quirks(platform)]
    lines += ["", "Samples: " + "; ".join(_samples(platform.name)) + "."]
    return "\n".join(lines)


def _generic() -> str:
    text = (
        "Tables of no named format, such as an export of one's own chat, mail or forms, are read by the names of their columns."
    )
    return f"### Any other table\n\n{text}\n\nSamples: {'; '.join(map('; '.join, map(_samples, _GENERIC)))}."


def _quirks(platform: Platform) -> Iterator[str]:
    """What a description and the samples say of how files of a format differ from a plain table."""
    if platform.no_posts:
        yield f"refused: {platform.no_posts}"
    audits = [audit for _, audit, _ in _made(platform.name)]
    if encodings := sorted({audit["encoding"] for audit in audits if audit.get("encoding", "utf-8") != "utf-8"}):
        yield f"encoding {', '.join(encodings)}"
    if delimiters := sorted(
        {_DELIMITERS[audit["delimiter"]] for audit in audits if audit.get("delimiter", ",") in _DELIMITERS}
    ):
        yield f"divided by {', '.join(delimiters)}"
    if rows := max(audit.get("preamble_rows", 0) for audit in audits):
        yield f"{rows} row{'s' if rows > 1 else ''} above the header"
    if platform.rows_to_skip is not no_rows:
        yield "rows below the header that are no posts are skipped"
    if len(platform.signatures) > 1:
        yield f"recognised by any of {len(platform.signatures)} sets of names"
    for column, take in platform.columns.items():
        done = [f"{len(take.names)} columns as one"] if take.by is not None and len(take.names) > 1 else []
        done += ["found by header and first rows, which differ from file to file"] if take.find is not None else []
        done += [_summary(take.through)] if take.through is not None else []
        if done:
            yield f"`{column}`: {'; '.join(done)}"
    if platform.date_order:
        yield f"dates that could be read both ways are taken {_ORDERS[platform.date_order]}"
    if platform.timezone:
        yield f"times without a zone are {platform.timezone}"
    elif platform.read_timezone is not no_timezone:
        yield "the time zone is read from the file"
    if platform.constants.get("owned"):
        yield "the posts are the brand's own"
    if platform.personal:
        yield "personal data: " + ", ".join(f"`{name}`" for name in platform.personal)


def _summary(function: Callable[..., Any]) -> str:
    """The first sentence of a function's docstring, as part of a sentence; its name where it has none."""
    function = function.func if isinstance(function, partial) else function
    text = (inspect.getdoc(function) or function.__name__.strip("_").replace("_", " ")).split("\n\n")[0]
    first = " ".join(text.replace("``", "`").split()).split(". ")[0].rstrip(".")
    return first if first[1:2].isupper() else first[:1].lower() + first[1:]


def _docstring(platform: Platform) -> str:
    """What the module says in which a format is described."""
    modules = [value for value in vars(platforms).values() if inspect.ismodule(value)]
    home = next(module for module in modules if any(_holds(value, platform) for value in vars(module).values()))
    return " ".join((home.__doc__ or "").replace("``", "`").split())


def _holds(value: Any, platform: Platform) -> bool:
    return value is platform or (isinstance(value, tuple) and any(part is platform for part in value))


def _containers(name: str) -> list[str]:
    made = _made(name)
    held = [audit.get("container", Path(path).suffix.removeprefix(".")) for path, audit, _ in made]
    found = [_CONTAINERS.get(container, container) for container in held]
    found += ["zip" for path, _, _ in made if path.endswith(".zip")]
    return list(dict.fromkeys(found))


def _samples(name: str) -> list[str]:
    return [f"[{Path(path).name}](../data/samples/formats/{path}), {what}" for path, _, what in _made(name)]


@cache
def _all_samples() -> list[tuple[str, dict[str, Any], str]]:
    """Path, expected audit and description of every sample."""
    found = []
    for make in make_format_samples.SAMPLES:
        sample = make()
        found.append((sample.path, json.loads(json.dumps(sample.audit)), _summary(make)))
    return found


def _made(name: str) -> list[tuple[str, dict[str, Any], str]]:
    return [sample for sample in _all_samples() if sample[0].split("/")[0] == name]


if __name__ == "__main__":
    main()
