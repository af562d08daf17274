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
HashArray = npt.NDArray[np.uint64]

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

#: Multiplicative hashing (Knuth, TAOCP 3, section 6.4).
_KNUTH = np.uint64(2654435761)
_LETTER_BASE = np.uint64(0x01000193)
_LOW = np.uint64(0xFFFFFFFF)
#: Kinds of features from here on are n-grams, by their length; see `mix`.
_NGRAM = 64

#: A text longer than this is read to here; no post is, and it keeps hostile input linear.
MAX_CHARS = 50_000
#: Spellings that are remembered; past that a memory starts anew, so that it stays bounded.
_MAX_SPELLINGS = 400_000
#: Letters of a word that are looked at.
_MAX_WORD = 40

#: Letters that the Scandinavian languages, Finnish and German write differently for one sound, and that people type
#: without their marks: "forsinket", "försenat"; "aerger", "ärger".
_SKELETON = str.maketrans("åäæáàâöøóòôõüúùûéèêëíìîýðþßwqcz", "aaaaaaoooooouuuueeeeiiiydtsvkks")
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
    """Split a cleaned text into lower-case tokens; numbers above 10 keep their length, not their digits.

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
        # "5 av 5" and "1 star" say something by their number; longer numbers may name a person.
        return token if len(token) == 1 or token == "10" else _DIGIT.sub("0", token)
    if first > "\u2000":
        return _EMOJI_DRESS.sub("", token) or token  # a skin tone may stand alone
    if first in "!?":
        return token[:2] if len(set(token)) == 1 else "?!"
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

    @property
    def is_full(self) -> bool:
        """Whether more spellings are known than should be kept (numbers alone have no end of them)."""
        return len(self.numbers) > _MAX_SPELLINGS

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


def hash_ngrams(words: Sequence[str], shortest: int, longest: int) -> tuple[HashArray, IntArray]:
    """Hash the character n-grams of words, their ends marked, all words at once.

    Parameters
    ----------
    words : sequence of str, shape (n_words,)
        Only their first letters are read (40 of them).
    shortest, longest : int
        Lengths of the n-grams; a word end counts as a letter.

    Returns
    -------
    hashes : uint64 array of shape (n_ngrams,)
        32-bit hashes, those of a word in an order that depends on the word alone.
    owner : int64 array of shape (n_ngrams,)
        The word that each belongs to, ascending.
    """
    marked = [f"<{word[:_MAX_WORD]}>" for word in words]
    codes = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(words), dtype=np.int64), [len(word) for word in marked])
    rolling, hashes, owners = codes, [], []
    for length in range(1, longest + 1):
        if length > 1:
            # A polynomial over the letters (Karp and Rabin 1987), one letter longer at each turn.
            rolling = (rolling[:-1] * _LETTER_BASE + codes[length - 1 :]) & _LOW
        starts = owner[: max(len(owner) - length + 1, 0)]
        inside = starts == owner[length - 1 :]
        if length >= shortest:
            hashes.append(mix(rolling[inside], _NGRAM + length))
            owners.append(starts[inside])
    joined = np.concatenate(owners)
    order = np.argsort(joined, kind="stable")
    return np.concatenate(hashes)[order], joined[order]


def mix(hashes: HashArray, kind: int) -> HashArray:
    """Send 32-bit hashes to another place of the hashed space, one for each kind of feature."""
    mixed = (hashes ^ np.uint64(kind * 0x9E3779B1 & 0xFFFFFFFF)) * _KNUTH
    return (mixed ^ (mixed >> np.uint64(15))) & _LOW
