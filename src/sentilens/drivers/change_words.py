"""Words, phrases and meanings that are more, or less, frequent among the posts of a period than is usual.

How often a word stands in the posts of a side is compared by the log-odds with an informative Dirichlet prior of Monroe,
Colaresi and Quinn (2008), Fightin' words, Political Analysis 16, 372-403, here of posts that hold the word, so that a post that
repeats it counts once. The prior is how usual the word is elsewhere in the same language (among other brands, at other times),
worth as much as `PRIOR_POSTS` posts: where the reference is small, it keeps everyday words from looking new.

Languages are strata: each is compared with itself, and the results are summed. So that more Finnish posts do not make Finnish
words, and a word that several languages share gathers what each of them says.

Whether a word is beyond chance is told by the number of posts that would hold it as predicted from the reference and the prior
(beta-binomial in each language; of the sum, the negative binomial of the same mean and variance). The z is the normal quantile
of that probability: the log-odds over their standard error, which Monroe and others take, hardly leave zero for a word that the
reference lacks, which is the very word that is looked for. Over all words, errors are held by the false discovery rate
(Y. Benjamini and Y. Hochberg, 1995, Journal of the Royal Statistical Society B 57, 289-300).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betainc, ndtri

from ..trends.intervals import FloatArray
from .vocabulary import JOINT, Document, find_phrases, forms_of_meanings, kind_of, shown_forms

#: What the prior is worth.
PRIOR_POSTS: Final = 20.0
#: A word is shown that so many posts of different authors hold, and only then: a word of one post may tell of a person.
MIN_POSTS_WITH_WORD: Final = 3
#: False words among those shown.
MAX_FALSE: Final = 0.05
#: A word is left out where a phrase or a meaning tells of this share of its posts.
_TOLD_SHARE: Final = 0.7
#: Variance over the mean of a sum that is all but Poisson; a trace above one keeps the formulas finite.
_LEAST_DISPERSION: Final = 1.0001
_TINY: Final = 1e-300
MORE, FEWER = "more", "fewer"
WORD_COLUMNS: Final = (
    "word",
    "kind",
    "direction",
    "languages",
    "n_posts",
    "n_posts_before",
    "share",
    "share_before",
    "log_odds",
    "z",
    "q_value",
)


@dataclass(frozen=True)
class WordSide:
    """The posts of one side.

    Attributes
    ----------
    documents : sequence of Document
    sources : sequence of str
        Who wrote each, empty where that is not known.
    """

    documents: Sequence[Document]
    sources: Sequence[str]


@dataclass(frozen=True)
class FoundWords:
    """The words of a change.

    Attributes
    ----------
    table : DataFrame
        See `ChangeExplanation.words`.
    keys : list of str
        Their keys, row by row.
    """

    table: pd.DataFrame
    keys: list[str]


def compare_words(now: WordSide, before: WordSide, elsewhere: WordSide, n_words: int) -> FoundWords:
    """Find the words that two sides differ in.

    Parameters
    ----------
    now, before, elsewhere : WordSide
        Posts of the period, of the reference, and others.
    n_words : int
        The most words in each direction.
    """
    sides = (now, before)
    phrases = find_phrases(now.documents) | find_phrases(before.documents)
    keys = sorted(_common(now, phrases) | _common(before, phrases))
    languages = sorted({document.language for side in sides for document in side.documents})
    if not keys or not all(side.documents for side in sides):
        return FoundWords(pd.DataFrame({name: pd.Series(dtype=object) for name in WORD_COLUMNS}), [])
    held = [_held(side.documents, keys, languages) for side in (now, before, elsewhere)]
    sizes = [_sizes(side.documents, languages) for side in (now, before, elsewhere)]
    ups = _tail(held[0], sizes[0], held[1], sizes[1], held[1] + held[2], sizes[1] + sizes[2])
    downs = _tail(held[1], sizes[1], held[0], sizes[0], held[0] + held[2], sizes[0] + sizes[2])
    log_odds = _log_odds(held, sizes)
    z = np.where(ups <= downs, -ndtri(np.maximum(ups, _TINY)), ndtri(np.maximum(downs, _TINY)))
    shares = [counts.sum(axis=1) / total.sum() for counts, total in zip(held[:2], sizes[:2], strict=True)]
    # Rare words are tests, too: of thousands of them, some come thrice in one period by chance alone.
    n_tests = len(
        {key for side in sides for document in side.documents for key in (*document.forms, *document.meanings)} | phrases
    )
    is_common = [np.isin(keys, sorted(_common(side, phrases))) for side in sides]
    parts, chosen_keys = [], []
    for direction, chance, common, sign in ((MORE, ups, is_common[0], 1.0), (FEWER, downs, is_common[1], -1.0)):
        q = np.full(len(keys), 1.0)
        q[common] = false_discovery_rates(chance[common], n_tests)
        rows = np.flatnonzero((q <= MAX_FALSE) & (sign * z > 0))
        rows = rows[np.lexsort((rows, -sign * z[rows]))]
        documents = sides[0 if direction == MORE else 1].documents
        chosen = _without_repeats([keys[row] for row in rows], documents)[:n_words]
        rows = np.array([keys.index(key) for key in chosen], dtype=np.intp)
        forms = shown_forms(documents, chosen)
        parts.append(
            pd.DataFrame(
                {
                    "word": [forms[key] for key in chosen],
                    "kind": [kind_of(key) for key in chosen],
                    "direction": direction,
                    "languages": [_languages_of(row, held, languages) for row in rows],
                    "n_posts": held[0][rows].sum(axis=1).astype(np.int64),
                    "n_posts_before": held[1][rows].sum(axis=1).astype(np.int64),
                    "share": shares[0][rows],
                    "share_before": shares[1][rows],
                    "log_odds": log_odds[rows],
                    "z": z[rows],
                    "q_value": q[rows],
                },
                columns=list(WORD_COLUMNS),
            )
        )
        chosen_keys += chosen
    filled = [part for part in parts if len(part)]
    return FoundWords(pd.concat(filled, ignore_index=True) if filled else parts[0], chosen_keys)


def false_discovery_rates(chances: FloatArray, n_tests: int) -> FloatArray:
    """Give the least false discovery rate at which each test is found; of `n_tests`, those not given found nothing."""
    order = np.argsort(chances, kind="stable")
    rates = np.empty(len(chances))
    steps = chances[order] * n_tests / np.arange(1, len(chances) + 1)
    rates[order] = np.minimum.accumulate(steps[::-1])[::-1] if len(chances) else steps
    return np.minimum(rates, 1.0)


def compare_shares(counts: Sequence[ArrayLike]) -> FloatArray:
    """Give the false discovery rate at which each of some kinds is more, or less, frequent among the posts of a period.

    Parameters
    ----------
    counts : sequence of array_like, shape (n_kinds,)
        Posts of each kind in the period, in the reference, and elsewhere.
    """
    held = [np.asarray(side, dtype=float)[:, None] for side in counts]
    now, before, elsewhere = ((side, side.sum(axis=0)) for side in held)
    if not (now[1].all() and before[1].all()):
        return np.ones(len(held[0]))
    chances = []
    for side, other in ((now, before), (before, now)):
        chances.append(_tail(*side, *other, other[0] + elsewhere[0], other[1] + elsewhere[1]))
    both = np.minimum(1.0, 2 * np.minimum(*chances))
    return false_discovery_rates(both, len(both))


def _common(side: WordSide, phrases: set[str]) -> set[str]:
    """Give the keys that enough posts of different authors hold. A post without an author is by somebody else."""
    sources: dict[str, set[str]] = {}
    for number, (document, author) in enumerate(zip(side.documents, side.sources, strict=True)):
        for key in document.all_keys():
            if kind_of(key) != "phrase" or key in phrases:
                held = sources.setdefault(key, set())
                if len(held) < MIN_POSTS_WITH_WORD:
                    held.add(author or f"\0{number}")
    return {key for key, authors in sources.items() if len(authors) >= MIN_POSTS_WITH_WORD}


def _held(documents: Sequence[Document], keys: Sequence[str], languages: Sequence[str]) -> FloatArray:
    """Count the posts that hold each key, by language; shape (keys, languages)."""
    rows = {key: row for row, key in enumerate(keys)}
    columns = {language: column for column, language in enumerate(languages)}
    counts = np.zeros((len(keys), len(languages)))
    for document in documents:
        column = columns.get(document.language)
        if column is not None:
            for key in document.all_keys():
                row = rows.get(key)
                if row is not None:
                    counts[row, column] += 1
    return counts


def _sizes(documents: Sequence[Document], languages: Sequence[str]) -> FloatArray:
    spoken = [document.language for document in documents]
    return np.array([float(spoken.count(language)) for language in languages])


def _prior(held: FloatArray, sizes: FloatArray) -> FloatArray:
    """Give the share of posts that hold each word, by language, never zero."""
    shares: FloatArray = (held + 0.5) / (sizes + 1.0)
    return shares


def _tail(
    held: FloatArray,
    sizes: FloatArray,
    held_then: FloatArray,
    sizes_then: FloatArray,
    usual: FloatArray,
    sizes_usual: FloatArray,
) -> FloatArray:
    """Give the chance of so many posts with each word, or more, as predicted from the other side and from what is usual."""
    prior = _prior(usual, sizes_usual)
    a = PRIOR_POSTS * prior + held_then
    b = PRIOR_POSTS * (1 - prior) + sizes_then - held_then
    share = a / (a + b)
    mean = (sizes * share).sum(axis=1)
    variance = (sizes * share * (1 - share) * (a + b + sizes) / (a + b + 1)).sum(axis=1)
    dispersion = np.maximum(variance / mean, _LEAST_DISPERSION)
    seen = held.sum(axis=1)
    return np.where(seen > 0, betainc(np.maximum(seen, 1), mean / (dispersion - 1), 1 - 1 / dispersion), 1.0)


def _log_odds(held: Sequence[FloatArray], sizes: Sequence[FloatArray]) -> FloatArray:
    """Give the log-odds of each word, those of the languages weighted by their precision."""
    prior = PRIOR_POSTS * _prior(held[1] + held[2], sizes[1] + sizes[2])
    odds, variance = [], []
    for counts, total in zip(held[:2], sizes[:2], strict=True):
        having, lacking = counts + prior, total - counts + PRIOR_POSTS - prior
        odds.append(np.log(having / lacking))
        variance.append(1 / having + 1 / lacking)
    weight = 1 / (variance[0] + variance[1])
    summed: FloatArray = (weight * (odds[0] - odds[1])).sum(axis=1) / weight.sum(axis=1)
    return summed


def _without_repeats(keys: Sequence[str], documents: Sequence[Document]) -> list[str]:
    """Leave out words that a phrase or a meaning tells of, and phrases that say no more than their words."""
    posts = {key: np.array([n for n, document in enumerate(documents) if key in document]) for key in keys}
    meanings = forms_of_meanings(documents, keys)
    told: set[str] = set()
    for wider in sorted(keys, key=lambda key: (kind_of(key) != "meaning", -len(posts[key]))):
        narrower = meanings[wider] if wider in meanings else set(wider.split(JOINT)) if kind_of(wider) == "phrase" else set()
        if wider not in told:
            told |= {key for key in narrower & posts.keys() if np.isin(posts[key], posts[wider]).mean() >= _TOLD_SHARE}
    # A phrase that takes no word's place says no more than its words.
    words = {key for key in keys if kind_of(key) == "word"}
    idle = {key for key in keys if kind_of(key) == "phrase" and set(key.split(JOINT)) & (words - told)}
    return [key for key in keys if key not in told | idle]


def _languages_of(row: np.intp, held: Sequence[FloatArray], languages: Sequence[str]) -> str:
    found = held[0][row] + held[1][row]
    order = np.argsort(-found, kind="stable")
    return ",".join(languages[at] for at in order if found[at] > 0)
