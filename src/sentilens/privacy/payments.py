"""Numbers of accounts and machines: IBAN, payment cards, IP addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from ..schema import PLACEHOLDERS
from .context import before, is_reference

#: Length of an IBAN by country (SWIFT IBAN registry), for Europe. In the first line only digits follow the country.
_IBAN_DIGITS: Final = "SE24 NO15 DK18 FI18 IS26 FO18 GL18 DE22 AT20 BE16 CZ24 EE20 ES24 HR21 HU28 LT20 PL28 PT25 SI19 SK24"
_IBAN_MIXED: Final = (
    "AD24 BG22 CH21 CY28 FR27 GB22 GI23 GR27 IE22 IT27 LI21 LU20 LV21 MC27 MT31 NL18 RO24 SM27 TR26 UA29 RS22 BA20 AL28"
)
_IBAN_LENGTHS: Final = {item[:2]: int(item[2:]) for item in f"{_IBAN_DIGITS} {_IBAN_MIXED}".split()}
_IBAN: Final = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(_IBAN_LENGTHS)})[0-9]{{2}}(?:[ \u00a0\u202f.-]?[0-9A-Z]){{11,30}}",
    re.IGNORECASE,
)
#: A country and a digit; quicker to look for than the whole.
_IBAN_START: Final = re.compile(r"[0-9](?<=\b[A-Za-z]{2}.)")
_IBAN_WORD: Final = re.compile(r"\biban\b[^0-9]{0,15}$", re.IGNORECASE)

_CARD: Final = re.compile(
    r"(?<![\w#+])(?<![0-9][ .,-])(?:"
    r"[2-6][0-9]{3}([ \u00a0.-]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3}(?![0-9]))?"
    r"|3[0-9]{3}([ \u00a0.-]?)(?:[0-9]{6}\2[0-9]{4,5}|[0-9]{4}\2[0-9]{4}\2[0-9]{2,3}|[0-9]{4}\2[0-9]{5}\2[0-9]{2})"
    r")(?!\w)(?![.,-][0-9])"
)
#: First digits and lengths that networks give out (ISO/IEC 7812; Dankort and Maestro under 5 and 6).
_NETWORKS: Final = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[0-8][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}|"
    r"6[0-9]{15}(?:[0-9]{3})?|50[0-9]{17}|35[0-9]{14}|3[47][0-9]{13}|3(?:0[0-59]|[689][0-9])[0-9]{11}"
)

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"(?<![\w.,+-])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w-]|[.,][0-9])")
_INNER_OCTET: Final = re.compile(r"\.[0-9]{1,3}\.[0-9]")
_IPV6: Final = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_IP_WORD: Final = re.compile(r"\bip(?:v4|v6)?\b[^0-9]{0,30}$", re.IGNORECASE)
#: Four numbers with points also count releases and paragraphs.
_RELEASE: Final = re.compile(
    r"\b(?:v|ver|version\w*|versjon\w*|versio\w*|útg[aá][fv]\w*|firmware|release|build|update|upgrade|uppdat\w*|oppdat\w*|opdat\w*|"
    r"päivity\w*|uppfær\w*|dagfør\w*|ios|android|app\w*|software|driver|kap\w*|punkt\w*|avsnitt|afsnit|stycke|kohta|kafli|"
    r"ziffer|abschnitt|clause|section|grein)\b[^0-9]{0,15}$",
    re.IGNORECASE,
)


def mask_accounts(text: str) -> str:
    """Replace IBANs and the numbers of payment cards."""
    if _IBAN_START.search(text):
        text = _IBAN.sub(_mask_iban, text)
    return _CARD.sub(_mask_card, text)


def mask_ip(text: str) -> str:
    """Replace IP addresses, of both versions."""
    if text.count(":") > 1:
        text = _IPV6.sub(_mask_ipv6, text)
    return _IPV4.sub(_mask_ipv4, text) if _INNER_OCTET.search(text) else text


def _mask_iban(match: re.Match[str]) -> str:
    wanted = _IBAN_LENGTHS[match[0][:2].upper()]
    # The pattern may have run on into the next word: "NO93 8601 1117 947 takk".
    ends = [at for at, char in enumerate(match[0], start=1) if char.isalnum()]
    if len(ends) < wanted:
        return match[0]
    number, rest = match[0][: ends[wanted - 1]], match[0][ends[wanted - 1] :]
    goes_on = rest[:1].isalnum() or (not rest and match.string[match.end() : match.end() + 1].isalnum())
    compact = "".join(filter(str.isalnum, number)).upper()
    if compact[:2] in _IBAN_DIGITS and not compact[2:].isdigit():
        return match[0]
    # One wrong digit does not make somebody else's account of it, where it is called an IBAN.
    sure = mod_97_10.is_valid(compact[4:] + compact[:4]) or _IBAN_WORD.search(before(match))
    return match[0] if goes_on or not sure else PLACEHOLDERS["iban"] + rest


def _mask_card(match: re.Match[str]) -> str:
    digits = "".join(filter(str.isdigit, match[0]))
    if not _NETWORKS.fullmatch(digits) or not luhn.is_valid(digits) or is_reference(before(match)):
        return match[0]
    return PLACEHOLDERS["card"]


def _mask_ipv4(match: re.Match[str]) -> str:
    said = _IP_WORD.search(before(match))
    long_enough = sum(map(len, match[0].split("."))) >= 8 or max(map(len, match[0].split("."))) == 3
    pairs = all(len(part) == 2 for part in match[0].split("."))  # "22.33.44.55" is a phone number in Norway
    if said or (long_enough and not pairs and not _RELEASE.search(before(match))):
        return PLACEHOLDERS["ip"]
    return match[0]


def _mask_ipv6(match: re.Match[str]) -> str:
    try:
        ipaddress.IPv6Address(match[0])
    except ValueError:
        return match[0]
    return PLACEHOLDERS["ip"] if max(map(len, match[0].split(":"))) >= 3 else match[0]
