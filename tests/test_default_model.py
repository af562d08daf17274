"""The default model and the samples: floors below which something has broken, and what the samples promise."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

import sentilens as sl
from sentilens.near_copies import near_copy_groups
from sentilens.schema import LANGUAGES

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data/samples"

#: Complaint F1 and sentiment macro-F1 on the sample posts must not fall below these (measured: docs/accuracy.md, less about .08).
FLOORS = {
    "sv": (0.62, 0.68), "nb": (0.64, 0.66), "nn": (0.60, 0.64), "da": (0.62, 0.72), "fi": (0.62, 0.64),
    "is": (0.66, 0.64), "fo": (0.66, 0.66), "de": (0.60, 0.64), "en": (0.52, 0.56),
}  # fmt: skip

#: Complaint F1 on the test part of the labelled posts, which no training has seen.
TEST_PART_FLOORS = {"sv": 0.66, "nb": 0.68, "nn": 0.60, "da": 0.68, "fi": 0.62, "is": 0.62, "fo": 0.55, "de": 0.60, "en": 0.55}


@pytest.fixture(scope="module")
def posts() -> pd.DataFrame:
    return pd.read_csv(SAMPLES / "posts.csv", dtype=str, keep_default_na=False)


def test_accuracy_floors(posts: pd.DataFrame) -> None:
    table = sl.evaluate(None, posts).table.set_index("value")
    assert set(FLOORS) == set(LANGUAGES)
    fallen = {
        language: (round(table.loc[language, "complaint_f1"], 3), round(table.loc[language, "sentiment_macro_f1"], 3))
        for language, (complaint, sentiment) in FLOORS.items()
        if table.loc[language, "complaint_f1"] < complaint or table.loc[language, "sentiment_macro_f1"] < sentiment
    }
    assert not fallen
    assert table.loc["", "complaint_ece"] < 0.08


def test_accuracy_floors_on_the_test_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    own = importlib.import_module("labelled_posts").read_own_posts()
    table = sl.evaluate(None, own[own["is_test"].astype(bool)]).table.set_index("value")
    fallen = {
        language: round(table.loc[language, "complaint_f1"], 3)
        for language, floor in TEST_PART_FLOORS.items()
        if table.loc[language, "complaint_f1"] < floor
    }
    assert not fallen
    assert table.loc["", "average_precision"] > 0.78
    assert table.loc["", "complaint_ece"] < 0.06


def test_languages_of_the_samples_are_told_apart(posts: pd.DataFrame) -> None:
    named = sl.LanguageIdentifier().predict(posts["text"])
    assert (named == posts["language"]).mean() > 0.96


def test_sample_posts_are_not_in_the_training_data(posts: pd.DataFrame) -> None:
    training = pd.concat(
        [pd.read_csv(path, dtype=str, keep_default_na=False) for path in (ROOT / "data/labelled").glob("*.csv")]
    )
    both = pd.concat([posts["text"], training["text"]]).map(sl.normalize_text).tolist()
    groups = near_copy_groups(both)
    assert not set(groups[: len(posts)]) & set(groups[len(posts) :])


def test_samples_are_what_the_script_makes(posts: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    script = importlib.import_module("make_samples")
    shutil.copy(SAMPLES / "posts.csv", tmp_path)
    monkeypatch.setattr(script, "SAMPLES", tmp_path)
    script.main()
    for name in ("export.csv", "export_excel.csv", "labelled.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), f"{name} is stale: run make samples"


def test_both_dialects_tell_the_same() -> None:
    plain, excel = sl.read_posts(SAMPLES / "export.csv"), sl.read_posts(SAMPLES / "export_excel.csv")
    assert len(plain) == len(excel) >= 1_200
    assert plain["created_at"].equals(excel["created_at"])
    assert plain["brand"].equals(excel["brand"])
    assert plain["rating"].equals(excel["rating"])
    assert plain["brand"].nunique() == 4
    assert plain["channel"].nunique() == excel["channel"].nunique() == 6
