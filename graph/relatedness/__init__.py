"""Relatedness of regions and activities: what goes with what, and what a region is close to.

Pure functions of a regions × activities matrix (numpy or scipy.sparse), at any region level and
any grain of activity (chain, link, industry). Results are float64; nan means undefined, never 0.
"""

from __future__ import annotations

from graph.relatedness.matrix import RelatednessInputError
from graph.relatedness.nearness import density, distance
from graph.relatedness.outlook import outlook_gain, outlook_index
from graph.relatedness.pairs import co_agglomeration, correlation_proximity, proximity
from graph.relatedness.profile import Relatedness, relatedness
from graph.relatedness.ranks import (
    Complexity,
    complexity,
    complexity_by_reflections,
    reflections,
)
from graph.relatedness.specialisation import (
    diversity,
    location_quotient,
    population_quotient,
    presence,
    rca,
    ubiquity,
)

__all__ = [
    "Complexity",
    "Relatedness",
    "RelatednessInputError",
    "co_agglomeration",
    "complexity",
    "complexity_by_reflections",
    "correlation_proximity",
    "density",
    "distance",
    "diversity",
    "location_quotient",
    "outlook_gain",
    "outlook_index",
    "population_quotient",
    "presence",
    "proximity",
    "rca",
    "reflections",
    "relatedness",
    "ubiquity",
]
