from __future__ import annotations

import functools
import operator
import pickle
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.errors import ConfigError, DataQualityWarning, InputError, MissingColumnsError
from sentilens.trends import TrendTable, compute_trends
from sentilens.trends.table import TREND_COLUMNS

LABELS = ("negative", "neutral", "positive")


def posts(rows: list[tuple[object, object, str, float]], **columns: object) -> pd.DataFrame:
    """Scored posts of (created_at, brand, sentiment, complaint probability); complaints from 0.5 on."""
    frame = pd.DataFrame(rows, columns=["created_at", "brand", "sentiment", "complaint_probability"])
    return frame.assign(
        **{
            "channel": "forum",
            "status": "ok",
            "sentiment_score": frame["sentiment"].map({"negative": -0.5, "neutral": 0.0, "positive": 0.5}),
            "is_complaint": frame["complaint_probability"] >= 0.5,
            **columns,
        }
    )


WEEK = posts(
    [
        ("2026-03-02T08:00Z", "Telmira", "negative", 0.9),
        ("2026-03-03T08:00Z", "Telmira", "positive", 0.1),
        ("2026-03-04T08:00Z", "Nordkraft", "neutral", 0.2),
        ("2026-03-05T08:00Z", "Telmira", "negative", 0.80004),
        ("2026-03-22T20:00Z", "Nordkraft", "positive", 0.3),
    ]
)


def test_figures_by_hand() -> None:
    frame = compute_trends(WEEK, by="brand").to_frame()
    assert list(frame.columns) == ["brand", *TREND_COLUMNS]
    assert frame["brand"].tolist() == ["Nordkraft"] * 3 + ["Telmira"] * 3
    assert frame["period_start"].dt.strftime("%m-%d").tolist() == ["03-02", "03-09", "03-16"] * 2
    assert frame["n_posts"].tolist() == [1, 0, 1, 3, 0, 0]
    assert frame["n_complaints"].tolist() == [0, 0, 0, 2, 0, 0]
    first = frame.iloc[3]
    assert first["complaint_rate"] == pytest.approx(2 / 3)
    assert first["complaint_rate_low"] < 2 / 3 < first["complaint_rate_high"]
    assert first["mean_complaint_probability"] == pytest.approx((0.9 + 0.1 + 0.8) / 3)  # in whole 1e-4
    assert first["net_sentiment"] == pytest.approx(-1 / 3)
    assert first["share_of_voice"] == pytest.approx(3 / 4)
    assert frame.loc[1, ["complaint_rate", "net_sentiment", "share_of_voice", "complaint_rate_low"]].isna().all()
    assert not frame["partial"].any()


def test_the_total() -> None:
    frame = compute_trends(WEEK, by=()).to_frame()
    assert list(frame.columns) == list(TREND_COLUMNS)
    assert frame["n_posts"].tolist() == [4, 0, 1]
    assert frame["share_of_voice"].tolist() == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)


def test_every_row_is_accounted_for() -> None:
    frame = posts(
        [
            ("2026-03-02", "A", "neutral", 0.1),
            (None, "A", "neutral", 0.1),
            ("2026-03-02", "A", "neutral", 0.1),
            ("2026-03-02", "A", "neutral", 0.1),
            ("2026-03-02", "A", "neutral", 0.1),
            ("2026-03-02", "A", "unheard-of", 0.1),
            ("2026-03-02", "A", "neutral", float("nan")),
        ],
        status=["ok", "low_confidence", "empty", "ok", "unsupported_language", "ok", "ok"],
        owned=[False, None, None, True, True, None, None],
    )
    with pytest.warns(DataQualityWarning, match=r"1 of 2 scored posts have no date") as caught:
        table = compute_trends(frame)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert (table.n_posts, table.n_undated, table.n_unscored, table.n_owned) == (1, 1, 3, 2)


def test_missing_groups_have_a_name() -> None:
    frame = posts([("2026-03-02", b, "neutral", 0.1) for b in ("A", None, "", "  ", float("nan"))])
    assert compute_trends(frame, by="brand").to_frame()["brand"].tolist() == ["(none)", "A"]
    ratings = WEEK.assign(rating=[1.0, 5.0, None, 4.5, 1.0])
    names = compute_trends(ratings, by="rating").to_frame()["rating"]
    assert names.unique().tolist() == ["(none)", "1", "4.5", "5"]
    as_integers = compute_trends(WEEK.assign(rating=[1, 5, 3, 4, 1]), by="rating").to_frame()["rating"]
    assert as_integers.unique().tolist() == ["1", "3", "4", "5"]


@pytest.mark.parametrize("kind", [bool, "boolean", "text"])
def test_flags_may_come_from_a_csv_file(kind: object) -> None:
    flags = WEEK["is_complaint"]
    flags = flags.map({True: "True", False: "False"}) if kind == "text" else flags.astype(kind)  # type: ignore[call-overload]
    assert compute_trends(WEEK.assign(is_complaint=flags)) == compute_trends(WEEK)


def test_dates_may_be_times_or_text_and_the_index_anything() -> None:
    expected = compute_trends(WEEK)
    assert compute_trends(WEEK.assign(created_at=pd.to_datetime(WEEK["created_at"]))) == expected
    moved = pd.to_datetime(WEEK["created_at"]).dt.tz_convert("Asia/Tokyo")
    assert compute_trends(WEEK.assign(created_at=moved).set_index(pd.Index([7] * 5))) == expected


days = st.integers(0, 40).map(lambda day: pd.Timestamp("2026-03-01", tz="UTC") + pd.Timedelta(hours=7 * day))
rows = st.tuples(
    st.none() | days,
    st.sampled_from(["A", "B", None]),
    st.sampled_from(LABELS),
    st.floats(0, 1, allow_nan=False),
)


@settings(max_examples=60)
@given(st.lists(rows, max_size=25), st.lists(st.integers(0, 3), min_size=25, max_size=25), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(
    data: list[tuple[object, object, str, float]], part_of: list[int], random: object
) -> None:
    frame = posts(data)
    parts = [frame[np.array(part_of[: len(frame)]) == part] for part in range(4)]
    random.shuffle(parts)  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        whole = compute_trends(frame, by=("brand", "channel"), freq="D", timezone="Europe/Berlin")
        tables = [compute_trends(part, freq="D", timezone="Europe/Berlin") for part in parts]
        alone = compute_trends(frame, by="brand", freq="D", timezone="Europe/Berlin")
    assert sum(tables) == whole
    assert functools.reduce(operator.add, reversed(tables)) == whole
    pd.testing.assert_frame_equal(sum(tables).to_frame(), whole.to_frame(), check_exact=True)  # type: ignore[union-attr]
    assert whole.collapse("brand") == alone
    assert (whole.n_posts, whole.n_undated) == (frame["created_at"].notna().sum(), frame["created_at"].isna().sum())


def test_unlike_tables_do_not_add() -> None:
    for other in (compute_trends(WEEK, by="brand"), compute_trends(WEEK, freq="D")):
        with pytest.raises(ConfigError, match="cannot be added"):
            compute_trends(WEEK) + other
    with pytest.raises(TypeError):
        compute_trends(WEEK) + 1  # type: ignore[operator]
    assert compute_trends(WEEK) != compute_trends(WEEK.iloc[:-1])
    assert compute_trends(WEEK) != 0


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-02T23:00Z", "2026-03-22T01:00Z", []),  # within a day of Monday and of Sunday's end
        ("2026-03-03T01:00Z", "2026-03-22T01:00Z", ["03-02"]),
        ("2026-03-02T23:00Z", "2026-03-21T23:00Z", ["03-16"]),
        ("2026-03-04T12:00Z", "2026-03-05T12:00Z", ["03-02"]),
    ],
)
def test_the_first_and_the_last_period_may_be_cut(first: str, last: str, expected: list[str]) -> None:
    table = compute_trends(posts([(moment, "A", "neutral", 0.1) for moment in (first, last)]), by="brand")
    frame = table.to_frame()
    assert frame.loc[frame["partial"], "period_start"].dt.strftime("%m-%d").tolist() == expected


def test_a_quiet_night_does_not_cut_a_day() -> None:
    frame = posts([("2026-03-02T05:30Z", "A", "neutral", 0.1), ("2026-03-02T18:30Z", "A", "neutral", 0.1)])
    assert compute_trends(frame, freq="D").to_frame()["partial"].tolist() == [False]
    assert compute_trends(frame.iloc[:1], freq="D").to_frame()["partial"].tolist() == [True]


def test_nothing_at_all() -> None:
    with pytest.warns(DataQualityWarning):
        undated = compute_trends(WEEK.assign(created_at=None))
    for table in (undated, compute_trends(WEEK.iloc[:0])):
        frame = table.to_frame()
        assert frame.empty
        assert frame.dtypes.astype(str).to_dict() == compute_trends(WEEK).to_frame().dtypes.astype(str).to_dict()
        assert "no periods" in repr(table)
        assert "<table" in table._repr_html_()
        assert table.collapse().to_frame().empty
    assert undated + compute_trends(WEEK) == compute_trends(WEEK) + undated
    assert undated.n_undated == 5


def test_errors_say_what_to_do() -> None:
    with pytest.raises(MissingColumnsError, match=r"'is_complaint'.*model\.score"):
        compute_trends(WEEK.drop(columns="is_complaint"))
    with pytest.raises(MissingColumnsError, match=r"'region'.*`by`"):
        compute_trends(WEEK, by=("brand", "region"))
    with pytest.raises(InputError, match="DataFrame"):
        compute_trends([1, 2])  # type: ignore[arg-type]
    for by in (("brand", "brand"), "n_posts", ("brand", 3), None):
        with pytest.raises(ConfigError, match="cannot name the groups"):
            compute_trends(WEEK, by=by)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no group 'language'"):
        compute_trends(WEEK).collapse("language")


def test_a_stray_date_does_not_fill_the_memory() -> None:
    many = posts([("2026-03-02", f"brand {i}", "neutral", 0.1) for i in range(5000)])
    stray = pd.concat([many, posts([("1970-01-01", "A", "neutral", 0.1)])], ignore_index=True)
    with pytest.raises(ConfigError, match="1970-01-01") as caught:
        compute_trends(stray, by="brand", freq="D").to_frame()
    assert caught.value.reason == "too_many_rows"
    sparse = compute_trends(stray, by="brand", freq="D").to_frame(empty_rows=False)
    assert len(sparse) == 5001
    assert sparse["share_of_voice"].sum() == pytest.approx(2)
    assert len(compute_trends(many, by="brand").to_frame()) == 5000


def test_a_table_shows_itself_and_travels() -> None:
    table = compute_trends(WEEK.assign(brand="<script>"), timezone="Europe/Oslo")
    assert "5 posts, 3 periods, 2026-03-02 to 2026-03-16" in repr(table)
    assert "<script>" not in table._repr_html_()
    assert pickle.loads(pickle.dumps(table)) == table
    assert isinstance(table, TrendTable)
    with pytest.raises(AttributeError):
        table.freq = "D"  # type: ignore[misc]


def test_many_posts_are_counted_fast() -> None:
    rng = np.random.default_rng(0)
    n = 300_000
    frame = pd.DataFrame(
        {
            "created_at": pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 10**7, n), unit="s"),
            "brand": rng.choice(["A", "B", "C"], n),
            "channel": rng.choice(["x", "y"], n),
            "status": "ok",
            "sentiment": rng.choice(LABELS, n),
            "sentiment_score": 0.1,
            "complaint_probability": rng.random(n),
            "is_complaint": rng.random(n) < 0.2,
        }
    )
    begun = time.process_time()
    table = compute_trends(frame, timezone="Europe/Stockholm")
    assert time.process_time() - begun < 2  # a fifth of a second where nothing else runs
    assert table.to_frame()["n_posts"].sum() == n


RATED = WEEK.assign(rating=[1, 5, None, "2.5", None], severity=[3, 0, 0, 2, None])


def test_ratings_and_severities_where_there_are_any() -> None:
    frame = compute_trends(RATED, by="brand").to_frame().set_index(["brand", "period_start"])
    first = frame.xs("Telmira").iloc[0]
    assert first["mean_rating"] == pytest.approx(8.5 / 3)
    assert first[[f"n_severity_{level}" for level in range(5)]].tolist() == [1, 0, 1, 1, 0]
    assert frame.xs("Nordkraft")["mean_rating"].isna().all()
    assert frame.xs("Nordkraft")["n_severity_0"].tolist() == [1, 0, 0]
    empty = WEEK.assign(rating=None, severity="")
    assert list(compute_trends(empty, by="brand").to_frame().columns) == ["brand", *TREND_COLUMNS]


def test_severity_by_the_most_probable_level() -> None:
    chances = {f"severity_{level}": [0.6 if level == 4 else 0.1] * 4 + [None] for level in range(5)}
    frame = compute_trends(WEEK.assign(**chances), by=()).to_frame()
    assert frame["n_severity_4"].tolist() == [4, 0, 0]
    assert frame["n_severity_0"].tolist() == [0, 0, 0]


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from([None, 1, 3.3, 5]), st.sampled_from([None, 0, 2, 4])), min_size=2, max_size=4))
def test_parts_with_and_without_ratings_add_up(values: list[tuple[object, object]]) -> None:
    frame = posts([("2026-03-02T08:00Z", "A", "neutral", 0.1)] * len(values)).assign(
        rating=[rating for rating, _ in values], severity=[severity for _, severity in values]
    )
    whole = compute_trends(frame, by="brand", freq="D")
    parts = [compute_trends(frame.iloc[[at]], by="brand", freq="D") for at in range(len(frame))]
    assert sum(parts) == whole
    assert sum(reversed(parts)) == whole
    pd.testing.assert_frame_equal(sum(parts).to_frame(), whole.to_frame(), check_exact=True)  # type: ignore[union-attr]


def test_thin_cells_keep_their_counts_and_lose_their_rates() -> None:
    frame = compute_trends(RATED, by="brand").to_frame(min_count=2)
    assert frame["suppressed"].tolist() == [True, True, True, False, True, True]
    rates = [name for name in frame.columns if name.startswith(("complaint_rate", "net_", "mean_"))]
    assert len(rates) == 8
    assert frame.loc[frame["suppressed"], rates].isna().all(axis=None)
    assert frame.loc[3, rates].notna().all()
    assert frame["n_posts"].tolist() == [1, 0, 1, 3, 0, 0]
    assert "suppressed" not in compute_trends(RATED, by="brand").to_frame()


def test_any_column_makes_groups() -> None:
    scored = WEEK.drop(columns=["brand", "channel"]).assign(language="sv", topic=["price", None, "price", "app", "app"])
    frame = compute_trends(scored, by=("language", "topic"), freq="MS").to_frame()
    assert frame[["language", "topic", "n_posts"]].to_numpy().tolist() == [
        ["sv", "(none)", 1],
        ["sv", "app", 2],
        ["sv", "price", 2],
    ]
    with pytest.raises(MissingColumnsError, match=r"no column 'brand', 'channel'; they have"):
        compute_trends(scored)


def several() -> pd.DataFrame:
    return posts([("2026-03-02T09:00Z", None, "negative", 0.6)] * 6).assign(
        brand=["A", "A", "B", "A", "C", None],
        brands=["A|B", "A", "B", "A|B|C", "C", None],
        channel=["x", "x", "x", "y", "y", "y"],
        created_at=["2026-03-02T09:00Z"] * 4 + ["2026-03-10T09:00Z"] * 2,
    )


def test_a_post_counts_for_each_of_its_brands_and_once_in_totals() -> None:
    table = compute_trends(several())
    sizes = table.collapse("brand").counts.groupby("brand")["n_posts"].sum()
    assert sizes.to_dict() == {"A": 3, "B": 3, "C": 2, "(none)": 1}
    assert (table.n_posts, table.n_repeats) == (6, 3)
    for by in ((), "channel"):
        assert table.collapse(by) == compute_trends(several(), by)
        assert table.collapse(by).n_repeats == 0
    assert table.collapse("brand") == compute_trends(several(), "brand")
    assert table.collapse("brand").collapse(()) == compute_trends(several(), ())
    first_only = compute_trends(several(), "brand", explode_brands=False)
    assert first_only.counts.groupby("brand")["n_posts"].sum().to_dict() == {"A": 3, "B": 1, "C": 1, "(none)": 1}


@pytest.mark.parametrize("cut", range(7))
def test_tables_of_posts_with_several_brands_add_up(cut: int) -> None:
    scored = several()
    parts = [compute_trends(scored.iloc[:cut]), compute_trends(scored.iloc[cut:])]
    assert sum(parts) == parts[1] + parts[0] == compute_trends(scored)
    assert sum(parts).collapse("channel") == compute_trends(scored, "channel")


@pytest.mark.parametrize("missing", [None, "", float("nan")])
def test_copies_and_own_posts_are_left_out_unless_asked_for(missing: object) -> None:
    scored = posts([("2026-03-02", "A", "negative", 0.6)] * 5).assign(
        copy_of=[missing, "1", "1", missing, missing], owned=[None, True, None, None, True]
    )
    table = compute_trends(scored)
    assert (table.n_posts, table.n_owned, table.n_copies) == (2, 2, 1)
    assert "1 copies" in repr(table)
    assert (table + table).n_copies == 2
    assert compute_trends(scored, include_copies=True).n_posts == 3
    assert compute_trends(scored, include_owned=True).n_posts == 3  # a copy among them
    whole = compute_trends(scored, include_owned=True, include_copies=True)
    assert (whole.n_posts, whole.n_owned, whole.n_copies) == (5, 0, 0)
