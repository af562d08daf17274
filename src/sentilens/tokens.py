"""Split cleaned texts into tokens and hash each distinct token once.

Everything that reads texts after `sentilens.normalize` (language, features) stands on this: a text becomes a row of numbers
of *token types*; what is known about a type (its hash, its character n-grams, whether it negates) is worked out once per
distinct token, however often it occurs. That is where the speed of the package comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

# In this order: placeholders; words, with a censoring mark or an apostrophe inside; numbers; emoticons; emoji with
# joiners; runs of marks that matter. Commas, brackets and the like are passed over.
TOKEN = re.compile(
    r"<[A-Z_]{2,12}>"
    r"|[^\W\d_]+(?:[*'’][^\W\d_]+)*\*?"
    r"|\d+(?:[.,:]\d+)*"
    r"|[:;=8xX]['’]?-?[()\[\]DPpOo/\\|*3](?!\w)|<3+|\^\^|[-_]_[-_]"
    r"|[\u203c\u2049\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
    r"(?:[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2640-\u27bf\U0001f000-\U0001faff])*"
    r"|[!?]+|\.{2,}|…|[.:;\n]|#(?=\w)|[€$£%]"
)
_EMOJI_DRESS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_DIGIT = re.compile(r"\d")

#: Multipliers that set the kinds of features apart in the hashed space (primes, as in Knuth, TAOCP 3, section 6.4).
_KNUTH = np.uint64(2654435761)

#: A text longer than this is read to here; no post is, and it keeps hostile input linear.
MAX_CHARS = 50_000
#: Letters of a word that are looked at.
_MAX_WORD = 40

#: Letters that the Scandinavian languages, Finnish and German write differently for one sound, and that people type
#: without their marks: "forsinket", "försenat"; "aerger", "ärger".
_SKELETON = str.maketrans(
    {
        "å": "a", "ä": "a", "æ": "a", "á": "a", "à": "a", "â": "a", "ö": "o", "ø": "o", "ó": "o", "ò": "o", "ô": "o", "õ": "o", "ü": "u",
        "ú": "u", "ù": "u", "û": "u", "é": "e", "è": "e", "ê": "e", "ë": "e", "í": "i", "ì": "i", "î": "i", "ý": "y", "ð": "d", "þ": "t", "ß": "s",
        "w": "v", "q": "k", "c": "k", "z": "s",
    }
)  # fmt: skip
_DIGRAPHS = re.compile(r"aa|ae|oe|ue|gh|ph|th|dt|ei|øy|øj|([^\W\d_])\1")
_DIGRAPH_LETTERS = {
    "aa": "a",
    "ae": "a",
    "oe": "o",
    "ue": "u",
    "gh": "g",
    "ph": "f",
    "th": "t",
    "dt": "t",
    "ei": "e",
    "øy": "o",
    "øj": "o",
}


def skeleton(word: str) -> str:
    """Fold the spelling of a lower-case word so that cognates and careless spellings meet.

    Examples
    --------
    >>> skeleton("försenat"), skeleton("forsenat"), skeleton("pakke"), skeleton("packe")
    ('forsenat', 'forsenat', 'pake', 'pake')
    """
    folded = _DIGRAPHS.sub(lambda match: _DIGRAPH_LETTERS.get(match[0], match[1] or match[0]), word)
    folded = folded.translate(_SKELETON)
    return _DIGRAPHS.sub(lambda match: match[1] or match[0], folded)


def tokenize(text: str) -> list[str]:
    """Split a cleaned text into lower-case tokens; numbers keep their length, not their digits.

    Examples
    --------
    >>> tokenize("Väntat 45 min!! 😡 <URL>")
    ['väntat', '00', 'min', '!!', '😡', '<URL>']
    """
    return [_canonical(token) for token in TOKEN.findall(text[:MAX_CHARS])]


def _canonical(token: str) -> str:
    first = token[0]
    if first.isalpha():
        return token.lower().replace("’", "'")
    if first.isdigit():
        return _DIGIT.sub("0", token)
    if first > "\u2000":
        return _EMOJI_DRESS.sub("", token)
    if first in "!?":
        return token[:2] if token[0] == token[-1] else "?!"
    return token


@dataclass
class TokenTypes:
    """The distinct tokens of one vocabulary, with what hashing needs to know of each.

    Attributes
    ----------
    numbers : dict
        Token -> its number.
    tokens : list of str
        The tokens by number.
    hashes : list of int
        A 32-bit hash of each token (CRC-32 of its UTF-8 bytes, the same on every machine).
    """

    numbers: dict[str, int] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.tokens)

    def add(self, token: str) -> int:
        """Give a token its number."""
        number = len(self.tokens)
        self.numbers[token] = number
        self.tokens.append(token)
        self.hashes.append(crc32(token.encode("utf-8", "surrogatepass")))
        return number

    def encode(self, texts: Sequence[str]) -> tuple[IntArray, IntArray]:
        """Turn cleaned texts into token numbers.

        Returns
        -------
        flat : int64 array of shape (n_tokens,)
            The token numbers of all texts one after the other.
        offsets : int64 array of shape (n_texts + 1,)
            Text ``i`` owns ``flat[offsets[i]:offsets[i + 1]]``.
        """
        numbers, add = self.numbers, self.add
        flat: list[int] = []
        offsets = np.zeros(len(texts) + 1, dtype=np.int64)
        for i, text in enumerate(texts):
            for raw in TOKEN.findall(text[:MAX_CHARS]):
                number = numbers.get(raw)
                if number is None:
                    token = _canonical(raw)
                    number = numbers.get(token)
                    if number is None:
                        number = add(token)
                    # The spelling as it stood leads to the same type, so that it is looked at once only.
                    numbers[raw] = number
                flat.append(number)
            offsets[i + 1] = len(flat)
        return np.asarray(flat, dtype=np.int64), offsets


def ngram_hashes(word: str, shortest: int, longest: int, *, salt: int = 0) -> list[int]:
    """Hash the character n-grams of a word, its ends marked by ``<`` and ``>``."""
    marked = f"<{word[:_MAX_WORD]}>"
    size = len(marked)
    return [
        crc32(marked[start : start + length].encode("utf-8", "surrogatepass"), salt)
        for length in range(shortest, longest + 1)
        for start in range(size - length + 1)
    ]


def mix(hashes: npt.NDArray[np.uint64], kind: int) -> npt.NDArray[np.uint64]:
    """Send 32-bit hashes to another place of the hashed space, one for each kind of feature."""
    mixed = (hashes ^ np.uint64(kind * 0x9E3779B1 & 0xFFFFFFFF)) * _KNUTH
    return (mixed ^ (mixed >> np.uint64(15))) & np.uint64(0xFFFFFFFF)
