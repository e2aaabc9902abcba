"""Structure of one chain: what each link depends on, what depends on it, and what must pass it.

A chain is a `networkx.DiGraph` whose nodes are link ids and whose edges run *upstream →
downstream*; an edge may carry ``weight``, how much of the upstream output one unit of downstream
output takes, in any unit that is the same for all inputs of a link; ``None`` or absent = unknown.
Nothing here changes the graph. All answers are keyed by link id.

Input shares. Weights matter only relative to the other inputs of the same link, so each edge is
turned into the share of the downstream link's inputs that it carries. An unknown weight counts as
the mean of the known ones at that link; if none is known (or all are zero) the shares are equal.
"""

from __future__ import annotations

from graph.chain.around import Neighbour, neighbours, substitutes
from graph.chain.bottleneck import Bottleneck, bottlenecks
from graph.chain.errors import ChainCycleError, ChainError, FeedWeightError, UnknownLinkError
from graph.chain.feeds import downstream_order, input_shares, validate_acyclic, weight_coverage
from graph.chain.flows import FlowWeight, InputCoefficients, Sectors, flow_weights
from graph.chain.order import ancestors, depths, descendants, heights
from graph.chain.structure import LinkStructure, analyse_chain

__all__ = [
    "Bottleneck",
    "ChainCycleError",
    "ChainError",
    "FeedWeightError",
    "FlowWeight",
    "InputCoefficients",
    "LinkStructure",
    "Neighbour",
    "Sectors",
    "UnknownLinkError",
    "analyse_chain",
    "ancestors",
    "bottlenecks",
    "depths",
    "descendants",
    "downstream_order",
    "flow_weights",
    "heights",
    "input_shares",
    "neighbours",
    "substitutes",
    "validate_acyclic",
    "weight_coverage",
]
