from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.drivers.decompose import FEW, split_by
from sentilens.trends.counting import COUNT_COLUMNS, sum_counts
from sentilens.trends.intervals import Z_95
from sentilens.trends.measures import METRICS, change_interval

CHANNELS, LANGUAGES = "abcd", "xyz"


@st.composite
def sides(draw: st.DrawFn) -> pd.DataFrame:
    """Counts by channel and language; cells may be missing."""
    cells = draw(
        st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(LANGUAGES)), min_size=1, max_size=9, unique=True)
    )
    rows = []
    for channel, language in cells:
        n = draw(st.integers(1, 400))
        positive = draw(st.integers(0, n))
        negative = draw(st.integers(0, n - positive))
        units = draw(st.integers(0, 10_000 * n))
        rows.append((channel, language, n, draw(st.integers(0, n)), negative, positive, units, 0))
    return pd.DataFrame(rows, columns=["channel", "language", *COUNT_COLUMNS])


def parts(now: pd.DataFrame, before: pd.DataFrame, keys: list[str], metric: str, n_periods: int = 1) -> pd.DataFrame:
    return split_by(now, before, keys, metric, n_periods, Z_95)


@settings(max_examples=15)
@given(sides(), sides(), st.sampled_from(METRICS), st.integers(1, 8), st.sampled_from([["channel"], ["channel", "language"]]))
def test_the_parts_add_up_to_the_change(
    now: pd.DataFrame, before: pd.DataFrame, metric: str, n_periods: int, keys: list[str]
) -> None:
    table = parts(now, before, keys, metric, n_periods)
    value, then, low, high = (
        float(bound[0]) for bound in change_interval(metric, sum_counts(now, []), sum_counts(before, []), n_periods, Z_95)
    )
    assert table["total"].sum() == pytest.approx(value - then, abs=1e-9 * max(1, abs(value), abs(then)))
    first = "volume" if metric == "n_complaints" else "mix"
    np.testing.assert_array_equal(table[first] + table["rate"], table["total"])
    assert low - 1e-9 <= value - then <= high + 1e-9
    assert (table["total_low"] <= table["total"]).all()
    assert (table["total"] <= table["total_high"]).all()


@settings(max_examples=15)
@given(sides(), sides(), st.sampled_from(METRICS))
def test_swapping_the_periods_swaps_the_signs(now: pd.DataFrame, before: pd.DataFrame, metric: str) -> None:
    there, back = (parts(*pair, ["channel"], metric).set_index("channel") for pair in ((now, before), (before, now)))
    first = "volume" if metric == "n_complaints" else "mix"
    for name in (first, "rate"):
        np.testing.assert_array_equal(there[name], -back[name].reindex(there.index))


@settings(max_examples=15)
@given(sides(), sides(), st.sampled_from(METRICS), st.permutations(CHANNELS))
def test_names_do_not_matter(now: pd.DataFrame, before: pd.DataFrame, metric: str, other: list[str]) -> None:
    names = dict(zip(CHANNELS, (letter.upper() for letter in other), strict=True)) | {FEW: FEW}
    renamed = [side.assign(channel=side["channel"].map(names)) for side in (now, before)]
    mine, theirs = parts(now, before, ["channel"], metric), parts(renamed[0], renamed[1], ["channel"], metric)
    expected = mine.assign(channel=mine["channel"].map(names)).set_index("channel")["total"]
    found = theirs.set_index("channel")["total"].reindex(expected.index)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def counts(**cells: tuple[int, int]) -> pd.DataFrame:
    rows = [(name, n, k, 0, 0, 0, 0) for name, (n, k) in cells.items()]
    return pd.DataFrame(rows, columns=["channel", *COUNT_COLUMNS])


def test_more_posts_from_an_angry_channel_are_mix() -> None:
    table = parts(
        counts(mail=(300, 240), shop=(100, 20)), counts(mail=(100, 80), shop=(100, 20)), ["channel"], "complaint_rate"
    )
    assert table["rate"].tolist() == [0.0, 0.0]
    # The share of mail grows from 1/2 to 3/4; both channels did their part of it.
    assert table["mix"].sum() == pytest.approx(0.65 - 0.5)
    assert (table["mix"] > 0).all()


def test_an_angrier_channel_is_rate() -> None:
    table = parts(counts(mail=(100, 90), shop=(100, 20)), counts(mail=(100, 40), shop=(100, 20)), ["channel"], "complaint_rate")
    assert table.set_index("channel")["rate"].to_dict() == pytest.approx({"mail": 0.25, "shop": 0.0})
    assert table["mix"].abs().sum() == 0


def test_a_new_channel_is_mix_and_numbers_are_volume() -> None:
    now, before = counts(mail=(100, 40), chat=(50, 45)), counts(mail=(200, 80))
    table = parts(now, before, ["channel"], "complaint_rate").set_index("channel")
    assert table.loc["chat", "rate"] == 0
    assert table["total"].sum() == pytest.approx(85 / 150 - 0.4)
    numbers = parts(now, before, ["channel"], "n_complaints", n_periods=4).set_index("channel")
    assert numbers["volume"].to_dict() == pytest.approx({"chat": 45, "mail": 20})
    assert numbers["n_posts_before"].to_dict() == {"chat": 0, "mail": 50}


def test_cells_of_few_posts_are_one() -> None:
    table = parts(counts(a=(100, 40), b=(2, 1), c=(1, 1)), counts(a=(90, 30), c=(1, 0)), ["channel"], "complaint_rate")
    assert sorted(table["channel"]) == [FEW, "a"]
    assert table.set_index("channel").loc[FEW, "n_posts"] == 3
