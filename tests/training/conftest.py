"""Labelled posts with questions of one's own."""

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
