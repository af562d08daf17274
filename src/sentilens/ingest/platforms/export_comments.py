"""Comments that ExportComments.com has gathered: workbooks with rows of metadata above the header, and the old CSV.

The first two columns of a workbook have no names: the number of a comment, and of a reply its number below it.
"""

from __future__ import annotations

from typing import Any, Final

from .base import Platform, Signature, Take, first_of, joined, signature
from .unwrap import web_address

_NAME: Final = "Name (click to view profile)"
_NAMES: Final = (_NAME, "Name")


def _answered(number: str) -> str:
    """The number of the comment that a reply with the number "3-1" answers."""
    comment, dash, _ = number.partition("-")
    return comment if dash else ""


def _none_for_zero(number: str) -> str:
    return "" if number.strip() == "0" else number


def _format(
    name: str, title: str, channel: str | None, *signatures: Signature, columns: dict[str, Take] | None = None
) -> Platform:
    number: dict[str, Take] = {
        "post_id": joined("", "", by="-"),
        "reply_to": joined("", "", by="-", through=_answered),
    }
    constants: dict[str, Any] = {} if channel is None else {"channel": channel}
    return Platform(
        name=name,
        title=title,
        signatures=signatures,
        columns=number
        | {
            "text": first_of("Comment", "Tweet Text", "Text"),
            "created_at": first_of("Date"),
            "author": first_of("Username", "Unique ID", *_NAMES),
            "url": first_of("(view source)", "Status URL", "Link", through=web_address),
        }
        | (columns or {}),
        constants=constants,
        date_order="dmy",
        personal=(
            *("Profile ID", "Username", "Unique ID", *_NAMES),
            *("Author Bio", "Author Location", "Avatar"),
        ),
    )


EXPORT_COMMENTS: Final = (
    _format(
        "exportcomments_csv",
        "ExportComments.com, old CSV",
        None,
        signature("Id", "SubId", _NAME, "Date", "Comment", confidence=0.99),
        columns={"post_id": first_of("Id"), "reply_to": first_of("SubId", through=_none_for_zero)},
    ),
    _format("exportcomments", "ExportComments.com", None, signature(_NAME, "Date", "Comment")),
    _format(
        "exportcomments_facebook",
        "ExportComments.com, Facebook",
        "facebook",
        signature(_NAME, "Profile ID", "Date", "Live video timestamp", "Comment", confidence=0.98),
    ),
    _format(
        "exportcomments_instagram",
        "ExportComments.com, Instagram",
        "instagram",
        signature(_NAME, "Username", "Date", "Comment", confidence=0.98),
        signature("Name", "Username", "Profile ID", "Date", "Comment", "(view source)"),
    ),
    _format(
        "exportcomments_tiktok",
        "ExportComments.com, TikTok",
        "tiktok",
        signature(_NAME, "Unique ID", "Date", "Comment", confidence=0.99),
        signature("Name", "Unique ID", "Profile ID", "Date", "Comment"),
    ),
    _format(
        "exportcomments_x",
        "ExportComments.com, X",
        "twitter",
        signature("Tweet Text", "Author Followers", "Author Bio", "Is Retweet?", confidence=0.99),
        signature("Tweet Text", "Author Followers", "Status URL"),
    ),
)
