"""Whole files, from bytes to frames."""

from __future__ import annotations

import csv
import json
import tempfile
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.errors import ConfigError, DataQualityWarning, FileFormatError, MissingColumnsError
from sentilens.ingest import PostReader, ReadAudit, Reject, inspect_file, iter_posts, read_posts
from sentilens.schema import INPUT_COLUMNS, READING_COLUMNS, STRING_COLUMNS


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(content: str | bytes, encoding: str = "utf-8", name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


def check_types(posts: pd.DataFrame) -> None:
    assert tuple(posts.columns[: len(INPUT_COLUMNS)]) == INPUT_COLUMNS
    for column in STRING_COLUMNS:
        assert posts[column].dtype == pd.StringDtype("python")
        assert all(null is pd.NA for null in posts.loc[posts[column].isna(), column])
    assert posts["created_at"].dtype == pd.DatetimeTZDtype("us", "UTC")
    assert posts["rating"].dtype == np.float64
    assert posts["owned"].dtype == pd.BooleanDtype()
    assert posts["text"].notna().all()


EXCEL = (
    "Löpnummer;Datum;Kanal;Varumärke;Betyg;Kommentar;Eget\r\n"
    '1;14.03.2024 09:05;Facebook;Telmira;4,0;"Båten var sen; igen\r\nInte roligt";nej\r\n'
    "2;15.03.2024 21:00;Instagram;Telmira;5;Tack så mycket!;ja\r\n"
)


@pytest.mark.parametrize(
    ("content", "encoding", "name"),
    [
        (EXCEL, "cp1252", "cp1252"),
        (EXCEL, "utf-8-sig", "utf-8-sig"),
        (EXCEL.replace(";", "\t").replace("sen\t", "sen;"), "utf-16", "utf-16-le"),
    ],
)
def test_what_excel_saves(write: Any, content: str, encoding: str, name: str) -> None:
    posts = read_posts(write(content, encoding), timezone="Europe/Stockholm")
    check_types(posts)
    assert posts["text"].tolist() == ["Båten var sen; igen\r\nInte roligt", "Tack så mycket!"]
    assert posts["post_id"].tolist() == ["1", "2"]
    assert posts["rating"].tolist() == [4.0, 5.0]
    assert posts["owned"].tolist() == [False, True]
    assert posts["brand"].tolist() == ["Telmira", "Telmira"]
    assert posts["created_at"].tolist() == [pd.Timestamp("2024-03-14 08:05Z"), pd.Timestamp("2024-03-15 20:00Z")]
    assert posts["author"].isna().all()
    audit = posts.attrs["audit"]
    assert audit.encoding == name
    assert audit.dates.format == "dd.mm.yyyy hh:mm"
    assert (audit.dates.first, audit.dates.last) == ("2024-03-14T08:05:00+00:00", "2024-03-15T20:00:00+00:00")
    assert (audit.rows_read, audit.rows_accepted, audit.unmapped) == (2, 2, ())


def test_words_for_nothing_are_posts_and_empty_cells_are_null(write: Any) -> None:
    words = ["NA", "null", "None", "nan", "N/A", "", "-"]
    posts = read_posts(write("text,author,rating\n" + "".join(f"{word},{word},\n" for word in words)))
    assert posts["text"].tolist() == words
    assert posts["author"].isna().tolist() == [word == "" for word in words]
    assert posts["rating"].isna().all()
    check_types(posts)


def test_a_file_without_rows(write: Any) -> None:
    path = write("text,created_at\n")
    posts = read_posts(path, extra_columns="all")
    check_types(posts)
    assert len(posts) == 0
    assert posts.attrs["audit"].rows_read == 0
    assert [len(chunk) for chunk in iter_posts(path)] == [0]


MIXED = 'text,datum\none,2024-01-01\n"stray,2024-01-02\ntwo,2024-01-03\nthree,x,y\n\nfo\0ur,2024\n"fi\nve",\nsix,soon\n'


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 100])
def test_chunks_do_not_matter(write: Any, chunk_rows: int) -> None:
    path = write(MIXED)
    with pytest.warns(DataQualityWarning):
        whole = read_posts(path, extra_columns="all")
    with pytest.warns(DataQualityWarning):
        chunks = list(iter_posts(path, extra_columns="all", chunk_rows=chunk_rows))
    assert all(len(chunk) == chunk_rows for chunk in chunks[:-1])
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)
    assert all(chunk.attrs["audit"].to_dict() == whole.attrs["audit"].to_dict() for chunk in chunks)


def test_every_row_is_accounted_for(write: Any) -> None:
    reader = PostReader(write(MIXED))
    rejects: list[Reject] = []
    reader.on_reject = rejects.append
    chunks = list(reader.chunks(2))
    audit = reader.audit
    assert (audit.rows_read, audit.rows_accepted) == (7, 4)
    assert audit.rows_read == audit.rows_accepted + sum(audit.rejects.values())
    assert audit.rejects == {"stray_quote": 1, "ragged_row": 1, "nul_bytes": 1}
    assert audit.reject_details == [(3, "stray_quote"), (5, "ragged_row"), (7, "nul_bytes")]
    assert [reject.raw for reject in rejects] == ['"stray,2024-01-02\n', "three,x,y\n", "fo\0ur,2024\n"]
    assert [chunk.lines.tolist() for chunk in chunks] == [[2, 4], [8, 10]]
    assert [chunk.posts.index.tolist() for chunk in chunks] == [[0, 1], [2, 3]]
    assert all(isinstance(chunk.posts.index, pd.RangeIndex) for chunk in chunks)
    assert reader.bytes_read == reader.bytes_total == len(MIXED)
    list(reader.chunks())  # reading anew counts anew
    assert reader.audit.rows_read == 7


def test_original_cells_are_verbatim_under_their_own_names(write: Any) -> None:
    reader = PostReader(write(' Text ,n,n\n"a\n",  1, \n'))
    (chunk,) = reader.chunks()
    assert reader.header == (" Text ", "n", "n")
    assert chunk.original.columns.tolist() == [" Text ", "n", "n"]
    assert chunk.original.to_numpy().tolist() == [["a\n", "  1", " "]]


def test_warns_once_for_each_concern(write: Any) -> None:
    path = write("text,date\na,01/02/2024\nb,soon\nc,never\nd\te,x,y\nf,x,y\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_posts(path)
    messages = [str(warning.message) for warning in caught]
    assert [warning.category for warning in caught] == [DataQualityWarning] * 3
    assert all(Path(warning.filename) == Path(__file__) for warning in caught)
    assert "2 of 5 rows" in messages[0]
    assert "dd/mm/yyyy" in messages[1]
    assert "2 values" in messages[2]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        inspect_file(path)
        assert not read_posts(path, date_order="mdy").attrs["audit"].dates.ambiguous
    assert len(caught) == 2


def test_excel_leaves_out_delimiters_before_empty_cells(write: Any) -> None:
    posts = read_posts(write("id,text,author,owned\n1,a,me,\n2,b\n3,c,you,,,\n"))
    assert posts["text"].tolist() == ["a", "b", "c"]
    assert posts.attrs["audit"].rows_filled == 1
    with pytest.warns(DataQualityWarning):  # a single cell is more likely a torn-off piece of a post
        posts = read_posts(write("text,author,owned\na,me,1\nb\n"))
    assert posts["text"].tolist() == ["a"]


def test_lone_rows_in_another_encoding(write: Any) -> None:
    rows = ["text", *["blåbär"] * 5]
    content = "\n".join(rows).encode() + b"\nbl\xe5\n\x81\xe5\n"
    with pytest.warns(DataQualityWarning, match="undecodable 1"):
        posts = read_posts(write(content))
    assert posts["text"].tolist() == [*rows[1:], "blå"]
    assert posts.attrs["audit"].recoded_lines == 1
    with pytest.warns(DataQualityWarning, match="undecodable 2"):
        assert len(read_posts(write(content), encoding="utf-8")) == 5


def test_constants(write: Any) -> None:
    path = write("text,brand\na,Old\nb,\n")
    posts = read_posts(path, constants={"brand": "Telmira", "owned": "nej", "rating": 4, "created_at": "2024-01-02"})
    assert posts["brand"].tolist() == ["Telmira", "Telmira"]
    assert posts["owned"].tolist() == [False, False]
    assert posts["rating"].tolist() == [4.0, 4.0]
    assert posts["created_at"].tolist() == [pd.Timestamp("2024-01-02", tz="UTC")] * 2
    check_types(posts)
    audit = posts.attrs["audit"]
    assert audit.unmapped == ("brand",)
    assert audit.constants["brand"] == "Telmira"


def test_the_channel_is_told_from_the_address_if_nothing_else_tells(write: Any) -> None:
    path = write("text,url\na,https://x.com/a\nb,\nc,https://www.forum.example/1\n")
    posts = read_posts(path)
    assert posts["channel"].fillna("-").tolist() == ["twitter", "-", "forum.example"]
    assert posts.attrs["audit"].derived == {"channel": "from the host in url"}
    posts = read_posts(path, constants={"channel": "forum"})
    assert posts["channel"].tolist() == ["forum"] * 3
    assert posts.attrs["audit"].derived == {}
    assert read_posts(write("text\na\n"))["channel"].isna().all()


def test_extra_columns(write: Any) -> None:
    path = write("Text,Land,brand,Land,Notat\na, SE ,T,x,NA\n")
    assert list(read_posts(path, extra_columns=["notat", "Land"]).columns) == [*READING_COLUMNS, "Notat", "Land"]
    posts = read_posts(path, extra_columns="all")
    assert list(posts.columns) == [*READING_COLUMNS, "Text", "Land", "Notat"]
    assert (posts["Land"].tolist(), posts["Notat"].tolist()) == ([" SE "], ["NA"])
    with pytest.raises(MissingColumnsError, match="'Region'"):
        read_posts(path, extra_columns=["Region"])


def test_typed_cells(write: Any) -> None:
    posts = read_posts(write("text,rating,lang,owned\na,4/5,sv-SE,ja\nb,great,Norwegian,perhaps\nc,,,\n"))
    assert posts["rating"].fillna(-1).tolist() == [4, -1, -1]
    assert posts["declared_language"].fillna("").tolist() == ["sv", "nb", ""]
    assert posts["owned"].isna().tolist() == [False, True, True]
    assert posts.attrs["audit"].unparsed == {"rating": 1, "owned": 1}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"mapping": {"txt": "text"}}, "unknown_column"),
        ({"constants": {"txt": "text"}}, "unknown_column"),
        ({"constants": {"text": "a"}}, "bad_constant"),
        ({"constants": {"rating": "good"}}, "bad_constant"),
        ({"constants": {"created_at": "soon"}}, "bad_constant"),
        ({"constants": {"brand": None}}, "bad_constant"),
        ({"mapping": {"brand": "text"}, "constants": {"brand": "x"}}, "conflicting_options"),
        ({"delimiter": ";;"}, "bad_option"),
        ({"delimiter": '"'}, "bad_option"),
        ({"date_order": "ymd"}, "bad_option"),
        ({"max_cell_chars": 0}, "bad_option"),
        ({"chunk_rows": 0}, "bad_option"),
        ({"encoding": "klingon"}, "unknown_encoding"),
        ({"timezone": "Europe/Atlantis"}, "unknown_timezone"),
        ({"timezone": "/etc/passwd"}, "unknown_timezone"),
        ({"timezone": "Europe"}, "unknown_timezone"),
        ({"timezone": ""}, "unknown_timezone"),
    ],
)
def test_options_that_cannot_be_used(write: Any, options: dict[str, Any], reason: str) -> None:
    path = write("text\na\n")
    with pytest.raises(ConfigError) as caught:
        iter_posts(path, **options)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"PK\x03\x04" + bytes(100), "broken_archive"),
        (b"PAR1" + bytes(100), "broken_parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken_workbook"),
        (b"\x1f\x8b\x08\x00" + bytes(100), "broken_archive"),
        (b'{"reviews": [{"comment": "a"', "bad_json"),
        (b"<?xml version='1.0'?><feed><entry>", "bad_xml"),
        (b"<!DOCTYPE html><html><p>text,a</p></html>", "binary"),
        (b'"text,a\nb,c\n', "bad_header"),
    ],
)
def test_files_that_hold_no_table(write: Any, content: bytes, reason: str) -> None:
    path = write(content)
    with pytest.raises(FileFormatError) as caught:
        read_posts(path)
    assert (caught.value.reason, caught.value.path) == (reason, str(path))


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.csv", "missing_file"), (tmp_path, "no_export")):
        with pytest.raises(FileFormatError) as caught:
            read_posts(path)
        assert (caught.value.reason, caught.value.path) == (reason, str(path))


def test_no_text_column(write: Any) -> None:
    with pytest.raises(MissingColumnsError, match=r"export\.csv: .*'Datum', 'Ord'") as caught:
        read_posts(write("Datum,Ord\n2024-01-01,many words\n"))
    assert caught.value.reason == "no_text_column"
    assert "--map text=Ord" in caught.value.hint


def test_one_huge_cell_is_rejected_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b'id,text\n1,before\n2,"')
        for _ in range(50):
            file.write(b"x" * 1_000_000)
        file.write(b'"\n3,after\n')
    tracemalloc.start()
    with pytest.warns(DataQualityWarning, match="cell_too_large 1"):
        posts = read_posts(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert posts["text"].tolist() == ["before", "after"]
    assert peak < 30_000_000


def test_memory_is_bounded_by_the_chunk(tmp_path: Path) -> None:
    def peak_of(n_rows: int) -> int:
        path = tmp_path / "many.csv"
        path.write_text("id,text,date\n" + '7,"some words, and more",2024-01-01\n' * n_rows, encoding="utf-8")
        tracemalloc.start()
        assert sum(map(len, iter_posts(path, chunk_rows=500))) == n_rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    small, large = peak_of(24_000), peak_of(48_000)
    assert large < 1.2 * small


def test_the_audit_in_words_and_in_json(write: Any) -> None:
    audit = inspect_file(write("sep=;\n\n" + MIXED.replace(",", ";")), constants={"brand": "Telmira"}, delimiter=";")
    plain = json.loads(json.dumps(audit.to_dict()))
    assert plain["rejects"] == {"nul_bytes": 1, "ragged_row": 1, "stray_quote": 1}
    assert plain["mapping"] == {"text": "text", "created_at": "datum"}
    assert plain["dates"]["format"] == "yyyy-mm-dd"
    assert plain["rows_read"] == plain["rows_accepted"] + sum(plain["rejects"].values())
    text = audit.to_text()
    for part in ("export.csv", "semicolon", "line 3", "7 read, 4 accepted, 3 rejected", "'datum'", "Telmira",
                 "yyyy-mm-dd", "1 values are no date", "quotation mark", "at line 5"):  # fmt: skip
        assert part in text
    assert "stray,2024" not in text


def test_details_of_rejects_are_limited_but_all_are_counted(write: Any) -> None:
    audit = inspect_file(write("id,text\n" + "a,b,c\n" * 250))
    assert (audit.rejects["ragged_row"], len(audit.reject_details)) == (250, 100)
    assert "at line 2, 3" in audit.to_text()


def test_the_progress_bar_goes_to_stderr_only_when_asked(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("text\na\n")
    read_posts(path)
    assert capsys.readouterr() == ("", "")
    read_posts(path, show_progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "export.csv" in err


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"), max_size=15)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 5),
)
def test_any_text_comes_back_exactly_in_any_chunks(
    rows: list[tuple[str, str]], delimiter: str, encoding: str, chunk_rows: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([("text", "memo"), *rows])
        whole = read_posts(path, extra_columns=["memo"], keep_personal_data=True)
        chunks = list(iter_posts(path, extra_columns=["memo"], chunk_rows=chunk_rows, keep_personal_data=True))
    assert list(zip(whole["text"], whole["memo"], strict=True)) == rows
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_whatever_a_file_holds_every_row_is_accounted_for(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(b"text,date\n" + data)
        try:
            audit: ReadAudit = inspect_file(path)
        except FileFormatError as error:
            assert error.reason == "binary"  # noqa: PT017
            return
    assert audit.rows_read == audit.rows_accepted + audit.rejects.total()
