"""A change in a few sentences, in the reader's language."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from ..trends.measures import COUNT_METRIC, MIN_POSTS
from ..wording import Wording, marked
from .change_words import FEWER, MAX_FALSE, MORE
from .decompose import FEW
from .explanation import ChangeExplanation

_FIGURES: Final = {
    "complaint_rate": marked(
        "{who}: {value} of the posts of {period} were likely complaints, and {before} of those of {reference}."
    ),
    "mean_complaint_probability": marked(
        "{who}: a post of {period} was a complaint with a probability of {value} on average, and {before} in {reference}."
    ),
    "net_sentiment": marked("{who}: net sentiment was {value} in {period}, and {before} in {reference}."),
    COUNT_METRIC: marked("{who}: {value} likely complaints in {period}, and {before} in an equally long time of {reference}."),
}
_IN_POINTS: Final = ("complaint_rate", "mean_complaint_probability")
#: The topic of what fits no other, and the most that a sentence lists.
_NO_TOPIC: Final = "other"
_MAX_LISTED: Final = 3
_MAX_WORDS: Final = 5


def tell_change(found: ChangeExplanation, reader: Wording) -> list[str]:
    """Say what changed, where, and in which words; two to four sentences, one where there are too few posts."""
    who = ", ".join(reader.name(value, name) for name, value in found.within.items()) or reader.say("All posts")
    places = {
        "who": who,
        "period": reader.span(found.period.start, found.period.last_day),
        "reference": reader.span(found.against.start, found.against.last_day),
    }
    if found.thin:
        message = marked("{who}: too few posts to explain a change, {n} in {period} and {n_before} in {reference}.")
        counts = {"n": reader.number(found.n_posts), "n_before": reader.number(found.n_posts_before)}
        return [reader.say(message, **places, **counts)]
    sentences = [f"{_figures(found, reader, places)} {_certainty(found, reader)}"]
    if found.clear:
        sentences.append(_parts(found, reader))
    sentences += [sentence for sentence in (_words(found, reader), _topics(found, reader)) if sentence]
    if found.partial:
        sentences[0] += " " + reader.say("The data cover these periods in part only.")
    return sentences


def _figures(found: ChangeExplanation, reader: Wording, places: dict[str, str]) -> str:
    values = {"value": _value(found.value, found.metric, reader), "before": _value(found.value_before, found.metric, reader)}
    return reader.say(_FIGURES[found.metric], **places, **values)


def _certainty(found: ChangeExplanation, reader: Wording) -> str:
    change = {
        "change": _difference(found.change, found.metric, reader, with_unit=True),
        "low": _difference(found.change_low, found.metric, reader),
        "high": _difference(found.change_high, found.metric, reader),
    }
    if found.clear:
        return reader.say("That is {change} ({low} to {high}), more than chance would make.", **change)
    return reader.say("That is {change} ({low} to {high}), which may be chance.", **change)


def _parts(found: ChangeExplanation, reader: Wording) -> str:
    split = found.split
    if split.empty:
        return reader.say("It cannot be split, as nothing tells the posts apart.")
    first, rate = (_difference(float(split.iloc[-1][part]), found.metric, reader) for part in found.parts)
    columns = reader.join([_lowered(reader.column(name)) for name in found.over])
    if found.metric == COUNT_METRIC:
        message = marked("By {columns}, {volume} of it come from other numbers of posts and {rate} from another mood in them.")
        text = reader.say(message, volume=first, rate=rate, columns=columns)
    else:
        message = marked("By {columns}, {rate} of it come from another mood of like posts and {mix} from another mix of posts.")
        text = reader.say(message, mix=first, rate=rate, columns=columns)
    cells = _leading_cells(found, reader)
    return text + (" " + reader.say("What did most: {cells}.", cells=reader.join(cells)) if cells else "")


def _leading_cells(found: ChangeExplanation, reader: Wording) -> list[str]:
    """Name the cell of each column that did most of the change, if it did so beyond chance."""
    table, cells = found.table, []
    same = table["total"] * found.change > 0
    clear = (table["total_low"] > 0) | (table["total_high"] < 0)
    named = ~table["cell"].isin([FEW, _NO_TOPIC])
    for name in found.over:
        rows = table[same & clear & named & (table["dimension"] == name)]
        if len(rows):
            part = _difference(float(rows["total"].iloc[0]), found.metric, reader)
            cells.append(f"{reader.name(str(rows['cell'].iloc[0]), name)} ({part})")
    return cells


def _words(found: ChangeExplanation, reader: Wording) -> str:
    rising = found.change >= 0 if found.kind != "negative" else found.change <= 0
    for direction in (MORE, FEWER) if rising else (FEWER, MORE):
        words = found.words.loc[found.words["direction"] == direction, "word"].head(_MAX_WORDS).tolist()
        if words:
            quoted = reader.join([f"“{word}”" for word in words])
            if direction == MORE:
                return reader.say("These posts said more often than before: {words}.", words=quoted)
            return reader.say("These posts said less often than before: {words}.", words=quoted)
    return ""


def _topics(found: ChangeExplanation, reader: Wording) -> str:
    enough = found.topics[["n_posts", "n_posts_before"]].max(axis=1) >= MIN_POSTS
    topics = found.topics[(found.topics["topic"] != _NO_TOPIC) & (found.topics["q_value"] <= MAX_FALSE) & enough]
    grown = topics[topics["change"] > 0].head(_MAX_LISTED)
    shrunk = topics[topics["change"] < 0].iloc[::-1].head(_MAX_LISTED)
    rising = found.change >= 0 if found.kind != "negative" else found.change <= 0
    for rows, has_grown in ((grown, True), (shrunk, False)) if rising else ((shrunk, False), (grown, True)):
        if len(rows):
            named = reader.join([_topic(row, reader) for _, row in rows.iterrows()])
            if has_grown:
                return reader.say("Topics with a larger share of them than before: {topics}.", topics=named)
            return reader.say("Topics with a smaller share of them than before: {topics}.", topics=named)
    return ""


def _topic(row: pd.Series[float], reader: Wording) -> str:
    shares = {"share": reader.percent(float(row["share"])), "before": reader.percent(float(row["share_before"]))}
    return reader.say("{topic} ({share} against {before})", topic=reader.name(str(row["topic"]), "topic"), **shares)


def _value(value: float, metric: str, reader: Wording) -> str:
    if metric in _IN_POINTS:
        return reader.percent(value)
    return reader.signed(value) if metric == "net_sentiment" else reader.about(value)


def _difference(value: float, metric: str, reader: Wording, *, with_unit: bool = False) -> str:
    if metric in _IN_POINTS:
        text = reader.points(value)
        return reader.say("{points} percentage points", points=text) if with_unit and not math.isnan(value) else text
    return reader.signed(value) if metric == "net_sentiment" else reader.signed(value, 0)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
