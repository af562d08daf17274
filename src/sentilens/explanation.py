"""Why a text got its scores: what each piece of it added."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from .schema import SENTIMENTS


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why a text got its scores.

    Attributes
    ----------
    text : str
        The cleaned, masked text that was scored.
    language : str
    probabilities : dict of str to float
        ``negative, neutral, positive`` and ``complaint``.
    table : DataFrame
        One row a piece of the text in reading order, then patterns of the whole post in brackets, then ``(base rate)``;
        columns ``piece`` and, in log-odds, ``complaint, negative, neutral, positive``. Each column sums to the logit of its
        probability: the logistic function of the sum is the complaint probability, the softmax of the three sums are the
        sentiment's.
    is_exact : bool
        True where the score is by its making the sum of these rows. False for the semantic model: a word's row is what the
        logit loses when the word is left out, and the row ``(context)`` is what the words do only together.
    """

    text: str
    language: str
    probabilities: dict[str, float]
    table: pd.DataFrame
    is_exact: bool = True

    def top(self, n: int = 5, head: str = "complaint") -> pd.DataFrame:
        """Give the ``n`` pieces that moved a score most, in either direction."""
        pieces = self.table[~self.table["piece"].isin(["(base rate)", "(context)"])]
        order = pieces[head].abs().sort_values(ascending=False, kind="stable").index
        return pieces.loc[order[:n], ["piece", head]].reset_index(drop=True)

    def __repr__(self) -> str:
        scores = ", ".join(f"{name} {value:.2f}" for name, value in self.probabilities.items())
        reasons = ", ".join(f"{piece} {part:+.2f}" for piece, part in self.top().itertuples(index=False))
        kind = "" if self.is_exact else "about "
        return f"Explanation({self.language}: {scores}; complaint moved {kind}by {reasons or 'nothing'})"

    def _repr_html_(self) -> str:
        shown = self.table.style.format(precision=2, escape="html").background_gradient(
            cmap="RdBu_r", vmin=-2, vmax=2, subset=["complaint", *SENTIMENTS]
        )
        return f"<p>{escape(repr(self))}</p>{shown.hide(axis='index').to_html()}"
