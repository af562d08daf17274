"""Check that a model is what comes of the posts it is said to come of."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..model_file import write_model_bytes
from ..schema import LABEL_COLUMNS
from ..scorer import PostScorer, load_model
from .train import train

#: Entries that follow from the others.
_DERIVED = ("members", "model_id")


@dataclass(frozen=True)
class RebuildCheck:
    """What came of training a model again.

    Attributes
    ----------
    same_data : bool
        Whether the posts and labels are those that the model names by their digest.
    same_bytes : bool
        Whether the file is the same, byte by byte.
    differences : list of str
        Entries of the manifest and arrays that differ; arrays with their largest difference. Empty if the data differ.
    """

    same_data: bool
    same_bytes: bool
    differences: list[str]


def check_rebuild(
    model: PostScorer,
    labelled: pd.DataFrame | str | os.PathLike[str],
    base: PostScorer | None = None,
    *,
    show_progress: bool | None = None,
) -> RebuildCheck:
    """Train a model again from its labelled posts and compare.

    Parameters
    ----------
    model : PostScorer
        Made by `train`.
    labelled : DataFrame or path
        What it was trained on.
    base : PostScorer, optional
        What it was trained from; by default the model of the package.
    show_progress : bool, optional
        Force the progress bar on or off.

    Returns
    -------
    RebuildCheck
        Another release of numpy or scikit-learn may change the last digits of a fit: then bytes differ, and scores hardly.

    Raises
    ------
    ConfigError
        If the model does not say what it was trained on (reason ``no_digest``), or was trained from another base
        (``other_base``).
    """
    said = model.manifest
    start = base or load_model()
    if not {"data_digest", "base", "name"} <= set(said):
        raise ConfigError(
            f"The model {model.model_id} does not say what it was trained on, so it cannot be trained again.",
            reason="no_digest",
            hint="Models that `sentilens train` made do; those inside the package are built by its tools.",
        )
    if said["base"] != start.model_id:
        raise ConfigError(
            f"The model was trained from {said['base']}, not from {start.model_id}.",
            reason="other_base",
            hint="Give the model it was trained from: --base FILE",
        )
    options = {name: said[key] for name, key in (("threshold", "threshold_rule"), ("split", "split")) if key in said}
    if own := tuple(name for name in said.get("labels", {}) if name not in LABEL_COLUMNS):
        options["heads"] = own
    made = train(labelled, start, name=said["name"], show_progress=show_progress, **options).model
    if made.manifest["data_digest"] != said["data_digest"]:
        return RebuildCheck(False, False, [])
    # What people said of the model, such as its author, does not come of the data.
    told = {key: value for key, value in said.items() if key not in made.manifest}
    again = PostScorer.from_bytes(write_model_bytes({**made.manifest, **told}, made.arrays))
    return RebuildCheck(True, again.to_bytes() == model.to_bytes(), _differences(model, again))


def _differences(model: PostScorer, again: PostScorer) -> list[str]:
    said, made = model.manifest, again.manifest
    found = [f"manifest: {key}" for key in sorted({*said, *made}) if key not in _DERIVED and said.get(key) != made.get(key)]
    for name in sorted({*model.arrays, *again.arrays}):
        one, other = model.arrays.get(name), again.arrays.get(name)
        if one is None or other is None or one.shape != other.shape:
            found.append(f"{name}: another shape")
        elif not np.array_equal(one, other):
            furthest = np.abs(one.astype(np.float64) - other.astype(np.float64)).max()
            found.append(f"{name}: differs by up to {furthest:g}")
    return found
