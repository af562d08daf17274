"""Build the default model that ships inside the package.

    python tools/build_default_model.py --corpora DIR [--labels DIR] [--out FILE] [--only-open] [--search]

DIR holds one folder per corpus (see `corpora.CORPORA`). The project's own labelled posts are read from ``data/labelled``,
its labels on posts of the corpora from ``--labels``, what the semantic model thinks of unlabelled posts from ``--teacher``.
The posts of the sample exports take no part, nor does the test part of the labelled posts, nor one in seven posts of each
corpus; all figures in the manifest are from what was kept out. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from add_profile import profiled
from corpora import CORPORA, read_corpora
from labelled_posts import OWN, ROOT, read_labelled_posts
from language_data import language_texts
from sentilens.calibration import sigmoid
from sentilens.estimators import LanguageIdentifier
from sentilens.evaluation import best_threshold, compact_metrics, evaluate
from sentilens.features import Featurizer
from sentilens.heads import LinearHead, fit_head
from sentilens.model_file import write_model
from sentilens.near_copies import near_copy_groups
from sentilens.normalize import normalize_text
from sentilens.schema import HEAD_CLASSES, LANGUAGES, SENTIMENTS
from sentilens.scorer import PostScorer
from sentilens.training import FittedHead, SoftLabels, assign_folds, fit_calibrated
from sentilens.trends.prevalence import ALL_LANGUAGES, HEAD, MANIFEST_KEY

#: Chosen on a fifth of the training part, near-copies apart; --search prints cross-validated figures of these and others.
STRENGTH = {"sentiment": 3.0, "complaint": 3.0, "severity": 1.0, "expects_reply": 1.0, "topic": 1.0}
PRIOR_SCALE = 1.0
PRIOR_STRENGTH = 3.0
#: Weight of a post that the semantic model has judged, against 1 for a labelled one. It teaches complaints only: sentiment
#: did not gain from it.
TEACHER_WEIGHT = 0.1
#: One in so many posts of a corpus is kept out for its figures.
_KEPT_OUT = 7

LIMITATIONS = [
    "Most labels are of synthetic posts written for this project; each post was labelled by one person, reading.",
    "Faroese, Nynorsk and the dialects were not checked by native speakers.",
    "Sarcasm and complaints without a negative word are often missed; anger at a company is often taken for a complaint.",
    "German posts about railways that only report a disruption are sometimes taken for complaints.",
    "Made for counting over many posts. A single score is no ground for a decision about a person.",
]


def main() -> None:
    """Build, test and write the model."""
    options = parse_arguments()
    corpora = read_corpora(options.corpora)
    if options.only_open:
        corpora = corpora[corpora["open"]]
    corpora["key"] = corpora["corpus"] + "/" + corpora["source_id"]
    labelled = read_labelled_posts(options.labels, corpora)
    unlabelled = corpora[~corpora["key"].isin(set(labelled["key"])) & ~corpora["text"].map(is_copy_of(labelled))]
    kept_out = unlabelled["text"].map(is_kept_out)
    weak, weak_test = unlabelled[~kept_out].reset_index(drop=True), unlabelled[kept_out]
    training, test = labelled[~labelled["is_test"]], labelled[labelled["is_test"]]
    print(
        f"{len(weak):,} posts of corpora, {len(training):,} labelled posts for training, {len(test):,} for testing", flush=True
    )

    featurizer = Featurizer()
    prior = fit_prior(weak, featurizer)
    print("fitted the prior", flush=True)
    features = featurizer.matrix(training["cleaned"].tolist(), training["language"].tolist())
    folds = assign_folds(near_copy_groups(training["cleaned"].tolist()))
    if options.search:
        search(features, training, folds, prior)
        return
    identifier = fit_identifier(weak, training)
    print("fitted the language identifier", flush=True)
    taught = teacher_rows(options.teacher, weak, training, featurizer)
    fitted = {}
    for name in HEAD_CLASSES:
        fitted[name] = fit_gold(name, features, training, folds, prior, taught=taught.get(name))
        print(f"fitted {name}: log loss {fitted[name].log_loss:.3f}", flush=True)
    threshold = best_threshold(fitted["complaint"].unseen[:, 1], training["complaint"].to_numpy())

    flagged = fitted["complaint"].unseen[:, 1] >= threshold
    facts = {
        **describe(weak, training, test, options.only_open),
        MANIFEST_KEY: {HEAD: error_rates(flagged, training["complaint"].to_numpy() > 0, training["language"])},
    }
    heads = [fit.head for fit in fitted.values()]
    model = PostScorer.from_heads(identifier.model_, heads, threshold, facts)
    result = evaluate(model, test, by=("language", "corpus"))
    print(result.table.to_string(index=False, float_format="{:.3f}".format))
    metrics = {
        "test_part": compact_metrics(result.table),
        "confusion": result.confusion.to_dict("index"),
        "corpora": corpora_figures(model, weak_test),
    }
    print(pd.DataFrame(metrics["corpora"]).to_string(index=False))
    model = PostScorer.from_heads(identifier.model_, heads, threshold, {**facts, "metrics": metrics})
    model = profiled(model, test[test["corpus"] == OWN])
    write_model(options.out, model.to_bytes())
    print(f"{options.out}: {model.model_id}, {options.out.stat().st_size / 1e6:.2f} MB, threshold {threshold:.3f}")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora", help="labels on posts of the corpora")
    parser.add_argument("--teacher", type=Path, default=ROOT / "data/labelled/teacher", help="what the semantic model thinks")
    parser.add_argument("--out", type=Path, default=ROOT / "src/sentilens/resources/default.sentilens")
    parser.add_argument("--only-open", action="store_true", help="use openly licensed corpora only")
    parser.add_argument("--search", action="store_true", help="print cross-validated figures of settings and stop")
    return parser.parse_args()


def fit_identifier(weak: pd.DataFrame, training: pd.DataFrame) -> LanguageIdentifier:
    """Fit the language identifier."""
    texts = language_texts(weak, training)
    identifier = LanguageIdentifier(pretrained=False)
    return identifier.fit(texts["text"], texts["language"], sample_weight=texts["weight"])


def fit_prior(weak: pd.DataFrame, featurizer: Featurizer) -> list[LinearHead]:
    """Learn from the corpora what stars, hand labels and complaints to companies teach; the labelled posts correct it."""
    posts = weak[weak["teaches"] != "language"].reset_index(drop=True)
    posts["cleaned"] = posts["text"].map(normalize_text)
    features = featurizer.matrix(posts["cleaned"].tolist(), posts["language"].tolist())
    sentiment = np.flatnonzero(posts["sentiment"].notna())
    complaint, weight = weak_complaints(posts)
    judged = np.flatnonzero(weight > 0)
    heads = [
        fit_head(
            "sentiment",
            features[sentiment],
            posts["sentiment"].iloc[sentiment].astype(str).to_numpy(),
            SENTIMENTS,
            C=PRIOR_STRENGTH,
            sample_weight=posts["weight"].iloc[sentiment].to_numpy(),
        )
    ]
    if complaint[judged].any():  # the openly licensed corpora tell of none
        labels = complaint[judged].astype(int).astype(str)
        heads.append(
            fit_head("complaint", features[judged], labels, ("0", "1"), C=PRIOR_STRENGTH, sample_weight=weight[judged])
        )
    return heads


def weak_complaints(posts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Read complaints out of stars and out of texts that are none, with small weights."""
    label = posts["complaint"].to_numpy(dtype=float, copy=True)
    weight = np.where(np.isnan(label), 0.0, posts["weight"])
    rating = posts["rating"].to_numpy(dtype=float)
    for low, high, value in ((1, 2, 1.0), (4, 5, 0.0)):
        stars = (rating >= low) & (rating <= high)
        label[stars], weight[stars] = value, posts["weight"][stars]
    friendly = np.isnan(label) & (posts["sentiment"] != "negative").to_numpy() & posts["sentiment"].notna().to_numpy()
    label[friendly], weight[friendly] = 0.0, 0.2 * posts["weight"][friendly]
    return np.nan_to_num(label), weight


def fit_gold(
    name: str,
    features: object,
    training: pd.DataFrame,
    folds: np.ndarray,
    prior: list[LinearHead],
    *,
    C: float | None = None,
    prior_scale: float = PRIOR_SCALE,
    taught: SoftLabels | None = None,
) -> FittedHead:
    """Fit one head on the labelled posts."""
    labels = training[name].astype(int).astype(str) if name == "complaint" else training[name].astype(str)
    strength = STRENGTH[name] if C is None else C
    return fit_calibrated(
        name, features, labels.to_numpy(str), folds, C=strength, prior=prior, prior_scale=prior_scale, taught=taught
    )


def teacher_rows(folder: Path, weak: pd.DataFrame, training: pd.DataFrame, featurizer: Featurizer) -> Mapping[str, SoftLabels]:
    """Read what the semantic model thinks of unlabelled posts, and of pieces of labelled ones (`tools/teacher_scores.py`)."""
    scores = pd.read_csv(folder / "corpora.csv", dtype={"source_id": str})
    posts = weak.merge(scores, on=["corpus", "source_id"], suffixes=("_weak", ""))
    pieces = pd.read_csv(folder / "pieces.csv").merge(training[["key", "cleaned", "language"]], on="key")
    pieces["cleaned"] = [
        " ".join(text.split()[first:stop])
        for text, first, stop in zip(pieces["cleaned"], pieces["first_word"], pieces["stop_word"], strict=True)
    ]
    posts["cleaned"] = posts["text"].map(normalize_text)
    columns = ["cleaned", "language", "complaint"]
    judged = pd.concat([posts[columns], pieces[columns]], ignore_index=True)
    print(f"{len(posts):,} posts and {len(pieces):,} pieces judged by the semantic model", flush=True)
    features = featurizer.matrix(judged["cleaned"].tolist(), judged["language"].tolist())
    yes = sigmoid(judged["complaint"].to_numpy(float))
    return {"complaint": SoftLabels(features, np.column_stack([1 - yes, yes]), TEACHER_WEIGHT)}


def plain(text: str) -> str:
    """Give what is left of a text without case, blanks and signs."""
    return "".join(filter(str.isalnum, text.casefold()))


def error_rates(flagged: np.ndarray, truth: np.ndarray, languages: pd.Series) -> dict[str, dict[str, float]]:
    """Tell per language how often the complaint flag is right, on posts that the head had not seen (cross-fitted)."""
    rates = {}
    for language in [ALL_LANGUAGES, *LANGUAGES]:
        here = np.ones(len(truth), dtype=bool) if language == ALL_LANGUAGES else (languages == language).to_numpy()
        rates[language] = {
            "sensitivity": round(float(flagged[here & truth].mean()), 4),
            "specificity": round(float((~flagged[here & ~truth]).mean()), 4),
            "n_positive": int((here & truth).sum()),
            "n_negative": int((here & ~truth).sum()),
        }
    return rates


def is_kept_out(text: str) -> bool:
    """Choose one in seven posts of the corpora for testing, copies together."""
    return crc32(plain(text).encode("utf-8", "surrogatepass")) % _KEPT_OUT == 0


def is_copy_of(labelled: pd.DataFrame) -> Callable[[str], bool]:
    """Tell the posts of the corpora that repeat a labelled one, which may be in its test part."""
    known = {plain(text) for text in labelled["text"]}
    return lambda text: plain(text) in known


def corpora_figures(model: PostScorer, posts: pd.DataFrame) -> list[dict[str, object]]:
    """Measure sentiment, or complaints, on posts of each corpus that took no part."""
    rows = []
    for (corpus, language), part in posts[posts["teaches"].isin(["sentiment", "complaint"])].groupby(["corpus", "language"]):
        scored = model.score(part["text"])
        if part["teaches"].iloc[0] == "complaint":
            truth, guess = part["complaint"] > 0, scored["is_complaint"].fillna(False).astype(bool)
            known = truth.notna()
        else:
            truth, guess = part["sentiment"], scored["sentiment"].fillna("neutral")
            known = truth.notna()
            if not (truth == "neutral").any():  # labelled without a middle
                positive = scored["p_positive"].fillna(0) > scored["p_negative"].fillna(0)
                guess = pd.Series(np.where(positive, "positive", "negative"), index=part.index)
        truth, guess = truth[known], guess[known]
        rows.append(
            {
                "corpus": corpus,
                "language": language,
                "n": len(truth),
                "classes": int(truth.nunique()),
                "accuracy": round(float((truth == guess).mean()), 4),
                "macro_f1": round(float(f1_score(truth.astype(str), guess.astype(str), average="macro")), 4),
            }
        )
    return rows


def search(features: object, training: pd.DataFrame, folds: np.ndarray, prior: list[LinearHead]) -> None:
    """Print the cross-validated log loss of strengths and scales."""
    for name in STRENGTH:
        for C in (1.0, 3.0, 10.0):
            for scale in (0.3, 1.0, 3.0):
                fit = fit_gold(name, features, training, folds, prior, C=C, prior_scale=scale)
                truth = training[name].to_numpy()
                right = (
                    fit.unseen.argmax(axis=1) == (truth if name == "complaint" else [SENTIMENTS.index(t) for t in truth])
                ).mean()
                print(f"{name} C={C} prior_scale={scale}: log loss {fit.log_loss:.4f}, accuracy {right:.4f}", flush=True)


def describe(weak: pd.DataFrame, training: pd.DataFrame, test: pd.DataFrame, only_open: bool) -> dict[str, object]:
    """Put together what the manifest says of the model's making."""
    used = weak["corpus"].value_counts()
    sources = [
        {"name": corpus.folder, "licence": corpus.licence, "teaches": list(corpus.teaches), "n_posts": int(used[corpus.folder])}
        for corpus in CORPORA
        if corpus.folder in used
    ]
    sources.append({"name": "wordfreq 3.1 word lists", "licence": "CC BY-SA 4.0", "teaches": ["language"]})
    sources.append(
        {
            "name": "labels of this project on its own synthetic posts and on posts of the corpora",
            "licence": "MIT",
            "teaches": list(HEAD_CLASSES),
            "n_posts": len(training),
        }
    )
    return {
        "name": "default" if not only_open else "default-open",
        "created": datetime.date(2026, 11, 22).isoformat(),
        "intended_use": "Scoring exported customer posts in bulk, to see how complaints and moods move per brand and channel.",
        "limitations": LIMITATIONS,
        "sources": sources,
        "n_training_posts": len(training),
        "n_test_posts": len(test),
    }


if __name__ == "__main__":
    main()
