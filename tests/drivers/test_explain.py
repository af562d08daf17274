from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sentilens as sl
from sentilens.errors import ConfigError, InputError, MissingColumnsError
from sentilens.schema import PLACEHOLDERS
from sentilens.trends.measures import METRICS
from sentilens.wording import READER_LANGUAGES

MONDAY = pd.Timestamp("2026-01-05T10:00Z")
THINGS = "lampan bordet stolen väskan mattan kappan skålen burken pennan boken tröjan hatten muggen soffan".split()
VERBS = "gungar skaver luktar knarrar läcker bleknar rostar skramlar".split()


def posts(outage: int = 40) -> pd.DataFrame:
    """Nine weeks of two brands; in the last, complaints about antennas come to one of them by mail."""
    rng = np.random.default_rng(3)
    rows = []
    for week in range(9):
        for brand in ("Telmira", "Voltvik"):
            for number in range(24):
                words = [*rng.choice(THINGS, 3, replace=False), rng.choice(VERBS)]
                complaint = number % 3 == 0
                time = MONDAY + pd.Timedelta(weeks=week, hours=float(rng.uniform(0, 150)))
                rows.append((" ".join(words), time, brand, ("twitter", "email")[number % 2], "product_quality", complaint))
    for number in range(outage):
        said = f"antennerna ligger {rng.choice(THINGS)} {rng.choice(THINGS)} {rng.choice(VERBS)} ring 070-174 06 {number % 10}{number % 7}"
        time = MONDAY + pd.Timedelta(weeks=8, hours=float(rng.uniform(0, 150)))
        rows.append((said, time, "Telmira", "email", "outage_reliability", True))
    frame = pd.DataFrame(rows, columns=["text", "created_at", "brand", "channel", "topic", "is_complaint"])
    complaint = frame["is_complaint"]
    return frame.assign(
        language="sv",
        author=[f"a{number}" for number in range(len(frame))],
        status="ok",
        sentiment=np.where(complaint, "negative", "neutral"),
        sentiment_score=np.where(complaint, -0.8, 0.1),
        complaint_probability=np.where(complaint, 0.9, 0.1),
    )


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return posts()


def explain(scored: object, **options: object) -> sl.ChangeExplanation:
    return sl.explain_change(scored, **{"period": "2026-03-04", "within": {"brand": "telmira"}, **options})  # type: ignore[arg-type]


def test_an_outage_is_explained(scored: pd.DataFrame) -> None:
    why = explain(scored)
    assert (why.n_posts, why.n_posts_before, why.n_periods_before) == (64, 192, 8)
    assert why.value == pytest.approx(48 / 64)
    assert why.clear
    tops = why.table.groupby("dimension")["cell"].first().to_dict()
    assert tops == {"channel": "email", "topic": "outage_reliability", "language": "sv"}
    assert why.split["mix"].add(why.split["rate"]).to_numpy() == pytest.approx(why.change)
    assert why.words["word"].iloc[0] in {"antennerna", "antennerna ligger"}
    assert why.topics["topic"].iloc[0] == "outage_reliability"
    assert len(why.posts) == 4
    assert all("antennerna" in post.text and PLACEHOLDERS["phone"] in post.text for post in why.posts)
    assert len({post.text for post in why.posts}) == 4


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_split_exactly(scored: pd.DataFrame, metric: str) -> None:
    why = explain(scored, metric=metric, over=("channel", "topic"))
    for name in why.over:
        assert why.table.loc[why.table["dimension"] == name, "total"].sum() == pytest.approx(why.change)
    assert why.joint["total"].sum() == pytest.approx(why.change)
    assert list(why.split["dimension"]) == ["channel", "topic", "(all)"]
    assert why.clear


def test_chunks_and_their_order_do_not_matter(scored: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    def chunks() -> Iterator[pd.DataFrame]:
        mixed = scored.sample(frac=1, random_state=1)
        yield from (mixed.iloc[start : start + 130] for start in range(0, len(mixed), 130))

    for limit in (5_000, 30):
        monkeypatch.setattr("sentilens.drivers.gather.MAX_TEXTS", dict.fromkeys(("now", "before", "elsewhere"), limit))
        whole, parted = explain(scored), explain(chunks())
        assert json.dumps(whole.to_dict()) == json.dumps(parted.to_dict())


def test_copies_and_own_posts_do_not_count(scored: pd.DataFrame) -> None:
    more = pd.concat([scored, scored.assign(owned=True), scored.assign(copy_of="x")], ignore_index=True)
    assert explain(more).to_dict() == explain(scored).to_dict()


def test_the_same_sentence_over_and_over_is_one_voice() -> None:
    calm = posts(outage=0)
    storm = calm.iloc[:20].assign(
        text="teleskopet gnisslar gnisslar hela natten lång", created_at=MONDAY + pd.Timedelta(weeks=8), is_complaint=True
    )
    assert explain(pd.concat([calm, storm], ignore_index=True)).words.empty


def test_quiet_weeks_say_so() -> None:
    why = explain(posts(outage=0))
    assert not why.clear
    assert why.words.empty
    assert "may be chance" in why.sentences()[0]


@pytest.mark.parametrize("language", READER_LANGUAGES)
def test_sentences_and_plots_in_every_language(scored: pd.DataFrame, language: str) -> None:
    import matplotlib.pyplot as plt

    why = explain(scored)
    sentences = why.sentences(language)
    assert 2 <= len(sentences) <= 4
    assert "antennerna" in " ".join(sentences)
    left, right = why.plot(language)
    labels = [[text.get_text() for text in ax.get_yticklabels()] for ax in (left, right)]
    assert len(left.patches) == 2 * len(labels[0])
    assert labels[1] == why.words["word"].head(12).tolist()
    plt.close("all")


def test_a_fall_is_told_by_what_went() -> None:
    later = posts().assign(created_at=lambda frame: 2 * MONDAY.value - frame["created_at"].astype("int64"))
    later["created_at"] = pd.to_datetime(later["created_at"], utc=True)
    period, against = ("2025-12-20", "2026-01-05"), ("2025-11-03", "2025-11-10")
    why = explain(later, period=period, against=against)
    assert why.change < 0
    assert set(why.words["direction"]) == {"fewer"}
    assert all(post.date < pd.Timestamp("2025-11-11", tz="UTC") for post in why.posts)
    assert "less often" in " ".join(why.sentences())


def test_a_scored_file_and_posts_on_several_brands(scored: pd.DataFrame, tmp_path: Path) -> None:
    from sentilens.schema import CORE_SCORE_COLUMNS

    # Reading marks as copies what is one text once numbers are masked.
    scored = scored[~scored["text"].map(sl.mask_text).duplicated()]
    path = tmp_path / "scored.parquet"
    extra = {name: 0.3 for name in CORE_SCORE_COLUMNS if name not in {*scored.columns, "model_id"}}
    scored.assign(**extra, model_id="m").to_parquet(path)
    assert explain(path).value == explain(scored).value
    both = scored.assign(brands=np.where(scored["brand"] == "Telmira", "Voltvik|Telmira", "Voltvik"), brand="Voltvik")
    assert explain(both).n_posts == explain(scored).n_posts


def test_too_few_posts() -> None:
    one = posts().iloc[[0]].assign(created_at="2026-03-04T09:00Z")
    both = pd.concat([one, one.assign(created_at="2026-02-25T09:00Z", brand="Voltvik")], ignore_index=True)
    why = explain(both)
    assert why.thin
    assert why.sentences()[0].startswith("Telmira: too few posts")
    assert np.isnan(why.change)
    assert not why.clear
    assert why.plot()[0].texts[0].get_text() == "There are too few posts."
    assert "too few" in repr(why)
    assert "<table" in why._repr_html_()
    empty = explain(both, within={"brand": "Voltvik"})
    assert (empty.n_posts, empty.n_posts_before) == (0, 1)


def test_posts_that_are_all_the_same() -> None:
    same = posts().assign(text="Bra!", is_complaint=False, sentiment="positive", topic="other", channel="web")
    why = explain(same)
    assert why.change == 0
    assert why.words.empty
    assert why.posts == ()


def test_posts_without_texts_topics_or_channels(scored: pd.DataFrame) -> None:
    bare = scored.drop(columns=["text", "topic", "channel", "language", "author"])
    why = explain(bare)
    assert why.over == ()
    assert why.change == explain(scored).change
    assert "cannot be split" in why.sentences()[1]
    assert why.topics.empty


def test_columns_without_values(scored: pd.DataFrame) -> None:
    empty = scored.assign(topic=np.nan, author=np.nan, brands=np.nan, channel=None)
    why = explain(empty)
    assert why.over == ("language",)
    assert why.topics.empty
    assert why.words["word"].iloc[0] in {"antennerna", "antennerna ligger"}


@pytest.mark.parametrize(
    ("change", "options", "error", "reason"),
    [
        ({"created_at": None}, {}, InputError, "no_dates"),
        ({}, {"period": "2031-01-01"}, InputError, "period_outside"),
        ({}, {"against": ("2019-01-01", "2019-02-01")}, InputError, "period_outside"),
        ({}, {"within": {"brand": "Telia"}}, ConfigError, "unknown_group"),
        ({}, {"within": {"town": "Umeå"}}, MissingColumnsError, "missing_columns"),
        ({}, {"over": ("town",)}, MissingColumnsError, "missing_columns"),
        ({}, {"metric": "joy"}, ConfigError, "unknown_metric"),
        ({}, {"n_words": -1}, ConfigError, "bad_number"),
        ({}, {"freq": "fortnight"}, ConfigError, "unknown_freq"),
    ],
)
def test_questions_that_cannot_be_answered(
    scored: pd.DataFrame, change: dict[str, object], options: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        explain(scored.assign(**change), **options)
    assert getattr(caught.value, "reason", None) == reason
