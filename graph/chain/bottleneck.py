"""Bottlenecks of a chain: how much of its final value must, does and can pass each link."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.chain.errors import ChainError, UnknownLinkError
from graph.chain.feeds import downstream_order, input_shares
from graph.chain.order import descendants

if TYPE_CHECKING:
    from graph.chain.feeds import LinkGraph


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """How much of the chain's final value passes a link; all in [0, 1].

    Attributes:
        value: expected share that passes, by input shares (`bottlenecks` has the formula).
        must_pass: share that passes whatever the weights are: the lower bound of ``value``.
        reach: share that can pass at all: the upper bound.
    """

    value: float
    must_pass: float
    reach: float


def bottlenecks(
    graph: LinkGraph, *, final_value: Mapping[str, float | None] | None = None
) -> dict[str, Bottleneck]:
    """Share of the chain's final value that passes each link.

    Let a final link t (one that feeds no other) carry a share v[t] of the chain's value, and trace
    that value back, at each link choosing an input with the probability of its input share:

    ``value[l] = Σ_t v[t] · P(the trace from t passes l)``, so ``value[t] = v[t]`` and
    ``value[l] = Σ_{l → d} share(l → d) · value[d]``: a betweenness over value-weighted routes;
    ``must_pass[l] = Σ v[t]`` over the t that l dominates, i.e. every route from any source to t
    runs through l (P = 1 whatever the weights); ``reach[l] = Σ v[t]`` over the t below l (P > 0).
    Hence 0 ≤ must_pass ≤ value ≤ reach ≤ 1, the last three equal if no choice exists.

    Routes are alternatives here: a part that is used beside others is no must-pass link.

    Args:
        graph: links and feeds.
        final_value: value of final links, any unit; an unknown one (None, left out) counts as the
            mean of the known ones. Without any known one all final links count the same.

    Raises:
        ChainCycleError: the feeds form a cycle.
        FeedWeightError: a weight is negative, not finite or not a number.
        UnknownLinkError: ``final_value`` names something that is not a final link.

    References:
        Dominators as bottlenecks of flow: Allesina, S., Bodini, A. (2004), Who dominates whom in
        the ecosystem?, Journal of Theoretical Biology 230. Betweenness: Freeman, L. C. (1977), A
        set of measures of centrality based on betweenness, Sociometry 40; along input shares:
        Liang, S., Qu, S., Xu, M. (2016), Betweenness-based method to identify critical
        transmission sectors, Environmental Science & Technology 50.
    """
    order = downstream_order(graph)
    final = _final_shares(graph, final_value or {})
    shares, below = input_shares(graph), descendants(graph)
    passing: dict[str, float] = {}
    for link in reversed(order):
        onward = [shares[link, target] * passing[target] for target in graph.successors(link)]
        passing[link] = math.fsum([final.get(link, 0.0), *onward])
    must = _dominated_value(graph, final)
    out = {}
    for link in graph:
        reach = min(math.fsum(v for t, v in final.items() if t == link or t in below[link]), 1.0)
        least = min(must[link], reach)
        out[link] = Bottleneck(min(max(passing[link], least), reach), least, reach)
    return out


def _final_shares(graph: LinkGraph, value: Mapping[str, float | None]) -> dict[str, float]:
    final = [link for link in graph if graph.out_degree(link) == 0]
    if unknown := set(value) - set(final):
        raise UnknownLinkError(unknown, f"末端环节之一（{'、'.join(sorted(final))}）")
    known = {link: float(v) for link, v in value.items() if v is not None}
    if bad := {link: v for link, v in known.items() if not (math.isfinite(v) and v >= 0)}:
        link, amount = next(iter(bad.items()))
        raise ChainError(f"末端环节 {link} 的价值为 {amount!r}；须为不小于 0 的数，未知时请留空")
    total = math.fsum(known.values())
    usual = total / len(known) if total > 0 else 1.0
    filled = {link: known.get(link, usual) if total > 0 else 1.0 for link in final}
    whole = math.fsum(filled.values())
    return {link: amount / whole for link, amount in filled.items()}


def _dominated_value(graph: LinkGraph, final: Mapping[str, float]) -> dict[str, float]:
    """Final value of the links that each link dominates, seen from all sources at once."""
    through: dict[str, frozenset[str]] = {}
    for link in downstream_order(graph):
        routes = [through[source] for source in graph.predecessors(link)]
        common = frozenset.intersection(*routes) if routes else frozenset[str]()
        through[link] = common | {link}
    return {
        link: math.fsum(share for target, share in final.items() if link in through[target])
        for link in graph
    }
