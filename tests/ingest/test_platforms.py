"""Named formats: the committed samples are read as their expected readings say, and no format takes another's files."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sentilens.batch import score_file
from sentilens.errors import MissingColumnsError
from sentilens.ingest import PostReader, read_posts
from sentilens.ingest.blobs import archive_members, file_blob, is_archive
from sentilens.ingest.headers import header_key
from sentilens.ingest.platforms import CERTAIN, PLATFORMS, recognise
from sentilens.ingest.tables import TableOptions, open_tables
from sentilens.schema import COPY_OF, INPUT_COLUMNS, OPTIONAL_COLUMNS, READING_COLUMNS
from sentilens.scorer import PostScorer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/samples/formats"
EXPECTED = {
    path.with_name(path.name.removesuffix(".expected.json")): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.rglob("*.expected.json"))
}
SAMPLES = [path for path, expected in EXPECTED.items() if "refused" not in expected]
#: Known tables that hold no posts.
REFUSED = [path for path in EXPECTED if path not in SAMPLES]
#: Folders of files without a named format, told by the names of their columns alone.
GENERIC = {"own_forms", "generic"}
#: Formats of many tools, which stand back behind those of one.
COMMON = {"exportcomments", "feed"}


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def options_of(sample: Path) -> dict[str, Any]:
    """What must be said about a file; where nothing must, the format itself settles the time zone."""
    options: dict[str, Any] = EXPECTED[sample].get("options", {"timezone": "America/New_York"})
    return options


def as_read(posts: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows without their nulls, times in ISO 8601."""
    rows = []
    for row in posts.to_dict("records"):
        plain = {name: value.isoformat() if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
        rows.append({name: value for name, value in plain.items() if not pd.isna(value)})
    return rows


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_samples_are_read_as_expected(sample: Path) -> None:
    expected = EXPECTED[sample]
    posts = read_posts(sample, **options_of(sample), keep_personal_data=True)
    assert as_read(posts) == expected["posts"]
    audit = posts.attrs["audit"]
    told = {name: getattr(audit, name) for name in expected["audit"]}
    assert json.loads(json.dumps(told)) == expected["audit"]
    assert audit.confidence == 0 if sample.parent.name in GENERIC else "confidence" in told or audit.confidence >= CERTAIN
    assert (audit.rows_read, audit.rejects.total()) == (len(expected["posts"]), 0)
    assert not audit.concerns()
    assert not any(audit.unparsed.values())


@pytest.mark.parametrize("sample", REFUSED, ids=name_of)
def test_tables_without_posts_are_refused_with_the_reason(sample: Path) -> None:
    with pytest.raises(MissingColumnsError, match="no comments") as caught:
        read_posts(sample)
    assert caught.value.reason == EXPECTED[sample]["refused"]
    assert len(read_posts(sample, mapping={"text": "Videotitel"})) == 12, "the user knows better"


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
@pytest.mark.parametrize("name", ["export", "export.xlsx", "a.csv"])
def test_names_of_files_do_not_matter(sample: Path, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(sample.read_bytes())
    assert PostReader(path).audit.format == EXPECTED[sample]["audit"]["format"]


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_chunks_do_not_matter(sample: Path) -> None:
    whole = read_posts(sample)
    chunks = [chunk.posts for chunk in PostReader(sample).chunks(4)]
    pd.testing.assert_frame_equal(pd.concat(chunks), whole, check_names=False)


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_scored_file_is_read_as_the_export_is(model: PostScorer, sample: Path, tmp_path: Path) -> None:
    """A scored file begins with the posts as read where the export's cells alone do not tell them, and repeats no text."""
    posts = read_posts(sample)
    score_file(sample, tmp_path / "scored.csv", model=model)
    again = read_posts(tmp_path / "scored.csv")
    assert as_read(again) == as_read(posts)
    header = PostReader(tmp_path / "scored.csv").header
    export = PostReader(sample)
    assert export.canonical_first == (sample.parent.name not in GENERIC)
    if not export.canonical_first:
        handed = next(export.chunks()).header
        assert header[: len(handed)] == handed
        return
    canonical = [name for name in posts.columns if name != COPY_OF]
    assert list(header[: len(canonical)]) == canonical
    audit = posts.attrs["audit"]
    made_of = {name for part in audit.parts or [audit] for name in part.mapping["text"].replace(" + ", " | ").split(" | ")}
    assert made_of
    assert (made_of - set(canonical)).isdisjoint(header)


def test_optional_columns_are_there_only_where_a_format_has_them() -> None:
    for sample in SAMPLES:
        posts = read_posts(sample)
        found = [name for name in OPTIONAL_COLUMNS if any(name in post for post in EXPECTED[sample]["posts"])]
        assert tuple(posts.columns) == (*READING_COLUMNS, *found)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_descriptions_are_sound(platform: Any) -> None:
    assert any(sample.parent.name == platform.name for sample in EXPECTED), "a format needs a sample"
    assert platform.title
    assert {*platform.columns, *platform.constants} <= {*INPUT_COLUMNS, *OPTIONAL_COLUMNS}
    assert not platform.columns.keys() & platform.constants.keys()
    assert ("text" in platform.columns) != bool(platform.no_posts)
    for signature in platform.signatures:
        assert 0 < signature.confidence <= 1
        assert all(name == header_key(name) and name for names in signature.names for name in names)
        if signature.where:
            continue  # told by cells too, as those of the sample
        for pick in (min, max):
            header = [pick(names) for names in signature.names]
            found, _ = recognise(header, signature.documents[0] if signature.documents else "")
            assert found is platform, "another format claims this header"


@pytest.mark.parametrize("sample", EXPECTED, ids=name_of)
def test_no_other_format_claims_a_sample(sample: Path) -> None:
    own = set() if sample.parent.name in GENERIC else {sample.parent.name}
    blob = file_blob(sample)
    blobs = list(archive_members(blob)) if is_archive(blob) else [blob]
    tables = [table for blob in blobs for table in open_tables(blob, TableOptions()) if table.part != "Metrics"]
    for table in tables:
        keys = {header_key(name): position for position, name in reversed(list(enumerate(table.header)))}
        claims = {platform.name for platform in PLATFORMS if platform.confidence(keys, table.sample, table.document)[0]}
        if len(tables) > 1 and not claims:
            continue  # what an archive holds besides posts
        best, _ = recognise(table.header, table.document, table.sample)
        assert {best.name} == own if best else not own
        assert claims - COMMON <= own


@pytest.mark.parametrize(
    "header",
    [
        *("text,date", "Kommentar,Datum,Betyg", "id,created_at,lang", ",".join(INPUT_COLUMNS), ""),
        *("Date,Link,Message", "Date,Link,Comment,Name", "Name,Username,Date,Comment,Likes", "Id,SubId,Name,Comment"),
        *(
            "Post ID,Page name,Message,Created",
            "Konto,Publiceringstid,Text",
            "Sid-id,Sidnamn,Kommentar",
            "Permalink,Publish time,Text",
        ),
        *("Profile,Network,Text,Date", "Account,Platform,Post Type,Message,Date", "Profile,Network,Message,Impressions"),
        *(
            "Title,Review,Rating,Date,Author",
            "Title,Body,Rating,Version,Date",
            "Review Id,Stars,Content",
            "product_name,stars,content",
        ),
        *(
            "Id,Subject,Status,Created at",
            "Ticket ID,Subject,Created time",
            "Id,Requester,Subject,Created at",
            "Case,Subject,Via",
        ),
        *(
            "id,text,createTimeISO",
            "id,date,title,body",
            "id,permalink,date,body",
            "Video title,Comment,Date",
            "cid,text,time,author",
        ),
        *("url,published,title,content", "published,content,lang,url,sentiment", "Message,CreatedTime,SocialNetwork"),
        *(
            "Page Name,Message,URL",
            "Post title,Post link,Date",
            "Post text,Date,Likes",
            "Tweet text,time,likes",
            "Speaker,Message",
        ),
    ],
)
def test_any_other_header_is_no_named_format(header: str) -> None:
    names = header.split(",")
    assert recognise(names, sample=[["Anna"] * len(names), ["https://forum.example/1"] * len(names)]) == (None, 0.0)


def test_the_users_mapping_wins_over_the_format() -> None:
    sample = FOLDER / "trustpilot/service_reviews.csv"
    mapping = {"text": "Review Title", "channel": "Source Of Review"}
    posts = read_posts(sample, mapping=mapping, constants={"brand": "Svippo"}, keep_personal_data=True)
    assert set(posts["channel"]) == {"Organic"}
    assert set(posts["brand"]) == {"Svippo"}
    assert posts["text"].tolist() == [post["text"].split("\n\n")[0] if "\n\n" in post["text"] else "" for post in EXPECTED[sample]["posts"]]  # fmt: skip
    audit = posts.attrs["audit"]
    assert audit.format == "trustpilot"


def test_what_a_format_knows_as_personal_is_left_out() -> None:
    reader = PostReader(FOLDER / "trustpilot/service_reviews.csv")
    personal = ["Review Consumer User Id", "Review User Email", "Reference Id"]
    assert reader.audit.privacy is not None
    assert reader.audit.privacy.left_out == dict.fromkeys(personal, "format")
    (chunk,) = reader.chunks()
    assert set(chunk.header).isdisjoint(personal)
    assert {"Location Name", "Tags"} <= set(chunk.header)


def test_the_script_makes_the_committed_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool: Any = importlib.import_module("make_format_samples")
    made = [make() for make in tool.SAMPLES]
    assert sorted(sample.path for sample in made) == sorted(map(name_of, EXPECTED))
    for sample in made:
        if not sample.path.endswith((".xlsx", ".parquet")):  # other releases of libraries write them otherwise
            assert (FOLDER / sample.path).read_bytes() == sample.content
        assert EXPECTED[FOLDER / sample.path] == json.loads(json.dumps(tool.expected_reading(sample)))
