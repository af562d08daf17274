"""Make the sample exports of named formats, each with its expected reading next to it.

    python tools/make_format_samples.py

Every sample holds the same invented posts, written as the tool in question writes them: its header, its encoding, its dates, its
quirks. ``<sample>.expected.json`` says what must be read from it, and is made of the posts, never of a reading. The same script
gives the same bytes. For a new format, write a function in one of the modules of ``format_samples``; see ``docs/adding_a_format.md``.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from format_samples import comments, documents, forms, listening, own_posts, tickets
from format_samples.base import POSTS, Row, Sample, delimited, iso, table, workbook

FOLDER = Path(__file__).resolve().parent.parent / "data/samples/formats"


def main() -> None:
    """Write all samples."""
    for make in SAMPLES:
        sample = make()
        path = FOLDER / sample.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
        expected = expected_reading(sample)
        text = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
        path.with_name(path.name + ".expected.json").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(SAMPLES)} samples in {FOLDER}")


def expected_reading(sample: Sample) -> dict[str, Any]:
    """What stands in the file next to a sample."""
    if sample.refused:
        return {"refused": sample.refused}
    return {"audit": sample.audit} | ({"options": sample.options} if sample.options else {}) | {"posts": list(sample.posts)}


# --- Brandwatch -------------------------------------------------------------------------------------------------------------

_BRANDWATCH_START = (
    "Query Id,Query Name,Date,Title,Url,Domain,Sentiment,Page Type,Language,Country Code,Continent Code,Continent,Country,City Code,"
    "Account Type,Added,Assignment,Author,Avatar,Category Details,Checked,City,Display URLs,Expanded URLs,Full Name,Full Text,Gender,"
    "Hashtags,Impact,Impressions,Latitude,Location Name,Longitude,Mentioned Authors,Original Url,Resource Id,Thread Created Date,"
    "Thread Entry Type,Thread Id"
).split(",")
_BRANDWATCH_TWITTER = "Twitter Author ID,Twitter Followers,Twitter Reply to,Twitter Retweet of,Twitter Likes,Rating".split(",")
_BRANDWATCH_X = "Mention Id,Snippet,X Author ID,X Followers,X Reply to,X Repost of,X Likes,Rating".split(",")


def _brandwatch_rows(generation: str) -> tuple[list[Row], list[Row]]:
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        status = f"https://twitter.com/{post.author}/status/{1755000000000000000 + number}"
        parent = "" if post.parent is None else f"http://twitter.com/statuses/{1755000000000000000 + post.parent}"
        withheld = generation == "X" and number == 3  # the text is not given out, only the snippet
        row = {
            "Query Id": "1998877",
            "Query Name": post.brand,
            "Date": post.time.strftime("%Y-%m-%d %H:%M:%S.0"),
            "Title": f"{post.author} on {generation}",
            "Url": status,
            "Domain": "twitter.com",
            "Sentiment": "neutral",
            "Page Type": "twitter",
            "Language": post.language,
            "Author": post.author,
            "Full Name": f"{post.author} (x)",
            "Added": post.time.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "Full Text": "" if withheld else post.text,
            "Gender": "unknown",
            "Latitude": "59.33",
            "Resource Id": f"{7_700_000 + number}",
            "Thread Entry Type": "post" if post.parent is None else "reply",
            f"{generation} Reply to": parent,
            "Snippet": post.text,
            "Mention Id": f"m{number}",
        }
        rows.append(row)
        expected.append(
            {
                "text": post.text,
                "post_id": row["Resource Id"],
                "created_at": iso(post.time),
                "brand": post.brand,
                "channel": "twitter",
                "author": post.author,
                "url": status,
                "declared_language": post.language,
            }
            | ({"reply_to": parent} if parent else {})
        )
    return rows, expected


def brandwatch_csv() -> Sample:
    """The generation of Twitter, with its six rows above the header."""
    rows, expected = _brandwatch_rows("Twitter")
    above = [
        ["Report:", "Bulk Mentions Download"],
        ["Brand:", "Nordic brands"],
        ["From:", "Sat Jan 01 00:00:00 UTC 2026"],
        ["To:", "Sat Feb 28 00:00:00 UTC 2026"],
        ["Label:", "All mentions"],
    ]
    content = delimited(above, quoting=csv.QUOTE_ALL) + b"\r\n"
    content += delimited(table(_BRANDWATCH_START + _BRANDWATCH_TWITTER, rows), quoting=csv.QUOTE_ALL)
    audit = {"format": "brandwatch", "container": "csv", "encoding": "utf-8", "header_line": 7, "preamble_rows": 5}
    return Sample("brandwatch/mentions_twitter.csv", content, expected, audit)


def brandwatch_xlsx() -> Sample:
    """The generation of X, as a workbook."""
    rows, expected = _brandwatch_rows("X")
    above = [
        ["Report:", "Bulk Mentions Download"],
        ["Brand:", "Nordic brands"],
        ["From:", "2026-01-01T00:00:00.000+0000"],
        ["To:", "2026-02-28T00:00:00.000+0000"],
        ["Label:", "All mentions"],
        [],
    ]
    content = workbook([*above, *table(_BRANDWATCH_START + _BRANDWATCH_X, rows)], "Mentions")
    audit = {"format": "brandwatch", "container": "xlsx", "header_line": 7, "preamble_rows": 5}
    return Sample("brandwatch/mentions_x.xlsx", content, expected, audit)


# --- Meltwater --------------------------------------------------------------------------------------------------------------

_MELTWATER_A = (
    "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,Desktop Reach,Mobile Reach,"
    "Twitter Social Echo,Facebook Social Echo,Reddit Social Echo,National Viewership,Engagement,AVE,Sentiment,Key Phrases,Input Name,"
    "Keywords,Twitter Authority,Tweet Id,Twitter Id,Twitter Client,Twitter Screen Name,User Profile Url,Twitter Bio,Twitter Followers,"
    "Twitter Following,Alternate Date Format,Time,State,City,Document Tags,Document ID,Custom Categories"
).split(",")
_MELTWATER_B = (
    "Date,Time,Document ID,URL,Input Name,Keywords,Information Type,Source Type,Source Name,Source Domain,Content Type,Author Name,"
    "Author Handle,Title,Opening Text,Hit Sentence,Image,Hashtags,Links,Country,Region,State,City,Language,Sentiment,Keyphrases,Reach,"
    "Engagement,Shares,Quotes,Likes,Replies,Reposts,Comments,Reactions,Views,Document Tags,Custom Categories,Custom Fields"
).split(",")
_ENGLISH = {"sv": "Swedish", "nb": "Norwegian", "da": "Danish", "fi": "Finnish", "de": "German", "is": "Icelandic"}


def _clock(time: datetime) -> str:
    return time.strftime("%I:%M %p").lstrip("0")


def _meltwater(generation: str) -> Sample:
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        url = f"https://twitter.com/{post.author}/statuses/{1755000000000000000 + number}"
        key = f"doc{number:04}"
        # The header of before 2024 has minutes in the date; the posts of Twitter stand in the headline alone.
        row = {
            "URL": url,
            "Document ID": key,
            "Input Name": post.brand,
            "Language": _ENGLISH[post.language],
            "Sentiment": "Not Rated",
            "Reach": "1,204",
            "Time": _clock(post.time),
        }
        if generation == "A":
            row |= {
                "Date": post.time.strftime("%d-%b-%Y %I:%M%p"),
                "Source": "Twitter",
                "Influencer": f"@{post.author}",
                "Alternate Date Format": post.time.strftime("%d-%b-%y"),
                "Tweet Id": f'"{1755000000000000000 + number}"',
            }
            row |= {"Headline": post.text} if number % 2 else {"Hit Sentence": post.text, "Headline": post.title}
        else:
            row |= {
                "Date": post.time.strftime("%d-%b-%Y"),
                "Source Name": "X",
                "Source Type": "Social",
                "Author Handle": f"@{post.author}",
                "Author Name": "N. N.",
                "Hit Sentence": post.text,
            }
        rows.append(row)
        parent = {}
        if post.parent is not None and generation == "A":
            row["Parent URL"] = f"https://twitter.com/x/statuses/{post.parent}"
            parent = {"reply_to": row["Parent URL"]}
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time.replace(second=0)),
                "brand": post.brand,
                "channel": "Twitter" if generation == "A" else "X",
                "author": f"@{post.author}",
                "url": url,
                "declared_language": post.language,
            }
            | parent
        )
    header = [*_MELTWATER_A, "Parent URL"] if generation == "A" else _MELTWATER_B
    content = b"\xff\xfe" + delimited(table(header, rows), "\t", "utf-16-le")
    audit = {"format": "meltwater", "container": "csv", "encoding": "utf-16-le", "delimiter": "\t", "header_line": 1}
    name = f"meltwater/export_{'before' if generation == 'A' else 'since'}_2024.csv"
    return Sample(name, content, expected, audit, {"timezone": "UTC"})


def meltwater_before_2024() -> Sample:
    """The classic header."""
    return _meltwater("A")


def meltwater_since_2024() -> Sample:
    """The header of since 2024, with date and time in columns of their own."""
    return _meltwater("B")


# --- Trustpilot -------------------------------------------------------------------------------------------------------------

_TRUSTPILOT = (
    "Domain Url,Webshop Name,Business Unit Id,Review Id,Review Created (UTC),Review Consumer User Id,Review Username,"
    "Review User Email,Review Title,Review Content,Review Stars,Source Of Review,Reference Id,Company Response,"
    "Company Reply Date (UTC),Review Language,Location Name,Tags"
)


def _trustpilot_rows(names: dict[str, str]) -> tuple[list[str], list[Row], list[Row]]:
    header = [names.get(name, name) for name in _TRUSTPILOT.split(",")]
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        row = {
            "Domain Url": f"{post.brand.lower()}.example",
            "Webshop Name": post.brand,
            "Review Id": f"65c1aa{number:018x}",
            "Review Created (UTC)": post.time.strftime("%Y-%m-%d %H:%M:%S"),
            "Review Consumer User Id": f"5f0e{number:020x}",
            "Review Username": post.author,
            "Review User Email": f"{post.author}@mail.example",
            "Review Title": post.title,
            "Review Content": post.text,
            "Review Stars": post.rating,
            "Source Of Review": "Organic",
            "Company Response": post.reply,
            "Review Language": post.language if post.language != "nb" else "no",
            "Company Reply Date (UTC)": post.replied_at.strftime("%Y-%m-%d %H:%M:%S") if post.reply else "",
        }
        rows.append({names.get(name, name): value for name, value in row.items()})
        expected.append(
            {
                "text": f"{post.title}\n\n{post.text}" if post.title else post.text,
                "post_id": row["Review Id"],
                "created_at": iso(post.time),
                "brand": row["Domain Url"],
                "channel": "trustpilot",
                "author": post.author,
                "rating": post.rating,
                "declared_language": post.language,
            }
            | ({"reply_text": post.reply, "replied_at": iso(post.replied_at)} if post.reply else {})
        )
    return header, rows, expected


def trustpilot_csv() -> Sample:
    """Service reviews as text."""
    header, rows, expected = _trustpilot_rows({})
    content = delimited(table(header, rows), lineterminator="\n")
    audit = {"format": "trustpilot", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("trustpilot/service_reviews.csv", content, expected, audit)


def trustpilot_xlsx() -> Sample:
    """Service reviews as a workbook, with the names of newer exports; stars are numbers."""
    header, rows, expected = _trustpilot_rows(
        {
            "Domain Url": "Domain URL",
            "Review Id": "Review ID",
            "Company Response": "Business Reply",
            "Company Reply Date (UTC)": "Business Reply Date (UTC)",
        }
    )
    content = workbook(table(header, rows), "Reviews")
    audit = {"format": "trustpilot", "container": "xlsx", "header_line": 1}
    return Sample("trustpilot/service_reviews.xlsx", content, expected, audit)


# --- X archive --------------------------------------------------------------------------------------------------------------


def x_archive_js() -> Sample:
    """A part of an archive: a script that holds JSON."""
    items, expected = [], []
    for number, post in enumerate(POSTS):
        key = str(1755000000000000000 + number)
        tweet: Row = {
            "retweeted": False,
            "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
            "entities": {"hashtags": [], "user_mentions": [], "urls": []},
            "favorite_count": "3",
            "id_str": key,
            "id": key,
            "truncated": False,
            "retweet_count": "0",
            "created_at": post.time.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "full_text": post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "lang": post.language,
        }
        parent = {}
        if post.parent is not None:
            tweet["in_reply_to_status_id_str"] = parent["reply_to"] = str(1755000000000000000 + post.parent)
            tweet["in_reply_to_screen_name"] = POSTS[post.parent].author
        items.append({"tweet": tweet})
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time),
                "channel": "twitter",
                "declared_language": post.language,
            }
            | parent
        )
    content = "window.YTD.tweets.part0 = " + json.dumps(items, ensure_ascii=False, indent=2)
    audit = {"format": "x_archive", "container": "js", "encoding": "utf-8"}
    return Sample("x_archive/tweets.js", content.encode(), expected, audit)


# --- YouTube Takeout --------------------------------------------------------------------------------------------------------

_TAKEOUT = {
    "2023": "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text",
    "2024": "Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Video ID,Comment Text",
    "2025": "Comment ID,Channel ID,Comment create timestamp,Price,Parent comment ID,Post ID,Video ID,Comment text,Top-level comment ID",
}


def _segments(text: str, year: str) -> str:
    segments = [{"text": piece} for piece in re.split(r"(\n)", text)]
    if year == "2023":
        return json.dumps({"takeoutSegments": segments}, ensure_ascii=False)
    if year == "2024":
        return ",".join(json.dumps(segment, ensure_ascii=False) for segment in segments)
    return text


def _youtube(year: str) -> Sample:
    header = _TAKEOUT[year].split(",")
    names = {name.casefold(): name for name in header}
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        parent = "" if post.parent is None else f"Ugx{post.parent:010}"
        key = f"{parent}.{number}" if parent else f"Ugx{number:010}"
        stamp = post.time.strftime("%Y-%m-%dT%H:%M:%S") + (".434647+00:00" if year == "2023" else "Z")
        row = {
            "comment id": key,
            "channel id": "UCtelmira",
            "comment create timestamp": stamp,
            "price": "0",
            "parent comment id": parent,
            "video id": f"vid{number % 3}",
            "comment text": _segments(post.text, year),
        }
        rows.append({names[name]: value for name, value in row.items()})
        time = post.time.replace(microsecond=434647 if year == "2023" else 0)
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(time),
                "channel": "youtube",
                "author": "UCtelmira",
                "url": f"https://www.youtube.com/watch?v=vid{number % 3}",
            }
            | ({"reply_to": parent} if parent else {})
        )
    content = delimited(table(header, rows), lineterminator="\n") + b"\n\n"
    audit = {"format": "youtube_takeout", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample(f"youtube_takeout/comments_{year}.csv", content, expected, audit)


def youtube_2023() -> Sample:
    """Texts as JSON objects."""
    return _youtube("2023")


def youtube_2024() -> Sample:
    """Texts as runs of JSON objects."""
    return _youtube("2024")


def youtube_2025() -> Sample:
    """Plain texts."""
    return _youtube("2025")


# --- Google Play ------------------------------------------------------------------------------------------------------------

_PLAY = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
    "Review Submit Millis Since Epoch,Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,Review Title,"
    "Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,Review Link"
)


def _millis(time: datetime) -> str:
    return str(int(time.timestamp()) * 1000 + 217)


def google_play() -> Sample:
    """UTF-16 with commas; one row has only stars, one the title in the text."""
    rows, expected = [], []
    for number, post in enumerate((*POSTS, replace(POSTS[7], text="", title="", rating=4))):
        key = f"gp:AOqpT{number:02}"
        link = (
            "https://play.google.com/apps/publish?account=77#ReviewDetailsPlace:p=com.telmira.app"
            f"&reviewId={key.replace(':', '%3A')}&corpus=PUBLIC_REVIEWS"
        )
        in_text = number == 4
        row = {
            "Package Name": "com.telmira.app",
            "App Version Code": "411",
            "App Version Name": "4.1.1",
            "Reviewer Language": "en",
            "Device": "mustang",
            "Review Submit Date and Time": post.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Review Submit Millis Since Epoch": _millis(post.time),
            "Star Rating": post.rating,
            "Review Title": "" if in_text else post.title,
            "Review Text": f"{post.title}\t{post.text}" if in_text else post.text,
            "Review Link": link,
            "Developer Reply Text": post.reply,
            "Developer Reply Date and Time": post.replied_at.strftime("%Y-%m-%dT%H:%M:%SZ") if post.reply else "",
            "Developer Reply Millis Since Epoch": _millis(post.replied_at) if post.reply else "",
        }
        rows.append(row)
        parts = [part for part in (post.title, post.text) if part]
        expected.append(
            {
                "text": "\n\n".join(parts),
                "post_id": key,
                "created_at": iso(post.time.replace(microsecond=217000)),
                "brand": "com.telmira.app",
                "channel": "google_play",
                "rating": post.rating,
                "url": link,
            }
            | ({"reply_text": post.reply, "replied_at": iso(post.replied_at.replace(microsecond=217000))} if post.reply else {})
        )
    content = b"\xff\xfe" + delimited(table(_PLAY.split(","), rows), ",", "utf-16-le", lineterminator="\n")
    audit = {"format": "google_play", "container": "csv", "encoding": "utf-16-le", "delimiter": ",", "header_line": 1}
    return Sample("google_play/reviews_com.telmira.app_202602.csv", content, expected, audit)


# --- Qualtrics --------------------------------------------------------------------------------------------------------------

_QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,"
    "RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1,"
    "Q2_TEXT,Q3_TEXT"
)


def qualtrics() -> Sample:
    """Three header rows; times in the time zone that the third one names; two questions with free text."""
    header = _QUALTRICS.split(",")
    questions = {"Q1": "Hur nöjd är du?", "Q2_TEXT": "Vad kan vi göra bättre?\n(fritext)", "Q3_TEXT": "Annat?"}
    ids = {"Q1": "QID1", "Q2_TEXT": "QID2_TEXT", "Q3_TEXT": "QID3_TEXT", "RecordedDate": "recordedDate"}
    zone = {"StartDate", "EndDate", "RecordedDate"}
    third = [
        json.dumps(
            {"ImportId": ids.get(name, name[0].lower() + name[1:])}
            | ({"timeZone": "Europe/Stockholm"} if name in zone else {}),
            separators=(",", ":"),
        )
        for name in header
    ]
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        local = post.time + timedelta(hours=1)  # it is winter
        row = {
            "RecordedDate": local.strftime("%Y-%m-%d %H:%M:%S"),
            "StartDate": local.strftime("%Y-%m-%d %H:%M:%S"),
            "EndDate": local.strftime("%Y-%m-%d %H:%M:%S"),
            "Status": "IP Address",
            "IPAddress": "192.0.2.17",
            "Progress": "100",
            "Finished": "True",
            "ResponseId": f"R_{number:015}",
            "DistributionChannel": "email",
            "RecipientEmail": f"{post.author}@mail.example",
            "UserLanguage": post.language.replace("nb", "no").upper(),
            "Q1": post.rating,
            "Q2_TEXT": post.text,
            "Q3_TEXT": post.title,
        }
        rows.append(row)
        expected.append(
            {
                "text": f"{post.text}\n\n{post.title}" if post.title else post.text,
                "post_id": row["ResponseId"],
                "created_at": iso(post.time),
                "channel": "survey",
                "declared_language": post.language,
            }
        )
    body = table(header, rows)
    content = delimited([body[0], [questions.get(name, name) for name in header], third, *body[1:]], encoding="utf-8-sig")
    audit = {"format": "qualtrics", "container": "csv", "encoding": "utf-8-sig", "header_line": 1, "skipped_rows": 2}
    return Sample("qualtrics/survey.csv", content, expected, audit)


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(brandwatch_csv, brandwatch_xlsx),
    *(meltwater_before_2024, meltwater_since_2024),
    *(trustpilot_csv, trustpilot_xlsx),
    x_archive_js,
    *(youtube_2023, youtube_2024, youtube_2025),
    google_play,
    qualtrics,
    *listening.SAMPLES,
    *own_posts.SAMPLES,
    *comments.SAMPLES,
    *tickets.SAMPLES,
    *forms.SAMPLES,
    *documents.SAMPLES,
)

if __name__ == "__main__":
    main()
