"""Find the brands that posts concern, in time linear in the texts however many brands there are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, repeat, takewhile
from typing import Any, Final, NamedTuple

from .endings import inflect, inner_forms
from .entries import BrandEntry, plain, plain_handle, read_entries

_WORD: Final = re.compile(r"[^\W_]+")
#: Addresses and handles hold names that are not said: "elisa@mail.example" is a person. Each part is bounded or can begin in
#: one place only, which keeps the search linear.
_OPAQUE: Final = re.compile(r"(?i:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<![\w@＠])[@＠]\w[\w.-]*")
_HOST: Final = re.compile(r"(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE: Final = re.compile(r"(?<![\w@＠])[@＠](\w[\w.-]*)")
_HASHTAG: Final = re.compile(r"(?<!\w)[#＃](\w+)")
#: "e-post" and "U-Bahn" are words of their own, not the brands Post and Bahn.
_LETTER_HYPHEN: Final = re.compile(r"(?<![^\W_])[^\W\d_][-‐‑]$")
_DASHES: Final = str.maketrans("‐‑–—’ʼ´`", "----''''")
#: More than so many characters between two words part a name.
_MAX_GAP: Final = 4
#: A closed compound adds at least so many letters to the name.
_MIN_COMPOUND: Final = 3
#: Remembered words; what they are looked up as is forgotten when there are more.
_MAX_REMEMBERED: Final = 200_000

_NAME, _PHRASE, _CONTEXT = "name", "phrase", "context"


@dataclass(frozen=True)
class _Alias:
    """One name or excluding phrase of a brand; `head` and `tail` are signs around its words ("Telmira+")."""

    brand: int
    kind: str
    words: tuple[str, ...]
    gaps: tuple[str, ...]
    head: str
    tail: str
    languages: tuple[str, ...] = ()
    exact_case: bool = False
    common: bool = False
    min_compound: int | None = None


class _Form(NamedTuple):
    """A stem of an alias's last word, with its endings; `written` is the stem in the case of the file."""

    alias: _Alias
    endings: frozenset[str]
    written: str
    is_name: bool
    short: bool


@dataclass
class _Node:
    """After some words of a name: the words that may follow, and the stems of those that end it, behind their gap."""

    edges: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, list[_Form]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)


class _Hit(NamedTuple):
    start: int
    end: int
    alias: _Alias
    exact: bool


def load_brands(source: str | os.PathLike[str] | Mapping[str, Any]) -> BrandMatcher:
    """Read a list of brands.

    Parameters
    ----------
    source : path or mapping
        A ``brands.toml``, or a mapping of the same shape; see docs/brands.md.

    Returns
    -------
    BrandMatcher

    Raises
    ------
    ConfigError
        With reason ``bad_brands`` and the place of the fault: no such file, no TOML, an unknown key, an empty name, a value
        of the wrong type, or the same name, handle, hashtag or domain for two brands.

    Examples
    --------
    >>> brands = load_brands({"Telmira": {"handles": ["telmira_se"]}, "Svippo": {}})
    >>> brands.match(["Telmiras app är trasig, byter till Svippo", "hej @telmira_se", "bara väder"])
    [('Telmira', 'Svippo'), ('Telmira',), ()]
    """
    return BrandMatcher(read_entries(source))


class BrandMatcher:
    """Tells which brands posts concern. Made by `load_brands`.

    Parameters
    ----------
    entries : sequence of BrandEntry

    Attributes
    ----------
    entries : tuple of BrandEntry
    brands : tuple of str
        The brands in the order of the file.
    handles : frozenset of str
        All handles of brands, without ``@``, case-folded: what masking keeps (``mask_text(..., keep_handles=...)``).
    """

    def __init__(self, entries: Sequence[BrandEntry]) -> None:
        self.entries = tuple(entries)
        self.brands = tuple(entry.brand for entry in self.entries)
        self._owned = self._table("owned")
        self._handles = self._table("handles") | self._owned
        self._hashtags = self._table("hashtags")
        self._domains = self._table("domains")
        self.handles = frozenset(self._handles)
        self._root = _Node()
        for number, entry in enumerate(self.entries):
            for alias in _aliases(number, entry):
                _plant(self._root, alias)
        self._remembered: dict[str, list[tuple[_Form, bool]]] = {}

    def __repr__(self) -> str:
        return f"<BrandMatcher: {len(self.brands):,} brands>"

    def _table(self, kind: str) -> dict[str, int]:
        return {alias: number for number, entry in enumerate(self.entries) for alias in getattr(entry, kind)}

    def match(
        self, texts: Iterable[Any], *, authors: Iterable[Any] | None = None, urls: Iterable[Any] | None = None
    ) -> list[tuple[str, ...]]:
        """Tell the brands that each post concerns.

        Parameters
        ----------
        texts : iterable of str, shape (n_posts,)
            Whatever is no text (None, NaN) names no brand.
        authors : iterable of str, optional, shape (n_posts,)
            Who wrote them: the brand's own posts concern it.
        urls : iterable of str, optional, shape (n_posts,)
            Where they stand: a brand's domain anywhere in the address tells it.

        Returns
        -------
        list of tuple of str, length n_posts
            In the order of the file.

        Examples
        --------
        >>> load_brands({"Bahn": {"exclude": ["Achterbahn"]}}).match(["Die Bahn war spät", "Die Bahn der Achterbahn"])
        [('Bahn',), ()]
        """
        rows = zip(texts, repeat(None) if authors is None else authors, repeat(None) if urls is None else urls, strict=False)
        return [tuple(self.brands[number] for number in sorted(self._match_one(*row))) for row in rows]

    @property
    def has_owned(self) -> bool:
        """Whether any brand names authors of its own."""
        return bool(self._owned)

    def owned(self, authors: Iterable[Any]) -> list[bool]:
        """Tell whose posts are a brand's own, by the authors' handles or names."""
        return [isinstance(author, str) and plain_handle(author) in self._owned for author in authors]

    def _match_one(self, text: Any, author: Any, url: Any) -> set[int]:
        found: set[int] = set()
        if isinstance(author, str) and (number := self._owned.get(plain_handle(author))) is not None:
            found.add(number)
        if isinstance(url, str) and self._domains:
            found.update(self._domains_in(url))
        if isinstance(text, str):
            found.update(self._in_text(plain(text)))
        return found

    def _in_text(self, text: str) -> Iterator[int]:
        has_at = "@" in text or "＠" in text
        if has_at and self._handles:
            for match in _HANDLE.finditer(text):
                if (number := self._handles.get(match[1].rstrip(".-").casefold())) is not None:
                    yield number
        if self._hashtags and ("#" in text or "＃" in text):
            for match in _HASHTAG.finditer(text):
                if (number := self._hashtags.get(match[1].casefold())) is not None:
                    yield number
        if self._domains and "." in text:
            yield from self._domains_in(text)
        if has_at or "://" in text or "www." in text.lower():
            text = _OPAQUE.sub(" \0 ", text)
        # Most posts name no brand: whether any word can begin a name is told from the words alone.
        if any(map(self._begins, set(_WORD.findall(text)))):
            yield from _settle(self._hits(text))

    def _domains_in(self, text: str) -> Iterator[int]:
        for match in _HOST.finditer(text):
            host = match[0].casefold()
            while "." in host:
                if (number := self._domains.get(host)) is not None:
                    yield number
                    break
                host = host.partition(".")[2]

    def _begins(self, token: str) -> bool:
        return bool(self._forms(token)) or token.casefold() in self._root.edges

    def _forms(self, token: str) -> list[tuple[_Form, bool]]:
        """Give the names that consist of this word alone, remembered."""
        forms = self._remembered.get(token)
        if forms is None:
            if len(self._remembered) > _MAX_REMEMBERED:
                self._remembered.clear()
            forms = self._remembered[token] = _forms_at(self._root, "", token)
        return forms

    def _hits(self, text: str) -> Iterator[_Hit]:
        words = list(_WORD.finditer(text))
        for first, match in enumerate(words):
            node, token, gap = self._root, match[0], ""
            forms = self._forms(token)
            for last in range(first, len(words)):
                for form, exact in forms:
                    if _stands(text, match.start(), words[last].end(), form.alias):
                        yield _Hit(match.start(), words[last].end(), form.alias, exact)
                further = node.edges.get(gap + token.casefold())
                if further is None or last + 1 == len(words):
                    break
                node, token = further, words[last + 1][0]
                gap = _gap(text[words[last].end() : words[last + 1].start()])
                forms = _forms_at(node, gap, token)


def _aliases(number: int, entry: BrandEntry) -> Iterator[_Alias]:
    for name in entry.names:
        yield _alias(
            number,
            _NAME,
            name,
            languages=entry.languages,
            exact_case=name in entry.case_sensitive,
            common=name in entry.common_words,
            min_compound=_MIN_COMPOUND if entry.compounds else None,
        )
    for kind, phrases in ((_PHRASE, entry.exclude_phrases), (_CONTEXT, entry.exclude)):
        for phrase in phrases:
            stem = phrase.rstrip("*")
            yield _alias(number, kind, stem, languages=entry.languages, min_compound=1 if stem != phrase else None)


def _alias(number: int, kind: str, name: str, **options: Any) -> _Alias:
    words = list(_WORD.finditer(name))
    gaps = tuple(_gap(name[one.end() : other.start()]) for one, other in pairwise(words))
    head, tail = name[: words[0].start()], name[words[-1].end() :]
    return _Alias(number, kind, tuple(word[0] for word in words), gaps, head, tail, **options)


def _plant(root: _Node, alias: _Alias) -> None:
    """Put an alias into the tree of words."""
    gaps = ("", *alias.gaps)
    node = root
    for gap, word in zip(gaps, alias.words[:-1], strict=False):
        further = node.edges.get(gap + word.casefold()) or _Node()
        for inner in inner_forms(word.casefold(), alias.languages):
            node.edges.setdefault(gap + inner, further)
        node = further
    last = alias.words[-1]
    word, acronym = last.casefold(), len(last) > 1 and last == last.upper() != last.lower()
    endings: dict[str, frozenset[str]] = {word: frozenset({""})}
    if not alias.tail and len(word) > 1:
        for language in alias.languages:
            for stem, more in inflect(word, language, acronym=acronym).items():
                endings[stem] = endings.get(stem, frozenset()) | more
    for stem, known in endings.items():
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(stem, word, strict=False)))
        form = _Form(alias, _shared(known), last[:same], stem == word, short=len(word) <= 2)
        node.stems.setdefault(gaps[-1] + stem, []).append(form)
        if len(gaps[-1] + stem) not in node.lengths:
            node.lengths.append(len(gaps[-1] + stem))


@cache
def _shared(endings: frozenset[str]) -> frozenset[str]:
    """Give one and the same of equal sets: thousands of names share a few."""
    return endings


def _forms_at(node: _Node, gap: str, token: str) -> list[tuple[_Form, bool]]:
    """Give the names that end in this word, and whether they stand in it without an ending."""
    key = gap + token.casefold()
    found = []
    for length in node.lengths:
        if length > len(key):
            continue
        rest = key[length:]
        for form in node.stems.get(key[:length], ()):
            shortest = form.alias.min_compound
            fits = rest in form.endings or (form.is_name and shortest is not None and len(rest) >= shortest and rest.isalpha())
            # Two letters and an ending are another word, unless they stand in the name's own case: "SJs", not "ops".
            if fits and (not (form.alias.exact_case or (form.short and rest)) or token.startswith(form.written)):
                found.append((form, form.is_name and not rest))
    return found


def _gap(between: str) -> str:
    """Give what stands between two words in one form: blanks and hyphens are the same, other signs count."""
    if len(between) > _MAX_GAP:
        return "\0"
    signs = "".join(between.split()).translate(_DASHES)
    return " " if signs in {"", "-"} else signs


def _stands(text: str, start: int, end: int, alias: _Alias) -> bool:
    """Whether the words at a place are the alias, signs, case and surroundings included."""
    if not text.startswith(alias.tail, end):
        return False
    if not text.startswith(alias.head, max(0, start - len(alias.head))):
        return False
    if alias.kind != _NAME:
        return True
    written = text[start:end]
    if alias.exact_case and _WORD.findall(written)[:-1] != list(alias.words[:-1]):
        return False
    if alias.common and written == written.lower():
        return False
    return not _LETTER_HYPHEN.search(text, max(0, start - 3), start)


def _settle(hits: Iterable[_Hit]) -> Iterator[int]:
    """Choose among hits: the longer name wins, then the one without an ending; excluded ones are dropped."""
    names: list[_Hit] = []
    phrases: list[_Hit] = []
    excluded: set[int] = set()
    for hit in hits:
        if hit.alias.kind == _CONTEXT:
            excluded.add(hit.alias.brand)
        else:
            (names if hit.alias.kind == _NAME else phrases).append(hit)
    names.sort(key=lambda hit: (hit.start, -hit.end, not hit.exact))
    phrases.sort(key=lambda hit: (hit.start, -hit.end))
    reach: dict[int, int] = {}
    next_phrase, furthest = 0, (-1, -1, False)  # end, start and exactness of the name that reaches furthest so far
    for hit in names:
        while next_phrase < len(phrases) and phrases[next_phrase].start <= hit.start:
            phrase = phrases[next_phrase]
            reach[phrase.alias.brand] = max(reach.get(phrase.alias.brand, -1), phrase.end)
            next_phrase += 1
        if hit.alias.brand in excluded or reach.get(hit.alias.brand, -1) >= hit.end:
            continue
        end, start, exact = furthest
        if end > hit.end or (end == hit.end and (start < hit.start or (exact and not hit.exact))):
            continue
        furthest = (hit.end, hit.start, hit.exact)
        yield hit.alias.brand
