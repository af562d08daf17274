"""Find labels that are probably mistakes, by confident learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ConfigError, LabelError
from ..judged import Judged, read_judged
from ..privacy.excerpts import excerpt
from ..schema import TEXT
from .fitting import Codes, FloatArray

if TYPE_CHECKING:
    from ..scorer import PostScorer
    from .train import TrainResult

#: Nobody is surer than this, so that one judge cannot outvote all others.
_SUREST: Final = 0.999


@dataclass(frozen=True)
class LabelDoubts:
    """How doubtful each label of a head is.

    Attributes
    ----------
    margin : float64 array of shape (n_posts,)
        Probability of the label minus that of the most probable other class, in [-1, 1]; the lower, the more doubtful.
    suggested : int64 array of shape (n_posts,)
        The most probable other class.
    is_confident : bool array of shape (n_posts,)
        Whether the post counts as mislabelled in the confident joint.
    """

    margin: FloatArray
    suggested: Codes
    is_confident: npt.NDArray[np.bool_]


def doubt_labels(probabilities: FloatArray, labels: Codes) -> LabelDoubts:
    """Rank labels by how little the probabilities support them.

    Parameters
    ----------
    probabilities : float64 array of shape (n_posts, n_classes)
        By a model that has not learnt from the post's label.
    labels : int64 array of shape (n_posts,)

    Returns
    -------
    LabelDoubts

    Notes
    -----
    Confident learning (Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels"): the
    threshold of a class is its mean probability among the posts labelled so (equation 2); a post whose most probable class
    among those above their thresholds is not its label is off the diagonal of the confident joint (equation 1). The rank is by
    normalised margin (section 3.3).

    Examples
    --------
    >>> doubts = doubt_labels(np.array([[0.7, 0.3], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9]]), np.array([0, 1, 1, 1]))
    >>> int(doubts.margin.argmin()), doubts.is_confident.tolist()
    (1, [False, True, False, False])
    """
    n_posts, n_classes = probabilities.shape
    every = np.arange(n_posts)
    present = [name for name in range(n_classes) if (labels == name).any()]
    thresholds = np.full(n_classes, np.inf)
    thresholds[present] = [probabilities[labels == name, name].mean() for name in present]
    above = np.where(probabilities >= thresholds, probabilities, -np.inf)
    is_confident = np.isfinite(above).any(axis=1) & (above.argmax(axis=1) != labels)
    others = probabilities.copy()
    others[every, labels] = -np.inf
    suggested = others.argmax(axis=1)
    return LabelDoubts(probabilities[every, labels] - others[every, suggested], suggested, is_confident)


def pool_opinions(opinions: Sequence[FloatArray]) -> FloatArray:
    """Make one judgement of several: the normalised geometric mean of their probabilities.

    Parameters
    ----------
    opinions : sequence of float64 arrays of shape (n_posts, n_classes)

    Returns
    -------
    float64 array of shape (n_posts, n_classes)
        The logarithmic opinion pool (Genest and Zidek 1986, "Combining probability distributions").
    """
    floor = 1.0 - _SUREST
    logs = np.mean([np.log(np.clip(opinion, floor, _SUREST)) for opinion in opinions], axis=0)
    pooled = np.exp(logs)
    return np.asarray(pooled / pooled.sum(axis=1, keepdims=True))


def find_label_errors(
    scored: TrainResult | pd.DataFrame,
    head: str = "complaint",
    n: int = 20,
    *,
    judges: Sequence[PostScorer] = (),
) -> pd.DataFrame:
    """Find the labels that are most probably mistakes.

    Parameters
    ----------
    scored : TrainResult or DataFrame
        What `train` gave; or posts with their labels in ``label_<head>`` and scores by a model that has not learnt from these
        labels, such as ``evaluate(...).scored``.
    head : str, default "complaint"
    n : int, default 20
        The most rows to give.
    judges : sequence of PostScorer, optional
        Further models whose opinion counts, none of which may have learnt from these labels. The semantic model is worth
        asking: it finds a good deal more (see ``docs/label_errors.md``).

    Returns
    -------
    DataFrame
        The posts for which another class than the label is more probable, the most doubtful first, with their index: ``text``
        (masked, shortened), ``language``, ``label``, ``suggested``, ``probability`` of the label, in [0, 1], ``margin`` to the
        suggested class, in [-1, 0), and ``is_confident`` (off the diagonal of the confident joint).

    Raises
    ------
    LabelError
        If there are no labels of the head.
    ConfigError
        If the head has no probabilities, or `n` is no number of posts.

    Notes
    -----
    The opinions of the cross-fitted model and of the judges, or without judges of its base, are pooled. What comes first is for
    a person to look at, not to be changed unseen: posts that are hard to judge come first as well.

    Examples
    --------
    >>> posts = pd.DataFrame({"text": ["Appen kraschar jämt", "Tack för fin hjälp"], "complaint": [0, 0]})
    >>> import sentilens as sl
    >>> found = find_label_errors(sl.evaluate(None, posts).scored)
    >>> found[["text", "label", "suggested"]].values.tolist()
    [['Appen kraschar jämt', '0', '1']]
    """
    if not isinstance(n, int) or n < 1:
        raise ConfigError(f"n={n!r} is not a number of posts.", reason="bad_n", hint="Use 1 or more.")
    posts = scored if isinstance(scored, pd.DataFrame) else scored.unseen
    judged = _with_probabilities(posts, head)
    texts = posts[[TEXT]].iloc[judged.rows]
    opinions = [judged.probabilities]
    # The base is heard through the model that started from it; it speaks for itself where nobody else does.
    alone = [] if isinstance(scored, pd.DataFrame) else [scored.before.iloc[judged.rows]]
    for other in [judge.score(texts) for judge in judges] or alone:
        opinions.append(_opinion(other, head, judged))
    pooled = pool_opinions([opinion for opinion in opinions if opinion is not None])
    doubts = doubt_labels(pooled, judged.truth)
    order = np.argsort(doubts.margin, kind="stable")
    order = order[doubts.margin[order] < 0][:n]
    names = np.asarray(judged.classes, dtype=object)
    found = posts.iloc[judged.rows[order]]
    return pd.DataFrame(
        {
            "text": [excerpt(text) for text in found[TEXT]],
            "language": found["language"].to_numpy() if "language" in found.columns else None,
            "label": names[judged.truth[order]],
            "suggested": names[doubts.suggested[order]],
            "probability": pooled[order, judged.truth[order]],
            "margin": doubts.margin[order],
            "is_confident": doubts.is_confident[order],
        },
        index=found.index,
    )


def _with_probabilities(posts: pd.DataFrame, head: str) -> Judged:
    judged = read_judged(posts, head)
    if not len(judged.rows):
        raise LabelError(f"There are no posts with labels and scores of '{head}'.", reason="no_labels")
    if judged.probabilities is None:
        raise ConfigError(
            f"The scores tell the answer of '{head}' alone, not how probable each class is.",
            reason="no_probabilities",
            hint="Look for mistakes among the labels of another head.",
        )
    return judged


def _opinion(scored: pd.DataFrame, head: str, judged: Judged) -> Any:
    """Give another model's probabilities of the same posts, even ones where it has none; None if it lacks the head."""
    labels = np.asarray(judged.classes, dtype=object)[judged.truth]
    answered = read_judged(scored.reset_index(drop=True).assign(**{f"label_{head}": labels}), head)
    if answered.probabilities is None or not len(answered.rows) or answered.classes != judged.classes:
        return None
    opinion = np.full((len(labels), len(judged.classes)), 1.0 / len(judged.classes))
    opinion[answered.rows] = answered.probabilities
    return opinion
