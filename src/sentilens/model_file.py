"""Read and write model files: a zip of one manifest and a few plain arrays, safe by construction.

A model file (``.sentilens``) holds ``manifest.json`` and members ``arrays/<name>.npy``. Nothing in it is executed and nothing
is unpickled. A reader looks before it builds: the member list, the sizes, the checksums, and each array's type and shape are
held against the manifest, and the manifest against this module, before a single number is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .errors import ModelFormatError, ModelIntegrityError, ModelVersionError

#: Version of the layout described above; readers know all versions up to theirs.
FORMAT_VERSION: Final = 1
FORMAT_NAME: Final = "sentilens-model"

_MANIFEST: Final = "manifest.json"
_MEMBER: Final = re.compile(r"arrays/([a-z][a-z0-9_.]{0,63})\.npy")
_DTYPES: Final = frozenset({"int8", "uint8", "int16", "int32", "int64", "float16", "float32", "float64"})
#: Limits far above any real model and far below what could hurt.
_MAX_MEMBERS: Final = 64
_MAX_MANIFEST_BYTES: Final = 4 << 20
_MAX_ARRAY_BYTES: Final = 256 << 20
_MAX_TOTAL_BYTES: Final = 512 << 20
_MAX_NPY_HEADER: Final = 1024
#: Zip has no earlier date; a fixed one makes the same model the same bytes.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

Arrays = dict[str, npt.NDArray[Any]]
ModelSource = str | os.PathLike[str] | bytes


def write_model_bytes(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Put a manifest and arrays into the bytes of a model file.

    Parameters
    ----------
    manifest : mapping
        JSON-able facts. ``format``, ``format_version``, ``members`` and ``model_id`` are set here.
    arrays : mapping of str to ndarray
        Finite arrays of plain number types; names in lower case with digits, ``_`` and ``.``.

    Returns
    -------
    bytes
        The same input gives the same bytes.

    Raises
    ------
    ModelFormatError
        If an array has a type or a name that a reader would refuse, or holds NaN or infinity.
    """
    members: dict[str, dict[str, Any]] = {}
    contents: dict[str, bytes] = {}
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        member = f"arrays/{name}.npy"
        if not _MEMBER.fullmatch(member):
            raise ModelFormatError(f"The array name {name!r} cannot be stored.", reason="array_name")
        _check_array(member, array)
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
        contents[member] = buffer.getvalue()
        members[member] = {
            "sha256": hashlib.sha256(contents[member]).hexdigest(),
            "dtype": array.dtype.name,
            "shape": list(array.shape),
        }
    full: dict[str, Any] = {**manifest, "format": FORMAT_NAME, "format_version": FORMAT_VERSION, "members": members}
    full["model_id"] = _model_id({key: value for key, value in full.items() if key != "model_id"})
    text = json.dumps(full, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, content in [(_MANIFEST, text.encode("utf-8")), *contents.items()]:
            info = zipfile.ZipInfo(member, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _model_id(manifest: Mapping[str, Any]) -> str:
    """Name a model after what it is: its own name and a digest of everything in it."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return f"{manifest.get('name', 'model')}-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:12]}"


def write_model(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write the bytes of a model file; an interrupted write leaves no half file behind."""
    target = Path(path)
    part = target.with_name(target.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def read_model(source: ModelSource) -> tuple[dict[str, Any], Arrays]:
    """Read and check a model file.

    Parameters
    ----------
    source : path or bytes
        The file, or its content.

    Returns
    -------
    manifest : dict
    arrays : dict of str to ndarray
        Read-only arrays by name.

    Raises
    ------
    ModelFormatError
        If the file is not a model file, or a part is missing, too large, of a wrong type or shape, or not finite.
    ModelIntegrityError
        If a part does not match its checksum.
    ModelVersionError
        If a newer release wrote the file.
    """
    with _open(source) as archive:
        manifest = _read_manifest(archive)
        arrays = {}
        for member, promise in manifest["members"].items():
            match = _MEMBER.fullmatch(member)
            assert match is not None, "the manifest check admits no other name"
            arrays[match[1]] = _read_array(archive, member, promise)
    return manifest, arrays


def inspect_model(source: ModelSource) -> dict[str, Any]:
    """Tell what a model file is, after checking all of it, without building a model.

    Parameters
    ----------
    source : path or bytes
        The file, or its content.

    Returns
    -------
    dict
        The manifest: ``model_id``, ``name``, ``languages``, ``heads``, ``metrics``, ``sources`` and so on.

    Raises
    ------
    ModelError
        As `read_model`.
    """
    return read_model(source)[0]


def _open(source: ModelSource) -> zipfile.ZipFile:
    if isinstance(source, bytes):
        handle: Any = io.BytesIO(source)
        name = "the given bytes"
    else:
        handle = Path(source)
        name = f"'{handle}'"
        if not handle.is_file():
            raise ModelFormatError(
                f"There is no model file {name}.", reason="missing_file", hint="Give the path of a .sentilens file."
            )
    try:
        return zipfile.ZipFile(handle)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        hint = "Model files of sentilens are made by `sentilens train` and end in .sentilens; pickled models are refused."
        raise ModelFormatError(f"{name} is not a model file of sentilens.", reason="not_a_zip", hint=hint) from error


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(infos) > _MAX_MEMBERS or len(set(names)) != len(names):
        raise ModelFormatError("The model file has too many parts, or two of one name.", reason="members")
    if _MANIFEST not in names:
        raise ModelFormatError("The model file has no manifest.json.", reason="no_manifest")
    for info in infos:
        if info.filename != _MANIFEST and not _MEMBER.fullmatch(info.filename):
            raise ModelFormatError("The model file holds a part that no model has.", reason="unknown_member")
        limit = _MAX_MANIFEST_BYTES if info.filename == _MANIFEST else _MAX_ARRAY_BYTES
        if info.file_size > limit or info.flag_bits & 0x1:
            raise ModelFormatError(f"The part {info.filename} is encrypted or too large.", reason="member_size")
    if sum(info.file_size for info in infos) > _MAX_TOTAL_BYTES:
        raise ModelFormatError("The model file is too large when unpacked.", reason="total_size")

    try:
        manifest = json.loads(_read_member(archive, _MANIFEST).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelFormatError("The manifest is not valid JSON.", reason="manifest_json") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT_NAME:
        raise ModelFormatError("The manifest is not that of a sentilens model.", reason="manifest_format")
    version = manifest.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ModelFormatError("The manifest names no format version.", reason="manifest_version")
    if version > FORMAT_VERSION:
        raise ModelVersionError(
            f"The model has format version {version}; this release of sentilens reads up to {FORMAT_VERSION}.",
            reason="newer_version",
            hint="Upgrade sentilens: pip install --upgrade sentilens",
        )
    members = manifest.get("members")
    if not isinstance(members, dict) or {_MANIFEST, *members} != set(names):
        raise ModelFormatError("The parts of the file are not those that its manifest lists.", reason="member_list")
    claimed = manifest.get("model_id")
    if claimed != _model_id({key: value for key, value in manifest.items() if key != "model_id"}):
        raise ModelIntegrityError("The manifest was changed after the model was written.", reason="manifest_hash")
    return manifest


def _read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """Read one part, never more than its directory entry promised (a bomb lies there)."""
    size = archive.getinfo(member).file_size
    try:
        with archive.open(member) as handle:
            content = handle.read(size + 1)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ModelIntegrityError(f"The part {member} is damaged.", reason="damaged_member") from error
    except Exception as error:  # zlib.error and lzma.LZMAError have no common base
        raise ModelIntegrityError(f"The part {member} is damaged.", reason="damaged_member") from error
    if len(content) != size:
        raise ModelIntegrityError(f"The part {member} is not as long as the file says.", reason="member_length")
    return content


def _read_array(archive: zipfile.ZipFile, member: str, promise: Any) -> npt.NDArray[Any]:
    if not isinstance(promise, dict) or not {"sha256", "dtype", "shape"} <= set(promise):
        raise ModelFormatError(f"The manifest says too little of {member}.", reason="member_promise")
    dtype, shape = promise["dtype"], promise["shape"]
    if dtype not in _DTYPES or not isinstance(shape, list) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ModelFormatError(f"{member} has a type or shape that no model has.", reason="array_type")
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > _MAX_ARRAY_BYTES or not 0 <= archive.getinfo(member).file_size - size <= _MAX_NPY_HEADER:
        raise ModelFormatError(f"{member} does not have the size of its shape.", reason="array_size")
    content = _read_member(archive, member)
    if hashlib.sha256(content).hexdigest() != promise["sha256"]:
        raise ModelIntegrityError(f"{member} does not match its checksum.", reason="member_hash")
    buffer = io.BytesIO(content)
    try:
        if np.lib.format.read_magic(buffer) != (1, 0):
            raise ValueError("unknown npy version")
        found_shape, fortran, found_dtype = np.lib.format.read_array_header_1_0(buffer, max_header_size=_MAX_NPY_HEADER)
    except (ValueError, SyntaxError, TypeError) as error:
        raise ModelFormatError(f"{member} is not a plain array.", reason="npy_header") from error
    if fortran or found_dtype.hasobject or found_dtype != np.dtype(dtype) or list(found_shape) != shape:
        raise ModelFormatError(f"{member} is not the array that the manifest promises.", reason="array_mismatch")
    array = np.frombuffer(content, dtype=found_dtype, offset=buffer.tell()).reshape(found_shape)
    _check_array(member, array)
    return array


def _check_array(member: str, array: npt.NDArray[Any]) -> None:
    if array.dtype.name not in _DTYPES:
        raise ModelFormatError(f"{member} has the type {array.dtype}, which no model holds.", reason="array_type")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelFormatError(f"{member} holds NaN or infinity.", reason="not_finite")
