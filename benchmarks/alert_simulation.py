"""How often alerts are false, and how soon true ones come: simulated series, written to docs/alerts.md.

    python benchmarks/alert_simulation.py             # the figures of docs/alerts.md, about ten minutes
    python benchmarks/alert_simulation.py --tuning    # the seeds on which the method was tuned
    python benchmarks/alert_simulation.py --quick     # few simulations, to see that it runs

A company has 24 series (six brands on four channels) of posts a day. The methods see what a user would have: the series up
to the day. Method and constants, but for the length of the warm-up, were chosen on the seeds from 0 on; the figures are of the
seeds from 1,000 on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, poisson

from sentilens.trends import TrendTable, find_alerts
from sentilens.trends.alerts import FALSE_ALARMS_PER_YEAR
from sentilens.trends.counting import COUNT_COLUMNS
from sentilens.trends.intervals import wilson_interval

OUT = Path(__file__).resolve().parent.parent / "docs/alerts.md"
N_SERIES, N_DAYS = 24, 365
WARM_UP = 28
WEEK = np.array([1.15, 1.15, 1.1, 1.1, 1.0, 0.75, 0.75])
RATE, POSITIVE = 0.25, 0.3
#: Days on which spikes and shifts begin, each in another series.
SPIKE_DAYS, SHIFT_DAYS = tuple(range(60, 340, 14)), tuple(range(60, 320, 28))
#: Days of history, for false alarms while it grows.
SPANS = {"days 29 to 42": range(28, 42), "days 43 to 98": range(42, 98), "days 99 to 365": range(98, 365)}
#: Filled by `quiet`, shown by `ramp`.
RAMP: dict[str, list[str]] = {}
Array = NDArray[np.float64]
#: Days with any alarm, and with one upward in posts or complaints, each (24, days).
Alarms = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True)
class Kind:
    """How the days of a series vary: mean number of posts, variance over mean, weekdays, growth over the year."""

    mean: float
    dispersion: float = 1.0
    weekly: bool = False
    growth: float = 1.0
    rate_correlation: float = 0.0


KINDS = {
    "Poisson, 20 a day": Kind(20),
    "over-dispersed (variance 3 × mean), 20 a day": Kind(20, 3.0, rate_correlation=0.02),
    "over-dispersed and weekly, 20 a day": Kind(20, 3.0, True, rate_correlation=0.02),
    "over-dispersed, weekly, doubling in the year": Kind(20, 3.0, True, 2.0, 0.02),
    "sparse, 0.5 a day": Kind(0.5, 1.5, True),
    "large, 300 a day, variance 10 × mean, weekly": Kind(300, 10.0, True, rate_correlation=0.01),
}


def simulate(kind: Kind, rng: np.random.Generator, factor: Array | float = 1.0, n_days: int = N_DAYS) -> dict[str, Array]:
    """Draw the counts of all series, (24, days); `factor` multiplies the expected numbers of complaints and their posts."""
    days = np.arange(n_days)
    mean = kind.mean * kind.growth ** (days / 365 - 0.5) * (WEEK[days % 7] if kind.weekly else 1.0)
    mean = np.broadcast_to(mean, (N_SERIES, n_days)) * factor
    if kind.dispersion > 1:
        mean = rng.gamma(mean / (kind.dispersion - 1), kind.dispersion - 1)
    posts = rng.poisson(mean)
    shares = np.array([RATE, 1 - RATE - POSITIVE, POSITIVE])
    if kind.rate_correlation:
        shares = rng.dirichlet(shares * (1 / kind.rate_correlation - 1), posts.shape)
    kinds = rng.multinomial(posts, shares)
    return {"n_posts": posts, "n_complaints": kinds[..., 0], "n_negative": kinds[..., 0], "n_positive": kinds[..., 2]}


def as_table(counts: dict[str, Array]) -> TrendTable:
    """Make a trend table of simulated counts, by brand and channel, of whole days from Monday, 6 January 2025."""
    n_days = counts["n_posts"].shape[1]
    starts = pd.date_range("2025-01-06", periods=n_days, freq="D", tz="UTC", unit="us")
    frame = pd.DataFrame({"brand": np.repeat([f"brand {i // 4}" for i in range(N_SERIES)], n_days)})
    frame["channel"] = np.repeat([f"channel {i % 4}" for i in range(N_SERIES)], n_days)
    frame["period_start"] = np.tile(starts, N_SERIES)
    frame = frame.assign(**{name: counts[name].ravel() if name in counts else 0 for name in COUNT_COLUMNS})
    frame = frame[frame["n_posts"] > 0].reset_index(drop=True)
    return TrendTable(
        ("brand", "channel"), "D", "UTC", frame, first_post=starts[0], last_post=starts[-1] + pd.Timedelta(hours=23)
    )


def ours(counts: dict[str, Array]) -> Alarms:
    """Give what sentilens finds by all four metrics together."""
    table = as_table(counts)
    alerts = find_alerts(table)
    anything, upward = (np.zeros(counts["n_posts"].shape, dtype=bool) for _ in range(2))
    row = alerts["brand"].str.removeprefix("brand ").astype(int) * 4 + alerts["channel"].str.removeprefix("channel ").astype(
        int
    )
    day = table.periods.get_indexer(pd.DatetimeIndex(alerts["period_start"]))
    anything[row, day] = True
    louder = ((alerts["direction"] == "up") & alerts["metric"].isin(["n_posts", "n_complaints"])).to_numpy()
    upward[row[louder], day[louder]] = True
    return anything, upward


def deviations(counts: dict[str, Array]) -> Array:
    """Give how many standard deviations each day's posts are above the mean of the last 28 days."""
    posts, mean, deviation = _last_days(counts)
    return (posts - mean) / np.maximum(deviation, 1e-9)


def poisson_surprise(counts: dict[str, Array]) -> Array:
    """Give minus the decimal logarithm of the chance of so many posts, were they Poisson with the mean of the last 28 days."""
    posts, mean, _ = _last_days(counts)
    return -np.log10(np.maximum(poisson.sf(posts - 1, np.maximum(mean, 1e-3)), 1e-300))


def _last_days(counts: dict[str, Array]) -> tuple[Array, Array, Array]:
    posts = counts["n_posts"].astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(posts, WARM_UP, axis=1)[:, :-1]
    pad = ((0, 0), (WARM_UP, 0))
    mean, deviation = (np.pad(values, pad, constant_values=np.inf) for values in (windows.mean(-1), windows.std(-1, ddof=1)))
    return (
        np.where(np.isfinite(mean), posts, 0),
        np.where(np.isfinite(mean), mean, 1e9),
        np.where(np.isfinite(mean), deviation, 1.0),
    )


#: What a user would pick instead: a statistic of each day and the threshold that is usual.
RIVALS: dict[str, tuple[Callable[[dict[str, Array]], Array], float]] = {
    "mean + 3 SD": (deviations, 3.0),
    "Poisson test, p < 0.001": (poisson_surprise, 3.0),
}
#: Series -> rival -> the threshold at which it has as many days with false alarms as sentilens states. Filled by `quiet`.
TUNED: dict[str, dict[str, float]] = {}


def quiet(runs: range) -> Iterator[str]:
    """Count false alarms where nothing happens."""
    yield "| series | method | days with a false alarm in a year, 24 series together | false alarms in a series-year |"
    yield "|---|---|---|---|"
    for number, (name, kind) in enumerate(KINDS.items()):
        found = {method: np.zeros((2, N_DAYS)) for method in ("sentilens", *RIVALS)}
        highest: dict[str, list[Array]] = {method: [] for method in RIVALS}
        for run in runs:
            counts = simulate(kind, np.random.default_rng([number, run]))
            alarms = {"sentilens": ours(counts)[0]}
            for method, (statistic, threshold) in RIVALS.items():
                values = statistic(counts)
                alarms[method] = values > threshold
                highest[method].append(values.max(axis=0)[WARM_UP:])
            for method, flags in alarms.items():
                found[method] += [flags.any(axis=0), flags.sum(axis=0)]
        for method, (days, alarms_of_all) in found.items():
            years = len(runs) * (N_DAYS - WARM_UP) / 365
            cells = (rate(days[WARM_UP:].sum(), years), rate(alarms_of_all[WARM_UP:].sum(), years * N_SERIES))
            yield f"| {name} | {method} | {cells[0]} | {cells[1]} |"
        TUNED[name] = {
            method: float(np.quantile(np.concatenate(values), 1 - FALSE_ALARMS_PER_YEAR / 365.25))
            for method, values in highest.items()
        }
        RAMP[name] = [
            rate(found["sentilens"][0][span].sum(), len(runs) * len(SPANS[title]) / 365) for title, span in SPANS.items()
        ]


def ramp() -> Iterator[str]:
    """Show the false alarms of `quiet` by the days of history."""
    yield "| series | " + " | ".join(SPANS) + " |"
    yield "|---|" + "---|" * len(SPANS)
    for name, cells in RAMP.items():
        yield f"| {name} | " + " | ".join(cells) + " |"


def events(
    runs: range, days: tuple[int, ...], factors: tuple[float, ...], length: int, within: tuple[int, ...]
) -> Iterator[str]:
    """Tell how many events are found, and how soon: a series at a time has `factor` times the posts for some days."""
    yield "| series | posts times | method | " + " | ".join(_by_day(day) for day in within) + " | median delay in days |"
    yield "|---|---|---|" + "---|" * (len(within) + 1)
    for number, (name, kind) in enumerate(KINDS.items()):
        for factor in factors:
            delays: dict[str, list[float]] = {method: [] for method in ("sentilens", *TUNED[name])}
            for run in runs:
                rng = np.random.default_rng([number, run, int(100 * factor), length])
                counts, begun = simulate_events(kind, rng, factor, length, days)
                delays["sentilens"] += _delays(ours(counts)[1], begun, length)
                for method, threshold in TUNED[name].items():
                    delays[method] += _delays(RIVALS[method][0](counts) > threshold, begun, length)
            for method, found in delays.items():
                label = method if method == "sentilens" else method.split(",")[0].replace("3 SD", "x SD") + ", tuned"
                cells = [percent(sum(delay < day for delay in found), len(found)) for day in within]
                median = float(np.median(found))
                yield (
                    f"| {name} | {factor:g} | {label} | "
                    + " | ".join([*cells, f"{median:.0f}" if median < length else "–"])
                    + " |"
                )


def young(runs: range) -> Iterator[str]:
    """Tell how many spikes are found on their first day, by the days of history."""
    days = (29, 42, 56, 91, 182, 350)
    yield "| posts times | " + " | ".join(f"day {day}" for day in days) + " |"
    yield "|---|" + "---|" * len(days)
    kind = KINDS["over-dispersed and weekly, 20 a day"]
    for factor in (2.0, 3.0, 5.0):
        found = np.zeros(len(days))
        for run in runs:
            rng = np.random.default_rng([run, int(factor)])
            counts, begun = simulate_events(kind, rng, factor, 1, days)
            found += [delay == 0 for delay in _delays(ours(counts)[1], begun, 1)]
        yield f"| {factor:g} | " + " | ".join(percent(int(k), len(runs)) for k in found) + " |"


def simulate_events(
    kind: Kind, rng: np.random.Generator, factor: float, length: int, days: tuple[int, ...]
) -> tuple[dict[str, Array], list[tuple[int, int]]]:
    """Simulate a year with an event in another series on (about) each of the days; gives the counts and (series, day)."""
    rows = rng.permutation(N_SERIES)[: len(days)]
    begun = [(int(row), int(day)) for row, day in zip(rows, days + rng.integers(0, 7, len(days)), strict=True)]
    factors = np.ones((N_SERIES, N_DAYS))
    for row, day in begun:
        factors[row, day : day + length] = factor
    return simulate(kind, rng, factors), begun


def _delays(upward: NDArray[np.bool_], begun: list[tuple[int, int]], length: int) -> list[float]:
    hits = [np.flatnonzero(upward[row, day : day + length]) for row, day in begun]
    return [float(hit[0]) if len(hit) else np.inf for hit in hits]


def _by_day(day: int) -> str:
    return "found on the first day" if day == 1 else f"within {day} days"


def rate(count: float, years: float) -> str:
    """Write a rate with its exact 95 % Poisson interval."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return f"{count / years:.2f} ({low / years:.2f}–{chi2.ppf(0.975, 2 * count + 2) / 2 / years:.2f})"


def percent(hits: int, n: int) -> str:
    """Write a share with its 95 % Wilson interval."""
    low, high = wilson_interval(hits, n)
    return f"{hits / n:.0%} ({low:.0%}–{high:.0%})".replace("%", " %")


def main() -> None:
    """Write the tables into docs/alerts.md, or print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", action="store_true", help="use the seeds on which the method was tuned, and print")
    parser.add_argument("--quick", action="store_true", help="few simulations, and print")
    options = parser.parse_args()
    begin = 0 if options.tuning or options.quick else 1000
    n_quiet, n_events, n_young = (2, 1, 2) if options.quick else (40, 4, 40)
    parts = {
        "quiet": quiet(range(begin, begin + n_quiet)),
        "ramp": ramp(),
        "spikes": events(range(begin, begin + n_events), SPIKE_DAYS, (1.5, 2.0, 3.0, 5.0), 3, (1, 3)),
        "shifts": events(range(begin, begin + n_events), SHIFT_DAYS, (1.25, 1.5, 2.0), 42, (7, 14, 42)),
        "young": young(range(begin, begin + n_young)),
    }
    tables = {}
    for name, lines in parts.items():
        tables[name] = "\n".join(lines)
        print(tables[name], end="\n\n", flush=True)
    text = OUT.read_text(encoding="utf-8")
    for name, table in tables.items():
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{before}<!-- {name} -->\n{table}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    if not (options.tuning or options.quick):
        OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
