from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sentilens.choosing import choose_posts_to_label, write_label_sheet
from sentilens.choosing.sheet import read_guideline
from sentilens.errors import ConfigError
from sentilens.ingest import read_posts
from sentilens.labelling import read_labelled
from sentilens.schema import HEAD_CLASSES, LABEL_COLUMNS, TOPICS
from sentilens.scorer import PostScorer


@pytest.fixture
def chosen(export: pd.DataFrame, model: PostScorer) -> pd.DataFrame:
    export["created_at"] = pd.Timestamp("2026-03-01T08:30:00Z")
    posts = pd.concat([export.head(20), export.head(1).assign(text="=HYPERLINK(1) – paketet kom aldrig fram", post_id="odd")])
    return choose_posts_to_label(posts, 30, model=model)


def test_csv_is_marked_for_excel_and_runs_nothing(chosen: pd.DataFrame, tmp_path: Path) -> None:
    write_label_sheet(chosen, tmp_path / "a.csv")
    write_label_sheet(chosen, tmp_path / "b.csv", excel=True)
    plain, excel = (tmp_path / "a.csv").read_bytes(), (tmp_path / "b.csv").read_bytes()
    assert plain.startswith(b"\xef\xbb\xbfpost_id,text,")
    assert excel.startswith(b"\xef\xbb\xbfpost_id;text;")
    assert b"'=HYPERLINK" in plain
    assert b",=HYPERLINK" not in plain
    assert b";2026-03-01 08:30:00;" in excel


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.parquet"])
def test_every_form_is_read_back_as_it_was(chosen: pd.DataFrame, tmp_path: Path, name: str) -> None:
    filled = chosen.assign(complaint="ja", sentiment="negativ", labeller_note="är osäker")
    write_label_sheet(filled, tmp_path / name, excel=name.endswith("csv"))
    read = read_posts(tmp_path / name, extra_columns="all")
    assert read["text"].tolist() == chosen["text"].tolist()
    assert read["post_id"].tolist() == chosen["post_id"].tolist()
    assert read["chosen_because"].tolist() == chosen["chosen_because"].tolist()
    assert read["created_at"].tolist() == chosen["created_at"].tolist()
    assert read["rating"].isna().all()
    assert not read.attrs["audit"].concerns()
    assert (read_labelled(read)["complaint"] == 1).all()


def test_what_excel_saves_is_read_back(chosen: pd.DataFrame, tmp_path: Path) -> None:
    write_label_sheet(chosen.assign(complaint="nej"), tmp_path / "a.csv", excel=True)
    saved = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "b.csv").write_bytes(saved.encode("cp1252"))
    read = read_posts(tmp_path / "b.csv", extra_columns="all")
    assert read["text"].tolist() == chosen["text"].tolist()
    assert read_labelled(read)["complaint"].tolist() == [0.0] * len(chosen)


def test_a_workbook_has_lists_and_the_guideline(chosen: pd.DataFrame, tmp_path: Path) -> None:
    write_label_sheet(chosen, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["posts", "guideline"]
    page = book["posts"]
    header = [cell.value for cell in page[1]]
    rules = {header[next(iter(rule.sqref.ranges)).min_col - 1]: rule for rule in page.data_validations.dataValidation}
    assert set(rules) == set(LABEL_COLUMNS)
    for name, rule in rules.items():
        assert rule.formula1.strip('"').split(",") == list(HEAD_CLASSES[name])
        assert len(rule.formula1) < 255  # the limit of a list in a rule
        assert next(iter(rule.sqref.ranges)).max_row == len(chosen) + 1
    assert page.cell(2, 2).alignment.wrap_text or len(page.cell(2, 2).value) <= 60
    assert [cell.value for cell in book["guideline"][1]] == ["column", "label", "meaning"]
    write_label_sheet(chosen, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_guideline_speaks_of_every_label() -> None:
    rows = read_guideline()
    assert {len(row) for row in rows} == {3}
    assert {row[0] for row in rows[1:]} == set(LABEL_COLUMNS)
    for name in ("complaint", "severity", "expects_reply"):
        assert {row[1] for row in rows if row[0] == name} == set(HEAD_CLASSES[name])
    assert TOPICS[-1] == "other"


def test_other_endings_are_refused(chosen: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        write_label_sheet(chosen, tmp_path / "a.docx")
    assert not list(tmp_path.iterdir())
