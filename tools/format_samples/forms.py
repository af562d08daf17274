"""Sample exports that have no named format: feedback forms, mail, reviews that an agency has gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from .base import POSTS, Post, Row, Sample, delimited, iso, table, workbook

_GENERIC = {"format": "csv", "confidence": 0.0, "container": "csv", "header_line": 1}


def _day(post: Post) -> str:
    return iso(post.time.replace(hour=0, minute=0, second=0))


def municipality() -> Sample:
    """A Swedish municipality's register of opinions, saved by Excel."""
    header = "Ärendenummer;Inkom;Kategori;Förvaltning;Synpunkt;Svar önskas;E-post".split(";")
    rows: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        key = f"KS-2026-{number:04}"
        cells = [
            key,
            post.time.strftime("%Y-%m-%d %H:%M"),
            "Klagomål",
            post.brand,
            post.text,
            "Ja",
            f"{post.author}@mail.example",
        ]
        rows.append(dict(zip(header, cells, strict=True)))
        read = {"text": post.text, "post_id": key, "created_at": iso(post.time.replace(second=0)), "brand": post.brand}
        expected.append(read)
    audit = _GENERIC | {"encoding": "utf-8-sig", "delimiter": ";"}
    content = delimited(table(header, rows), ";", "utf-8-sig")
    return Sample("own_forms/synpunkter.csv", content, expected, audit, {"timezone": "UTC"})


def finnish_shop() -> Sample:
    """A Finnish shop's feedback as a workbook with a title above the header."""
    header = ["Palautenumero", "Saapunut", "Myymälä", "Palautteen aihe", "Palautteen sisältö", "Arvosana"]
    rows: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        cells = [number + 1, post.time.replace(tzinfo=None), post.brand, "Palvelu", post.text, post.rating]
        rows.append(dict(zip(header, cells, strict=True)))
        read = {"text": post.text, "post_id": str(number + 1), "created_at": iso(post.time), "brand": post.brand}
        expected.append(read | {"rating": post.rating})
    content = workbook([["Asiakaspalaute helmikuu 2026"], [], *table(header, rows)], "Palautteet")
    audit = {"format": "xlsx", "confidence": 0.0, "container": "xlsx", "header_line": 3, "preamble_rows": 1}
    return Sample("own_forms/palautteet.xlsx", content, expected, audit, {"timezone": "UTC"})


def german_shop() -> Sample:
    """A German shop's feedback, saved by Excel as cp1252 with semicolons and the days first."""
    header = ["Vorgangsnummer", "Eingangsdatum", "Filiale", "Rückmeldung", "Sterne", "Eingangskanal"]
    rows: list[Row] = []
    expected: list[Row] = []
    for number, post in enumerate(POSTS):
        text = post.text.replace("👏", "")
        cells = [f"V{number:05}", post.time.strftime("%d.%m.%Y %H:%M"), post.brand, text, post.rating, "Formular"]
        rows.append(dict(zip(header, cells, strict=True)))
        expected.append(
            {
                "text": text,
                "post_id": cells[0],
                "created_at": iso(post.time.replace(second=0)),
                "brand": post.brand,
                "channel": "Formular",
                "rating": post.rating,
            }
        )
    audit = _GENERIC | {"encoding": "cp1252", "delimiter": ";"}
    content = delimited(table(header, rows), ";", "cp1252")
    return Sample("own_forms/rueckmeldungen.csv", content, expected, audit, {"timezone": "UTC"})


#: Language -> how Outlook names subject, body, sender, its address and type, receiver and importance in an export.
_OUTLOOK: Mapping[str, str] = {
    "english": "Subject,Body,From: (Name),From: (Address),From: (Type),To: (Name),Importance",
    "swedish": "Ämne,Brödtext,Från: (namn),Från: (adress),Från: (typ),Till: (namn),Prioritet",
    "norwegian": "Emne,Brødtekst,Fra: (navn),Fra: (adresse),Fra: (type),Til: (navn),Viktighet",
    "danish": "Emne,Brødtekst,Fra: (navn),Fra: (adresse),Fra: (type),Til: (navn),Vigtighed",
    "finnish": "Aihe,Leipäteksti,Lähettäjä: (nimi),Lähettäjä: (osoite),Lähettäjä: (tyyppi),Vastaanottaja: (nimi),Tärkeys",
    "german": "Betreff,Textkörper,Von: (Name),Von: (Adresse),Von: (Typ),An: (Name),Wichtigkeit",
}


def outlook(language: str) -> Sample:
    """Mail from Outlook, which leaves the dates out."""
    header = _OUTLOOK[language].split(",")
    rows: list[Row] = []
    for post in POSTS:
        cells = [post.title, post.text, post.author, f"{post.author}@mail.example", "SMTP", "Kundtjänst", "Normal"]
        rows.append(dict(zip(header, cells, strict=True)))
    expected = [{"text": post.text, "author": post.author} for post in POSTS]
    audit = _GENERIC | {"encoding": "utf-8", "delimiter": ","}
    return Sample(f"own_forms/outlook_{language}.csv", delimited(table(header, rows)), expected, audit)


def agency() -> Sample:
    """Reviews of the branches of a company, gathered by an agency."""
    header = ["Social Media Source", "Club's Name", "Creation Date", "Comment", "Overall Score"]
    rows: list[Row] = []
    expected: list[Row] = []
    for post in POSTS:
        cells = ["Google", post.brand, post.time.strftime("%Y-%m-%d"), post.text, post.rating]
        rows.append(dict(zip(header, cells, strict=True)))
        read = {"text": post.text, "created_at": _day(post), "brand": post.brand, "channel": "Google", "rating": post.rating}
        expected.append(read)
    content = delimited(table(header, rows))
    return Sample("own_forms/google_reviews.csv", content, expected, _GENERIC | {"delimiter": ","}, {"timezone": "UTC"})


def chat_with_names() -> Sample:
    """A chat in which people speak under their names, so that nobody can tell who is the company."""
    header = ["Timestamp", "Speaker", "Message"]
    rows: list[Row] = []
    expected: list[Row] = []
    for post in POSTS:
        rows.append(dict(zip(header, [post.time.strftime("%Y-%m-%dT%H:%M:%SZ"), post.author, post.text], strict=True)))
        expected.append({"text": post.text, "created_at": iso(post.time), "author": post.author})
    return Sample("own_forms/chat.csv", delimited(table(header, rows)), expected, _GENERIC | {"delimiter": ","})


SAMPLES: tuple[Callable[[], Sample], ...] = (
    *(municipality, finnish_shop, german_shop, agency, chat_with_names),
    *(partial(outlook, language) for language in _OUTLOOK),
)
