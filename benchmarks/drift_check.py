"""How often `find_drift` raises a false alarm, and how often it notices planted shifts; a table for docs/drift.md.

    python benchmarks/drift_check.py [--runs 100]

Half of the labelled posts in ``data/labelled`` make the profile, new posts are drawn from the other half: as they come (every
alarm is false), with more posts of one language, in another mix of channels (dealt out by chance), or of one topic of which
the profile knows nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import sentilens as sl
from labelled_posts import ROOT, read_own_posts
from sentilens.drift.result import STABLE
from sentilens.near_copies import near_copy_groups
from sentilens.profile import with_profile

TOPIC = "outage_reliability"
Draw = Callable[[pd.DataFrame, int, np.random.Generator], pd.DataFrame]


def plain(posts: pd.DataFrame, n: int, generator: np.random.Generator) -> pd.DataFrame:
    """Draw posts as they come."""
    return posts[posts["truly"] != TOPIC].sample(n, random_state=generator)


def more_of(column: str, value: str, share: float) -> Draw:
    """Make a way to draw posts of which a share has one value more than by nature."""

    def draw(posts: pd.DataFrame, n: int, generator: np.random.Generator) -> pd.DataFrame:
        added = posts[posts[column] == value].sample(round(share * n), random_state=generator)
        return pd.concat([plain(posts.drop(added.index), n - len(added), generator), added])

    return draw


CASES: dict[str, Draw] = {
    "none (false alarms)": plain,
    "a fifth more Finnish posts": more_of("language", "fi", 0.2),
    "half more Finnish posts": more_of("language", "fi", 0.5),
    "a third more posts from one channel": more_of("channel", "app_store", 0.33),
    "a quarter of a new topic": more_of("truly", TOPIC, 0.25),
    "half of a new topic": more_of("truly", TOPIC, 0.5),
    "a new topic alone": more_of("truly", TOPIC, 1.0),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    runs = parser.parse_args().runs
    own = read_own_posts()
    generator = np.random.default_rng(5)
    groups = near_copy_groups(own["cleaned"].tolist())
    _, one_each = np.unique(groups, return_index=True)
    channels = pd.concat([pd.read_csv(path, usecols=["id", "channel"]) for path in (ROOT / "data/labelled").glob("*.csv")])
    posts = own.iloc[one_each].merge(channels, left_on="key", right_on="id")[["text", "topic", "channel"]]
    topic = posts.pop("topic")
    scored = sl.load_model().score(posts).assign(truly=topic)
    half = generator.permutation(len(scored)) < len(scored) // 2
    model = with_profile(sl.load_model(), scored[half & (topic != TOPIC)])
    rest = scored[~half].assign(model_id=model.model_id)
    print(f"{(half & (topic != TOPIC)).sum():,} posts in the profile, {len(rest):,} to draw from, {runs} runs a row\n")
    n_topic = int((rest["truly"] == TOPIC).sum())
    most = {"half of a new topic": 2 * n_topic, "a new topic alone": n_topic}
    print("| shift | new posts | not stable | strongly moved | rows that moved most often |")
    print("| --- | --- | --- | --- | --- |")
    for name, draw in CASES.items():
        for n in (100, 300, 1000):
            if n > most.get(name, n):
                continue
            found = [sl.find_drift(model, draw(rest, n, generator)) for _ in range(runs)]
            verdicts = pd.Series([result.verdict for result in found])
            moved = pd.concat([result.moved[["what", "language"]] for result in found])
            often = (moved["what"] + " " + moved["language"]).value_counts().head(3)
            told = ", ".join(f"{row} {count / runs:.0%}" for row, count in often.items())
            print(
                f"| {name} | {n} | {(verdicts != STABLE).mean():.0%} | {(verdicts == 'strongly moved').mean():.0%} | "
                f"{told or '-'} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
