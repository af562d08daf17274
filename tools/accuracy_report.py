"""Write docs/accuracy.md: how right the default model is on posts that no training or tuning has seen.

python tools/accuracy_report.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

import sentilens as sl
from labelled_posts import ROOT, read_own_posts
from sentilens.normalize import normalize_all
from sentilens.schema import LABEL_COLUMNS, LANGUAGE_NAMES, LANGUAGES

OUT = ROOT / "docs/accuracy.md"


def main() -> None:
    """Measure and write."""
    model = sl.load_model()
    own = read_own_posts()
    test = own[own["is_test"].astype(bool)]
    sample = pd.read_csv(ROOT / "data/samples/posts.csv", dtype=str, keep_default_na=False)
    sections = [
        "# Accuracy of the default model",
        f"Model `{model.model_id}`, threshold {model.threshold:.2f}. Written by `tools/accuracy_report.py`; do not edit.",
        "All posts below are synthetic, written for this project, and labelled by one person, reading. F1 is that of the "
        "class complaint, with a 95 % bootstrap interval; AP is average precision; ECE the expected calibration error of "
        "the complaint probability in ten bins; sentiment is macro-F1 over three classes.",
        "## Test part of the labelled posts",
        "No training or tuning has seen these posts or near-copies of them.",
        figures(sl.evaluate(model, test).table),
        "## Posts of the sample exports",
        "Other writers, four brands, one story; the model has not seen them. (Some stems of the lexicon were narrowed after "
        "looking at words that occur in them, so the figures may be slightly kind.)",
        figures(sl.evaluate(model, sample, by=("language", "channel")).table),
        "## Calibration of the complaint probability (test part)",
        markdown(sl.evaluate(model, test).reliability.round(3)),
        "## Sentiment: labels in rows, predictions in columns (test part)",
        markdown(sl.evaluate(model, test).confusion.reset_index()),
        "## Language identification on the same posts",
        language_table(model, pd.concat([test, sample], ignore_index=True)),
        "## The labels themselves",
        agreement(own),
        "## Figures on the public corpora",
        "On real posts labelled by the same guideline; the figures are those in the model's manifest.",
        figures(pd.DataFrame(model.manifest["metrics"]["test_part"]).query("by == 'corpus'")),
    ]
    OUT.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(f"wrote {OUT}")


def figures(table: pd.DataFrame) -> str:
    """Shorten an evaluation table for reading."""
    numbers = table.astype({name: float for name in table.columns if name not in {"by", "value"}})
    shown = pd.DataFrame(
        {
            "posts of": numbers["value"].map(lambda value: LANGUAGE_NAMES.get(value, value) or "all"),
            "n": numbers["n_posts"].astype(int),
            "complaints": numbers["n_complaints"].astype(int),
            "F1": [
                "-" if np.isnan(f1) else f"{f1:.2f} ({low:.2f}-{high:.2f})" if not np.isnan(low) else f"{f1:.2f}"
                for f1, low, high in zip(
                    numbers["complaint_f1"], numbers["complaint_f1_low"], numbers["complaint_f1_high"], strict=True
                )
            ],
            "AP": numbers["average_precision"].map("{:.2f}".format),
            "ECE": numbers["complaint_ece"].map("{:.3f}".format),
            "sentiment": numbers["sentiment_macro_f1"].map("{:.2f}".format),
            "sentiment accuracy": numbers["sentiment_accuracy"].map("{:.2f}".format),
        }
    )
    return markdown(shown.replace("nan", "-"))


def language_table(model: sl.PostScorer, posts: pd.DataFrame) -> str:
    """Tell how often each language is named right, and what it is taken for."""
    named = pd.Series(model.identifier.identify(normalize_all(posts["text"]))[0], index=posts.index)
    rows = []
    for language in LANGUAGES:
        guesses = named[posts["language"] == language]
        wrong = guesses[guesses != language].value_counts()
        taken = ", ".join(f"{name} {count}" for name, count in wrong.head(4).items())
        rows.append((LANGUAGE_NAMES[language], len(guesses), f"{(guesses == language).mean():.3f}", taken or "-"))
    rows.append(("all", len(named), f"{(named == posts['language']).mean():.3f}", ""))
    return markdown(pd.DataFrame(rows, columns=["language", "n", "right", "taken for"]))


def agreement(own: pd.DataFrame) -> str:
    """Compare the labels with those of a second labeller, who was blind to them."""
    path = ROOT / "data/labelled/second_pass/labels.csv"
    second = pd.read_csv(path, dtype=str, keep_default_na=False)
    both = own.astype({"complaint": int}).astype(str).merge(second, left_on="key", right_on="id", suffixes=("", "_second"))
    rows = [
        (
            name,
            len(both),
            f"{(both[name] == both[f'{name}_second']).mean():.3f}",
            f"{cohen_kappa_score(both[name], both[f'{name}_second']):.2f}",
        )
        for name in LABEL_COLUMNS
    ]
    text = f"A second labeller, blind to the first, labelled {len(both)} posts of the test part, spread over the languages."
    return f"{text}\n\n" + markdown(pd.DataFrame(rows, columns=["field", "n", "same", "Cohen's kappa"]))


def markdown(table: pd.DataFrame) -> str:
    """Write a table in Markdown."""
    lines = [list(map(str, table.columns)), ["---"] * table.shape[1], *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
