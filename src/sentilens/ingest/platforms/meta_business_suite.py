"""The posts of one's own pages and accounts from Meta Business Suite, whose headers are in the language of the user.

The Swedish headers are known, the German, Norwegian, Danish and Finnish ones are what they would plausibly be; several names
for a column stand for several guesses. Ids and times together tell the formats, for other tools have one or the other.
"""

from __future__ import annotations

from typing import Final

from .base import Platform, first_of, joined, signature
from .unwrap import CELL_BREAK, title_and_text

_POST_ID: Final = (
    *("Post ID", "Publicerings-id", "Inläggs-id", "Beitrags-ID", "Innleggs-ID", "Publiserings-ID", "Opslags-id"),
    *("Julkaisun tunnus", "Julkaisutunnus", "Julkaisun ID"),
)
_PAGE_ID: Final = ("Page ID", "Sid-id", "Seiten-ID", "Side-ID", "Sidens ID", "Sivun tunnus", "Sivutunnus", "Sivun ID")
_PAGE_NAME: Final = ("Page name", "Sidnamn", "Seitenname", "Sidenavn", "Sidens navn", "Sivun nimi")
_ACCOUNT_ID: Final = ("Account ID", "Konto-ID", "Kontots id", "Kontoens ID", "Tilin tunnus", "Tilitunnus", "Tilin ID")
_USERNAME: Final = (
    *("Account username", "Kontots användarnamn", "Kontoanvändarnamn", "Användarnamn för konto", "Konto-Benutzername"),
    *("Kontoens brukernavn", "Kontobrukernavn", "Brukernavn for konto", "Kontoens brugernavn", "Kontobrugernavn"),
    *("Brugernavn for konto", "Tilin käyttäjänimi", "Tilin käyttäjätunnus"),
)
_ACCOUNT_NAME: Final = ("Account name", "Kontonamn", "Kontots namn", "Kontoname", "Kontonavn", "Kontoens navn", "Tilin nimi")
_TITLE: Final = ("Title", "Titel", "Rubrik", "Tittel", "Otsikko")
_DESCRIPTION: Final = ("Description", "Beskrivning", "Beschreibung", "Beskrivelse", "Kuvaus")
_TIME: Final = (
    *("Publish time", "Publiceringstid", "Veröffentlichungszeitpunkt", "Veröffentlichungszeit", "Publiseringstidspunkt"),
    *("Publiseringstid", "Udgivelsestidspunkt", "Offentliggørelsestidspunkt", "Publiceringstidspunkt", "Julkaisuaika"),
)
_LINK: Final = ("Permalink", "Permalänk", "Permalenke", "Permanent lenke", "Permanent link", "Pysyvä linkki", "Kestolinkki")
_TEXT: Final = joined(*_TITLE, *_DESCRIPTION, by=CELL_BREAK, through=title_and_text)

META_FACEBOOK: Final = Platform(
    name="meta_facebook",
    title="Facebook posts of Meta Business Suite",
    signatures=(
        signature(_POST_ID, _PAGE_ID, _TIME, confidence=0.99),
        signature(_PAGE_ID, _PAGE_NAME, _TIME, _LINK),
        signature(_POST_ID, _PAGE_NAME, _TIME, _LINK),
    ),
    columns={
        "text": _TEXT,
        "post_id": first_of(*_POST_ID),
        "created_at": first_of(*_TIME),
        "brand": first_of(*_PAGE_NAME),
        "url": first_of(*_LINK),
    },
    constants={"channel": "facebook", "owned": True},
    date_order="mdy",
)

META_INSTAGRAM: Final = Platform(
    name="meta_instagram",
    title="Instagram posts of Meta Business Suite",
    signatures=(
        signature(_POST_ID, _ACCOUNT_ID, _USERNAME, _TIME, confidence=0.99),
        signature(_POST_ID, _USERNAME, _TIME),
        signature(_USERNAME, _DESCRIPTION, _TIME, _LINK),
        signature(_POST_ID, _ACCOUNT_ID, _ACCOUNT_NAME, _TIME, _LINK),
    ),
    columns={
        "text": _TEXT,
        "post_id": first_of(*_POST_ID),
        "created_at": first_of(*_TIME),
        "brand": first_of(*_ACCOUNT_NAME, *_USERNAME),
        "url": first_of(*_LINK),
    },
    constants={"channel": "instagram", "owned": True},
    date_order="mdy",
)
