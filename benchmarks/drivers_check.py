"""Whether the explanation of a change finds what was planted, and keeps quiet where nothing was: writes docs/drivers.md.

    python benchmarks/drivers_check.py           # the figures of docs/drivers.md, some twenty minutes
    python benchmarks/drivers_check.py --quick   # few repetitions, to see that it runs

The posts are the labelled ones in data/labelled, with their labels in place of scores. A brand has topics and channels of
its own liking; eight weeks of its posts, and of three other brands', make the history. Into the ninth week come complaints
about one topic in one channel, half of them with a sentence about a thing with an invented name, in another wording each
time.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sentilens.drivers import explain_change
from sentilens.trends.intervals import wilson_interval

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/drivers.md"
CHANNELS = ("twitter", "facebook", "app_store", "email", "trustpilot")
BRANDS = ("Alvik", "Bredal", "Cirrus", "Dovre")
WEEKS = 8
MONDAY = pd.Timestamp("2026-01-05", tz="UTC")
NAME = "glimrex"
#: A sentence with the invented name in each language; {} is the name.
SENTENCES = {
    "sv": ("{} strular.", "Det är {} som krånglar.", "Ni har stängt av {}!"),
    "nb": ("{} virker ikke.", "Det er {} som krøller.", "Dere har slått av {}!"),
    "nn": ("{} verkar ikkje.", "Det er {} som krøller.", "De har slått av {}!"),
    "da": ("{} driller.", "Det er {} der volder besvær.", "I har lukket {}!"),
    "fi": ("{} takkuilee.", "Nyt {} jumittaa.", "Miksi {} on pois päältä?"),
    "is": ("{} er í rugli.", "Það er {} sem klikkar.", "Hvar er {}?"),
    "fo": ("{} riggar ikki.", "Tað er {} sum bilar.", "Hvar er {}?"),
    "de": ("{} spinnt.", "Es liegt an {}.", "Warum ist {} abgeschaltet?"),
    "en": ("{} is acting up.", "It is {} that fails.", "Why did you switch off {}?"),
}


@dataclass(frozen=True)
class Setting:
    """A week's posts of the brand, complaints planted, and the languages of the posts."""

    per_week: int
    planted: int
    languages: tuple[str, ...]


ALL = tuple(SENTENCES)
SETTINGS = [
    Setting(per_week, planted, languages)
    for languages in (("sv",), ALL)
    for per_week, planted in ((20, 0), (100, 0), (20, 10), (20, 30), (100, 10), (100, 30))
]


def read_posts() -> pd.DataFrame:
    """Read the labelled posts as if they had been scored."""
    paths = sorted((ROOT / "data/labelled").glob("*.csv"))
    posts = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    posts = posts[posts["language"].isin(ALL) & (posts["topic"] != "")]
    complaint = posts["complaint"] == "1"
    return posts[["text", "language", "topic", "sentiment"]].assign(
        status="ok",
        is_complaint=complaint,
        complaint_probability=np.where(complaint, 0.9, 0.1),
        sentiment_score=posts["sentiment"].map({"negative": -0.8, "neutral": 0.0, "positive": 0.8}),
    )


def history(posts: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """Draw nine weeks of four brands, each with topics and channels of its own liking."""
    posts = posts[posts["language"].isin(setting.languages)]
    parts = []
    for brand in BRANDS:
        liking = dict(zip(sorted(posts["topic"].unique()), rng.gamma(1.0, size=posts["topic"].nunique()), strict=True))
        weight = posts["topic"].map(liking).to_numpy()
        n = rng.poisson(setting.per_week * (WEEKS + 1))
        drawn = posts.iloc[rng.choice(len(posts), size=n, replace=n > len(posts) / 2, p=weight / weight.sum())]
        moments = MONDAY + pd.to_timedelta(rng.uniform(0, 7 * (WEEKS + 1), n), unit="D")
        channels = rng.choice(CHANNELS, size=n, p=rng.dirichlet(np.full(len(CHANNELS), 3.0)))
        parts.append(drawn.assign(brand=brand, channel=channels, created_at=moments))
    return pd.concat(parts, ignore_index=True)


def plant(posts: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> tuple[pd.DataFrame, str, str]:
    """Draw complaints about one topic, in one channel, in the last week, half of them with the invented name."""
    complaints = posts[posts["is_complaint"] & posts["language"].isin(setting.languages)]
    sizes = complaints["topic"].value_counts()
    topic = str(rng.choice([name for name in sorted(sizes.index) if sizes[name] >= setting.planted and name != "other"]))
    channel = str(rng.choice(CHANNELS))
    pool = complaints[complaints["topic"] == topic]
    drawn = pool.iloc[rng.choice(len(pool), size=setting.planted, replace=False)].copy()
    with_name = rng.random(len(drawn)) < 0.5
    said = [str(rng.choice(SENTENCES[language])).format(NAME) for language in drawn["language"]]
    drawn["text"] = drawn["text"].where(~with_name, drawn["text"] + " " + pd.Series(said, index=drawn.index))
    moments = MONDAY + pd.to_timedelta(7 * WEEKS + rng.uniform(0, 7, len(drawn)), unit="D")
    return drawn.assign(brand=BRANDS[0], channel=channel, created_at=moments), topic, channel


def run(posts: pd.DataFrame, setting: Setting, n_runs: int, seed: int) -> dict[str, float]:
    """Explain the last week again and again; give how often what was planted is found."""
    found: dict[str, list[float]] = {name: [] for name in ("clear", "topic", "channel", "grown", "name", "words", "false")}
    for number in range(n_runs):
        rng = np.random.default_rng((seed, number))
        drawn = history(posts, setting, rng)
        topic = channel = ""
        if setting.planted:
            added, topic, channel = plant(posts, setting, rng)
            drawn = pd.concat([drawn, added], ignore_index=True)
        period = MONDAY + pd.Timedelta(weeks=WEEKS)
        why = explain_change(drawn, period, within={"brand": BRANDS[0]}, metric="n_complaints", n_words=20, n_posts=0)
        first = {name: why.table.loc[why.table["dimension"] == name, "cell"].iloc[0] for name in why.over}
        words = why.words["word"].tolist()
        found["clear"].append(why.clear)
        found["topic"].append(first["topic"] == topic)
        found["channel"].append(first["channel"] == channel)
        grown = why.topics[(why.topics["q_value"] <= 0.05) & (why.topics["change"] > 0)]
        found["grown"].append(len(grown) > 0 and grown["topic"].iloc[0] == topic)
        found["name"].append(any(NAME in word for word in words[:10]))
        found["words"].append(len(words))
        found["false"].append(len(words) > 0)
    return {name: float(np.mean(values)) for name, values in found.items()}


def share(value: float, n: int) -> str:
    low, high = wilson_interval(round(value * n), n)
    return f"{100 * value:.0f} % ({100 * float(low):.0f}–{100 * float(high):.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, default=24)
    options = parser.parse_args()
    n_runs = 3 if options.quick else options.runs
    posts = read_posts()
    rows: dict[bool, list[str]] = {False: [], True: []}
    for setting in SETTINGS:
        result = run(posts, setting, n_runs, seed=1_000)
        spoken = "Swedish" if len(setting.languages) == 1 else "all nine"
        if setting.planted:
            cells = [
                str(setting.planted),
                *(share(result[name], n_runs) for name in ("clear", "topic", "channel", "grown", "name")),
            ]
        else:
            cells = [share(result["clear"], n_runs), share(result["false"], n_runs), f"{result['words']:.2f}"]
        rows[setting.planted > 0].append(f"| {spoken} | {setting.per_week} | {' | '.join(cells)} |")
        print(rows[setting.planted > 0][-1], flush=True)
    if not options.quick:
        text = PAGE.format(quiet="\n".join(rows[False]), planted="\n".join(rows[True]), n_runs=n_runs)
        OUT.write_text(text, encoding="utf-8", newline="\n")


PAGE = """# Why a figure moved

`explain_change(scored, "2026-03-09", within={{"brand": "Telmira"}})` sets a period against the eight before it (or the one
before, a year before, or any other) and says what changed, where, and in which words:

- **How sure.** The change has a 95 % interval, widened by as much as the periods of the reference vary more than chance has it,
  with Student's quantile, as that is known from a few periods only.
- **Where.** The change is split, without a rest, into the mix of posts (more of them from where the mood is worse) and the
  mood within like posts, for each channel, topic and language, and over all of them together (Kitagawa 1955). Of numbers,
  into the number of posts and the mood in them. Cells of fewer than five posts are put together.
- **Words.** Forms of a word count together (Snowball stemmers; a short list of endings for Icelandic and Faroese), pairs of
  words where they stand together more often than by chance, and *meanings*: concepts of the lexicon, which several languages
  express by words of their own. Each language is compared with itself. Function words, names of brands, numbers, codes and
  placeholders are left out; near-copies count once; a word that fewer than three authors wrote is not shown. Words are
  beyond chance at a false discovery rate of 5 %, against what the reference and the other posts of the same language let
  expect.
- **Posts.** A few that hold most of these words and are unlike each other, masked and shortened.

On the command line: `sentilens explain export.csv --period 2026-03-09 --brand Telmira` (`--json` for all of it).

Of each side at most 3,000 posts are read for words, chosen by a hash, so that neither the order of the file nor its length
matters. Every post is counted for the split.

## Does it find what was planted?

The figures come from `benchmarks/drivers_check.py`. Nine weeks of four brands are drawn from the labelled posts, each brand
with topics and channels of its own liking; labels stand in for scores. Into the last week of one brand come complaints
about one topic in one channel, half of them with a sentence about a thing with an invented name. {n_runs} runs each; in
brackets the 95 % interval.

*clear*: the change is called more than chance; *topic*, *channel*: the planted one did most of it; *grown*: the planted
topic is the first of those that grew beyond chance; *name*: the invented name is among the first ten words.

| languages | posts a week | planted | clear | topic | channel | grown | name |
|---|---|---|---|---|---|---|---|
{planted}

## Is it quiet where nothing was planted?

| languages | posts a week | change is called clear | any word is shown | words shown |
|---|---|---|---|---|
{quiet}

Each direction, more and fewer, is held to 5 %, so one comparison in ten may show a word by chance. Ten posts in nine languages
with a new name are hardly more than one in each; that the name is the same in all of them is what lets it be found.

## What to know

- The split tells where a change sits, not what caused it.
- A reference of a few posts knows little of what is usual; the prior, worth twenty posts, comes from the brand's other times
  and from other brands then. Words that are typical of a brand may be shown where there are hardly any of its posts before.
- The classifier's mistakes are in all figures alike; they move a change only where they differ between the two periods.
"""


if __name__ == "__main__":
    main()
