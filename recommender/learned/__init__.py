"""The model that learns its weights from what happened: who invested where, and who could have."""

from __future__ import annotations

from recommender.learned.model import Learned
from recommender.learned.outcomes import with_signed
from recommender.learned.past import Past, before, past_events
from recommender.learned.training import TooFewEvents, train, trained

__all__ = [
    "Learned",
    "Past",
    "TooFewEvents",
    "before",
    "past_events",
    "train",
    "trained",
    "with_signed",
]
