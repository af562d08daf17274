"""Public holidays, on which people post as on Sundays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError, MissingDependencyError
from .series import BoolArray

_CODE: Final = re.compile(r"[A-Z]{2}")


def holiday_flags(periods: pd.DatetimeIndex, holidays: str | Sequence[Any], freq: str) -> BoolArray:
    """Tell which periods lie on a public holiday; none where the periods are weeks.

    Parameters
    ----------
    periods : DatetimeIndex
    holidays : str, or sequence of dates or of codes
        ISO 3166 codes of countries, separated by commas, or days.
    freq : str
        Length of the periods.

    Raises
    ------
    ConfigError
        Where something is neither the code of a known country nor a date.
    MissingDependencyError
        Where a country is named and the package ``holidays`` is not installed.
    """
    given = holidays.split(",") if isinstance(holidays, str) else list(holidays)
    names = [item.strip() for item in given if isinstance(item, str) and item.strip()]
    codes = [name.upper() for name in names if _CODE.fullmatch(name.upper())]
    try:
        written = [item for item in given if not isinstance(item, str)] + [name for name in names if name.upper() not in codes]
        days = {pd.Timestamp(item).date() for item in written}
    except (ValueError, TypeError):
        raise ConfigError(
            f"holidays={holidays!r} names neither countries nor dates.",
            reason="bad_holidays",
            hint="Use codes such as SE or SE,NO, or dates such as 2026-06-19.",
        ) from None
    if freq == "W-MON" or not len(periods):
        return np.zeros(len(periods), dtype=bool)
    days |= {day for code in codes for day in _public_holidays(code, range(periods[0].year, periods[-1].year + 1))}
    return np.isin(np.array(periods.date, dtype="datetime64[D]"), np.array(sorted(days), dtype="datetime64[D]"))


def _public_holidays(code: str, years: range) -> list[Any]:
    try:
        from holidays import country_holidays
    except ImportError:
        raise MissingDependencyError(
            f"The holidays of {code} need the package 'holidays'.",
            reason="no_holidays",
            hint='Install it with: pip install "sentilens[holidays]", or give the dates themselves.',
        ) from None
    try:
        return list(country_holidays(code, years=years))
    except NotImplementedError:
        raise ConfigError(
            f"No holidays are known for {code!r}.", reason="bad_holidays", hint="Use SE, NO, DK, FI, IS or DE."
        ) from None
