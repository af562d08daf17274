from __future__ import annotations

import json
from importlib import resources

import pytest

from sentilens.privacy import mask_text
from sentilens.privacy.columns import header_words, is_numeric, is_personal_content, is_personal_header
from sentilens.schema import INPUT_COLUMNS, LABEL_COLUMNS, SCORE_COLUMNS

PERSONAL = (
    "email|E-post|Sähköposti|Netfang|Teldupostur|E-Mail-Adresse|IP|IPAddress|ip-adress|Gender|Kön|Kjønn|Køn|Sukupuoli|Kyn|Geschlecht|"
    "Latitude|Longitude|LocationLatitude|Breddgrad|Lengdegrad|Längengrad|Leveysaste|Bio|Twitter Bio|Author Bio|Phone|Telefonnummer|Puhelin|"
    "Símanúmer|First Name|Förnamn|Fornavn|Etunimi|Vorname|Full Name|Full name|Kundens namn|Address|Adresse|Osoite|Heimilisfang|Birth date|"
    "Födelsedatum|Fødselsdato|Syntymäaika|Geburtsdatum|Fæðingardagur|Avatar|Profile URL|SenderProfileImgUrl|reviewer.profilePhotoUrl|"
    "User Profile Url|Review User Email|RecipientEmail|RecipientLastName|Requester email|Author Followers|Twitter Followers|SenderAge|"
    "extra_author_attributes.gender|Personnummer|Kennitala|Henkilötunnus|Username|Review Username|Name (click to view profile)|Profile ID|"
    "Mentioned Authors|wp:comment_author_email|Ålder|Alter|Ikä|Postnummer|authorMeta/name|Requester|Submitter"
).split("|")
#: Of things and counts, from the same exports.
OTHERS = (
    "Query Name|Page Name|Page Type|Country|Region|City|Location Name|Reference Id|Review Id|Resource Id|Domain Url|Webshop Name|Tags|"
    "email tweet|dial phone|user profile clicks|Mobile Reach|Profile visits|X Reply to|X Repost of|Twitter Reply to|Reviewer Language|Device|"
    "Requester wait time in minutes|Assignee stations|Agent interactions|Package Name|product_name|Store Name|Kanal|Varumärke|Produkt|"
    "Räckvidd|Visningar|Gefällt mir|Tilaus|Pöntun|Hashtags|Impressions|Author Verified|Response time|Language|Percentage|Page|Message"
).split("|")


@pytest.mark.parametrize("name", PERSONAL)
def test_headers_of_people(name: str) -> None:
    assert is_personal_header(name)
    assert is_personal_header(name.replace(" ", "_"))


@pytest.mark.parametrize(
    "name", [*OTHERS, *SCORE_COLUMNS, *LABEL_COLUMNS, *sorted(set(INPUT_COLUMNS) - {"author"}), "", "  ", "1"]
)
def test_headers_of_things(name: str) -> None:
    assert not is_personal_header(name)


def test_all_nine_languages_have_names() -> None:
    table = json.loads(resources.files("sentilens").joinpath("resources/personal_columns.json").read_text(encoding="utf-8"))
    for section in ("parts", "words", "alone"):
        assert list(table[section]) == ["en", "sv", "nb", "nn", "da", "fi", "is", "fo", "de"]
        for names in table[section].values():
            assert len(names) == len(set(names))
            assert all(is_personal_header(name) for name in names)


def test_words_of_a_header() -> None:
    assert header_words("wp:comment_author_IP") == ("wp", "comment", "author", "ip")
    assert header_words("SenderFollowersCount") == ("sender", "followers", "count")
    assert header_words("a\u030alder") == ("ålder",)


@pytest.mark.parametrize(
    ("name", "cells", "personal"),
    [
        ("Field 7", ["a@example.se", "", "b@example.se", "-"], True),
        ("Field 7", ["a@example.se", "ring", "nej"], False),
        ("Field 7", ["070-174 06 05", "0701740606"], True),
        ("Tlf", ["40612345", "40612346"], True),
        ("Ordre", ["40612345", "40612346"], False),
        ("Field 7", ["192.0.2.1", "192.0.2.2"], True),
        ("Field 7", ["@kari", "@ola"], True),
        ("Field 7", ["900118-9811"], True),
        ("Svar", ["Hej! Ring oss på 08-465 004 21 så hjälper vi dig.", "Hej! Ring 08-465 004 21 igen, tack."], False),
        ("Link", ["https://example.se/1", "https://example.se/2"], False),
        ("n", ["12345678", "1234567890"], False),
        ("n", [], False),
        ("n", ["", " "], False),
    ],
)
def test_columns_by_content(name: str, cells: list[str], personal: bool) -> None:
    assert is_personal_content(name, cells, mask_text) is personal


def test_numbers_and_words() -> None:
    assert is_numeric(["1", "2,5", "", "12:30", "x"])
    assert not is_numeric(["1", "a", "b"])
    assert not is_numeric([])
