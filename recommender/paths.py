"""Ways in for the targets of a list: those of at most two ties, from what the query has walked."""

from __future__ import annotations

from math import isnan

import numpy as np

from graph.columns import Int32
from graph.paths import Path, Walked, way_of
from recommender.candidates import Candidates


def paths_to(candidates: Candidates, firms: Int32) -> list[tuple[Path, ...]]:
    """For each firm row the strongest ways of at most two ties, best first, then by nodes, ties."""
    ways = candidates.ways
    found: list[tuple[Path, ...]] = [()] * len(firms)
    if not candidates.settings.paths_per_target or not len(ways.firm):
        return found
    at = np.minimum(np.searchsorted(ways.firm, firms), len(ways.firm) - 1)
    for i in np.flatnonzero(ways.firm[at] == firms).tolist():
        found[i] = _paths(candidates, int(ways.node[at[i]]))
    return found


def _paths(candidates: Candidates, target: int) -> tuple[Path, ...]:
    """The strongest ways to a firm's node."""
    settings, graph = candidates.settings, candidates.ways.graph
    found = sorted(_edges_to(candidates, target))[: settings.paths_per_target]
    return tuple(
        way_of(candidates.snapshot, graph, way, settings.tie_strength) for _, _, way in found
    )


def _edges_to(candidates: Candidates, target: int) -> list[tuple[float, int, tuple[Walked, ...]]]:
    """(−strength, length, steps) of every way to a firm's node."""
    ways, graph = candidates.ways, candidates.ways.graph
    found: list[tuple[float, int, tuple[Walked, ...]]] = []
    for edge in range(int(graph.start[target]), int(graph.start[target + 1])):
        near, weight = int(graph.other[edge]), _weight(candidates, edge)
        last = (near, target, edge)
        if ways.own(graph.other[edge : edge + 1])[0]:
            found.append((-weight, 1, (last,)))
            continue
        begin, end = int(graph.start[near]), int(graph.start[near + 1])
        if end - begin > candidates.settings.hub_limit or graph.place[near]:
            continue
        onward = np.arange(begin, end)[ways.own(graph.other[begin:end])]
        for other in onward.tolist():
            first = (int(graph.other[other]), near, other)
            found.append((-weight * _weight(candidates, other), 2, (first, last)))
    return found


def _weight(candidates: Candidates, edge: int) -> float:
    weight = float(candidates.ways.graph.weight[edge])
    return candidates.settings.tie_strength if isnan(weight) else weight
