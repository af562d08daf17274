"""How often the 95 % intervals hold the truth, written to docs/intervals.md.

    python benchmarks/interval_coverage.py

Coverage of shares and of net sentiment is computed exactly, by adding up the probabilities of all counts whose interval holds
the truth; that of differences and corrected rates is simulated with a fixed seed. The truth is spread evenly over the range
that the table names, as a user's cells are not all alike; the worst case is the truth at which the interval does least well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom, multinomial

from sentilens.trends.intervals import difference_interval, estimate_difference_interval, net_interval, wilson_interval
from sentilens.trends.prevalence import ErrorRates, corrected_rates

OUT = Path(__file__).resolve().parent.parent / "docs/intervals.md"
SIZES = (5, 10, 20, 50, 100, 500)
RATES = np.arange(0.005, 1, 0.005)
N_SIMULATED = 40_000
Array = NDArray[np.float64]


def wilson() -> Iterator[str]:
    """Give the coverage of Wilson's interval of a complaint rate."""
    yield "| posts | mean, rates 0–1 | mean, rates 0.05–0.5 | mean, rates under 0.05 | worst rate | coverage there |"
    yield "|---|---|---|---|---|---|"
    for n in SIZES:
        k = np.arange(n + 1)
        low, high = wilson_interval(k, np.full(n + 1, n))
        held = (low <= RATES[:, None]) & (RATES[:, None] <= high)
        coverage = (binom.pmf(k, n, RATES[:, None]) * held).sum(axis=1)
        usual, rare = (RATES >= 0.05) & (RATES <= 0.5), RATES < 0.05
        means = (percent(coverage[chosen].mean()) for chosen in (RATES > 0, usual, rare))
        worst = int(coverage.argmin())
        yield f"| {n} | {' | '.join(means)} | {RATES[worst]:.3f} | {percent(coverage[worst])} |"


def net_sentiment() -> Iterator[str]:
    """Give the coverage of the interval of net sentiment over a grid of shares."""
    yield "| posts | mean, all mixes | mean, both shares 0.1 or more | worst mix (positive, negative) | coverage there |"
    yield "|---|---|---|---|---|"
    grid = [(a, b) for a in np.arange(0.02, 1, 0.06) for b in np.arange(0.02, 1, 0.06) if a + b <= 1]
    for n in SIZES[:-1]:
        counts = np.array([(i, j, n - i - j) for i in range(n + 1) for j in range(n + 1 - i)])
        low, high = net_interval(counts[:, 0], counts[:, 1], np.full(len(counts), n))
        coverage = np.array([_net_coverage(counts, n, a, b, low, high) for a, b in grid])
        common = np.array([min(mix) >= 0.1 for mix in grid])
        worst = int(coverage.argmin())
        mix = f"{grid[worst][0]:.2f}, {grid[worst][1]:.2f}"
        yield f"| {n} | {percent(coverage.mean())} | {percent(coverage[common].mean())} | {mix} | {percent(coverage[worst])} |"


def _net_coverage(counts: NDArray[np.int64], n: int, positive: float, negative: float, low: Array, high: Array) -> float:
    chances = multinomial.pmf(counts, n, [positive, negative, max(0.0, 1 - positive - negative)])
    return float(chances[(low <= positive - negative) & (positive - negative <= high)].sum())


def differences() -> Iterator[str]:
    """Give the simulated coverage of changes of complaint rates and of net sentiment."""
    yield "| posts before and after | change of complaint rate, rates 0.05–0.5 | change of net sentiment |"
    yield "|---|---|---|"
    rng = np.random.default_rng(0)
    for n in SIZES:
        p, q = rng.uniform(0.05, 0.5, (2, N_SIMULATED))
        low, high = difference_interval(rng.binomial(n, p), n, rng.binomial(n, q), n)
        rates = ((low <= p - q) & (p - q <= high)).mean()
        mixes = rng.dirichlet([2.0, 2.0, 2.0], (2, N_SIMULATED))
        parts, truth = [], mixes[..., 0] - mixes[..., 1]
        for mix in mixes:
            counts = rng.multinomial(n, mix)
            parts += [(counts[:, 0] - counts[:, 1]) / n, *net_interval(counts[:, 0], counts[:, 1], np.full(len(mix), n))]
        low, high = estimate_difference_interval(*parts)
        nets = ((low <= truth[0] - truth[1]) & (truth[0] - truth[1] <= high)).mean()
        yield f"| {n} | {percent(rates)} | {percent(nets)} |"


def corrected() -> Iterator[str]:
    """Give the simulated coverage of corrected rates, and of Wilson's interval that knows nothing of the errors."""
    yield "| posts | corrected | uncorrected |"
    yield "|---|---|---|"
    rng = np.random.default_rng(0)
    finds, leaves, n_positive, n_negative = 0.8, 0.92, 300, 700
    for n in SIZES:
        truth = rng.uniform(0.05, 0.5, N_SIMULATED // 10)
        k = rng.binomial(n, truth * finds + (1 - truth) * (1 - leaves))
        measured = rng.binomial(n_positive, finds, len(k)) / n_positive, rng.binomial(n_negative, leaves, len(k)) / n_negative
        hits = 0
        for count, rate, found, left in zip(k, truth, *measured, strict=True):
            counts = pd.DataFrame({"n_posts": [n], "n_posts@all": [n], "n_complaints@all": [count]})
            _, low, high = corrected_rates(counts, {"all": ErrorRates(float(found), float(left), n_positive, n_negative)})
            hits += bool(low[0] <= rate <= high[0])
        low, high = wilson_interval(k, np.full(len(k), n))
        plain = ((low <= truth) & (truth <= high)).mean()
        yield f"| {n} | {percent(hits / len(k))} | {percent(plain)} |"


def percent(share: float) -> str:
    """Write a share with one decimal."""
    return f"{100 * share:.1f} %"


def main() -> None:
    """Put the tables into the page between its marks."""
    text = OUT.read_text(encoding="utf-8")
    for name, lines in {"wilson": wilson(), "net": net_sentiment(), "changes": differences(), "corrected": corrected()}.items():
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{before}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
