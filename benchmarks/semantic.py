"""Posts per second of the semantic model, against the default model, in one run.

    python benchmarks/semantic.py [posts]

The workload is the project's own labelled posts. Both start warm: the encoder is unpacked, and the default model has seen the
words. Look at the ratio: the machine's speed drifts, but for both alike. numpy's threads (OMP_NUM_THREADS) set how many posts
the semantic model reads at once.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

import sentilens as sl
from sentilens.semantic.heads import count_threads

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 3


def main() -> None:
    """Time both in turn, several times, and print the best of each."""
    n_posts = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    posts = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    texts = posts["text"].sample(n_posts, random_state=0).tolist()
    start = time.perf_counter()
    models = {"default": sl.load_model(), "semantic": sl.load_model("semantic")}
    models["semantic"].score(texts[:1])
    loading = time.perf_counter() - start
    models["default"].score(texts)
    best = dict.fromkeys(models, 0.0)
    for _ in range(REPEATS):
        for name, model in models.items():
            start = time.perf_counter()
            model.score(texts)
            best[name] = max(best[name], n_posts / (time.perf_counter() - start))
    length = sum(map(len, texts)) / n_posts
    print(f"{n_posts} posts of {length:.0f} characters, {count_threads()} threads, both models loaded in {loading:.1f} s")
    for name, speed in best.items():
        print(f"{name:10}{speed:10,.0f} posts/s")
    print(f"The default model is {best['default'] / best['semantic']:.0f} times as fast.")


if __name__ == "__main__":
    main()
