from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sentilens.errors import ConfigError
from sentilens.training.grouping import group_posts, split_by_time
from sentilens.training.tasks import HeadTask

N = 40
COPIES = np.arange(N)
TASK = HeadTask("complaint", ("0", "1"), np.arange(N), np.asarray(["0", "1"] * (N // 2)))


def together(groups: np.ndarray) -> set[frozenset[int]]:
    found = [frozenset(np.flatnonzero(groups == group).tolist()) for group in np.unique(groups)]
    return {members for members in found if len(members) > 1}


def test_near_copies_authors_and_threads_are_joined() -> None:
    copies = COPIES.copy()
    copies[1] = copies[0]
    author = [f"a{i}" for i in range(N)]
    author[1] = author[5] = "a_7f"
    posts = pd.DataFrame({"author": author, "post_id": [f"p{i}" for i in range(N)], "reply_to": None})
    posts.loc[8, "reply_to"] = "p5"
    posts.loc[[20, 21], "reply_to"] = "p999"
    groups, kinds = group_posts(posts, copies, [TASK])
    assert kinds == ("near_copies", "threads", "authors")
    assert together(groups) == {frozenset({0, 1, 5, 8}), frozenset({20, 21})}


def test_a_post_id_that_is_an_authors_name_joins_nothing() -> None:
    posts = pd.DataFrame(
        {"author": ["x", "y"] + [None] * (N - 2), "post_id": ["y", *map(str, range(N - 1))], "reply_to": ["9"] + [""] * (N - 1)}
    )
    groups, _ = group_posts(posts, COPIES, [TASK])
    assert together(groups) == {frozenset({0, 10})}


@pytest.mark.parametrize("n_anonymous", [5, 39])
def test_a_name_that_many_posts_bear_is_no_author(n_anonymous: int) -> None:
    posts = pd.DataFrame({"author": ["Anonym"] * n_anonymous + [f"a{i}" for i in range(N - n_anonymous)]})
    groups, _ = group_posts(posts, COPIES, [TASK])
    assert together(groups) == set()


def test_links_that_leave_nothing_to_fold_do_not_count() -> None:
    # Each author has four posts, one of them in the one thread of all.
    posts = pd.DataFrame(
        {"author": [f"a{i // 4}" for i in range(N)], "reply_to": ["top" if i % 4 == 0 else None for i in range(N)]}
    )
    groups, kinds = group_posts(posts, COPIES, [TASK])
    assert kinds == ("near_copies",)
    assert together(groups) == set()
    by_one = HeadTask("complaint", ("0", "1"), np.arange(N), np.asarray(["1"] * 4 + ["0"] * (N - 4)))
    _, kinds = group_posts(posts[["author"]], COPIES, [by_one])
    assert kinds == ("near_copies",), "otherwise some fold would be judged by a model that knows one class"
    assert group_posts(posts[["author"]], COPIES, [TASK])[1] == ("near_copies", "authors")


def test_the_newest_quarter_or_fifth_is_held_out_by_whole_moments() -> None:
    days = np.random.default_rng(1).permutation(N) // 3
    posts = pd.DataFrame({"created_at": pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(days, unit="D")})
    older, newest = split_by_time(posts, COPIES)
    assert sorted([*older, *newest]) == list(range(N))
    assert 0.2 <= len(newest) / N <= 0.25
    assert posts["created_at"].iloc[older].max() < posts["created_at"].iloc[newest].min()


def test_dates_may_be_written_missing_or_few() -> None:
    posts = pd.DataFrame({"created_at": ["2026-03-01", None, "someday", *["2026-03-02T10:00:00+01:00"] * 37]})
    older, newest = split_by_time(posts, COPIES)
    assert older.tolist() == [0, 1, 2]
    assert len(newest) == 37


def test_newest_posts_that_copy_older_ones_judge_nothing() -> None:
    posts = pd.DataFrame({"created_at": pd.date_range("2026-03-01", periods=N, tz="UTC")})
    copies = COPIES.copy()
    copies[-1] = copies[0]
    older, newest = split_by_time(posts, copies)
    assert N - 1 not in newest
    assert N - 1 not in older


@pytest.mark.parametrize("posts", [{"text": ["a"] * N}, {"created_at": ["2026-03-01"] * N}, {"created_at": [None] * N}])
def test_without_dates_there_is_no_split(posts: dict[str, list[object]]) -> None:
    with pytest.raises(ConfigError) as caught:
        split_by_time(pd.DataFrame(posts), COPIES)
    assert caught.value.reason == "no_time_split"
