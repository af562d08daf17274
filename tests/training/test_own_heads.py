from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sentilens.batch import iter_scored, score_file
from sentilens.cli import main
from sentilens.errors import ConfigError, DataQualityWarning, LabelError, ModelFormatError
from sentilens.ingest import read_posts
from sentilens.model_file import write_model_bytes
from sentilens.schema import SCORE_COLUMNS
from sentilens.scorer import PostScorer, load_model, save_model
from sentilens.training import TrainResult, train
from sentilens.trends import compute_trends

OWN = ["leaving_probability", "is_leaving", "cause", "cause_confidence"]
TEXTS = ["jag säger upp avtalet, det är för dyrt", "hur ställer jag in appen", "", "el paquete nunca ha llegado"]


def test_own_heads_score_after_all_others(own_result: TrainResult) -> None:
    scored = own_result.model.score(pd.DataFrame({"text": TEXTS, "cause": "written by somebody"}))
    assert list(scored.columns) == ["text", *SCORE_COLUMNS, *OWN]
    assert scored["is_leaving"].dtype == "boolean"
    assert scored["is_leaving"].tolist()[:2] == [True, False]
    assert scored["cause"].iloc[0] == "price"
    assert scored["cause_confidence"].iloc[:2].between(0.5, 1.0).all()
    assert scored[OWN].iloc[2:].isna().all(axis=None), "what has no scores has none of these"


def test_own_heads_learn_what_the_labels_say(own_result: TrainResult) -> None:
    before, after = own_result.metrics["leaving_macro_f1"]
    assert before == pytest.approx(1 / 3), "the base knows no better than always to say the same"
    assert after > 0.9
    assert own_result.metrics["cause_macro_f1"].iloc[1] > 0.9
    assert own_result.model.manifest["labels"] == {"leaving": {"0": 24, "1": 24}, "cause": {"moving": 24, "price": 24}}
    assert own_result.before["leaving_probability"].unique().tolist() == [0.5]
    assert "The base does not know cause, leaving:" in own_result.report()
    assert own_result.unseen["leaving_probability"].notna().all()


def test_own_heads_survive_a_file_and_are_handed_on(own_result: TrainResult, labelled: pd.DataFrame, tmp_path: Path) -> None:
    again = load_model(save_model(own_result.model, tmp_path / "ours.sentilens"))
    pd.testing.assert_frame_equal(again.score(TEXTS), own_result.model.score(TEXTS), check_exact=True)
    further = train(labelled, again).model
    assert [head.name for head in further.own_heads] == ["leaving", "cause"]
    assert further.thresholds["leaving"] == again.thresholds["leaving"]
    pd.testing.assert_frame_equal(further.score(TEXTS)[OWN], again.score(TEXTS)[OWN], rtol=1e-3)


def test_new_labels_of_an_own_head_start_from_the_base(own_result: TrainResult, own_labelled: pd.DataFrame) -> None:
    third = own_labelled.assign(cause=["service" if "hur ställer" in text else None for text in own_labelled["text"]])
    third.loc[third["text"].str.contains("för dyr"), "cause"] = "price"
    result = train(third.drop(columns="leaving"), own_result.model)
    assert result.model.stack.heads["cause"].classes == ("moving", "price", "service")
    scored = result.model.score(["hur ställer jag in appen på bästa sätt"])
    assert scored["cause"].tolist() == ["service"]
    explained = result.model.explain("vi flyttar utomlands och avslutar därför bussen", head="cause").probabilities
    assert explained["moving"] > 0.01, "a class without new labels is not forgotten"


@pytest.mark.parametrize(("head", "columns"), [("leaving", ["leaving"]), ("cause", ["price"]), ("complaint", ["complaint"])])
def test_any_head_explains_itself_and_adds_up(own_result: TrainResult, head: str, columns: list[str]) -> None:
    explanation = own_result.model.explain(TEXTS[0], head=head)
    assert list(explanation.table.columns) == ["piece", *columns]
    logit = explanation.table[columns[0]].sum()
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(explanation.probabilities[columns[0]], abs=1e-9)
    assert explanation.leading == columns[0]
    assert len(explanation.top(3)) == 3
    assert f"{columns[0]} moved by" in repr(explanation)
    assert columns[0] in explanation._repr_html_()


def test_heads_of_the_schema_explain_themselves_too() -> None:
    explanation = load_model().explain("Paketet kom aldrig fram och ingen svarar", head="severity")
    assert list(explanation.table.columns) == ["piece", "0", "1", "2", "3", "4"]
    sums = explanation.table.drop(columns="piece").sum().to_numpy()
    softmax = np.exp(sums) / np.exp(sums).sum()
    np.testing.assert_allclose(softmax, list(explanation.probabilities.values()), atol=1e-9)
    assert explanation.leading == max(explanation.probabilities, key=lambda name: explanation.probabilities[name])
    with pytest.raises(ConfigError, match="It has sentiment, complaint, severity") as caught:
        load_model().explain("hej", head="leaving")
    assert caught.value.reason == "unknown_head"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_scored_files_hold_own_heads_and_give_them_back(own_result: TrainResult, tmp_path: Path, ending: str) -> None:
    source, target = tmp_path / "in.csv", tmp_path / f"out{ending}"
    frame = pd.DataFrame({"text": TEXTS, "cause": list("abcd"), "created_at": "2026-03-02T08:00:00Z"})
    frame.to_csv(source, index=False)
    score_file(source, target, model=own_result.model)
    (read,) = iter_scored(target)
    assert list(read.columns[-4:]) == OWN
    assert read["input_cause"].tolist() == list("abcd")
    expected = own_result.model.score(read_posts(source))
    for name in OWN:
        if name.endswith(("_probability", "_confidence")):
            np.testing.assert_allclose(read[name], expected[name], atol=5e-7)
        else:
            assert read[name].isna().tolist() == expected[name].isna().tolist()
            assert read[name].dropna().tolist() == expected[name].dropna().tolist()


def test_a_head_called_like_a_column_of_exports_is_not_taken_for_one(
    model: PostScorer, own_labelled: pd.DataFrame, tmp_path: Path
) -> None:
    ours = train(own_labelled.rename(columns={"cause": "betyg"}), model, heads=["betyg"]).model
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("Kommentar,rating\nhej hopp,4\n", encoding="utf-8")
    score_file(source, target, model=ours)
    with target.open(encoding="utf-8") as handle:
        assert next(csv.reader(handle))[-2:] == ["betyg", "betyg_confidence"]
    (read,) = iter_scored(target)
    assert read["rating"].tolist() == [4.0]


def test_trends_count_own_heads_and_add_up(own_result: TrainResult, own_labelled: pd.DataFrame) -> None:
    scored = own_result.model.score(own_labelled.drop(columns=["leaving", "cause"]).assign(brand="Telmira", channel="web"))
    whole = compute_trends(scored, freq="D")
    assert sum(compute_trends(scored.iloc[part], freq="D") for part in (slice(0, 17), slice(17, 30), slice(30, None))) == whole
    frame = compute_trends(scored, by="brand", freq="YS").to_frame()
    assert list(frame.columns[-4:]) == ["n_leaving", "leaving_rate", "leaving_rate_low", "leaving_rate_high"]
    assert frame["n_leaving"].tolist() == [int(scored["is_leaving"].sum())]
    assert frame["leaving_rate"].tolist() == [pytest.approx(scored["is_leaving"].mean())]
    assert 0 < frame["leaving_rate_low"].item() < frame["leaving_rate"].item() < frame["leaving_rate_high"].item() < 1
    assert compute_trends(scored, by="cause", freq="YS").to_frame()["cause"].tolist() == ["moving", "price"]
    hidden = compute_trends(scored, by="brand", freq="D").to_frame(min_count=100)
    assert hidden[["leaving_rate", "leaving_rate_low"]].isna().all(axis=None)


def test_posts_without_the_head_do_not_thin_its_rate(
    own_result: TrainResult, model: PostScorer, own_labelled: pd.DataFrame
) -> None:
    posts = own_labelled[["text", "created_at"]].assign(brand="Telmira|Voltvik", brands="Telmira|Voltvik")
    mixed = [compute_trends(scorer.score(posts), by="brand", freq="YS") for scorer in (own_result.model, model)]
    both = (mixed[0] + mixed[1]).to_frame()
    alone = mixed[0].to_frame()
    assert both["n_posts"].tolist() == [2 * n for n in alone["n_posts"]]
    assert both["leaving_rate"].tolist() == alone["leaving_rate"].tolist()
    assert mixed[0].collapse().to_frame()["n_leaving"].tolist() == [alone["n_leaving"].iloc[0]], "each post once"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Leaving", "head_name"),
        ("brand", "head_name"),
        ("partial", "head_name"),
        ("label_x", "head_name"),
        ("a" * 33, "head_name"),
    ],
)
def test_names_that_no_head_can_have(model: PostScorer, own_labelled: pd.DataFrame, name: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        train(own_labelled, model, heads=[name])
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (lambda n: [f"kind {i}" for i in range(n)], "too_few_labels"),
        (lambda n: ["a very long label that is rather a post than a class of posts"] * n, "not_classes"),
        (lambda n: ["ja", "nej", "kanske"] * (n // 3), "unknown_label"),
        (lambda n: [None] * n, "no_labels"),
        (lambda n: ["x"] * n, "one_class"),
    ],
)
def test_labels_that_make_no_head(model: PostScorer, own_labelled: pd.DataFrame, labels: object, reason: str) -> None:
    posts = own_labelled.assign(cause=labels(len(own_labelled)))  # type: ignore[operator]
    with pytest.raises(LabelError) as caught:
        train(posts, model, heads=["cause"])
    assert caught.value.reason == reason


def test_a_column_that_is_not_there_is_told(model: PostScorer, own_labelled: pd.DataFrame) -> None:
    with pytest.raises(LabelError, match="no label column 'outage'; the table has: text, leaving") as caught:
        train(own_labelled, model, heads=["leaving", "outage"])
    assert caught.value.reason == "no_label_column"


def test_rare_classes_are_gathered_or_left_out(model: PostScorer, own_labelled: pd.DataFrame) -> None:
    cause = own_labelled["cause"].str.strip().str.lower().tolist()
    with pytest.warns(DataQualityWarning, match="2 classes of 'cause' have fewer than 5 .* learnt as 'other'"):
        result = train(own_labelled.assign(cause=["rain", "snow"] * 3 + cause[6:]), model, heads=["cause"])
    assert result.model.stack.heads["cause"].classes == ("moving", "other", "price")
    with pytest.warns(DataQualityWarning, match="1 classes of 'cause' .* are left out"):
        result = train(own_labelled.assign(cause=["rain"] * 3 + cause[3:]), model, heads=["cause"])
    assert result.model.manifest["labels"]["cause"].keys() == {"moving", "price"}
    assert result.unseen["cause_confidence"].isna().sum() == 3


def test_a_file_with_hostile_heads_is_refused(own_result: TrainResult) -> None:
    model = own_result.model
    for change in ({"name": "brand"}, {"classes": ["0", "0"]}, {"classes": ["", "x"]}, {"name": "../x"}):
        heads = [{**head, **change} if head["name"] == "leaving" else head for head in model.manifest["heads"]]
        arrays = {key.replace("leaving", change.get("name", "leaving").strip("./")): a for key, a in model._arrays.items()}
        with pytest.raises(ModelFormatError):
            load_model(write_model_bytes({**model.manifest, "heads": heads}, arrays))
    with pytest.raises(ModelFormatError, match="lacks a head or a threshold"):
        load_model(write_model_bytes({**model.manifest, "thresholds": {"complaint": 0.5}}, model._arrays))


def test_another_threshold_is_another_model(own_result: TrainResult) -> None:
    strict = own_result.model.with_threshold(0.99, head="leaving").with_threshold(0.01)
    assert strict.model_id != own_result.model.model_id
    assert strict.thresholds == {"complaint": 0.01, "leaving": 0.99}
    scored, before = strict.score(TEXTS[:2]), own_result.model.score(TEXTS[:2])
    assert scored["is_leaving"].tolist() == [False, False]
    assert scored["is_complaint"].all()
    assert scored["leaving_probability"].tolist() == before["leaving_probability"].tolist()
    assert "metrics" not in strict.manifest
    assert load_model(strict.to_bytes()).model_id == strict.model_id
    for head, value in (("cause", 0.5), ("complaint", 1.0), ("complaint", float("nan")), ("complaint", True)):
        with pytest.raises(ConfigError):
            own_result.model.with_threshold(value, head=head)


def test_the_command_learns_own_heads(
    model_path: Path, own_labelled: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled, ours, out = tmp_path / "labelled.csv", tmp_path / "ours.sentilens", tmp_path / "trends.csv"
    own_labelled.to_csv(labelled, index=False)
    options = ["--base", str(model_path), "--head", "leaving", "--head", "cause", "--split", "time", "--threshold", "0.4"]
    assert main(["train", str(labelled), "-o", str(ours), *options]) == 0
    told = capsys.readouterr().out
    assert "leaving: " in told
    assert "the newest, by one of the older" in told
    assert load_model(ours).threshold == 0.4
    assert main(["trends", str(labelled), "--model", str(ours), "--by", "cause", "-o", str(out), "-q"]) == 0
    with out.open(encoding="utf-8") as handle:
        assert "leaving_rate_high" in next(csv.reader(handle))
    assert main(["train", str(labelled), "-o", str(ours), "--head", "leaving", "--threshold", "much"]) == 2
    assert "per-day=20" in capsys.readouterr().err
