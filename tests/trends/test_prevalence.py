from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import ConfigError, MissingColumnsError
from sentilens.trends import compute_trends
from sentilens.trends.prevalence import ErrorRates, corrected_rates, read_error_rates

FACTS = {
    "complaint": {
        "all": {"sensitivity": 0.8, "specificity": 0.9, "n_positive": 400, "n_negative": 900},
        "sv": {"sensitivity": 0.9, "specificity": 0.95, "n_positive": 500, "n_negative": 800},
    }
}
CORRECTED = ["complaint_rate_corrected", "complaint_rate_corrected_low", "complaint_rate_corrected_high"]


def posts(languages: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Make scored posts of a day: language -> (posts, complaints)."""
    rows = [(code, i < k) for code, (n, k) in languages.items() for i in range(n)]
    frame = pd.DataFrame(rows, columns=["language", "is_complaint"])
    return frame.assign(
        created_at="2026-03-02T12:00Z",
        brand="Telmira",
        status="ok",
        sentiment="neutral",
        sentiment_score=0.0,
        complaint_probability=frame["is_complaint"].astype(float),
    )


def test_the_adjusted_count_by_hand() -> None:
    frame = compute_trends(posts({"sv": (100, 40), "da": (50, 20)}), "brand", "D", error_rates=FACTS).to_frame()
    swedish, danish = (0.4 + 0.95 - 1) / 0.85, (0.4 + 0.9 - 1) / 0.7
    row = frame.iloc[0]
    assert row["complaint_rate_corrected"] == pytest.approx((100 * swedish + 50 * danish) / 150)
    assert row["complaint_rate"] == pytest.approx(0.4)
    low, high = row[CORRECTED[1]], row[CORRECTED[2]]
    assert low < row["complaint_rate_corrected"] < high
    assert high - low > row["complaint_rate_high"] - row["complaint_rate_low"]


def test_a_perfect_classifier_changes_nothing() -> None:
    perfect = {"complaint": {"all": {"sensitivity": 1, "specificity": 1, "n_positive": 10**6, "n_negative": 10**6}}}
    row = compute_trends(posts({"sv": (200, 50)}), "brand", "D", error_rates=perfect).to_frame().iloc[0]
    assert row["complaint_rate_corrected"] == pytest.approx(0.25)
    assert row[CORRECTED[1]] == pytest.approx(row["complaint_rate_low"], abs=0.005)
    assert row[CORRECTED[2]] == pytest.approx(row["complaint_rate_high"], abs=0.005)


def test_facts_come_with_the_model_card() -> None:
    scored = posts({"sv": (10, 4)})
    assert "complaint_rate_corrected" not in compute_trends(scored, "brand", "D").to_frame()
    scored.attrs["model_card"] = {"model_id": "m", "error_rates": FACTS}
    assert compute_trends(scored, "brand", "D").to_frame()["complaint_rate_corrected"].notna().all()


def test_null_where_the_facts_are_not_there() -> None:
    swedish = {"complaint": {"sv": FACTS["complaint"]["sv"]}}
    scored = pd.concat([posts({"sv": (10, 4)}), posts({"sv": (10, 4), "is": (1, 0)}).assign(brand="Voltvik")])
    frame = compute_trends(scored, "brand", "D", error_rates=swedish).to_frame().set_index("brand")
    assert frame.loc["Telmira", CORRECTED].notna().all()
    assert frame.loc["Voltvik", CORRECTED].isna().all()
    coin = {"complaint": {"all": {"sensitivity": 0.55, "specificity": 0.5, "n_positive": 99, "n_negative": 99}}}
    assert compute_trends(scored, "brand", "D", error_rates=coin).to_frame()[CORRECTED].isna().all(axis=None)


def test_corrected_rates_stay_shares() -> None:
    scored = pd.concat([posts({"sv": (30, 0)}), posts({"sv": (30, 30)}).assign(brand="Voltvik")])
    frame = compute_trends(scored, "brand", "D", error_rates=FACTS).to_frame()
    assert frame["complaint_rate_corrected"].tolist() == [0.0, 1.0]
    assert frame[CORRECTED].to_numpy().min() >= 0
    assert frame[CORRECTED].to_numpy().max() <= 1
    assert (frame[CORRECTED[1]] < frame[CORRECTED[2]]).all()


def test_parts_of_the_same_model_add_up_and_those_of_others_have_no_correction() -> None:
    scored = posts({"sv": (30, 10), "de": (20, 3), "da": (5, 5)}).sample(frac=1, random_state=0)
    whole = compute_trends(scored, "brand", "D", error_rates=FACTS)
    parts = [compute_trends(scored.iloc[part::3], "brand", "D", error_rates=FACTS) for part in range(3)]
    assert sum(parts) == whole
    other = compute_trends(scored, "brand", "D", error_rates={"complaint": {"all": FACTS["complaint"]["sv"]}})
    mixed = whole + other
    assert mixed == other + whole
    assert not set(CORRECTED) & set(mixed.to_frame().columns)
    assert not any("@" in name for name in mixed.counts.columns)
    assert mixed.to_frame()["n_posts"].tolist() == [110]


@pytest.mark.parametrize(
    "table",
    [
        {"complaint": {"sv": {"sensitivity": 0.9}}},
        {"complaint": {"sv": {"sensitivity": 1.2, "specificity": 0.9, "n_positive": 9, "n_negative": 9}}},
        {"complaint": {"sv": {"sensitivity": 0.8, "specificity": 0.9, "n_positive": 0, "n_negative": 9}}},
        {"complaint": {"sv": {"sensitivity": "high", "specificity": 0.9, "n_positive": 4, "n_negative": 9}}},
        {"complaint": {"sv": 0.9}},
        {"complaint": [0.9]},
    ],
)
def test_other_forms_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="n_negative") as caught:
        read_error_rates(table)
    assert caught.value.reason == "bad_error_rates"


def test_languages_must_be_known() -> None:
    with pytest.raises(MissingColumnsError, match="language"):
        compute_trends(posts({"sv": (3, 1)}).drop(columns="language"), "brand", "D", error_rates=FACTS)
    assert read_error_rates(None) == read_error_rates({}) == read_error_rates({"sentiment": {}}) == {}


def test_the_interval_covers() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        truth = rng.uniform(0.05, 0.5)
        facts = ErrorRates(rng.binomial(300, 0.8) / 300, rng.binomial(700, 0.92) / 700, 300, 700)
        k = rng.binomial(200, truth * 0.8 + (1 - truth) * 0.08)
        counts = pd.DataFrame({"n_posts": [200], "n_posts@all": [200], "n_complaints@all": [k]})
        _, low, high = corrected_rates(counts, {"all": facts})
        held += bool(low[0] <= truth <= high[0])
    assert 0.92 <= held / 400 <= 0.98
