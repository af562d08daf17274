"""Score posts: all stages in one object, from raw text to calibrated probabilities, and the reasons for them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .answers import answer_columns, check_answers, check_threshold, check_weights, with_nulls
from .errors import ConfigError, InputError, MissingColumnsError, ModelFormatError
from .explanation import Explanation, explain_scores
from .features import Featurizer
from .head_columns import HeadColumns, own_heads
from .heads import HeadStack, LinearHead, ScoringHeads
from .ingest.values import parse_language
from .language import LanguageModel
from .model_file import DEFAULT_MODEL, ModelSource, read_model, write_model, write_model_bytes
from .normalize import normalize_all, normalize_text
from .packing import pack_weights, unpack_head, unpack_identifier
from .schema import (
    LANGUAGES,
    SCORE_COLUMNS,
    STATUS_EMPTY,
    STATUS_LOW_CONFIDENCE,
    STATUS_OK,
    STATUS_UNSUPPORTED,
    TEXT,
    UNDETERMINED,
)
from .tokens import TokenizedTexts, TokenTypes

FloatArray = npt.NDArray[np.float64]

#: A language below this confidence is unclear: it gives way to the one that the export declares, and the status says so.
_CLEAR = 0.5
_BATCH = 5_000
_DECISIVE = ("sentiment", "complaint")
_SCORED = frozenset({*LANGUAGES, UNDETERMINED})
_STATUSES = (STATUS_EMPTY, STATUS_UNSUPPORTED, STATUS_LOW_CONFIDENCE, STATUS_OK)


class PostScorer:
    """Scores posts with trained heads.

    Use `load_model` or `train` to get one.

    Parameters
    ----------
    manifest : mapping
        What a model file says of itself.
    arrays : mapping of str to ndarray
        The weights, as stored.

    Attributes
    ----------
    manifest : dict
        All facts on the model; see `inspect_model`.
    model_id : str
        Name and digest; the same model has the same id everywhere.
    thresholds : dict of str to float
        Head -> probability from which its answer is yes, in (0, 1): of ``complaint``, and of each yes/no head of one's own.
    answer_weights : dict of str to tuple of float
        What the probabilities of sentiment are multiplied by before the largest gives the label; empty where they are not.
    stack : ScoringHeads
        What turns cleaned texts into logits.

    Raises
    ------
    ModelFormatError
        If the manifest and the arrays do not make a model.
    """

    stack: ScoringHeads

    def __init__(self, manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.manifest = dict(manifest)
        self._arrays = dict(arrays)
        try:
            self.model_id = str(manifest["model_id"])
            self.identifier = unpack_identifier(manifest, arrays)
            shape = {key: int(manifest["featurizer"][key]) for key in ("n_buckets", "ngram_min", "ngram_max")}
            self.featurizer = Featurizer(**shape)
            heads = [unpack_head(described, arrays) for described in manifest["heads"]]
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, ConfigError) as error:
            raise ModelFormatError("The manifest does not describe a model.", reason="manifest_content") from error
        if any(head.weights.shape[0] != self.featurizer.n_buckets for head in heads):
            raise ModelFormatError("The weights do not fit the featurisation.", reason="head_shape")
        self.thresholds = check_answers(manifest, heads)
        self.answer_weights = check_weights(manifest)
        self.stack = HeadStack(self.featurizer, heads)
        # The identifier and the heads read the same tokens.
        self._types = TokenTypes()

    @staticmethod
    def from_bytes(source: ModelSource) -> PostScorer:
        """Build a scorer from a model file or its bytes, after checking them (see `sentilens.model_file`)."""
        manifest, arrays = read_model(source)
        if "encoder" in manifest:
            from .semantic import SemanticScorer

            return SemanticScorer(manifest, arrays)
        return PostScorer(manifest, arrays)

    @classmethod
    def from_heads(
        cls,
        identifier: LanguageModel,
        heads: Sequence[LinearHead],
        threshold: float,
        facts: Mapping[str, Any],
        *,
        featurizer: Featurizer | None = None,
        further_thresholds: Mapping[str, float] | None = None,
    ) -> PostScorer:
        """Build a scorer from fitted parts.

        Parameters
        ----------
        identifier : LanguageModel
            That of a fitted `sentilens.LanguageIdentifier` is its ``model_``.
        heads : sequence of LinearHead
            Calibrated; ``sentiment`` and ``complaint`` are needed.
        threshold : float
            Complaint probability from which a post counts as a complaint, in (0, 1).
        facts : mapping
            What the manifest shall say beyond that: ``name``, ``metrics``, ``sources``, ``limitations`` …
        featurizer : Featurizer, optional
            The one whose features the heads were fitted on, if it is not the default one.
        further_thresholds : mapping of str to float, optional
            The same for each yes/no head of one's own.

        Returns
        -------
        PostScorer
            It scores with the weights as they are stored, so that it does the same before and after a trip through a file.
        """
        arrays = pack_weights("language", identifier.weights, identifier.intercept, np.int8)
        for head in heads:
            # Heads that decide are kept finely, the many columns of the others in a byte each.
            decides = head.name in _DECISIVE or head.name in (further_thresholds or {})
            arrays |= pack_weights(head.name, head.weights, head.intercept, np.int16 if decides else np.int8)
        featurizer = featurizer or Featurizer()
        manifest = {
            "name": "model",
            "languages": list(LANGUAGES),
            **facts,
            "thresholds": {"complaint": float(threshold), **(further_thresholds or {})},
            "featurizer": {key: getattr(featurizer, key) for key in ("n_buckets", "ngram_min", "ngram_max")},
            "identifier": {"n_buckets": identifier.n_buckets, "ngram_max": identifier.ngram_max},
            "language_classes": list(identifier.classes),
            "heads": [{"name": head.name, "classes": list(head.classes)} for head in heads],
        }
        return PostScorer.from_bytes(write_model_bytes(manifest, arrays))

    @property
    def threshold(self) -> float:
        """Complaint probability from which a post counts as a complaint, in (0, 1)."""
        return self.thresholds["complaint"]

    @property
    def own_heads(self) -> tuple[HeadColumns, ...]:
        """Heads beside those of the schema, and their columns."""
        return own_heads({name: head.classes for name, head in self.stack.heads.items()})

    def with_threshold(self, value: float, *, head: str = "complaint") -> PostScorer:
        """Give the same model with another threshold, and so another id.

        Parameters
        ----------
        value : float
            Probability from which the answer is yes, in (0, 1).
        head : str, default "complaint"
            Or a yes/no head of your own.

        Returns
        -------
        PostScorer
            Without what was measured at the old threshold (``metrics``, ``error_rates``); ``derived_from`` names this model.

        Raises
        ------
        ConfigError
            If the value is none that a probability can reach, or the head has no threshold.

        Examples
        --------
        >>> import sentilens as sl
        >>> strict = sl.load_model().with_threshold(0.8)
        >>> strict.threshold, strict.score(["Paketet är lite sent"])["is_complaint"].tolist()
        (0.8, [False])
        """
        if head not in self.thresholds:
            raise ConfigError(
                f"{head!r} has no threshold.", reason="no_threshold", hint=f"Heads with one: {', '.join(self.thresholds)}."
            )
        check_threshold(value)
        kept = {key: fact for key, fact in self.manifest.items() if key not in ("metrics", "error_rates")}
        thresholds = {**self.thresholds, head: float(value)}
        changed = {**kept, "thresholds": thresholds, "derived_from": self.model_id}
        return PostScorer.from_bytes(write_model_bytes(changed, self._arrays))

    def __repr__(self) -> str:
        return f"PostScorer({self.model_id}: {', '.join(self.stack.heads)}; {', '.join(self.manifest['languages'])})"

    def to_bytes(self) -> bytes:
        """Give the content of the model file; the same model gives the same bytes."""
        return write_model_bytes(self.manifest, self._arrays)

    def __reduce__(self) -> tuple[Any, ...]:
        return PostScorer.from_bytes, (self.to_bytes(),)

    @property
    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the weights and further arrays as they are stored, by name; read-only."""
        return MappingProxyType(self._arrays)

    @property
    def model_card(self) -> dict[str, Any]:
        """Give the manifest without the technical lists, for reports."""
        hidden = {"members", "featurizer", "identifier", "language_classes", "format", "heads", "profile"}
        return {key: value for key, value in self.manifest.items() if key not in hidden}

    def score(self, posts: pd.DataFrame | pd.Series | Iterable[str], *, keep_handles: Collection[str] = ()) -> pd.DataFrame:
        """Score posts.

        Parameters
        ----------
        posts : DataFrame with a ``text`` column, or Series or iterable of str
            Raw posts; None and NaN count as empty. A column ``declared_language`` helps where a text is too short to tell.
        keep_handles : collection of str, optional
            Handles that are not masked (a brand's own).

        Returns
        -------
        DataFrame
            The same rows, order and index, all columns of ``posts`` and those of `sentilens.schema.SCORE_COLUMNS`
            (columns of these names in ``posts`` are replaced). Probabilities are null where ``status`` is ``empty`` or
            ``unsupported_language``.

        Raises
        ------
        MissingColumnsError
            If there is no column ``text``.
        InputError
            If there are several, or one text in the place of many.

        Examples
        --------
        >>> import sentilens as sl
        >>> scored = sl.load_model().score(["Paketet kom aldrig fram, tredje gången!", "Tack för snabb hjälp 😊"])
        >>> scored["is_complaint"].tolist(), scored["sentiment"].tolist()
        ([True, False], ['negative', 'positive'])
        """
        frame = _as_frame(posts)
        declared = frame.get("declared_language")
        texts = frame[TEXT].tolist()
        hints = [None] * len(texts) if declared is None else declared.tolist()
        parts = [
            self._score_texts(texts[start : start + _BATCH], hints[start : start + _BATCH], keep_handles)
            for start in range(0, max(len(texts), 1), _BATCH)
        ]
        scores = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        names = [*SCORE_COLUMNS, *(name for head in self.own_heads for name in head.names)]
        # Types are said, not inferred: which one pandas takes for words, and which null, changes with its release.
        columns = {
            name: pd.Series(x, index=frame.index, dtype=x.dtype) for name, x in with_nulls(scores, self.own_heads).items()
        }
        added = pd.DataFrame({**columns, "model_id": self.model_id}, index=frame.index)
        kept = frame.drop(columns=[name for name in names if name in frame.columns])
        scored = pd.concat([kept, added[names]], axis=1)
        scored.attrs = {**frame.attrs, "model_card": self.model_card}
        return scored

    def _score_texts(
        self, raw: Sequence[Any], declared: Sequence[Any], keep_handles: Collection[str]
    ) -> dict[str, npt.NDArray[Any]]:
        cleaned = normalize_all(raw, keep_handles=keep_handles)
        tokenized = self._tokenize(cleaned)
        languages, confidence = self._identify(tokenized, declared)
        logits = self.stack.logits(tokenized, languages)
        empty = np.asarray([not text.strip() for text in cleaned], dtype=bool)
        foreign = ~empty & np.asarray([name not in _SCORED for name in languages], dtype=bool)
        named = np.asarray(languages, dtype=object)
        unsure = ((named == UNDETERMINED) | (confidence < _CLEAR)) & ~empty
        status = np.select([empty, foreign, unsure], [0, 1, 2], 3)
        return {
            "language": named,
            "language_confidence": confidence,
            "status": np.asarray(_STATUSES, dtype=object)[status],
            **answer_columns(self.stack.heads, logits, empty | foreign, self.thresholds, self.answer_weights),
        }

    def identify(self, cleaned: Sequence[str], declared: Sequence[Any] | None = None) -> tuple[list[str], FloatArray]:
        """Name the languages of cleaned texts as `score` does: what is declared decides where a text tells little.

        Parameters
        ----------
        cleaned : sequence of str, shape (n_posts,)
            Texts from `sentilens.normalize_text`.
        declared : sequence of str, shape (n_posts,), optional
            Codes or names of languages; what is no text, or no language of ours, is passed over.

        Returns
        -------
        languages : list of str
        confidence : float64 array of shape (n_posts,)
        """
        return self._identify(self._tokenize(cleaned), declared)

    def _tokenize(self, cleaned: Sequence[str]) -> TokenizedTexts:
        self._types = self._types.renewed()
        return self._types.encode(cleaned)

    def _identify(self, tokenized: TokenizedTexts, declared: Sequence[Any] | None) -> tuple[list[str], FloatArray]:
        languages, confidence = self.identifier.identify_tokenized(tokenized)
        for i in np.flatnonzero(confidence < _CLEAR).tolist():
            hint = declared[i] if declared else None
            if tokenized.texts[i] and isinstance(hint, str):
                named = parse_language(hint)
                languages[i] = named if named in LANGUAGES else languages[i]
        return languages, confidence

    def explain(self, text: str, *, head: str | None = None) -> Explanation:
        """Tell what pushed which score, piece by piece.

        Parameters
        ----------
        text : str
            A raw post.
        head : str, optional
            Any head of the model, such as ``"severity"`` or one of your own; by default complaint and sentiment side by side.

        Returns
        -------
        Explanation
            Its table adds up exactly to the scores.

        Raises
        ------
        InputError
            If the text is empty.
        ConfigError
            If the model has no such head.

        Examples
        --------
        >>> import sentilens as sl
        >>> explanation = sl.load_model().explain("Paketet kom aldrig fram")
        >>> explanation.language, explanation.probabilities["complaint"] > 0.5
        ('sv', True)
        >>> explanation.table["piece"].tolist()[:4]
        ['paketet', 'kom', 'aldrig', 'fram']
        """
        if not isinstance(text, str):
            raise InputError("A text is needed to explain.", reason="no_text")
        cleaned = normalize_text(text)
        if not cleaned:
            raise InputError("The text is empty; there is nothing to explain.", reason="empty_text")
        tokenized = self._tokenize([cleaned])
        languages, _ = self._identify(tokenized, None)
        return explain_scores(self.stack, tokenized, languages[0], head)


def _as_frame(posts: pd.DataFrame | pd.Series | Iterable[str]) -> pd.DataFrame:
    if isinstance(posts, pd.DataFrame):
        if TEXT not in posts.columns:
            found = ", ".join(map(str, list(posts.columns)[:12]))
            raise MissingColumnsError(
                f"The table has no column 'text'; it has: {found}.",
                reason="no_text_column",
                hint="Rename the column with the posts to 'text', or read the file with sentilens.read_posts.",
            )
        for name in (TEXT, "declared_language"):
            if (posts.columns == name).sum() > 1:
                raise InputError(f"The table has several columns '{name}'.", reason="duplicate_column", hint="Keep one.")
        return posts
    if isinstance(posts, str | bytes):
        raise InputError(
            "score takes many posts; give a list, a Series or a table.", reason="one_text", hint="score([text]) scores one."
        )
    if isinstance(posts, pd.Series):
        return posts.to_frame(TEXT)
    return pd.DataFrame({TEXT: pd.Series(list(posts), dtype="object")})


@cache
def _default_model() -> PostScorer:
    return PostScorer.from_bytes(DEFAULT_MODEL)


def load_model(source: ModelSource | None = None) -> PostScorer:
    """Load a model.

    Parameters
    ----------
    source : path or bytes, optional
        A ``.sentilens`` file or its content, or the name of a model inside the package: ``"default"``, or ``"semantic"``,
        which is slow, more often right, and needs ``pip install "sentilens[semantic]"``.

    Returns
    -------
    PostScorer

    Raises
    ------
    ModelError
        If the file is missing, damaged, hostile, or written by a newer release.
    MissingDependencyError
        If the semantic model lacks its encoder.

    Examples
    --------
    >>> load_model().manifest["name"]
    'default'
    """
    return _default_model() if source is None else PostScorer.from_bytes(source)


def save_model(model: PostScorer, path: str | os.PathLike[str]) -> Path:
    """Write a model to a file, whole or not at all.

    Parameters
    ----------
    model : PostScorer
    path : path
        Usually ending in ``.sentilens``.

    Returns
    -------
    Path

    Raises
    ------
    EngineError
        If the file cannot be written.
    """
    return write_model(path, model.to_bytes())
