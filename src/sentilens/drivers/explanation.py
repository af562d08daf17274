"""What is said of a change: figures, parts, words, posts, and sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..output import plain_records, plain_value
from ..quoting import QuotedPost
from ..trends.measures import COUNT_METRIC, MIN_POSTS
from ..wording import Wording, wording
from .spans import Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ChangeExplanation:
    """What moved between two periods, where, and in which words. Made by `explain_change`.

    Attributes
    ----------
    metric : str
        What changed: ``complaint_rate``, ``net_sentiment``, ``n_complaints`` or ``mean_complaint_probability``.
    within : dict of str to str
        The posts that are looked at, such as ``{"brand": "Telmira"}``.
    over : tuple of str
        The columns that the change is split over.
    period, against : Span
        The two periods, with ``.start``, ``.end`` (the moment after), ``.last_day`` and ``.n_periods``.
    n_periods_before : float
        How many times as long as the period the reference is, as far as the posts cover it.
    n_posts, n_posts_before : int
        Customers' scored posts in each.
    value, value_before : float
        The metric in each; of numbers, the mean of one period of the reference. NaN without posts.
    change_low, change_high : float
        95 % interval of ``change``, widened by as much as the periods of the reference vary more than chance has it.
    dispersion : float
        That is, their variance over that of independent posts, 1 at least; NaN where there are too few periods to tell.
    partial : bool
        Whether the data begin or end inside the period.
    table : DataFrame
        The parts of the change, one row for each cell of each column of `over`, the largest first: ``dimension, cell, n_posts,
        n_posts_before, value, value_before``; ``mix`` (of numbers: ``volume``), what other numbers of posts make; ``rate``,
        what another mood makes; ``total``, their sum, with ``total_low`` and ``total_high``. The totals of a column add up to
        ``change``. Cells of fewer than five posts are one, ``(few posts)``.
    joint : DataFrame
        The same over all columns of `over` together, without ``dimension``.
    topics : DataFrame
        How the posts that the metric is about (`kind`) are spread over topics: ``topic, n_posts, n_posts_before, share,
        share_before, change, q_value``, what grew most first; `q_value` as of words. Empty where posts have no topics.
    words : DataFrame
        Words, phrases and meanings that these posts hold more or less often than before, beyond chance: ``word, kind`` (word,
        phrase, or meaning: words of one or several languages that say the same), ``direction`` (more, fewer), ``languages,
        n_posts, n_posts_before, share, share_before, log_odds, z, q_value``, the clearest first.
    kind : str
        The posts whose words and topics are compared: ``complaints``, ``negative`` or ``positive``.
    n_texts, n_texts_before : int
        How many of them were read, copies counted once.
    posts : tuple of QuotedPost
        A few of them, typical of the change and unlike each other; masked and shortened.
    """

    metric: str
    within: dict[str, str]
    over: tuple[str, ...]
    period: Span
    against: Span
    n_periods_before: float
    n_posts: int
    n_posts_before: int
    value: float
    value_before: float
    change_low: float
    change_high: float
    dispersion: float
    table: pd.DataFrame
    joint: pd.DataFrame
    topics: pd.DataFrame
    words: pd.DataFrame
    kind: str = "complaints"
    partial: bool = False
    n_texts: int = 0
    n_texts_before: int = 0
    posts: tuple[QuotedPost, ...] = field(default_factory=tuple)

    @property
    def change(self) -> float:
        """The metric in the period minus before."""
        return self.value - self.value_before

    @property
    def clear(self) -> bool:
        """Whether the change is beyond chance: its interval leaves out zero."""
        return self.change_low > 0 or self.change_high < 0

    @property
    def thin(self) -> bool:
        """Whether there are too few posts on either side to say anything."""
        return min(self.n_posts, self.n_posts_before) < MIN_POSTS

    @property
    def parts(self) -> tuple[str, str]:
        """Names of the two parts in the tables: ``("mix", "rate")``, of numbers ``("volume", "rate")``."""
        return ("volume" if self.metric == COUNT_METRIC else "mix", "rate")

    @property
    def split(self) -> pd.DataFrame:
        """The change in its two parts, one row for each column of `over` and one for all of them, ``(all)``."""
        named = [(name, self.table[self.table["dimension"] == name]) for name in self.over]
        rows = [{"dimension": name, **{part: cells[part].sum() for part in self.parts}} for name, cells in named]
        if len(self.over) > 1:
            rows.append({"dimension": "(all)", **{part: self.joint[part].sum() for part in self.parts}})
        return pd.DataFrame(rows, columns=["dimension", *self.parts])

    def sentences(self, reader: Wording | str = "en") -> list[str]:
        """Say in two to four sentences what happened.

        Parameters
        ----------
        reader : Wording or str, default "en"
            In which language, see `sentilens.wording`.

        Returns
        -------
        list of str
        """
        from .sentences import tell_change

        return tell_change(self, wording(reader) if isinstance(reader, str) else reader)

    def plot(self, language: str = "en", *, axes: Any = None) -> tuple[Axes, Axes]:
        """Draw the parts of the change, and the words that came with it.

        Parameters
        ----------
        language : str, default "en"
            The reader's, see `sentilens.wording`.
        axes : pair of matplotlib.axes.Axes, optional
            Where to draw; a new figure if not given.

        Returns
        -------
        pair of matplotlib.axes.Axes
        """
        from .figure import plot_change

        return plot_change(self, wording(language), axes)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values that JSON can hold: times in ISO 8601, None for what is not known."""
        spans = {
            name: {"start": span.start.isoformat(), "end": span.end.isoformat()}
            for name, span in (("period", self.period), ("against", self.against))
        }
        figures = {
            name: plain_value(getattr(self, name))
            for name in (
                "n_posts",
                "n_posts_before",
                "value",
                "value_before",
                "change",
                "change_low",
                "change_high",
                "dispersion",
            )
        }
        tables = {name: plain_records(getattr(self, name)) for name in ("split", "table", "joint", "topics", "words")}
        posts = [{name: plain_value(value) for name, value in vars(post).items()} for post in self.posts]
        said = {"clear": self.clear, "partial": self.partial, "sentences": self.sentences()}
        named = {"metric": self.metric, "within": self.within, "over": list(self.over), "kind": self.kind}
        return {**named, **spans, **figures, **said, **tables, "posts": posts}

    def __repr__(self) -> str:
        who = ", ".join(f"{name}={value}" for name, value in self.within.items()) or "all posts"
        bounds = f"{self.change_low:+.3f} to {self.change_high:+.3f}"
        change = "too few posts" if math.isnan(self.change) else f"{self.change:+.3f} ({bounds})"
        return (
            f"<ChangeExplanation {self.metric}, {who}, {self.period.start:%Y-%m-%d} to {self.period.last_day:%Y-%m-%d} against "
            f"{self.against.start:%Y-%m-%d} to {self.against.last_day:%Y-%m-%d}: {change}; {len(self.words):,} words, "
            f"{len(self.posts):,} posts>"
        )

    def _repr_html_(self) -> str:
        sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences())
        tables = [self.table.head(12), self.words.head(12)]
        shown = "".join(table.to_html(index=False, border=0, float_format="{:.3f}".format) for table in tables)
        return f"<p>{escape(repr(self))}</p>{sentences}{shown}"
