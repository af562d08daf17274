"""Chats with customer service, one row for each message, with a column that says who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..headers import header_key, known_headers
from .base import Platform, Take, first_of, signature

_SPEAKER: Final = (
    *("Sender type", "Author type", "Avsändartyp", "Role", "Roll", "Rolle", "Rooli", "Speaker", "Participant", "Talare"),
    *("Taler", "Puhuja", "Sprecher", "Sender", "From", "Avsändare", "Från", "Avsender", "Afsender", "Fra", "Lähettäjä"),
    *("Absender", "Von"),
)
_MESSAGE: Final = (
    *("Message", "Message text", "Text", "Utterance", "Meddelande", "Melding", "Besked", "Tekst", "Viesti", "Teksti"),
    *("Nachricht", "Nachrichtentext"),
)
#: Those who speak for the company, and those who speak to it.
_COMPANY: Final = (
    *("agent", "human agent", "bot", "chatbot", "operator", "support", "staff", "employee", "system", "assistant"),
    *("handläggare", "medarbetare", "kundtjänst", "kundservice", "kundeservice", "kundesenter", "medarbeider", "saksbehandler"),
    *("medarbejder", "sagsbehandler", "asiakaspalvelu", "asiakaspalvelija", "botti", "mitarbeiter", "mitarbeiterin", "berater"),
    *("kundenservice", "kundendienst"),
)
_CUSTOMER: Final = (
    *("customer", "visitor", "client", "user", "end user", "end-user", "kund", "besökare", "kunde", "kundin", "besøkende"),
    *("besøgende", "asiakas", "vierailija", "besucher", "besucherin", "nutzer"),
)
_ROLE: Final = "(?:" + "|".join((*_COMPANY, *_CUSTOMER)) + r")(?:\s*\d+)?"


def _is_company(speaker: str) -> str:
    """Say "yes" where the company speaks, "no" where a customer does.

    >>> _is_company("Agent 2"), _is_company("Kund"), _is_company("")
    ('yes', 'no', '')
    """
    role = speaker.strip().casefold().rstrip("0123456789").rstrip()
    return "yes" if role in _COMPANY else "no" if role in _CUSTOMER else ""


def _named(column: str) -> Take:
    """The columns with names that stand for this one in any file, but for those that say who speaks."""
    speakers = {header_key(name) for name in _SPEAKER}

    def find(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
        known = {name: known_headers().get(header_key(name), ("", 0)) for name in header}
        names = [name for name in header if known[name][0] == column and header_key(name) not in speakers]
        return sorted(names, key=lambda name: known[name][1])

    return Take(find=find)


_OTHERS: Final = ("post_id", "created_at", "brand", "channel", "author", "url", "reply_to", "rating", "declared_language")

CHAT_LOG: Final = Platform(
    name="chat_log",
    title="Chats with customer service",
    signatures=tuple(signature(name, _MESSAGE, confidence=0.8, where={name: _ROLE}) for name in _SPEAKER),
    columns={
        "text": first_of(*_MESSAGE),
        "owned": first_of(*_SPEAKER, through=_is_company),
        **{column: _named(column) for column in _OTHERS},
    },
)
