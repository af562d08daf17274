"""Who must be answered, and how long customers waited for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from ...answering.reasons import SEPARATOR, in_words
from ...wording import Wording
from ..groups import MIN_CELL
from ..summary import ReportSummary
from ..tables import COUNT, HOURS, NAME, SHARE, Cell, Column, Table

MAX_REPLY_ROWS: Final = 30


@dataclass(frozen=True)
class Waiting:
    """A post that wants an answer: why, its text, whose it is, since when it waits, and its priority in [0, 100]."""

    why: str
    text: str
    language: str
    brand: str
    channel: str
    topic: str
    posted: pd.Timestamp
    priority: float
    post_id: str


def waiting_posts(summary: ReportSummary, words: Wording) -> list[Waiting]:
    """Give the posts that want an answer, the most urgent first; none where that cannot be told."""
    if summary.queue is None:
        return []
    return [
        Waiting(
            why=in_words(post["reasons"].split(SEPARATOR), words),
            text=" ".join(post["text"].split()),
            language=post["language"],
            brand=post["brand"],
            channel=post["channel"],
            topic=str(post["topic"]),
            posted=post["created_at"].tz_convert(summary.trends.timezone),
            priority=float(post["priority"]),
            post_id=post["post_id"],
        )
        for post in summary.queue.to_dict("records")
    ]


def reply_table(summary: ReportSummary, words: Wording) -> Table | None:
    """Lay out how long customers waited for a first answer; None where the posts say nothing of answers."""
    times = summary.reply_times
    if times is None or times.posts.empty:
        return None
    heads = (
        *(Column(words.column(name), NAME) for name in times.by),
        Column(words.say("Posts"), COUNT),
        Column(words.say("Answered"), COUNT),
        Column(words.say("Half answered within"), HOURS),
        Column(words.say("Nine in ten within"), HOURS),
        Column(words.say("Within 24 hours"), SHARE),
        Column(words.say("Within the working day"), SHARE),
    )
    groups = times.table.sort_values(["n_posts", *times.by], ascending=[False, *[True] * len(times.by)])
    rows = [
        (
            *(Cell(words.name(row[name], name)) for name in times.by),
            *([Cell(few=True), *[Cell()] * 5] if row["n_posts"] < MIN_CELL else _waits(row)),
        )
        for row in groups.head(MAX_REPLY_ROWS).to_dict("records")
    ]
    if times.by:
        total = (Cell(words.say("All posts")), *[Cell("")] * (len(times.by) - 1), *_waits(times.total.iloc[0].to_dict()))
        rows.insert(0, total)
    return Table(words.say("Time to the first answer"), heads, tuple(rows), n_all=len(groups) + bool(times.by))


def reply_notes(summary: ReportSummary, words: Wording) -> list[str]:
    """Say how reply times are to be read."""
    times = summary.reply_times
    if times is None:
        return []
    told = [words.say("Posts without an answer count as waiting until the data end; an answer may still come.")]
    if times.n_untimed:
        told.append(
            words.say_n(
                "{n} post was answered nobody knows when, and is left out.",
                "{n} posts were answered nobody knows when, and are left out.",
                times.n_untimed,
            )
        )
    return told


def _waits(row: dict[Any, Any]) -> list[Cell]:
    return [
        Cell(int(row["n_posts"])),
        Cell(int(row["n_answered"])),
        Cell(float(row["median_hours"]), float(row["median_hours_low"]), float(row["median_hours_high"])),
        Cell(float(row["p90_hours"])),
        Cell(float(row["within_24h"]), float(row["within_24h_low"]), float(row["within_24h_high"])),
        Cell(float(row["within_working_day"]), float(row["within_working_day_low"]), float(row["within_working_day_high"])),
    ]
