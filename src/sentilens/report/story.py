"""The few sentences that a reader should take away, computed from the summary and said in the reader's language."""

from __future__ import annotations

from typing import Final

from ..wording import Wording, marked
from .events import COUNTS, Event, told_events
from .groups import ALL_POSTS, MIN_CELL, SEPARATOR
from .moves import Drift
from .summary import ReportSummary

#: The first screen has so many sentences; those of events and slow changes leave one for how sure it all is.
MAX_SENTENCES: Final = 4
_EVENTS: Final = {
    ("n_complaints", True): marked("{name}, {period}: {observed} likely complaints, against about {expected} expected."),
    ("n_complaints", False): marked("{name}, {period}: only {observed} likely complaints, against about {expected} expected."),
    ("n_posts", True): marked("{name}, {period}: {observed} posts, against about {expected} expected."),
    ("n_posts", False): marked("{name}, {period}: only {observed} posts, against about {expected} expected."),
    ("complaint_rate", True): marked(
        "{name}, {period}: {observed} of {posts} posts were likely complaints, against about {expected} expected."
    ),
    ("complaint_rate", False): marked(
        "{name}, {period}: only {observed} of {posts} posts were likely complaints, against about {expected} expected."
    ),
    ("net_sentiment", True): marked(
        "{name}, {period}: better mood over {posts} posts, net sentiment {observed} against about {expected} expected."
    ),
    ("net_sentiment", False): marked(
        "{name}, {period}: worse mood over {posts} posts, net sentiment {observed} against about {expected} expected."
    ),
}
_DRIFTS: Final = {
    ("n_complaints", True): marked(
        "{name}: likely complaints went down slowly, from about {n_before} a week ({before}) to about {n_now} ({now})."
    ),
    ("n_complaints", False): marked(
        "{name}: likely complaints went up slowly, from about {n_before} a week ({before}) to about {n_now} ({now})."
    ),
    ("complaint_rate", True): marked(
        "{name} got better: the share of likely complaints went from {rate_before} ({before}) to {rate_now} ({now})."
    ),
    ("complaint_rate", False): marked(
        "{name} got worse: the share of likely complaints went from {rate_before} ({before}) to {rate_now} ({now})."
    ),
}
#: Groups need this many posts to be called the best or the worst.
MIN_RANKED: Final = 20


def tell_story(summary: ReportSummary, words: Wording) -> list[str]:
    """Give the few sentences of the first screen, the most important first."""
    if summary.total.n_posts == 0:
        return [_nothing(summary, words)]
    if summary.total.thin:
        few = words.say_n(
            "Only {n} post could be counted. That is too few to say anything about how customers feel: figures are shown from "
            "{least} posts on.",
            "Only {n} posts could be counted. That is too few to say anything about how customers feel: figures are shown from "
            "{least} posts on.",
            summary.total.n_posts,
            least=words.number(MIN_CELL),
        )
        return [few]
    moves = tell_moves(summary, words)
    sentences = [*moves, tell_level(summary, words)] if moves else [tell_level(summary, words), _calm(summary, words)]
    more = [*tell_latest(summary, words), *tell_extremes(summary, words)]
    return [*sentences, *more][:MAX_SENTENCES]


def tell_moves(summary: ReportSummary, words: Wording) -> list[str]:
    """Tell what moved: events first, then slow changes of other groups."""
    events = told_events(summary.events)
    named = {event.names for event in events}
    drifts = [drift for drift in summary.drifts if (drift.name,) not in named]
    sentences = [
        *(tell_event(event, summary, words) for event in events),
        *(tell_drift(drift, summary, words) for drift in drifts),
    ]
    return sentences[: MAX_SENTENCES - 1]


def tell_event(event: Event, summary: ReportSummary, words: Wording) -> str:
    """Tell an event in a sentence."""
    values = {
        "name": series_name(event, words),
        "period": words.period(event.peak, event.freq, year=_spans_years(summary)),
        **figures_of(event, words),
    }
    sentence = words.say(_EVENTS[event.metric, event.upward], **values)
    if event.over is None:
        ending = words.say("It lasted to the end of the data.")
    else:
        over = words.period(event.over, event.freq, year=_spans_years(summary))
        ending = words.say("As usual again: {period}.", period=over)
    return f"{sentence} {ending}"


def figures_of(event: Event, words: Wording) -> dict[str, str]:
    """Write the figures of an event's peak as its metric needs."""
    if event.metric in COUNTS:
        return {"observed": words.number(round(event.observed)), "expected": words.about(event.expected)}
    write = words.percent if event.metric == "complaint_rate" else words.signed
    return {"observed": write(event.observed), "expected": write(event.expected), "posts": words.number(event.n_posts)}


def tell_drift(drift: Drift, summary: ReportSummary, words: Wording) -> str:
    """Tell a slow change in a sentence."""
    name = group_name(drift.name, summary, words)
    times = {"before": words.months(*drift.first), "now": words.months(*drift.last)}
    if drift.kind == "n_complaints":
        figures = {"n_before": words.about(drift.counts[0]), "n_now": words.about(drift.counts[1])}
        down = drift.counts[1] < drift.counts[0]
        return words.say(_DRIFTS[drift.kind, down], name=name, **figures, **times)
    figures = {"rate_before": words.percent(drift.rates[0]), "rate_now": words.percent(drift.rates[1])}
    return words.say(_DRIFTS[drift.kind, drift.rates[1] < drift.rates[0]], name=name, **figures, **times)


def tell_level(summary: ReportSummary, words: Wording) -> str:
    """Tell the complaint rate over all, and how sure it is."""
    total = summary.total
    values = {
        "rate": words.percent(total.rate),
        "posts": words.number(total.n_posts),
        "range": words.percent_range(total.rate_low, total.rate_high),
    }
    if summary.corrected:
        return words.say(
            "About {rate} of the {posts} customers’ posts are complaints (95% interval {range}, corrected for the classifier’s "
            "known errors): trust large differences more than exact rates, and rates more than single posts.",
            **values,
        )
    return words.say(
        "A classifier calls {rate} of the {posts} customers’ posts complaints (95% interval {range}), and it errs: trust large "
        "differences more than exact rates, and rates more than single posts.",
        **values,
    )


def tell_extremes(summary: ReportSummary, words: Wording) -> list[str]:
    """Compare the worst and the best of the second column, or of the first where there is one only."""
    if not summary.trends.by:
        return []
    column = summary.trends.by[min(1, len(summary.trends.by) - 1)]
    ranked = sorted(
        (group for group in summary.groups[column] if group.n_posts >= MIN_RANKED),
        key=lambda group: (-group.rate, group.names),
    )
    if len(ranked) < 2:
        return []
    worst, best = ranked[0], ranked[-1]
    values = {
        "column": words.column(column),
        "worst": words.name(worst.names[0], column),
        "most": words.percent(worst.rate),
        "best": words.name(best.names[0], column),
        "least": words.percent(best.rate),
    }
    if worst.rate_low <= best.rate_high:
        return [
            words.say(
                "{column}: the complaint rate is highest for {worst} ({most}) and lowest for {best} ({least}); the intervals "
                "overlap, so this order may be chance.",
                **values,
            )
        ]
    return [
        words.say("{column}: the complaint rate is highest for {worst} ({most}) and lowest for {best} ({least}).", **values)
    ]


def tell_latest(summary: ReportSummary, words: Wording) -> list[str]:
    """Compare the latest weeks with those before."""
    window, change = summary.change_window, summary.total.change
    if window is None or change is None:
        return []
    values = {
        "span": words.span(window.middle, window.last_day),
        "rate": words.percent(change.rate),
        "rate_before": words.percent(change.rate_before),
    }
    n = window.n_weeks
    if not change.clear:
        return [
            words.say_n(
                "In the latest full week ({span}) the complaint rate was {rate}, no clear change from {rate_before} before.",
                "In the latest {n} full weeks ({span}) the complaint rate was {rate}, no clear change from {rate_before} "
                "before.",
                n,
                **values,
            )
        ]
    if change.difference > 0:
        return [
            words.say_n(
                "In the latest full week ({span}) the complaint rate rose to {rate}, from {rate_before} before.",
                "In the latest {n} full weeks ({span}) the complaint rate rose to {rate}, from {rate_before} before.",
                n,
                **values,
            )
        ]
    return [
        words.say_n(
            "In the latest full week ({span}) the complaint rate fell to {rate}, from {rate_before} before.",
            "In the latest {n} full weeks ({span}) the complaint rate fell to {rate}, from {rate_before} before.",
            n,
            **values,
        )
    ]


def tell_left_out(summary: ReportSummary, words: Wording) -> list[str]:
    """Say which posts are not counted, and which are in totals only."""
    n_undated = summary.trends.n_undated - summary.n_stray if summary.trends.n_posts else 0
    told = [
        words.say_n("{n} post without a score is left out.", "{n} posts without a score are left out.", summary.n_unscored),
        words.say_n(
            "{n} post of the company’s own is left out.", "{n} posts of the company’s own are left out.", summary.n_owned
        ),
        words.say_n(
            "{n} post that repeats an earlier one is left out.",
            "{n} posts that repeat earlier ones are left out.",
            summary.n_copies,
        ),
        words.say_n(
            "{n} post without a date is in the totals only.", "{n} posts without a date are in the totals only.", n_undated
        ),
        words.say_n(
            "{n} post has a date more than a year from all others, which is most likely wrong; it is in the totals only.",
            "{n} posts have dates more than a year from all others, which are most likely wrong; they are in the totals only.",
            summary.n_stray,
        ),
    ]
    numbers = (summary.n_unscored, summary.n_owned, summary.n_copies, n_undated, summary.n_stray)
    return [sentence for sentence, n in zip(told, numbers, strict=True) if n]


def _nothing(summary: ReportSummary, words: Wording) -> str:
    if summary.n_rows == 0:
        return words.say("The data hold no posts.")
    return " ".join([words.say("No customer’s post could be counted."), *tell_left_out(summary, words)])


def _calm(summary: ReportSummary, words: Wording) -> str:
    """Say that nothing moved, or why that cannot be told."""
    if summary.trends.n_posts == 0:
        return words.say("No post has a date that could be read, so nothing can be said about changes over time.")
    if len(summary.trends.periods) < 2 and len(summary.weekly.periods) < 2:
        period = words.period(summary.trends.periods[0], summary.trends.freq)
        return words.say(
            "All posts fall into one period ({period}), so nothing can be said about changes over time.", period=period
        )
    return words.say(
        "Nothing moved by more than chance would explain: neither the numbers of posts and of likely complaints, by the day "
        "and by the week, nor the share of complaints, at once or slowly."
    )


def series_name(event: Event, words: Wording) -> str:
    """Name the series of an event."""
    if not event.names:
        return words.say("All posts")
    return SEPARATOR.join(words.name(name, column) for name, column in zip(event.names, event.columns, strict=True))


def group_name(name: str, summary: ReportSummary, words: Wording) -> str:
    """Name a group of the first column."""
    if name == ALL_POSTS or not summary.trends.by:
        return words.say("All posts")
    return words.name(name, summary.trends.by[0])


def _spans_years(summary: ReportSummary) -> bool:
    return bool(summary.weekly.periods[0].year != summary.weekly.periods[-1].year)
