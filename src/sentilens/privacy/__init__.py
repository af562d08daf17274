"""People in posts: masked in texts, pseudonymous as authors, left out as columns.

The modules: `addresses` (links, e-mail, handles), `phones`, `identifiers` (national ids) and `payments` (IBAN, cards, IP),
`names` (sign-offs), `context` (the words around a number that say what it is), `masking` (all of them in one pass),
`pseudonyms` (authors), `links` (to posts and people), `columns` (which columns of an export hold personal data), `shield` (all
of it for one file).
"""

from __future__ import annotations

from .masking import mask_text, masked_kinds, text_masker

__all__ = ["mask_text", "masked_kinds", "text_masker"]
