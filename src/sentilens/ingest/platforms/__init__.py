"""Named export formats: one small description each, recognised by the names in the header.

A new format is a module with a `Platform` in it, a line in `PLATFORMS` below, and a sample; see ``docs/adding_a_format.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from ...schema import INPUT_COLUMNS
from ..headers import header_key
from .app_store import APP_STORE
from .base import CERTAIN, Platform, Take
from .brandwatch import BRANDWATCH
from .feeds import FEED
from .foursquare import FOURSQUARE
from .google_alerts import GOOGLE_ALERTS
from .google_business import GOOGLE_BUSINESS
from .google_play import GOOGLE_PLAY
from .meltwater import MELTWATER
from .meta_download import FACEBOOK_DOWNLOAD, INSTAGRAM_DOWNLOAD, META_MESSAGES
from .qualtrics import QUALTRICS
from .tiktok_download import TIKTOK_DOWNLOAD
from .trustpilot import TRUSTPILOT
from .wordpress import WORDPRESS_COMMENTS
from .x_archive import X_ARCHIVE
from .youtube_downloader import YOUTUBE_DOWNLOADER
from .youtube_takeout import YOUTUBE_TAKEOUT

__all__ = ["CERTAIN", "PLATFORMS", "Platform", "Take", "named_headers", "recognise"]

PLATFORMS: Final[tuple[Platform, ...]] = (
    BRANDWATCH,
    MELTWATER,
    TRUSTPILOT,
    X_ARCHIVE,
    YOUTUBE_TAKEOUT,
    GOOGLE_PLAY,
    QUALTRICS,
    FACEBOOK_DOWNLOAD,
    INSTAGRAM_DOWNLOAD,
    META_MESSAGES,
    GOOGLE_BUSINESS,
    GOOGLE_ALERTS,
    WORDPRESS_COMMENTS,
    APP_STORE,
    FEED,
    FOURSQUARE,
    YOUTUBE_DOWNLOADER,
    TIKTOK_DOWNLOAD,
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
    keys = list(map(header_key, header))
    scored = [(platform.confidence(keys, sample, document), platform) for platform in PLATFORMS]
    best, platform = max(scored, key=lambda pair: pair[0])
    return (platform, best[0]) if best[0] else (None, 0.0)


@cache
def named_headers() -> frozenset[str]:
    """The keys of all names that formats are told by or made of, which help to find headers."""
    told = (signature.names for platform in PLATFORMS for signature in platform.signatures)
    made = (map(header_key, take.names) for platform in PLATFORMS for take in platform.columns.values())
    return frozenset().union(*told, *made)
