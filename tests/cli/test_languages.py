from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from sentilens.cli.languages import LanguageSample


class Named:
    """Takes the text itself for the name of its language."""

    def identify(self, cleaned: list[str], declared: list[Any]) -> tuple[list[str], list[float]]:
        assert len(cleaned) == len(declared)
        return cleaned, [1.0] * len(cleaned)


def posts(texts: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"text": texts, "declared_language": None})


def test_the_most_frequent_language_comes_first() -> None:
    sample = LanguageSample()
    sample.add(posts(["sv", "nb", " ", None, "nb"]))
    assert list(sample.count(Named()).items()) == [("nb", 2), ("sv", 1)]


def test_nothing_to_tell() -> None:
    assert LanguageSample().count(Named()) == {}


@pytest.mark.parametrize("n_posts", [2_000, 2_001, 9_999])
def test_the_sample_is_small_spaced_and_the_same_in_any_chunks(n_posts: int) -> None:
    texts = [f"x{number}" for number in range(n_posts)]
    whole, parts = LanguageSample(), LanguageSample()
    whole.add(posts(list(texts)))
    for start in range(0, n_posts, 700):
        parts.add(posts(list(texts[start : start + 700])))
    found = whole.count(Named())
    assert found == parts.count(Named())
    assert 1_000 <= len(found) <= 2_000
    numbers = sorted(int(text[1:]) for text in found)
    assert len({after - before for before, after in pairwise(numbers)}) == 1
