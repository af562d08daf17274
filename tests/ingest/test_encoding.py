"""Bytes to text."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import ConfigError, FileFormatError
from sentilens.ingest.encoding import BLOCK_BYTES, TextEncoding, detect_encoding, printable, text_blocks

NORDIC = "text;datum\nBåten är försenad – igen!;1\nÞjónustan var frábær;2\n"


def decode(data: bytes, encoding: str | None = None) -> tuple[TextEncoding, str]:
    file = io.BytesIO(data)
    found = detect_encoding(file, encoding)
    counted: list[int] = []
    text = "".join(text_blocks(file, found, counted.append))
    assert sum(counted) == len(data)
    return found, text


@pytest.mark.parametrize(
    ("codec", "name", "source"),
    [
        ("utf-8", "utf-8", "valid throughout"),
        ("utf-8-sig", "utf-8-sig", "byte order mark"),
        ("utf-16", "utf-16-le", "byte order mark"),
        ("utf-16-le", "utf-16-le", "every other byte is NUL"),
        ("utf-16-be", "utf-16-be", "every other byte is NUL"),
        ("utf-32", "utf-32-le", "byte order mark"),
        ("cp1252", "cp1252", "not UTF-8"),
    ],
)
def test_finds_the_encoding_and_drops_the_mark(codec: str, name: str, source: str) -> None:
    found, text = decode(NORDIC.encode(codec))
    assert (found.name, found.source, text) == (name, source, NORDIC)


def test_the_user_wins_over_detection() -> None:
    found, text = decode("smørbrød".encode("cp850"), "cp850")
    assert (found.source, text) == ("given", "smørbrød")
    assert decode("\ufefftext".encode(), "utf-8")[1] == "text"
    assert decode("\ufefftext".encode("utf-16-le"), "utf-16")[1] == "text"


@pytest.mark.parametrize("name", ["klingon-8", "base64", "\0"])
def test_refuses_encodings_that_are_none(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        decode(b"text", name)
    assert caught.value.reason == "unknown_encoding"


def test_bytes_that_do_not_fit_the_users_encoding_are_marked_not_guessed() -> None:
    found, text = decode(b"bl\xe5\n", "utf-8")
    assert not found.sound
    assert text == "bl\udce5\n"
    assert printable(text) == "bl\\xe5\n"


def test_a_cp1252_row_in_a_utf8_file_is_recoded_and_counted() -> None:
    rows = ["hjälp\n".encode()] * 5 + ["blå € båt\n".encode("cp1252")]
    found, text = decode(b"".join(rows))
    assert (found.name, found.recoded_lines, found.sound) == ("utf-8", 1, False)
    assert text == "hjälp\n" * 5 + "blå € båt\n"


def test_the_majority_of_lines_decides_for_cp1252_and_undefined_bytes_are_latin1() -> None:
    found, text = decode("blå\n".encode("cp1252") * 9 + "Ã¥\n".encode("cp1252") + b"\x81\x9d\n")
    assert (found.name, found.replaced_bytes) == ("cp1252", 2)
    assert text == "blå\n" * 9 + "Ã¥\n" + "\x81\x9d\n"


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"PK\x03\x04" + bytes(40), "Export"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "Export"),
        (b"%PDF-1.7\n", "Export"),
        (bytes(1000), "Export"),
        (random.Random(3).randbytes(5000), "Export"),
    ],
)
def test_refuses_binary_files_and_says_what_to_do(head: bytes, word: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        decode(head)
    assert caught.value.reason == "binary"
    assert word in caught.value.hint


def test_a_few_control_characters_do_not_make_a_binary_file() -> None:
    found, text = decode(b"text\nfine\nbad\0row\nfine\n")
    assert not found.sound
    assert text == "text\nfine\nbad\0row\nfine\n"


def test_refuses_an_empty_file() -> None:
    with pytest.raises(FileFormatError) as caught:
        decode(b"")
    assert caught.value.reason == "empty_file"


@pytest.mark.parametrize("shift", range(5))
def test_characters_on_block_borders_stay_whole(shift: int) -> None:
    text = "x" * (BLOCK_BYTES - shift) + "€\r\n" + "å" * BLOCK_BYTES
    found, decoded = decode(text.encode())
    assert (found.name, found.source) == ("utf-8", "valid throughout")
    assert decoded == text


def test_line_ends_are_never_cut_in_two() -> None:
    data = b"x" * (BLOCK_BYTES - 1) + b"\r\n" + b"y\r"
    file = io.BytesIO(data)
    blocks = list(text_blocks(file, detect_encoding(file), lambda _: None))
    assert "".join(blocks) == data.decode()
    assert not any(block.startswith("\n") for block in blocks)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    if not text.encode().startswith((b"PK\x03\x04", b"%PDF-", b"GIF8", b"PAR1")):
        assert decode(text.encode())[1] == text.removeprefix("\ufeff")
