from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.copies import CopyFinder, _DigestMap, canonical_url

LONG = "Paketet som skulle komma i måndags har ännu inte synts till"


def find(*rows: dict[str, Any]) -> list[str | None]:
    return CopyFinder().find(pd.DataFrame([{"text": "", **row} for row in rows])).tolist()


def test_the_same_text_is_one_post_when_it_is_long_enough() -> None:
    rows = [{"text": text} for text in (LONG, "Bra!", LONG.upper().replace(" ", "\u00a0 "), "Bra!", LONG + "!")]
    assert find(*rows) == [None, None, "1", None, None]


def test_short_texts_count_from_25_characters() -> None:
    assert find({"text": "x" * 24}, {"text": "x" * 24}, {"text": "x" * 25}, {"text": "x" * 25}) == [None, None, None, "3"]


def test_reposts_repeat_what_was_posted() -> None:
    rows = [f"RT @kari_n: {LONG}", LONG, f"rt @ola : {LONG}", f"Hej RT @kari_n: {LONG}"]
    assert find(*({"text": text, "post_id": f"p{n}"} for n, text in enumerate(rows))) == [None, "p0", "p0", None]


def test_reposts_are_known_by_their_beginning_when_cut() -> None:
    whole = " ".join(f"ord{number}" for number in range(60))
    alike = whole[:120] + " fast helt annorlunda på slutet"
    texts = [whole, "RT @a: " + whole[:130] + "…", alike, "RT @b: " + whole[:60] + "…"]
    # A post that begins like another is one of its own; so little of a text tells nothing.
    assert find(*({"text": text} for text in texts)) == [None, "1", None, None]


def test_one_id_is_one_post_where_text_or_time_agree() -> None:
    time = pd.Timestamp("2026-03-02T08:00Z")
    rows = [
        {"post_id": "7", "channel": "x", "text": "kort", "created_at": time},
        {"post_id": "7", "channel": "x", "text": "kort", "created_at": time + pd.Timedelta("1h")},
        {"post_id": "7", "channel": "x", "text": "ändrad", "created_at": time},
        {"post_id": "7", "channel": "x", "text": "svar i samma ärende", "created_at": time + pd.Timedelta("2h")},
        {"post_id": "7", "channel": "facebook", "text": "kort", "created_at": time},
    ]
    assert find(*rows) == [None, "7", "7", None, None]


def test_one_address_is_one_post_where_author_and_text_agree() -> None:
    url = "https://x.com/a/status/1"
    rows = [
        {"url": url, "text": "Usch", "author": "a"},
        {"url": "http://www.twitter.com/a/status/1/?s=20&utm_source=m", "text": "usch", "author": "a"},
        {"url": url, "text": "Usch", "author": "b"},
        {"url": url, "text": "Något annat", "author": "a"},
        {"url": url, "text": "", "author": "a"},
        {"url": url, "text": "", "author": "a"},
    ]
    assert find(*rows) == [None, "1", None, None, None, None]


def test_copies_of_copies_lead_to_the_first() -> None:
    rows = [
        {"text": LONG, "post_id": "a", "url": "https://a.example/1"},
        {"text": LONG, "post_id": "b", "url": "https://b.example/2"},
        {"text": LONG + " ännu", "post_id": "c", "url": "https://b.example/2"},
    ]
    assert find(*rows) == [None, "a", "a"]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Shop.Example/a/?id=3&fbclid=x#top", "shop.example/a?id=3"),
        ("http://shop.example/a?id=4", "shop.example/a?id=4"),
        ("https://youtu.be/abc?si=track&t=30", "youtu.be/abc?t=30"),
        ("https://shop.example/?s=sko", "shop.example?s=sko"),
        ("https://forum.example/#/post/9", "forum.example#/post/9"),
        ("//m.facebook.com/p/1", "facebook.com/p/1"),
        ("http://[broken", ""),
        ("no address", ""),
        ("", ""),
    ],
)
def test_addresses_without_what_tells_nothing(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from([LONG, LONG + " igen", f"RT @a: {LONG}", "Bra!", "", None]),
            "post_id": st.sampled_from(["1", "2", "3", None]),
            "url": st.sampled_from(["https://a.example/1", "https://a.example/2", None]),
            "created_at": st.sampled_from([pd.Timestamp("2026-03-02T08:00Z"), pd.Timestamp("2026-03-03T08:00Z")]),
        }
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60)
@given(rows=ROWS, chunk=st.integers(1, 31))
def test_chunks_do_not_matter(rows: list[dict[str, Any]], chunk: int) -> None:
    posts = pd.DataFrame(rows).astype({"created_at": "datetime64[us, UTC]"})
    finder = CopyFinder()
    parts = [finder.find(posts.iloc[start : start + chunk]) for start in range(0, len(posts), chunk)]
    whole = CopyFinder().find(posts)
    assert pd.concat(parts).tolist() == whole.tolist()
    assert finder.n_rows == len(posts)
    # The first is never a copy, and what a copy names is an original.
    originals = {
        post_id if isinstance(post_id, str) else str(number)
        for number, (post_id, copy) in enumerate(zip(posts["post_id"], whole, strict=True), 1)
        if copy is None
    }
    assert set(whole.dropna()) <= originals


def test_memory_is_what_the_docs_say() -> None:
    finder = CopyFinder()
    for start in range(0, 20_000, 2_000):
        finder.find(
            pd.DataFrame({"text": [f"nummer {number} av många inlägg om paket" for number in range(start, start + 2_000)]})
        )
    assert finder.n_bytes / finder.n_rows == 28
    row = {"url": "https://a.example/{0}", "text": "{0}" * 30, "post_id": "{0:019d}"}
    finder = CopyFinder()
    finder.find(pd.DataFrame([{k: v.format(n) for k, v in row.items()} | {"created_at": n} for n in range(10_000, 20_000)]))
    assert finder.n_bytes / finder.n_rows == 95


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=20), max_size=20))
def test_the_map_of_digests_is_a_map(batches: list[list[int]]) -> None:
    digests, plain = _DigestMap(), dict[int, int]()
    for batch in batches:
        found = digests.find(np.array(batch, dtype=np.uint64))
        assert found == {key: plain[key] for key in batch if key in plain}
        new = {key: len(plain) + at for at, key in enumerate(dict.fromkeys(batch)) if key not in plain}
        digests.add(new)
        plain |= new
    assert len(digests._runs) <= 1 + len(plain).bit_length()
