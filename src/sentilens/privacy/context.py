"""The words around a number that tell whether it belongs to a person or to a thing."""

from __future__ import annotations

import re
from typing import Final

#: How far back, and ahead, the words around a number are read.
CHARS_BEFORE: Final = 60
CHARS_AFTER: Final = 30

#: Beginnings of words for things that have numbers: orders and contracts; parcels; bills; cases; products, meters and machines;
#: tickets and vouchers.
_STEMS: Final = tuple(
    "order ordre bestell bestill beställ tilau pöntun pantan bílegg auftrag bokning booking buchung varaus bókun avtal vertrag "
    "sopimu samning police polise vakuutu medlem mitglied kundn kunden asiakasn konton "
    "kolli paket pakke pakka paki sänd sending sendung spår sporing seuranta lähety track parcel shipment "
    "faktur rechnung reikning rokning lasku invoice viite kvitt kuitti beleg giro "
    "ärende arende vorgang aktenzeichen ticket referen tilvísun diarie "
    "artikel vare vara varu vöru vørun produkt product tuote serie serial sarja raðnúm streckkod strekkod strikamerki "
    "mät måler målar målepunkt måling zähler mittari mæli mátar meter chargen batch "
    "biljett billett fahrschein lippu miði presentkort gavekort gåvekort gutschein lahjakort gjafakort voucher".split()
)
#: Such words that are too short to be beginnings; alone, or with the word for number.
_SHORT: Final = re.compile(
    r"(?:sak|sag|mál|case|ref|art|lot|ean|gtin|isbn|ocr|kid)(?:en|s)?(?:nr|nummer|nummar|numero|númer|number|id)?"
)
#: What may stand between such a word and the number.
_LINKS: Final = frozenset("nr nummer nummar numero numer númer no number id kod kode code er är is ist on med mit with".split())
_WORDS: Final = re.compile(r"\w+")

#: Words that announce the number of a person; the name of the group is the country's, where they tell it.
_PERSON: Final = re.compile(
    r"(?P<se_pnr>samordningsn)|(?P<no_fnr>\bf[øöo]dselsn|\bf[öo]delsen|\bfnr\b|\b[dh][- ]?(?:nummer|number|nr)\b)|"
    r"(?P<dk_cpr>\bcpr)|(?P<fi_hetu>\bhetu|henkilötunnu|\bsotu|personbeteckning)|(?P<is_kt>kennit[aö]l|\bkt\b)|"
    r"(?P<de_tax>\bsteuer|\bid[- ]?nr\b|\bidentifikationsn|\btin\b|\btax id|skatte-id|skatteid)|"
    r"(?P<person>\bperson(?:al)?[- ]?(?:nummer|nr|number|id|numer)|\bpers\.? ?nr|\bpnr\b|\bpersonennummer|\bnational id|"
    r"\bid[- ]number|\bsocial security|\bsistä? fyra|\bsiste fire|\btax identification)",
    re.IGNORECASE,
)
#: Words announce the number next to them, not one beyond.
_NUMBER: Final = re.compile(r"[0-9]{4}")


def before(match: re.Match[str]) -> str:
    """The text just before a match."""
    return match.string[max(0, match.start() - CHARS_BEFORE) : match.start()]


def is_reference(text_before: str) -> bool:
    """Whether the last words announce the number of an order, a bill, a parcel, a product …

    >>> is_reference("Ordrenr. "), is_reference("ring om ordren på ")
    (True, False)
    """
    said = text_before.rstrip(" \u00a0.:#(-")
    if not said[-1:].isalnum():
        return False
    words = _WORDS.findall(said.casefold())
    while len(words) > 1 and words[-1] in _LINKS:
        words.pop()
    return words[-1].startswith(_STEMS) or _SHORT.fullmatch(words[-1]) is not None


def announced_person(match: re.Match[str]) -> str:
    """Tell what kind of personal number the words around a match speak of: a key of `PLACEHOLDERS`, ``"person"``, or ``""``."""
    words = before(match)
    said = list(_PERSON.finditer(words))
    if said and not _NUMBER.search(words, said[-1].end()):
        return str(said[-1].lastgroup)
    following = match.string[match.end() : match.end() + CHARS_AFTER]
    after = None if _NUMBER.search(following) else _PERSON.search(following)
    return str(after.lastgroup) if after else ""
