"""Draw the pictures of docs/plots.md from the sample export.

python tools/plot_gallery.py    # writes docs/plots/*.png
"""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd

mpl.use("agg")

from pathlib import Path
from typing import Any

import numpy as np

import sentilens as sl

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "plots"
DPI = 90


def with_answers(scored: pd.DataFrame) -> pd.DataFrame:
    """Invent answers: every fifth post has none, e-mails wait longest."""
    number = np.arange(len(scored))
    hours = (1 + number % 60) * np.where(scored["channel"] == "email", 1.5, 0.5)
    asked = pd.to_datetime(scored["created_at"], utc=True)
    return scored.assign(replied_at=(asked + pd.to_timedelta(hours, unit="h")).where(number % 5 > 0))


def save(name: str, axes: Any) -> None:
    figure = np.ravel(np.asarray(axes))[0].figure
    figure.savefig(FOLDER / f"{name}.png", dpi=DPI, metadata={"Software": None})


def main() -> None:
    posts = sl.read_posts(ROOT / "data" / "samples" / "export.csv")
    scored = sl.load_model().score(posts.dropna(subset="created_at"))
    trends = sl.compute_trends(scored, by=("brand", "channel"), freq="MS")
    FOLDER.mkdir(exist_ok=True)
    save("small_multiples", sl.plot_small_multiples(trends, by="channel", language="sv"))
    save("heatmap", sl.plot_heatmap(trends, language="de"))
    save("severity", sl.plot_severity(trends, by="channel"))
    save("reply_times", sl.plot_reply_times(sl.measure_reply_times(with_answers(scored)), by="channel"))


if __name__ == "__main__":
    main()
