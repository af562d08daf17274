from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import ConfigError
from sentilens.trends import TrendTable
from sentilens.trends.counting import COUNT_COLUMNS
from sentilens.trends.intervals import difference_interval


def table(
    cells: dict[tuple[str, str], tuple[int, int, int, int]],
    freq: str = "W-MON",
    timezone: str = "UTC",
    by: tuple[str, ...] = ("brand",),
) -> TrendTable:
    """Make a table of {(group, start): (posts, complaints, negative, positive)}; groups of two columns as "a/b"."""
    rows = [(*group.split("/"), pd.Timestamp(start, tz=timezone), *counts) for (group, start), counts in cells.items()]
    frame = pd.DataFrame(rows, columns=[*by, "period_start", "n_posts", "n_complaints", "n_negative", "n_positive"])
    frame["period_start"] = frame["period_start"].dt.as_unit("us")
    counts = frame.reindex(columns=[*by, "period_start", *COUNT_COLUMNS], fill_value=0).sort_values([*by, "period_start"])
    first, last = frame["period_start"].min(), frame["period_start"].max()
    return TrendTable(by, freq, timezone, counts.reset_index(drop=True), first_post=first, last_post=last)


def test_against_the_period_before() -> None:
    changes = table({("A", "2026-03-02"): (40, 10, 8, 4), ("A", "2026-03-09"): (50, 25, 20, 5)}).changes()
    assert changes["n_posts_against"].tolist() == [pd.NA, 40]
    row = changes.iloc[1]
    assert row["complaint_rate_change"] == pytest.approx(0.25)
    low, high = difference_interval(25, 50, 10, 40)
    assert (row["complaint_rate_change_low"], row["complaint_rate_change_high"]) == pytest.approx((low, high))
    assert row["net_sentiment_change"] == pytest.approx(-0.3 + 0.1)
    assert row["net_sentiment_change_low"] < -0.2 < row["net_sentiment_change_high"]
    assert changes.iloc[0][["complaint_rate_against", "complaint_rate_change", "net_sentiment_change_low"]].isna().all()


def test_a_quiet_period_before_has_counts_and_no_rates() -> None:
    cells = {("A", "2026-03-02"): (40, 10, 8, 4), ("B", "2026-03-02"): (1, 0, 0, 0), ("B", "2026-03-09"): (9, 3, 3, 3)}
    changes = table(cells | {("A", "2026-03-16"): (5, 1, 1, 1)}).changes()
    row = changes[(changes["brand"] == "A") & (changes["period_start"] == "2026-03-16")].iloc[0]
    assert row["n_posts_against"] == 0
    assert np.isnan(row["complaint_rate_against"])
    assert np.isnan(row["complaint_rate_change_high"])


@pytest.mark.parametrize(
    ("freq", "now", "then"),
    [
        ("MS", "2026-03-01", "2025-03-01"),
        ("YS", "2026-01-01", "2025-01-01"),
        ("W-MON", "2026-03-02", "2025-03-03"),
        ("D", "2026-03-31", "2025-04-01"),
    ],
)
def test_against_the_year_before(freq: str, now: str, then: str) -> None:
    trends = table({("A", then): (40, 10, 8, 4), ("A", now): (50, 25, 20, 5)}, freq, "Europe/Stockholm")
    row = trends.changes("year").iloc[-1]
    assert (row["n_posts_against"], row["complaint_rate_against"]) == (40, 0.25)


def test_against_the_others_of_the_first_column() -> None:
    cells = {
        ("A/x", "2026-03-02"): (10, 4, 4, 1),
        ("B/x", "2026-03-02"): (20, 2, 2, 9),
        ("C/x", "2026-03-02"): (30, 3, 3, 9),
        ("B/y", "2026-03-02"): (99, 9, 9, 9),
    }
    changes = table(cells, by=("brand", "channel")).changes("others").set_index(["brand", "channel"])
    assert changes.loc[("A", "x"), "n_posts_against"] == 50
    assert changes.loc[("A", "x"), "complaint_rate_against"] == pytest.approx(0.1)
    assert np.isnan(changes.loc[("B", "y"), "complaint_rate_against"])


def test_bad_comparisons_are_refused() -> None:
    trends = table({("A", "2026-03-02"): (40, 10, 8, 4)})
    with pytest.raises(ConfigError, match="previous, year, others"):
        trends.changes("yesterday")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no others"):
        trends.collapse(()).changes("others")


def test_changes_of_nothing_are_an_empty_table() -> None:
    empty = TrendTable(("brand",), "D", "UTC", table({("A", "2026-03-02"): (1, 0, 0, 0)}).counts.iloc[:0])
    for against in ("previous", "year", "others"):
        assert empty.changes(against).empty  # type: ignore[arg-type]
    assert empty.overdispersion().empty


def test_overdispersion_is_told() -> None:
    rng = np.random.default_rng(0)
    starts = pd.date_range("2025-01-06", periods=300, freq="D").strftime("%Y-%m-%d")
    cells = {}
    for name, spread in (("calm", 1.0), ("wild", 5.0)):
        mean = np.full(300, 40.0) if spread == 1 else rng.gamma(40 / (spread - 1), spread - 1, 300)
        for start, n in zip(starts, rng.poisson(mean), strict=True):
            rate = 0.3 if spread == 1 else rng.beta(3, 7)
            cells[name, start] = (int(n), int(rng.binomial(n, rate)), 0, 0)
    told = table(cells, "D").overdispersion().set_index("brand")
    assert told.loc["calm", ["n_posts", "complaint_rate"]].tolist() == pytest.approx([1, 1], abs=0.3)
    assert told.loc["wild", "n_posts"] == pytest.approx(5, rel=0.3)
    # A beta of ten correlates two posts of a day by 1/11.
    assert told.loc["wild", "complaint_rate"] == pytest.approx(1 + 39 / 11, rel=0.4)
    total = table(cells, "D").collapse(()).overdispersion()
    assert total["n_periods"].tolist() == [299]  # the first post is known, the last day is cut
