"""What was read, what was guessed, and what was left out: the account that every reading gives of itself."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from ..errors import DataQualityWarning
from ..privacy.shield import PrivacyAudit
from ..schema import REJECT_REASONS

#: So many rejects are told with their lines; all are counted.
MAX_DETAILS: Final = 100
#: Counts that add up over files.
_SUMS: Final = ("rows_read", "rows_accepted", "rows_filled", "recoded_lines", "replaced_bytes", "damaged_ids", "n_copies")
_DELIMITER_NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class Reject:
    r"""A row that could not be read.

    Attributes
    ----------
    line : int
        The physical line on which it begins, or its row in a sheet or document, counted from 1.
    reason : str
        A key of `sentilens.schema.REJECT_REASONS`.
    raw : str
        The row as it stands in the file, with its line end; undecodable bytes are written ``\xNN``.
    complete : bool
        False when the row was too long to be kept whole.
    """

    line: int
    reason: str
    raw: str
    complete: bool = True


@dataclass
class DateAudit:
    """How the dates of a file were read.

    Attributes
    ----------
    format : str or None
        In words, such as ``"dd.mm.yyyy hh:mm"``; None when no value was a date.
    timezone : str
        Assumed where a value names none.
    ambiguous : bool
        True when day and month could be the other way round.
    other_order : int
        Values that are a date only with day and month the other way round; they count as unparsed.
    unparsed : int
        Values that are no date in this format, or none between 1990 and 2100; they became null.
    first, last : str or None
        The earliest and the latest time, ISO 8601 in UTC.
    """

    format: str | None
    timezone: str
    ambiguous: bool = False
    other_order: int = 0
    unparsed: int = 0
    first: str | None = None
    last: str | None = None

    def include(self, first: str, last: str) -> None:
        """Widen the range of times; ISO texts in UTC are ordered as the times are."""
        self.first = min(self.first or first, first)
        self.last = max(self.last or last, last)


@dataclass
class ReadAudit(dict[str, Any]):
    """The account of one reading; always ``rows_read == rows_accepted + sum(rejects.values())``.

    Counts are complete once the last row is read. It is a dict only so far that JSON can hold it, as pandas writes the
    ``attrs`` of a frame into a Parquet file as JSON; it comes back from there as what `to_dict` gives.

    Attributes
    ----------
    path : str
        The name of the file, without its folder.
    format : str
        The named format, such as ``"trustpilot"``; in any other file the container.
    confidence : float
        How sure the format is, in [0, 1]; 0 where it is none with a name.
    container : str
        What the rows are kept in, as for `sentilens.ingest.tables.Table`.
    encoding, encoding_source : str
        The encoding and how it was decided; empty where the container settles it.
    delimiter : str or None
        None in a file of one column.
    header_line : int
        The line of the header, counted from 1; 0 where names stand in every row or apart from the rows.
    preamble_rows, skipped_rows : int
        Rows above the header, and rows right below it, that are no posts in this format.
    columns : tuple of str
        The names in the header as they stand there.
    mapping : dict
        Canonical column -> name in the header; ``"A | B"`` stands for the first that is filled, ``"A + B"`` for all that are.
    unmapped : tuple of str
        Names in the header that serve no canonical column.
    derived : dict
        Canonical column -> what it was made from, in words.
    constants : dict
        Canonical column -> the value set by the user for all rows.
    dates : DateAudit or None
        None when the file has no column of dates.
    unparsed : dict
        ``"rating"``, ``"owned"``, ``"replied_at"`` -> values that are no rating between 1 and 5, no yes or no, no date; they
        became null.
    damaged_ids : int
        Ids that a spreadsheet has turned into rounded numbers (``1.22E+17``); posts can no longer be told apart by them.
    rows_read, rows_accepted : int
        Without the header and blank lines.
    rows_filled : int
        Accepted rows that lacked cells at their end, which were taken as empty.
    rejects : Counter
        Reason -> number of rows.
    reject_details : list of (int, str)
        Line and reason of the first rejects.
    recoded_lines : int
        Lines of a UTF-8 file that are not UTF-8 and were read as cp1252.
    n_copies : int
        Accepted posts that repeat an earlier one; they are told by ``copy_of``.
    replaced_bytes : int
        Bytes that cp1252 leaves undefined and that were read as Latin-1.
    reusable : dict
        Canonical column -> names in the header, to be passed as `mapping` when a file like this is read again. What a named
        format settles is not repeated.
    examples : dict
        Canonical column -> up to three values, masked and shortened; only `sentilens.ingest.inspect_file` gives them.
    languages : dict
        Language -> posts, of an evenly spaced sample; only the command ``inspect`` gives them.
    skipped : list of (str, str)
        Files in a folder or an archive, or sheets, that hold no posts, and why they were left out.
    parts : list of ReadAudit
        Where several files were read the account of each; the counts here are their sums.
    privacy : PrivacyAudit or None
        What was left out, masked and made pseudonymous; None when personal data were kept.
    """

    path: str
    format: str
    encoding: str
    encoding_source: str
    delimiter: str | None
    header_line: int
    columns: tuple[str, ...]
    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    derived: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    dates: DateAudit | None = None
    unparsed: dict[str, int] = field(default_factory=dict)
    rows_read: int = 0
    rows_accepted: int = 0
    rows_filled: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    reject_details: list[tuple[int, str]] = field(default_factory=list)
    recoded_lines: int = 0
    replaced_bytes: int = 0
    container: str = "csv"
    confidence: float = 0.0
    preamble_rows: int = 0
    skipped_rows: int = 0
    damaged_ids: int = 0
    reusable: dict[str, list[str]] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    parts: list[ReadAudit] = field(default_factory=list)
    n_copies: int = 0
    privacy: PrivacyAudit | None = None

    def __post_init__(self) -> None:
        super().__init__(path=self.path)  # one item: of an empty dict, JSON does not ask for the items

    def items(self) -> Any:
        """Give names and values as JSON holds them."""
        return self.to_dict().items()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (vars(self),)

    def to_dict(self) -> dict[str, Any]:
        """Everything in types that JSON knows."""
        plain = dict(vars(self))
        plain["columns"], plain["unmapped"] = list(self.columns), list(self.unmapped)
        plain["mapping"], plain["derived"] = dict(self.mapping), dict(self.derived)
        plain["constants"] = {
            name: value if isinstance(value, str | int | float | bool) else str(value) for name, value in self.constants.items()
        }
        plain["unparsed"] = dict(self.unparsed)
        plain["dates"] = None if self.dates is None else dict(vars(self.dates))
        plain["privacy"] = None if self.privacy is None else self.privacy.to_dict()
        plain["rejects"] = dict(sorted(self.rejects.items()))
        plain["reject_details"] = [list(detail) for detail in self.reject_details]
        plain["reusable"] = {column: list(names) for column, names in self.reusable.items()}
        plain["examples"] = {column: list(values) for column, values in self.examples.items()}
        plain["languages"] = dict(self.languages)
        plain["skipped"] = [list(pair) for pair in self.skipped]
        plain["parts"] = [part.to_dict() for part in self.parts]
        return plain

    def count_reject(self, reject: Reject) -> None:
        """Count a row that could not be read."""
        self.rows_read += 1
        self.rejects[reject.reason] += 1
        if len(self.reject_details) < MAX_DETAILS:
            self.reject_details.append((reject.line, reject.reason))

    def add_up(self) -> None:
        """Make the counts the sums of those of the `parts`, where there are any."""
        if not self.parts:
            return
        for name in _SUMS:
            setattr(self, name, sum(getattr(part, name) for part in self.parts))
        self.rejects, self.unparsed, self.dates, self.privacy = Counter(), {}, None, None
        for part in self.parts:
            self.rejects.update(part.rejects)
            if part.privacy is not None:
                self.privacy = self.privacy or PrivacyAudit()
                self.privacy.include(part.privacy)
            for column, count in part.unparsed.items():
                self.unparsed[column] = self.unparsed.get(column, 0) + count
            if part.dates is not None:
                self.dates = self.dates or DateAudit("as told for each file", part.dates.timezone)
                self.dates.unparsed += part.dates.unparsed
                if part.dates.first is not None and part.dates.last is not None:
                    self.dates.include(part.dates.first, part.dates.last)

    def concerns(self) -> list[str]:
        """What deserves a look, one sentence each; empty when all is well."""
        if self.parts:
            return [f"{part.path}: {concern}" for part in self.parts for concern in part.concerns()]
        found = []
        if n_rejects := self.rejects.total():
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.rejects.most_common())
            found.append(f"{n_rejects:,} of {self.rows_read:,} rows could not be read ({reasons}).")
        if self.dates is not None and self.dates.ambiguous:
            other = f", though {self.dates.other_order:,} dates fit only the other" if self.dates.other_order else ""
            found.append(
                f"Day and month could be the other way round: the dates were read as {self.dates.format}{other}. "
                "Say which with date_order='dmy' or date_order='mdy'."
            )
        if self.dates is not None and self.dates.unparsed:
            form = f"in the form {self.dates.format} between 1990 and 2100" if self.dates.format else "in a known form"
            found.append(f"{self.dates.unparsed:,} values are no date {form}; they were left empty.")
        if self.damaged_ids:
            found.append(
                f"{self.damaged_ids:,} ids were rounded by a spreadsheet (1.22E+17) and no longer tell posts apart. "
                "Read the export as it was downloaded, before it was opened in Excel."
            )
        return found

    def warn(self, stacklevel: int = 2) -> None:
        """Give a `DataQualityWarning` for each of the `concerns`."""
        for concern in self.concerns():
            warnings.warn(f"{self.path}: {concern}", DataQualityWarning, stacklevel=stacklevel + 1)

    def to_text(self) -> str:
        """The account in lines for a person to read."""
        counts = f"{self.rows_read:,} read, {self.rows_accepted:,} accepted, {self.rejects.total():,} rejected"
        lines = [part.to_text() for part in self.parts] if self.parts else self._lines_on_form()
        lines.append(f"{'All files' if self.parts else 'Rows':<12}{counts}")
        if not self.parts:
            lines += self._lines_on_columns()
        if self.dates is not None and not self.parts:
            lines.append(f"Dates       {self.dates.format or 'in no known form'}, {self.dates.timezone} where none is named")
        if self.dates is not None and self.dates.first is not None:
            lines.append(f"            from {self.dates.first} to {self.dates.last}")
        if self.languages:
            counts = ", ".join(f"{name} {count:,}" for name, count in self.languages.items())
            lines.append(f"Languages   {counts} (of {sum(self.languages.values()):,} posts looked at)")
        if not self.parts:
            lines += [f"Privacy     {line}" for line in (self.privacy.to_text().splitlines() if self.privacy else ())]
            lines += [f"Note        {note}" for note in [*self.concerns(), *self._remarks()]]
            lines += self._lines_on_rejects()
        lines += [f"Skipped     {name}: {why}" for name, why in self.skipped]
        return "\n".join(lines) + "\n"

    def _lines_on_form(self) -> list[str]:
        how = f", {self.encoding}: {self.encoding_source}" if self.encoding else ""
        lines = [f"File        {self.path} ({self.container}{how})"]
        if self.confidence:
            sure = "certain" if self.confidence >= 0.9 else "likely"
            lines.append(f"Format      {self.format} ({sure}, {self.confidence:.0%})")
        else:
            lines.append("Format      none that is known; columns are told by their names")
        if self.container == "csv":
            named = _DELIMITER_NAMES.get(self.delimiter or "", self.delimiter) or "none, a single column"
            lines.append(f"Delimiter   {named}")
        where = f"line {self.header_line}, " if self.header_line else ""
        lines.append(f"Header      {where}{len(self.columns)} columns")
        if self.preamble_rows:
            lines.append(f"            {self.preamble_rows} rows above it, which are no posts, were skipped")
        if self.skipped_rows:
            lines.append(f"            {self.skipped_rows} rows below it, which are no posts, were skipped")
        return lines

    def _lines_on_columns(self) -> list[str]:
        lines = ["Columns"]
        for column, name in self.mapping.items():
            lines.append(f"  {column:<18}from {name!r}")
            lines += [f"  {'':<18}  e.g. {example}" for example in self.examples.get(column, ())]
        lines += [f"  {name:<18}{how}" for name, how in self.derived.items()]
        lines += [f"  {name:<18}set to {str(value)!r} for all rows" for name, value in self.constants.items()]
        if self.unmapped:
            lines.append("  not used          " + ", ".join(repr(name) for name in self.unmapped))
        return lines

    def _lines_on_rejects(self) -> list[str]:
        lines = []
        for reason, count in self.rejects.most_common():
            shown = [str(line) for line, why in self.reject_details if why == reason][:10]
            more = ", ..." if count > len(shown) else ""
            at = f" at line {', '.join(shown)}{more}" if shown else ""
            lines.append(f"Rejected    {count:,} because {REJECT_REASONS[reason]}{at}")
        return lines

    def _remarks(self) -> list[str]:
        """What was put right on the way."""
        counts = (
            (self.n_copies, "posts repeat an earlier one; trends and reports leave them out."),
            (self.rows_filled, "rows lacked cells at their end, which were taken as empty."),
            (self.recoded_lines, "lines were not UTF-8 and were read as cp1252."),
            (self.replaced_bytes, "bytes have no meaning in cp1252 and were read as Latin-1."),
            (self.unparsed.get("rating", 0), "values are no rating between 1 and 5; they were left empty."),
            (self.unparsed.get("owned", 0), "values of 'owned' are neither yes nor no; they were left empty."),
            (self.unparsed.get("replied_at", 0), "times of replies are no date; they were left empty."),
        )
        return [f"{count:,} {what}" for count, what in counts if count]


def _restored(values: dict[str, Any]) -> ReadAudit:
    return ReadAudit(**values)
