"""The few sentences that a reader should take away, computed from the summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .bursts import Burst
from .groups import MIN_CELL
from .moves import Drift, Movement
from .summary import GroupSummary, ReportSummary
from .words import about, months, number, percent, percent_range, period, period_unit, points, posts, shown, span

#: Groups need this many posts to be called the best or the worst.
MIN_RANKED: Final = 20
#: At most so many moves are told of, and of each kind.
MAX_MOVES: Final = 4
MAX_BURSTS: Final = 3
MAX_DRIFTS: Final = 2
#: Bursts are told in order of time where the last of them is at least this clear, in parts of the clearest.
_CLOSE: Final = 0.25
_COPIES: Final = "repeating an earlier one"
_WEEK: Final = "W-MON"
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def tell_story(summary: ReportSummary) -> list[str]:
    """Give a few plain sentences, the most important first."""
    if summary.total.n_posts == 0:
        return [_nothing(summary)]
    if summary.total.thin:
        return [
            f"Only {posts(summary.total.n_posts)} could be counted. That is too few to say anything about how "
            f"customers feel: figures are shown from {MIN_CELL} posts on."
        ]
    moves = tell_moves(summary)
    opening = [*moves, _overall(summary.total)] if moves else [_overall(summary.total), _calm(summary)]
    return [*opening, *_extremes(summary), *_latest(summary), _certainty(summary)]


def tell_moves(summary: ReportSummary) -> list[str]:
    """Tell what moved: bursts, slow changes, and the clearest single period that none of them tells of."""
    bursts = told_bursts(summary.bursts)
    drifts = summary.drifts[:MAX_DRIFTS]
    told = {burst.name for burst in bursts} | {drift.name for drift in drifts}
    movements = [move for move in summary.movements if move.name not in told][:1]
    sentences = [
        *(_tell_burst(burst, summary) for burst in bursts),
        *(_tell_drift(drift, summary) for drift in drifts),
        *(_tell_movement(move, summary, len(summary.movements)) for move in movements),
    ]
    return sentences[:MAX_MOVES]


def told_bursts(bursts: Sequence[Burst]) -> list[Burst]:
    """Choose the clearest bursts, in order of time where they are about as clear."""
    chosen = list(bursts[:MAX_BURSTS])
    if chosen and chosen[-1].clearness >= _CLOSE * chosen[0].clearness:
        chosen.sort(key=lambda burst: (burst.peak, burst.name))
    return chosen


def _nothing(summary: ReportSummary) -> str:
    if summary.n_rows == 0:
        return "The data hold no posts."
    reasons = [
        f"{posts(n)} {why}"
        for n, why in (
            (summary.n_owned, "of the company’s own"),
            (summary.n_copies, _COPIES),
            (summary.n_unscored, "without a score"),
        )
        if n
    ]
    return f"No customer’s post could be counted: the data hold {_join(reasons)}."


def _overall(total: GroupSummary) -> str:
    return (
        f"{percent(total.complaint_rate)} of the {posts(total.n_posts)} are likely complaints "
        f"(95 % interval {percent_range(total.complaint_rate_low, total.complaint_rate_high)})."
    )


def _calm(summary: ReportSummary) -> str:
    """Say that nothing moved, or why that cannot be told."""
    if summary.trends.n_posts == 0:
        return "No post has a date that could be read, so nothing can be said about changes over time."
    if len(summary.trends.periods) < 2 and len(summary.weekly.periods) < 2:
        return f"All posts fall into one {period_unit(summary.trends.freq)}, so nothing can be said about changes over time."
    each = f" of each {_plain_name(summary.trends.by[0])}" if summary.trends.by else ""
    return (
        f"Nothing moved by more than chance would explain: neither the numbers of posts and of likely complaints{each}, "
        "week by week, nor the share of complaints, slowly or at once."
    )


def _tell_burst(burst: Burst, summary: ReportSummary) -> str:
    years = summary.weekly.periods[0].year != summary.weekly.periods[-1].year
    what = "likely complaints" if burst.kind == "n_complaints" else "posts"
    sentence = (
        f"{_name(burst.name, summary)}: {number(burst.count)} {what} in {period(burst.peak, _WEEK, year=years)}, "
        f"against {about(burst.usual)} a week before"
    )
    if burst.kind == "n_posts":
        sentence += f"; {_few(burst.n_complaints)} of them were likely complaints"
    if burst.concentration is not None:
        found = burst.concentration
        value = shown(found.value, found.column)
        where = f"in {value}" if found.column == "language" else f"on {value}" if found.column == "channel" else f"for {value}"
        sentence += f", {percent(found.share)} of the event’s {where} ({percent(found.share_elsewhere)} at other times)"
    if burst.over is None:
        return f"{sentence}; it lasted to the end of the data."
    return f"{sentence}; it was back within its usual range by {period(burst.over, _WEEK, year=years)}."


def _tell_drift(drift: Drift, summary: ReportSummary) -> str:
    change = drift.change
    if drift.kind == "n_complaints":
        return (
            f"{'Fewer' if drift.counts[1] < drift.counts[0] else 'More'} likely complaints for {_name(drift.name, summary)}: "
            f"{about(drift.counts[0])} a week in {months(*drift.first)}, {about(drift.counts[1])} in {months(*drift.last)}."
        )
    verb = "got better" if change.difference < 0 else "got worse"
    apart = " outside its bursts" if any(burst.name == drift.name for burst in summary.bursts) else ""
    return (
        f"{_name(drift.name, summary)} {verb}{apart}: {percent(change.rate_before)} of its posts were likely complaints in "
        f"{months(*drift.first)}, {percent(change.rate)} in {months(*drift.last)}."
    )


def _tell_movement(move: Movement, summary: ReportSummary, n_moved: int) -> str:
    freq = summary.trends.freq
    name = _name(move.name, summary) if summary.trends.by else "The rate over all"
    moved = "stands out most" if n_moved > 1 else "stands out"
    before = f"the {_COUNTS[move.n_baseline_periods]} {period_unit(freq, 2)} before"
    if move.n_baseline_periods == 1:
        before = f"the {period_unit(freq)} before"
    sentence = (
        f"{name} {moved}: {percent(move.change.rate)} of its posts in {period(move.period_start, freq)} were likely "
        f"complaints, against {percent(move.change.rate_before)} in {before}"
    )
    if move.latest is None:
        return sentence + "."
    return f"{sentence}; in the latest full {period_unit(freq)} it was {percent(move.latest.rate)}."


def _extremes(summary: ReportSummary) -> list[str]:
    """Compare the worst and the best of the second column, or of the first where there is one only."""
    if not summary.trends.by:
        return []
    column = summary.trends.by[min(1, len(summary.trends.by) - 1)]
    ranked = sorted(
        (group for group in summary.groups[column] if group.n_posts >= MIN_RANKED),
        key=lambda group: (-group.complaint_rate, group.names),
    )
    if len(ranked) < 2:
        return []
    worst, best = ranked[0], ranked[-1]
    sentence = (
        f"By {_plain_name(column)}, the share of complaints is highest for {shown(worst.names[0], column)} "
        f"({percent(worst.complaint_rate)}) and lowest for {shown(best.names[0], column)} ({percent(best.complaint_rate)})"
    )
    if worst.complaint_rate_low <= best.complaint_rate_high:
        return [f"{sentence}; the intervals overlap, so this order may be chance."]
    return [f"{sentence}."]


def _latest(summary: ReportSummary) -> list[str]:
    window, change = summary.change_window, summary.total.change
    if window is None or change is None:
        return []
    weeks = f"the latest {_COUNTS[window.n_weeks]} full weeks" if window.n_weeks > 1 else "the latest full week"
    before = f"the {_COUNTS[window.n_weeks]} before" if window.n_weeks > 1 else "the week before"
    when = span(window.middle, window.last_day)
    if not change.clear:
        return [
            f"In {weeks} ({when}) the rate over all was {percent(change.rate)}, no clear change from "
            f"{percent(change.rate_before)} in {before}."
        ]
    verb = "rose" if change.difference > 0 else "fell"
    return [
        f"In {weeks} ({when}) the rate over all {verb} to {percent(change.rate)}, from {percent(change.rate_before)} "
        f"in {before} ({points(change.difference)} points)."
    ]


def _certainty(summary: ReportSummary) -> str:
    left_out = [
        f"{posts(n)} {why}"
        for n, why in (
            (summary.n_unscored, "without a score"),
            (summary.n_owned, "of the company’s own"),
            (summary.n_copies, _COPIES),
        )
        if n
    ]
    sentence = (
        "A classifier made the scores and it errs; the intervals tell the play of chance only. Trust large differences "
        "between groups more than exact rates, and rates more than single posts."
    )
    if left_out:
        sentence += f" Left out: {_join(left_out)}."
    if summary.trends.n_undated and summary.trends.n_posts:
        undated = summary.trends.n_undated
        sentence += f" {posts(undated)} without a date {'is' if undated == 1 else 'are'} in the totals only."
    return sentence


def _name(name: str, summary: ReportSummary) -> str:
    return shown(name, summary.trends.by[0]) if summary.trends.by else "All posts"


def _few(n: int) -> str:
    return number(n) if n >= MIN_CELL else f"fewer than {_COUNTS[MIN_CELL]}"


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _plain_name(column: str) -> str:
    return column.replace("_", " ")
