"""Who must be answered, and how long customers wait: answers found, waits that have not ended, the working day, the queue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from sentilens.answering import AnswerQueue, ReplyLog, find_posts_to_answer, measure_reply_times
from sentilens.answering.answers import first_answers, links_of
from sentilens.answering.queue import QUEUE_COLUMNS
from sentilens.answering.reasons import REASONS, tells_of_an_error
from sentilens.answering.survival import estimate_waiting
from sentilens.answering.working_days import end_of_working_day
from sentilens.errors import ConfigError, InputError, MissingColumnsError
from sentilens.schema import SEVERITY_COLUMNS

NOW = pd.Timestamp("2026-03-12T12:00Z")


def scored(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make scored posts: a quiet one, changed by what a row says."""
    plain: dict[str, Any] = {
        "text": "En fråga om öppettiderna",
        "post_id": None,
        "created_at": "2026-03-10T09:00Z",
        "brand": "Telmira",
        "channel": "facebook",
        "reply_to": None,
        "owned": False,
        "language": "sv",
        "sentiment": "neutral",
        "sentiment_score": 0.0,
        "complaint_probability": 0.1,
        "is_complaint": False,
        "status": "ok",
        "expects_reply_probability": 0.1,
        "topic": "information",
        "url": None,
        **dict(zip(SEVERITY_COLUMNS, (1.0, 0.0, 0.0, 0.0, 0.0), strict=True)),
    }
    return pd.DataFrame([{**plain, "post_id": f"p{number}", **row} for number, row in enumerate(rows)])


ANGRY = {"complaint_probability": 0.9, "is_complaint": True, "expects_reply_probability": 0.9, "sentiment": "negative"}


def test_an_answer_is_found_wherever_it_stands_and_the_first_counts() -> None:
    posts = scored(
        [
            {"owned": True, "reply_to": "p2", "created_at": "2026-03-10T12:00Z"},
            {"owned": True, "reply_to": "p2", "created_at": "2026-03-10T10:30Z"},
            {},
            {"reply_to": "p2", "created_at": "2026-03-10T09:10Z"},  # another customer's reply is no answer
            {"owned": True, "reply_to": "p3", "created_at": "2026-03-09T09:00Z"},  # from before its post: when is not known
        ]
    )
    posts["replied_at"], posts["reply_text"] = None, [None, None, None, " ", None]
    found = first_answers(links_of(posts))
    assert found["answered"].tolist() == [False, False, True, True, False]
    assert found["answered_at"].dropna().tolist() == [pd.Timestamp("2026-03-10T10:30Z")]


def test_what_the_export_says_of_answers_counts_too() -> None:
    posts = scored([{}, {}, {}])
    posts["replied_at"], posts["reply_text"] = [None, "2026-03-11T09:00Z", None], [None, None, "Hej!"]
    found = first_answers(links_of(posts))
    assert found["answered"].tolist() == [False, True, True]
    assert found["answered_at"].notna().tolist() == [False, True, False]


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=60).filter(lambda rows: any(r[1] for r in rows))
)
def test_waits_are_the_product_limit_estimate(rows: list[tuple[int, bool]]) -> None:
    hours, ended = np.array([r[0] for r in rows], dtype=float), np.array([r[1] for r in rows])
    ours, theirs = estimate_waiting(hours, ended), SurvfuncRight(hours, ended.astype(int))
    steps = np.searchsorted(ours.hours, theirs.surv_times)
    assert ours.waiting[steps] == pytest.approx(theirs.surv_prob, abs=1e-12)
    assert ((ours.low <= ours.waiting + 1e-9) & (ours.waiting <= ours.high + 1e-9)).all()
    median = ours.hours_until(0.5)[0]
    assert np.isinf(median) == (ours.waiting[-1] > 0.5)
    assert np.isinf(median) or (ours.waiting[ours.hours < median] > 0.5).all()


def test_waits_that_go_on_are_not_left_out() -> None:
    """Half answered after an hour, half not at all: the answered ones alone would say that it takes an hour."""
    waits = estimate_waiting(np.array([1.0] * 10 + [100.0] * 10), np.array([True] * 10 + [False] * 10))
    assert waits.answered_within(24)[0] == pytest.approx(0.5)
    assert waits.hours_until(0.9)[0] == np.inf
    assert np.isnan(waits.answered_within(101)[0])


def test_nobody_answered_is_not_certainty() -> None:
    waits = estimate_waiting(np.array([50.0, 60.0]), np.array([False, False]))
    share, low, high = waits.answered_within(24)
    assert (share, low) == (0.0, 0.0)
    assert high > 0.5


@pytest.mark.parametrize(
    ("posted", "due"),
    [
        ("2026-03-10T09:00+01:00", "2026-03-10T17:00+01:00"),
        ("2026-03-10T17:00+01:00", "2026-03-11T17:00+01:00"),
        ("2026-03-14T10:00+01:00", "2026-03-16T17:00+01:00"),  # a Saturday
        ("2026-03-27T18:00+01:00", "2026-03-30T17:00+02:00"),  # over the change to summer time
        ("2026-12-24T18:00+01:00", "2026-12-28T17:00+01:00"),  # Christmas in Sweden, then a weekend
    ],
)
def test_the_working_day_ends_by_the_clock_of_the_company(posted: str, due: str) -> None:
    found = end_of_working_day(pd.DatetimeIndex([posted]), "Europe/Stockholm", holidays="SE")
    assert found[0] == pd.Timestamp(due)


def reply_posts() -> pd.DataFrame:
    times = ["2026-03-10T09:00Z", "2026-03-10T10:00Z", "2026-03-11T09:00Z", "2026-03-12T11:00Z"]
    posts = scored([{"created_at": time} for time in times])
    return posts.assign(replied_at=["2026-03-10T11:00Z", "2026-03-11T20:00Z", None, None], brand=["A", "A", "A", "B"])


def test_reply_times_per_group() -> None:
    times = measure_reply_times(reply_posts(), by="brand", as_of=NOW)
    table = times.table.set_index("brand")
    assert table.loc["A", ["n_posts", "n_answered", "n_due"]].tolist() == [3, 2, 3]
    assert table.loc["A", "median_hours"] == 34.0
    assert table.loc["A", "within_24h"] == pytest.approx(1 / 3)
    assert table.loc["A", "within_working_day"] == pytest.approx(1 / 3)
    assert table.loc["B", "n_due"] == 0  # its working day is not over yet
    assert np.isnan(table.loc["B", "within_24h"])
    assert times.total["n_posts"].tolist() == [4]
    assert times.by_weekday["n_posts"].tolist() == [2, 1, 1]
    assert "median_hours" in repr(times)


def test_looking_back_does_not_know_later_answers() -> None:
    times = measure_reply_times(reply_posts(), by=(), as_of="2026-03-11T12:00Z")
    assert times.total[["n_posts", "n_answered"]].to_numpy().tolist() == [[3, 1]]
    assert times.posts["hours"].max() == 26.0


def test_chunks_give_the_same_as_the_whole() -> None:
    posts = reply_posts()
    posts.loc[4] = {**scored([{"owned": True, "reply_to": "p2", "created_at": "2026-03-12T01:00Z"}]).iloc[0], "post_id": "own"}
    log, queue = ReplyLog("brand"), AnswerQueue()
    for start in range(0, len(posts), 2):
        log.add(posts.iloc[start : start + 2])
        queue.add(posts.iloc[start : start + 2])
    pd.testing.assert_frame_equal(log.measure().table, measure_reply_times(posts, "brand").table)
    pd.testing.assert_frame_equal(queue.find(), find_posts_to_answer(posts))


def test_without_replies_the_way_on_is_told() -> None:
    with pytest.raises(InputError, match="which of them were answered") as caught:
        measure_reply_times(scored([{}]))
    assert caught.value.reason == "no_replies"
    with pytest.raises(InputError, match="no post has a date"):
        measure_reply_times(scored([{"created_at": None}]).assign(reply_text="Hej"))


def test_the_queue_holds_open_posts_of_customers_with_their_reasons() -> None:
    posts = scored(
        [
            ANGRY,
            {},  # wants nothing
            {"text": "När öppnar ni?", "expects_reply_probability": 0.8, "created_at": "2026-03-12T10:00Z"},
            {**ANGRY, "topic": "app_website", "severity_0": 0.0, "severity_4": 1.0},
            {**ANGRY, "owned": True},
            {**ANGRY, "created_at": "2026-02-01T10:00Z"},
            {**ANGRY},
            {"owned": True, "reply_to": "p6"},
        ]
    )
    queue = find_posts_to_answer(posts, as_of=NOW)
    assert tuple(queue.columns) == QUEUE_COLUMNS
    assert queue["post_id"].tolist() == ["p3", "p0", "p2"]
    assert queue["reasons"].tolist()[0] == "grave|technical_problem|unhappy_customer|waiting"
    assert queue["why"].tolist()[2] == "A question"
    assert queue["priority"].between(0, 100).all()
    assert queue.attrs["answers_are_told"] is True
    assert len(find_posts_to_answer(posts, 1, as_of=NOW)) == 1
    assert "En fråga" not in find_posts_to_answer(posts.assign(text="Ring 070-123 45 67"), as_of=NOW)["text"].iloc[0]


def test_reach_moves_a_post_up() -> None:
    posts = scored([ANGRY, ANGRY]).assign(followers=[10, 500_000])
    queue = find_posts_to_answer(posts, reach="followers")
    assert queue["post_id"].tolist() == ["p1", "p0"]
    assert queue["reach"].tolist() == [500_000, 10]


def test_an_empty_queue_is_a_table_too() -> None:
    for posts in (scored([{}]), scored([{"created_at": None, **ANGRY}])):
        queue = find_posts_to_answer(posts)
        assert queue.empty
        assert tuple(queue.columns) == QUEUE_COLUMNS


@pytest.mark.parametrize("options", [{"max_age": "soon"}, {"max_age": "-2D"}, {"as_of": "x"}, {"language": "xx"}])
def test_bad_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        find_posts_to_answer(scored([ANGRY]), **options)  # type: ignore[arg-type]


def test_posts_without_scores_are_refused() -> None:
    with pytest.raises(MissingColumnsError):
        find_posts_to_answer(pd.DataFrame({"text": ["Hej"]}))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Priset i annonsen är fel information", "sv", True),
        ("Das stimmt nicht, der Laden hat zu", "de", True),
        ("Väärää tietoa nettisivuilla", "fi", True),
        ("Tusind tak for hjælpen", "da", False),
    ],
)
def test_errors_are_told_by_words(text: str, language: str, expected: bool) -> None:
    assert tells_of_an_error(text, language) is expected


def test_reasons_have_words() -> None:
    assert all(REASONS.values())
