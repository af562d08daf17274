"""Write the small models of a release into ``tests/golden``, with the scores that they gave, to be loaded for ever.

    python tools/make_golden_models.py

Run it once before each release, after the version was raised; a file that is there is never written again. The models learn
from the synthetic posts of ``data/samples`` and are small: the tests ask whether they still score the same, not how well.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

import sentilens as sl
from labelled_posts import ROOT
from sentilens.estimators import LanguageIdentifier
from sentilens.features import Featurizer
from sentilens.heads import LinearHead
from sentilens.model_file import write_model
from sentilens.near_copies import near_copy_groups
from sentilens.normalize import normalize_all
from sentilens.profile import with_profile
from sentilens.schema import HEAD_CLASSES, SCORE_COLUMNS
from sentilens.scorer import PostScorer
from sentilens.training import assign_folds, fit_calibrated

GOLDEN = ROOT / "tests/golden"
#: Every so many posts of the samples has its scores kept.
_EVERY = 25


def main() -> None:
    """Fit and write."""
    posts = pd.read_csv(ROOT / "data/samples/posts.csv", dtype=str, keep_default_na=False)
    heads, identifier, featurizer = fit(posts)
    facts = {"name": "golden", "created": "2026-11-22", "note": "Made for tests; of no other use."}
    two = [head for head in heads if head.name in ("sentiment", "complaint")]
    plain = PostScorer.from_heads(identifier.model_, two, 0.45, facts, featurizer=featurizer)
    full = PostScorer.from_heads(identifier.model_, heads, 0.4, facts, featurizer=featurizer)
    labels = posts[["text", "channel"]].assign(
        label_sentiment=posts["sentiment"], label_complaint=posts["complaint"].astype(float)
    )
    full = with_profile(full, full.score(labels))
    texts = [*posts["text"].iloc[::_EVERY], "", "<b>Hej</b>", "123", "el paquete nunca ha llegado"]
    GOLDEN.mkdir(exist_ok=True)
    for kind, model in (("two-heads", plain), ("all-heads", full)):
        keep(GOLDEN / f"{sl.__version__}-{kind}.sentilens", model, texts)


def fit(posts: pd.DataFrame) -> tuple[list[LinearHead], LanguageIdentifier, Featurizer]:
    """Fit every head on few buckets."""
    identifier = LanguageIdentifier(pretrained=False, n_buckets=1 << 10).fit(posts["text"], posts["language"].tolist())
    featurizer = Featurizer(n_buckets=1 << 10, ngram_max=4)
    cleaned = normalize_all(posts["text"])
    features = featurizer.matrix(cleaned, posts["language"].tolist())
    folds = assign_folds(near_copy_groups(cleaned))
    labels = {name: posts[name].to_numpy(str) for name in HEAD_CLASSES}
    heads = [fit_calibrated(name, features, labels[name], folds, C=0.3).head for name in HEAD_CLASSES]
    return heads, identifier, featurizer


def keep(path: Path, model: PostScorer, texts: list[str]) -> None:
    """Write a model and its scores, unless they are there."""
    if path.exists():
        print(f"{path.name} is there and stays as it is")
        return
    scores = model.score(texts)[[name for name in SCORE_COLUMNS if name != "copy_of"]].round(9)
    plain = scores.astype(object).where(scores.notna(), None)
    expected = {"model_id": model.model_id, "texts": texts, "scores": plain.to_dict("list")}
    write_model(path, model.to_bytes())
    path.with_suffix(".json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
