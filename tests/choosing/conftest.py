"""An export of posts in languages that the small model knows, with everything that must not be labelled."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

_SAID = {
    "sv": ("paketet kom aldrig fram till {}", "vilken fråga, när öppnar ni i {}", "tack för fantastiskt snabb hjälp i {}"),
    "da": ("pakken er aldrig dukket op i {}", "hvornår åbner butikken i {}", "tusind tak for venlig betjening i {}"),
    "de": ("das Paket ist nie angekommen in {}", "wann öffnet der Laden in {}", "vielen Dank für die schnelle Hilfe in {}"),
}
_PLACES = "Umeå Lund Kiruna Visby Falun Ystad Luleå Borås Kalmar Gävle Motala Arvika Odense Aarhus Bremen Kassel".split()


@pytest.fixture
def export() -> pd.DataFrame:
    """144 posts, no two of which are near-copies: German ones are rare, one channel and one brand too."""
    rows = [
        {
            "text": f"{phrase.format(place)} {place[::-1]} {place[:3]}{kind}{language} {place[1:]}x{kind}",
            "post_id": f"{language}-{kind}-{place}",
            "channel": "chat" if place == "Kassel" else "email",
            "brand": "Voltvik" if place in {"Umeå", "Lund"} else "Telmira",
        }
        for (language, phrases), place in product(_SAID.items(), _PLACES)
        for kind, phrase in enumerate(phrases)
    ]
    return pd.DataFrame(rows)
