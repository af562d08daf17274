"""Trends of a scored Parquet file of a million posts, beside the counting that pandas does with the same columns.

    python benchmarks/trends.py [--posts 1000000] [--rounds 3]

Each way runs in a process of its own, in turn; told are the best times once all is
imported, the peak memory, and their ratios.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import sentilens as sl
from sentilens import cli
from sentilens.batch import iter_scored
from sentilens.trends.counting import USED_COLUMNS

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "export.csv"
SECONDS_OF_HALF_A_YEAR = 182 * 86_400


def make_file(path: Path, n_posts: int) -> None:
    """Write scored posts drawn from the sample, spread over half a year."""
    scored = sl.load_model().score(sl.read_posts(SAMPLE))
    rng = np.random.default_rng(0)
    posts = scored.iloc[rng.integers(0, len(scored), n_posts)].reset_index(drop=True)
    seconds = np.sort(rng.integers(0, SECONDS_OF_HALF_A_YEAR, n_posts))
    posts["created_at"] = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(seconds, unit="s")
    posts["post_id"] = [f"b{number}" for number in range(n_posts)]
    posts["copy_of"] = None
    posts.to_parquet(path, index=False)


def count_with_pandas(path: Path) -> None:
    """Count posts and complaints per brand, channel and week, and average the scores, as one would by hand."""
    columns = ["brand", "channel", "created_at", "is_complaint", "complaint_probability", "sentiment", "sentiment_score"]
    posts = pd.read_parquet(path, columns=columns)
    posts["week"] = posts["created_at"].dt.tz_localize(None).dt.to_period("W-SUN")
    posts["negative"], posts["positive"] = posts["sentiment"] == "negative", posts["sentiment"] == "positive"
    figures = {
        "is_complaint": ["size", "sum"],
        "negative": "sum",
        "positive": "sum",
        "complaint_probability": "mean",
        "sentiment_score": "mean",
    }
    posts.groupby(["brand", "channel", "week"]).agg(figures)


def count_only(path: Path) -> None:
    """The least that pandas can be asked for: how many posts there are per brand, channel and week."""
    posts = pd.read_parquet(path, columns=["brand", "channel", "created_at"])
    posts["week"] = posts["created_at"].dt.tz_localize(None).dt.to_period("W-SUN")
    posts.groupby(["brand", "channel", "week"]).size()


def trends(path: Path) -> None:
    """What ``sentilens trends`` does, by chunks."""
    chunks = iter_scored(path, columns=USED_COLUMNS | {"brand", "channel"}, show_progress=False)
    tables = [sl.compute_trends(chunk) for chunk in chunks]
    sum(tables[1:], start=tables[0]).to_frame()


def report(path: Path) -> None:
    """What ``sentilens report`` does."""
    with tempfile.TemporaryDirectory() as folder:
        cli.main(["report", str(path), "-q", "-o", str(Path(folder) / "report.html")])


WAYS = {
    "pandas, counts only": count_only,
    "pandas, the same figures": count_with_pandas,
    "sentilens trends": trends,
    "sentilens report": report,
}


def peak_memory() -> float:
    """Give the peak of memory of this process in MB; `getrusage` would tell that of the parent, too (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def run_alone(way: str, path: Path) -> tuple[float, float]:
    """Give the seconds and the peak of memory in MB of one way in a process of its own, without starting Python."""
    done = subprocess.run(
        [sys.executable, __file__, "--way", way, "--file", str(path)], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        start = time.perf_counter()
        WAYS[options.way](options.file)
        print(time.perf_counter() - start, peak_memory())
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scored.parquet"
        make_file(path, options.posts)
        runs = {way: [run_alone(way, path) for _ in range(options.rounds)] for way in WAYS}
    best = {way: (min(s for s, _ in runs[way]), max(m for _, m in runs[way])) for way in WAYS}
    base = best["pandas, counts only"][0]
    print(f"{options.posts:,} scored posts in Parquet, best of {options.rounds}\n")
    print(f"{'':<26}{'seconds':>9}{'ratio':>7}{'peak MB':>9}")
    for way, (seconds, peak) in best.items():
        print(f"{way:<26}{seconds:>9.2f}{seconds / base:>7.1f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
