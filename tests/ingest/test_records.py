"""Text to records."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.ingest.audit import Reject
from sentilens.ingest.records import MAX_RECORD_LINES, NO_DELIMITER, RecordParser, line_batches


class Parsed:
    def __init__(
        self,
        text: str,
        delimiter: str = ",",
        *,
        width: int | None = 3,
        needed: int | None = None,
        max_cell_chars: int = 100_000,
        block: int = 1 << 18,
    ) -> None:
        self.rejects: list[Reject] = []
        self.parser = RecordParser(
            delimiter, width=width, needed=needed, max_cell_chars=max_cell_chars, on_reject=self.rejects.append
        )
        blocks = (text[start : start + block] for start in range(0, len(text), block))
        batches = line_batches(blocks, max_line_chars=self.parser.max_line_chars)
        found = list(self.parser.records(batches))
        self.rows = [cells for _, cells in found]
        self.lines = [line for line, _ in found]

    @property
    def faults(self) -> list[tuple[int, str]]:
        return [(reject.line, reject.reason) for reject in self.rejects]


def test_quoted_cells_hold_delimiters_newlines_and_doubled_marks() -> None:
    parsed = Parsed('a,"b, ""c""\r\nd\n\ne",f\r\n1,2,3')
    assert parsed.rows == [["a", 'b, "c"\r\nd\n\ne', "f"], ["1", "2", "3"]]
    assert parsed.lines == [1, 5]
    assert parsed.faults == []


def test_marks_behind_backslashes_are_inner_ones_where_nothing_else_works_out() -> None:
    parsed = Parsed(
        'a,"b \\"c\\", d",e\n'  # inside a line
        'a,"b\n\\"c\\"",e\n'  # beyond the first line, and before the closing mark
        'a,"\\"b\\" and ""c""",e\n'  # together with doubled ones
        'a,"C:\\",\\"e\n'  # as it stands
        'a,"b \\"c,d\n'  # never closed
        "1,2,3\n"
    )
    assert parsed.rows == [
        ["a", 'b "c", d', "e"],
        ["a", 'b\n"c"', "e"],
        ["a", '"b" and "c"', "e"],
        ["a", "C:\\", '\\"e'],
        ["1", "2", "3"],
    ]
    assert parsed.lines == [1, 2, 4, 5, 7]
    assert parsed.faults == [(6, "stray_quote")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends(end: str) -> None:
    parsed = Parsed(end.join(["a,b,c", "", 'd,"e",f', "", ""]))
    assert parsed.rows == [["a", "b", "c"], ["d", "e", "f"]]
    assert parsed.lines == [1, 3]


def test_only_real_line_ends_end_lines() -> None:
    assert Parsed("a,b\u2028b\x0b\x85,c\n").rows == [["a", "b\u2028b\x0b\x85", "c"]]


def test_a_mark_inside_an_unquoted_cell_is_a_letter() -> None:
    assert Parsed('a,the 5" nail,c "d"\n').rows == [["a", 'the 5" nail', 'c "d"']]


@pytest.mark.parametrize(
    "stray",
    [
        'x,"never closed,z\n',  # up to the end of the file
        'x,"closed" badly,z\n',
        'x,"""y,z\n',
        '"x,y,z\n',
    ],
)
def test_a_stray_mark_costs_its_row_only(stray: str) -> None:
    good = 'a,b,c\n1,"2\n2",3\n'
    parsed = Parsed(good + stray + good * 3)
    assert parsed.rows == [["a", "b", "c"], ["1", "2\n2", "3"]] * 4
    assert parsed.faults == [(4, "stray_quote")]
    assert parsed.rejects[0].raw == stray


def test_a_closing_mark_that_makes_too_many_cells_was_not_meant_to_close() -> None:
    parsed = Parsed('a,"b\nd,e,f\n",x,y\ng,h,i\n')
    assert parsed.faults == [(1, "stray_quote"), (3, "stray_quote")]
    assert parsed.rows == [["d", "e", "f"], ["g", "h", "i"]]


def test_truncated_in_the_middle_of_a_quoted_cell() -> None:
    parsed = Parsed('a,b,c\nd,"e\nsome more')
    assert parsed.rows == [["a", "b", "c"]]
    assert parsed.faults == [(2, "stray_quote"), (3, "ragged_row")]


def test_ragged_rows() -> None:
    parsed = Parsed("a,b\na,b,c,d\na,b,c,,\na,b,c\n")
    assert parsed.rows == [["a", "b", "c"]] * 2
    assert parsed.faults == [(1, "ragged_row"), (2, "ragged_row")]


def test_short_rows_are_filled_up_from_the_needed_width_on() -> None:
    parsed = Parsed("a\na,b\na,b,c\n", needed=2)
    assert parsed.rows == [["a", "b", ""], ["a", "b", "c"]]
    assert parsed.parser.rows_filled == 1
    assert parsed.faults == [(1, "ragged_row")]


def test_blank_lines_are_no_rows_but_lines_of_delimiters_are() -> None:
    assert Parsed("\n   \n,,\n").rows == [["", "", ""]]
    assert Parsed("\n\t\t\n", "\t").rows == [["", "", ""]]


def test_a_file_of_one_column_is_not_divided() -> None:
    parsed = Parsed('hello, you; there|\t\n"a\nb"\n \n""\n\n', NO_DELIMITER, width=1)
    assert parsed.rows == [["hello, you; there|\t"], ["a\nb"], [" "], [""]]


def test_damaged_rows() -> None:
    parsed = Parsed('a,b,c\na,\0,c\na,"\udc81\n",c\na,b,c\n')
    assert parsed.rows == [["a", "b", "c"]] * 2
    assert parsed.faults == [(2, "nul_bytes"), (3, "undecodable")]
    assert parsed.rejects[1].raw == 'a,"\\x81\n",c\n'


@pytest.mark.parametrize("block", [7, 64, 1 << 18])
def test_cells_over_the_limit(block: int) -> None:
    rows = ["a,b,c\n", f"a,{'x' * 101},c\n", f'a,"{"y" * 101}",c\n', f"a,{'z' * 5000},c\n", f"a,{'w' * 100},c\n"]
    parsed = Parsed("".join(rows), max_cell_chars=100, block=block)
    assert [row[1][:1] for row in parsed.rows] == ["b", "w"]
    assert parsed.faults == [(2, "cell_too_large"), (3, "cell_too_large"), (4, "cell_too_large")]
    assert [reject.complete for reject in parsed.rejects] == [True, True, False]


def test_a_quoted_cell_of_too_many_lines_is_a_stray_mark() -> None:
    tall = "\n" * (MAX_RECORD_LINES + 1)
    parsed = Parsed(f'a,"{tall}",c\na,b,c\n')
    assert parsed.faults[0] == (1, "stray_quote")
    assert parsed.rows[-1] == ["a", "b", "c"]
    short = "\n" * (MAX_RECORD_LINES - 2)
    assert Parsed(f'a,"{short}",c\n').rows == [["a", short, "c"]]


def test_over_long_lines_are_never_held_whole() -> None:
    blocks = ("x" * 1000 for _ in range(1000))
    (line,) = [line for batch in line_batches(blocks, max_line_chars=5000) for line in batch]
    assert 5000 < len(line) <= 7000


def test_skips_physical_lines() -> None:
    assert [b for b in line_batches(["a\nb", "\nc\nd"], skip=2, max_line_chars=99) if b] == [["c\n"], ["d"]]
    assert [b for b in line_batches(["a"], skip=1, max_line_chars=99) if b] == []


@pytest.mark.parametrize(
    "hostile",
    [
        'a,"b\n' * 3000,
        'a","b\n' * 3000,  # every line closes the cell of the one before and opens another
        '"\n' * 3000,
        '"""\n' * 3001,
        '","\n' * 3000,
        ('a,"b\n' + "c,d,e\n" * 50) * 60,
        'a\\","b\\"\n' * 3000,
        '"\\"\n' * 3001,
        'a,"\\' * 3000 + "\n",
    ],
)
def test_hostile_marks_take_linear_work(hostile: str) -> None:
    for width in (3, 5000):
        parsed = Parsed(hostile, width=width, max_cell_chars=1000)
        assert parsed.parser.looked_ahead <= 9 * len(hostile) + 16 * 1000
        assert parsed.faults or parsed.rows


def test_the_bound_on_look_ahead_is_what_holds_the_work_down() -> None:
    hostile = 'a","b\n' * 3000
    parsed = Parsed(hostile, width=5000, max_cell_chars=100)
    unbounded = sum(min(5000, 3000 - line) * 6 for line in range(3000))
    assert 0 < parsed.parser.looked_ahead < unbounded / 100


def test_a_line_of_marks_takes_linear_time() -> None:
    parsed = Parsed('"' * 200_001 + "\na,b,c\n", max_cell_chars=300_000)  # minutes, if every mark were tried anew
    assert parsed.rows == [["a", "b", "c"]]


CELLS = st.text(
    st.one_of(st.sampled_from('",;\n\r\t| a'), st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    max_size=12,
)


@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)),
    st.sampled_from(",;\t|"),
    st.booleans(),
)
def test_what_csv_writes_comes_back(rows: list[list[str]], delimiter: str, quote_all: bool) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(rows)
    width = len(rows[0])
    parsed = Parsed(buffer.getvalue(), delimiter if width > 1 else NO_DELIMITER, width=width)
    assert parsed.faults == []
    assert parsed.rows == rows


@given(st.lists(st.sampled_from(["a,b,c\n", '1,"2\n2",3\n', '4,"5 ""x""",6\n']), min_size=1), st.data())
def test_every_stray_mark_costs_exactly_its_line(records: list[str], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(records)))
    clean, broken = Parsed("".join(records)), Parsed("".join([*records[:position], 'x,"y,z\n', *records[position:]]))
    assert broken.rows == clean.rows
    assert [reason for _, reason in broken.faults] == ["stray_quote"]


@given(st.text(st.sampled_from('",a\n'), max_size=60), st.integers(1, 3), st.integers(1, 9))
def test_every_line_is_accounted_for_and_blocks_do_not_matter(text: str, width: int, block: int) -> None:
    whole, pieces = Parsed(text, width=width), Parsed(text, width=width, block=block)
    assert (whole.rows, whole.lines, whole.faults) == (pieces.rows, pieces.lines, pieces.faults)
    starts = sorted([*whole.lines, *(line for line, _ in whole.faults)])
    assert len(starts) == len(set(starts))
    covered = sum(reject.raw.count("\n") for reject in whole.rejects) + sum("".join(row).count("\n") + 1 for row in whole.rows)
    blank = sum(line == "" for line in text.split("\n"))
    assert len(text.split("\n")) - blank <= covered + 1
