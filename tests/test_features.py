from __future__ import annotations

import pickle
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from sentilens.errors import ConfigError, InputError
from sentilens.estimators import PostFeaturizer
from sentilens.features import Featurizer
from sentilens.schema import LANGUAGES, UNDETERMINED
from sentilens.tokens import TokenTypes

LANGUAGE = st.sampled_from([*LANGUAGES, UNDETERMINED, "fr"])
WORD = st.sampled_from(
    "inte svarar ikke aldrig svar appen kraschar BRA TACK toppen! men venter ei toimi nicht !? !?! ?! !! . 😡 🏽 👍🏽 <USER> <URL> 12 4501 "
    "sk*t överdebiterad ingen kundservice, I İ ² the a å".split(" ")
)
POSTS = st.lists(
    st.tuples(st.one_of(st.lists(WORD, max_size=14).map(" ".join), st.text(max_size=20)), LANGUAGE), min_size=1, max_size=8
)


def same(a: Any, b: Any) -> bool:
    a, b = a.tocsr().copy(), b.tocsr().copy()
    a.sort_indices(), b.sort_indices()
    return a.indices.tolist() == b.indices.tolist() and a.data.tobytes() == b.data.tobytes()


@settings(max_examples=120)
@given(POSTS)
def test_a_row_is_the_same_bits_alone_and_in_company(posts: list[tuple[str, str]]) -> None:
    texts, languages = map(list, zip(*posts, strict=True))
    batch = PostFeaturizer(n_buckets=4096).matrix(texts, languages)
    backwards = PostFeaturizer(n_buckets=4096).matrix(texts[::-1], languages[::-1])
    for i, (text, language) in enumerate(posts):
        alone = PostFeaturizer(n_buckets=4096).matrix([text], [language])
        assert same(batch[i], alone)
        assert same(backwards[len(posts) - 1 - i], alone)


def test_a_long_row_is_the_same_bits_alone_and_in_company() -> None:
    generator = np.random.default_rng(7)
    words = np.array([f"ord{i}" for i in range(300)] + ["inte", "svarar", "väntar", "aldrig", "fel", "!", "."])
    texts = [" ".join(generator.choice(words, size=size)) for size in (1, 400, 3, 700, 50)]
    together = PostFeaturizer(n_buckets=256).matrix(texts, ["sv"] * 5)
    for i, text in enumerate(texts):
        assert same(together[i], PostFeaturizer(n_buckets=256).matrix([text], ["sv"]))


def test_shape_type_and_no_features_of_nothing_but_its_length() -> None:
    featurizer = PostFeaturizer(n_buckets=512)
    matrix = featurizer.transform(["Bra!", "", None, float("nan"), ",,,", "🏽"])
    assert matrix.shape == (6, 512)
    assert matrix.dtype == np.float32
    assert same(matrix[1], matrix[2])
    assert same(matrix[1], matrix[3])
    assert same(matrix[1], matrix[4])
    assert not same(matrix[1], matrix[5])
    assert PostFeaturizer(n_buckets=512).transform([]).shape == (0, 512)


@pytest.mark.parametrize("text", ["", ",", "a", "🏽", "!", "\ud800", "\x00", "1"])
def test_a_first_post_with_next_to_nothing_in_it(text: str) -> None:
    assert PostFeaturizer(n_buckets=512).transform([text]).shape == (1, 512)


def test_meaning_is_shared_across_languages() -> None:
    featurizer = PostFeaturizer()
    waiting = featurizer.matrix(["väntetid", "ventetid", "odotusaika"], ["sv", "nb", "fi"]).toarray() != 0
    plain = featurizer.matrix(["matbord", "spisebord", "ruokapöytä"], ["sv", "nb", "fi"]).toarray() != 0
    assert (waiting[0] & waiting[2]).sum() > (plain[0] & plain[2]).sum()


def test_negation_reaches_to_the_end_of_the_clause() -> None:
    def negated(text: str) -> int:
        layout = Featurizer().layout(TokenTypes().encode([text]), ["sv"])
        return sum(int((extras.first == extras.last).sum()) for extras in layout.extras)

    assert negated("de svarar") == 0
    assert negated("inte bra alls") > negated("inte . bra alls")


def test_arrow_strings_series_and_generators_are_texts() -> None:
    featurizer, texts = PostFeaturizer(n_buckets=512), ["Bra!", "Dåligt"]
    expected = featurizer.transform(texts)
    for same_texts in (pd.Series(texts, dtype="string[pyarrow]"), np.array(texts), (text for text in texts), tuple(texts)):
        assert same(featurizer.transform(same_texts), expected)


@pytest.mark.parametrize("wrong", ["Bra!", pd.DataFrame({"text": ["Bra!"], "title": ["Bra!"]})])
def test_one_text_or_a_table_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError):
        PostFeaturizer().transform(wrong)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"n_buckets": 1000}, "n_buckets"),
        ({"n_buckets": 0}, "n_buckets"),
        ({"ngram_min": 0}, "ngrams"),
        ({"ngram_min": 4, "ngram_max": 3}, "ngrams"),
        ({"ngram_max": 11}, "ngrams"),
    ],
)
def test_bad_parameters_are_found_in_fit(parameters: dict[str, int], reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PostFeaturizer(**parameters).fit([])
    assert caught.value.reason == reason


def test_behaves_as_an_estimator() -> None:
    featurizer = PostFeaturizer(n_buckets=512, ngram_max=4)
    twin = clone(featurizer)
    assert twin is not featurizer
    assert (
        twin.get_params() == featurizer.get_params() == {"n_buckets": 512, "ngram_min": 2, "ngram_max": 4, "identifier": None}
    )
    expected = featurizer.transform(["Bra service"])
    thawed = pickle.loads(pickle.dumps(featurizer))
    assert same(thawed.transform(["Bra service"]), expected)
    assert make_pipeline(featurizer, Normalizer()).fit_transform(["Bra service"]).shape == (1, 512)


def test_changed_parameters_take_effect_after_use() -> None:
    featurizer = PostFeaturizer(n_buckets=512)
    featurizer.transform(["Bra service"])
    featurizer.set_params(n_buckets=1024, ngram_max=3)
    assert same(
        featurizer.fit_transform(["Bra service"]), PostFeaturizer(n_buckets=1024, ngram_max=3).transform(["Bra service"])
    )


def test_one_endless_word_takes_no_time() -> None:
    start = time.perf_counter()
    PostFeaturizer().matrix(["a" * 1_000_000, "ab" * 25_000], [UNDETERMINED] * 2)
    assert time.perf_counter() - start < 8.0
