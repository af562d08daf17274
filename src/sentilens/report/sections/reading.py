"""How the posts were read and scored, in words: what the audit and the model's manifest tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from ...trends.prevalence import ALL_LANGUAGES, HEAD, MANIFEST_KEY
from ...wording import Wording, marked
from ..summary import ReportSummary
from ..tables import COUNT, NAME, SHARE, TEXT, Cell, Column, Table

#: A pair of a heading and what there is to say.
Pair = tuple[str, str]
_PERSONAL: Final = {
    "email": marked("e-mail addresses"),
    "phone": marked("phone numbers"),
    "url": marked("links"),
    "handle": marked("handles"),
    "name": marked("names in sign-offs"),
    "iban": marked("IBANs"),
    "card": marked("card numbers"),
    "ip": marked("IP addresses"),
}
#: As `schema.REJECT_REASONS` says in English.
_REJECTS: Final = {
    "ragged_row": marked("the row has more or fewer cells than the header"),
    "stray_quote": marked("a quotation mark opens that never closes"),
    "cell_too_large": marked("a cell is larger than the limit"),
    "nul_bytes": marked("the row holds NUL bytes"),
    "bad_json": marked("the line is no JSON object"),
    "undecodable": marked("the row holds bytes that are no text in the file's encoding"),
}
#: Keys of audits and manifests that are said in words here; what others there are is shown below as it is.
AUDIT_KEYS: Final = frozenset(
    {
        *("path", "format", "encoding", "encoding_source", "delimiter", "header_line", "columns", "mapping", "unmapped"),
        *("constants", "dates", "rows_read", "rows_accepted", "rejects", "privacy", "recoded_lines", "replaced_bytes"),
        *("damaged_ids", "confidence", "reusable", "examples"),
    }
)
CARD_KEYS: Final = frozenset(
    {
        *("model_id", "name", "created", "languages", "n_training_posts", "n_test_posts", "thresholds", "limitations"),
        *("intended_use", "sources", "error_rates", "format_version"),
    }
)


def fate_pairs(summary: ReportSummary, words: Wording) -> list[Pair]:
    """Say what became of the posts."""
    pairs = [(words.say("Posts read"), words.number(summary.n_rows))]
    pairs += [(words.name(status, "status"), words.number(n)) for status, n in summary.statuses.items()]
    return [
        *pairs,
        (words.say("The company’s own, left out"), words.number(summary.n_owned)),
        (words.say("Copies of earlier posts, left out"), words.number(summary.n_copies)),
        (words.say("Without a readable date, in totals only"), words.number(summary.trends.n_undated)),
    ]


def reading_pairs(audit: Mapping[str, Any], words: Wording) -> list[Pair]:
    """Say how a file was read, as far as its audit tells."""
    pairs = [
        (words.say("File"), _file(audit)),
        (words.say("Rows"), _rows(audit, words)),
        (words.say("Fields and their columns"), _columns(audit, words)),
        (words.say("Given for all posts"), _constants(audit, words)),
        (words.say("Columns not used"), ", ".join(map(str, audit.get("unmapped") or ()))),
        (words.say("Dates"), _dates(_mapping(audit.get("dates")), words)),
        (words.say("Repaired"), _repairs(audit, words)),
        (words.say("People"), _people(_mapping(audit.get("privacy")), words)),
    ]
    return [(label, text) for label, text in pairs if text]


def model_pairs(card: Mapping[str, Any], words: Wording) -> list[Pair]:
    """Say which model scored the posts, as far as its manifest tells."""
    threshold = _mapping(card.get("thresholds")).get("complaint")
    created = pd.to_datetime(str(card.get("created", "")), errors="coerce")
    pairs = [
        (words.say("Model"), str(card.get("model_id") or card.get("name") or "")),
        (words.say("Made on"), "" if pd.isna(created) else words.day(created)),
        (words.say("Languages"), ", ".join(words.name(str(code), "language") for code in card.get("languages") or ())),
        (words.say("Learnt from"), _posts(card.get("n_training_posts"), words)),
        (words.say("Measured on"), _posts(card.get("n_test_posts"), words)),
        (words.say("Called a complaint from a probability of"), words.percent(float(threshold)) if threshold else ""),
    ]
    return [(label, text) for label, text in pairs if text]


def error_table(card: Mapping[str, Any], words: Wording) -> Table | None:
    """Lay out what the model gets wrong, by language; None where that is not known."""
    rates = _mapping(_mapping(card.get(MANIFEST_KEY)).get(HEAD))
    if not rates:
        return None
    heads = (
        Column(words.column("language"), NAME),
        Column(words.say("Complaints found"), SHARE),
        Column(words.say("Others called complaints"), SHARE),
        Column(words.say("Posts with known answers"), COUNT),
    )
    rows = []
    for code, facts in sorted(rates.items(), key=lambda pair: (pair[0] != ALL_LANGUAGES, pair[0])):
        name = words.say("All languages") if code == ALL_LANGUAGES else words.name(str(code), "language")
        n = int(facts["n_positive"] + facts["n_negative"])
        rows.append((Cell(name), Cell(float(facts["sensitivity"])), Cell(1 - float(facts["specificity"])), Cell(n)))
    return Table(words.say("What the model gets wrong, on posts that it did not learn from"), heads, tuple(rows), len(rows))


def source_table(card: Mapping[str, Any], words: Wording) -> Table | None:
    """Lay out what the model learnt from; None where that is not told."""
    sources = [source for source in card.get("sources") or () if isinstance(source, Mapping) and "name" in source]
    if not sources:
        return None
    heads = (Column(words.say("Source"), NAME), Column(words.say("Licence"), TEXT), Column(words.say("Posts"), COUNT))
    rows = tuple((Cell(str(s["name"])), Cell(s.get("licence")), Cell(s.get("n_posts"))) for s in sources)
    return Table(words.say("What the model learnt from, with the licence that each source states"), heads, rows, len(rows))


def _file(audit: Mapping[str, Any]) -> str:
    return " · ".join(str(audit[key]) for key in ("path", "format", "encoding") if audit.get(key))


def _rows(audit: Mapping[str, Any], words: Wording) -> str:
    if "rows_read" not in audit:
        return ""
    taken = {"read": words.number(audit["rows_read"]), "taken": words.number(audit["rows_accepted"])}
    rejects = {str(reason): int(n) for reason, n in _mapping(audit.get("rejects")).items() if n}
    reasons = [
        f"{words.number(n)}: {words.say(_REJECTS[reason]) if reason in _REJECTS else reason}" for reason, n in rejects.items()
    ]
    return "; ".join([words.say("{read} read, {taken} taken", **taken), *reasons])


def _columns(audit: Mapping[str, Any], words: Wording) -> str:
    mapping = _mapping(audit.get("mapping"))
    return ", ".join(f"{words.column(field)} ← {mapping[field]}" for field in mapping)


def _constants(audit: Mapping[str, Any], words: Wording) -> str:
    return ", ".join(f"{words.column(name)}: {value}" for name, value in _mapping(audit.get("constants")).items())


def _dates(dates: Mapping[str, Any], words: Wording) -> str:
    if not dates:
        return ""
    told = [str(dates.get("format") or ""), str(dates.get("timezone") or "")]
    if dates.get("unparsed"):
        told.append(words.say_n("{n} could not be read", "{n} could not be read", int(dates["unparsed"])))
    if dates.get("ambiguous"):
        told.append(words.say("day and month could be either way round"))
    return "; ".join(part for part in told if part)


def _repairs(audit: Mapping[str, Any], words: Wording) -> str:
    told = [
        words.say_n("{n} line in another encoding", "{n} lines in another encoding", int(audit.get("recoded_lines") or 0)),
        words.say_n("{n} byte that was no text", "{n} bytes that were no text", int(audit.get("replaced_bytes") or 0)),
        words.say_n(
            "{n} post id that a spreadsheet damaged",
            "{n} post ids that a spreadsheet damaged",
            int(audit.get("damaged_ids") or 0),
        ),
    ]
    numbers = [audit.get(key) for key in ("recoded_lines", "replaced_bytes", "damaged_ids")]
    return "; ".join(text for text, n in zip(told, numbers, strict=True) if n)


def _people(privacy: Mapping[str, Any], words: Wording) -> str:
    if not privacy:
        return ""
    masked = [
        f"{words.say(_PERSONAL[kind]) if kind in _PERSONAL else kind}: {words.number(int(n))}"
        for kind, n in _mapping(privacy.get("masked")).items()
        if n
    ]
    n_posts = int(privacy.get("posts_masked") or 0)
    told = [words.say_n("something was masked in {n} post", "something was masked in {n} posts", n_posts)] if n_posts else []
    told += masked
    left_out = ", ".join(_mapping(privacy.get("left_out")))
    return "; ".join([*told, *([words.say("columns left out: {names}", names=left_out)] if left_out else [])])


def _posts(n: Any, words: Wording) -> str:
    return words.say_n("{n} post", "{n} posts", int(n)) if isinstance(n, int) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
