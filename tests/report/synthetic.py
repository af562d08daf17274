"""Scored posts as a model would give them, invented: a telephone company has an outage in March."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sentilens.schema import CORE_SCORE_COLUMNS, INPUT_COLUMNS

OUTAGE_WEEKS = (9, 10)  # the weeks of 9 and 16 March 2026, counted from 5 January
FIRST_MONDAY = pd.Timestamp("2026-01-05", tz="UTC")
BRANDS = {"Telmira": 0.4, "Nordkraft": 0.25, "Fjällbutiken": 0.2, "Sparbjörn": 0.15}
CHANNELS = {"app_store": (0.3, 1.5), "facebook": (0.3, 1.0), "review_site": (0.25, 0.9), "forum": (0.15, 0.5)}
TEXTS = {
    "sv": (
        [
            "Nätet har legat nere sedan i morse och ingen svarar",
            "Tredje gången fakturan är fel, hur svårt kan det vara",
        ],
        ["Snabb leverans och trevlig personal, tack", "Var finns er butik i Umeå?"],
    ),
    "nb": (
        ["Ingen dekning i hele dag, og kundeservice legger på", "Pakken kom aldri fram og jeg får ikke pengene igjen"],
        ["Veldig fornøyd med hjelpen jeg fikk", "Når åpner dere på lørdag?"],
    ),
    "da": (
        ["Appen går ned hver gang jeg vil betale", "Har ventet tre uger på en vare der var på lager"],
        ["Dejligt nemt, det gik som smurt", "Kan man hente i butikken?"],
    ),
    "fi": (
        ["Netti ei toimi taaskaan eikä kukaan vastaa puhelimeen", "Lasku oli väärin jo toisen kerran"],
        ["Nopea toimitus, suosittelen", "Onko teillä myymälää Oulussa?"],
    ),
    "de": (
        ["Seit Stunden kein Netz und die Hotline ist nicht erreichbar", "Die Ware kam kaputt an, niemand meldet sich"],
        ["Sehr freundlich und schnell, gerne wieder", "Gibt es das auch in Blau?"],
    ),
}


def scored_posts(n: int = 2000, *, seed: int = 0, weeks: int = 26) -> pd.DataFrame:
    """Make scored posts over the weeks from 5 January 2026, all canonical columns, in no order of time."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, weeks * 7, n)
    day[: n // 20] = rng.integers(OUTAGE_WEEKS[0] * 7, (OUTAGE_WEEKS[-1] + 1) * 7, n // 20)
    brand = rng.choice(list(BRANDS), n, p=list(BRANDS.values()))
    brand[: n // 20] = "Telmira"
    channel = rng.choice(list(CHANNELS), n, p=[share for share, _ in CHANNELS.values()])
    language = rng.choice([*TEXTS, "en", "und"], n, p=[0.35, 0.2, 0.15, 0.12, 0.12, 0.03, 0.03])
    outage = (brand == "Telmira") & np.isin(day // 7, OUTAGE_WEEKS)
    base = np.where(outage, 0.62, 0.2) * np.array([CHANNELS[name][1] for name in channel])
    complaint = rng.random(n) < np.clip(base, 0, 0.9)
    probability = np.where(complaint, rng.uniform(0.5, 0.99, n), rng.uniform(0.01, 0.49, n)).round(4)
    sentiment = np.where(
        complaint, rng.choice(["negative", "neutral"], n, p=[0.85, 0.15]), rng.choice(["neutral", "positive"], n)
    )
    frame = pd.DataFrame(
        {
            "text": [_text(rng, code, bad, i) for i, (code, bad) in enumerate(zip(language, complaint, strict=True))],
            "post_id": [f"p{i}" for i in range(n)],
            "created_at": FIRST_MONDAY + pd.to_timedelta(day, unit="D") + pd.to_timedelta(rng.integers(0, 86_400, n), unit="s"),
            "brand": pd.Series(brand).mask(rng.random(n) < 0.01),
            "channel": channel,
            "author": [f"author-{i}" for i in range(n)],
            "url": [f"https://posts.example/{i}" for i in range(n)],
            "reply_to": None,
            "rating": np.nan,
            "declared_language": None,
            "owned": rng.random(n) < 0.03,
            "language": language,
            "language_confidence": 0.97,
            "p_negative": np.select([sentiment == "negative", sentiment == "neutral"], [0.8, 0.2], 0.1),
            "p_neutral": np.select([sentiment == "negative", sentiment == "neutral"], [0.15, 0.6], 0.2),
            "p_positive": np.select([sentiment == "negative", sentiment == "neutral"], [0.05, 0.2], 0.7),
            "sentiment": sentiment,
            "complaint_probability": probability,
            "is_complaint": complaint,
            "status": np.where(language == "und", "unsupported_language", "ok"),
            "model_id": "invented",
        }
    )
    frame["sentiment_score"] = (frame["p_positive"] - frame["p_negative"]).round(4)
    unscored = frame["status"] != "ok"
    scores = ["p_negative", "p_neutral", "p_positive", "sentiment", "sentiment_score", "complaint_probability"]
    frame.loc[unscored, scores] = None
    frame["is_complaint"] = frame["is_complaint"].astype("boolean").mask(unscored)
    frame.loc[rng.random(n) < 0.01, "created_at"] = pd.NaT
    return frame[[*INPUT_COLUMNS, *CORE_SCORE_COLUMNS]]


def _text(rng: np.random.Generator, language: str, bad: bool, i: int) -> str:
    complaints, others = TEXTS.get(language, (["Nothing works"], ["Where is your shop?"]))
    return f"{rng.choice(complaints if bad else others)} ({i})"


def judged_posts(n: int = 1500, *, seed: int = 1) -> pd.DataFrame:
    """Make scored posts with all that a model and an export may tell: topics, severities, a head of one's own, answers."""
    rng = np.random.default_rng(seed)
    posts = scored_posts(n, seed=seed)
    complaint = posts["is_complaint"].fillna(False).to_numpy(dtype=bool)
    posts["topic"] = rng.choice(["delivery", "price_billing", "outage_reliability", "other"], n)
    posts.loc[complaint, "topic"] = rng.choice(["outage_reliability", "customer_service"], complaint.sum())
    level = np.where(complaint, rng.integers(1, 5, n), 0)
    for severity in range(5):
        posts[f"severity_{severity}"] = np.where(level == severity, 0.8, 0.05)
    posts["expects_reply_probability"] = np.where(complaint, 0.8, 0.3)
    posts["leaving_probability"] = rng.random(n).round(3)
    posts["is_leaving"] = posts["leaving_probability"] > 0.9
    answered = rng.random(n) < 0.6
    posts["replied_at"] = (posts["created_at"] + pd.to_timedelta(rng.exponential(20, n), unit="h")).where(answered)
    posts["reply_text"] = None
    return posts
