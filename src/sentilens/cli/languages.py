"""Which languages an export holds, by a sample of its posts."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pandas as pd

from ..normalize import normalize_all
from ..schema import TEXT

_MAX_POSTS: Final = 2_000


class LanguageSample:
    """Keeps up to 2,000 posts, evenly spaced through an export of any length, however it is cut into chunks."""

    def __init__(self) -> None:
        self._posts: list[tuple[Any, Any]] = []
        self._step = 1
        self._n_seen = 0

    def add(self, posts: pd.DataFrame) -> None:
        """Take in a chunk."""
        for post in zip(posts[TEXT], posts["declared_language"], strict=True):
            if self._n_seen % self._step == 0:
                self._posts.append(post)
                if len(self._posts) > _MAX_POSTS:
                    self._posts = self._posts[::2]
                    self._step *= 2
            self._n_seen += 1

    def count(self, model: Any) -> dict[str, int]:
        """Name the language of each that is not empty, as scoring does; the most frequent language comes first."""
        cleaned = normalize_all(text for text, _ in self._posts)
        filled = [(text, declared) for text, (_, declared) in zip(cleaned, self._posts, strict=True) if text.strip()]
        if not filled:
            return {}
        languages, _ = model.identify([text for text, _ in filled], [declared for _, declared in filled])
        return dict(sorted(Counter(languages).items(), key=lambda pair: (-pair[1], pair[0])))
