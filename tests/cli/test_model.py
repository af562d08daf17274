"""``sentilens model``: info, verify, compare, drift, and what ``train`` writes into a file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sentilens.cli import main
from sentilens.model_file import inspect_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model_cli")


@pytest.fixture
def ours(folder: Path, labelled: pd.DataFrame, model_path: Path) -> Path:
    target = folder / "ours.sentilens"
    if not target.exists():
        labelled.to_csv(folder / "labelled.csv", index=False)
        facts = ["--author", "Insight team", "--licence", "internal", "--note", "May", "--created", "2026-05-04"]
        assert main(["train", str(folder / "labelled.csv"), "-o", str(target), "--base", str(model_path), "-q", *facts]) == 0
    return target


def test_train_writes_who_and_when(ours: Path) -> None:
    manifest = inspect_model(ours)
    told = {key: manifest[key] for key in ("author", "licence", "note", "created")}
    assert told == {"author": "Insight team", "licence": "internal", "note": "May", "created": "2026-05-04"}


def test_the_day_is_given_or_left_out(
    folder: Path, ours: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", str(folder / "labelled.csv"), "-o", str(folder / "day.sentilens"), "--base", str(model_path), "-q"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert main(arguments) == 0
    assert inspect_model(folder / "day.sentilens")["created"] == "2026-05-28"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert main(arguments) == 0
    assert "created" not in inspect_model(folder / "day.sentilens")
    assert main([*arguments, "--created", "yesterday"]) == 2
    assert "is no day" in capsys.readouterr().err


def test_info_for_people(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", str(ours)]) == 0
    out = capsys.readouterr().out
    assert "author            Insight team" in out
    assert "complaint: 0, 1; labels 36 (0 24, 1 12)" in out
    assert "training profile  36 posts" in out
    assert main(["model", "info"]) == 0
    out = capsys.readouterr().out
    assert "figures           sv, " in out
    assert "swe-trustpilot (none stated" in out


def test_verify_trains_again(folder: Path, ours: Path, model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = ["model", "verify", str(ours), "--base", str(model_path), "--data"]
    assert main([*again, str(folder / "labelled.csv")]) == 0
    assert "the same file, byte by byte" in capsys.readouterr().out
    posts = pd.read_csv(folder / "labelled.csv").iloc[:-1]
    posts.to_csv(folder / "fewer.csv", index=False)
    assert main([*again, str(folder / "fewer.csv")]) == 1
    assert "another digest" in capsys.readouterr().out
    assert main(["model", "verify", str(ours), "--data", str(folder / "labelled.csv")]) == 2
    assert "--base FILE" in capsys.readouterr().err


def test_compare(folder: Path, ours: Path, model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "compare", str(model_path), str(ours)]) == 0
    out = capsys.readouterr().out
    assert "≠ model_id" in out
    assert "= languages" in out
    on = ["--on", str(folder / "labelled.csv")]
    assert main(["model", "compare", str(model_path), str(ours), *on, "--n", "3"]) == 0
    assert "other_decision" in capsys.readouterr().out
    assert main(["model", "compare", str(model_path), str(ours), *on, "--n", "3", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["decisions"][0]["n_posts"] == 36
    assert len(whole["posts"]) == 3


def test_drift(folder: Path, ours: Path, model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = folder / "new.csv"
    texts = ["paketti ei koskaan saapunut", "kiitos todella ystävällisestä palvelusta"] * 60
    pd.DataFrame({"text": [f"{text} {i}" for i, text in enumerate(texts)]}).to_csv(export, index=False)
    assert main(["model", "drift", str(ours), str(export)]) == 0
    out = capsys.readouterr().out
    assert "strongly moved" in out
    assert "mix of languages" in out
    assert f"sentilens label {export} --n 200 --model {ours} -o to_label.csv" in out
    assert main(["model", "drift", str(ours), str(export), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "strongly moved"
    assert main(["model", "drift", str(model_path), str(export)]) == 2
    assert "no profile" in capsys.readouterr().err
