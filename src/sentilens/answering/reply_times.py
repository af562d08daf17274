"""How long customers wait for a first answer, per brand and per channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import InputError
from ..trends.counting import cell_names, check_columns, sort_posts
from ..trends.intervals import wilson_interval
from ..trends.periods import as_moment, check_timezone
from ..trends.table import column_names
from .answers import answers_are_told, first_answers, links_of
from .survival import WaitingTimes, estimate_waiting
from .working_days import END_OF_DAY, end_of_working_day

#: Hours within which an answer counts as quick.
QUICK_HOURS: Final = 24
#: Columns of a table of reply times, after the names of the groups.
REPLY_COLUMNS: Final[tuple[str, ...]] = (
    "n_posts",
    "n_answered",
    "median_hours",
    "median_hours_low",
    "median_hours_high",
    "p90_hours",
    "within_24h",
    "within_24h_low",
    "within_24h_high",
    "n_due",
    "within_working_day",
    "within_working_day_low",
    "within_working_day_high",
)
_KEPT: Final = "_expecting"


@dataclass(frozen=True, eq=False, repr=False)
class ReplyTimes:
    """How long customers waited for a first answer. Made by `measure_reply_times`.

    Attributes
    ----------
    by : tuple of str
        The columns that make the groups.
    posts : DataFrame
        One row for each customer's post with a date: the columns of ``by``, ``posted_at`` (local time), ``hours`` (until its
        answer, or until ``as_of``), ``answered`` (bool), ``due_at`` (UTC; the end of its working day).
    as_of : Timestamp
        Until when the data tell of answers, in UTC: posts without an answer waited until then.
    timezone : str
    n_untimed : int
        Posts that were answered nobody knows when; they are left out of all figures.
    """

    by: tuple[str, ...]
    posts: pd.DataFrame
    as_of: pd.Timestamp
    timezone: str
    n_untimed: int = 0

    @cached_property
    def table(self) -> pd.DataFrame:
        """Figures of each group: a row per group, sorted by name, with `REPLY_COLUMNS`.

        ``median_hours`` and ``p90_hours`` are infinite where so many are not answered; ``within_24h`` is NaN where nobody was
        watched for so long; of ``n_due`` posts the working day is over.
        """
        return self._figures(list(self.by), self.posts)

    @cached_property
    def total(self) -> pd.DataFrame:
        """The same figures of all posts together, in one row."""
        return self._figures([], self.posts)

    @cached_property
    def by_weekday(self) -> pd.DataFrame:
        """The same figures by the weekday that posts came in, 1 for Monday to 7."""
        return self._figures(["weekday"], self.posts.assign(weekday=self.posts["posted_at"].dt.day_of_week + 1))

    @cached_property
    def by_hour(self) -> pd.DataFrame:
        """The same figures by the hour of the day that posts came in, 0 to 23."""
        return self._figures(["hour"], self.posts.assign(hour=self.posts["posted_at"].dt.hour))

    def waiting(self, **group: str) -> WaitingTimes:
        """Give the curve of those who still wait, of all posts or of a group: ``waiting(brand="Telmira")``."""
        posts = self.posts
        for name, value in group.items():
            check_columns(posts, [name])
            posts = posts[posts[name] == value]
        return estimate_waiting(posts["hours"].to_numpy(), posts["answered"].to_numpy())

    def _figures(self, keys: list[str], posts: pd.DataFrame) -> pd.DataFrame:
        groups = posts.groupby(keys, sort=True) if keys else [((), posts)]
        rows = [{**dict(zip(keys, group, strict=True)), **self._figures_of(part)} for group, part in groups]
        return pd.DataFrame(rows, columns=[*keys, *REPLY_COLUMNS])

    def _figures_of(self, posts: pd.DataFrame) -> dict[str, Any]:
        answered, hours = posts["answered"].to_numpy(), posts["hours"].to_numpy()
        waits = estimate_waiting(hours, answered)
        median, median_low, median_high = waits.hours_until(0.5)
        quick, quick_low, quick_high = waits.answered_within(QUICK_HOURS)
        due = posts[posts["due_at"] <= self.as_of]
        in_time = due["answered"] & (due["posted_at"] + pd.to_timedelta(due["hours"], unit="h") <= due["due_at"])
        low, high = wilson_interval([int(in_time.sum())], [len(due)])
        values = (
            *(len(posts), int(answered.sum()), median, median_low, median_high, waits.hours_until(0.9)[0]),
            *(quick, quick_low, quick_high, len(due), in_time.mean() if len(due) else np.nan, low[0], high[0]),
        )
        return dict(zip(REPLY_COLUMNS, values, strict=True))

    def __repr__(self) -> str:
        return self.table.to_string(index=False, float_format=lambda value: f"{value:.2f}")

    def _repr_html_(self) -> str:
        return str(self.table.style.format(precision=2).hide(axis="index").to_html())


class ReplyLog:
    """Gathers what tells of reply times from any number of chunks of scored posts.

    Parameters
    ----------
    by, timezone, expecting
        As for `measure_reply_times`.
    """

    def __init__(
        self, by: str | Sequence[str] = ("brand", "channel"), *, timezone: str = "UTC", expecting: bool = False
    ) -> None:
        self.by, self.timezone, self.expecting = column_names(by), check_timezone(timezone), expecting
        self._parts: list[pd.DataFrame] = []

    def add(self, scored: pd.DataFrame) -> None:
        """Take in a chunk; of the posts, only times and groups are kept."""
        needed = ["created_at", *self.by, *(["expects_reply_probability"] if self.expecting else [])]
        check_columns(scored, needed)
        kept = sort_posts(scored).counted
        if self.expecting:
            kept &= (pd.to_numeric(scored["expects_reply_probability"]) >= 0.5).to_numpy()
        names = {name: cell_names(scored[name]) for name in self.by}
        self._parts.append(links_of(scored).assign(**{_KEPT: kept}, **names))

    def measure(
        self, *, as_of: str | pd.Timestamp | None = None, holidays: str | Sequence[Any] = (), end_hour: int = END_OF_DAY
    ) -> ReplyTimes:
        """Give the reply times of all chunks; see `measure_reply_times`."""
        links = pd.concat(self._parts, ignore_index=True) if self._parts else links_of(pd.DataFrame())
        if not answers_are_told(links):
            raise InputError(
                "The posts do not say which of them were answered.",
                reason="no_replies",
                hint="Use an export with reply times (Trustpilot, Google Play, tickets …), or with the company's own posts, "
                "marked as owned, and what they reply to.",
            )
        end = _end_of_data(links, as_of, self.timezone)
        found = pd.concat([links, first_answers(links)], axis=1)
        found = found[found[_KEPT] & found["posted_at"].notna() & (found["posted_at"] <= end)]
        # What was answered after the data's end was not answered then.
        known = found["answered_at"].notna()
        untimed = found["answered"] & ~known
        found, known = found[~untimed], known[~untimed]
        answered = known & (found["answered_at"] <= end)
        until = found["answered_at"].where(answered, end)
        hours = (until - found["posted_at"]).dt.total_seconds() / 3600
        posted = pd.DatetimeIndex(found["posted_at"])
        due = end_of_working_day(posted, self.timezone, holidays=holidays, end_hour=end_hour)
        figures: dict[str, Any] = {
            "posted_at": posted.tz_convert(self.timezone),
            "hours": hours,
            "answered": answered,
            "due_at": due,
        }
        posts = found[list(self.by)].assign(**figures).reset_index(drop=True)
        return ReplyTimes(self.by, posts, end, self.timezone, int(untimed.sum()))


def measure_reply_times(
    scored: pd.DataFrame,
    by: str | Sequence[str] = ("brand", "channel"),
    *,
    timezone: str = "UTC",
    as_of: str | pd.Timestamp | None = None,
    holidays: str | Sequence[Any] = (),
    end_hour: int = END_OF_DAY,
    expecting: bool = False,
) -> ReplyTimes:
    """Measure how long customers wait for a first answer; posts without one wait until the data end.

    A post is answered by what the export says of it (``replied_at``, ``reply_text``), or by the first of the company's own
    posts (``owned``) that replies to it (``reply_to``).

    Parameters
    ----------
    scored : DataFrame
        Scored posts, the company's own among them where the export has them.
    by : str or sequence of str, default ("brand", "channel")
        Columns that make the groups.
    timezone : str, default "UTC"
        Whose days and hours count.
    as_of : str or Timestamp, optional
        Until when the data tell of answers; by default until the last post or answer.
    holidays : str or sequence, optional
        Free days beside weekends, as for `sentilens.find_alerts`.
    end_hour : int, default 17
        When a working day ends. An answer is within the working day if it comes before the end of the day that the post came
        in, or of the next working day for posts that came later or on a free day.
    expecting : bool, default False
        Count only posts that expect a reply, with a probability of 0.5 or more.

    Returns
    -------
    ReplyTimes
        ``.table``, ``.total``, ``.by_weekday``, ``.by_hour``, and ``.waiting()`` for the curve.

    Raises
    ------
    InputError
        If no post has a date, or the posts do not say which of them were answered (reason ``no_replies``).
    MissingColumnsError
        If a column of ``by``, the dates or the scores are missing.

    Notes
    -----
    Medians and shares are Kaplan-Meier estimates, so that posts that still wait count for as long as they waited. The mean of
    the answered ones alone would be too good: it leaves out who was never answered.

    Examples
    --------
    >>> import sentilens as sl
    >>> posts = pd.DataFrame({
    ...     "text": ["Paketet kom aldrig fram", "Var är min beställning?", "Appen kraschar hela tiden"],
    ...     "created_at": ["2026-03-02T09:00Z", "2026-03-02T10:00Z", "2026-03-03T08:00Z"],
    ...     "brand": "Svippo", "replied_at": ["2026-03-02T11:00Z", "2026-03-03T16:00Z", None],
    ... })
    >>> times = measure_reply_times(sl.load_model().score(posts), by="brand")
    >>> times.table[["brand", "n_posts", "n_answered", "median_hours"]].to_dict("records")
    [{'brand': 'Svippo', 'n_posts': 3, 'n_answered': 2, 'median_hours': 30.0}]
    """
    log = ReplyLog(by, timezone=timezone, expecting=expecting)
    log.add(scored)
    return log.measure(as_of=as_of, holidays=holidays, end_hour=end_hour)


def _end_of_data(links: pd.DataFrame, as_of: str | pd.Timestamp | None, timezone: str) -> pd.Timestamp:
    last = links[["posted_at", "replied_at"]].max().max() if as_of is None else as_moment(as_of, timezone)
    if pd.isna(last):
        raise InputError(
            "Waiting times cannot be told: no post has a date that could be read.",
            reason="no_dates",
            hint="Name the column with dates: --map created_at=COLUMN",
        )
    return pd.Timestamp(last)
