from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score

from sentilens.errors import InputError, LabelError
from sentilens.estimators import ComplaintClassifier, LanguageIdentifier, SentimentClassifier
from sentilens.features import Featurizer
from sentilens.heads import HeadStack, LinearHead, fit_head
from sentilens.schema import LANGUAGES, SENTIMENTS, UNDETERMINED
from sentilens.tokens import TokenTypes

POSTS = [
    "Paketet kom aldrig fram",
    "Appen kraschar hela tiden",
    "Ingen svarar i kundtjänst",
    "Fakturan är fel igen",
    "Tack för snabb hjälp!",
    "Så nöjd med köpet 😊",
    "Bästa personalen, toppen",
    "Älskar den nya appen",
    "När öppnar ni på lördag?",
    "Finns den i blått?",
    "Butiken ligger vid torget",
    "Har ni parkering?",
]
SENTIMENT = ["negative"] * 4 + ["positive"] * 4 + ["neutral"] * 4
COMPLAINT = [1] * 4 + [0] * 8
BUCKETS = 1 << 12
TEXTS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([*POSTS, "", ",", "🏽", "!?!"]), st.text(max_size=25)),
        st.sampled_from([*LANGUAGES, UNDETERMINED]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    texts = [*POSTS[:4], "Pakettia ei ole näkynyt", "Kukaan ei vastaa"]
    return LanguageIdentifier(pretrained=False, n_buckets=1024).fit(texts, ["sv"] * 4 + ["fi"] * 2)


def make_stack(n_buckets: int = BUCKETS) -> HeadStack:
    generator = np.random.default_rng(5)
    sentiment = LinearHead(
        "sentiment", SENTIMENTS, generator.normal(size=(n_buckets, 3)).astype(np.float32), np.array([0.1, -0.2, 0.3])
    )
    complaint = LinearHead("complaint", ("0", "1"), generator.normal(size=(n_buckets, 1)).astype(np.float32), np.array([-0.7]))
    return HeadStack(Featurizer(n_buckets=n_buckets), [sentiment, complaint])


def logits_of(
    stack: HeadStack, texts: list[str], languages: list[str], types: TokenTypes | None = None
) -> dict[str, npt.NDArray[np.float64]]:
    return stack.logits((TokenTypes() if types is None else types).encode(texts), languages)


@settings(max_examples=60)
@given(TEXTS)
def test_scores_are_the_matrix_times_the_weights(posts: list[tuple[str, str]]) -> None:
    stack = make_stack()
    texts, languages = map(list, zip(*posts, strict=True))
    logits = logits_of(stack, texts, languages)
    features = Featurizer(n_buckets=BUCKETS).matrix(texts, languages)
    for name, head in stack.heads.items():
        expected = features @ head.weights.astype(np.float64) + head.intercept
        assert logits[name].shape == (len(posts), head.n_columns)
        assert np.abs(logits[name] - expected).max() < 1e-4


@settings(max_examples=60)
@given(TEXTS)
def test_contributions_add_up_and_name_every_token(posts: list[tuple[str, str]]) -> None:
    stack = make_stack()
    for text, language in posts:
        pieces, parts = stack.contributions(TokenTypes().encode([text]), language)
        logits = np.concatenate([values[0] for values in logits_of(stack, [text], [language]).values()])
        assert np.abs(parts.sum(axis=0) - logits).max() < 1e-9
        assert len(pieces) == len(parts)
        assert pieces[-1] == "(base rate)"


@settings(max_examples=60)
@given(TEXTS, st.lists(st.text(alphabet="abÅ!?1 .", max_size=10), max_size=3))
def test_a_score_is_the_same_bits_alone_in_company_and_after_any_history(
    posts: list[tuple[str, str]], history: list[str]
) -> None:
    stack, types = make_stack(256), TokenTypes()
    logits_of(stack, history, ["sv"] * len(history), types)
    texts, languages = map(list, zip(*posts, strict=True))
    together = logits_of(stack, texts, languages, types)
    for i, (text, language) in enumerate(posts):
        alone = logits_of(make_stack(256), [text], [language])
        assert all(alone[name][0].tobytes() == together[name][i].tobytes() for name in alone)


def test_scores_survive_the_memory_starting_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{post} ord{letter}" for letter in "abc" for post in POSTS]
    expected = logits_of(make_stack(), texts, ["sv"] * len(texts))
    monkeypatch.setattr("sentilens.tokens._MAX_SPELLINGS", 15)
    stack, types, n_memories = make_stack(), TokenTypes(), 1
    for i, text in enumerate(texts):
        renewed = types.renewed()
        n_memories += renewed is not types
        types = renewed
        assert logits_of(stack, [text], ["sv"], types)["complaint"][0].tobytes() == expected["complaint"][i].tobytes()
    assert n_memories > 3


def test_stack_without_posts_and_with_wordless_posts() -> None:
    assert logits_of(make_stack(), [], [])["sentiment"].shape == (0, 3)
    logits = logits_of(make_stack(), ["", ","], ["fi", "und"])["complaint"]
    assert logits[0] == logits[1]


def test_probabilities_of_heads() -> None:
    stack = make_stack()
    logits = logits_of(stack, POSTS, ["sv"] * len(POSTS))
    for name, head in stack.heads.items():
        probabilities = head.probabilities(logits[name])
        assert probabilities.shape == (len(POSTS), len(head.classes))
        assert probabilities.sum(axis=1) == pytest.approx(1.0)


def test_rescaling_is_the_same_as_scaling_the_logits() -> None:
    stack = make_stack()
    head = stack.heads["sentiment"]
    offset = np.array([0.5, 0.0, -0.5])
    rescaled = HeadStack(stack.featurizer, [head.rescaled(0.4, offset)])
    languages = ["sv"] * len(POSTS)
    expected = logits_of(stack, POSTS, languages)["sentiment"] * 0.4 + offset
    assert logits_of(rescaled, POSTS, languages)["sentiment"] == pytest.approx(expected, abs=1e-5)


def test_a_head_starts_from_what_another_knows() -> None:
    features = Featurizer(n_buckets=BUCKETS).matrix(POSTS, ["sv"] * 12)
    base = fit_head("complaint", features, np.array(COMPLAINT).astype(str), ("0", "1"), C=100.0)
    few = [0, 1, 8, 9]
    labels = np.array(["1", "1", "0", "0"])
    alone = fit_head("complaint", features[few], labels, ("0", "1"), C=1e-3)
    helped = fit_head("complaint", features[few], labels, ("0", "1"), C=1e-3, prior=base, prior_scale=30.0)

    def spread(head: LinearHead) -> float:
        logits = (features @ head.weights + head.intercept)[:, 0]
        return float(logits[:4].mean() - logits[4:].mean())

    assert helped.weights.shape == base.weights.shape
    assert spread(helped) > 10 * spread(alone) > 0


@pytest.mark.parametrize("missing", SENTIMENTS)
def test_a_class_without_posts_is_never_the_answer(missing: str) -> None:
    kept = [i for i, label in enumerate(SENTIMENT) if label != missing]
    features = Featurizer(n_buckets=BUCKETS).matrix([POSTS[i] for i in kept], ["sv"] * len(kept))
    head = fit_head("sentiment", features, [SENTIMENT[i] for i in kept], SENTIMENTS, C=10.0)
    probabilities = head.probabilities(np.asarray(features @ head.weights + head.intercept))
    assert np.array(SENTIMENTS)[probabilities.argmax(axis=1)].tolist() == [SENTIMENT[i] for i in kept]
    assert probabilities[:, SENTIMENTS.index(missing)].max() < 1e-6


def test_one_class_teaches_nothing() -> None:
    with pytest.raises(LabelError) as caught:
        fit_head("complaint", sparse.csr_matrix((3, 8)), ["1"] * 3, ("0", "1"), C=1.0)
    assert caught.value.reason == "one_class"


def test_sentiment_classifier(identifier: LanguageIdentifier) -> None:
    classifier = SentimentClassifier(n_buckets=BUCKETS, identifier=identifier).fit(POSTS, SENTIMENT)
    assert classifier.predict(POSTS).tolist() == SENTIMENT
    assert classifier.classes_.tolist() == list(SENTIMENTS)
    probabilities = classifier.predict_proba([*POSTS, "", None, float("nan")])
    assert probabilities.shape == (15, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert np.array_equal(probabilities[12], probabilities[14])
    assert classifier.decision_function(POSTS).shape == (12, 3)
    assert classifier.score(POSTS, SENTIMENT) == 1.0


@pytest.mark.parametrize(
    "labels", [COMPLAINT, [bool(y) for y in COMPLAINT], [str(y) for y in COMPLAINT], pd.Series(COMPLAINT, dtype="Int64")]
)
def test_complaint_classifier(labels: Any, identifier: LanguageIdentifier) -> None:
    classifier = ComplaintClassifier(n_buckets=BUCKETS, identifier=identifier).fit(POSTS, labels)
    assert classifier.predict(POSTS).tolist() == list(labels)
    assert classifier.classes_.tolist() == sorted(set(labels))
    assert classifier.decision_function(POSTS).shape == (12,)
    assert ((classifier.decision_function(POSTS) > 0) == (classifier.predict_proba(POSTS)[:, 1] > 0.5)).all()


@pytest.mark.parametrize("dtype", ["string[pyarrow]", "object", "str"])
def test_columns_of_any_kind_of_string(dtype: str, identifier: LanguageIdentifier) -> None:
    texts, labels = pd.Series(POSTS, dtype=dtype), pd.Series(SENTIMENT, dtype=dtype)
    classifier = SentimentClassifier(n_buckets=BUCKETS, identifier=identifier).fit(texts, labels)
    plain = SentimentClassifier(n_buckets=BUCKETS, identifier=identifier).fit(POSTS, SENTIMENT)
    assert classifier.predict_proba(texts).tobytes() == plain.predict_proba(POSTS).tobytes()


def test_weights_of_posts_count(identifier: LanguageIdentifier) -> None:
    texts, labels = ["Appen kraschar", "Appen kraschar"], [0, 1]
    heavy = ComplaintClassifier(n_buckets=BUCKETS, identifier=identifier).fit(texts, labels, sample_weight=[1.0, 9.0])
    assert heavy.predict_proba(["Appen kraschar"])[0, 1] == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(
    "labels",
    [
        ["bad", *SENTIMENT[1:]],
        [None, *SENTIMENT[1:]],
        [float("nan"), *SENTIMENT[1:]],
        ["Negative", *SENTIMENT[1:]],
        [*range(1, 6)] * 2 + [1, 2],
    ],
)
def test_unknown_sentiments_are_refused(labels: list[Any]) -> None:
    with pytest.raises(LabelError) as caught:
        SentimentClassifier().fit(POSTS, labels)
    assert caught.value.reason == "unknown_label"


def test_a_message_tells_stray_labels_but_never_posts() -> None:
    with pytest.raises(LabelError, match="'bad'"):
        SentimentClassifier().fit(POSTS, ["bad", *SENTIMENT[1:]])
    with pytest.raises(LabelError) as caught:
        SentimentClassifier().fit(SENTIMENT, POSTS)
    assert not [post for post in POSTS if post in str(caught.value)]


@pytest.mark.parametrize("bad", [2, -1, None, float("nan"), "yes", 0.5, pd.NA])
def test_unknown_complaint_labels_are_refused(bad: Any) -> None:
    with pytest.raises(LabelError) as caught:
        ComplaintClassifier().fit(POSTS, [bad, *COMPLAINT[1:]])
    assert caught.value.reason == "unknown_label"


def test_labels_of_one_kind_are_refused(identifier: LanguageIdentifier) -> None:
    with pytest.raises(LabelError) as caught:
        ComplaintClassifier(n_buckets=BUCKETS, identifier=identifier).fit(POSTS, [1] * 12)
    assert caught.value.reason == "one_class"


@pytest.mark.parametrize("make", [SentimentClassifier, ComplaintClassifier])
def test_behaves_as_an_estimator(make: type[Any], identifier: LanguageIdentifier) -> None:
    classifier = make(C=3.0, n_buckets=BUCKETS, identifier=identifier)
    assert classifier.get_params(deep=False) == {
        "C": 3.0,
        "n_buckets": BUCKETS,
        "identifier": identifier,
        "class_weight": None,
    }
    assert clone(classifier).get_params(deep=False).keys() == classifier.get_params(deep=False).keys()
    with pytest.raises(NotFittedError):
        classifier.predict(POSTS)
    labels = SENTIMENT if make is SentimentClassifier else COMPLAINT
    classifier.set_params(C=10.0).fit(POSTS, labels)
    thawed = pickle.loads(pickle.dumps(classifier))
    assert thawed.predict_proba(POSTS).tobytes() == classifier.predict_proba(POSTS).tobytes()
    with pytest.raises(NotFittedError):
        clone(classifier).predict(POSTS)
    with pytest.raises(InputError):
        classifier.predict("Appen kraschar")


def test_cross_validation_keeps_a_frozen_identifier(identifier: LanguageIdentifier) -> None:
    frozen = pytest.importorskip("sklearn.frozen").FrozenEstimator(identifier)
    classifier = ComplaintClassifier(n_buckets=BUCKETS, identifier=frozen)
    assert len(cross_val_score(classifier, POSTS, COMPLAINT, cv=2)) == 2
