"""Domains of posts, each with a base model that has seen no label of it.

A domain is a topic of the project's own posts, or a corpus. Its base is built as the default model is, by the same code, with
these differences: the labels of three or four domains are left out, near-copies of their posts too; the semantic model's
judgements are left out altogether; severity, topic and expects-reply learn from a part of the posts, and only sentiment and
complaint are calibrated. The language identifier is that of the default model, which has seen texts of some of the domains,
without labels.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from build_default_model import PRIOR_SCALE, STRENGTH, fit_prior, is_kept_out  # noqa: E402
from corpora import read_corpora  # noqa: E402
from labelled_posts import OWN, read_labelled_posts  # noqa: E402
from sentilens.evaluation import best_threshold  # noqa: E402
from sentilens.features import Featurizer  # noqa: E402
from sentilens.heads import fit_head  # noqa: E402
from sentilens.model_file import write_model  # noqa: E402
from sentilens.near_copies import near_copy_groups  # noqa: E402
from sentilens.normalize import normalize_text  # noqa: E402
from sentilens.schema import HEAD_CLASSES  # noqa: E402
from sentilens.scorer import PostScorer, load_model  # noqa: E402
from sentilens.training import assign_folds, fit_calibrated  # noqa: E402

#: Posts that the heads beside sentiment and complaint learn from.
_POSTS_OF_OTHER_HEADS = 4_000
_FOLDS = 3
#: A domain holds no more posts than this; beyond it the figures hardly gain.
_MOST_POSTS = 3_000


@dataclass(frozen=True)
class Domain:
    """Posts that a base has not seen.

    Attributes
    ----------
    name : str
        As in the tables.
    topic, corpus : str
        The topic of own posts, or the corpus; the other is empty.
    by_guideline : bool
        Labelled by the project's guideline, with sentiment and complaint, rather than by the corpus' own makers.
    """

    name: str
    topic: str = ""
    corpus: str = ""
    by_guideline: bool = True


#: Domains that share a base; the first three served for choosing the recipe, all others are reported only.
GROUPS = (
    (
        Domain("price and billing", topic="price_billing"),
        Domain("Swedish reviews", corpus="swe-trustpilot"),
        Domain("German mixed texts", corpus="potts", by_guideline=False),
    ),
    (
        Domain("app and website", topic="app_website"),
        Domain("Danish reviews", corpus="da-trustpilot-lamp"),
        Domain("German tweets", corpus="sb10k", by_guideline=False),
    ),
    (
        Domain("outages", topic="outage_reliability"),
        Domain("Swedish tweets", corpus="swe-twitter-palm"),
        Domain("German railway posts", corpus="germeval2017"),
        Domain("Norwegian review sentences", corpus="norec_sentence", by_guideline=False),
    ),
)
N_TUNED = 1


@dataclass(frozen=True)
class Posts:
    """All posts: ``labelled`` by the guideline, ``weak`` with labels of the corpora's own; groups of near-copies over both."""

    labelled: pd.DataFrame
    weak: pd.DataFrame


def read_posts(corpora_folder: Path) -> Posts:
    """Read the own posts and the corpora."""
    corpora = read_corpora(corpora_folder)
    corpora["key"] = corpora["corpus"] + "/" + corpora["source_id"]
    labelled = read_labelled_posts(ROOT / "data/labelled/corpora", corpora)
    weak = corpora[~corpora["key"].isin(set(labelled["key"])) & (corpora["teaches"] != "language")].reset_index(drop=True)
    weak["cleaned"] = weak["text"].map(normalize_text)
    groups = near_copy_groups([*labelled["cleaned"], *weak["cleaned"]])
    return Posts(labelled.assign(group=groups[: len(labelled)]), weak.assign(group=groups[len(labelled) :]))


def posts_of(domain: Domain, posts: Posts) -> pd.DataFrame:
    """Give the posts of a domain with labels: ``key, text, language, group`` and ``sentiment`` and ``complaint``."""
    if domain.by_guideline:
        labelled = posts.labelled
        own = labelled["corpus"] == OWN
        chosen = labelled[own & (labelled["topic"] == domain.topic) if domain.topic else labelled["corpus"] == domain.corpus]
    else:
        weak = posts.weak[(posts.weak["corpus"] == domain.corpus)]
        chosen = weak[weak["sentiment"].notna() | weak["complaint"].notna()]
        chosen = chosen.sample(min(len(chosen), _MOST_POSTS), random_state=0)
    columns = ["key", "text", "language", "group", "sentiment", "complaint"]
    return chosen[columns].dropna(axis="columns", how="all").reset_index(drop=True)


def build_base(group: tuple[Domain, ...], posts: Posts) -> PostScorer:
    """Build the base of a group of domains."""
    topics, corpora = {domain.topic for domain in group} - {""}, {domain.corpus for domain in group} - {""}
    held_out = posts.labelled["topic"].isin(topics) | posts.labelled["corpus"].isin(corpora)
    copied = set(posts.labelled.loc[held_out, "group"]) | set(posts.weak.loc[posts.weak["corpus"].isin(corpora), "group"])
    training = posts.labelled[~posts.labelled["is_test"] & ~posts.labelled["group"].isin(copied)].reset_index(drop=True)
    weak = posts.weak[~posts.weak["text"].map(is_kept_out) & ~posts.weak["group"].isin(copied)].reset_index(drop=True)
    featurizer = Featurizer()
    prior = fit_prior(weak, featurizer)
    features = featurizer.matrix(training["cleaned"].tolist(), training["language"].tolist())
    labels = training[list(HEAD_CLASSES)].astype({"complaint": int}).astype(str)
    folds = assign_folds(training["group"].to_numpy(), n_folds=_FOLDS)
    some = np.sort(np.random.default_rng(0).permutation(len(training))[:_POSTS_OF_OTHER_HEADS])
    heads, threshold = [], 0.5
    for name, classes in HEAD_CLASSES.items():
        told, settings = labels[name].to_numpy(str), {"C": STRENGTH[name], "prior": prior, "prior_scale": PRIOR_SCALE}
        if name not in ("sentiment", "complaint"):
            heads.append(fit_head(name, features[some], told[some], classes, **settings))
            continue
        fitted = fit_calibrated(name, features, told, folds, **settings)
        heads.append(fitted.head)
        if name == "complaint":
            threshold = best_threshold(fitted.unseen[:, 1], (told == "1").astype(float))
    facts = {"name": "unseen", "n_labelled": len(training), "n_weak": len(weak)}
    return PostScorer.from_heads(load_model().identifier, heads, threshold, facts)


def read_base(number: int, folder: Path, posts: Posts) -> PostScorer:
    """Give the base of a group, from ``folder`` where it was built before."""
    path = folder / f"base{number}.sentilens"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_model(path, build_base(GROUPS[number], posts).to_bytes())
    return load_model(path)
