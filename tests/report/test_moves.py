"""What moved is found and told, and nothing is found where nothing moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom

from sentilens.report import ReportBuilder
from sentilens.report.bursts import Burst, find_bursts
from sentilens.report.moves import find_drifts, find_movements
from sentilens.report.page import render_page
from sentilens.report.story import MAX_MOVES, tell_story
from sentilens.trends import TrendTable
from sentilens.trends.counting import COUNT_COLUMNS

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


def found_in(table: TrendTable) -> list[tuple[str, int, int, int]]:
    return [(b.kind, *WEEKS.get_indexer(pd.DatetimeIndex([b.start, b.peak, b.last]))) for b in find_bursts(table)]


@pytest.mark.parametrize("dispersion", [1.0, 2.0, 4.0])
def test_quiet_series_have_no_moves(dispersion: float) -> None:
    alarms = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        posts, complaints = {}, {}
        for name, mean in (("Telmira", 12), ("Voltvik", 30), ("Svippo", 18)):
            rate = mean if dispersion == 1 else rng.gamma(mean / (dispersion - 1), dispersion - 1, len(WEEKS))
            posts[name] = rng.poisson(rate, len(WEEKS))
            complaints[name] = rng.binomial(posts[name], 0.35)
        alarms += bool(find_bursts(weekly_table(posts, complaints)))
    assert alarms <= 5


def test_quiet_series_have_no_slow_changes_and_no_movements() -> None:
    drifts = movements = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        posts = {name: rng.poisson(rng.gamma(15, 2, len(WEEKS))) for name in ("Telmira", "Voltvik", "Svippo")}
        table = weekly_table(posts, {name: rng.binomial(n, 0.35) for name, n in posts.items()})
        drifts += bool(find_drifts(table, ()))
        movements += bool(find_movements(table))
    assert drifts <= 5
    assert movements <= 5


def test_a_burst_is_found_with_its_peak_and_its_end() -> None:
    burst = find_bursts(one_brand({9: 100, 10: 40, 11: 20}))[0]
    assert (burst.count, burst.usual) == (100, np.mean(QUIET[1:9]))
    assert (burst.start, burst.peak, burst.last, burst.over) == (WEEKS[9], WEEKS[9], WEEKS[11], WEEKS[12])
    assert burst.end == WEEKS[12]


def test_neighbouring_bursts_are_one_event_and_far_ones_are_two() -> None:
    assert found_in(one_brand({9: 60, 11: 100})) == [("n_complaints", 9, 11, 11)]
    assert sorted(found_in(one_brand({8: 60, 12: 100}))) == [("n_complaints", 8, 8, 8), ("n_complaints", 12, 12, 12)]


def test_a_second_burst_is_not_hidden_by_the_first() -> None:
    first, second = sorted(find_bursts(one_brand({9: 200, 13: 60})), key=lambda burst: burst.peak)
    assert second.usual == pytest.approx(np.mean([*QUIET[4:9], *QUIET[10:13]]))
    assert first.clearness > second.clearness


def test_small_and_early_counts_are_no_burst() -> None:
    assert found_in(one_brand({12: 9}, base=[1] * 26)) == []
    assert found_in(one_brand({2: 100})) == []
    # Twice as much as usual, week after week, is how this brand is.
    assert found_in(one_brand(dict.fromkeys(range(1, 26, 3), 22))) == []


def test_partial_weeks_are_not_judged() -> None:
    complaints = np.array([*QUIET[:25], 90])
    table = weekly_table({"Telmira": complaints}, {"Telmira": complaints}, last_post=WEEKS[-1] + pd.Timedelta(days=2))
    assert find_bursts(table) == ()


def test_a_brand_that_is_new_to_the_data_is_no_burst() -> None:
    new = [0] * 12 + [40, 38, 43, 39, 41, 40, 37, 42, 44, 40, 41, 39, 38, 40]
    assert find_bursts(weekly_table({"Telmira": QUIET, "Novum": new}, {"Telmira": QUIET, "Novum": new})) == ()


def test_posts_may_burst_without_complaints() -> None:
    posts = np.array(QUIET) + 20
    posts[15] = 150
    burst = find_bursts(weekly_table({"Telmira": posts}, {"Telmira": [1] * 26}))[0]
    assert (burst.kind, burst.count, burst.n_complaints) == ("n_posts", 150, 1)


def test_counts_with_their_baseline_are_beta_binomial() -> None:
    """The tail that a burst is judged by, against counts drawn from one negative binomial distribution."""
    rng = np.random.default_rng(5)
    shape, m = 3.0, 8
    draws = rng.negative_binomial(shape, shape / (shape + 10.0), size=(200_000, m + 1))
    total = draws.sum(axis=1)
    chosen = draws[(total == 90), 0]
    assert len(chosen) > 1000
    assert (chosen >= 18).mean() == pytest.approx(betabinom.sf(17, 90, shape, m * shape), abs=0.03)


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
    return [sentence.replace("\u00a0", " ") for sentence in tell_story(builder.summary())]


def ordinary(brand: str, n: int = 10, bad: int = 4) -> list[tuple[str, int, int, int]]:
    return [(brand, week, n + week % 3, bad + week % 2) for week in range(26)]


def test_two_events_and_a_recovery_are_told() -> None:
    weeks = ordinary("Telmira") + ordinary("Voltvik") + [("Telmira", 9, 150, 100)]
    weeks += [("Voltvik", 15 + at, n, n // 2) for at, n in enumerate((90, 60, 40))]
    weeks += [("Svippo", week, 12, 8 if week < 9 else 5 if week < 17 else 2) for week in range(26)]
    story = story_of(scored(weeks))
    assert story[0] == (
        "Telmira: 105 likely complaints in the week of 9 March, against about 4 a week before; "
        "it was back within its usual range by the week of 16 March."
    )
    assert story[1].startswith("Voltvik: 50 likely complaints in the week of 20 April")
    assert story[1].endswith("by the week of 11 May.")
    assert story[2] == "Svippo got better: 67 % of its posts were likely complaints in January–February, 17 % in May–June."
    assert not any("stands out" in sentence for sentence in story)


def test_a_slow_change_of_numbers_is_told_where_the_rate_stays() -> None:
    weeks = ordinary("Telmira") + [("Svippo", week, 2 * n, n) for week in range(26) for n in [max(3, 15 - week)]]
    story = story_of(scored(weeks))
    assert story[0] == "Fewer likely complaints for Svippo: about 12 a week in January–February, about 3 in May–June."


def test_the_channel_is_told_where_an_event_gathered() -> None:
    weeks = [*ordinary("Telmira"), ("Telmira", 9, 150, 100)]
    gathered = story_of(scored(weeks, lambda week, i: "app_store" if week == 9 and i % 4 else ("twitter", "email")[i % 2]))
    assert re.search(r", 7\d % of the event’s on App Store \(0 % at other times\); it was back", gathered[0])
    spread = story_of(scored(weeks, lambda week, i: ("app_store", "twitter", "email")[i % 3]))
    assert "event’s" not in spread[0]


def test_an_event_that_goes_on_says_so() -> None:
    story = story_of(scored([*ordinary("Telmira"), ("Telmira", 25, 90, 60)]))
    assert story[0].endswith("; it lasted to the end of the data.")


def test_many_moves_are_cut() -> None:
    weeks = [week for name in "ABCDEF" for week in [*ordinary(name), (name, 9 + ord(name) % 7, 200, 150)]]
    weeks += [("Svippo", week, 30, 20 if week < 9 else 12 if week < 17 else 4) for week in range(26)]
    story = story_of(scored(weeks))
    told = [sentence for sentence in story if "against about" in sentence or "got better" in sentence]
    assert len(told) == MAX_MOVES
    assert sum("got better" in sentence for sentence in told) == 1


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
    assert "Burst of likely complaints" in html
    assert "By the month, as the weeks hold few posts." in html


def test_bursts_know_their_like() -> None:
    burst = find_bursts(one_brand({9: 100}))[0]
    assert isinstance(burst, Burst)
    assert burst.overlaps(burst)
    assert burst.covers(WEEKS).sum() == 1
