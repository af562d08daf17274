"""Bytes to text: which encoding a file is in, and a decoding that loses nothing silently.

Rules beat statistical detectors for the files at hand: a byte order mark decides, then the pattern of NULs, then
strict UTF-8 over the whole file, and what is left is cp1252, which is what Nordic and German Excel writes.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final

from ..errors import ConfigError, FileFormatError

BLOCK_BYTES: Final = 1 << 18
_HEAD_BYTES: Final = 1 << 16

# Undecodable bytes become the surrogates U+DC80..U+DCFF (as PEP 383 has it), which no decoded text can hold.
_MARKS: Final = re.compile("[\udc00-\udcff]")
#: What makes a row unreadable: NUL characters and marked bytes.
DAMAGE: Final = re.compile("[\0\udc00-\udcff]")

_BOMS: Final = (  # UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EXPORT: Final = "Export the posts as CSV and read that file."
_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PK\x03\x04", "an archive inside another"),
    (b"SQLite format 3\0", "a SQLite database"),
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class TextEncoding:
    """How the bytes of a file become text.

    Attributes
    ----------
    codec, errors : str
        For `codecs.getincrementaldecoder`.
    name : str
        What to tell people, such as ``"utf-8-sig"``.
    source : str
        How it was decided, in words.
    sound : bool
        True when the whole file was seen to hold neither NULs nor undecodable bytes.
    recoded_lines : int
        Lines of a UTF-8 file that were no UTF-8 and were read as cp1252.
    replaced_bytes : int
        Bytes that cp1252 leaves undefined and that were read as Latin-1.
    """

    codec: str
    errors: str
    name: str
    source: str
    sound: bool = False
    recoded_lines: int = 0
    replaced_bytes: int = 0


def _mark(byte: int) -> str:
    return chr(0xDC00 + byte)


def _cp1252_or(otherwise: Callable[[int], str], byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return otherwise(byte)


def _replace_bytes(replace: Callable[[int], str], error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(replace, error.object[error.start : error.end])), error.end


_MARK, _RECODE, _LATIN1 = "sentilens.mark", "sentilens.recode", "sentilens.latin1"
codecs.register_error(_MARK, partial(_replace_bytes, _mark))
codecs.register_error(_RECODE, partial(_replace_bytes, partial(_cp1252_or, _mark)))
codecs.register_error(_LATIN1, partial(_replace_bytes, partial(_cp1252_or, chr)))


def printable(text: str) -> str:
    r"""Write marked bytes as ``\xNN``, so that the text can be encoded again."""
    return _MARKS.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text)


def detect_encoding(file: BinaryIO, encoding: str | None = None) -> TextEncoding:
    """Find the encoding of an open file; the file is read from its start, to its end where that is needed.

    Parameters
    ----------
    file : binary file
        Seekable.
    encoding : str, optional
        The user's choice, which wins; bytes that do not fit it are marked, never guessed at.

    Raises
    ------
    FileFormatError
        The file is empty (reason ``empty_file``) or no text (``binary``).
    ConfigError
        There is no such encoding (``unknown_encoding``).
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if not head:
        raise FileFormatError("The file is empty.", reason="empty_file")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise FileFormatError(f"This is {what}, no export of posts.", reason="binary", hint=_EXPORT)
    found = _given(encoding) if encoding else _by_mark(head) or _by_nuls(head)
    _refuse_controls(head.decode(found.codec, found.errors) if found else head.decode("latin-1"))
    return found or _survey(file)


def text_blocks(file: BinaryIO, encoding: TextEncoding, on_bytes: Callable[[int], None]) -> Iterator[str]:
    r"""Decode a file from its start, block by block, without its byte order mark; ``\r\n`` is never cut in two."""
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding.codec)(encoding.errors), translate=False)
    at_start = True
    while data := file.read(BLOCK_BYTES):
        on_bytes(len(data))
        text = decoder.decode(data)
        if at_start and text:
            text, at_start = text.removeprefix("\ufeff"), False
        yield text
    yield decoder.decode(b"", final=True)


def _given(encoding: str) -> TextEncoding:
    try:
        name = codecs.lookup(encoding).name
        io.TextIOWrapper(io.BytesIO(), encoding=name)  # refuses codecs that make no text, such as base64
    except (LookupError, ValueError):
        raise ConfigError(
            f"There is no text encoding called {encoding!r}.",
            reason="unknown_encoding",
            hint="Use a name such as 'utf-8', 'cp1252' or 'utf-16', or leave it out to have it found.",
        ) from None
    return TextEncoding(codec="utf-8" if name == "utf-8-sig" else name, errors=_MARK, name=name, source="given")


def _by_mark(head: bytes) -> TextEncoding | None:
    for mark, codec in _BOMS:
        if head.startswith(mark):
            is_utf8 = codec == "utf-8"
            return TextEncoding(
                codec=codec,
                errors=_RECODE if is_utf8 else _MARK,
                name="utf-8-sig" if is_utf8 else codec,
                source="byte order mark",
            )
    return None


def _by_nuls(head: bytes) -> TextEncoding | None:
    """UTF-16 without a mark: Latin letters make every other byte NUL."""
    pairs = len(head) // 2
    if pairs == 0:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if max(even, odd) < 0.5 or min(even, odd) > 0.1:
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    return TextEncoding(codec=codec, errors=_MARK, name=codec, source="every other byte is NUL")


def _refuse_controls(head: str) -> None:
    """A text may have a damaged row or two; where most lines hold control characters there is no text."""
    lines = head.splitlines() or [head]
    damaged = sum(_CONTROLS.search(line) is not None for line in lines)
    if 2 * damaged > len(lines):
        raise FileFormatError(
            "This is not a text file: most of its lines hold control characters.", reason="binary", hint=_EXPORT
        )


def _survey(file: BinaryIO) -> TextEncoding:
    """Decide between UTF-8 and cp1252 on every line of the file that is not plain ASCII.

    A line that is valid UTF-8 beyond ASCII is hardly ever anything else, so the majority of such lines decides. In a
    UTF-8 file the bytes that do not fit are read as cp1252 where they stand, which is what a pasted-in row needs.
    """
    valid = broken = recoded = undefined = nuls = 0
    for block in _line_blocks(file):
        nuls += block.count(0)
        if block.isascii():
            continue
        undefined += len(block) - len(block.translate(None, b"\x81\x8d\x8f\x90\x9d"))
        for line in block.splitlines():
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                valid += 1
            except UnicodeDecodeError:
                broken += 1
                recoded += _MARKS.search(line.decode("utf-8", _RECODE)) is None
    if broken == 0:
        return TextEncoding("utf-8", _RECODE, "utf-8", "valid throughout", sound=not nuls)
    if valid >= broken:
        return TextEncoding("utf-8", _RECODE, "utf-8", "most lines are valid", recoded_lines=recoded)
    return TextEncoding("cp1252", _LATIN1, "cp1252", "not UTF-8", sound=not nuls, replaced_bytes=undefined)


def _line_blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file in blocks that end where a line ends, or at least where a character does when a line is very long."""
    file.seek(0)
    rest = b""
    while data := file.read(BLOCK_BYTES):
        data = rest + data
        cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1 or _character_end(data)
        yield data[:cut]
        rest = data[cut:]
    yield rest


def _character_end(data: bytes) -> int:
    """Where to cut so that a UTF-8 character begun in the last three bytes stays whole."""
    for back in range(1, min(3, len(data)) + 1):
        if data[-back] >= 0xC0:
            return len(data) - back
    return len(data)
