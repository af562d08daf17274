"""Sample exports of what pages and accounts have posted: X analytics, Meta Business Suite, CrowdTangle, LinkedIn, TikTok, YouTube."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from .base import POSTS, Row, Sample, delimited, iso, table, workbook

# --- X analytics ------------------------------------------------------------------------------------------------------------

_X_OLD = (
    "Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,engagement rate,retweets,replies,favorites,user profile clicks,"
    "url clicks,hashtag clicks,detail expands,permalink clicks,app opens,app installs,follows,email tweet,dial phone,media views,"
    "media engagements,promoted impressions,promoted engagements"
).split(",")
_X_NEW = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,Profile visits,"
    "Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks"
).split(",")


def x_analytics_old() -> Sample:
    """The CSV of before 2023, with an offset in its times."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"17550000000000000{number:02}"
        link = f"https://twitter.com/{post.brand}/status/{key}"
        row = {
            "Tweet id": key,
            "Tweet permalink": link,
            "Tweet text": post.text,
            "time": post.time.strftime("%Y-%m-%d %H:%M +0000"),
            "impressions": "2140.0",
            "engagement rate": "0.0121",
        }
        rows.append(row)
        time = iso(post.time.replace(second=0))
        expected.append(_own(post.text, key, time, "twitter", link, brand=post.brand))
    audit = {"format": "x_analytics", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("x_analytics/tweet_activity.csv", delimited(table(_X_OLD, rows), lineterminator="\n"), expected, audit)


def x_analytics_new() -> Sample:
    """The CSV of today, with days in words and counts in thousands."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"17550000000000000{number:02}"
        link = f"https://x.com/{post.brand.lower()}/status/{key}"
        row = {
            "Post id": key,
            "Date": f"{post.time:%a, %b} {post.time.day}, {post.time.year}",
            "Post text": post.text,
            "Post Link": link,
            "Impressions": "1,234",
            "Likes": 12,
        }
        rows.append(row)
        day = iso(post.time.replace(hour=0, minute=0, second=0))
        expected.append(_own(post.text, key, day, "twitter", link, brand=post.brand.lower()))
    audit = {"format": "x_analytics", "container": "csv", "encoding": "utf-8", "header_line": 1}
    name = "x_analytics/account_analytics_content_2026-02-01_2026-02-28.csv"
    return Sample(name, delimited(table(_X_NEW, rows), lineterminator="\n"), expected, audit)


def _own(text: str, key: str, time: str, channel: str, url: str, **others: str) -> Row:
    return {"text": text, "post_id": key, "created_at": time, "channel": channel, "url": url, "owned": True} | others


# --- Meta Business Suite ----------------------------------------------------------------------------------------------------

#: Language -> header, the first seven names in the same order.
_FACEBOOK = {
    "english": (
        "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,Is crosspost,Is share,Post type,"
        'Languages,Custom labels,Funded content status,Data comment,Date,Views,Reach,"Reactions, Comments and Shares",Reactions,Comments,'
        "Shares,Total clicks,Other Clicks,Matched Audience Targeting Consumption (Photo Click)"
    ),
    "swedish": (
        "Publicerings-id,Sid-id,Sidnamn,Titel,Beskrivning,Längd (sek),Publiceringstid,Permalänk,Inläggstyp,Datakommentar,Datum,Visningar,"
        'Räckvidd,"Reaktioner, kommentarer och delningar",Reaktioner,Kommentarer,Delningar,Totalt antal klick,Länkklick,Övriga klick'
    ),
    "norwegian": (
        "Innleggs-ID,Side-ID,Sidenavn,Tittel,Beskrivelse,Varighet (sek),Publiseringstidspunkt,Permalenke,Innleggstype,Datakommentar,Dato,"
        'Visninger,Rekkevidde,"Reaksjoner, kommentarer og delinger",Reaksjoner,Kommentarer,Delinger,Totalt antall klikk'
    ),
    "finnish": (
        "Julkaisun tunnus,Sivun tunnus,Sivun nimi,Otsikko,Kuvaus,Kesto (s),Julkaisuaika,Pysyvä linkki,Julkaisun tyyppi,Tietojen kommentti,"
        "Päivämäärä,Näyttökerrat,Kattavuus,Reaktiot,Kommentit,Jaot,Klikkaukset yhteensä"
    ),
}
_INSTAGRAM = {
    "english": (
        "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,Data comment,Date,"
        "Views,Reach,Likes,Shares,Follows,Comments,Saves"
    ),
    "swedish": (
        "Publicerings-id,Konto-id,Kontots användarnamn,Kontonamn,Beskrivning,Längd (sek),Publiceringstid,Permalänk,Inläggstyp,"
        "Datakommentar,Datum,Visningar,Räckvidd,Gilla-markeringar,Delningar,Följer,Kommentarer,Sparade"
    ),
    "german": (
        "Beitrags-ID,Konto-ID,Konto-Benutzername,Kontoname,Beschreibung,Dauer (Sek.),Veröffentlichungszeitpunkt,Permalink,Beitragstyp,"
        "Datenkommentar,Datum,Aufrufe,Reichweite,„Gefällt mir“-Angaben,Geteilte Inhalte,Follows,Kommentare,Gespeicherte Beiträge"
    ),
    "danish": (
        "Opslags-id,Konto-id,Kontoens brugernavn,Kontonavn,Beskrivelse,Varighed (sek.),Udgivelsestidspunkt,Permalink,Opslagstype,"
        "Datakommentar,Dato,Visninger,Rækkevidde,Synes godt om,Delinger,Følger,Kommentarer,Gemte"
    ),
}


def meta(channel: str, language: str) -> Sample:
    """Posts of a page; months first but in the German file, and captions of several lines."""
    (names,) = csv.reader([(_FACEBOOK if channel == "facebook" else _INSTAGRAM)[language]])
    by_place = dict(enumerate(names))
    is_facebook = channel == "facebook"
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"1221580000000{number:05}"
        link = f"https://www.facebook.com/1000/posts/{key}" if is_facebook else f"https://www.instagram.com/p/C{number:05}/"
        at = "%d.%m.%Y %H:%M" if language == "german" else "%m/%d/%Y %H:%M"
        # Of a photo the caption is the title, of a video there is a title too.
        title, text = (
            (post.title, post.text) if is_facebook and number % 2 else (post.text, "") if is_facebook else ("", post.text)
        )
        cells = [key, "1000", post.brand, title, text] if is_facebook else [key, "1000", post.brand.lower(), post.brand, text]
        row = {by_place[place]: cell for place, cell in enumerate(cells)}
        row |= {
            by_place[5]: "0",
            by_place[6]: post.time.strftime(at),
            next(name for name in names if name.startswith(("Perm", "Pys"))): link,
        }
        row |= {name: "Lifetime" for name in names if name in {"Date", "Datum", "Dato", "Päivämäärä"}} | {names[-1]: "12"}
        rows.append(row)
        whole = "\n\n".join(part for part in (title, text) if part)
        time = iso(post.time.replace(second=0))
        expected.append(_own(whole, key, time, channel, link, brand=post.brand))
    audit = {"format": f"meta_{channel}", "container": "csv", "encoding": "utf-8-sig", "header_line": 1}
    content = delimited(table(names, rows), encoding="utf-8-sig", lineterminator="\n")
    return Sample(f"meta_{channel}/{language}.csv", content, expected, audit, {"timezone": "UTC"})


# --- CrowdTangle ------------------------------------------------------------------------------------------------------------

_CROWDTANGLE = (
    "Page Name,User Name,Facebook Id,Page Category,Page Admin Top Country,Page Description,Page Created,Likes at Posting,"
    "Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,Total Interactions,Likes,Comments,Shares,Love,Wow,Haha,"
    "Sad,Angry,Care,Video Share Status,Is Video Owner?,Post Views,Total Views,Total Views For All Crossposts,Video Length,URL,Message,"
    "Link,Final Link,Image Text,Link Text,Description,Sponsor Id,Sponsor Name,Sponsor Category"
).split(",")
_SCORE = "Overperforming Score (weighted  —  Likes 1x Shares 1x Comments 1x Love 1x Wow 1x Haha 1x Sad 1x Angry 1x Care 1x )"


def crowdtangle() -> Sample:
    """Times have the abbreviation of a time zone; one post is a link alone."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        time = post.time.replace(year=2024)
        url = f"https://www.facebook.com/1000/posts/{number}"
        row = {
            "Page Name": post.brand,
            "User Name": post.brand.lower(),
            "Facebook Id": "100064000000001",
            "Page Category": "RETAIL_COMPANY",
            "Post Created": time.replace(hour=(time.hour + 1) % 24, day=time.day + (time.hour == 23)).strftime(
                "%Y-%m-%d %H:%M:%S CET"
            ),
            "Post Created Date": time.strftime("%Y-%m-%d"),
            "Type": "Link" if number == 3 else "Photo",
            "Total Interactions": "1,204",
            "URL": url,
            "Message": "" if number == 3 else post.text,
            "Link": "https://telmira.example/nytt",
            "Link Text": "Öppettider",
            "Description": post.text if number == 3 else "",
            _SCORE: "-1.53",
        }
        rows.append(row)
        own = _own(post.text, "", iso(time), "facebook", url, brand=post.brand)
        expected.append({name: value for name, value in own.items() if name != "post_id"})
    audit = {"format": "crowdtangle", "container": "csv", "encoding": "utf-8", "header_line": 1}
    content = delimited(table([*_CROWDTANGLE, _SCORE], rows))
    return Sample("crowdtangle/historical_report.csv", content, expected, audit)


# --- LinkedIn ---------------------------------------------------------------------------------------------------------------

_LINKEDIN = (
    "Post title,Post link,Post type,Campaign name,Posted by,Created date,Campaign start date,Campaign end date,Audience,Impressions,"
    "Views,Clicks,Click through rate (CTR),Likes,Comments,Reposts,Follows,Engagement rate,Content Type"
).split(",")


def linkedin_page() -> Sample:
    """A workbook whose second sheet has the posts, with a row of words above the header."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"71600000000000000{number:02}"
        link = f"https://www.linkedin.com/feed/update/urn:li:activity:{key}"
        row = {
            "Post title": post.text,
            "Post link": link,
            "Post type": "Organic",
            "Posted by": "N. N.",
            "Created date": post.time.strftime("%m/%d/%Y"),
            "Audience": "All followers",
            "Impressions": 412,
            "Click through rate (CTR)": 0.0218,
        }
        rows.append(row)
        day = iso(post.time.replace(hour=0, minute=0, second=0))
        expected.append(_own(post.text, key, day, "linkedin", link))
    metrics = [
        ["Metrics of all posts in the period, by day"],
        ["Date", "Impressions (organic)", "Impressions (total)", "Clicks (total)"],
        ["02/06/2026", 412, 412, 9],
    ]
    posts = [["All posts that were published in the period"], *table(_LINKEDIN, rows)]
    audit = {"format": "linkedin_page", "container": "xlsx", "header_line": 2, "preamble_rows": 1}
    content = workbook(posts, "All posts", {"Metrics": metrics})
    return Sample("linkedin_page/telmira_content.xlsx", content, expected, audit, {"timezone": "UTC"})


def linkedin_shares() -> Sample:
    """Shares of a member: a mark and blanks in the header, line ends between quotation marks."""
    header = ["Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility"]
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"71600000000000000{number:02}"
        address = f"https://www.linkedin.com/feed/update/urn:li:share:{key}"
        row = {
            "Date": post.time.strftime("%Y-%m-%d %H:%M:%S"),
            "ShareLink": address.replace("urn:li:share:", quote("urn:li:share:", safe="")),
            "ShareCommentary": post.text.replace("\n", '"\n"'),
            "Visibility": "MEMBER_NETWORK",
        }
        rows.append(row)
        expected.append(
            {"text": post.text, "post_id": key, "created_at": iso(post.time), "channel": "linkedin", "url": address}
        )
    body = table(header, rows)
    content = delimited(
        [["Date", " ShareLink", "ShareCommentary ", *header[3:]], *body[1:]], encoding="utf-8-sig", lineterminator="\n"
    )
    audit = {"format": "linkedin_shares", "container": "csv", "encoding": "utf-8-sig", "header_line": 1}
    return Sample("linkedin_shares/Shares.csv", content, expected, audit)


def linkedin_comments() -> Sample:
    """Comments of a member, with quotation marks inside behind backslashes."""
    lines, expected = ["Date,Link,Message"], []
    for number, post in enumerate(POSTS):
        activity, key = f"71600000000000000{number:02}", f"71610000000000000{number:02}"
        address = f"https://www.linkedin.com/feed/update/urn:li:activity:{activity}?commentUrn=urn:li:comment:(activity:{activity},{key})"
        link = address.replace(f"urn:li:activity:{activity}?", f"urn%3Ali%3Aactivity%3A{activity}?")
        text = post.text.replace('"', '\\"')
        lines.append(f'{post.time:%Y-%m-%d %H:%M:%S},"{link}","{text}"')
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time),
                "channel": "linkedin",
                "url": address,
                "reply_to": activity,
            }
        )
    audit = {"format": "linkedin_comments", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("linkedin_comments/Comments.csv", ("\n".join(lines) + "\n").encode(), expected, audit)


# --- TikTok and YouTube -----------------------------------------------------------------------------------------------------


def tiktok_studio() -> Sample:
    """Videos of an account."""
    header = ["Video title", "Video link", "Post time", "Total likes", "Total comments", "Total shares", "Total views"]
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"73300000000000000{number:02}"
        link = f"https://www.tiktok.com/@{post.brand.lower()}/video/{key}"
        rows.append({"Video title": post.text, "Video link": link, "Post time": f"{post.time:%Y-%m-%d}", "Total views": "4102"})
        day = iso(post.time.replace(hour=0, minute=0, second=0))
        expected.append(_own(post.text, key, day, "tiktok", link, brand=post.brand.lower()))
    audit = {"format": "tiktok_studio", "container": "csv", "encoding": "utf-8-sig", "header_line": 1}
    content = delimited(table(header, rows), encoding="utf-8-sig")
    return Sample("tiktok_studio/Content.csv", content, expected, audit, {"timezone": "UTC"})


def youtube_studio() -> Sample:
    """A table of videos, its first row their total, which holds no posts."""
    header = ["Innehåll", "Videotitel", "Publiceringstid för video", "Varaktighet", "Visningar", "Visningstid (timmar)"]
    header += ["Prenumeranter", "Exponeringar", "Klickfrekvens för exponeringar (%)"]
    rows: list[Row] = [{"Innehåll": "Totalt", "Visningar": 8123, "Visningstid (timmar)": "311.4"}]
    rows += [
        {
            "Innehåll": f"vid{number}",
            "Videotitel": post.title,
            "Publiceringstid för video": f"{post.time:%b} {post.time.day}, {post.time.year}",
        }
        for number, post in enumerate(POSTS)
    ]
    content = delimited(table(header, rows), lineterminator="\n")
    return Sample("youtube_studio/Tabelldata.csv", content, (), {}, refused="no_posts")


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(x_analytics_old, x_analytics_new),
    *(partial(meta, "facebook", language) for language in _FACEBOOK),
    *(partial(meta, "instagram", language) for language in _INSTAGRAM),
    *(crowdtangle, linkedin_page, linkedin_shares, linkedin_comments),
    *(tiktok_studio, youtube_studio),
)
