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
import stat
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .errors import ModelFormatError, ModelIntegrityError, ModelVersionError
from .output import whole_file

#: Version of the layout described above; readers know all versions up to theirs.
FORMAT_VERSION: Final = 1
FORMAT_NAME: Final = "sentilens-model"

#: Names of the models inside the package; they can stand wherever a model file can.
DEFAULT_MODEL: Final = "default"
SEMANTIC_MODEL: Final = "semantic"

_MANIFEST: Final = "manifest.json"
_MEMBER: Final = re.compile(r"arrays/([a-z][a-z0-9_.]{0,63})\.npy")
_DTYPES: Final = frozenset({"int8", "uint8", "int16", "int32", "int64", "float16", "float32", "float64"})
#: Limits far above any real model and far below what could hurt.
_MAX_MEMBERS: Final = 64
_MAX_MANIFEST_BYTES: Final = 4 << 20
_MAX_ARRAY_BYTES: Final = 256 << 20
_MAX_TOTAL_BYTES: Final = 512 << 20
_MAX_NPY_HEADER: Final = 1024
_MAX_DIMENSIONS: Final = 4
#: Zip has no earlier date; a fixed one makes the same model the same bytes.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

Arrays = dict[str, npt.NDArray[Any]]
ModelSource = str | os.PathLike[str] | bytes | bytearray


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
        If an array has a type, size or name that a reader would refuse, or anything is NaN or infinite.
    """
    members: dict[str, dict[str, Any]] = {}
    contents: dict[str, bytes] = {}
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
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
    try:
        full["model_id"] = _model_id(full)
    except ValueError as error:
        raise ModelFormatError("The manifest holds NaN or infinity, or text that is none.", reason="manifest_json") from error
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
    """Name a model after what it is: its own name and a digest of everything in it but this."""
    named = {key: value for key, value in manifest.items() if key != "model_id"}
    text = json.dumps(named, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return f"{manifest.get('name', 'model')}-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:12]}"


def write_model(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write the bytes of a model file; an interrupted write leaves no half file behind."""
    with whole_file(path) as part:
        part.write_bytes(content)
    return Path(path)


def read_model(source: ModelSource) -> tuple[dict[str, Any], Arrays]:
    """Read and check a model file.

    Parameters
    ----------
    source : path or bytes
        The file, its content, or the name of a model inside the package.

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
        The file, its content, or the name of a model inside the package.

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
    name: str = "This"
    handle: Any = source
    if isinstance(source, bytes | bytearray):
        handle = io.BytesIO(source)
    elif os.fspath(source) in (DEFAULT_MODEL, SEMANTIC_MODEL):
        handle = io.BytesIO((files("sentilens") / "resources" / f"{os.fspath(source)}.sentilens").read_bytes())
    else:
        name = f"'{os.fspath(source)}'"
    try:
        return zipfile.ZipFile(handle)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise ModelFormatError(
            f"There is no model file {name}." if missing else f"The model file {name} cannot be opened.",
            reason="missing_file" if missing else "unreadable_file",
            hint="Give the path of a .sentilens file.",
        ) from error
    except Exception as error:  # what no zip is ends in BadZipFile, hostile directories in OverflowError and others
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
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise ModelFormatError(f"The part {info.filename} is a link, or no file.", reason="unknown_member")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The others inflate without a bound before the first byte is handed out.
            raise ModelFormatError(f"The part {info.filename} is packed in an unknown way.", reason="compression")
        limit = _MAX_MANIFEST_BYTES if info.filename == _MANIFEST else _MAX_ARRAY_BYTES
        if info.file_size > limit or info.flag_bits & 0x1:
            raise ModelFormatError(f"The part {info.filename} is encrypted or too large.", reason="member_size")
    if sum(info.file_size for info in infos) > _MAX_TOTAL_BYTES:
        raise ModelFormatError("The model file is too large when unpacked.", reason="total_size")

    try:
        manifest = json.loads(_read_member(archive, _MANIFEST).decode("utf-8"))
        # Fails for what JSON cannot hold, too: NaN, lone surrogates.
        found_id = _model_id(manifest) if isinstance(manifest, dict) else None
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
    if not isinstance(members, dict) or set(members) != set(names) - {_MANIFEST}:
        raise ModelFormatError("The parts of the file are not those that its manifest lists.", reason="member_list")
    if manifest.get("model_id") != found_id:
        raise ModelIntegrityError("The manifest was changed after the model was written.", reason="manifest_hash")
    return manifest


def _read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """Read one part, never more than its directory entry promised (a bomb lies there)."""
    size = archive.getinfo(member).file_size
    try:
        with archive.open(member) as handle:
            content = handle.read(size + 1)
    except Exception as error:  # zlib.error, BadZipFile, EOFError … have no common base
        raise ModelIntegrityError(f"The part {member} is damaged.", reason="damaged_member") from error
    if len(content) != size:
        raise ModelIntegrityError(f"The part {member} is not as long as the file says.", reason="member_length")
    return content


def _read_array(archive: zipfile.ZipFile, member: str, promise: Any) -> npt.NDArray[Any]:
    if not isinstance(promise, dict) or not {"sha256", "dtype", "shape"} <= set(promise):
        raise ModelFormatError(f"The manifest says too little of {member}.", reason="member_promise")
    dtype, shape = promise["dtype"], promise["shape"]
    if not isinstance(dtype, str) or dtype not in _DTYPES or not _is_shape(shape):
        raise ModelFormatError(f"{member} has a type or shape that no model has.", reason="array_type")
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > _MAX_ARRAY_BYTES or not 0 <= archive.getinfo(member).file_size - size <= _MAX_NPY_HEADER:
        raise ModelFormatError(f"{member} does not have the size of its shape.", reason="array_size")
    content = _read_member(archive, member)
    if hashlib.sha256(content).hexdigest() != promise["sha256"]:
        raise ModelIntegrityError(f"{member} does not match its checksum.", reason="member_hash")
    buffer = io.BytesIO(content)
    plain = np.dtype(dtype).newbyteorder("<")
    try:
        if np.lib.format.read_magic(buffer) != (1, 0):
            raise ValueError("unknown npy version")
        found_shape, fortran, found_dtype = np.lib.format.read_array_header_1_0(buffer, max_header_size=_MAX_NPY_HEADER)
    except Exception as error:  # the header is parsed as Python, which fails in many ways
        raise ModelFormatError(f"{member} is not a plain array.", reason="npy_header") from error
    left = len(content) - buffer.tell()
    if fortran or found_dtype != plain or list(found_shape) != shape or left != size:
        raise ModelFormatError(f"{member} is not the array that the manifest promises.", reason="array_mismatch")
    array = np.frombuffer(content, dtype=plain, offset=buffer.tell()).reshape(shape)
    _check_array(member, array)
    return array


def _is_shape(shape: Any) -> bool:
    """Tell whether a shape is a short list of lengths; longer ones cost time to multiply."""
    if not isinstance(shape, list) or len(shape) > _MAX_DIMENSIONS:
        return False
    return all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= _MAX_ARRAY_BYTES for n in shape)


def _check_array(member: str, array: npt.NDArray[Any]) -> None:
    if array.dtype.name not in _DTYPES:
        raise ModelFormatError(f"{member} has the type {array.dtype}, which no model holds.", reason="array_type")
    if array.ndim > _MAX_DIMENSIONS or array.nbytes > _MAX_ARRAY_BYTES:
        raise ModelFormatError(f"{member} is too large.", reason="array_size")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelFormatError(f"{member} holds NaN or infinity.", reason="not_finite")
