"""Microseconds a post that masking takes: over all posts, and over those that hold nothing to mask.

    python benchmarks/masking.py

The workload is the project's own labelled posts, in processor time, best of several runs.
"""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd

from sentilens import mask_text

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5


def main() -> None:
    """Time both and print."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    texts = [text for path in paths for text in pd.read_csv(path, dtype=str, keep_default_na=False)["text"]]
    plain = [text for text in texts if mask_text(text) == text and not any(map(str.isdigit, text))]
    for name, chosen in (("all posts", texts), ("posts without digits and without anything to mask", plain)):
        chars = sum(map(len, chosen)) / len(chosen)
        print(f"{name}: {microseconds(chosen):.1f} us a post ({len(chosen):,} posts of {chars:.0f} characters)")


def microseconds(texts: list[str]) -> float:
    """Give the processor time a text, of the best run."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        for text in texts:
            mask_text(text)
        best = min(best, time.process_time() - start)
    return best / len(texts) * 1e6


if __name__ == "__main__":
    main()
