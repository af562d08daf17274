"""Write docs/privacy.md: what masking finds and what it leaves alone, per kind, on the committed cases.

python tools/masking_report.py
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sentilens.privacy import mask_text
from sentilens.schema import PLACEHOLDERS
from sentilens.trends.intervals import wilson_interval

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "data/masking/cases.csv"
TEXT = ROOT / "tools/masking_report.md"
OUT = ROOT / "docs/privacy.md"

KINDS = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "url": "links",
    "handle": "handles",
    "name": "names in sign-offs and introductions",
    "iban": "IBAN",
    "card": "payment cards",
    "ip": "IP addresses",
    "se_pnr": "Swedish personnummer, samordningsnummer",
    "no_fnr": "Norwegian fødselsnummer, D- and H-number",
    "dk_cpr": "Danish CPR",
    "fi_hetu": "Finnish henkilötunnus",
    "is_kt": "Icelandic kennitala",
    "de_tax": "German Steuer-ID",
}


def main() -> None:
    """Measure and write."""
    cases = judged(read_cases())
    held_out, tuned = (cases[cases["part"] == part] for part in ("held_out", "tuned"))
    text = TEXT.read_text(encoding="utf-8")
    text = text.replace("{placeholders}", placeholders())
    text = text.replace("{held_out}", figures(held_out)).replace("{tuned}", figures(tuned))
    OUT.write_text(text, encoding="utf-8")
    print(f"wrote {OUT}")


def read_cases() -> pd.DataFrame:
    """Read the cases: ``kind, label, part, language, text, secret``."""
    return pd.read_csv(CASES, dtype=str, keep_default_na=False)


def judged(cases: pd.DataFrame) -> pd.DataFrame:
    """Mask the texts and tell of each whether it came out ``hidden``, with the right placeholder (``exact``), ``touched``."""
    masked = cases["text"].map(mask_text)
    rows = zip(cases["kind"], cases["text"], cases["secret"], masked, strict=True)
    expected = [text.replace(secret, PLACEHOLDERS[kind]) if secret else text for kind, text, secret, _ in rows]
    return cases.assign(
        masked=masked,
        hidden=[
            all(part not in text for part in _traces(secret)) for secret, text in zip(cases["secret"], masked, strict=True)
        ],
        exact=masked == pd.Series(expected, index=cases.index),
        touched=masked != cases["text"],
    )


def _traces(secret: str) -> list[str]:
    """What must not be left of a secret: the whole, and every word or group of digits of three characters and more."""
    return [secret, *(part for part in secret.replace("-", " ").split() if len(part) >= 3)]


def figures(cases: pd.DataFrame) -> str:
    """Give recall, precision and right kinds per kind as a table in Markdown."""
    rows = []
    for kind, name in [*KINDS.items(), ("", "all")]:
        chosen = cases[cases["kind"] == kind] if kind else cases
        personal, others = chosen[chosen["label"] == "personal"], chosen[chosen["label"] == "look_alike"]
        found, false = int(personal["hidden"].sum()), int(others["touched"].sum())
        rows.append(
            (
                name,
                len(personal),
                share(found, len(personal)),
                share(int(personal["exact"].sum()), len(personal)),
                len(others),
                share(len(others) - false, len(others)),
                share(found, found + false),
            )
        )
    header = ("kind", "n personal", "recall", "exactly right", "n look-alikes", "left alone", "precision")
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def share(successes: int, n: int) -> str:
    """Write a share with its 95 % interval."""
    if not n:
        return "-"
    low, high = wilson_interval(successes, n)
    return f"{successes / n:.2f} ({float(low):.2f}-{float(high):.2f})"


def placeholders() -> str:
    """List the placeholders as a table in Markdown."""
    lines = [("kind", "placeholder"), ("---", "---"), *((KINDS[kind], f"`{mark}`") for kind, mark in PLACEHOLDERS.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
