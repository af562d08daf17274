from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sentilens.errors import ConfigError, LabelError
from sentilens.scorer import PostScorer
from sentilens.training import TrainResult, find_label_errors
from sentilens.training.label_errors import doubt_labels, pool_opinions


def opinions(n_classes: int) -> st.SearchStrategy[np.ndarray]:
    raw = arrays(np.float64, st.tuples(st.integers(1, 30), st.just(n_classes)), elements=st.floats(0.01, 1))
    return raw.map(lambda values: values / values.sum(axis=1, keepdims=True))


@given(opinions(3), st.integers(0, 100))
def test_what_is_doubted_is_less_probable_than_what_is_suggested(probabilities: np.ndarray, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 3, len(probabilities))
    doubts = doubt_labels(probabilities, labels)
    every = np.arange(len(labels))
    assert (doubts.suggested != labels).all()
    gap = probabilities[every, labels] - probabilities[every, doubts.suggested]
    np.testing.assert_allclose(doubts.margin, gap)
    most_probable = probabilities.argmax(axis=1)
    assert (doubts.margin[most_probable != labels] <= 0).all()


def test_thresholds_are_the_mean_confidence_of_each_class() -> None:
    # Labelled 0 are given .8 and .6 for it, mean .7; labelled 1 are given .9, .5 and .2 for it, mean .533.
    yes = np.array([0.2, 0.4, 0.9, 0.5, 0.2])
    doubts = doubt_labels(np.column_stack([1 - yes, yes]), np.array([0, 0, 1, 1, 1]))
    # Only the last is above the threshold of another class than its own (.8 > .7).
    assert doubts.is_confident.tolist() == [False, False, False, False, True]
    assert doubts.margin.argmin() == 4


@given(opinions(4))
def test_a_pool_of_one_opinion_is_that_opinion(probabilities: np.ndarray) -> None:
    np.testing.assert_allclose(pool_opinions([probabilities, probabilities]), pool_opinions([probabilities]))
    np.testing.assert_allclose(pool_opinions([probabilities]), probabilities, atol=2e-3)


def test_a_pool_stands_between_and_nobody_is_quite_sure() -> None:
    pooled = pool_opinions([np.array([[1.0, 0.0]]), np.array([[0.2, 0.8]])])
    assert 0.5 < pooled[0, 0] < 0.99


def test_planted_mistakes_come_first(trained: TrainResult, wrong: list[int]) -> None:
    found = find_label_errors(trained, n=2)
    assert set(found.index) == set(wrong)
    assert found["is_confident"].all()
    assert found["margin"].is_monotonic_increasing
    assert (found["margin"] < 0).all()
    assert (found["label"] != found["suggested"]).all()
    assert found["probability"].between(0, 0.5).all()


def test_scored_posts_and_further_judges(trained: TrainResult, wrong: list[int], model: PostScorer) -> None:
    alone = find_label_errors(trained.unseen, n=36)
    judged = find_label_errors(trained.unseen, n=36, judges=[trained.base, model])
    assert set(wrong) <= set(alone.index)
    assert not np.allclose(alone.loc[wrong, "margin"], judged.loc[wrong, "margin"])


def test_texts_are_masked_and_short(trained: TrainResult) -> None:
    unseen = trained.unseen.assign(text="ring 070-174 06 05 eller skriv till kari@example.no " + "och svara " * 50)
    found = find_label_errors(unseen, n=3)
    assert found["text"].str.contains("<PHONE>").all()
    assert not found["text"].str.contains("@|174").any()
    assert (found["text"].str.len() <= 162).all()


def test_what_cannot_be_looked_for_is_told(trained: TrainResult) -> None:
    with pytest.raises(LabelError, match="leaving"):
        find_label_errors(trained, "leaving")
    with pytest.raises(ConfigError, match="number of posts"):
        find_label_errors(trained, n=0)
    topics = pd.DataFrame({"text": ["a"], "label_topic": ["other"], "topic": ["outage_reliability"]})
    with pytest.raises(ConfigError, match="how probable"):
        find_label_errors(topics, "topic")
