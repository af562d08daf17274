"""What the sample exports of named formats are made of: invented posts, what must be read of them, and ways to write files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Post:
    """An invented post, and what the tools know of it."""

    text: str
    language: str
    brand: str
    author: str
    time: datetime
    title: str = ""
    rating: int | None = None
    reply: str = ""
    parent: int | None = None

    @property
    def replied_at(self) -> datetime:
        """When the company answered, if it did."""
        return self.time + timedelta(hours=5, minutes=12)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


POSTS = (
    Post(
        'Tredje dagen utan bredband och kundtjänst svarar inte. "Vi ringer upp" sa ni i måndags...',
        "sv",
        "Telmira",
        "lena_granholt",
        _time("2026-02-06 15:03:00"),
        "Inget nät",
        1,
        "Hej Lena, felet är avhjälpt sedan i morse. /Telmira",
    ),
    Post(
        "Snabb leverans; chauffören ringde till och med innan.\nToppen!",
        "sv",
        "Svippo",
        "b.ahlvik",
        _time("2026-02-06 18:45:10"),
        "Som det ska vara",
        5,
    ),
    Post(
        "Strømregningen er doblet på en måned & ingen kan forklare hvorfor",
        "nb",
        "Voltvik",
        "turid_moe",
        _time("2026-02-07 07:20:00"),
        "Regningen",
        2,
        "Hei Turid, vi har sendt deg en oversikt over forbruket.",
    ),
    Post("Er dere åpne på søndag?", "nb", "Korgata", "ole.bratten", _time("2026-02-07 09:00:30"), "", 4),
    Post(
        "Pakken er væk, sporingen siger <leveret>, men der ligger intet ved døren",
        "da",
        "Svippo",
        "mette_rask",
        _time("2026-02-08 11:31:00"),
        "Hvor er min pakke",
        1,
    ),
    Post("Tak for hjælpen i chatten i dag 👏", "da", "Telmira", "jonas-k", _time("2026-02-09 12:02:59"), "God service", 5),
    Post(
        "Sovellus kaatuu aina kun yritän maksaa laskun. Päivitys ei auttanut.",
        "fi",
        "Voltvik",
        "aino_lehto",
        _time("2026-02-10 05:15:00"),
        "Ei toimi",
        1,
        "Hei Aino, korjaus on nyt jakelussa.",
    ),
    Post(
        "Mukava asiointi, kassalla ei ollut jonoa", "fi", "Korgata", "veikko.s", _time("2026-02-11 16:40:00"), "Sujui hyvin", 5
    ),
    Post(
        "Seit Wochen warte ich auf die Rückerstattung. Niemand fühlt sich zuständig.",
        "de",
        "Voltvik",
        "grete_wohlers",
        _time("2026-02-12 08:08:08"),
        "Keine Erstattung",
        1,
    ),
    Post("Netið datt út í gærkvöldi en er komið aftur", "is", "Telmira", "sunna_bjarna", _time("2026-02-13 21:59:00"), "", 3),
    Post(
        "=Samma här, vi har också varit utan sedan i fredags",
        "sv",
        "Telmira",
        "kalle_norrby",
        _time("2026-02-13 22:30:00"),
        "Samma",
        2,
        parent=0,
    ),
)

Row = dict[str, Any]
Expected = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A file, and what must be read from it.

    Attributes
    ----------
    path : str
        Below the folder of the samples.
    content : bytes
    posts : sequence of dict
        Canonical columns of each post; what is left out must be null.
    audit : dict
        Attributes of the audit.
    """

    path: str
    content: bytes
    posts: Sequence[Row]
    audit: Expected


def iso(time: datetime) -> str:
    """A time as the expected reading has it."""
    return time.isoformat()


def delimited(rows: Sequence[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8", **options: Any) -> bytes:
    """Rows as delimited text; line ends are those of Windows unless said otherwise."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, **{"lineterminator": "\r\n", **options}).writerows(rows)
    return buffer.getvalue().encode(encoding)


def workbook(rows: Sequence[Sequence[Any]], sheet: str) -> bytes:
    """Rows as an Excel workbook, the same bytes whenever it is made."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a post that begins with "=" is no formula
    made = io.BytesIO()
    book.save(made)
    fixed = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-03-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(member.filename, (2026, 3, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def table(header: Sequence[str], rows: Sequence[Row]) -> list[list[Any]]:
    """Rows under a header; what a row does not have is empty."""
    return [list(header), *([row.get(name, "") for name in header] for row in rows)]
