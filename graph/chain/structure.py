"""Everything structural about the links of a chain, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.chain.around import substitutes
from graph.chain.bottleneck import Bottleneck, bottlenecks
from graph.chain.order import ancestors, depths, descendants, heights

if TYPE_CHECKING:
    from graph.chain.feeds import LinkGraph


@dataclass(frozen=True, slots=True)
class LinkStructure:
    """Everything structural about one link.

    Attributes:
        depth: feeds on the longest way from a link without inputs; 0 = such a link itself.
        height: feeds on the longest way to a final link; 0 = such a link itself.
        upstream: all links it depends on, directly or not.
        downstream: all links that depend on it, directly or not.
        bottleneck: how much of the final value passes it.
        substitutes: links in the same position, with their similarity.
    """

    depth: int
    height: int
    upstream: frozenset[str]
    downstream: frozenset[str]
    bottleneck: Bottleneck
    substitutes: dict[str, float]


def analyse_chain(
    graph: LinkGraph,
    *,
    final_value: Mapping[str, float | None] | None = None,
    similarity: float = 1.0,
) -> dict[str, LinkStructure]:
    """Structure of every link.

    Args:
        graph: links and feeds.
        final_value: as for `bottlenecks`.
        similarity: as for `substitutes`.

    Raises:
        ChainCycleError, FeedWeightError, UnknownLinkError: see the single functions.
    """
    depth, height = depths(graph), heights(graph)
    upstream, downstream = ancestors(graph), descendants(graph)
    passing = bottlenecks(graph, final_value=final_value)
    alike = substitutes(graph, similarity=similarity)
    return {
        link: LinkStructure(
            depth[link], height[link], upstream[link], downstream[link], passing[link], alike[link]
        )
        for link in graph
    }
