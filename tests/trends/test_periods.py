from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.errors import ConfigError
from sentilens.trends.periods import (
    FREQUENCIES,
    canonical_freq,
    check_timezone,
    parse_times,
    period_end,
    period_grid,
    period_starts,
)

ZONES = ("UTC", "Europe/Stockholm", "Atlantic/Reykjavik", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe")


def starts(times: list[str], freq: str, timezone: str) -> list[str]:
    index = pd.DatetimeIndex(pd.to_datetime(times, utc=True)).as_unit("us")
    return [start.isoformat() for start in period_starts(index, freq, timezone)]


@pytest.mark.parametrize(
    ("freq", "expected"),
    [
        ("h", "2026-03-01T00:00:00+01:00"),
        ("D", "2026-03-01T00:00:00+01:00"),
        ("W-MON", "2026-02-23T00:00:00+01:00"),
        ("MS", "2026-03-01T00:00:00+01:00"),
        ("QS", "2026-01-01T00:00:00+01:00"),
        ("YS", "2026-01-01T00:00:00+01:00"),
    ],
)
def test_periods_start_at_local_midnight(freq: str, expected: str) -> None:
    # 23:30 in UTC on 28 February is a Sunday, 1 March, in Stockholm.
    assert starts(["2026-02-28T23:30Z"], freq, "Europe/Stockholm") == [expected]


def test_weeks_begin_on_monday() -> None:
    assert starts(["2026-03-09T00:00Z", "2026-03-15T23:59Z", "2026-03-16T00:00Z"], "W-MON", "UTC") == [
        "2026-03-09T00:00:00+00:00",
        "2026-03-09T00:00:00+00:00",
        "2026-03-16T00:00:00+00:00",
    ]


def test_the_two_hours_of_an_autumn_night_stay_apart() -> None:
    assert starts(["2026-10-25T00:30Z", "2026-10-25T01:30Z"], "h", "Europe/Stockholm") == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
    ]


def test_weeks_with_a_clock_change_have_other_lengths() -> None:
    week = period_starts(pd.DatetimeIndex(["2026-03-25T12:00Z"]), "W-MON", "Europe/Stockholm")[0]
    assert period_end(week, "W-MON", "Europe/Stockholm") - week == pd.Timedelta(hours=167)


@pytest.mark.parametrize(("start", "end"), [("2026-01-01", "2026-04-01"), ("2026-10-01", "2027-01-01")])
def test_quarters_end_where_the_next_begins(start: str, end: str) -> None:
    moment = pd.Timestamp(start, tz="Europe/Berlin")
    assert period_end(moment, "QS", "Europe/Berlin") == pd.Timestamp(end, tz="Europe/Berlin")


@settings(max_examples=60)
@given(
    times=st.lists(st.integers(1_500_000_000, 1_510_000_000), min_size=2, max_size=6),
    freq=st.sampled_from(sorted(set(FREQUENCIES.values()))),
    zone=st.sampled_from(ZONES),
)
def test_every_time_lies_in_its_period_and_the_grid_has_it(times: list[int], freq: str, zone: str) -> None:
    index = pd.DatetimeIndex(pd.to_datetime(sorted(times), unit="s", utc=True)).as_unit("us")
    found = period_starts(index, freq, zone)
    grid = period_grid(found[0], found[-1], freq, zone)
    assert grid.is_monotonic_increasing
    assert grid.is_unique
    assert set(found) <= set(grid)
    assert (found <= index).all()
    if freq != "h":
        assert all(moment < period_end(start, freq, zone) for moment, start in zip(index, found, strict=True))
        ends = [period_end(start, freq, zone) for start in grid]
        assert ends[:-1] == list(grid[1:])


def test_times_are_read_as_utc() -> None:
    values = pd.Series(["2026-03-09T10:00:00", "2026-03-09T10:00:00+02:00", "2026-03-09", "yesterday", None, ""])
    parsed = parse_times(values)
    assert [None if pd.isna(t) else t.isoformat() for t in parsed] == [
        "2026-03-09T10:00:00+00:00",
        "2026-03-09T08:00:00+00:00",
        "2026-03-09T00:00:00+00:00",
        None,
        None,
        None,
    ]
    assert parse_times(pd.Series([20260309, 1])).isna().all()
    assert parse_times(pd.Series(pd.to_datetime(["2026-03-09 10:00"])))[0] == pd.Timestamp("2026-03-09T10:00Z")


@pytest.mark.parametrize("freq", ["W-SUN", "w", "15min", "", None, 7])
def test_other_lengths_are_refused(freq: object) -> None:
    with pytest.raises(ConfigError, match="W-MON are weeks that begin on Monday") as caught:
        canonical_freq(freq)  # type: ignore[arg-type]
    assert caught.value.reason == "unknown_freq"


@pytest.mark.parametrize("zone", ["Stockholm", "", None, "../etc/passwd"])
def test_unknown_zones_are_refused(zone: object) -> None:
    with pytest.raises(ConfigError) as caught:
        check_timezone(zone)  # type: ignore[arg-type]
    assert caught.value.reason == "unknown_timezone"
