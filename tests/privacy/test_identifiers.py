"""National identity numbers, made up by their rules."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fi import hetu
from stdnum.is_ import kennitala
from stdnum.no import fodselsnummer

from sentilens.privacy import mask_text

DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2024, 12, 31))


@st.composite
def swedish(draw: st.DrawFn) -> str:
    date, day_added = draw(DATES), draw(st.sampled_from([0, 60]))
    digits = f"{date:%y%m}{date.day + day_added:02d}{draw(st.integers(0, 999)):03d}"
    digits += luhn.calc_check_digit(digits)
    century = draw(st.sampled_from(["", f"{date.year // 100}"]))
    return f"{century}{digits[:6]}{draw(st.sampled_from('-+–'))}{digits[6:]}"


@st.composite
def norwegian(draw: st.DrawFn) -> str:
    date = draw(DATES)
    day, month = date.day + draw(st.sampled_from([0, 40])), date.month + draw(st.sampled_from([0, 40, 80]))
    digits = f"{day:02d}{month:02d}{date:%y}{draw(st.integers(0, 999)):03d}"
    for check in (fodselsnummer.calc_check_digit1, fodselsnummer.calc_check_digit2):
        digits += check(digits)
    assume(len(digits) == 11)  # where a check digit would be 10, the number is not given out
    return digits[:6] + draw(st.sampled_from(["", " "])) + digits[6:]


@st.composite
def danish(draw: st.DrawFn) -> str:
    date = draw(DATES)
    return f"{date:%d%m%y}-{draw(st.integers(0, 9999)):04d}"


@st.composite
def finnish(draw: st.DrawFn) -> str:
    date, sign = draw(DATES), draw(st.sampled_from("-YXWVUABCDEF+"))
    digits = f"{date:%d%m%y}{draw(st.integers(2, 999)):03d}"
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]
    number = f"{digits[:6]}{sign}{digits[6:]}{check}"
    assume(hetu.is_valid(number, allow_temporary=True))  # 29 February is none in all centuries
    return number


@st.composite
def icelandic(draw: st.DrawFn) -> str:
    date = draw(DATES)
    return f"{date:%d%m%y}-{draw(st.integers(0, 999)):03d}{'0' if date.year >= 2000 else '9'}"


@pytest.mark.parametrize("numbers", [swedish, norwegian, danish, finnish, icelandic], ids=lambda numbers: str(numbers.__name__))
def test_no_digit_of_a_number_is_left(numbers: object) -> None:
    @settings(max_examples=150)
    @given(numbers(), st.sampled_from(["Det gäller %s, tack", "%s", "(%s)", "sjá %s.\nKveðja", "mail: %s!"]))  # type: ignore[operator]
    def check(number: str, text: str) -> None:
        assert not any(map(str.isdigit, mask_text(text % number)))

    check()


@settings(max_examples=150)
@given(DATES, st.integers(0, 9999))
def test_bare_digits_count_where_they_are_announced(date: datetime.date, serial: int) -> None:
    number = f"{date:%d%m%y}{serial:04d}"
    assert mask_text(f"cpr-nr. {number}") == "cpr-nr. <DK_CPR>"
    assert mask_text(f"Ordrenummer {number}") == f"Ordrenummer {number}"


@given(st.integers(10**9, 10**10 - 1))
def test_bare_digits_after_an_order_are_its_number(number: int) -> None:
    for words in ("ordernr", "Bestellnummer:", "Tilausnumero", "Pöntunarnúmer", "Sagsnr.", "kolli-id"):
        assert mask_text(f"{words} {number}") == f"{words} {number}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("samordningsnummer 701063-2391", "samordningsnummer <SE_PNR>"),
        ("personnummer 701063-2392, fel siffra", "personnummer <SE_PNR>, fel siffra"),
        ("fødselsnummer 01010112345", "fødselsnummer <NO_FNR>"),
        ("fnr: 010101 12345", "fnr: <NO_FNR>"),
        ("hetu 010190-999X", "hetu <FI_HETU>"),
        ("kt. 010126-2000", "kt. <IS_KT>"),
        ("kt. 8123456789", "kt. <IS_KT>"),
        ("kennitala 450101-2340", "kennitala <IS_KT>"),
        ("Steuer-ID 12 345 678 903", "Steuer-ID <DE_TAX>"),
        ("12 345 678 903 Euro", "12 345 678 903 Euro"),
        ("order-id nr 12345678903", "order-id nr 12345678903"),
        ("202403151230 stod bussen still", "202403151230 stod bussen still"),
        ("556677-1234 är ett bolag", "556677-1234 är ett bolag"),
        ("KD-900118-9811-X", "KD-900118-9811-X"),
    ],
)
def test_words_and_shapes(text: str, expected: str) -> None:
    assert mask_text(text) == expected


def test_gaps_of_the_library_are_filled() -> None:
    """What `stdnum` refuses, so that it cannot be asked alone; when it learns better, ours can go."""
    from stdnum.se import personnummer

    assert not personnummer.is_valid("701063-2391")
    assert not kennitala.is_valid("010126-2000")
    assert not fodselsnummer.is_valid("01915000084")
    masked = mask_text("701063-2391 01915000084 kt. 010126-2000")
    assert masked == "<SE_PNR> <NO_FNR> kt. <IS_KT>"
