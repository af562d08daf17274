"""Put together texts of known language for the language identifier: sentences, posts, and bits of them as short as one word."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import wordfreq

from sentilens.schema import LANGUAGES

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
#: Word lists of wordfreq; those outside ours are there so that foreign posts are told apart by name.
_WORD_LISTS = ("sv", "nb", "da", "fi", "is", "de", "en", "nl", "fr", "es", "pl", "it", "pt", "tr", "cs", "hu", "ro", "lv", "lt")
_WITHOUT_CORPUS = frozenset({"it", "pt", "tr", "cs", "hu", "ro", "lv", "lt"})
_WORDS_PER_LIST = 15_000
_TEXTS_PER_LANGUAGE = 6_000
_POSTS_PER_CORPUS = 1_500
#: Training mass of a language; foreign ones get half, as few posts of a Nordic export are foreign.
_MASS = 12_000.0


def language_texts(weak: pd.DataFrame, training: pd.DataFrame) -> pd.DataFrame:
    """Collect ``text, language, weight``."""
    treebanks = weak[weak["teaches"] == "language"].replace({"language": {"no-dialectal": "nb"}})
    treebanks = treebanks[treebanks["language"] != "no-mixed"]
    posts = weak[(weak["teaches"] != "language") & weak["language"].isin(LANGUAGES)]
    sampled = [
        part.sample(min(len(part), _POSTS_PER_CORPUS), random_state=0) for _, part in posts.groupby(["corpus", "language"])
    ]
    whole = pd.concat([part[["text", "language"]] for part in [treebanks, *sampled, training]], ignore_index=True)
    whole = whole.sample(frac=1, random_state=0).groupby("language").head(_TEXTS_PER_LANGUAGE)
    texts = pd.concat([whole, _bits(whole), _listed_words()], ignore_index=True)
    totals = texts.groupby("language")["text"].transform("size")
    mass = np.where(texts["language"].isin(LANGUAGES), _MASS, _MASS / 2)
    return texts.assign(weight=mass / totals)


def _bits(whole: pd.DataFrame) -> pd.DataFrame:
    """Cut single words, word pairs and five-word bits out of texts, at random places."""
    generator = np.random.default_rng(0)
    rows = []
    for text, language in zip(whole["text"], whole["language"], strict=True):
        words = _WORD.findall(text)
        for length, times in ((1, 2), (2, 2), (5, 1)):
            for _ in range(times if len(words) > length else 0):
                start = int(generator.integers(0, len(words) - length))
                rows.append((" ".join(words[start : start + length]), language))
    return pd.DataFrame(rows, columns=["text", "language"])


def _listed_words() -> pd.DataFrame:
    """Take the most frequent words of each list, and strings of words drawn by their frequency."""
    rows = []
    for language in _WORD_LISTS:
        words = [word for word in wordfreq.top_n_list(language, _WORDS_PER_LIST) if word.isalpha()]
        frequency = np.asarray([wordfreq.word_frequency(word, language) for word in words])
        generator = np.random.default_rng(0)
        rows += [(word, language) for word in words]
        longest, times = (9, 4_000) if language in _WITHOUT_CORPUS else (3, 1_500)
        for _ in range(times):
            drawn = generator.choice(words, size=generator.integers(1, longest), p=frequency / frequency.sum())
            rows.append((" ".join(drawn), language))
    return pd.DataFrame(rows, columns=["text", "language"])
