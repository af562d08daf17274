from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import LabelError
from sentilens.labelling import count_contradictions, parse_complaints, parse_sentiments, read_labelled


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
