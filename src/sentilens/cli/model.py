"""``sentilens model``: look at a model file without using it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from . import EXIT_OK, app

models = typer.Typer(help="Look at a model file.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models, name="model")

File = Annotated[Path | None, typer.Argument(help="A .sentilens file; by default the model inside the package.")]


@models.command()
def info(file: File = None, as_json: Annotated[bool, typer.Option("--json", help="Print the whole manifest.")] = False) -> int:
    """Tell what a model is: languages, heads, sources, figures."""
    from ..model_file import inspect_model
    from ..scorer import load_model

    manifest = load_model().manifest if file is None else inspect_model(file)
    if as_json:
        typer.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return EXIT_OK
    for key in ("model_id", "created", "format_version", "languages", "thresholds", "n_training_posts", "n_posts", "base"):
        if key in manifest:
            value = manifest[key]
            typer.echo(f"{key:<18}{', '.join(value) if isinstance(value, list) else value}")
    for source in manifest.get("sources", []):
        typer.echo(f"{'source':<18}{source.get('name')} ({source.get('licence', 'licence not given')})")
    for limitation in manifest.get("limitations", []):
        typer.echo(f"{'limitation':<18}{limitation}")
    return EXIT_OK


@models.command()
def verify(file: File) -> int:
    """Check every part of a model file against its checksums, types and shapes."""
    from ..scorer import load_model

    model = load_model(file)
    typer.echo(f"{model.model_id}: all parts are as its manifest says.")
    return EXIT_OK
