from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import ModelFormatError
from sentilens.model_file import write_model_bytes
from sentilens.profile import (
    HISTOGRAMS,
    KNOWN_ARRAY,
    MIN_GROUP,
    OTHER,
    WORDS_ARRAY,
    count_bins,
    count_words,
    make_profile,
    read_profile,
    with_profile,
)
from sentilens.scorer import PostScorer, load_model

_SUBJECTS = "fakturan appen bussen leveransen skärmen kassan routern biljetten skon kaffet".split()
_SAID = ("{} är sönder igen och ingen svarar", "undrar när {} finns i lager", "så glad för {} tack", "{} kom fram")


@pytest.fixture(scope="module")
def scored(model: PostScorer) -> pd.DataFrame:
    texts = [said.format(subject) + f" {i % 7}" for i in range(5) for said in _SAID for subject in _SUBJECTS]
    posts = pd.DataFrame({"text": texts, "channel": ["email", " Email "] * (len(texts) // 2)})
    posts.loc[:3, "channel"] = "Anna Andersson"
    scored = model.score(posts)
    complaint = scored["text"].str.contains("sönder").astype(float)
    return scored.assign(label_complaint=complaint, label_sentiment=np.where(complaint == 1, "negative", "neutral"))


def test_rare_values_are_not_named(scored: pd.DataFrame) -> None:
    counts = make_profile(scored).counts
    assert counts["channel"] == {"email": len(scored) - 4, OTHER: 4}
    assert sum(counts["language"].values()) == len(scored)
    assert all(count >= MIN_GROUP for values in counts.values() for name, count in values.items() if name != OTHER)


def test_it_holds_no_word(scored: pd.DataFrame, model: PostScorer) -> None:
    described = json.dumps(with_profile(model, scored).manifest["profile"], ensure_ascii=False).casefold()
    assert not [word for word in [*_SUBJECTS, "sönder", "lager", "anna"] if word in described]


def test_every_post_is_in_one_bin_of_each_histogram(scored: pd.DataFrame) -> None:
    profile = make_profile(scored)
    for histograms in profile.histograms.values():
        assert len({sum(histograms[name]) for name in HISTOGRAMS}) == 1
    assert sum(profile.histograms["all"]["length"]) == profile.n_posts == len(scored)
    assert profile.words.sum(axis=1).max() > 0


def test_bins_take_every_value() -> None:
    assert count_bins(np.array([-1.0, 0.0, 0.5, 1.0, 9.0]), [0.0, 1.0]).tolist() == [1, 2, 2]
    assert count_bins(np.array([3.0, 4.0]), []).tolist() == [2]


def test_a_words_own_post_does_not_make_it_known(model: PostScorer) -> None:
    common = [f"paketet kom fram {word}" for word in "ett två tre fyra fem sex sju".split()]
    profile = make_profile(model.score(common))
    words = count_words(pd.DataFrame({"text": ["paketet kom fram", "åskmolnet dundrade", "…"]}))
    scored = model.score(["paketet kom fram", "åskmolnet dundrade", "…"])
    assert profile.measures(scored, words)["novelty"].tolist() == [0.0, 1.0, 0.0]
    # In training three of four words were in the other posts, too: the same measure for old posts and new.
    assert profile.histograms["all"]["novelty"] == count_bins(np.full(7, 0.25), profile.edges["novelty"]).tolist()


def test_reliability_and_accuracy_are_those_of_the_labels(scored: pd.DataFrame) -> None:
    profile = make_profile(scored)
    bins = profile.reliability["complaint"]
    assert sum(bins["n_posts"]) == len(scored)
    found = np.average(bins["observed_rate"], weights=bins["n_posts"])
    assert found == pytest.approx(scored["label_complaint"].mean(), abs=1e-3)
    truth = scored["label_complaint"] == 1
    assert profile.accuracy["all"]["complaint_accuracy"] == pytest.approx((truth == scored["is_complaint"]).mean(), abs=1e-4)
    unlabelled = make_profile(scored.drop(columns=["label_complaint", "label_sentiment"]))
    assert unlabelled.reliability == {}
    assert unlabelled.accuracy["all"] == {}


def test_it_travels_in_the_file_and_changes_no_score(model: PostScorer, scored: pd.DataFrame) -> None:
    profiled = with_profile(model, scored)
    assert profiled.model_id != model.model_id
    again = load_model(profiled.to_bytes())
    assert again.to_bytes() == profiled.to_bytes() == with_profile(model, scored).to_bytes()
    texts = scored["text"].head(20)
    pd.testing.assert_frame_equal(again.score(texts).drop(columns="model_id"), model.score(texts).drop(columns="model_id"))
    read, made = read_profile(again), make_profile(scored)
    assert read is not None
    assert (read.counts, read.histograms, read.edges) == (made.counts, made.histograms, made.edges)
    assert np.array_equal(read.words, made.words)
    assert np.array_equal(read.known, made.known)
    assert read_profile(model) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"n_posts": "many"},
        {"n_posts": -1},
        {"counts": []},
        {"counts": {"language": {"sv": -5}}},
        {"edges": {}},
        {"histograms": {"all": {}}},
        {"histograms": {}},
        {"reliability": {"complaint": {"n_posts": [5], "mean_probability": [0.5], "observed_rate": [7.0]}}},
        {"reliability": {"complaint": {"n_posts": [0], "mean_probability": [0.5], "observed_rate": [0.5]}}},
        {"reliability": {"complaint": {"n_posts": [5, 5], "mean_probability": [0.5], "observed_rate": [0.5]}}},
        {"reliability": {"complaint": {"n_posts": [5], "mean_probability": [0.5], "observed_rate": [10**400]}}},
        {"accuracy": {"all": {"complaint_f1": 2.0}}},
        {"word_languages": ["sv", "sv", "sv"]},
        {"word_languages": [["sv"]]},
    ],
    ids=str,
)
def test_a_profile_that_lies_is_refused(model: PostScorer, scored: pd.DataFrame, change: dict[str, object]) -> None:
    good = with_profile(model, scored)
    manifest = {**good.manifest, "profile": {**good.manifest["profile"], **change}}
    with pytest.raises(ModelFormatError) as caught:
        read_profile(load_model(write_model_bytes(manifest, good.arrays)))
    assert caught.value.reason == "profile"


@pytest.mark.parametrize("name", [WORDS_ARRAY, KNOWN_ARRAY])
def test_sketches_of_another_shape_are_refused(model: PostScorer, scored: pd.DataFrame, name: str) -> None:
    good = with_profile(model, scored)
    for arrays in ({**good.arrays, name: good.arrays[name].ravel()[:5]}, {k: v for k, v in good.arrays.items() if k != name}):
        with pytest.raises(ModelFormatError):
            read_profile(load_model(write_model_bytes(good.manifest, arrays)))
