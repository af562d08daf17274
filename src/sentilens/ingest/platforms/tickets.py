"""Tickets of Zendesk and Freshdesk, which have the subject of a message and not its body."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import CELL_BREAK

_MINUTES: Final = re.compile(r"(\d+)(?:[.,]0+)?")
_HOURS: Final = re.compile(r"(\d+):([0-5]\d)(?::([0-5]\d))?")
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")


def _first_answer(text: str) -> str:
    """When a ticket was first answered, by when it was made and then by a time, or by how long that took.

    >>> _first_answer("2026-02-06 15:03:00\\x1f2026-02-06 15:40:00"), _first_answer("2026-02-06 15:03:00\\x1f05:12:00")
    ('2026-02-06 15:40:00', '2026-02-06 20:15:00')
    >>> _first_answer("2026-02-06 15:03:00 +0100\\x1f312"), _first_answer("2026-02-06 15:03:00")
    ('2026-02-06 20:15:00 +0100', '')
    """
    created, *answers = (part.strip() for part in text.split(CELL_BREAK))
    for answer in answers:
        if hours := _HOURS.fullmatch(answer):
            took = timedelta(hours=int(hours[1]), minutes=int(hours[2]), seconds=int(hours[3] or 0))
        elif minutes := _MINUTES.fullmatch(answer):
            took = timedelta(minutes=int(minutes[1]))
        else:
            return answer
        if later := _later(created, took):
            return later
    return ""


def _later(time: str, took: timedelta) -> str:
    clock, zone = (time[: match.start()], match[0]) if (match := re.search(r"\s*[+-]\d{2}:?\d{2}$", time)) else (time, "")
    for form in _FORMS:
        try:
            return (datetime.strptime(clock, form) + took).strftime(form) + zone
        except (ValueError, OverflowError):
            continue
    return ""


ZENDESK: Final = Platform(
    name="zendesk",
    title="Zendesk tickets",
    signatures=(
        signature("Id", "Requester", "Subject", "Via", "Created at", "Requester wait time in minutes", confidence=0.99),
        signature("Id", "Requester", "Subject", "Created at", ("Summation column", "First reply time in minutes")),
        signature("Id", "Requester", "Submitter", "Assignee", "Subject", "Via", "Created at", confidence=0.9),
    ),
    columns={
        "text": joined("Subject", "Description"),
        "post_id": first_of("Id"),
        "created_at": first_of("Created at"),
        "channel": first_of("Via"),
        "author": first_of("Requester", "Requester id"),
        "replied_at": joined("Created at", "First reply time in minutes", by=CELL_BREAK, through=_first_answer),
    },
    personal=(
        *("Requester", "Requester id", "Requester external id", "Requester email", "Requester domain", "Submitter"),
        *("Assignee", "Organization"),
    ),
)

FRESHDESK: Final = Platform(
    name="freshdesk",
    title="Freshdesk tickets",
    signatures=(
        signature(
            "Ticket ID",
            "Subject",
            "Created time",
            ("Initial response time", "First response time (in hrs)", "Association type"),
            confidence=0.98,
        ),
        signature("Ticket ID", "Subject", "Source", "Agent", "Created time", confidence=0.9),
    ),
    columns={
        "text": joined("Subject", "Description"),
        "post_id": first_of("Ticket ID"),
        "created_at": first_of("Created time"),
        "brand": first_of("Product"),
        "channel": first_of("Source"),
        "author": first_of("Full name", "Contact ID", "Email"),
        "replied_at": joined(
            *("Created time", "Initial response time", "First response time (in hrs)"), by=CELL_BREAK, through=_first_answer
        ),
    },
    personal=("Full name", "Contact ID", "Email", "Work phone", "Mobile phone", "Phone", "Twitter ID", "Agent", "Title"),
)
