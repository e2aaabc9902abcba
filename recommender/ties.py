"""Ties as a graph that is walked in both directions, from a region to firms elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Bool, Float32, Int32, index_of
from graph.snapshot import Snapshot
from recommender.settings import RankSettings

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
COLUMNS = ("from_kind", "from_id", "to_kind", "to_id", "kind", "weight", "date", "source")


@dataclass(frozen=True, eq=False)
class TieGraph:
    """Nodes are firms, people, regions, parks; every tie is met from both of its ends.

    Attributes:
        table: the ties, those of the people table included, columns :data:`COLUMNS`.
        nodes: ``kind:id`` of each node.
        firm: firm row of each node, −1 for other kinds.
        home: region row where a firm or park sits, or of a region itself; −1 unknown.
        by_home: nodes ordered by `home`.
        homes: `home` in that order.
        start: edges of node i are ``start[i] … start[i+1] − 1``.
        other: node at the far end of each edge.
        tie: row of `table` of each edge.
        weight: 0–1, nan unknown.
    """

    table: pa.Table
    nodes: pa.Array
    firm: Int32
    home: Int32
    by_home: Int64
    homes: Int32
    start: Int64
    other: Int32
    tie: Int32
    weight: Float32

    def edges_of(self, nodes: Int64) -> tuple[Int64, Int64]:
        """(edge, place in `nodes` it starts from) of all edges of `nodes`."""
        count = self.start[nodes + 1] - self.start[nodes]
        owner = np.repeat(np.arange(len(nodes)), count)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return self.start[nodes][owner] + offset, owner


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


def tie_graph(snapshot: Snapshot) -> TieGraph:
    """The ties of a snapshot as a graph, kept with it."""
    return snapshot.once("tie graph", _build)


def _build(snapshot: Snapshot) -> TieGraph:
    table = pa.concat_tables([snapshot.ties.table.select(COLUMNS), _people(snapshot)])
    table = table.combine_chunks()
    ends = [
        _array(pc.binary_join_element_wise(table[f"{end}_kind"], table[f"{end}_id"], ":"))
        for end in ("from", "to")
    ]
    nodes = pc.unique(pa.concat_arrays(ends))
    start, stop = (index_of(end, nodes) for end in ends)
    near, far = np.concatenate([start, stop]), np.concatenate([stop, start])
    tie = np.tile(np.arange(table.num_rows, dtype=np.int32), 2)
    order = np.argsort(near, kind="stable")
    weight = pc.cast(table["weight"], pa.float32()).fill_null(float("nan"))
    weights = weight.to_numpy(zero_copy_only=False) if table.num_rows else np.zeros(0, np.float32)
    firm = index_of(nodes, _keyed("firm", snapshot.firms.ids))
    home = _regions_of(snapshot, nodes).copy()
    home[firm >= 0] = snapshot.firms.region[firm[firm >= 0]]
    by_home = np.argsort(home, kind="stable")
    return TieGraph(
        table,
        nodes,
        firm,
        home,
        by_home,
        home[by_home],
        np.searchsorted(near[order], np.arange(len(nodes) + 1)),
        far[order],
        tie[order],
        np.tile(weights, 2)[order].astype(np.float32),
    )


def _keyed(kind: str, ids: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(f"{kind}:"), ids, "")


def _regions_of(snapshot: Snapshot, nodes: pa.Array) -> Int32:
    codes = pa.array(snapshot.regions.codes, pa.string())
    found = index_of(nodes, _keyed("region", codes))
    parks = snapshot.parks.combine_chunks()
    if parks.num_rows:
        park = index_of(nodes, _keyed("park", _array(parks["park_id"])))
        region = index_of(parks["region_code"], codes)
        found = np.where(park >= 0, region[park], found).astype(np.int32)
    return found


def _array(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _people(snapshot: Snapshot) -> pa.Table:
    """The people table as ties: a person leads a firm, is a native of a region."""
    rows = []
    for person in snapshot.people.to_pylist():
        ends = (
            ("leads", "firm", person["firm_id"]),
            ("native_of", "region", person["native_code"]),
        )
        rows += [
            dict(zip(COLUMNS, ("person", person["person_id"], to, ident, kind, None, None,
                               person["source"]), strict=True))
            for kind, to, ident in ends
            if ident
        ]  # fmt: skip
    schema = pa.schema([snapshot.ties.table.schema.field(name) for name in COLUMNS])
    return pa.Table.from_pylist(rows, schema=schema)


def walk(graph: TieGraph, snapshot: Snapshot, region: int, settings: RankSettings) -> Ways:
    """Everything in at most two ties from the region's own firms, parks and the region itself.

    A node with more ties than ``hub_limit`` is not walked through. Takes time in proportion to
    the ties that are met, not to those there are.
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
    through = graph.start[once + 1] - graph.start[once] <= settings.hub_limit
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
