from __future__ import annotations

from pathlib import Path

import pytest

import sentilens as sl
from sentilens.errors import MissingDependencyError, ModelFormatError
from sentilens.semantic import encoder_file
from sentilens.semantic.encoder_file import find_encoder, read_encoder


def test_without_the_package_the_error_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_file, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "sentilens\[semantic\]"') as caught:
        sl.load_model("semantic")
    assert caught.value.reason == "missing_package"


def test_a_package_without_the_file_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hollow").mkdir()
    (tmp_path / "hollow/__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(encoder_file, "_PACKAGE", "hollow")
    with pytest.raises(MissingDependencyError):
        find_encoder()
    (tmp_path / "hollow/e5-small-q4.bin").touch()
    assert find_encoder() == tmp_path / "hollow/e5-small-q4.bin"


def test_the_manifest_can_be_read_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_file, "find_spec", lambda name: None)
    manifest = sl.inspect_model("semantic")
    assert manifest["encoder"] == encoder_file.ENCODER
    assert {head["name"] for head in manifest["heads"]} >= {"sentiment", "complaint"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "unreadable_encoder"),
        (b"", "unreadable_encoder"),
        (b"GGUF" + bytes(100), "encoder_magic"),
        (b"E5S1" + bytes(100), "encoder_digest"),
        (b"E5S1" + bytes(60), "encoder_digest"),
    ],
)
def test_other_files_are_refused(content: bytes | None, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(encoder_file, "_SIZE", 104)  # so that one of them fails for its digest alone
    path = tmp_path / "weights.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFormatError) as caught:
        read_encoder(path)
    assert caught.value.reason == reason
