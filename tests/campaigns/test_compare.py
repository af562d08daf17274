from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import sentilens as sl
from sentilens.campaigns import PeriodComparison
from sentilens.errors import ConfigError, InputError, MissingColumnsError
from sentilens.wording import READER_LANGUAGES

MONDAY = pd.Timestamp("2026-01-05", tz="UTC")
RISE = "2026-04-20"
RATES = {"Telmira": (0.3, 0.3), "Voltvik": (0.3, 0.7), "Svippo": (0.4, 0.4)}


def posts(rates: dict[str, tuple[float, float]] = RATES, per_week: int = 30, seed: int = 2) -> pd.DataFrame:
    """Half a year of posts; complaint rates change with the sixteenth week."""
    rng = np.random.default_rng(seed)
    rows = []
    for brand, pair in rates.items():
        for week in range(26):
            for _ in range(rng.poisson(per_week)):
                moment = MONDAY + pd.Timedelta(weeks=week, minutes=int(rng.integers(0, 7 * 24 * 60)))
                rows.append((moment, brand, bool(rng.random() < pair[week >= 15])))
    frame = pd.DataFrame(rows, columns=["created_at", "brand", "is_complaint"])
    complaint = frame["is_complaint"]
    return frame.assign(
        status="ok",
        sentiment=np.where(complaint, "negative", "neutral"),
        sentiment_score=np.where(complaint, -0.8, 0.1),
        complaint_probability=np.where(complaint, 0.9, 0.1),
    )


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return posts()


def compare(scored: object, date: object = RISE, **options: object) -> PeriodComparison:
    return sl.compare_periods(scored, date, **{"brand": "voltvik", **options})  # type: ignore[arg-type]


def test_a_rise_is_found_and_others_did_not_move(scored: pd.DataFrame) -> None:
    rise = compare(scored)
    assert (rise.brand, rise.controls, rise.block_days) == ("Voltvik", ("Svippo", "Telmira"), 7)
    assert (rise.n_blocks_before, rise.n_blocks) == (8, 8)
    assert rise.verdict == "change"
    weeks = (scored["created_at"] - pd.Timestamp(RISE, tz="UTC")) / pd.Timedelta(weeks=1)
    mine = scored["is_complaint"].where(scored["brand"] == "Voltvik")
    after, before = (mine[(weeks >= start) & (weeks < start + 8)].mean() for start in (0, -8))
    assert rise.change.value == pytest.approx(after - before)
    assert rise.change.low < 0.4 < rise.change.high
    assert rise.against_controls is not None
    assert rise.control_change is not None
    assert rise.against_controls.value == pytest.approx(rise.change.value - rise.control_change.value)
    assert rise.table["role"].tolist() == ["brand", "control", "control", "controls"]
    assert rise.table["n_posts"].iloc[1:3].sum() == rise.table["n_posts"].iloc[3]
    assert len(rise.placebos) == 8
    assert rise.placebo_share < 0.3
    assert json.loads(json.dumps(rise.to_dict()))["verdict"] == "change"


def test_what_others_do_too_is_no_change_of_its_own() -> None:
    alike = compare(posts(dict.fromkeys(RATES, (0.3, 0.6))))
    assert alike.change.clear
    assert alike.verdict == "like_others"
    assert compare(posts(dict.fromkeys(RATES, (0.3, 0.6))), controls=()).verdict == "change"


def test_nothing_happened(scored: pd.DataFrame) -> None:
    calm = compare(scored, brand="Telmira", controls=["Svippo"])
    assert calm.verdict == "no_clear_change"
    assert "may be chance" in " ".join(calm.sentences())


@pytest.mark.parametrize("metric", ["net_sentiment", "mean_complaint_probability", "n_complaints", "n_posts"])
def test_other_metrics(scored: pd.DataFrame, metric: str) -> None:
    rise = compare(scored, metric=metric)
    assert rise.verdict == ("no_clear_change" if metric == "n_posts" else "change")
    if metric == "n_complaints":
        assert rise.change.low < 0.7 / 0.3 - 1 < rise.change.high


def test_a_frame_its_trends_and_chunks_say_the_same(scored: pd.DataFrame) -> None:
    whole = json.dumps(compare(scored).to_dict())
    daily = sl.compute_trends(scored, by=("brand",), freq="D")
    assert json.dumps(compare(daily).to_dict()) == whole
    assert json.dumps(compare(scored.iloc[start : start + 700] for start in range(0, len(scored), 700)).to_dict()) == whole
    weekly = compare(sl.compute_trends(scored, by="brand"))
    assert weekly.block_days is None
    assert weekly.change.value == pytest.approx(compare(scored).change.value)


def test_short_windows_are_compared_by_the_day(scored: pd.DataFrame) -> None:
    short = compare(scored, before="20D", after="2W")
    assert (short.block_days, short.n_blocks_before, short.n_blocks) == (1, 20, 14)
    ended = compare(scored, end="2026-04-29")
    assert (ended.block_days, ended.n_blocks) == (1, 10)


def test_all_posts_without_brands(scored: pd.DataFrame) -> None:
    total = compare(scored.drop(columns="brand"), brand=None)
    assert total.brand is None
    assert total.against_controls is None
    assert total.table["role"].tolist() == ["all"]
    assert total.verdict == "change"
    with pytest.raises(MissingColumnsError):
        compare(scored.drop(columns="brand"))


@pytest.mark.parametrize("language", READER_LANGUAGES)
def test_sentences_in_every_language(scored: pd.DataFrame, language: str) -> None:
    sentences = compare(scored, label="price rise").sentences(language)
    assert len(sentences) == 4
    assert sentences[0].startswith("Voltvik (price rise)")
    assert "Svippo" in sentences[1]


def test_too_little() -> None:
    few = compare(posts().loc[lambda frame: frame["created_at"] < pd.Timestamp("2026-05-02", tz="UTC")])
    assert few.n_blocks == 1
    assert few.verdict == "too_little"
    assert len(few.sentences()) == 1
    one = pd.concat([posts().iloc[[0]], posts().iloc[[-1]]]).assign(brand="Voltvik")
    assert compare(one).verdict == "too_little"
    assert "too_little" in repr(compare(one))


def test_posts_that_are_all_the_same(scored: pd.DataFrame) -> None:
    same = compare(scored.assign(is_complaint=False))
    assert same.change.value == 0
    assert same.verdict == "no_clear_change"


@pytest.mark.parametrize(
    ("change", "options", "error", "reason"),
    [
        ({"created_at": None}, {}, InputError, "no_dates"),
        ({}, {"date": "2031-01-01"}, InputError, "period_outside"),
        ({}, {"date": "2019-01-01"}, InputError, "period_outside"),
        ({}, {"date": "soon"}, ConfigError, "bad_date"),
        ({}, {"brand": "Telia"}, ConfigError, "unknown_group"),
        ({}, {"controls": ["Telia"]}, ConfigError, "unknown_group"),
        ({}, {"brand": None, "controls": ["Svippo"]}, ConfigError, "no_brand"),
        ({}, {"before": "eight weeks"}, ConfigError, "bad_window"),
        ({}, {"end": "2026-04-01"}, ConfigError, "bad_window"),
        ({}, {"metric": "joy"}, ConfigError, "unknown_metric"),
    ],
)
def test_questions_that_cannot_be_answered(
    scored: pd.DataFrame, change: dict[str, object], options: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        compare(scored.assign(**change), **options)
    assert getattr(caught.value, "reason", None) == reason
