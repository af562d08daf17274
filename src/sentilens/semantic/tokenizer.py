"""Cut texts into the pieces of a SentencePiece unigram vocabulary (Kudo 2018, "Subword regularization", section 3.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .encoder_file import Vocabulary

#: Stands for a space, in front of each word; no piece goes over one, so that words can be cut each on its own.
_MARK: Final = "\u2581"
_WORD: Final = re.compile(f"{_MARK}[^{_MARK}]*")
_SPACES: Final = re.compile("  +")
#: Distinct words that are remembered.
_CACHE: Final = 1 << 16


class PieceTokenizer:
    """Turns texts into numbers of pieces.

    Parameters
    ----------
    vocabulary : Vocabulary
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._longest = max(map(len, vocabulary.scores))
        self._cut = lru_cache(maxsize=_CACHE)(self._cut_word)

    def pieces(self, text: str, limit: int) -> list[int]:
        """Cut a text into at most ``limit`` pieces, from its beginning.

        Returns
        -------
        list of int
            Numbers of the pieces, between those of the start and the end.
        """
        plain = _SPACES.sub(" ", text.translate(self._vocabulary.replacements)).replace(" ", _MARK)
        found: list[int] = []
        for word in _WORD.findall(plain if plain.startswith(_MARK) else _MARK + plain):
            found += self._cut(word)
            if len(found) >= limit:
                break
        return [self._vocabulary.start, *found[:limit], self._vocabulary.end]

    def _cut_word(self, word: str) -> tuple[int, ...]:
        """Find the likeliest pieces of a word (Viterbi 1967)."""
        known, length = self._vocabulary.scores, len(word)
        best = [0.0] + [float("-inf")] * length
        piece, begin = [self._vocabulary.unknown] * (length + 1), [0] * (length + 1)
        for first in range(length):
            reached = best[first]
            for stop in range(first + 1, min(length, first + self._longest) + 1):
                entry = known.get(word[first:stop])
                if entry is not None and reached + entry[1] > best[stop]:
                    best[stop], piece[stop], begin[stop] = reached + entry[1], entry[0], first
            if reached + self._vocabulary.unknown_score > best[first + 1]:
                best[first + 1], begin[first + 1] = reached + self._vocabulary.unknown_score, first
                piece[first + 1] = self._vocabulary.unknown
        found, at = [], length
        while at:
            found.append(piece[at])
            at = begin[at]
        return tuple(reversed(found))
