"""Make the sample exports out of the written sample posts.

    python tools/make_samples.py

``data/samples/posts.csv`` holds 1,500 synthetic posts with their labels and with the phase of the story that each belongs to.
This script gives most of them a date, an author and an address, and writes them as two exports, which tell the same story in
two dialects of CSV; the others become the labelled file. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

SAMPLES = Path(__file__).resolve().parent.parent / "data/samples"
FIRST, LAST = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-07-05 23:59")
#: When the posts of a phase were written: first day, last day, and the days in which their number falls to a third (0: even).
PHASES = {
    "telmira_outage": ("2026-03-10", "2026-03-19", 2.0),
    "telmira_after": ("2026-03-20", "2026-07-05", 0.0),
    "telmira_ordinary": ("2026-01-05", "2026-07-05", 0.0),
    "voltvik_price": ("2026-04-20", "2026-06-07", 12.0),
    "voltvik_ordinary": ("2026-01-05", "2026-07-05", 0.0),
    "svippo_winter": ("2026-01-05", "2026-02-22", 0.0),
    "svippo_ordinary": ("2026-02-16", "2026-07-05", 0.0),
    "korgata_ordinary": ("2026-01-05", "2026-07-05", 0.0),
}
#: Phases in which things get better with time.
RECOVERIES = frozenset({"telmira_after", "svippo_ordinary"})
LABELLED_EVERY = 12
#: Posts that name a month or a feast go into the labelled file, as a date of our choosing would contradict them.
NAMES_A_TIME = re.compile(
    r"januar|january|tammikuu|janúar|februar|february|helmikuu|febrúar|\bmars\b|märz|march|maaliskuu|april|huhtikuu|apríl|\bmaj\b|"
    r"\bmai\b|\bmay\b|toukokuu|\bmaí\b|\bjuni\b|\bjune\b|kesäkuu|júní|\bjuli\b|\bjuly\b|heinäkuu|júlí|august|elokuu|ágúst|"
    r"september|syyskuu|oktober|october|lokakuu|október|november|marraskuu|nóvember|december|desember|dezember|joulu|midsommar|"
    r"juhannus|\bjul(?:en|a|afton)?\b|\bjól|christmas|weihnacht|påsk|pääsiäi|ostern|easter|halloween|\b\d{1,2}\.\s?\d{1,2}\.(?!\d)",
    re.IGNORECASE,
)
FIRST_NAMES = (
    "alex anna bo eeva emil freja guro hanne ida jonas kari lars liv maja nils oddny pia ragna sami tiina ulla vera".split()
)


def main() -> None:
    """Write the three files."""
    posts = pd.read_csv(SAMPLES / "posts.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    is_labelled = posts["id"].map(lambda key: crc32(key.encode()) % LABELLED_EVERY == 0)
    is_labelled |= posts["text"].map(lambda text: bool(NAMES_A_TIME.search(text)))
    export = place_in_time(posts[~is_labelled].reset_index(drop=True))
    write_export(export)
    write_excel_export(export)
    labelled = posts.loc[is_labelled, ["text", "language", "sentiment", "complaint", "severity", "expects_reply", "topic"]]
    write_csv(labelled, "labelled.csv")
    print(f"{len(export):,} posts in the exports, {len(labelled):,} labelled posts")


def place_in_time(posts: pd.DataFrame) -> pd.DataFrame:
    """Give each post a time within its phase, an author and an address."""
    generator = np.random.default_rng(20260105)
    times = pd.Series(pd.NaT, index=posts.index, dtype="datetime64[s]")
    for phase, (first, last, decay) in PHASES.items():
        members = posts.index[posts["phase"] == phase]
        days = (pd.Timestamp(last) - pd.Timestamp(first)).days + 1
        share = np.exp(-np.arange(days) / decay) if decay else np.ones(days)
        # Fewer people write at the weekend.
        share *= [0.7 if (pd.Timestamp(first) + pd.Timedelta(days=d)).day_of_week > 4 else 1.0 for d in range(days)]
        day = np.sort(generator.choice(days, size=len(members), p=share / share.sum()))
        if phase in RECOVERIES:
            mood = posts.loc[members, "sentiment"].map({"negative": 0.0, "neutral": 0.5, "positive": 1.0}).to_numpy(float)
            members = members[np.argsort(mood + generator.normal(0, 0.8, len(members)), kind="stable")]
        else:
            members = generator.permutation(members)
        hour = generator.choice(np.arange(6, 24), size=len(members))
        minute = generator.integers(0, 60, len(members))
        moments = [
            pd.Timestamp(first) + pd.Timedelta(days=int(d), hours=int(h), minutes=int(m))
            for d, h, m in zip(day, hour, minute, strict=True)
        ]
        times.loc[members] = moments
    posts = posts.assign(time=times.clip(FIRST, LAST)).sort_values(["time", "id"], kind="stable").reset_index(drop=True)
    names = generator.choice(FIRST_NAMES, len(posts))
    posts["author"] = [f"{name}{number}" for name, number in zip(names, generator.integers(10, 9999, len(posts)), strict=True)]
    posts["post_id"] = [f"p{number:06d}" for number in range(100_001, 100_001 + len(posts))]
    posts["url"] = [
        f"https://{c.replace('_', '-')}.example.com/{i}" for c, i in zip(posts["channel"], posts["post_id"], strict=True)
    ]
    return posts


def write_export(posts: pd.DataFrame) -> None:
    """Write the export of a listening tool: UTF-8, commas, ISO times."""
    table = pd.DataFrame(
        {
            "post_id": posts["post_id"],
            "created_at": posts["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "brand": posts["brand"],
            "channel": posts["channel"],
            "author": posts["author"],
            "text": posts["text"],
            "url": posts["url"],
            "rating": posts["rating"],
        }
    )
    write_csv(table, "export.csv")


def write_excel_export(posts: pd.DataFrame) -> None:
    """Write the same as a Swedish Excel saves it: cp1252, semicolons, dd.mm.yyyy; emoji become question marks."""
    table = pd.DataFrame(
        {
            "Inläggs-ID": posts["post_id"],
            "Datum": posts["time"].dt.strftime("%d.%m.%Y %H:%M"),
            "Varumärke": posts["brand"],
            "Kanal": posts["channel"].str.replace("_", " ").str.capitalize(),
            "Författare": posts["author"],
            "Kommentar": posts["text"],
            "Länk": posts["url"],
            "Betyg": posts["rating"].map(lambda rating: f"{rating},0" if rating else ""),
        }
    )
    text = table.to_csv(index=False, sep=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    (SAMPLES / "export_excel.csv").write_bytes(text.encode("cp1252", errors="replace"))


def write_csv(table: pd.DataFrame, name: str) -> None:
    """Write plain CSV, the same bytes on every system."""
    buffer = io.StringIO()
    table.to_csv(buffer, index=False, lineterminator="\n")
    (SAMPLES / name).write_bytes(buffer.getvalue().encode("utf-8"))


if __name__ == "__main__":
    main()
