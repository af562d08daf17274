"""Why a figure moved: where, in which words, and typical posts."""

from __future__ import annotations

from .explanation import ChangeExplanation

__all__ = ["ChangeExplanation"]
