from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sentilens.cli import main
from sentilens.ingest import read_posts

_OPENINGS = "Hej,/Nu igen:/På mitt konto:/Till kundtjänst:/Igår,/Återigen:".split("/")
_SAID = {
    "negativ": "paketet kom aldrig fram till",
    "neutral": "när öppnar ni imorgon i",
    "positiv": "tack för fantastisk hjälp i",
}
_PLACES = "Umeå Lund Kiruna Visby Falun Ystad Luleå Borås".split()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = [
        # Words of their own, so that no two posts are near-copies.
        (
            f"{opening} {said} {place} " + " ".join(f"{'bdfgkl'[number]}{letter}{kind[:3]}{place}" for letter in "aeiouy"),
            place,
            kind,
        )
        for number, opening in enumerate(_OPENINGS)
        for kind, said in _SAID.items()
        for place in _PLACES
    ]
    path = tmp_path / "export.csv"
    pd.DataFrame(rows, columns=["Kommentar", "brand", "kind"]).to_csv(path, index=False, encoding="utf-8")
    return path


def test_the_loop_from_an_export_to_the_second_batch(
    export: Path, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, ours = tmp_path / "one.csv", tmp_path / "two.xlsx", tmp_path / "ours.sentilens"
    assert main(["label", str(export), "-n", "60", "-o", str(one), "-m", str(model_path), "--excel", "--head", "leaving"]) == 0
    err = capsys.readouterr().err
    assert "60 of 144 posts chosen (30 uncertain, 24 diverse, 6 control)" in err
    table = pd.read_csv(one, sep=";", encoding="utf-8-sig", dtype=str)
    assert table["leaving"].isna().all()
    table["sentiment"] = [next(kind for kind, said in _SAID.items() if said in text) for text in table["text"]]
    table["complaint"] = (table["sentiment"] == "negativ").map({True: "Ja", False: "nej"})
    table.to_csv(one, sep=";", index=False, encoding="cp1252")  # as Excel saves it

    assert main(["train", str(one), "-o", str(ours), "--base", str(model_path)]) == 0
    capsys.readouterr()
    assert main(["label", str(export), "-n", "20", "-o", str(two), "-m", str(model_path), "--labelled", str(one)]) == 0
    err = capsys.readouterr().err
    assert "trained on 60 labelled posts" in err
    assert "60 labelled or handed out before" in err
    assert not set(read_posts(two)["text"]) & set(table["text"])
    assert main(["evaluate", str(one), "-m", str(model_path), "--by", "chosen_because"]) == 0
    assert "control" in capsys.readouterr().out


def test_clear_words_where_nothing_can_be_chosen(
    export: Path, model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert main(["label", str(export), "-n", "500", "-o", str(out), "-m", str(model_path), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert len(pd.read_csv(out)) == 144
    assert main(["label", str(export), "-o", str(tmp_path / "b.csv"), "-m", str(model_path), "--labelled", str(out)]) == 1
    assert "144 labelled or handed out before" in capsys.readouterr().err
    assert main(["label", str(export), "-o", str(export), "-m", str(model_path)]) == 2
    assert main(["label", str(export), "-o", str(tmp_path / "a.doc"), "-m", str(model_path)]) == 2
    assert main(["label", str(export), "-o", str(out), "-m", str(model_path), "--head", "text"]) == 2
    assert not (tmp_path / "b.csv").exists()
