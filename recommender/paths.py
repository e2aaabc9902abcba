"""Ways in: short chains of ties from a region's own firms and people to a target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import Any

import numpy as np

from graph.columns import Int32
from graph.schema import TABLES
from graph.snapshot import Snapshot
from recommender.candidates import Candidates


@dataclass(frozen=True, slots=True)
class End:
    """One end of a tie."""

    kind: str
    id: str
    name: str


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
            "from": {"kind": self.start.kind, "id": self.start.id, "name": self.start.name},
            "to": {"kind": self.end.kind, "id": self.end.id, "name": self.end.name},
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
    found = sorted(_edges_to(candidates, target))[: candidates.settings.paths_per_target]
    return tuple(
        Path(tuple(_step(candidates, *walked) for walked in way), -minus) for minus, _, way in found
    )


Walked = tuple[int, int, int]  # node, node, edge as seen from the second node


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
        if end - begin > candidates.settings.hub_limit:
            continue
        onward = np.arange(begin, end)[ways.own(graph.other[begin:end])]
        for other in onward.tolist():
            first = (int(graph.other[other]), near, other)
            found.append((-weight * _weight(candidates, other), 2, (first, last)))
    return found


def _weight(candidates: Candidates, edge: int) -> float:
    weight = float(candidates.ways.graph.weight[edge])
    return candidates.settings.tie_strength if isnan(weight) else weight


def _step(candidates: Candidates, start: int, end: int, edge: int) -> Step:
    graph = candidates.ways.graph
    row = graph.table.slice(int(graph.tie[edge]), 1).to_pylist()[0]
    ends = (_end(candidates, start), _end(candidates, end))
    forward = (row["from_kind"], row["from_id"]) == (ends[0].kind, ends[0].id)
    label = tie_labels().get(row["kind"], row["kind"])
    return Step(*ends, row["kind"], label, forward, row["weight"], row["date"], row["source"])


@cache
def tie_labels() -> dict[str, str]:
    """Kind of tie → its Chinese name, as the schema declares it."""
    values = TABLES["ties"]["kind"].values
    return {kind: names[0] for kind, names in values.items() if names}


def _end(candidates: Candidates, node: int) -> End:
    snapshot, graph = candidates.snapshot, candidates.ways.graph
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
