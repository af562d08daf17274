from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sentilens.cli import main
from sentilens.errors import ConfigError, DataQualityWarning
from sentilens.scorer import PostScorer
from sentilens.training import TrainResult, train
from sentilens.training_page.findings import Findings, gather_findings
from sentilens.training_page.page import render

HOSTILE = '<script>alert("x")</script> | *fett* ring 070-174 06 05 nu'


@pytest.fixture(scope="module")
def result(model: PostScorer) -> TrainResult:
    """A training on posts by two labellers, with mistakes, copies and a hostile text."""
    subjects = "fakturan appen bussen leveransen skärmen kassan routern biljetten skon kaffet butiken väskan".split()
    verdicts = (
        ("{} är sönder igen och ingen svarar på mina mejl", "negative", 1),
        ("undrar när {} finns i lager hos er", "neutral", 0),
        ("så glad för {} hittills, tack", "positive", 0),
    )
    rows = [
        (
            f"{pattern.format(subject)} {kind}{subject} {subject[::-1]}{kind} {mood[:3]}{subject}{kind} {subject[2:]}{kind}{mood[:2]}",
            mood,
            complaint,
        )
        for subject in subjects
        for kind in ("Umeå", "Lund")
        for pattern, mood, complaint in verdicts
    ]
    posts = pd.DataFrame(rows, columns=["text", "sentiment", "complaint"]).assign(labeller="ann")
    posts.loc[0, ["text", "complaint"]] = [f"tack {HOSTILE}", 1]
    posts["channel"] = ["app_store", "$odd$ & <b>"] * (len(posts) // 2)
    again = posts.head(30).assign(labeller="bo")
    again.loc[:2, "complaint"] = 1 - again.loc[:2, "complaint"]
    with pytest.warns(DataQualityWarning, match="different labels"):
        return train(pd.concat([posts, again], ignore_index=True), model, facts={"licence": "internal"})


class Outline(HTMLParser):
    """Collects tags, ids and the targets of links; notes elements that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.targets.append(value or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def told(result: TrainResult) -> Findings:
    return gather_findings(result)


@pytest.fixture(scope="module")
def page(told: Findings) -> str:
    return render(told, "training.html.j2")


def test_the_page_stands_alone_and_hangs_together(page: str) -> None:
    outline = Outline()
    outline.feed(page)
    assert not outline.open
    assert "script" not in outline.tags
    assert len(outline.ids) == len(set(outline.ids))
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)
    assert outline.tags.count("svg") >= 3
    assert "http" not in re.sub(r"http-equiv|xmlns[^>]*", "", page)
    assert not re.search(r"\b(nan|None)\b", page)


def test_people_and_markup_stay_out(page: str, told: Findings) -> None:
    assert "<script>" not in page
    assert "<b>" not in re.sub(r"<b>[\d\s\u202f]+</b>", "", page)
    assert "174 06" not in page
    markdown = render(told, "training.md.j2")
    assert "174 06" not in markdown
    assert not re.search(r"(?<!\\)<(script|PHONE)", markdown)
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in tables]
    blocks = re.split(r"\n(?!\|)", markdown)
    for block in blocks:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines() if line.startswith("|")}
        assert len(widths) <= 1
    assert max(cells) == 7


def test_same_training_same_bytes(result: TrainResult, page: str, tmp_path: Path) -> None:
    path = tmp_path / "again.html"
    # Nothing is remembered of the first time.
    assert dataclasses.replace(result).write_report(path) == path
    assert path.read_text(encoding="utf-8") == page


def test_everything_asked_for_is_told(page: str, told: Findings, result: TrainResult) -> None:
    assert told.n_contradictions == 3
    assert [found.head for found in told.heads] == ["sentiment", "complaint"]
    complaint = told.heads[1]
    assert complaint.confusion.classes == ("no", "yes")
    assert np.sum(complaint.confusion.counts) == complaint.verdict.n_posts == len(result.unseen)
    wrong = (result.unseen["is_complaint"] != (result.unseen["label_complaint"] == 1)).sum()
    assert complaint.n_wrong == wrong
    assert told.agreement is not None
    assert told.agreement.table.loc[told.agreement.table["head"] == "complaint", "n_posts"].tolist() == [30]
    assert set(complaint.parts["by"]) == {"language", "channel"}
    for heading in (
        "Worst errors",
        "Probable mistakes",
        "One text, several labels",
        "Agreement of the labellers",
        "Learning curve",
    ):
        assert heading in page
    assert result.model.model_id in page
    assert "internal" in page
    assert "Only 102 labelled posts" in page


def test_a_bare_training_is_told_too(model: PostScorer, labelled: pd.DataFrame, tmp_path: Path) -> None:
    bare = train(labelled.drop(columns="sentiment"), model)
    text = bare.write_report(tmp_path / "bare.md").read_text(encoding="utf-8")
    assert "## Complaint" in text
    assert "## Sentiment" not in text
    assert "several labels" not in text
    with pytest.raises(ConfigError) as caught:
        bare.write_report(tmp_path / "bare.pdf")
    assert caught.value.reason == "unknown_ending"
    assert not (tmp_path / "bare.pdf").exists()


def test_commands(model_path: Path, labelled: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posts, ours, report = tmp_path / "labelled.csv", tmp_path / "ours.sentilens", tmp_path / "training.md"
    labelled.to_csv(posts, index=False)
    arguments = ["train", str(posts), "-o", str(ours), "--base", str(model_path)]
    assert main([*arguments, "--report", str(tmp_path / "training.txt")]) == 2
    assert not ours.exists()
    assert main([*arguments, "--report", str(report)]) == 0
    assert report.read_text(encoding="utf-8").startswith("# What the training brought")
    assert f"Report written to {report}" in capsys.readouterr().out
    assert main(["model", "compare", str(model_path), str(ours), str(posts)]) == 0
    told = capsys.readouterr().out
    assert "complaint: " in told
    assert "macro_f1" in told
    table = tmp_path / "table.csv"
    assert main(["model", "compare", str(model_path), str(ours), str(posts), "--by", "language", "-o", str(table)]) == 0
    assert set(pd.read_csv(table)["by"]) == {"all", "language"}
