"""Who must be answered, and how long customers wait for it.

The modules, each importing only those before it: `answers` (which posts were answered, and when), `working_days`,
`survival` (waiting times of which some have not ended), `reply_times`, `reasons` (why a post wants an answer), `queue`.
"""

from __future__ import annotations

from .queue import AnswerQueue, find_posts_to_answer
from .reply_times import ReplyLog, ReplyTimes, measure_reply_times

__all__ = ["AnswerQueue", "ReplyLog", "ReplyTimes", "find_posts_to_answer", "measure_reply_times"]
