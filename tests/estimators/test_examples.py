"""The examples of docs/estimators.md run, and give what they say."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def test_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs" / "estimators.md"), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > 20
