"""Read damaged copies of the committed samples, and look for what no reading may do.

    python tools/fuzz_readers.py --minutes 10 [--seed 1] [--keep FOLDER]

Bytes of the samples are flipped, cut, doubled and put together with those of other samples, encodings are changed, members of
archives and workbooks are damaged and packed anew. Whatever comes of it, a reading must end in one of our errors or account for
every row, and do the same when it is repeated. What fails is made small and kept; the findings so far are cases in
``tests/ingest/test_hostile_files.py``. The same seed makes the same copies.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sentilens.errors import SentilensError
from sentilens.ingest import PostReader

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data/samples/formats"
OLD_WORKBOOK = ROOT / "tests/ingest/data/old_excel.xls"
#: Longer copies only take longer.
MAX_BYTES = 200_000
#: A reading of so little that takes longer is a finding, too.
MAX_SECONDS = 20.0
TOKENS = (
    *(
        b'"',
        b'""',
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b";",
        b",",
        b"\t",
        b"|",
        b"sep=;\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"[" * 2000,
        b'{"a":' * 1200,
        b"null",
        b"NaN",
        b"1e999",
        b"-0",
        b"9" * 5000,
        b'"text":',
        b"\\ud83d",
    ),
    *(b"<!DOCTYPE x>", b'<!ENTITY a "b">', b"<![CDATA[", b"]]>", b"<!--", b"<entry>", b"</entry>", b"<item>", b"&a;", b"&#0;"),
    *(b"2026-02-30", b"99999999999999", b"0000000000", b"31.12.9999", b"1.22E+17", b"=1+1", b"\xc3", b"\xf0\x9f", b"\x81"),
)
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "utf-7")


def main() -> int:
    """Run until the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=ROOT / "build/fuzz")
    options = parser.parse_args()
    samples = load_samples()
    until = time.monotonic() + 60 * options.minutes
    outcomes: Counter[str] = Counter()
    found: set[str] = set()
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        while time.monotonic() < until:
            number += 1
            content = damaged(samples, random.Random(f"{options.seed}-{number}"))
            outcome, fault = verdict(path, content)
            outcomes[outcome] += 1
            if fault and fault not in found:
                found.add(fault)
                small = smallest(path, content, fault)
                options.keep.mkdir(parents=True, exist_ok=True)
                kept = options.keep / hashlib.sha256(small).hexdigest()[:12]
                kept.write_bytes(small)
                print(f"{kept} ({len(small)} bytes, copy {number}): {fault}", flush=True)
    print(f"{number} copies, {len(found)} findings")
    for outcome, count in outcomes.most_common():
        print(f"{count:8,} {outcome}")
    return 1 if found else 0


def load_samples() -> list[bytes]:
    """All committed samples, in the order of their names."""
    paths = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and not path.name.endswith(".expected.json")]
    return [path.read_bytes() for path in (*paths, OLD_WORKBOOK)]


def damaged(samples: list[bytes], rng: random.Random) -> bytes:
    """A damaged copy of one of the samples."""
    content = rng.choice(samples)
    if content.startswith(b"PK") and rng.random() < 0.8:
        return repacked(content, samples, rng)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        content = rng.choice(DAMAGES)(content, samples, rng)[:MAX_BYTES]
    return gzip.compress(content, mtime=0) if rng.random() < 0.05 else content


def repacked(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """An archive or a workbook with one of its members damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    for _ in range(rng.choice((1, 1, 2, 3))):
        members[name] = rng.choice(DAMAGES)(members[name], samples, rng)[:MAX_BYTES]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member), data)
    return buffer.getvalue()


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.choice((1, 2, 8, 40, 300, 5000)))


def flip(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 5, 30)) if content else 0):
        changed[rng.randrange(len(changed))] = rng.choice((rng.randrange(256), 0, 34, 255))
    return bytes(changed)


def cut(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Leave some bytes out, or the end."""
    start, end = _span(content, rng)
    return content[:start] + (content[end:] if rng.random() < 0.7 else b"")


def double(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Write some bytes several times."""
    start, end = _span(content, rng)
    return content[:end] + content[start:end] * rng.choice((1, 2, 20)) + content[end:]


def splice(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Put bytes of another sample in."""
    other = rng.choice(samples)
    start, end = _span(other, rng)
    at = rng.randrange(len(content) + 1)
    return content[:at] + other[start:end] + content[at:]


def insert(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Put in what is known to make trouble."""
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(TOKENS) * rng.choice((1, 1, 1, 50)) + content[at:]


def recode(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Write it in another encoding, or a part of it."""
    start, end = (0, len(content)) if rng.random() < 0.6 else _span(content, rng)
    text = content[start:end].decode(rng.choice(("utf-8", "utf-8", "utf-16-le", "latin-1")), "replace")
    return content[:start] + text.encode(rng.choice(ENCODINGS), "replace") + content[end:]


def shuffle_lines(content: bytes, samples: list[bytes], rng: random.Random) -> bytes:
    """Put its lines in another order."""
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


Damage = Callable[[bytes, list[bytes], random.Random], bytes]
DAMAGES: tuple[Damage, ...] = (flip, flip, cut, double, splice, insert, insert, recode, shuffle_lines)


def verdict(path: Path, content: bytes) -> tuple[str, str]:
    """What came of a reading, and what is wrong with that, if anything."""
    path.write_bytes(content)
    start = time.process_time()
    try:
        first, second = outcome_of(path, 3), outcome_of(path, 1000)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return "fault", f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    if first[0] in {"", "unreadable"}:
        return "fault", "an error that tells nothing of the content"
    if first != second:
        return "fault", f"reads differ: {first[0]}, {second[0]}"
    if time.process_time() - start > MAX_SECONDS:
        return "fault", "takes too long"
    return first[0], ""


def outcome_of(path: Path, chunk_rows: int) -> tuple[str, str]:
    """The reason of our error, or the container that was read; and a digest of all that was read."""
    digest = hashlib.sha256()
    try:
        reader = PostReader(path)
        rows = 0
        for chunk in reader.chunks(chunk_rows):
            rows += len(chunk.posts)
            for row in chunk.posts.astype(object).to_numpy().tolist():
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
            for cells in chunk.cells:
                "".join(cells).encode()  # half a character could not be written
    except SentilensError as error:
        return error.reason, ""
    audit = reader.audit
    assert rows == audit.rows_accepted, "rows are lost"
    assert audit.rows_read == audit.rows_accepted + audit.rejects.total(), "rows without an account"
    audit.to_text()
    return f"read {audit.container}", f"{rows} {sorted(audit.rejects.items())} {digest.hexdigest()}"


def smallest(path: Path, content: bytes, fault: str) -> bytes:
    """As much of a finding as is needed for the same fault, found by leaving ever smaller pieces out, within half a minute."""
    until = time.monotonic() + 30
    size = len(content) // 2
    while size and time.monotonic() < until:
        start = 0
        while start < len(content) and time.monotonic() < until:
            candidate = content[:start] + content[start + size :]
            if verdict(path, candidate)[1] == fault:
                content = candidate
            else:
                start += size
        size //= 2
    return content


if __name__ == "__main__":
    sys.exit(main())
