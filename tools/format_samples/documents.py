"""Sample exports that are documents: JSON, JSON lines, feeds, Parquet, and an archive of them. See ``make_format_samples.py``."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from format_samples.base import POSTS, Post, Row, Sample, iso


def document(value: Any, **options: Any) -> bytes:
    """A value as a JSON document."""
    return json.dumps(value, **{"ensure_ascii": False, "indent": 2, **options}).encode()


def lines(values: Sequence[Any]) -> bytes:
    """Values as JSON lines."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def epoch(time: datetime) -> int:
    """A time as seconds since 1970."""
    return int(time.timestamp())


def rfc_2822(time: datetime) -> str:
    """A time as in e-mail and RSS."""
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000")


def _reply(post: Post) -> Row:
    return {"reply_text": post.reply, "replied_at": iso(post.replied_at)} if post.reply else {}


# --- Meta, Download your information ----------------------------------------------------------------------------------------


def _bytes_as_characters(value: Any) -> Any:
    """Text as Meta writes it: each byte of its UTF-8 a character."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [_bytes_as_characters(part) for part in value]
    if isinstance(value, dict):
        return {_bytes_as_characters(key): _bytes_as_characters(part) for key, part in value.items()}
    return value


def _meta(path: str, name: str, value: Any, posts: Sequence[Row]) -> Sample:
    content = document(_bytes_as_characters(value), ensure_ascii=True)
    return Sample(f"{name}/{path}", content, posts, {"format": name, "container": "json", "encoding": "utf-8"})


def _meta_posts(channel: str = "") -> list[Row]:
    return [{"text": post.text, "created_at": iso(post.time)} | ({"channel": channel} if channel else {}) for post in POSTS]


def facebook_comments() -> Sample:
    """Comments, with UTF-8 written byte by byte."""
    items = [
        {
            "timestamp": epoch(post.time),
            "data": [{"comment": {"timestamp": epoch(post.time), "comment": post.text, "author": f"Åsa {post.author}"}}],
            "title": f"Åsa commented on {post.brand}'s post.",
        }
        for post in POSTS
    ]
    expected = [row | {"author": f"Åsa {post.author}"} for row, post in zip(_meta_posts("facebook"), POSTS, strict=True)]
    return _meta("comments.json", "facebook_download", {"comments_v2": items}, expected)


def facebook_posts() -> Sample:
    """Posts, some edited later, one without a text."""
    items: list[Row] = []
    for number, post in enumerate(POSTS):
        data = [{"post": post.text}, {"update_timestamp": epoch(post.time) + 60}][: 1 + number % 2]
        media = {"uri": f"photos/{number}.jpg", "creation_timestamp": epoch(post.time)}
        item = {"timestamp": epoch(post.time), "data": data, "title": "Åsa updated her status."}
        items.append(item | ({"attachments": [{"data": [{"media": media}]}]} if number == 4 else {}))
    items.append({"timestamp": epoch(POSTS[0].time), "data": [], "title": "Åsa added a new photo."})
    expected = [*_meta_posts("facebook"), {"text": "", "created_at": iso(POSTS[0].time), "channel": "facebook"}]
    return _meta("your_posts_1.json", "facebook_download", items, expected)


def instagram_posts() -> Sample:
    """Posts with one picture and with several, whose captions stand in different places."""
    items: list[Row] = []
    for number, post in enumerate(POSTS):
        picture: Row = {"uri": f"media/posts/{number}.jpg", "creation_timestamp": epoch(post.time), "title": post.text}
        if number % 3:
            items.append({"media": [picture]})
        else:
            pictures = [picture | {"title": ""}] * 2
            items.append({"media": pictures, "title": post.text, "creation_timestamp": epoch(post.time)})
    return _meta("posts_1.json", "instagram_download", items, _meta_posts("instagram"))


def _instagram_comments(path: str, comment: str, owner: str, time: str) -> Sample:
    items = [
        {
            "media_list_data": [{"uri": ""}],
            "string_map_data": {
                comment: {"value": post.text},
                owner: {"value": post.brand.lower()},
                time: {"timestamp": epoch(post.time)},
            },
        }
        for post in POSTS
    ]
    return _meta(path, "instagram_download", items, _meta_posts("instagram"))


def instagram_comments() -> Sample:
    """Comments, whose parts have English names."""
    return _instagram_comments("post_comments_1.json", "Comment", "Media Owner", "Time")


def instagram_comments_swedish() -> Sample:
    """Comments, whose parts have Swedish names."""
    return _instagram_comments("post_comments_sv.json", "Kommentar", "Medieägare", "Tid")


def meta_messages() -> Sample:
    """A conversation, with times in milliseconds."""
    items = [
        {"sender_name": f"Åsa {post.author}", "timestamp_ms": epoch(post.time) * 1000 + 217, "content": post.text}
        | ({"reactions": [{"reaction": "👍", "actor": "Svippo"}]} if number == 2 else {})
        for number, post in enumerate(POSTS)
    ]
    people = [{"name": "Åsa"}, {"name": "Svippo"}]
    expected = [
        {"text": post.text, "created_at": iso(post.time.replace(microsecond=217000)), "author": f"Åsa {post.author}"}
        for post in POSTS
    ]
    value = {"participants": people, "messages": items, "title": "Svippo", "thread_path": "inbox/svippo_1"}
    return _meta("message_1.json", "meta_messages", value, expected)


# --- Google -----------------------------------------------------------------------------------------------------------------


def google_business() -> Sample:
    """Reviews with stars in words: two translated by Google, one without a text."""
    words = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
    place = "accounts/1077/locations/4451"
    items: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        assert post.rating is not None
        text = post.text
        if number == 6:
            text = f"(Translated by Google) The app crashes all the time.\n\n(Original)\n{post.text}"
        elif number == 8:
            text = f"{post.text}\n\n(Translated by Google)\nWaiting for weeks."
        item: Row = {
            "name": f"{place}/reviews/AbFv{number:02}",
            "reviewId": f"AbFv{number:02}",
            "reviewer": {"displayName": post.author, "profilePhotoUrl": f"https://lh3.example/{number}", "isAnonymous": False},
            "starRating": words[post.rating - 1],
            "comment": text,
            "createTime": post.time.strftime("%Y-%m-%dT%H:%M:%S.120534Z"),
            "updateTime": post.time.strftime("%Y-%m-%dT%H:%M:%S.120534Z"),
        }
        if post.reply:
            item["reviewReply"] = {"comment": post.reply, "updateTime": post.replied_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        if number == 3:
            del item["comment"]
        items.append(item)
        expected.append(
            {
                "text": "" if number == 3 else post.text,
                "post_id": item["reviewId"],
                "created_at": iso(post.time.replace(microsecond=120534)),
                "channel": "google_reviews",
                "author": post.author,
                "rating": post.rating,
            }
            | _reply(post)
        )
    content = document({"reviews": items, "averageRating": 2.7, "totalReviewCount": len(items)})
    audit = {"format": "google_business", "container": "json", "encoding": "utf-8"}
    return Sample("google_business/reviews.json", content, expected, audit)


def google_alerts() -> Sample:
    """A feed whose links lead over Google, with a snippet of each find."""
    entries: list[str] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        real = f"https://forum{number % 3}.example/trad/{number}?sida=2"
        link = (
            "https://www.google.com/url?rct=j&sa=t&url=" + real.replace("?", "%3F").replace("=", "%3D") + "&ct=ga&cd=CAIy&usg=A"
        )
        words = post.text.replace("\n", " ").split(" ")
        snippet = f"<b>{escape(words[0])}</b> {escape(' '.join(words[1:]))}&nbsp;..."
        entries.append(
            f"<entry> <id>tag:google.com,2013:googlealerts/feed:{1000 + number}</id> "
            f'<title type="html">{escape(f"{post.title} - <b>Telmira</b>")}</title> <link href="{escape(link)}"></link> '
            f"<published>{post.time:%Y-%m-%dT%H:%M:%SZ}</published> <updated>{post.time:%Y-%m-%dT%H:%M:%SZ}</updated> "
            f'<content type="html">{escape(snippet)}</content> <author> <name></name> </author> </entry>'
        )
        expected.append(
            {
                "text": " ".join(words) + " ...",
                "post_id": f"tag:google.com,2013:googlealerts/feed:{1000 + number}",
                "created_at": iso(post.time),
                "brand": "Telmira",
                "channel": f"forum{number % 3}.example",
                "url": real,
            }
        )
    content = (
        '<?xml version="1.0" encoding="utf-8"?> <feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:idx="urn:atom-extension:indexing"> <id>tag:google.com,2005:reader/user/0077/state/com.google/alerts/12</id> '
        '<title>Google Alert - Telmira</title> <link href="https://www.google.com/alerts/feeds/0077/12" rel="self"></link> '
        f"<updated>2026-02-14T00:00:00Z</updated> {' '.join(entries)}</feed>"
    )
    return Sample("google_alerts/alert.xml", content.encode(), expected, {"format": "google_alerts", "container": "feed"})


# --- Feeds ------------------------------------------------------------------------------------------------------------------


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def feed_rss() -> Sample:
    """RSS of a forum, whose descriptions are HTML."""
    items: list[str] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        page = f"https://forum.example/t/{number}"
        shown = escape(post.text).replace("\n", "<br />\n")
        items.append(
            f"<item><title>{escape(post.title or 'Re:')}</title><link>{page}</link>"
            f"<pubDate>{rfc_2822(post.time)}</pubDate><dc:creator>{_cdata(post.author)}</dc:creator>"
            f'<guid isPermaLink="false">forum-{number}</guid>'
            f"<description>{_cdata(f'<p>{shown}</p><script>count({number})</script>')}</description></item>"
        )
        expected.append(
            {
                "text": post.text.replace("\n", "\n\n"),
                "post_id": f"forum-{number}",
                "created_at": iso(post.time),
                "channel": "forum.example",
                "author": post.author,
                "url": page,
                "declared_language": "sv",
            }
        )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        "<title>Kundforum</title><link>https://forum.example</link><description>Allt om leveranser</description>"
        f"<language>sv-se</language>{''.join(items)}</channel></rss>\n"
    )
    return Sample("feed/forum.xml", content.encode(), expected, {"format": "feed", "container": "feed"})


def feed_atom() -> Sample:
    """Atom in Latin-1, with XHTML in it and an answer."""
    entries: list[str] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        if "👏" in post.text:
            continue  # is not in Latin-1
        key = f"tag:blogg.example,2026:{number}"
        parent = "" if post.parent is None else f"tag:blogg.example,2026:{post.parent}"
        shown = "".join(f"<p>{escape(line)}</p>" for line in post.text.split("\n"))
        entries.append(
            f"<entry><id>{key}</id><title>{escape(post.title)}</title><updated>{post.time:%Y-%m-%dT%H:%M:%S+00:00}</updated>"
            f'<link rel="alternate" href="https://blogg.example/{number}"/><author><name>{post.author}</name></author>'
            + (f'<thr:in-reply-to ref="{parent}"/>' if parent else "")
            + f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{shown}</div></content></entry>\n'
        )
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time),
                "channel": "blogg.example",
                "author": post.author,
                "url": f"https://blogg.example/{number}",
            }
            | ({"reply_to": parent} if parent else {})
        )
    content = (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Bloggen</title><id>tag:blogg.example,2026:</id>\n'
        + "".join(entries)
        + "</feed>\n"
    )
    return Sample("feed/blog.atom", content.encode("latin-1"), expected, {"format": "feed", "container": "feed"})


def wordpress() -> Sample:
    """An export with a page, and a post with comments; only these are read."""
    comments: list[str] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS, start=1):
        parent = 0 if post.parent is None else post.parent + 1
        comments.append(
            f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>{_cdata(post.author)}</wp:comment_author>"
            f"<wp:comment_author_email>{post.author}@mail.example</wp:comment_author_email>"
            f"<wp:comment_author_url></wp:comment_author_url><wp:comment_author_IP>192.0.2.17</wp:comment_author_IP>"
            f"<wp:comment_date>{_cdata(f'{post.time + timedelta(hours=1):%Y-%m-%d %H:%M:%S}')}</wp:comment_date>"
            f"<wp:comment_date_gmt>{_cdata(f'{post.time:%Y-%m-%d %H:%M:%S}')}</wp:comment_date_gmt>"
            f"<wp:comment_content>{_cdata(escape(post.text, quote=False))}</wp:comment_content>"
            f"<wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>"
            f"<wp:comment_parent>{parent}</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id></wp:comment>\n"
        )
        expected.append(
            {
                "text": post.text,
                "post_id": str(number),
                "created_at": iso(post.time),
                "channel": "blog",
                "author": post.author,
                "url": f"https://blogg.example/priser/#comment-{number}",
            }
            | ({"reply_to": str(parent)} if parent else {})
        )
    content = (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is a WordPress eXtended RSS file -->\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">'
        "<channel><title>Bloggen</title><link>https://blogg.example</link><wp:wxr_version>1.2</wp:wxr_version>\n"
        "<item><title>Om oss</title><link>https://blogg.example/om/</link><content:encoded><![CDATA[Vi är tre.]]></content:encoded>"
        "<wp:post_id>2</wp:post_id></item>\n<item><title>Nya priser</title><link>https://blogg.example/priser/</link>"
        "<content:encoded><![CDATA[Från i mars.]]></content:encoded><wp:post_id>7</wp:post_id>\n"
        f"{''.join(comments)}</item></channel></rss>\n"
    )
    audit = {"format": "wordpress_comments", "container": "feed"}
    return Sample("wordpress_comments/blog.xml", content.encode(), expected, audit)


# --- Apple App Store --------------------------------------------------------------------------------------------------------

_APP_PAGE = "https://apps.apple.com/se/app/telmira/id990011?uo=2"


def _app_store_posts() -> list[Row]:
    return [
        {
            "text": f"{post.title}\n\n{post.text}" if post.title else post.text,
            "post_id": str(11_200_000 + number),
            "created_at": iso(post.time),
            "channel": "app_store",
            "author": post.author,
            "rating": post.rating,
        }
        for number, post in enumerate(POSTS)
    ]


def app_store_json() -> Sample:
    """The feed of reviews as JSON, each value with a label; the first entry is the app."""

    def label(value: Any) -> Row:
        return {"label": value}

    entries: list[Row] = [
        {
            "im:name": label("Telmira"),
            "title": label("Telmira - Telmira AB"),
            "link": {"attributes": {"rel": "alternate", "href": _APP_PAGE}},
            "id": {"label": _APP_PAGE, "attributes": {"im:id": "990011", "im:bundleId": "com.telmira.app"}},
        }
    ]
    entries += [
        {
            "author": {
                "uri": label(f"https://itunes.apple.com/se/reviews/id{number}"),
                "name": label(post.author),
                "label": "",
            },
            "updated": label((post.time - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S-07:00")),
            "im:rating": label(str(post.rating)),
            "im:version": label("4.1.1"),
            "id": label(str(11_200_000 + number)),
            "title": label(post.title),
            "content": {"label": post.text, "attributes": {"type": "text"}},
            "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/se/review?id=990011"}},
            "im:voteSum": label("0"),
            "im:contentType": {"attributes": {"term": "Application", "label": "App"}},
            "im:voteCount": label("0"),
        }
        for number, post in enumerate(POSTS)
    ]
    links = [{"attributes": {"rel": rel, "href": f"https://itunes.apple.com/{rel}"}} for rel in ("self", "first", "last") * 5]
    value = {"feed": {"author": {"name": label("iTunes Store")}, "entry": entries, "title": label("Reviews"), "link": links}}
    audit = {"format": "app_store", "container": "json", "encoding": "utf-8", "skipped_rows": 1}
    return Sample("app_store/customerreviews.json", document(value, indent=None), _app_store_posts(), audit)


def app_store_xml() -> Sample:
    """The feed of reviews as Atom, with each text once plain and once as HTML."""
    entries = [
        f"<entry><updated>{post.time - timedelta(hours=7):%Y-%m-%dT%H:%M:%S-07:00}</updated><id>{11_200_000 + number}</id>"
        f'<title>{escape(post.title)}</title><content type="text">{escape(post.text)}</content>'
        f'<link rel="related" href="https://itunes.apple.com/se/review?id=990011"/><im:voteSum>0</im:voteSum>'
        f'<im:contentType term="Application" label="App"/><im:rating>{post.rating}</im:rating><im:version>4.1.1</im:version>'
        f"<author><name>{post.author}</name><uri>https://itunes.apple.com/se/reviews/id{number}</uri></author>"
        f'<im:voteCount>0</im:voteCount><content type="html">{escape(f"<table><tr><td>{post.title}</td></tr></table>")}</content>'
        "</entry>\n"
        for number, post in enumerate(POSTS)
    ]
    content = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns:im="http://itunes.apple.com/rss" '
        'xmlns="http://www.w3.org/2005/Atom" xml:lang="sv"><id>https://itunes.apple.com/se/rss/customerreviews/id=990011/xml</id>'
        f"<title>iTunes Store: Customer Reviews</title><author><name>iTunes Store</name></author>\n{''.join(entries)}</feed>\n"
    )
    return Sample(
        "app_store/customerreviews.xml", content.encode(), _app_store_posts(), {"format": "app_store", "container": "feed"}
    )


def app_store_connect() -> Sample:
    """Reviews as the App Store Connect API gives them."""
    items = [
        {
            "type": "customerReviews",
            "id": str(11_200_000 + number),
            "attributes": {
                "rating": post.rating,
                "title": post.title,
                "body": post.text,
                "reviewerNickname": post.author,
                "createdDate": (post.time - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S-08:00"),
                "territory": "SWE",
            },
            "links": {"self": f"https://api.appstoreconnect.apple.com/v1/customerReviews/{number}"},
        }
        for number, post in enumerate(POSTS)
    ]
    audit = {"format": "app_store", "container": "json", "encoding": "utf-8"}
    return Sample("app_store/connect.json", document({"data": items, "meta": {"paging": {}}}), _app_store_posts(), audit)


# --- Foursquare -------------------------------------------------------------------------------------------------------------


def _check_in(post: Post, number: int, time: Any) -> Row:
    venue = None if number == 5 else {"id": f"4b05{number:020x}", "name": post.brand}
    item: Row = {"id": f"65c2{number:020x}", "createdAt": time, "type": "checkin", "timeZoneOffset": 60, "venue": venue}
    item |= {"comments": {"count": 0, "items": []}, "lat": 59.33, "lng": 18.06}
    return item | ({"shout": post.text} if number % 4 != 3 else {})


def _check_in_expected(post: Post, number: int) -> Row:
    row = {
        "text": post.text if number % 4 != 3 else "",
        "post_id": f"65c2{number:020x}",
        "created_at": iso(post.time),
        "channel": "foursquare",
    }
    return row | ({"brand": post.brand} if number != 5 else {})


def foursquare_zip() -> Sample:
    """The archive: check-ins, tips, and files without posts."""
    check_ins = [_check_in(post, n, f"{post.time:%Y-%m-%d %H:%M:%S}.000000") for n, post in enumerate(POSTS)]
    tips: list[Row] = []
    expected = [_check_in_expected(post, number) for number, post in enumerate(POSTS)]
    for number, post in enumerate(POSTS[:3]):
        page = f"https://app.foursquare.com/item/5f0e{number:020x}"
        tip = {"id": f"5f0e{number:020x}", "createdAt": f"{post.time:%Y-%m-%d %H:%M:%S}.000000", "text": post.text}
        tips.append(tip | {"type": "user", "canonicalUrl": page, "viewCount": 12, "venue": {"id": "4b", "name": post.brand}})
        row = {"text": post.text, "post_id": tip["id"], "created_at": iso(post.time), "brand": post.brand}
        expected.append(row | {"channel": "foursquare", "url": page, "copy_of": f"65c2{number:020x}"})
    members = {
        "checkins1.json": {"count": len(check_ins), "items": check_ins},
        "tips.json": {"count": len(tips), "items": tips},
        "venueRatings.json": {"venueLikes": [{"id": "4b", "name": "Korgata", "url": "https://foursquare.com/v/4b"}]},
        "visits.json": {"count": 0, "items": []},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in members.items():
            # Not packed, for other releases of zlib pack otherwise.
            archive.writestr(zipfile.ZipInfo(f"data-export-1077/{name}", (2026, 3, 1, 0, 0, 0)), document(value))
    return Sample("foursquare/export.zip", buffer.getvalue(), expected, {"format": "foursquare", "container": "json"})


def foursquare_epoch() -> Sample:
    """Check-ins with times in seconds."""
    items = [_check_in(post, number, epoch(post.time)) for number, post in enumerate(POSTS)]
    expected = [_check_in_expected(post, number) for number, post in enumerate(POSTS)]
    audit = {"format": "foursquare", "container": "json", "encoding": "utf-8"}
    return Sample("foursquare/checkins1.json", document({"count": len(items), "items": items}, indent=None), expected, audit)


# --- youtube-comment-downloader, TikTok -------------------------------------------------------------------------------------


def _youtube_downloader(path: str, *, parsed: bool) -> Sample:
    items: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        parent = "" if post.parent is None else f"Ugw{post.parent:010}"
        cid = f"{parent}.9{number}" if parent else f"Ugw{number:010}"
        item = {
            "cid": cid,
            "text": post.text,
            "time": "för 2 dagar sedan",
            "author": f"@{post.author}",
            "channel": f"UC{number:020}",
        }
        item |= {"votes": "1.2K" if number == 1 else "3", "replies": "1", "photo": f"https://yt3.example/{number}"}
        item |= {"heart": False, "reply": bool(parent)}
        items.append(item | ({"time_parsed": post.time.timestamp() + 0.120534} if parsed else {}))
        row = {"text": post.text, "post_id": cid, "channel": "youtube", "author": f"@{post.author}"}
        row |= {"created_at": iso(post.time)} if parsed else {}
        expected.append(row | ({"reply_to": parent} if parent else {}))
    audit = {"format": "youtube_downloader", "container": "jsonl", "encoding": "utf-8"}
    return Sample(f"youtube_downloader/{path}", lines(items), expected, audit)


def youtube_downloader() -> Sample:
    """Times that the tool worked out itself."""
    return _youtube_downloader("comments.json", parsed=True)


def youtube_downloader_words() -> Sample:
    """Times in words, which are none."""
    return _youtube_downloader("comments_in_words.json", parsed=False)


def tiktok() -> Sample:
    """Comments among all else that TikTok knows, most of it longer."""
    items = [
        {
            "date": f"{post.time:%Y-%m-%d %H:%M:%S}",
            "comment": post.text,
            "photo": "N/A",
            "url": f"https://www.tiktok.com/v/{number}",
        }
        for number, post in enumerate(POSTS)
    ]
    watched = [
        {"Date": "2026-02-06 15:03:00", "Link": f"https://www.tiktokv.com/share/video/{number}/"} for number in range(40)
    ]
    value = {
        "Activity": {
            "Like List": {"ItemFavoriteList": [{"date": "2026-02-06 15:03:00", "link": watched[0]["Link"]}]},
            "Video Browsing History": {"VideoList": watched},
        },
        "Comment": {"Comments": {"CommentsList": items}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "telmira"}}},
    }
    expected = [
        {
            "text": post.text,
            "created_at": iso(post.time),
            "channel": "tiktok",
            "url": f"https://www.tiktok.com/v/{number}",
        }
        for number, post in enumerate(POSTS)
    ]
    audit = {"format": "tiktok_download", "container": "json", "encoding": "utf-8"}
    return Sample("tiktok_download/user_data_tiktok.json", document(value, indent=None), expected, audit)


# --- No named format --------------------------------------------------------------------------------------------------------


def chat_lines() -> Sample:
    """A chat as JSON lines, with a member that only some lines have."""
    items: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        parent = "" if post.parent is None else f"m{post.parent}"
        local = post.time + timedelta(hours=1)
        item = {"conversation_id": "c1", "message_id": f"m{number}", "timestamp": f"{local:%Y-%m-%dT%H:%M:%S}+01:00"}
        item |= {"from": post.author, "text": post.text, "channel": "chat", "brand": post.brand}
        items.append(item | ({"reply_to": parent} if parent else {}))
        row = {"text": post.text, "post_id": f"m{number}", "created_at": iso(post.time), "brand": post.brand}
        row |= {"channel": "chat", "author": post.author}
        expected.append(row | ({"reply_to": parent} if parent else {}))
    return Sample("generic/chat.jsonl", lines(items), expected, {"format": "jsonl", "container": "jsonl", "encoding": "utf-8"})


def mail_lines() -> Sample:
    """E-mail as JSON lines, with the names and dates of its headers."""
    items: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        parent = "" if post.parent is None else f"<{post.parent}@mail.example>"
        key = f"<{number}@mail.example>"
        item = {
            "Message-ID": key,
            "Date": rfc_2822(post.time),
            "From": f"{post.author}@mail.example",
            "To": "help@svippo.example",
        }
        items.append(item | {"Subject": post.title, "In-Reply-To": parent or None, "Body": post.text})
        row = {"text": post.text, "post_id": key, "created_at": iso(post.time), "author": f"{post.author}@mail.example"}
        expected.append(row | ({"reply_to": parent} if parent else {}))
    return Sample("generic/mail.jsonl", lines(items), expected, {"format": "jsonl", "container": "jsonl", "encoding": "utf-8"})


def parquet() -> Sample:
    """Parquet with the columns of the schema in their types."""
    import pandas as pd

    rows = [
        {
            "text": post.text,
            "post_id": f"{1755000000000000000 + number}",
            "created_at": post.time,
            "brand": post.brand,
            "channel": "survey",
            "author": post.author,
            "url": f"https://svar.example/{number}",
            "reply_to": None if post.parent is None else f"{1755000000000000000 + post.parent}",
            "rating": post.rating,
            "declared_language": post.language,
            "owned": number == 5,
        }
        for number, post in enumerate(POSTS)
    ]
    buffer = io.BytesIO()
    pd.DataFrame(rows).to_parquet(buffer, index=False)
    expected = [{name: value for name, value in row.items() if value is not None} for row in rows]
    expected = [row | {"created_at": iso(post.time)} for row, post in zip(expected, POSTS, strict=True)]
    return Sample("generic/posts.parquet", buffer.getvalue(), expected, {"format": "parquet", "container": "parquet"})


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(facebook_comments, facebook_posts, instagram_posts, instagram_comments, instagram_comments_swedish, meta_messages),
    *(google_business, google_alerts),
    *(feed_rss, feed_atom, wordpress),
    *(app_store_json, app_store_xml, app_store_connect),
    *(foursquare_zip, foursquare_epoch),
    *(youtube_downloader, youtube_downloader_words, tiktok),
    *(chat_lines, mail_lines, parquet),
)
