"""The examples of docs/training.md run and give what they say."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from sentilens.cli import main

PAGE = Path(__file__).parents[2] / "docs/training.md"


def test_examples_run() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert results.attempted >= 10
    assert results.failed == 0


def test_options_of_the_page_are_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--help"]) == 0
    told = capsys.readouterr().out
    named = set(re.findall(r"--[a-z]+", PAGE.read_text(encoding="utf-8"))) - {"--model"}
    assert named == {"--head", "--threshold", "--split"}
    assert all(option in told for option in named)
