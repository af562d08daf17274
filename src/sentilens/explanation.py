"""Why a text got its scores: what each piece of it added."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from .errors import ConfigError
from .head_columns import YES_NO
from .heads import LinearHead, ScoringHeads
from .tokens import FloatArray, TokenizedTexts


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why a text got its scores.

    Attributes
    ----------
    text : str
        The cleaned, masked text that was scored.
    language : str
    probabilities : dict of str to float
        ``negative, neutral, positive`` and ``complaint``; of one head: its classes, or its name where it answers yes or no.
    table : DataFrame
        One row a piece of the text in reading order, then patterns of the whole post in brackets, then ``(base rate)``;
        columns ``piece`` and, in log-odds, ``complaint, negative, neutral, positive``, or those of one head. Each column sums
        to the logit of its probability: the logistic function of the sum is the complaint probability, the softmax of the
        three sums are the sentiment's. A head of two classes that are words has one column, of the second.
    is_exact : bool
        True where the score is by its making the sum of these rows. False for the semantic model: a word's row is what the
        logit loses when the word is left out, and the row ``(context)`` is what the words do only together.
    """

    text: str
    language: str
    probabilities: dict[str, float]
    table: pd.DataFrame
    is_exact: bool = True
    leading: str = "complaint"

    def top(self, n: int = 5, head: str | None = None) -> pd.DataFrame:
        """Give the ``n`` pieces that moved a score most, in either direction; ``head`` is a column, by default the leading."""
        head = head or self.leading
        pieces = self.table[~self.table["piece"].isin(["(base rate)", "(context)"])]
        order = pieces[head].abs().sort_values(ascending=False, kind="stable").index
        return pieces.loc[order[:n], ["piece", head]].reset_index(drop=True)

    def __repr__(self) -> str:
        scores = ", ".join(f"{name} {value:.2f}" for name, value in self.probabilities.items())
        reasons = ", ".join(f"{piece} {part:+.2f}" for piece, part in self.top().itertuples(index=False))
        kind = "" if self.is_exact else "about "
        return f"Explanation({self.language}: {scores}; {self.leading} moved {kind}by {reasons or 'nothing'})"

    def _repr_html_(self) -> str:
        shown = self.table.style.format(precision=2, escape="html").background_gradient(
            cmap="RdBu_r", vmin=-2, vmax=2, subset=list(self.table.columns[1:])
        )
        return f"<p>{escape(repr(self))}</p>{shown.hide(axis='index').to_html()}"


def explain_scores(stack: ScoringHeads, tokenized: TokenizedTexts, language: str, head: str | None) -> Explanation:
    """Explain the scores of a single text: of one head, or of complaint and sentiment side by side.

    Raises
    ------
    ConfigError
        If there is no such head (reason ``unknown_head``).
    """
    heads = stack.heads
    if head is not None and head not in heads:
        raise ConfigError(f"The model has no head {head!r}.", reason="unknown_head", hint=f"It has {', '.join(heads)}.")
    pieces, columns = stack.contributions(tokenized, language)
    parts = stack.split(columns)
    table = pd.DataFrame({"piece": pieces})
    probabilities: dict[str, float] = {}
    for name in ("complaint", "sentiment") if head is None else (head,):
        said, named = _answers(heads[name], parts[name])
        # Sentiment comes first in words, complaint first in the table.
        probabilities = {**said, **probabilities}
        table[named] = parts[name]
    leading = head or "complaint"
    if leading not in table.columns:
        shown = table.columns[1:]
        leading = max(shown, key=lambda name: probabilities[name])
    return Explanation(tokenized.texts[0], language, probabilities, table, stack.is_additive, leading)


def _answers(head: LinearHead, parts: FloatArray) -> tuple[dict[str, float], list[str]]:
    """Give the probabilities of a head's answers, and the answers that the columns of its weights speak of."""
    probabilities = head.probabilities(parts.sum(axis=0, keepdims=True))[0]
    if head.classes == YES_NO:
        return {head.name: float(probabilities[1])}, [head.name]
    return dict(zip(head.classes, map(float, probabilities), strict=True)), list(head.classes[-head.n_columns :])
