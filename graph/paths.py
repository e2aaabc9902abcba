"""Ways in (对接路径): short chains of ties from a region's own firms and people to a firm.

A way starts at something of the region (a firm there, the region itself through its natives, a
park) and ends at the firm. Every tie is walked in both directions: who supplies whom does not
matter for an introduction. Strength is the product of the ties' weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx

from graph.schema import TABLES

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

UNKNOWN_WEIGHT = 0.5
"""What a tie without a stated weight counts."""
HUB = 500
"""A node with more ties (a nationwide association) introduces nobody and is not walked through."""
_MOST_WALKED = 20_000
_KINDS = {kind: words[0] for kind, words in TABLES["ties"]["kind"].values.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One tie of a way. `forward` is false when it is walked against its direction."""

    start: str
    end: str
    kind: str
    forward: bool
    weight: float | None
    date: str | None
    source: str | None


@dataclass(frozen=True)
class Ways:
    """The ways from a region to a firm, the strongest first."""

    firm: dict[str, Any]
    region: dict[str, Any]
    data_version: int
    paths: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON; a step goes `from` one end `to` the next, its `direction` is that of the tie."""
        return {
            "firm": self.firm,
            "region": self.region,
            "data_version": self.data_version,
            "paths": self.paths,
        }


def find_ways(snapshot: Snapshot, firm: int, region: int, *, steps: int = 3, top: int = 10) -> Ways:
    """Ways of at most `steps` ties from region row `region` to firm row `firm`.

    Ways that would pass through a second place of the region are left out: they begin there.
    """
    graph = snapshot.once("graph.paths", tie_network)
    target = f"firm:{snapshot.firms.ids[firm].as_py()}"
    ranked = sorted(_found(snapshot, graph, target, region, steps), key=_rank)
    return Ways(
        {"id": snapshot.firms.ids[firm].as_py(), "name": snapshot.firms.names[firm].as_py()},
        {"code": snapshot.regions.codes[region], "name": snapshot.regions.names[region]},
        snapshot.data_version,
        [_path(graph, way) for way in ranked[:top]],
    )


def tie_network(snapshot: Snapshot) -> nx.Graph[str]:
    """Ties and people as an undirected graph of ``kind:id`` nodes; the strongest tie of a pair."""
    graph: nx.Graph[str] = nx.Graph()
    for tie in snapshot.ties.table.to_pylist():
        start, end = (f"{tie[f'{side}_kind']}:{tie[f'{side}_id']}" for side in ("from", "to"))
        _join(graph, start, end, tie)
    for person in snapshot.people.to_pylist():
        node = f"person:{person['person_id']}"
        graph.add_node(node, name=person["name"])
        if person["firm_id"]:
            _join(graph, node, f"firm:{person['firm_id']}", {**person, "kind": "leads"})
        if person["native_code"]:
            _join(graph, node, f"region:{person['native_code']}", {**person, "kind": "native_of"})
    _name(snapshot, graph)
    return graph


def _join(graph: nx.Graph[str], start: str, end: str, tie: dict[str, Any]) -> None:
    weight = tie.get("weight")
    if start == end or (
        graph.has_edge(start, end) and _weight(graph.edges[start, end]["weight"]) >= _weight(weight)
    ):
        return
    graph.add_edge(
        start, end, origin=start, kind=tie["kind"], weight=weight,
        date=tie.get("date"), source=tie.get("source"),
    )  # fmt: skip


def _name(snapshot: Snapshot, graph: nx.Graph[str]) -> None:
    """Give every node its kind, id, name, and the row of the region it lies in (−1 unknown)."""
    parks = {park["park_id"]: park for park in snapshot.parks.to_pylist()}
    regions = snapshot.regions
    for node, data in graph.nodes(data=True):
        kind, _, ident = node.partition(":")
        name, region = data.get("name", ident), -1
        row = snapshot.firms.row(ident) if kind == "firm" else -1
        if row >= 0:
            name, region = snapshot.firms.names[row].as_py(), int(snapshot.firms.region[row])
        elif kind == "region" and ident in regions.row:
            region = regions.row[ident]
            name = regions.names[region]
        elif kind == "park" and ident in parks:
            name = parks[ident]["name"]
            region = regions.row.get(parks[ident]["region_code"], -1)
        data.update(kind=kind, id=ident, name=name, region=region)


def _found(
    snapshot: Snapshot, graph: nx.Graph[str], target: str, region: int, steps: int
) -> Iterator[list[Step]]:
    if target not in graph:
        return
    near = nx.single_source_shortest_path_length(graph, target, cutoff=steps)
    inside = range(region, int(snapshot.regions.end[region]))
    origins = {n for n in near if graph.nodes[n].get("region", -1) in inside and n != target}
    if not origins:
        return
    # Regions are ends of a way, never a stop on it: two firms of one town are no acquaintances.
    small = graph.subgraph(n for n in near if n == target or n in origins or _stop(graph, n))
    for nodes in islice(nx.all_simple_paths(small, target, origins, cutoff=steps), _MOST_WALKED):
        if not origins.intersection(nodes[:-1]):
            yield [_step(graph, a, b) for a, b in _pairs(nodes[::-1])]


def _stop(graph: nx.Graph[str], node: str) -> bool:
    return bool(graph.nodes[node]["kind"] != "region" and graph.degree[node] <= HUB)


def _pairs(nodes: list[str]) -> Iterator[tuple[str, str]]:
    return pairwise(nodes)


def _step(graph: nx.Graph[str], start: str, end: str) -> Step:
    tie = graph.edges[start, end]
    forward = tie["origin"] == start
    return Step(start, end, tie["kind"], forward, tie["weight"], tie["date"], tie["source"])


def _weight(weight: float | None) -> float:
    return UNKNOWN_WEIGHT if weight is None else weight


def _strength(way: list[Step]) -> float:
    return math.prod(_weight(step.weight) for step in way)


def _rank(way: list[Step]) -> tuple[float, int, tuple[str, ...]]:
    return (-_strength(way), len(way), tuple(step.start for step in way))


def _path(graph: nx.Graph[str], way: list[Step]) -> dict[str, Any]:
    return {
        "steps": [_step_dict(graph, step) for step in way],
        "strength": round(_strength(way), 6),
    }


def _step_dict(graph: nx.Graph[str], step: Step) -> dict[str, Any]:
    return {
        "from": _end(graph, step.start),
        "to": _end(graph, step.end),
        "kind": step.kind,
        "label": _KINDS.get(step.kind, step.kind),
        "direction": "forward" if step.forward else "backward",
        "weight": step.weight,
        "date": step.date,
        "source": step.source,
    }


def _end(graph: nx.Graph[str], node: str) -> dict[str, str]:
    data = graph.nodes[node]
    return {"kind": data["kind"], "id": data["id"], "name": data["name"]}


__all__ = ["HUB", "UNKNOWN_WEIGHT", "Step", "Ways", "find_ways", "tie_network"]
