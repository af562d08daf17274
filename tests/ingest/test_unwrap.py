"""Texts taken out of what platforms wrap them in."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.ingest.platforms.unwrap import first_word, original_text, real_link, repair_mojibake, strip_html


@pytest.mark.parametrize(
    ("wrapped", "text"),
    [
        ("<p>Hej</p><p>du</p>", "Hej\n\ndu"),
        ("a<BR>b<br />c", "a\nb\nc"),
        ('<a href="https://x.example/?a=1&amp;b=2" rel=nofollow>här</a>, <img src=x>', "här,"),
        ("<script>if (a<b) alert('<p>')</script>Hej<style>p {}</STYLE> du", "Hej du"),
        ("<script>Hej", "Hej"),
        ("</script>Hej", "Hej"),
        ("<ScRiPt>a</sCrIpT>b<script>c", "bc"),
        ("<!-- inget -->Hej<!DOCTYPE html>", "Hej"),
        ("5 < 6 och 7 > 3, <3 och a<b>c</b>", "5 < 6 och 7 > 3, <3 och ac"),
        ("stod <levererat> på sidan", "stod <levererat> på sidan"),
        ("&lt;b&gt; &amp;amp; &nbsp; &#128079;", "<b> &amp; \U0001f44f"),
        ("  orört  ", "  orört  "),
        ("AT&T", "AT&T"),
        ("<", "<"),
        ("<b", "<b"),
        ("<p>", ""),
    ],
)
def test_html_goes_and_text_stays(wrapped: str, text: str) -> None:
    assert strip_html(wrapped) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), min_size=1))
def test_escaped_text_comes_back(words: list[str]) -> None:
    text = " ".join(words)
    assert strip_html(f"<p>{html.escape(text)}</p>") == text


@given(st.text(alphabet="<>/!- ;abpscript\n", max_size=200))
def test_nothing_is_made_up(text: str) -> None:
    left = iter(text)
    assert all(character in left for character in strip_html(text) if not character.isspace())


@given(st.text())
def test_mojibake_comes_back_and_text_is_left_alone(text: str) -> None:
    assert repair_mojibake(text.encode().decode("latin-1")) == text
    if any(ord(character) > 255 for character in text):
        assert repair_mojibake(text) == text


@pytest.mark.parametrize("text", ["Så dåligt", "þetta er gott", "für alle", "smørbrød é", "日本", ""])
def test_sound_text_is_no_mojibake(text: str) -> None:
    assert repair_mojibake(text) == text
    assert repair_mojibake(text.encode().decode("latin-1")) == text


@pytest.mark.parametrize(
    ("text", "original"),
    [
        ("(Translated by Google) Good!\n\n(Original)\nBra!", "Bra!"),
        ("Bra!\n\n(Translated by Google)\nGood!", "Bra!"),
        ("(Translated by Google) Good!", "Good!"),
        ("(Übersetzt von Google) Gut!\n\n(Original)\nBra!", "Bra!"),
        ("(Googlen kääntämä) Good!\n\n(Alkuperäinen)\nHyvä!", "Hyvä!"),
        ("Det är (Original) fel", "Det är (Original) fel"),
    ],
)
def test_the_original_of_a_translation(text: str, original: str) -> None:
    assert original_text(text) == original


@pytest.mark.parametrize(
    ("url", "real"),
    [
        ("https://www.google.com/url?rct=j&sa=t&url=https://a.example/b%3Fc%3Dd&ct=ga&usg=x", "https://a.example/b?c=d"),
        ("https://www.google.se/url?q=http%3A%2F%2Fa.example%2F&sa=D", "http://a.example/"),
        ("https://google.co.uk/url?url=javascript:alert(1)", "https://google.co.uk/url?url=javascript:alert(1)"),
        ("https://a.example/?url=https://b.example", "https://a.example/?url=https://b.example"),
        ("", ""),
    ],
)
def test_links_by_way_of_google(url: str, real: str) -> None:
    assert real_link(url) == real


def test_the_first_of_several() -> None:
    assert [first_word(text) for text in ("1 2", "1", "", " ")] == ["1", "1", "", " "]
