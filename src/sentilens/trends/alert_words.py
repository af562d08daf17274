"""Alerts in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

_WHAT: Final = {"n_posts": "posts", "n_complaints": "likely complaints"}
_EACH: Final = {"h": "an hour", "D": "a day", "W-MON": "a week"}
_LAST_SMALL: Final = 10
#: Less than this is none, in a sentence.
_HARDLY: Final = 0.05


def tell_alert(
    names: Sequence[str],
    metric: str,
    kind: str,
    upward: bool,
    figures: tuple[float, float, float, float],
    n_posts: int,
    start: pd.Timestamp,
    since: pd.Timestamp,
    freq: str,
) -> str:
    """Tell an alert in a sentence.

    Parameters
    ----------
    names : sequence of str
        Of the group; none for all posts.
    metric, kind : str
        As in the alerts' frame.
    upward : bool
    figures : tuple of float
        Observed, expected, and where 95 % of observations were expected.
    n_posts : int
        Posts that a rate is of.
    start, since : Timestamp
        The period, and where a shift seems to have begun.
    freq : str
        Length of the periods.

    Examples
    --------
    >>> day = pd.Timestamp("2026-03-09")
    >>> tell_alert(["Telmira"], "n_complaints", "spike", True, (85, 12.2, 5, 21), 120, day, day, "D")
    'Telmira: 85 likely complaints on 2026-03-09, expected about 12 (5 to 21).'
    """
    who = " · ".join(map(str, names)) or "All posts"
    observed, expected, low, high = (_figure(value, metric) for value in figures)
    usual = f"expected about {expected} ({low} to {high})"
    when = f"since {_when(since, freq)}" if kind == "shift" else _when(start, freq, "on", "in")
    if metric in _WHAT:
        if kind == "shift":
            return f"{who}: {'more' if upward else 'fewer'} {_WHAT[metric]} {when}, about {observed} {_EACH[freq]}; {usual}."
        return f"{who}: {'' if upward else 'only '}{observed} {_WHAT[metric]} {when}, {usual}."
    posts = f"{n_posts:,} posts"
    if metric == "complaint_rate":
        return f"{who}: {observed} of {posts} {when} were likely complaints, {usual}."
    return f"{who}: net sentiment {observed} over {posts} {when}, {usual}."


def _figure(value: float, metric: str) -> str:
    if metric == "complaint_rate":
        return f"{100 * value:.0f} %"
    if metric == "net_sentiment":
        return f"{value:+.2f}"
    if 0 < value < _HARDLY:
        return "0"
    return f"{value:,.0f}" if value >= _LAST_SMALL or value == round(value) else f"{value:.1f}"


def _when(moment: pd.Timestamp, freq: str, day_word: str = "", week_word: str = "") -> str:
    if freq == "W-MON":
        return f"{week_word} the week of {moment:%Y-%m-%d}".strip()
    return f"{day_word} {moment:%Y-%m-%d %H:%M}" if freq == "h" else f"{day_word} {moment:%Y-%m-%d}".strip()
