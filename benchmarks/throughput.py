"""Posts per second: sentilens against what one would use instead, in one run.

    python benchmarks/throughput.py

The workload is the project's own labelled posts. sentilens scores all heads and names the language, starting cold; the
rivals do one thing each: a scikit-learn TF-IDF pipeline gives one probability, langdetect (seeded) names the language.
Look at the ratios: the machine's speed drifts, but for all alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from langdetect import DetectorFactory, LangDetectException, detect
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

import sentilens as sl

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 3
LANGDETECT_POSTS = 500


def main() -> None:
    """Time the rivals in turn, several times, and print the best of each."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    posts = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    posts = posts.sample(frac=1, random_state=0).reset_index(drop=True)
    texts = posts["text"].tolist()
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    pipeline = make_pipeline(union, LogisticRegression(C=10, max_iter=200)).fit(texts, posts["complaint"])
    content = sl.load_model().to_bytes()
    warm = sl.load_model(content)
    warm.score(texts)
    rivals: dict[str, tuple[int, Callable[[], object]]] = {
        "sentilens, all heads and language, cold": (len(texts), lambda: sl.load_model(content).score(texts)),
        "sentilens, words seen before": (len(texts), lambda: warm.score(texts)),
        "TF-IDF word(1,2)+char_wb(2,5), one head": (len(texts), lambda: pipeline.predict_proba(texts)),
        "langdetect, language only": (LANGDETECT_POSTS, lambda: [_detect(text) for text in texts[:LANGDETECT_POSTS]]),
    }
    best = dict.fromkeys(rivals, 0.0)
    for _ in range(REPEATS):
        for name, (n, run) in rivals.items():
            start = time.perf_counter()
            run()
            best[name] = max(best[name], n / (time.perf_counter() - start))
    cold = next(iter(best.values()))
    print(f"{'':45}{'posts/s':>10}{'sentilens is faster by':>25}")
    for name, speed in best.items():
        print(f"{name:45}{speed:10,.0f}{cold / speed:25.1f}")


def _detect(text: str) -> str:
    DetectorFactory.seed = 0
    try:
        return str(detect(text))
    except LangDetectException:
        return "und"


if __name__ == "__main__":
    main()
