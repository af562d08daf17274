from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer

import sentilens.batch
from sentilens.cli import app, main
from sentilens.scorer import PostScorer, load_model

EXPORT = """created_at,Kommentar,channel
2026-03-02T08:00:00Z,nu igen paketet kom aldrig fram,email
2026-03-03T08:00:00Z,tusind tak for god betjening,chat
2026-03-11T08:00:00Z,wann öffnet der Laden morgen,chat
"""
SECRET = "hemlig"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], model_path: Path) -> Run:
    """Run a command; gives exit code, stdout, stderr. ``MODEL`` stands for the small model."""

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        plain = [str(model_path) if argument == "MODEL" else str(argument) for argument in arguments]
        code = main(plain)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert SECRET not in err
        return code, out, err

    return command


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "sentilens", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


def leaves(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        return [(path, command)]
    return [leaf for name, sub in sorted(command.commands.items()) for leaf in leaves(sub, (*path, name))]


def test_every_command_and_every_option_has_help(run: Run) -> None:
    run("--version")  # so that all commands are there
    commands = leaves(typer.main.get_command(app))
    names = {" ".join(path) for path, _ in commands}
    assert names >= {"score", "train", "evaluate", "trends", "report", "inspect", "model info", "model verify"}
    for path, command in commands:
        assert command.help, path
        for parameter in command.params:
            assert getattr(parameter, "help", None), (path, parameter.name)
        code, out, _ = run(*path, "--help")
        assert code == 0
        assert all(option in out for parameter in command.params for option in parameter.opts if option.startswith("--"))


def test_version_and_bare_call(run: Run) -> None:
    assert run("--version")[:2] == (0, f"sentilens {sentilens.__version__}\n")
    code, out, err = run()
    assert code == 2
    assert "score" in out + err


def test_score(run: Run, export: Path, tmp_path: Path) -> None:
    code, out, err = run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL", "--brand", "Telmira", "--channel", "web")
    assert (code, out) == (0, "")
    assert "3 rows read, 3 scored, 0 rejected" in err
    table = pd.read_csv(tmp_path / "out.csv")
    assert list(table.columns)[:5] == ["created_at", "Kommentar", "input_channel", "brand", "channel"]
    assert set(table["brand"]) == {"Telmira"}
    assert set(table["channel"]) == {"web"}
    assert run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL", "-q") == (0, "", "")


def test_score_to_standard_output_is_clean(run: Run, export: Path, tmp_path: Path) -> None:
    run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL")
    code, out, err = run("score", export, "-o", "-", "-m", "MODEL")
    assert (code, out) == (0, (tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert "3 rows read" in err


def test_a_column_named_by_hand(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Vad tycks\nnu igen\n", encoding="utf-8")
    code, _, err = run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL")
    assert code == 1
    assert '--map text="Vad tycks"' in err
    assert run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL", "--map", "text=Vad tycks")[0] == 0
    assert run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL", "--map", "text=Vad")[0] == 1
    assert run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL", "--map", "Vad tycks")[0] == 2
    assert run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL", "--map", "body=Vad tycks")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("score", "none.csv", "-o", "out.csv"), 1),
        (("score", ".", "-o", "out.csv"), 2),
        (("score", "in.csv", "-o", "missing/out.csv"), 1),
        (("score", "in.csv", "-o", "out.csv", "-m", "none.sentilens"), 1),
        (("score", "in.csv", "-o", "out.csv", "-m", "in.csv"), 1),
        (("score", "empty.csv", "-o", "out.csv"), 1),
        (("score", "header.csv", "-o", "out.csv"), 1),
        (("trends", "header.csv"), 1),
        (("report", "header.csv", "-o", "out.html"), 1),
        (("report", "in.csv", "-o", "missing/out.html"), 1),
        (("train", "in.csv", "-o", "out.sentilens"), 1),
        (("evaluate", "in.csv"), 1),
        (("trends", "in.csv", "--by", "region"), 1),
        (("score", "in.csv"), 2),
        (("score", "in.csv", "-o", "out.xls"), 2),
        (("score", "in.csv", "-o", "in.csv"), 2),
        (("score", "in.csv", "-o", "out.csv", "--encoding", "klingon"), 2),
        (("score", "in.csv", "-o", "out.csv", "--max-rejects", "7"), 2),
        (("score", "in.csv", "-o", "out.csv", "--nonsense"), 2),
        (("trends", "in.csv", "-o", "out.html"), 2),
        (("trends", "in.csv", "--freq", "fortnight"), 2),
        (("trends", "in.csv", "--timezone", "Mars/Olympus"), 2),
        (("inspect", "in.csv", "--delimiter", ";;"), 2),
        (("nonsense",), 2),
        (("model",), 2),
    ],
)
def test_exit_codes_of_what_goes_wrong(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    export.write_text(EXPORT.replace("nu igen", SECRET), encoding="utf-8")
    Path("empty.csv").touch()
    Path("header.csv").write_text("text,created_at,brand,channel\n")
    before = sorted(tmp_path.iterdir())
    found, out, err = run(*arguments)
    assert found == code
    assert out == "" or arguments == ("model",)
    assert err or arguments == ("model",)
    if code == 1:
        assert re.match("Error: .*[.]", err)
    assert sorted(tmp_path.iterdir()) == before


def test_too_many_rejects(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text,created_at,brand,channel\n" + "nu igen,2026-03-02,a,b\n" * 8 + f"{SECRET},x,y,z,w\n" * 2)
    arguments = ("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL")
    code, _, err = run(*arguments)
    assert code == 3
    assert "ragged_row 2; the rows are in" in err
    assert run(*arguments, "--max-rejects", "0.2")[0] == 0
    assert run(*arguments, "--max-rejects", "0.19")[0] == 3
    assert (tmp_path / "out.csv").exists()
    assert run("trends", path, "-m", "MODEL")[0] == 3
    assert run("report", path, "-o", tmp_path / "r.html", "-m", "MODEL")[0] == 3
    assert run("report", path, "-o", tmp_path / "r.html", "-m", "MODEL", "--max-rejects", "0.5")[0] == 0


def test_interruption(run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: PostScorer, posts: pd.DataFrame, **options: object) -> pd.DataFrame:
        raise KeyboardInterrupt

    monkeypatch.setattr(PostScorer, "score", interrupt)
    code, out, err = run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL")
    assert (code, out, err.strip()) == (130, "", "Interrupted.")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["in.csv"]


def test_interruption_of_the_process(tmp_path: Path, model_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "nu igen\n" * 1_000_000)
    command = [sys.executable, "-m", "sentilens", "score", str(path), "-o", str(tmp_path / "out.csv"), "-m", str(model_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        deadline = time.monotonic() + 30
        while not (tmp_path / "out.csv.part").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"Traceback" not in err
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["in.csv"]


def test_trends_and_report_of_an_export_and_of_its_scored_file(run: Run, export: Path, tmp_path: Path) -> None:
    options = ("-m", "MODEL", "--brand", "Telmira")
    scored = tmp_path / "scored.csv"
    assert run("score", export, "-o", scored, *options)[0] == 0
    tables = [run("trends", path, "-o", "-", "-m", "MODEL", *more) for path, more in ((export, options[2:]), (scored, ()))]
    assert tables[0] == tables[1]
    assert tables[0][0] == 0
    assert tables[0][1].startswith("brand,channel,period_start,n_posts,n_complaints,complaint_rate,")
    assert run("trends", scored, "-m", "MODEL", "-o", tmp_path / "t.tsv")[0] == 0
    assert pd.read_csv(tmp_path / "t.tsv", sep="\t")["n_posts"].sum() == 3
    pages = []
    for path, more in ((export, options[2:]), (scored, ())):
        assert run("report", path, "-o", tmp_path / "r.html", "-m", "MODEL", *more)[0] == 0
        pages.append((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "Telmira" in pages[0]
    stories = [re.split('class="pairs"', page)[0] for page in pages]  # what follows tells of the file itself
    assert stories[0] == stories[1]
    assert len(stories[0]) > 1_000


def test_trends_for_reading(run: Run, export: Path) -> None:
    code, out, _ = run("trends", export, "-m", "MODEL", "--by", "channel", "--freq", "MS")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["channel", "chat", "email"]


def test_inspect(run: Run, export: Path) -> None:
    code, out, err = run("inspect", export)
    assert (code, err) == (0, "")
    assert "'Kommentar'" in out
    code, out, _ = run("inspect", export, "--json")
    assert json.loads(out)["rows_read"] == 3


def test_a_mapping_is_saved_and_used_again(run: Run, tmp_path: Path) -> None:
    path, saved = tmp_path / "odd.csv", tmp_path / "map.json"
    path.write_text("Vad tycks,Var\nnu igen,Umeå\n", encoding="utf-8")
    assert run("inspect", path, "--map", "text=Vad tycks", "--brand", "Telmira", "--save-mapping", saved)[0] == 0
    assert json.loads(saved.read_text(encoding="utf-8"))["mapping"] == {"text": ["Vad tycks"]}
    out = tmp_path / "out.csv"
    assert run("score", path, "-o", out, "-m", "MODEL", "--mapping", saved)[0] == 0
    assert pd.read_csv(out)["brand"].tolist() == ["Telmira"]
    assert run("score", path, "-o", out, "-m", "MODEL", "--mapping", saved, "--brand", "Svippo", "--map", "channel=Var")[0] == 0
    assert pd.read_csv(out)["brand"].tolist() == ["Svippo"]
    assert run("score", path, "-o", out, "-m", "MODEL", "--mapping", tmp_path / "none.json")[0] == 2
    assert run("inspect", path, "--map", "text=Vad tycks", "--save-mapping", path)[0] == 2


def test_a_folder_of_exports(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text("text,brand\nnu igen,Telmira\n", encoding="utf-8")
    (folder / "b.json").write_text('[{"Kommentar": "tack"}]', encoding="utf-8")
    (folder / "c.txt").write_bytes(b"")
    code, _, err = run("score", folder, "-o", tmp_path / "out.csv", "-m", "MODEL")
    assert (code, pd.read_csv(tmp_path / "out.csv")["text"].tolist()) == (0, ["nu igen", "tack"])
    assert "2 rows read" in err
    assert "c.txt: The file is empty." in run("inspect", folder)[1]
    assert run("score", folder, "-o", folder / "out.csv", "-m", "MODEL")[0] == 2


def test_model_info_and_verify(run: Run, model_path: Path, tmp_path: Path) -> None:
    code, out, _ = run("model", "info", "MODEL")
    assert code == 0
    assert out.startswith("model_id")
    assert json.loads(run("model", "info", "MODEL", "--json")[1])["name"] == "small"
    assert run("model", "verify", "MODEL")[0] == 0
    broken = tmp_path / "broken.sentilens"
    broken.write_bytes(model_path.read_bytes()[:-100])
    code, out, err = run("model", "verify", broken)
    assert (code, out) == (1, "")
    assert err.startswith("Error: ")


def test_train_score_evaluate(run: Run, labelled: pd.DataFrame, tmp_path: Path) -> None:
    path, ours = tmp_path / "labelled.csv", tmp_path / "ours.sentilens"
    labelled.to_csv(path, sep=";", index=False, encoding="cp1252")
    code, out, _ = run("train", path, "-o", ours, "--base", "MODEL", "--name", "telmira", "-q")
    assert (code, out) == (0, "")
    assert load_model(ours).model_id.startswith("telmira-")
    code, out, _ = run("evaluate", path, "-m", ours)
    assert code == 0
    assert out.split()[:4] == ["by", "value", "n_posts", "n_complaints"]
    code, out, _ = run("evaluate", path, "-m", ours, "--by", "complaint", "-o", "-")
    assert code in {0, 1}
    code, out, _ = run("evaluate", path, "-m", ours, "-o", tmp_path / "e.csv")
    assert pd.read_csv(tmp_path / "e.csv").loc[0, "n_posts"] == 36


def test_as_a_module_and_with_a_code_page(export: Path, model_path: Path) -> None:
    done = process("score", export, "-o", "-", "-m", model_path, env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0
    assert "wann öffnet der Laden morgen" in done.stdout.decode("utf-8")
    assert b"%" not in done.stderr  # no bar where nobody looks
    assert b"Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough(tmp_path: Path, model_path: Path) -> None:
    for n_rows in (1, 20_000):
        path = tmp_path / "in.csv"
        path.write_text("text\n" + "nu igen paketet kom aldrig fram\n" * n_rows)
        command = [sys.executable, "-m", "sentilens", "score", str(path), "-o", "-", "-m", str(model_path), "-q"]
        read_end, write_end = os.pipe()
        with subprocess.Popen(command, stdout=write_end, stderr=subprocess.PIPE) as running:
            os.close(write_end)
            os.close(read_end)
            _, err = running.communicate(timeout=60)
        assert err == b""
        assert running.returncode == 0


def test_a_bar_where_somebody_looks(export: Path, model_path: Path, tmp_path: Path) -> None:
    header, *rows = EXPORT.splitlines(keepends=True)
    export.write_text(header + "".join(rows) * (40_000 // len(rows)), encoding="utf-8")  # long enough to wait for
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "sentilens", "score", str(export), "-o", str(tmp_path / "o.csv"), "-m", str(model_path)]
    with subprocess.Popen(command, stderr=terminal) as running:
        os.close(terminal)
        running.wait(timeout=60)
    seen = os.read(master, 100_000)
    os.close(master)
    assert running.returncode == 0
    assert b"%|" in seen


@pytest.mark.parametrize("command", ["score", "trends", "report", "train", "evaluate"])
def test_no_command_writes_over_what_it_reads(command: str, run: Run, export: Path) -> None:
    before = export.read_bytes()
    code, out, err = run(command, export, "-o", export)
    assert (code, out) == (2, "")
    assert "read and written" in err
    assert export.read_bytes() == before


def test_score_does_not_write_over_its_model(run: Run, export: Path, model_path: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.csv"
    model.write_bytes(model_path.read_bytes())
    assert run("score", export, "-m", model, "-o", model)[0] == 2
    assert model.read_bytes() == model_path.read_bytes()


def test_a_file_that_is_no_list_of_rejects_stays(run: Run, export: Path, tmp_path: Path) -> None:
    other = tmp_path / "out.csv.rejects.csv"
    other.write_text("precious\n", encoding="utf-8")
    assert run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL")[0] == 0
    assert other.read_text(encoding="utf-8") == "precious\n"


def test_reports_in_other_languages_and_as_workbooks(run: Run, export: Path, tmp_path: Path) -> None:
    assert run("report", export, "-o", tmp_path / "r.html", "-m", "MODEL", "-q", "--language", "de")[0] == 0
    assert '<html lang="de">' in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert run("report", export, "-o", tmp_path / "r.xlsx", "-m", "MODEL", "-q")[0] == 0
    assert (tmp_path / "r.xlsx").read_bytes().startswith(b"PK")
    assert run("report", export, "-o", tmp_path / "x.html", "-m", "MODEL", "--language", "xx")[0] == 2
    assert not (tmp_path / "x.html").exists()


def test_report_to_standard_output(run: Run, export: Path) -> None:
    code, out, _ = run("report", export, "-o", "-", "-m", "MODEL", "-q")
    assert code == 0
    assert out.startswith("<!DOCTYPE html>")
    assert not Path("-").exists()


def test_trends_need_dates(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "undated.csv"
    path.write_text("text,channel,brand\npaketet kom aldrig,email,A\n", encoding="utf-8")
    code, out, err = run("trends", path, "-m", "MODEL")
    assert (code, out) == (1, "")
    assert "No post has both a date and a score" in err


def test_brands_excel_and_xlsx(run: Run, export: Path, tmp_path: Path) -> None:
    brands = tmp_path / "brands.toml"
    brands.write_text("[Paketto]\nnames = ['paketet']\n[Laden]\n", encoding="utf-8")
    code, _, err = run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL", "--brands", brands, "--excel")
    assert code == 0, err
    lines = (tmp_path / "out.csv").read_bytes().decode("utf-8").split("\r\n")
    assert lines[0].startswith("\ufeffcreated_at;Kommentar;channel;brand;copy_of;brands;language;")
    assert ";chat;Laden;;Laden;de;0," in lines[3]
    code, out, err = run("trends", export, "-m", "MODEL", "--brands", brands, "--excel", "-o", "-", "--by", "brand")
    assert code == 0, err
    assert out.splitlines()[0].startswith("brand;period_start;n_posts")
    assert "Laden;2026-03-09;1;" in out
    for ending in ("xlsx", "parquet", "tsv"):
        assert run("trends", export, "-m", "MODEL", "-o", tmp_path / f"t.{ending}", "-q") == (0, "", "")
    assert len(pd.read_excel(tmp_path / "t.xlsx", engine="openpyxl")) == len(pd.read_parquet(tmp_path / "t.parquet")) > 0
    assert run("inspect", export, "--brands", brands)[1].count("from the list of brands") == 2
    assert run("report", export, "-m", "MODEL", "--brands", brands, "-o", tmp_path / "r.html")[0] == 0
    assert "from the list of brands" in (tmp_path / "r.html").read_text(encoding="utf-8")
    brands.write_text("[A]\nname = ['b']\n", encoding="utf-8")
    code, _, err = run("score", export, "-o", tmp_path / "out.csv", "-m", "MODEL", "--brands", brands)
    assert code == 2
    assert "unknown key 'name'" in err


def test_trends_tell_what_they_leave_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text,created_at\n" + "nu igen paketet kom aldrig fram,2026-03-02\n" * 3, encoding="utf-8")
    code, _, err = run("trends", path, "-m", "MODEL")
    assert code == 0
    assert "Left out: 2 posts repeating an earlier one." in err


def test_people_stay_out_unless_asked_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("text,author,email\nTack @nordbank och @kari,kari,kari@example.no\n", encoding="utf-8")
    code, _, err = run("score", path, "-o", tmp_path / "out.csv", "-m", "MODEL", "--keep-handle", "nordbank")
    assert (code, "kari" in err) == (0, False)
    header, row = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("text,author,copy_of,language,")
    assert row.startswith("Tack @nordbank och <USER>,a_")
    assert run("score", path, "-o", tmp_path / "all.csv", "-m", "MODEL", "--keep-personal-data")[0] == 0
    assert "\nTack @nordbank och @kari,kari,kari@example.no," in (tmp_path / "all.csv").read_text(encoding="utf-8")
    assert "left out: 'email' (by its header)" in run("inspect", path)[1]
    assert "Privacy" not in run("inspect", path, "--keep-personal-data")[1]


def test_a_report_quotes_handles_of_brands(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = "".join(f"Nu igen @nordbank och @kari: paketet kom aldrig fram {n},2026-01-{n:02d}\n" for n in range(1, 20))
    path.write_text("text,date\n" + rows, encoding="utf-8")
    assert run("report", path, "-o", tmp_path / "r.html", "-m", "MODEL", "--keep-handle", "@nordbank")[0] == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "@nordbank" in page
    assert "@kari" not in page


def test_inspect_names_languages(run: Run, export: Path) -> None:
    code, out, _ = run("inspect", export)
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.startswith("Languages")]
    assert "de 1" in line
    assert sum(json.loads(run("inspect", export, "--json")[1])["languages"].values()) > 1


def test_several_files(run: Run, export: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("Kommentar;Datum\ntusen takk for hjelpen;2026-03-02\n", encoding="utf-8")
    assert run("score", export, other, "-o", tmp_path / "out.csv", "-m", "MODEL", "-q")[0] == 0
    n_posts = len(pd.read_csv(export)) + 1
    scored = pd.read_csv(tmp_path / "out.csv")
    assert len(scored) == n_posts
    assert set(scored["source_file"]) == {export.name, "other.csv"}
    assert "All files" in run("inspect", export, other)[1]
    assert run("trends", export, other, "-m", "MODEL")[0] == 0
    assert run("report", export, other, "-m", "MODEL", "-o", tmp_path / "r.html")[0] == 0
    code, _, err = run("score", export, other, "-o", other, "-m", "MODEL")
    assert (code, "read and written" in err) == (2, True)
