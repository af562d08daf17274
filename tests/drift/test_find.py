from __future__ import annotations

import json

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import sentilens as sl
from sentilens.drift.accuracy import MEASURES, SHIFT_ERROR, estimate_accuracy
from sentilens.errors import ConfigError, InputError, LowSupportWarning
from sentilens.profile import make_profile, read_profile, with_profile
from sentilens.scorer import PostScorer

mpl.use("Agg")

_SAID = {
    "sv": ("paketet kom aldrig fram", "vilken fråga, ni öppnar klockan tio", "tack för fantastiskt snabb hjälp"),
    "fi": ("paketti ei koskaan saapunut", "mihin aikaan myymälä avautuu huomenna", "kiitos todella ystävällisestä palvelusta"),
}
_MORE = {
    "sv": "igår hemma bussen appen kassan Umeå Lund Falun väskan kaffet".split(),
    "fi": "eilen kotona bussi sovellus kassa Turku Lahti Oulu laukku kahvi".split(),
}


def draw(n: int, seed: int, finnish: float = 0.3, channel: float = 0.5) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    language = np.where(generator.random(n) < finnish, "fi", "sv")
    said = generator.integers(0, 3, n)
    texts = [
        f"{_SAID[code][kind]} {' '.join(generator.choice(_MORE[code], 3))}" for code, kind in zip(language, said, strict=True)
    ]
    return pd.DataFrame(
        {
            "text": texts,
            "channel": np.where(generator.random(n) < channel, "email", "chat"),
            "label_complaint": (said == 0).astype(float),
            "label_sentiment": np.asarray(["negative", "neutral", "positive"], dtype=object)[said],
        }
    )


@pytest.fixture(scope="module")
def ours(model: PostScorer) -> PostScorer:
    return with_profile(model, model.score(draw(800, 1)))


def test_posts_of_the_same_kind_are_stable(ours: PostScorer) -> None:
    results = [sl.find_drift(ours, draw(300, seed)) for seed in range(10, 20)]
    assert sum(result.verdict != "stable" for result in results) <= 1
    result = next(result for result in results if result.verdict == "stable")
    assert result.label_next() == []
    assert (result.n_now, result.n_training) == (300, 800)
    assert set(result.table["what"]) == {
        "language", "channel", "status", "length", "novelty", "words", "complaint_probability", "sentiment_score",
    }  # fmt: skip
    assert "300 new posts against the 800" in repr(result)


def test_another_mix_of_languages_and_channels(ours: PostScorer) -> None:
    result = sl.find_drift(ours, draw(300, 2, finnish=0.8, channel=0.1))
    reading = result.table[result.table["language"] == "all"].set_index("what")["reading"]
    assert result.verdict == "strongly moved"
    assert reading["language"] == reading["channel"] == "strongly moved"
    assert reading["words"] == "stable"  # in each language the words are the same
    assert "-> 8" in result.table.set_index("what")["largest_move"]["language"]
    assert any("channel" in line for line in result.label_next())
    assert result.command("new export.csv", "ours.sentilens").startswith("sentilens label 'new export.csv' --n 200")


def test_new_words_are_noticed_in_their_language(ours: PostScorer) -> None:
    posts = draw(400, 3)
    swedish = ~posts["text"].str.contains("paketti|mihin|kiitos")
    posts.loc[swedish, "text"] += " laddstolpen strömmen kabeln laddar inte elbilen"
    result = sl.find_drift(ours, posts)
    table = result.table.set_index(["what", "language"])
    assert table.loc[("words", "sv"), "reading"] == table.loc[("novelty", "sv"), "reading"] == "strongly moved"
    # A Swedish post or two is taken for a Finnish one, so that a trace of them is there.
    assert table.loc[("words", "sv"), "psi"] > 3 * table.loc[("words", "fi"), "psi"]
    assert "posts with words that are new in Swedish" in result.label_next()


def test_estimates_are_near_the_truth_where_nothing_moved(ours: PostScorer) -> None:
    posts = draw(500, 4)
    estimate = sl.find_drift(ours, posts).estimate
    rows = estimate[estimate["language"] == "all"].set_index("measure")
    scored = ours.score(posts)
    true = ((posts["label_complaint"] == 1) == scored["is_complaint"]).mean()
    assert rows.loc["complaint_accuracy", "estimate"] == pytest.approx(true, abs=0.05)
    assert rows.loc["complaint_accuracy", "low"] <= true <= rows.loc["complaint_accuracy", "high"]
    assert set(estimate["measure"]) == set(MEASURES) == set(SHIFT_ERROR)
    assert ((estimate["low"] <= estimate["estimate"]) & (estimate["estimate"] <= estimate["high"])).all()


def test_intervals_reach_further_down_where_posts_have_moved(ours: PostScorer) -> None:
    scored, profile = ours.score(draw(300, 4)), read_profile(ours)
    assert profile is not None
    still, moved = (estimate_accuracy(scored, profile, has_moved=has_moved) for has_moved in (False, True))
    assert (moved["low"] < still["low"] - 0.2).all()
    assert (moved["high"] == still["high"]).all()
    assert (moved["estimate"] == still["estimate"]).all()


def test_a_model_that_is_surer_than_right_is_corrected(model: PostScorer) -> None:
    scored = model.score(draw(600, 5))
    generator = np.random.default_rng(0)
    wrong = generator.random(len(scored)) < 0.3
    scored["label_complaint"] = np.where(wrong, 1 - scored["label_complaint"], scored["label_complaint"])
    profile = make_profile(scored)
    estimate = estimate_accuracy(scored, profile, has_moved=False).set_index(["language", "measure"])["estimate"]
    true = ((scored["label_complaint"] == 1) == scored["is_complaint"]).mean()
    assert estimate["all", "complaint_accuracy"] == pytest.approx(true, abs=0.04)
    stated = scored["complaint_probability"].where(scored["is_complaint"], 1 - scored["complaint_probability"]).mean()
    assert stated > true + 0.1


def test_scored_posts_are_not_scored_again(ours: PostScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = draw(200, 6)
    scored, fresh = ours.score(posts), sl.find_drift(ours, posts)
    monkeypatch.setattr(PostScorer, "score", lambda *_: pytest.fail("scored again"))
    again = sl.find_drift(ours, scored)
    pd.testing.assert_frame_equal(again.table, fresh.table)
    pd.testing.assert_frame_equal(again.estimate, fresh.estimate)


def test_copies_own_posts_and_posts_without_scores_are_left_out(ours: PostScorer) -> None:
    posts = draw(130, 7).assign(copy_of=None, owned=False)
    posts.loc[:4, "copy_of"], posts.loc[5:9, "owned"], posts.loc[10:12, "text"] = "1", True, ""
    result = sl.find_drift(ours, posts)
    assert (result.n_now, result.n_left_out) == (117, 13)
    assert "13 further posts" in repr(result)


def test_the_order_of_posts_does_not_matter(ours: PostScorer) -> None:
    posts = draw(150, 8)
    one, other = (sl.find_drift(ours, frame).estimate for frame in (posts, posts.iloc[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_what_cannot_be_compared_is_said(model: PostScorer, ours: PostScorer) -> None:
    with pytest.raises(ConfigError) as caught:
        sl.find_drift(model, draw(100, 9))
    assert caught.value.reason == "no_profile"
    with pytest.raises(InputError) as few:
        sl.find_drift(ours, draw(20, 9))
    assert few.value.reason == "too_few_posts"
    with pytest.warns(LowSupportWarning, match="Only 50 posts"):
        assert sl.find_drift(ours, draw(50, 9)).n_now == 50


def test_it_can_be_shown_and_kept(ours: PostScorer) -> None:
    result = sl.find_drift(ours, draw(300, 2, finnish=0.8))
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["verdict"] == result.verdict
    assert len(plain["table"]) == len(result.table)
    axes = result.plot()
    assert len([bar for bar in axes.patches if bar.get_width() > 0]) >= 1
    html = result._repr_html_()
    assert html.count("<table") == 2
    assert html == result._repr_html_()


def test_training_leaves_a_profile(model: PostScorer, labelled: pd.DataFrame) -> None:
    trained = sl.train(labelled, model).model
    profile = read_profile(trained)
    assert profile is not None
    assert profile.n_posts == len(labelled)
    assert profile.reliability.keys() == {"complaint", "sentiment"}


def test_the_default_model_has_one() -> None:
    profile = read_profile(sl.load_model())
    assert profile is not None
    assert set(profile.word_languages) <= set(sl.load_model().manifest["languages"])
    assert profile.n_posts > 1_500
