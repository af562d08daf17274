"""Score whole files in bounded memory: every input column kept, every row accounted for, nothing half-written."""

from __future__ import annotations

import csv
import errno
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

import pandas as pd

from .errors import ConfigError, EngineError, InputError
from .ingest import PostReader, Reject
from .progress import progress_bar
from .schema import SCORE_COLUMNS, STATUSES
from .scorer import PostScorer, load_model

CHUNK_ROWS: Final = 10_000
STDOUT: Final = "-"
_DECIMALS: Final = 6
#: Input columns whose name scoring needs keep their content under this prefix.
COLLISION_PREFIX: Final = "input_"


@dataclass
class ScoreSummary:
    """What became of each row of a file.

    Attributes
    ----------
    source, target : str
        The files, as given.
    rows_read, rows_scored : int
        ``rows_read == rows_scored + sum(rejects.values())``. Rows that were passed through without scores (empty, foreign)
        count as scored; ``statuses`` tells them apart.
    rejects : Counter of str
        Rows that could not be read, by reason.
    statuses, languages : Counter of str
        Scored rows by status and by language.
    n_complaints : int
    rejects_file : str or None
        Where the rejected rows were written, if there were any.
    audit : ReadAudit
        What was understood of the file.
    """

    source: str
    target: str
    audit: Any
    rows_read: int = 0
    rows_scored: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    n_complaints: int = 0
    rejects_file: str | None = None

    @property
    def reject_share(self) -> float:
        """Share of rows that were rejected, in [0, 1]."""
        return sum(self.rejects.values()) / self.rows_read if self.rows_read else 0.0

    def add(self, scored: pd.DataFrame) -> None:
        """Count scored rows."""
        self.rows_scored += len(scored)
        self.statuses.update(scored["status"])
        self.languages.update(scored["language"])
        self.n_complaints += int(scored["is_complaint"].fillna(False).sum())

    def to_text(self) -> str:
        """Tell it in a few lines."""
        statuses = ", ".join(f"{name} {self.statuses[name]:,}" for name in STATUSES if self.statuses[name])
        languages = ", ".join(
            f"{name} {count:,}" for name, count in sorted(self.languages.items(), key=lambda x: (-x[1], x[0]))
        )
        lines = [
            f"{self.rows_read:,} rows read, {self.rows_scored:,} scored, {sum(self.rejects.values()):,} rejected",
            f"Status: {statuses or 'none'}",
            f"Languages: {languages or 'none'}",
            f"Complaints: {self.n_complaints:,}",
        ]
        if self.rejects:
            reasons = ", ".join(f"{name} {count:,}" for name, count in sorted(self.rejects.items()))
            lines.append(f"Rejected: {reasons}" + (f"; the rows are in {self.rejects_file}" if self.rejects_file else ""))
        return "\n".join(lines)


def score_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    model: PostScorer | None = None,
    rejects: str | os.PathLike[str] | None = None,
    chunk_rows: int = CHUNK_ROWS,
    show_progress: bool | None = None,
    **reading: Any,
) -> ScoreSummary:
    """Score a file of posts into another file.

    Parameters
    ----------
    source : path
        CSV or TSV in any dialect that `sentilens.read_posts` understands.
    target : path
        ``.csv`` or ``.tsv`` (UTF-8, the delimiter of the source; with a byte order mark if the source was not plain UTF-8, so
        that Excel shows it right), ``.parquet``, or ``-`` for CSV on standard output.
    model : PostScorer, optional
        By default the model inside the package.
    rejects : path, optional
        Where to write rows that could not be read (``line, reason, raw``); by default ``<target>.rejects.csv``. Written only
        if there are any.
    chunk_rows : int, default 10000
        Rows in memory at a time. The result does not depend on it.
    show_progress : bool, optional
        Force the progress bar on or off; by default it shows on terminals and in notebooks.
    **reading
        Options of `sentilens.read_posts`: ``mapping``, ``constants``, ``encoding``, ``delimiter``, ``date_order``,
        ``timezone``.

    Returns
    -------
    ScoreSummary

    Raises
    ------
    InputError
        If the file cannot be read, or holds no rows.
    ConfigError
        If source and target are the same file, or the ending of the target is unknown.
    EngineError
        If the target cannot be written (a full disk, no permission). No half-written file is left behind.

    Notes
    -----
    The target has all columns of the source, verbatim and in their order, then those of `sentilens.schema.SCORE_COLUMNS`. A
    source column of such a name is kept as ``input_<name>``. Brand and channel are added where they were set or derived.

    Examples
    --------
    >>> import sentilens as sl
    >>> summary = sl.score_file("export.csv", "scored.csv")  # doctest: +SKIP
    """
    model = model or load_model()
    source_name, target_name = os.fspath(source), os.fspath(target)
    reader = PostReader(source, **reading)
    _check_target(source_name, target_name)
    summary = ScoreSummary(source_name, target_name, reader.audit)
    rejects_path = Path(rejects) if rejects is not None else None
    if rejects_path is None and target_name != STDOUT:
        rejects_path = Path(target_name + ".rejects.csv")
    with (
        _told_if_unwritable(target_name),
        _open_sink(target_name, reader.audit) as sink,
        _RejectsFile(rejects_path) as rejected,
        progress_bar(total=reader.bytes_total, unit="B", description="scoring", show=show_progress) as bar,
    ):
        reader.on_reject = rejected.add
        done = 0
        for chunk in reader.chunks(chunk_rows):
            scored = model.score(chunk.posts)
            sink.write(_output_frame(chunk.original, scored, reader.audit))
            summary.add(scored)
            bar.update(reader.bytes_read - done)
            done = reader.bytes_read
        summary.audit = reader.audit
        summary.rows_read, summary.rejects = reader.audit.rows_read, Counter(reader.audit.rejects)
        if not summary.rows_read:
            raise InputError(
                f"{source_name} has a header but no rows.", reason="no_rows", hint="Check that the export is complete."
            )
        summary.rejects_file = rejected.keep()
        sink.keep()
    assert summary.rows_read == summary.rows_scored + sum(summary.rejects.values()), "a row was lost"
    return summary


def iter_scored(
    source: str | os.PathLike[str], *, model: PostScorer | None = None, show_progress: bool | None = None, **reading: Any
) -> Iterator[pd.DataFrame]:
    """Yield scored posts of a raw export, or of a file that was scored before, in bounded memory.

    Parameters
    ----------
    source : path
        A raw export, or a result of `score_file`, whose scores are then taken as they are.
    model : PostScorer, optional
        By default the model inside the package.
    show_progress : bool, optional
        As for `score_file`.
    **reading
        Options of `sentilens.read_posts`.

    Yields
    ------
    DataFrame
        The columns of the schema and the scores; ``.attrs["audit"]`` tells what was read so far.
    """
    reader = PostReader(source, **reading, extra_columns=_stored_scores(source, reading), show_progress=show_progress)
    for chunk in reader.chunks(CHUNK_ROWS):
        posts = chunk.posts
        stored = set(SCORE_COLUMNS) <= set(posts.columns)
        scored = _parse_scores(posts) if stored else (model or load_model()).score(posts)
        scored.attrs["audit"] = reader.audit
        yield scored
    reader.audit.warn()


def _stored_scores(source: str | os.PathLike[str], reading: dict[str, Any]) -> tuple[str, ...]:
    header = PostReader(source, **reading).header
    return SCORE_COLUMNS if set(SCORE_COLUMNS) <= set(header) else ()


def _parse_scores(posts: pd.DataFrame) -> pd.DataFrame:
    """Read the score columns of a scored file back into their types."""
    scored = posts.copy()
    for name in SCORE_COLUMNS:
        cells = scored[name].astype("object")
        if name == "is_complaint":
            scored[name] = cells.map({"True": True, "False": False}).astype("boolean")
        elif name in {"language", "sentiment", "status", "model_id"}:
            scored[name] = cells.where(cells != "", None)
        else:
            scored[name] = pd.to_numeric(cells.where(cells != "", None))
    return scored


def _check_target(source: str, target: str) -> None:
    if target == STDOUT:
        return
    if Path(target).exists() and Path(target).resolve() == Path(source).resolve():
        raise ConfigError("Source and target are the same file.", reason="same_file", hint="Give another name after -o.")
    if Path(target).suffix.lower() not in {".csv", ".tsv", ".txt", ".parquet"}:
        raise ConfigError(f"The ending of '{target}' is not known.", reason="target_ending", hint="Use .csv, .tsv or .parquet.")


def _output_frame(original: pd.DataFrame, scored: pd.DataFrame, audit: Any) -> pd.DataFrame:
    """Put the input columns, what reading added, and the scores side by side."""
    made = [name for name in ("brand", "channel") if name in audit.constants or name in audit.derived]
    taken = {*SCORE_COLUMNS, *made}
    kept = original.copy()
    kept.columns = pd.Index([f"{COLLISION_PREFIX}{name}" if name in taken else name for name in original.columns], dtype=object)
    return pd.concat([kept, scored[[*made, *SCORE_COLUMNS]]], axis=1)


@contextmanager
def _told_if_unwritable(target: str) -> Iterator[None]:
    """Turn the system's errors on writing into ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        what = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or type(error).__name__)
        raise EngineError(
            f"'{target}' could not be written: {what}.",
            reason="disk_full" if error.errno == errno.ENOSPC else "unwritable",
            hint="Nothing was left behind; free some space or choose another folder.",
        ) from error


class _Sink(AbstractContextManager["_Sink"]):
    """A file that appears under its name only when it is complete."""

    def __init__(self, target: str) -> None:
        self._target = Path(target)
        self._part = self._target.with_name(self._target.name + ".part")
        self._complete = False

    def write(self, frame: pd.DataFrame) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def keep(self) -> None:
        """Say that all is written."""
        self._complete = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.close()
            if self._complete:
                self._part.replace(self._target)
        finally:
            self._part.unlink(missing_ok=True)


class _CsvSink(_Sink):
    def __init__(self, target: str, audit: Any) -> None:
        super().__init__(target)
        self._delimiter = audit.delimiter or ","
        plain = audit.encoding in {"utf-8", "ascii"}
        self._handle: IO[str] = self._part.open("w", encoding="utf-8" if plain else "utf-8-sig", newline="")
        self._first = True

    def write(self, frame: pd.DataFrame) -> None:
        write_csv(frame, self._handle, self._delimiter, header=self._first)
        self._first = False

    def close(self) -> None:
        self._handle.close()


class _StdoutSink(_Sink):
    def __init__(self, audit: Any) -> None:
        self._delimiter = audit.delimiter or ","
        self._first = True

    def write(self, frame: pd.DataFrame) -> None:
        write_csv(frame, sys.stdout, self._delimiter, header=self._first)
        self._first = False

    def close(self) -> None:
        sys.stdout.flush()

    def __exit__(self, *_: object) -> None:
        self.close()


class _ParquetSink(_Sink):
    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._writer: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        scores = {"is_complaint": pa.bool_()}
        texts = [name for name in frame.columns if name not in SCORE_COLUMNS] + [
            "language", "sentiment", "status", "model_id",
        ]  # fmt: skip
        types = {**dict.fromkeys(texts, pa.string()), **scores}
        schema = pa.schema([(name, types.get(name, pa.float64())) for name in frame.columns])
        plain = frame.set_axis(frame.columns, axis=1)
        plain.attrs = {}
        table = pa.Table.from_pandas(plain, schema=schema, preserve_index=False).replace_schema_metadata(None)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._part, schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _open_sink(target: str, audit: Any) -> _Sink:
    if target == STDOUT:
        return _StdoutSink(audit)
    return _ParquetSink(target) if target.lower().endswith(".parquet") else _CsvSink(target, audit)


def write_csv(frame: pd.DataFrame, handle: Any, delimiter: str, *, header: bool) -> None:
    """Write a table as CSV, the same bytes on every system: line ends are ``\\n``, numbers have six decimals and a point."""
    frame.to_csv(
        handle,
        sep=delimiter,
        index=False,
        header=header,
        float_format=f"%.{_DECIMALS}f",
        lineterminator="\n",
        quoting=csv.QUOTE_MINIMAL,
    )


class _RejectsFile(AbstractContextManager["_RejectsFile"]):
    """Rows that could not be read, kept for a look; the file is made when the first comes."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._part = None if path is None else path.with_name(path.name + ".part")
        self._handle: IO[str] | None = None
        self._complete = False

    def add(self, reject: Reject) -> None:
        if self._part is None:
            return
        if self._handle is None:
            self._handle = self._part.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            csv.writer(self._handle, lineterminator="\n").writerow(("line", "reason", "raw"))
        csv.writer(self._handle, lineterminator="\n").writerow((reject.line, reject.reason, reject.raw))

    def keep(self) -> str | None:
        self._complete = self._handle is not None
        return str(self._path) if self._complete else None

    def __exit__(self, *_: object) -> None:
        if self._handle is None or self._part is None or self._path is None:
            return
        try:
            self._handle.close()
            if self._complete:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)
