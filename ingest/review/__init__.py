"""What ingest leaves to a person: a queue in the store, decisions, their log, and undoing them.

A decision is kept and governs later loads: "same" makes the name an alias of the firm, "different"
is never asked again, "subsidiary" ties the two. Nothing in doubt is a fact before it is accepted.
"""

from __future__ import annotations

from ingest.review.decide import AUTOMATIC, ReviewUnknown, decide, undo
from ingest.review.effects import DecisionImpossible
from ingest.review.questions import DECISIONS, Question, ask
from ingest.review.queue import log, question, queue
from ingest.review.sheet import decisions_in, write_queue

__all__ = [
    "AUTOMATIC",
    "DECISIONS",
    "DecisionImpossible",
    "Question",
    "ReviewUnknown",
    "ask",
    "decide",
    "decisions_in",
    "log",
    "question",
    "queue",
    "undo",
    "write_queue",
]
