"""``sentilens model compare`` and ``model drift``: two models side by side, and a model against new posts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK
from .compare_labelled import compare_on_labels
from .model import models
from .options import Encoding, Map, load, reading_options


@models.command()
def compare(
    first: Annotated[Path, typer.Argument(help="A .sentilens file, or default.", show_default=False)],
    second: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
    labelled: Annotated[
        Path | None, typer.Argument(help="Labelled posts that neither was trained on: which is better?", show_default=False)
    ] = None,
    on: Annotated[Path | None, typer.Option("--on", help="An export, labelled or not: where do they decide otherwise?")] = None,
    n: Annotated[int, typer.Option("--n", min=0, help="Posts to show that differ most.")] = 10,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write the figures on labelled posts (.csv, .tsv, .xlsx, .parquet).")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Column to break these down by (language and channel). May be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    mapping: Map = None,
    encoding: Encoding = None,
) -> int:
    """Set two models side by side: their files, their decisions on the same posts (--on), or how right they are (labelled)."""
    reading = reading_options(mapping, None, None, encoding, None, None, "UTC")
    if labelled is not None:
        return compare_on_labels(first, second, labelled, output=output, by=by, reading=reading)
    from ..ingest import iter_posts
    from ..model_file import inspect_model
    from ..side_by_side import compare_decisions, compare_manifests

    manifests = compare_manifests(inspect_model(first), inspect_model(second))
    found = None
    if on is not None:
        found = compare_decisions(load(first), load(second), iter_posts(on, **reading), n_posts=n)
    if as_json:
        whole = {"manifests": manifests.to_dict("records")}
        if found is not None:
            tables = {"decisions": found.table, "posts": found.posts}
            whole |= {
                name: table.astype(object).where(table.notna(), None).to_dict("records") for name, table in tables.items()
            }
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return EXIT_OK
    width = max(map(len, manifests["what"]))
    for what, one, other, differs in manifests.to_numpy(dtype=object).tolist():
        typer.echo(f"{differs or '=':<2}{what:<{width}}  {one}" + (f"\n{'':<{width + 4}}{other}" if differs else ""))
    if found is not None:
        typer.echo(f"\nOn {on}:\n" + found.table.to_string(index=False, float_format="{:.3f}".format, na_rep="-"))
        for post in found.posts.itertuples():
            figures = f"{post.complaint_probability_a:.2f} -> {post.complaint_probability_b:.2f}"
            typer.echo(f"{figures}  {post.sentiment_a} -> {post.sentiment_b}  {post.language}  {post.text}")
    return EXIT_OK


@models.command()
def drift(
    model: Annotated[Path, typer.Argument(help="A .sentilens file, or default.", show_default=False)],
    export: Annotated[Path, typer.Argument(help="New posts, without labels.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    mapping: Map = None,
    encoding: Encoding = None,
) -> int:
    """Tell whether new posts are still of the kind that a model was trained on, and how right it probably is on them."""
    from ..drift import find_drift
    from ..ingest import read_posts

    posts = read_posts(export, **reading_options(mapping, None, None, encoding, None, None, "UTC"), show_progress=False)
    result = find_drift(load(model), posts)
    command = result.command(str(export), str(model))
    if as_json:
        typer.echo(json.dumps({**result.to_dict(), "command": command}, ensure_ascii=False, indent=2))
        return EXIT_OK
    typer.echo(repr(result))
    if result.label_next():
        typer.echo(f"  {command}")
    return EXIT_OK
