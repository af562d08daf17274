"""Sample exports of customer service and of reviews: Zendesk, Freshdesk, chats, Trustpilot products, app reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from .base import POSTS, Row, Sample, delimited, iso, table

_ZENDESK = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,"
    "Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
    "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,"
    "First reply time in minutes within business hours,First resolution time in minutes,Requester wait time in minutes,"
    "On hold time in minutes,Product area [list]"
).split(",")


def zendesk() -> Sample:
    """The subject is all there is of a message; when it was answered is told in minutes."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        subject = post.text.replace("\n", " ").replace("👏", "")
        minutes = (post.replied_at - post.time).seconds // 60
        row = {
            "Summation column": 1,
            "Id": 104500 + number,
            "Requester": post.author,
            "Requester id": 3990000 + number,
            "Requester email": f"{post.author}@mail.example",
            "Requester domain": "mail.example",
            "Assignee": "Kundtjänst",
            "Subject": subject,
            "Status": "Solved",
            "Via": "Mail" if number % 2 else "Web form",
            "Created at": post.time.strftime("%Y-%m-%d %H:%M"),
            "Updated at": post.replied_at.strftime("%Y-%m-%d %H:%M"),
            "First reply time in minutes": minutes if post.reply else "",
            "First reply time in minutes within business hours": 12 if post.reply else "",
        }
        rows.append(row)
        read = {
            "text": subject,
            "post_id": str(row["Id"]),
            "created_at": iso(post.time.replace(second=0)),
            "channel": row["Via"],
            "author": post.author,
        }
        expected.append(read | ({"replied_at": iso(post.replied_at.replace(second=0))} if post.reply else {}))
    audit = {"format": "zendesk", "container": "csv", "encoding": "cp1252", "header_line": 1}
    content = delimited(table(_ZENDESK, rows), encoding="cp1252")
    return Sample("zendesk/tickets.csv", content, expected, audit, {"timezone": "UTC"})


_FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,Last update time,"
    "Initial response time,Time tracked,First response time (in hrs),Resolution time (in hrs),Agent interactions,Customer interactions,"
    "Resolution status,First response status,Tags,Survey results,Association type,Product,Every response status,Full name,Contact ID,Email"
)


def _freshdesk(name: str, header: list[str], *, is_timestamp: bool) -> Sample:
    names = dict(zip(_FRESHDESK.split(","), header, strict=True))
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        row = {
            "Ticket ID": 700 + number,
            "Subject": post.text,
            "Status": "Closed",
            "Source": "Email",
            "Agent": "Kundtjänst",
            "Created time": post.time.strftime("%Y-%m-%d %H:%M:%S"),
            "Last update time": (post.time + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S"),
            "Product": post.brand,
            "Full name": post.author,
            "Contact ID": 9900 + number,
            "Email": f"{post.author}@mail.example",
        }
        if post.reply:
            answered = {"Initial response time": post.replied_at.strftime("%Y-%m-%d %H:%M:%S")}
            row |= answered if is_timestamp else {"First response time (in hrs)": "05:12:00"}
        rows.append({names[known]: value for known, value in row.items()})
        read = {
            "text": post.text,
            "post_id": str(700 + number),
            "created_at": iso(post.time),
            "brand": post.brand,
            "channel": "Email",
            "author": post.author,
        }
        expected.append(read | ({"replied_at": iso(post.replied_at)} if post.reply else {}))
    audit = {"format": "freshdesk", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample(f"freshdesk/{name}.csv", delimited(table(header, rows)), expected, audit, {"timezone": "UTC"})


def freshdesk() -> Sample:
    """When a ticket was first answered is a time."""
    return _freshdesk("tickets", _FRESHDESK.split(","), is_timestamp=True)


def freshdesk_hours() -> Sample:
    """Names in other case, and when a ticket was first answered is told in hours."""
    header = [
        " ".join(word.capitalize() if word.islower() else word for word in name.split()) for name in _FRESHDESK.split(",")
    ]
    return _freshdesk("tickets_hours", header, is_timestamp=False)


def chat_log() -> Sample:
    """Messages of customers and of those who answer them, in Swedish."""
    rows: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        said = [("Kund", post.text, post.time)] + ([("Handläggare", post.reply, post.replied_at)] if post.reply else [])
        for speaker, text, time in said:
            rows.append(
                {
                    "Chatt-id": number,
                    "Meddelande-id": f"m{len(rows)}",
                    "Tidpunkt": time.strftime("%Y-%m-%d %H:%M:%S"),
                    "Talare": speaker,
                    "Meddelande": text,
                    "Varumärke": post.brand,
                }
            )
            read = {"text": text, "post_id": rows[-1]["Meddelande-id"], "created_at": iso(time), "brand": post.brand}
            expected.append(read | {"owned": speaker == "Handläggare"})
    audit = {"format": "chat_log", "container": "csv", "encoding": "utf-8-sig", "delimiter": ";", "confidence": 0.8}
    content = delimited(table(list(rows[0]), rows), ";", "utf-8-sig")
    return Sample("chat_log/chattar.csv", content, expected, audit, {"timezone": "UTC"})


def trustpilot_products() -> Sample:
    """Reviews of products, under the names of the interface."""
    header = "id,product_id,product_name,product_sku,product_url,stars,content,consumer_name,consumer_email,created_at,language,reference_id"
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        row = {
            "id": f"5f6a{number:020x}",
            "product_name": post.brand,
            "product_sku": f"A-{number}",
            "stars": post.rating,
            "content": post.text,
            "consumer_name": post.author,
            "consumer_email": f"{post.author}@mail.example",
            "created_at": post.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "language": post.language.replace("nb", "no"),
            "reference_id": f"order-{number}",
        }
        rows.append(row)
        expected.append(
            {
                "text": post.text,
                "post_id": row["id"],
                "created_at": iso(post.time),
                "brand": post.brand,
                "channel": "trustpilot",
                "author": post.author,
                "rating": post.rating,
                "declared_language": post.language,
            }
        )
    audit = {"format": "trustpilot", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("trustpilot/product_reviews.csv", delimited(table(header.split(","), rows)), expected, audit)


def app_reviews(body: str) -> Callable[[], Sample]:
    """Reviews of an app, whose text stands under a name that differs from service to service."""

    def make() -> Sample:
        """Reviews with a title, and a text under one of the names that services give it."""
        rows, expected = [], []
        for post in POSTS:
            row = {
                "Date": post.time.strftime("%Y-%m-%d"),
                "Store": "App Store",
                "Country": post.language.upper(),
                "Version": "4.1.1",
                "Rating": post.rating,
                "Author": post.author,
                "Title": post.title,
                body: post.text,
            }
            rows.append(row)
            expected.append(
                {
                    "text": f"{post.title}\n\n{post.text}" if post.title else post.text,
                    "created_at": iso(post.time.replace(hour=0, minute=0, second=0)),
                    "channel": "App Store",
                    "author": post.author,
                    "rating": post.rating,
                }
            )
        audit = {"format": "app_reviews", "container": "csv", "encoding": "utf-8", "confidence": 0.85}
        content = delimited(table(list(rows[0]), rows))
        return Sample(f"app_reviews/{body.lower()}.csv", content, expected, audit, {"timezone": "UTC"})

    return make


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(zendesk, freshdesk, freshdesk_hours, chat_log),
    *(trustpilot_products, app_reviews("Body"), app_reviews("Content"), app_reviews("Review")),
)
