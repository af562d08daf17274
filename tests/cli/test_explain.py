from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sentilens.cli import main
from sentilens.schema import CORE_SCORE_COLUMNS

THINGS = "lampan bordet stolen väskan mattan kappan skålen burken pennan boken tröjan hatten".split()


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scored file: three brands, half a year; Voltvik's complaints double on 20 April, about a charge."""
    rows = []
    for day, moment in enumerate(pd.date_range("2026-01-05", "2026-06-28", freq="D")):
        for number, brand in enumerate(("Telmira", "Voltvik", "Svippo")):
            for turn in range(4):
                late = brand == "Voltvik" and moment >= pd.Timestamp("2026-04-20")
                complaint = (day * 4 + turn + number) % (2 if late else 5) == 0
                said = " ".join(THINGS[(day * step + turn * 5 + number) % 12] for step in (1, 3, 5, 7))
                text = f"{said} månadsavgiften" if complaint and late else said
                rows.append((f"{text} {day}.{turn}", f"{moment:%Y-%m-%d}T{9 + turn}:00:00Z", brand, complaint))
    frame = pd.DataFrame(rows, columns=["text", "created_at", "brand", "is_complaint"])
    frame = frame.assign(**{name: "0.3" for name in CORE_SCORE_COLUMNS if name != "is_complaint"}, channel="web")
    frame["language"], frame["status"], frame["model_id"] = "sv", "ok", "other"
    frame["complaint_probability"] = frame["is_complaint"].map({True: 0.9, False: 0.1})
    frame["sentiment"] = frame["is_complaint"].map({True: "negative", False: "neutral"})
    path = tmp_path_factory.mktemp("posts") / "export.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_change_is_explained(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = tmp_path / "drivers.csv"
    code = main(["explain", str(export), "--period", "2026-04-20", "--brand", "voltvik", "-o", str(parts), "-q"])
    shown = capsys.readouterr().out
    assert code == 0
    assert shown.startswith("Voltvik: 50% of the posts of 20")
    assert "månadsavgiften" in shown
    table = pd.read_csv(parts)
    assert set(table["dimension"]) == {"channel", "language"}
    arguments = ["explain", str(export), "--period", "2026-04-20..2026-05-17", "--against", "2026-02-01..2026-03-31"]
    assert main([*arguments, "--within", "brand=Voltvik", "--json", "--metric", "n_complaints", "-q"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clear"]
    assert told["change"] == pytest.approx(sum(row["total"] for row in told["table"] if row["dimension"] == "channel"))
    assert told["words"][0]["word"] == "månadsavgiften"


def test_before_and_after(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(export), "--date", "2026-04-20", "--brand", "Voltvik", "--language", "de", "-q"]) == 0
    assert "20.\u00a0April 2026" in capsys.readouterr().out
    events = tmp_path / "events.csv"
    events.write_text("Datum;Händelse;Märke\n20.04.2026;Ny avgift;Voltvik\n02.03.2026;Mässa;\n", encoding="cp1252")
    assert main(["compare", str(export), "--events", str(events), "--json", "-q"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["label"], one["verdict"]) for one in told] == [("Mässa", "no_clear_change"), ("Ny avgift", "change")]
    assert main(["compare", str(export), "--events", str(events), "-o", "-", "-q"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("date,label,metric,brand,role")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["explain", "--period", "2031-01-01"], 1, "lies outside of the posts"),
        (["explain", "--period", "soon"], 2, "is not a day"),
        (["explain", "--period", "2026-04-20", "--brand", "Telia"], 2, "No post has brand='Telia'"),
        (["explain", "--period", "2026-04-20", "--within", "brand"], 2, "COLUMN=VALUE"),
        (["compare"], 2, "either --date or --events"),
        (["compare", "--date", "2031-01-01"], 1, "None of the days"),
    ],
)
def test_errors_say_what_to_do(
    export: Path, arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([arguments[0], str(export), *arguments[1:], "-q"]) == code
    assert says in capsys.readouterr().err
