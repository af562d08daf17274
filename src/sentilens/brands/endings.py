"""How names are inflected: endings per language, and the few regular changes of the stem before them.

This is a table, not a stemmer: a name matches where it stands, or a stem of it, is followed by an ending that the language
knows, and then by the end of the word. What follows an apostrophe, a colon or a hyphen (``Telia's``, ``DNA:lla``,
``Elisa-liittymä``) stands outside the word and needs no ending here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import product
from typing import Final

_VOWELS: Final = frozenset("aeiouyåäöæøáéíóúýœü")
_SIBILANTS: Final = ("s", "x", "z", "ß")
#: Shorter names take no definite ending: "Tre" + "n" and "El" + "en" are other words too often.
_MIN_DEFINITE: Final = 4
#: Stems that are shorter say nothing.
_MIN_STEM: Final = 3

#: Endings of Finnish cases that stand on the weak stem (Iso suomen kielioppi, § 41 and § 81). Both harmonies are taken, as
#: foreign names waver ("Hesburgerissa", "Hesburgerissä").
_FI_WEAK: Final = tuple("n t ssa ssä sta stä lla llä lta ltä lle ksi tta ttä".split())
_FI_STRONG: Final = ("na", "nä")
_FI_CLITICS: Final = ("", "kin", "kaan", "kään", "ko", "kö", "han", "hän", "pa", "pä")
#: Consonant gradation of loan-proof kinds only: names such as "Alepa" keep their single consonants.
_FI_GRADES: Final = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("mp", "mm"), ("lt", "ll"), ("rt", "rr"),
)  # fmt: skip

#: Ending of the name -> endings in its place, in Icelandic and in Faroese; a longer one goes before a shorter.
_INSULAR: Final[dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "is": (
        ("urinn", ("inn", "inum", "num", "sins")),
        ("inn", ("ann", "anum", "ans", "num", "sins")),
        ("ið", ("inu", "ins")),
        ("in", ("ina", "inni", "innar")),
        ("an", ("una", "unni", "unnar")),
        ("ur", ("", "i", "s", "ar")),
        ("a", ("u",)),
        ("i", ("a",)),
    ),
    "fo": (
        ("urin", ("in", "inum", "sins")),
        ("ið", ("inum", "sins")),
        ("in", ("inum", "sins", "ina", "ini", "arinnar", "an", "anum", "ans")),
        ("an", ("una", "uni", "unnar")),
        ("ur", ("", "i", "s", "ar")),
        ("a", ("u",)),
        ("i", ("a",)),
    ),
}


def inflect(word: str, language: str, *, acronym: bool) -> dict[str, frozenset[str]]:
    """Give the stems of a name's last word with the endings that they take in a language.

    Parameters
    ----------
    word : str
        Case-folded, letters and digits only.
    language : str
        A code of `sentilens.schema.LANGUAGES`.
    acronym : bool
        Whether the word is written in capitals, and so inflected less.

    Returns
    -------
    dict of str to frozenset of str
        ``""`` stands for a stem that is a form by itself. The word as it is is not among them.

    Examples
    --------
    >>> sorted(inflect("telia", "sv", acronym=False)["telia"])
    ['n', 'ns', 's']
    >>> sorted(inflect("síminn", "is", acronym=False)["sím"])
    ['ann', 'ans', 'anum', 'num', 'sins']
    """
    if language == "fi":
        return _finnish(word, acronym)
    if language in _INSULAR:
        return _insular(word, language, acronym)
    return {word: _germanic(word, language, acronym)}


def inner_forms(word: str, languages: Collection[str]) -> list[str]:
    """Give the forms of a word inside a name: German adjectives are inflected there ("der Deutschen Bahn")."""
    adjective = "de" in languages and len(word) > _MIN_DEFINITE and word.endswith("e") and word.isalpha()
    return [word, *(word + ending for ending in "nrsm")] if adjective else [word]


def _germanic(word: str, language: str, acronym: bool) -> frozenset[str]:
    endings = set()
    if not word.endswith(_SIBILANTS) and not (acronym and language == "en"):
        endings.add("s")
    if language == "de":
        if not acronym and word.endswith("e"):
            endings.add("n")
        if not acronym and word[-1] not in _VOWELS and len(word) >= _MIN_DEFINITE:
            endings.add("es")
        return frozenset(endings)
    definite: tuple[str, ...] = ()
    if language == "en" or (len(word) < _MIN_DEFINITE and not acronym):
        pass
    elif word[-1] in _VOWELS:
        definite = ("n",) if language == "sv" or word.endswith("e") else ("en",)
    elif not acronym and word[-1].isalpha():
        definite = ("en", "et")
    endings.update(ending + genitive for ending, genitive in product(definite, ("", "s")))
    return frozenset(endings)


def _insular(word: str, language: str, acronym: bool) -> dict[str, frozenset[str]]:
    stems = {word: frozenset({"s", *(() if acronym or word[-1] in _VOWELS else ("i",))})}
    if acronym:
        return stems
    for ending, others in _INSULAR[language]:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _MIN_STEM:
            stems[stem] = stems.get(stem, frozenset()) | frozenset(others)
            break
    return stems


def _finnish(word: str, acronym: bool) -> dict[str, frozenset[str]]:
    last = word[-1]
    if acronym and (last not in _VOWELS or len(word) < _MIN_STEM):
        return {}  # these take a colon: "VR:llä"
    if last in _VOWELS:
        into = (f"{last}n", f"h{last}n", "seen")
        stems = {word: _with_clitics((*_FI_WEAK, *_FI_STRONG, "", "a", "ä", "ta", "tä", *into))}
        if not acronym:
            stems |= _graded(word)
        if last == "e" and not acronym:
            stems[word + "e"] = _with_clitics((*_FI_WEAK, *_FI_STRONG, "seen"))
        return stems
    if not last.isalpha():
        return {}
    stems = {word: _with_clitics(("", *("i" + ending for ending in (*_FI_WEAK, *_FI_STRONG, "a", "ä", "in"))))}
    if word.endswith("nen") and len(word) > _MIN_STEM + 2:
        stems[word[:-3] + "se"] = _with_clitics((*_FI_WEAK, *_FI_STRONG, "en"))
        stems[word[:-3] + "s"] = _with_clitics(("ta", "tä"))
    elif last == "s" and len(word) > _MIN_STEM:
        stems[word] |= _with_clitics(("ta", "tä"))
        stems[word[:-1] + "kse"] = _with_clitics((*_FI_WEAK, *_FI_STRONG, "en"))
        if word.endswith(("us", "ys")):
            stems[word[:-1] + "de"] = _with_clitics(_FI_WEAK)
    return stems


def _graded(word: str) -> dict[str, frozenset[str]]:
    for strong, weak in _FI_GRADES:
        if word[:-1].endswith(strong) and len(word) > _MIN_STEM + 1:
            return {word[: -1 - len(strong)] + weak + word[-1]: _with_clitics(_FI_WEAK)}
    return {}


@cache
def _with_clitics(endings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(ending + clitic for ending, clitic in product(endings, _FI_CLITICS))
