from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sentilens.semantic.encoder_file import Vocabulary
from sentilens.semantic.tokenizer import PieceTokenizer

_SCORES = {"▁": -3.0, "a": -4.0, "b": -4.5, "ab": -5.1, "▁a": -5.0, "▁ab": -7.3, "ba": -6.4, "bab": -9.9, "▁b": -8.0}
VOCABULARY = Vocabulary(
    {piece: (number, score) for number, (piece, score) in enumerate(_SCORES.items(), 10)},
    0,
    2,
    3,
    -20.0,
    {0xC4: "ab", 0x09: " "},
)


def test_specials_spaces_replacements_and_the_unknown() -> None:
    tokenizer = PieceTokenizer(VOCABULARY)
    numbers = {piece: number for piece, (number, _) in VOCABULARY.scores.items()}
    assert tokenizer.pieces("a", 9) == [0, numbers["▁a"], 2]
    assert tokenizer.pieces("  a \t a", 9) == [0, numbers["▁a"], numbers["▁a"], 2]
    assert tokenizer.pieces("Ä", 9) == tokenizer.pieces("ab", 9)
    assert tokenizer.pieces("xx", 9) == [0, numbers["▁"], 3, 3, 2]
    assert tokenizer.pieces("", 9) == [0, numbers["▁"], 2]


def test_long_texts_are_cut_from_the_end() -> None:
    tokenizer = PieceTokenizer(VOCABULARY)
    assert tokenizer.pieces("ab " * 50, 7) == [*tokenizer.pieces("ab " * 50, 100)[:8], 2]


@settings(max_examples=60)
@given(st.text("abx", min_size=1, max_size=8))
def test_the_likeliest_pieces_are_found(word: str) -> None:
    marked = "▁" + word
    cuts = [cut for n in range(len(marked)) for cut in combinations(range(1, len(marked)), n)]
    ways = [[marked[i:j] for i, j in zip((0, *cut), (*cut, len(marked)), strict=True)] for cut in cuts]
    unknown = (3, VOCABULARY.unknown_score)
    likelihood = [
        sum(VOCABULARY.scores.get(piece, unknown)[1] for piece in way)
        for way in ways
        if all(piece in VOCABULARY.scores or len(piece) == 1 for piece in way)
    ]
    logs = dict([*VOCABULARY.scores.values(), unknown])
    found = PieceTokenizer(VOCABULARY).pieces(word, 100)[1:-1]
    assert abs(sum(logs[number] for number in found) - max(likelihood)) < 1e-9
