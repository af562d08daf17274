"""The one place that says what a post, a score and a label look like: columns, types, units, order.

Nothing else in the package spells a label set, a language list or a column list out again.
"""

from __future__ import annotations

from typing import Final

#: Canonical input columns in their order. Only ``text`` is needed; the others are null where an export lacks them.
#: ``created_at`` is tz-aware UTC, ``rating`` a float on a 1-5 scale as given, ``owned`` a boolean, all else strings.
TEXT: Final = "text"
INPUT_COLUMNS: Final[tuple[str, ...]] = (
    "text",
    "post_id",
    "created_at",
    "brand",
    "channel",
    "author",
    "url",
    "reply_to",
    "rating",
    "declared_language",
    "owned",
)
#: Columns that follow the canonical ones only where the format of a file has them: the company's own reply to a post.
#: ``replied_at`` is tz-aware UTC, ``reply_text`` a string.
OPTIONAL_COLUMNS: Final[tuple[str, ...]] = ("replied_at", "reply_text")
#: What reading finds out itself and adds after these: the ``post_id`` (or the row number, from 1) of the earlier post that a
#: post repeats, null where it repeats none. It is never taken from a raw export.
COPY_OF: Final = "copy_of"
READING_COLUMNS: Final[tuple[str, ...]] = (*INPUT_COLUMNS, COPY_OF)
#: The file, member of an archive or sheet that a post comes from, in scored files made of several.
SOURCE_FILE: Final = "source_file"
#: All brands that a post concerns, where a list of brands is given; the first of them fills ``brand``.
BRANDS: Final = "brands"
BRAND_SEPARATOR: Final = "|"
STRING_COLUMNS: Final[tuple[str, ...]] = tuple(name for name in INPUT_COLUMNS if name not in {"created_at", "rating", "owned"})

#: Languages with labels and features of their own, in the order of all tables.
LANGUAGES: Final[tuple[str, ...]] = ("sv", "nb", "nn", "da", "fi", "is", "fo", "de", "en")
UNDETERMINED: Final = "und"
LANGUAGE_NAMES: Final[dict[str, str]] = {
    "sv": "Swedish",
    "nb": "Norwegian Bokmål",
    "nn": "Norwegian Nynorsk",
    "da": "Danish",
    "fi": "Finnish",
    "is": "Icelandic",
    "fo": "Faroese",
    "de": "German",
    "en": "English",
    UNDETERMINED: "undetermined",
}
#: Codes that exports use for the languages above.
LANGUAGE_ALIASES: Final[dict[str, str]] = {
    "no": "nb",
    "nor": "nb",
    "nob": "nb",
    "nno": "nn",
    "swe": "sv",
    "dan": "da",
    "fin": "fi",
    "isl": "is",
    "ice": "is",
    "fao": "fo",
    "deu": "de",
    "ger": "de",
    "eng": "en",
}

#: How people write the names of channels; keys are lower case with underscores. Other channels are shown as they come.
CHANNEL_NAMES: Final[dict[str, str]] = {
    "app_store": "App Store",
    "play_store": "Google Play",
    "google_play": "Google Play",
    "google_reviews": "Google reviews",
    "google_maps": "Google Maps",
    "twitter": "Twitter/X",
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "linkedin": "LinkedIn",
    "reddit": "Reddit",
    "trustpilot": "Trustpilot",
    "prisjakt": "Prisjakt",
    "flashback": "Flashback",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "whatsapp": "WhatsApp",
    "email": "E-mail",
    "e_mail": "E-mail",
    "chat": "Chat",
    "phone": "Phone",
    "sms": "SMS",
    "survey": "Survey",
    "forum": "Forum",
    "blog": "Blog",
    "news": "News",
    "web": "Web",
}

#: How a missing brand, channel or other group is shown.
NO_NAME: Final = "(none)"

#: Label order of the sentiment head; every probability array has its columns in this order.
SENTIMENTS: Final[tuple[str, ...]] = ("negative", "neutral", "positive")
SENTIMENT_COLUMNS: Final[tuple[str, ...]] = tuple(f"p_{name}" for name in SENTIMENTS)

#: What a model may be asked of a post, and the answers in their order. Each is a head of the model; the first two are always
#: there, the others are null where a model lacks them.
SEVERITIES: Final[tuple[int, ...]] = (0, 1, 2, 3, 4)
TOPICS: Final[tuple[str, ...]] = (
    "delivery",
    "product_quality",
    "price_billing",
    "customer_service",
    "app_website",
    "staff_store",
    "outage_reliability",
    "contract_cancellation",
    "refund_return",
    "waiting_time",
    "information",
    "safety_privacy",
    "environment_ethics",
    "other",
)
HEAD_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "sentiment": SENTIMENTS,
    "complaint": ("0", "1"),
    "severity": tuple(map(str, SEVERITIES)),
    "expects_reply": ("0", "1"),
    "topic": TOPICS,
}
#: Probabilities of the severities; they sum to 1, and 0 is that of no complaint.
SEVERITY_COLUMNS: Final[tuple[str, ...]] = tuple(f"severity_{level}" for level in SEVERITIES)

#: Columns that scoring adds, in their order. The first are those that make a file a scored one; models from before the
#: further heads wrote no others.
CORE_SCORE_COLUMNS: Final[tuple[str, ...]] = (
    "language",
    "language_confidence",
    *SENTIMENT_COLUMNS,
    "sentiment",
    "sentiment_score",
    "complaint_probability",
    "is_complaint",
    "status",
    "model_id",
)
SCORE_COLUMNS: Final[tuple[str, ...]] = (*CORE_SCORE_COLUMNS, *SEVERITY_COLUMNS, "expects_reply_probability", "topic")

#: What became of a post: scored; nothing to read in it; in a language that the model does not know; scored, but with
#: so little known in it that the scores say next to nothing.
STATUS_OK: Final = "ok"
STATUS_EMPTY: Final = "empty"
STATUS_UNSUPPORTED: Final = "unsupported_language"
STATUS_LOW_CONFIDENCE: Final = "low_confidence"
STATUSES: Final[tuple[str, ...]] = (STATUS_OK, STATUS_EMPTY, STATUS_UNSUPPORTED, STATUS_LOW_CONFIDENCE)
#: Posts with these states count in trends; the others have no scores (nulls), only a language and a status.
SCORED_STATUSES: Final[tuple[str, ...]] = (STATUS_OK, STATUS_LOW_CONFIDENCE)

#: Columns of a labelled file (see docs/labelling.md).
LABEL_COLUMNS: Final[tuple[str, ...]] = ("sentiment", "complaint", "severity", "expects_reply", "topic")
#: Why a post was chosen to be labelled; a column of files that are written for labelling, and the words in it.
CHOSEN_BECAUSE: Final = "chosen_because"
UNCERTAIN, DIVERSE, CONTROL = "uncertain", "diverse", "control"

#: What masked personal data are replaced by, in texts, the same in training and in scoring: contacts, names, accounts and
#: machines, then the national identity numbers of Sweden, Norway, Denmark, Finland, Iceland, and Germany's tax number.
PLACEHOLDERS: Final[dict[str, str]] = {
    "email": "<EMAIL>",
    "phone": "<PHONE>",
    "url": "<URL>",
    "handle": "<USER>",
    "name": "<NAME>",
    "iban": "<IBAN>",
    "card": "<CARD>",
    "ip": "<IP>",
    "se_pnr": "<SE_PNR>",
    "no_fnr": "<NO_FNR>",
    "dk_cpr": "<DK_CPR>",
    "fi_hetu": "<FI_HETU>",
    "is_kt": "<IS_KT>",
    "de_tax": "<DE_TAX>",
}

#: Why a row of a file was rejected; the reason codes of `ReadAudit.rejects`.
REJECT_REASONS: Final[dict[str, str]] = {
    "ragged_row": "the row has more or fewer cells than the header",
    "stray_quote": "a quotation mark opens that never closes",
    "cell_too_large": "a cell is larger than the limit",
    "nul_bytes": "the row holds NUL bytes",
    "bad_json": "the line is no JSON object",
    "undecodable": "the row holds bytes that are no text in the file's encoding",
}
