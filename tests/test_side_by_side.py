from __future__ import annotations

import pandas as pd
import pytest

import sentilens as sl
from sentilens.scorer import PostScorer
from sentilens.side_by_side import compare_decisions, compare_manifests

_TEXTS = [
    "paketet kom aldrig fram, ring 070-123 45 67",
    "tack för fantastiskt snabb hjälp",
    "paketti ei koskaan saapunut",
    "",
    "el paquete nunca ha llegado",
]


@pytest.fixture(scope="module")
def stricter(model: PostScorer) -> PostScorer:
    """The same weights, and a threshold that nothing reaches."""
    heads = list(model.stack.heads.values())
    return PostScorer.from_heads(model.identifier, heads, 1 - 1e-12, {"name": "strict"}, featurizer=model.featurizer)


def test_manifests_say_what_differs(model: PostScorer, labelled: pd.DataFrame) -> None:
    ours = sl.train(labelled, model, facts={"licence": "internal"}).model
    table = compare_manifests(model.manifest, ours.manifest).set_index("what")
    assert table.loc["model_id", ["a", "b", "differs"]].tolist() == [model.model_id, ours.model_id, "≠"]
    assert table.loc["languages", "differs"] == ""
    assert table.loc["licence", ["a", "b"]].tolist() == ["-", "internal"]
    assert table.loc["base", "b"] == model.model_id
    assert table.loc["labels of complaint", "b"] == "36 (0.0 24, 1.0 12)"
    assert table.loc["source own labelled posts", "b"] == "licence not given"
    assert "metrics: complaint_f1" in table.index
    assert not compare_manifests(ours.manifest, ours.manifest)["differs"].any()


def test_the_default_model_can_be_compared() -> None:
    manifest = sl.inspect_model("default")
    table = compare_manifests(manifest, manifest).set_index("what")
    assert float(table.loc["metrics: complaint_f1", "a"]) > 0.5
    assert table.index[0] == "model_id"


def test_decisions_on_the_same_posts(model: PostScorer, stricter: PostScorer) -> None:
    chunks = [pd.DataFrame({"text": _TEXTS}), pd.DataFrame({"text": _TEXTS[:1]})]
    found = compare_decisions(model, stricter, chunks, n_posts=2)
    table = found.table.set_index("language")
    assert table.loc["all", "n_posts"] == 4  # without the empty and the foreign one
    assert table.loc["all", "complaints_a"] == pytest.approx(0.75)
    assert table.loc["all", "complaints_b"] == 0
    assert table.loc["all", "other_decision"] == pytest.approx(0.75)
    assert table.loc["all", "other_sentiment"] == 0
    assert table.loc["all", "correlation"] == pytest.approx(1.0)
    assert table.loc["sv", "n_posts"] == 3
    assert len(found.posts) == 2
    assert not found.posts["text"].str.contains("070").any()


def test_nothing_to_compare(model: PostScorer, stricter: PostScorer) -> None:
    found = compare_decisions(model, stricter, [pd.DataFrame({"text": ["", None]})])
    assert found.table.empty
    assert found.posts.empty
    assert compare_decisions(model, stricter, []).table.empty
