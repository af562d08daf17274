"""The examples of docs/plots.md run, and give what they say."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "plots.md"


def test_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    plt.close("all")
    assert result.failed == 0
    assert result.attempted > 15


def test_pictures_are_there_and_small() -> None:
    page = PAGE.read_text(encoding="utf-8")
    pictures = sorted((ROOT / "docs" / "plots").glob("*.png"))
    assert [path for path in pictures if f"](plots/{path.name})" not in page] == []
    assert page.count("](plots/") == len(pictures) <= 4
    assert max(path.stat().st_size for path in pictures) < 60_000
