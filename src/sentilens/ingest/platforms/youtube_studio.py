"""The tables of YouTube Studio count what videos did; comments are not in them."""

from __future__ import annotations

from typing import Final

from .base import Platform, signature

_TITLE: Final = ("Video title", "Videotitel", "Videotittel", "Videon nimi", "Videon otsikko")
_TIME: Final = (
    *("Video publish time", "Publiceringstid för video", "Veröffentlichungszeitpunkt des Videos", "Videoveröffentlichung"),
    *("Publiseringstidspunkt for video", "Videoens publiseringstidspunkt", "Udgivelsestidspunkt for video"),
    *("Videoens udgivelsestidspunkt", "Videon julkaisuaika"),
)
_VIEWS: Final = ("Views", "Visningar", "Aufrufe", "Visninger", "Katselukerrat", "Näyttökerrat")
_WATCHED: Final = (
    *("Watch time (hours)", "Visningstid (timmar)", "Wiedergabezeit (Stunden)", "Seertid (timer)", "Visningstid (timer)"),
    "Katseluaika (tunteina)",
)

YOUTUBE_STUDIO: Final = Platform(
    name="youtube_studio",
    title="YouTube Studio table",
    signatures=(signature(_TITLE, _TIME, _VIEWS, confidence=0.99), signature(_TITLE, _WATCHED)),
    columns={},
    no_posts="This table of YouTube Studio counts the views of videos and holds no comments.",
)
