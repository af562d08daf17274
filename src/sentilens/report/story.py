"""The few sentences that a reader should take away, computed from the summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .summary import MIN_CELL, GroupSummary, Movement, ReportSummary
from .words import percent, percent_range, period, period_unit, points, posts, span

#: Groups need this many posts to be called the best or the worst.
MIN_RANKED: Final = 20
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def tell_story(summary: ReportSummary) -> list[str]:
    """Give three to five plain sentences, the most important first."""
    if summary.total.n_posts == 0:
        return [_nothing(summary)]
    if summary.total.thin:
        return [
            f"Only {posts(summary.total.n_posts)} could be counted. That is too few to say anything about how "
            f"customers feel: figures are shown from {MIN_CELL} posts on."
        ]
    return [
        _overall(summary.total),
        _movement(summary),
        *_extremes(summary),
        *_latest(summary),
        _certainty(summary),
    ]


def _nothing(summary: ReportSummary) -> str:
    if summary.n_rows == 0:
        return "The data hold no posts."
    reasons = [
        f"{posts(n)} {why}"
        for n, why in ((summary.n_owned, "of the company’s own"), (summary.n_unscored, "without a score"))
        if n
    ]
    return f"No customer’s post could be counted: the data hold {' and '.join(reasons)}."


def _overall(total: GroupSummary) -> str:
    return (
        f"{percent(total.complaint_rate)} of the {posts(total.n_posts)} are likely complaints "
        f"(95 % interval {percent_range(total.complaint_rate_low, total.complaint_rate_high)})."
    )


def _movement(summary: ReportSummary) -> str:
    unit = period_unit(summary.trends.freq)
    group_word = _plain_name(summary.trends.by[0]) if summary.trends.by else "figure"
    if summary.trends.n_posts == 0:
        return "No post has a date that could be read, so nothing can be said about changes over time."
    if len(summary.trends.periods) < 2:
        return f"All posts fall into one {unit}, so nothing can be said about changes over time."
    if not summary.movements:
        return f"No {group_word} stood out in any {unit} by more than chance would explain."
    return _tell_movement(summary.movements[0], summary, len(summary.movements))


def _tell_movement(move: Movement, summary: ReportSummary, n_moved: int) -> str:
    freq = summary.trends.freq
    name = move.name if summary.trends.by else "The rate over all"
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
    name = summary.trends.by[min(1, len(summary.trends.by) - 1)]
    ranked = sorted(
        (group for group in summary.groups[name] if group.n_posts >= MIN_RANKED),
        key=lambda group: (-group.complaint_rate, group.names),
    )
    if len(ranked) < 2:
        return []
    worst, best = ranked[0], ranked[-1]
    sentence = (
        f"By {_plain_name(name)}, complaints are most common in {worst.names[0]} ({percent(worst.complaint_rate)}) and "
        f"least in {best.names[0]} ({percent(best.complaint_rate)})"
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
        )
        if n
    ]
    sentence = "A classifier made the scores and it errs: trust differences between groups more than single posts."
    if left_out:
        sentence += f" Left out: {_join(left_out)}."
    if summary.trends.n_undated and summary.trends.n_posts:
        undated = summary.trends.n_undated
        sentence += f" {posts(undated)} without a date {'is' if undated == 1 else 'are'} in the totals only."
    return sentence


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _plain_name(column: str) -> str:
    return column.replace("_", " ")
