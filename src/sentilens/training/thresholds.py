"""From which probability on a post counts: by F1, by what errors cost, or by how many alerts a day can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from ..answers import check_threshold
from ..errors import ConfigError
from ..evaluation import best_threshold
from .fitting import FloatArray

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_COST: Final = re.compile(rf"cost={_NUMBER}:{_NUMBER}")
_PER_DAY: Final = re.compile(rf"per-day={_NUMBER}(?:/{_NUMBER})?")
_SHARE: Final = re.compile(rf"share={_NUMBER}(%?)")
#: Costs this near to the least are as good; among them the threshold is taken that the probabilities themselves suggest.
_AS_GOOD: Final = 1.02
_LEAST, _MOST = 0.01, 0.99


@dataclass(frozen=True)
class ThresholdRule:
    """How the threshold of complaints is chosen.

    Attributes
    ----------
    kind : {"f1", "cost", "per-day", "share", "value"}
    false_alarm, missed : float
        What the two errors cost, for ``cost``.
    limit : float
        Posts a day, share of posts, or the threshold itself.

    Examples
    --------
    >>> ThresholdRule.of("cost=1:5").missed
    5.0
    >>> ThresholdRule.of("per-day=20/500")  # 20 of the 500 posts that come in a day
    ThresholdRule(kind='share', false_alarm=1.0, missed=1.0, limit=0.04)
    >>> str(ThresholdRule.of(0.35))
    '0.35'
    """

    kind: Literal["f1", "cost", "per-day", "share", "value"]
    false_alarm: float = 1.0
    missed: float = 1.0
    limit: float = 0.0

    @classmethod
    def of(cls, rule: str | float | ThresholdRule) -> ThresholdRule:
        """Read a rule.

        Parameters
        ----------
        rule : str, float or ThresholdRule
            ``"f1"``; ``"cost=1:5"`` where a missed complaint is five times as bad as a false alarm; ``"per-day=20"``: on no
            day of the labelled posts are more than 20 flagged; ``"per-day=20/500"``: 20 where 500 posts come in a day, of which
            the labelled ones are a sample; ``"share=0.04"`` or ``"share=4%"``, which says that too; or a number, the
            threshold itself.

        Raises
        ------
        ConfigError
            If it is none of these (reason ``bad_threshold``).
        """
        if isinstance(rule, ThresholdRule):
            return rule
        text = str(rule).strip().casefold().replace(" ", "")
        if text == "f1":
            return cls("f1")
        if (match := _COST.fullmatch(text)) and min(float(match[1]), float(match[2])) > 0:
            return cls("cost", float(match[1]), float(match[2]))
        if match := _PER_DAY.fullmatch(text):
            limit, flow = float(match[1]), float(match[2] or 0)
            return cls("share", limit=limit / flow) if flow > limit else cls("per-day", limit=limit)
        if match := _SHARE.fullmatch(text):
            share = float(match[1]) / (100.0 if match[2] else 1.0)
            if share < 1.0:
                return cls("share", limit=share)
        try:
            value = float(text)
        except ValueError:
            raise ConfigError(
                f"The threshold rule {rule!r} is not known.",
                reason="bad_threshold",
                hint="Use f1, cost=1:5 (false alarm : missed), per-day=20, per-day=20/500, share=4%, or a number such as 0.35.",
            ) from None
        check_threshold(value)
        return cls("value", limit=value)

    def __str__(self) -> str:
        if self.kind == "cost":
            return f"cost={self.false_alarm:g}:{self.missed:g}"
        return {"f1": "f1", "value": f"{self.limit:g}"}.get(self.kind, f"{self.kind}={self.limit:g}")

    def choose(self, probability: FloatArray, truth: FloatArray, times: pd.Series) -> float:
        """Choose the threshold.

        Parameters
        ----------
        probability : float64 array of shape (n_posts,)
            Calibrated probabilities of posts unseen in training.
        truth : array of shape (n_posts,)
            0 or 1.
        times : Series of shape (n_posts,)
            Their times in UTC, for ``per-day``.

        Returns
        -------
        float
            In (0, 1). Limits of ``per-day`` and ``share`` raise the threshold of ``f1`` where it would flag more.

        Raises
        ------
        ConfigError
            If posts a day are wanted, and there are no dates (reason ``no_dates``).
        """
        if self.kind == "value":
            return self.limit
        if self.kind == "cost":
            return _cheapest(probability, truth, self.false_alarm, self.missed)
        best = best_threshold(probability, truth)
        if self.kind == "f1":
            return best
        if self.kind == "share":
            allowed = int(self.limit * len(probability))
            return max(best, _above(probability, _highest_after(probability, allowed)))
        days = times.dt.floor("D")
        if days.isna().all():
            raise ConfigError(
                "Alerts a day cannot be counted: the posts have no dates in created_at.",
                reason="no_dates",
                hint="Add the dates, or say how many posts come in a day: per-day=20/500.",
            )
        allowed = int(self.limit)
        by_day = pd.Series(probability).groupby(days.to_numpy())
        return max(best, _above(probability, max(_highest_after(day.to_numpy(), allowed) for _, day in by_day)))


def _highest_after(probability: FloatArray, n: int) -> float:
    """Give the highest probability that must not be flagged, if at most ``n`` are to be; 0 if all may be."""
    return float(np.sort(probability)[::-1][n]) if len(probability) > n else 0.0


def _above(probability: FloatArray, bound: float) -> float:
    """Give a threshold between a probability and the next higher one."""
    if not bound:
        return _LEAST
    higher = probability[probability > bound]
    return min((bound + float(higher.min(initial=1.0))) / 2.0, float(np.nextafter(1.0, 0.0)))


def _cheapest(probability: FloatArray, truth: FloatArray, false_alarm: float, missed: float) -> float:
    """Find the threshold at which errors cost least.

    Calibrated probabilities have it at false_alarm / (false_alarm + missed) (Elkan 2001, "The foundations of cost-sensitive
    learning", equation 2); of those that cost about the least on the posts the nearest to that is taken.
    """
    theory = false_alarm / (false_alarm + missed)
    order = np.argsort(-probability, kind="stable")
    hits = np.concatenate([[0.0], np.cumsum(truth[order])])
    flagged = np.arange(len(order) + 1)
    cost = false_alarm * (flagged - hits) + missed * (truth.sum() - hits)
    edges = np.concatenate([[1.0], probability[order], [0.0]])
    between = (edges[:-1] + edges[1:]) / 2.0
    # Posts of the same probability are flagged together.
    real = np.concatenate([edges[1:-1] != edges[:-2], [True]])
    good = real & (cost <= _AS_GOOD * cost[real].min())
    if good[np.searchsorted(-edges[1:-1], -theory, side="right")]:
        return float(np.clip(theory, _LEAST, _MOST))
    return float(np.clip(between[good][np.abs(between[good] - theory).argmin()], _LEAST, _MOST))
