"""The posts that want an answer, the most urgent first."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..privacy import mask_text
from ..schema import BRANDS, SEVERITIES, SEVERITY_COLUMNS
from ..trends.counting import cell_names, check_columns, read_flags, sort_posts
from ..trends.periods import as_moment, check_timezone
from ..wording import wording
from .answers import answers_are_told, first_answers, links_of
from .reasons import SAFETY_TOPIC, SEPARATOR, TECHNICAL_TOPICS, in_words, is_question, tells_of_an_error

#: Columns of the queue, in their order; ``reach`` stands before them where a column tells of it.
QUEUE_COLUMNS: Final[tuple[str, ...]] = (
    "priority",
    "why",
    "reasons",
    "post_id",
    "created_at",
    "waiting_hours",
    "brand",
    "channel",
    "language",
    "topic",
    "severity",
    "expects_reply_probability",
    "complaint_probability",
    "url",
    "text",
)
#: From this probability on a post is taken to be what a head says.
_LIKELY: Final = 0.5
#: A post that may want an answer at all, for the words of errors to be looked for.
_POSSIBLY: Final = 0.2
_GRAVE_FROM: Final = 3
_DAY_HOURS: Final = 24.0
#: What severity, waiting and reach add to a post's need at most, as parts of it.
_SEVERITY_ADDS, _WAITING_ADDS, _REACH_ADDS = 1.0, 0.5, 0.5
#: Waiting adds nothing more after so many hours, reach nothing more beyond so many people.
_FULL_WAIT, _FULL_REACH = 48.0, 1e6
_NEEDED: Final = ("created_at", "language", "expects_reply_probability", "topic", *SEVERITY_COLUMNS)


class AnswerQueue:
    """Gathers the posts that want an answer from any number of chunks of scored posts.

    Parameters
    ----------
    max_age, reach, timezone
        As for `find_posts_to_answer`.
    """

    def __init__(self, *, max_age: str = "14D", reach: str | None = None, timezone: str = "UTC") -> None:
        self.reach, self.timezone = reach, check_timezone(timezone)
        self._window = _duration(max_age)
        self._links: list[pd.DataFrame] = []
        self._posts: list[pd.DataFrame] = []
        self._last: Any = pd.NaT

    def add(self, scored: pd.DataFrame) -> None:
        """Take in a chunk. Kept are the links between all posts, and recent posts that may want an answer."""
        check_columns(scored, [*_NEEDED, *([self.reach] if self.reach else [])])
        links = links_of(scored)
        self._links.append(links.reset_index(drop=True))
        self._last = pd.Series(
            [self._last, links["posted_at"].max(), links["replied_at"].max()], dtype=links["posted_at"].dtype
        ).max()
        customers = sort_posts(scored).counted & links["posted_at"].notna().to_numpy()
        found = _candidates(scored[customers], links[customers], self.reach)
        place = sum(map(len, self._links)) - len(links) + np.flatnonzero(customers)
        self._posts.append(found.assign(_place=pd.Series(place, index=links.index[customers]).reindex(found.index)))
        # The data's end only moves on, so what is too old now stays it.
        self._posts = [part[part["created_at"] >= self._last - self._window] for part in self._posts]

    def find(self, n: int | None = 50, *, as_of: str | pd.Timestamp | None = None, language: str = "en") -> pd.DataFrame:
        """Give the queue; see `find_posts_to_answer`."""
        words = wording(language)
        end: Any = self._last if as_of is None else as_moment(as_of, self.timezone)
        links = pd.concat(self._links, ignore_index=True) if self._links else links_of(pd.DataFrame())
        answers = first_answers(links)
        open_still = (~answers["answered"] | (answers["answered_at"] > end)).to_numpy()
        filled = [part for part in self._posts if len(part)]
        posts = pd.concat(filled, ignore_index=True) if filled else _candidates(pd.DataFrame(), links, None)
        if len(posts):
            recent = posts["created_at"].between(end - self._window, end)
            posts = posts[recent & open_still[posts["_place"].to_numpy(dtype=np.int64)]]
        queue = _ranked(posts, end).iloc[:n]
        queue["text"] = queue["text"].map(mask_text)
        queue["why"] = [in_words(codes.split(SEPARATOR), words) for codes in queue["reasons"]]
        columns = [*(["reach"] if self.reach else []), *QUEUE_COLUMNS]
        queue = queue[columns].reset_index(drop=True)
        queue.attrs = {"answers_are_told": answers_are_told(links), "as_of": end}
        return queue


def find_posts_to_answer(
    scored: pd.DataFrame,
    n: int | None = 50,
    *,
    as_of: str | pd.Timestamp | None = None,
    max_age: str = "14D",
    reach: str | None = None,
    timezone: str = "UTC",
    language: str = "en",
) -> pd.DataFrame:
    """Find the posts that the company should answer, the most urgent first.

    A post is in the queue if it is a likely complaint, asks or tells something that expects a reply, says that something
    is not true, or is about safety; was written by a customer; is no copy; is not too old; and was not answered.

    Parameters
    ----------
    scored : DataFrame
        Scored posts, the company's own among them where the export has them: they tell which posts are answered.
    n : int or None, default 50
        At most so many posts; None for all.
    as_of : str or Timestamp, optional
        The time of looking; by default that of the last post or answer.
    max_age : str, default "14D"
        Older posts are left out; an answer would come too late. A pandas duration.
    reach : str, optional
        A column with the number of people who see a post (followers, views); it then adds to the priority.
    timezone : str, default "UTC"
        Whose clock `as_of` is read by.
    language : str, default "en"
        Of the reasons in ``why``: one of `sentilens.wording.READER_LANGUAGES`.

    Returns
    -------
    DataFrame
        `QUEUE_COLUMNS`, one row for each post, masked. ``priority`` is in [0, 100]; ``reasons`` are the codes of ``why``,
        joined by ``|``; ``severity`` is the expected one, in [0, 4]; ``waiting_hours`` is counted up to ``as_of``.
        ``.attrs["answers_are_told"]`` is False where the posts say nothing of answers, so that all count as open.

    Raises
    ------
    MissingColumnsError
        If the posts have no dates or no scores.
    ConfigError
        If ``as_of``, ``max_age`` or ``language`` cannot be read.

    Notes
    -----
    The priority is 100 × need × (1 + severity / 4) × (1 + waiting / 2) × (1 + reach / 2) ÷ the largest such product. Need is
    the larger of the probability that the post expects a reply and half of that that it is a complaint; waiting grows from 0 to
    1 over 48 hours, reach from 0 to 1 with the logarithm of the people, up to a million. The weights are set by hand.

    Examples
    --------
    >>> import sentilens as sl
    >>> posts = pd.DataFrame({
    ...     "text": ["Appen kraschar varje gång jag loggar in, vad ska jag göra?", "Tack för en trevlig kväll!"],
    ...     "created_at": ["2026-03-02T09:00Z", "2026-03-04T09:00Z"],
    ... })
    >>> queue = find_posts_to_answer(sl.load_model().score(posts))
    >>> queue["why"].tolist()
    ['A technical problem; an unhappy customer; a question; waits for more than a day']
    """
    queue = AnswerQueue(max_age=max_age, reach=reach, timezone=timezone)
    queue.add(scored)
    return queue.find(n, as_of=as_of, language=language)


def _candidates(posts: pd.DataFrame, links: pd.DataFrame, reach: str | None) -> pd.DataFrame:
    """Give the posts that want an answer, with the reasons that do not depend on the time of looking."""

    def numbers(name: str) -> Any:
        return pd.to_numeric(posts[name], errors="coerce").fillna(0.0).to_numpy(dtype=float)

    columns = [
        "created_at",
        *(name for name in QUEUE_COLUMNS if name not in {"priority", "why", "waiting_hours", "created_at"}),
    ]
    if posts.empty:
        empty = pd.DataFrame({name: pd.Series(dtype="object") for name in [*columns, "need", "reach", "_place"]})
        return empty.assign(created_at=links["posted_at"].iloc[:0])
    chances = np.column_stack([numbers(name) for name in SEVERITY_COLUMNS])
    expects, complaint = numbers("expects_reply_probability"), numbers("complaint_probability")
    is_complaint = read_flags(posts["is_complaint"]) == 1
    topic = posts["topic"].to_numpy()
    texts = posts["text"].where(posts["text"].notna(), "").astype(str)
    wants = is_complaint | (expects >= _LIKELY)
    wrong = np.zeros(len(posts), dtype=bool)
    maybe = np.flatnonzero(wants | (expects >= _POSSIBLY))
    wrong[maybe] = [
        tells_of_an_error(text, str(code)) for text, code in zip(texts.iloc[maybe], posts["language"].iloc[maybe], strict=True)
    ]
    flags = {
        "grave": wants & (chances[:, _GRAVE_FROM:].sum(axis=1) >= _LIKELY),
        "safety": (topic == SAFETY_TOPIC) & (expects >= _POSSIBLY),
        "technical_problem": wants & np.isin(topic, TECHNICAL_TOPICS),
        "factual_error": wrong,
        "unhappy_customer": is_complaint,
        "question": (expects >= _LIKELY) & texts.map(is_question).to_numpy(dtype=bool),
        "expects_reply": (expects >= _LIKELY) & ~is_complaint,
    }
    # A question expects a reply: it need not be said twice.
    flags["expects_reply"] &= ~flags["question"]
    brand = (
        posts[BRANDS].where(posts[BRANDS].notna(), posts["brand"])
        if BRANDS in posts and "brand" in posts
        else posts.get("brand")
    )
    found = pd.DataFrame(
        {
            "created_at": links["posted_at"],
            "reasons": _joined(flags),
            "post_id": links["post_id"],
            **{name: cell_names(posts[name]) if name in posts else "" for name in ("channel", "language", "topic", "url")},
            "brand": "" if brand is None else cell_names(brand),
            "severity": chances @ np.asarray(SEVERITIES, dtype=float),
            "expects_reply_probability": expects,
            "complaint_probability": complaint,
            "text": texts,
            "need": np.maximum(expects, complaint / 2),
            "reach": numbers(reach) if reach else np.zeros(len(posts)),
        },
        index=posts.index,
    )
    return found[found["reasons"] != ""]


def _joined(flags: dict[str, Any]) -> list[str]:
    names = list(flags)
    return [
        SEPARATOR.join(name for name, flag in zip(names, row, strict=True) if flag)
        for row in np.column_stack(list(flags.values()))
    ]


def _ranked(posts: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Put posts in order, the most urgent first; the order is total, so that it does not depend on that of the rows."""
    hours = (end - posts["created_at"]).dt.total_seconds() / 3600
    waits = (hours / _FULL_WAIT).clip(0, 1)
    reach = (np.log1p(posts["reach"].astype(float).clip(0)) / np.log1p(_FULL_REACH)).clip(0, 1)
    urgency = (1 + _SEVERITY_ADDS * posts["severity"].astype(float) / SEVERITIES[-1]) * (1 + _WAITING_ADDS * waits)
    most = (1 + _SEVERITY_ADDS) * (1 + _WAITING_ADDS)
    if posts["reach"].astype(float).any():
        urgency, most = urgency * (1 + _REACH_ADDS * reach), most * (1 + _REACH_ADDS)
    late = hours > _DAY_HOURS
    ranked = posts.assign(
        priority=(100 * posts["need"].astype(float) * urgency / most).round(1),
        waiting_hours=hours.round(1),
        reasons=posts["reasons"].where(~late, posts["reasons"] + SEPARATOR + "waiting"),
    )
    order = {"priority": False, "created_at": True, "brand": True, "channel": True, "post_id": True, "text": True}
    return ranked.sort_values(list(order), ascending=list(order.values()), kind="stable")


def _duration(text: str) -> pd.Timedelta:
    try:
        found = pd.Timedelta(text)
    except ValueError:
        found = pd.Timedelta(0)
    if pd.isna(found) or found <= pd.Timedelta(0):
        raise ConfigError(f"max_age={text!r} is no duration.", reason="bad_duration", hint="Write it as 14D or 48h.")
    return found
