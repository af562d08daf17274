"""Split cleaned texts into tokens and hash each distinct token once.

Everything that reads texts after `sentilens.normalize` (language, features) stands on this: a text becomes a row of numbers
of *token types*; what is known about a type (its hash, its character n-grams, whether it negates) is worked out once per
distinct token, however often it occurs. That is where the speed of the package comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]
FloatArray = npt.NDArray[np.float64]

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

#: Marks that are counted as they are spelled, before tokens make "!!!" and "!!" one; after them come words in capitals.
_MARKS = "!?*"
_SHOUTED = re.compile(r"\b[A-ZÅÄÖÆØÜÐÞ]{3,}\b")
#: What stands between texts that are read at once; a control character that cleaned texts do not have.
_END = "\x1e"
#: Marks that may follow a word, and the token that each is.
_TAILS: dict[str, tuple[str, ...]] = {",": (), ".": (".",), "!": ("!",), "?": ("?",), ":": (":",)}

#: Multiplicative hashing (Knuth, TAOCP 3, section 6.4).
_KNUTH = np.uint64(2654435761)
_LETTER_BASE = np.uint64(0x01000193)
_LOW = np.uint64(0xFFFFFFFF)
#: Kinds of features from here on are n-grams, by their length; see `mix`.
_NGRAM = 64

#: A text longer than this is read to here; no post is, and it keeps hostile input linear.
MAX_CHARS = 50_000
#: Spellings that are remembered, and letters in them; past that a memory starts anew, so that it stays bounded.
_MAX_SPELLINGS = 100_000
_MAX_SPELLED_CHARS = 10_000_000
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


def skeletons(words: Sequence[str]) -> list[str]:
    """Fold many words at once; no word holds a line break, so they can be folded as one text."""
    return skeleton("\n".join(words)).split("\n") if words else []


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


class Rows:
    """Rows of numbers that grow in number; room is doubled when it is used up, so that growing costs little.

    Parameters
    ----------
    n_columns : int, optional
        Without it the rows are single numbers.
    dtype : dtype, default float64
    """

    def __init__(self, n_columns: int | None = None, dtype: npt.DTypeLike = np.float64) -> None:
        self._room = np.zeros((256,) if n_columns is None else (256, n_columns), dtype=dtype)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def values(self) -> npt.NDArray[Any]:
        """The rows so far."""
        return self._room[: self._n]

    def extend(self, rows: npt.ArrayLike) -> None:
        """Add rows."""
        added = np.asarray(rows, dtype=self._room.dtype).reshape(-1, *self._room.shape[1:])
        if self._n + len(added) > len(self._room):
            grown = np.zeros((2 * (self._n + len(added)), *self._room.shape[1:]), dtype=self._room.dtype)
            grown[: self._n] = self.values
            self._room = grown
        self._room[self._n : self._n + len(added)] = added
        self._n += len(added)


@dataclass(frozen=True)
class TokenizedTexts:
    """Texts as numbers of token types.

    Attributes
    ----------
    texts : sequence of str, shape (n_texts,)
    types : TokenTypes
        What the numbers refer to.
    numbers : int64 array of shape (n_tokens,)
        The type of each token, all texts one after the other.
    offsets : int64 array of shape (n_texts + 1,)
        Text ``i`` owns ``numbers[offsets[i]:offsets[i + 1]]``.
    text_of : int64 array of shape (n_tokens,)
        The text of each token.
    marks : float64 array of shape (n_texts, 4)
        How many ``! ? *`` and words in capitals each text has.
    """

    texts: Sequence[str]
    types: TokenTypes
    numbers: IntArray
    offsets: IntArray
    text_of: IntArray
    marks: FloatArray

    def counts(self) -> sparse.csr_matrix:
        """Give the texts x types matrix, its entries in the order of the text.

        The order matters: sums of floats depend on it, and a post's score must not depend on the posts around it.
        """
        return count_matrix(self.numbers, self.offsets, len(self.types))


def runs(starts: IntArray, lengths: IntArray) -> IntArray:
    """Give the numbers ``start, start + 1 …`` of runs, one run after the other.

    >>> runs(np.array([7, 0]), np.array([2, 3])).tolist()
    [7, 8, 0, 1, 2]
    """
    return np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())


def count_matrix(columns: IntArray, offsets: IntArray, n_columns: int) -> sparse.csr_matrix:
    """Give the sparse matrix whose row ``i`` has a 1 in each of ``columns[offsets[i]:offsets[i + 1]]``, in this order."""
    from scipy import sparse

    return sparse.csr_matrix((np.ones(len(columns)), columns, offsets), shape=(len(offsets) - 1, n_columns))


class TokenTypes:
    """The distinct tokens of one vocabulary, with what hashing needs to know of each.

    Attributes
    ----------
    numbers : dict
        Token -> its number.
    tokens : list of str
        The tokens by number.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.tokens: list[str] = []
        self._hashes = Rows(dtype=np.uint64)
        self._is_word = Rows(dtype=np.bool_)
        # What stands between two blanks ("fram!!") is looked up whole: its number, and by number its tokens and marks.
        self._spellings: dict[str, int] = {}
        self._n_chars = 0
        self._spelled = Rows(dtype=np.int64)
        self._first = Rows(dtype=np.int64)
        self._length = Rows(dtype=np.int64)
        self._marks = Rows(len(_MARKS) + 1)
        self._add([_END])

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def hashes(self) -> HashArray:
        """A 32-bit hash of each token (CRC-32 of its UTF-8 bytes, the same on every machine)."""
        return self._hashes.values

    @property
    def is_word(self) -> npt.NDArray[np.bool_]:
        """Whether each token begins with a letter; the others are marks, numbers, emoji and placeholders."""
        return self._is_word.values

    def renewed(self) -> TokenTypes:
        """Give these types, or none where more spellings are known than should be kept (numbers alone have no end of them)."""
        full = len(self._spellings) > _MAX_SPELLINGS or self._n_chars > _MAX_SPELLED_CHARS
        return TokenTypes() if full else self

    def encode(self, texts: Sequence[str]) -> TokenizedTexts:
        """Turn cleaned texts into numbers of token types."""
        joined = f" {_END} ".join([text[:MAX_CHARS] for text in texts])
        if joined.count(_END) >= max(len(texts), 1):
            return self.encode([text.replace(_END, " ") for text in texts])
        strings = joined.split(" ")
        known = np.fromiter(map(self._spellings.get, strings, repeat(-1)), dtype=np.int64, count=len(strings))
        new = np.flatnonzero(known < 0).tolist()
        if new:
            self._add(list(dict.fromkeys([strings[i] for i in new])))
            known[new] = [self._spellings[strings[i]] for i in new]
        bounds = np.concatenate([[0], np.flatnonzero(known == 0), [len(known)]])[: len(texts) + 1]
        lengths = self._length.values[known]
        offsets = np.concatenate([[0], np.cumsum(lengths)])[bounds]
        return TokenizedTexts(
            texts,
            self,
            self._spelled.values[runs(self._first.values[known], lengths)],
            offsets,
            np.repeat(np.arange(len(texts)), np.diff(offsets)),
            np.asarray(count_matrix(known, bounds, len(self._spellings)) @ self._marks.values),
        )

    def _add(self, strings: list[str]) -> None:
        """Take up strings that were not seen before, and what is new of their tokens."""
        start, first = len(self.tokens), len(self._spelled)
        spelled: list[int] = []
        lengths: list[int] = []
        marks = np.zeros((len(strings), len(_MARKS) + 1))
        for i, string in enumerate(strings):
            # A plain word, with a mark after it or without, need not be searched for tokens.
            word, tail = (string[:-1], _TAILS[string[-1]]) if string[-1:] in _TAILS else (string, ())
            tokens = [word.lower(), *tail] if word.isalpha() else tokenize(string)
            if string.isupper() or not string.isalpha():  # a word that is not all in capitals has no mark
                marks[i] = *map(string.count, _MARKS), len(_SHOUTED.findall(string))
            for token in tokens:
                number = self.numbers.setdefault(token, len(self.tokens))
                if number == len(self.tokens):
                    self.tokens.append(token)
                spelled.append(number)
            lengths.append(len(tokens))
        size = len(self._spellings)
        self._spellings.update(zip(strings, range(size, size + len(strings)), strict=True))
        self._n_chars += sum(map(len, strings))
        self._spelled.extend(spelled)
        self._length.extend(lengths)
        self._first.extend(first + np.cumsum([0, *lengths[:-1]]))
        self._marks.extend(marks)
        self._hashes.extend([crc32(token.encode("utf-8", "surrogatepass")) for token in self.tokens[start:]])
        self._is_word.extend([token[0].isalpha() for token in self.tokens[start:]])


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
    sizes = np.fromiter(map(len, marked), dtype=np.int64, count=len(marked))
    codes = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    counts = [np.maximum(sizes - length + 1, 0) for length in range(shortest, longest + 1)]
    n_ngrams = np.asarray(sum(counts), dtype=np.int64)
    owner = np.repeat(np.arange(len(words), dtype=np.int64), sizes)
    hashes = np.empty(n_ngrams.sum(), dtype=np.uint64)
    # Where the n-grams of the next length go: each word has a stretch, the short ones first.
    place = np.cumsum(n_ngrams) - n_ngrams
    rolling = codes
    for length in range(1, longest + 1):
        if length > 1:
            # A polynomial over the letters (Karp and Rabin 1987), one letter longer at each turn.
            rolling = (rolling[:-1] * _LETTER_BASE + codes[length - 1 :]) & _LOW
        if length >= shortest:
            inside = owner[: len(rolling)] == owner[length - 1 :]
            count = counts[length - shortest]
            hashes[runs(place, count)] = mix(rolling[inside], _NGRAM + length)
            place += count
    return hashes, np.repeat(np.arange(len(words), dtype=np.int64), n_ngrams)


def hash_types(
    types: TokenTypes,
    first: int,
    whole: tuple[IntArray, HashArray, FloatArray],
    ngram_range: tuple[int, int],
    ngrams_weight: float,
    n_buckets: int,
) -> sparse.csr_matrix:
    """Put the features of token types, from the type ``first`` on, into a matrix of shape (n_types, n_buckets).

    Parameters
    ----------
    types : TokenTypes
    first : int
    whole : tuple of int64, uint64 and float64 arrays
        What stands for whole tokens: how many features each type has, their hashes and their weights, type after type.
    ngram_range : tuple of int
        Shortest and longest n-grams of words.
    ngrams_weight : float
        The n-grams of a word weigh as much as one feature of this weight together, however long it is.
    n_buckets : int
        A power of two.
    """
    from scipy import sparse

    n_whole, hashes, weights = whole
    is_word = types.is_word[first:]
    words = np.flatnonzero(is_word)
    ngrams, owner = hash_ngrams([types.tokens[first + i] for i in words.tolist()], *ngram_range)
    n_ngrams = np.zeros(len(is_word), dtype=np.int64)
    n_ngrams[words] = np.bincount(owner, minlength=len(words))
    share = ngrams_weight / np.sqrt(np.maximum(n_ngrams, 1))
    # A row is what stands for the whole token, then the n-grams: the order of a sum depends on the type alone.
    ends = np.concatenate([[0], np.cumsum(n_whole + n_ngrams)])
    is_whole = np.zeros(ends[-1], dtype=bool)
    is_whole[runs(ends[:-1], n_whole)] = True
    features, values = np.empty(ends[-1], dtype=np.uint64), np.empty(ends[-1])
    features[is_whole], values[is_whole] = hashes, weights
    features[~is_whole], values[~is_whole] = ngrams, share[words[owner]]
    return sparse.csr_matrix((values, to_buckets(features, n_buckets), ends), shape=(len(is_word), n_buckets))


def mix(hashes: HashArray, kind: int) -> HashArray:
    """Send 32-bit hashes to another place of the hashed space, one for each kind of feature."""
    mixed = (hashes ^ np.uint64(kind * 0x9E3779B1 & 0xFFFFFFFF)) * _KNUTH
    return (mixed ^ (mixed >> np.uint64(15))) & _LOW


def mix_pair(first: HashArray, second: HashArray, kind: int) -> HashArray:
    """Give the hashes of ordered pairs of 32-bit hashes."""
    return mix((first * np.uint64(31) + second) & _LOW, kind)


def to_buckets(hashes: HashArray, n_buckets: int) -> IntArray:
    """Give the bucket of each hash; ``n_buckets`` is a power of two."""
    return (hashes & np.uint64(n_buckets - 1)).astype(np.int64)
