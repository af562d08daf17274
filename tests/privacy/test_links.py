from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.privacy.links import private_link

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "link",
    [
        "https://twitter.com/kari_n",
        "https://www.x.com/kari_n?lang=no",
        "http://instagram.com/kari.n/",
        "https://www.facebook.com/profile.php?id=100012345",
        "https://m.facebook.com/kari.n",
        "https://www.linkedin.com/in/kari-n-1234",
        "https://www.reddit.com/user/kari_n/",
        "https://old.reddit.com/u/kari_n",
        "https://www.youtube.com/@kari_n",
        "https://www.youtube.com/channel/UCabc123",
        "https://bsky.app/profile/kari.example.no",
        "https://snakk.example.no/@kari",
        "https://www.trustpilot.com/users/5f3a",
        "https://www.google.com/maps/contrib/1178/reviews",
        "https://www.tiktok.com/@kari_n",
        "https://www.threads.net/@kari_n",
    ],
)
def test_pages_of_people_are_left_out(link: str) -> None:
    assert private_link(link, NOBODY) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://x.com/kari_n/status/123?s=20", "https://x.com/i/status/123?s=20"),
        ("https://mobile.twitter.com/kari_n/status/123", "https://mobile.twitter.com/i/status/123"),
        ("https://www.instagram.com/kari_n/p/Abc/", "https://www.instagram.com/p/Abc/"),
        ("https://www.tiktok.com/@kari_n/video/77", "https://www.tiktok.com/@/video/77"),
        ("https://www.reddit.com/user/kari_n/comments/1abc/tittel/", "https://www.reddit.com/comments/1abc/tittel/"),
        ("https://bsky.app/profile/kari.example.no/post/3k", "https://bsky.app/profile/_/post/3k"),
        ("https://snakk.example.no/@kari/1123", "https://snakk.example.no/@_/1123"),
        ("https://example.no/avmeld?mail=kari@example.no", "https://example.no/avmeld?mail=<EMAIL>"),
    ],
)
def test_links_to_posts_lose_the_handle(link: str, expected: str) -> None:
    assert private_link(link, NOBODY) == expected
    assert private_link(expected, NOBODY) == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/i/status/123",
        "https://www.instagram.com/p/Abc/",
        "https://www.facebook.com/nordbank/posts/123",
        "https://www.facebook.com/permalink.php?story_fbid=1",
        "https://www.youtube.com/watch?v=abc",
        "https://www.reddit.com/r/norge/comments/1abc/tittel/",
        "https://www.trustpilot.com/reviews/5f3a",
        "https://nyheter.example.se/artikel/12",
        "https://example.se",
        "",
        "no link at all",
    ],
)
def test_other_links_stay(link: str) -> None:
    assert private_link(link, NOBODY) == link


def test_links_to_brands_stay() -> None:
    kept = frozenset({"nordbank"})
    for link in ("https://x.com/NordBank", "https://x.com/nordbank/status/1", "https://www.tiktok.com/@nordbank/video/7"):
        assert private_link(link, kept) == link


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    once = private_link(text, NOBODY)
    assert once is None or private_link(once, NOBODY) in {once, None}
