"""What is said of a comparison: figures, a verdict, and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import pandas as pd

from ..output import plain_records, plain_value
from ..trends.measures import MIN_POSTS
from ..wording import Wording, marked, wording
from .contrast import MIN_BLOCKS, Estimate

TOO_LITTLE, NO_CHANGE, CHANGE, ALIKE = "too_little", "no_clear_change", "change", "like_others"
#: Where so many of the earlier dates show a change, too, one at this date says little.
MAX_PLACEBO_SHARE: Final = 0.2
_NUMBERS: Final = ("n_complaints", "n_posts")
_IN_POINTS: Final = ("complaint_rate", "mean_complaint_probability")
_FIGURES: Final = {
    "complaint_rate": marked("{who}: from {date} on, {after} of the posts were likely complaints, and {before} before."),
    "mean_complaint_probability": marked(
        "{who}: from {date} on, a post was a complaint with a probability of {after} on average, and {before} before."
    ),
    "net_sentiment": marked("{who}: from {date} on, net sentiment was {after}, and {before} before."),
    "n_complaints": marked("{who}: from {date} on, there were {after} likely complaints {unit}, and {before} before."),
    "n_posts": marked("{who}: from {date} on, there were {after} posts {unit}, and {before} before."),
}
_UNITS: Final = {7: marked("a week"), 1: marked("a day"), None: marked("a period")}


@dataclass(frozen=True, eq=False, repr=False)
class PeriodComparison:
    """The time before a day against the time after. Made by `compare_periods`.

    Attributes
    ----------
    metric : str
        What is compared. Changes of ``n_complaints`` and ``n_posts`` are ratios: 0.5 is half as many again.
    date : Timestamp
        The first day of the time after, in the time zone of the analysis.
    label : str
        What happened.
    brand : str or None
        Whose posts; None for all together.
    controls : tuple of str
        The brands it is set against; empty for none.
    block_days : int or None
        Days of the blocks whose differences tell how sure the figures are: 7 or 1; None for periods of a trend table.
    n_blocks_before, n_blocks : int
        How many there are before and after.
    table : DataFrame
        One row for the brand, one for each control and one for the controls together: ``brand, role, n_posts_before, n_posts``;
        ``before``, ``after`` and ``change``, each with ``_low`` and ``_high``.
    change : Estimate
        After minus before (of numbers: their ratio minus one), with ``.low``, ``.high`` and ``.clear``; 95 % interval.
    control_change, against_controls : Estimate or None
        That of the controls together, and the difference between the two (difference in differences; of numbers, the ratio of
        the ratios minus one).
    placebos : DataFrame
        The same comparison at earlier dates, where nothing is known to have happened, within the time before alone: ``date,
        change, low, high, clear``. Empty where that time is short.
    """

    metric: str
    date: pd.Timestamp
    label: str
    brand: str | None
    controls: tuple[str, ...]
    block_days: int | None
    n_blocks_before: int
    n_blocks: int
    table: pd.DataFrame
    change: Estimate
    control_change: Estimate | None
    against_controls: Estimate | None
    placebos: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def verdict(self) -> str:
        """What to make of it.

        ``too_little`` (posts or weeks); ``no_clear_change``; ``like_others``, a change, but no other than that of the controls;
        or ``change``.
        """
        posts = self.table.iloc[0][["n_posts_before", "n_posts"]].min()
        if posts < MIN_POSTS or min(self.n_blocks, self.n_blocks_before) < MIN_BLOCKS or pd.isna(self.change.low):
            return TOO_LITTLE
        if self.against_controls is not None and not pd.isna(self.against_controls.low):
            if self.against_controls.clear:
                return CHANGE
            return ALIKE if self.change.clear else NO_CHANGE
        return CHANGE if self.change.clear else NO_CHANGE

    @property
    def placebo_share(self) -> float:
        """Share of the earlier dates that show a clear change, too; NaN without any."""
        return float(self.placebos["clear"].mean()) if len(self.placebos) else float("nan")

    def sentences(self, reader: Wording | str = "en") -> list[str]:
        """Say in two to four sentences what changed and how sure that is, in a language of `sentilens.wording`."""
        reader = wording(reader) if isinstance(reader, str) else reader
        row = self.table.iloc[0]
        unit = reader.say(_UNITS.get(self.block_days, _UNITS[None]))
        figures = {
            "who": (self.brand or reader.say("All posts")) + (f" ({self.label})" if self.label else ""),
            "date": reader.day(self.date),
            "unit": unit,
        }
        verdict = self.verdict
        if verdict == TOO_LITTLE:
            counts = {"n": reader.number(int(row["n_posts"])), "n_before": reader.number(int(row["n_posts_before"]))}
            message = marked("{who}: too little to compare around {date}, {n_before} posts before and {n} after.")
            return [reader.say(message, who=figures["who"], date=figures["date"], **counts)]
        values = {name: self._value(float(row[name]), reader) for name in ("before", "after")}
        sentences = [f"{reader.say(_FIGURES[self.metric], **figures, **values)} {self._interval(self.change, reader)}"]
        if self.against_controls is not None and self.control_change is not None and not pd.isna(self.against_controls.low):
            others = {
                "others": reader.join(list(self.controls)),
                "moved": self._difference(self.control_change.value, reader),
                "rest": self._difference(self.against_controls.value, reader),
                "low": self._difference(self.against_controls.low, reader),
                "high": self._difference(self.against_controls.high, reader),
            }
            message = marked(
                "{others} moved by {moved} in the same time; set against that, the change is {rest} ({low} to {high})."
            )
            sentences.append(reader.say(message, **others))
        sentences.append(self._judge(verdict, reader))
        if len(self.placebos):
            counts = {"n": reader.number(int(self.placebos["clear"].sum())), "total": reader.number(len(self.placebos))}
            if self.placebo_share > MAX_PLACEBO_SHARE:
                message = marked(
                    "The same comparison shows a change at {n} of {total} earlier dates, too, so take it with care."
                )
            else:
                message = marked("The same comparison at earlier dates shows a change at {n} of {total}.")
            sentences.append(reader.say(message, **counts))
        return sentences

    def _judge(self, verdict: str, reader: Wording) -> str:
        if verdict == NO_CHANGE:
            return reader.say("That may be chance.")
        if verdict == ALIKE:
            return reader.say("More than chance, but no more than the others changed.")
        if self.against_controls is not None:
            return reader.say(
                "That is more than chance, and more than the others changed; what else happened then is not known."
            )
        return reader.say("That is more than chance; what else happened then is not known.")

    def _interval(self, change: Estimate, reader: Wording) -> str:
        parts = {name: self._difference(getattr(change, name), reader) for name in ("value", "low", "high")}
        if self.metric in _IN_POINTS:
            return reader.say("That is {value} percentage points ({low} to {high}).", **parts)
        return reader.say("That is {value} ({low} to {high}).", **parts)

    def _difference(self, value: float, reader: Wording) -> str:
        if self.metric in _IN_POINTS:
            return reader.points(value)
        if self.metric in _NUMBERS:
            # Ratios are told as factors: ×1.8 is not far from ×1.7, as +80 % seems to be from +70 %.
            factor = 1 + value
            return "×" + reader.number(factor, 0 if factor >= 9.95 else 2 if factor < 0.995 else 1)
        return reader.signed(value)

    def _value(self, value: float, reader: Wording) -> str:
        if self.metric in _IN_POINTS:
            return reader.percent(value)
        return reader.about(value) if self.metric in _NUMBERS else reader.signed(value)

    def __repr__(self) -> str:
        rest = "" if self.against_controls is None else f", against others {_shown(self.against_controls)}"
        who = self.brand or "all posts"
        return (
            f"<PeriodComparison {self.metric}, {who}, {self.n_blocks_before} and {self.n_blocks} blocks around "
            f"{self.date:%Y-%m-%d}: {_shown(self.change)}{rest}; {self.verdict}>"
        )

    def _repr_html_(self) -> str:
        sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences())
        return sentences + str(self.table.to_html(index=False, border=0, float_format="{:.3f}".format))

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values that JSON can hold."""
        estimates = {name: getattr(self, name) for name in ("change", "control_change", "against_controls")}
        return {
            **{name: getattr(self, name) for name in ("metric", "label", "brand", "block_days", "n_blocks_before", "n_blocks")},
            "date": f"{self.date:%Y-%m-%d}",
            "controls": list(self.controls),
            **{
                name: None if found is None else {k: plain_value(v) for k, v in vars(found).items()}
                for name, found in estimates.items()
            },
            "verdict": self.verdict,
            "sentences": self.sentences(),
            "table": plain_records(self.table),
            "placebos": plain_records(self.placebos),
        }


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:+.3f} ({estimate.low:+.3f} to {estimate.high:+.3f})"
