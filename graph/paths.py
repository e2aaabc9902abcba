"""Ways in (对接路径): short chains of ties from a region's own firms and people to a firm.

A way starts at something of the region (a firm or park there, the region itself through its natives
or members) and ends at the firm. Every tie is walked in both directions: who supplies whom does not
matter for an introduction. Strength is the product of the ties' weights; of two equally strong ways
the shorter comes first.

The search is A* over ways, longest product first (Hart, Nilsson, Raphael 1968): the neighbourhood
of the firm is laid out in arrays, the best product that can still be reached from each node in so
many ties is worked out backwards (Bellman), and only ways that can be among the best are followed.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graph.columns import Bool, Int32
from graph.schema import TABLES
from graph.ties import Int64, TieGraph, tie_graph

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

UNKNOWN_WEIGHT = 0.5
"""What a tie without a stated weight counts."""
HUB = 500
"""A node with more ties (a nationwide association) introduces nobody and is not walked through."""
Float64 = npt.NDArray[np.float64]
Walked = tuple[int, int, int]  # node, node, edge that joins them, as stored at one of the two


@dataclass(frozen=True, slots=True)
class End:
    """One end of a tie."""

    kind: str
    id: str
    name: str

    def to_dict(self) -> dict[str, str]:
        """The end as JSON."""
        return {"kind": self.kind, "id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Step:
    """One tie, walked from `start` to `end`; `forward` = the way the tie itself points."""

    start: End
    end: End
    kind: str
    label: str
    forward: bool
    weight: float | None
    date: str | None
    source: str | None

    def to_dict(self) -> dict[str, Any]:
        """The step as JSON."""
        return {
            "from": self.start.to_dict(),
            "to": self.end.to_dict(),
            "kind": self.kind,
            "label": self.label,
            "direction": "forward" if self.forward else "backward",
            "weight": self.weight,
            "date": self.date,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Path:
    """A way in; strength is the product of the ties' weights."""

    steps: tuple[Step, ...]
    strength: float

    def to_dict(self) -> dict[str, Any]:
        """The path as JSON."""
        return {"steps": [step.to_dict() for step in self.steps], "strength": self.strength}

    @property
    def text(self) -> str:
        """``甲 —供应→ 乙 ←任职— 丙``."""
        said = self.steps[0].start.name
        for step in self.steps:
            said += f" —{step.label}→ " if step.forward else f" ←{step.label}— "
            said += step.end.name
        return said


@dataclass(frozen=True)
class Ways:
    """The ways from a region to a firm, the strongest first."""

    firm: dict[str, Any]
    region: dict[str, Any]
    data_version: int
    ways: tuple[Path, ...]

    @property
    def paths(self) -> list[dict[str, Any]]:
        """The ways as JSON."""
        return [way.to_dict() for way in self.ways]

    def to_dict(self) -> dict[str, Any]:
        """As JSON; a step goes `from` one end `to` the next, its `direction` is that of the tie."""
        return {
            "firm": self.firm,
            "region": self.region,
            "data_version": self.data_version,
            "paths": self.paths,
        }


def find_ways(snapshot: Snapshot, firm: int, region: int, *, steps: int = 3, top: int = 10) -> Ways:
    """The best `top` ways of at most `steps` ties from region row `region` to firm row `firm`.

    Ways that would pass through a second place of the region are left out: they begin there. Nor
    does a way pass through a region elsewhere, or through a node with more than :data:`HUB` ties.
    Of several ties between the same two, the strongest stands for all.
    """
    graph = tie_graph(snapshot)
    ident = snapshot.firms.ids[firm].as_py()
    found = _best(
        graph, graph.node_of(firm), (region, int(snapshot.regions.end[region])), steps, top
    )
    return Ways(
        {"id": ident, "name": snapshot.firms.names[firm].as_py()},
        {"code": snapshot.regions.codes[region], "name": snapshot.regions.names[region]},
        snapshot.data_version,
        tuple(way_of(snapshot, graph, walked) for walked in found),
    )


def way_of(
    snapshot: Snapshot, graph: TieGraph, walked: Sequence[Walked], unknown: float = UNKNOWN_WEIGHT
) -> Path:
    """A way with all that is known of its ties; a tie of unknown weight counts `unknown`."""
    steps = tuple(_step(snapshot, graph, *one) for one in walked)
    weights = (unknown if step.weight is None else step.weight for step in steps)
    return Path(steps, round(math.prod(weights), 6))


# ── search ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Around:
    """What lies around a target.

    Attributes:
        nodes: (n,) nodes within reach, ascending.
        own: (n,) which of them are the region's own: ways begin there.
        hope: (steps + 1, n) best product from each node to one of them in at most so many ties.
    """

    nodes: Int64
    own: Bool
    hope: Float64

    def at(self, node: int) -> int:
        return int(np.searchsorted(self.nodes, node))


def _best(
    graph: TieGraph, target: int, region: tuple[int, int], steps: int, top: int
) -> list[tuple[Walked, ...]]:
    """The best ways, each as its ties from the region to the target."""
    if target < 0 or steps < 1:
        return []
    around = _around(graph, target, region, steps)
    found: list[tuple[Walked, ...]] = []
    # (−best product it can still have, its length, its nodes, its edges, its product so far)
    queue: list[tuple[float, int, tuple[int, ...], tuple[int, ...], float]] = [
        (-1.0, 0, (target,), (), 1.0)
    ]
    while queue and len(found) < top:
        _, length, nodes, edges, product = heapq.heappop(queue)
        if length and around.own[around.at(nodes[-1])]:
            pairs = zip(nodes[1:], nodes[:-1], edges, strict=True)
            found.append(tuple(pairs)[::-1])
            continue
        for node, edge, weight in _onward(graph, around, nodes, steps - length - 1):
            hope = product * weight * around.hope[steps - length - 1, around.at(node)]
            step = (round(-hope, 12), length + 1, (*nodes, node), (*edges, edge), product * weight)
            heapq.heappush(queue, step)
    return found


def _onward(
    graph: TieGraph, around: _Around, nodes: tuple[int, ...], left: int
) -> Iterator[tuple[int, int, float]]:
    """(node, edge, weight) from which a way can still end in `left` more ties; best ties first."""
    edges = np.arange(graph.start[nodes[-1]], graph.start[nodes[-1] + 1])
    others = graph.other[edges]
    place = np.minimum(np.searchsorted(around.nodes, others), len(around.nodes) - 1)
    hopeful = (around.nodes[place] == others) & (around.hope[left, place] > 0)
    edges, others = edges[hopeful], others[hopeful]
    weights = _weights(graph, edges)
    seen = set(nodes)
    for i in np.lexsort((graph.tie[edges], -weights)).tolist():
        node = int(others[i])
        if node not in seen:
            seen.add(node)
            yield node, int(edges[i]), float(weights[i])


def _around(graph: TieGraph, target: int, region: tuple[int, int], steps: int) -> _Around:
    """Breadth first from the target, then backwards from the region's own nodes."""
    seen = layer = np.array([target], dtype=np.int64)
    walked: list[Int64] = []
    for _ in range(steps):
        layer = layer[_passable(graph, layer, region) | (layer == target)]
        walked.append(layer)
        layer = np.setdiff1d(graph.other[graph.edges_of(layer)[0]].astype(np.int64), seen)
        seen = np.union1d(seen, layer)
    own = _own(graph, seen, region) & (seen != target)
    through = np.concatenate(walked)
    edge, owner = graph.edges_of(through)
    near = np.searchsorted(seen, through)[owner]
    far = np.searchsorted(seen, graph.other[edge])
    weight = _weights(graph, edge)
    hope = np.zeros((steps + 1, len(seen)))
    hope[:, own] = 1.0
    for length in range(1, steps + 1):
        np.maximum.at(hope[length], near, weight * hope[length - 1, far])
    return _Around(seen, own, hope)


def _own(graph: TieGraph, nodes: Int64, region: tuple[int, int]) -> Bool:
    home = graph.home[nodes]
    found: Bool = (home >= region[0]) & (home < region[1])
    return found


def _passable(graph: TieGraph, nodes: Int64, region: tuple[int, int]) -> Bool:
    """Which nodes a way may pass: no place (two firms of one town are no acquaintances), no hub."""
    small = graph.degree(nodes) <= HUB
    found: Bool = small & ~graph.place[nodes] & ~_own(graph, nodes, region)
    return found


def _weights(graph: TieGraph, edges: Int64 | Int32) -> Float64:
    return np.nan_to_num(graph.weight[edges].astype(np.float64).round(6), nan=UNKNOWN_WEIGHT)


# ── description ─────────────────────────────────────────────────────────────────────────────────


def _step(snapshot: Snapshot, graph: TieGraph, start: int, end: int, edge: int) -> Step:
    row = graph.table.slice(int(graph.tie[edge]), 1).to_pylist()[0]
    ends = (end_of(snapshot, graph, start), end_of(snapshot, graph, end))
    forward = (row["from_kind"], row["from_id"]) == (ends[0].kind, ends[0].id)
    label = tie_labels().get(row["kind"], row["kind"])
    return Step(*ends, row["kind"], label, forward, row["weight"], row["date"], row["source"])


@cache
def tie_labels() -> dict[str, str]:
    """Kind of tie → its Chinese name, as the schema declares it."""
    values = TABLES["ties"]["kind"].values
    return {kind: names[0] for kind, names in values.items() if names}


def end_of(snapshot: Snapshot, graph: TieGraph, node: int) -> End:
    """What a node is, by name where there is one."""
    kind, _, ident = graph.nodes[node].as_py().partition(":")
    name = ident
    if kind == "firm" and (row := int(graph.firm[node])) >= 0:
        name = snapshot.firms.names[row].as_py()
    elif kind == "region" and ident in snapshot.regions.row:
        name = snapshot.regions.names[snapshot.regions.row[ident]]
    elif kind == "park":
        name = snapshot.once("park names", _park_names).get(ident, ident)
    elif kind == "person":
        name = snapshot.once("person names", _person_names).get(ident, ident)
    return End(kind, ident, name)


def _park_names(snapshot: Snapshot) -> dict[str, str]:
    columns = snapshot.parks.select(["park_id", "name"]).to_pydict()
    return dict(zip(columns["park_id"], columns["name"], strict=True))


def _person_names(snapshot: Snapshot) -> dict[str, str]:
    columns = snapshot.people.select(["person_id", "name"]).to_pydict()
    return dict(zip(columns["person_id"], columns["name"], strict=True))


__all__ = [
    "HUB",
    "UNKNOWN_WEIGHT",
    "End",
    "Path",
    "Step",
    "Walked",
    "Ways",
    "end_of",
    "find_ways",
    "tie_labels",
    "way_of",
]
