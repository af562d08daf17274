"""Why a post wants an answer, after an old rule: always answer a question about a product, a technical problem, an error about
the company, and an unhappy customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..lexicon import LEXICAL_GROUPS, ROOT, all_concepts, lexicon_matcher
from ..normalize import normalize_text
from ..schema import UNDETERMINED
from ..tokens import tokenize
from ..wording import Wording, marked

#: Reason codes in the order in which they are told -> how people say them.
REASONS: Final[dict[str, str]] = {
    "grave": marked("grave: somebody blames or threatens"),
    "safety": marked("about safety or personal data"),
    "technical_problem": marked("a technical problem"),
    "factual_error": marked("says that something is wrong"),
    "unhappy_customer": marked("an unhappy customer"),
    "question": marked("a question"),
    "expects_reply": marked("expects a reply"),
    "waiting": marked("waits for more than a day"),
}
#: Topics of technical problems, and that of safety.
TECHNICAL_TOPICS: Final = ("app_website", "outage_reliability", "product_quality")
SAFETY_TOPIC: Final = "safety_privacy"
#: Between codes in a cell.
SEPARATOR: Final = "|"

_ERROR_CONCEPTS: Final = frozenset({"WRONG_INFORMATION", "MISLEADING"})
#: What people say when something that was said is not so.
_NOT_TRUE: Final = (
    *("stämmer inte", "inte sant", "felaktig uppgift", "stemmer ikke", "stemmer ikkje", "ikke sant at", "passer ikke"),
    *("ikke rigtigt", "ikke korrekt", "ei pidä paikkaansa", "ei pitänyt paikkaansa", "ekki rétt", "passar ikki"),
    *("stimmt nicht", "nicht wahr", "nicht richtig", "nicht korrekt", "not true", "not correct", "incorrect"),
)


def is_question(text: str) -> bool:
    """Tell whether a post asks something; question marks of links do not count, as links are masked."""
    return "?" in text


def tells_of_an_error(text: str, language: str) -> bool:
    """Tell whether a post says that something which was said or written is wrong.

    Parameters
    ----------
    text : str
    language : str
        A code of `sentilens.schema.LANGUAGES`; others are read with the words of all.

    Examples
    --------
    >>> tells_of_an_error("Öppettiderna på er sida stämmer inte", "sv")
    True
    """
    cleaned = normalize_text(text).casefold()
    if any(phrase in cleaned for phrase in _NOT_TRUE):
        return True
    matcher, concepts = lexicon_matcher(LEXICAL_GROUPS.get(language, LEXICAL_GROUPS[UNDETERMINED])), all_concepts()
    branches: tuple[int, ...] = ()
    for token in tokenize(cleaned):
        numbers = matcher.match(token)
        branches = matcher.next_branches((ROOT, *branches), numbers)
        found = (*(number for number in numbers if number >= 0), *matcher.ending(branches))
        if any(concepts[number].name in _ERROR_CONCEPTS for number in found):
            return True
    return False


def in_words(codes: Iterable[str], wording: Wording) -> str:
    """Say reasons as people do: "A technical problem; waits for more than a day"."""
    told = "; ".join(wording.say(REASONS[code]) for code in codes)
    return told[:1].upper() + told[1:]
