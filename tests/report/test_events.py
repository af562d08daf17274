"""What moved is found and told, and nothing is found where nothing moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sentilens.report import ReportBuilder
from sentilens.report.events import find_events
from sentilens.report.moves import find_drifts
from sentilens.report.page import render_page
from sentilens.report.sections.moved import tell_concentration
from sentilens.report.story import MAX_SENTENCES, tell_story
from sentilens.trends import TrendTable
from sentilens.trends.counting import COUNT_COLUMNS
from sentilens.wording import wording

WEEKS = pd.date_range("2026-01-05", periods=26, freq="7D", tz="UTC", unit="us")
QUIET = [6, 9, 7, 8, 5, 10, 7, 6, 8, 9, 7, 6, 5, 8, 7, 9, 6, 8, 7, 10, 6, 7, 9, 5, 8, 7]


def weekly_table(posts: dict[str, Any], complaints: dict[str, Any], **options: Any) -> TrendTable:
    rows = pd.concat(
        pd.DataFrame({"brand": name, "period_start": WEEKS, "n_posts": n, "n_complaints": complaints[name]})
        for name, n in posts.items()
    )
    counts = rows.reindex(columns=["brand", "period_start", *COUNT_COLUMNS], fill_value=0).sort_values(
        ["brand", "period_start"]
    )
    edges = {"first_post": WEEKS[0], "last_post": WEEKS[-1] + pd.Timedelta(days=6.9)} | options
    return TrendTable(("brand",), "W-MON", "UTC", counts[counts["n_posts"] > 0].reset_index(drop=True), **edges)


def one_brand(changes: dict[int, int], base: list[int] = QUIET) -> TrendTable:
    complaints = np.array(base)
    complaints[list(changes)] = list(changes.values())
    return weekly_table({"Telmira": complaints + 8}, {"Telmira": complaints})


def found_in(*tables: TrendTable) -> list[tuple[str, int, int, int]]:
    return [
        (e.metric, *WEEKS.get_indexer(pd.DatetimeIndex([e.start, e.peak, e.last])))
        for e in find_events(tables, (), ())
        if e.clear
    ]


@pytest.mark.parametrize("dispersion", [1.0, 2.0, 4.0])
def test_quiet_series_have_no_clear_events_and_no_slow_changes(dispersion: float) -> None:
    alarms = drifts = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        posts, complaints = {}, {}
        for name, mean in (("Telmira", 12), ("Voltvik", 30), ("Svippo", 18)):
            rate = mean if dispersion == 1 else rng.gamma(mean / (dispersion - 1), dispersion - 1, len(WEEKS))
            posts[name] = rng.poisson(rate, len(WEEKS))
            complaints[name] = rng.binomial(posts[name], 0.35)
        table = weekly_table(posts, complaints)
        alarms += bool(found_in(table))
        drifts += bool(find_drifts(table, ()))
    assert alarms <= 1
    assert drifts <= 2


def test_a_second_event_is_found_by_the_day() -> None:
    weeks = [*ordinary("Telmira"), ("Telmira", 11, 150, 100), ("Telmira", 17, 120, 90)]
    builder = ReportBuilder(mask=str)
    builder.add(scored(weeks))
    found = [event for event in builder.summary().events if event.clear and event.names == ("Telmira",)]
    assert sorted(int(np.searchsorted(WEEKS, event.peak, side="right")) - 1 for event in found) == [11, 17]


def test_an_event_is_found_with_its_peak_and_its_end() -> None:
    event = find_events([one_brand({12: 100, 13: 60})], (), ())[0]
    assert (event.names, event.metric, event.upward, event.clear) == (("Telmira",), "n_complaints", True, True)
    assert (event.observed, event.n_posts, event.n_complaints) == (100, 108, 100)
    assert (event.start, event.peak, event.last, event.over) == (WEEKS[12], WEEKS[12], WEEKS[13], WEEKS[14])
    assert event.end == WEEKS[14]
    assert event.low < event.expected < event.high < 20


def test_neighbouring_alerts_are_one_event_and_far_ones_are_two() -> None:
    assert found_in(one_brand({12: 60, 14: 100})) == [("n_complaints", 12, 14, 14)]
    assert sorted(found_in(one_brand({11: 30, 22: 100}))) == [("n_complaints", 11, 11, 11), ("n_complaints", 22, 22, 22)]


def test_small_and_early_counts_are_no_event() -> None:
    assert found_in(one_brand({2: 100})) == []
    assert found_in(one_brand({12: 13})) == []


def test_a_brand_that_is_new_to_the_data_is_no_event() -> None:
    new = [0] * 12 + [40, 38, 43, 39, 41, 40, 37, 42, 44, 40, 41, 39, 38, 40]
    assert found_in(weekly_table({"Telmira": QUIET, "Novum": new}, {"Telmira": QUIET, "Novum": new})) == []


def test_posts_may_stand_out_without_complaints() -> None:
    posts = np.array(QUIET) + 20
    posts[15] = 150
    event = find_events([weekly_table({"Telmira": posts}, {"Telmira": [1] * 26})], (), ())[0]
    assert (event.metric, event.observed, event.n_complaints) == ("n_posts", 150, 1)


def test_an_event_of_a_part_is_told_where_the_whole_is_quiet() -> None:
    whole = one_brand({})
    part = weekly_table({"Telmira": np.array(QUIET) + 8}, {"Telmira": [1] * 14 + [13] + [1] * 11})
    counts = part.counts.assign(channel="forum")[["brand", "channel", *part.counts.columns[1:]]]
    by_channel = replace(part, by=("brand", "channel"), counts=counts)
    found = find_events([whole], [by_channel], ())
    assert [(event.names, event.clear) for event in found] == [(("Telmira", "forum"), True)]
    loud = one_brand({14: 90})
    assert [event.names for event in find_events([loud], [by_channel], ())] == [("Telmira",)]


def scored(
    weeks: list[tuple[str, int, int, int]], channel: Callable[[int, int], str] = lambda week, i: "facebook"
) -> pd.DataFrame:
    """Make scored posts: rows (brand, week, number of posts, number of complaints)."""
    rows = [
        (brand, WEEKS[week] + pd.Timedelta(hours=7 * (i % 24) + 1), i < bad, channel(week, i))
        for brand, week, n, bad in weeks
        for i in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["brand", "created_at", "is_complaint", "channel"])
    last = pd.DataFrame({"brand": ["Telmira"], "created_at": [WEEKS[-1] + pd.Timedelta(days=6.9)], "is_complaint": [False]})
    frame = pd.concat([frame, last.assign(channel="facebook")], ignore_index=True)
    return frame.assign(
        text="Posten kom inte fram",
        language="sv",
        sentiment=np.where(frame["is_complaint"], "negative", "neutral"),
        sentiment_score=np.where(frame["is_complaint"], -0.7, 0.0),
        complaint_probability=np.where(frame["is_complaint"], 0.9, 0.1),
        status="ok",
    )


def story_of(posts: pd.DataFrame, chunk: int = 10_000) -> list[str]:
    builder = ReportBuilder(mask=str)
    for begin in range(0, len(posts), chunk):
        builder.add(posts.iloc[begin : begin + chunk])
    return [sentence.replace("\u00a0", " ") for sentence in tell_story(builder.summary(), wording())]


def ordinary(brand: str, n: int = 10, bad: int = 4) -> list[tuple[str, int, int, int]]:
    return [(brand, week, n + week % 3, bad + week % 2) for week in range(26)]


def test_two_events_and_a_recovery_are_told_in_four_sentences() -> None:
    weeks = ordinary("Telmira") + ordinary("Voltvik") + [("Telmira", 9, 150, 100)]
    weeks += [("Voltvik", 15 + at, n, n // 2) for at, n in enumerate((90, 60, 40))]
    weeks += [("Svippo", week, 12, 8 if week < 9 else 5 if week < 17 else 2) for week in range(26)]
    story = story_of(scored(weeks))
    assert len(story) == 4
    assert story[0].startswith("Telmira, week of 9 March: 105 likely complaints, against about 5 expected.")
    assert story[0].endswith("As usual again: week of 16 March.")
    assert story[1].startswith("Voltvik, week of 20 April: 50 likely complaints")
    assert story[1].endswith("As usual again: week of 11 May.")
    assert story[2] == "Svippo got better: the share of likely complaints went from 67% (January–February) to 17% (May–June)."
    assert story[3].startswith("A classifier calls")


def test_a_slow_change_of_numbers_is_told_where_the_rate_stays() -> None:
    weeks = ordinary("Telmira") + [("Svippo", week, 2 * n, n) for week in range(26) for n in [max(3, 15 - week)]]
    told = [sentence for sentence in story_of(scored(weeks)) if sentence.startswith("Svippo")]
    assert told == [
        "Svippo: likely complaints went down slowly, from about 12 a week (January–February) to about 3 (May–June)."
    ]


def test_the_channel_is_told_where_an_event_gathered() -> None:
    def concentrations(channel: Callable[[int, int], str]) -> list[str]:
        builder = ReportBuilder(mask=str)
        builder.add(scored([*ordinary("Telmira"), ("Telmira", 9, 150, 100)], channel))
        return [tell_concentration(found, wording()) for found in builder.summary().events[0].concentrations]

    gathered = concentrations(lambda week, i: "app_store" if week == 9 and i % 4 else ("twitter", "email")[i % 2])
    assert re.fullmatch(r"7\d% on App Store \(else 0%\)", gathered[0])
    assert concentrations(lambda week, i: ("app_store", "twitter", "email")[i % 3]) == []


def test_an_event_that_goes_on_says_so() -> None:
    story = story_of(scored([*ordinary("Telmira"), ("Telmira", 25, 90, 60)]))
    assert story[0].endswith("It lasted to the end of the data.")


def test_many_moves_leave_one_sentence_for_how_sure_it_is() -> None:
    weeks = [week for name in "ABCDEF" for week in [*ordinary(name), (name, 9 + ord(name) % 7, 200, 150)]]
    story = story_of(scored(weeks))
    assert len(story) == MAX_SENTENCES
    assert sum("against about" in sentence for sentence in story) == MAX_SENTENCES - 1
    assert story[-1].startswith("A classifier calls")


def test_chunks_do_not_matter() -> None:
    posts = scored([*ordinary("Telmira"), ("Telmira", 9, 150, 100)], lambda week, i: ("app_store", "x")[week == 9])
    assert story_of(posts.sample(frac=1, random_state=1), chunk=37) == story_of(posts)


def test_an_event_is_marked_on_the_main_plot_and_in_the_table() -> None:
    builder = ReportBuilder(mask=str)
    builder.add(scored(ordinary("Telmira") + ordinary("Voltvik") + [("Telmira", 9, 150, 100)]))
    html = render_page(builder.summary())
    first = html[html.index("<svg") : html.index("</svg>")]
    assert "Telmira, 9 Mar: 105" in first
    assert "Likely complaints, number of posts" in first
    assert "More likely complaints" in html
    assert "Rates are drawn in longer periods where single ones hold few posts." in html
