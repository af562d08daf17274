"""Score posts: all stages in one object, from raw text to calibrated probabilities, and the reasons for them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .classifiers import HeadStack, LinearHead
from .errors import ConfigError, InputError, MissingColumnsError, ModelFormatError
from .explanation import Explanation
from .features import PostFeaturizer
from .ingest.values import parse_language
from .language import LanguageIdentifier
from .model_file import ModelSource, read_model, write_model, write_model_bytes
from .normalize import normalize_all, normalize_text
from .schema import (
    LANGUAGES,
    SCORE_COLUMNS,
    SENTIMENT_COLUMNS,
    SENTIMENTS,
    STATUS_EMPTY,
    STATUS_LOW_CONFIDENCE,
    STATUS_OK,
    STATUS_UNSUPPORTED,
    TEXT,
    UNDETERMINED,
)

FloatArray = npt.NDArray[np.float64]

#: Largest number in the integer arrays that weights are stored in.
_INT16_MAX = np.iinfo(np.int16).max
#: A language below this confidence is unclear: it gives way to the one that the export declares, and the status says so.
_CLEAR = 0.5
_BATCH = 5_000


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
    threshold : float
        Complaint probability from which a post counts as a complaint, in (0, 1).

    Raises
    ------
    ModelFormatError
        If the manifest and the arrays do not make a model.
    """

    def __init__(self, manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.manifest = dict(manifest)
        self._arrays = dict(arrays)
        try:
            self.model_id = str(manifest["model_id"])
            self.threshold = float(manifest["thresholds"]["complaint"])
            self.identifier = _unpack_identifier(manifest, arrays)
            shape = {key: int(manifest["featurizer"][key]) for key in ("n_buckets", "ngram_min", "ngram_max")}
            self.featurizer = PostFeaturizer(**shape, identifier=self.identifier).fit([])
            heads = [_unpack_head(described, arrays) for described in manifest["heads"]]
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, ConfigError) as error:
            raise ModelFormatError("The manifest does not describe a model.", reason="manifest_content") from error
        if any(head.weights.shape[0] != self.featurizer.n_buckets for head in heads):
            raise ModelFormatError("The weights do not fit the featurisation.", reason="head_shape")
        if not {"sentiment", "complaint"} <= {head.name for head in heads} or not 0.0 < self.threshold < 1.0:
            raise ModelFormatError("The model lacks a head or a threshold.", reason="manifest_content")
        self.stack = HeadStack(self.featurizer, heads)

    @classmethod
    def from_bytes(cls, source: ModelSource) -> PostScorer:
        """Build a scorer from a model file or its bytes, after checking them (see `sentilens.model_file`)."""
        return cls(*read_model(source))

    @classmethod
    def from_heads(
        cls,
        identifier: LanguageIdentifier,
        heads: Sequence[LinearHead],
        threshold: float,
        facts: Mapping[str, Any],
        *,
        featurizer: PostFeaturizer | None = None,
    ) -> PostScorer:
        """Build a scorer from fitted parts.

        Parameters
        ----------
        identifier : LanguageIdentifier
            Fitted.
        heads : sequence of LinearHead
            Calibrated; ``sentiment`` and ``complaint`` are needed.
        threshold : float
            Complaint probability from which a post counts as a complaint, in (0, 1).
        facts : mapping
            What the manifest shall say beyond that: ``name``, ``metrics``, ``sources``, ``limitations`` …
        featurizer : PostFeaturizer, optional
            The one whose features the heads were fitted on, if it is not the default one.

        Returns
        -------
        PostScorer
            It scores with the weights as they are stored, so that it does the same before and after a trip through a file.
        """
        arrays, described = _pack(identifier, heads)
        featurizer = featurizer or PostFeaturizer()
        manifest = {
            "name": "model",
            "languages": list(LANGUAGES),
            **facts,
            "thresholds": {"complaint": float(threshold)},
            "featurizer": {key: getattr(featurizer, key) for key in ("n_buckets", "ngram_min", "ngram_max")},
            "identifier": {"n_buckets": identifier.n_buckets, "ngram_max": identifier.ngram_max},
            "language_classes": [str(name) for name in identifier.classes_],
            "heads": described,
        }
        return cls.from_bytes(write_model_bytes(manifest, arrays))

    def __repr__(self) -> str:
        return f"PostScorer({self.model_id}: {', '.join(self.stack.heads)}; {', '.join(self.manifest['languages'])})"

    def to_bytes(self) -> bytes:
        """Give the content of the model file; the same model gives the same bytes."""
        return write_model_bytes(self.manifest, self._arrays)

    def __reduce__(self) -> tuple[Any, ...]:
        return PostScorer.from_bytes, (self.to_bytes(),)

    @property
    def model_card(self) -> dict[str, Any]:
        """Give the manifest without the technical lists, for reports."""
        hidden = {"members", "featurizer", "identifier", "language_classes", "format", "heads"}
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
        # Types are said, not inferred: which one pandas takes for words, and which null, changes with its release.
        columns = {name: pd.Series(values, index=frame.index, dtype=values.dtype) for name, values in scores.items()}
        added = pd.DataFrame(columns, index=frame.index).astype({"is_complaint": "boolean"})
        added["model_id"] = self.model_id
        kept = frame.drop(columns=[name for name in SCORE_COLUMNS if name in frame.columns])
        scored = pd.concat([kept, added[list(SCORE_COLUMNS)]], axis=1)
        scored.attrs = {**frame.attrs, "model_card": self.model_card}
        return scored

    def _score_texts(
        self, raw: Sequence[Any], declared: Sequence[Any], keep_handles: Collection[str]
    ) -> dict[str, npt.NDArray[Any]]:
        cleaned = normalize_all(raw, keep_handles=keep_handles)
        languages, confidence = self.identify(cleaned, declared)
        logits = self.stack.logits(cleaned, languages)
        sentiment = self.stack.heads["sentiment"].probabilities(logits["sentiment"])
        complaint = self.stack.heads["complaint"].probabilities(logits["complaint"])[:, 1]

        named = np.asarray(languages, dtype=object)
        empty = np.asarray([not text.strip() for text in cleaned], dtype=bool)
        foreign = ~empty & ~np.isin(named.astype(str), (*LANGUAGES, UNDETERMINED))
        unsure = ((named == UNDETERMINED) | (confidence < _CLEAR)) & ~empty
        status = np.select(
            [empty, foreign, unsure], [STATUS_EMPTY, STATUS_UNSUPPORTED, STATUS_LOW_CONFIDENCE], STATUS_OK
        ).astype(object)
        unscored = empty | foreign
        labels = np.asarray(SENTIMENTS, dtype=object)[sentiment.argmax(axis=1)]
        labels[unscored] = None
        is_complaint = (complaint >= self.threshold).astype(object)
        is_complaint[unscored] = None
        sentiment[unscored] = np.nan
        complaint[unscored] = np.nan
        columns = dict(zip(SENTIMENT_COLUMNS, sentiment.T, strict=True))
        return {
            "language": named,
            "language_confidence": confidence,
            **columns,
            "sentiment": labels,
            "sentiment_score": sentiment[:, -1] - sentiment[:, 0],
            "complaint_probability": complaint,
            "is_complaint": is_complaint,
            "status": status,
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
        languages, confidence = self.identifier.identify(cleaned)
        for i, hint in enumerate(declared or ()):
            if confidence[i] < _CLEAR and cleaned[i] and isinstance(hint, str):
                named = parse_language(hint)
                languages[i] = named if named in LANGUAGES else languages[i]
        return languages, confidence

    def explain(self, text: str) -> Explanation:
        """Tell what pushed which score, piece by piece.

        Parameters
        ----------
        text : str
            A raw post.

        Returns
        -------
        Explanation
            Its table adds up exactly to the scores.

        Raises
        ------
        InputError
            If the text is empty.

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
        languages, _ = self.identify([cleaned])
        pieces, parts = self.stack.contributions(cleaned, languages[0])
        heads = self.stack.heads
        split = dict(zip(heads, np.split(parts, np.cumsum([h.n_columns for h in heads.values()])[:-1], axis=1), strict=True))
        table = pd.DataFrame({"piece": pieces, "complaint": split["complaint"][:, 0]})
        table[list(SENTIMENTS)] = split["sentiment"]
        sums = {name: part.sum(axis=0, keepdims=True) for name, part in split.items()}
        sentiment = heads["sentiment"].probabilities(sums["sentiment"])[0]
        probabilities = dict(zip(SENTIMENTS, map(float, sentiment), strict=True))
        probabilities["complaint"] = float(heads["complaint"].probabilities(sums["complaint"])[0, 1])
        return Explanation(cleaned, languages[0], probabilities, table)


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


def _pack(
    identifier: LanguageIdentifier, heads: Sequence[LinearHead]
) -> tuple[dict[str, npt.NDArray[Any]], list[dict[str, Any]]]:
    """Turn weights into small integers with one scale a column; rounding is far below what a model knows."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    described = []
    arrays["language.weights"], arrays["language.scale"] = _quantize(identifier.weights_, 127, np.int8)
    arrays["language.intercept"] = identifier.intercept_.astype(np.float64)
    for head in heads:
        arrays[f"{head.name}.weights"], arrays[f"{head.name}.scale"] = _quantize(head.weights, _INT16_MAX, np.int16)
        arrays[f"{head.name}.intercept"] = head.intercept.astype(np.float64)
        described.append({"name": head.name, "classes": list(head.classes)})
    return arrays, described


def _quantize(weights: npt.NDArray[Any], largest: int, dtype: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32]]:
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-12).astype(np.float32) / np.float32(largest)
    return np.rint(weights / scale).clip(-largest, largest).astype(dtype), scale.astype(np.float32)


def _unpack_head(described: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> LinearHead:
    name, classes = str(described["name"]), tuple(map(str, described["classes"]))
    weights, intercept = _unpack_weights(name, 1 if len(classes) == 2 else len(classes), arrays)
    return LinearHead(name, classes, weights, intercept)


def _unpack_identifier(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> LanguageIdentifier:
    classes = list(map(str, manifest["language_classes"]))
    weights, intercept = _unpack_weights("language", len(classes), arrays)
    shape = {key: int(manifest["identifier"][key]) for key in ("n_buckets", "ngram_max")}
    if len(weights) != shape["n_buckets"] or not 1 <= shape["ngram_max"] <= 10:
        raise ModelFormatError("The language weights do not fit their features.", reason="language_shape")
    return LanguageIdentifier(pretrained=False, **shape).set_weights(classes, weights, intercept)


def _unpack_weights(
    name: str, n_columns: int, arrays: Mapping[str, npt.NDArray[Any]]
) -> tuple[npt.NDArray[np.float32], FloatArray]:
    """Check the shapes before multiplying: broadcast over shapes that do not belong together can fill any memory."""
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


@cache
def _default_model() -> PostScorer:
    path = files("sentilens") / "resources" / "default.sentilens"
    return PostScorer.from_bytes(path.read_bytes())


def load_model(source: ModelSource | None = None) -> PostScorer:
    """Load a model.

    Parameters
    ----------
    source : path or bytes, optional
        A ``.sentilens`` file or its content; by default the model inside the package.

    Returns
    -------
    PostScorer

    Raises
    ------
    ModelError
        If the file is missing, damaged, hostile, or written by a newer release.

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
