"""Peak memory of scoring a file: it is bounded by the chunk, not by the file.

    python benchmarks/memory.py [rows ...]

Each size runs in a process of its own, side by side with reading the same file whole by pandas.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
SCORE = "import resource, sys, sentilens as sl; sl.score_file(sys.argv[1], sys.argv[1] + '.out.csv')"
READ = "import resource, sys, pandas as pd; pd.read_csv(sys.argv[1])"
PEAK = "; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"


def main() -> None:
    """Print the peak for each size."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000, 300_000]
    posts = pd.read_csv(ROOT / "data/samples/export.csv", dtype=str, keep_default_na=False)
    print(f"{'rows':>10}{'file, MB':>12}{'score_file, MB':>18}{'pandas.read_csv, MB':>22}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.csv"
            with path.open("w", encoding="utf-8", newline="") as handle:
                for start in range(0, size, len(posts)):
                    part = posts.head(size - start)
                    # Different texts, as real ones are: the memory of words must not be flattered.
                    part = part.assign(text=part["text"] + f" n{start}x")
                    part.to_csv(handle, index=False, header=start == 0)
            print(f"{size:>10,}{path.stat().st_size / 1e6:>12.1f}{_peak(SCORE, path):>18}{_peak(READ, path):>22}", flush=True)
            path.unlink()


def _peak(program: str, path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", program + PEAK, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
