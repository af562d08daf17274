"""Links to posts without the handles of those who wrote them, and no links to the pages of people."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from .addresses import canonical_handle, mask_emails

_NAME: Final = r"(?P<name>[^/?#\s]++)"
_END: Final = r"/?(?:[?#]\S*)?$"
#: Pages that are a person's, by what follows ``//`` and ``www.``.
_PROFILES: Final = tuple(
    re.compile(pattern.replace("NAME", _NAME))
    for pattern in (
        rf"(?:mobile\.)?(?:twitter|x)\.com/(?!(?:i|home|search|hashtag|explore)\b)NAME{_END}",
        r"(?:[\w-]+\.)?facebook\.com/(?:profile\.php\?id=|people/)NAME",
        rf"(?:[\w-]+\.)?facebook\.com/(?!(?:watch|groups|events|story|photo|permalink|reel|share)\b)NAME{_END}",
        rf"instagram\.com/(?!(?:p|reel|tv|explore)\b)NAME{_END}",
        r"(?:[\w-]+\.)?linkedin\.com/in/NAME",
        r"(?:[\w-]+\.)?reddit\.com/u(?:ser)?/NAME(?!/comments/)",
        rf"(?:[\w-]+\.)?youtube\.com/(?:user/|channel/|c/|@)NAME{_END}",
        rf"bsky\.app/profile/NAME{_END}",
        r"(?:[\w-]+\.)?google\.[\w.]+/maps/contrib/NAME",
        rf"[\w.-]+/(?:@|users?/|u/|profiles?/|members?/)NAME{_END}",
    )
)
#: Links to posts with the handle in them, and what they become; where the site takes it, they still lead to the post.
_POSTS: Final = (
    (re.compile(rf"((?:twitter|x)\.com/)(?!i/){_NAME}(?=/status/)"), r"\1i"),
    (re.compile(rf"(instagram\.com/)(?!p/|reel/|tv/){_NAME}/(?=(?:p|reel|tv)/)"), r"\1"),
    (re.compile(rf"(reddit\.com/)u(?:ser)?/{_NAME}/(?=comments/)"), r"\1"),
    (re.compile(rf"(tiktok\.com/@){_NAME}(?=/)"), r"\1"),
    (re.compile(rf"(bsky\.app/profile/){_NAME}(?=/post/)"), r"\1_"),
    (re.compile(rf"(//[\w.-]+/@){_NAME}(?=/)"), r"\1_"),
)
_HOST: Final = re.compile(r"(?:https?:)?//(?:www\.)?", re.IGNORECASE)


def is_link(text: str) -> bool:
    """Whether a cell is a link and nothing else."""
    return text.startswith(("http://", "https://")) and not any(map(str.isspace, text))


def private_link(link: str, kept: Set[str]) -> str | None:
    """Take people out of a link.

    Parameters
    ----------
    link : str
        A web address.
    kept : set of str
        Handles that stay, casefolded and without ``@``.

    Returns
    -------
    str or None
        None for the page of a person.

    Examples
    --------
    >>> private_link("https://x.com/kari_nordmann/status/17", frozenset())
    'https://x.com/i/status/17'
    >>> private_link("https://x.com/kari_nordmann", frozenset()) is None
    True
    >>> private_link("https://example.no/kommentar/17", frozenset())
    'https://example.no/kommentar/17'
    """
    host = _HOST.match(link)
    for pattern in _PROFILES:
        if found := pattern.match(link, host.end() if host else 0):
            return link if canonical_handle(found["name"]) in kept else None
    for pattern, private in _POSTS:
        if (found := pattern.search(link)) and canonical_handle(found["name"]) not in kept:
            return pattern.sub(private, link)
    return mask_emails(link)
