from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import DataQualityWarning, LabelError, MissingColumnsError
from sentilens.evaluation import best_threshold, compact_metrics, evaluate, f1_counts, score_metrics
from sentilens.scorer import PostScorer

POSTS = pd.DataFrame(
    {
        "text": [
            "Nu igen, paketet kom aldrig fram",
            "Hej, tack för snabb hjälp",
            "das Paket ist nie angekommen",
            "ni öppnar klockan tio",
        ],
        "complaint": [1, 0, 1, 0],
        "sentiment": ["negative", "positive", "negative", "neutral"],
        "language": ["sv", "sv", "de", "sv"],
        "brand": ["Svippo", "Svippo", "Voltvik", "Voltvik"],
    }
)


def test_table_by_language_and_brand(model: PostScorer) -> None:
    result = evaluate(model, POSTS, by=("language", "brand"))
    assert result.table[["by", "value", "n_posts", "n_complaints"]].values.tolist() == [
        ["all", "", 4, 2],
        ["language", "de", 1, 1],
        ["language", "sv", 3, 1],
        ["brand", "Svippo", 2, 1],
        ["brand", "Voltvik", 2, 1],
    ]
    assert result.table.loc[0, ["complaint_f1", "average_precision", "sentiment_accuracy"]].tolist() == [1.0, 1.0, 1.0]
    assert result.confusion.to_numpy().tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert result.confusion.columns.tolist() == ["negative", "neutral", "positive"]
    assert result.reliability["n_posts"].sum() == 4
    assert "complaint_f1" in repr(result)
    assert "<table" in result._repr_html_()


def test_one_column_or_none_may_be_named(model: PostScorer) -> None:
    assert evaluate(model, POSTS, by="brand").table["by"].tolist() == ["all", "brand", "brand"]
    assert evaluate(model, POSTS, by=()).table["by"].tolist() == ["all"]


def test_worst_are_those_furthest_from_their_label(model: PostScorer) -> None:
    wrong = POSTS.assign(complaint=[1, 0, 0, 0])
    worst = evaluate(model, wrong).worst(2)
    assert worst.index[0] == 2
    gaps = (worst["complaint_probability"] - worst["label_complaint"]).abs()
    assert gaps.is_monotonic_decreasing
    assert len(worst) == 2


def test_one_kind_of_label_is_enough(model: PostScorer) -> None:
    only_sentiment = evaluate(model, POSTS.drop(columns="complaint"))
    assert only_sentiment.table.loc[0, "sentiment_accuracy"] == 1.0
    assert np.isnan(only_sentiment.table.loc[0, "complaint_f1"])
    assert only_sentiment.reliability.empty
    only_complaint = evaluate(model, POSTS.drop(columns="sentiment"))
    assert np.isnan(only_complaint.table.loc[0, "sentiment_macro_f1"])
    assert only_complaint.confusion.to_numpy().sum() == 0


def test_posts_that_cannot_be_scored_are_left_out_aloud(model: PostScorer) -> None:
    foreign = pd.DataFrame({"text": ["el paquete nunca ha llegado", "\u200b"], "complaint": 1, "sentiment": "negative"})
    with pytest.warns(DataQualityWarning, match=r"2 of 6 labelled posts cannot be scored \(.*empty 1"):
        result = evaluate(model, pd.concat([POSTS, foreign], ignore_index=True), by=())
    assert result.table.loc[0, "n_posts"] == 4
    with pytest.raises(LabelError) as caught:
        evaluate(model, foreign)
    assert caught.value.reason == "nothing_scored"


def test_a_missing_column_is_told(model: PostScorer) -> None:
    with pytest.raises(MissingColumnsError, match="region"):
        evaluate(model, POSTS, by="region")


def test_f1_and_its_interval() -> None:
    truth, predicted = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert f1_counts(truth, predicted) == pytest.approx(0.5)
    assert f1_counts(np.zeros(2), np.zeros(2)) == 0.0
    many = pd.DataFrame(
        {
            "label_complaint": np.tile(truth, 50),
            "is_complaint": np.tile(predicted, 50),
            "complaint_probability": np.tile([0.9, 0.4, 0.6, 0.1], 50),
            "label_sentiment": None,
            "sentiment": "neutral",
        }
    )
    figures = score_metrics(many)
    assert figures["complaint_f1_low"] < figures["complaint_f1"] < figures["complaint_f1_high"]
    assert 0.05 < figures["complaint_f1_high"] - figures["complaint_f1_low"] < 0.25
    assert score_metrics(many) == pytest.approx(figures, nan_ok=True)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60).filter(lambda x: any(y for _, y in x)))
def test_threshold_is_close_to_the_best_f1(posts: list[tuple[float, bool]]) -> None:
    probability = np.asarray([p for p, _ in posts])
    truth = np.asarray([y for _, y in posts], dtype=float)
    threshold = best_threshold(probability, truth)
    assert 0.1 <= threshold <= 0.9


def test_threshold_flags_about_as_many_as_there_are() -> None:
    probability = np.linspace(0.99, 0.01, 99)
    truth = (np.arange(99) < 30).astype(float)
    assert (probability >= best_threshold(probability, truth)).sum() == 30


def test_compact_metrics_are_json_able() -> None:
    assert compact_metrics(pd.DataFrame({"by": ["all"], "f1": [0.123456], "ece": [np.nan]})) == [
        {"by": "all", "f1": 0.1235, "ece": None}
    ]
