"""Header names to canonical columns."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from sentilens.errors import ConfigError, MissingColumnsError
from sentilens.ingest.headers import header_key, known_headers, list_names, map_columns, names_before_scoring, no_text_column
from sentilens.schema import INPUT_COLUMNS, SCORE_COLUMNS

TABLE = json.loads(resources.files("sentilens").joinpath("resources", "headers.json").read_text(encoding="utf-8"))


def test_the_table_serves_every_column_in_every_language() -> None:
    assert tuple(TABLE) == ("text", "created_at", "channel", "brand", "author", "url", "post_id", "reply_to", "rating",
                            "declared_language", "owned")  # fmt: skip
    assert set(TABLE) == set(INPUT_COLUMNS)
    for languages in TABLE.values():
        assert set(languages) == {"en", "sv", "nb", "nn", "da", "fi", "is", "de"}
        assert all(languages.values())


def test_no_name_stands_for_two_columns_or_twice_in_a_list() -> None:
    owners: dict[str, str] = {}
    for column, languages in TABLE.items():
        for names in languages.values():
            keys = [header_key(name) for name in names]
            assert len(keys) == len(set(keys))
            for key in keys:
                assert owners.setdefault(key, column) == column
    assert owners.keys() <= known_headers().keys()


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Inlägg", "Datum", "Kanal", "Varumärke", "Betyg", "Språk"],
         ["text", "created_at", "channel", "brand", "rating", "declared_language"]),
        (["Innlegg", "Dato", "Plattform", "Varemerke", "Vurdering", "Lenke"],
         ["text", "created_at", "channel", "brand", "rating", "url"]),
        (["Viesti", "Päivämäärä", "Kanava", "Brändi", "Arvosana"],
         ["text", "created_at", "channel", "brand", "rating"]),
        (["Athugasemd", "Dagsetning", "Rás", "Vörumerki", "Einkunn"],
         ["text", "created_at", "channel", "brand", "rating"]),
        (["Bewertungstext", "Erstellt am", "Plattform", "Marke", "Bewertung"],
         ["text", "created_at", "channel", "brand", "rating"]),
        (["Kommentar", "Oprettet", "Mærke", "Opslags-ID", "Svar på", "Eget opslag", "Forfatter"],
         ["text", "created_at", "brand", "post_id", "reply_to", "owned", "author"]),
    ],
)  # fmt: skip
def test_headers_in_many_languages(header: list[str], columns: list[str]) -> None:
    assert map_columns(header) == {column: columns.index(column) for column in INPUT_COLUMNS if column in columns}


def test_spelling_does_not_matter() -> None:
    decomposed = "pa\u0308iva\u0308ma\u0308a\u0308ra\u0308"
    assert map_columns(["\ufeffTEXT", "Created_At", decomposed])["text"] == 0
    for name in ("created-at", " created\u00a0 at ", "created/at", "created.at", "createdAt", "\u200bcreated at"):
        assert map_columns([name]) == {"created_at": 0}
    assert map_columns([decomposed]) == {"created_at": 0}


def test_the_higher_priority_wins_and_of_equals_the_first() -> None:
    assert map_columns(["Title", "Comment", "Text"]) == {"text": 2}
    assert map_columns(["Text", "text"]) == {"text": 0}


def test_the_users_mapping_wins() -> None:
    assert map_columns(["text", "Kundens ord"], {"text": "kundens_ord"}) == {"text": 1}
    assert map_columns(["Date", "text"], {"text": "Date"}) == {"text": 0}
    assert map_columns(["text", "TEXT"], {"text": "TEXT"}) == {"text": 1}
    assert map_columns(["text", "brand"], without=["brand"]) == {"text": 0}


def test_mistakes_in_the_mapping() -> None:
    with pytest.raises(MissingColumnsError, match=r"'Ord'.*'text', 'Datum'") as missing:
        map_columns(["text", "Datum"], {"text": "Ord"})
    assert missing.value.reason == "unknown_header"
    with pytest.raises(ConfigError, match="'txt'") as unknown:
        map_columns(["text"], {"txt": "text"})
    assert unknown.value.reason == "unknown_column"
    assert "reply_to" in unknown.value.hint


def test_the_longest_winded_unknown_column_is_suggested_as_text() -> None:
    error = no_text_column(["Datum", "Kod", "Kundens ord"], [["2024-01-01 00:00:00 and more", "a", "b b b"]])
    assert '--map text="Kundens ord"' in error.hint
    assert "'Datum', 'Kod', 'Kundens ord'" in error.message
    assert "comment" in error.message
    assert "text=COLUMN" in no_text_column(["Datum"], []).hint


def test_what_may_be_a_post_is_never_quoted() -> None:
    post = "My parcel never came and nobody answers the phone"
    error = no_text_column([post, "x"], [[post, "x"]])
    assert post not in str(error)
    assert list_names(["a"] * 50).endswith("and 10 more")


def test_a_scored_file_is_understood_by_the_names_it_had_before() -> None:
    plain = ["Kommentar", "language", "Betyg"]
    once = ["Kommentar", "input_language", "Betyg", *SCORE_COLUMNS]
    twice = ["Kommentar", "input_input_language", "Betyg", *(f"input_{name}" for name in SCORE_COLUMNS), *SCORE_COLUMNS]
    unnamed = [""] * len(SCORE_COLUMNS)
    assert names_before_scoring(plain) == plain
    assert names_before_scoring(once) == [*plain, *unnamed]
    assert names_before_scoring(twice) == [*plain, *unnamed, *unnamed]
    assert map_columns(plain) == map_columns(once) == map_columns(twice) == {"text": 0, "rating": 2, "declared_language": 1}
    assert map_columns(["Kommentar", *SCORE_COLUMNS]) == {"text": 0}, "a guess of the model is no declaration"
    assert map_columns(once, {"declared_language": "language"})["declared_language"] == 3, "the user's word"
