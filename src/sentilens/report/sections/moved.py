"""The table of what moved: events and slow changes, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...wording import Wording, marked
from ..events import COUNTS, Concentration, Event
from ..moves import Drift
from ..story import figures_of, group_name, series_name
from ..summary import ReportSummary

MAX_ROWS: Final = 12
EVENT_NAMES: Final = {
    ("n_complaints", True): marked("More likely complaints"),
    ("n_complaints", False): marked("Fewer likely complaints"),
    ("n_posts", True): marked("More posts"),
    ("n_posts", False): marked("Fewer posts"),
    ("complaint_rate", True): marked("Larger share of complaints"),
    ("complaint_rate", False): marked("Smaller share of complaints"),
    ("net_sentiment", True): marked("Better mood"),
    ("net_sentiment", False): marked("Worse mood"),
}
#: Column -> how it is said where an event gathered; other columns have the last.
_GATHERED: Final = {
    "channel": marked("{share} on {name} (else {elsewhere})"),
    "language": marked("{share} in {name} (else {elsewhere})"),
    "topic": marked("{share} about “{name}” (else {elsewhere})"),
}


@dataclass(frozen=True)
class Moved:
    """A row: whose, what, when, where it gathered, the figure with its note, what was before, and whether it is clear."""

    name: str
    what: str
    when: str
    where: str
    now: str
    now_note: str
    before: str
    clear: bool


def moved_rows(summary: ReportSummary, words: Wording) -> list[Moved]:
    """Give what moved, the clearest events first, then slow changes."""
    events = [_event_row(event, words) for event in summary.events[:MAX_ROWS]]
    return [*events, *(_drift_row(drift, summary, words) for drift in summary.drifts[:MAX_ROWS])]


def tell_concentration(found: Concentration, words: Wording) -> str:
    """Say where an event gathered."""
    values = {
        "share": words.percent(found.share),
        "name": words.name(found.value, found.column),
        "elsewhere": words.percent(found.share_elsewhere),
    }
    if found.column in _GATHERED:
        return words.say(_GATHERED[found.column], **values)
    return words.say("{share} {name} (else {elsewhere})", **values)


def _event_row(event: Event, words: Wording) -> Moved:
    figures = figures_of(event, words)
    write = words.about if event.metric in COUNTS else words.percent if event.metric == "complaint_rate" else words.signed
    note = ""
    if event.metric == "n_complaints":
        note = words.say_n("of {n} post", "of {n} posts", event.n_posts)
    elif event.metric == "n_posts":
        note = words.say_n("{n} likely complaint", "{n} likely complaints", event.n_complaints)
    elif event.n_posts:
        note = words.say_n("of {n} post", "of {n} posts", event.n_posts)
    peak = words.period(event.peak, event.freq, year=False)
    when = words.say("{span}; most in: {peak}", span=words.span(event.start, event.last_day), peak=peak)
    return Moved(
        name=series_name(event, words),
        what=words.say(EVENT_NAMES[event.metric, event.upward]),
        when=words.span(event.start, event.last_day) if event.start == event.last else when,
        where="; ".join(tell_concentration(found, words) for found in event.concentrations[:2]),
        now=figures["observed"],
        now_note=note,
        before=words.say(
            "expected {expected} ({low} to {high})", expected=figures["expected"], low=write(event.low), high=write(event.high)
        ),
        clear=event.clear,
    )


def _drift_row(drift: Drift, summary: ReportSummary, words: Wording) -> Moved:
    when = words.say("{now}, against {before}", now=words.span(*drift.last), before=words.span(*drift.first))
    if drift.kind == "n_complaints":
        what, note = words.say("Likely complaints, slowly"), words.say("a week")
        figures = [words.about(count) for count in drift.counts]
    else:
        what, note = (
            words.say("Share of likely complaints, slowly"),
            words.say_n("of {n} post", "of {n} posts", drift.n_posts[1]),
        )
        figures = [words.percent(rate) for rate in drift.rates]
    before = words.say("before {figure}", figure=figures[0])
    return Moved(group_name(drift.name, summary, words), what, when, "", figures[1], note, before, clear=True)
