"""Complaint rates corrected for what the classifier is known to get wrong, per language.

A model's manifest, or a table that is passed, says how often the classifier is right on posts it has not seen::

    {"complaint": {"all": {"sensitivity": 0.86, "specificity": 0.93, "n_positive": 400, "n_negative": 900},
                   "sv": {...}}}

``sensitivity`` is the share of the complaints that it finds, ``specificity`` the share of the others that it leaves alone,
``n_positive`` and ``n_negative`` how many posts the two rest on. ``all`` stands for languages without an entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ..errors import ConfigError
from .intervals import Z_95, FloatArray

#: Key of the table in a model's manifest, and that of the complaint head in the table.
MANIFEST_KEY: Final = "error_rates"
HEAD: Final = "complaint"
ALL_LANGUAGES: Final = "all"
#: Stands for posts of languages that nothing is known of.
_UNKNOWN: Final = "?"
#: Below this the classifier tells complaints from others hardly better than a coin, and a correction is noise.
MIN_YOUDEN: Final = 0.2


@dataclass(frozen=True)
class ErrorRates:
    """How right the classifier is, and on how many posts that was found."""

    sensitivity: float
    specificity: float
    n_positive: int
    n_negative: int

    @property
    def youden(self) -> float:
        """Sensitivity + specificity - 1."""
        return self.sensitivity + self.specificity - 1


def read_error_rates(table: Mapping[str, Any] | None) -> dict[str, ErrorRates]:
    """Read the error rates of the complaint classifier by language; empty where there are none.

    Raises
    ------
    ConfigError
        Where the table has not the form that is promised (reason ``bad_error_rates``).
    """
    if not table or not table.get(HEAD):
        return {}
    try:
        rates = {str(language): ErrorRates(**facts) for language, facts in sorted(table[HEAD].items())}
        sound = all(
            min(r.sensitivity, r.specificity) >= 0
            and max(r.sensitivity, r.specificity) <= 1
            and min(r.n_positive, r.n_negative) > 0
            for r in rates.values()
        )
    except (TypeError, AttributeError):
        sound = False
    if not sound:
        raise ConfigError(
            "The error rates have not the form that is expected.",
            reason="bad_error_rates",
            hint="For each language give sensitivity and specificity in [0, 1], n_positive and n_negative above 0.",
        )
    return rates


def count_languages(rows: pd.DataFrame, language: pd.Series[Any], rates: Mapping[str, ErrorRates]) -> pd.DataFrame:
    """Add columns that count each row's post and complaint under the error rates that hold for its language."""
    rest = ALL_LANGUAGES if ALL_LANGUAGES in rates else _UNKNOWN
    codes = language.astype("object").where(language.isin(list(rates)), rest).to_numpy()
    added = {
        f"{name}@{code}": np.where(codes == code, rows[name], 0)
        for code in sorted(set(codes))
        for name in ("n_posts", "n_complaints")
    }
    return rows.assign(**added)


def corrected_rates(counts: pd.DataFrame, rates: Mapping[str, ErrorRates]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give complaint rates by the adjusted count, with 95 % intervals, for each row of counts.

    In each language the share r of posts that are called complaints becomes (r + specificity - 1) / (sensitivity +
    specificity - 1); the languages are then weighted by their posts. The interval knows the play of chance both in the posts
    and in the facts about the classifier. NaN where a post is of a language that nothing is known of, or that the classifier
    is no good at (sensitivity + specificity below 1.2).

    References
    ----------
    W. J. Rogan and B. Gladen (1978), Estimating prevalence from the results of a screening test, American Journal of
    Epidemiology 107, 71-76. Z. Lang and J. Reiczigel (2014), Confidence limits for prevalence of disease adjusted for estimated
    sensitivity and specificity, Preventive Veterinary Medicine 113, 13-22 (counts smoothed before the variance is taken).
    """
    total = counts["n_posts"].to_numpy(dtype=float)
    estimate, centre, variance = (np.zeros(len(counts)) for _ in range(3))
    unknown = total == 0
    for column in (name for name in counts.columns if str(name).startswith("n_posts@")):
        code = str(column).partition("@")[2]
        n, k = counts[column].to_numpy(dtype=float), counts[f"n_complaints@{code}"].to_numpy(dtype=float)
        facts = rates.get(code)
        if facts is None or facts.youden < MIN_YOUDEN:
            unknown |= n > 0
            continue
        weight = np.divide(n, total, out=np.zeros_like(n), where=total > 0)
        estimate += weight * (np.divide(k, n, out=np.zeros_like(n), where=n > 0) + facts.specificity - 1) / facts.youden
        in_language = _smoothed(k, n, facts)
        centre += weight * in_language[0]
        variance += weight**2 * in_language[1]
    half = Z_95 * np.sqrt(variance)
    results = (estimate, np.minimum(centre - half, estimate), np.maximum(centre + half, estimate))
    shown = [np.where(unknown, np.nan, np.clip(values, 0.0, 1.0)) for values in results]
    return shown[0], shown[1], shown[2]


def _smoothed(k: FloatArray, n: FloatArray, facts: ErrorRates) -> tuple[FloatArray, FloatArray]:
    """Give centre and variance of the interval in one language, after Lang and Reiczigel."""
    z2 = Z_95**2
    trials = n + z2
    share = (k + z2 / 2) / trials
    finds, leaves = (
        (facts.n_positive * facts.sensitivity + 1) / (facts.n_positive + 2),
        (facts.n_negative * facts.specificity + 1) / (facts.n_negative + 2),
    )
    youden = finds + leaves - 1
    rate = (share + leaves - 1) / youden
    of_finds, of_leaves = rate * finds * (1 - finds) / facts.n_positive, (1 - rate) * leaves * (1 - leaves) / facts.n_negative
    shift = 2 * z2 * (rate * (1 - finds) / facts.n_positive - (1 - rate) * (1 - leaves) / facts.n_negative)
    variance = (share * (1 - share) / trials + rate * of_finds + (1 - rate) * of_leaves) / youden**2
    return rate + shift, variance
