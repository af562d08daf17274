"""Posts without the people in them."""

from __future__ import annotations

import pandas as pd

from ..privacy.shield import PERSONAL_COLUMNS, Shield
from .audit import ReadAudit


def shield_posts(posts: pd.DataFrame, shield: Shield, audit: ReadAudit) -> pd.DataFrame:
    """Take the people out of the canonical columns, as reading made them from whatever cells; no row goes."""
    shielded = posts.copy(deep=False)
    for name in posts.columns:
        if name in PERSONAL_COLUMNS:
            values = shield.canonical(name, posts[name].tolist(), audit.privacy)
            shielded[name] = pd.Series(values, index=posts.index, dtype=posts[name].dtype)
    return shielded
