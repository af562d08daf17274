from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.agreement import measure_agreement
from sentilens.errors import ConfigError, LabelError


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The intervals of these tests may be rough."""
    monkeypatch.setattr("sentilens.agreement._DRAWS", 50)
    monkeypatch.setattr("sentilens.agreement._MIN_DRAWS", 50)


def both(first: list[object], second: list[object], head: str = "complaint") -> dict[str, pd.DataFrame]:
    posts = [f"post {number}" for number in range(len(first))]
    return {"ann": pd.DataFrame({"text": posts, head: first}), "bo": pd.DataFrame({"text": posts, head: second})}


def test_kappa_and_alpha_by_hand() -> None:
    # Cohen 1960 by hand: 20 and 15 of 50 said alike, 5 and 10 not; by chance .5 * .6 + .5 * .4 would be.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    row = measure_agreement(both(first, second)).table.iloc[0]
    assert row[["labellers", "n_posts"]].tolist() == ["ann, bo", 50]
    assert row["same"] == pytest.approx(0.7)
    assert row["kappa"] == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    # Of 100 labels 55 are yes: two unlike ones are drawn with 2 * 55 * 45 / (100 * 99).
    assert row["alpha"] == pytest.approx(1 - 0.3 / (2 * 55 * 45 / 9900))
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
    assert row["alpha_low"] < row["alpha"] < row["alpha_high"]
    assert 0.2 < row["kappa_high"] - row["kappa_low"] < 0.8


def test_alpha_with_gaps_and_four_labellers() -> None:
    # The worked example with missing labels of Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C:
    # nominal alpha is .743, of interval data .849.
    told = {
        "a": "1 2 3 3 2 1 4 1 2 - - -",
        "b": "1 2 3 3 2 2 4 1 2 5 - 3",
        "c": "- 3 3 3 2 3 4 2 2 5 1 -",
        "d": "1 2 3 3 2 4 4 1 2 5 1 -",
    }
    frame = pd.DataFrame(
        [
            {"labeller": who, "text": f"post {number}", "label_kind": cell, "severity": int(cell) - 1}
            for who, cells in told.items()
            for number, cell in enumerate(cells.split())
            if cell != "-"
        ]
    )
    table = measure_agreement(frame).table
    over_all = table[table["labellers"] == "all"].set_index("head")
    assert over_all.loc["severity", "alpha"] == pytest.approx(0.849, abs=5e-4)
    assert over_all.loc["kind", "alpha"] == pytest.approx(0.743, abs=5e-4)
    assert over_all["n_posts"].tolist() == [11, 11]
    assert over_all["kappa"].isna().all()
    assert len(table) == 14


def test_a_near_miss_counts_less_in_an_order() -> None:
    near = measure_agreement(both([0, 1, 2, 3, 4] * 4, [1, 1, 2, 3, 4] * 4, "severity")).table.iloc[0]
    far = measure_agreement(both([0, 1, 2, 3, 4] * 4, [4, 1, 2, 3, 4] * 4, "severity")).table.iloc[0]
    assert near["same"] == far["same"]
    assert near["kappa"] > far["kappa"] + 0.2
    assert near["alpha"] > far["alpha"] + 0.2


def test_labels_as_people_write_them_and_confusion() -> None:
    result = measure_agreement(both(["Ja", "nej", "ja", ""], ["1", "0", "nei", "1"]))
    assert result.table.loc[0, ["n_posts", "same"]].tolist() == [3, pytest.approx(2 / 3)]
    confusion = result.confusion("complaint")
    assert confusion.loc["0", "1"] == confusion.loc["1", "0"] == 1
    assert confusion.loc["1", "1"] == confusion.loc["0", "0"] == 2
    assert np.isnan(result.table.loc[0, "kappa_low"])
    assert "kappa" in repr(result)
    assert "<table" in result._repr_html_()
    with pytest.raises(ConfigError, match="topic"):
        result.confusion("topic")


def test_who_labels_twice_has_the_last_word_and_single_labels_are_left_out() -> None:
    frame = pd.DataFrame(
        {
            "post_id": ["1", "1", "1", "2"],
            "text": "the same words",
            "labeller": ["ann", "ann", "bo", "ann"],
            "complaint": [0, 1, 1, 1],
        }
    )
    row = measure_agreement(frame).table.iloc[0]
    assert row[["n_posts", "same"]].tolist() == [1, 1.0]
    assert np.isnan(row["kappa"])


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pd.DataFrame({"text": ["a"], "complaint": [1]}), "no_labellers"),
        (pd.DataFrame({"text": ["a", "b"], "complaint": [1, 0], "labeller": ["ann", "bo"]}), "no_overlap"),
        (pd.DataFrame({"text": ["a", "a"], "labeller": ["ann", "bo"]}), "no_labels"),
        (pd.DataFrame({"complaint": [1, 1], "labeller": ["ann", "bo"]}), "no_posts"),
        (pd.DataFrame({"text": ["a", "a"], "complaint": ["hm", "1"], "labeller": ["ann", "bo"]}), "unknown_label"),
    ],
)
def test_what_cannot_be_measured_is_told(frame: pd.DataFrame, reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        measure_agreement(frame)
    assert caught.value.reason == reason


@settings(max_examples=20)
@given(st.lists(st.integers(0, 2), min_size=2, max_size=9))
def test_who_agrees_in_all_agrees_fully(said: list[int]) -> None:
    moods = ["negative", "neutral", "positive"]
    labels: list[object] = [moods[number] for number in said]
    row = measure_agreement(both(labels, labels, "sentiment")).table.iloc[0]
    assert row["same"] == row["alpha"] == 1
    assert row["kappa"] == 1 or len(set(said)) == 1


def test_files_are_read(tmp_path: object) -> None:
    from pathlib import Path

    paths = {}
    for name, frame in both(["ja", "nej"] * 6, ["ja", "ja"] * 6).items():
        paths[name] = Path(str(tmp_path)) / f"{name}.csv"
        frame.to_csv(paths[name], index=False)
    assert measure_agreement(paths).table.loc[0, "same"] == 0.5
