"""One date format for a whole column."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentilens.ingest.dates import DateFormat, DateOrder, DateScan


def decide(values: list[str], date_order: DateOrder | None = None) -> DateFormat:
    scan = DateScan(date_order)
    for value in values:  # piece by piece is as good as at once
        scan.add([value])
    at_once = DateScan(date_order)
    at_once.add(values)
    assert scan.decide() == at_once.decide()
    return scan.decide()


def read(values: list[str], zone: str = "UTC", date_order: DateOrder | None = None) -> list[str | None]:
    times = decide(values, date_order).parse(values, ZoneInfo(zone))
    assert times.dtype == pd.DatetimeTZDtype("us", "UTC")
    return [None if pd.isna(time) else time.strftime("%Y-%m-%d %H:%M:%S.%f").removesuffix(".000000") for time in times]


@pytest.mark.parametrize(
    ("value", "time", "words"),
    [
        ("2024-03-14", "2024-03-14 00:00:00", "yyyy-mm-dd"),
        ("2024/3/14", "2024-03-14 00:00:00", "yyyy/m/dd"),
        ("2024-03-14T09:05:07Z", "2024-03-14 09:05:07", "yyyy-mm-ddThh:mm:ssZ"),
        ("2024-03-14 09:05:07.123456789", "2024-03-14 09:05:07.123456", "yyyy-mm-dd hh:mm:ss.f"),
        ("2024-03-14 09:05:07.5 UTC", "2024-03-14 09:05:07.500000", "yyyy-mm-dd hh:mm:ss.fUTC"),
        ("2024-03-14T09:05:07+02:00", "2024-03-14 07:05:07", "yyyy-mm-ddThh:mm:ss+hh:mm"),
        ("2024-03-14T09:05:07.000-0530", "2024-03-14 14:35:07", "yyyy-mm-ddThh:mm:ss.f+hh:mm"),
        ("14.03.2024", "2024-03-14 00:00:00", "dd.mm.yyyy"),
        ("14.3.2024 9.05", "2024-03-14 09:05:00", "dd.m.yyyy h.mm"),
        ("14.3.2024 klo 14.05", "2024-03-14 14:05:00", "dd.m.yyyy klo hh.mm"),
        ("14. 3. 2024", "2024-03-14 00:00:00", "dd.m.yyyy"),
        ("14.03.24 21:00", "2024-03-14 21:00:00", "dd.mm.yy hh:mm"),
        ("14-03-2024 21:00", "2024-03-14 21:00:00", "dd-mm-yyyy hh:mm"),
        ("03/14/2024 12:05 AM", "2024-03-14 00:05:00", "mm/dd/yyyy hh:mm AM/PM"),
        ("03/14/2024, 1:05:09 p.m.", "2024-03-14 13:05:09", "mm/dd/yyyy, h:mm:ss AM/PM"),
        ("14-Mar-2024 09:05AM", "2024-03-14 09:05:00", "dd-Mon-yyyy hh:mm AM/PM"),
        ("14-Mar-24", "2024-03-14 00:00:00", "dd-Mon-yy"),
        ("Thu, Mar 14, 2024", "2024-03-14 00:00:00", "Mon dd yyyy"),
        ("Thu Mar 14 09:05:07 +0200 2024", "2024-03-14 07:05:07", "Mon dd yyyy hh:mm:ss+hh:mm"),
        ("Thu Mar 14 09:05:07 UTC 2024", "2024-03-14 09:05:07", "Mon dd yyyy hh:mm:ssUTC"),
        ("Thu, 14 Mar 2024 09:05:07 GMT", "2024-03-14 09:05:07", "dd Mon yyyy hh:mm:ssGMT"),
        ("March 4th, 2024 at 1:05 PM", "2024-03-04 13:05:00", "Mon d yyyy at h:mm AM/PM"),
        ("14 mars 2024 kl. 09:05", "2024-03-14 09:05:00", "dd Mon yyyy kl. hh:mm"),
        ("den 3 maj 2024", "2024-05-03 00:00:00", "d Mon yyyy"),
        ("3. desember 2024", "2024-12-03 00:00:00", "d Mon yyyy"),
        ("tor. 14. mar. 2024", "2024-03-14 00:00:00", "dd Mon yyyy"),
        ("14. marts 2024", "2024-03-14 00:00:00", "dd Mon yyyy"),
        ("14. maaliskuuta 2024 klo 9.05", "2024-03-14 09:05:00", "dd Mon yyyy klo h.mm"),
        ("14. júní 2024", "2024-06-14 00:00:00", "dd Mon yyyy"),
        ("14. März 2024 um 09:05 Uhr", "2024-03-14 09:05:00", "dd Mon yyyy um hh:mm"),
        ("1710407107", "2024-03-14 09:05:07", "epoch seconds"),
        ("1710407107250", "2024-03-14 09:05:07.250000", "epoch milliseconds"),
        ("1710407107.0", "2024-03-14 09:05:07", "epoch seconds"),
    ],
)
def test_forms(value: str, time: str, words: str) -> None:
    assert read([f" {value} "]) == [time]
    assert decide([value]).words == words


@pytest.mark.parametrize(
    "value",
    [
        *("yesterday", "2024-02-30", "31.04.2024", "2024-13-01", "2024-01-01 24:00", "2024-01-01 12:60"),
        *("1989-12-31", "2101-01-01", "0000000000", "2024-01-01 13:00 PM", "2024-01-01 0:30 AM", "12", "24-01-31"),
        *("30 Feb 2024", "14 Mai 24 pm", "Smarch 13, 2024", "14 mars", "mars 2024", "14 soon 2024"),
        *("2024-1", "1/2/3", "2024-01-01T10:00+19:00", "१२.०१.२०२४", "2024-01-01" * 20, "12.34.5678"),
    ],
)
def test_what_is_no_date(value: str) -> None:
    assert decide([value]) == DateFormat(None, None)
    assert read(["2024-01-31", value])[1] is None


def test_day_first_wins_where_only_it_fits_all_values() -> None:
    values = ["01/02/2024", "03/04/2024", "13/04/2024"]
    assert read(values) == ["2024-02-01 00:00:00", "2024-04-03 00:00:00", "2024-04-13 00:00:00"]
    assert not decide(values).ambiguous


def test_month_first_wins_where_only_it_fits_all_values() -> None:
    values = ["01/02/2024", "03/04/2024", "04/13/2024"]
    assert read(values) == ["2024-01-02 00:00:00", "2024-03-04 00:00:00", "2024-04-13 00:00:00"]
    assert not decide(values).ambiguous
    assert read(values, date_order="dmy") == read(values)  # the order is for cases that nothing else settles


def test_where_both_fit_it_is_day_first_and_told_unless_the_user_says() -> None:
    values = ["01/02/2024", "03-04-2024"]
    assert decide(values).ambiguous
    assert read(values)[0] == "2024-02-01 00:00:00"
    assert read(values, date_order="mdy")[0] == "2024-01-02 00:00:00"
    assert not decide(values, "mdy").ambiguous
    assert not decide(values, "dmy").ambiguous


def test_dots_are_day_first_without_doubt_but_the_user_may_say_otherwise() -> None:
    assert decide(["01.02.2024"]) == DateFormat("dmy", "dd.mm.yyyy")
    assert read(["01.02.2024"], date_order="mdy") == ["2024-01-02 00:00:00"]


def test_values_that_fit_only_the_other_order_are_told() -> None:
    values = ["13/01/2024", "14/01/2024", "01/15/2024"]
    assert decide(values) == DateFormat("dmy", "dd/mm/yyyy", ambiguous=True, other_order=1)
    assert read(values)[2] is None


def test_one_format_holds_for_the_whole_file() -> None:
    assert read(["2024-01-02", "2024-01-03", "04.01.2024"])[2] is None
    assert read(["2024-01-02", "04.01.2024", "05.01.2024", "", " "]) == [
        None,
        "2024-01-04 00:00:00",
        "2024-01-05 00:00:00",
        None,
        None,
    ]


def test_two_digit_years() -> None:
    assert read(["01.02.24", "01.02.99", "01.02.89"]) == ["2024-02-01 00:00:00", "1999-02-01 00:00:00", None]


def test_naive_times_are_local_and_clock_changes_do_not_raise() -> None:
    assert read(["2024-01-15 12:00", "2024-07-15 12:00", "2024-07-15 12:00Z"], "Europe/Helsinki") == [
        "2024-01-15 10:00:00",
        "2024-07-15 09:00:00",
        "2024-07-15 12:00:00",
    ]
    # 02:30 is skipped on the first date, and comes twice on the second.
    assert read(["2024-03-31 02:30", "2024-10-27 02:30"], "Europe/Oslo") == [
        "2024-03-31 01:00:00",
        "2024-10-27 00:30:00",
    ]


def test_no_values_at_all() -> None:
    times = decide([]).parse([], ZoneInfo("UTC"))
    assert len(times) == 0
    assert times.dtype == pd.DatetimeTZDtype("us", "UTC")


TIMES = st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)), min_size=1, max_size=20)


@given(TIMES, st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f", "%Y/%m/%d %I:%M:%S.%f %p"]))
def test_written_times_come_back(times: list[datetime], form: str) -> None:
    values = [time.strftime(form) for time in times]
    parsed = decide(values).parse(values, ZoneInfo("UTC"))
    if form.startswith("%d"):
        assert [time.to_pydatetime() for time in parsed] == [time.replace(tzinfo=UTC) for time in times]
    else:
        assert list(parsed.to_pydatetime()) == [time.replace(tzinfo=UTC) for time in times]


@given(st.lists(st.text(max_size=20)), st.lists(st.text(st.sampled_from("0123456789-./: TZ+"), max_size=26)))
def test_anything_may_stand_in_a_column_of_dates(words: list[str], numbers: list[str]) -> None:
    values = words + numbers
    assert len(decide(values).parse(values, ZoneInfo("Europe/Stockholm"))) == len(values)


def test_abbreviations_of_time_zones() -> None:
    values = ["2026-02-06 15:03:00 CET", "2026-07-06 15:03:00 CEST", "2026-07-06 15:03:00 EDT", "2026-07-06 15:03 EEST"]
    expected = ["2026-02-06 14:03:00", "2026-07-06 13:03:00", "2026-07-06 19:03:00", "2026-07-06 12:03:00"]
    assert read(values, zone="America/New_York") == expected
    assert read(["2026-02-06 15:03:00 XYZ"]) == [None]


@pytest.mark.parametrize(
    ("values", "order", "ambiguous"),
    [
        (["01/02/2024"], "mdy", False),
        (["01.02.2024"], "dmy", False),
        (["01/02/2024", "31/01/2024"], "dmy", False),
        (["01/02/2024", "31/01/2024", "01/31/2024", "01/30/2024"], "mdy", True),
    ],
)
def test_the_usual_order_of_a_format_yields_to_what_the_file_says(values: list[str], order: str, ambiguous: bool) -> None:
    scan = DateScan(usual_order="mdy")
    scan.add(values)
    assert (scan.decide().order, scan.decide().ambiguous) == (order, ambiguous)
    scan = DateScan("dmy", "mdy")
    scan.add(["01/02/2024"])
    assert scan.decide().order == "dmy", "what the user says holds"
