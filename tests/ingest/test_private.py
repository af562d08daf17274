"""People are taken out on reading and scoring, and every row stays."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from sentilens.batch import score_file
from sentilens.ingest import PostReader, Reject, inspect_file, iter_posts, read_posts
from sentilens.scorer import PostScorer
from sentilens.spreadsheet import restore

CONTENT = """\
Text;Author;Url;Email;Kön;Region;Svar från oss;Kolli;Field 9;Field 10
Ring 070-174 06 05, mvh Anna Ek;@Kari_N;https://x.com/kari_n/status/12;a@example.se;F;Norr;Maila oss: hej@example.se;4512345678901234;a@example.se;Kari
Tack @nordbank och @kari_n!;kari_n;https://x.com/kari_n;b@example.se;M;Syd;Ok;4512345678901235;b@example.se;https://x.com/kari_n
helt ok;NordBank;https://example.se/a;;;;;;;070-174 06 05
"""
SECRETS = ("070-174", "Anna", "kari_n", "Kari_N", "a@example", "hej@")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return path


def test_reading_leaves_nobody(export: Path) -> None:
    posts = read_posts(export, extra_columns="all", keep_handles=["@nordbank"])
    assert posts["text"].tolist() == ["Ring <PHONE>, mvh <NAME>", "Tack @nordbank och <USER>!", "helt ok"]
    first, second, brand = posts["author"]
    assert first == second
    assert first.startswith("a_")
    assert brand == "NordBank"
    assert posts["url"].tolist() == ["https://x.com/i/status/12", pd.NA, "https://example.se/a"]
    assert posts["channel"].tolist() == ["twitter", "twitter", "example.se"]
    assert list(posts.columns[12:]) == ["Text", "Author", "Url", "Region", "Svar från oss", "Kolli", "Field 10"]
    assert posts["Svar från oss"].tolist() == ["Maila oss: <EMAIL>", "Ok", ""]
    assert posts["Kolli"].tolist() == ["4512345678901234", "4512345678901235", ""]
    assert posts["Field 10"].tolist() == ["Kari", "", "<PHONE>"]


def test_the_audit_tells_what_was_done_in_counts(export: Path) -> None:
    for audit in (read_posts(export).attrs["audit"], inspect_file(export)):
        assert audit.to_dict()["privacy"] == {
            "left_out": {"Email": "header", "Kön": "header", "Field 9": "content"},
            "masked": {"phone": 1, "handle": 1, "name": 1},
            "posts_masked": 2,
            "authors": 3,
            "links": 2,
        }
        told = audit.to_text()
        assert "Privacy     left out: 'Email' (by its header), 'Kön' (by its header), 'Field 9' (by its content)" in told
        assert "masked in 2 posts: <PHONE> 1, <USER> 1, <NAME> 1" in told
        assert not any(secret in told for secret in SECRETS)


def test_columns_asked_for_by_name_are_left_out_too(export: Path) -> None:
    assert "Email" not in read_posts(export, extra_columns=["Email", "Region"]).columns
    assert "Email" in read_posts(export, extra_columns=["Email"], keep_personal_data=True).columns


def test_all_of_it_stays_when_asked_for(export: Path) -> None:
    posts = read_posts(export, extra_columns="all", keep_personal_data=True)
    with export.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    assert posts[header].to_numpy().tolist() == rows
    assert posts["author"].tolist() == ["@Kari_N", "kari_n", "NordBank"]
    assert posts.attrs["audit"].privacy is None
    assert posts.attrs["audit"].to_dict()["privacy"] is None


def test_chunks_make_no_difference(export: Path) -> None:
    whole = read_posts(export, extra_columns="all")
    chunks = list(iter_posts(export, extra_columns="all", chunk_rows=1))
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)
    assert chunks[-1].attrs["audit"].privacy == whole.attrs["audit"].privacy


def test_a_scored_file_holds_nobody(model: PostScorer, export: Path, tmp_path: Path) -> None:
    summary = score_file(export, tmp_path / "out.csv", model=model, keep_handles=["nordbank"])
    assert summary.rows_scored == 3
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert not any(secret in written for secret in SECRETS)
    assert written.splitlines()[0].startswith("Text;Author;Url;Region;Svar från oss;Kolli;Field 10;channel;copy_of;language")
    again = score_file(tmp_path / "out.csv", tmp_path / "again.csv", model=model, keep_handles=["nordbank"])
    assert again.audit.privacy is not None
    assert again.audit.privacy.posts_masked == again.audit.privacy.authors == again.audit.privacy.links == 0
    authors = [read_posts(tmp_path / name)["author"].tolist() for name in ("out.csv", "again.csv")]
    assert authors[0] == authors[1]


def test_a_scored_file_is_verbatim_when_asked_for(model: PostScorer, export: Path, tmp_path: Path) -> None:
    score_file(export, tmp_path / "out.csv", model=model, keep_personal_data=True)
    before, after = (
        list(csv.reader(text.splitlines(), delimiter=";"))
        for text in (CONTENT, (tmp_path / "out.csv").read_text(encoding="utf-8"))
    )
    assert [list(map(restore, row[: len(before[0])])) for row in after] == before


@pytest.mark.parametrize(
    ("header", "raw"),
    [("id,text,region", "1,070-174 06 05,x,y\n"), ("id,text,author", "1,hej Kari,x,y\n"), ("id,text,email", "1,a,x,y\n")],
)
def test_rejected_rows_hold_nobody(tmp_path: Path, header: str, raw: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"{header}\n{raw}2,b,c\n", encoding="utf-8")

    def rejects(**options: bool) -> list[str]:
        reader, seen = PostReader(path, **options), list[Reject]()
        reader.on_reject = seen.append
        assert sum(len(chunk.posts) for chunk in reader.chunks()) == 1
        return [reject.raw for reject in seen]

    assert rejects() == (["1,<PHONE>,x,y\n"] if "region" in header else [""])
    assert rejects(keep_personal_data=True) == [raw]


def test_no_key_without_authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTILENS_KEY_FILE", str(tmp_path / "author.key"))
    path = tmp_path / "in.csv"
    path.write_text("text,author\nhej @kari,\n", encoding="utf-8")
    assert read_posts(path)["author"].isna().all()
    assert not (tmp_path / "author.key").exists()
    path.write_text("text,author\nhej,kari\n", encoding="utf-8")
    read_posts(path)
    assert (tmp_path / "author.key").exists()


def test_cells_are_made_when_looked_at(export: Path) -> None:
    (chunk,) = PostReader(export).chunks()
    assert chunk.header == ("Text", "Author", "Url", "Region", "Svar från oss", "Kolli", "Field 10")
    assert len(chunk.cells) == len(chunk.header)
    assert chunk.cells[-1] == ["Kari", "", "<PHONE>"]
    assert chunk.cells[3:5] == [["Norr", "Syd", ""], ["Maila oss: <EMAIL>", "Ok", ""]]
    assert chunk.cells[0] is chunk.cells[0]


def test_files_with_and_without_replies(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,reply_text\nhej @kari,Ring 070-174 06 05\nja,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text\nnej @ola\n", encoding="utf-8")
    posts = read_posts([tmp_path / "a.csv", tmp_path / "b.csv"], mapping=None)
    assert posts["text"].tolist() == ["hej <USER>", "ja", "nej <USER>"]
    audit = posts.attrs["audit"]
    assert audit.privacy.to_dict()["masked"]["handle"] == 2
    assert [part.privacy.posts_masked for part in audit.parts] == [audit.privacy.posts_masked - 1, 1]
