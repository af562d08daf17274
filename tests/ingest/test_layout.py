"""Delimiter and header."""

from __future__ import annotations

import pytest

from sentilens.errors import FileFormatError
from sentilens.ingest.layout import Layout, find_layout
from sentilens.ingest.records import NO_DELIMITER, line_batches


def layout(text: str, delimiter: str | None = None, mapping: dict[str, str] | None = None) -> Layout:
    batches = line_batches([text], max_line_chars=40_000)
    return find_layout(batches, delimiter=delimiter, wanted=list((mapping or {}).values()), max_cell_chars=10_000)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_each_delimiter(delimiter: str) -> None:
    found = layout(f"id{delimiter}text\n1{delimiter}hello\n2{delimiter}bye\n")
    assert (found.delimiter, found.header, found.header_line, found.preamble) == (delimiter, ("id", "text"), 1, 0)
    assert found.sample == [["1", "hello"], ["2", "bye"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("text;rating\nno, no, no, and no;4,0\nwell, yes;3,5\n", ";"),
        ('"text, all of it";"rating"\n"a, b";"1"\n"c\n;,;";"2"\n', ";"),
        ("text,date\n" + '"a; b; c | d",2024-01-01\n' * 3, ","),
        ("comment, and more;date\nhello;2024\nbye;2025\n", ";"),
        ("text\tprice, kr\na, b\t3,0\nc\t4,5\n", "\t"),
    ],
)
def test_counts_outside_quotes_over_several_rows(text: str, delimiter: str) -> None:
    assert layout(text).delimiter == delimiter


@pytest.mark.parametrize(
    "text", ["text\nhello, you\nand, well, you\n", "What do you think, really?\nWell\nNot much; sorry\n", "text"]
)
def test_a_single_column(text: str) -> None:
    found = layout(text)
    assert found.delimiter == NO_DELIMITER
    assert len(found.header) == 1


def test_the_users_delimiter_wins_over_the_sep_line_and_that_over_counting() -> None:
    assert layout("sep=|\na,text|b\n").header == ("a,text", "b")
    assert layout('"sep=;"\r\nid;text\r\n').header_line == 2
    assert layout("sep=|\na,text|b\n", ",").header == ("a", "text|b")
    assert layout("a^text\n", "^").header == ("a", "text")


def test_blank_rows_before_the_header_are_skipped() -> None:
    found = layout("\n  \n;;\n;;\nid;text;\n1;hello;\n")
    assert (found.header_line, found.header) == (5, ("id", "text", ""))


PREAMBLES = {
    "metadata": ('"Report:","Mentions"\n"Brand:","Telmira, Voltvik"\n\n', 2),
    "a title": ("Aggregated data for the posts of your page between two days, of which there were many;;;\n\n", 1),
    "a label alone": ("All mentions\n", 1),
    "nothing": ("", 0),
}


@pytest.mark.parametrize("preamble", PREAMBLES)
def test_rows_above_the_header_are_skipped(preamble: str) -> None:
    above, count = PREAMBLES[preamble]
    delimiter = ";" if ";" in above else ","
    rows = ["Id,Datum,Kommentar,Betyg", *["1,2026-02-06,Hej,5"] * 3]
    text = above + "\n".join(rows).replace(",", delimiter) + "\n"
    found = layout(text)
    assert found.header == ("Id", "Datum", "Kommentar", "Betyg")
    assert (found.delimiter, found.header_line, found.preamble) == (delimiter, above.count("\n") + 1, count)
    assert len(found.sample) == 3


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\ntext,date,rating\n",  # as full as what would be the header
        "x,y\n\ntext,2\n1,2\n",  # a single known name
        "text,date\nsource,text,brand,channel\n",  # the first row has known names, and no fewer than it should
        "Ord,Datum,Namn\n" + "1,2,3\n" * 25 + "id,text,date,brand,channel,url,author\n",  # too far down
    ],
)
def test_posts_do_not_become_the_header(text: str) -> None:
    found = layout(text, ",")
    assert (found.header_line, found.preamble) == (1, 0)


def test_a_header_over_two_lines() -> None:
    found = layout('id,"text\n(of the post)"\n1,hello\n')
    assert found.header == ("id", "text\n(of the post)")
    assert found.sample == [["1", "hello"]]


def test_a_mapping_counts_as_known_names() -> None:
    text = "a|b,Ord\n1|2,x\n3|4,y\n"
    assert layout(text, mapping={"text": "Ord"}).delimiter == ","
    assert layout(text, mapping={"text": "b,Ord"}).delimiter == "|"


@pytest.mark.parametrize("text", ["", "\n\n \n"])
def test_only_blank_lines(text: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        layout(text)
    assert caught.value.reason == "empty_file"


def test_a_broken_header() -> None:
    with pytest.raises(FileFormatError) as caught:
        layout('\n"id,text\n1,hello\n')
    assert (caught.value.reason, caught.value.line) == ("bad_header", 2)
