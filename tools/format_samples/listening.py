"""Sample exports of listening and publishing suites: Talkwalker, Sprinklr, Sprout Social."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from .base import POSTS, Row, Sample, delimited, iso, table, workbook

_TALKWALKER = (
    "url,indexed,search_indexed,published,title,title_snippet,content,content_snippet,root_url,domain_url,host_url,display_url,lang,"
    "post_type,source_type,tags_internal,entity_urls,matched_profile,sentiment,nsfw_level,cluster_id,word_count,engagement,reach,"
    "images.url,tokens_hashtag,article_extended_attributes.facebook_shares,article_extended_attributes.twitter_retweets,"
    "extra_article_attributes.world_data.country,extra_article_attributes.world_data.longitude,extra_author_attributes.id,"
    "extra_author_attributes.type,extra_author_attributes.name,extra_author_attributes.short_name,extra_author_attributes.gender,"
    "extra_source_attributes.name,source_extended_attributes.alexa_pageviews"
).split(",")


def millis(time: datetime) -> str:
    """Milliseconds since 1970."""
    return str(int(time.timestamp()) * 1000)


def _talkwalker_rows(is_workbook: bool) -> tuple[list[Row], list[Row]]:
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        is_news = number == 8
        url = (
            f"https://zeitung.example/{number}"
            if is_news
            else f"https://twitter.com/{post.author}/status/17550000000000000{number:02}"
        )
        source = "ONLINE_NEWS" if is_news else "TWITTER"
        row = {
            "url": url,
            "indexed": millis(post.time),
            "published": post.time.strftime("%d/%m/%Y %H:%M:%S") if is_workbook else millis(post.time),
            "title": "" if number == 3 else post.title,
            "content": post.text,
            "content_snippet": post.text[:60],
            "domain_url": "https://twitter.com/",
            "lang": post.language.replace("nb", "no"),
            "post_type": '["TEXT"]',
            "source_type": source if is_news else f'["{source}"]',
            "matched_profile": f'["{post.brand}"]' if is_workbook else post.brand,
            "sentiment": -3 if post.rating == 1 else 0,
            "extra_author_attributes.id": f"ex:twitter.com-{number}",
            "extra_author_attributes.name": post.author,
            "extra_author_attributes.short_name": post.author[:4],
            "extra_author_attributes.gender": "UNKNOWN",
            "extra_article_attributes.world_data.longitude": "18.06",
        }
        rows.append(row)
        expected.append(
            {
                "text": post.text,
                "created_at": iso(post.time),
                "brand": post.brand,
                "channel": source,
                "author": post.author,
                "url": url,
                "declared_language": post.language,
            }
        )
    return rows, expected


def talkwalker_csv() -> Sample:
    """Times are epochs, sources stand in lists."""
    rows, expected = _talkwalker_rows(False)
    audit = {"format": "talkwalker", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("talkwalker/results.csv", delimited(table(_TALKWALKER, rows)), expected, audit)


def talkwalker_xlsx() -> Sample:
    """Times are day-first text."""
    rows, expected = _talkwalker_rows(True)
    audit = {"format": "talkwalker", "container": "xlsx", "header_line": 1}
    return Sample(
        "talkwalker/results.xlsx", workbook(table(_TALKWALKER, rows), "Results"), expected, audit, {"timezone": "UTC"}
    )


_SPRINKLR = (
    "UniversalMessageId,SocialNetwork,SenderUserId,SenderScreenName,SenderListedName,SenderProfileImgUrl,SenderProfileLink,"
    "Sender Followers Count,SenderInfluencerScore,SenderAge,SenderGender,OriginalAuthor,OriginalAuthorProfileLink,Title,Message,"
    "MessageType,CreatedTime,Language,LanguageCode,CountryCode,MediaTypeList,Permalink,Domain,Retweets,Sentiment"
).split(",")


def sprinklr() -> Sample:
    """Times are epochs."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        key = f"TWITTER_4_17550000000000000{number:02}"
        url = f"https://www.twitter.com/{post.author}/statuses/17550000000000000{number:02}"
        row = {
            "UniversalMessageId": key,
            "SocialNetwork": "TWITTER",
            "SenderUserId": str(880000 + number),
            "SenderScreenName": post.author,
            "SenderListedName": "N. N.",
            "SenderAge": "",
            "SenderGender": "NA",
            "Title": "",
            "Message": post.text,
            "MessageType": "Twitter Update",
            "CreatedTime": millis(post.time),
            "Language": "xx",
            "LanguageCode": post.language.replace("nb", "no"),
            "MediaTypeList": json.dumps([]),
            "Permalink": url,
            "Sentiment": "NEUTRAL",
        }
        rows.append(row)
        expected.append(
            {
                "text": post.text,
                "post_id": key,
                "created_at": iso(post.time),
                "channel": "TWITTER",
                "author": post.author,
                "url": url,
                "declared_language": post.language,
            }
        )
    audit = {"format": "sprinklr", "container": "csv", "encoding": "utf-8", "header_line": 1}
    return Sample("sprinklr/messages.csv", delimited(table(_SPRINKLR, rows)), expected, audit)


_SPROUT = (
    "Date,Post ID,Network,Post Type,Content Type,Profile,Sent by,Link,Post,Linked Content,Impressions,Reach,Engagements,"
    "Engagement Rate (per Impression),Reactions,Likes,Comments,Shares,Saves,Video Views"
).split(",")


def sprout_social() -> Sample:
    """The report on posts; months first, and a mark at the begin of the file."""
    rows, expected = [], []
    for number, post in enumerate(POSTS):
        link = f"https://www.facebook.com/1000/posts/{number}"
        row = {
            "Date": post.time.strftime("%m/%d/%Y %I:%M %p").lower(),
            "Post ID": f"1000_{number}",
            "Network": "Facebook",
            "Post Type": "Post",
            "Content Type": "Photo",
            "Profile": post.brand,
            "Sent by": post.author,
            "Link": link,
            "Post": post.text,
            "Impressions": "12,044",
            "Engagements": "131",
            "Engagement Rate (per Impression)": "1.09%",
        }
        rows.append(row)
        expected.append(
            {
                "text": post.text,
                "post_id": f"1000_{number}",
                "created_at": iso(post.time.replace(second=0)),
                "brand": post.brand,
                "channel": "Facebook",
                "url": link,
                "owned": True,
            }
        )
    audit = {"format": "sprout_social", "container": "csv", "encoding": "utf-8-sig", "header_line": 1}
    content = delimited(table(_SPROUT, rows), encoding="utf-8-sig")
    return Sample("sprout_social/post_performance.csv", content, expected, audit, {"timezone": "UTC"})


SAMPLES: tuple[Callable[[], Sample], ...] = (talkwalker_csv, talkwalker_xlsx, sprinklr, sprout_social)
