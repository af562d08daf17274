"""What the posts were like that a model was trained on: counts and hashes, and not a word of anybody.

A profile travels in the model file (``manifest["profile"]`` and two arrays), so that months later new posts can be held
against it (`sentilens.find_drift`). It keeps counts of groups that are large enough, histograms, two sketches of hashed words,
and how right the scores were on posts that the model had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from .calibration import reliability_table
from .errors import ModelFormatError
from .evaluation import f1_counts
from .model_file import write_model_bytes
from .normalize import normalize_all
from .schema import LANGUAGES, SCORED_STATUSES, SENTIMENT_COLUMNS, TEXT
from .scorer import PostScorer
from .tokens import TokenTypes, mix

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

PROFILE: Final = "profile"
WORDS_ARRAY, KNOWN_ARRAY = "profile.words", "profile.known"
_VERSION: Final = 1

#: Columns whose values are counted, and columns and measures that are counted in bins.
SHARES: Final = ("language", "channel", "topic", "status")
HISTOGRAMS: Final = ("length", "novelty", "complaint_probability", "sentiment_score")
#: Stands for all groups that are too small to be named, and for what is not given.
OTHER: Final = "other"
#: A group of fewer posts is not named, so that no rare value of a cell gets into a model.
MIN_GROUP: Final = 10
#: A language with fewer posts has no histograms and no words of its own.
MIN_LANGUAGE: Final = 100
_MAX_GROUPS: Final = 30
_N_BINS: Final = 10
#: Where training posts hardly have a new word, bins of equally many posts would not see that new posts have many.
_NOVELTY_EDGES: Final = (0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
_RELIABILITY_BINS: Final = 10
#: Words of a language are counted in so many buckets, each of which many words share.
N_WORD_BUCKETS: Final = 256
#: A word is known if this many posts have it or a word of the same bit; one bit stands for many words, too.
_KNOWN_POSTS: Final = 5
_KNOWN_BITS: Final = 1 << 17
_RELIABILITY_KEYS: Final = ("n_posts", "mean_probability", "observed_rate")
#: Kinds of hashes, apart from those of features (`sentilens.features`).
_WORD_KIND, _KNOWN_KIND = 48, 49


@dataclass(frozen=True)
class WordCounts:
    """Which hashed words posts have.

    Attributes
    ----------
    buckets : csr_matrix of shape (n_posts, N_WORD_BUCKETS)
        1 where a post has a word of the bucket.
    bits : csr_matrix of shape (n_posts, 2 ** 17)
        How many distinct words of a bit a post has.
    length : int64 array of shape (n_posts,)
        Tokens of each post.
    """

    buckets: sparse.csr_matrix
    bits: sparse.csr_matrix
    length: IntArray


@dataclass(frozen=True)
class TrainingProfile:
    """What training posts were like.

    Attributes
    ----------
    n_posts : int
    counts : dict
        ``language``, ``channel``, ``topic``, ``status`` -> posts by value; rare values are counted as ``other``.
    edges : dict
        Name of a histogram -> inner edges of its bins, ascending.
    histograms : dict
        ``all`` or a language -> name -> posts by bin.
    reliability : dict
        ``complaint`` and ``sentiment``, where there were labels -> ``n_posts``, ``mean_probability`` and ``observed_rate`` by
        bin. For sentiment the probability is that of the answer given, and the rate how often it was right.
    accuracy : dict
        ``all`` or a language -> measure -> how right the model was on posts that it had not seen, in [0, 1].
    word_languages : list of str
        The rows of ``words``.
    words : int64 array of shape (n_languages, N_WORD_BUCKETS)
        Posts of a language that have a word of the bucket.
    known : bool array of shape (2 ** 17,)
        Bits of words that several posts have.
    """

    n_posts: int
    counts: dict[str, dict[str, int]]
    edges: dict[str, list[float]]
    histograms: dict[str, dict[str, list[int]]]
    reliability: dict[str, dict[str, list[float]]]
    accuracy: dict[str, dict[str, float]]
    word_languages: list[str]
    words: IntArray
    known: npt.NDArray[np.bool_]

    def measures(self, scored: pd.DataFrame, words: WordCounts) -> dict[str, FloatArray]:
        """Give for each scored post what the histograms are of: name -> float64 array of shape (n_posts,)."""
        return _measures(scored, words, words.bits @ self.known.astype(np.float64))


def count_words(posts: pd.DataFrame) -> WordCounts:
    """Hash the distinct words of posts.

    Parameters
    ----------
    posts : DataFrame
        With ``text``.

    Returns
    -------
    WordCounts
    """
    tokenized = TokenTypes().encode(normalize_all(posts[TEXT].tolist()))
    post, number = np.unique(np.column_stack([tokenized.text_of, tokenized.numbers]), axis=0).T
    word = tokenized.types.is_word[number]
    post, hashes = post[word], tokenized.types.hashes[number[word]]

    def table(kind: int, n_columns: int) -> sparse.csr_matrix:
        columns = (mix(hashes, kind) % np.uint64(n_columns)).astype(np.int64)
        counted = sparse.coo_matrix((np.ones(len(post)), (post, columns)), shape=(len(posts), n_columns))
        return counted.tocsr()

    buckets = table(_WORD_KIND, N_WORD_BUCKETS)
    buckets.data[:] = 1.0
    return WordCounts(buckets, table(_KNOWN_KIND, _KNOWN_BITS), np.diff(tokenized.offsets))


def make_profile(scored: pd.DataFrame) -> TrainingProfile:
    """Describe scored training posts.

    Parameters
    ----------
    scored : DataFrame
        With ``text`` and scores by a model that had not seen the posts; ``label_complaint`` and ``label_sentiment`` where
        there are labels, ``channel`` where it is known.

    Returns
    -------
    TrainingProfile
    """
    scored = scored[scored["status"].isin(SCORED_STATUSES)]
    words = count_words(scored)
    n_with = np.asarray((words.bits > 0).sum(axis=0)).ravel()
    # Whether a word would be known if its own post were not there; the same question is put to new posts.
    seen = words.bits.copy()
    seen.data[:] = (n_with[seen.indices] - 1 >= _KNOWN_POSTS) * seen.data
    values = _measures(scored, words, np.asarray(seen.sum(axis=1)).ravel())
    edges = {name: _edges(values[name]) for name in HISTOGRAMS} | {"novelty": list(_NOVELTY_EDGES)}
    language = scored["language"].to_numpy(dtype=object)
    members = {"all": np.ones(len(scored), dtype=bool)}
    members |= {name: language == name for name in LANGUAGES if (language == name).sum() >= MIN_LANGUAGE}
    named = [name for name in members if name != "all"]
    by_language = [np.asarray(words.buckets[np.flatnonzero(members[name])].sum(axis=0)).ravel() for name in named]
    return TrainingProfile(
        n_posts=len(scored),
        counts={name: _group_counts(scored[name]) for name in SHARES if name in scored and scored[name].notna().any()},
        edges=edges,
        histograms={
            group: {name: count_bins(values[name][rows], edges[name]).tolist() for name in HISTOGRAMS}
            for group, rows in members.items()
        },
        reliability=_reliability(scored),
        accuracy={group: _accuracy(scored[rows]) for group, rows in members.items()},
        word_languages=named,
        words=np.asarray(by_language, dtype=np.int64).reshape(len(named), N_WORD_BUCKETS),
        known=n_with >= _KNOWN_POSTS,
    )


def with_profile(model: PostScorer, scored: pd.DataFrame) -> PostScorer:
    """Give the same model with a profile of its training posts; its scores do not change, its id does.

    Parameters
    ----------
    model : PostScorer
    scored : DataFrame
        As for `make_profile`.

    Returns
    -------
    PostScorer
    """
    profile = make_profile(scored)
    described = {
        "version": _VERSION,
        "n_posts": profile.n_posts,
        "counts": profile.counts,
        "edges": profile.edges,
        "histograms": profile.histograms,
        "reliability": profile.reliability,
        "accuracy": profile.accuracy,
        "word_languages": profile.word_languages,
    }
    arrays = {
        **model.arrays,
        WORDS_ARRAY: profile.words.astype(np.int32),
        KNOWN_ARRAY: np.packbits(profile.known),
    }
    return PostScorer.from_bytes(write_model_bytes({**model.manifest, PROFILE: described}, arrays))


def read_profile(model: PostScorer) -> TrainingProfile | None:
    """Give the profile that a model holds, or None.

    Raises
    ------
    ModelFormatError
        If what the model says of its training posts does not fit together.
    """
    described = model.manifest.get(PROFILE)
    if described is None:
        return None
    try:
        profile = TrainingProfile(
            n_posts=int(described["n_posts"]),
            counts={str(name): _counts(values) for name, values in described["counts"].items()},
            edges={name: [float(edge) for edge in described["edges"][name]] for name in HISTOGRAMS},
            histograms={
                str(group): {name: [int(count) for count in values[name]] for name in HISTOGRAMS}
                for group, values in described["histograms"].items()
            },
            reliability={
                str(head): {key: [float(value) for value in bins[key]] for key in _RELIABILITY_KEYS}
                for head, bins in described["reliability"].items()
            },
            accuracy={
                str(group): {str(measure): float(value) for measure, value in values.items()}
                for group, values in described["accuracy"].items()
            },
            word_languages=[str(name) for name in described["word_languages"]],
            words=model.arrays[WORDS_ARRAY].astype(np.int64),
            known=np.unpackbits(model.arrays[KNOWN_ARRAY]).astype(bool),
        )
        if not _fits_together(profile, described["version"]):
            raise ValueError("the parts do not fit together")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelFormatError(
            "What the model says of its training posts does not fit together.",
            reason="profile",
            hint="It scores nevertheless; train it again to hold new posts against its training posts.",
        ) from error
    return profile


def _fits_together(profile: TrainingProfile, version: Any) -> bool:
    counts = [*(count for values in profile.counts.values() for count in values.values()), profile.n_posts]
    counts += [count for group in profile.histograms.values() for bins in group.values() for count in bins]
    rates = [rate for bins in profile.reliability.values() for key in _RELIABILITY_KEYS[1:] for rate in bins[key]]
    rates += [rate for values in profile.accuracy.values() for rate in values.values()]
    return (
        version == _VERSION
        and "all" in profile.histograms
        and min(counts) >= 0
        and all(0.0 <= rate <= 1.0 for rate in rates)
        and all(len({len(bins[key]) for key in _RELIABILITY_KEYS}) == 1 for bins in profile.reliability.values())
        and all(count >= 1 for bins in profile.reliability.values() for count in bins["n_posts"])
        and all(edges == sorted(edges) for edges in profile.edges.values())
        and all(
            len(bins) == len(profile.edges[name]) + 1 for group in profile.histograms.values() for name, bins in group.items()
        )
        and set(profile.word_languages) <= set(profile.histograms)
        and profile.words.shape == (len(profile.word_languages), N_WORD_BUCKETS)
        and bool((profile.words >= 0).all())
        and profile.known.shape == (_KNOWN_BITS,)
    )


def _counts(values: Mapping[str, Any]) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.items()}


def name_groups(values: pd.Series) -> pd.Series:
    """Write the values of a cell as they are counted: in small letters without blanks around them."""
    return values.astype("object").where(values.notna(), OTHER).astype(str).str.strip().str.casefold()


def _group_counts(values: pd.Series) -> dict[str, int]:
    counts = name_groups(values).value_counts()
    named = counts[(counts >= MIN_GROUP) & (counts.index != OTHER)].head(_MAX_GROUPS)
    rest = int(counts.sum() - named.sum())
    return {**{str(name): int(count) for name, count in named.sort_index().items()}, **({OTHER: rest} if rest else {})}


def _measures(scored: pd.DataFrame, words: WordCounts, n_known: FloatArray) -> dict[str, FloatArray]:
    """Give what the histograms are of; the novelty of a post is the share of its distinct words that are not known."""
    n_words = np.asarray(words.bits.sum(axis=1)).ravel()
    return {
        "length": words.length.astype(np.float64),
        "novelty": np.where(n_words > 0, 1.0 - n_known / np.maximum(n_words, 1.0), 0.0),
        "complaint_probability": scored["complaint_probability"].to_numpy(dtype=np.float64),
        "sentiment_score": scored["sentiment_score"].to_numpy(dtype=np.float64),
    }


def _edges(values: FloatArray) -> list[float]:
    """Cut values into bins of about equally many posts."""
    inner = np.quantile(values, np.linspace(0, 1, _N_BINS + 1)[1:-1]) if len(values) else np.zeros(0)
    return [float(edge) for edge in np.unique(inner.round(4))]


def count_bins(values: FloatArray, edges: list[float]) -> IntArray:
    """Count values by bin; a value on an edge belongs to the bin above."""
    return np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)


def _with_label(scored: pd.DataFrame, label: str) -> pd.DataFrame:
    return scored[scored[label].notna()] if label in scored else scored.head(0)


def _reliability(scored: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Tell how often the answers were right, by how sure the model was."""
    found = {}
    judged, known = _with_label(scored, "label_complaint"), _with_label(scored, "label_sentiment")
    if len(judged):
        found["complaint"] = _bins(judged["complaint_probability"], judged["label_complaint"])
    if len(known):
        found["sentiment"] = _bins(known[list(SENTIMENT_COLUMNS)].max(axis=1), known["sentiment"] == known["label_sentiment"])
    return found


def _accuracy(scored: pd.DataFrame) -> dict[str, float]:
    """Tell how right the model was, where enough posts have a label."""
    found = {}
    judged, known = _with_label(scored, "label_complaint"), _with_label(scored, "label_sentiment")
    if len(judged) >= MIN_LANGUAGE:
        truth = judged["label_complaint"].to_numpy(dtype=np.float64)
        flagged = judged["is_complaint"].to_numpy(dtype=np.float64)
        found["complaint_accuracy"] = float((truth == flagged).mean())
        found["complaint_f1"] = f1_counts(truth, flagged)
    if len(known) >= MIN_LANGUAGE:
        found["sentiment_accuracy"] = float((known["sentiment"] == known["label_sentiment"]).mean())
    return {measure: round(value, 4) for measure, value in found.items()}


def _bins(probability: pd.Series, truth: pd.Series) -> dict[str, list[float]]:
    n_bins = max(1, min(_RELIABILITY_BINS, len(truth) // 20))
    table = reliability_table(probability.to_numpy(dtype=np.float64), truth.to_numpy(dtype=np.float64), n_bins)
    return {key: [round(float(value), 4) for value in table[key]] for key in _RELIABILITY_KEYS}
