"""The scorer over the sentence encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..answers import check_answers, check_weights
from ..errors import ModelFormatError
from ..heads import LinearHead
from ..model_file import write_model_bytes
from ..packing import pack_weights, unpack_head, unpack_weights
from ..schema import LANGUAGES
from ..scorer import PostScorer, load_model
from ..tokens import TokenTypes
from .encoder import N_FEATURES
from .encoder_file import ENCODER, find_encoder
from .heads import HiddenLayer, SemanticStack


class SemanticScorer(PostScorer):
    """Scores posts with heads over a multilingual sentence encoder; the default model names their languages.

    Use ``load_model("semantic")`` to get one.

    Parameters
    ----------
    manifest : mapping
        What the model file says of itself.
    arrays : mapping of str to ndarray
        The weights, as stored.

    Raises
    ------
    ModelFormatError
        If the manifest and the arrays do not make a model.
    MissingDependencyError
        If the encoder is not installed.
    """

    stack: SemanticStack

    def __init__(self, manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        if manifest.get("encoder") != ENCODER:
            raise ModelFormatError("The model was made for another encoder.", reason="encoder")
        find_encoder()
        base = load_model()
        self._arrays = dict(arrays)
        self.identifier, self.featurizer = base.identifier, base.featurizer
        try:
            # Whoever reads the id shall know where the languages came from, too.
            self.model_id = f"{str(manifest['model_id']).partition('+')[0]}+{base.model_id}"
            hidden = _unpack_hidden(manifest, arrays)
            heads = [unpack_head(described, arrays) for described in manifest["heads"]]
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise ModelFormatError("The manifest does not describe a model.", reason="manifest_content") from error
        if any(len(head.weights) != hidden.weights.shape[1] for head in heads):
            raise ModelFormatError("The heads do not fit the hidden layer.", reason="head_shape")
        self.thresholds = check_answers(manifest, heads)
        self.answer_weights = check_weights(manifest)
        self.manifest = {**manifest, "model_id": self.model_id}
        self.stack = SemanticStack(hidden, heads)
        self._types = TokenTypes()

    @staticmethod
    def from_layers(hidden: HiddenLayer, heads: Sequence[LinearHead], threshold: float, facts: Mapping[str, Any]) -> PostScorer:
        """Build a scorer from fitted parts; it scores with the weights as they are stored.

        Parameters
        ----------
        hidden : HiddenLayer
        heads : sequence of LinearHead
            Calibrated; ``sentiment`` and ``complaint`` are needed.
        threshold : float
            Complaint probability from which a post counts as a complaint, in (0, 1).
        facts : mapping
            What the manifest shall say beyond that.

        Returns
        -------
        PostScorer
        """
        arrays: dict[str, npt.NDArray[Any]] = {
            "input.mean": hidden.mean.astype(np.float32),
            "input.inverse_deviation": hidden.inverse_deviation.astype(np.float32),
            **pack_weights("hidden", hidden.weights, hidden.intercept, np.int8),
        }
        for head in heads:
            arrays |= pack_weights(head.name, head.weights, head.intercept, np.int16)
        manifest = {
            "name": "semantic",
            "languages": list(LANGUAGES),
            **facts,
            "encoder": ENCODER,
            "n_hidden": hidden.weights.shape[1],
            "thresholds": {"complaint": float(threshold)},
            "heads": [{"name": head.name, "classes": list(head.classes)} for head in heads],
        }
        return PostScorer.from_bytes(write_model_bytes(manifest, arrays))


def _unpack_hidden(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> HiddenLayer:
    weights, intercept = unpack_weights("hidden", int(manifest["n_hidden"]), arrays)
    mean, inverse_deviation = arrays["input.mean"], arrays["input.inverse_deviation"]
    if {mean.shape, inverse_deviation.shape, weights.shape[:1]} != {(N_FEATURES,)}:
        raise ModelFormatError("The hidden layer does not fit the encoder.", reason="hidden_shape")
    return HiddenLayer(mean.astype(np.float32), inverse_deviation.astype(np.float32), weights, intercept.astype(np.float32))
