from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sentilens.xlsx
from sentilens.errors import ConfigError
from sentilens.spreadsheet import CUT_MARK, MAX_CELL_CHARS
from sentilens.tables import check_ending, open_table

FRAME = pd.DataFrame(
    {
        "id": ["00017", "122000000000000000", None],
        "text": ["=1+1", "å\r\nb\x01", "-5"],
        "when": pd.to_datetime(["2026-03-02T23:30:00Z", "2026-03-03T23:00:00Z", None]).tz_convert("Europe/Stockholm"),
        "share": [0.12345678, -1.5, np.nan],
        "n": [1, 2, 3],
        "yes": pd.array([True, None, False], dtype="boolean"),
    }
)


def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).worksheets[0]


def write(path: Path, frame: pd.DataFrame = FRAME, *, rows: int = 1000, **options: Any) -> int:
    with open_table(path, **options) as sink:
        for start in range(0, max(len(frame), 1), rows):
            sink.write(frame.iloc[start : start + rows])
    return sink.n_cut


def test_xlsx_has_each_value_in_its_type(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx")
    page = sheet(tmp_path / "a.xlsx")
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["id", "text", "when", "share", "n", "yes"],
        ["00017", "=1+1", datetime(2026, 3, 3, 0, 30), 0.123457, 1, True],
        ["122000000000000000", "å\nb\ufffd", datetime(2026, 3, 4), -1.5, 2, None],
        [None, "-5", None, None, 3, False],
    ]
    assert page["B2"].data_type == "s"  # no formula
    assert (page["C2"].number_format, page["C3"].number_format) == ("yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd")
    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert 18 < page.column_dimensions["A"].width < 25


def test_xlsx_is_the_same_whenever_and_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.concat([FRAME] * 80, ignore_index=True)
    write(tmp_path / "a.xlsx", frame)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000.0))
    for rows in (1, 7, 100):
        write(tmp_path / "b.xlsx", frame, rows=rows)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(tmp_path / "a.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)


@settings(max_examples=25)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_any_text_comes_back_from_xlsx_as_text(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    write(path, pd.DataFrame({"a": cells}))
    read = [cell.value or "" for (cell,) in sheet(path).iter_rows(min_row=2)]
    visible = [sentilens.xlsx._NOT_XML.sub("\ufffd", cell) for cell in cells]
    assert read + [""] * (len(cells) - len(read)) == visible


def test_too_long_texts_are_cut_and_counted(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["x" * (MAX_CELL_CHARS + 1), "y" * MAX_CELL_CHARS]})
    assert write(tmp_path / "a.xlsx", frame) == 1
    assert write(tmp_path / "a.csv", frame, excel=True) == 1
    assert write(tmp_path / "a.csv", frame) == 0
    first, second = (cell.value for (cell,) in sheet(tmp_path / "a.xlsx").iter_rows(min_row=2))
    assert (len(first), first[-4:]) == (MAX_CELL_CHARS, CUT_MARK)
    assert second == frame["text"][1]


@pytest.mark.parametrize(("limit", "reason"), [("MAX_DATA_ROWS", "too_many_rows"), ("MAX_COLUMNS", "too_many_columns")])
def test_what_a_worksheet_does_not_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    monkeypatch.setattr(sentilens.xlsx, limit, 250)
    frame = pd.DataFrame(np.zeros((250, 250)))
    write(tmp_path / "a.xlsx", frame)
    (tmp_path / "a.xlsx").unlink()
    larger = pd.DataFrame(np.zeros((251, 3) if limit == "MAX_DATA_ROWS" else (3, 251)))
    with pytest.raises(ConfigError, match=r"Write \.csv or \.parquet") as caught:
        write(tmp_path / "a.xlsx", larger, rows=200)
    assert caught.value.reason == reason
    assert list(tmp_path.iterdir()) == []


def test_csv_for_excel(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", excel=True)
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8") == (
        "\ufeffid;text;when;share;n;yes\r\n"
        "00017;'=1+1;2026-03-03 00:30:00;0,123457;1;True\r\n"
        '122000000000000000;"å\nb\x01";2026-03-04;-1,500000;2;\r\n'
        ";-5;;;3;False\r\n"
    )


def test_parquet_keeps_types(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", rows=2)
    read = pd.read_parquet(tmp_path / "a.parquet")
    assert read["when"].tolist()[:2] == FRAME["when"].tolist()[:2]
    assert str(read["when"].dt.tz) == "Europe/Stockholm"
    assert (read["share"].dtype, read["n"].dtype) == (np.float64, np.int64)
    assert read["text"].tolist() == FRAME["text"].tolist()


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "parquet"])
def test_a_failure_leaves_nothing(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_text("of yesterday")

    def fail() -> None:
        with open_table(path) as sink:
            sink.write(pd.concat([FRAME] * 50))
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        fail()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "of yesterday"


def test_endings() -> None:
    for name in ("a.csv", "A.XLSX", "a.tsv", "a.txt", "a.parquet"):
        check_ending(name)
    with pytest.raises(ConfigError, match="not known"):
        check_ending("a.xls")
