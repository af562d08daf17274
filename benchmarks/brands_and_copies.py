"""Posts per second of matching brands, by the length of the list, and of finding copies, with the bytes held for each post.

    python benchmarks/brands_and_copies.py

The texts are the project's own cases of brands, three in one, so they name more brands than real posts do.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pandas as pd

from sentilens.brands import load_brands
from sentilens.copies import CopyFinder

ROOT = Path(__file__).resolve().parent.parent
N_POSTS, CHUNK_ROWS = 20_000, 5_000


def main() -> None:
    """Print the figures."""
    cases = json.loads((ROOT / "tests/cases/brands.json").read_text(encoding="utf-8"))
    shuffled = random.Random(0)
    texts = [" ".join(case["text"] for case in shuffled.sample(cases["cases"], 3)) for _ in range(N_POSTS)]
    for n_more in (0, 100, 1_000):
        matcher = load_brands(cases["brands"] | {f"Merke{number}": {} for number in range(n_more)})
        start = time.perf_counter()
        matcher.match(texts)
        print(f"{len(matcher.brands):>6,} brands {N_POSTS / (time.perf_counter() - start):>10,.0f} posts/s", flush=True)
    numbers = range(N_POSTS)
    posts = pd.DataFrame(
        {
            "text": [f"{text} {number}" for number, text in enumerate(texts)],
            "post_id": [str(10**18 + number) for number in numbers],
            "url": [f"https://x.com/a/status/{number}?s=20" for number in numbers],
            "created_at": pd.date_range("2026-01-01", periods=N_POSTS, freq="min", tz="UTC"),
        }
    )
    finder = CopyFinder()
    start = time.perf_counter()
    for first in range(0, N_POSTS, CHUNK_ROWS):
        finder.find(posts.iloc[first : first + CHUNK_ROWS])
    seconds = time.perf_counter() - start
    print(f"{'copies':>13} {N_POSTS / seconds:>10,.0f} posts/s, {finder.n_bytes / finder.n_rows:.0f} bytes a post")


if __name__ == "__main__":
    main()
