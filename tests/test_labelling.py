from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import DataQualityWarning, LabelError
from sentilens.label_words import TOPIC_WORDS
from sentilens.labelling import count_contradictions, parse_complaints, parse_labels, parse_sentiments, read_labelled
from sentilens.schema import TOPICS
from sentilens.scorer import PostScorer


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Ja", " nej ", "KYLLÄ", "ei", "já", "Nein"], [1, 0, 1, 0, 1, 0]),
        ([1, 0, None], [1, 0, np.nan]),
        ([1.0, 0.0, np.nan], [1, 0, np.nan]),
        ([True, False, ""], [1, 0, np.nan]),
        (pd.array(["1", pd.NA, "0"], dtype="string"), [1, np.nan, 0]),
    ],
)
def test_complaints_as_people_write_them(cells: object, expected: list[float]) -> None:
    np.testing.assert_array_equal(parse_complaints(pd.Series(cells)), expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Negativ", "nøytral", "POSITIIVINEN"], ["negative", "neutral", "positive"]),
        ([-1, 0, 1], ["negative", "neutral", "positive"]),
        ([-1.0, np.nan, 1.0], ["negative", None, "positive"]),
        (["neikvætt", "", "pos"], ["negative", None, "positive"]),
    ],
)
def test_sentiments_as_people_write_them(cells: list[object], expected: list[object]) -> None:
    assert parse_sentiments(pd.Series(cells)).tolist() == expected


def test_an_unknown_label_is_told_with_its_column() -> None:
    with pytest.raises(LabelError, match=r"2 of 3 labels in 'complaint' are not understood \('maybe', 'perhaps'\)") as caught:
        parse_complaints(pd.Series(["ja", "perhaps", "maybe"]))
    assert caught.value.reason == "unknown_label"


def test_a_post_in_the_label_column_is_not_quoted() -> None:
    with pytest.raises(LabelError) as caught:
        parse_sentiments(pd.Series(["Jag bor på Storgatan 5 och väntar på mitt paket"]))
    assert "storgatan" not in str(caught.value).casefold()
    assert "a longer text" in str(caught.value)


def test_posts_without_text_or_label_are_left_out() -> None:
    posts = pd.DataFrame({"text": ["a", " ", None, "d", 5], "complaint": ["ja", "ja", "ja", "", "ja"], "note": list("vwxyz")})
    read = read_labelled(posts)
    assert read[["text", "complaint", "note"]].to_dict("records") == [{"text": "a", "complaint": 1.0, "note": "v"}]
    assert read["sentiment"].tolist() == [None] or read["sentiment"].isna().all()
    assert posts["complaint"].tolist() == ["ja", "ja", "ja", "", "ja"]  # the caller's table stays as it was


def test_a_file_is_read_like_a_table(tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv"
    path.write_bytes("Kommentar;complaint;region\nFönstret läcker;Ja;Norr\nTack!;nej;Syd\n".encode("cp1252"))
    read = read_labelled(path)
    assert read["text"].tolist() == ["Fönstret läcker", "Tack!"]
    assert read["complaint"].tolist() == [1.0, 0.0]
    assert read["region"].tolist() == ["Norr", "Syd"]


@pytest.mark.parametrize(
    ("posts", "reason"),
    [
        ({"body": ["a"], "complaint": [1]}, "no_text_column"),
        ({"text": ["a"], "score": [1]}, "no_labels"),
        ({"text": ["a"], "complaint": [""]}, "no_labels"),
        ({"text": [], "complaint": []}, "no_labels"),
    ],
)
def test_tables_without_labels_are_refused(posts: dict[str, list[object]], reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        read_labelled(pd.DataFrame(posts))
    assert caught.value.reason == reason


def test_contradictions_are_counted_by_text() -> None:
    posts = pd.DataFrame(
        {
            "text": ["a", "a", "b", "b", "c", "c"],
            "complaint": [0.0, 1.0, 1.0, 1.0, np.nan, 1.0],
            "sentiment": [None, None, "negative", "neutral", None, "neutral"],
        }
    )
    assert count_contradictions(posts) == 2


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["5 stjärnor", "★★", "3"], ["positive", "negative", "neutral"]),
        ([1, 2, 3, 4, 5, None], ["negative", "negative", "neutral", "positive", "positive", None]),
        (["4,0", "1,0", "negativt"], ["positive", "negative", "negative"]),
        (["2/5", "4 von 5"], ["negative", "positive"]),
    ],
)
def test_stars_are_sentiments_and_said_to_be(cells: list[object], expected: list[object]) -> None:
    with pytest.warns(DataQualityWarning, match="are stars"):
        parsed = parse_sentiments(pd.Series(cells))
    assert parsed.tolist() == expected


@pytest.mark.filterwarnings("ignore:The sentiment labels are stars")
@pytest.mark.parametrize("cells", [[0, 1, 4], ["-1", "5"], ["2", "1"]])
def test_stars_and_signs_do_not_mix(cells: list[object]) -> None:
    with pytest.raises(LabelError, match="stars from 1 to 5"):
        parse_sentiments(pd.Series(cells))


@pytest.mark.parametrize(
    ("head", "cells", "expected"),
    [
        ("complaint", ["1,0", "0,0", "Klagomål", "JOO", 1, 0.0, True], [1, 0, 1, 1, 1, 0, 1]),
        ("severity", ["3", 2.0, "4,0", "0", "1 - antydd", "Blame or threat", ""], [3, 2, 4, 0, 1, 4, np.nan]),
        ("expects_reply", ["Ja", "kyllä", "nej", 0, None], [1, 1, 0, 0, np.nan]),
        ("topic", ["Price / billing", "WAITING TIME", "kundtjänst", "Rückgabe", "Övrigt", "toimitus"],
         ["price_billing", "waiting_time", "customer_service", "refund_return", "other", "delivery"]),
        ("leaving", ["Ja", "nej ", "", 1], [1, 0, np.nan, 1]),
        ("cause", ["Price", "  price", "Moving   out", None], ["price", "price", "moving out", None]),
        ("level", [1, 2, 3.0, "2,0"], ["1", "2", "3", "2"]),
    ],
)  # fmt: skip
def test_labels_of_every_head_as_people_write_them(head: str, cells: list[object], expected: list[object]) -> None:
    parsed = parse_labels(pd.Series(cells, dtype=object), head).tolist()
    assert [None if value != value else value for value in parsed] == [None if value != value else value for value in expected]


def test_every_topic_is_known_by_its_name() -> None:
    written = [name.replace("_", " and ").title() for name in TOPICS]
    assert parse_labels(pd.Series(written), "topic").tolist() == list(TOPICS)
    assert set(TOPIC_WORDS.values()) == set(TOPICS)
    assert len(TOPIC_WORDS) > 8 * len(TOPICS)


@pytest.mark.parametrize(
    ("head", "cell"), [("severity", "5"), ("severity", "40"), ("topic", "weather"), ("expects_reply", "perhaps")]
)
def test_unknown_labels_of_further_heads(head: str, cell: str) -> None:
    with pytest.raises(LabelError, match="rename the column") as caught:
        parse_labels(pd.Series([cell, ""]), head)
    assert caught.value.reason == "unknown_label"


def test_label_columns_go_before_plain_ones() -> None:
    posts = pd.DataFrame({"text": ["a", "b"], "complaint": ["ja", "ja"], "label_complaint": ["nej", ""], "topic": ["", "pris"]})
    read = read_labelled(posts)
    assert read["complaint"].tolist()[0] == 0.0
    assert np.isnan(read["complaint"].tolist()[1])
    assert read["topic"].tolist() == [None, "price_billing"]
    assert "label_complaint" not in read.columns


def test_scores_are_no_labels(model: PostScorer) -> None:
    scored = model.score(pd.DataFrame({"text": ["paketet kom aldrig", "tack"]}))
    with pytest.raises(LabelError, match=r"the model's guess.*label_sentiment") as caught:
        read_labelled(scored)
    assert caught.value.reason == "only_scores"
    assert read_labelled(scored.assign(complaint=[1, 0]))["sentiment"].isna().all()
    assert read_labelled(scored.assign(label_sentiment=["neg", "pos"]))["sentiment"].tolist() == ["negative", "positive"]


def test_a_column_of_the_same_name_that_holds_other_things_is_passed_over() -> None:
    posts = pd.DataFrame({"text": ["a", "b", "c"], "complaint": [1, 0, 1], "severity": ["P1", "High", "3"]})
    with pytest.warns(DataQualityWarning, match="'severity' holds mostly other things") as told:
        read = read_labelled(posts)
    assert len(told) == 1
    assert read["severity"].isna().all()
    for changed in (posts.rename(columns={"severity": "label_severity"}), posts.assign(severity=["1", "2", "High"])):
        with pytest.raises(LabelError, match="'severity' are not understood"):
            read_labelled(changed)
    with pytest.raises(LabelError, match="'severity' are not understood"):
        read_labelled(posts, required=["severity"])
