from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sentilens.brands import load_brands
from sentilens.errors import ConfigError
from sentilens.ingest import PostReader, inspect_file, iter_posts, read_posts
from sentilens.schema import READING_COLUMNS

EXPORT = """text,brand,author,url,copy_of,brands
Vellas paket kom aldrig fram till mig i tid,,kari,,9,x
vellas PAKET kom aldrig fram till mig i tid,,ola,,,
Varför Svippo och inte vella,Korgata,per,,,
Bytte till Svippo,svippo,per,,,
Vi svarar strax!,,@Vella_SE,,,
Inget särskilt,,eva,https://vella.example/a,,
Bara väder,,eva,,,
"""
BRANDS = """
[Svippo]
[Vella]
owned = ["@vella_se"]
domains = ["vella.example"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text(EXPORT, encoding="utf-8")
    (tmp_path / "brands.toml").write_text(BRANDS, encoding="utf-8")
    return tmp_path


def nulls(column: pd.Series) -> list[object]:
    return column.astype(object).where(column.notna(), None).tolist()


def test_copies_are_marked_and_counted(folder: Path) -> None:
    posts = read_posts(folder / "in.csv", extra_columns="all")
    assert tuple(posts.columns) == (*READING_COLUMNS, "brands")
    # What the file calls so is not believed.
    assert nulls(posts["copy_of"]) == [None, "1", None, None, None, None, None]
    audit = inspect_file(folder / "in.csv")
    assert audit.n_copies == audit.to_dict()["n_copies"] == 1
    assert "1 posts repeat an earlier one" in audit.to_text()


def test_copies_are_found_across_files(folder: Path) -> None:
    (folder / "next.csv").write_text("Inlägg,Märke\nVELLAS paket kom aldrig fram till mig i tid,Vella\n", encoding="utf-8")
    posts = read_posts([folder / "in.csv", folder / "next.csv"])
    assert posts["copy_of"].tolist()[-1] == "1"
    audit = posts.attrs["audit"]
    assert (audit.n_copies, [part.n_copies for part in audit.parts]) == (2, [1, 1])


def test_brands_fill_what_the_file_lacks(folder: Path) -> None:
    posts = read_posts(folder / "in.csv", brands=folder / "brands.toml", extra_columns="all")
    assert tuple(posts.columns) == (*READING_COLUMNS, "brands")
    assert nulls(posts["brand"]) == ["Vella", "Vella", "Korgata", "svippo", "Vella", "Vella", None]
    assert nulls(posts["brands"]) == ["Vella", "Vella", "Korgata|Svippo|Vella", "svippo", "Vella", "Vella", None]
    assert nulls(posts["owned"]) == [None, None, None, None, True, None, None]
    assert "list of brands" in posts.attrs["audit"].to_text()


def test_chunks_do_not_matter(folder: Path) -> None:
    brands = load_brands(folder / "brands.toml")
    whole = read_posts(folder / "in.csv", brands=brands)
    for chunk_rows in (1, 2, 5):
        parts = list(iter_posts(folder / "in.csv", brands=brands, chunk_rows=chunk_rows))
        pd.testing.assert_frame_equal(pd.concat(parts), whole)
        assert parts[0].attrs["audit"].n_copies == 1


def test_reading_twice_finds_the_same(folder: Path) -> None:
    reader = PostReader(folder / "in.csv")
    for _ in range(2):
        assert [chunk.posts["copy_of"].count() for chunk in reader.chunks()] == [1]
        assert reader.audit.n_copies == 1


def test_handles_of_brands_are_at_hand_for_masking(folder: Path) -> None:
    assert PostReader(folder / "in.csv", brands=folder / "brands.toml").keep_handles == {"vella_se"}
    assert PostReader(folder / "in.csv").keep_handles == frozenset()


def test_a_bad_list_is_refused_at_once(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml"):
        read_posts(folder / "in.csv", brands=folder / "missing.toml")
