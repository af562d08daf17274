from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sentilens.choosing import choose_posts_to_label, control_rows, estimate_from_control
from sentilens.choosing.candidates import tickets
from sentilens.errors import LabelError, MissingColumnsError
from sentilens.scorer import PostScorer


def test_the_control_posts_of_several_batches_are_one_random_sample(export: pd.DataFrame, model: PostScorer) -> None:
    batches: list[pd.DataFrame] = []
    for _ in range(3):
        batches.append(choose_posts_to_label(export, 30, model=model, labelled=batches, control_share=0.3))
    handed_out = pd.concat(batches)
    sample = control_rows(handed_out)
    assert (handed_out["chosen_because"] == "control").sum() == 27
    assert len(sample) > 27  # some were chosen for another reason before the draw came to them
    # All posts of the export whose random numbers are the lowest, and no other: nothing but chance has chosen them.
    lowest = export.iloc[np.argsort(tickets(export["text"], 0))[: len(sample)]]
    assert set(sample["post_id"]) == set(lowest["post_id"])


def test_numbers_are_evenly_spread_and_outlive_spreadsheets() -> None:
    texts = pd.Series([f"Beställning {number} är sen" for number in range(4000)])
    numbers = tickets(texts, 0)
    assert np.histogram(numbers, bins=8, range=(0, 1))[0].min() > 400
    assert abs(np.corrcoef(numbers, tickets(texts, 1))[0, 1]) < 0.06
    assert (tickets(texts.str.upper() + "\r\n – !", 0) == numbers).all()


def test_estimates_are_near_the_truth_though_the_rest_is_not(export: pd.DataFrame, model: PostScorer) -> None:
    truth = export.set_index("post_id").index.str.split("-").str[1] == "0"
    covered = 0
    for seed in range(20):
        chosen = choose_posts_to_label(export, 60, model=model, seed=seed, control_share=0.4)
        chosen["complaint"] = chosen["post_id"].str.split("-").str[1].eq("0").astype(int)
        row = estimate_from_control(chosen, seed=seed).iloc[0]
        assert (row["label"], row["n_posts"]) == ("complaint", len(control_rows(chosen, seed=seed)))
        covered += row["share_low"] <= truth.mean() <= row["share_high"]
    assert covered >= 17


def test_shares_of_all_labels() -> None:
    rows = [("bra", "positive", None), ("dåligt", "negative", 1), ("nja", None, 0), ("uselt", "negative", 1)]
    posts = pd.DataFrame(rows, columns=["text", "sentiment", "complaint"]).assign(chosen_because="Control ")
    table = estimate_from_control(posts).set_index("label")
    assert table["n_posts"].to_dict() == {"complaint": 3, "negative": 3, "neutral": 3, "positive": 3}
    assert table["n_labelled"].to_dict() == {"complaint": 2, "negative": 2, "neutral": 0, "positive": 1}
    assert table["share"].round(3).to_dict() == {"complaint": 0.667, "negative": 0.667, "neutral": 0.0, "positive": 0.333}
    assert ((table["share_low"] <= table["share"]) & (table["share"] <= table["share_high"])).all()


def test_labels_without_a_control_share_are_refused() -> None:
    posts = pd.DataFrame({"text": ["a"], "complaint": [1]})
    with pytest.raises(MissingColumnsError, match="chosen_because"):
        control_rows(posts)
    with pytest.raises(LabelError) as error:
        estimate_from_control(posts.assign(chosen_because="uncertain"))
    assert error.value.reason == "no_control"
