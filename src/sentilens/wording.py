"""Sentences, numbers and dates in the reader's language: one catalogue for each language, English in the code.

Code says what it has to say in English, through `Wording.say` or `Wording.say_n`, with named places for values; a catalogue
(``resources/locale/<language>.po``) says the same in another language. ``tools/catalogs.py`` brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
import io
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from .errors import ConfigError
from .schema import CHANNEL_NAMES, LANGUAGES, NO_NAME, UNDETERMINED

if TYPE_CHECKING:
    from babel import Locale

#: Stands where a figure cannot be given.
NO_FIGURE: Final = "–"
#: Languages that reports and plots can be had in.
READER_LANGUAGES: Final[tuple[str, ...]] = ("en", "sv", "nb", "da", "fi", "is", "de")
#: Whose way with numbers and dates is meant where a language has several, and which language stands in for others.
_LOCALES: Final = {"en": "en_GB"}
_STANDING_IN: Final = {"no": "nb", "nn": "nb", "fo": "da"}
_NBSP: Final = "\u00a0"
#: No line breaks here.
_JOINER: Final = "\u2060"
_MINUS: Final = "\u2212"
_WEEK: Final = timedelta(days=7)
_SEPARATORS: Final = re.compile(r"[\s_-]+")


def marked(message: str) -> str:
    """Mark a message of a table for the catalogues; it is said later, by `Wording.say`."""
    return message


_BY_PERIOD: Final = {
    "h": marked("by the hour"),
    "D": marked("by the day"),
    "W-MON": marked("by the week"),
    "MS": marked("by the month"),
    "QS": marked("by the quarter"),
    "YS": marked("by the year"),
}

#: Column -> what its values are called; values that are names themselves (Facebook) stand as they are.
_NAMES: Final[dict[str, dict[str, str]]] = {
    "channel": CHANNEL_NAMES
    | {
        "google_reviews": marked("Google reviews"),
        "email": marked("E-mail"),
        "e_mail": marked("E-mail"),
        "chat": marked("Chat"),
        "phone": marked("Phone"),
        "sms": marked("Text message"),
        "survey": marked("Survey"),
        "forum": marked("Forum"),
        "blog": marked("Blog"),
        "news": marked("News"),
        "web": marked("Web"),
    },
    "topic": {
        "delivery": marked("Delivery"),
        "product_quality": marked("Product quality"),
        "price_billing": marked("Prices and bills"),
        "customer_service": marked("Customer service"),
        "app_website": marked("App and website"),
        "staff_store": marked("Staff and shops"),
        "outage_reliability": marked("Outages and reliability"),
        "contract_cancellation": marked("Contracts and cancelling"),
        "refund_return": marked("Refunds and returns"),
        "waiting_time": marked("Waiting times"),
        "information": marked("Information"),
        "safety_privacy": marked("Safety and privacy"),
        "environment_ethics": marked("Environment and ethics"),
        "other": marked("Other"),
    },
    "severity": {
        "0": marked("No complaint"),
        "1": marked("Implied reproach"),
        "2": marked("Disapproval"),
        "3": marked("Accusation"),
        "4": marked("Blame or threat"),
    },
    "status": {
        "ok": marked("Scored"),
        "empty": marked("Nothing to read in it"),
        "unsupported_language": marked("In a language that the model does not know"),
        "low_confidence": marked("Scored, but little in it was known"),
    },
    "sentiment": {"negative": marked("Negative"), "neutral": marked("Neutral"), "positive": marked("Positive")},
}
_COLUMNS: Final = {
    "brand": marked("Brand"),
    "channel": marked("Channel"),
    "language": marked("Language"),
    "topic": marked("Topic"),
    "severity": marked("Severity"),
    "status": marked("Status"),
    "country": marked("Country"),
    "text": marked("Text"),
    "post_id": marked("Post id"),
    "created_at": marked("Date"),
    "author": marked("Author"),
    "url": marked("Link"),
    "reply_to": marked("Reply to"),
    "declared_language": marked("Language as given"),
    "owned": marked("The company’s own"),
    "replied_at": marked("Time of the answer"),
    "reply_text": marked("Text of the answer"),
    "rating": marked("Rating"),
    "sentiment": marked("Sentiment"),
}


@dataclass(frozen=True)
class Wording:
    """How things are said in one language. Made by `wording`.

    Attributes
    ----------
    language : str
        One of `READER_LANGUAGES`.
    """

    language: str

    @cached_property
    def locale(self) -> Locale:
        """The language's ways with numbers and dates."""
        from babel import Locale

        return Locale.parse(_LOCALES.get(self.language, self.language))

    def say(self, message: str, /, **values: Any) -> str:
        """Say a message in this language.

        Parameters
        ----------
        message : str
            In English, with places for values: ``"{share} of the posts"``. Where no catalogue has it, it stays English.
        **values
            Put in their places as they are; format numbers before.

        Returns
        -------
        str

        Examples
        --------
        >>> wording("en").say("{share} of the posts", share="4 %")
        '4 % of the posts'
        """
        return _catalogue(self.language).gettext(message).format(**values)

    def say_n(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """Say a message about a number of things, in the form that the number asks for.

        Parameters
        ----------
        one, many : str
            The English forms; ``{n}`` is the place of the number.
        n : int
        **values
            As for `say`.

        Returns
        -------
        str

        Examples
        --------
        >>> wording("en").say_n("{n} post", "{n} posts", 1200)
        '1,200 posts'
        """
        return _catalogue(self.language).ngettext(one, many, n).format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with the language's separators.

        Parameters
        ----------
        value : float
        digits : int, default 0
            Decimals, always so many.

        Returns
        -------
        str

        Examples
        --------
        >>> wording("de").number(12345.6, 1)
        '12.345,6'
        """
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="#,##0." + "0" * digits if digits else "#,##0", locale=self.locale))

    def about(self, mean: float) -> str:
        """Write a mean count: whole, but with one decimal where that would hide most of it.

        Examples
        --------
        >>> wording("en").about(12.6), wording("en").about(0.42)
        ('13', '0.4')
        """
        return self.number(mean, 1 if 0.05 <= mean < 1.95 and abs(mean - round(mean)) >= 0.05 else 0)

    def percent(self, share: float, digits: int | None = None) -> str:
        """Write a share in percent, under ten percent with one decimal unless told; a dash for NaN.

        Examples
        --------
        >>> wording("en").percent(0.624), wording("en").percent(0.042)
        ('62%', '4.2%')
        """
        if math.isnan(share):
            return NO_FIGURE
        return self._percent(share, (1 if 0 < share < 0.0995 else 0) if digits is None else digits)

    def percent_range(self, low: float, high: float) -> str:
        """Write an interval of shares, with one dash and one sign: 58–66%."""
        if math.isnan(low) or math.isnan(high):
            return NO_FIGURE
        digits = 1 if high < 0.0995 else 0
        return f"{self.number(100 * low, digits)}{_JOINER}–{_JOINER}{self._percent(high, digits)}"

    def points(self, difference: float) -> str:
        """Write a difference of shares in percentage points, with its sign: +12, −3."""
        return self.signed(100 * difference, 0)

    def signed(self, value: float, digits: int = 2) -> str:
        """Write a number with its sign, +0.12 or −0.40; zero has none.

        Examples
        --------
        >>> wording("de").signed(-0.4)
        '−0,40'
        """
        if math.isnan(value):
            return NO_FIGURE
        text = self.number(abs(value), digits)
        return text if round(abs(value), digits) == 0 else (_MINUS if value < 0 else "+") + text

    def day(self, moment: datetime, *, year: bool = True) -> str:
        """Write a date: 9 March 2026."""
        from babel.dates import format_date, format_skeleton

        plain = str(format_skeleton("MMMMd", moment.date(), locale=self.locale))
        # Day and month stay on one line.
        kept = plain.replace(" ", _NBSP)
        return str(format_date(moment.date(), "long", locale=self.locale)).replace(plain, kept) if year else kept

    def span(self, first: datetime, last: datetime) -> str:
        """Write two dates, naming the year once where it is the same: 9 March – 5 April 2026."""
        if first.date() == last.date():
            return self.day(first)
        return f"{self.day(first, year=first.year != last.year)} – {self.day(last)}"

    def months(self, first: datetime, last: datetime) -> str:
        """Name the months of a stretch of at least four weeks, January–February; the dates of a shorter one.

        A month at either end counts where the stretch holds a week of it.
        """
        if (last - first).days < 4 * _WEEK.days - 1:
            return self.span(first, last)
        begin = first if (first + _WEEK - timedelta(days=1)).month == first.month else first + _WEEK
        end = last if last.day >= _WEEK.days else last - _WEEK
        names = self.locale.months["stand-alone"]["wide"]
        if begin.year != end.year:
            return f"{names[begin.month]} {begin.year} – {names[end.month]} {end.year}"
        return str(names[begin.month] if begin.month == end.month else f"{names[begin.month]}–{names[end.month]}")

    def period(self, start: datetime, freq: str, *, year: bool = True) -> str:
        """Name a period by itself, as in a table: 9 March 2026, 14:00; week of 9 March 2026; March 2026; Q1 2026.

        Parameters
        ----------
        start : datetime
            Its start.
        freq : str
            Its length, as in trends.
        year : bool, default True
            Weeks and days may go without.
        """
        from babel.dates import format_skeleton, format_time

        match freq:
            case "h":
                return f"{self.day(start, year=year)}, {format_time(start.time(), 'short', locale=self.locale)}"
            case "D":
                return self.day(start, year=year)
            case "MS":
                return str(format_skeleton("yMMMM", start.date(), locale=self.locale))
            case "QS":
                return str(format_skeleton("yQQQ", start.date(), locale=self.locale))
            case "YS":
                return str(start.year)
            case _:
                return self.say("week of {day}", day=self.day(start, year=year))

    def tick(self, start: datetime, freq: str, *, year: bool) -> str:
        """Name a period under an axis: 9 Mar, with the year in a second line where it is news."""
        from babel.dates import format_skeleton, format_time

        match freq:
            case "YS":
                return str(start.year)
            case "QS":
                label = str(self.locale.quarters["stand-alone"]["abbreviated"][(start.month + 2) // 3])
            case "MS":
                label = str(self.locale.months["stand-alone"]["abbreviated"][start.month])
            case _:
                label = str(format_skeleton("MMMd", start.date(), locale=self.locale))
                if freq == "h":
                    label += f" {format_time(start.time(), 'short', locale=self.locale)}"
        return f"{label}\n{start.year}" if year else label

    def by_period(self, freq: str) -> str:
        """Say how long periods are: by the week."""
        return self.say(_BY_PERIOD[freq])

    def name(self, value: str, column: str) -> str:
        """Write the name of a group as people do: a channel ``app_store`` as App Store, a language ``sv`` as Swedish.

        Names that are not known stay as they are.

        Examples
        --------
        >>> wording("en").name("app_store", "channel"), wording("de").name("sv", "language")
        ('App Store', 'Schwedisch')
        """
        if value == NO_NAME:
            return self.say("(none)")
        if column == "language" and value in (*LANGUAGES, UNDETERMINED):
            name = self.locale.languages.get(value, value)
            return str(name[:1].upper() + name[1:])
        known = _NAMES.get(column, {}).get(_SEPARATORS.sub("_", value.strip().casefold()))
        return value if known is None else self.say(known)

    def column(self, name: str) -> str:
        """Write the name of a column as a heading; those that are not known with a capital and without underscores."""
        if name in _COLUMNS:
            return self.say(_COLUMNS[name])
        words = name.replace("_", " ").strip()
        return words[:1].upper() + words[1:]

    def join(self, parts: list[str] | tuple[str, ...]) -> str:
        """Join the parts of a list: a, b and c."""
        from babel.lists import format_list

        return str(format_list(parts, locale=self.locale))

    def _percent(self, share: float, digits: int) -> str:
        from babel.numbers import format_percent

        pattern = self.locale.percent_formats[None].pattern
        return str(
            format_percent(
                share, format=pattern.replace("##0", "##0." + "0" * digits) if digits else pattern, locale=self.locale
            )
        )


@cache
def wording(language: str = "en") -> Wording:
    """Give the way to say things in a language.

    Parameters
    ----------
    language : str, default "en"
        One of `READER_LANGUAGES`, also with a region (``"sv-SE"``); Nynorsk is read as Bokmål, Faroese as Danish.

    Returns
    -------
    Wording

    Raises
    ------
    ConfigError
        If there is no catalogue for it.
    """
    plain = language.strip().lower().replace("-", "_").split("_")[0]
    found = _STANDING_IN.get(plain, plain)
    if found not in READER_LANGUAGES:
        raise ConfigError(
            f"There are no reports in the language '{language}'.",
            reason="unknown_language",
            hint=f"Choose one of: {', '.join(READER_LANGUAGES)}.",
        )
    return Wording(found)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = files("sentilens") / "resources" / "locale" / f"{language}.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
