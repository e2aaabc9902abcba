"""Ties as a graph in arrays: walked in both directions, a million of them in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Bool, Float32, Int32, index_of

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Int64 = npt.NDArray[np.int64]
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
        place: which nodes are regions: two firms of one town are no acquaintances.
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
    place: Bool

    @cached_property
    def _by_firm(self) -> tuple[Int32, Int64]:
        """Firm rows that have ties, ascending, and the node of each."""
        order = np.argsort(self.firm, kind="stable")
        order = order[np.searchsorted(self.firm[order], 0) :]
        return self.firm[order], order

    def node_of(self, firm: int) -> int:
        """The node of a firm row, −1 where it has no tie."""
        firms, nodes = self._by_firm
        at = int(np.searchsorted(firms, firm))
        return int(nodes[at]) if at < len(firms) and firms[at] == firm else -1

    def degree(self, nodes: Int64) -> Int64:
        """Number of ties of some nodes."""
        found: Int64 = self.start[nodes + 1] - self.start[nodes]
        return found

    def edges_of(self, nodes: Int64) -> tuple[Int64, Int64]:
        """(edge, place in `nodes` it starts from) of all edges of `nodes`."""
        count = self.start[nodes + 1] - self.start[nodes]
        owner = np.repeat(np.arange(len(nodes)), count)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return self.start[nodes][owner] + offset, owner


def tie_graph(snapshot: Snapshot) -> TieGraph:
    """The ties of a snapshot as a graph, kept with it."""
    return snapshot.lasting("tie_graph", TieGraph, _build)


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
    firm = _firm_rows(snapshot, nodes)
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
        pc.starts_with(nodes, "region:").to_numpy(zero_copy_only=False),
    )


def _firm_rows(snapshot: Snapshot, nodes: pa.Array) -> Int32:
    """Row of the firm that each node is, −1 for other kinds."""
    firms = pc.starts_with(nodes, "firm:").to_numpy(zero_copy_only=False)
    found = np.full(len(nodes), -1, dtype=np.int32)
    ids = pc.utf8_slice_codeunits(nodes.filter(pa.array(firms)), len("firm:"))
    found[firms] = index_of(ids, snapshot.firms.ids)
    return found


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


__all__ = ["TieGraph", "tie_graph"]
