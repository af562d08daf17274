"""Posts that repeat an earlier one: the same post exported twice, reposts, and texts that are posted again and again.

What is remembered of a post are 64-bit digests, not its words. The chance that any two of n different digests are equal is
about n**2 / 2**65: one in two million for the four million digests of a million posts.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Shorter texts are opinions of their own: "Bra!" said twice is two people content.
MIN_TEXT_CHARS: Final = 25
#: Two rows of one id or address are one post where their texts begin alike: exports cut texts at different lengths.
_SAME_START_CHARS: Final = 40
#: A shortened repost ("RT @x: ... …") is known by so much of its text.
_REPOST_START_CHARS: Final = 100
_REPOST: Final = re.compile(r"\s*RT\s+@\w{1,30}\s*:\s*(?P<text>.*)", re.DOTALL | re.IGNORECASE)
_CUT: Final = ("…", "...")
_TRACKING: Final = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|twclid|ttclid|igshid|igsh|mc_[ce]id|_ga|_gl|yclid|wt_mc|ref_src|ref_url|si|s|t)"
)
#: One-letter parameters that are tracking on these sites only.
_SHORT_TRACKING: Final = {"s": ("x.com",), "t": ("x.com",), "si": ("youtube.com", "youtu.be")}
_SAME_HOSTS: Final = {
    "twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "m.facebook.com": "facebook.com",
    "m.youtube.com": "youtube.com",
}


class CopyFinder:
    """Finds posts that repeat an earlier one, fed chunk by chunk; how the rows are cut into chunks changes nothing.

    Notes
    -----
    A post repeats an earlier one, in this order, where both have

    1. the same channel and ``post_id``, and texts that begin alike (40 characters) or the same time: an id alone may be that
       of a ticket or a thread;
    2. the same address, author and begin of the text: an address alone may be that of a page. Tracking parameters, ``http``,
       ``www.``, a trailing slash and the old name of x.com do not count;
    3. the same text of at least 25 characters, whatever its case and blanks. Of a repost (``RT @x: ...``) what was reposted
       counts, also where it was cut.

    What comes first in the file is the original, also where a copy of it is older. The memory is 12 bytes for each new key, of
    which a post has at most five, and for each original 16 bytes and its id: 28 to 40 bytes for a post that is a text alone,
    95 for a long one with an address, a time and an id of 19 digits.

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({
    ...     "text": ["Paketet kom aldrig fram till oss", "Bra!", "paketet kom  aldrig fram till OSS", "Bra!"],
    ...     "post_id": ["a7", "a8", "b1", "b2"],
    ... })
    >>> CopyFinder().find(posts).tolist()
    [None, None, 'a7', None]
    """

    def __init__(self) -> None:
        self._seen = _DigestMap()
        self._ids = bytearray()
        self._id_ends = array("Q")
        self._originals = array("Q")
        self._n_rows = 0

    @property
    def n_rows(self) -> int:
        """Rows seen so far."""
        return self._n_rows

    @property
    def n_bytes(self) -> int:
        """Bytes held for them."""
        return self._seen.n_bytes + len(self._ids) + 8 * (len(self._id_ends) + len(self._originals))

    def find(self, posts: pd.DataFrame) -> pd.Series[Any]:
        """Give for each row the ``post_id`` of the first post that it repeats, None for originals.

        Parameters
        ----------
        posts : DataFrame
            With ``text`` and, as far as they are there, ``post_id``, ``channel``, ``created_at``, ``url`` and ``author``. Rows
            follow on those of earlier calls.

        Returns
        -------
        Series of str or None
            With the index of `posts`. A post without an id is named by the number of its row, counted from 1 through all
            calls.
        """
        columns = [_column(posts, name) for name in ("text", "post_id", "channel", "created_at", "url", "author")]
        keys = [_keys(*row) for row in zip(*columns, strict=True)]
        known = self._seen.find(np.fromiter((key for row in keys for key in row.all), dtype=np.uint64))
        new: dict[int, int] = {}
        copies: list[str | None] = []
        for post_id, row in zip(columns[1], keys, strict=True):
            first = next((number for key in row.telling if (number := known.get(key, new.get(key))) is not None), None)
            copies.append(None if first is None else self._name(first))
            if first is None:
                first = self._add_original(post_id)
            # A copy brings keys of its own, such as another address; they lead to the same original.
            new.update((key, first) for key in row.all if key not in known and key not in new)
            self._n_rows += 1
        self._seen.add(new)
        return pd.Series(copies, index=posts.index, dtype=object)

    def _add_original(self, post_id: Any) -> int:
        """Remember the id and the row of an original; gives its number among originals."""
        if isinstance(post_id, str):
            self._ids += post_id.encode("utf-8", "surrogatepass")
        self._id_ends.append(len(self._ids))
        self._originals.append(self._n_rows)
        return len(self._originals) - 1

    def _name(self, number: int) -> str:
        start, end = self._id_ends[number - 1] if number else 0, self._id_ends[number]
        return self._ids[start:end].decode("utf-8", "surrogatepass") or str(self._originals[number] + 1)


def canonical_url(url: str) -> str:
    """Write an address without what does not tell posts apart; empty where it has no host.

    Examples
    --------
    >>> canonical_url("http://www.twitter.com/a/status/1/?s=20&utm_source=mail")
    'x.com/a/status/1'
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # such as an unclosed bracket in the host
        return ""
    if not host:
        return ""
    host = _SAME_HOSTS.get(host, host)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name.casefold()) or host not in _SHORT_TRACKING.get(name, (host,))
    ]
    fragment = parts.fragment if "=" in parts.fragment or "/" in parts.fragment else ""
    return host + parts.path.rstrip("/") + (f"?{urlencode(query)}" if query else "") + (f"#{fragment}" if fragment else "")


def _column(posts: pd.DataFrame, name: str) -> Sequence[Any]:
    """Give the cells of a column, None where they are missing; times as whole microseconds."""
    if name not in posts.columns:
        return [None] * len(posts)
    column = posts[name]
    missing = column.isna()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = pd.Series(column.to_numpy("datetime64[us]").astype("int64"), index=column.index)
    return list(column.astype(object).where(~missing, None))


class _Keys(NamedTuple):
    """The digests of a post: those that tell whether it is a copy, the surest first, and all that it is remembered by."""

    telling: list[int]
    all: list[int]


def _keys(text: Any, post_id: Any, channel: Any, time: Any, url: Any, author: Any) -> _Keys:
    said = text if isinstance(text, str) else ""
    repost = _REPOST.fullmatch(said)
    said = " ".join((repost["text"] if repost else said).casefold().split())
    start = said[:_SAME_START_CHARS]
    telling = []
    if post_id is not None:
        telling.append(_digest("id", channel, post_id, start))
        if time is not None:
            telling.append(_digest("time", channel, post_id, time))
    if start and isinstance(url, str) and (address := canonical_url(url)):
        telling.append(_digest("url", address, author, start))
    if len(said) >= MIN_TEXT_CHARS:
        telling.append(_digest("text", said))
    beginning = [_digest("beginning", said[:_REPOST_START_CHARS])] if len(said) >= _REPOST_START_CHARS else []
    # Long posts may well begin alike; only one that was cut is known by its beginning.
    if repost and said.endswith(_CUT):
        telling += beginning
        beginning = []
    return _Keys(telling, telling + beginning)


def _digest(*parts: Any) -> int:
    joined = "\0".join("" if part is None else str(part) for part in parts)
    return int.from_bytes(blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class _DigestMap:
    """A map from 64-bit digests to 32-bit numbers in 12 bytes each: sorted runs, merged when they are of like size.

    A new run is merged with those before it that are not twice as long, so there are never more runs than the logarithm of
    the number of digests.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.uint32]]] = []

    @property
    def n_bytes(self) -> int:
        return sum(digests.nbytes + numbers.nbytes for digests, numbers in self._runs)

    def find(self, wanted: NDArray[np.uint64]) -> dict[int, int]:
        """Give the numbers of those digests that are known."""
        found: dict[int, int] = {}
        wanted = np.unique(wanted)
        for digests, numbers in self._runs:
            at = np.minimum(np.searchsorted(digests, wanted), len(digests) - 1)
            hits = digests[at] == wanted
            found.update(zip(wanted[hits].tolist(), numbers[at[hits]].tolist(), strict=True))
        return found

    def add(self, new: dict[int, int]) -> None:
        """Take in digests that are not known yet."""
        if not new:
            return
        run = _sorted(np.fromiter(new.keys(), np.uint64, len(new)), np.fromiter(new.values(), np.uint32, len(new)))
        while self._runs and len(self._runs[-1][0]) < 2 * len(run[0]):
            before = self._runs.pop()
            run = _sorted(np.concatenate([before[0], run[0]]), np.concatenate([before[1], run[1]]))
        self._runs.append(run)


def _sorted(digests: NDArray[np.uint64], numbers: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    order = np.argsort(digests, kind="stable")
    return digests[order], numbers[order]
