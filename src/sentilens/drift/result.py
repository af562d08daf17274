"""What `find_drift` found, in words, tables and a plot."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from ..schema import LANGUAGE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STABLE: Final = "stable"
MOVED: Final = "moved"
STRONGLY_MOVED: Final = "strongly moved"
_READINGS: Final = (STABLE, MOVED, STRONGLY_MOVED)
_COLORS: Final = dict(zip(_READINGS, ("#66707a", "#e69f00", "#d55e00"), strict=True))

_WHAT: Final = {
    "language": "mix of languages",
    "channel": "mix of channels",
    "topic": "mix of topics, as the model names them",
    "status": "share of posts in no clear language",
    "length": "length in words",
    "novelty": "share of words that training did not have",
    "words": "choice of words",
    "complaint_probability": "complaint probabilities",
    "sentiment_score": "sentiment scores",
}
_MEASURES: Final = {
    "complaint_accuracy": "complaint or not, right",
    "complaint_f1": "complaint F1",
    "sentiment_accuracy": "sentiment, right",
}
#: Moves that labels cannot mend: the model need not know more of what is only longer or more frequent.
_LABELLED_FOR: Final = ("language", "channel", "topic", "novelty", "words")
BLIND_SPOT: Final = (
    "The estimate believes what the model says of its own sureness. Where the same words have come to mean something else, or "
    "people have come to judge otherwise (concept drift), only labels tell."
)


@dataclass(frozen=True, repr=False)
class DriftResult:
    """What moved since a model was trained.

    Attributes
    ----------
    model_id : str
    table : DataFrame
        A row for each respect: ``what``, ``language`` (``all`` for all posts), ``n_training``, ``n_now``, ``psi`` (population
        stability index), ``noise`` (what it would be by chance), ``js`` (Jensen-Shannon divergence in bits), ``p_value``,
        ``q_value`` (over all rows), ``reading`` (stable, moved, strongly moved) and ``largest_move`` in words.
    estimate : DataFrame
        How right the scores probably are, see `sentilens.drift.accuracy.estimate_accuracy`.
    n_training, n_now : int
        Posts behind the profile, and new posts that were compared.
    n_left_out : int
        New posts that were not: copies, own posts, and those that cannot be scored.
    """

    model_id: str
    table: pd.DataFrame
    estimate: pd.DataFrame
    n_training: int
    n_now: int
    n_left_out: int

    @property
    def verdict(self) -> str:
        """The strongest reading of any row: ``stable``, ``moved`` or ``strongly moved``."""
        return max(map(str, self.table["reading"]), key=_READINGS.index)

    @property
    def moved(self) -> pd.DataFrame:
        """The rows that are not stable, strongest first."""
        rows = self.table[self.table["reading"] != STABLE]
        return rows.assign(_excess=rows["psi"] - rows["noise"]).sort_values("_excess", ascending=False).drop(columns="_excess")

    def label_next(self) -> list[str]:
        """Say what kinds of posts to label, most urgent first; empty where nothing moved that labels could mend."""
        said = []
        for row in self.moved.to_dict("records"):
            if row["what"] not in _LABELLED_FOR:
                continue
            where = "" if row["language"] == "all" else f" in {_language(row['language'])}"
            kind = row["largest_move"] if row["what"] in ("language", "channel", "topic") else "posts with words that are new"
            said.append(f"{_WHAT[row['what']]}{where}: {kind}" if row["what"] != "words" else f"{kind}{where}")
        return list(dict.fromkeys(said))

    def command(self, export: str, model: str) -> str:
        """Give the command that chooses posts to label.

        Parameters
        ----------
        export, model : str
            Paths of the new export and of the model file.
        """
        return f"sentilens label {shlex.quote(export)} --n 200 --model {shlex.quote(model)} -o to_label.csv"

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values, NaN as None, for JSON."""
        return {
            "model_id": self.model_id,
            "verdict": self.verdict,
            "n_training": self.n_training,
            "n_now": self.n_now,
            "n_left_out": self.n_left_out,
            "table": _records(self.table),
            "estimate": _records(self.estimate),
            "label_next": self.label_next(),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how far each respect has moved beyond chance.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default new ones.

        Returns
        -------
        Axes
        """
        if ax is None:
            from matplotlib.figure import Figure

            figure = Figure(figsize=(8, 0.9 + 0.3 * len(self.table)), layout="constrained")
            ax = figure.subplots()
        rows = self.table.iloc[::-1]
        names = [_name(row) for row in rows.to_dict("records")]
        excess = (rows["psi"] - rows["noise"]).clip(lower=0.0)
        ax.barh(names, excess, color=[_COLORS[reading] for reading in rows["reading"]])
        for reading, color in _COLORS.items():
            ax.barh([names[0]], [0.0], color=color, label=reading)
        ax.set_xlabel("Population stability index beyond chance")
        ax.set_title(f"{self.n_now:,} new posts against {self.n_training:,} training posts", loc="left", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, loc="lower right")
        return ax

    def __repr__(self) -> str:
        lines = [
            f"{self.n_now:,} new posts against the {self.n_training:,} that {self.model_id} was trained on: {self.verdict}.",
            *(f"  {_name(row)}: {row['reading']} ({_detail(row)})" for row in self.moved.to_dict("records")),
        ]
        if self.n_left_out:
            lines.append(f"{self.n_left_out:,} further posts (copies, own posts, not scored) are left out.")
        lines += ["Estimated without labels, with 95 % intervals:", *self._estimates(), BLIND_SPOT]
        if said := self.label_next():
            lines += ["To label next:", *(f"  {line}" for line in said)]
        return "\n".join(lines)

    def _estimates(self) -> list[str]:
        lines = []
        for language, part in self.estimate.groupby("language", sort=False):
            told = [
                f"{_MEASURES[row['measure']]} {row['estimate']:.0%} ({row['low']:.0%}-{row['high']:.0%}"
                + (")" if math.isnan(row["at_training"]) else f", at training {row['at_training']:.0%})")
                for row in part.to_dict("records")
            ]
            lines.append(f"  {_language(str(language))}, {part['n_posts'].iloc[0]:,} posts: {'; '.join(told)}")
        return lines

    def _repr_html_(self) -> str:
        from html import escape

        head = f"<p>{escape(self.__repr__().splitlines()[0])}</p>"
        return head + "".join(
            str(table.style.format(precision=3, na_rep="-", escape="html").hide(axis="index").to_html(uuid=name))
            for table, name in ((self.table, "drift"), (self.estimate, "estimate"))
        )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def _language(code: str) -> str:
    return "all languages" if code == "all" else LANGUAGE_NAMES.get(code, code)


def _name(row: dict[Any, Any]) -> str:
    return f"{_WHAT[row['what']]}" + ("" if row["language"] == "all" else f", {_language(row['language'])}")


def _detail(row: dict[Any, Any]) -> str:
    move = f"{row['largest_move']}; " if row["largest_move"] else ""
    return f"{move}index {row['psi']:.2f}, by chance {row['noise']:.2f}"
