"""Through whom the firm can be reached."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from recommender.candidates import Candidates


def reach(candidates: Candidates) -> Float32:
    """Strength of the best way of at most two ties from the region's own firms and people.

    The product of the weights of the ties; nan where no such way is known.
    """
    ways = candidates.ways
    return candidates.spread(by_firm(candidates, ways.strength))


def direct(candidates: Candidates) -> Float32:
    """(n,) weight of the best tie between the firm and a firm of the region; nan without one."""
    return candidates.spread(by_firm(candidates, candidates.ways.direct))


def by_firm(candidates: Candidates, values: Float32) -> Float32:
    """(g,) values of the firms that ties reach; nan for the others."""
    found = np.full(len(candidates.frame.start), np.nan, dtype=np.float32)
    group = candidates.frame.groups_of(candidates.ways.firm)
    found[group[group >= 0]] = values[group >= 0]
    return found
