"""What a few labels bring on posts of a domain that the base has not seen, written to docs/retraining.md and its plot.

    python benchmarks/retraining.py --corpora DIR --cache DIR [--draws 20] [--write]

For each domain of `unseen_domains` and each number of labels, so many posts are drawn at random, a model is trained on them
as `sentilens.train` does it, and base and trained model are judged on the other posts of the domain that are no near-copies of
the drawn ones. Bases and finished domains are kept in the cache folder, which holds no texts. Draws have fixed seeds.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from sentilens.answers import most_probable
from sentilens.calibration import expected_calibration_error
from sentilens.errors import DataQualityWarning, LabelError
from sentilens.head_columns import LABEL_PREFIX
from sentilens.heads import LinearHead
from sentilens.schema import LANGUAGE_NAMES, SENTIMENTS
from sentilens.scorer import PostScorer
from sentilens.training.corpus import Corpus, read_corpus
from sentilens.training.learning import Learnt, learn
from sentilens.training.thresholds import ThresholdRule
from unseen_domains import GROUPS, N_TUNED, ROOT, Domain, posts_of, read_base, read_posts

OUT = ROOT / "docs/retraining.md"
PLOT = ROOT / "docs/retraining.svg"
SIZES = (25, 50, 100, 300, 1000)
HEADS = ("sentiment", "complaint")
#: So many posts judge; more would cost time only.
_MOST_JUDGED = 1_000
#: Labels are drawn from no more than this share of a domain, so that enough is left to judge by.
_MOST_DRAWN = 0.6
_LEAST_OF_A_LANGUAGE = 60
_RESAMPLES = 200
Codes = NDArray[np.int64]
Array = NDArray[np.float64]


def main() -> None:
    """Run all domains that are not in the cache, and write or print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, required=True, help="folder for bases and for finished domains")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write docs/retraining.md and its plot rather than print")
    options = parser.parse_args()
    warnings.simplefilter("ignore", DataQualityWarning)
    runs = run_all(options.corpora, options.cache, options.draws)
    page = "\n".join(lines_of(runs, options.draws))
    if options.write:
        head, _, rest = OUT.read_text(encoding="utf-8").partition("<!-- figures -->\n")
        tail = rest.partition("<!-- end -->")[2]
        OUT.write_text(f"{head}<!-- figures -->\n{page}\n<!-- end -->{tail}", encoding="utf-8")
        draw_plot(runs)
    else:
        print(page)


def run_all(corpora: Path, cache: Path, draws: int) -> pd.DataFrame:
    """Give the figures of all draws, domains in their order."""
    paths = {domain.name: cache / f"{domain.name.replace(' ', '_')}_{draws}.csv" for group in GROUPS for domain in group}
    posts = None
    for number, group in enumerate(GROUPS):
        for domain in group:
            if not paths[domain.name].exists():
                posts = posts or read_posts(corpora)
                rows = list(run_domain(domain, posts_of(domain, posts), read_base(number, cache, posts), draws))
                pd.DataFrame(rows).to_csv(paths[domain.name], index=False, lineterminator="\n")
    return pd.concat([pd.read_csv(path) for path in paths.values()], ignore_index=True)


def run_domain(domain: Domain, posts: pd.DataFrame, base: PostScorer, draws: int) -> Iterator[dict[str, object]]:
    """Train and judge on each draw of one domain."""
    heads = tuple(head for head in HEADS if head in posts.columns)
    corpus = read_corpus(posts, base, heads, ())
    sizes = [size for size in SIZES if size <= _MOST_DRAWN * len(corpus.posts)]
    for draw in tqdm(range(draws), desc=domain.name):
        order = np.random.default_rng(draw).permutation(len(corpus.posts))
        for size in sizes:
            drawn = order[:size]
            judging = order[size:]
            judging = judging[~np.isin(corpus.copies[judging], corpus.copies[drawn])][:_MOST_JUDGED]
            for head in heads:
                learnt = learn_head(corpus.take(drawn), base, head)
                for row in judge(corpus, judging, base, learnt, head):
                    yield {"domain": domain.name, "draw": draw, "n": size, "head": head, **row}


def learn_head(corpus: Corpus, base: PostScorer, head: str) -> Learnt | None:
    """Learn one head as `sentilens.train` does; None where it would refuse so few labels."""
    try:
        tasks = corpus.tasks(base, (head,), ())
    except LabelError:
        return None
    with threadpool_limits(limits=1, user_api="blas"):
        return learn(corpus.grouped(tasks)[0], tasks, base, ThresholdRule.of("f1"), n_threads=1, bar=tqdm(disable=True))


def judge(corpus: Corpus, rows: Codes, base: PostScorer, learnt: Learnt | None, head: str) -> Iterator[dict[str, object]]:
    """Give the figures of base and trained model on the same posts, over all and by language."""
    own = base.stack.heads[head]
    trained = own if learnt is None else learnt.fits[head].head
    is_kept = trained is own
    labels = corpus.posts[LABEL_PREFIX + head].iloc[rows]
    truth = labels.map(SENTIMENTS.index).to_numpy() if head == "sentiment" else labels.to_numpy(dtype=np.int64)
    said = {"base": probabilities(own, corpus, rows), "trained": probabilities(trained, corpus, rows)}
    if head == "sentiment":
        weights = None if learnt is None else learnt.answer_weights.get("sentiment")
        given = {"base": codes_of(said["base"], None), "trained": codes_of(said["trained"], weights)}
    else:
        cut = base.threshold if learnt is None else learnt.thresholds["complaint"]
        given = {"base": said["base"][:, 1] >= base.threshold, "trained": said["trained"][:, 1] >= cut}
    given = {name: answers.astype(np.int64) for name, answers in given.items()}
    figures: dict[str, object] = {"language": "all", "n_judged": len(rows), "kept": is_kept, "refused": learnt is None}
    figures |= {f"{name}_macro_f1": macro_f1(truth, answers) for name, answers in given.items()}
    figures["noise"] = noise_of_difference(truth, given["base"], given["trained"])
    for name, values in said.items():
        figures[f"{name}_accuracy"] = float((given[name] == truth).mean())
        if head == "complaint":
            figures[f"{name}_f1"] = class_f1(truth, given[name], 1)
            figures[f"{name}_ap"] = float(average_precision_score(truth, values[:, 1]))
            figures[f"{name}_ece"] = expected_calibration_error(values[:, 1], truth)
        else:
            right = truth == values.argmax(axis=1)
            figures[f"{name}_ece"] = expected_calibration_error(values.max(axis=1), right)
    yield figures
    languages = corpus.posts["language"].iloc[rows].to_numpy()
    for language in np.unique(languages):
        here = languages == language
        if here.sum() >= _LEAST_OF_A_LANGUAGE and not here.all():
            scores = {f"{name}_macro_f1": macro_f1(truth[here], answers[here]) for name, answers in given.items()}
            yield {"language": language, "n_judged": int(here.sum()), "kept": is_kept, "refused": learnt is None, **scores}


def probabilities(head: LinearHead, corpus: Corpus, rows: Codes) -> Array:
    """Give what a head says of some of the posts."""
    return head.probabilities(np.asarray(corpus.features[rows] @ head.weights + head.intercept, dtype=np.float64))


def codes_of(said: Array, weights: object) -> Codes:
    """Give the answers as places among the sentiments."""
    labels = most_probable(said, SENTIMENTS, weights)  # type: ignore[arg-type]
    return np.asarray([SENTIMENTS.index(label) for label in labels], dtype=np.int64)


def class_f1(truth: Codes, given: Codes, code: int) -> float:
    """Give the F1 of one class; 0 where there is none of it."""
    total = (truth == code).sum() + (given == code).sum()
    return float(2.0 * ((truth == code) & (given == code)).sum() / total) if total else 0.0


def macro_f1(truth: Codes, given: Codes) -> float:
    """Give the mean F1 of the classes that are there."""
    return float(np.mean([class_f1(truth, given, int(code)) for code in np.unique(truth)]))


def noise_of_difference(truth: Codes, first: Codes, second: Codes) -> float:
    """Give the standard error of the difference in macro-F1 on the same posts, by the bootstrap over posts."""
    if (first == second).all():
        return 0.0
    generator = np.random.default_rng(0)
    gaps = []
    for _ in range(_RESAMPLES):
        chosen = generator.integers(0, len(truth), len(truth))
        gaps.append(macro_f1(truth[chosen], second[chosen]) - macro_f1(truth[chosen], first[chosen]))
    return float(np.std(gaps))


def lines_of(runs: pd.DataFrame, draws: int) -> Iterator[str]:
    """Write the tables."""
    runs = runs.assign(gain=100 * (runs["trained_macro_f1"] - runs["base_macro_f1"]))
    runs["worse"] = runs["gain"] < -200 * runs["noise"]
    whole = runs[runs["language"] == "all"]
    tuned = {domain.name for group in GROUPS[:N_TUNED] for domain in group}
    reported = whole[~whole["domain"].isin(tuned)]
    is_own = reported["domain"].isin({domain.name for group in GROUPS for domain in group if domain.topic})
    yield f"{draws} draws each. Gains are points of macro-F1 over the base: the mean of the draws, and the range of 95 % of"
    yield "them."
    for head in HEADS:
        yield f"\n### {head.capitalize()}\n"
        yield "| domain | base | 25 labels | 50 | 100 | 300 | 1000 |\n|---|---|---|---|---|---|---|"
        for domain, part in whole[whole["head"] == head].groupby("domain", sort=False):
            cells = [gain_cell(part[part["n"] == size]) for size in SIZES]
            star = " *" if domain in tuned else ""
            yield f"| {domain}{star} | {part['base_macro_f1'].mean():.3f} | {' | '.join(cells)} |"
        for name, chosen in (("mean, real posts", ~is_own), ("mean, topics of own posts", is_own)):
            means = reported[chosen & (reported["head"] == head)].groupby(["domain", "n"])["gain"].mean()
            by_size = means.groupby("n").agg(["mean", "size"])
            cells = [f"{by_size['mean'][n]:+.1f} ({by_size['size'][n]} domains)" if n in by_size.index else "-" for n in SIZES]
            yield f"| **{name}** | | {' | '.join(cells)} |"
    yield "\n\\* The recipe was chosen on these domains; they are not in the means."
    yield "\n### Worse than the base\n"
    yield "Domains without *, both questions. Draws in which the trained model is worse by more than two standard errors of the"
    yield "difference on the same posts, and draws in which the base's head was kept, as the labels did not show that anything"
    yield "is better.\n"
    yield "| labels | draws | worse | mean loss of these | base kept | too few labels of a class |\n|---|---|---|---|---|---|"
    for size, part in reported.groupby("n"):
        lost = part.loc[part["worse"], "gain"]
        loss = f"{-lost.mean():.1f}" if len(lost) else "-"
        yield (
            f"| {size} | {len(part)} | {part['worse'].mean():.1%} | {loss} | "
            f"{(part['kept'] & ~part['refused']).mean():.0%} | {part['refused'].mean():.0%} |"
        )
    yield "\n### Complaints: other figures (base to trained, means over the draws)\n"
    yield "| domain | labels | F1 | average precision | ECE |\n|---|---|---|---|---|"
    judged = whole[(whole["head"] == "complaint") & whole["n"].isin((100, 300))]
    for (domain, size), part in judged.groupby(["domain", "n"], sort=False):
        cells = [f"{part[f'base_{name}'].mean():.3f} to {part[f'trained_{name}'].mean():.3f}" for name in ("f1", "ap", "ece")]
        yield f"| {domain} | {size} | {' | '.join(cells)} |"
    yield "\n### By language, topics of own posts, 300 labels of all languages together\n"
    yield "| domain | language | posts judged | sentiment | gain | complaint | gain |\n|---|---|---|---|---|---|---|"
    spoken = runs[(runs["language"] != "all") & (runs["n"] == 300)]
    for (domain, language), part in spoken.groupby(["domain", "language"], sort=False):
        cells = []
        for head in HEADS:
            rows = part[part["head"] == head]
            cells.append(f"{rows['base_macro_f1'].mean():.3f} | {gain_cell(rows)}" if len(rows) else "- | -")
        named = LANGUAGE_NAMES.get(language, language)
        yield f"| {domain} | {named} | {part['n_judged'].mean():.0f} | {' | '.join(cells)} |"


def gain_cell(rows: pd.DataFrame) -> str:
    """Write a mean gain and its range."""
    if rows.empty:
        return "-"
    low, high = np.percentile(rows["gain"], (2.5, 97.5))
    return f"{rows['gain'].mean():+.1f} ({low:+.1f} to {high:+.1f})"


def draw_plot(runs: pd.DataFrame) -> None:
    """Draw macro-F1 over the number of labels, a panel for each domain."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    whole = runs[runs["language"] == "all"]
    names = list(dict.fromkeys(whole["domain"]))
    figure = Figure(figsize=(11, 9), layout="constrained")
    panels = figure.subplots(-(-len(names) // 3), 3).ravel()
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    for panel, name in zip(panels, names, strict=False):
        for head, colour in zip(HEADS, ("#1b6ca8", "#c8553d"), strict=True):
            part = whole[(whole["domain"] == name) & (whole["head"] == head)]
            if part.empty:
                continue
            sizes = part.groupby("n")["trained_macro_f1"]
            panel.axhline(part["base_macro_f1"].mean(), color=colour, linestyle=":", linewidth=1)
            panel.plot(sizes.mean().index, sizes.mean(), color=colour, marker="o", markersize=3, label=head)
            panel.fill_between(sizes.mean().index, sizes.quantile(0.025), sizes.quantile(0.975), color=colour, alpha=0.15, lw=0)
        panel.set_title(name, fontsize=10)
        panel.set_xscale("log")
        panel.set_xlim(SIZES[0] / 1.15, SIZES[-1] * 1.15)
        panel.set_xticks(SIZES, [str(size) for size in SIZES])
        panel.minorticks_off()
        panel.grid(alpha=0.25)
    figure.supxlabel("labels")
    figure.supylabel("macro-F1 (dotted: base; band: 95 % of the draws)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False)
    with mpl.rc_context({"svg.hashsalt": "sentilens", "svg.fonttype": "none"}):
        figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    main()
