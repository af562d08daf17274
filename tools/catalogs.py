"""Bring the catalogues of translations up to date with what the code says.

python tools/catalogs.py            # rewrites src/sentilens/resources/locale/*.po; lists what lacks a translation
python tools/catalogs.py --fill translations.json   # {"sv": {"English message": "translation" or ["one", "many"]}}
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from sentilens.wording import READER_LANGUAGES

SOURCE = Path(__file__).parents[1] / "src" / "sentilens"
LOCALE = SOURCE / "resources" / "locale"
KEYWORDS = {"say": None, "say_n": (1, 2), "marked": None}
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]


def messages() -> Catalog:
    """Collect what the code and the templates say, in the order of the files."""
    found = Catalog(fuzzy=False)
    for filename, _, message, _, _ in extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS):
        found.add(message, locations=[(filename, None)])
    return found


def catalogue(language: str, template: Catalog) -> Catalog:
    """Give the catalogue of a language with just the messages of the template."""
    path = LOCALE / f"{language}.po"
    kept = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language, fuzzy=False)
    for message in template:
        if message.id:
            old = kept.get(message.id)
            new.add(message.id, old.string if old is not None else None, locations=message.locations)
    return new


def is_translated(message: object) -> bool:
    string = getattr(message, "string", "")
    return all(string) if isinstance(string, tuple | list) else bool(string)


def as_po(found: Catalog) -> bytes:
    """Write a catalogue without dates, so that the same messages are the same bytes."""
    out = io.BytesIO()
    write_po(out, found, width=128, omit_header=True, ignore_obsolete=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {found.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return f'{header}"Plural-Forms: {found.plural_forms}\\n"\n\n'.encode() + out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fill", type=Path, help="JSON with translations to enter")
    options = parser.parse_args()
    entries = json.loads(options.fill.read_text(encoding="utf-8")) if options.fill else {}
    template = messages()
    for language in READER_LANGUAGES[1:]:
        found = catalogue(language, template)
        for message in found:
            first = message.id[0] if isinstance(message.id, tuple | list) else message.id
            if first and first in entries.get(language, {}):
                entered = entries[language][first]
                message.string = tuple(entered) if isinstance(entered, list) else entered
        (LOCALE / f"{language}.po").write_bytes(as_po(found))
        missing = [message.id for message in found if message.id and not is_translated(message)]
        print(f"{language}: {len(found)} messages, {len(missing)} without a translation")
        for message_id in missing:
            print(f"  {message_id!r}")


if __name__ == "__main__":
    main()
