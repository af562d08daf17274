"""Let the semantic model judge unlabelled posts of the public corpora and pieces of labelled ones, for the default model.

    python tools/teacher_scores.py --corpora DIR --cache DIR [--labels DIR] [--out DIR]

Posts that carry a label of this project, for training or for testing, are not judged as a whole, nor are copies of them;
pieces come from the training part alone. Writes ``corpora.csv`` (``corpus, source_id``) and ``pieces.csv`` (``key, first_word,
stop_word``: words of the cleaned text) with the complaint's logit; no texts. Needs torch, as build_semantic_model.py does.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import pandas as pd

from corpora import read_corpora
from encoded_texts import encode_texts
from labelled_posts import ROOT, read_labelled_posts
from sentilens import load_model
from sentilens.normalize import normalize_text

#: Posts of a corpus that are judged, chosen by their digests; more of those that are most like customers' posts.
_CAP = 3_000
_CAPS = {"swe-trustpilot": 8_000, "swe-twitter-palm": 8_000, "xed": 5_000}
#: Shorter texts say nothing.
_MIN_CHARACTERS = 4


def main() -> None:
    """Choose, judge and write."""
    options = parse_arguments()
    corpora = read_corpora(options.corpora)
    corpora["key"] = corpora["corpus"] + "/" + corpora["source_id"]
    labelled = read_labelled_posts(options.labels, corpora)
    options.out.mkdir(parents=True, exist_ok=True)
    posts = choose(corpora, set(labelled["cleaned"]))
    judge(posts["cleaned"], posts[["corpus", "source_id"]], options.out / "corpora.csv", options.cache)
    pieces = cut(labelled[~labelled["is_test"]])
    judge(pieces["cleaned"], pieces[["key", "first_word", "stop_word"]], options.out / "pieces.csv", options.cache)


def judge(cleaned: pd.Series, names: pd.DataFrame, path: Path, cache: Path) -> None:
    """Write what the semantic model thinks of texts."""
    logits = load_model("semantic").stack.logits_of_features(encode_texts(cleaned.tolist(), cache))
    names.assign(complaint=logits["complaint"][:, 0]).to_csv(path, index=False, float_format="%.2f", lineterminator="\n")
    print(f"{path}: {len(names):,}, {path.stat().st_size / 1e6:.1f} MB", flush=True)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what the encoder makes of the texts")
    parser.add_argument("--labels", type=Path, default=ROOT / "data/labelled/corpora", help="labels on posts of the corpora")
    parser.add_argument("--out", type=Path, default=ROOT / "data/labelled/teacher")
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


def cut(posts: pd.DataFrame) -> pd.DataFrame:
    """Cut posts into their sentences and a few runs of words, chosen by digest: they teach what a part of a post says."""
    rows = []
    for key, language, cleaned in zip(posts["key"], posts["language"], posts["cleaned"], strict=True):
        words = cleaned.split()
        ends = [i + 1 for i, word in enumerate(words) if word[-1] in ".!?…"]
        spans = {(first, stop) for first, stop in pairwise([0, *ends]) if 2 <= stop - first <= 25}
        for number in range(min(len(words) // 6, 4)):
            digest = crc32(f"{key} {number}".encode())
            length = 3 + digest % 6
            first = digest // 8 % max(1, len(words) - length)
            spans.add((first, first + length))
        spans.discard((0, len(words)))
        rows += [(key, language, first, stop, " ".join(words[first:stop])) for first, stop in sorted(spans)]
    pieces = pd.DataFrame(rows, columns=["key", "language", "first_word", "stop_word", "cleaned"])
    return pieces.drop_duplicates("cleaned").reset_index(drop=True)


if __name__ == "__main__":
    main()
