"""Read the corpora folder and the labels folder into one table for building the default model.

The corpora stay where they are: nothing of their texts enters the package, only what a model learns from them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sentilens.schema import SENTIMENTS

#: Stand-ins that the corpora's own makers put for handles, tags and links, and what sentilens puts there.
_STAND_INS = {
    "<ID>": "<USER>",
    "@USER": "<USER>",
    "<HASCHTAG>": "#",
    "[NAME]": "<USER>",
}
_STAND_IN = re.compile("|".join(re.escape(key) for key in _STAND_INS))


@dataclass(frozen=True)
class Corpus:
    """One corpus: what its labels mean here, under which licence its source offers it, how much it counts."""

    folder: str
    licence: str
    open: bool
    #: What a post of it teaches: stars or hand labels of sentiment, complaints, or only its language.
    teaches: tuple[str, ...]
    #: Weight of a post in training, against 1 for this project's own labels.
    weight: float = 0.3


CORPORA = (
    Corpus("swe-trustpilot", "none stated", False, ("sentiment", "stars")),
    Corpus("swe-twitter-palm", "none stated", False, ("sentiment",)),
    Corpus("swe-emoji", "free for research or hobby projects", False, ("sentiment",)),
    Corpus("absabank-imm", "CC BY 4.0", True, ("sentiment",), 0.05),
    Corpus("da-trustpilot-lamp", "none stated", False, ("sentiment", "stars")),
    Corpus("norec_sentence", "CC BY-NC 4.0; trained models may be used commercially", False, ("sentiment",)),
    Corpus("hannes-movie", "MIT", True, ("sentiment",), 0.2),
    Corpus("mbl-headlines", "none stated", False, ("sentiment",), 0.2),
    Corpus("xed", "CC BY 4.0", True, ("sentiment",), 0.1),
    Corpus("germeval2017", "none stated", False, ("sentiment",)),
    Corpus("sb10k", "none stated", False, ("sentiment",)),
    Corpus("potts", "none stated", False, ("sentiment",)),
    Corpus("jameda", "none stated", False, ("sentiment",), 0.1),
    Corpus("complaints-en", "none stated", False, ("complaint",), 0.5),
    Corpus("suomi24-toxicity", "none stated", False, ("text",)),
    Corpus("lid-ud", "CC BY-SA 4.0 and the treebanks' own", True, ("language",)),
    Corpus("lid-ud-extra", "CC BY-SA 4.0 and the treebanks' own", True, ("language",)),
    Corpus("lid-nordial", "CC0", True, ("language",)),
)


def read_corpora(folder: Path) -> pd.DataFrame:
    """Read all corpora below a folder.

    Returns
    -------
    DataFrame
        ``corpus, source_id, language, text, sentiment, complaint, rating, split, licence, teaches, weight``; labels are
        null where a corpus has none.
    """
    frames = [_read_corpus(corpus, path) for corpus in CORPORA for path in sorted((folder / corpus.folder).glob("*.csv"))]
    return pd.concat(frames, ignore_index=True)


def _read_corpus(corpus: Corpus, path: Path) -> pd.DataFrame:
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    label = raw["label"]
    is_language = "language" in corpus.teaches
    frame = pd.DataFrame(
        {
            "corpus": corpus.folder,
            "source_id": raw["source_id"],
            "language": label if is_language else path.stem,
            "text": [_STAND_IN.sub(lambda match: _STAND_INS[match[0]], text) for text in raw["text"]],
            "sentiment": label.where(label.isin(SENTIMENTS)) if "sentiment" in corpus.teaches else None,
            "complaint": label.map({"complaint": 1.0, "not_complaint": 0.0}) if "complaint" in corpus.teaches else None,
            "rating": pd.to_numeric(raw["rating"], errors="coerce") if "stars" in corpus.teaches else None,
            "split": raw["split"],
            "licence": corpus.licence,
            "open": corpus.open,
            "teaches": corpus.teaches[0],
            "weight": corpus.weight,
        }
    )
    return frame.astype({"complaint": "float64", "rating": "float64", "sentiment": "object"})


def read_labels(folder: Path, corpora: pd.DataFrame) -> pd.DataFrame:
    """Read this project's labels on posts of the corpora (``corpus, source_id`` and the label columns), with their texts."""
    labels = pd.concat(
        [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(folder.glob("*.csv"))], ignore_index=True
    )
    texts = corpora.drop_duplicates(["corpus", "source_id"])[["corpus", "source_id", "language", "text"]]
    return labels.merge(texts, on=["corpus", "source_id"], how="inner", validate="many_to_one")
