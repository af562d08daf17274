from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.privacy import mask_text


@pytest.mark.parametrize(
    "text",
    [
        "Fel igen. Mvh ⟦Anna Svensson⟧",
        "Feil igjen.\nMed vennlig hilsen\n⟦Kari⟧",
        "Fejl igen. Kærlig hilsen, ⟦Bo⟧",
        "Vika taas. Terveisin ⟦Pekka Virtanen⟧",
        "Ei toimi. T: ⟦Maija⟧",
        "Virkar ekki. Bestu kveðjur, ⟦Þóra⟧",
        "Riggar ikki. Við heilsan ⟦Óli⟧",
        "Geht nicht. Mit freundlichen Grüßen\n\n⟦Jonas von der Weber⟧",
        "Broken. Kind regards, ⟦J. Smith⟧",
        "Trasig /⟦Åsa⟧",
        "MVH ⟦ANNA SVENSSON⟧",
        "Mvh - ⟦Anna⟧ ❤️",
        "Mvh ⟦Anna⟧, Göteborg",
        "Hilsen ⟦Kari⟧ fra Bergen",
        "Hälsningar från ⟦Anna⟧",
        "Mvh ⟦Anna-Lisa O’Brien⟧ <3",
        "Jag heter ⟦Tova⟧ och väntar",
        "Mein Name ist ⟦Lena Weber⟧.",
        "Mvh ⟦Anna⟧\nSkickat från min telefon",
    ],
)
def test_names_next_to_a_formula(text: str) -> None:
    before, rest = text.split("⟦")
    assert mask_text(text.replace("⟦", "").replace("⟧", "")) == before + "<NAME>" + rest.split("⟧")[1]


@pytest.mark.parametrize(
    "text",
    [
        "Mvh en besviken kund",
        "MVH EN KUND",
        "Mvh Kundtjänst",
        "Grüße Ihr Team",
        "Vänta 24 t. Ingenting",
        "Hälsa Anna att jag är nöjd",
        "Han heter Kim",
        "Jag heter inte så",
        "och/Eller",
        "Vi har varit i Oslo",
        "Hilsen",
        "Das Produkt heißt Morgentau",
    ],
)
def test_no_names(text: str) -> None:
    assert mask_text(text) == text


def test_a_number_after_the_name_changes_nothing() -> None:
    assert mask_text("Mvh Anna Svensson 070-174 06 05") == "Mvh <NAME> <PHONE>"


@given(
    st.lists(
        st.sampled_from(["Mvh", "Anna", "anna", "Svensson", "\n", ",", ".", "jag heter", "t.", "/", "von", "A.", "<NAME>"]),
        max_size=12,
    )
)
def test_twice_is_once(words: list[str]) -> None:
    once = mask_text(" ".join(words))
    assert mask_text(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Danke. LG Marta", "Danke. LG <NAME>"),
        ("Mein Fernseher ist ein LG OLED", "Mein Fernseher ist ein LG OLED"),
        ("Terveisin, Kaisa ja Matti", "Terveisin, <NAME>"),
        ("Hilsen Kari og Ola Nordmann", "Hilsen <NAME>"),
        ("Mvh Fam. Svensson", "Mvh <NAME>"),
        ("My name is Joan and I am waiting", "My name is <NAME> and I am waiting"),
        ("Mvh, Lisa Ek (kund sedan 2009)", "Mvh, <NAME> (kund sedan 2009)"),
        ("Ich heiße Sie willkommen", "Ich heiße Sie willkommen"),
    ],
)
def test_what_else_the_words_may_be(text: str, expected: str) -> None:
    assert mask_text(text) == expected
