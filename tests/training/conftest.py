"""A trained model that several tests look at; two of its labels are wrong."""

from __future__ import annotations

import pandas as pd
import pytest

from sentilens.scorer import PostScorer
from sentilens.training import TrainResult, train

_SUBJECTS = "fakturan appen bussen leveransen skärmen kassan routern biljetten skon kaffet butiken väskan".split()
_PLACES = "Umeå Lund Kiruna Visby Falun Ystad Luleå Borås Kalmar Gävle Motala Arvika".split()
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
