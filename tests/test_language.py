from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from sentilens.errors import ConfigError, InputError, LabelError
from sentilens.estimators import LanguageIdentifier

TEXTS = {
    "sv": ["Jag väntar på paketet och ingen svarar", "Det är inte bra att vagnen är försenad", "Mycket nöjd med köpet"],
    "fi": ["Odotan pakettia eikä kukaan vastaa", "Juna on taas myöhässä, ei hyvä", "Olen tyytyväinen ostokseen"],
    "de": ["Ich warte auf das Paket und niemand antwortet", "Der Zug ist schon wieder nicht da", "Sehr zufrieden mit dem Kauf"],
}
X = [text for texts in TEXTS.values() for text in texts]
Y = [language for language, texts in TEXTS.items() for _ in texts]


@pytest.fixture(scope="module")
def fitted() -> LanguageIdentifier:
    return LanguageIdentifier(pretrained=False, n_buckets=4096).fit(X, Y)


def test_learns_and_abstains(fitted: LanguageIdentifier) -> None:
    assert fitted.predict(["ingen svarar på det", "kukaan ei vastaa", "niemand ist da"]).tolist() == ["sv", "fi", "de"]
    assert fitted.predict(["", "12345 !!", "😡", "<URL>", "🏽", None, float("nan")]).tolist() == ["und"] * 7
    assert fitted.classes_.tolist() == ["de", "fi", "sv"]


def test_probabilities_sum_to_one_and_say_nothing_of_nothing(fitted: LanguageIdentifier) -> None:
    probabilities = fitted.predict_proba(["ingen svarar", "", "😡"])
    assert probabilities.shape == (3, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert np.array_equal(probabilities[1], probabilities[2])
    assert fitted.predict_proba([]).shape == (0, 3)
    assert fitted.predict([]).shape == (0,)
    assert fitted.predict([]).dtype.kind == "U"


@settings(max_examples=60)
@given(st.lists(st.one_of(st.sampled_from(X), st.text(max_size=30)), min_size=1, max_size=6))
def test_an_answer_is_the_same_bits_alone_and_in_company(fitted: LanguageIdentifier, texts: list[str]) -> None:
    together = fitted.predict_proba(texts)
    fresh = pickle.loads(pickle.dumps(fitted))
    for i, text in enumerate(texts):
        assert fresh.predict_proba([text])[0].tobytes() == together[i].tobytes()


def test_a_full_memory_changes_nothing(fitted: LanguageIdentifier, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"ingen svarar {word}" for word in "ett två tre fyra fem sex sju åtta".split()]
    expected = fitted.predict_proba(texts)
    monkeypatch.setattr("sentilens.tokens._MAX_SPELLINGS", 4)
    assert all(fitted.predict_proba([text])[0].tobytes() == row.tobytes() for text, row in zip(texts, expected, strict=True))


@pytest.mark.parametrize(
    ("text", "language"),
    [("Γεια σας", "el"), ("שלום לכם", "he"), ("สวัสดีครับ", "th"), ("안녕하세요", "ko"), ("こんにちは", "ja")],
)
def test_a_script_of_one_language_names_it(fitted: LanguageIdentifier, text: str, language: str) -> None:
    names, confidence = fitted.identify([text])
    assert (names, confidence.tolist()) == ([language], [1.0])


def test_cyrillic_is_never_taken_for_ours(fitted: LanguageIdentifier) -> None:
    names, confidence = fitted.identify(
        ["Посылка так и не пришла, никто не отвечает на телефонные звонки уже третий день подряд", "да"]
    )
    assert names == ["ru", "ru"]
    assert confidence[1] == 1.0


def test_two_languages_are_enough(fitted: LanguageIdentifier) -> None:
    pair = LanguageIdentifier(pretrained=False, n_buckets=1024).fit(X[:6], Y[:6])
    probabilities = pair.predict_proba(X[:6])
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert pair.classes_[probabilities.argmax(axis=1)].tolist() == Y[:6]


def test_texts_may_be_missing_in_fit() -> None:
    identifier = LanguageIdentifier(pretrained=False, n_buckets=1024).fit([*X, None, float("nan"), ""], [*Y, "sv", "fi", "de"])
    assert identifier.predict([X[0]]).tolist() == ["sv"]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [(["sv"] * 9, "one_class"), ([*Y[:8], None], "unknown_label"), ([*Y[:8], float("nan")], "unknown_label")],
)
def test_bad_labels(labels: list[Any], reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        LanguageIdentifier(pretrained=False, n_buckets=1024).fit(X, labels)
    assert caught.value.reason == reason


def test_bad_parameters_and_bad_input() -> None:
    with pytest.raises(ConfigError):
        LanguageIdentifier(n_buckets=1000).fit(X, Y)
    with pytest.raises(InputError):
        LanguageIdentifier(pretrained=False, n_buckets=64).fit(X, Y).predict("ingen svarar")


def test_unfitted_raises_what_scikit_learn_raises() -> None:
    with pytest.raises(NotFittedError):
        LanguageIdentifier(pretrained=False).predict(["hej"])


def test_behaves_as_an_estimator(fitted: LanguageIdentifier) -> None:
    twin = clone(fitted)
    assert twin.get_params() == fitted.get_params() == {"pretrained": False, "n_buckets": 4096, "ngram_max": 4, "C": 30.0}
    with pytest.raises(NotFittedError):
        twin.predict(["hej"])
    thawed = pickle.loads(pickle.dumps(fitted))
    assert thawed.predict_proba(X).tobytes() == fitted.predict_proba(X).tobytes()
    assert fitted.score(X, Y) == 1.0


def test_parameters_set_after_fit_wait_for_the_next_fit(fitted: LanguageIdentifier) -> None:
    identifier = pickle.loads(pickle.dumps(fitted)).set_params(n_buckets=64, ngram_max=1)
    assert identifier.predict_proba(X).tobytes() == fitted.predict_proba(X).tobytes()
    assert identifier.fit(X, Y).model_.weights.shape == (64, 3)


def test_the_default_weights_leave_the_parameters_alone() -> None:
    identifier = LanguageIdentifier(n_buckets=64)
    assert identifier.predict(["Hvor blir det av pakken min?", "Missä mun paketti viipyy?"]).tolist() == ["nb", "fi"]
    assert identifier.get_params()["n_buckets"] == 64


def test_arrow_strings_and_series_are_texts(fitted: LanguageIdentifier) -> None:
    series = pd.Series([*X, None], dtype="string[pyarrow]")
    assert fitted.predict(series).tolist() == [*Y, "und"]


@pytest.mark.parametrize("text", ["Kaputt", "NA", "Wifi 192.168.1.1 kod"])
def test_a_foreign_language_must_be_sure_to_cost_a_post_its_scores(text: str) -> None:
    from sentilens.schema import LANGUAGES, UNDETERMINED

    assert LanguageIdentifier().predict([text])[0] in {*LANGUAGES, UNDETERMINED}


def test_foreign_sentences_are_named() -> None:
    texts = [
        "Gdzie jest moja paczka, czekam już dwa tygodnie na odpowiedź",
        "Dove si trova il mio pacco, aspetto da due settimane",
    ]
    assert LanguageIdentifier().predict(texts).tolist() == ["pl", "it"]
