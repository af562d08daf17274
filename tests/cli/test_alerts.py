from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sentilens.cli import EXIT_ALERTS, main
from sentilens.schema import CORE_SCORE_COLUMNS

Run = Callable[..., tuple[int, str, str]]
OUTAGE = pd.Timestamp("2026-03-10")


def scored_file(path: Path, outage: int) -> Path:
    """Write a scored file: two posts a day for ten weeks, and some complaints about an outage on the last day."""
    days = pd.date_range("2026-01-01", OUTAGE, freq="D")
    times = [day + pd.Timedelta(hours=hour) for day in days for hour in (8, 22)]
    times += [OUTAGE + pd.Timedelta(minutes=i) for i in range(outage)]
    complaint = [i >= len(days) * 2 for i in range(len(times))]
    frame = pd.DataFrame({"text": "hemlig", "created_at": [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in times]})
    frame = frame.assign(**dict.fromkeys(CORE_SCORE_COLUMNS, "0.3"), brand="Telmira", channel="web", country="SE")
    frame["language"], frame["status"], frame["model_id"] = "sv", "ok", "other"
    frame["is_complaint"] = complaint
    frame["complaint_probability"] = [0.9 if flag else 0.1 for flag in complaint]
    frame["sentiment"] = ["negative" if flag else "neutral" for flag in complaint]
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_file(tmp_path_factory.mktemp("posts") / "outage.csv", outage=30)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_file(tmp_path_factory.mktemp("posts") / "calm.csv", outage=0)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["alerts", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "hemlig" not in out + err
        return code, out, err

    return command


def test_alerts_are_lines_of_json(run: Run, outage: Path) -> None:
    code, out, _ = run(outage, "-q")
    alerts = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    found = next(alert for alert in alerts if alert["metric"] == "n_complaints")
    assert (found["brand"], found["channel"], found["kind"]) == ("Telmira", "web", "spike")
    assert found["period_start"] == found["since"] == "2026-03-10T00:00:00+00:00"
    assert (found["observed"], found["n_posts"]) == (30.0, 32)
    assert all(alert["size"] is None for alert in alerts if alert["metric"] == "net_sentiment")
    assert run(outage, "-q") == (0, out, "")


def test_a_quiet_day_says_nothing(run: Run, calm: Path, outage: Path) -> None:
    assert run(calm, "-q", "--exit-code") == (0, "", "")
    assert run(calm, "-q", "--text") == (0, "", "")
    assert run(outage, "-q", "--as-of", "2026-03-08") == (0, "", "")


def test_people_get_a_line_each_and_jobs_an_exit_code(run: Run, outage: Path) -> None:
    code, out, err = run(outage, "-q", "--text", "--exit-code", "--by", "country")
    assert (code, err) == (EXIT_ALERTS, "")
    assert "SE: 30 likely complaints on 2026-03-10, expected about 0 (0 to 0)." in out.splitlines()
    assert run(outage, "-q", "--text", "--by", "")[1].startswith("All posts: ")


def test_files_are_written_whole_and_replace_old_alerts(run: Run, outage: Path, calm: Path, tmp_path: Path) -> None:
    for name in ("alerts.json", "alerts.jsonl", "alerts.csv"):
        target = tmp_path / name
        assert run(outage, "-q", "-o", target)[:2] == (0, "")
        text = target.read_text(encoding="utf-8")
        n = len(run(outage, "-q")[1].splitlines())
        counted = {
            "json": lambda t: len(json.loads(t)),
            "jsonl": lambda t: len(t.splitlines()),
            "csv": lambda t: len(t.splitlines()) - 1,
        }
        assert counted[name.rpartition(".")[2]](text) == n
        assert run(calm, "-q", "-o", target)[0] == 0
        assert counted[name.rpartition(".")[2]](target.read_text(encoding="utf-8")) == 0


def test_what_cannot_be_done_is_said(run: Run, outage: Path, tmp_path: Path) -> None:
    assert run(outage, "-o", outage)[0] == 2
    assert run(outage, "-o", tmp_path / "alerts.docx")[0] == 2
    assert run(outage, "--text", "-o", tmp_path / "alerts.json")[0] == 2
    assert run(outage, "--freq", "MS", "-q")[0] == 2
    assert run(outage, "--as-of", "soon", "-q")[0] == 2
    code, _, err = run(outage, "--by", "brand,region", "-q")
    assert code == 1
    assert "'region'" in err
    assert not list(tmp_path.iterdir())


def test_no_dates_are_an_error(run: Run, calm: Path, tmp_path: Path) -> None:
    undated = pd.read_csv(calm, dtype=str).assign(created_at="")
    undated.to_csv(tmp_path / "undated.csv", index=False)
    code, _, err = run(tmp_path / "undated.csv", "-q")
    assert code == 1
    assert "--map created_at" in err
