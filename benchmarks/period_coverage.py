"""How often the intervals of before against after hold what they should, on simulated weeks: writes docs/periods.md.

    python benchmarks/period_coverage.py           # the figures of docs/periods.md, some minutes
    python benchmarks/period_coverage.py --quick   # few repetitions, to see that it runs

Weeks have a random number of posts, more scattered than chance where said, and a complaint rate that wanders from week to
week, by itself or together with those of three other brands. Nothing happens at the day that is compared.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sentilens.campaigns.contrast import Estimate, Stretch, difference, measure
from sentilens.trends.intervals import wilson_interval

OUT = Path(__file__).resolve().parent.parent / "docs/periods.md"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weeks:
    """How weeks vary: mean posts, variance over mean, complaint rate, likeness of posts in a week, of weeks, of brands."""

    mean: float
    dispersion: float = 1.0
    rate: float = 0.3
    correlation: float = 0.0
    memory: float = 0.0
    shared: float = 0.0


KINDS = {
    "40 posts a week, chance alone": Weeks(40),
    "40, over-dispersed (variance 3 × mean; posts of a week alike)": Weeks(40, 3.0, correlation=0.02),
    "10, over-dispersed": Weeks(10, 3.0, correlation=0.02),
    "200, over-dispersed": Weeks(200, 3.0, correlation=0.02),
    "10, one complaint in twenty": Weeks(10, rate=0.05),
    "40, over-dispersed, and all brands move together": Weeks(40, 3.0, correlation=0.02, shared=0.3),
    "40, over-dispersed, and a week is like the one before (0.4)": Weeks(40, 3.0, correlation=0.02, memory=0.4),
}
WINDOWS = ((8, 8), (12, 4), (26, 8))


def draw(weeks: Weeks, n_weeks: int, common: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw posts and complaints of the weeks of a brand."""
    if weeks.dispersion > 1:
        n = rng.negative_binomial(weeks.mean / (weeks.dispersion - 1), 1 / weeks.dispersion, n_weeks)
    else:
        n = rng.poisson(weeks.mean, n_weeks)
    steps = rng.normal(size=n_weeks)
    wander = np.zeros(n_weeks)
    for week in range(n_weeks):
        kept = weeks.memory * wander[week - 1] if week else steps[week] * (1 - np.sqrt(1 - weeks.memory**2))
        wander[week] = kept + np.sqrt(1 - weeks.memory**2) * steps[week]
    spread = np.sqrt(weeks.correlation / (weeks.rate * (1 - weeks.rate)))
    odds = np.log(weeks.rate / (1 - weeks.rate)) + spread * wander + weeks.shared * common
    return n.astype(float), rng.binomial(n, 1 / (1 + np.exp(-odds))).astype(float)


def halves(sums: Array, sizes: Array, middle: int, numbers: bool) -> list[Stretch]:
    """Give the figure after and before."""
    parts = (slice(middle, None), slice(middle))
    return [measure(sums[part], sizes[part], logarithm=numbers, share=not numbers) for part in parts]


def compare(weeks: Weeks, window: tuple[int, int], numbers: bool, rng: np.random.Generator) -> tuple[Estimate, Estimate]:
    """Compare once, by itself and against three others."""
    n_weeks = sum(window)
    common = rng.normal(size=n_weeks)
    brands = [draw(weeks, n_weeks, common, rng) for _ in range(4)]
    pools = [brands[0], (sum(n for n, _ in brands[1:]), sum(k for _, k in brands[1:]))]
    sides = [halves(np.asarray(k), np.ones(n_weeks) if numbers else np.asarray(n), window[0], numbers) for n, k in pools]
    (after, before), (other_after, other_before) = sides
    return (
        difference(after, before, logarithm=numbers),
        difference(after.minus(other_after), before.minus(other_before), logarithm=numbers),
    )


def coverage(weeks: Weeks, window: tuple[int, int], numbers: bool, n_runs: int) -> str:
    """Give how often zero lies in the interval of the change, and in that against others."""
    rng = np.random.default_rng(2026)
    hits, told = np.zeros(2), np.zeros(2)
    for _ in range(n_runs):
        for at, found in enumerate(compare(weeks, window, numbers, rng)):
            if np.isfinite(found.low):
                told[at] += 1
                hits[at] += found.low <= 0 <= found.high
    cells = []
    for hit, n in zip(hits, told, strict=True):
        low, high = wilson_interval(hit, n)
        cells.append(f"{100 * hit / n:.1f} ({100 * float(low):.1f}–{100 * float(high):.1f})")
    return " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    n_runs = 50 if options.quick else 3_000
    tables = []
    for numbers in (False, True):
        rows = []
        for name, weeks in KINDS.items():
            for window in WINDOWS:
                rows.append(f"| {name} | {window[0]} and {window[1]} | {coverage(weeks, window, numbers, n_runs)} |")
                print(rows[-1], flush=True)
        tables.append("\n".join(rows))
    if not options.quick:
        OUT.write_text(PAGE.format(rates=tables[0], numbers=tables[1], n_runs=f"{n_runs:,}"), encoding="utf-8", newline="\n")


PAGE = """# Before and after

`compare_periods(scored, "2026-04-20", brand="Voltvik")` sets the eight weeks from a day on against the eight before, and
against what other brands did meanwhile (difference in differences). `compare_events(scored, read_events("events.csv"))`
does so for each event of a small table: `date`, `label`, and where there are `end` (the last day) and `brand`. On the
command line:

```
sentilens compare export.csv --date 2026-04-20 --brand Voltvik
sentilens compare export.csv --events events.csv -o figures.csv
```

- **How sure.** A figure is a ratio of sums over weeks, and its variance is taken from how much the weeks depart from it, so
  that nothing has to be assumed of the posts within a week. Against others, weeks are subtracted from weeks: what moves all
  brands in the same week cancels out. Windows of less than four weeks are cut into days.
- **Numbers** (`n_complaints`, `n_posts`) change by factors: 0.5 is half as many again.
- **Placebos.** The same comparison is made at earlier dates, before the day. Where many of them show a change too, one at this
  date says little.
- **Verdict.** `change`, `like_others` (more than chance, but no more than the others changed), `no_clear_change`, `too_little`.

A comparison says that something changed with a day, and not that the event did it; what else happened then is not known. Others
are a good control as far as they would have moved alike; a brand with an outage of its own in these weeks is none: name better
ones by `controls=`. Several events are several chances of a false alarm, one in twenty each.

## Do the intervals hold?

The figures come from `benchmarks/period_coverage.py`: {n_runs} simulated comparisons each, where nothing happened; in
percent how often the 95 % interval holds zero, with the 95 % interval of that. Three other brands are the controls.

Complaint rates:

| weeks | before and after | by itself | against others |
|---|---|---|---|
{rates}

Numbers of complaints:

| weeks | before and after | by itself | against others |
|---|---|---|---|
{numbers}

Where each week is like the one before, weeks tell less than they seem to, and intervals are too narrow; where all brands move
together, those against others are still right. With half a complaint a week, intervals are wider than they need to be.
"""


if __name__ == "__main__":
    main()
