"""Two models side by side: what their files say, and where they decide otherwise on posts without labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from .normalize import normalize_text
from .schema import HEAD_CLASSES, SCORED_STATUSES
from .scorer import PostScorer

#: Entries of a manifest that are compared as they are, in this order.
_PLAIN: Final = (
    "created",
    "author",
    "licence",
    "note",
    "base",
    "encoder",
    "data_digest",
    "n_posts",
    "n_training_posts",
    "threshold_rule",
    "split",
)
#: Beginnings of names in the order of the table.
_ORDER: Final = (
    *("model_id", *_PLAIN, "format_version", "languages", "heads", "own heads"),
    *("labels of", "threshold of", "metrics", "source", "size"),
)
#: Figures of a manifest's metrics that are compared, where they are of all posts.
_FIGURES: Final = ("complaint_f1", "average_precision", "complaint_ece", "sentiment_macro_f1", "sentiment_accuracy")
_SHOWN_CHARS: Final = 90
_DIFFERENT: Final = "≠"


def compare_manifests(a: Mapping[str, Any], b: Mapping[str, Any]) -> pd.DataFrame:
    """Set what two model files say of themselves side by side.

    Parameters
    ----------
    a, b : mapping
        From `sentilens.inspect_model`.

    Returns
    -------
    DataFrame
        ``what``, ``a``, ``b`` in words, and ``differs`` (``≠`` or nothing); only what one of them says.
    """
    facts = [_facts(manifest) for manifest in (a, b)]
    names = list(dict.fromkeys(name for told in facts for name in told))
    # Figures and labels of both stand together, in the order of the fuller list.
    names.sort(key=lambda name: next(i for i, prefix in enumerate(_ORDER) if name.startswith(prefix)))
    rows = [(name, facts[0].get(name, "-"), facts[1].get(name, "-")) for name in names]
    table = pd.DataFrame(rows, columns=["what", "a", "b"], dtype=object)
    table["differs"] = np.where(table["a"] == table["b"], "", _DIFFERENT)
    return table


def _facts(manifest: Mapping[str, Any]) -> dict[str, str]:
    facts = {"model_id": str(manifest.get("model_id")), "format_version": str(manifest.get("format_version"))}
    facts |= {key: str(manifest[key]) for key in _PLAIN if manifest.get(key) is not None}
    facts["languages"] = ", ".join(map(str, manifest.get("languages", [])))
    heads = {str(head["name"]): [str(name) for name in head["classes"]] for head in manifest.get("heads", [])}
    facts["heads"] = ", ".join(name for name in heads if name in HEAD_CLASSES)
    if own := [f"{name} ({', '.join(classes)})" for name, classes in heads.items() if name not in HEAD_CLASSES]:
        facts["own heads"] = "; ".join(own)
    for head, counts in manifest.get("labels", {}).items():
        facts[f"labels of {head}"] = label_counts(counts)
    for head, value in manifest.get("thresholds", {}).items():
        facts[f"threshold of {head}"] = f"{value:.3f}"
    figures = overall_figures(manifest)
    facts |= {f"metrics: {name}": f"{figures[name]:.3f}" for name in _FIGURES if figures.get(name) is not None}
    if "n_posts" in figures:
        facts["metrics: posts"] = f"{figures['n_posts']:,}"
    for source in manifest.get("sources", []):
        facts[f"source {source.get('name')}"] = str(source.get("licence") or "licence not given")
    facts["size, unpacked"] = f"{_unpacked_bytes(manifest) / 1e6:.1f} MB"
    return facts


def label_counts(counts: Mapping[str, int]) -> str:
    """Write how many labels of each class there were."""
    return f"{sum(counts.values()):,} ({', '.join(f'{name} {count:,}' for name, count in counts.items())})"


def overall_figures(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Find the figures over all posts that a model was measured on, however its maker stored them; empty without any."""
    rows = figure_rows(manifest)
    whole = [row for row in rows if row.get("model") == "trained" or row.get("by") == "all"]
    return dict(whole[0]) if whole else {}


def figure_rows(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of figures that a manifest holds, whether of `train` or of the default model."""
    metrics = manifest.get("metrics", [])
    rows = metrics.get("test_part", []) if isinstance(metrics, Mapping) else metrics
    return [dict(row) for row in rows if isinstance(row, Mapping)]


def _unpacked_bytes(manifest: Mapping[str, Any]) -> int:
    return sum(
        int(np.prod(member["shape"], dtype=np.int64)) * np.dtype(member["dtype"]).itemsize
        for member in manifest.get("members", {}).values()
    )


@dataclass(frozen=True)
class DecisionComparison:
    """Where two models decide otherwise on the same posts.

    Attributes
    ----------
    table : DataFrame
        A row for all posts and one for each language (as the second model names it): ``language``, ``n_posts``,
        ``complaints_a``, ``complaints_b`` (shares), ``other_decision`` and ``other_sentiment`` (shares of posts),
        ``correlation`` of the complaint probabilities (Pearson; NaN where it is not defined).
    posts : DataFrame
        The posts whose complaint probabilities are furthest apart, masked and shortened: ``text``, ``language``,
        ``complaint_probability_a``, ``complaint_probability_b``, ``sentiment_a``, ``sentiment_b``.
    """

    table: pd.DataFrame
    posts: pd.DataFrame


def compare_decisions(a: PostScorer, b: PostScorer, posts: Iterable[pd.DataFrame], *, n_posts: int = 10) -> DecisionComparison:
    """Score posts with two models and tell where they decide otherwise.

    Parameters
    ----------
    a, b : PostScorer
    posts : iterable of DataFrame
        Chunks with ``text``, such as from `sentilens.iter_posts`.
    n_posts : int, default 10
        How many of the posts to show that differ most.

    Returns
    -------
    DecisionComparison
        Without posts that one of the models cannot score.
    """
    kept, furthest = [], pd.DataFrame()
    for chunk in posts:
        one, other = (model.score(chunk.reset_index(drop=True)) for model in (a, b))
        both = pd.DataFrame({"text": one["text"], "language": other["language"]})
        for name in ("complaint_probability", "is_complaint", "sentiment"):
            both[f"{name}_a"], both[f"{name}_b"] = one[name], other[name]
        both = both[one["status"].isin(SCORED_STATUSES) & other["status"].isin(SCORED_STATUSES)]
        both["gap"] = (both["complaint_probability_a"] - both["complaint_probability_b"]).abs()
        furthest = pd.concat([furthest, both]).sort_values("gap", ascending=False, kind="stable").head(n_posts)
        kept.append(both.drop(columns="text"))
    pairs = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()
    groups = [("all", pairs), *((str(name), part) for name, part in pairs.groupby("language", sort=True))] if len(pairs) else []
    shown = furthest.drop(columns=["gap", "is_complaint_a", "is_complaint_b"], errors="ignore").reset_index(drop=True)
    if len(shown):
        shown["text"] = [_shortened(text) for text in shown["text"]]
    return DecisionComparison(pd.DataFrame([_agreement(name, part) for name, part in groups]), shown)


def _agreement(language: str, pairs: pd.DataFrame) -> dict[str, Any]:
    one, other = (pairs[f"complaint_probability_{name}"].to_numpy(dtype=np.float64) for name in "ab")
    varies = len(pairs) > 1 and one.std() > 0 and other.std() > 0
    return {
        "language": language,
        "n_posts": len(pairs),
        "complaints_a": float(pairs["is_complaint_a"].mean()),
        "complaints_b": float(pairs["is_complaint_b"].mean()),
        "other_decision": float((pairs["is_complaint_a"] != pairs["is_complaint_b"]).mean()),
        "other_sentiment": float((pairs["sentiment_a"] != pairs["sentiment_b"]).mean()),
        "correlation": float(np.corrcoef(one, other)[0, 1]) if varies else float("nan"),
    }


def _shortened(text: Any) -> str:
    """Mask a post and cut it, so that it can be shown."""
    masked = " ".join(normalize_text(text).split())
    return masked if len(masked) <= _SHOWN_CHARS else masked[: _SHOWN_CHARS - 1].rstrip() + "…"
