from __future__ import annotations

import hashlib
import io
import json
import pickle
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens import model_file
from sentilens.errors import EngineError, ModelError, ModelFormatError, ModelIntegrityError, ModelVersionError
from sentilens.model_file import inspect_model, read_model, write_model, write_model_bytes

MANIFEST = {"name": "tiny", "languages": ["sv", "fi"], "thresholds": {"complaint": 0.4}, "note": "å ß 😡"}
ARRAYS = {
    "complaint.weights": np.arange(-6, 6, dtype=np.int16).reshape(6, 2),
    "complaint.scale": np.array([0.5, 0.25], dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float64),
}
GOOD = write_model_bytes(MANIFEST, ARRAYS)
WEIGHTS = "arrays/complaint.weights.npy"
SCALE = "arrays/complaint.scale.npy"


def unpack(content: bytes = GOOD) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(parts.pop("manifest.json")), parts


def pack(manifest: Any, parts: dict[str, bytes], *, sign: bool = True, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a model file as an attacker would, who computes every checksum right."""
    if sign and isinstance(manifest, dict):
        for name, part in parts.items():
            if isinstance(manifest.get("members"), dict) and isinstance(manifest["members"].get(name), dict):
                manifest["members"][name]["sha256"] = hashlib.sha256(part).hexdigest()
        manifest["model_id"] = model_file._model_id(manifest)
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that it is given twice
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("manifest.json", text)
            for name, part in parts.items():
                archive.writestr(name, part)
    return out.getvalue()


def npy(array: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def with_weights(part: bytes, **promise: Any) -> bytes:
    """Put another part in the place of the weights, with a promise to match."""
    manifest, parts = unpack()
    manifest["members"][WEIGHTS] |= promise
    return pack(manifest, {**parts, WEIGHTS: part})


def with_manifest(change: Callable[[dict[str, Any]], Any], *, sign: bool = True) -> bytes:
    manifest, parts = unpack()
    changed = change(manifest)
    return pack(manifest if changed is None else changed, parts, sign=sign)


def with_part(name: str, part: bytes = b"", *, promised: bool = True) -> bytes:
    manifest, parts = unpack()
    if promised:
        manifest["members"][name] = {"sha256": "", "dtype": "int8", "shape": [0]}
    return pack(manifest, {**parts, name: part})


def raw_npy(header: bytes, body: bytes = b"\x00" * 24) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


def duplicated() -> bytes:
    manifest, parts = unpack()
    out = io.BytesIO(pack(manifest, parts))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr(WEIGHTS, parts[WEIGHTS])
    return out.getvalue()


def declared(name: str, *, size: int) -> bytes:
    """Change the unpacked size that the central directory declares for a member."""
    content = bytearray(GOOD)
    entry = content.index(b"PK\x01\x02")
    while content[entry + 46 : entry + 46 + len(name)] != name.encode():
        entry = content.index(b"PK\x01\x02", entry + 4)
    content[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    return bytes(content)


def flagged(offset: int, value: int) -> bytes:
    content = bytearray(GOOD)
    content[content.index(b"PK\x01\x02") + offset] |= value
    return bytes(content)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was executed",))


HOSTILE: list[tuple[str, Callable[[], bytes], type[ModelError], str]] = [
    ("nothing", lambda: b"", ModelFormatError, "not_a_zip"),
    ("text", lambda: b"complaint,text\n", ModelFormatError, "not_a_zip"),
    ("pickle", lambda: pickle.dumps(Bomb()), ModelFormatError, "not_a_zip"),
    ("plain zip", lambda: _plain_zip(), ModelFormatError, "no_manifest"),
    (
        "pickle inside",
        lambda: with_weights(npy(np.array([Bomb()], dtype=object)), shape=[1]),
        ModelFormatError,
        "array_mismatch",
    ),
    ("object array", lambda: with_weights(_object_npy()), ModelFormatError, "array_mismatch"),
    ("object array, promised", lambda: with_weights(_object_npy(), dtype="object"), ModelFormatError, "array_type"),
    ("path upwards", lambda: with_part("../evil.npy"), ModelFormatError, "unknown_member"),
    ("path upwards inside", lambda: with_part("arrays/../../evil.npy"), ModelFormatError, "unknown_member"),
    ("absolute path", lambda: with_part("/etc/evil.npy"), ModelFormatError, "unknown_member"),
    ("folder", lambda: with_part("arrays/"), ModelFormatError, "unknown_member"),
    ("newline in a name", lambda: with_part("arrays/a.npy\n"), ModelFormatError, "unknown_member"),
    ("member twice", duplicated, ModelFormatError, "members"),
    ("too many members", lambda: pack(*_crowd()), ModelFormatError, "members"),
    ("member not listed", lambda: with_part("arrays/extra.npy", promised=False), ModelFormatError, "member_list"),
    (
        "member missing",
        lambda: with_manifest(lambda m: m["members"].update({"arrays/x.npy": {}})),
        ModelFormatError,
        "member_list",
    ),
    (
        "manifest among the members",
        lambda: with_manifest(lambda m: m["members"].update({"manifest.json": {}})),
        ModelFormatError,
        "member_list",
    ),
    ("members is a list", lambda: with_manifest(lambda m: m.update(members=[])), ModelFormatError, "member_list"),
    ("no members", lambda: with_manifest(lambda m: m.pop("members") and None), ModelFormatError, "member_list"),
    (
        "promise is no object",
        lambda: with_manifest(lambda m: m["members"].update({WEIGHTS: 7})),
        ModelFormatError,
        "member_promise",
    ),
    (
        "promise without a shape",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].pop("shape") and None),
        ModelFormatError,
        "member_promise",
    ),
    ("type is a list", lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(dtype=[])), ModelFormatError, "array_type"),
    (
        "complex type",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(dtype="complex128")),
        ModelFormatError,
        "array_type",
    ),
    (
        "wrong type",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(dtype="float16")),
        ModelFormatError,
        "array_mismatch",
    ),
    (
        "wrong shape",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[2, 6])),
        ModelFormatError,
        "array_mismatch",
    ),
    (
        "shape is a string",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape="12")),
        ModelFormatError,
        "array_type",
    ),
    (
        "negative shape",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[-6, -2])),
        ModelFormatError,
        "array_type",
    ),
    (
        "fractional shape",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[6.0, 2])),
        ModelFormatError,
        "array_type",
    ),
    (
        "terabytes",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[1 << 20, 1 << 20])),
        ModelFormatError,
        "array_size",
    ),
    (
        "terabytes of nothing",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[0, 1 << 60])),
        ModelFormatError,
        "array_type",
    ),
    (
        "endless product",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(shape=[10**4000] * 900)),
        ModelFormatError,
        "array_type",
    ),
    ("not a number", lambda: _with_scale([np.nan, 1.0]), ModelFormatError, "not_finite"),
    ("infinity", lambda: _with_scale([1.0, -np.inf]), ModelFormatError, "not_finite"),
    (
        "Fortran order",
        lambda: with_weights(npy(np.asfortranarray(ARRAYS["complaint.weights"]))),
        ModelFormatError,
        "array_mismatch",
    ),
    ("big-endian", lambda: with_weights(npy(ARRAYS["complaint.weights"].astype(">i2"))), ModelFormatError, "array_mismatch"),
    ("no npy", lambda: with_weights(b"\x00" * 100), ModelFormatError, "npy_header"),
    ("newer npy", lambda: with_weights(npy(ARRAYS["complaint.weights"], version=(2, 0))), ModelFormatError, "npy_header"),
    (
        "header that claims to be huge",
        lambda: with_weights(b"\x93NUMPY\x01\x00\xff\xff" + b" " * 200),
        ModelFormatError,
        "npy_header",
    ),
    ("header of nested brackets", lambda: with_weights(raw_npy(b"(" * 900)), ModelFormatError, "npy_header"),
    ("header with an open string", lambda: with_weights(raw_npy(b"{'descr': '''" + b" " * 50)), ModelFormatError, "npy_header"),
    ("header with NUL", lambda: with_weights(raw_npy(b"\x00" * 60)), ModelFormatError, "npy_header"),
    (
        "header with a call",
        lambda: with_weights(raw_npy(b"__import__('os').getcwd()".ljust(60))),
        ModelFormatError,
        "npy_header",
    ),
    (
        "header of Python 2",
        lambda: with_weights(raw_npy(b"{'descr': '<i2', 'fortran_order': False, 'shape': (6L, 2L), }\n")),
        ModelFormatError,
        "npy_header",
    ),
    ("bytes left over", lambda: with_weights(npy(ARRAYS["complaint.weights"]) + b"\x00"), ModelFormatError, "array_mismatch"),
    ("bytes missing", lambda: with_weights(npy(ARRAYS["complaint.weights"])[:-2]), ModelFormatError, "array_mismatch"),
    (
        "wrong hash",
        lambda: with_manifest(lambda m: m["members"][WEIGHTS].update(sha256="0" * 64), sign=False),
        ModelIntegrityError,
        "manifest_hash",
    ),
    ("wrong hash, signed", lambda: _badly_hashed(), ModelIntegrityError, "member_hash"),
    (
        "threshold changed",
        lambda: with_manifest(lambda m: m["thresholds"].update(complaint=0.9), sign=False),
        ModelIntegrityError,
        "manifest_hash",
    ),
    ("no id", lambda: with_manifest(lambda m: m.pop("model_id") and None, sign=False), ModelIntegrityError, "manifest_hash"),
    ("newer version", lambda: with_manifest(lambda m: m.update(format_version=99)), ModelVersionError, "newer_version"),
    ("version 0", lambda: with_manifest(lambda m: m.update(format_version=0)), ModelFormatError, "manifest_version"),
    ("version true", lambda: with_manifest(lambda m: m.update(format_version=True)), ModelFormatError, "manifest_version"),
    ("other format", lambda: with_manifest(lambda m: m.update(format="skops")), ModelFormatError, "manifest_format"),
    ("manifest is a list", lambda: with_manifest(lambda m: [m]), ModelFormatError, "manifest_format"),
    ("manifest is no JSON", lambda: with_manifest(lambda m: b"{"), ModelFormatError, "manifest_json"),
    ("manifest is no UTF-8", lambda: with_manifest(lambda m: b"\xff\xfe{}"), ModelFormatError, "manifest_json"),
    (
        "manifest with NaN",
        lambda: with_manifest(lambda m: b'{"format": "sentilens-model", "x": NaN}'),
        ModelFormatError,
        "manifest_json",
    ),
    (
        "manifest with 1e999",
        lambda: with_manifest(lambda m: b'{"format": "sentilens-model", "x": 1e999}'),
        ModelFormatError,
        "manifest_json",
    ),
    (
        "manifest with half a character",
        lambda: with_manifest(lambda m: b'{"format": "sentilens-model", "x": "\\ud800"}'),
        ModelFormatError,
        "manifest_json",
    ),
    (
        "manifest with an endless number",
        lambda: with_manifest(lambda m: b'{"x": ' + b"9" * 100_000 + b"}"),
        ModelFormatError,
        "manifest_json",
    ),
    ("manifest nested deep", lambda: with_manifest(lambda m: b"[" * 1_000_000), ModelFormatError, "manifest_json"),
    (
        "manifest nested nearly too deep",
        lambda: with_manifest(lambda m: b'{"x":' + b"[" * 900 + b"]" * 900 + b"}"),
        ModelFormatError,
        "manifest_",
    ),
    ("manifest too large", lambda: with_manifest(lambda m: b" " * (5 << 20)), ModelFormatError, "member_size"),
    ("declares less than it holds", lambda: declared(WEIGHTS, size=100), ModelIntegrityError, ""),
    ("declares more than it holds", lambda: declared(WEIGHTS, size=500), ModelIntegrityError, ""),
    ("declares far more than it may", lambda: declared(WEIGHTS, size=1 << 30), ModelFormatError, "member_size"),
    ("manifest declares less", lambda: declared("manifest.json", size=10), ModelError, ""),
    ("encrypted", lambda: flagged(8, 1), ModelFormatError, "member_size"),
    ("packed with bzip2", lambda: pack(*unpack(), method=zipfile.ZIP_BZIP2), ModelFormatError, "compression"),
    ("packed with lzma", lambda: pack(*unpack(), method=zipfile.ZIP_LZMA), ModelFormatError, "compression"),
]


def _plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return out.getvalue()


def _object_npy() -> bytes:
    return raw_npy(b"{'descr': '|O', 'fortran_order': False, 'shape': (6, 2), }\n")


def _with_scale(values: list[float]) -> bytes:
    manifest, parts = unpack()
    return pack(manifest, {**parts, SCALE: npy(np.array(values, dtype=np.float32))})


def _badly_hashed() -> bytes:
    manifest, parts = unpack()
    manifest["members"][WEIGHTS]["sha256"] = "0" * 64
    manifest["model_id"] = model_file._model_id(manifest)
    return pack(manifest, parts, sign=False)


def _crowd() -> tuple[dict[str, Any], dict[str, bytes]]:
    manifest, parts = unpack()
    return manifest, parts | {f"arrays/a{i}.npy": b"" for i in range(100)}


@pytest.mark.parametrize(("make", "kind", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_file_is_refused(make: Callable[[], bytes], kind: type[ModelError], reason: str) -> None:
    content = make()
    start = time.process_time()
    with pytest.raises(kind) as caught:
        read_model(content)
    assert caught.value.reason.startswith(reason)
    assert caught.value.reason
    assert time.process_time() - start < 2.0


def test_round_trip() -> None:
    manifest, arrays = read_model(GOOD)
    assert {key: manifest[key] for key in MANIFEST} == MANIFEST
    assert manifest["format_version"] == model_file.FORMAT_VERSION
    assert manifest["model_id"].startswith("tiny-")
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)
        assert arrays[name].shape == array.shape
        with pytest.raises(ValueError, match="read-only"):
            arrays[name][...] = 0


def test_same_content_gives_the_same_bytes() -> None:
    shuffled = dict(reversed(MANIFEST.items()))
    arrays = {name: np.asfortranarray(array) for name, array in reversed(ARRAYS.items())}
    assert write_model_bytes(shuffled, arrays) == GOOD
    assert write_model_bytes(*read_model(GOOD)) == GOOD
    swapped = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()}
    assert write_model_bytes(MANIFEST, swapped) == GOOD


def test_the_id_tells_models_apart() -> None:
    other = {**ARRAYS, "complaint.scale": np.array([0.5, 0.26], dtype=np.float32)}
    ids = [inspect_model(content)["model_id"] for content in (GOOD, write_model_bytes(MANIFEST, other))]
    assert ids[0] != ids[1]


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(max_size=5), st.one_of(st.none(), st.booleans(), st.integers(), st.text(alphabet=st.characters(codec="utf-8")))
    ),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5),
)
def test_any_manifest_and_numbers_come_back(facts: dict[str, Any], numbers: list[float]) -> None:
    facts = {key: value for key, value in facts.items() if key.isascii()}
    manifest, arrays = read_model(write_model_bytes(facts, {"x": np.array(numbers)}))
    ours = {"format", "format_version", "members", "model_id"}
    assert {key: value for key, value in manifest.items() if key not in ours} == {
        k: v for k, v in facts.items() if k not in ours
    }
    assert arrays["x"].tolist() == numbers


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 7)), min_size=1, max_size=4))
def test_flipped_bits_are_found_or_harmless(flips: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for position, bit in flips:
        content[position] ^= 1 << bit
    try:
        manifest, arrays = read_model(bytes(content))
    except ModelError:
        return
    good_manifest, good_arrays = read_model(GOOD)
    assert manifest == good_manifest
    assert all(np.array_equal(arrays[name], good_arrays[name]) for name in good_arrays)


def test_every_byte_can_be_broken_without_another_error() -> None:
    refused = 0
    for position in range(len(GOOD)):
        content = bytearray(GOOD)
        content[position] ^= 0xFF
        try:
            assert read_model(bytes(content))[0] == read_model(GOOD)[0]
        except ModelError:
            refused += 1
    assert refused > len(GOOD) * 0.8


def test_truncated_anywhere_is_refused() -> None:
    for stop in range(0, len(GOOD), 7):
        with pytest.raises(ModelError):
            read_model(GOOD[:stop])


@settings(max_examples=200)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", GOOD[:200]]), st.sampled_from([b"", GOOD[-22:], GOOD[-300:]])
)
def test_any_bytes_raise_nothing_but_model_errors(middle: bytes, head: bytes, tail: bytes) -> None:
    with pytest.raises(ModelError):
        read_model(head + middle + tail)


def test_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_weights(b"\x00" * (64 << 20))
    assert len(bomb) < 100_000
    start = time.process_time()
    with pytest.raises(ModelFormatError) as caught:
        read_model(bomb)
    assert caught.value.reason == "array_size"
    monkeypatch.setattr(model_file, "_MAX_TOTAL_BYTES", 1 << 20)
    with pytest.raises(ModelFormatError) as caught:
        read_model(bomb)
    assert caught.value.reason == "total_size"
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"x": np.array(["a"], dtype=object)}, "array_type"),
        ({"x": np.array([1j])}, "array_type"),
        ({"x": np.array([np.nan])}, "not_finite"),
        ({"../x": np.zeros(1)}, "array_name"),
        ({"X": np.zeros(1)}, "array_name"),
        ({"x": np.zeros((1, 1, 1, 1, 1))}, "array_size"),
    ],
)
def test_a_writer_refuses_what_a_reader_would(arrays: dict[str, np.ndarray], reason: str) -> None:
    with pytest.raises(ModelFormatError) as caught:
        write_model_bytes({}, arrays)
    assert caught.value.reason == reason


def test_a_writer_refuses_facts_that_are_no_json() -> None:
    with pytest.raises(ModelFormatError) as caught:
        write_model_bytes({"metrics": {"auc": float("nan")}}, {})
    assert caught.value.reason == "manifest_json"


def test_files(tmp_path: Path) -> None:
    path = write_model(tmp_path / "ours.sentilens", GOOD)
    assert [file.name for file in tmp_path.iterdir()] == ["ours.sentilens"]
    for source in (path, str(path), GOOD, bytearray(GOOD)):
        assert inspect_model(source) == read_model(GOOD)[0]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_model(tmp_path / "ours.sentilens", GOOD)

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as handle:
            handle.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(EngineError) as caught:
        write_model(path, b"new")
    assert caught.value.reason == "disk_full"
    assert path.read_bytes() == GOOD
    assert [file.name for file in tmp_path.iterdir()] == ["ours.sentilens"]


def test_paths_that_lead_to_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFormatError, match=r"missing\.sentilens") as caught:
        read_model(tmp_path / "missing.sentilens")
    assert caught.value.reason == "missing_file"
    assert caught.value.hint
    for path in (tmp_path, tmp_path / ("x" * 5_000), str(tmp_path / "a\0b")):
        with pytest.raises(ModelFormatError):
            read_model(path)
