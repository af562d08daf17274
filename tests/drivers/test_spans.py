from __future__ import annotations

import datetime

import pandas as pd
import pytest

from sentilens.drivers.spans import Span, resolve_spans
from sentilens.errors import ConfigError


def days(span: Span) -> tuple[str, str, int]:
    return f"{span.start:%Y-%m-%d}", f"{span.last_day:%Y-%m-%d}", span.n_periods


@pytest.mark.parametrize(
    ("period", "against", "freq", "expected"),
    [
        ("2026-03-11", "usual", "W-MON", (("2026-03-09", "2026-03-15", 1), ("2026-01-12", "2026-03-08", 8))),
        (datetime.date(2026, 3, 11), "previous", "MS", (("2026-03-01", "2026-03-31", 1), ("2026-02-01", "2026-02-28", 1))),
        ("2026-03-11", "year", "MS", (("2026-03-01", "2026-03-31", 1), ("2025-03-01", "2025-03-31", 1))),
        ("2026-03-11", "year", "W", (("2026-03-09", "2026-03-15", 1), ("2025-03-10", "2025-03-16", 1))),
        (("2026-03-10", "2026-03-12"), "previous", "D", (("2026-03-10", "2026-03-12", 1), ("2026-03-07", "2026-03-09", 1))),
        (("2026-03-10", "2026-03-12"), "usual", "D", (("2026-03-10", "2026-03-12", 1), ("2026-02-14", "2026-03-09", 8))),
        ("2026-03-10", ("2026-01-01", "2026-01-31"), "D", (("2026-03-10", "2026-03-10", 1), ("2026-01-01", "2026-01-31", 1))),
    ],
)
def test_periods_and_what_they_are_set_against(period: object, against: object, freq: str, expected: object) -> None:
    assert tuple(map(days, resolve_spans(period, against, freq, "Europe/Stockholm"))) == expected


def test_weeks_keep_midnight_when_the_clock_changes() -> None:
    span, before = resolve_spans("2026-03-30", "usual", "W-MON", "Europe/Stockholm")
    assert all((edge.hour, edge.tzname()) in {(0, "CET"), (0, "CEST")} for edge in (*span.edges, *before.edges))
    assert before.end == span.start
    assert before.edges[-1] - before.edges[-2] == pd.Timedelta(hours=167)


@pytest.mark.parametrize(
    ("period", "against", "reason"),
    [
        ("in March", "usual", "bad_period"),
        (7, "usual", "bad_period"),
        (None, "usual", "bad_period"),
        (("2026-03-12", "2026-03-10"), "usual", "bad_period"),
        ("2026-03-12", "always", "unknown_against"),
        ("2026-03-12", ("2026-03-01", "2026-03-10"), "periods_overlap"),
    ],
)
def test_periods_that_cannot_be_used(period: object, against: object, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_spans(period, against, "W-MON", "UTC")
    assert caught.value.reason == reason
