"""Feeds of a chain: their direction, their order, and the share of inputs each carries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx

from graph.chain.errors import ChainCycleError, FeedWeightError

if TYPE_CHECKING:
    from typing import TypeAlias

    LinkGraph: TypeAlias = nx.DiGraph[str]


def validate_acyclic(graph: LinkGraph) -> None:
    """Check that no feed leads back to where it started.

    Raises:
        ChainCycleError: naming one cycle in the order of its feeds, by the ``name`` of its links
            where they have one, beginning at the smallest id.
    """
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return
    cycle = [edge[0] for edge in edges]
    first = cycle.index(min(cycle))
    names = {link: str(name) for link, name in graph.nodes(data="name") if name}
    raise ChainCycleError(cycle[first:] + cycle[:first], names)


def downstream_order(graph: LinkGraph) -> list[str]:
    """All links, each after everything it depends on.

    Raises:
        ChainCycleError: the feeds form a cycle.
    """
    validate_acyclic(graph)
    return list(nx.topological_sort(graph))


def input_shares(graph: LinkGraph) -> dict[tuple[str, str], float]:
    """Share of the downstream link's inputs that each feed carries; they add up to 1 per link.

    Raises:
        FeedWeightError: a weight is negative, not finite or not a number.
    """
    shares: dict[tuple[str, str], float] = {}
    for link in graph:
        weights = {source: _weight(graph, source, link) for source in graph.predecessors(link)}
        known = [weight for weight in weights.values() if weight is not None]
        usual = sum(known) / len(known) if sum(known) > 0 else None
        if usual is None:
            shares |= {(source, link): 1.0 / len(weights) for source in weights}
            continue
        filled = {source: usual if w is None else w for source, w in weights.items()}
        total = math.fsum(filled.values())
        shares |= {(source, link): weight / total for source, weight in filled.items()}
    return shares


def weight_coverage(graph: LinkGraph) -> float | None:
    """Share of feeds whose weight is known, in [0, 1]; None for a chain without feeds.

    Raises:
        FeedWeightError: a weight is negative, not finite or not a number.
    """
    known = [_weight(graph, *feed) is not None for feed in graph.edges]
    return sum(known) / len(known) if known else None


def _weight(graph: LinkGraph, upstream: str, downstream: str) -> float | None:
    weight = graph.edges[upstream, downstream].get("weight")
    if weight is None:
        return None
    try:
        number = float(weight)
    except (TypeError, ValueError) as error:
        raise FeedWeightError(upstream, downstream, weight) from error
    if not math.isfinite(number) or number < 0:
        raise FeedWeightError(upstream, downstream, weight)
    return number
