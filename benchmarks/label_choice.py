"""How many labels the choice of posts saves against random sampling, written to docs/labelling_choice.md.

    python benchmarks/label_choice.py [--draws 20] [--write]

The default model has learnt from the project's labelled posts and so cannot be the base here: it would know the answers. For
each group of languages a base of its own is fitted on the posts of all other languages. The posts of the group are then split
into a pool to choose from and posts to measure on, near-copies on one side, another way in each draw.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from labelled_posts import read_own_posts  # noqa: E402
from sentilens.choosing.selection import select_posts, sketch, uncertainty_of  # noqa: E402
from sentilens.features import Featurizer  # noqa: E402
from sentilens.heads import LinearHead, fit_head  # noqa: E402
from sentilens.near_copies import near_copy_groups  # noqa: E402
from sentilens.schema import HEAD_CLASSES, SENTIMENT_COLUMNS  # noqa: E402

OUT = ROOT / "docs/labelling_choice.md"
HEADS = ("sentiment", "complaint")
SIZES = (50, 100, 200, 300, 500)
#: How the choice works was settled on the first group; the others had no part in that.
GROUPS = {
    "Danish, Norwegian": ("da", "nb", "nn"),
    "Swedish, English": ("sv", "en"),
    "Finnish, Icelandic, Faroese": ("fi", "is", "fo"),
}
TUNED_ON = "Danish, Norwegian"
#: Complaints among the posts: as in the labelled posts, which were written to hold many, and as in many an export.
MIXES = {"as written, 39 % complaints": None, "one post in ten a complaint": 0.1}
FIGURES = {"macro_f1": "Mean of the macro-F1 of sentiment and complaint", "complaint_f1": "F1 of complaints"}
BASE_STRENGTH, STRENGTH, PRIOR_SCALE = 3.0, 0.3, 3.0
TEST_SHARE = 0.4
CONTROL_SHARE = 0.1
N_BOOTSTRAP = 1000
Rows = NDArray[np.int64]
Probabilities = dict[str, NDArray[np.float64]]
Choice = Callable[["Domain", Probabilities, Rows, int, np.random.Generator], Rows]


@dataclass(frozen=True)
class Domain:
    """Posts of a few languages, and a base that has seen none of these languages."""

    features: sparse.csr_matrix
    spread: NDArray[np.float64]
    labels: dict[str, NDArray[np.str_]]
    groups: Rows
    strata: NDArray[np.int64]
    base: list[LinearHead]

    def judge(self, heads: Sequence[LinearHead]) -> Probabilities:
        """Give what heads say of all posts."""
        return {head.name: head.probabilities(self.features @ head.weights + head.intercept) for head in heads}

    def learn(self, rows: Rows) -> Probabilities:
        """Fit heads on the labels of some posts, starting from the base, and give what they say of all posts."""
        heads = []
        for base in self.base:
            labels = self.labels[base.name][rows]
            if len(set(labels)) < 2:
                heads.append(base)
                continue
            fitted = fit_head(
                base.name, self.features[rows], labels, base.classes, C=STRENGTH, prior=self.base, prior_scale=PRIOR_SCALE
            )
            heads.append(fitted)
        return self.judge(heads)

    def measure(self, said: Probabilities, rows: Rows) -> dict[str, float]:
        """Give macro-F1 of both answers, and the F1 of complaints."""
        truth = {name: self.labels[name][rows] for name in HEADS}
        guess = {name: np.asarray(HEAD_CLASSES[name])[said[name][rows].argmax(axis=1)] for name in HEADS}
        macro = [f1_score(truth[name], guess[name], average="macro", zero_division=0) for name in HEADS]
        return {
            "macro_f1": float(np.mean(macro)),
            "complaint_f1": float(f1_score(truth["complaint"], guess["complaint"], pos_label="1", zero_division=0)),
        }


def main() -> None:
    """Simulate, print, and write the page where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=20, help="random splits of each group of languages")
    parser.add_argument("--write", action="store_true", help="write docs/labelling_choice.md")
    options = parser.parse_args()
    posts = read_own_posts()
    posts = posts[~posts["is_test"].astype(bool)].reset_index(drop=True)
    features = Featurizer().matrix(posts["cleaned"].tolist(), posts["language"].tolist())
    groups = near_copy_groups(posts["cleaned"].tolist())
    records = []
    with threadpool_limits(limits=1):
        for group, languages in GROUPS.items():
            domain = make_domain(posts, features, groups, languages)
            for mix, share in MIXES.items():
                part = simulate(domain, share, options.draws)
                records.append(part.assign(group=group, mix=mix))
                print(group, mix, curves(part).round(3).to_string(), sep="\n", flush=True)
    page = "\n".join(write_page(pd.concat(records, ignore_index=True), options.draws))
    if options.write:
        OUT.write_text(page + "\n", encoding="utf-8")
    print(page)


def make_domain(posts: pd.DataFrame, features: sparse.csr_matrix, groups: Rows, languages: Sequence[str]) -> Domain:
    """Take the posts of some languages, and fit a base on all others that are no near-copies of them."""
    inside = posts["language"].isin(languages).to_numpy()
    outside = np.flatnonzero(~np.isin(groups, groups[inside]))
    chosen = np.flatnonzero(inside)
    used = np.flatnonzero(features[chosen].getnnz(axis=0))
    base = []
    for name in HEADS:
        head = fit_head(name, features[outside], labels_of(posts, name)[outside], HEAD_CLASSES[name], C=BASE_STRENGTH)
        base.append(LinearHead(name, head.classes, head.weights[used], head.intercept))
    return Domain(
        features[chosen][:, used],
        sketch(features[chosen]),
        {name: labels_of(posts, name)[chosen] for name in HEADS},
        groups[chosen],
        pd.factorize(posts["language"].iloc[chosen])[0],
        base,
    )


def labels_of(posts: pd.DataFrame, name: str) -> NDArray[np.str_]:
    """Give the labels of a head as its classes."""
    values = posts[name].astype(int) if name == "complaint" else posts[name]
    return values.astype(str).to_numpy(str)


def at_random(domain: Domain, said: Probabilities, left: Rows, n: int, generator: np.random.Generator) -> Rows:
    """Draw posts at random."""
    return generator.choice(left, n, replace=False)


def least_sure(domain: Domain, said: Probabilities, left: Rows, n: int, generator: np.random.Generator) -> Rows:
    """Take the posts of which the model is least sure, and no others."""
    return left[np.argsort(-unsure(said, left), kind="stable")[:n]]


def as_the_package(domain: Domain, said: Probabilities, left: Rows, n: int, generator: np.random.Generator) -> Rows:
    """Choose as `sentilens.choose_posts_to_label` does."""
    reasons = select_posts(
        unsure(said, left),
        [domain.strata[left]],
        generator.random(len(left)),
        lambda rows: domain.spread[left[rows]],
        n,
        control_share=CONTROL_SHARE,
    )
    return left[reasons != ""]


def unsure(said: Probabilities, rows: Rows) -> NDArray[np.float64]:
    """Give the package's measure of uncertainty."""
    table = pd.DataFrame(said["sentiment"][rows], columns=list(SENTIMENT_COLUMNS))
    return uncertainty_of(table.assign(complaint_probability=said["complaint"][rows, 1]))


CHOICES: dict[str, Choice] = {"random": at_random, "uncertain only": least_sure, "chosen": as_the_package}


def simulate(domain: Domain, share: float | None, draws: int) -> pd.DataFrame:
    """Label batch after batch, each way of choosing from the same pool, and measure after each batch."""
    records = []
    for draw in range(draws):
        generator = np.random.default_rng(draw)
        kept = thin_out(domain, share, generator)
        is_test = (generator.random(domain.groups.max() + 1) < TEST_SHARE)[domain.groups]
        test, pool = kept[is_test[kept]], kept[~is_test[kept]]
        start = domain.judge(domain.base)
        records.append({"draw": draw, "choice": "base", "n": 0, **domain.measure(start, test)})
        for name, choose in CHOICES.items():
            chance = np.random.default_rng(1000 + draw)
            said, labelled = start, np.zeros(0, dtype=np.int64)
            for n in SIZES:
                left = np.setdiff1d(pool, labelled)
                labelled = np.append(labelled, choose(domain, said, left, n - len(labelled), chance))
                said = domain.learn(labelled)
                records.append({"draw": draw, "choice": name, "n": n, **domain.measure(said, test)})
    return pd.DataFrame(records)


def thin_out(domain: Domain, share: float | None, generator: np.random.Generator) -> Rows:
    """Take complaints away until they are the share of all posts that is wanted."""
    complaints = np.flatnonzero(domain.labels["complaint"] == "1")
    others = np.flatnonzero(domain.labels["complaint"] == "0")
    if share is None:
        return np.arange(len(domain.groups))
    kept = generator.choice(complaints, round(len(others) * share / (1 - share)), replace=False)
    return np.sort(np.append(others, kept))


def curves(part: pd.DataFrame, figure: str = "macro_f1") -> pd.DataFrame:
    """Give the mean of a figure by way of choosing and number of labels."""
    return part.pivot_table(index="choice", columns="n", values=figure)


def labels_needed(random: NDArray[np.float64], curve: NDArray[np.float64], n: int) -> float:
    """Give how many labels reach the figure that random sampling reaches with ``n``, as part of ``n``; inf where 500 do not.

    Both curves have a figure for each of the sizes. Between two sizes the curve is a line; one that falls counts as level.
    """
    goal = np.maximum.accumulate(random)[SIZES.index(n)]
    reached = np.maximum.accumulate(curve)
    if reached[-1] < goal:
        return float("inf")
    place = int(np.argmax(reached >= goal))
    if place == 0:
        return SIZES[0] / n
    step = (goal - reached[place - 1]) / (reached[place] - reached[place - 1])
    return float((SIZES[place - 1] + step * (SIZES[place] - SIZES[place - 1])) / n)


def needed_with_interval(part: pd.DataFrame, choice: str, n: int, figure: str) -> tuple[float, float, float]:
    """Give `labels_needed` of the mean curves, and its 95 % percentile interval over draws that are drawn anew."""
    generator = np.random.default_rng(0)
    wide = part.pivot_table(index="draw", columns=["choice", "n"], values=figure)
    random, curve = (wide[name][list(SIZES)].to_numpy() for name in ("random", choice))
    draws = generator.integers(0, len(wide), (N_BOOTSTRAP, len(wide)))
    found = [labels_needed(random[rows].mean(axis=0), curve[rows].mean(axis=0), n) for rows in draws]
    low, high = np.quantile(found, [0.025, 0.975], method="nearest")
    return labels_needed(random.mean(axis=0), curve.mean(axis=0), n), float(low), float(high)


def write_page(records: pd.DataFrame, draws: int) -> list[str]:
    """Write the page."""
    lines = [
        "# What choosing posts to label saves",
        "",
        "Written by `benchmarks/label_choice.py`. `sentilens label` draws half of a batch at random and takes the other half",
        "from the posts that the model is least sure of. Here that is set against a batch drawn at random, and against the",
        "least sure posts alone.",
        "",
        "The posts are the training part of `data/labelled`, which are synthetic. The default model knows them, so each group",
        "of languages has a base of its own, fitted on the posts of all other languages. The group is split, near-copies",
        f"together, into a pool ({1 - TEST_SHARE:.0%}) and posts to measure on, another way in each of {draws} draws. Batches",
        f"add up to {', '.join(map(str, SIZES))} labels, each chosen with what was learnt from those before. The heads are",
        "fitted as training does, but with one fixed penalty and with complaints from 0.5 on, without its choice of penalty",
        "and threshold.",
        "",
        f"How to choose was settled on {TUNED_ON} with eight draws; the other groups had no part in that.",
    ]
    for mix in MIXES:
        lines += ["", f"## {mix[0].upper()}{mix[1:]}"]
        for figure, title in (
            ("macro_f1", "Mean of the macro-F1 of sentiment and complaint"),
            ("complaint_f1", "F1 of complaints"),
        ):
            lines += ["", f"{title}, mean of the draws with the 95 % interval of the mean:", ""]
            lines += ["| languages | choice | base | " + " | ".join(map(str, SIZES)) + " |", "|---" * (len(SIZES) + 3) + "|"]
            for group in GROUPS:
                part = records[(records["group"] == group) & (records["mix"] == mix)]
                lines += [figure_row(part, group, choice, figure) for choice in CHOICES]
            lines += [
                "",
                "Labels that reach what so many at random reach, as part of these (95 % interval):",
                "",
            ]
            lines += ["| languages | choice | " + " | ".join(map(str, SIZES[1:])) + " |", "|---" * (len(SIZES) + 1) + "|"]
            for group in GROUPS:
                part = records[(records["group"] == group) & (records["mix"] == mix)]
                lines += [needed_row(part, group, choice, figure) for choice in list(CHOICES)[1:]]
    return lines


def figure_row(part: pd.DataFrame, group: str, choice: str, figure: str) -> str:
    """Give the row of one way of choosing."""
    cells = [f"{part.loc[part['choice'] == 'base', figure].mean():.3f}"]
    for n in SIZES:
        values = part.loc[(part["choice"] == choice) & (part["n"] == n), figure]
        cells.append(f"{values.mean():.3f} ± {1.96 * values.std() / len(values) ** 0.5:.3f}")
    return f"| {group} | {choice} | {' | '.join(cells)} |"


def needed_row(part: pd.DataFrame, group: str, choice: str, figure: str) -> str:
    """Give the row of the labels needed."""
    cells = []
    for n in SIZES[1:]:
        needed, low, high = map(percent, needed_with_interval(part, choice, n, figure))
        cells.append(f"{needed} ({low} to {high})")
    return f"| {group} | {choice} | {' | '.join(cells)} |"


def percent(value: float) -> str:
    """Write a share; more labels than were tried are said to be so."""
    return f"{value:.0%}" if np.isfinite(value) else "more than tried"


if __name__ == "__main__":
    main()
