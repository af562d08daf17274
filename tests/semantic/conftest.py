"""A stand-in for the encoder, for what does not need the real one."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from sentilens.heads import LinearHead
from sentilens.schema import SENTIMENTS
from sentilens.scorer import PostScorer
from sentilens.semantic import SemanticScorer
from sentilens.semantic.encoder import N_FEATURES
from sentilens.semantic.heads import HiddenLayer

N_HIDDEN = 5


class WordEncoder:
    """Encodes a text as the sum of what its words stand for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, text: str) -> np.ndarray:
        self.read.append(text)
        words = [np.random.default_rng(crc32(word.encode())).normal(size=N_FEATURES) for word in text.split()]
        return np.sum([np.zeros(N_FEATURES), *words], axis=0).astype(np.float32)


@pytest.fixture
def layers() -> tuple[HiddenLayer, list[LinearHead]]:
    """Layers with weights drawn at random."""
    draw = np.random.default_rng(0).normal
    hidden = HiddenLayer(
        draw(size=N_FEATURES).astype(np.float32),
        np.ones(N_FEATURES, dtype=np.float32),
        (0.03 * draw(size=(N_FEATURES, N_HIDDEN))).astype(np.float32),
        draw(size=N_HIDDEN).astype(np.float32),
    )
    heads = [
        LinearHead("sentiment", SENTIMENTS, draw(size=(N_HIDDEN, 3)).astype(np.float32), draw(size=3)),
        LinearHead("complaint", ("0", "1"), draw(size=(N_HIDDEN, 1)).astype(np.float32), draw(size=1)),
    ]
    return hidden, heads


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """The stand-in, put where the real encoder is looked for."""
    stand_in = WordEncoder()
    monkeypatch.setattr("sentilens.semantic.heads.load_encoder", lambda: stand_in)
    monkeypatch.setattr("sentilens.semantic.scorer.find_encoder", lambda: Path("stand-in"))
    return stand_in


@pytest.fixture
def small(encoder: WordEncoder, layers: tuple[HiddenLayer, list[LinearHead]]) -> PostScorer:
    """A semantic model of few weights over the stand-in."""
    return SemanticScorer.from_layers(*layers, 0.5, {"name": "small-semantic"})
