"""Ties as a graph that is walked in both directions, from a region to firms elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Float32, Int32, index_of
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
        region: region row of each region or park node, −1 for other kinds.
        start: edges of node i are ``start[i] … start[i+1] − 1``.
        other: node at the far end of each edge.
        tie: row of `table` of each edge.
        weight: 0–1, nan unknown.
    """

    table: pa.Table
    nodes: pa.Array
    firm: Int32
    region: Int32
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
        origin: (nodes,) whether the node is one of the region's own: firm, park or the region.
        firm: firm rows reached, ascending; firms of the region itself left out.
        node: the node of each.
        strength: of the best way: product of the weights of its ties.
        direct: of the best tie with a firm of the region, nan where there is none.
    """

    graph: TieGraph
    origin: npt.NDArray[np.bool_]
    firm: Int32
    node: Int64
    strength: Float32
    direct: Float32


def tie_graph(snapshot: Snapshot) -> TieGraph:
    """The ties of a snapshot as a graph, kept with it."""
    return snapshot.once("tie graph", _build)


def _build(snapshot: Snapshot) -> TieGraph:
    table = pa.concat_tables([snapshot.ties.table.select(COLUMNS), _people(snapshot)])
    table = table.combine_chunks()
    ends = [
        pc.binary_join_element_wise(table[f"{end}_kind"], table[f"{end}_id"], ":")
        for end in ("from", "to")
    ]
    nodes = pc.unique(pa.concat_arrays([c for end in ends for c in pa.chunked_array(end).chunks]))
    start, stop = (index_of(end, nodes) for end in ends)
    near, far = np.concatenate([start, stop]), np.concatenate([stop, start])
    tie = np.tile(np.arange(table.num_rows, dtype=np.int32), 2)
    order = np.argsort(near, kind="stable")
    weight = pc.cast(table["weight"], pa.float32()).fill_null(float("nan"))
    weights = weight.to_numpy(zero_copy_only=False) if table.num_rows else np.zeros(0, np.float32)
    return TieGraph(
        table,
        nodes,
        index_of(nodes, _keyed("firm", snapshot.firms.ids)),
        _regions_of(snapshot, nodes),
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

    A node with more ties than ``hub_limit`` is not walked through.
    """
    end = int(snapshot.regions.end[region]) if region >= 0 else -1
    home = np.where(graph.firm >= 0, snapshot.firms.region[graph.firm], graph.region)
    origin = (home >= region) & (home < end) if region >= 0 else np.zeros(len(home), dtype=bool)
    best = np.zeros(len(graph.nodes), dtype=np.float32)
    direct = np.full(len(graph.nodes), np.nan, dtype=np.float32)
    first = np.flatnonzero(origin)
    edge, owner = graph.edges_of(first)
    weight = np.nan_to_num(graph.weight[edge], nan=settings.tie_strength)
    np.maximum.at(best, graph.other[edge], weight)
    own = graph.firm[first[owner]] >= 0
    np.fmax.at(direct, graph.other[edge][own], weight[own])
    degree = np.diff(graph.start)
    second = np.flatnonzero((best > 0) & ~origin & (degree <= settings.hub_limit))
    before = best[second]
    edge, owner = graph.edges_of(second)
    weight = np.nan_to_num(graph.weight[edge], nan=settings.tie_strength)
    np.maximum.at(best, graph.other[edge], weight * before[owner])
    hit = np.flatnonzero((best > 0) & ~origin & (graph.firm >= 0))
    hit = hit[np.argsort(graph.firm[hit])]
    return Ways(graph, origin, graph.firm[hit], hit, best[hit], direct[hit])
