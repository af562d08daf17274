"""Weights as small integers with one scale a column, as model files hold them; rounding is far below what a model knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import ModelFormatError
from .heads import LinearHead
from .language import LanguageModel

FloatArray = npt.NDArray[np.float64]


def pack_weights(
    name: str, weights: npt.NDArray[Any], intercept: npt.NDArray[Any], dtype: type[np.signedinteger[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """Turn weights of shape (n_features, n_columns) into arrays ``name.weights``, ``name.scale`` and ``name.intercept``."""
    largest = np.iinfo(dtype).max
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-12).astype(np.float32) / np.float32(largest)
    return {
        f"{name}.weights": np.rint(weights / scale).clip(-largest, largest).astype(dtype),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.intercept": intercept.astype(np.float64),
    }


def unpack_weights(
    name: str, n_columns: int, arrays: Mapping[str, npt.NDArray[Any]]
) -> tuple[npt.NDArray[np.float32], FloatArray]:
    """Turn them back.

    The shapes are checked before multiplying: broadcast over shapes that do not belong together can fill any memory.

    Raises
    ------
    ModelFormatError
        If the arrays do not have ``n_columns`` columns.
    KeyError
        If an array is missing.
    """
    weights, scale, intercept = (arrays[f"{name}.{part}"] for part in ("weights", "scale", "intercept"))
    expected = (n_columns,)
    if (
        n_columns < 1
        or weights.ndim != 2
        or not len(weights)
        or {weights.shape[1:], scale.shape, intercept.shape} != {expected}
    ):
        raise ModelFormatError(f"The weights of {name!r} do not have the shape of its classes.", reason="head_shape")
    return weights.astype(np.float32) * scale, intercept.astype(np.float64)


def unpack_head(described: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> LinearHead:
    """Build a head from its name and classes and its arrays."""
    name, classes = str(described["name"]), tuple(map(str, described["classes"]))
    weights, intercept = unpack_weights(name, 1 if len(classes) == 2 else len(classes), arrays)
    return LinearHead(name, classes, weights, intercept)


def unpack_identifier(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> LanguageModel:
    """Build the language identifier from what the manifest says of it and its arrays."""
    classes = list(map(str, manifest["language_classes"]))
    weights, intercept = unpack_weights("language", len(classes), arrays)
    shape = {key: int(manifest["identifier"][key]) for key in ("n_buckets", "ngram_max")}
    n_buckets = shape["n_buckets"]
    if len(weights) != n_buckets or n_buckets & (n_buckets - 1) or not 1 <= shape["ngram_max"] <= 10:
        raise ModelFormatError("The language weights do not fit their features.", reason="language_shape")
    return LanguageModel(classes, weights, intercept, shape["ngram_max"])
