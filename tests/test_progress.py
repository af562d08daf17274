from __future__ import annotations

import sys

import pytest

from sentilens.progress import progress_bar


def test_bar_writes_to_stderr_only(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(total=10, unit="posts", description="scoring", show=True) as bar:
        bar.update(10)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "scoring" in shown.err
    assert "0/10" in shown.err
    assert "posts" in shown.err


def test_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    with progress_bar(total=None, unit="B", description="reading") as bar:
        bar.update(4096)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
