"""How far `find_drift`'s estimate of accuracy without labels is from the truth, on domains that the model has not seen.

    python benchmarks/estimated_accuracy.py --corpora DIR [--labels DIR]

A model is fitted on the project's own posts alone (``data/labelled``, all but one topic for each topic held out), and judged
on posts of public corpora that were labelled by the same guideline, and on the topic that was held out. None of them has been
seen. Prints the table of docs/drift.md and the standard deviations behind `sentilens.drift.accuracy.SHIFT_ERROR`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import sentilens as sl
from corpora import read_corpora
from labelled_posts import OWN, ROOT, read_labelled_posts
from sentilens.drift.accuracy import MEASURES, MIN_POSTS
from sentilens.evaluation import best_threshold, f1_counts
from sentilens.features import Featurizer
from sentilens.near_copies import near_copy_groups
from sentilens.profile import with_profile
from sentilens.schema import SENTIMENT_COLUMNS, SENTIMENTS
from sentilens.scorer import PostScorer
from sentilens.training import assign_folds, fit_calibrated

TOPICS_HELD_OUT = ("price_billing", "outage_reliability", "staff_store")
#: Strengths of the default model's heads; fewer buckets, for speed.
_STRENGTH, _N_BUCKETS = 3.0, 1 << 16


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora")
    options = parser.parse_args()
    labelled = read_labelled_posts(options.labels, read_corpora(options.corpora))
    is_own = labelled["corpus"] == OWN
    rows = []
    for held_out in (None, *TOPICS_HELD_OUT):
        kept = labelled[is_own & (labelled["topic"] != held_out)]
        model = fit(kept.reset_index(drop=True))
        for name, posts in domains(labelled, is_own, held_out):
            rows += [{"domain": name, **row} for row in judge(model, posts)]
            print(f"{name}: {len(posts)} posts", file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    print("| unseen domain | posts | verdict | measure | at training | estimate (95 % interval) | true |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in table.itertuples():
        estimate = f"{row.at_training:.2f} | {row.estimate:.2f} ({row.low:.2f}-{row.high:.2f})"
        print(f"| {row.domain} | {row.n_posts} | {row.verdict} | {row.measure} | {estimate} | {row.true:.2f} |")
    print("\n| measure | domains | mean error | mean absolute error | if unchanged | beyond chance | intervals hold |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for measure, part in table.groupby("measure", sort=False):
        error = part["estimate"] - part["true"]
        stayed = (part["at_training"] - part["true"]).abs().mean()
        beyond = np.sqrt(max(float((error**2).mean() - (part["chance"] ** 2).mean()), 0.0))
        inside = ((part["low"] <= part["true"]) & (part["true"] <= part["high"])).mean()
        print(
            f"| {measure} | {len(part)} | {error.mean():+.3f} | {error.abs().mean():.3f} | {stayed:.3f} | {beyond:.3f} | "
            f"{inside:.0%} |"
        )


def domains(labelled: pd.DataFrame, is_own: pd.Series, held_out: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give posts of kinds that the model has not seen."""
    if held_out is not None:
        yield f"topic {held_out}", labelled[is_own & (labelled["topic"] == held_out)]
        return
    for (corpus, language), part in labelled[~is_own].groupby(["corpus", "language"]):
        if len(part) >= 2 * MIN_POSTS:
            yield f"{corpus}, {language}", part


def fit(posts: pd.DataFrame) -> PostScorer:
    """Fit the two heads; the profile is of what was said of the posts unseen."""
    featurizer = Featurizer(n_buckets=_N_BUCKETS)
    features = featurizer.matrix(posts["cleaned"].tolist(), posts["language"].tolist())
    folds = assign_folds(near_copy_groups(posts["cleaned"].tolist()))
    complaint = posts["complaint"].astype(int)
    fits = {
        name: fit_calibrated(name, features, labels.astype(str).to_numpy(), folds, C=_STRENGTH)
        for name, labels in (("sentiment", posts["sentiment"]), ("complaint", complaint))
    }
    threshold = best_threshold(fits["complaint"].unseen[:, 1], complaint.to_numpy(dtype=float))
    base = sl.load_model()
    heads = [fit.head for fit in fits.values()]
    model = PostScorer.from_heads(base.identifier, heads, threshold, {"name": "own"}, featurizer=featurizer)
    sentiment = fits["sentiment"].unseen
    unseen = posts[["text", "language"]].assign(
        status="ok",
        label_complaint=complaint.astype(float),
        label_sentiment=posts["sentiment"],
        complaint_probability=fits["complaint"].unseen[:, 1],
        is_complaint=fits["complaint"].unseen[:, 1] >= threshold,
        sentiment=np.asarray(SENTIMENTS, dtype=object)[sentiment.argmax(axis=1)],
        sentiment_score=sentiment[:, -1] - sentiment[:, 0],
        **dict(zip(SENTIMENT_COLUMNS, sentiment.T, strict=True)),
    )
    return with_profile(model, unseen)


def judge(model: PostScorer, posts: pd.DataFrame) -> list[dict[str, object]]:
    """Set the estimates for one domain beside the truth; ``chance`` is the deviation that the number of posts alone brings."""
    labels = posts[["text", "complaint", "sentiment"]].rename(columns={"complaint": "truth", "sentiment": "truly"})
    scored = model.score(labels.reset_index(drop=True))
    scored = scored[scored["status"].isin(["ok", "low_confidence"])]
    found = sl.find_drift(model, scored)
    estimates = found.estimate.query("language == 'all'").set_index("measure").assign(verdict=found.verdict)
    truth, flagged = scored["truth"].to_numpy(float), scored["is_complaint"].to_numpy(float)
    right = {"complaint_accuracy": truth == flagged, "sentiment_accuracy": (scored["truly"] == scored["sentiment"]).to_numpy()}
    generator = np.random.default_rng(0)
    draws = generator.integers(0, len(truth), (300, len(truth)))
    f1 = [f1_counts(truth[draw], flagged[draw]) for draw in draws]
    true = {name: (values.mean(), values.std() / np.sqrt(len(values))) for name, values in right.items()}
    true["complaint_f1"] = f1_counts(truth, flagged), float(np.std(f1))
    return [
        {"measure": name, **estimates.loc[name].drop("language").to_dict(), "true": true[name][0], "chance": true[name][1]}
        for name in MEASURES
        if name != "complaint_f1" or truth.sum() >= 10
    ]


if __name__ == "__main__":
    main()
