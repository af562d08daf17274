"""From texts to the words, phrases and meanings that they hold.

A *word* is all its forms, put together by the stemmer of the post's language. A *phrase* is two words that stand together. A
*meaning* is a concept of the lexicon, whatever word or phrase of whatever language expresses it: five Swedes without "täckning"
and four Finns without "kenttää" are nine people with one trouble.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from ..lexicon import LEXICAL_GROUPS, ROOT, LexiconMatcher, lexicon_matcher
from ..schema import UNDETERMINED
from ..tokens import skeleton, tokenize

#: Languages with a Snowball stemmer in nltk (M. F. Porter, 2001, Snowball: a language for stemming algorithms).
_STEMMERS: Final = {
    "sv": "swedish",
    "nb": "norwegian",
    "nn": "norwegian",
    "da": "danish",
    "fi": "finnish",
    "de": "german",
    "en": "english",
}
#: Endings that Icelandic and Faroese words lose, the longest that leaves four letters.
_INSULAR: Final = tuple(
    sorted(
        "anna inum unum arnir irnir urnar arnar inni unni inn ið inu unar num nar ar ir ur um in an na a i u".split(), key=len
    )[::-1]
)
_MIN_STEM: Final = 4
#: Brand names of so many letters are known with endings and in compounds, too.
_MIN_BRAND: Final = 4
#: Two words are a phrase where they stand together so often, and so much more often than by chance: Dunning's log-likelihood
#: (T. Dunning, 1993, Accurate methods for the statistics of surprise and coincidence), at the 0.1 % point of chi-squared.
_MIN_TOGETHER: Final = 3
_MIN_LIKELIHOOD: Final = 10.83
#: Stands between the words of a phrase's key, and before the name of a meaning.
JOINT: Final = " "
MEANING: Final = "="
#: Concepts that say what happened or what it is about; the others say how it is said.
_TELLING_KINDS: Final = frozenset({"complaint_event", "complaint_threat", "complaint_reproach", "positive_event", "topic"})
#: Forms that a meaning is shown by, of as many languages.
_MAX_FORMS: Final = 3
#: Numbers of orders and parcels, such as SV20719FO; shorter ones may be words (5G).
_CODE: Final = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])\w{5,}\b")


@dataclass(frozen=True)
class Document:
    """What one post holds: keys, and by key the form that stands in the text.

    Attributes
    ----------
    language : str
    forms, pairs, meanings : dict of str to str
        Of words, of pairs of neighbours, and of meanings.
    """

    language: str
    forms: dict[str, str]
    pairs: dict[str, str]
    meanings: dict[str, str]

    def all_keys(self) -> Iterable[str]:
        """Give all keys."""
        return (*self.forms, *self.pairs, *self.meanings)

    def __contains__(self, key: str) -> bool:
        return key in self.forms or key in self.pairs or key in self.meanings


def kind_of(key: str) -> str:
    """Tell what a key is of: ``word``, ``phrase`` or ``meaning``."""
    return "meaning" if key.startswith(MEANING) else "phrase" if JOINT in key else "word"


@cache
def function_words() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Give for each language the words that say nothing by themselves, and the negations, that say something before others."""
    path = files("sentilens") / "resources" / "lexicons" / "function_words.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {language: (frozenset(words.split()), frozenset(negations.split())) for language, words, negations in rows}


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """Give the function that takes the endings from a language's words; words of other languages are kept whole.

    >>> [stemmer("sv")(word) for word in ("räkningen", "räkningar", "räkningarna")]
    ['räkning', 'räkning', 'räkning']
    """
    if language in _STEMMERS:
        from nltk.stem.snowball import SnowballStemmer

        stem: Callable[[str], str] = cache(SnowballStemmer(_STEMMERS[language]).stem)
        return stem
    return _insular_stem if language in {"is", "fo"} else str


def read_documents(texts: Sequence[str], languages: Sequence[str], brands: Iterable[str]) -> list[Document]:
    """Read the words of cleaned texts.

    Parameters
    ----------
    texts : sequence of str
        From `sentilens.normalize_text`.
    languages : sequence of str
        Of the texts.
    brands : iterable of str
        Names that are left out.

    Returns
    -------
    list of Document
        Without placeholders, numbers, single letters, marks, function words and brand names. Pairs are of neighbours, the first
        of which may be a negation.
    """
    parts = {skeleton(part) for brand in brands for part in tokenize(brand) if part[0].isalpha()}
    names = tuple(sorted(part for part in parts if len(part) >= _MIN_BRAND))
    reader = _Reader(frozenset(parts), names)
    return [reader.read(text, language) for text, language in zip(texts, languages, strict=True)]


class _Reader:
    def __init__(self, exact: frozenset[str], prefixes: tuple[str, ...]) -> None:
        self._exact, self._prefixes = exact, prefixes
        self._keys: dict[tuple[str, str], str] = {}

    def read(self, text: str, language: str) -> Document:
        empty, negations = function_words().get(language, (frozenset(), frozenset()))
        forms: dict[str, str] = {}
        pairs: dict[str, str] = {}
        # Marks and whatever else is left out part the words around them.
        line: list[tuple[str, str, bool]] = []
        tokens = tokenize(_CODE.sub(" ", text))
        for token in tokens:
            if token in negations:
                line.append((skeleton(token), token, False))
                continue
            key = "" if token in empty or not token[0].isalpha() or len(token) < 2 else self._key(token, language)
            line.append((key, token, bool(key)))
            if key:
                forms.setdefault(key, token)
        for (first, form, _), (second, other, is_word) in pairwise(line):
            if first and is_word and first != second:
                pairs.setdefault(first + JOINT + second, f"{form} {other}")
        return Document(language, forms, pairs, _meanings(tokens, language))

    def _key(self, token: str, language: str) -> str:
        """Give what all forms of a word share; empty for the name of a brand."""
        known = self._keys.get((token, language))
        if known is None:
            folded = skeleton(token)
            is_brand = folded in self._exact or folded.startswith(self._prefixes or "\0")
            known = "" if is_brand else skeleton(stemmer(language)(token)) or folded
            self._keys[token, language] = known
        return known


def find_phrases(documents: Sequence[Document]) -> set[str]:
    """Give the keys of pairs that stand together more often than their words would by chance."""
    from nltk.metrics.association import BigramAssocMeasures

    together: Counter[str] = Counter()
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for document in documents:
        for pair in document.pairs:
            left, right = pair.split(JOINT)
            together[pair] += 1
            first[left] += 1
            second[right] += 1
    total = together.total()
    phrases = set()
    for pair, count in together.items():
        if count >= _MIN_TOGETHER:
            left, right = pair.split(JOINT)
            expected = first[left] * second[right] / total
            likelihood = BigramAssocMeasures.likelihood_ratio(count, (first[left], second[right]), total)
            if count > expected and likelihood >= _MIN_LIKELIHOOD:
                phrases.add(pair)
    return phrases


def shown_forms(documents: Sequence[Document], keys: Iterable[str]) -> dict[str, str]:
    """Give for each key the form in which it stands most often."""
    wanted = set(keys)
    forms: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for document in documents:
        for found in (document.forms, document.pairs, document.meanings):
            for key in wanted & found.keys():
                # A meaning has forms of several languages; those of a word are one word.
                forms[key][found[key], document.language if kind_of(key) == "meaning" else ""] += 1
    return {key: _shown(counts) for key, counts in forms.items()}


def _shown(counts: Counter[tuple[str, str]]) -> str:
    """Give the most frequent form of each of the most frequent languages, each form once."""
    first_of: dict[str, str] = {}
    for form, language in sorted(counts, key=lambda found: (-counts[found], found)):
        if form not in first_of.values():
            first_of.setdefault(language, form)
    return " / ".join(list(first_of.values())[:_MAX_FORMS])


def forms_of_meanings(documents: Sequence[Document], keys: Iterable[str]) -> dict[str, set[str]]:
    """Give for each meaning among some keys the keys of the words that express it by themselves."""
    wanted = {key for key in keys if kind_of(key) == "meaning"}
    expressed: dict[str, set[str]] = {key: set() for key in wanted}
    for document in documents:
        words = {form: key for key, form in (*document.forms.items(), *document.pairs.items())}
        for key in wanted & document.meanings.keys():
            if (word := words.get(document.meanings[key])) is not None:
                expressed[key].add(word)
    return expressed


def _meanings(tokens: Sequence[str], language: str) -> dict[str, str]:
    """Give the concepts that a post expresses, by words or by phrases, each with the first form that does."""
    matcher = lexicon_matcher(LEXICAL_GROUPS.get(language, LEXICAL_GROUPS[UNDETERMINED]))
    found: dict[str, str] = {}
    open_phrases: list[tuple[int, int]] = []
    for at, token in enumerate(tokens):
        numbers = _match(matcher, token)
        expressed = [(number, at) for number in numbers if number >= 0]
        following = []
        for branch, start in (*open_phrases, (ROOT, at)):
            for further in matcher.next_branches((branch,), numbers):
                following.append((further, start))
                expressed += [(number, start) for number in matcher.ending((further,))]
        open_phrases = following
        for number, start in expressed:
            concept = matcher.concepts[number]
            if concept.kind in _TELLING_KINDS:
                found.setdefault(MEANING + concept.name, " ".join(tokens[start : at + 1]))
    return found


@lru_cache(maxsize=100_000)
def _match(matcher: LexiconMatcher, token: str) -> tuple[int, ...]:
    return matcher.match(token)


def _insular_stem(word: str) -> str:
    for ending in _INSULAR:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word[: -len(ending)]
    return word
