"""Score whole files in bounded memory: every input column kept, every row accounted for, nothing half-written."""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from .errors import ConfigError, InputError
from .ingest import PostReader, ReadAudit, Reject, Source
from .output import DECIMALS, refuse_same_file, told_if_unwritable, whole_file
from .progress import progress_shown
from .schema import STATUSES
from .scored_parquet import is_plain_scored, iter_plain_scored
from .scored_table import TableForm, lay_out, parse_scores, score_numbers
from .scorer import PostScorer, load_model
from .spreadsheet import MAX_CELL_CHARS, neutralise
from .tables import PARQUET, XLSX, CsvSink, TableSink, check_ending, open_table

CHUNK_ROWS: Final = 10_000
_REJECT_COLUMNS: Final = ("line", "reason", "raw")
STDOUT: Final = "-"


@dataclass
class ScoreSummary:
    """What became of each row of a file.

    Attributes
    ----------
    source, target : str
        The files, as given; several sources with commas between.
    rows_read, rows_scored : int
        ``rows_read == rows_scored + sum(rejects.values())``. Rows that were passed through without scores (empty, foreign)
        count as scored; ``statuses`` tells them apart.
    rejects : Counter of str
        Rows that could not be read, by reason.
    statuses, languages : Counter of str
        Scored rows by status and by language.
    n_complaints : int
    cells_cut : int
        Texts that were longer than a cell of Excel holds, where it was written for.
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
    cells_cut: int = 0
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
        if self.audit.n_copies:
            lines.append(f"Copies of earlier posts: {self.audit.n_copies:,}, which trends and reports leave out")
        if self.cells_cut:
            lines.append(f"Cut: {self.cells_cut:,} texts at the {MAX_CELL_CHARS:,} characters that a cell of Excel holds")
        if self.rejects:
            reasons = ", ".join(f"{name} {count:,}" for name, count in sorted(self.rejects.items()))
            lines.append(f"Rejected: {reasons}" + (f"; the rows are in {self.rejects_file}" if self.rejects_file else ""))
        if self.audit.privacy is not None:
            lines += [f"Privacy: {line}" for line in self.audit.privacy.to_text().splitlines()]
        return "\n".join(lines)


def score_file(
    source: Source,
    target: str | os.PathLike[str],
    *,
    model: PostScorer | None = None,
    rejects: str | os.PathLike[str] | None = None,
    excel: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    show_progress: bool | None = None,
    **reading: Any,
) -> ScoreSummary:
    """Score a file of posts, or several, into another file.

    Parameters
    ----------
    source : path, or an iterable of them
        Whatever `sentilens.read_posts` understands, also a folder or an archive.
    target : path
        ``.csv`` (with semicolons if the source has them, else commas), ``.tsv``, ``.xlsx``, ``.parquet``, or ``-`` for CSV on
        standard output. Text is UTF-8, with a byte order mark if the source was not plain UTF-8, so that Excel shows it right.
    model : PostScorer, optional
        By default the model inside the package.
    rejects : path, optional
        CSV file for rows that could not be read (``line, reason, raw``; the last one is empty where it could hold names); by
        default ``<target>.rejects.csv``, or nowhere when the target is standard output. Written only if there are any.
    excel : bool, default False
        Write text as Excel of the Nordic countries and Germany opens it: semicolons, a byte order mark, decimal commas.
    chunk_rows : int, default 10000
        Rows in memory at a time. The result does not depend on it.
    show_progress : bool, optional
        Force the progress bar on or off; by default it shows on terminals and in notebooks.
    **reading
        Options of `sentilens.read_posts`: ``mapping``, ``constants``, ``encoding``, ``delimiter``, ``date_order``,
        ``timezone``, ``brands``, ``keep_personal_data``, ``keep_handles``.

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
    The target has the columns of the source in their order, after the canonical ones where those tell more (in named formats,
    where several columns make the text, and of several files); then ``source_file`` if there may be several, ``copy_of``, and
    those of `sentilens.schema.SCORE_COLUMNS`, then those of heads of your own. A source column of such a name is kept as
    ``input_<name>``. Brand, channel, ``owned`` and ``brands`` are added where they were set or derived. Texts are masked,
    authors are pseudonyms, and columns that hold personal data are left out, which the audit tells; with
    ``keep_personal_data=True`` all is there as it was. In
    CSV, texts that a spreadsheet would run as formulas get an apostrophe in front, which reading takes away again. XLSX, and
    CSV for Excel, have dates as dates, in the time zone given; see docs/output.md.
    Numbers have six decimals in CSV and all digits in Parquet, which also numbers column names that come twice (``a, a.1``).

    Examples
    --------
    >>> import sentilens as sl
    >>> summary = sl.score_file("export.csv", "scored.csv")  # doctest: +SKIP
    """
    model = model or load_model()
    sources = _paths(source)
    source_name, target_name = ", ".join(sources), os.fspath(target)
    rejects_name = os.fspath(rejects) if rejects is not None else None
    if rejects_name is None and target_name != STDOUT:
        rejects_name = target_name + ".rejects.csv"
    reader = PostReader(sources, **reading, show_progress=show_progress)
    _check_targets(sources, target_name, rejects_name)
    summary = ScoreSummary(source_name, target_name, reader.audit)
    # The target is complete before the rejects take their name.
    with _open_rejects(rejects_name, reader.audit) as reader.on_reject, _open_sink(target_name, reader.audit, excel) as sink:
        for chunk in reader.chunks(chunk_rows):
            with progress_shown(show_progress):
                scored = model.score(chunk.posts, keep_handles=reader.keep_handles)
            sink.write(lay_out(chunk, scored, reader, _form_of(target_name, excel)))
            summary.add(scored)
        if not reader.audit.rows_read:
            raise _no_rows(source_name)
    summary.audit, summary.cells_cut = reader.audit, sink.n_cut
    summary.rows_read, summary.rejects = reader.audit.rows_read, Counter(reader.audit.rejects)
    if summary.rejects:
        summary.rejects_file = rejects_name
    elif rejects is None and rejects_name is not None:
        _remove_stale_rejects(Path(rejects_name))
    assert summary.rows_read == summary.rows_scored + sum(summary.rejects.values()), "a row was lost"
    return summary


def iter_scored(
    source: Source,
    *,
    model: PostScorer | None = None,
    columns: Collection[str] | None = None,
    show_progress: bool | None = None,
    **reading: Any,
) -> Iterator[pd.DataFrame]:
    """Yield scored posts of a raw export, or of a file that was scored before, in bounded memory.

    Parameters
    ----------
    source : path, or an iterable of them
        Raw exports, or results of `score_file`, whose scores are then taken as they are.
    model : PostScorer, optional
        By default the model inside the package.
    columns : collection of str, optional
        What is needed of the posts; the others may be left out. A scored Parquet file is then read much faster.
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
    sources = _paths(source)
    if len(sources) == 1 and not _asks_for_reading(reading) and is_plain_scored(sources[0]):
        for scored in iter_plain_scored(sources[0], columns, show_progress=show_progress):
            scored = _rounded(scored)
            scored.attrs["model_card"] = _card_of(scored, model)
            yield scored
        return
    reader = PostReader(sources, **reading, extra_columns="all", show_progress=show_progress)
    for chunk in reader.chunks(CHUNK_ROWS):
        if not reader.audit.rows_read:
            raise _no_rows(", ".join(sources))
        if reader.is_scored:
            scored = _rounded(parse_scores(chunk.posts))
            scored.attrs["model_card"] = _card_of(scored, model)
        else:
            with progress_shown(show_progress):
                scored = (model or load_model()).score(chunk.posts, keep_handles=reader.keep_handles)
            scored = _rounded(scored)
        scored.attrs["audit"] = reader.audit
        yield scored
    reader.audit.warn()


def _paths(source: Source) -> list[str]:
    return [os.fspath(path) for path in ([source] if isinstance(source, str | os.PathLike) else source)]


def _asks_for_reading(options: Mapping[str, Any]) -> bool:
    """Tell whether an option asks for more than a file says by itself; a time zone only speaks of dates without one."""
    return any(value for name, value in options.items() if name != "timezone")


def _rounded(scored: pd.DataFrame) -> pd.DataFrame:
    """Give scores the decimals of a scored file; not all columns need be there."""
    return scored.round({name: DECIMALS for name in score_numbers(scored.columns) if name in scored.columns})


def _no_rows(source: str) -> InputError:
    return InputError(f"{source} has a header but no rows.", reason="no_rows", hint="Check that the export is complete.")


def _card_of(scored: pd.DataFrame, model: PostScorer | None) -> dict[str, Any]:
    """Tell which model gave stored scores: all of it where it is at hand, else its name alone."""
    ids = sorted(scored["model_id"].dropna().unique())
    known = model or load_model()
    return known.model_card if ids == [known.model_id] else {"model_id": ", ".join(ids) or None}


def _check_targets(sources: Sequence[str], target: str, rejects: str | None) -> None:
    for name in (target, rejects):
        if name is None or name == STDOUT:
            continue
        refuse_same_file(name, *sources)
        if name == rejects and Path(name) == Path(target):
            raise ConfigError("The same file is named twice.", reason="same_file", hint="Write to another file.")
    if target != STDOUT:
        check_ending(target)


def _remove_stale_rejects(path: Path) -> None:
    """Remove the rejects of an earlier run, which would pass for this one's; a file of another kind stays."""
    with suppress(OSError), path.open(encoding="utf-8-sig", errors="replace") as handle:
        stale = handle.readline().strip() == ",".join(_REJECT_COLUMNS)
        if stale:
            path.unlink()


def _form_of(target: str, excel: bool) -> TableForm:
    """How the target holds times and numbers."""
    if target.lower().endswith(PARQUET):
        return "typed"
    return "wall_times" if target.lower().endswith(XLSX) or excel else "text"


@contextmanager
def _open_sink(target: str, audit: ReadAudit, excel: bool) -> Iterator[TableSink]:
    """Give what takes one chunk after the other; the target appears when all is written."""
    # Excel opens a file that it has written with semicolons only with semicolons.
    delimiter = ";" if excel or audit.delimiter == ";" else ","
    if target == STDOUT:
        with told_if_unwritable("standard output"):
            yield CsvSink(sys.stdout, delimiter, excel=excel)
            sys.stdout.flush()
        return
    with open_table(target, delimiter=delimiter, encoding=_encoding(audit), excel=excel) as sink:
        yield sink


def _encoding(audit: ReadAudit) -> str:
    """Mark the encoding for Excel where the source came in another one, or was marked itself."""
    return "utf-8" if audit.encoding in {"utf-8", "ascii"} else "utf-8-sig"


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
            writer.writerow((reject.line, reject.reason, neutralise(reject.raw)))

        yield add
