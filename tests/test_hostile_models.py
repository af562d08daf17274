"""Model files that lie: each is refused with a reason before anything is built, and costs no memory.

`tests/test_model_file.py` holds the container to its form; here the container is in order, every checksum right, and what it
says of the model is not.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentilens.errors import ModelError, ModelFormatError
from sentilens.model_file import _model_id, read_model, write_model_bytes
from sentilens.scorer import PostScorer, load_model

Change = Callable[[dict[str, Any], dict[str, Any]], None]


def rewritten(content: bytes, *, change: Change) -> bytes:
    """Write a model anew after a change of manifest and arrays, by the package's own writer."""
    manifest, arrays = read_model(content)
    manifest, arrays = json.loads(json.dumps(manifest)), dict(arrays)
    change(manifest, arrays)
    return write_model_bytes(manifest, arrays)


def heads(change: Callable[[list[dict[str, Any]]], Any]) -> Change:
    return lambda manifest, arrays: change(manifest["heads"])


def facts(**values: Any) -> Change:
    return lambda manifest, arrays: manifest.update(values)


def arrays_of(**values: Any) -> Change:
    return lambda manifest, arrays: arrays.update({name.replace("__", "."): value for name, value in values.items()})


LIES: dict[str, Change] = {
    "no heads": facts(heads=[]),
    "heads are a number": facts(heads=7),
    "heads are a text": facts(heads="sentiment"),
    "a head without a name": heads(lambda them: them[0].pop("name")),
    "a head without classes": heads(lambda them: them[0].update(classes=[])),
    "a head with one class": heads(lambda them: them[0].update(classes=["negative"])),
    "a head with a class too many": heads(lambda them: them[0]["classes"].append("angry")),
    "two classes for three columns": heads(lambda them: them[0].update(classes=["0", "1"])),
    "very many classes": heads(lambda them: them[0].update(classes=["x"] * 200_000)),
    "classes are a number": heads(lambda them: them[0].update(classes=3)),
    "a head that is missing": heads(lambda them: them.pop()),
    "a head whose arrays are missing": heads(lambda them: them.append({"name": "severity", "classes": ["0", "1"]})),
    "a head named like a path": heads(lambda them: them[0].update(name="../sentiment")),
    "no threshold": facts(thresholds={}),
    "threshold 0": facts(thresholds={"complaint": 0.0}),
    "threshold 1": facts(thresholds={"complaint": 1.0}),
    "threshold below 0": facts(thresholds={"complaint": -3}),
    "threshold is a text": facts(thresholds={"complaint": "half"}),
    "threshold is a list": facts(thresholds={"complaint": [0.5]}),
    "threshold without end": facts(thresholds={"complaint": 10**400}),
    "thresholds are a list": facts(thresholds=[0.5]),
    "no featurizer": facts(featurizer={}),
    "featurizer of zero buckets": facts(featurizer={"n_buckets": 0, "ngram_min": 2, "ngram_max": 5}),
    "featurizer of odd buckets": facts(featurizer={"n_buckets": 1000, "ngram_min": 2, "ngram_max": 5}),
    "featurizer of negative buckets": facts(featurizer={"n_buckets": -4096, "ngram_min": 2, "ngram_max": 5}),
    "featurizer of other buckets": facts(featurizer={"n_buckets": 1 << 60, "ngram_min": 2, "ngram_max": 5}),
    "featurizer of endless n-grams": facts(featurizer={"n_buckets": 4096, "ngram_min": 2, "ngram_max": 10**9}),
    "n-grams the wrong way round": facts(featurizer={"n_buckets": 4096, "ngram_min": 5, "ngram_max": 2}),
    "identifier of other buckets": facts(identifier={"n_buckets": 8192, "ngram_max": 4}),
    "identifier of endless n-grams": facts(identifier={"n_buckets": 4096, "ngram_max": 10**9}),
    "no language classes": facts(language_classes=[]),
    "a language too many": lambda manifest, arrays: manifest["language_classes"].append("xx"),
    "an unknown encoder": facts(encoder="https://example.org/encoder.bin"),
    "weights of one dimension": arrays_of(complaint__weights=np.zeros(4096, dtype=np.int16)),
    "weights of three dimensions": arrays_of(complaint__weights=np.zeros((4096, 1, 1), dtype=np.int16)),
    "weights without rows": arrays_of(complaint__weights=np.zeros((0, 1), dtype=np.int16)),
    "weights that broadcast": arrays_of(complaint__scale=np.ones((4096, 1), dtype=np.float32)),
    "weights of fewer buckets": arrays_of(complaint__weights=np.zeros((64, 1), dtype=np.int16)),
    "intercepts too many": arrays_of(complaint__intercept=np.zeros(500_000)),
    "no weights": lambda manifest, arrays: arrays.pop("complaint.weights"),
}


@pytest.fixture(scope="module")
def good(model: PostScorer) -> bytes:
    return model.to_bytes()


@pytest.mark.parametrize("change", LIES.values(), ids=LIES)
def test_a_manifest_that_lies_is_refused(good: bytes, change: Change) -> None:
    content = rewritten(good, change=change)
    with pytest.raises(ModelError) as caught:
        load_model(content)
    assert caught.value.reason


def test_the_honest_file_is_not(good: bytes) -> None:
    assert load_model(rewritten(good, change=lambda manifest, arrays: None)).to_bytes() == good


def _member(name: str, content: bytes = b"", *, mode: int = 0o100644, size: int | None = None) -> bytes:
    """Make a file of one member more, whose mode or declared size the zip format does not hold us to."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = {"format": "sentilens-model", "format_version": 1, "members": {name: {}}}
        archive.writestr("manifest.json", json.dumps(manifest))
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, content)
    raw = bytearray(out.getvalue())
    if size is not None:
        entry = raw.rindex(b"PK\x01\x02")
        raw[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    return bytes(raw)


def _zip64(size: int) -> bytes:
    """Claim an unpacked size beyond 4 GB in the extra field of the directory."""
    name = b"arrays/x.npy"
    raw = bytearray(_member(name.decode(), b"\x00" * 64, size=0xFFFFFFFF))
    entry = raw.rindex(b"PK\x01\x02")
    extra = (1).to_bytes(2, "little") + (8).to_bytes(2, "little") + size.to_bytes(8, "little")
    raw[entry + 30 : entry + 32] = len(extra).to_bytes(2, "little")
    raw[entry + 46 + len(name) : entry + 46 + len(name)] = extra
    end = raw.rindex(b"PK\x05\x06")
    directory = int.from_bytes(raw[end + 12 : end + 16], "little") + len(extra)
    raw[end + 12 : end + 16] = directory.to_bytes(4, "little")
    return bytes(raw)


def _array_claiming(shape: str) -> bytes:
    header = f"{{'descr': '<i2', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def _claims(good: bytes, shape: str, promised: list[int]) -> bytes:
    """Put an array in whose own header claims more than there is."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    name = "arrays/complaint.weights.npy"
    parts[name] = _array_claiming(shape) + b"\x00" * (2 * int(np.prod(promised)))
    manifest["members"][name] = {"dtype": "int16", "shape": promised, "sha256": hashlib.sha256(parts[name]).hexdigest()}
    manifest["model_id"] = _model_id(manifest)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for member, content in parts.items():
            archive.writestr(member, content)
    return out.getvalue()


FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a symbolic link": (lambda good: _member("arrays/link.npy", b"/etc/passwd", mode=0o120777), "unknown_member"),
    "a folder": (lambda good: _member("arrays/x.npy", mode=0o040755), "unknown_member"),
    "a device": (lambda good: _member("arrays/x.npy", mode=0o020644), "unknown_member"),
    "a symbolic link of another name": (lambda good: _member("weights", b"/etc/passwd", mode=0o120777), "unknown_member"),
    "a backslash": (lambda good: _member("arrays\\..\\x.npy"), "unknown_member"),
    "a drive": (lambda good: _member("C:/x.npy"), "unknown_member"),
    "a model in a model": (lambda good: _member("arrays/model.sentilens", good), "unknown_member"),
    "a pickle beside the arrays": (lambda good: _member("model.pkl", b"cos\nsystem\n(S'true'\ntR."), "unknown_member"),
    "4 GB": (lambda good: _member("arrays/x.npy", b"\x00" * 64, size=0xFFFFFFFE), "member_size"),
    "10 GB": (lambda good: _zip64(10 << 30), "member_size"),
    "an exabyte": (lambda good: _zip64(1 << 60), "member_size"),
    "an array of 10 GB in its own header": (lambda good: _claims(good, "(5368709120,)", [4096, 1]), "array_mismatch"),
    "an array of negative length": (lambda good: _claims(good, "(-4096, -1)", [4096, 1]), "array_mismatch"),
    "a bomb of zeros": (lambda good: _member("arrays/x.npy", bytes(64 << 20)), "manifest_hash"),
    "a bomb for a manifest": (lambda good: _bomb_manifest(), "member_size"),
    "two zips in a row": (lambda good: good + _member("evil", b"x"), "unknown_member"),
}


def _bomb_manifest() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (64 << 20))
    return out.getvalue()


@pytest.mark.parametrize(("make", "reason"), FILES.values(), ids=FILES)
def test_a_hostile_file_is_refused_and_costs_no_memory(good: bytes, make: Callable[[bytes], bytes], reason: str) -> None:
    content = make(good)
    gc.collect()
    tracemalloc.start()
    try:
        with pytest.raises(ModelError) as caught:
            load_model(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.reason == reason
    assert peak < 16 << 20


_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_ENTRIES = ("heads", "thresholds", "featurizer", "identifier", "language_classes", "languages", "name", "profile", "encoder")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entry=st.sampled_from(_ENTRIES), value=_JSON)
def test_any_manifest_gives_a_model_or_a_model_error(good: bytes, entry: str, value: Any) -> None:
    try:
        content = rewritten(good, change=facts(**{entry: value}))
    except ModelFormatError:
        return  # text that is none: the writer refuses what a reader would
    try:
        loaded = load_model(content)
    except ModelError:
        return
    assert loaded.score(["paketet kom aldrig fram"])["complaint_probability"].between(0, 1).all()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_changed_anywhere_are_found_or_harmless(good: bytes, data: st.DataObject) -> None:
    content = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        kind, at = data.draw(st.sampled_from(["set", "cut", "repeat"])), data.draw(st.integers(0, len(content) - 1))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + data.draw(st.integers(1, 2_000))]
        else:
            content[at:at] = content[at : at + data.draw(st.integers(1, 200))]
        if not content:
            break
    try:
        loaded = load_model(bytes(content))
    except ModelError:
        return
    assert loaded.to_bytes() == good
