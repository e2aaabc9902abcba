"""Place of each link along its chain: how deep, what it depends on, what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.chain.feeds import downstream_order

if TYPE_CHECKING:
    from graph.chain.feeds import LinkGraph


def depths(graph: LinkGraph) -> dict[str, int]:
    """Number of feeds on the longest way from any link without inputs to each link.

    Raises:
        ChainCycleError: the feeds form a cycle.
    """
    depth: dict[str, int] = {}
    for link in downstream_order(graph):
        depth[link] = max((depth[source] + 1 for source in graph.predecessors(link)), default=0)
    return {link: depth[link] for link in graph}


def heights(graph: LinkGraph) -> dict[str, int]:
    """Number of feeds on the longest way from each link to any final link.

    Raises:
        ChainCycleError: the feeds form a cycle.
    """
    height: dict[str, int] = {}
    for link in reversed(downstream_order(graph)):
        height[link] = max((height[target] + 1 for target in graph.successors(link)), default=0)
    return {link: height[link] for link in graph}


def ancestors(graph: LinkGraph) -> dict[str, frozenset[str]]:
    """All links each link depends on, directly or through others.

    Raises:
        ChainCycleError: the feeds form a cycle.
    """
    found: dict[str, frozenset[str]] = {}
    for link in downstream_order(graph):
        sources = list(graph.predecessors(link))
        found[link] = frozenset(sources).union(*(found[source] for source in sources))
    return {link: found[link] for link in graph}


def descendants(graph: LinkGraph) -> dict[str, frozenset[str]]:
    """All links that depend on each link, directly or through others.

    Raises:
        ChainCycleError: the feeds form a cycle.
    """
    found: dict[str, frozenset[str]] = {}
    for link in reversed(downstream_order(graph)):
        targets = list(graph.successors(link))
        found[link] = frozenset(targets).union(*(found[target] for target in targets))
    return {link: found[link] for link in graph}
