"""Gathers what the report on a training tells, before any of it is laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from ..agreement import LABELLER, AgreementResult, measure_agreement
from ..calibration import reliability_table
from ..comparison import ALL, PRIMARY, Verdict
from ..errors import LabelError, SentilensError
from ..judged import LABEL_PREFIX, Judged, read_judged
from ..privacy.excerpts import excerpt
from ..schema import TEXT
from ..training import LearningCurve, TrainResult, find_label_errors, measure_learning_curve
from ..training.telling import warn_of_few
from ..wording import wording

N_WORST: Final = 10
N_DOUBTS: Final = 20
N_CONTRADICTIONS: Final = 10
#: Values of a column with fewer posts than this are not told apart: their figures are chance.
MIN_POSTS_OF_VALUE: Final = 10
MORE_LABELS: Final = 200
#: Entries of the manifest -> what they are called.
_FACTS: Final = {
    "model_id": "Model",
    "base": "Base",
    "created": "Created",
    "created_by": "Made by",
    "licence": "Licence",
    "n_posts": "Labelled posts",
    "data_digest": "Digest of the data",
    "threshold_rule": "Threshold by",
    "split": "Split",
    "grouped_by": "Grouped by",
}
_YES_NO: Final = {"0": "no", "1": "yes"}


@dataclass(frozen=True)
class Mistake:
    """A post that the new model judges otherwise than its label, or whose label is doubtful; the text masked and cut."""

    text: str
    language: str
    label: str
    other: str
    probability: float


@dataclass(frozen=True)
class Contradiction:
    """A text that came with different labels."""

    text: str
    head: str
    labels: str


@dataclass(frozen=True)
class Confusion:
    """Labels in the rows, answers in the columns."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class HeadFindings:
    """What is told of one head."""

    head: str
    verdict: Verdict
    figures: pd.DataFrame
    parts: pd.DataFrame
    confusion: Confusion
    reliability: tuple[pd.DataFrame, pd.DataFrame] | None
    curve: LearningCurve | None
    worst: tuple[Mistake, ...]
    n_wrong: int
    doubts: tuple[Mistake, ...]

    @property
    def title(self) -> str:
        return self.head.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Findings:
    """Everything that the report tells."""

    model_id: str
    base_id: str
    verdict: str
    n_posts: int
    n_groups: int
    heads: tuple[HeadFindings, ...]
    contradictions: tuple[Contradiction, ...]
    n_contradictions: int
    agreement: AgreementResult | None
    few: str
    facts: tuple[tuple[str, str], ...]


def gather_findings(result: TrainResult, *, show_progress: bool | None = None) -> Findings:
    """Gather what the report on a training tells."""
    comparison = result.comparison
    contradictions = _contradictions(result.unseen, [verdict.head for verdict in comparison.verdicts])
    return Findings(
        model_id=result.model.model_id,
        base_id=result.base.model_id,
        verdict=comparison.verdict,
        n_posts=len(result.unseen),
        n_groups=len(np.unique(result.groups)),
        heads=tuple(_gather_head(result, verdict, show_progress) for verdict in comparison.verdicts),
        contradictions=tuple(contradictions[:N_CONTRADICTIONS]),
        n_contradictions=len(contradictions),
        agreement=_agreement(result.unseen),
        few=warn_of_few(len(result.unseen)),
        facts=tuple(_facts(result)),
    )


def _gather_head(result: TrainResult, verdict: Verdict, show_progress: bool | None) -> HeadFindings:
    head = verdict.head
    table = result.comparison.table
    table = table[table["head"] == head]
    judged = read_judged(result.unseen, head)
    worst = _worst(result.unseen, judged)
    return HeadFindings(
        head=head,
        verdict=verdict,
        figures=table[table["by"] == ALL],
        parts=_parts(table),
        confusion=_confusion(judged),
        reliability=_reliability(result, judged),
        curve=_curve(result, head, show_progress),
        worst=worst[:N_WORST],
        n_wrong=int((judged.truth != judged.decided).sum()),
        doubts=_doubts(result, head) if judged.probabilities is not None else (),
    )


def _facts(result: TrainResult) -> Iterator[tuple[str, str]]:
    """Give what the manifest says of the model's making, as far as it says it."""
    card = result.model.model_card
    for key, name in _FACTS.items():
        if key in card:
            yield name, str(card[key])
    for head, counts in card["labels"].items():
        yield f"Labels of {head.replace('_', ' ')}", ", ".join(f"{name} {n}" for name, n in counts.items())
    for head, threshold in card["thresholds"].items():
        yield f"Threshold of {head.replace('_', ' ')}", f"{threshold:.3f}"


def class_name(head: str, name: str) -> str:
    """Write a class as people read it: yes and no, topics without underscores."""
    return _YES_NO.get(name, name) if head != "severity" else name


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    """Give the main figure of each language, channel …, the largest first."""
    chosen = table[(table["by"] != ALL) & table["metric"].isin(PRIMARY) & (table["n_posts"] >= MIN_POSTS_OF_VALUE)]
    chosen = chosen.sort_values(["by", "n_posts", "value"], ascending=[False, False, True], kind="stable")
    return chosen.assign(name=[wording().name(value, by) for value, by in zip(chosen["value"], chosen["by"], strict=True)])


def _confusion(judged: Judged) -> Confusion:
    present = [code for code in range(len(judged.classes)) if (judged.truth == code).any() or (judged.decided == code).any()]
    counts = tuple(
        tuple(int(((judged.truth == label) & (judged.decided == said)).sum()) for said in present) for label in present
    )
    return Confusion(tuple(class_name(judged.head, judged.classes[code]).replace("_", " ") for code in present), counts)


def _reliability(result: TrainResult, judged: Judged) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Give stated and observed rates of a yes/no head, of the base and of the new model."""
    before = read_judged(result.before, judged.head)
    if not judged.is_binary or judged.probabilities is None or before.probabilities is None:
        return None
    old, new = (
        reliability_table(found.probabilities[:, 1], found.truth, n_bins=min(10, max(2, len(found.truth) // 20)))
        for found in (before, judged)
        if found.probabilities is not None
    )
    return old, new


def _curve(result: TrainResult, head: str, show_progress: bool | None) -> LearningCurve | None:
    # A split by time keeps the newest posts alone, which are not what was learnt from.
    if result.model.manifest.get("split") == "time":
        return None
    try:
        return measure_learning_curve(result, head, show_progress=show_progress)
    except SentilensError:
        return None


def _worst(posts: pd.DataFrame, judged: Judged) -> tuple[Mistake, ...]:
    """Give the posts that the new model gets wrong, the surest first; one of each wording."""
    if judged.probabilities is None:
        return ()
    of_label = judged.probabilities[np.arange(len(judged.truth)), judged.truth]
    found: dict[str, Mistake] = {}
    for place in np.argsort(of_label, kind="stable"):
        if judged.truth[place] == judged.decided[place]:
            continue
        post = posts.iloc[judged.rows[place]]
        said = int(judged.decided[place])
        mistake = Mistake(
            excerpt(post[TEXT]),
            str(post["language"]),
            class_name(judged.head, judged.classes[judged.truth[place]]),
            class_name(judged.head, judged.classes[said]),
            float(judged.probabilities[place, said]),
        )
        found.setdefault(mistake.text.casefold(), mistake)
        if len(found) == N_WORST:
            break
    return tuple(found.values())


def _doubts(result: TrainResult, head: str) -> tuple[Mistake, ...]:
    doubtful = find_label_errors(result, head, N_DOUBTS)
    doubtful = doubtful[doubtful["is_confident"]].drop_duplicates(["text", "label"])
    return tuple(
        Mistake(
            row["text"],
            str(row["language"]),
            class_name(head, row["label"]),
            class_name(head, row["suggested"]),
            row["probability"],
        )
        for row in doubtful.to_dict("records")
    )


def _contradictions(posts: pd.DataFrame, heads: list[str]) -> list[Contradiction]:
    """Give the texts with more than one label of a kind."""
    wording = posts[TEXT].map(lambda text: " ".join(str(text).casefold().split()))
    found = []
    for head in heads:
        labels = posts[LABEL_PREFIX + head]
        kinds = labels.groupby(wording, sort=False).nunique()
        for text in kinds.index[kinds > 1]:
            same = read_judged(posts[wording == text], head)
            counts = Counter(class_name(head, same.classes[code]) for code in same.truth)
            told = ", ".join(f"{name} {n}×" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
            found.append(Contradiction(excerpt(posts.loc[wording == text, TEXT].iloc[0]), head.replace("_", " "), told))
    return found


def _agreement(posts: pd.DataFrame) -> AgreementResult | None:
    if LABELLER not in posts.columns:
        return None
    try:
        return measure_agreement(posts)
    except LabelError:  # no two labelled the same post
        return None
