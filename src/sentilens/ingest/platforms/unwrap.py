"""Texts as platforms wrap them, taken out of their wrapping; each function changes nothing that is not wrapped."""

from __future__ import annotations

import html
import json
import re
from typing import Final
from urllib.parse import unquote

#: Put between cells that a function takes apart again; no export has it in its texts.
CELL_BREAK: Final = "\x1f"
_SEGMENTS_START: Final = re.compile(r'\s*[\[{]\s*(?:\{\s*)?"(?:takeoutSegments|text)"\s*:')
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?"
_TWO_CLOCKS: Final = re.compile(rf"(?P<first>.*?{_CLOCK})\s+{_CLOCK}\s*")

#: A tag ends before the next one begins, which keeps the search linear in whatever text.
_TAG: Final = re.compile(r"<(?:(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9]*)(?=[\s/>])|!)[^<>]*>")
#: Elements of HTML that stand on lines of their own.
BLOCKS: Final = frozenset(
    "address article aside blockquote br center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_SILENT: Final = frozenset({"script", "style"})
_SILENT_END: Final = re.compile(rf"</(?P<name>{'|'.join(sorted(_SILENT))})\b", re.IGNORECASE)
_ELEMENTS: Final = (
    BLOCKS
    | _SILENT
    | frozenset(
        "! a abbr audio b big body button cite code del em embed font head html i iframe img input ins kbd label link mark "
        "meta noscript object picture q s small source span strike strong sub sup svg time tt u video wbr".split()
    )
)

#: As Google writes them in the languages at hand.
_TRANSLATED: Final = re.compile(
    r"\((?:Translated by|Översatt av|Oversatt av|Oversat af|Übersetzt von|Þýtt af) Google\)|\(Googlen kääntämä\)"
)
_ORIGINAL: Final = re.compile(r"\((?:Original|Originalet|Originaltext|Alkuperäinen|Upprunalegt)\)")
_REDIRECTION: Final = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,7}/url\?", re.IGNORECASE)
_TARGET: Final = re.compile(r"[?&](?:url|q)=(https?(?::|%3A)[^&#]+)", re.IGNORECASE)


def unescape_html(text: str) -> str:
    """Turn ``&amp;`` and its like into characters.

    >>> unescape_html("H&amp;M &lt;3")
    'H&M <3'
    """
    return html.unescape(text) if "&" in text else text


def join_segments(text: str) -> str:
    """Join the text segments that Google Takeout writes as JSON, in any of its generations.

    >>> join_segments('{"takeoutSegments":[{"text":"Hej "},{"text":"du"}]}')
    'Hej du'
    >>> join_segments('{"text":"Hej"},{"text":"\\\\n"},{"text":"du"}')
    'Hej\\ndu'
    >>> join_segments("[5/5] Hej du")
    '[5/5] Hej du'
    """
    if not _SEGMENTS_START.match(text):
        return text
    for candidate in (text, f"[{text}]"):
        try:
            parsed = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        segments = parsed.get("takeoutSegments", [parsed]) if isinstance(parsed, dict) else parsed
        if isinstance(segments, list) and all(isinstance(segment, dict) for segment in segments):
            return "".join(str(segment.get("text", "")) for segment in segments)
    return text


def one_clock(text: str) -> str:
    """Drop the time of day that stands twice where date and time are columns and the date has a time of its own.

    >>> one_clock("06-Feb-2026 03:03PM 3:03 PM"), one_clock("06-Feb-2026 3:03 PM")
    ('06-Feb-2026 03:03PM', '06-Feb-2026 3:03 PM')
    """
    match = _TWO_CLOCKS.fullmatch(text)
    return text if match is None else match["first"]


def title_and_text(text: str) -> str:
    """Put a title before a text, unless it only repeats how the text begins.

    >>> title_and_text("Nytt!\\x1fVi har öppnat"), title_and_text("Vi har…\\x1fVi har öppnat"), title_and_text("Nytt!")
    ('Nytt!\\n\\nVi har öppnat', 'Vi har öppnat', 'Nytt!')
    """
    title, between, body = text.partition(CELL_BREAK)
    if not between:
        return text
    start = title.strip().removesuffix("…").removesuffix("...").rstrip()
    return body if body.strip().startswith(start) else f"{title}\n\n{body}"


def web_address(text: str) -> str:
    """Keep what is a web address, and nothing of what a link is called, such as "view comment"."""
    return text if text.strip().casefold().startswith(("http://", "https://")) else ""


def without_notice(text: str) -> str:
    """Empty the text of a post that is gone, for which a notice in brackets stands.

    >>> without_notice("[deleted]"), without_notice("[deleted] igen?")
    ('', '[deleted] igen?')
    """
    return "" if text.strip().casefold() in {"[deleted]", "[removed]", "[deleted by user]"} else text


def strip_html(text: str) -> str:
    """Take texts out of HTML: tags go, lines and paragraphs stay lines, entities become characters.

    What looks like a tag but is none that HTML knows stays; what scripts and styles hold goes.

    >>> strip_html("Paketet <b>kom</b> aldrig&nbsp;...<br/>H&amp;M &lt;3, du&#39;")
    "Paketet kom aldrig ...\\nH&M <3, du'"
    >>> strip_html("stod <levererat> på sidan")
    'stod <levererat> på sidan'
    """
    if "<" not in text and "&" not in text:
        return text
    # Without its end, a script would swallow the rest.
    last_end = {match["name"].lower(): match.start() for match in _SILENT_END.finditer(text)}
    kept: list[str] = []
    start, silent = 0, ""
    for tag in _TAG.finditer(text):
        name = (tag["name"] or "!").lower()
        if name not in _ELEMENTS or (silent and name != silent):
            continue
        if silent:
            silent = ""
        else:
            kept.append(text[start : tag.start()])
            kept.append("\n" if name in BLOCKS else "")
            if not tag["end"] and last_end.get(name, 0) > tag.start():
                silent = name
        start = tag.end()
    kept.append(text[start:])
    plain = html.unescape("".join(kept)) if "&" in text else "".join(kept)
    if plain == text:
        return text
    lines = (" ".join(re.split(r"[ \t\xa0]+", line)).strip() for line in plain.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def repair_mojibake(text: str) -> str:
    """Put UTF-8 together again whose bytes were written as a character each.

    >>> repair_mojibake("Jag Ã¤r sÃ¥ glad"), repair_mojibake("Jag är så glad")
    ('Jag är så glad', 'Jag är så glad')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def original_text(text: str) -> str:
    """Keep what the author wrote of a text that Google has translated.

    >>> original_text("(Translated by Google) Good! (Original) Bra!"), original_text("Bra! (Translated by Google) Good!")
    ('Bra!', 'Bra!')
    """
    translation = _TRANSLATED.search(text)
    if translation is None:
        return text
    original = _ORIGINAL.search(text, translation.end())
    if original is not None:
        return text[original.end() :].strip()
    return text[: translation.start()].strip() or text[translation.end() :].strip()


def real_link(url: str) -> str:
    """Take the address out of one by which Google redirects to it.

    >>> real_link("https://www.google.com/url?rct=j&sa=t&url=https://forum.example/a%3Fb%3D1&ct=ga")
    'https://forum.example/a?b=1'
    """
    if not _REDIRECTION.match(url):
        return url
    target = _TARGET.search(url)
    return url if target is None else unquote(target[1])


def first_word(text: str) -> str:
    """Take the first of several values that say the same.

    >>> first_word("1770390180 1770390181")
    '1770390180'
    """
    return text.split(maxsplit=1)[0] if text.strip() else text
