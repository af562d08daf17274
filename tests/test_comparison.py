from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, log_loss

from sentilens.calibration import expected_calibration_error
from sentilens.comparison import (
    BETTER,
    MARGIN,
    NO_WORSE,
    TOO_FEW,
    WORSE,
    ComparisonResult,
    Verdict,
    compare_models,
    compare_scored,
    mcnemar_p,
)
from sentilens.errors import ConfigError, DataQualityWarning, LabelError, MissingColumnsError
from sentilens.judged import labelled_heads, read_judged
from sentilens.schema import SENTIMENTS
from sentilens.scorer import PostScorer


def scored_posts(n: int, right: float, seed: int = 0) -> pd.DataFrame:
    """Labelled posts of which a share is scored right, in both heads."""
    generator = np.random.default_rng(seed)
    complaint = generator.integers(0, 2, n)
    sentiment = generator.integers(0, 3, n)
    hit = generator.random((n, 2)) < right
    said = np.where(hit[:, 0], complaint, 1 - complaint)
    mood = np.where(hit[:, 1], sentiment, (sentiment + 1) % 3)
    sure = 0.5 + 0.45 * generator.random((n, 2))
    spread = np.where(np.arange(3) == mood[:, None], sure[:, 1:], (1 - sure[:, 1:]) / 2)
    return pd.DataFrame(
        {
            "label_complaint": complaint.astype(float),
            "label_sentiment": np.asarray(SENTIMENTS, dtype=object)[sentiment],
            "is_complaint": said == 1,
            "complaint_probability": np.where(said == 1, sure[:, 0], 1 - sure[:, 0]),
            "sentiment": np.asarray(SENTIMENTS, dtype=object)[mood],
            **dict(zip(("p_negative", "p_neutral", "p_positive"), spread.T, strict=True)),
            "language": np.where(np.arange(n) % 3 == 0, "fi", "sv"),
            "channel": None,
        }
    )


def relabelled(scored: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The scores of a worse or better model of the same posts."""
    return scored.assign(label_complaint=like["label_complaint"], label_sentiment=like["label_sentiment"])


def test_figures_are_those_of_scikit_learn() -> None:
    old, new = scored_posts(300, 0.7), scored_posts(300, 0.9)
    table = compare_scored(old, new, np.arange(300), by=()).table.set_index(["head", "metric"])
    truth, said, stated = new["label_complaint"], new["is_complaint"], new["complaint_probability"]
    assert table.loc[("complaint", "f1"), "new"] == pytest.approx(f1_score(truth, said))
    assert table.loc[("complaint", "average_precision"), "new"] == pytest.approx(average_precision_score(truth, stated))
    assert table.loc[("complaint", "ece"), "new"] == pytest.approx(expected_calibration_error(stated, truth))
    assert table.loc[("complaint", "log_loss"), "new"] == pytest.approx(log_loss(truth, stated))
    macro = f1_score(old["label_sentiment"], old["sentiment"], average="macro")
    assert table.loc[("sentiment", "macro_f1"), "old"] == pytest.approx(macro)
    probabilities = old[["p_negative", "p_neutral", "p_positive"]]
    assert table.loc[("sentiment", "log_loss"), "old"] == pytest.approx(log_loss(old["label_sentiment"], probabilities))
    assert (table["difference"] == table["new"] - table["old"]).all()
    assert ((table["difference_low"] <= table["difference"]) & (table["difference"] <= table["difference_high"])).all()


def test_precision_of_equal_scores_is_read_at_the_last_of_them() -> None:
    posts = scored_posts(80, 0.8)
    posts["complaint_probability"] = posts["complaint_probability"].round(1)
    table = compare_scored(posts, posts, np.arange(80), by=()).table.set_index(["head", "metric"])
    expected = average_precision_score(posts["label_complaint"], posts["complaint_probability"])
    assert table.loc[("complaint", "average_precision"), "new"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("right", "n", "verdict"),
    [(0.95, 600, BETTER), (0.6, 600, WORSE), (0.8, 200, TOO_FEW), (0.95, 40, TOO_FEW)],
)
def test_verdicts(right: float, n: int, verdict: str) -> None:
    old = scored_posts(n, 0.8)
    new = relabelled(scored_posts(n, right, seed=0), old)
    if right == 0.8:
        # As many posts won as lost.
        right_before = old["is_complaint"] == old["label_complaint"]
        turned = old.index.isin([*old.index[right_before][:15], *old.index[~right_before][:15]])
        new["is_complaint"] = old["is_complaint"] ^ turned
        new["sentiment"] = old["sentiment"]
    result = compare_scored(old, new, np.arange(n), by=())
    assert result.verdict == verdict
    of_complaints = next(found for found in result.verdicts if found.head == "complaint")
    assert of_complaints.word == verdict
    assert (of_complaints.n_needed is not None) == (verdict == TOO_FEW)
    if verdict == TOO_FEW:
        assert of_complaints.n_needed is not None
        assert of_complaints.n_needed > n
        assert f"{of_complaints.n_needed:,}" in str(of_complaints)


def test_the_same_answers_are_called_so() -> None:
    old = scored_posts(200, 0.8)
    verdicts = [str(verdict) for verdict in compare_scored(old, old.copy(), np.arange(200), by=()).verdicts]
    assert "complaint: no worse within noise (the same answers as before; 200 posts)" in verdicts


def test_a_tiny_change_over_many_posts_is_no_worse() -> None:
    old = scored_posts(4000, 0.8)
    new = old.copy()
    new.loc[:3, "is_complaint"] = ~new.loc[:3, "is_complaint"]
    result = compare_scored(old, new, np.arange(4000), by=())
    assert result.verdict == NO_WORSE
    assert all(found.low >= -MARGIN for found in result.verdicts)


def test_one_worse_head_makes_the_whole_worse() -> None:
    old = scored_posts(600, 0.8)
    new = relabelled(scored_posts(600, 0.95), old)
    new["sentiment"] = "neutral"
    result = compare_scored(old, new, np.arange(600), by=())
    assert {found.head: found.word for found in result.verdicts} == {"sentiment": WORSE, "complaint": BETTER}
    assert result.verdict == WORSE


def test_near_copies_are_drawn_together_and_vote_once() -> None:
    old, new = scored_posts(40, 0.7), scored_posts(40, 0.95)
    many_old, many_new = (pd.concat([frame] * 10, ignore_index=True) for frame in (old, new))
    groups = np.tile(np.arange(40), 10)
    alone = compare_scored(old, new, np.arange(40), by=()).table
    grouped = compare_scored(many_old, many_new, groups, by=()).table
    np.testing.assert_allclose(grouped["difference"], alone["difference"])
    np.testing.assert_allclose(grouped["p_value"], alone["p_value"])
    np.testing.assert_allclose(grouped["difference_low"], alone["difference_low"], atol=0.02)
    free = compare_scored(many_old, many_new, np.arange(400), by=()).table
    widths = (frame["difference_high"] - frame["difference_low"] for frame in (free, grouped))
    assert (next(widths) < next(widths)).all()


def test_tables_break_down_by_what_there_is() -> None:
    posts = scored_posts(90, 0.8)
    table = compare_scored(posts, posts, np.arange(90)).table
    assert table.groupby(["by", "value"])["n_posts"].max().to_dict() == {
        ("all", ""): 90,
        ("language", "fi"): 30,
        ("language", "sv"): 60,
    }
    with pytest.raises(MissingColumnsError, match="region"):
        compare_scored(posts, posts, np.arange(90), by="region")
    with pytest.raises(ConfigError, match="same posts"):
        compare_scored(posts, posts.head(3), np.arange(3))
    with pytest.raises(LabelError):
        compare_scored(posts, posts.assign(label_complaint=None, label_sentiment=None), np.arange(90))


@settings(max_examples=6)
@given(st.integers(1, 120), st.integers(1, 40), st.integers(0, 1000))
def test_a_model_is_no_better_than_itself(n: int, n_groups: int, seed: int) -> None:
    posts = scored_posts(n, 0.7, seed)
    result = compare_scored(posts, posts, np.arange(n) % n_groups, by="language")
    assert result.verdict == NO_WORSE
    differences = result.table[["difference", "difference_low", "difference_high"]].to_numpy()
    assert (np.nan_to_num(differences) == 0).all()
    assert (result.table.loc[result.table["metric"] == "accuracy", "p_value"] == 1).all()


@settings(max_examples=6)
@given(st.integers(20, 120), st.integers(0, 1000))
def test_turned_round_the_difference_changes_its_sign(n: int, seed: int) -> None:
    old, new = scored_posts(n, 0.7, seed), scored_posts(n, 0.9, seed)
    there = compare_scored(old, new, np.arange(n), by=()).table
    back = compare_scored(relabelled(new, old), old, np.arange(n), by=()).table
    np.testing.assert_allclose(there["difference"], -back["difference"], atol=1e-12)
    np.testing.assert_allclose(there["difference_low"], -back["difference_high"], atol=1e-12)
    np.testing.assert_allclose(there["p_value"], back["p_value"])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_mcnemar_is_symmetric_and_a_probability(pairs: list[tuple[bool, bool]]) -> None:
    old, new = [a for a, _ in pairs], [b for _, b in pairs]
    p = mcnemar_p(old, new)
    assert 0 < p <= 1
    assert p == pytest.approx(mcnemar_p(new, old))


def test_mcnemar_by_hand() -> None:
    # 8 against 2 of 10: 2 * (1 + 10 + 45) / 1024
    old = [True] * 2 + [False] * 8 + [True] * 50
    new = [False] * 2 + [True] * 8 + [True] * 50
    assert mcnemar_p(old, new) == pytest.approx(2 * 56 / 1024)
    from statsmodels.stats.contingency_tables import mcnemar

    assert mcnemar_p(old, new) == pytest.approx(mcnemar([[50, 2], [8, 0]], exact=True).pvalue)


def test_models_on_a_table(model: PostScorer, labelled: pd.DataFrame) -> None:
    foreign = pd.DataFrame({"text": ["el paquete nunca ha llegado"], "sentiment": "negativ", "complaint": "ja"})
    with pytest.warns(DataQualityWarning, match="1 of 37"):
        result = compare_models(model, None, pd.concat([labelled, foreign], ignore_index=True))
    assert result.old == model.model_id
    assert result.new.startswith("default-")
    assert set(result.table["head"]) == {"sentiment", "complaint"}
    assert result.verdict in {BETTER, TOO_FEW}
    assert result.total()["n_posts"].eq(36).all()
    assert result.verdict in repr(result)
    assert "<table" in result._repr_html_()
    assert "nan" not in result._repr_html_()


def test_labels_of_every_kind_are_read() -> None:
    posts = pd.DataFrame(
        {
            "label_severity": ["2", 3.0, None],
            **{f"severity_{level}": [0.1, 0.1, 0.1] for level in (0, 1, 4)},
            "severity_2": [0.6, 0.3, 0.3],
            "severity_3": [0.1, 0.4, 0.4],
            "severity": ["not a score"] * 3,
            "label_leaving": ["1", "0", "0"],
            "leaving_probability": [0.7, 0.2, np.nan],
            "is_leaving": pd.array([True, False, None], dtype="boolean"),
            "label_cause": ["price", "move", "price"],
            "cause": ["price", "price", None],
            "cause_confidence": [0.9, 0.5, np.nan],
        }
    )
    assert labelled_heads(posts) == ["severity", "leaving", "cause"]
    severity, leaving, cause = (read_judged(posts, head) for head in labelled_heads(posts))
    assert severity.truth.tolist() == severity.decided.tolist() == [2, 3]
    assert leaving.is_binary
    assert leaving.decided.tolist() == [1, 0]
    assert cause.classes == ("move", "price")
    assert cause.probabilities is None
    assert (cause.truth == cause.decided).tolist() == [True, False]
    assert len(read_judged(posts, "complaint").rows) == 0


def test_a_question_that_only_one_model_knows_makes_it_no_better() -> None:
    verdicts = (
        Verdict("complaint", NO_WORSE, "f1", 0.0, -0.01, 0.01, 300),
        Verdict("leaving", BETTER, "f1", 0.4, 0.3, 0.5, 300),
    )
    found = ComparisonResult(pd.DataFrame(), verdicts, "old", "new", frozenset({"leaving"}))
    assert found.verdict == NO_WORSE
    assert ComparisonResult(pd.DataFrame(), verdicts[1:], "old", "new", frozenset({"leaving"})).verdict == BETTER
