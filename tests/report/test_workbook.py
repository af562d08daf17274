"""The report as a workbook: numbers as numbers, nothing that runs, equal bytes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from tests.report.synthetic import judged_posts

from sentilens.errors import ConfigError
from sentilens.report import ReportBuilder

EVIL = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def builder() -> ReportBuilder:
    posts = judged_posts(1200)
    posts["brand"] = posts["brand"].replace({"Nordkraft": EVIL})
    made = ReportBuilder(title=EVIL, mask=str, explanations=1)
    made.add(posts)
    return made


@pytest.fixture(scope="module")
def book(builder: ReportBuilder, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(builder.write(tmp_path_factory.mktemp("book") / "report.xlsx"))


def table_of(sheet: Any) -> pd.DataFrame:
    top = int(sheet.auto_filter.ref.split(":")[0][1:])
    rows = list(sheet.iter_rows(min_row=top, values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_the_sheets_are_those_of_the_report(book: Any) -> None:
    assert book.sheetnames == [
        *("Summary", "Trends – Brand", "Trends – Channel", "Brand", "Channel", "Topic", "Alerts"),
        *("Drivers 1", "To answer", "Reply times", "Method"),
    ]
    assert book["Summary"]["B2"].value.replace("\u00a0", " ").startswith("Telmira, week of 9 March: ")


def test_figures_are_numbers_with_formats(book: Any, builder: ReportBuilder) -> None:
    summary = builder.summary()
    table = table_of(book["Brand"])
    total = summary.groups["brand"][0]
    row = table.iloc[0]
    assert (row["Posts"], row["Complaint rate"]) == (total.n_posts, pytest.approx(total.rate))
    assert row["Complaint rate, low"] == pytest.approx(total.rate_low)
    sheet = book["Trends – Brand"]
    header = {cell.value: cell.column for cell in sheet[3]}
    cell = sheet.cell(4, header["Complaint rate"])
    assert cell.number_format == "0.0%"
    assert isinstance(sheet.cell(4, header["Period"]).value, datetime)
    assert sheet.freeze_panes == "B4"
    trends = table_of(sheet)
    assert trends["Posts"].sum() == summary.trends.n_posts


def test_charts_point_at_the_rows_of_their_groups(book: Any) -> None:
    sheet = book["Trends – Brand"]
    assert len(sheet._charts) == 2
    chart = sheet._charts[0]
    trends = table_of(sheet)
    assert len(chart.series) == trends.iloc[:, 0].nunique()
    first, last = chart.series[0].val.numRef.f.split("!")[1].replace("$", "").split(":")
    column = openpyxl.utils.column_index_from_string("".join(filter(str.isalpha, first)))
    assert sheet.cell(3, column).value == "Likely complaints"
    rows = range(int("".join(filter(str.isdigit, first))), int("".join(filter(str.isdigit, last))) + 1)
    assert {sheet.cell(row, 1).value for row in rows} == {trends.iloc[0, 0]}


def test_nothing_in_it_is_a_formula(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == EVIL for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def test_equal_posts_make_equal_bytes(builder: ReportBuilder, tmp_path: Path) -> None:
    first, second = (builder.write(tmp_path / name, format="xlsx").read_bytes() for name in ("a.xlsx", "b"))
    assert first == second
    with pytest.raises(ConfigError, match="docx"):
        builder.write(tmp_path / "c", format="docx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b"]


def test_a_workbook_of_nothing_says_so(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ReportBuilder().write(tmp_path / "empty.xlsx"))
    assert book.sheetnames == ["Summary", "Method"]
    assert book["Summary"]["B2"].value == "The data hold no posts."
