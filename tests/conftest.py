"""A small model and invented posts that several tests share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from sentilens.estimators import LanguageIdentifier
from sentilens.features import Featurizer
from sentilens.normalize import normalize_all
from sentilens.schema import SENTIMENTS
from sentilens.scorer import PostScorer, save_model
from sentilens.training import assign_folds, fit_calibrated

# A slow machine is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _own_key_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests away from the key file of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTILENS_KEY_FILE", str(tmp_path_factory.mktemp("key") / "author.key"))
        yield


#: Language -> openings, then what is said: a complaint, a neutral remark, praise.
_PHRASES = {
    "sv": (
        ("Hej Svippo,", "Nu igen,", "På mitt konto:", "Till kundtjänst:"),
        ("paketet kom aldrig fram", "vilken fråga, ni öppnar klockan tio", "tack för fantastiskt snabb hjälp"),
    ),
    "da": (
        ("Hej Korgata,", "Nu igen,", "På min konto:", "Til kundeservice:"),
        ("pakken er aldrig dukket op", "hvornår åbner butikken i morgen", "tusind tak for god og venlig betjening"),
    ),
    "fi": (
        ("Hei Telmira,", "Taas kerran,", "Minun tililläni:", "Asiakaspalvelulle:"),
        ("paketti ei koskaan saapunut", "mihin aikaan myymälä avautuu huomenna", "kiitos todella ystävällisestä palvelusta"),
    ),
    "de": (
        ("Hallo Voltvik,", "Schon wieder,", "Auf meinem Konto:", "An den Service:"),
        ("das Paket ist nie angekommen", "wann öffnet der Laden morgen", "vielen Dank für die schnelle Hilfe"),
    ),
    "es": (
        ("Hola Voltvik,", "Otra vez,", "En mi cuenta:", "Para ustedes:"),
        ("el paquete nunca ha llegado", "cuándo abre la tienda mañana", "muchas gracias por la ayuda tan rápida"),
    ),
}
_TAILS = ("", ". Se order 1142.", " i maj!", " 😊", " ...")


def _posts() -> pd.DataFrame:
    rows = [
        (f"{opening} {said}{tail}", language, sentiment, int(sentiment == "negative"))
        for language, (openings, phrases) in _PHRASES.items()
        for (said, sentiment), opening, tail in product(zip(phrases, SENTIMENTS, strict=True), openings, _TAILS)
    ]
    return pd.DataFrame(rows, columns=["text", "language", "sentiment", "complaint"])


@pytest.fixture(scope="session")
def model() -> PostScorer:
    """A model of few weights that knows a few phrases in Swedish, Danish, Finnish and German, and Spanish by name."""
    posts = _posts()
    identifier = LanguageIdentifier(pretrained=False, n_buckets=1 << 12).fit(posts["text"], posts["language"].tolist())
    featurizer = Featurizer(n_buckets=1 << 12)
    known = posts[posts["language"] != "es"]
    features = featurizer.matrix(normalize_all(known["text"]), known["language"].tolist())
    folds = assign_folds(np.arange(len(known)))
    heads = [
        fit_calibrated(name, features, known[name].astype(str).to_numpy(), folds, C=1.0).head
        for name in ("sentiment", "complaint")
    ]
    return PostScorer.from_heads(identifier.model_, heads, 0.5, {"name": "small"}, featurizer=featurizer)


@pytest.fixture
def labelled() -> pd.DataFrame:
    """Labelled posts, no two of which are near-copies, with the labels as people write them."""
    subjects = "fakturan,appen,bussen,leveransen,skärmen,kassan,routern,biljetten,skon,kaffet,butiken,väskan".split(",")
    verdicts = {
        ("negativ", "ja"): "{} är sönder igen och ingen svarar på mina mejl {}",
        ("neutral", "nej"): "undrar när {} finns i lager hos er {}",
        ("positiv", "nej"): "så glad för {} hittills, tack {}",
    }
    places = "Umeå Lund Kiruna Visby Falun Ystad Luleå Borås Kalmar Gävle Motala Arvika".split()
    rows = [
        (pattern.format(subject, f"{place} {subject[::-1]} {place[::-1]} {sentiment[:3]}{place}"), sentiment, complaint)
        for (sentiment, complaint), pattern in verdicts.items()
        for subject, place in zip(subjects, places, strict=True)
    ]
    return pd.DataFrame(rows, columns=["text", "sentiment", "complaint"])


@pytest.fixture(scope="session")
def model_path(model: PostScorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model as a file."""
    return save_model(model, tmp_path_factory.mktemp("model") / "small.sentilens")
