"""Judge texts by what the encoder makes of them: one hidden layer, and the heads over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info, threadpool_limits

from ..heads import LinearHead
from ..progress import progress_bar
from ..tokens import TokenizedTexts
from .encoder import MAX_CHARACTERS, gelu, load_encoder
from .encoder_file import Float32Array

FloatArray = npt.NDArray[np.float64]

#: Logits are rounded to so many digits, so that the last bits of a machine's arithmetic do not show: 0.00025 in a probability.
_LOGIT_DECIMALS = 3


@dataclass(frozen=True)
class HiddenLayer:
    """The layer that all heads share.

    Attributes
    ----------
    mean, inverse_deviation : float32 arrays of shape (n_features,)
        What brings the encoder's features to mean 0 and deviation 1.
    weights : float32 array of shape (n_features, n_hidden)
    intercept : float32 array of shape (n_hidden,)
    """

    mean: Float32Array
    inverse_deviation: Float32Array
    weights: Float32Array
    intercept: Float32Array

    def __call__(self, features: Float32Array) -> Float32Array:
        """Map features of shape (n_texts, n_features) to activations of shape (n_texts, n_hidden)."""
        standard = (features - self.mean) * self.inverse_deviation
        return gelu(np.asarray(standard @ self.weights + self.intercept, dtype=np.float32))


class SemanticStack:
    """Heads over the encoder, in the place of a `sentilens.heads.HeadStack`.

    Parameters
    ----------
    hidden : HiddenLayer
    heads : sequence of LinearHead
        Their weights are of shape (n_hidden, n_columns).
    """

    is_additive = False

    def __init__(self, hidden: HiddenLayer, heads: Sequence[LinearHead]) -> None:
        self.heads: Mapping[str, LinearHead] = {head.name: head for head in heads}
        self._hidden = hidden
        self._weights = np.hstack([head.weights for head in heads])
        self._intercept = np.concatenate([head.intercept for head in heads])

    def logits(self, tokenized: TokenizedTexts, languages: Sequence[str] = ()) -> dict[str, FloatArray]:
        """Score texts.

        Parameters
        ----------
        tokenized : TokenizedTexts
            The encoder has tokens of its own; only the cleaned texts are looked at.
        languages : sequence of str
            Not looked at: the encoder reads all languages alike.

        Returns
        -------
        dict
            Name of the head -> float64 array of shape (n_posts, n_columns), rounded to three decimals.
        """
        return self.split(self._judge(tokenized.texts))

    def logits_of_features(self, features: Float32Array) -> dict[str, FloatArray]:
        """Score texts that were encoded before: features of shape (n_posts, n_features)."""
        return self.split(self._judge_features(features))

    def contributions(self, tokenized: TokenizedTexts, language: str = "") -> tuple[list[str], FloatArray]:
        """Tell about how the words of one text made its logits, by leaving out each in turn.

        Returns
        -------
        pieces : list of str
            The words in their order, then ``(context)`` and ``(base rate)``.
        parts : float64 array of shape (n_pieces, n_columns)
            For a word, what the logits lose without it; for the base rate, the logits of an average post; for the context,
            what is then left of the logits, as words work together. The columns sum to the logits.
        """
        cleaned = tokenized.texts[0]
        words = cleaned[:MAX_CHARACTERS].split()
        occluded = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
        whole, *without = self._judge([cleaned, *occluded])
        of_words = whole - np.asarray(without)
        base = self._judge_features(self._hidden.mean[None])[0]
        context = whole - base - of_words.sum(axis=0)
        return [*words, "(context)", "(base rate)"], np.vstack([of_words, context, base])

    def _judge(self, cleaned: Sequence[str]) -> FloatArray:
        """Give the logits of texts, of shape (n_texts, n_columns).

        Each text is worked out by itself and by one thread, so that its scores are the same in all company; several texts
        are worked on at once, by as many threads as numpy may use.
        """
        distinct = list(dict.fromkeys(cleaned))
        judged: dict[str, FloatArray] = {}
        encoder = load_encoder()
        with (
            ThreadPoolExecutor(count_threads()) as threads,
            threadpool_limits(limits=1, user_api="blas"),
            progress_bar(total=len(distinct), unit="posts", description="reading") as bar,
        ):
            try:
                features = threads.map(lambda text: self._judge_features(encoder.encode(text)[None])[0], distinct)
                for text, logits in zip(distinct, features, strict=True):
                    judged[text] = logits
                    bar.update(1)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        return np.asarray([judged[text] for text in cleaned]).reshape(len(cleaned), len(self._intercept))

    def _judge_features(self, features: Float32Array) -> FloatArray:
        logits = (self._hidden(features) @ self._weights).astype(np.float64) + self._intercept
        return np.asarray(np.round(logits, _LOGIT_DECIMALS))

    def split(self, columns: FloatArray) -> dict[str, FloatArray]:
        """Give the columns of each head by its name."""
        stops = np.cumsum([head.n_columns for head in self.heads.values()])[:-1]
        return dict(zip(self.heads, np.split(columns, stops, axis=1), strict=True))


def count_threads() -> int:
    """Tell how many threads numpy may use, as OMP_NUM_THREADS and the like have it."""
    return max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
