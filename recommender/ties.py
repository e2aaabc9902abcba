"""What ties reach from a region: the firms elsewhere, and how well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.columns import Bool, Float32, Int32
from graph.snapshot import Snapshot
from graph.ties import TieGraph, tie_graph
from recommender.settings import RankSettings

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ways:
    """What is reached from a region in at most two ties.

    Attributes:
        graph: the ties.
        region: row of the region, −1 none.
        end: row after the last one in the region.
        firm: firm rows reached, ascending; firms of the region itself left out.
        node: the node of each.
        strength: of the best way: product of the weights of its ties.
        direct: of the best tie with a firm of the region, nan where there is none.
    """

    graph: TieGraph
    region: int
    end: int
    firm: Int32
    node: Int64
    strength: Float32
    direct: Float32

    def own(self, nodes: Int32 | Int64) -> Bool:
        """Which nodes are the region's own: a firm or park in it, or the region itself."""
        home = self.graph.home[nodes]
        found: Bool = (home >= self.region) & (home < self.end)
        return found


def walk(graph: TieGraph, snapshot: Snapshot, region: int, settings: RankSettings) -> Ways:
    """Everything in at most two ties from the region's own firms, parks and the region itself.

    A node with more ties than ``hub_limit``, or a place, is not walked through. Takes time in
    proportion to the ties that are met, not to those there are.
    """
    end = int(snapshot.regions.end[region]) if region >= 0 else -1
    empty = np.zeros(0, dtype=np.float32)
    ways = Ways(graph, region, end, np.zeros(0, np.int32), np.zeros(0, np.int64), empty, empty)
    if region < 0:
        return ways
    begin, stop = np.searchsorted(graph.homes, [region, end])
    first = graph.by_home[begin:stop]
    near, weight, start = _onward(graph, first, settings)
    outside = ~ways.own(near)
    near, weight, start = near[outside], weight[outside], start[outside]
    direct_node, direct = _best(near[graph.firm[start] >= 0], weight[graph.firm[start] >= 0])
    once, strength = _best(near, weight)
    through = (graph.degree(once) <= settings.hub_limit) & ~graph.place[once]
    far, weight, start = _onward(graph, once[through], settings)
    before = strength[through][np.searchsorted(once[through], start)]
    keep = ~ways.own(far)
    node, strength = _best(
        np.concatenate([once, far[keep]]), np.concatenate([strength, (weight * before)[keep]])
    )
    firms = np.flatnonzero(graph.firm[node] >= 0)
    firms = firms[np.argsort(graph.firm[node[firms]])]
    node, strength = node[firms], strength[firms]
    tied = np.full(len(node), np.nan, dtype=np.float32)
    if len(direct_node):
        at = np.minimum(np.searchsorted(direct_node, node), len(direct_node) - 1)
        tied = np.where(direct_node[at] == node, direct[at], tied)
    return Ways(graph, region, end, graph.firm[node], node, strength, tied)


def _onward(graph: TieGraph, nodes: Int64, settings: RankSettings) -> tuple[Int64, Float32, Int64]:
    """(far end, weight, near end) of every tie of `nodes`."""
    edge, owner = graph.edges_of(nodes)
    weight = np.nan_to_num(graph.weight[edge], nan=settings.tie_strength)
    return graph.other[edge].astype(np.int64), weight, nodes[owner]


def _best(nodes: Int64, weights: Float32) -> tuple[Int64, Float32]:
    """Each node once, ascending, with its largest weight."""
    if not len(nodes):
        return nodes, weights
    order = np.argsort(nodes, kind="stable")
    ordered = nodes[order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return ordered[start], np.maximum.reduceat(weights[order], start)


__all__ = ["TieGraph", "Ways", "tie_graph", "walk"]
