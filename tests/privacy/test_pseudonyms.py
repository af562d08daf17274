from __future__ import annotations

import os
import pickle
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.errors import ConfigError
from sentilens.privacy.pseudonyms import KEY_FILE_VARIABLE, Pseudonymizer, key_path, load_key

KEY = bytes(range(32))


@given(st.text(max_size=30))
def test_the_same_author_has_the_same_pseudonym(author: str) -> None:
    pseudonymizer = Pseudonymizer(KEY)
    pseudonym = pseudonymizer.pseudonym(author)
    assert pseudonymizer.pseudonym(pseudonym) == pseudonym
    assert pickle.loads(pickle.dumps(pseudonymizer)).pseudonym(author) == pseudonym
    if author.strip().lstrip("@＠"):
        assert len(pseudonym) == 18
        assert pseudonymizer.pseudonym(f" @{author.strip()} ") == pseudonym


def test_case_and_at_make_no_difference_but_the_key_does() -> None:
    ours = Pseudonymizer(KEY)
    assert ours.pseudonym("@Kari_N") == ours.pseudonym("kari_n") == "a_" + ours.pseudonym("KARI_N")[2:]
    assert ours.pseudonym("kari_n") != ours.pseudonym("kari_m")
    assert ours.pseudonym("kari_n") != Pseudonymizer(KEY[::-1]).pseudonym("kari_n")


def test_brands_and_nobody_stay() -> None:
    pseudonymizer = Pseudonymizer(KEY, keep=frozenset({"nordbank"}))
    assert [pseudonymizer.pseudonym(name) for name in ("@NordBank", "", "@")] == ["@NordBank", "", "@"]


def test_the_key_is_never_shown() -> None:
    assert repr(KEY) not in repr(Pseudonymizer(KEY))
    with pytest.raises(ConfigError, match="15 bytes") as error:
        Pseudonymizer(b"only fifteen by")
    assert error.value.reason == "bad_key"
    assert "fifteen" not in str(error.value)


def test_a_key_is_made_once_and_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "author.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert [entry.name for entry in path.parent.iterdir()] == ["author.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_key(tmp_path / "other.key") != key


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    key = load_key(tmp_path / "author.key")
    assert load_key(tmp_path / "author.key") == key
    assert [entry.name for entry in tmp_path.iterdir()] == ["author.key"]


def test_a_quicker_process_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, link = tmp_path / "author.key", os.link
    theirs = KEY.hex()

    def slow(source: str, target: Path) -> None:
        path.write_text(theirs, encoding="ascii")
        link(source, target)

    monkeypatch.setattr(os, "link", slow)
    assert load_key(path) == KEY


@pytest.mark.parametrize(
    "content", [b"", b"abcd", b"\xff\xfe\x00", b"zz" * 32, KEY[:15].hex().encode(), KEY.hex().encode()[:-1]]
)
def test_a_damaged_key_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "author.key"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load_key(path)
    assert error.value.reason == "bad_key_file"
    assert path.read_bytes() == content
    assert content.decode("latin-1") not in str(error.value) or not content


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "author.key", tmp_path):
        with pytest.raises(ConfigError) as error:
            load_key(path)
        assert error.value.reason == "no_key_file"


def test_where_the_key_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "mine.key"))
    assert key_path() == tmp_path / "mine.key"
    monkeypatch.delenv(KEY_FILE_VARIABLE)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert key_path() == tmp_path / "sentilens" / "author.key"
