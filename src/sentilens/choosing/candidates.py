"""Which posts may be labelled: customers' own, readable, each once, none that was handed out before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import MissingColumnsError
from ..near_copies import near_copy_groups
from ..normalize import normalize_all
from ..privacy import mask_text
from ..schema import COPY_OF, SCORE_COLUMNS, SCORED_STATUSES, TEXT
from ..scorer import PostScorer

CUT_MARK: Final = " …"
_ID_BYTES: Final = 8
_TICKETS: Final = float(1 << 64)


@dataclass(frozen=True)
class Candidates:
    """Posts that may be labelled.

    Attributes
    ----------
    posts : DataFrame
        One row for each group of near-copies, its first post, with the scores of a model and ``post_id`` filled in; the index
        is that of the table they come from.
    cleaned : list of str
        Their texts from `sentilens.normalize_text`.
    left_out : Counter of str
        How many posts were left out, by reason.
    """

    posts: pd.DataFrame
    cleaned: list[str]
    left_out: Counter[str]


def find_candidates(
    posts: pd.DataFrame,
    labelled: pd.DataFrame | None,
    model: PostScorer,
    max_chars: int,
    keep_handles: Collection[str] = (),
) -> Candidates:
    """Sort out the posts that may be labelled, and score them.

    Parameters
    ----------
    posts : DataFrame
        With ``text`` and the other columns of the schema as far as they are there.
    labelled : DataFrame or None
        Posts that were handed out before, with or without a label.
    model : PostScorer
    max_chars : int
        Longer texts are shortened, before anything is done with them: what is chosen and learnt is what the labeller reads.
    keep_handles : collection of str, optional
        Handles that are not masked.

    Returns
    -------
    Candidates
    """
    if TEXT not in posts.columns:
        raise MissingColumnsError("The table has no column 'text'.", reason="no_text_column")
    left_out: Counter[str] = Counter()
    wanted = np.ones(len(posts), dtype=bool)

    def leave_out(rows: npt.NDArray[np.bool_], reason: str) -> None:
        left_out[reason] += int((wanted & rows).sum())
        wanted[rows] = False

    leave_out(_is_true(posts, "owned"), "the company's own")
    leave_out(posts[COPY_OF].notna().to_numpy() if COPY_OF in posts else ~wanted, "copies of earlier posts")
    kept = posts.loc[wanted, [name for name in posts.columns if name not in SCORE_COLUMNS]]
    texts = [shorten(text, max_chars, keep_handles) for text in kept[TEXT]]
    scored = model.score(kept.assign(**{TEXT: pd.Series(texts, index=kept.index, dtype=object)}), keep_handles=keep_handles)
    status = scored["status"].astype(str).to_numpy()
    readable = np.isin(status, SCORED_STATUSES)
    left_out["empty"] += int((status == "empty").sum())
    left_out["in other languages"] += int((~readable & (status != "empty")).sum())
    scored = scored[readable]
    scored = scored.assign(post_id=_ids(scored))
    cleaned = normalize_all(scored[TEXT], keep_handles=keep_handles)
    before = [] if labelled is None else normalize_all(shorten(text, max_chars) for text in labelled[TEXT])
    first, known = _first_of_their_kind(before, cleaned)
    if labelled is not None and "post_id" in labelled.columns:
        # An id that several posts share is that of a thread and tells nothing.
        single = ~scored["post_id"].duplicated(keep=False).to_numpy()
        known |= single & scored["post_id"].isin(set(labelled["post_id"].dropna().astype(str))).to_numpy()
    left_out["near-copies"] += int((~first & ~known).sum())
    left_out["labelled or handed out before"] += int(known.sum())
    chosen = np.flatnonzero(first & ~known)
    return Candidates(scored.iloc[chosen], [cleaned[row] for row in chosen.tolist()], +left_out)


def shorten(text: Any, max_chars: int, keep_handles: Collection[str] = ()) -> str:
    """Mask a text and cut it at a blank, with a mark, where it is longer than ``max_chars`` characters.

    Examples
    --------
    >>> shorten("Paketet kom aldrig fram till oss", 20)
    'Paketet kom aldrig …'
    """
    masked = mask_text(text, keep_handles=keep_handles) if isinstance(text, str) else ""
    if len(masked) <= max_chars:
        return masked
    cut = masked[: max_chars - len(CUT_MARK) + 1]
    if not any(map(str.isspace, cut)):
        return cut[:-1] + CUT_MARK
    return (cut if cut[-1].isspace() else cut.rsplit(maxsplit=1)[0]).rstrip() + CUT_MARK


def tickets(texts: pd.Series, seed: int) -> npt.NDArray[np.float64]:
    """Give each text its permanent random number in [0, 1): the same in every table, at every time.

    Only letters and digits count, so that a spreadsheet that changes line ends and signs does not change the number.

    References
    ----------
    E. Ohlsson (1995), Coordination of samples using permanent random numbers, in "Business survey methods", Wiley, 153-169.
    """
    return np.asarray([_ticket(text, seed) for text in texts], dtype=np.float64)


def _ticket(text: Any, seed: int) -> float:
    letters = "".join(filter(str.isalnum, str(text).casefold()))
    digest = blake2b(f"{seed}\0{letters}".encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES)
    return int.from_bytes(digest.digest(), "little") / _TICKETS


def _ids(posts: pd.DataFrame) -> pd.Series[Any]:
    """Give the ids of posts; one without gets one from its text, the same at every time."""
    made = [
        "t" + blake2b(str(text).encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest() for text in posts[TEXT]
    ]
    names = pd.Series(made, index=posts.index, dtype=object)
    if "post_id" not in posts.columns:
        return names
    given = posts["post_id"].astype(object)
    return given.where(given.notna() & (given != ""), names).astype(str)


def _is_true(posts: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    if name not in posts.columns:
        return np.zeros(len(posts), dtype=bool)
    return posts[name].astype("boolean").fillna(False).to_numpy(dtype=bool)


def _first_of_their_kind(before: list[str], cleaned: list[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which texts are the first of their near-copies, and which are near-copies of earlier ones."""
    groups = near_copy_groups([*before, *cleaned])
    own = groups[len(before) :]
    first = np.zeros(len(own), dtype=bool)
    first[np.unique(own, return_index=True)[1]] = True
    return first, np.isin(own, groups[: len(before)])
