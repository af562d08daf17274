from __future__ import annotations

import csv
import errno
import io
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.batch import ScoreSummary, iter_scored, score_file
from sentilens.brands import load_brands
from sentilens.errors import ConfigError, DataQualityWarning, EngineError, FileFormatError, InputError, MissingColumnsError
from sentilens.ingest import read_posts
from sentilens.output import whole_file, write_csv
from sentilens.report import ReportBuilder
from sentilens.schema import INPUT_COLUMNS, SCORE_COLUMNS
from sentilens.scorer import PostScorer
from sentilens.spreadsheet import restore
from sentilens.trends import compute_trends

EXPORT = """post_id,created_at,text,brand,rating
1,2026-03-02T08:00:00Z,"Nu igen, paketet kom ""aldrig"" fram
rad två",Svippo,1
2,2026-03-03T08:00:00Z,NA,Svippo,
3,2026-03-11T08:00:00Z,tusind tak for god betjening 😊, Korgata ,5
4,2026-03-12T08:00:00Z,,Korgata,3
5,2026-03-13T08:00:00Z,el paquete nunca ha llegado,Korgata,2
"""

Export = Callable[..., Path]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def write(text: str = EXPORT, encoding: str = "utf-8", name: str = "in.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.reader(handle, delimiter=delimiter))


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_every_column_verbatim_then_the_scores(model: PostScorer, export: Export, tmp_path: Path) -> None:
    summary = score_file(export(), tmp_path / "out.csv", model=model)
    before, after = rows_of(export()), rows_of(tmp_path / "out.csv")
    assert [row[:5] for row in after] == before
    assert after[0][5:] == ["copy_of", *SCORE_COLUMNS]
    statuses = [row[after[0].index("status")] for row in after[1:]]
    assert (statuses[0], *statuses[2:]) == ("ok", "ok", "empty", "unsupported_language")
    assert statuses[1] != "empty"  # the post "NA" is a post
    assert isinstance(summary, ScoreSummary)
    assert (summary.rows_read, summary.rows_scored, summary.rejects) == (5, 5, {})
    assert summary.rejects_file is None
    assert "5 rows read, 5 scored, 0 rejected" in summary.to_text()
    assert names_in(tmp_path) == ["in.csv", "out.csv"]


def test_scores_are_those_of_the_frame(model: PostScorer, export: Export, tmp_path: Path) -> None:
    expected = model.score(read_posts(export()))
    score_file(export(), tmp_path / "out.csv", model=model)
    score_file(export(), tmp_path / "out.parquet", model=model)
    table = pd.read_parquet(tmp_path / "out.parquet")
    written = pd.read_csv(tmp_path / "out.csv", keep_default_na=False, na_values={"complaint_probability": [""]})
    for name in ("complaint_probability", "p_negative", "sentiment_score"):
        np.testing.assert_array_equal(table[name], expected[name])
    np.testing.assert_allclose(written["complaint_probability"], expected["complaint_probability"], atol=5e-7)
    assert table["is_complaint"].tolist() == [None if pd.isna(x) else x for x in expected["is_complaint"]]
    assert table["text"].tolist() == expected["text"].tolist()
    assert table["brand"].tolist() == ["Svippo", "Svippo", " Korgata ", "Korgata", "Korgata"]


@pytest.mark.parametrize("chunk_rows", [1, 2, 1000])
def test_chunks_do_not_matter(model: PostScorer, export: Export, tmp_path: Path, chunk_rows: int) -> None:
    source = export()
    for ending in ("csv", "parquet"):
        score_file(source, tmp_path / f"a.{ending}", model=model)
        score_file(source, tmp_path / f"b.{ending}", model=model, chunk_rows=chunk_rows)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    a, b = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in "ab")
    pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "marked"),
    [("utf-8", ",", False), ("utf-8-sig", ";", True), ("utf-16", "\t", True), ("cp1252", ";", True), ("utf-8", "|", False)],
)
def test_sources_of_every_dialect(
    model: PostScorer, export: Export, tmp_path: Path, encoding: str, delimiter: str, marked: bool
) -> None:
    rows = [["id", "text"], ["1", "Hej, paketet kom aldrig; å ä ö ß"], ["2", 'Sagt "tack"\r\nför hjälpen'], ["3", "a\rb"]]
    handle = io.StringIO()
    csv.writer(handle, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    source = export(handle.getvalue(), encoding)
    score_file(source, tmp_path / "out.csv", model=model)
    score_file(source, tmp_path / "out.tsv", model=model)
    for name, written in (("out.csv", ";" if delimiter == ";" else ","), ("out.tsv", "\t")):
        target = tmp_path / name
        assert [row[:2] for row in rows_of(target, written)] == rows
        assert target.read_bytes().startswith(b"\xef\xbb\xbf") == marked
        assert read_posts(target)["text"].tolist() == [row[1] for row in rows[1:]]


def test_headers_that_come_twice_and_names_of_scores(model: PostScorer, export: Export, tmp_path: Path) -> None:
    source = export("tag,text,tag,status,language\nx,nu igen,y,open,sv\n")
    score_file(source, tmp_path / "out.csv", model=model)
    header, row = rows_of(tmp_path / "out.csv")
    assert header == ["tag", "text", "tag", "input_status", "input_language", "copy_of", *SCORE_COLUMNS]
    assert row[:5] == ["x", "nu igen", "y", "open", "sv"]
    score_file(source, tmp_path / "out.parquet", model=model)
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert list(table.columns)[:5] == ["tag", "text", "tag.1", "input_status", "input_language"]
    assert table.iloc[0, :5].tolist() == ["x", "nu igen", "y", "open", "sv"]


def test_scoring_a_scored_file_keeps_all_earlier_scores(model: PostScorer, export: Export, tmp_path: Path) -> None:
    paths = [export(), *(tmp_path / f"{n}.csv" for n in (1, 2, 3))]
    for before, after in pairwise(paths):
        score_file(before, after, model=model)
    header = rows_of(paths[3])[0]
    assert len(set(header)) == len(header) == 5 + 3 * (1 + len(SCORE_COLUMNS))
    assert header[5:7] == ["input_copy_of", "input_language"]
    assert header[6 + 1 + len(SCORE_COLUMNS)] == "input_input_language"
    assert rows_of(paths[2])[1][5:17] == rows_of(paths[1])[1][5:17]


def test_what_was_set_or_derived_is_added(model: PostScorer, export: Export, tmp_path: Path) -> None:
    source = export("text,url,brand\nnu igen,https://x.com/i/status/1,old\n")
    score_file(source, tmp_path / "out.csv", model=model, constants={"brand": "Telmira"})
    header, row = rows_of(tmp_path / "out.csv")
    assert header[:5] == ["text", "url", "input_brand", "brand", "channel"]
    assert row[:5] == ["nu igen", "https://x.com/i/status/1", "old", "Telmira", "twitter"]


def test_standard_output(model: PostScorer, export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score_file(export(), tmp_path / "out.csv", model=model)
    score_file(export(), "-", model=model)
    assert capsys.readouterr().out == (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert names_in(tmp_path) == ["in.csv", "out.csv"]


BROKEN = 'id,text\n1,nu igen\n2,a,b,c\n3,"stray\n4,tack\n5,\0\n'


def test_rejects_are_counted_and_kept(model: PostScorer, export: Export, tmp_path: Path) -> None:
    summary = score_file(export(BROKEN), tmp_path / "out.csv", model=model)
    assert summary.rows_read == 5 == summary.rows_scored + summary.rejects.total()
    assert summary.rejects == {"ragged_row": 1, "stray_quote": 1, "nul_bytes": 1}
    assert summary.reject_share == pytest.approx(0.6)
    assert summary.rejects_file == str(tmp_path / "out.csv.rejects.csv")
    assert rows_of(tmp_path / "out.csv.rejects.csv")[:3] == [
        ["line", "reason", "raw"],
        ["3", "ragged_row", "2,a,b,c\n"],
        ["4", "stray_quote", '3,"stray\n'],
    ]
    assert [row[0] for row in rows_of(tmp_path / "out.csv")] == ["id", "1", "4"]
    score_file(export(BROKEN), tmp_path / "two.csv", model=model, rejects=tmp_path / "mine.csv")
    assert (tmp_path / "mine.csv").read_bytes() == (tmp_path / "out.csv.rejects.csv").read_bytes()


def test_a_file_of_rejects_only(model: PostScorer, export: Export, tmp_path: Path) -> None:
    for ending in ("csv", "parquet"):
        summary = score_file(export("id,text\n1,a,b\n"), tmp_path / f"out.{ending}", model=model)
        assert (summary.rows_read, summary.rows_scored, summary.reject_share) == (1, 0, 1.0)
    assert len(rows_of(tmp_path / "out.csv")) == 1
    assert pd.read_parquet(tmp_path / "out.parquet").empty


def test_rejects_of_an_earlier_run_do_not_stay(model: PostScorer, export: Export, tmp_path: Path) -> None:
    score_file(export(BROKEN), tmp_path / "out.csv", model=model)
    score_file(export(), tmp_path / "out.csv", model=model)
    assert names_in(tmp_path) == ["in.csv", "out.csv"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"id,text\n", "no_rows"),
        (b"id,amount\n1,2\n", "no_text_column"),
        (b"PK\x03\x04" + bytes(200), "broken_archive"),
        (b"\x01\x02\x03\n" * 50, "binary"),
    ],
)
def test_files_that_are_no_posts(model: PostScorer, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    (tmp_path / "out.csv").write_text("of yesterday")
    with pytest.raises(InputError) as caught:
        score_file(tmp_path / "in.csv", tmp_path / "out.csv", model=model)
    assert caught.value.reason == reason
    assert names_in(tmp_path) == ["in.csv", "out.csv"]
    assert (tmp_path / "out.csv").read_text() == "of yesterday"


def test_missing_files_and_folders(model: PostScorer, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, reason in (("none.csv", "missing_file"), ("empty", "no_export")):
        with pytest.raises(FileFormatError) as caught:
            score_file(tmp_path / name, tmp_path / "out.csv", model=model)
        assert caught.value.reason == reason
    assert names_in(tmp_path) == ["empty"]


def test_an_unreadable_file(model: PostScorer, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = export()

    def refuse(path: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # a superuser may read everything
    with pytest.raises(FileFormatError) as caught:
        score_file(source, tmp_path / "out.csv", model=model)
    assert caught.value.reason == "unreadable"


def test_a_source_that_goes_away_is_not_blamed_on_the_target(model: PostScorer, export: Export, tmp_path: Path) -> None:
    chunks = iter_scored(export("text\n" + "nu igen\n" * 30_000), model=model)
    next(chunks)
    (tmp_path / "in.csv").unlink()
    assert sum(map(len, chunks)) == 20_000  # an open file stays readable
    with pytest.raises(FileFormatError) as caught:
        next(iter_scored(tmp_path / "in.csv", model=model))
    assert caught.value.reason == "missing_file"


def test_one_enormous_cell_costs_one_row(model: PostScorer, tmp_path: Path) -> None:
    with (tmp_path / "in.csv").open("w", encoding="utf-8") as handle:
        handle.write("id,text\n1,nu igen\n2,")
        for _ in range(50):
            handle.write("x" * 1_000_000)
        handle.write("\n3,tack\n")
    summary = score_file(tmp_path / "in.csv", tmp_path / "out.csv", model=model)
    assert (summary.rows_scored, summary.rejects) == (2, {"cell_too_large": 1})
    assert (tmp_path / "out.csv.rejects.csv").stat().st_size < 5_000_000


def test_a_file_cut_off_in_a_quoted_cell(model: PostScorer, export: Export, tmp_path: Path) -> None:
    summary = score_file(export('id,text\n1,nu igen\n2,"paketet kom\naldri'), tmp_path / "out.csv", model=model)
    assert summary.rows_read == summary.rows_scored + summary.rejects.total()
    assert summary.rejects["stray_quote"] == 1
    assert [row[0] for row in rows_of(tmp_path / "out.csv")][:2] == ["id", "1"]


@pytest.mark.parametrize(
    ("target", "rejects", "error", "reason"),
    [
        ("in.csv", None, ConfigError, "same_file"),
        ("sub/../in.csv", None, ConfigError, "same_file"),
        ("out.csv", "in.csv", ConfigError, "same_file"),
        ("out.csv", "out.csv", ConfigError, "same_file"),
        ("out.xls", None, ConfigError, "target_ending"),
        ("out", None, ConfigError, "target_ending"),
        ("sub", None, ConfigError, "not_a_file"),
        ("missing/out.csv", None, EngineError, "unwritable"),
        ("missing/out.parquet", None, EngineError, "unwritable"),
        ("missing/out.xlsx", None, EngineError, "unwritable"),
        ("in.csv/out.csv", None, EngineError, "unwritable"),
    ],
)
def test_targets_that_cannot_be(
    model: PostScorer, export: Export, tmp_path: Path, target: str, rejects: str | None, error: type[Exception], reason: str
) -> None:
    source = export()
    (tmp_path / "sub").mkdir()
    content = source.read_bytes()
    with pytest.raises(error) as caught:
        score_file(source, tmp_path / target, model=model, rejects=rejects and tmp_path / rejects)
    assert caught.value.reason == reason  # type: ignore[attr-defined]
    assert names_in(tmp_path) == ["in.csv", "sub"]
    assert source.read_bytes() == content


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("error", [RuntimeError("boom"), KeyboardInterrupt()])
def test_a_failure_in_the_middle_leaves_nothing(
    model: PostScorer, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, error: BaseException
) -> None:
    source = export(BROKEN + "6,nu igen\n" * 30)
    (tmp_path / f"out.{ending}").write_text("of yesterday")
    score, calls = PostScorer.score, []

    def fail_later(self: PostScorer, posts: pd.DataFrame, **options: object) -> pd.DataFrame:
        calls.append(len(posts))
        if len(calls) == 3:
            raise error
        return score(self, posts)

    monkeypatch.setattr(PostScorer, "score", fail_later)
    with pytest.raises(type(error)):
        score_file(source, tmp_path / f"out.{ending}", model=model, chunk_rows=5)
    assert len(calls) == 3
    assert names_in(tmp_path) == ["in.csv", f"out.{ending}"]
    assert (tmp_path / f"out.{ending}").read_text() == "of yesterday"


class _FullDisk(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() > 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_full_disk_leaves_nothing(model: PostScorer, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = export()
    open_file = Path.open

    def open_or_full(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
        handle = open_file(path, mode, *args, **options)
        if not path.name.endswith(".part"):
            return handle
        handle.close()
        return _FullDisk()

    monkeypatch.setattr(Path, "open", open_or_full)
    with pytest.raises(EngineError, match="the disk is full") as caught:
        score_file(source, tmp_path / "out.csv", model=model)
    assert caught.value.reason == "disk_full"
    assert names_in(tmp_path) == ["in.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_device_that_is_always_full(model: PostScorer, export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115
    monkeypatch.setattr(sys, "stdout", full)
    with pytest.raises(EngineError, match="standard output"):
        score_file(export(), "-", model=model)
    with suppress(OSError):
        full.close()


def test_whole_file_keeps_the_old_one_on_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with whole_file(path) as part:
        part.write_text("first")

    def fail() -> None:
        with whole_file(path) as part:
            part.write_text("second")
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        fail()
    with whole_file(tmp_path / "never.txt"):
        pass
    assert names_in(tmp_path) == ["a.txt"]
    assert path.read_text() == "first"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t"))
@settings(max_examples=100)
def test_any_cell_comes_back_from_csv(rows: list[tuple[str, str]], delimiter: str) -> None:
    handle = io.StringIO(newline="")
    write_csv(pd.DataFrame(rows, columns=["a", "b"], dtype=object), handle, delimiter, header=True)
    read = list(csv.reader(io.StringIO(handle.getvalue(), newline=""), delimiter=delimiter))
    assert [[restore(cell) for cell in row] for row in read] == [["a", "b"], *map(list, rows)]


def test_csv_of_every_type() -> None:
    frame = pd.DataFrame(
        {
            "number": [0.1234567, np.nan],
            "count": [3, 4],
            "yes": pd.array([True, None], dtype="boolean"),
            "time": pd.to_datetime(["2026-03-02T08:00Z", None]),
            "word": ["a", None],
        }
    )
    handle = io.StringIO()
    write_csv(frame, handle, ",", header=True)
    assert handle.getvalue() == "number,count,yes,time,word\n0.123457,3,True,2026-03-02 08:00:00+00:00,a\n,4,,,\n"


def test_a_scored_file_gives_the_same_trends_and_report(model: PostScorer, export: Export, tmp_path: Path) -> None:
    lines = [
        f"{n},2026-03-{n % 28 + 1:02}T08:00:00Z,nu igen paketet {n} kom tack {n % 7},Svippo,{n % 5 + 1}" for n in range(200)
    ]
    source = export(EXPORT + "\n".join(lines) + "\n")
    scored = tmp_path / "scored.csv"
    score_file(source, scored, model=model)
    tables, summaries = [], []
    for path in (source, scored):
        builder = ReportBuilder()
        (chunk,) = iter_scored(path, model=model)
        builder.add(chunk)
        tables.append(compute_trends(chunk).to_frame())
        summaries.append(builder.summary(model_card=chunk.attrs["model_card"]))
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    assert len(tables[0])
    assert summaries[0].total == summaries[1].total
    assert summaries[0].top_complaints == summaries[1].top_complaints
    assert summaries[0].model_card == summaries[1].model_card == model.model_card


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("SANT", "FALSKT"), ("WAHR", "FALSCH"), ("TOSI", "EPÄTOSI")])
def test_a_scored_file_that_excel_has_written_again(
    model: PostScorer, export: Export, tmp_path: Path, yes: str, no: str
) -> None:
    score_file(export(), tmp_path / "scored.csv", model=model)
    rows = rows_of(tmp_path / "scored.csv")
    excel = [[{"True": yes, "False": no}.get(cell, cell) for cell in row] for row in rows]
    for row in excel[1:]:
        row[7:11] = [cell.replace(".", ",") for cell in row[7:11]]
        row[12:14] = [cell.replace(".", ",") for cell in row[12:14]]
    handle = io.StringIO()
    csv.writer(handle, delimiter=";").writerows(excel)
    again = tmp_path / "again.csv"
    again.write_bytes(handle.getvalue().replace("😊", "").encode("cp1252"))
    (expected,), (read,) = iter_scored(tmp_path / "scored.csv", model=model), iter_scored(again, model=model)
    pd.testing.assert_frame_equal(read[list(SCORE_COLUMNS)], expected[list(SCORE_COLUMNS)], check_exact=True)
    assert read["is_complaint"].value_counts().to_dict().keys() == {True, False}


@pytest.mark.parametrize(("column", "cell"), [("p_negative", "735421"), ("sentiment", "sur"), ("is_complaint", "###")])
def test_scores_that_are_none_are_told(model: PostScorer, export: Export, tmp_path: Path, column: str, cell: str) -> None:
    score_file(export(), tmp_path / "scored.csv", model=model)
    rows = rows_of(tmp_path / "scored.csv")
    rows[1][rows[0].index(column)] = cell
    with (tmp_path / "scored.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    with pytest.raises(InputError, match=f"1 cells in the column '{column}'") as caught:
        list(iter_scored(tmp_path / "scored.csv", model=model))
    assert caught.value.reason == "bad_scores"


def test_a_file_scored_by_another_model_says_so(model: PostScorer, export: Export, tmp_path: Path) -> None:
    score_file(export(), tmp_path / "scored.csv", model=model)
    (chunk,) = iter_scored(tmp_path / "scored.csv")
    assert chunk.attrs["model_card"] == {"model_id": model.model_id}


def test_other_columns_of_an_export_come_along(model: PostScorer, export: Export) -> None:
    (chunk,) = iter_scored(export("text,Region,created_at\nnu igen,Norr,2026-03-02\n"), model=model)
    assert compute_trends(chunk, by="Region").to_frame()["Region"].tolist() == ["Norr"]
    with pytest.raises(InputError) as caught:
        list(iter_scored(export("text\n"), model=model))
    assert caught.value.reason == "no_rows"
    with pytest.raises(MissingColumnsError):
        list(iter_scored(export("a,b\n1,2\n"), model=model))


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("'=+-@\t\n＝5"), min_size=1, max_size=10
)


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), header=st.sampled_from(["note", "=note", "'=note"]))
def test_apostrophes_come_and_go(
    model: PostScorer, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], header: str
) -> None:
    folder = tmp_path_factory.mktemp("formulas")
    with (folder / "in.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle, quoting=csv.QUOTE_ALL).writerows([("text", header), *rows])
    raw = read_posts(folder / "in.csv", extra_columns="all", keep_personal_data=True)
    assert raw["text"].tolist() == [text for text, _ in rows]  # a raw export keeps apostrophes of its own
    for target, options in (("out.csv", {}), ("excel.csv", {"excel": True})):
        score_file(folder / "in.csv", folder / target, model=model, keep_personal_data=True, **options)
        again = read_posts(folder / target, extra_columns="all", keep_personal_data=True)
        assert again["text"].tolist() == raw["text"].tolist()
        assert again[header].tolist() == raw[header].tolist()
    # No cell in the file begins like a formula.
    assert not [
        cell for row in rows_of(folder / "out.csv") for cell in row if cell[:1] in set("=@＝") or cell[:2] in {"+=", "-="}
    ]


def test_xlsx_has_dates_and_ids_in_their_types(model: PostScorer, export: Export, tmp_path: Path) -> None:
    import openpyxl

    source = export(EXPORT.replace("2026-03-12T08:00:00Z", "someday").replace("\n1,", "\n00017,"))
    for rows in (1, 1000):
        with warnings.catch_warnings(action="ignore", category=DataQualityWarning):
            score_file(source, tmp_path / f"{rows}.xlsx", model=model, timezone="Europe/Helsinki", chunk_rows=rows)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "1000.xlsx").read_bytes()
    header, *cells = openpyxl.load_workbook(tmp_path / "1.xlsx").active.iter_rows(values_only=True)
    assert list(header) == ["post_id", "created_at", "text", "brand", "rating", "copy_of", *SCORE_COLUMNS]
    assert cells[0][:2] == ("00017", datetime(2026, 3, 2, 10))
    assert cells[3][1] == "someday"
    assert 0 < cells[0][header.index("complaint_probability")] < 1
    assert cells[0][header.index("is_complaint")] in {True, False}
    assert cells[3][header.index("complaint_probability")] is None


def test_cut_texts_are_told(model: PostScorer, export: Export, tmp_path: Path) -> None:
    summary = score_file(export("text\n" + "hej " * 9_000 + "\n"), tmp_path / "out.xlsx", model=model)
    assert summary.cells_cut == 1
    assert "Cut: 1 texts at the 32,767 characters" in summary.to_text()


BRANDS = {"Svippo": {"handles": ["svippo"]}, "Korgata": {"owned": ["korgata_as"]}}


def test_brands_and_copies_are_written_and_read_back(model: PostScorer, export: Export, tmp_path: Path) -> None:
    brands = load_brands(BRANDS)
    text = "Korgatas paket kom aldrig men det gjorde Svippos"
    source = export(f"text,author,Datum\n{text},a,2026-03-02\n{text},b,2026-03-03\nFint väder,@korgata_as,2026-03-04\n")
    summary = score_file(source, tmp_path / "out.csv", model=model, brands=brands)
    header, *rows = rows_of(tmp_path / "out.csv")
    assert header == ["text", "author", "Datum", "brand", "owned", "copy_of", "brands", *SCORE_COLUMNS]
    assert [row[3:7] for row in rows] == [
        ["Svippo", "", "", "Svippo|Korgata"],
        ["Svippo", "", "1", "Svippo|Korgata"],
        ["Korgata", "True", "", "Korgata"],
    ]
    assert "Copies of earlier posts: 1" in summary.to_text()
    tables = []
    for path, options in ((source, {"brands": brands}), (tmp_path / "out.csv", {})):
        (chunk,) = iter_scored(path, model=model, **options)
        tables.append(compute_trends(chunk, "brand"))
        assert (tables[-1].n_posts, tables[-1].n_owned, tables[-1].n_copies, tables[-1].n_repeats) == (1, 1, 1, 1)
    pd.testing.assert_frame_equal(*(table.to_frame() for table in tables))
    assert tables[0].to_frame()["brand"].tolist() == ["Korgata", "Svippo"]


def test_handles_of_brands_are_read_in_scoring(model: PostScorer, export: Export, tmp_path: Path) -> None:
    text = "@skandal igen"
    masked = model.score([text])["complaint_probability"][0]
    kept = model.score([text], keep_handles={"skandal"})["complaint_probability"][0]
    assert kept != masked
    score_file(
        export(f"id,text\n1,{text}\n"),
        tmp_path / "out.csv",
        model=model,
        brands=load_brands({"Skandal": {"handles": ["skandal"]}}),
    )
    assert pd.read_csv(tmp_path / "out.csv")["complaint_probability"][0] == round(kept, 6)


def test_several_files_and_folders_are_scored_into_one(model: PostScorer, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "b").mkdir(parents=True)
    (folder / "a.csv").write_text("text,land\nnu igen paketet kom aldrig,SE\n", encoding="utf-8")
    (folder / "b/a.csv").write_text("Kommentar;land\ntusind tak;DK\n", encoding="utf-8")
    summary = score_file(folder, tmp_path / "out.csv", model=model)
    assert (summary.rows_read, summary.rows_scored) == (2, 2)
    table = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert list(table.columns[: len(INPUT_COLUMNS) + 3]) == [*INPUT_COLUMNS, "land", "source_file", "copy_of"]
    assert table[["text", "land", "source_file"]].to_numpy().tolist() == [
        ["nu igen paketet kom aldrig", "SE", "a.csv"],
        ["tusind tak", "DK", "b/a.csv"],
    ]
    # Files of one name are told apart by their paths.
    files = [folder / "a.csv", folder / "b/a.csv"]
    assert score_file(files, tmp_path / "two.csv", model=model).source == f"{files[0]}, {files[1]}"
    assert pd.read_csv(tmp_path / "two.csv")["source_file"].tolist() == [path.as_posix() for path in files]
    pd.testing.assert_frame_equal(
        pd.concat(iter_scored(files, model=model))[list(SCORE_COLUMNS)],
        pd.concat(iter_scored(tmp_path / "two.csv", model=model))[list(SCORE_COLUMNS)],
        check_dtype=False,
    )
    with pytest.raises(ConfigError, match="read and written"):
        score_file(files, files[1], model=model)


def test_a_text_of_several_columns_is_written_as_it_was_read(model: PostScorer, export: Export, tmp_path: Path) -> None:
    source = export("id,title,body\n1,,nu igen\n2,tack,\n")
    score_file(source, tmp_path / "out.csv", model=model, mapping={"text": ["body", "title"]})
    table = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert table["text"].tolist() == ["nu igen", "tack"]
    assert not {"title", "body"} & set(table.columns)
    score_file(source, tmp_path / "one.csv", model=model, mapping={"text": "body"})
    assert list(pd.read_csv(tmp_path / "one.csv").columns[:3]) == ["id", "title", "body"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_replies_of_the_company_are_written(model: PostScorer, tmp_path: Path, ending: str) -> None:
    sample = Path(__file__).parents[1] / "data/samples/formats/trustpilot/service_reviews.csv"
    score_file(sample, tmp_path / f"out.{ending}", model=model)
    posts, again = read_posts(sample), read_posts(tmp_path / f"out.{ending}")
    for column in ("replied_at", "reply_text", "rating", "created_at"):
        assert posts[column].notna().any()
        pd.testing.assert_series_equal(again[column], posts[column])


def test_times_for_excel_are_those_of_the_zone(model: PostScorer, export: Export, tmp_path: Path) -> None:
    source = export("Kommentar,Datum\nnu igen,2026-03-02 08:00\ntack,i går\n")
    score_file(source, tmp_path / "out.csv", model=model, excel=True, timezone="Europe/Stockholm")
    assert [row.split(";")[1] for row in (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()] == [
        "Datum",
        "2026-03-02 08:00:00",
        "i går",
    ]


def test_times_of_a_format_in_a_workbook_are_in_the_zone_given(model: PostScorer, tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "data/samples/formats/trustpilot/service_reviews.csv"
    score_file(sample, tmp_path / "out.xlsx", model=model, timezone="Europe/Stockholm")
    posts, again = read_posts(sample), read_posts(tmp_path / "out.xlsx", timezone="Europe/Stockholm")
    pd.testing.assert_series_equal(again["created_at"], posts["created_at"])
    shown = pd.read_excel(tmp_path / "out.xlsx", engine="openpyxl")["created_at"]
    assert (shown.dt.tz_localize("UTC") - posts["created_at"]).unique().tolist() == [pd.Timedelta(hours=1)]
