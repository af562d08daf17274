"""``sentilens model``: look at a model file without using it, and check it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import EXIT_BAD_DATA, EXIT_OK, app
from .options import Encoding, Map, load, reading_options

models = typer.Typer(help="Look at model files, compare and check them.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models, name="model")

File = Annotated[Path | None, typer.Argument(help="A .sentilens file; by default the model inside the package.")]
_WIDTH = 18


@models.command()
def info(file: File = None, as_json: Annotated[bool, typer.Option("--json", help="Print the whole manifest.")] = False) -> int:
    """Tell what a model is: languages, heads, labels, figures, sources and licences."""
    from ..model_file import inspect_model
    from ..scorer import load_model

    manifest = load_model().manifest if file is None else inspect_model(file)
    if as_json:
        typer.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return EXIT_OK
    for name, value in _lines(manifest):
        typer.echo(f"{name:<{_WIDTH}}{value}")
    return EXIT_OK


def _lines(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what people want to know of a model, name by name."""
    from ..side_by_side import figure_rows, label_counts

    plain = ("model_id", "created", "author", "licence", "note", "format_version", "languages", "base", "encoder")
    for key in (*plain, "n_training_posts", "n_posts", "data_digest"):
        if manifest.get(key) is not None:
            value = manifest[key]
            yield key, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    labels, thresholds = manifest.get("labels", {}), manifest.get("thresholds", {})
    for head in manifest.get("heads", []):
        name = head["name"]
        counted = f"; labels {label_counts(labels[name])}" if name in labels else "; as in the base" if labels else ""
        threshold = f"; from {thresholds[name]:.3f} on" if name in thresholds else ""
        yield "head", f"{name}: {', '.join(map(str, head['classes']))}{counted}{threshold}"
    for row in figure_rows(manifest):
        yield "figures", _figures(row)
    profile = manifest.get("profile")
    if not isinstance(manifest.get("metrics"), Mapping) and profile:  # `train` measures over all posts alone
        for language, rates in profile["accuracy"].items():
            told = ", ".join(f"{measure.replace('_', ' ')} {rate:.3f}" for measure, rate in rates.items())
            if told and language != "all":
                yield "figures", f"{language}, {sum(profile['histograms'][language]['length']):,} posts: {told}"
    yield "training profile", f"{profile['n_posts']:,} posts" if profile else "none; new posts cannot be held against it"
    for source in manifest.get("sources", []):
        n_posts = f", {source['n_posts']:,} posts" if source.get("n_posts") else ""
        yield "source", f"{source.get('name')} ({source.get('licence') or 'licence not given'}{n_posts})"
    for limitation in manifest.get("limitations", []):
        yield "limitation", str(limitation)


def _figures(row: Mapping[str, Any]) -> str:
    """Write one row of figures: of what, on how many posts, and the figures that are there."""
    of = row.get("value") or row.get("model") or row.get("by") or "all"
    names = {"complaint_f1": "complaint F1", "complaint_ece": "calibration error", "sentiment_macro_f1": "sentiment macro-F1"}
    told = [f"{said} {row[name]:.3f}" for name, said in names.items() if isinstance(row.get(name), int | float)]
    return f"{of}, {row.get('n_posts', 0):,} posts: {', '.join(told) or 'none'}"


@models.command()
def verify(
    file: File = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="The labelled posts it was trained on: train again and compare the bytes.")
    ] = None,
    base: Annotated[Path | None, typer.Option("--base", help="What it was trained from, if not the package's model.")] = None,
    mapping: Map = None,
    encoding: Encoding = None,
) -> int:
    """Check every part of a model file against its checksums, types and shapes, and with --data against its posts."""
    model = load(file)
    typer.echo(f"{model.model_id}: all parts are as its manifest says.")
    if data is None:
        return EXIT_OK
    from ..ingest import read_posts
    from ..training import check_rebuild

    reading = reading_options(mapping, None, None, encoding, None, None, "UTC")
    found = check_rebuild(model, read_posts(data, extra_columns="all", **reading, show_progress=False), load(base))
    if not found.same_data:
        typer.echo(f"{data} does not hold the posts and labels that it was trained on (another digest).")
    elif found.same_bytes:
        typer.echo(f"Trained again from {data}: the same file, byte by byte.")
    else:
        typer.echo(f"Trained again from {data}, the same posts and labels (by digest), but another file:")
        for difference in found.differences:
            typer.echo(f"  {difference}")
        typer.echo(
            "Other releases of numpy, scipy or scikit-learn round otherwise; `sentilens model compare` tells what it means."
        )
    return EXIT_OK if found.same_bytes else EXIT_BAD_DATA
