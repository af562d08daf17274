"""Hostile and broken files: each ends in a clear error of ours or in counted rejects, in bounded memory and time."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from sentilens.errors import DataQualityWarning, FileFormatError, SentilensError
from sentilens.ingest import PostReader, read_posts
from sentilens.ingest.audit import Reject

CSV = b"id,text,brand\n1,Paketet kom aldrig,Svippo\n2,Tack,Svippo\n"
MB = 1 << 20


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def workbook() -> bytes:
    book = Workbook()
    for row in (("id", "text"), (1, "Paketet kom aldrig"), (2, "Tack")):
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


XLSX = workbook()
SHEET = "xl/worksheets/sheet1.xml"


def with_members(content: bytes, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return archive({name: source.read(name) for name in source.namelist()} | members)


def sheet(rows: bytes) -> bytes:
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_members(XLSX, {SHEET: start + rows + b"</sheetData></worksheet>"})


def parquet(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def patched(content: bytes, *patches: tuple[bytes, int, bytes]) -> bytes:
    """Bytes overwritten so many places after the first of some marks."""
    data = bytearray(content)
    for mark, offset, new in patches:
        at = data.index(mark) + offset
        data[at : at + len(new)] = new
    return bytes(data)


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
STORED = archive({"posts.csv": CSV}, zipfile.ZIP_STORED)
#: Ten entities, each ten times the one before.
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{_ENTITIES}]>'.encode()
SHARED_STRINGS = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'


def laughing_strings() -> bytes:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as source:
        types = source.read("[Content_Types].xml").replace(b"</Types>", SHARED_STRINGS)
    strings = LAUGHS + b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&e9;</t></si></sst>'
    return with_members(XLSX, {"[Content_Types].xml": types, "xl/sharedStrings.xml": strings})


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty_file"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty_file"),
    "only a byte order mark, UTF-16": (b"\xff\xfe", "empty_file"),
    "only a byte order mark, UTF-32": (b"\xff\xfe\0\0", "empty_file"),
    "blank lines": (b" \n\n\t\r\n", "empty_file"),
    "only NULs": (bytes(1000), "binary"),
    "all bytes": (bytes(range(256)) * 100, "bad_header"),
    "a header that never ends": (b'"text,brand\na,b\n', "bad_header"),
    "only sep=": (b"sep=;\n", "bad_header"),
    "a web page": (b"<!DOCTYPE html><html><body>text</body></html>", "binary"),
    "a million columns": (b"text" + b"," * 10**6 + b"\na" + b"," * 10**6 + b"\n", "too_many_columns"),
    # Archives
    "a zip in a zip": (archive({"a.zip": archive({"b.zip": archive({"posts.csv": CSV})})}), "binary"),
    "a zip in a gzip": (gzip.compress(archive({"posts.csv": CSV}), mtime=0), "binary"),
    "a gzip in a gzip": (gzip.compress(gzip.compress(CSV), mtime=0), "binary"),
    "a path out": (archive({"a/../../posts.csv": CSV}), "unsafe_archive"),
    "a path out, Windows": (archive({"a\\..\\..\\posts.csv": CSV}), "unsafe_archive"),
    "an absolute path": (archive({"/posts.csv": CSV}), "unsafe_archive"),
    "a drive": (archive({"C:posts.csv": CSV}), "unsafe_archive"),
    "a password": (patched(STORED, (LOCAL, 6, b"\1"), (CENTRAL, 8, b"\1")), "locked"),
    "an unknown compression": (patched(STORED, (LOCAL, 8, b"\x61"), (CENTRAL, 10, b"\x61")), "locked"),
    "an unknown version": (patched(STORED, (CENTRAL, 6, b"\xc8")), "locked"),
    "a wrong checksum": (patched(STORED, (b"Paketet", 0, b"Q")), "broken_archive"),
    "a size that is a lie": (patched(archive({"a.csv": CSV * 99}), (CENTRAL, 24, struct.pack("<I", 9))), "broken_archive"),
    "a directory before the start": (patched(STORED, (b"PK\x05\x06", 16, struct.pack("<I", 1 << 30))), "broken_archive"),
    "a cut zip": (STORED[:-30], "broken_archive"),
    "a cut gzip": (gzip.compress(CSV, mtime=0)[:-9], "broken_archive"),
    "a gzip with a wrong checksum": (gzip.compress(CSV, mtime=0)[:-8] + bytes(8), "broken_archive"),
    "a gzip with something behind it": (gzip.compress(CSV, mtime=0) + b"junk", "broken_archive"),
    "a gzip of nothing": (gzip.compress(b"", mtime=0), "empty_file"),
    "a zip bomb": (archive({"posts.csv": b"text\n" + bytes(20 * MB)}), "bomb"),
    # Workbooks
    "a cut workbook": (XLSX[:-50], "broken_archive"),
    "a workbook bomb": (with_members(XLSX, {SHEET: bytes(20 * MB)}), "bomb"),
    "entities in shared strings": (laughing_strings(), "unsafe_xml"),
    "entities in styles": (with_members(XLSX, {"xl/styles.xml": LAUGHS + b"<a>&e9;</a>"}), "unsafe_xml"),
    "entities in relations": (with_members(XLSX, {"xl/_rels/workbook.xml.rels": LAUGHS + b"<a>&e9;</a>"}), "unsafe_xml"),
    "entities in types": (with_members(XLSX, {"[Content_Types].xml": LAUGHS + b"<a>&e9;</a>"}), "unsafe_xml"),
    "entities in a sheet": (with_members(XLSX, {SHEET: LAUGHS + b"<a>&e9;</a>"}), "unsafe_xml"),
    "no sheets": (with_members(XLSX, {"xl/workbook.xml": b"<workbook/>"}), "empty_file"),
    "parts without content": (archive({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "broken_workbook"),
    "types that name no workbook": (
        with_members(
            XLSX, {"[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'}
        ),
        "broken_workbook",
    ),
    "a cell beyond any column": (sheet(b'<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>'), "broken_workbook"),
    "an old workbook of zeros": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken_workbook"),
    # Feeds
    "a billion laughs": (LAUGHS + b"<rss><channel><item><title>&e9;</title></item></channel></rss>", "unsafe_xml"),
    "a file of the system": (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title>'
        b"</item></channel></rss>",
        "unsafe_xml",
    ),
    "a deep feed": (b"<rss><channel><item>" + b"<a>" * 10**5 + b"</a>" * 10**5 + b"</item></channel></rss>", "bad_xml"),
    "a feed in no encoding": (b'<?xml version="1.0" encoding="no-such"?><rss/>', "bad_xml"),
    "a feed in a strange encoding": (b'<?xml version="1.0" encoding="shift_jis"?><rss/>', "bad_xml"),
    "a feed that is not UTF-8": (
        b'<?xml version="1.0"?><rss><channel><item><title>\xe5</title></item></channel></rss>',
        "bad_xml",
    ),
    "a feed without entries": (b"<rss><channel><title>a</title></channel></rss>", "empty_file"),
    # JSON
    "deep objects": (b'{"a":' * 10**5 + b"1" + b"}" * 10**5, "bad_json"),
    "deep lists in a post": (b'[{"text": "a", "x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}]", "bad_json"),
    "JSON and more": (b'[{"text": "a"}] and more', "bad_json"),
    "JSON of a number": (b"17", "no_text_column"),
    "JSON of nothing": (b"{}", "no_text_column"),
    "JSON of lists": (b'[["a", "b"], ["c", "d"]]', "no_text_column"),
    "a script that calls": (b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "a", "id_str": alert(1)}}]', "bad_json"),
    "a script after the data": (b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "a"}}]; alert(1)', "bad_json"),
    "a script that is a program": (b"window.YTD.tweets.part0 = (() => [])()", "no_text_column"),
    # Parquet
    "nothing but marks": (b"PAR1PAR1", "broken_parquet"),
    "a cut Parquet": (parquet(text=["a", "b"])[:-30], "broken_parquet"),
    "half a Parquet": (parquet(text=["a", "b"])[:100], "broken_parquet"),
    "a Parquet with a list of times that no calendar has": (
        parquet(text=["a"], times=pa.array([[2**62]], pa.list_(pa.timestamp("us")))),
        "broken_parquet",
    ),
    "a Parquet without columns": (parquet(), "no_text_column"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export"


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_cannot_be_read_are_refused_with_a_reason(path: Path, case: str) -> None:
    content, reason = REFUSED[case]
    path.write_bytes(content)
    with pytest.raises(SentilensError) as caught:
        read_posts(path)
    assert caught.value.reason == reason
    assert len(str(caught.value)) < 3000


def account(path: Path, **options: Any) -> tuple[list[str], list[tuple[int, str]]]:
    """The texts that were read, and the line and reason of each reject; nothing may be missing from the count."""
    reader = PostReader(path, **options)
    rejects: list[Reject] = []
    reader.on_reject = rejects.append
    texts = [text for chunk in reader.chunks() for text in chunk.posts["text"]]
    assert reader.audit.rows_accepted == len(texts)
    assert reader.audit.rows_read == len(texts) + len(rejects) == len(texts) + reader.audit.rejects.total()
    return texts, [(reject.line, reject.reason) for reject in rejects]


def utf_16(text: str, mark: bytes = b"\xff\xfe") -> bytes:
    return mark + text.encode("utf-16-le")


TABLE = "text\tbrand\nåäö\tb\n"
ACCOUNTED: dict[str, tuple[bytes, list[str], list[tuple[int, str]]]] = {
    "only a header": (b"text,brand\n", [], []),
    "only a header, without a line end": (b"\xef\xbb\xbftext,brand", [], []),
    "stray quotes": (
        b'text;brand\n"open;a\nb;c\n"ok";d\ne "f" g;h\n"x" y;z\n',
        ["b", "ok", 'e "f" g'],
        [(2, "stray_quote"), (6, "stray_quote")],
    ),
    "NULs": (b"text,brand\na\0b,c\nd,e\n", ["d"], [(2, "nul_bytes")]),
    "ragged rows": (b"text,brand,x\na,b,c\nd,e\nf\ng,h,i,j\n", ["a", "d"], [(4, "ragged_row"), (5, "ragged_row")]),
    "a row of a million cells": (b"text,brand\na,b\n" + b"x," * 10**6 + b"\nc,d\n", ["a", "c"], [(3, "ragged_row")]),
    "two encodings": (
        "text,brand\nåäö,a\nßü,b\n".encode() + "æøå,c\n".encode("cp1252") + "þð,d\n".encode(),
        ["åäö", "ßü", "æøå", "þð"],
        [],
    ),
    "UTF-16 without a mark": (utf_16(TABLE, b""), ["åäö"], []),
    "UTF-16, other order, without a mark": (TABLE.encode("utf-16-be"), ["åäö"], []),
    "UTF-16 with a byte too many": (utf_16(TABLE) + b"a", ["åäö"], [(3, "undecodable")]),
    "UTF-16 with a byte too few": (utf_16(TABLE)[:-1], [], [(2, "undecodable")]),
    "UTF-16 with half a character": (
        utf_16(TABLE) + b"\0\xd8a\0\t\0b\0\n\0" + utf_16("c\td\n", b""),
        ["åäö", "c"],
        [(3, "undecodable")],
    ),
    "a broken line of JSON": (
        b'{"text": "a"}\n{"text": "b\n{"text": "c"}\n[]\n{"text": "d"}\n',
        ["a", "c", "d"],
        [(2, "bad_json"), (4, "bad_json")],
    ),
    "a first line of JSON that is broken": (b'{"text":\n{"text": "b"}\n{"text": "c"}\n', ["b", "c"], [(1, "bad_json")]),
    "a deep line of JSON": (b'{"text": "a"}\n' + b'{"a":' * 10**5 + b'\n{"text": "c"}\n', ["a", "c"], [(2, "bad_json")]),
    "numbers that are none, and long ones": (
        b'[{"text": "a", "n": NaN}, {"text": "b", "n": -Infinity}, {"text": "c", "n": %s}]' % (b"9" * 5000),
        ["a", "b", "c"],
        [],
    ),
    "elements that are no objects": (b'[{"text": "a"}, 5, null, ["x"], "y"]', ["a", "", "", "", ""], []),
    "a NUL in JSON": (b'[{"text": "a\\u0000"}, {"text": "b"}]', ["b"], [(1, "nul_bytes")]),
    "half a character in JSON": (b'[{"text": "a\\ud83d", "\\ud83d": ""}]', ["a\ufffd"], []),
    "cells right of the header": (
        sheet(
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
            + b'<row r="3"><c r="XFD3"><v>1</v></c></row>' * 1000
        ),
        ["7"],
        [],
    ),
    "two gzips in one file": (
        gzip.compress(CSV, mtime=0) + gzip.compress(b"3,Hej,Svippo\n"),
        ["Paketet kom aldrig", "Tack", "Hej"],
        [],
    ),
    "a Parquet without rows": (parquet(text=pa.array([], pa.string())), [], []),
    "a Parquet of structs, lists and maps": (
        parquet(
            text=["a", "b"],
            struct=[{"x": 1, "y": {"z": [1, 2]}}, None],
            lists=[[{"q": 1}], []],
            map=pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
            binary=[b"\xff\xfe", None],
        ),
        ["a", "b"],
        [],
    ),
    "a Parquet with times that no calendar has": (
        parquet(
            text=["a", "b"],
            created_at=pa.array([2**62, 1_770_390_180_000_000], pa.timestamp("us")),
            day=pa.array([2**30, None], pa.date32()),
            zone=pa.array([1, 2], pa.timestamp("us", tz="No/Where")),
        ),
        ["a", "b"],
        [],
    ),
}


@pytest.mark.parametrize("case", ACCOUNTED)
def test_of_what_can_be_read_every_row_is_accounted_for(path: Path, case: str) -> None:
    content, texts, rejects = ACCOUNTED[case]
    path.write_bytes(content)
    assert account(path) == (texts, rejects)


def test_names_that_come_twice_in_an_object_lose_nothing(path: Path) -> None:
    path.write_text('{"text": "a", "id": 1, "text": "b"}\n{"text": "c"}\n')
    (chunk,) = PostReader(path).chunks()
    assert chunk.posts["text"].tolist() == ["b", "c"]  # as in any program that reads JSON
    assert chunk.original["text (again 1)"].tolist() == ["a", ""]


def test_times_that_no_calendar_has_are_counted(path: Path) -> None:
    path.write_bytes(ACCOUNTED["a Parquet with times that no calendar has"][0])
    with pytest.warns(DataQualityWarning, match="1 values are no date"):
        posts = read_posts(path)
    assert posts["created_at"].isna().tolist() == [True, False]
    assert posts.attrs["audit"].dates.unparsed == 1


def test_scripts_are_never_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = "__import__('pathlib').Path('made').touch()"
    path.write_text(f'window.YTD.tweets.part0 = [{{"tweet": {{"full_text": "{code}", "id_str": "1", "created_at": ""}}}}];')
    assert account(path) == ([code], [])
    assert not Path("made").exists()


BIG_LINE = b"x" * MB
WORDS = b"vi skickar aldrig mer " * 20


@pytest.mark.parametrize(
    ("start", "end", "expected", "packed"),
    [
        (b"text,brand\na,b\n", b",y\nc,d\n", (["a", "c"], [(3, "cell_too_large")]), False),
        (b'text,brand\na,b\n"', b'",y\nc,d\n', (["a", "c"], [(3, "cell_too_large")]), True),
        (b'{"text": "a"}\n{"text": "', b'"}\n{"text": "c"}\n', (["a", "c"], [(2, "cell_too_large")]), False),
        (b"text", b"", "bad_header", False),
        (b"<rss><channel><item><title>", b"</title></item></channel></rss>", "too_large", False),
    ],
)
def test_a_line_of_a_hundred_megabytes_takes_little_memory(
    path: Path, start: bytes, end: bytes, expected: Any, packed: bool
) -> None:
    with gzip.open(path, "wb", compresslevel=1) if packed else path.open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(BIG_LINE)
        file.write(end)
    tracemalloc.start()
    try:
        outcome: Any = account(path)
    except FileFormatError as error:
        outcome = error.reason
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome == expected
    # An entry of a feed may take more than a cell.
    assert peak < (80 if expected == "too_large" else 20) * MB


@pytest.mark.parametrize("piece", [b"{},", b"[],"])
def test_documents_of_many_values_are_refused_before_they_are_made(path: Path, piece: bytes) -> None:
    """Each value takes far more memory than its text."""
    path.write_bytes(b"[" + piece * 11_000_000 + b"{}]")
    tracemalloc.start()
    with pytest.raises(FileFormatError) as caught:
        PostReader(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == "too_large"
    assert peak < 3 * path.stat().st_size


def test_a_small_broken_old_workbook_takes_little_memory(path: Path) -> None:
    path.write_bytes(REFUSED["an old workbook of zeros"][0])
    tracemalloc.start()
    with pytest.raises(FileFormatError):
        PostReader(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MB


def test_texts_that_a_parquet_holds_once_are_made_once(path: Path) -> None:
    """A few kilobytes can stand for gigabytes of text."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] + [1] * 30 + [0]), pa.array(["a", "x" * 16 * MB]))
    pq.write_table(pa.table({"text": texts}), path, compression="zstd", store_schema=False)
    tracemalloc.start()
    texts_read, rejects = account(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts_read == ["a", "a"]
    assert rejects == [(row, "cell_too_large") for row in range(2, 32)]
    assert peak < 150 * MB  # of 480


def test_archives_of_many_members_are_read_in_one_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the directory for each member would take time that is quadratic in their number."""
    opened = []
    original = zipfile.ZipFile.__init__

    def counting(self: zipfile.ZipFile, *args: Any, **options: Any) -> None:
        opened.append(args)
        original(self, *args, **options)

    path.write_bytes(archive({f"{number}.txt": b"hello" for number in range(500)} | {"posts.csv": CSV}))
    monkeypatch.setattr(zipfile.ZipFile, "__init__", counting)
    assert len(read_posts(path)) == 2
    assert len(opened) < 10


def test_links_that_lead_in_circles_and_out(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for place in (folder / "below", outside):
        place.mkdir(parents=True)
        (place / "posts.csv").write_bytes(CSV)
    try:
        (folder / "below/up").symlink_to(folder, target_is_directory=True)
        (folder / "out").symlink_to(outside, target_is_directory=True)
        (folder / "self").symlink_to(folder / "self")
        (folder / "gone").symlink_to(folder / "nowhere")
    except OSError:
        pytest.skip("links cannot be made here")
    posts = read_posts(folder)
    audit = posts.attrs["audit"]
    assert len(posts) == 2
    assert sorted(name for name, _ in audit.skipped) == ["below/up", "gone", "out", "self"]
    with pytest.raises(FileFormatError) as caught:
        read_posts(folder / "self")
    assert caught.value.reason == "unreadable"
    with pytest.raises(FileFormatError) as caught:
        read_posts(folder / "gone")
    assert caught.value.reason == "missing_file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_refused_and_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(FileFormatError) as caught:
        read_posts(path)
    assert caught.value.reason == "no_file"


@pytest.mark.parametrize("change", ["append", "cut", "replace"])
@pytest.mark.parametrize(
    "content",
    [
        b"text,brand\n" + b"%s,b\n" % WORDS * 2000,
        b'{"text": "%s", "brand": "b"}\n' % WORDS * 2000,
        b"<rss><channel>" + b"<item><title>%s</title></item>" % WORDS * 2000 + b"</channel></rss>",
        archive({"posts.csv": b"text,brand\n" + b"%s,b\n" % WORDS * 2000}, zipfile.ZIP_STORED),
    ],
    ids=["csv", "jsonl", "feed", "zip"],
)
def test_a_file_that_changes_while_it_is_read_is_not_taken_for_whole(path: Path, content: bytes, change: str) -> None:
    path.write_bytes(content)
    chunks = PostReader(path).chunks(10)
    assert len(next(chunks).posts) == 10
    if change == "append":
        with path.open("ab") as file:
            file.write(b"a,b\n")
    elif change == "cut":
        os.truncate(path, len(content) // 2)
    else:
        path.write_bytes(b"text\n")
    with pytest.raises(FileFormatError) as caught:
        list(chunks)
    assert caught.value.reason in {"changed_file", "broken_archive", "bad_xml"}
