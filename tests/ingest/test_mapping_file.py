"""Mappings that are kept for later files, and the examples by which they are judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentilens.errors import ConfigError
from sentilens.ingest import inspect_file, read_posts, save_mapping

CONTENT = """Ord;Rubrik;Dag;Namn
Ring mig på +46 70 123 45 67 eller lena@mail.example;Inget nät;06.02.2026;Lena Granholt
;Tack;07.02.2026;Bo Ahlvik
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "feedback.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return path


def test_a_saved_mapping_reads_the_next_file_the_same_way(export: Path, tmp_path: Path) -> None:
    saved = tmp_path / "map.json"
    audit = inspect_file(export, mapping={"text": ["Ord", "Rubrik"], "created_at": "Dag"}, constants={"brand": "Telmira"})
    assert audit.mapping == {"text": "Ord | Rubrik", "created_at": "Dag", "author": "Namn"}
    save_mapping(audit, saved)
    posts = read_posts(export, mapping=saved, keep_personal_data=True)
    assert posts["text"].tolist()[1] == "Tack"
    assert posts["brand"].tolist() == ["Telmira", "Telmira"]
    assert posts["author"].tolist() == ["Lena Granholt", "Bo Ahlvik"]
    # What is set by hand wins over what was saved.
    posts = read_posts(export, mapping=str(saved), constants={"brand": "Svippo", "author": "N. N."}, keep_personal_data=True)
    assert set(posts["brand"]) == {"Svippo"}
    assert set(posts["author"]) == {"N. N."}


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"sentilens_mapping": 2, "mapping": {}}', '{"sentilens_mapping": 1, "mapping": []}']
)
def test_what_is_no_saved_mapping(export: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(content, encoding="utf-8")
    for mapping in (path, tmp_path / "none.json"):
        with pytest.raises(ConfigError) as caught:
            read_posts(export, mapping=mapping)
        assert caught.value.reason == "bad_mapping"


def test_a_mapping_must_name_columns(export: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_posts(export, mapping={"text": []})
    assert caught.value.reason == "bad_mapping"


def test_examples_are_masked_and_short_and_only_inspecting_gives_them(export: Path) -> None:
    audit = inspect_file(export, mapping={"text": "Ord"})
    assert audit.examples["text"] == ["Ring mig på <PHONE> eller <EMAIL>"]
    assert audit.examples["author"] == ["<USER>", "<USER>"]
    assert all(len(value) <= 40 for values in audit.examples.values() for value in values)
    text, plain = audit.to_text(), json.dumps(audit.to_dict())
    assert "e.g. Ring mig på <PHONE> eller <EMAIL>" in text
    for secret in ("Granholt", "lena@", "123 45"):
        assert secret not in text + plain
    assert read_posts(export, mapping={"text": "Ord"}).attrs["audit"].examples == {}
