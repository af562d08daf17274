from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import DataQualityWarning, LabelError
from sentilens.scorer import PostScorer, load_model
from sentilens.training import TrainResult, assign_folds, train


def test_training_teaches_words_that_the_base_does_not_know(model: PostScorer, labelled: pd.DataFrame) -> None:
    result = train(labelled, model)
    scored = result.model.score(["kassan är sönder igen och ingen svarar", "så glad för kaffet, tack"])
    assert scored["is_complaint"].tolist() == [True, False]
    assert scored["sentiment"].tolist() == ["negative", "positive"]
    assert result.model.model_id.startswith("ours-")
    assert result.metrics["model"].tolist() == ["base", "trained"]
    before, after = result.metrics["complaint_f1"].fillna(0.0)
    assert after > before
    assert after > 0.8


def test_the_manifest_tells_of_the_training_but_holds_no_word_of_it(model: PostScorer, labelled: pd.DataFrame) -> None:
    result = train(labelled, model, name="telmira", facts={"licence": "internal"})
    manifest = result.model.manifest
    assert manifest["base"] == model.model_id
    assert manifest["labels"] == {
        "sentiment": {"negative": 12, "neutral": 12, "positive": 12},
        "complaint": {"0": 24, "1": 12},
    }
    assert manifest["licence"] == "internal"
    assert result.model.model_id.startswith("telmira-")
    assert not re.search("routern|Umeå", str(manifest))


def test_same_labels_same_bytes(model: PostScorer, labelled: pd.DataFrame) -> None:
    first, second = (train(labelled, model).model.to_bytes() for _ in range(2))
    assert first == second
    changed = labelled.assign(complaint=["nej", *labelled["complaint"][1:]])
    assert train(changed, model).model.model_id != load_model(first).model_id


def test_report_in_words(model: PostScorer, labelled: pd.DataFrame) -> None:
    result = train(labelled, model)
    report = result.report()
    assert result.model.model_id in report
    assert "5-fold" in report
    assert "Only 36 labelled posts" in report
    assert "trained" in report
    assert repr(result) == report


@pytest.mark.parametrize(("head", "other"), [("complaint", "sentiment"), ("sentiment", "complaint")])
def test_a_head_without_labels_stays_that_of_the_base(model: PostScorer, labelled: pd.DataFrame, head: str, other: str) -> None:
    result = train(labelled.drop(columns=other), model)
    np.testing.assert_allclose(result.model.stack.heads[other].weights, model.stack.heads[other].weights, rtol=0, atol=1e-3)
    assert not np.allclose(result.model.stack.heads[head].weights, model.stack.heads[head].weights, atol=1e-2)
    assert "nan" not in result.report().lower()
    if head == "sentiment":
        assert result.model.threshold == model.threshold


def test_every_post_is_judged_unseen_in_all_its_columns(model: PostScorer, labelled: pd.DataFrame) -> None:
    unseen = train(labelled, model).unseen
    probabilities = unseen[["p_negative", "p_neutral", "p_positive"]].to_numpy()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(unseen["sentiment_score"], probabilities[:, 2] - probabilities[:, 0], atol=1e-12)
    assert len(unseen) == len(labelled)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda posts: posts.assign(complaint="ja"), "one_class"),
        (lambda posts: posts.iloc[10:20], "too_few_labels"),
        (lambda posts: posts.assign(complaint="nej").iloc[8:].assign(complaint=["ja"] * 4 + ["nej"] * 24), "too_few_labels"),
        (lambda posts: posts.assign(sentiment="grymt"), "unknown_label"),
        (lambda posts: posts.assign(complaint="", sentiment=""), "no_labels"),
        (lambda posts: posts.drop(columns=["complaint", "sentiment"]), "no_labels"),
    ],
)
def test_labels_that_teach_nothing_are_refused(model: PostScorer, labelled: pd.DataFrame, change: object, reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        train(change(labelled), model)  # type: ignore[operator]
    assert caught.value.reason == reason


def test_copies_of_few_posts_are_few_posts(model: PostScorer) -> None:
    posts = pd.DataFrame({"text": ["Appen kraschar"] * 30 + ["Tack, toppen"] * 30, "complaint": [1] * 30 + [0] * 30})
    with pytest.raises(LabelError, match="2 different posts"):
        train(posts, model)


def test_contradictory_labels_are_told_and_learnt_from(model: PostScorer, labelled: pd.DataFrame) -> None:
    twice = pd.concat([labelled, labelled.head(2).assign(complaint="nej")], ignore_index=True)
    with pytest.warns(DataQualityWarning, match="2 texts carry different labels"):
        result = train(twice, model)
    assert isinstance(result, TrainResult)
    assert result.model.manifest["n_posts"] == 38


def test_posts_that_cannot_be_scored_teach_nothing(model: PostScorer, labelled: pd.DataFrame) -> None:
    foreign = pd.DataFrame({"text": ["el paquete nunca ha llegado", "\u200b\u00ad"], "sentiment": "negativ", "complaint": "ja"})
    with pytest.warns(DataQualityWarning, match="2 of 38 labelled posts cannot be scored"):
        result = train(pd.concat([labelled, foreign], ignore_index=True), model)
    assert result.model.to_bytes() == train(labelled, model).model.to_bytes()


@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=80),
    st.integers(2, 5),
)
def test_folds_keep_groups_whole_and_spread_labels(posts: list[tuple[int, bool]], n_folds: int) -> None:
    groups = np.asarray([group for group, _ in posts])
    of_group = dict(posts)
    labels = np.asarray([of_group[group] for group, _ in posts])
    folds = assign_folds(groups, labels, n_folds)
    for group in np.unique(groups):
        assert len(np.unique(folds[groups == group])) == 1
    for label in np.unique(labels):
        of_label = len(np.unique(groups[labels == label]))
        assert len(np.unique(folds[labels == label])) == min(of_label, n_folds)
    np.testing.assert_array_equal(folds, assign_folds(groups, labels, n_folds))


def test_a_rare_label_is_in_every_fold_even_beside_large_groups() -> None:
    groups = np.repeat(np.arange(10), [90, 80, 70, 60, 50, 1, 1, 1, 1, 1])
    labels = (groups >= 5).astype(int)
    assert set(assign_folds(groups, labels)[labels == 1]) == {0, 1, 2, 3, 4}
