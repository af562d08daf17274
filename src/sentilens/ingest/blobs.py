"""Where bytes come from: files, gzip files, members of zip archives; what is not safe to unpack is refused.

Nothing is ever unpacked to disk. Sizes are checked against the directory of an archive before anything is read, and
Python's `zipfile` reads no more of a member than its directory declares.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

from ..errors import FileFormatError

ZIP_MAGIC: Final = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC: Final = b"PK\x05\x06"
_GZIP_MAGIC: Final = b"\x1f\x8b"
#: The most that containers may hold that cannot be read piece by piece (JSON documents, workbooks inside archives).
MAX_WHOLE_BYTES: Final = 256 << 20
#: The most that one member, or a gzip file, may unpack to, and all members of an archive together.
MAX_MEMBER_BYTES: Final = 4 << 30
MAX_ARCHIVE_BYTES: Final = 64 << 30
MAX_MEMBERS: Final = 100_000
#: Members of this size and more that shrink this much are no export: text shrinks to a tenth, seldom to a fiftieth.
_MAX_RATIO: Final = 200
_BLOCK_BYTES: Final = 1 << 20
_RATIO_FROM_BYTES: Final = 16 << 20
_UNSAFE_NAME: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")
_SYSTEM_NAME: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*(?:/|$)|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass(frozen=True)
class Blob:
    """A file on disk, to be opened as often as it takes.

    Attributes
    ----------
    path : Path
        The file, or the archive that it is in.
    name : str
        What to call it, without the folder.
    size : int
        Bytes to read from it.
    """

    path: Path
    name: str
    size: int
    _stamp: tuple[int, int] = field(default=(0, 0), repr=False)

    def open(self) -> BinaryIO:
        """Open it for reading from its start; seekable."""
        return self._opened()

    def open_random(self) -> BinaryIO:
        """Open it for reading here and there."""
        return self._opened()

    def _opened(self) -> BinaryIO:
        self.check_unchanged()
        return self.path.open("rb")

    def check_unchanged(self) -> None:
        """Raise `FileFormatError` (reason ``changed_file``) if somebody has written to the file since it was first seen."""
        if _stamp(self.path.stat()) != self._stamp:
            raise FileFormatError(
                "The file changed while it was read.",
                reason="changed_file",
                path=self.path,
                hint="Wait until it is complete and try again.",
            )


@dataclass(frozen=True)
class GzipBlob(Blob):
    """A file packed with gzip."""

    def open(self) -> BinaryIO:
        self.check_unchanged()
        return cast(BinaryIO, _Limited(gzip.GzipFile(self.path, mode="rb")))

    def open_random(self) -> BinaryIO:
        with self.open() as file:
            return io.BytesIO(read_whole(file, self.name))


class Archive:
    """A zip archive. To read its directory takes time, so that it can be kept open while one member after the other is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: zipfile.ZipFile | None = None

    @contextmanager
    def held(self) -> Iterator[zipfile.ZipFile]:
        """Keep it open."""
        with zipfile.ZipFile(self.path) as self._held:
            try:
                yield self._held
            finally:
                self._held = None

    def open(self, member: zipfile.ZipInfo) -> BinaryIO:
        """Open a member."""
        if self._held is not None:
            return cast(BinaryIO, self._held.open(member))
        # The archive's file stays open as long as the member does, and is closed with it.
        with zipfile.ZipFile(self.path) as opened:
            return cast(BinaryIO, opened.open(member))


@dataclass(frozen=True)
class MemberBlob(Blob):
    """A member of a zip archive."""

    archive: Archive = field(default_factory=lambda: Archive(Path()), repr=False)
    member: zipfile.ZipInfo = field(default_factory=zipfile.ZipInfo)

    def open(self) -> BinaryIO:
        self.check_unchanged()
        with zip_errors():
            try:
                return self.archive.open(self.member)
            except RuntimeError as error:  # a password is needed
                raise locked() from error

    def open_random(self) -> BinaryIO:
        if self.size > MAX_WHOLE_BYTES:
            raise too_large(self.name)
        with self.open() as file:
            return io.BytesIO(read_whole(file, self.name))


class _Limited(io.BufferedReader):
    """A stream that ends with an error where it grows beyond what any export holds."""

    def __init__(self, raw: gzip.GzipFile) -> None:
        super().__init__(cast(io.RawIOBase, raw))

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > MAX_MEMBER_BYTES:
            raise FileFormatError(
                "What is packed in this file is larger than any export.", reason="bomb", hint="Unpack it by hand."
            )
        return super().read(MAX_MEMBER_BYTES if size is None or size < 0 else size)


def read_whole(file: BinaryIO, name: str) -> bytes:
    """All bytes of a file that must be held in memory.

    Raises
    ------
    FileFormatError
        They are too many (reason ``too_large``).
    """
    # Block by block, for Python sets aside as much memory as it is asked to read.
    buffer = io.BytesIO()
    while data := file.read(_BLOCK_BYTES):
        if buffer.tell() + len(data) > MAX_WHOLE_BYTES:
            raise too_large(name)
        buffer.write(data)
    return buffer.getvalue()


def too_large(name: str) -> FileFormatError:
    """The error for what must be held in memory as a whole, and cannot."""
    return FileFormatError(
        f"{name} is larger than {MAX_WHOLE_BYTES >> 20} MB, the most that can be read of this kind of file at once.",
        reason="too_large",
        hint="Export a shorter period, or as CSV or JSON lines, which are read piece by piece.",
    )


def locked() -> FileFormatError:
    """The error for what cannot be opened without a password, or is packed in a way that Python does not know."""
    return FileFormatError(
        "The file is protected by a password, or packed in a way that is not known.",
        reason="locked",
        hint="Save it without a password, or unpack it, and read that.",
    )


def file_blob(path: Path) -> Blob:
    """The blob of a file, by its content.

    Raises
    ------
    FileFormatError
        It is a folder, a pipe or a device (reason ``no_file``).
    """
    if not path.is_file() and path.exists():
        raise FileFormatError(
            "This is no file but a folder, a pipe or a device.", reason="no_file", hint="Write the data into a file first."
        )
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        head = file.read(4)
    kind = GzipBlob if head.startswith(_GZIP_MAGIC) else Blob
    return kind(path, path.name, status.st_size, _stamp(status))


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def files_in(folder: Path) -> Iterator[Path]:
    """All files in a folder and the folders below, in the order of their names.

    Links to folders are not followed, for they lead anywhere, and folders that may not be read cannot be; their own names are
    among those of the files, so that they are told.
    """
    refused: list[str] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: refused.append(error.filename)):
        folders.sort()
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in sorted([*names, *links]))
    yield from map(Path, refused)


def is_system_file(name: str) -> bool:
    """Whether an operating system left a file behind: ``.DS_Store``, ``__MACOSX/`` and the like."""
    return _SYSTEM_NAME.search(name) is not None


def is_archive(blob: Blob) -> bool:
    """Whether a file is a zip archive of other files, and no workbook."""
    if type(blob) is not Blob:
        return False
    with blob.open() as file:
        head = file.read(4)
    return head == _EMPTY_ZIP_MAGIC or (head == ZIP_MAGIC and not is_workbook(blob))


def is_workbook(blob: Blob) -> bool:
    """Whether a zip archive is an Excel workbook."""
    with zip_errors(), blob.open_random() as file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def archive_members(blob: Blob) -> Iterator[MemberBlob]:
    """The files in a zip archive, in its order; it stays open until the last one has been given.

    Raises
    ------
    FileFormatError
        The archive is broken (reason ``broken_archive``), holds names that lead out of it (``unsafe_archive``), or unpacks to
        more than any export (``bomb``).
    """
    blob.check_unchanged()
    archive = Archive(blob.path)
    with zip_errors(), archive.held() as opened:
        members = [member for member in opened.infolist() if not member.is_dir()]
        check_members(members)
        for member in members:
            yield MemberBlob(blob.path, member.filename, member.file_size, blob._stamp, archive, member)


def check_members(members: Sequence[zipfile.ZipInfo], *, max_total: int = MAX_ARCHIVE_BYTES) -> None:
    """Refuse an archive by its directory, before anything in it is read."""
    if any(_UNSAFE_NAME.search(member.filename) for member in members):
        raise FileFormatError(
            "A name in this archive leads out of it, as no honest program would write it.",
            reason="unsafe_archive",
            hint="Ask for the export again from where it came.",
        )
    swollen = any(
        member.file_size > MAX_MEMBER_BYTES
        or (member.file_size >= _RATIO_FROM_BYTES and member.file_size > _MAX_RATIO * max(member.compress_size, 1))
        for member in members
    )
    if swollen or len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > max_total:
        raise FileFormatError(
            "This archive unpacks to far more than an export holds, so it was not opened.",
            reason="bomb",
            hint="If you trust it, unpack it and read the files.",
        )


@contextmanager
def zip_errors() -> Iterator[None]:
    """Turn what `zipfile`, `zlib` and `gzip` raise on broken archives into ours; all else passes."""
    try:
        yield
    except NotImplementedError as error:  # a version of the format, or a compression, that Python does not know
        raise locked() from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        # A directory that is broken may send the reader to before the start of the file.
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) and error.errno != errno.EINVAL:
            raise
        raise FileFormatError(
            "The archive or workbook is broken or incomplete.", reason="broken_archive", hint="Download or export it again."
        ) from error
