"""Sentences, numbers and dates in the reader's language: one catalogue for each language, English in the code.

Code says what it has to say in English, through `Wording.say` or `Wording.say_n`, with named places for values; a catalogue
(``resources/locale/<language>.po``) says the same in another language. ``tools/catalogs.py`` brings the catalogues up to date.
"""

from __future__ import annotations

from .names import marked
from .reader import NO_FIGURE, READER_LANGUAGES, Wording, wording

__all__ = ["NO_FIGURE", "READER_LANGUAGES", "Wording", "marked", "wording"]
