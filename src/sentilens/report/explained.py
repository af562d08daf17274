"""Why the clearest events came, as `explain_change` finds it in the posts that were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ..drivers import ChangeExplanation, explain_change
from ..errors import SentilensError
from .events import COUNTS, Event
from .kept import KeptPosts

N_WORDS: Final = 8
N_POSTS: Final = 3


@dataclass(frozen=True)
class Explained:
    """An event and its explanation; `is_sample` tells that it rests on a sample of the posts."""

    event: Event
    explanation: ChangeExplanation
    is_sample: bool


def explain_events(
    events: Sequence[Event], kept: KeptPosts, timezone: str, mask: Callable[[str], str]
) -> tuple[Explained, ...]:
    """Explain events by their most extreme period, set against the eight before; those of too few posts are left out."""
    if not events:
        return ()
    found, posts = [], kept.frame()
    for event in events:
        # Numbers of a sample would not be those of the page.
        metric = "n_complaints" if event.metric in COUNTS and not kept.is_sample else "complaint_rate"
        try:
            explanation = explain_change(
                posts,
                event.peak.date(),
                freq=event.freq,
                timezone=timezone,
                within=dict(zip(event.columns, event.names, strict=True)),
                metric=event.metric if event.metric == "net_sentiment" else metric,
                n_words=N_WORDS,
                n_posts=N_POSTS,
                mask=mask,
            )
        except SentilensError:
            continue
        if not explanation.thin:
            found.append(Explained(event, explanation, kept.is_sample))
    return tuple(found)
