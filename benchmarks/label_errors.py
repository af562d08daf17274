"""How many planted label mistakes are among the first tenth of those suspected, written to docs/label_errors.md.

    python benchmarks/label_errors.py [--draws N] [--without-semantic]

Posts: a part of the test part of ``data/labelled``, which no training of the default model has seen, nor near-copies of them; a
model that was trained on the true labels of the very posts would know every flip. In each draw 5 % of the posts get another
label, near-copies together, each other class being as likely. A head is then trained from the default model on the flipped
labels, cross-fitted, and all posts are ranked by each way of doubting. Labels that were wrong before count against all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from labelled_posts import read_own_posts  # noqa: E402
from sentilens.errors import MissingDependencyError  # noqa: E402
from sentilens.judged import Judged, read_judged  # noqa: E402
from sentilens.near_copies import near_copy_groups  # noqa: E402
from sentilens.schema import SCORED_STATUSES  # noqa: E402
from sentilens.scorer import PostScorer, load_model  # noqa: E402
from sentilens.training import assign_folds, fit_calibrated  # noqa: E402
from sentilens.training.label_errors import doubt_labels, pool_opinions  # noqa: E402

OUT = ROOT / "docs/label_errors.md"
HEADS = ("complaint", "sentiment")
N_POSTS = 1_200
PLANTED, LOOKED_AT = 0.05, 0.10
#: The penalty that `train` mostly chooses for so many posts.
STRENGTH = 0.03
N_NEIGHBOURS = 15
CHOSEN = "cross-fitted model and base, pooled"


def main() -> None:
    """Plant, look, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--without-semantic", action="store_true", help="do not ask the semantic model")
    options = parser.parse_args()
    base = load_model()
    posts = read_own_posts()
    posts = (
        posts[posts["is_test"].astype(bool)]
        .sample(N_POSTS, random_state=0)
        .rename(columns={head: f"label_{head}" for head in HEADS})
    )
    scored = base.score(posts)
    scored = scored[scored["status"].isin(SCORED_STATUSES)].reset_index(drop=True)
    judge = None if options.without_semantic else ask_semantic(scored)
    rows = []
    with threadpool_limits(limits=1):
        for head in HEADS:
            for draw in range(options.draws):
                rows += [{"head": head, "draw": draw, **row} for row in one_draw(base, scored, judge, head, draw)]
                print(f"{head}, draw {draw + 1} of {options.draws}", flush=True)
    OUT.write_text(tell(pd.DataFrame(rows), scored, options.draws), encoding="utf-8", newline="\n")
    print(OUT.read_text(encoding="utf-8"))


def ask_semantic(scored: pd.DataFrame) -> pd.DataFrame | None:
    """Give the semantic model's scores of the same posts, None where it is not installed."""
    try:
        return load_model("semantic").score(scored)
    except MissingDependencyError:
        return None


def one_draw(
    base: PostScorer, scored: pd.DataFrame, judge: pd.DataFrame | None, head: str, draw: int
) -> Iterator[dict[str, object]]:
    """Plant mistakes and give the share of them that each ranking brings into the first tenth."""
    known = read_judged(scored, head)
    cleaned = scored["cleaned"].iloc[known.rows].tolist()
    groups = near_copy_groups(cleaned)
    generator = np.random.default_rng(draw)
    flipped = choose_groups(groups, generator)
    n_classes = len(known.classes)
    labels = known.truth.copy()
    labels[flipped] = (labels[flipped] + generator.integers(1, n_classes, flipped.sum())) % n_classes
    features = base.featurizer.matrix(cleaned, scored["language"].iloc[known.rows].tolist())
    names = np.asarray(known.classes)[labels]
    prior = list(base.stack.heads.values())

    def unseen(folds: np.ndarray, heads: list) -> np.ndarray:
        return fit_calibrated(head, features, names, folds, C=STRENGTH, prior=heads).unseen

    crossed = unseen(assign_folds(groups, labels), prior)
    renumbered = generator.permutation(groups.max() + 1)[groups]
    opinions = {
        "no base: cross-fitted model that starts from nothing": [unseen(assign_folds(groups, labels), [])],
        "cross-fitted model": [crossed],
        "cross-fitted model, two ways of folding": [crossed, unseen(assign_folds(renumbered, labels), prior)],
        "base alone": [of_known(known)],
        CHOSEN: [crossed, of_known(known)],
        "cross-fitted model, base and nearest posts, pooled": [
            crossed,
            of_known(known),
            neighbours(features, labels, groups, n_classes),
        ],
    }
    if judge is not None:
        second = of_known(read_judged(judge, head))
        opinions |= {
            "semantic model alone": [second],
            "cross-fitted model and semantic model, pooled": [crossed, second],
            "cross-fitted model, base and semantic model, pooled": [crossed, of_known(known), second],
        }
    for way, pooled in opinions.items():
        yield {"way": way, "found": share_found(doubt_labels(pool_opinions(pooled), labels).margin, flipped)}
    every = np.arange(len(labels))
    yield {"way": "cross-fitted model, by self-confidence", "found": share_found(crossed[every, labels], flipped)}
    expected = np.array([crossed[labels == name, name].mean() for name in range(n_classes)])
    adjusted = doubt_labels(np.clip(crossed - expected + expected.max(), 0, None), labels).margin
    yield {"way": "cross-fitted model, margin above the classes' thresholds", "found": share_found(adjusted, flipped)}


def of_known(judged: Judged) -> np.ndarray:
    """Give the probabilities, which these heads have."""
    assert judged.probabilities is not None
    return judged.probabilities


def choose_groups(groups: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Choose whole groups until they hold the share to be planted."""
    wanted, flipped = round(PLANTED * len(groups)), np.zeros(len(groups), dtype=bool)
    for group in generator.permutation(groups.max() + 1):
        if flipped.sum() >= wanted:
            break
        flipped |= groups == group
    return flipped


def neighbours(features: object, labels: np.ndarray, groups: np.ndarray, n_classes: int) -> np.ndarray:
    """Give the shares of the labels among the posts of the most similar words, near-copies left out."""
    from sklearn.preprocessing import normalize

    unit = normalize(features)
    alike = (unit @ unit.T).toarray()
    alike[groups[:, None] == groups] = -1
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :N_NEIGHBOURS]
    counts = np.stack([(labels[nearest] == name).sum(axis=1) for name in range(n_classes)], axis=1)
    return (counts + 1) / (N_NEIGHBOURS + n_classes)


def share_found(margin: np.ndarray, flipped: np.ndarray) -> float:
    """Give the share of the planted mistakes in the first tenth of the ranking."""
    first = np.argsort(margin, kind="stable")[: round(LOOKED_AT * len(margin))]
    return float(flipped[first].sum() / flipped.sum())


def tell(rows: pd.DataFrame, scored: pd.DataFrame, draws: int) -> str:
    """Write the page."""
    half = t.ppf(0.975, draws - 1) / np.sqrt(draws)
    lines = [f"| ranking by | {' | '.join(HEADS)} |", "|---|" + "---|" * len(HEADS)]
    ways = rows.groupby("way")["found"].mean().sort_values(ascending=False)
    for way in ways.index:
        cells = []
        for head in HEADS:
            found = rows.loc[(rows["way"] == way) & (rows["head"] == head), "found"]
            mean, apart = found.mean(), half * found.std()
            cells.append(f"{mean:.2f} ({mean - apart:.2f} to {mean + apart:.2f})")
        lines.append(f"| {f'**{way}**' if way == CHOSEN else way} | {' | '.join(cells)} |")
    return f"""# Finding label mistakes

How many of the mistakes planted in 5 % of the labels stand in the first tenth of the posts that `find_label_errors` doubts
most. Chance alone would bring 10 % of them there. Written by `benchmarks/label_errors.py`; do not edit.

The {len(scored):,} posts are of the test part of `data/labelled`: the default model, which the training starts from, has seen
neither them nor near-copies of them. (With posts it was trained on it would know every planted mistake.) Near-copies are
flipped together; {draws} draws, the mean with its 95 % interval. Unless said otherwise the rank is by normalised margin.

{chr(10).join(lines)}

The one in bold is what `find_label_errors(result)` does; with `judges=[load_model("semantic")]` the semantic model takes
the place of the base in it. As a tenth of the posts is looked at, half of them at most can be planted; posts that were doubtful
before are among the others.
"""


if __name__ == "__main__":
    main()
