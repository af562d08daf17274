"""How the figures of a report are made, term by term."""

from __future__ import annotations

import math

from ...wording import Wording
from ..groups import MAX_COMPARED_GROUPS, MIN_CELL
from ..story import tell_left_out
from ..summary import ReportSummary

#: A term and what it means.
Pair = tuple[str, str]


def method_pairs(summary: ReportSummary, words: Wording) -> list[Pair]:
    """Explain the terms of a report."""
    say = words.say
    counted = say(
        "Customers’ posts that were scored. Weeks begin on Monday. Groups of fewer than {n} posts have no figures, and authors "
        "and links are never shown.",
        n=words.number(MIN_CELL),
    )
    return [
        (
            say("Likely complaint"),
            say(
                "A post whose complaint probability reaches the model’s threshold. The probability is the model’s "
                "estimate, calibrated on labelled posts; a classifier errs in both directions, and a rate carries that error "
                "besides the "
                "interval shown."
            ),
        ),
        (
            say("Complaint rate and its interval"),
            say(
                "Likely complaints divided by all counted posts, with the 95% score interval of Wilson (1927). It tells "
                "how far "
                "chance may have moved the rate; it does not tell whether those who post are like all customers."
            ),
        ),
        *_corrected(summary, words),
        (
            say("Net sentiment"),
            say(
                "(positive − negative) / all counted posts, neutral ones included, from −1 to +1. The interval uses the "
                "multinomial variance, adjusted as by Bonett and Price (2012)."
            ),
        ),
        (
            say("What stood out"),
            say(
                "In the {n} largest groups, and in their channels and topics, each day and each week is set against what a "
                "regression on the time before expects: level, slope and weekday, with the spread of the counts estimated and "
                "past outbreaks weighted down (after Farrington et al. 1996 and Noufaily et al. 2013). Days or weeks "
                "that follow "
                "each other are one event.",
                n=words.number(MAX_COMPARED_GROUPS),
            ),
        ),
        (
            say("Slow changes"),
            say(
                "The share of likely complaints of the first third of the full weeks against that of the last third, "
                "without the "
                "weeks of clear events, with the interval of Newcombe (1998) for the difference; where that shows "
                "nothing, their "
                "number a week, taken as negative binomial. The error is shared by all these comparisons (Bonferroni)."
            ),
        ),
        (say("Share of voice"), say("A group’s share of all counted posts in the period.")),
        (say("What counts"), " ".join([counted, *([] if summary.total.thin else tell_left_out(summary, words))])),
    ]


def _corrected(summary: ReportSummary, words: Wording) -> list[Pair]:
    """Set the corrected complaint rate beside the plain one, where it is known."""
    total = summary.total
    if math.isnan(total.corrected_rate):
        return []
    told = words.say(
        "Of all counted posts the classifier calls {called} complaints. If it errs on these posts as it did on those "
        "with known "
        "answers, then {corrected} are ({range}), after Rogan and Gladen (1978) by language, with the interval of Lang and "
        "Reiczigel (2014). On posts of another kind it errs in other ways, and this figure is off.",
        called=words.percent(total.called_rate),
        corrected=words.percent(total.corrected_rate),
        range=words.percent_range(total.corrected_rate_low, total.corrected_rate_high),
    )
    if summary.corrected:
        ending = words.say("The rates in this report are corrected so; numbers of likely complaints are not.")
    else:
        ending = words.say("The rates in this report are not corrected.")
    return [(words.say("Corrected complaint rate"), f"{told} {ending}")]
