from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import ConfigError, DataQualityWarning, LabelError
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
    assert "does not know" not in report
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


def test_before_and_unseen_tell_of_the_same_posts(model: PostScorer, labelled: pd.DataFrame) -> None:
    result = train(labelled, model)
    assert result.before["text"].tolist() == result.unseen["text"].tolist() == labelled["text"].tolist()
    assert result.before.index.equals(result.unseen.index)
    assert len(result.groups) == len(result.unseen)
    scored = model.score(labelled["text"].tolist())
    np.testing.assert_array_equal(result.before["complaint_probability"], scored["complaint_probability"])
    assert not np.allclose(result.unseen["complaint_probability"], scored["complaint_probability"], atol=0.01)
    assert result.before["label_complaint"].tolist() == [1.0] * 12 + [0.0] * 24


def test_a_split_by_time_judges_the_newest_by_the_older(model: PostScorer, labelled: pd.DataFrame) -> None:
    mixed = labelled.sample(frac=1, random_state=3).reset_index(drop=True)
    dated = mixed.assign(created_at=pd.date_range("2026-01-01", periods=len(mixed), tz="UTC"))
    result = train(dated, model, split="time")
    assert result.unseen["text"].tolist() == mixed["text"].tolist()[-8:]
    assert len(result.before) == len(result.groups) == 8
    older = train(dated.iloc[:-8], model)
    expected = older.model.score(mixed["text"].tolist()[-8:])
    np.testing.assert_array_equal(result.unseen["complaint_probability"], expected["complaint_probability"])
    whole = train(dated, model).model
    np.testing.assert_array_equal(result.model.stack.heads["complaint"].weights, whole.stack.heads["complaint"].weights)
    assert "the newest" in result.report()
    with pytest.raises(ConfigError, match="cannot be split by time"):
        train(labelled, model, split="time")


def test_every_head_with_labels_is_learnt(model: PostScorer, labelled: pd.DataFrame) -> None:
    is_complaint = labelled["complaint"] == "ja"
    further = labelled.assign(
        severity=np.where(is_complaint, "3", "0"),
        expects_reply=np.where(labelled["sentiment"] == "neutral", "Ja", "nej"),
        label_topic=np.where(is_complaint, "Outage / reliability", "kundtjänst"),
    )
    result = train(further, model)
    assert list(result.model.stack.heads) == ["sentiment", "complaint", "severity", "expects_reply", "topic"]
    scored = result.model.score(["kassan är sönder igen och ingen svarar", "undrar när kaffet finns i lager hos er"])
    assert scored["topic"].tolist() == ["outage_reliability", "customer_service"]
    assert (scored["expects_reply_probability"] > 0.5).tolist() == [False, True]
    assert scored["severity_3"].iloc[0] > 0.5
    assert (result.metrics[["severity_macro_f1", "expects_reply_macro_f1", "topic_macro_f1"]].iloc[1] > 0.8).all()
    assert result.unseen["topic"].notna().all()


def test_further_heads_with_too_few_labels_are_left_to_the_base(model: PostScorer, labelled: pd.DataFrame) -> None:
    few = labelled.assign(expects_reply=["ja", "nej", "ja"] + [""] * 33)
    with pytest.warns(DataQualityWarning, match="stays as it is in the base"):
        result = train(few, model)
    assert "expects_reply" not in result.model.stack.heads
    with pytest.raises(LabelError, match="3 different posts with a label of 'expects_reply'"):
        train(few, model, heads=["expects_reply"])


def test_classes_without_labels_are_not_forgotten(labelled: pd.DataFrame) -> None:
    two = labelled.assign(topic=np.where(labelled["complaint"] == "ja", "outage reliability", "information"))[["text", "topic"]]
    base = load_model()
    parcel = "paketet kom aldrig fram, leveransen är fem dagar försenad"
    assert base.score([parcel])["topic"].tolist() == ["delivery"]
    explained = train(two, base).model.explain(parcel, head="topic").probabilities
    unlabelled = {name: p for name, p in explained.items() if name not in ("outage_reliability", "information")}
    assert max(unlabelled, key=lambda name: unlabelled[name]) == "delivery"
    assert explained["delivery"] > 5 * explained["environment_ethics"]


def test_the_threshold_follows_the_rule(model: PostScorer, labelled: pd.DataFrame) -> None:
    noisy = labelled.assign(complaint=["nej", "nej", *labelled["complaint"][2:]])
    shy, bold = (train(noisy, model, threshold=rule).model for rule in ("cost=9:1", "cost=1:9"))
    assert shy.threshold > bold.threshold
    assert train(noisy, model, threshold=0.77).model.threshold == 0.77
    assert shy.manifest["threshold_rule"] == "cost=9:1"
    without = noisy.drop(columns="complaint")
    assert train(without, model, threshold=0.77).model.threshold == 0.77
    with pytest.raises(ConfigError) as caught:
        train(without, model, threshold="cost=1:5")
    assert caught.value.reason == "no_complaint_labels"


def test_many_posts_are_drawn_from(model: PostScorer, labelled: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentilens.training.corpus.MAX_POSTS", 60)
    monkeypatch.setattr("sentilens.training.corpus._RARE", 36)
    copies = pd.concat([labelled.drop(columns="sentiment").assign(text=labelled["text"] + f" {n}") for n in range(5)])
    copies["expects_reply"] = (["ja"] * 20 + ["nej"] * 16) + [""] * (len(copies) - 36)
    with pytest.warns(DataQualityWarning, match="180 labelled posts are more than are needed; 60 of them"):
        result = train(copies, model)
    assert len(result.unseen) == 60
    assert result.model.manifest["labels"]["expects_reply"] == {"0": 16, "1": 20}, "rare labels are kept"
    with pytest.warns(DataQualityWarning, match="more than are needed"):
        shuffled = train(copies.sample(frac=1, random_state=1), model)
    assert sorted(shuffled.unseen["text"]) == sorted(result.unseen["text"])


def test_a_scored_file_without_labels_is_told_from_a_labelled_one(model: PostScorer, labelled: pd.DataFrame) -> None:
    scored = model.score(labelled[["text"]])
    with pytest.raises(LabelError) as caught:
        train(scored, model)
    assert caught.value.reason == "only_scores"
    both = train(scored.assign(label_complaint=labelled["complaint"]), model)
    assert both.model.to_bytes() == train(labelled.drop(columns="sentiment"), model).model.to_bytes()
