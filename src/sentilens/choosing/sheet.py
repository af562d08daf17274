"""The file that is filled in: the posts, empty columns for the labels, and in a workbook lists to choose from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ..errors import ConfigError
from ..output import whole_file
from ..schema import CHOSEN_BECAUSE, HEAD_CLASSES, LABEL_COLUMNS, TEXT
from ..tables import EXCEL_ENCODING, XLSX, open_table
from ..xlsx import XlsxSink

#: What may be written beside the labels. (A column "note" would be read as a German school mark, a rating.)
NOTE: Final = "labeller_note"
#: What stands before the labels and after them.
FRONT_COLUMNS: Final = ("post_id", TEXT, "language", "brand", "channel", "created_at")
BACK_COLUMNS: Final = (NOTE, CHOSEN_BECAUSE)
#: Columns of the chosen posts, without heads of one's own.
SHEET_COLUMNS: Final = (*FRONT_COLUMNS, *LABEL_COLUMNS, *BACK_COLUMNS)
_GUIDE_WIDTHS: Final = (16, 28, 120)


def lay_out_sheet(posts: pd.DataFrame, heads: Sequence[str]) -> pd.DataFrame:
    """Give the columns of the file: what the labeller sees, then empty labels, then why each post was chosen.

    Scores are not among them: a labeller who knows what the model thinks agrees with it too often.
    """
    front = {name: posts[name] if name in posts.columns else pd.Series(None, posts.index, object) for name in FRONT_COLUMNS}
    empty = {name: pd.Series(None, posts.index, object) for name in (*LABEL_COLUMNS, *heads, NOTE)}
    return pd.DataFrame({**front, **empty, CHOSEN_BECAUSE: posts[CHOSEN_BECAUSE]}, index=posts.index)


def check_heads(heads: Sequence[str]) -> tuple[str, ...]:
    """Refuse names of one's own heads that are columns already, or none that could be read back."""
    taken = {name.casefold() for name in (*SHEET_COLUMNS, *HEAD_CLASSES)}
    for name in heads:
        if not name.isidentifier() or name.casefold() in taken or list(heads).count(name) > 1:
            raise ConfigError(
                f"{name!r} cannot be the name of a further label.",
                reason="head_name",
                hint="Use letters, digits and underscores, and no name of a column that is there already.",
            )
    return tuple(heads)


def write_label_sheet(chosen: pd.DataFrame, target: str | os.PathLike[str], *, excel: bool = False) -> None:
    """Write posts that were chosen to be labelled to a file that people fill in.

    Parameters
    ----------
    chosen : DataFrame
        From `choose_posts_to_label`.
    target : path
        ``.xlsx``: a workbook with lists to choose the labels from and the guideline on a second sheet. ``.csv``, ``.tsv``: with
        a byte order mark, so that Excel shows all letters. ``.parquet``.
    excel : bool, default False
        Write CSV with semicolons, as Excel of the Nordic countries and Germany opens it.

    Raises
    ------
    ConfigError
        If the ending is not known.
    EngineError
        If the file cannot be written.
    """
    if Path(target).suffix.lower() != XLSX:
        with open_table(target, encoding=EXCEL_ENCODING, excel=excel) as sink:
            sink.write(chosen)
        return
    with whole_file(target) as part:
        sheet = XlsxSink(part, wrap=True, finish=lambda book, sheet: _add_lists(book, sheet, chosen))
        try:
            sheet.write(chosen)
            sheet.close()
        finally:
            sheet.discard()


def _add_lists(book: Any, sheet: Any, chosen: pd.DataFrame) -> None:
    """Add the lists of labels to the columns, and the guideline."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, name in enumerate(chosen.columns, start=1):
        letter = get_column_letter(number)
        if name not in LABEL_COLUMNS or chosen.empty:
            continue
        rule = DataValidation(type="list", formula1=f'"{",".join(HEAD_CLASSES[name])}"', allow_blank=True)
        # Labels in people's own words ("ja", "negativ") are understood as well: other words are warned of, not refused.
        rule.errorStyle, rule.error = "warning", "This is none of the listed answers. Keep it?"
        rule.add(f"{letter}2:{letter}{len(chosen) + 1}")
        sheet.data_validations.append(rule)
    guide = book.create_sheet("guideline")
    for letter, width in zip("ABC", _GUIDE_WIDTHS, strict=True):
        guide.column_dimensions[letter].width = width
    for row in read_guideline():
        guide.append(row)


@cache
def read_guideline() -> tuple[tuple[str, ...], ...]:
    """Read the guideline in short, as rows of column, label, meaning; the first row is the header."""
    text = resources.files("sentilens").joinpath("resources", "label_guideline.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines())
