from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.privacy import mask_text, may_hold_personal_data

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "masking.json").read_text(encoding="utf-8"))
WORDS = (
    "@ ＠ kari a.b .se . www. https:// x.no 0701740605 22 33 44 55 +46 - (at) [at] <URL> <USER> / å a\u030a _ : ring nr ordre "
)
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\n"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    assert mask_text(case["input"]) == case["expected"]


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join)))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join)))
def test_nothing_is_masked_where_nothing_may_be(text: str) -> None:
    assert may_hold_personal_data(text) or mask_text(text) == text


@pytest.mark.parametrize("region", ["SE", "NO", "DK", "FI", "IS", "FO", "DE"])
@pytest.mark.parametrize("form", [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164])
@pytest.mark.parametrize("kind", [phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
def test_numbers_of_each_country_are_masked(region: str, form: int, kind: int) -> None:
    number = phonenumbers.format_number(phonenumbers.example_number_for_type(region, kind), form)
    assert mask_text(f"Ring {number}, tack.") == "Ring <PHONE>, tack."


@given(st.integers(0, 99_999_999))
def test_a_number_of_eight_digits_alone_is_no_phone_number(number: int) -> None:
    text = f"Ärende {number:08d} är kvar"
    assert mask_text(text) == text


@given(st.integers(1, 9_999_999), st.sampled_from([" ", ".", "\u00a0"]))
def test_a_price_is_no_phone_number(price: int, mark: str) -> None:
    text = "kostet " + f"{price:,}".replace(",", mark) + " kr"
    assert mask_text(text) == text


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_a_date_is_no_phone_number(date: datetime.date) -> None:
    text = f"{date:%d.%m.%Y} {date:%Y-%m-%d} {date:%d/%m/%Y}"
    assert mask_text(text) == text


@pytest.mark.parametrize("kept", ["nordbank", "@nordbank", "NordBank"])
def test_own_handles_stay_in_any_spelling(kept: str) -> None:
    assert mask_text("@Nordbank @nordbanken", keep_handles={kept}) == "@Nordbank <USER>"


def test_several_things_in_one_text() -> None:
    text = "@kari: ring 22 33 44 55, skriv til kari@example.no, se www.example.no"
    assert mask_text(text) == "<USER>: ring <PHONE>, skriv til <EMAIL>, se <URL>"
