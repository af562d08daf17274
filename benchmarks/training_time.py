"""How long training takes on 5,000 posts, written to docs/retraining.md.

    python benchmarks/training_time.py [--posts 5000] [--write]

The posts are the project's own labelled ones, read from a table, so reading labels, scoring, grouping and fitting all count.
Time on the processor is told beside that on the clock: it does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import sentilens as sl
from sentilens.errors import DataQualityWarning
from sentilens.schema import LABEL_COLUMNS

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/retraining.md"
CHOICES = (("complaint",), ("sentiment",), ("sentiment", "complaint"), tuple(LABEL_COLUMNS))


def main() -> None:
    """Train on several choices of labels and write or print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--write", action="store_true", help="write it into docs/retraining.md rather than print it")
    options = parser.parse_args()
    page = "\n".join(lines_of(options.posts))
    if options.write:
        head, _, rest = OUT.read_text(encoding="utf-8").partition("<!-- time -->\n")
        tail = rest.partition("<!-- end of time -->")[2]
        OUT.write_text(f"{head}<!-- time -->\n{page}\n<!-- end of time -->{tail}", encoding="utf-8")
    else:
        print(page)


def lines_of(n_posts: int) -> Iterator[str]:
    """Time each choice and write a row on it."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    own = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    posts = own.sample(n_posts, random_state=0)
    model = sl.load_model()
    warnings.simplefilter("ignore", DataQualityWarning)
    yield "| labels | posts | seconds | seconds of processor |\n|---|---|---|---|"
    for heads in CHOICES:
        clock, processor = time.perf_counter(), time.process_time()
        sl.train(posts[["text", *heads]], model, show_progress=False)
        spent = time.perf_counter() - clock, time.process_time() - processor
        yield f"| {', '.join(heads).replace('_', ' ')} | {n_posts:,} | {spent[0]:.0f} | {spent[1]:.0f} |"


if __name__ == "__main__":
    main()
