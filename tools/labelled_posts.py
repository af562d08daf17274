"""Read the project's labelled posts and tell their training part from their test part."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pandas as pd

from corpora import read_labels
from sentilens.near_copies import near_copy_groups
from sentilens.normalize import normalize_text
from sentilens.schema import LABEL_COLUMNS

ROOT = Path(__file__).resolve().parent.parent
OWN = "written for sentilens"
#: Every seventh group of near-copies is kept for testing.
_TEST_EVERY = 7


def read_own_posts() -> pd.DataFrame:
    """Read ``data/labelled``: ``key, corpus, language, text, cleaned``, the labels, and ``is_test``."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    own = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    own = _with_labels(own.assign(corpus=OWN, key=own["id"]))
    own["is_test"] = _chosen(own["key"], near_copy_groups(own["cleaned"].tolist()))
    return own


def read_labelled_posts(labels: Path, corpora: pd.DataFrame) -> pd.DataFrame:
    """Read the own posts and those of the corpora that were labelled by the same guideline, in the same form."""
    own = read_own_posts()
    real = read_labels(labels, corpora)
    real = _with_labels(real.assign(key=real["corpus"] + "/" + real["source_id"]))
    both = pd.concat([own, real], ignore_index=True)
    groups = near_copy_groups(both["cleaned"].tolist())
    # A near-copy of an own post goes where that post goes.
    by_group = both.assign(group=groups).groupby("group")["is_test"].first()
    inherited = pd.Series(groups).map(by_group)
    both["is_test"] = both["is_test"].where(both["is_test"].notna(), inherited)
    both["is_test"] = both["is_test"].where(both["is_test"].notna(), _chosen(both["key"], groups)).astype(bool)
    return both


def _with_labels(posts: pd.DataFrame) -> pd.DataFrame:
    posts = posts[["key", "corpus", "language", "text", *LABEL_COLUMNS]].copy()
    posts["complaint"] = posts["complaint"].astype(float)
    posts["cleaned"] = posts["text"].map(normalize_text)
    return posts


def _chosen(keys: pd.Series, groups: object) -> pd.Series:
    first_key = keys.groupby(groups).transform("min")
    return first_key.map(lambda key: crc32(key.encode("utf-8")) % _TEST_EVERY == 0).astype(object)
