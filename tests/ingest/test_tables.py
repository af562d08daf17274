"""Rows out of every kind of container, and what is done with broken and hostile ones."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sentilens.batch import score_file
from sentilens.errors import FileFormatError, MissingColumnsError, SentilensError
from sentilens.ingest import PostReader, blobs, inspect_file, iter_posts, read_posts
from sentilens.ingest.tables import documents
from sentilens.scorer import PostScorer

DATA = Path(__file__).parent / "data"
ROWS = [("1", "Paketet kom aldrig fram", "2026-02-06"), ("2", "Tack för\nsnabb hjälp", "2026-02-07"), ("3", "NA", "2026-02-08")]
HEADER = ("id", "text", "date")


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def csv_bytes() -> bytes:
    frame = pd.DataFrame(ROWS, columns=HEADER)
    return bytes(frame.to_csv(index=False, lineterminator="\n").encode())


def objects() -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in ROWS]


def parquet_bytes() -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(ROWS, columns=HEADER).to_parquet(buffer)
    return buffer.getvalue()


CONTAINERS = {
    "csv": csv_bytes(),
    "xlsx": workbook({"Posts": [HEADER, *ROWS]}),
    "json": json.dumps(objects(), indent=1).encode(),
    "jsonl": "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects()).encode("utf-8-sig"),
    "parquet": parquet_bytes(),
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(content: bytes | str, name: str = "export") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def reason_of(path: Any, **options: Any) -> str:
    with pytest.raises(SentilensError) as caught:
        read_posts(path, **options)
    return caught.value.reason


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_container_gives_the_same_posts(write: Any, container: str, packed: bool) -> None:
    content = CONTAINERS[container]
    path = write(gzip.compress(content, mtime=0) if packed else content)
    posts = read_posts(path)
    assert posts["text"].tolist() == [text for _, text, _ in ROWS]
    assert posts["post_id"].tolist() == ["1", "2", "3"]
    assert posts["created_at"].dt.strftime("%Y-%m-%d").tolist() == [day for _, _, day in ROWS]
    audit = posts.attrs["audit"]
    assert (audit.container, audit.rows_read, audit.confidence) == (container, 3, 0)
    reader = PostReader(path)
    chunks = list(reader.chunks(2))
    assert [len(chunk.posts) for chunk in chunks] == [2, 1]
    assert reader.bytes_read >= reader.bytes_total
    assert chunks[0].original.columns.tolist() == list(HEADER)
    assert chunks[0].original.to_numpy().tolist() == [list(row) for row in ROWS[:2]]


def test_types_of_cells_become_text(write: Any) -> None:
    rows = [
        ("text", "created", "rating", "owned", "id"),
        ("a", datetime(2026, 2, 6, 15, 3), 4, True, 12345678901234),
        ("=b_x000D_", date(2026, 2, 7), 4.5, False, 1.22158e17),
        (None, None, None, None, None),
        (7, None, "4,0", None, "x"),
    ]
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # no formula
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.warns(match="1 ids were rounded"):
        posts = read_posts(write(buffer.getvalue()))
    assert posts["text"].tolist() == ["a", "=b\r", "7"]
    assert posts["rating"].tolist() == [4, 4.5, 4]
    assert posts["owned"].tolist()[:2] == [True, False]
    assert posts["post_id"].tolist() == ["12345678901234", "1.22158e+17", "x"]
    assert posts["created_at"].tolist()[:2] == [datetime(2026, 2, 6, 15, 3, tzinfo=UTC), datetime(2026, 2, 7, tzinfo=UTC)]
    (chunk,) = PostReader(write(buffer.getvalue())).chunks()
    assert chunk.lines.tolist() == [2, 3, 5]


def test_old_workbooks_titles_above_the_header_and_empty_sheets() -> None:
    posts = read_posts(DATA / "old_excel.xls")
    assert posts["text"].tolist() == ["Paketet kom aldrig fram, åäö", "Tack för snabb hjälp"]
    assert posts["rating"].tolist() == [1, 4.5]
    assert posts["owned"].tolist() == [False, True]
    assert posts["created_at"].iloc[0] == pd.Timestamp("2026-02-06 15:03Z")
    audit = posts.attrs["audit"]
    assert (audit.container, audit.header_line, audit.preamble_rows) == ("xls", 2, 1)


def test_sheets_without_posts_are_left_out_and_told(write: Any) -> None:
    notes = [("Key", "Value"), ("Made", "2026")]
    path = write(workbook({"Notes": notes, "Posts": [HEADER, *ROWS], "More": [HEADER, *ROWS[:1]]}))
    posts = read_posts(path)
    audit = posts.attrs["audit"]
    assert len(posts) == 4
    assert posts.index.tolist() == [0, 1, 2, 3]
    assert audit.skipped == [("export[Notes]", "no column holds the text of posts")]
    assert [part.path for part in audit.parts] == ["export[Posts]", "export[More]"]
    assert (audit.rows_read, audit.rows_accepted) == (4, 4)
    assert reason_of(write(workbook({"Notes": notes}))) == "no_text_column"
    assert reason_of(write(workbook({"Notes": []}))) == "empty_file"


def test_objects_in_objects_and_numbers_as_they_are_written(write: Any) -> None:
    document = """{"about": {"n": [1, 2]}, "reviews": [
        {"id": 175500000000000000123, "comment": "a", "reviewer": {"name": "N", "tags": ["x", "y"]}, "media": [{"url": "u"}]},
        {"id": 1.50, "comment": null, "extra": "\\ud83d"}, "junk"]}"""
    reader = PostReader(write(document), mapping={"text": "comment"}, keep_personal_data=True)
    assert reader.header == ("id", "comment", "reviewer.name", "reviewer.tags", "media.url", "extra", "value")
    (chunk,) = reader.chunks()
    assert chunk.original.to_numpy().tolist() == [
        ["175500000000000000123", "a", "N", '["x", "y"]', "u", "", ""],
        ["1.50", "", "", "", "", "\ufffd", ""],
        ["", "", "", "", "", "", "junk"],
    ]
    assert reader._parts[0].table.document == "reviews"


def test_lines_that_are_no_json_are_rejects(write: Any) -> None:
    lines = ['{"text": "a", "n": 1}', '{"text": "b"', "", '{"text": "c", "m": 2}', "[1]", '{"text": "d\\u0000"}', "not json"]
    reader = PostReader(write("\n".join(lines)), max_cell_chars=1000)
    rejects = []
    reader.on_reject = lambda reject: rejects.append((reject.line, reject.reason))
    (chunk,) = reader.chunks()
    assert chunk.posts["text"].tolist() == ["a", "c"]
    assert chunk.lines.tolist() == [1, 4]
    assert rejects == [(2, "bad_json"), (5, "bad_json"), (6, "nul_bytes"), (7, "bad_json")]
    assert reader.audit.rows_read == 6
    assert reader.header == ("text", "n", "m")


FEED = """<?xml version="1.0" encoding="{encoding}"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:a</id><title>Svippo</title>
<entry><id>1</id><title>Försenat</title><link rel="self" href="s"/><link href="https://forum.example/1"/>
<published>2026-02-06T15:03:00Z</published><content type="html">Paketet &lt;b&gt;kom&lt;/b&gt; aldrig</content>
<author><name>Lena</name></author></entry>
<entry><id>2</id><content>Tack</content><published>2026-02-07T15:03:00Z</published></entry></feed>"""
RSS = """<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bloggen</title>
<item><title>Om priser</title><pubDate>Fri, 06 Feb 2026 15:03:00 +0100</pubDate><description>Dyrt blev det</description>
{comments}</item></channel></rss>"""
COMMENT = "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_content>{text}</wp:comment_content></wp:comment>"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_atom(write: Any, encoding: str) -> None:
    path = write(FEED.format(encoding=encoding).encode(encoding))
    posts = read_posts(path, extra_columns=["feed.title", "author.name"], keep_personal_data=True)
    assert posts["text"].tolist() == ["Paketet kom aldrig", "Tack"]
    assert posts["url"].fillna("").tolist() == ["https://forum.example/1", ""]
    assert posts["feed.title"].tolist() == ["Svippo", "Svippo"]
    assert posts["author.name"].tolist() == ["Lena", ""]


def test_rss_and_the_comments_of_wordpress(write: Any) -> None:
    posts = read_posts(write(RSS.format(comments="")))
    assert posts["text"].tolist() == ["Dyrt blev det"]
    assert posts["created_at"].tolist() == [pd.Timestamp("2026-02-06 14:03Z")]
    comments = "".join(COMMENT.format(id=number, text=f"nr {number}") for number in range(3))
    posts = read_posts(write(RSS.format(comments=comments)), mapping={"text": "comment.comment_content"})
    assert posts["text"].tolist() == ["nr 0", "nr 1", "nr 2"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed><entry><title>&b;</title></entry></feed>'
)


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {member: source.read(member) for member in source.namelist()}
    return archive(members | {name: data})


XLSX = CONTAINERS["xlsx"]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB.encode(), "unsafe_xml"),
        (b"<?xml version='1.0'?><svg></svg>", "not_a_feed"),
        (FEED.format(encoding="utf-8").encode()[:-30], "bad_xml"),
        (with_member(XLSX, SHEET, BOMB.encode()), "unsafe_xml"),
        (with_member(XLSX, "xl/workbook.xml", BOMB.encode()), "unsafe_xml"),
        (with_member(XLSX, SHEET, b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>999</v>"), "broken_workbook"),
        (with_member(XLSX, "../evil.xml", b""), "unsafe_archive"),
        (with_member(XLSX, "xl/media/zeros.bin", bytes(40 << 20)), "bomb"),
        (XLSX[: len(XLSX) // 2], "broken_archive"),
        (archive({"/etc/posts.csv": csv_bytes()}), "unsafe_archive"),
        (archive({"C:\\posts.csv": csv_bytes()}), "unsafe_archive"),
        (archive({"posts.csv": b"text\n" + b"a\n" * (20 << 20)}), "bomb"),
        (archive({"inner.zip": archive({"posts.csv": csv_bytes()})}), "binary"),
        (archive({"a.txt": b"hello", "b.png": b"\x89PNG\r\n\x1a\n" + bytes(9)}), "no_export"),
        (archive({}), "no_export"),
        (gzip.compress(csv_bytes(), mtime=0)[:-9], "broken_archive"),
        (CONTAINERS["parquet"][:-20], "broken_parquet"),
        (CONTAINERS["parquet"][:4] + bytes(200) + CONTAINERS["parquet"][-40:], "broken_parquet"),
        (b"[" * 100_000 + b"]" * 100_000, "bad_json"),
        (b'[{"text": "a"}, {"text":', "bad_json"),
        (b"window.YTD.tweets.part0 = [{]", "bad_json"),
        (b"window.YTD.ad_engagements.part0 = [{\"text\": \"a\"}]", "no_text_column"),
        (b"[]", "no_text_column"),
        (b",".join(b"c%d" % n for n in range(30_000)) + b"\n", "too_many_columns"),
        (b"[{" + b",".join(b'"c%d":1' % n for n in range(30_000)) + b"}]", "too_many_columns"),
    ],
)  # fmt: skip
def test_broken_and_hostile_files_get_a_clear_error(write: Any, content: bytes, reason: str) -> None:
    assert reason_of(write(content)) == reason


def test_a_workbook_that_claims_endless_rows_ends(write: Any) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    )
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>'
    rows = row % (1, 1, b"text") + row % (3, 3, b"a") + row % (2_000_000_000, 2_000_000_000, b"b")
    assert read_posts(write(with_member(XLSX, SHEET, sheet % rows)))["text"].tolist() == ["a"]


def test_documents_have_a_limit(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (documents, blobs):
        monkeypatch.setattr(module, "MAX_WHOLE_BYTES", 100)
    assert reason_of(write(CONTAINERS["json"])) == "too_large"
    assert reason_of(write(gzip.compress(CONTAINERS["json"], mtime=0))) == "too_large"
    assert reason_of(write(gzip.compress(XLSX, mtime=0))) == "too_large"
    assert len(read_posts(write(CONTAINERS["jsonl"]))) == 3
    monkeypatch.setattr(blobs, "MAX_MEMBER_BYTES", 300_000)
    assert reason_of(write(gzip.compress(b"text\n" + b"a\n" * 1_000_000, mtime=0))) == "bomb"


def test_a_file_that_changes_while_it_is_read(write: Any) -> None:
    path = write("text\n" + "a\n" * 100)
    chunks = PostReader(path).chunks(10)
    next(chunks)
    path.write_text("text\nb\n")
    with pytest.raises(FileFormatError) as caught:
        list(chunks)
    assert caught.value.reason == "changed_file"
    reader = PostReader(path)
    path.unlink()
    with pytest.raises(FileFormatError) as caught:
        list(reader.chunks())
    assert caught.value.reason == "missing_file"


def test_archives_and_folders(write: Any, tmp_path: Path) -> None:
    members = {
        "data/b.csv": csv_bytes(),
        "data/a.jsonl": CONTAINERS["jsonl"],
        "data/photo.jpg": b"\xff\xd8\xff" + bytes(20),
        "__MACOSX/data/._b.csv": b"x",
        "inner.zip": archive({"posts.csv": csv_bytes()}),
        "book.xlsx": XLSX,
        "empty.csv": b"",
    }
    posts = read_posts(write(archive(members), "all.zip"))
    audit = posts.attrs["audit"]
    assert [part.path for part in audit.parts] == ["all.zip!data/b.csv", "all.zip!data/a.jsonl", "all.zip!book.xlsx"]
    assert len(posts) == audit.rows_accepted == 9
    why = dict(audit.skipped)
    assert why["all.zip!data/photo.jpg"] == "This is a JPEG picture, no export of posts."
    assert why["all.zip!__MACOSX/data/._b.csv"] == "left behind by an operating system"
    assert "inside another" in why["all.zip!inner.zip"]
    assert why["all.zip!empty.csv"] == "The file is empty."
    for name, data in members.items():
        write(data, f"folder/{name}")
    folder = read_posts(tmp_path / "folder")
    # In a folder an archive is opened, too.
    assert [part.path for part in folder.attrs["audit"].parts] == [
        "book.xlsx",
        "inner.zip!posts.csv",
        "data/a.jsonl",
        "data/b.csv",
    ]
    text = audit.to_text()
    for word in ("all.zip!data/b.csv", "Skipped     all.zip!empty.csv: The file is empty.", "9 read, 9 accepted"):
        assert word in text
    json.dumps(audit.to_dict())


def test_several_files_with_different_headers(write: Any, model: PostScorer, tmp_path: Path) -> None:
    first = write("text,brand,land\na,Telmira,SE\n", "a.csv")
    second = write("Kommentar;Betyg;land\nb;4,0;NO\nc;5;DK\n", "b.csv")
    posts = read_posts([first, second], extra_columns="all")
    assert posts["text"].tolist() == ["a", "b", "c"]
    assert posts["rating"].fillna(0).tolist() == [0, 4, 5]
    assert posts["land"].tolist() == ["SE", "NO", "DK"]
    assert posts["Betyg"].tolist() == ["", "4,0", "5"]
    reader = PostReader([first, second])
    chunks = list(reader.chunks(1))
    assert [chunk.source for chunk in chunks] == ["a.csv", "b.csv", "b.csv"]
    assert [chunk.posts.index.tolist() for chunk in chunks] == [[0], [1], [2]]
    assert reader.header == ("text", "brand", "land", "Kommentar", "Betyg")
    assert all(tuple(chunk.original.columns) == ("land", "Betyg") for chunk in chunks)
    assert chunks[1].original.to_numpy().tolist() == [["NO", "4,0"]]
    for ending in ("csv", "xlsx", "parquet"):
        score_file([first, second], tmp_path / f"scored.{ending}", model=model)
        pd.testing.assert_frame_equal(read_posts(tmp_path / f"scored.{ending}"), read_posts([first, second]))


def test_a_list_of_files_stands_or_falls_with_each(write: Any) -> None:
    good, bad = write(csv_bytes(), "good.csv"), write(b"", "bad.csv")
    assert reason_of([good, bad]) == "empty_file"
    assert reason_of([]) == "no_export"
    assert len(read_posts(iter([good, good]))) == 6


def test_memory_is_bounded_by_the_chunk(write: Any) -> None:
    def peak_of(container: str, n_rows: int) -> int:
        if container == "jsonl":
            path = write(('{"id": 7, "text": "%s", "date": "2024-01-01"}\n' % ("some words " * 40)) * n_rows)
        elif container == "xlsx":
            book = Workbook(write_only=True)
            sheet = book.create_sheet("Posts")
            for row in [("id", "text"), *[(7, "some words, and more")] * n_rows]:
                sheet.append(row)
            path = write(b"")
            book.save(path)
        else:
            path = write(b"")
            frame = pd.DataFrame([(7, "some words", "2024-01-01")] * n_rows, columns=HEADER)
            frame.to_parquet(path, row_group_size=1000)
        tracemalloc.start()
        assert sum(map(len, iter_posts(path, chunk_rows=200))) == n_rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    for container, n_rows in (("jsonl", 2_500), ("xlsx", 400), ("parquet", 5_000)):
        small, large = peak_of(container, n_rows), peak_of(container, 2 * n_rows)
        assert large < 1.25 * small, container


@settings(max_examples=40)
@given(st.sampled_from(sorted(CONTAINERS)), st.data())
def test_damaged_files_make_errors_of_ours_or_posts(container: str, data: st.DataObject) -> None:
    content = bytearray(CONTAINERS[container])
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        try:
            audit = inspect_file(path)
        except (FileFormatError, MissingColumnsError) as error:
            assert error.reason  # noqa: PT017
            return
    assert audit.rows_read == audit.rows_accepted + audit.rejects.total()
