"""How likely a firm is still there in some years, as far as its age says."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from recommender.candidates import Candidates

# Years after which half of the full value is reached.
YEARS_FOR_HALF = 5.0


def soundness(candidates: Candidates) -> Float32:
    """A / (a + 5), a = years since founding on the day of the ranking; nan if not known.

    Exit rates fall with age, steeply in the first years (Dunne, Roberts & Samuelson 1989). Closed
    firms and those on a blacklist are stopped by gates, not by a signal.
    """
    return candidates.spread(candidates.static("soundness", _soundness, candidates.as_of))


def _soundness(candidates: Candidates) -> Float32:
    founded = candidates.snapshot.firms.founded[candidates.frame.firms].astype(np.float64)
    age = np.maximum(candidates.as_of - founded, 0.0)
    found: Float32 = (age / (age + YEARS_FOR_HALF)).astype(np.float32)
    return found
