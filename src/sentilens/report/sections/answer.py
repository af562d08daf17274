"""Who must be answered, and how long customers waited for an answer."""

from __future__ import annotations

from typing import Any, Final

from ...answering.reasons import SEPARATOR, in_words
from ...quoting import MAX_CHARACTERS
from ...wording import Wording
from ..groups import MIN_CELL
from ..summary import ReportSummary
from ..tables import COUNT, DAY, HOURS, NAME, NUMBER, SHARE, TEXT, Cell, Column, Table

#: So many posts are shown on a page; workbooks have all that were found.
MAX_SHOWN: Final = 15
MAX_REPLY_ROWS: Final = 30


def queue_table(summary: ReportSummary, words: Wording, most: int = MAX_SHOWN) -> Table | None:
    """Lay out the posts that want an answer, the most urgent first; None where there are none."""
    queue = summary.queue
    if queue is None or queue.empty:
        return None
    heads = (
        Column(words.say("Priority"), NUMBER),
        Column(words.say("Why"), TEXT),
        Column(words.say("Post"), TEXT),
        Column(words.column("brand"), TEXT),
        Column(words.column("channel"), TEXT),
        Column(words.column("topic"), TEXT),
        Column(words.say("Posted"), DAY),
        Column(words.say("Post id"), TEXT),
    )
    timezone = summary.trends.timezone
    rows = tuple(
        (
            Cell(float(post["priority"])),
            Cell(in_words(post["reasons"].split(SEPARATOR), words)),
            Cell(_shortened(post["text"]), language=post["language"]),
            Cell(words.name(post["brand"], "brand")),
            Cell(words.name(post["channel"], "channel")),
            Cell(words.name(str(post["topic"]), "topic")),
            Cell(post["created_at"].tz_convert(timezone)),
            Cell(post["post_id"]),
        )
        for post in queue.head(most).to_dict("records")
    )
    return Table(words.say("Posts that want an answer, the most urgent first"), heads, rows, n_all=len(queue))


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


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_CHARACTERS else plain[:MAX_CHARACTERS].rsplit(" ", 1)[0] + " …"
