"""Sentences, numbers and dates in the reader's language: one catalogue for each language, English in the code.

Code says what it has to say in English, through `Wording.say` or `Wording.say_n`, with named places for values; a catalogue
(``resources/locale/<language>.po``) says the same in another language. ``tools/catalogs.py`` brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from .errors import ConfigError

if TYPE_CHECKING:
    from babel import Locale

#: Languages that reports and plots can be had in.
READER_LANGUAGES: Final[tuple[str, ...]] = ("en", "sv", "nb", "da", "fi", "is", "de")
#: Whose way with numbers and dates is meant where a language has several, and which language stands in for others.
_LOCALES: Final = {"en": "en_GB"}
_STANDING_IN: Final = {"no": "nb", "nn": "nb", "fo": "da"}


def marked(message: str) -> str:
    """Mark a message of a table for the catalogues; it is said later, by `Wording.say`."""
    return message


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
