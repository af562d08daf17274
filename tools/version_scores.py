"""Train a small model from the sample posts and keep what it scores, or hold the scores of two runs against each other.

    python tools/version_scores.py write OUT.json
    python tools/version_scores.py compare A.json B.json

`make versions` runs the first under the lowest and the newest versions of the packages that sentilens needs, then the second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import sentilens as sl

LABELLED = Path(__file__).resolve().parent.parent / "data/samples/labelled.csv"
COLUMNS = ["complaint_probability", "p_negative", "p_neutral", "p_positive"]
#: Fits stop when they are near enough to the best; where exactly differs with the release.
TOLERANCE = 0.01
SAME = 1e-6


def write(out: Path) -> None:
    """Train, and score by the trained and by the default model."""
    import scipy
    import sklearn

    posts = pd.read_csv(LABELLED, dtype=str, keep_default_na=False)
    models = {"trained": sl.train(posts, show_progress=False).model, "default": sl.load_model()}
    packages = {module.__name__: module.__version__ for module in (np, pd, scipy, sklearn)}
    scores = {name: model.score(posts["text"])[COLUMNS].round(9).to_numpy(float).tolist() for name, model in models.items()}
    out.write_text(json.dumps({"packages": packages, **scores}), encoding="utf-8")
    print(f"{packages}: {models['trained'].model_id}")


def compare(a: Path, b: Path) -> int:
    """Say how far the scores are apart; 1 if further than they may be."""
    one, other = (json.loads(path.read_text(encoding="utf-8")) for path in (a, b))
    print(f"{one['packages']}\n{other['packages']}")
    furthest = {name: float(np.abs(np.subtract(one[name], other[name])).max()) for name in ("default", "trained")}
    print(f"The same model file: scores differ by up to {furthest['default']:.1e} (allowed {SAME:.0e}).")
    print(f"Trained anew under each: by up to {furthest['trained']:.1e} (allowed {TOLERANCE:.0e}).")
    return int(furthest["default"] > SAME or furthest["trained"] > TOLERANCE)


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    sys.exit(write(Path(paths[0])) if verb == "write" else compare(*map(Path, paths)))
