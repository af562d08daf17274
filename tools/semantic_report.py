"""Write docs/semantic_accuracy.md: the semantic model beside the default model on posts that neither has seen.

python tools/semantic_report.py --corpora DIR [--labels DIR]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import sentilens as sl
from accuracy_report import markdown
from corpora import read_corpora
from labelled_posts import ROOT, read_labelled_posts
from sentilens.schema import LANGUAGE_NAMES, LANGUAGES

OUT = ROOT / "docs/semantic_accuracy.md"
_FIGURES = {"complaint_f1": "F1", "average_precision": "AP", "complaint_ece": "ECE", "sentiment_macro_f1": "sentiment"}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora", help="labels on posts of the corpora")
    options = parser.parse_args()
    labelled = read_labelled_posts(options.labels, read_corpora(options.corpora))
    test = labelled[labelled["is_test"]]
    sample = pd.read_csv(ROOT / "data/samples/posts.csv", dtype=str, keep_default_na=False)
    models = {"default": sl.load_model(), "semantic": sl.load_model("semantic")}
    sections = [
        "# The semantic model beside the default model",
        f"Models `{models['default'].model_id}` and `{models['semantic'].model_id}`. Written by `tools/semantic_report.py`; "
        "do not edit. In each column first the default model, then the semantic one. F1 and AP (average precision) are those "
        "of the class complaint, ECE is the expected calibration error of its probability, sentiment is macro-F1 over three "
        "classes. Languages and kinds of posts with fewer than ten complaints are left out.",
        "## Test part of the labelled posts",
        "Posts written for this project and posts of public corpora, labelled by reading; no training or tuning has seen them.",
        side_by_side(models, test, ("language", "corpus")),
        "## Posts of the sample exports",
        "Other writers, four brands, one story; neither model has seen them.",
        side_by_side(models, sample, ("language", "channel")),
    ]
    OUT.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(f"wrote {OUT}")


def side_by_side(models: dict[str, sl.PostScorer], posts: pd.DataFrame, by: tuple[str, ...]) -> str:
    """Put the figures of the models into one table, those with enough posts to mean something."""
    tables = [sl.evaluate(model, posts, by=by).table.set_index(["by", "value"]) for model in models.values()]
    first = tables[0][tables[0]["n_complaints"] >= 10]
    places = {key: place for place, key in enumerate(["all", *by, *LANGUAGES])}
    order = sorted(first.index, key=lambda key: (places[key[0]], places.get(key[1], 0)))
    rows = []
    for key in order:
        figures = [
            " / ".join("-" if pd.isna(table.loc[key, name]) else f"{table.loc[key, name]:.3f}" for table in tables)
            for name in _FIGURES
        ]
        rows.append([LANGUAGE_NAMES.get(key[1], key[1]) or "all", *first.loc[key, ["n_posts", "n_complaints"]], *figures])
    return markdown(pd.DataFrame(rows, columns=["posts of", "n", "complaints", *_FIGURES.values()]))


if __name__ == "__main__":
    main()
