"""Which brands a post concerns, told by names, handles, hashtags and domains that a ``brands.toml`` lists.

The modules, each importing only those before it: `endings` (how names are inflected), `entries` (what the file says),
`matcher` (finding it in posts).
"""

from __future__ import annotations

from .entries import BrandEntry
from .matcher import BrandMatcher, load_brands

__all__ = ["BrandEntry", "BrandMatcher", "load_brands"]
