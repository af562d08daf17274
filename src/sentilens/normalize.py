"""Clean the texts of posts: small named fixers, each a pure function from str to str, applied in a fixed order.

Each fixer undoes one kind of damage or variation; none takes away what carries meaning. Letters such as å ä ö æ ø ü ß ð þ
are never stripped, emoji stay whole, and a censored swear word stays recognisable as one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .errors import TextError
from .privacy import mask_text


class Step(NamedTuple):
    """What one fixer did to a text."""

    fixer: str
    before: str
    after: str


# Characters that UTF-8 bytes turn into when read as cp1252 or Latin-1, followed by another such character.
_MOJIBAKE_HINT = re.compile("[ÂÃÄÅÆÇÐÑâãäåæçðñ¢£ï][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


# What cp1252 has in this range (quotation marks, dashes, "…") are control characters in Latin-1.
_CONTROLS_HINT = re.compile("[\u0080-\u009f]")


def fix_mojibake(text: str) -> str:
    """Repair text whose bytes were read in the wrong encoding ("fÃ¶rsenat"), by ftfy."""
    if text.isascii():
        return text
    if _MOJIBAKE_HINT.search(text):
        import ftfy

        text = ftfy.fix_encoding(text)
    if _CONTROLS_HINT.search(text):
        from ftfy.fixes import fix_c1_controls

        text = fix_c1_controls(text)
    return text


_AMPERSANDS = re.compile(r"&(?:amp;)+", re.IGNORECASE)


def fix_html_entities(text: str) -> str:
    """Turn ``&amp;`` and ``&auml;`` into characters, however many times the text was escaped."""
    if "&" not in text or ";" not in text:
        return text
    return html.unescape(_AMPERSANDS.sub("&", text))


# No look past the next beginning of the same: text that only opens elements must not be read again and again.
_HIDDEN_ELEMENTS = re.compile(
    r"<(script|style)\b[^<>]{0,500}>(?:(?!<(?:script|style)\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_BREAKING_TAGS = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|table|h[1-6]|blockquote)\b[^<>]{0,500}>", re.IGNORECASE)
# Only names of elements count as tags: "<3" is a heart and "<URL>" a placeholder.
_INLINE_TAGS = re.compile(
    r"</?(?:a|abbr|b|body|center|code|em|font|head|html|i|img|label|mark|pre|q|s|script|small|span|strike|strong|style|sub|"
    r"sup|tbody|td|th|thead|tt|u|wbr)\b[^<>]{0,500}>|<!--(?:(?!<!--).){0,2000}?-->",
    re.DOTALL | re.ASCII,
)


def fix_html_tags(text: str) -> str:
    """Remove HTML elements; those that break a line leave a line break."""
    if "<" not in text or ">" not in text:
        return text
    if "<s" in text or "<S" in text:
        text = _HIDDEN_ELEMENTS.sub(" ", text)
    return _INLINE_TAGS.sub("", _BREAKING_TAGS.sub("\n", text))


def fix_unicode_form(text: str) -> str:
    """Compose letters and their marks (NFC), so that "a" + ring is "å"."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_STYLED = re.compile("[\ufb00-\ufb06\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a]")


def fix_ligatures(text: str) -> str:
    """Take ligatures ("ﬁ") apart and turn styled letters ("𝗯𝗮𝗱") into plain ones."""
    if text.isascii():
        return text
    return _STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐]\r?\n[ \t]*(?=[a-zåäöæøüßðþáéíóúý])")


def fix_hyphenation(text: str) -> str:
    """Drop soft hyphens and join words that were broken at a line end ("Kunden-⏎service")."""
    if "\u00ad" in text:
        text = text.replace("\u00ad", "")
    return _LINE_HYPHEN.sub("", text) if "\n" in text else text


_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_EMOJI_BASE = "©®‼⁉™ℹ\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff〰〽㊗㊙\U0001f000-\U0001faff#*0-9"
# Joiners and variation selectors mean something inside an emoji ("❤️", "👩‍💻") and nothing elsewhere.
_STRAY_SELECTOR = re.compile(f"(?<![{_EMOJI_BASE}])[\ufe0e\ufe0f]|(?<![{_EMOJI_BASE}\ufe0f])[\u200c\u200d]")


def fix_invisible(text: str) -> str:
    """Remove characters that nobody sees; odd spaces become spaces. What holds an emoji together stays."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    return _STRAY_SELECTOR.sub("", _SPACES.sub(" ", text))


# Beginnings of swear words in the languages of ours that are no words by themselves. Before asterisks any letter will do;
# dots alone also stand between careless sentences ("hej..hur"), so there the beginning must be one of these.
_SWEAR_BEGINNINGS = (
    "sk ski jä jäv jäk fa helv hlv skitj fitt kuk ku ræv rass fae pul dri sch sche schei schw arsc ars wich fic hur verd "
    "vit vitt perk pers saat saata pask pas hevo fu fuc fck sh shi bul dam hel bast andsk djöf djø djæ fand skid lor røv kny"
).split()
_CENSOR_DOTS = re.compile(
    rf"\b({'|'.join(sorted(_SWEAR_BEGINNINGS, key=len, reverse=True))})(?:\.{{2,}}|…)(?=[^\W\d_])",
    re.IGNORECASE,
)
# A run of marks does not begin with "!": "bra!!! 50%" censors nothing.
_CENSOR_MARKS = re.compile(
    r"(?<![\w*])([^\W\d_]{1,7})(?:\*{1,8}|#{2,8}|[$%&@#][$%&@#!]{2,7}|-{2,8}(?=[a-zåäöæø]\b))([^\W\d_]{0,14})(?![*\d])"
)


def fix_censored(text: str) -> str:
    """Write censored swearing in one way: ``sk..tdåligt`` and ``sk***tdåligt`` become ``sk*tdåligt``."""
    if "*" in text or "#" in text or "$" in text or "--" in text or "%" in text:
        text = _CENSOR_MARKS.sub(_mark_censored, text)
    return _CENSOR_DOTS.sub(r"\1*", text) if ".." in text or "…" in text else text


def _mark_censored(match: re.Match[str]) -> str:
    before, after = match[1], match[2]
    # "hus*" is a footnote and "*suck*" an action: a word is censored when letters follow, or when little of it is left.
    if not after and (len(before) > 3 or match[0].count("*") == 1):
        return match[0]
    return f"{before}*{after}"


_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_REPEATED_MARKS = re.compile(r"([!?.,…])\1{3,}")


def fix_stretched(text: str) -> str:
    """Shorten stretched letters to two ("såååå" to "såå") and runs of marks to three."""
    return _REPEATED_MARKS.sub(r"\1\1\1", _STRETCHED.sub(r"\1\1", text))


_BLANKS = re.compile(r"[ \t]+")
_LINES = re.compile(r" ?\n[ \n]*")


def fix_whitespace(text: str) -> str:
    """Collapse blanks and empty lines, strip the ends."""
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


#: The fixers in the order in which they run, by name. Masking stands among them: it needs clean text, and what comes after it
#: must not see a person's address.
FIXERS: dict[str, Callable[[str], str]] = {
    "mojibake": fix_mojibake,
    "html_entities": fix_html_entities,
    "html_tags": fix_html_tags,
    "ligatures": fix_ligatures,
    "unicode_form": fix_unicode_form,
    "hyphenation": fix_hyphenation,
    "invisible": fix_invisible,
    "masking": mask_text,
    "censored": fix_censored,
    "stretched": fix_stretched,
    "whitespace": fix_whitespace,
}
#: What one fixer uncovers another may have to mend ("&lt;br&gt;" is a tag, escaped), so the fixers run until nothing changes:
#: once for a clean text, twice for most others. Past this number the text was made to keep us busy.
_MAX_PASSES = 12


def normalize_text(text: str, *, keep_handles: Collection[str] = ()) -> str:
    """Clean one text.

    Parameters
    ----------
    text : str
        A post as it was exported.
    keep_handles : collection of str, optional
        Handles that are not masked (a brand's own).

    Returns
    -------
    str
        The cleaned text, with personal data masked. Normalizing it again changes nothing.

    See Also
    --------
    explain_normalization : the same, step by step.

    Examples
    --------
    >>> normalize_text("FÃ¶rsenat&nbsp;igen<br>sååååå sk..tdåligt!!!!!")
    'Försenat igen\\nsåå sk*tdåligt!!!'
    """
    for step in _steps(text, keep_handles):
        text = step.after
    return text


def explain_normalization(text: str, *, keep_handles: Collection[str] = ()) -> list[Step]:
    """Tell which fixers changed a text, and how.

    Parameters
    ----------
    text, keep_handles
        As for `normalize_text`.

    Returns
    -------
    list of Step
        ``(fixer, before, after)`` of each fixer that changed something, in order, each going on from the one before; empty
        for a clean text.

    Examples
    --------
    >>> [step.fixer for step in explain_normalization("Jättebra\\u00ad!  ")]
    ['hyphenation', 'whitespace']
    """
    return list(_steps(text, keep_handles))


def _steps(text: str, keep_handles: Collection[str]) -> Iterator[Step]:
    for _ in range(_MAX_PASSES):
        start = text
        for name, fixer in FIXERS.items():
            after = mask_text(text, keep_handles=keep_handles) if name == "masking" else fixer(text)
            if after != text:
                yield Step(name, text, after)
                text = after
        if text == start:
            return


def normalize_all(texts: Iterable[Any], *, keep_handles: Collection[str] = ()) -> list[str]:
    """Clean the texts of many posts.

    Parameters
    ----------
    texts : iterable of str, shape (n_posts,)
        Raw texts; None, NaN and whatever else is no text count as empty. A list, Series or array, of Arrow strings too.
    keep_handles : collection of str, optional
        As for `normalize_text`.

    Returns
    -------
    list of str, length n_posts

    Raises
    ------
    TextError
        For a single text or a whole table, whose letters and column names would pass for posts.

    Examples
    --------
    >>> normalize_all(["  Bra! ", None])
    ['Bra!', '']
    """
    if isinstance(texts, str | bytes):
        raise TextError("Many texts are needed, and this is one.", reason="one_text", hint="Put it into a list: [text].")
    if getattr(texts, "ndim", 1) != 1:
        raise TextError(
            "One column of texts is needed, and this is a table.", reason="table", hint="Give the column: posts['text']."
        )
    values = texts.to_pylist() if hasattr(texts, "to_pylist") else texts  # the scalars of pyarrow are no str
    raw = [text if isinstance(text, str) else "" for text in values]
    return [
        mask_text(text, keep_handles=keep_handles) if plain else _clean(text, keep_handles)
        for text, plain in zip(raw, _are_plain(raw), strict=True)
    ]


#: Characters that stay as they are, unless three are the same in a row, or of the latter two.
_PLAIN = "abcdefghijklmnopqrstuvwxyzåäöæøüßéáíóúýðþABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÆØÜÉÁÍÓÚÝÐÞ0123456789,:;!?'\"()/+="
_PLAIN_ALONE = " .-"


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Tell of each character whether it is plain (1), plain when it stands alone (2), or neither (0), as all past the last."""
    kinds = np.zeros(0x1FB01, dtype=np.uint8)
    kinds[list(map(ord, _PLAIN))] = 1
    kinds[list(map(ord, _PLAIN_ALONE))] = 2
    kinds[0x2600:0x27C0] = kinds[0x1F300:0x1F3FB] = kinds[0x1F400:0x1FB00] = 1
    return kinds


def _are_plain(texts: list[str]) -> list[bool]:
    """Tell, of many texts at once, which hold plain characters only, so that no fixer but masking changes them."""
    # With a blank on either side of each, blanks at the ends of a text stand in a row.
    codes = np.frombuffer(" ".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[np.minimum(codes, len(_kinds()) - 1)]
    odd = kinds == 0
    same = codes[1:] == codes[:-1]
    odd[1:] |= same & (kinds[1:] == 2)
    odd[2:] |= same[1:] & same[:-1]
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    # The blank after a text belongs to it.
    plain: list[bool] = (~np.logical_or.reduceat(odd[1:], starts[:-1])).tolist()
    return plain


#: Longer texts are cleaned without asking first whether they need it, so that no long word is remembered.
_MAX_ASKED = 2_000
#: Fixers change a text for the sake of one word, or of a blank between two, or of these: what begins here may end in another
#: word, and what is mended depends on the whole text.
_REACHES_FAR = re.compile(rf"&.|<!|<[a-zA-Z/](?![^<>]*>)|^\n|\n$|{_MOJIBAKE_HINT.pattern}")
#: Words that were found clean; forgotten when they become too many.
_CLEAN_WORDS: set[str] = set()
_MAX_CLEAN_WORDS = 100_000
_PLAIN_WORD = re.compile(r"(?:([a-zåäöæøüßA-ZÅÄÖÆØÜ])(?!\1\1))+[.,!?:]?")


def _clean(text: str, keep_handles: Collection[str]) -> str:
    """Do what `normalize_text` does; most texts need no more than masking, which their words tell."""
    if len(text) <= _MAX_ASKED and _has_clean_words(text):
        masked = mask_text(text, keep_handles=keep_handles)
        if masked == text or _has_clean_words(masked):
            return masked
    return normalize_text(text, keep_handles=keep_handles)


def _has_clean_words(text: str) -> bool:
    """Tell whether no fixer but masking would change a text; False does not mean that one would."""
    words = text.split(" ")
    if _CLEAN_WORDS.issuperset(words):
        return True
    if not all(map(_is_clean_word, words)):
        return False
    if len(_CLEAN_WORDS) > _MAX_CLEAN_WORDS:
        _CLEAN_WORDS.clear()
    _CLEAN_WORDS.update(words)
    return True


def _is_clean_word(word: str) -> bool:
    """Tell whether a string without blanks is no reason for any fixer to change a text."""
    if word in _CLEAN_WORDS or _PLAIN_WORD.fullmatch(word):
        return True
    if not word or _REACHES_FAR.search(word):
        return False
    return all(fixer(word) == word for name, fixer in FIXERS.items() if name != "masking")
