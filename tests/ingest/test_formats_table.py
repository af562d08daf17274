"""The page on formats says what the descriptions and samples say."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from sentilens.ingest.platforms import PLATFORMS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/formats.md"


def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    page = importlib.import_module("formats_table").page()
    assert page == PAGE.read_text(encoding="utf-8"), "run: python tools/formats_table.py"


def test_every_format_has_its_place() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for platform in PLATFORMS:
        assert f"### {platform.title} (`{platform.name}`)" in text
        assert f"| {platform.title} |" in text
