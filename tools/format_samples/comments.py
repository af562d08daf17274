"""Sample exports of comments: ExportComments.com, TikTok scrapers, Reddit."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from .base import POSTS, Row, Sample, delimited, iso, workbook
from .base import table as under

# --- ExportComments.com -----------------------------------------------------------------------------------------------------

_NAME = "Name (click to view profile)"
#: Network -> header after the two columns without names, and the host of its links.
_NETWORKS: dict[str, tuple[str, str]] = {
    "facebook": (f"{_NAME},Profile ID,Date,Likes,Live video timestamp,Comment,(view source)", ""),
    "instagram": (f"{_NAME},Profile ID,Username,Date,Likes,Comment,(view source)", ""),
    "tiktok": (f"{_NAME},Profile ID,Unique ID,Date,Likes,Comment,(view source)", ""),
    "youtube": (f"{_NAME},Profile ID,Date,Likes,Comment,(view source)", "www.youtube.com/watch?v=abc&lc="),
    "x": (
        "Name,Username,Date,Tweet Text,Author Followers,Author Friends,Author Statuses,Author Bio,Author Location,Author Verified,"
        "Is Retweet?,Favorites,Status URL",
        "x.com/i/status/17550000000000000",
    ),
}


def export_comments(network: str) -> Sample:
    """A workbook with rows about the gathering above the header; the last comment is a reply."""
    header, host = _NETWORKS[network]
    names = header.split(",")
    text_name, link_name = ("Tweet Text", "Status URL") if network == "x" else ("Comment", "(view source)")
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        link = f"https://{host}{number:02}" if host else ""
        row: Row = {
            _NAME: post.author,
            "Name": "N. N.",
            "Username": post.author,
            "Unique ID": post.author,
            "Profile ID": f"ID: {1000 + number}",
            "Date": post.time.replace(tzinfo=None),
            "Likes": 2,
            "Author Bio": "Bor i Ånge",
            text_name: post.text,
            link_name: link or "view comment",
        }
        if network == "instagram":
            row[_NAME] = "N. N."
        place = [f"{post.parent + 1}", "1"] if post.parent is not None else [f"{number + 1}", ""]
        rows.append([*place, *(row.get(name, "") for name in names)])
        read = {
            "text": post.text,
            "post_id": "-".join(part for part in place if part),
            "created_at": iso(post.time),
            "channel": {"x": "twitter"}.get(network, network),
            "author": post.author,
        }
        read |= {"url": link} if link else {}
        expected.append(read | ({"reply_to": place[0]} if post.parent is not None else {}))
    above = [
        ["Source URL", "https://www.facebook.com/1000/posts/1"],
        ["Total comments", len(rows)],
        ["Exported with", "ExportComments.com"],
        ["Nested comments", "Yes"],
        [],
        [],
    ]
    content = workbook([*above, ["", "", *names], *rows], "Comments")
    folder = "exportcomments" if network == "youtube" else f"exportcomments_{network}"
    audit = {"format": folder, "container": "xlsx", "header_line": 7, "preamble_rows": 4}
    return Sample(f"{folder}/comments.xlsx", content, expected, audit, {"timezone": "UTC"})


def export_comments_csv() -> Sample:
    """The old file of Excel in Germany and the North: semicolons, cp1252, day first with a short year."""
    header = f"Id;SubId;{_NAME};Date;Likes;Comment;Link".split(";")
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        text = post.text.replace("👏", "")
        link = f"https://www.facebook.com/1000/posts/1?comment_id={number}"
        row = {
            "Id": number + 1,
            "SubId": "" if post.parent is None else post.parent + 1,
            _NAME: post.author,
            "Date": post.time.strftime("%d.%m.%y %H:%M:%S"),
            "Likes": 0,
            "Comment": text,
            "Link": link,
        }
        rows.append(row)
        read = {
            "text": text,
            "post_id": str(number + 1),
            "created_at": iso(post.time),
            "channel": "facebook",
            "author": post.author,
            "url": link,
        }
        expected.append(read | ({} if post.parent is None else {"reply_to": str(post.parent + 1)}))
    content = delimited(under(header, rows), ";", "cp1252")
    audit = {"format": "exportcomments_csv", "container": "csv", "encoding": "cp1252", "delimiter": ";", "header_line": 1}
    return Sample("exportcomments_csv/comments.csv", content, expected, audit, {"timezone": "UTC"})


# --- TikTok -----------------------------------------------------------------------------------------------------------------


def _scraped() -> tuple[list[dict[str, Any]], list[Row]]:
    items, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"73300000000000000{number:02}"
        link = f"https://www.tiktok.com/@{post.author}/video/{key}"
        items.append(
            {
                "id": key,
                "text": post.text,
                "textLanguage": post.language.replace("nb", "no"),
                "createTimeISO": post.time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "authorMeta": {"name": post.author, "nickName": "N. N.", "signature": "Bor i Ånge"},
                "webVideoUrl": link,
                "diggCount": 12,
                "commentCount": 1,
                "shareCount": 0,
                "playCount": 901,
            }
        )
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time),
                "channel": "tiktok",
                "author": post.author,
                "url": link,
                "declared_language": post.language,
            }
        )
    return items, expected


def tiktok_csv() -> Sample:
    """Objects in objects have slashes in the header."""
    items, expected = _scraped()
    rows = [item | {f"authorMeta/{name}": value for name, value in item.pop("authorMeta").items()} for item in items]
    header = ["authorMeta/name", "authorMeta/nickName", "authorMeta/signature"]
    header += [name for name in rows[0] if name not in header]
    audit = {"format": "tiktok_scraper", "container": "csv", "encoding": "utf-8-sig", "header_line": 1}
    content = delimited(under(header, rows), encoding="utf-8-sig", lineterminator="\n")
    return Sample("tiktok_scraper/dataset.csv", content, expected, audit)


def tiktok_json() -> Sample:
    """The same as objects."""
    items, expected = _scraped()
    content = json.dumps(items, ensure_ascii=False, indent=2).encode()
    return Sample("tiktok_scraper/dataset.json", content, expected, {"format": "tiktok_scraper", "container": "json"})


def tiktok_comments() -> Sample:
    """Comments below a video, the last a reply."""
    header = (
        "videoWebUrl,submittedVideoUrl,cid,createTime,createTimeISO,text,diggCount,repliesToId,replyCommentTotal,uid,uniqueId"
    )
    rows, expected = [], []
    video = "https://www.tiktok.com/@telmira/video/7330000000000000099"
    for number, post in enumerate(POSTS):
        key, parent = f"74400000000000000{number:02}", "" if post.parent is None else f"74400000000000000{post.parent:02}"
        row = {
            "videoWebUrl": video,
            "cid": key,
            "createTime": int(post.time.timestamp()),
            "createTimeISO": post.time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "text": post.text,
            "repliesToId": parent,
            "uid": str(880000 + number),
            "uniqueId": post.author,
        }
        rows.append(row)
        read = {
            "text": post.text,
            "post_id": key,
            "created_at": iso(post.time),
            "channel": "tiktok",
            "author": post.author,
            "url": video,
        }
        expected.append(read | ({"reply_to": parent} if parent else {}))
    audit = {"format": "tiktok_scraper", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("tiktok_scraper/comments.csv", delimited(under(header.split(","), rows)), expected, audit)


# --- Reddit -----------------------------------------------------------------------------------------------------------------


def reddit_comments() -> Sample:
    """Comments of a user; one is deleted."""
    header = "id,permalink,date,ip,subreddit,gildings,gildings_silver,gildings_supergold,link,parent,body,media".split(",")
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key, parent = f"kq3x{number:02}", "" if post.parent is None else f"kq3x{post.parent:02}"
        url = f"https://www.reddit.com/r/telmira/comments/1ak{number:02}/x/{key}/"
        row = {
            "id": key,
            "permalink": url,
            "date": post.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
            "ip": "192.0.2.17",
            "subreddit": "telmira",
            "gildings": 0,
            "link": url.removesuffix(f"{key}/"),
            "parent": parent,
            "body": "[deleted]" if number == 3 else post.text,
        }
        rows.append(row)
        text = "" if number == 3 else post.text
        read = {"text": text, "post_id": key, "created_at": iso(post.time), "channel": "reddit", "url": url}
        expected.append(read | ({"reply_to": parent} if parent else {}))
    audit = {"format": "reddit", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("reddit/comments.csv", delimited(under(header, rows)), expected, audit)


def reddit_posts() -> Sample:
    """Posts of a user; of one that was removed the title is left."""
    header = "id,permalink,date,ip,subreddit,gildings,title,url,body".split(",")
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"1ak{number:02}"
        url = f"https://www.reddit.com/r/telmira/comments/{key}/x/"
        row = {
            "id": key,
            "permalink": f"/r/telmira/comments/{key}/x/" if number == 5 else url,
            "date": post.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
            "ip": "192.0.2.17",
            "subreddit": "telmira",
            "title": post.title,
            "url": "https://bild.example/1.png",
            "body": "[removed]" if number == 2 else post.text,
        }
        rows.append(row)
        text = "\n\n".join(part for part in (post.title, "" if number == 2 else post.text) if part)
        expected.append({"text": text, "post_id": key, "created_at": iso(post.time), "channel": "reddit", "url": url})
    audit = {"format": "reddit", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("reddit/posts.csv", delimited(under(header, rows)), expected, audit)


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(partial(export_comments, network) for network in _NETWORKS),
    export_comments_csv,
    *(tiktok_csv, tiktok_json, tiktok_comments),
    *(reddit_comments, reddit_posts),
)
