"""What a training brought, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from ..comparison import NO_WORSE, WORSE
from .fitting import N_FOLDS

if TYPE_CHECKING:
    from .train import TrainResult

#: Fewer labelled posts than this give figures that another sample of posts would turn round.
ENOUGH_POSTS: Final = 200
_ADVICE: Final = {
    WORSE: "On these posts the trained model is worse than its base: keep the base, or label more posts.",
    NO_WORSE: "On these posts the trained model is no better than its base: keep the base, or label more posts.",
}


def warn_of_few(n_posts: int) -> str:
    """Say that there are few labelled posts; an empty string where there are enough."""
    if n_posts >= ENOUGH_POSTS:
        return ""
    return f"Only {n_posts} labelled posts: the figures are rough; some {ENOUGH_POSTS} or more would tell."


def tell_training(result: TrainResult) -> str:
    """Put what a training brought into a few lines for the terminal.

    Parameters
    ----------
    result : TrainResult

    Returns
    -------
    str
    """
    comparison = result.comparison
    table = comparison.total()
    shown = pd.DataFrame(
        {
            "head": table["head"],
            "metric": table["metric"],
            "posts": table["n_posts"],
            "base": table["old"].map("{:.3f}".format),
            "trained": table["new"].map("{:.3f}".format),
            "difference": table["difference"].map("{:+.3f}".format),
            "95 % interval": [
                f"{low:+.3f} to {high:+.3f}" if low == low else ""
                for low, high in zip(table["difference_low"], table["difference_high"], strict=True)
            ],
            "p": ["" if p != p else f"{p:.3f}" for p in table["p_value"]],
        }
    )
    lines = [
        f"Model {result.model.model_id}, complaint threshold {result.model.threshold:.2f}: {comparison.verdict}",
        *(f"  {verdict}" for verdict in comparison.verdicts),
        f"Each post judged by a model that has not seen it ({_how_judged(result)}), and by the base:",
        shown.to_string(index=False),
        _tell_new(result),
        _ADVICE.get(comparison.verdict, ""),
        warn_of_few(len(result.unseen)),
    ]
    return "\n".join(line for line in lines if line)


def _tell_new(result: TrainResult) -> str:
    """Say which questions the base has no answer to; an empty string where it has one to all."""
    names = [head.replace("_", " ") for head in sorted(result.comparison.new_heads)]
    return f"The base does not know {', '.join(names)}: here it always gives the most frequent answer." if names else ""


def _how_judged(result: TrainResult) -> str:
    facts = result.model.manifest
    if facts["split"] == "time":
        return "the newest, by one of the older"
    return f"{N_FOLDS}-fold, {', '.join(facts['grouped_by']).replace('_', '-')} together"
