from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.calibration import sigmoid, softmax
from sentilens.errors import EngineError, InputError, MissingColumnsError, ModelFormatError
from sentilens.model_file import read_model
from sentilens.schema import SCORE_COLUMNS, SENTIMENT_COLUMNS, SENTIMENTS
from sentilens.scorer import PostScorer, load_model, save_model

TEXTS = [
    "Nu igen, paketet kom aldrig fram",
    "",
    "tusind tak for god og venlig betjening 😊",
    "Otra vez, el paquete nunca ha llegado",
    "12345 !!",
    "wann öffnet der Laden morgen?",
]


def test_columns_types_and_values(model: PostScorer) -> None:
    scored = model.score(pd.DataFrame({"text": TEXTS, "shop": list("abcdef")}))
    assert list(scored.columns) == ["text", "shop", *SCORE_COLUMNS]
    assert scored["status"].tolist() == ["ok", "empty", "ok", "unsupported_language", "low_confidence", "ok"]
    assert scored["language"].tolist() == ["sv", "und", "da", "es", "und", "de"]
    assert scored["sentiment"].tolist() == ["negative", None, "positive", None, scored["sentiment"][4], "neutral"]
    assert scored["is_complaint"].tolist()[:4] == [True, pd.NA, False, pd.NA]
    assert scored["is_complaint"].dtype == "boolean"
    for name in (*SENTIMENT_COLUMNS, "sentiment_score", "complaint_probability", "language_confidence"):
        assert scored[name].dtype == np.float64
    assert set(scored["model_id"]) == {model.model_id}

    has_scores = scored["status"].isin(["ok", "low_confidence"])
    probabilities = scored.loc[has_scores, list(SENTIMENT_COLUMNS)]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_array_equal(
        scored["sentiment_score"][has_scores], probabilities["p_positive"] - probabilities["p_negative"]
    )
    assert (scored["is_complaint"] == (scored["complaint_probability"] >= model.threshold))[has_scores].all()
    nulls = [*SENTIMENT_COLUMNS, "sentiment", "sentiment_score", "complaint_probability", "is_complaint"]
    assert scored.loc[~has_scores, nulls].isna().all(axis=None)
    assert scored["language_confidence"].between(0, 1).all()


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([7, 7, 3, 3, 7, 0]),
        pd.Index(list("fedcba"), name="post"),
        pd.MultiIndex.from_product([["x", "y"], [1, 2, 3]]),
        pd.date_range("2026-03-01", periods=6, tz="UTC"),
    ],
)
def test_rows_order_and_index_are_kept(model: PostScorer, index: pd.Index) -> None:
    posts = pd.DataFrame({"text": TEXTS}, index=index)
    scored = model.score(posts)
    pd.testing.assert_index_equal(scored.index, index)
    assert scored["text"].tolist() == TEXTS
    expected = model.score(TEXTS)
    scores = scored[list(SCORE_COLUMNS)].reset_index(drop=True)
    pd.testing.assert_frame_equal(scores, expected[list(SCORE_COLUMNS)], check_exact=True)
    assert list(posts.columns) == ["text"]


def test_scoring_again_replaces_scores(model: PostScorer) -> None:
    once = model.score(pd.DataFrame({"language": "xx", "text": TEXTS, "brand": "Svippo"}))
    assert list(once.columns) == ["text", "brand", *SCORE_COLUMNS]
    pd.testing.assert_frame_equal(model.score(once), once)


def test_scores_do_not_depend_on_the_posts_around(model: PostScorer) -> None:
    texts = [f"{text} {n}" for n in range(40) for text in TEXTS]
    whole = model.score(texts)
    for size in (1, 7, 100):
        parts = [model.score(texts[start : start + size]) for start in range(0, len(texts), size)]
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole, check_exact=True)
    backwards = model.score(texts[::-1])[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(backwards, whole, check_exact=True)


def test_internal_batches_do_not_matter(model: PostScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model.score(TEXTS)
    monkeypatch.setattr("sentilens.scorer._BATCH", 2)
    pd.testing.assert_frame_equal(model.score(TEXTS), whole, check_exact=True)


def test_what_is_no_text_counts_as_empty(model: PostScorer) -> None:
    posts = pd.DataFrame({"text": [None, np.nan, 5, 3.5, pd.NA, pd.NaT, "  \n", "\u200b"]}, dtype=object)
    scored = model.score(posts)
    assert scored["status"].tolist() == ["empty"] * 8
    pd.testing.assert_series_equal(scored["text"], posts["text"])


@pytest.mark.parametrize("dtype", ["object", "string", "str", "string[pyarrow]", "category"])
def test_every_type_of_string_column(model: PostScorer, dtype: str) -> None:
    texts = pd.Series([*TEXTS, None], dtype=dtype)
    scored = model.score(texts.to_frame("text"))
    pd.testing.assert_frame_equal(scored[list(SCORE_COLUMNS)], model.score([*TEXTS, None])[list(SCORE_COLUMNS)])
    assert scored["text"].dtype == texts.dtype


@pytest.mark.parametrize("posts", [[], pd.DataFrame({"text": []}), pd.Series([], dtype="object")])
def test_no_posts_make_an_empty_frame(model: PostScorer, posts: object) -> None:
    scored = model.score(posts)  # type: ignore[arg-type]
    assert len(scored) == 0
    assert list(scored.columns) == ["text", *SCORE_COLUMNS]
    assert scored.dtypes[list(SCORE_COLUMNS)].equals(model.score(["hej"]).dtypes[list(SCORE_COLUMNS)])


def test_declared_language_decides_where_a_text_tells_little(model: PostScorer) -> None:
    texts = ["Zzz qqq", "paketet kom aldrig fram", "Zzz qqq", "Zzz qqq", "", "Zzz qqq"]
    declared = ["da", "da", "Danish", "xx", "da", pd.NA]
    alone = model.score(texts)["language"]
    scored = model.score(pd.DataFrame({"text": texts, "declared_language": declared}))
    assert scored["language"].tolist() == ["da", "sv", "da", alone[3], "und", alone[5]]
    assert model.score(pd.DataFrame({"text": texts[:1], "declared_language": ["no"]}))["language"].tolist() == ["nb"]


@pytest.mark.parametrize(
    ("posts", "error", "reason"),
    [
        (pd.DataFrame({"body": ["a"]}), MissingColumnsError, "no_text_column"),
        (pd.DataFrame([["a", "b"]], columns=["text", "text"]), InputError, "duplicate_column"),
        ("hej", InputError, "one_text"),
    ],
)
def test_what_cannot_be_scored_is_told(model: PostScorer, posts: object, error: type[InputError], reason: str) -> None:
    with pytest.raises(error) as caught:
        model.score(posts)  # type: ignore[arg-type]
    assert caught.value.reason == reason


@given(st.lists(st.sampled_from([*"aåäößðþ .,!?😊\n", "paketet", "aldrig", "inte", "tack", "<b>"]), min_size=1, max_size=30))
@settings(max_examples=60)
def test_explanations_add_up_to_the_scores(model: PostScorer, words: list[str]) -> None:
    text = "Hej " + " ".join(words)
    explanation = model.explain(text)
    scored = model.score([text]).iloc[0]
    table = explanation.table
    complaint = sigmoid(table[["complaint"]].sum().to_numpy())[0]
    sentiment = softmax(table[list(SENTIMENTS)].sum().to_numpy()[None, :])[0]
    assert complaint == pytest.approx(explanation.probabilities["complaint"], abs=1e-12)
    assert sentiment == pytest.approx([explanation.probabilities[name] for name in SENTIMENTS], abs=1e-12)
    assert explanation.language == scored["language"]
    if scored["status"] == "ok":
        assert scored["complaint_probability"] == pytest.approx(complaint, abs=1e-12)
        assert scored[list(SENTIMENT_COLUMNS)].tolist() == pytest.approx(sentiment.tolist(), abs=1e-12)


def test_explanations_name_what_matters(model: PostScorer) -> None:
    explanation = model.explain("Nu igen, paketet kom aldrig fram")
    assert set(explanation.top(4)["piece"]) & {"paketet", "kom", "aldrig", "fram"}
    assert "(base rate)" not in explanation.top(100)["piece"].tolist()
    assert explanation.top(2, head="positive").columns.tolist() == ["piece", "positive"]
    assert repr(explanation).startswith("Explanation(sv: ")
    assert "<USER>" not in model.explain("@anna88 paketet kom aldrig fram")._repr_html_()


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty_text"), (" \u200b\n", "empty_text"), (None, "no_text"), (5, "no_text")]
)
def test_there_is_nothing_to_explain(model: PostScorer, text: object, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        model.explain(text)  # type: ignore[arg-type]
    assert caught.value.reason == reason


def test_a_model_is_the_same_after_any_trip(model: PostScorer, tmp_path: Path) -> None:
    path = save_model(model, tmp_path / "m.sentilens")
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.sentilens"]
    expected = model.score(TEXTS)
    for other in (load_model(path), load_model(str(path)), load_model(path.read_bytes()), pickle.loads(pickle.dumps(model))):
        pd.testing.assert_frame_equal(other.score(TEXTS), expected, check_exact=True)
        assert other.to_bytes() == path.read_bytes()
        assert other.model_id == model.model_id


def test_a_model_that_cannot_be_written_leaves_nothing(model: PostScorer, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        save_model(model, tmp_path / "missing" / "m.sentilens")
    assert caught.value.reason == "unwritable"
    (tmp_path / "folder").mkdir()
    with pytest.raises(EngineError):
        save_model(model, tmp_path / "folder")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_model_needs_its_heads_and_its_threshold(model: PostScorer) -> None:
    heads = list(model.stack.heads.values())
    with pytest.raises(ModelFormatError, match="lacks a head"):
        PostScorer.from_heads(model.identifier, heads[:1], 0.5, {}, featurizer=model.featurizer)
    with pytest.raises(ModelFormatError, match="lacks a head or a threshold"):
        PostScorer.from_heads(model.identifier, heads, 1.0, {}, featurizer=model.featurizer)
    with pytest.raises(ModelFormatError, match="do not fit the featurisation"):
        PostScorer.from_heads(model.identifier, heads, 0.5, {})


def test_the_model_card_is_for_people(model: PostScorer) -> None:
    card = model.model_card
    assert card["model_id"] == model.model_id
    assert not {"members", "language_classes"} & set(card)
    assert "sentiment, complaint" in repr(model)


def test_the_default_model_knows_everyday_posts() -> None:
    scored = load_model().score(
        [
            "Paketet kom aldrig fram, tredje gången!",
            "Tack för snabb hjälp 😊",
            "Der Kundenservice antwortet nie, eine Frechheit",
        ]
    )
    assert scored["is_complaint"].tolist() == [True, False, True]
    assert scored["language"].tolist() == ["sv", "sv", "de"]
    assert load_model() is load_model()


@pytest.mark.parametrize("part", ["complaint.scale", "complaint.intercept", "language.scale"])
def test_shapes_that_do_not_belong_together_are_refused(model: PostScorer, part: str) -> None:
    manifest, arrays = read_model(model.to_bytes())
    arrays[part] = np.ones((1 << 16,), dtype=np.float32)
    with pytest.raises(ModelFormatError) as refusal:
        PostScorer(manifest, arrays)
    assert refusal.value.reason == "head_shape"
