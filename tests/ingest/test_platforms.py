"""Named formats: the committed samples are read as their expected readings say, and no format takes another's files."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from sentilens.batch import score_file
from sentilens.ingest import PostReader, read_posts
from sentilens.ingest.headers import header_key
from sentilens.ingest.platforms import PLATFORMS, recognise
from sentilens.schema import COPY_OF, INPUT_COLUMNS, OPTIONAL_COLUMNS, READING_COLUMNS
from sentilens.scorer import PostScorer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/samples/formats"
EXPECTED = sorted(FOLDER.rglob("*.expected.json"))
SAMPLES = [path.with_name(path.name.removesuffix(".expected.json")) for path in EXPECTED]


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def expected_of(sample: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads(Path(f"{sample}.expected.json").read_text(encoding="utf-8"))
    return expected


def as_read(posts: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows without their nulls, times in ISO 8601."""
    rows = []
    for row in posts.to_dict("records"):
        plain = {name: value.isoformat() if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
        rows.append({name: value for name, value in plain.items() if not pd.isna(value)})
    return rows


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_samples_are_read_as_expected(sample: Path) -> None:
    expected = expected_of(sample)
    zone = "America/New_York" if "meltwater" not in sample.parent.name else "UTC"
    posts = read_posts(sample, timezone=zone, keep_personal_data=True)
    assert as_read(posts) == expected["posts"]
    audit = posts.attrs["audit"]
    assert {name: getattr(audit, name) for name in expected["audit"]} == expected["audit"]
    assert audit.confidence >= 0.9
    assert (audit.rows_read, audit.rejects.total()) == (len(expected["posts"]), 0)
    assert not audit.concerns()


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
@pytest.mark.parametrize("name", ["export", "export.xlsx", "a.csv"])
def test_names_of_files_do_not_matter(sample: Path, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(sample.read_bytes())
    assert PostReader(path).audit.format == expected_of(sample)["audit"]["format"]


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_chunks_do_not_matter(sample: Path) -> None:
    whole = read_posts(sample)
    chunks = [chunk.posts for chunk in PostReader(sample).chunks(4)]
    pd.testing.assert_frame_equal(pd.concat(chunks), whole, check_names=False)


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_scored_file_is_read_as_the_export_is(model: PostScorer, sample: Path, tmp_path: Path) -> None:
    """A scored file begins with the posts as they were read, and repeats no column that their texts were made of."""
    posts = read_posts(sample)
    score_file(sample, tmp_path / "scored.csv", model=model)
    again = read_posts(tmp_path / "scored.csv")
    assert as_read(again) == as_read(posts)
    header = PostReader(tmp_path / "scored.csv").header
    canonical = [name for name in posts.columns if name != COPY_OF]
    assert list(header[: len(canonical)]) == canonical
    made_of = set(posts.attrs["audit"].mapping["text"].replace(" + ", " | ").split(" | ")) - set(canonical)
    assert made_of.isdisjoint(header)


def test_optional_columns_are_there_only_where_a_format_has_them() -> None:
    for sample in SAMPLES:
        posts = read_posts(sample)
        has_replies = sample.parent.name in {"trustpilot", "google_play"}
        assert tuple(posts.columns) == READING_COLUMNS + (OPTIONAL_COLUMNS if has_replies else ())


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_descriptions_are_sound(platform: Any) -> None:
    assert any(sample.parent.name == platform.name for sample in SAMPLES), "a format needs a sample"
    assert platform.title
    assert {*platform.columns, *platform.constants} <= {*INPUT_COLUMNS, *OPTIONAL_COLUMNS}
    assert not platform.columns.keys() & platform.constants.keys()
    assert "text" in platform.columns
    for signature in platform.signatures:
        assert 0 < signature.confidence <= 1
        assert all(name == header_key(name) and name for name in signature.names)
        found, _ = recognise(sorted(signature.names), signature.documents[0] if signature.documents else "")
        assert found is platform, "another format claims this header"


def test_any_other_header_is_no_named_format() -> None:
    for header in (["text", "date"], ["Kommentar", "Datum", "Betyg"], ["id", "created_at", "lang"], list(INPUT_COLUMNS), []):
        assert recognise(header) == (None, 0.0)


def test_the_users_mapping_wins_over_the_format() -> None:
    sample = FOLDER / "trustpilot/service_reviews.csv"
    mapping = {"text": "Review Title", "channel": "Source Of Review"}
    posts = read_posts(sample, mapping=mapping, constants={"brand": "Svippo"}, keep_personal_data=True)
    assert set(posts["channel"]) == {"Organic"}
    assert set(posts["brand"]) == {"Svippo"}
    assert posts["text"].tolist() == [post["text"].split("\n\n")[0] if "\n\n" in post["text"] else "" for post in expected_of(sample)["posts"]]  # fmt: skip
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


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_format_samples", ROOT / "tools/make_format_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up while they are made.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_script_makes_the_committed_samples() -> None:
    made = [make() for make in tool().SAMPLES]
    assert sorted(sample.path for sample in made) == sorted(map(name_of, SAMPLES))
    for sample in made:
        if not sample.path.endswith(".xlsx"):  # other releases of openpyxl write other XML
            assert (FOLDER / sample.path).read_bytes() == sample.content
        assert json.loads(Path(f"{FOLDER / sample.path}.expected.json").read_text(encoding="utf-8")) == json.loads(
            json.dumps({"audit": sample.audit, "posts": list(sample.posts)})
        )
