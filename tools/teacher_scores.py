"""Let the semantic model judge the unlabelled posts of the public corpora, so that the default model can learn from it.

    python tools/teacher_scores.py --corpora DIR --cache DIR [--labels DIR] [--out FILE]

Posts that carry a label of this project, for training or for testing, take no part, nor do copies of them. Writes ``corpus,
source_id``, the complaint's logit and those of the three sentiments; no texts. Needs torch, as build_semantic_model.py does.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from zlib import crc32

import pandas as pd

from corpora import read_corpora
from encoded_texts import encode_texts
from labelled_posts import ROOT, read_labelled_posts
from sentilens import load_model
from sentilens.normalize import normalize_text
from sentilens.schema import SENTIMENTS

#: Posts of a corpus that are judged, chosen by their digests; more of those that are most like customers' posts.
_CAP = 3_000
_CAPS = {"swe-trustpilot": 8_000, "swe-twitter-palm": 8_000, "xed": 5_000}
#: Shorter texts say nothing.
_MIN_CHARACTERS = 4


def main() -> None:
    """Choose, judge and write."""
    options = parse_arguments()
    corpora = read_corpora(options.corpora)
    chosen = choose(corpora, set(read_labelled_posts(options.labels, corpora)["cleaned"]))
    print(f"{len(chosen):,} posts", flush=True)
    features = encode_texts(chosen["cleaned"].tolist(), options.cache)
    logits = load_model("semantic").stack.logits_of_features(features)
    scores = chosen[["corpus", "source_id"]].assign(complaint=logits["complaint"][:, 0])
    scores[list(SENTIMENTS)] = logits["sentiment"]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    scores.to_csv(options.out, index=False, float_format="%.2f", lineterminator="\n")
    print(f"{options.out}: {len(scores):,} posts, {options.out.stat().st_size / 1e6:.1f} MB")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the encoder makes of the texts")
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora", help="labels on posts of the corpora")
    parser.add_argument("--out", type=Path, default=ROOT / "data/labelled/teacher/scores.csv")
    return parser.parse_args()


def choose(corpora: pd.DataFrame, labelled: set[str]) -> pd.DataFrame:
    """Choose posts, each text once."""
    posts = corpora[corpora["teaches"] != "language"].copy()
    posts["cleaned"] = posts["text"].map(normalize_text)
    posts = posts[(posts["cleaned"].str.len() >= _MIN_CHARACTERS) & ~posts["cleaned"].isin(labelled)]
    posts = posts.drop_duplicates("cleaned").drop_duplicates(["corpus", "source_id"])
    posts["digest"] = [crc32(text.encode("utf-8", "surrogatepass")) for text in posts["cleaned"]]
    posts = posts.sort_values(["digest", "corpus", "source_id"])
    posts = posts[posts.groupby("corpus").cumcount() < posts["corpus"].map(_CAPS).fillna(_CAP)]
    return posts.sort_values(["corpus", "source_id"]).reset_index(drop=True)


if __name__ == "__main__":
    main()
