"""Named export formats: one small description each, recognised by the names in the header.

A new format is a module with a `Platform` in it, a line in `PLATFORMS` below, and a sample; see ``docs/adding_a_format.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from ...schema import INPUT_COLUMNS
from ..headers import header_key, names_before_scoring
from .app_reviews import APP_REVIEWS
from .app_store import APP_STORE
from .base import CERTAIN, Platform, Take
from .brandwatch import BRANDWATCH
from .chat_log import CHAT_LOG
from .crowdtangle import CROWDTANGLE
from .export_comments import EXPORT_COMMENTS
from .feeds import FEED
from .foursquare import FOURSQUARE
from .google_alerts import GOOGLE_ALERTS
from .google_business import GOOGLE_BUSINESS
from .google_play import GOOGLE_PLAY
from .linkedin import LINKEDIN_COMMENTS, LINKEDIN_PAGE, LINKEDIN_SHARES
from .meltwater import MELTWATER
from .meta_business_suite import META_FACEBOOK, META_INSTAGRAM
from .meta_download import FACEBOOK_DOWNLOAD, INSTAGRAM_DOWNLOAD, META_MESSAGES
from .qualtrics import QUALTRICS
from .reddit import REDDIT
from .sprinklr import SPRINKLR
from .sprout_social import SPROUT_SOCIAL
from .talkwalker import TALKWALKER
from .tickets import FRESHDESK, ZENDESK
from .tiktok import TIKTOK_SCRAPER, TIKTOK_STUDIO
from .tiktok_download import TIKTOK_DOWNLOAD
from .trustpilot import TRUSTPILOT
from .wordpress import WORDPRESS_COMMENTS
from .x_analytics import X_ANALYTICS
from .x_archive import X_ARCHIVE
from .youtube_downloader import YOUTUBE_DOWNLOADER
from .youtube_studio import YOUTUBE_STUDIO
from .youtube_takeout import YOUTUBE_TAKEOUT

__all__ = ["CERTAIN", "PLATFORMS", "Platform", "Take", "named_headers", "recognise"]

PLATFORMS: Final[tuple[Platform, ...]] = (
    *(BRANDWATCH, MELTWATER, TALKWALKER, SPRINKLR, SPROUT_SOCIAL, CROWDTANGLE),
    *(X_ARCHIVE, X_ANALYTICS, META_FACEBOOK, META_INSTAGRAM, *EXPORT_COMMENTS),
    *(LINKEDIN_PAGE, LINKEDIN_SHARES, LINKEDIN_COMMENTS),
    *(YOUTUBE_TAKEOUT, YOUTUBE_STUDIO, TIKTOK_SCRAPER, TIKTOK_STUDIO, REDDIT),
    *(TRUSTPILOT, GOOGLE_PLAY, APP_REVIEWS),
    *(ZENDESK, FRESHDESK, CHAT_LOG, QUALTRICS),
    *(FACEBOOK_DOWNLOAD, INSTAGRAM_DOWNLOAD, META_MESSAGES, TIKTOK_DOWNLOAD, YOUTUBE_DOWNLOADER),
    *(GOOGLE_BUSINESS, GOOGLE_ALERTS, WORDPRESS_COMMENTS, APP_STORE, FEED, FOURSQUARE),
)


def recognise(header: Sequence[str], document: str = "", sample: Sequence[Sequence[str]] = ()) -> tuple[Platform | None, float]:
    """The format that a header tells, and how sure that is, in [0, 1]; None where it tells none.

    Parameters
    ----------
    header : sequence of str
        The names as they stand in the file.
    document : str
        What a document calls its rows; see `Table`.
    sample : sequence of sequence of str
        The first rows.
    """
    if set(INPUT_COLUMNS) <= set(header):
        return None, 0.0  # posts in the schema, as several files scored into one are written
    names = names_before_scoring(header)
    keys = {header_key(name): position for position, name in reversed(list(enumerate(names)))}
    scored = [(platform.confidence(keys, sample, document), platform) for platform in PLATFORMS]
    best, platform = max(scored, key=lambda pair: pair[0])
    return (platform, best[0]) if best[0] else (None, 0.0)


@cache
def named_headers() -> frozenset[str]:
    """The keys of all names that formats are told by or made of, which help to find headers."""
    told = (names for platform in PLATFORMS for signature in platform.signatures for names in signature.names)
    made = (map(header_key, take.names) for platform in PLATFORMS for take in platform.columns.values())
    return frozenset().union(*told, *made) - {""}
