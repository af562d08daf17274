"""What periods, columns and groups are called; English here, and in the catalogues what it is in other languages."""

from __future__ import annotations

from typing import Final

from ..schema import CHANNEL_NAMES


def marked(message: str) -> str:
    """Mark a message of a table for the catalogues; it is said later, by `Wording.say`."""
    return message


#: Length of periods -> how it is said.
BY_PERIOD: Final = {
    "h": marked("by the hour"),
    "D": marked("by the day"),
    "W-MON": marked("by the week"),
    "MS": marked("by the month"),
    "QS": marked("by the quarter"),
    "YS": marked("by the year"),
}

#: Column -> what its values are called; values that are names themselves (Facebook) stand as they are.
NAMES: Final[dict[str, dict[str, str]]] = {
    "channel": CHANNEL_NAMES
    | {
        "google_reviews": marked("Google reviews"),
        "email": marked("E-mail"),
        "e_mail": marked("E-mail"),
        "chat": marked("Chat"),
        "phone": marked("Phone"),
        "sms": marked("Text message"),
        "survey": marked("Survey"),
        "forum": marked("Forum"),
        "blog": marked("Blog"),
        "news": marked("News"),
        "web": marked("Web"),
    },
    "topic": {
        "delivery": marked("Delivery"),
        "product_quality": marked("Product quality"),
        "price_billing": marked("Prices and bills"),
        "customer_service": marked("Customer service"),
        "app_website": marked("App and website"),
        "staff_store": marked("Staff and shops"),
        "outage_reliability": marked("Outages and reliability"),
        "contract_cancellation": marked("Contracts and cancelling"),
        "refund_return": marked("Refunds and returns"),
        "waiting_time": marked("Waiting times"),
        "information": marked("Information"),
        "safety_privacy": marked("Safety and privacy"),
        "environment_ethics": marked("Environment and ethics"),
        "other": marked("Other"),
    },
    "severity": {
        "0": marked("No complaint"),
        "1": marked("Implied reproach"),
        "2": marked("Disapproval"),
        "3": marked("Accusation"),
        "4": marked("Blame or threat"),
    },
    "status": {
        "ok": marked("Scored"),
        "empty": marked("Nothing to read in it"),
        "unsupported_language": marked("In a language that the model does not know"),
        "low_confidence": marked("Scored, but little in it was known"),
    },
    "sentiment": {"negative": marked("Negative"), "neutral": marked("Neutral"), "positive": marked("Positive")},
}
#: Column -> its heading.
COLUMNS: Final = {
    "brand": marked("Brand"),
    "channel": marked("Channel"),
    "language": marked("Language"),
    "topic": marked("Topic"),
    "severity": marked("Severity"),
    "status": marked("Status"),
    "country": marked("Country"),
    "text": marked("Text"),
    "post_id": marked("Post id"),
    "created_at": marked("Date"),
    "author": marked("Author"),
    "url": marked("Link"),
    "reply_to": marked("Reply to"),
    "declared_language": marked("Language as given"),
    "owned": marked("The company’s own"),
    "replied_at": marked("Time of the answer"),
    "reply_text": marked("Text of the answer"),
    "rating": marked("Rating"),
    "sentiment": marked("Sentiment"),
}
