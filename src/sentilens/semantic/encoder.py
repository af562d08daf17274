"""Turn texts into numbers with a transformer encoder, in plain numpy.

The encoder is multilingual-e5-small (Wang et al. 2024, "Multilingual E5 text embeddings"), twelve layers of BERT's form (Devlin
et al. 2019; Vaswani et al. 2017). Each text is encoded by itself: there is no padding and no mask, and nothing depends on
which texts come along with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.special import erf

from .encoder_file import WIDTH, EncoderFile, Float32Array, find_encoder, read_encoder
from .tokenizer import PieceTokenizer

#: What the encoder was trained to see in front of a text that is judged by itself.
_PREFIX: Final = "query: "
#: Longer texts are cut: first at characters, so that no text costs much, then at pieces.
MAX_CHARACTERS: Final = 1_000
_MAX_PIECES: Final = 110
#: Layers whose mean hidden states describe a text: early ones know words, late ones meanings.
POOLED_LAYERS: Final = (3, 6, 9, 12)
#: Length of what `SentenceEncoder.encode` gives for a text.
N_FEATURES: Final = len(POOLED_LAYERS) * WIDTH


@dataclass(frozen=True)
class EncoderLayer:
    """The weights of a layer; matrices are of shape (n_in, n_out)."""

    attend: Float32Array
    attend_bias: Float32Array
    mix: Float32Array
    mix_bias: Float32Array
    mix_norm: tuple[Float32Array, Float32Array]
    widen: Float32Array
    widen_bias: Float32Array
    narrow: Float32Array
    narrow_bias: Float32Array
    narrow_norm: tuple[Float32Array, Float32Array]


class SentenceEncoder:
    """Encodes texts.

    Parameters
    ----------
    file : EncoderFile

    Attributes
    ----------
    n_heads : int
        Attention heads in each layer.
    epsilon : float
        What layer normalisation adds to the variance.
    layers : list of EncoderLayer
    """

    def __init__(self, file: EncoderFile) -> None:
        self._file = file
        self._tokenizer = PieceTokenizer(file.vocabulary)
        self._positions = file.plain("emb.pos").reshape(-1, WIDTH) + file.plain("emb.type")[:WIDTH]
        self._norm = (file.plain("emb.ln.w"), file.plain("emb.ln.b"))
        self.n_heads, self.epsilon = file.n_heads, file.epsilon
        self.layers = [_read_layer(file, number) for number in range(file.n_layers)]

    def encode(self, text: str) -> Float32Array:
        """Encode a text.

        Parameters
        ----------
        text : str
            Cleaned. Of a long text only the beginning is read: about 80 words.

        Returns
        -------
        float32 array of shape (N_FEATURES,)
            The mean hidden state of each layer in `POOLED_LAYERS`, one after the other.
        """
        states = self.embed(self.pieces(text))
        pooled = []
        for number, layer in enumerate(self.layers, 1):
            states = self._through(layer, states)
            if number in POOLED_LAYERS:
                pooled.append(states.mean(axis=0))
        return np.concatenate(pooled)

    def pieces(self, text: str) -> list[int]:
        """Cut a text into numbers of pieces, at most `_MAX_PIECES` and the two that mark start and end."""
        return self._tokenizer.pieces(_PREFIX + text[:MAX_CHARACTERS], _MAX_PIECES)

    def embed(self, pieces: Sequence[int]) -> Float32Array:
        """Give what enters the first layer, of shape (n_pieces, `WIDTH`)."""
        words = self._file.rows("emb.word", WIDTH, np.asarray(pieces, dtype=np.int64))
        return _normalized(words + self._positions[: len(pieces)], self._norm, self.epsilon)

    def _through(self, layer: EncoderLayer, states: Float32Array) -> Float32Array:
        n_pieces = len(states)
        attended = states @ layer.attend
        attended += layer.attend_bias
        query, key, value = attended.reshape(n_pieces, 3, self.n_heads, -1).transpose(1, 2, 0, 3)
        weights = query @ key.transpose(0, 2, 1)
        weights -= weights.max(axis=2, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=2, keepdims=True)
        mixed = (weights @ value).transpose(1, 0, 2).reshape(n_pieces, WIDTH) @ layer.mix
        mixed += layer.mix_bias
        mixed += states
        states = _normalized(mixed, layer.mix_norm, self.epsilon)
        wide = states @ layer.widen
        wide += layer.widen_bias
        narrowed = gelu(wide) @ layer.narrow
        narrowed += layer.narrow_bias
        narrowed += states
        return _normalized(narrowed, layer.narrow_norm, self.epsilon)


def gelu(values: Float32Array) -> Float32Array:
    """Give x times the normal distribution function of x (Hendrycks and Gimpel 2016), exactly."""
    below = np.asarray(erf(values * np.float32(0.5**0.5)), dtype=np.float32)
    below += 1.0
    below *= 0.5
    below *= values
    return below


def _normalized(states: Float32Array, norm: tuple[Float32Array, Float32Array], epsilon: float) -> Float32Array:
    """Bring each row to mean 0 and variance 1, then scale and shift it (Ba et al. 2016)."""
    centred = states - states.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(states.shape[1])
    centred /= np.sqrt(variance + np.float32(epsilon))
    centred *= norm[0]
    centred += norm[1]
    return np.asarray(centred)


def _read_layer(file: EncoderFile, number: int) -> EncoderLayer:
    def matrix(name: str, n_in: int) -> Float32Array:
        return np.ascontiguousarray(file.matrix(f"l{number}.{name}.w", n_in).T)

    def plain(name: str) -> Float32Array:
        return file.plain(f"l{number}.{name}")

    # The scale of attention goes into the query's weights.
    scale = np.float32((WIDTH // file.n_heads) ** -0.5)
    widen = matrix("fi", WIDTH)
    return EncoderLayer(
        attend=np.hstack([matrix("q", WIDTH) * scale, matrix("k", WIDTH), matrix("v", WIDTH)]),
        attend_bias=np.concatenate([plain("q.b") * scale, plain("k.b"), plain("v.b")]),
        mix=matrix("ao", WIDTH),
        mix_bias=plain("ao.b"),
        mix_norm=(plain("aln.w"), plain("aln.b")),
        widen=widen,
        widen_bias=plain("fi.b"),
        narrow=matrix("fo", widen.shape[1]),
        narrow_bias=plain("fo.b"),
        narrow_norm=(plain("oln.w"), plain("oln.b")),
    )


@cache
def load_encoder() -> SentenceEncoder:
    """Find, check and unpack the encoder, once in a process.

    Raises
    ------
    MissingDependencyError, ModelFormatError
        As `find_encoder` and `read_encoder`.
    """
    return SentenceEncoder(read_encoder(find_encoder()))
