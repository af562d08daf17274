"""From scored posts to the explanation of a change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ..batch import iter_scored
from ..errors import ConfigError
from ..near_copies import near_copy_groups
from ..normalize import normalize_all
from ..privacy import mask_text
from ..quoting import QuotedPost, quote_post
from ..schema import UNDETERMINED
from ..trends.measures import METRICS, change_interval, dispersion_of, quantile
from .change_words import MORE, FoundWords, WordSide, compare_shares, compare_words
from .decompose import split_by, split_cells
from .explanation import ChangeExplanation
from .gather import BEFORE, ELSEWHERE, NOW, ChangeGatherer
from .spans import USUAL, resolve_spans
from .typical import choose_typical
from .vocabulary import read_documents

#: The columns that a change is split over, as far as the posts have them, unless they are named.
OVER: Final = ("channel", "topic", "language")
_TOPIC: Final = "topic"


def explain_change(
    scored: pd.DataFrame | str | os.PathLike[str] | Iterable[pd.DataFrame],
    period: Any,
    against: Any = USUAL,
    *,
    freq: str = "W-MON",
    timezone: str = "UTC",
    within: Mapping[str, str] | None = None,
    over: Sequence[str] | None = None,
    metric: str = "complaint_rate",
    n_words: int = 12,
    n_posts: int = 4,
    mask: Callable[[str], str] = mask_text,
) -> ChangeExplanation:
    """Explain why a figure moved: where, in which words, and in which posts.

    Parameters
    ----------
    scored : DataFrame, path, or iterable of DataFrame
        Scored posts; or a scored file or an export, which is read and scored in bounded memory; or chunks.
    period : date, str or pair of them
        A day in the period of `freq` that is explained, or the first and the last day of any stretch.
    against : {"usual", "previous", "year"} or pair, default "usual"
        The eight equally long periods before; the one before; the same a year before (52 weeks, of months and longer periods
        the calendar's year); or the first and the last day of another stretch.
    freq : str, default "W-MON"
        Length of the period, as in `compute_trends`.
    timezone : str, default "UTC"
        Whose days and weeks.
    within : mapping of str to str, optional
        The posts to look at, such as ``{"brand": "Telmira"}``; all if not given. Upper and lower case are the same.
    over : sequence of str, optional
        The columns that the change is split over; channel, topic and language, as far as there, if not given.
    metric : {"complaint_rate", "net_sentiment", "n_complaints", "mean_complaint_probability"}, default "complaint_rate"
        What changed. Of numbers, the mean of one period of the reference is what the period is set against.
    n_words, n_posts : int, default 12 and 4
        The most words in each direction, and the most posts.
    mask : callable str -> str, optional
        Takes personal data out of a quoted text; `sentilens.mask_text` if not given.

    Returns
    -------
    ChangeExplanation
        ``.sentences()`` says it, ``.table`` splits it, ``.words`` and ``.posts`` illustrate it, ``.plot()`` draws it. With too
        few posts on either side it says so (``.thin``).

    Raises
    ------
    ConfigError
        Where an argument cannot be used, or no post has a value of `within`.
    InputError
        Where no post has a date and scores (reason ``no_dates``), or none could lie in one of the periods (``period_outside``).

    Examples
    --------
    >>> why = sl.explain_change(scored, "2026-03-09", within={"brand": "Telmira"})  # doctest: +SKIP
    >>> print(*why.sentences(), sep="\\n")  # doctest: +SKIP
    """
    if metric not in METRICS:
        raise ConfigError(f"There is no metric {metric!r}.", reason="unknown_metric", hint=f"Use {', '.join(METRICS)}.")
    for name, number in (("n_words", n_words), ("n_posts", n_posts)):
        if not isinstance(number, int) or number < 0:
            raise ConfigError(
                f"{name}={number!r} is not a number.", reason="bad_number", hint="Use a whole number, 0 for none."
            )
    spans = resolve_spans(period, against, freq, timezone)
    kinds = ("negative", "positive") if metric == "net_sentiment" else ("complaints",)
    gatherer: ChangeGatherer | None = None
    for chunk in _chunks(scored, timezone):
        if gatherer is None:
            split_over = tuple(name for name in OVER if name in chunk.columns) if over is None else tuple(over)
            split_over = tuple(name for name in split_over if over is not None or name not in (within or {}))
            gatherer = ChangeGatherer(*spans, within or {}, split_over, kinds)
        gatherer.add(chunk)
    if gatherer is None:
        gatherer = ChangeGatherer(*spans, within or {}, over or (), kinds)
    gatherer.checked()
    return _explain(gatherer, metric, n_words, n_posts, mask)


def _chunks(scored: Any, timezone: str) -> Iterable[pd.DataFrame]:
    if isinstance(scored, pd.DataFrame):
        return (scored,)
    if isinstance(scored, (str, os.PathLike)):
        return iter_scored(scored, timezone=timezone)
    chunks: Iterable[pd.DataFrame] = scored
    return chunks


def _explain(
    gatherer: ChangeGatherer, metric: str, n_words: int, n_posts: int, mask: Callable[[str], str]
) -> ChangeExplanation:
    parts, n_periods = gatherer.covered_parts(), gatherer.n_periods()
    # A column that has no value in any post tells nothing.
    over = tuple(name for name in gatherer.over if gatherer.has_values(name))
    now, before = gatherer.cells(NOW, [0]), gatherer.cells(BEFORE, parts)
    totals = [side.drop(columns=list(gatherer.over)).sum().to_frame().T for side in (now, before)]
    blocks = [gatherer.blocks(side) for side in (NOW, BEFORE)]
    dispersion, freedom = dispersion_of(metric, blocks)
    z = quantile(dispersion, freedom)
    value, value_before, low, high = (float(bound[0]) for bound in change_interval(metric, totals[0], totals[1], n_periods, z))
    tables = [split_by(now, before, [name], metric, n_periods, z) for name in over]
    named = [table.rename(columns={name: "cell"}).assign(dimension=name) for name, table in zip(over, tables, strict=True)]
    empty = split_cells(now.iloc[:0], before.iloc[:0], metric, n_periods, z)
    table = pd.concat(named, ignore_index=True) if named else empty.assign(dimension="", cell="")
    order = ["dimension", "cell", *empty.columns]
    kind = _kind(gatherer, totals)
    words, posts, n_texts = _read_texts(gatherer, kind, n_words, n_posts, mask)
    return ChangeExplanation(
        metric=metric,
        within=gatherer.named(),
        over=over,
        period=gatherer.spans[NOW],
        against=gatherer.spans[BEFORE],
        n_periods_before=n_periods,
        n_posts=int(totals[0]["n_posts"].iloc[0]),
        n_posts_before=int(totals[1]["n_posts"].iloc[0]),
        value=value,
        value_before=value_before,
        change_low=low,
        change_high=high,
        dispersion=dispersion,
        partial=gatherer.is_cut(),
        table=table[order],
        joint=split_by(now, before, over, metric, n_periods, z) if over else empty,
        topics=_topics(gatherer, kind),
        words=words,
        kind=kind,
        n_texts=n_texts[0],
        n_texts_before=n_texts[1],
        posts=posts,
    )


def _kind(gatherer: ChangeGatherer, totals: Sequence[pd.DataFrame]) -> str:
    """Choose the posts to read: of net sentiment, those of the side that moved more."""
    if len(gatherer.kinds) == 1:
        return gatherer.kinds[0]
    shares = [{kind: side[f"n_{kind}"].iloc[0] / max(side["n_posts"].iloc[0], 1) for kind in gatherer.kinds} for side in totals]
    return max(gatherer.kinds, key=lambda kind: abs(shares[0][kind] - shares[1][kind]))


def _topics(gatherer: ChangeGatherer, kind: str) -> pd.DataFrame:
    """Set the topics of the posts of a kind against those before."""
    counts = []
    for posts in map(gatherer.texts, (NOW, BEFORE, ELSEWHERE)):
        counts.append(posts.loc[posts[kind].astype(bool) & (posts[_TOPIC] != ""), _TOPIC].value_counts())
    topics = sorted(set(counts[0].index) | set(counts[1].index))
    n, n_before, elsewhere = (count.reindex(topics, fill_value=0).to_numpy(dtype=np.int64) for count in counts)
    shares = [count / max(int(count.sum()), 1) for count in (n, n_before)]
    table = pd.DataFrame(
        {
            "topic": topics,
            "n_posts": n,
            "n_posts_before": n_before,
            "share": shares[0],
            "share_before": shares[1],
            "change": shares[0] - shares[1],
            "q_value": compare_shares((n, n_before, elsewhere)),
        }
    )
    return table.sort_values(["change", "topic"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _read_texts(
    gatherer: ChangeGatherer, kind: str, n_words: int, n_posts: int, mask: Callable[[str], str]
) -> tuple[pd.DataFrame, tuple[QuotedPost, ...], tuple[int, int]]:
    """Compare the words of the posts of a kind, and choose typical ones."""
    frames, sides = {}, {}
    for side in (NOW, BEFORE, ELSEWHERE):
        posts = gatherer.texts(side)
        posts = posts[posts[kind].astype(bool)]
        cleaned = normalize_all(posts["text"].tolist())
        # One of each group of near-copies: what goes around is one voice.
        firsts = np.unique(near_copy_groups(cleaned), return_index=True)[1] if len(posts) else np.array([], dtype=np.int64)
        firsts = np.sort(firsts)
        posts = posts.iloc[firsts].reset_index(drop=True)
        languages = posts["language"].where(posts["language"] != "", UNDETERMINED).tolist()
        documents = read_documents([cleaned[at] for at in firsts], languages, gatherer.names)
        frames[side], sides[side] = posts, WordSide(documents, posts["author"].tolist())
    found = compare_words(sides[NOW], sides[BEFORE], sides[ELSEWHERE], n_words)
    quotes = _quotes(frames, sides, found, n_posts, mask)
    return found.table, quotes, (len(frames[NOW]), len(frames[BEFORE]))


def _quotes(
    frames: Mapping[str, pd.DataFrame],
    sides: Mapping[str, WordSide],
    found: FoundWords,
    n_posts: int,
    mask: Callable[[str], str],
) -> tuple[QuotedPost, ...]:
    """Quote posts of the period; where words only went, or it has none, posts of before."""
    more = found.table["direction"] == MORE
    side = NOW if len(frames[NOW]) and (more.any() or not len(found.table)) else BEFORE
    chosen_words = more if side == NOW else ~more
    z = found.table["z"].abs()
    weights = {key: float(z.iloc[row]) for row, key in enumerate(found.keys) if chosen_words.iloc[row]}
    frame = frames[side]
    rows = choose_typical(sides[side].documents, weights, frame["probability"].to_numpy(dtype=float), n_posts)
    return tuple(quote_post(frame.iloc[row].to_dict(), mask) for row in rows)
