"""Write docs/accuracy.md: how right the default model is on posts that no training or tuning has seen.

python tools/accuracy_report.py
"""

from __future__ import annotations

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import accuracy_score, average_precision_score, cohen_kappa_score, f1_score

import sentilens as sl
from labelled_posts import ROOT, read_own_posts
from sentilens.calibration import reliability_table
from sentilens.normalize import normalize_all
from sentilens.schema import LABEL_COLUMNS, LANGUAGE_NAMES, LANGUAGES, SEVERITY_COLUMNS, TOPICS

OUT = ROOT / "docs/accuracy.md"
CARD = ROOT / "docs/model_card.md"
PLOT = ROOT / "docs/reliability.svg"
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def main() -> None:
    """Measure and write."""
    model = sl.load_model()
    own = read_own_posts()
    test = own[own["is_test"].astype(bool)]
    sample = pd.read_csv(ROOT / "data/samples/posts.csv", dtype=str, keep_default_na=False)
    scored = score_apart(model, test)
    draw_reliability(scored)
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
        f"![Said and found, per language]({PLOT.name})",
        "## By kind of post (test part)",
        "Recall is the share of complaints that are found; false alarms are the share of the other posts that are taken for "
        "complaints.",
        kinds(scored),
        "## Further heads (test part)",
        "Severity, whether an answer is expected, and the topic come with every post, but no flag is set by them.",
        further_heads(scored),
        "## Sentiment: labels in rows, predictions in columns (test part)",
        markdown(sl.evaluate(model, test).confusion.reset_index()),
        "## Language identification on the same posts",
        language_table(model, pd.concat([test, sample], ignore_index=True)),
        "## The labels themselves",
        agreement(own),
        "## Figures on the public corpora",
        "On real posts labelled by the same guideline; the figures are those in the model's manifest.",
        figures(pd.DataFrame(model.manifest["metrics"]["test_part"]).query("by == 'corpus'")),
        "On one in seven posts of each corpus, kept out of training, against the corpus' own labels: stars, votes or hand "
        "labels of sentiment (and complaints in `complaints-en`).",
        markdown(pd.DataFrame(model.manifest["metrics"]["corpora"])),
    ]
    OUT.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    CARD.write_text("\n\n".join(model_card(model)) + "\n", encoding="utf-8")
    print(f"wrote {OUT} and {CARD}")


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


def model_card(model: sl.PostScorer) -> list[str]:
    """Write down what the manifest says of the model's making."""
    facts = model.model_card
    sources = pd.DataFrame(facts["sources"]).assign(teaches=lambda table: table["teaches"].map(", ".join))
    return [
        "# Model card of the default model",
        f"`{model.model_id}`, made on {facts['created']} by `tools/build_default_model.py`. This page is written by "
        "`tools/accuracy_report.py` from the model's manifest; `sentilens model info` prints the same. How right the model is "
        "stands in [accuracy.md](accuracy.md).",
        "## What it is for",
        facts["intended_use"],
        "## What it cannot do",
        "\n".join(f"- {line}" for line in facts["limitations"]),
        "## What it answers",
        markdown(
            pd.DataFrame(
                [(name, ", ".join(head.classes)) for name, head in model.stack.heads.items()], columns=["question", "answers"]
            )
        ),
        f"Languages: {', '.join(LANGUAGE_NAMES[code] for code in facts['languages'])}. A post counts as a complaint from a "
        f"probability of {model.threshold:.3f} on, where F1 on posts that the head had not seen is highest.",
        "## What it was made from",
        f"{facts['n_training_posts']:,} labelled posts for training, {facts['n_test_posts']:,} kept out for testing. The texts "
        "of the public corpora are not part of the package or the model, which holds weights of hashed features alone. Some of "
        "these corpora state no licence; what is shipped is what was learnt from them.",
        markdown(sources.astype(object).where(sources.notna(), "-").replace("", "-")),
    ]


def score_apart(model: sl.PostScorer, posts: pd.DataFrame) -> pd.DataFrame:
    """Score posts, their labels beside the scores as ``label_*``."""
    labels = posts.astype({"complaint": int}).rename(columns={name: f"label_{name}" for name in (*LABEL_COLUMNS, "language")})
    return model.score(labels.reset_index(drop=True))


def draw_reliability(scored: pd.DataFrame) -> None:
    """Draw how often posts are complaints against how often they were said to be, per language."""
    mpl.rcParams.update({"svg.hashsalt": "sentilens", "svg.fonttype": "none"})
    figure = Figure(figsize=(9, 6.5), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True, sharey=True).ravel()
    for ax, language in zip(axes, [None, "sv", "nb", "da", "fi", "de"], strict=True):
        part = scored if language is None else scored[scored["label_language"] == language]
        part = part[part["complaint_probability"].notna()]
        bins = reliability_table(part["complaint_probability"].to_numpy(float), part["label_complaint"].to_numpy(), n_bins=8)
        ax.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        ax.plot(bins["mean_probability"], bins["observed_rate"], marker="o", color="#0b6e99")
        ax.set_title(f"{LANGUAGE_NAMES.get(language, 'All languages')}, {len(part):,} posts", fontsize=10)
    figure.supxlabel("complaint probability")
    figure.supylabel("share of complaints")
    figure.savefig(PLOT, metadata={"Date": None})


def kinds(scored: pd.DataFrame) -> str:
    """Tell recall and false alarms on posts of several kinds."""
    words = scored["text"].str.split().str.len()
    severity, complaint = scored["label_severity"].astype(int), scored["label_complaint"] == 1
    negative = scored["label_sentiment"] == "negative"
    chosen = {
        "complaints without a reproach (severity 1: implicit, polite)": severity == 1,
        "complaints with disapproval (2)": severity == 2,
        "accusations (3)": severity == 3,
        "blame and threats (4)": severity == 4,
        "complaints that are not negative on the whole": complaint & ~negative,
        "negative, but no complaint": negative & ~complaint,
        "neutral, no complaint": (scored["label_sentiment"] == "neutral") & ~complaint,
        "positive, no complaint": (scored["label_sentiment"] == "positive") & ~complaint,
        "ending in a question": scored["text"].str.rstrip().str.endswith("?"),
        "with emoji": scored["text"].str.contains(_EMOJI),
        "up to 5 words": words <= 5,
        "over 60 words": words > 60,
        **{f"topic {topic}": scored["label_topic"] == topic for topic in TOPICS},
    }
    rows = []
    for name, members in chosen.items():
        flagged = scored["is_complaint"].fillna(False).astype(bool)
        found, wrong = flagged[members & complaint], flagged[members & ~complaint]
        rows.append((name, int(members.sum()), _share(found), _share(wrong)))
    return markdown(pd.DataFrame(rows, columns=["posts", "n", "recall", "false alarms"]))


def _share(values: pd.Series) -> str:
    return f"{values.mean():.2f} of {len(values)}" if len(values) else "-"


def further_heads(scored: pd.DataFrame) -> str:
    """Measure severity, expected replies and topics, per language."""
    known = scored[scored["topic"].notna()]
    rows = []
    for language in [*LANGUAGES, None]:
        part = known if language is None else known[known["label_language"] == language]
        complaints = part[part["label_complaint"] == 1]
        truth = part["label_severity"].astype(int)
        guess = part[list(SEVERITY_COLUMNS)].to_numpy(float).argmax(axis=1)
        among = complaints[list(SEVERITY_COLUMNS[1:])].to_numpy(float).argmax(axis=1) + 1
        expects = part["label_expects_reply"].astype(int)
        rows.append(
            (
                LANGUAGE_NAMES.get(language, "all"),
                len(part),
                f"{f1_score(truth, guess, average='macro'):.2f}",
                f"{accuracy_score(complaints['label_severity'].astype(int), among):.2f}",
                f"{f1_score(expects, part['expects_reply_probability'] >= 0.5):.2f}",
                f"{average_precision_score(expects, part['expects_reply_probability']):.2f}",
                f"{accuracy_score(part['label_topic'], part['topic']):.2f}",
                f"{f1_score(part['label_topic'], part['topic'], average='macro'):.2f}",
            )
        )
    names = ["posts of", "n", "severity 0-4, macro-F1", "severity among complaints, accuracy"]
    return markdown(pd.DataFrame(rows, columns=[*names, "expects reply, F1", "AP", "topic, accuracy", "macro-F1"]))


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
