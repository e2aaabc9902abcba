"""Through whom the firm can be reached."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from recommender.candidates import Candidates
from recommender.frame import Int64


def reach(candidates: Candidates) -> Float32:
    """Strength of the best way of at most two ties from the region's own firms and people.

    The product of the weights of the ties; nan where no such way is known.
    """
    found = np.full(len(candidates), np.nan, dtype=np.float32)
    places, values = at_rows(candidates, candidates.ways.strength)
    found[places] = values
    return found


def at_rows(candidates: Candidates, values: Float32) -> tuple[Int64, Float32]:
    """Values of the firms that ties reach → (place among the scored rows, value) where known."""
    group = candidates.frame.groups_of(candidates.ways.firm)
    known = np.flatnonzero((group >= 0) & ~np.isnan(values))
    places, which = candidates.places(group[known])
    return places, values[known][which]
