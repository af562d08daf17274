"""Why a figure moved: where, in which words, and typical posts."""

from __future__ import annotations

from .explain import explain_change
from .explanation import ChangeExplanation

__all__ = ["ChangeExplanation", "explain_change"]
