"""Score whole files in bounded memory: every input column kept, every row accounted for, nothing half-written."""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd

from .errors import ConfigError, InputError
from .ingest import PostReader, ReadAudit, Reject
from .ingest.values import parse_yes_no
from .output import CSV_ENDINGS, DECIMALS, refuse_same_file, told_if_unwritable, whole_file, write_csv
from .schema import SCORE_COLUMNS, SENTIMENT_COLUMNS, SENTIMENTS, STATUSES
from .scorer import PostScorer, load_model

CHUNK_ROWS: Final = 10_000
_REJECT_COLUMNS: Final = ("line", "reason", "raw")
STDOUT: Final = "-"
#: Input columns whose name scoring needs keep their content under this prefix.
COLLISION_PREFIX: Final = "input_"

#: Scores that are numbers, by their least value (the greatest is 1), and those that are words out of few.
_NUMBERS: Final = {
    **dict.fromkeys(("language_confidence", *SENTIMENT_COLUMNS, "complaint_probability"), 0.0),
    "sentiment_score": -1.0,
}
_WORDS: Final = {"sentiment": SENTIMENTS, "status": STATUSES}


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
    audit: ReadAudit
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
        if self.audit.privacy is not None:
            lines += [f"Privacy: {line}" for line in self.audit.privacy.to_text().splitlines()]
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
        ``.csv`` (with semicolons if the source has them, else commas), ``.tsv``, ``.parquet``, or ``-`` for CSV on standard
        output. Text is UTF-8, with a byte order mark if the source was not plain UTF-8, so that Excel shows it right.
    model : PostScorer, optional
        By default the model inside the package.
    rejects : path, optional
        CSV file for rows that could not be read (``line, reason, raw``; the last one is empty where it could hold names); by
        default ``<target>.rejects.csv``, or nowhere when the target is standard output. Written only if there are any.
    chunk_rows : int, default 10000
        Rows in memory at a time. The result does not depend on it.
    show_progress : bool, optional
        Force the progress bar on or off; by default it shows on terminals and in notebooks.
    **reading
        Options of `sentilens.read_posts`: ``mapping``, ``constants``, ``encoding``, ``delimiter``, ``date_order``,
        ``timezone``, ``keep_personal_data``, ``keep_handles``.

    Returns
    -------
    ScoreSummary

    Raises
    ------
    InputError
        If the file cannot be read, or holds no rows.
    ConfigError
        If the source, the target and the rejects are not different files, or the ending of the target is unknown.
    EngineError
        If the target cannot be written (a full disk, no permission). No half-written file is left behind.

    Notes
    -----
    The target has the columns of the source in their order, then those of `sentilens.schema.SCORE_COLUMNS`. Texts are masked,
    authors are pseudonyms, and columns that hold personal data are left out, which the audit tells; with
    ``keep_personal_data=True`` all columns are there, verbatim. A source column with the name of a score is kept as
    ``input_<name>``. Brand and channel are added where they were set or derived.
    Numbers have six decimals in CSV and all digits in Parquet, which also numbers column names that come twice (``a, a.1``).

    Examples
    --------
    >>> import sentilens as sl
    >>> summary = sl.score_file("export.csv", "scored.csv")  # doctest: +SKIP
    """
    model = model or load_model()
    source_name, target_name = os.fspath(source), os.fspath(target)
    rejects_name = os.fspath(rejects) if rejects is not None else None
    if rejects_name is None and target_name != STDOUT:
        rejects_name = target_name + ".rejects.csv"
    reader = PostReader(source, **reading, show_progress=show_progress)
    _check_targets(source_name, target_name, rejects_name)
    summary = ScoreSummary(source_name, target_name, reader.audit)
    # The target is complete before the rejects take their name.
    with _open_rejects(rejects_name, reader.audit) as reader.on_reject, _open_sink(target_name, reader.audit) as write:
        for chunk in reader.chunks(chunk_rows):
            scored = model.score(chunk.posts)
            write(_output_frame(chunk.original, scored, reader.audit))
            summary.add(scored)
        if not reader.audit.rows_read:
            raise _no_rows(source_name)
    summary.audit = reader.audit
    summary.rows_read, summary.rejects = reader.audit.rows_read, Counter(reader.audit.rejects)
    if summary.rejects:
        summary.rejects_file = rejects_name
    elif rejects is None and rejects_name is not None:
        _remove_stale_rejects(Path(rejects_name))
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
        The columns of the schema, the other columns of the file, and the scores, in the six decimals of a scored file, so that
        an export and its scored file give the same. ``.attrs["audit"]`` tells what was read so far,
        ``.attrs["model_card"]`` which model scored.

    Raises
    ------
    InputError
        If the file cannot be read or holds no rows, or if its scores were changed into something that is none.
    """
    reader = PostReader(source, **reading, extra_columns="all", show_progress=show_progress)
    is_scored = set(SCORE_COLUMNS) <= set(reader.header)
    for chunk in reader.chunks(CHUNK_ROWS):
        if not reader.audit.rows_read:
            raise _no_rows(os.fspath(source))
        if is_scored:
            scored = parse_scores(chunk.posts)
            scored.attrs["model_card"] = _card_of(scored, model)
        else:
            scored = (model or load_model()).score(chunk.posts).round(dict.fromkeys(_NUMBERS, DECIMALS))
        scored.attrs["audit"] = reader.audit
        yield scored
    reader.audit.warn()


def _no_rows(source: str) -> InputError:
    return InputError(f"{source} has a header but no rows.", reason="no_rows", hint="Check that the export is complete.")


def parse_scores(posts: pd.DataFrame) -> pd.DataFrame:
    """Read the score columns of a scored file back into their types, also where Excel has written them anew.

    Parameters
    ----------
    posts : DataFrame
        With all of `sentilens.schema.SCORE_COLUMNS` as strings: ``TRUE`` and ``SANT``, ``0.5`` and ``0,5`` will do.

    Returns
    -------
    DataFrame

    Raises
    ------
    InputError
        If a cell is no score (reason ``bad_scores``).
    """
    scored = posts.copy()
    for name in SCORE_COLUMNS:
        cells = scored[name].astype("object")
        cells = cells.where(cells.notna() & (cells != ""), None)
        parsed: Any
        if name == "is_complaint":
            parsed = cells.map(parse_yes_no, na_action="ignore").astype("boolean")
        elif name in _NUMBERS:
            points = cells.str.replace(",", ".", regex=False) if cells.notna().any() else cells
            parsed = pd.to_numeric(points, errors="coerce").astype("float64")
            parsed = parsed.where(parsed.between(_NUMBERS[name], 1.0))
        else:
            parsed = cells.where(cells.isin(_WORDS[name]), None) if name in _WORDS else cells
        if wrong := int((cells.notna() & parsed.isna()).sum()):
            raise InputError(
                f"{wrong:,} cells in the column {name!r} of this scored file are no such scores.",
                reason="bad_scores",
                hint="A spreadsheet may have changed them; score the original export again.",
            )
        scored[name] = parsed
    return scored


def _card_of(scored: pd.DataFrame, model: PostScorer | None) -> dict[str, Any]:
    """Tell which model gave stored scores: all of it where it is at hand, else its name alone."""
    ids = sorted(scored["model_id"].dropna().unique())
    known = model or load_model()
    return known.model_card if ids == [known.model_id] else {"model_id": ", ".join(ids) or None}


def _check_targets(source: str, target: str, rejects: str | None) -> None:
    for name in (target, rejects):
        if name is None or name == STDOUT:
            continue
        refuse_same_file(name, source)
        if name == rejects and Path(name) == Path(target):
            raise ConfigError("The same file is named twice.", reason="same_file", hint="Write to another file.")
    if target != STDOUT and Path(target).suffix.lower() not in {*CSV_ENDINGS, ".parquet"}:
        raise ConfigError(f"The ending of '{target}' is not known.", reason="target_ending", hint="Use .csv, .tsv or .parquet.")


def _remove_stale_rejects(path: Path) -> None:
    """Remove the rejects of an earlier run, which would pass for this one's; a file of another kind stays."""
    with suppress(OSError), path.open(encoding="utf-8-sig", errors="replace") as handle:
        stale = handle.readline().strip() == ",".join(_REJECT_COLUMNS)
        if stale:
            path.unlink()


def _output_frame(original: pd.DataFrame, scored: pd.DataFrame, audit: ReadAudit) -> pd.DataFrame:
    """Put the input columns, what reading added, and the scores side by side."""
    made = [name for name in ("brand", "channel") if name in audit.constants or name in audit.derived]
    ours = {*SCORE_COLUMNS, *made}
    names = []
    for name in original.columns:
        # A file that was scored twice has its first scores under the prefix already.
        kept = name
        while kept in ours or (kept != name and kept in original.columns):
            kept = COLLISION_PREFIX + kept
        names.append(kept)
    return pd.concat([original.set_axis(pd.Index(names, dtype=object), axis=1), scored[[*made, *SCORE_COLUMNS]]], axis=1)


@contextmanager
def _open_sink(target: str, audit: ReadAudit) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Give what writes one chunk after the other; the target appears when all is written."""
    # Excel opens a file that it has written with semicolons only with semicolons.
    delimiter = "\t" if target.lower().endswith(".tsv") else ";" if audit.delimiter == ";" else ","
    if target == STDOUT:
        with told_if_unwritable("standard output"):
            yield _CsvSink(sys.stdout, delimiter).write
            sys.stdout.flush()
        return
    with whole_file(target) as part:
        if target.lower().endswith(".parquet"):
            with closing(_ParquetSink(part)) as sink:
                yield sink.write
            return
        with part.open("w", encoding=_encoding(audit), newline="") as handle:
            yield _CsvSink(handle, delimiter).write


def _encoding(audit: ReadAudit) -> str:
    """Mark the encoding for Excel where the source came in another one, or was marked itself."""
    return "utf-8" if audit.encoding in {"utf-8", "ascii"} else "utf-8-sig"


class _CsvSink:
    def __init__(self, handle: IO[str], delimiter: str) -> None:
        self._handle, self._delimiter = handle, delimiter
        self._first = True

    def write(self, frame: pd.DataFrame) -> None:
        write_csv(frame, self._handle, self._delimiter, header=self._first)
        self._first = False


class _ParquetSink:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"is_complaint": pa.bool_(), **dict.fromkeys(_NUMBERS, pa.float64())}
        columns = [frame.iloc[:, position] for position in range(frame.shape[1])]
        schema = pa.schema(
            [(name, types.get(column.name, pa.string())) for name, column in zip(_unique(frame.columns), columns, strict=True)]
        )
        arrays = [pa.array(column, type=kind, from_pandas=True) for column, kind in zip(columns, schema.types, strict=True)]
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, schema, compression="zstd")
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _unique(names: Iterable[str]) -> list[str]:
    """Number names that come again, as pandas does: Parquet files with two columns of one name cannot be read."""
    unique: dict[str, None] = {}
    for name in names:
        free = (f"{name}.{again}" if again else name for again in count())
        unique[next(candidate for candidate in free if candidate not in unique)] = None
    return list(unique)


@contextmanager
def _open_rejects(path: str | None, audit: ReadAudit) -> Iterator[Callable[[Reject], None] | None]:
    """Give what keeps rows that could not be read; there is a file only if there are such rows."""
    if path is None:
        yield None
        return
    with whole_file(path) as part, ExitStack() as stack:
        writer: Any = None

        def add(reject: Reject) -> None:
            nonlocal writer
            if writer is None:
                handle = stack.enter_context(part.open("w", encoding=_encoding(audit), newline=""))
                writer = csv.writer(handle)
                writer.writerow(_REJECT_COLUMNS)
            writer.writerow((reject.line, reject.reason, reject.raw))

        yield add
