"""Names that people give themselves: in a sign-off at the end of a line, or after "my name is".

Only capitalised words next to such a formula count. Names in running text are another matter, and stay.
"""

from __future__ import annotations

import re
from typing import Final

from ..schema import PLACEHOLDERS

#: The last words of farewells, by language: what stands before them ("med vänlig", "best") changes nothing.
_FAREWELLS: Final[dict[str, str]] = {
    "sv": "mvh vh m.v.h hälsning hälsningar hälsningen hälsar vänligen kram kramar",
    "nb": "hilsen hilsning hilsninger hilsener klem",
    "nn": "helsing helsingar",
    "da": "hilsner kh knus",
    "fi": "terv terveisin terveiset terkuin terkut ystävällisesti kunnioittavasti",
    "is": "kveðja kveðju kveðjur kv mbk virðingarfyllst vinsemd",
    "fo": "heilsan heilsanir",
    "de": "gruß grüße grüßen gruesse gruessen mfg lg vg hochachtungsvoll",
    "en": "regards wishes sincerely truly faithfully cheers",
}
_FAREWELL_WORDS: Final = frozenset(" ".join(_FAREWELLS.values()).casefold().split())
#: Those that are other things as well ("24 t.", "mein LG Fernseher"): they count where a sentence begins, and not the first.
_AMBIGUOUS: Final = frozenset("t. t: lg vg vh kv kh cheers klem truly".split())
#: Ways to say one's own name, as regular expressions, by language.
_INTRODUCTIONS: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("jag heter", "mitt namn är", "namnet är"),
    "nb": ("jeg heter", "mitt navn er", "navnet mitt er", "navnet er"),
    "nn": ("eg heiter", "namnet mitt er", "mitt namn er"),
    "da": ("jeg hedder", "mit navn er"),
    "fi": ("nimeni on", "(?:minun |mun )nimi on"),
    "is": ("ég heiti", "eg heiti", "nafn mitt er", "nafnið mitt er"),
    "fo": ("eg eiti", "navn mítt er", "mítt navn er"),
    "de": ("ich hei(?:ß|ss)e", "mein name ist", "mein name lautet"),
    "en": ("my name is", "i am called"),
}

_UPPER: Final = "A-ZÀ-ÖØ-ÞČĆĐŁŠŽ"
_BLANK: Final = "[ \u00a0]"
_WORD: Final = rf"(?:(?:[{_UPPER}]|Fam|Dr|Hr|Fr)\.(?!\S)|[{_UPPER}](?:[^\W\d_]|['’-](?=[^\W\d_])){{0,30}}+)"
#: What comes after a farewell without being a name: "MVH EN KUND", "Mvh Kundtjänst", "Grüße Ihr Team".
_NO_NAMES: Final = frozenset(
    "en ein eine einem einer ei et ett a an the den det der die das din dine dein deine ditt dere er ihr ihre euer eure your "
    "you us oss os vi wir we sie euch dich alle alla all hele hela fra från frå frá aus from og och und and team teamet tiimi "
    "kund kunde kunden kundtjänst kundservice kundeservice kundenservice customer support service asiakas asiakaspalvelu "
    "þjónustuver viðskiptavinur kundi mvh mfg hilsen gruß til till to".casefold().split()
)
#: Up to three more words in capitals, with small ones among them ("von", "og"). Nothing here is tried twice (possessive
#: quantifiers), so that text in capitals takes no longer than other text.
_MORE_WORDS: Final = (
    rf"(?:{_BLANK}(?:(?:von|van|der|den|de|af|av|zu|da|la|och|og|ja|und|and|&){_BLANK}){{0,2}}(?!I\b){_WORD}){{0,3}}+(?!\w)"
)
#: A name after which only a town, a number or a placeholder follows on its line.
_SIGNED: Final = re.compile(
    rf"({_WORD}){_MORE_WORDS}(?=(?:[^\w\n<(]{{0,5}}+(?:<(?:[A-Z_]{{2,12}}>|3+)|[{_UPPER}0-9][\w.-]{{0,30}}+|\([^()\n]{{0,40}}+\)"
    r"|(?:fra|från|frå|frá|aus|from|i|in|av|von)\b)){0,6}+[^\w\n]{0,12}+(?:\n|\Z))"
)
_INTRODUCED: Final = re.compile(
    rf"(?<!\w)((?i:{'|'.join(said for by_language in _INTRODUCTIONS.values() for said in by_language)}){_BLANK})"
    rf"({_WORD}){_MORE_WORDS}"
)
_FIRST_CAPITAL: Final = re.compile(rf"[{_UPPER}](?<!\w.)")
#: A capital after the last letters of an introduction.
_AFTER_INTRODUCTION: Final = re.compile(rf" [{_UPPER}](?<=(?:er|är|ER|ti|on|st|et|is|ße|se|ed) .)")
#: "Hälsningar från Anna".
_PREPOSITIONS: Final = frozenset(("från", "fra", "frå", "frá", "from", "von"))
_AFTER_FAREWELL: Final = ".,:;!–-"
#: Longer than a farewell, what follows it and a preposition.
_FAREWELL_CHARS: Final = 32
#: What may follow the last word of a text.
_MARKS: Final = " .!?…)😊🙂😀😁😉😍😡😢😭👍👎❤\ufe0f♥🙏"
#: How much of a text's end is read for a sign-off in its last line.
_TAIL: Final = 120


def may_hold_names(text: str) -> bool:
    """Tell quickly whether a text is worth a search."""
    return _may_sign_off(text) or _AFTER_INTRODUCTION.search(text) is not None


def mask_names(text: str) -> str:
    """Replace names in sign-offs and introductions."""
    if _AFTER_INTRODUCTION.search(text):
        text = _INTRODUCED.sub(_mask_introduced, text)
    return _mask_sign_offs(text) if _may_sign_off(text) else text


def _may_sign_off(text: str) -> bool:
    """Whether the last word, or that of some line, is anything but a word in small letters."""
    if "\n" in text:
        return True
    stripped = text.rstrip(_MARKS)
    return not stripped[stripped.rfind(" ") + 1 :][:1].islower()


def _mask_introduced(match: re.Match[str]) -> str:
    return match[0] if match[2].casefold() in _NO_NAMES else match[1] + PLACEHOLDERS["name"]


def _mask_sign_offs(text: str) -> str:
    pieces, done = [], 0
    for capital in _FIRST_CAPITAL.finditer(text, 0 if "\n" in text else max(0, len(text) - _TAIL)):
        start = capital.start()
        if start < done or not (name := _SIGNED.match(text, start)):
            continue
        if name[1].casefold() in _NO_NAMES or not _says_farewell(text, start):
            continue
        pieces += [text[done:start], PLACEHOLDERS["name"]]
        done = name.end()
    return "".join([*pieces, text[done:]])


def _says_farewell(text: str, start: int) -> bool:
    """Whether what stands before a name is a farewell, or the slash of "/Anna"."""
    before = text[max(0, start - _FAREWELL_CHARS) : start].casefold()
    words = before.split()
    if not words:
        return False
    if words[-1] in {"/", "//"}:
        return True
    if not text[start - 1].isspace() and text[start - 1] not in _AFTER_FAREWELL:
        return False
    if words[-1] in _PREPOSITIONS or words[-1] in _AFTER_FAREWELL:
        words.pop()
    said = words[-1] if words else ""
    farewell = said.rstrip(_AFTER_FAREWELL)
    if said in _AMBIGUOUS or farewell in _AMBIGUOUS:
        sentence = before[: before.rfind(said)].rstrip(" \u00a0")
        return sentence != "" and not sentence[-1].isalnum()
    return farewell in _FAREWELL_WORDS
