"""Named formats as strangers have them: saved again by a spreadsheet, with columns moved, added and taken away, in other words."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from sentilens.errors import DataQualityWarning
from sentilens.ingest import PostReader, inspect_file, read_posts
from sentilens.ingest.blobs import file_blob
from sentilens.ingest.platforms import recognise
from sentilens.ingest.tables import TableOptions, open_tables

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/samples/formats"
SAMPLES = sorted(FOLDER.rglob("*.csv"))


def save(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding, "replace"))
    return path


def cells(sample: str) -> list[list[str]]:
    (table,) = open_tables(file_blob(FOLDER / sample), TableOptions())
    return [list(table.header), *map(list, table.sample)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_the_order_of_columns_and_more_of_them_do_not_matter(sample: Path, tmp_path: Path) -> None:
    if sample.parent.name in {"qualtrics", "youtube_studio"}:  # questions are joined in their order; no posts
        return
    (header, *rows) = cells(sample.relative_to(FOLDER).as_posix())
    turned = [[*header[::-1], "Kampanj", "Notering"], *([*row[::-1], "vår", ""] for row in rows)]
    found = read_posts(save(tmp_path / "a.csv", turned, ";", "utf-8-sig"), keep_personal_data=True)
    pd.testing.assert_frame_equal(found, read_posts(sample, keep_personal_data=True))
    assert found.attrs["audit"].format == PostReader(sample).audit.format


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Beitrags-ID,Seiten-ID,Seitenname,Titel,Beschreibung,Veröffentlichungszeitpunkt,Permalink", "meta_facebook"),
        ("Opslags-id,Side-id,Sidenavn,Titel,Beskrivelse,Udgivelsestidspunkt,Permalink", "meta_facebook"),
        ("Sid-id,Sidnamn,Beskrivning,Publiceringstid,Permalänk,Visningar", "meta_facebook"),
        ("post_id,page_id,page_name,description,publish_time", "meta_facebook"),
        ("Innleggs-ID,Konto-ID,Kontoens brukernavn,Kontonavn,Beskrivelse,Publiseringstidspunkt,Permalenke", "meta_instagram"),
        ("Julkaisun tunnus,Tilin tunnus,Tilin käyttäjänimi,Tilin nimi,Kuvaus,Julkaisuaika,Pysyvä linkki", "meta_instagram"),
        ("Videotitel,Veröffentlichungszeitpunkt des Videos,Aufrufe,Wiedergabezeit (Stunden)", "youtube_studio"),
        ("Videon nimi,Videon julkaisuaika,Katselukerrat", "youtube_studio"),
        ("Name,Username,Profile ID,Date,Likes,Comment,(view source)", "exportcomments_instagram"),
        ("Profile Name,Network,Content Type,Message,Date Published,Impressions,Engagements", "sprout_social"),
        ("Ticket Id,Subject,Created Time,First Response Time (in Hrs)", "freshdesk"),
    ],
)
def test_headers_in_other_words(header: str, name: str) -> None:
    platform, confidence = recognise(header.split(","))
    assert platform is not None
    assert (platform.name, confidence >= 0.9) == (name, True)


def meta(times: Sequence[str], ids: Sequence[str] = ("122158000000000001", "122158000000000002")) -> list[list[str]]:
    header = ["Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Permalink"]
    return [header, *([key, "1", "Telmira", "Nytt", "Nytt i höst", time, ""] for key, time in zip(ids, times, strict=True))]


@pytest.mark.parametrize(
    ("times", "day"),
    [
        (["09/10/2026 18:12", "09/11/2026 18:12"], "2026-09-10"),  # the format's own order, where nothing says otherwise
        (["09/10/2026 18:12", "28/09/2026 18:12"], "2026-10-09"),  # evidently day first
        (["09.10.2026 18:12", "10.10.2026 18:12"], "2026-10-09"),  # saved again in Germany or the North
        (["2026-10-09 18:12", "2026-10-28 18:12"], "2026-10-09"),
        (["10/9/2026 6:12 PM", "10/28/2026 6:12 PM"], "2026-10-09"),
    ],
)
def test_the_order_of_the_format_holds_unless_the_file_says_otherwise(times: list[str], day: str, tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", meta(times), ";", "cp1252")
    posts = read_posts(path, keep_personal_data=True)
    assert posts["created_at"].dt.strftime("%Y-%m-%d %H:%M")[0] == f"{day} 18:12"
    assert posts["text"].tolist() == ["Nytt i höst"] * 2, "the title is the begin of the text"
    audit = posts.attrs["audit"]
    assert (audit.format, audit.dates.ambiguous, audit.encoding) == ("meta_facebook", False, "cp1252")


def test_ids_that_a_spreadsheet_has_rounded_are_told(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", meta(["09/10/2026 18:12"] * 2, ["1,22158E+17"] * 2), ";")
    with pytest.warns(DataQualityWarning, match="2 ids were rounded"):
        posts = read_posts(path, keep_personal_data=True)
    assert posts["post_id"].tolist() == ["1,22158E+17"] * 2


def test_ids_of_x_are_taken_from_the_links_that_no_spreadsheet_rounds(tmp_path: Path) -> None:
    header, *rows = cells("x_analytics/account_analytics_content_2026-02-01_2026-02-28.csv")
    position = header.index("Post id")
    rounded = [header, *([*row[:position], "1,755E+18", *row[position + 1 :]] for row in rows)]
    posts = read_posts(save(tmp_path / "a.csv", rounded, ";", "utf-8-sig"), keep_personal_data=True)
    assert posts["post_id"].tolist() == [row[position] for row in rows]
    assert posts["owned"].all()


@pytest.mark.parametrize(
    ("sample", "column", "value"),
    [
        ("linkedin_comments/Comments.csv", "Link", "https://forum.example/1"),
        ("chat_log/chattar.csv", "Talare", "Anna"),
    ],
)
def test_formats_that_are_told_by_their_cells_are_generic_with_others(
    sample: str, column: str, value: str, tmp_path: Path
) -> None:
    header, *rows = cells(sample)
    position = header.index(column)
    rows[2][position] = value
    posts = read_posts(save(tmp_path / "a.csv", [header, *rows]), keep_personal_data=True)
    assert posts.attrs["audit"].confidence == 0
    assert posts["text"].notna().all()
    assert posts["owned"].isna().all()


def test_old_workbooks_of_linkedin() -> None:
    posts = read_posts(Path(__file__).parent / "data/linkedin_page.xls", keep_personal_data=True)
    audit = posts.attrs["audit"]
    assert (audit.format, audit.container, audit.header_line, len(posts)) == ("linkedin_page", "xls", 2, 5)
    assert audit.skipped == [("linkedin_page.xls[Metrics]", "no column holds the text of posts")]
    assert posts["owned"].all()
    assert posts["created_at"].dt.strftime("%Y-%m-%d").tolist()[::4] == ["2026-02-06", "2026-02-08"]


def test_columns_without_names_have_numbers_in_the_audit() -> None:
    audit = inspect_file(FOLDER / "exportcomments_facebook/comments.xlsx")
    assert audit.mapping["post_id"] == audit.mapping["reply_to"] == "(column 1) + (column 2)"


def test_archives_of_members_are_read_whole_and_what_holds_no_posts_is_told(tmp_path: Path) -> None:
    path = tmp_path / "Basic_LinkedInDataExport.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FOLDER / "linkedin_comments/Comments.csv", "Comments.csv")
        archive.writestr("Reactions.csv", "Date,Type,Link\n2026-02-03 10:00:00,LIKE,https://www.linkedin.com/feed/\n")
        archive.write(FOLDER / "linkedin_shares/Shares.csv", "Shares.csv")
        archive.write(FOLDER / "youtube_studio/Tabelldata.csv", "Tabelldata.csv")
    audit = inspect_file(path)
    assert [part.format for part in audit.parts] == ["linkedin_comments", "linkedin_shares"]
    assert [why for _, why in audit.skipped] == [
        "no column holds the text of posts",
        "This table of YouTube Studio counts the views of videos and holds no comments.",
    ]
