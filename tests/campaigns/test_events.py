from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sentilens as sl
from sentilens.errors import InputError, MissingColumnsError, SentilensError


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    target = path / "events.csv"
    target.write_bytes(text.encode(encoding))
    return target


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("date,label,brand,end\n2026-04-20,Prishöjning,Voltvik,\n2026-03-10,Störning,Telmira,2026-03-19\n", "utf-8"),
        (
            "Datum;Händelse;Märke;Slut\r\n20.04.2026;Prishöjning;Voltvik;\r\n10.03.2026;Störning;Telmira;19.03.2026\r\n",
            "cp1252",
        ),
        (
            "Ereignis;Beginn;Ende;Marke\r\nPrishöjning;20.4.2026;;Voltvik\r\nStörning;10.3.2026;19.3.2026;Telmira\r\n",
            "utf-8-sig",
        ),
    ],
)
def test_events_as_people_write_them(tmp_path: Path, text: str, encoding: str) -> None:
    events = sl.read_events(write(tmp_path, text, encoding))
    assert events["date"].tolist() == [pd.Timestamp("2026-03-10"), pd.Timestamp("2026-04-20")]
    assert events["end"].iloc[0] == pd.Timestamp("2026-03-19")
    assert pd.isna(events["end"].iloc[1])
    assert events["label"].tolist() == ["Störning", "Prishöjning"]
    assert events["brand"].tolist() == ["Telmira", "Voltvik"]


def test_brand_and_end_may_be_missing(tmp_path: Path) -> None:
    events = sl.read_events(write(tmp_path, "dato;hendelse\n01.02.2026;Kampanje\n"))
    assert events[["brand", "end"]].isna().all().all()


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("when,what\n2026-03-10,Störning\n", MissingColumnsError, "missing_columns"),
        ("date,label\nsoon,Kampanj\n2026-03-10,Störning\n", InputError, "bad_events"),
        ("date,label,end\n2026-03-10,Störning,2026-03-01\n", InputError, "bad_events"),
        ("", SentilensError, "empty_file"),
    ],
)
def test_events_that_cannot_be_read(tmp_path: Path, text: str, error: type[SentilensError], reason: str) -> None:
    with pytest.raises(error) as caught:
        sl.read_events(write(tmp_path, text))
    assert caught.value.reason == reason


def test_all_events_at_once_and_in_a_plot(tmp_path: Path) -> None:
    import matplotlib.pyplot as plt

    days = pd.date_range("2026-01-05T09:00Z", "2026-06-30T09:00Z", freq="8h")
    scored = pd.DataFrame(
        {"created_at": days, "brand": ["Telmira", "Voltvik", "Svippo"] * (len(days) // 3) + ["Svippo"] * (len(days) % 3)}
    )
    scored = scored.assign(status="ok", sentiment="neutral", sentiment_score=0.0, complaint_probability=0.2)
    scored["is_complaint"] = (scored.index % 7 == 0) | ((scored["brand"] == "Voltvik") & (days >= "2026-04-20"))
    path = write(tmp_path, "date,label,brand\n2026-04-20,Price rise,Voltvik\n2026-03-10,Fair,\n2019-01-01,Founding,Voltvik\n")
    events = sl.read_events(path)
    found = sl.compare_events(scored, events)
    assert [(one.label, one.brand, one.verdict) for one in found] == [
        ("Fair", None, "no_clear_change"),
        ("Price rise", "Voltvik", "change"),
    ]
    ax = sl.plot_trends(sl.compute_trends(scored, by="brand"), events=events)
    assert {"Price rise", "Fair"} <= {text.get_text() for text in ax.texts}
    plt.close("all")
