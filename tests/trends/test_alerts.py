from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from sentilens.errors import ConfigError, InputError, MissingDependencyError
from sentilens.trends import TrendTable, find_alerts
from sentilens.trends.alerts import ALERT_COLUMNS, adjust_p_values
from sentilens.trends.counting import COUNT_COLUMNS

MONDAY = pd.Timestamp("2025-01-06", tz="UTC")
DAYS = 160
LENGTHS = {"D": "1D", "W-MON": "7D", "h": "1h"}


def quiet(groups: int = 3, periods: int = DAYS, mean: float = 30, seed: int = 0, weekly: bool = True) -> dict[str, Any]:
    """Make counts of (groups, periods) where nothing happens: over-dispersed, fewer at weekends."""
    rng = np.random.default_rng(seed)
    level = mean * (np.array([1.2, 1.1, 1.1, 1.0, 1.0, 0.8, 0.8])[np.arange(periods) % 7] if weekly else np.ones(periods))
    posts = rng.poisson(rng.gamma(np.broadcast_to(level / 0.5, (groups, periods)), 0.5))
    kinds = rng.multinomial(posts, [0.2, 0.5, 0.3])
    return {"n_posts": posts, "n_complaints": kinds[..., 0], "n_negative": kinds[..., 0], "n_positive": kinds[..., 2]}


def as_table(counts: dict[str, Any], freq: str = "D", last: float = 0.95, timezone: str = "UTC") -> TrendTable:
    """Make a table of brands A, B, C ...; `last` tells how much of the last period the data cover."""
    groups, periods = counts["n_posts"].shape
    starts = pd.date_range(MONDAY.tz_localize(None), periods=periods, freq=LENGTHS[freq], unit="us").tz_localize(timezone)
    frame = pd.DataFrame({"brand": np.repeat([chr(65 + row) for row in range(groups)], periods)})
    frame["period_start"] = starts[np.tile(np.arange(periods), groups)]
    frame = frame.assign(**{name: np.ravel(counts[name]) if name in counts else 0 for name in COUNT_COLUMNS})
    end = starts[-1] + last * pd.Timedelta(LENGTHS[freq])
    edges = {"first_post": starts[0].tz_convert("UTC"), "last_post": end.tz_convert("UTC")}
    return TrendTable(("brand",), freq, timezone, frame[frame["n_posts"] > 0].reset_index(drop=True), **edges)


def with_event(counts: dict[str, Any], row: int, days: slice, n_complaints: int) -> dict[str, Any]:
    """Add complaints to the days of a series."""
    changed = {name: values.copy() for name, values in counts.items()}
    for name in ("n_posts", "n_complaints", "n_negative"):
        changed[name][row, days] += n_complaints
    return changed


def test_quiet_series_have_few_alerts() -> None:
    found = [len(find_alerts(as_table(quiet(6, seed=seed)))) for seed in range(6)]
    # Six companies, each under half a year, at no more than four days with a false alarm a year.
    assert sum(found) <= 12


def test_a_spike_is_seen_on_its_day_with_all_there_is_to_say() -> None:
    counts = with_event(quiet(), 1, slice(DAYS - 1, None), 60)
    alerts = find_alerts(as_table(counts), latest_only=True)
    assert list(alerts.columns) == ["brand", *ALERT_COLUMNS]
    spike = alerts[alerts["metric"] == "n_complaints"].iloc[0]
    assert (spike["brand"], spike["kind"], spike["direction"]) == ("B", "spike", "up")
    assert spike["period_start"] == spike["since"] == MONDAY + pd.Timedelta(days=DAYS - 1)
    assert spike["observed"] == counts["n_complaints"][1, -1]
    assert spike["expected"] == pytest.approx(6, rel=0.5)
    assert spike["expected_low"] < spike["expected"] < spike["expected_high"] < spike["observed"]
    assert spike["size"] == pytest.approx(spike["observed"] / spike["expected"])
    assert spike["n_posts"] == counts["n_posts"][1, -1]
    assert 0 <= spike["q_value"] < 0.011
    assert spike["sentence"].startswith(f"B: {spike['observed']:.0f} likely complaints on 2025-06-14, expected about ")
    assert {"n_posts", "n_complaints", "complaint_rate", "net_sentiment"} == set(alerts["metric"])
    assert set(alerts["brand"]) == {"B"}
    assert alerts.loc[alerts["metric"] == "net_sentiment", ["direction", "kind"]].to_numpy().tolist() == [["down", "drop"]]
    assert alerts.loc[alerts["metric"] == "net_sentiment", "size"].isna().all()


def test_a_drop_is_found_on_a_whole_day_and_not_on_the_running_one() -> None:
    counts = quiet(mean=60)
    for values in counts.values():
        values[0, -1] = 0
    counts["n_posts"][0, -1] = 1
    found = find_alerts(as_table(counts), latest_only=True)
    assert ("A", "n_posts", "drop", "down") in set(
        found[["brand", "metric", "kind", "direction"]].itertuples(index=False, name=None)
    )
    assert found["sentence"].str.startswith("A: only 1 posts on").any()
    running = find_alerts(as_table(counts, last=0.4), latest_only=True)
    assert not (running["direction"] == "down").any()


def test_a_spike_of_the_running_day_is_told_and_so_is_last_night() -> None:
    counts = with_event(with_event(quiet(), 0, slice(DAYS - 1, None), 80), 2, slice(DAYS - 2, DAYS - 1), 80)
    latest = find_alerts(as_table(counts, last=0.4), latest_only=True)
    days = latest[latest["metric"] == "n_posts"].set_index("brand")["period_start"].dt.day.to_dict()
    assert days == {"A": 14, "C": 13}
    assert set(find_alerts(as_table(counts), latest_only=True)["brand"]) == {"A"}


@pytest.mark.parametrize(("more", "direction"), [(8, "up"), (-5, "down")])
def test_a_slow_shift_is_told_once_with_its_beginning(more: int, direction: str) -> None:
    counts = with_event(quiet(mean=40), 0, slice(100, None), 0)
    rng = np.random.default_rng(1)
    extra = (
        np.minimum(rng.poisson(abs(more), DAYS - 100), counts["n_complaints"][0, 100:])
        if more < 0
        else rng.poisson(more, DAYS - 100)
    )
    counts["n_complaints"][0, 100:] += int(np.sign(more)) * extra
    found = find_alerts(as_table(counts), metrics=["n_complaints"])
    shifts = found[(found["kind"] == "shift") & (found["direction"] == direction)]
    assert shifts["brand"].tolist() == ["A"]
    begun = (shifts["since"].iloc[0] - MONDAY).days
    told = (shifts["period_start"].iloc[0] - MONDAY).days
    assert 92 <= begun <= told <= 135
    assert f"{'more' if more > 0 else 'fewer'} likely complaints since 2025-" in shifts["sentence"].iloc[0]


def test_rates_are_watched_apart_from_numbers() -> None:
    counts = quiet(mean=100)
    counts["n_complaints"][0, -1] = counts["n_negative"][0, -1] = counts["n_posts"][0, -1] // 2
    counts["n_positive"][0, -1] = 0
    found = find_alerts(as_table(counts), latest_only=True, metrics=["n_posts", "complaint_rate", "net_sentiment"])
    assert set(found["metric"]) == {"complaint_rate", "net_sentiment"}
    rate = found[found["metric"] == "complaint_rate"].iloc[0]
    assert (rate["kind"], rate["expected"]) == ("spike", pytest.approx(0.2, abs=0.05))
    assert "of" in rate["sentence"]
    assert "posts on 2025-06-14 were likely complaints" in rate["sentence"]


def test_weekdays_are_expected() -> None:
    weekday = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.2, 0.2])[np.arange(DAYS) % 7]
    counts = quiet(mean=100, weekly=False)
    counts = {name: np.rint(values * weekday).astype(np.int64) for name, values in counts.items()}
    strict = {"metrics": ["n_posts"], "false_alarms_per_year": 0.5}
    assert find_alerts(as_table(counts), **strict).empty
    # A weekday's number of posts is a spike on a Sunday.
    sunday = DAYS - 1 - (DAYS - 1 - 6) % 7
    for values in counts.values():
        values[0, sunday] = values[0, sunday - 3]
    found = find_alerts(as_table(counts), **strict)
    assert found[["brand", "kind"]].to_numpy().tolist() == [["A", "spike"]]
    assert found["period_start"].iloc[0].day_of_week == 6


def test_no_alert_before_there_is_history() -> None:
    counts = with_event(quiet(), 0, slice(10, 12), 200)
    assert find_alerts(as_table(counts), metrics=["n_posts"]).empty
    late = with_event(quiet(), 1, slice(130, 132), 200)
    for values in late.values():
        values[1, :118] = 0
    assert "B" not in set(find_alerts(as_table(late), metrics=["n_posts"])["brand"])
    assert len(find_alerts(as_table({name: values[:, :15] for name, values in counts.items()}))) == 0


def test_few_posts_are_no_alert() -> None:
    counts = {name: np.zeros((2, DAYS), dtype=np.int64) for name in ("n_posts", "n_complaints", "n_negative", "n_positive")}
    counts["n_posts"][0, ::20] = 1
    counts["n_posts"][1] = 5
    counts["n_posts"][0, -1] = 4
    assert find_alerts(as_table(counts)).empty
    assert find_alerts(as_table(counts), min_count=4, metrics=["n_posts"], latest_only=True)["observed"].tolist() == [4]
    counts["n_posts"][0, -1] = 8
    assert find_alerts(as_table(counts), metrics=["n_posts"], latest_only=True)["observed"].tolist() == [8]


def test_as_of_gives_what_that_day_would_have_said() -> None:
    counts = with_event(quiet(), 0, slice(120, 122), 60)
    table = as_table(counts)
    then = find_alerts(table, as_of="2025-05-06", latest_only=True)
    assert (then["period_start"].dt.strftime("%m-%d") == "05-06").all()
    assert set(then["brand"]) == {"A"}
    everything = find_alerts(table)
    pd.testing.assert_frame_equal(then, everything[everything["period_start"] == "2025-05-06"].reset_index(drop=True))
    assert find_alerts(table, as_of="2025-04-20", latest_only=True).empty
    assert find_alerts(table, as_of="2024-01-01").empty


def test_more_series_do_not_make_more_false_alarms_and_the_order_does_not_matter() -> None:
    counts = with_event(quiet(4), 2, slice(150, 151), 50)
    table = as_table(counts)
    shuffled = TrendTable(
        table.by, table.freq, table.timezone, table.counts.copy(), first_post=table.first_post, last_post=table.last_post
    )
    pd.testing.assert_frame_equal(find_alerts(table), find_alerts(shuffled), check_exact=True)
    alone = find_alerts(as_table({name: values[2:3] for name, values in counts.items()}))
    together = find_alerts(table)
    spikes = [
        found[(found["metric"] == "n_posts") & (found["kind"] == "spike")]["q_value"].max() for found in (alone, together)
    ]
    assert spikes[0] < spikes[1] <= 4.01 * spikes[0]


@pytest.mark.parametrize(("freq", "periods", "mean"), [("W-MON", 40, 80), ("h", 21 * 24, 12)])
def test_weeks_and_hours_are_watched_too(freq: str, periods: int, mean: float) -> None:
    counts = with_event(quiet(2, periods, mean, weekly=False), 0, slice(periods - 1, None), 150)
    found = find_alerts(as_table(counts, freq), latest_only=True, metrics=["n_posts"])
    assert found[["brand", "kind"]].to_numpy().tolist() == [["A", "spike"]]
    assert ("in the week of" in found["sentence"].iloc[0]) == (freq == "W-MON")


def test_time_zones_are_kept() -> None:
    counts = with_event(quiet(), 0, slice(DAYS - 1, None), 90)
    found = find_alerts(as_table(counts, timezone="Europe/Stockholm"), latest_only=True)
    assert found["period_start"].iloc[0].isoformat() == "2025-06-14T00:00:00+02:00"
    assert str(found["since"].dtype) == str(found["period_start"].dtype)


def test_holidays_are_taken_as_sundays() -> None:
    counts = quiet(mean=60)
    day = (pd.Timestamp("2025-05-29") - MONDAY.tz_localize(None)).days  # Ascension Day, a Thursday
    for values in counts.values():
        values[0, day] = 1

    def told(**options: Any) -> bool:
        found = find_alerts(as_table(counts), metrics=["n_posts"], **options)
        return "2025-05-29" in found["period_start"].dt.strftime("%Y-%m-%d").tolist()

    assert told()
    assert told(holidays=["2025-05-28"])
    for holidays in ("SE", "no, DE", ["2025-05-29"], [pd.Timestamp("2025-05-29")]):
        assert not told(holidays=holidays)


def test_holidays_of_a_country_need_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingDependencyError, match=r"sentilens\[holidays\]"):
        find_alerts(as_table(quiet()), holidays="SE")
    assert isinstance(find_alerts(as_table(quiet()), holidays=["2025-05-29"]), pd.DataFrame)


def test_nothing_at_all_has_the_same_columns() -> None:
    table = as_table(quiet())
    empty = TrendTable(table.by, table.freq, table.timezone, table.counts.iloc[:0])
    none, some = find_alerts(empty), find_alerts(as_table(with_event(quiet(), 0, slice(DAYS - 1, None), 90)))
    assert none.empty
    assert not some.empty
    assert none.dtypes.astype(str).to_dict() == some.dtypes.astype(str).to_dict()
    assert find_alerts(table.collapse(()), latest_only=True).columns[0] == "period_start"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"metrics": ["n_stars"]}, "unknown_metric"),
        ({"metrics": "n_posts"}, "unknown_metric"),
        ({"false_alarms_per_year": 0}, "bad_rate"),
        ({"min_count": 0}, "bad_min_count"),
        ({"as_of": "yesterday"}, "bad_date"),
        ({"as_of": None, "holidays": "XX"}, "bad_holidays"),
        ({"holidays": ["midsummer"]}, "bad_holidays"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_alerts(as_table(quiet(1, 40)), **options)
    assert caught.value.reason == reason


def test_other_tables_are_refused() -> None:
    table = as_table(quiet(1, 40))
    monthly = TrendTable(table.by, "MS", "UTC", table.counts)
    with pytest.raises(ConfigError, match="'D'") as caught:
        find_alerts(monthly)
    assert caught.value.reason == "unwatchable_freq"
    with pytest.raises(InputError, match="TrendTable"):
        find_alerts(table.to_frame())  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_are_those_of_benjamini_and_hochberg(p: list[float]) -> None:
    assert adjust_p_values(np.array([*p, np.nan]))[:-1] == pytest.approx(false_discovery_control(p))


def test_an_outbreak_does_not_hide_the_next() -> None:
    counts = quiet(groups=3, periods=30, weekly=False)
    counts["n_complaints"] = np.random.default_rng(1).poisson(3, (3, 30))
    for week, more in ((18, 106), (26, 40)):
        for name in ("n_posts", "n_complaints"):
            counts[name][0, week] += more
    found = find_alerts(as_table(counts, freq="W-MON"), metrics=("n_complaints",))
    assert found["brand"].tolist() == ["A", "A"]
    assert found["period_start"].tolist() == [MONDAY + 7 * week * pd.Timedelta("1D") for week in (18, 26)]
