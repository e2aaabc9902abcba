"""Links around a link: those a few feeds away, and those in the same position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from graph.chain.errors import UnknownLinkError
from graph.chain.feeds import input_shares, validate_acyclic
from graph.chain.order import ancestors

if TYPE_CHECKING:
    from graph.chain.feeds import LinkGraph


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A link a few feeds away.

    Attributes:
        link_id: the neighbour.
        steps: number of feeds on the shortest way; negative = upstream, positive = downstream.
        dependence: share in [0, 1] of the downstream end's inputs, traced back through at most
            as many feeds as were asked for, that comes through the upstream end.
    """

    link_id: str
    steps: int
    dependence: float


def substitutes(graph: LinkGraph, *, similarity: float = 1.0) -> dict[str, dict[str, float]]:
    """Links that hold the same position: the same inputs and the same customers.

    Similarity is the Jaccard index of the two sets of direct neighbours, an input and a customer
    being different neighbours even if they are the same link; 1 = the same in both directions.
    It says that two links *could* stand in for one another. Whether they do is not in the
    structure: blade and tower both go into a turbine.

    Args:
        graph: links and feeds.
        similarity: smallest index that counts, in (0, 1].

    Returns:
        For each link its substitutes and their similarity, most alike first, then by id. A link
        never substitutes one that it depends on, nor does a link without feeds any other.

    Raises:
        ChainCycleError: the feeds form a cycle.
        ValueError: similarity outside (0, 1].
    """
    if not 0.0 < similarity <= 1.0:
        raise ValueError(f"similarity must lie in (0, 1]; got {similarity!r}")
    above = ancestors(graph)
    around = {
        link: {("in", n) for n in graph.predecessors(link)}
        | {("out", n) for n in graph.successors(link)}
        for link in graph
    }
    found: dict[str, list[tuple[float, str]]] = {link: [] for link in graph}
    for one, other in combinations(graph, 2):
        either = around[one] | around[other]
        alike = len(around[one] & around[other]) / len(either) if either else 0.0
        if alike >= similarity and one not in above[other] and other not in above[one]:
            found[one].append((-alike, other))
            found[other].append((-alike, one))
    return {link: {other: -rank for rank, other in sorted(pairs)} for link, pairs in found.items()}


def neighbours(graph: LinkGraph, link: str, *, steps: int) -> list[Neighbour]:
    """Links up to ``steps`` feeds upstream and downstream, nearest first, then by id.

    Raises:
        ChainCycleError: the feeds form a cycle.
        FeedWeightError: a weight is negative, not finite or not a number.
        UnknownLinkError: the chain has no such link.
        ValueError: steps < 1.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}")
    if link not in graph:
        raise UnknownLinkError([link], "该产业链的环节")
    validate_acyclic(graph)
    shares = input_shares(graph)
    upstream = {b: [(a, shares[a, b]) for a in graph.predecessors(b)] for b in graph}
    downstream = {a: [(b, shares[a, b]) for b in graph.successors(a)] for a in graph}
    found = [
        Neighbour(other, sign * distance, min(dependence, 1.0))
        for sign, onward in ((-1, upstream), (1, downstream))
        for other, (distance, dependence) in _walk(onward, link, steps).items()
    ]
    return sorted(found, key=lambda near: (abs(near.steps), near.steps, near.link_id))


def _walk(
    onward: Mapping[str, list[tuple[str, float]]], start: str, steps: int
) -> dict[str, tuple[int, float]]:
    """First step at which each link is met, and the sum over routes of the product of shares."""
    met: dict[str, tuple[int, float]] = {}
    here = {start: 1.0}
    for step in range(1, steps + 1):
        after: dict[str, float] = {}
        for link, amount in here.items():
            for target, share in onward[link]:
                after[target] = after.get(target, 0.0) + amount * share
        for link, amount in after.items():
            first, before = met.get(link, (step, 0.0))
            met[link] = (first, before + amount)
        here = after
    return met
