"""Give the default model a profile of its posts without fitting it again; its scores stay the same, its id changes.

    python tools/add_profile.py [--model FILE]

The profile is of the test part of the labelled posts in ``data/labelled``, which the model has not seen: scores of posts that
it learnt from would be surer than those of any others. `tools/build_default_model.py` does the same for a new model.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from labelled_posts import ROOT, read_own_posts
from sentilens.model_file import read_model, write_model
from sentilens.profile import PROFILE, with_profile
from sentilens.scorer import PostScorer, load_model


def main() -> None:
    """Add the profile and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "src/sentilens/resources/default.sentilens")
    path = parser.parse_args().model
    before, own = load_model(path), read_own_posts()
    unseen = own[own["is_test"].astype(bool)]
    after = profiled(before, unseen)
    sample = unseen["text"].head(200)
    scores = [model.score(sample).drop(columns="model_id") for model in (before, after)]
    pd.testing.assert_frame_equal(*scores)
    for name, array in read_model(path)[1].items():
        assert name.startswith(PROFILE) or np.array_equal(array, after.arrays[name])
    write_model(path, after.to_bytes())
    print(f"{before.model_id} is now {after.model_id}, {path.stat().st_size / 1e6:.2f} MB")


def profiled(model: PostScorer, unseen: pd.DataFrame) -> PostScorer:
    """Give the model a profile of labelled posts that it has not seen."""
    posts = unseen[["text", "complaint", "sentiment"]].reset_index(drop=True)
    return with_profile(model, model.score(posts.rename(columns=lambda name: name if name == "text" else f"label_{name}")))


if __name__ == "__main__":
    main()
