"""Labelled posts that several tests look at: with questions of one's own, and with labels of which two are wrong."""

from __future__ import annotations

import pandas as pd
import pytest

from sentilens.scorer import PostScorer
from sentilens.training import TrainResult, train

_SUBJECTS = "fakturan appen bussen leveransen skärmen kassan routern biljetten skon kaffet butiken väskan".split()
_PLACES = "Umeå Lund Kiruna Visby Falun Ystad Luleå Borås Kalmar Gävle Motala Arvika".split()
#: What is said -> the labels leaving (yes/no) and cause (words).
_SAID = {
    "{} är för dyr numera och jag säger upp avtalet {}": ("Ja", "Price"),
    "vi flyttar utomlands och avslutar därför {} {}": ("ja", "moving"),
    "hur ställer jag in {} på bästa sätt {}": ("nej", "price "),
    "{} fungerar fint hemma hos oss tack {}": ("Nej", "Moving"),
}


@pytest.fixture(scope="session")
def own_labelled() -> pd.DataFrame:
    """Posts with ``leaving``, ``cause``, ``created_at`` and ``author``; no two are near-copies."""
    rows = [
        (pattern.format(subject, f"{place} {subject[::-1]} {place[::-1]} {pattern[:2]}{place}"), leaving, cause)
        for subject, place in zip(_SUBJECTS, _PLACES, strict=True)
        for pattern, (leaving, cause) in _SAID.items()
    ]
    posts = pd.DataFrame(rows, columns=["text", "leaving", "cause"])
    return posts.assign(created_at=pd.date_range("2026-03-01", periods=len(posts), freq="6h", tz="UTC"))


@pytest.fixture(scope="session")
def own_result(model: PostScorer, own_labelled: pd.DataFrame) -> TrainResult:
    """A model that answers ``leaving`` and ``cause`` beside what the small model does."""
    return train(own_labelled, model, heads=("leaving", "cause"))


_VERDICTS = (
    ("{} är sönder igen och ingen svarar på mina mejl {}", "negativ", "ja"),
    ("undrar när {} finns i lager hos er {}", "neutral", "nej"),
    ("så glad för {} hittills, tack {}", "positiv", "nej"),
)


@pytest.fixture(scope="session")
def wrong() -> list[int]:
    """Rows whose label of the complaint is turned round."""
    return [28, 30]


@pytest.fixture(scope="session")
def posts_with_mistakes(wrong: list[int]) -> pd.DataFrame:
    """Posts of which no two are near-copies."""
    rows = [
        (pattern.format(subject, f"{place} {subject[::-1]} {place[::-1]} {mood}{place}"), mood, complaint, place[0])
        for pattern, mood, complaint in _VERDICTS
        for subject, place in zip(_SUBJECTS, _PLACES, strict=True)
    ]
    posts = pd.DataFrame(rows, columns=["text", "sentiment", "complaint", "brand"])
    posts["channel"] = ["twitter", "e-mail"] * 18
    posts.loc[wrong, "complaint"] = "ja"
    return posts


@pytest.fixture(scope="session")
def trained(model: PostScorer, posts_with_mistakes: pd.DataFrame) -> TrainResult:
    """A training on them."""
    return train(posts_with_mistakes, model, name="trial")
