"""The immutable, column-wise view of one data version that every analysis reads.

Large parts are numpy/Arrow columns and sparse matrices; the chain structure, which is small, is
a networkx DiGraph. Rows are ordered by key, so that the same data give the same snapshot on
every engine. Analyses are pure functions of a snapshot and parameters; what does not depend on
a query is computed once and kept with :meth:`Snapshot.once`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from graph.columns import Events, Firms, Links, Positions, Regions, Ties, index_of
from graph.kept import WORTH, Kept
from graph.store.base import Reader, Store, Version

T = TypeVar("T")
Rows = npt.NDArray[np.int32]
# The parts whose columns grow with the data.
_KEPT = ("firms", "positions", "ties", "events")


@dataclass(frozen=True)
class Chain:
    """One chain: its id, its name and the rows of its links in :attr:`Snapshot.links`."""

    id: str
    name: str
    sector: str | None
    aliases: tuple[str, ...]
    links: Rows


@dataclass(frozen=True)
class Snapshot:
    """All facts of one data version, in memory. Build it with ``store.snapshot()``."""

    store: Store
    version: Version
    regions: Regions
    chains: tuple[Chain, ...]
    links: Links
    feeds: nx.DiGraph[str]
    firms: Firms
    positions: Positions
    ties: Ties
    events: Events
    people: pa.Table
    parks: pa.Table
    kept: Kept | None = field(default=None, repr=False, compare=False)
    _lasting: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    _computing: dict[Any, threading.RLock] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @property
    def data_version(self) -> int:
        return self.version.number

    def once(self, key: Any, compute: Callable[[Snapshot], T]) -> T:
        """`compute(self)`, computed once per snapshot under `key` and kept.

        Who asks for a key that another thread is computing waits for that, and for nothing else.
        """
        if key not in self._memo:
            with self._lock:
                computing = self._computing.setdefault(key, threading.RLock())
            with computing:
                if key not in self._memo:
                    self._memo[key] = compute(self)
                    self._computing.pop(key, None)
        value: T = self._memo[key]
        return value

    def lasting(self, name: str, kind: type[T], compute: Callable[[Snapshot], T]) -> T:
        """As :meth:`once`, for a dataclass of arrays that later processes may take from disk."""

        def found(snapshot: Snapshot) -> T:
            kept = snapshot.kept.get(name, kind) if snapshot.kept else None
            value = compute(snapshot) if kept is None else kept
            snapshot._lasting[name] = value
            return value

        return self.once(("lasting", name), found)

    def keep(self) -> None:
        """Write columns and what was derived so far beside the store, where that is worth it."""
        if self.kept is not None and len(self.firms) >= WORTH:
            columns = {name: getattr(self, name) for name in _KEPT}
            self.kept.put({**columns, **self._lasting})

    @cached_property
    def chain_rows(self) -> dict[str, int]:
        """Chain id → row."""
        return {chain.id: row for row, chain in enumerate(self.chains)}

    def firms_at(self, link: int) -> slice:
        """The rows of :attr:`positions` that stand at link row `link` (they are link-major)."""
        start, stop = self.positions.link_start[link : link + 2]
        return slice(int(start), int(stop))

    def chain_graph(self, chain: int) -> nx.DiGraph[str]:
        """The links of one chain and the feeds between them, as a read-only view."""
        view: nx.DiGraph[str] = self.feeds.subgraph(
            self.links.ids[i] for i in self.chains[chain].links
        )
        return view

    def details(self, firms: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        """Columns the snapshot does not hold (scope, products, address …) of a few firm rows.

        Read from the store in the snapshot's own version, in the order of `firms`.
        """
        ids = [self.firms.ids[int(i)].as_py() for i in firms]
        rows = self.store.fetch("firms", ids, columns, self.version.number)
        found: list[dict[str, Any]] = rows.to_pylist()
        return found

    def to_networkx(self, firms: Sequence[int]) -> nx.MultiDiGraph[str]:
        """The neighbourhood of some firm rows: their positions, links, regions and ties."""
        return _neighbourhood(self, firms)


def build(store: Store, version: int | None = None) -> Snapshot:
    """Read the current or an older version of `store` into a snapshot.

    Raises:
        StoreNotFound, StoreCorrupt, VersionMissing.
    """
    with store.reading(version) as reader:
        return _build(store, reader)


def _build(store: Store, reader: Reader) -> Snapshot:
    def read(table: str, *columns: str) -> pa.Table:
        return reader.read(table, columns or None)

    regions = Regions.of(read("regions", "code", "name", "level", "parent", "lon", "lat"))
    links = Links.of(read("links"))
    kept = store.kept(reader.version)

    def part(name: str, kind: type[T], make: Callable[[], T]) -> T:
        found = kept.get(name, kind) if kept else None
        return make() if found is None else found

    firms = part("firms", Firms, lambda: Firms.of(read("firms", *Firms.COLUMNS), regions))
    positions = part(
        "positions",
        Positions,
        lambda: Positions.of(read("positions", *Positions.COLUMNS), firms, links),
    )
    return Snapshot(
        store=store,
        version=reader.version,
        regions=regions,
        chains=_chains(read("chains"), links),
        links=links,
        feeds=_feeds(read("feeds", "upstream_id", "downstream_id", "weight", "source"), links),
        firms=firms,
        positions=positions,
        ties=part("ties", Ties, lambda: Ties.of(read("ties"))),
        events=part("events", Events, lambda: Events.of(read("events"), firms, links, regions)),
        people=read("people"),
        parks=read("parks"),
        kept=kept,
    )


def _chains(table: pa.Table, links: Links) -> tuple[Chain, ...]:
    owner = np.array(links.chain_ids, dtype=object)
    return tuple(
        Chain(
            row["chain_id"],
            row["name"],
            row["sector"],
            tuple(row["aliases"] or ()),
            np.flatnonzero(owner == row["chain_id"]).astype(np.int32),
        )
        for row in table.to_pylist()
    )


def _feeds(table: pa.Table, links: Links) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for i, link in enumerate(links.ids):
        graph.add_node(link, row=i, name=links.names[i], stage=links.stages[i])
    for feed in table.to_pylist():
        graph.add_edge(
            feed["upstream_id"], feed["downstream_id"], weight=feed["weight"], source=feed["source"]
        )
    nx.freeze(graph)
    return graph


def _neighbourhood(snapshot: Snapshot, firms: Sequence[int]) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    ids = {snapshot.firms.ids[int(i)].as_py(): int(i) for i in firms}
    for firm, row in ids.items():
        graph.add_node(firm, kind="firm", name=snapshot.firms.names[row].as_py())
        region = int(snapshot.firms.region[row])
        if region >= 0:
            code = snapshot.regions.codes[region]
            graph.add_node(code, kind="region", name=snapshot.regions.names[region])
            graph.add_edge(firm, code, kind="located_in")
        for at in snapshot.positions.of_firm(row):
            link = int(snapshot.positions.link[at])
            graph.add_node(snapshot.links.ids[link], kind="link", name=snapshot.links.names[link])
            strength = float(snapshot.positions.strength[at])
            graph.add_edge(firm, snapshot.links.ids[link], kind="operates_at", strength=strength)
    for tie in snapshot.ties.touching(list(ids)):
        for end in ("from", "to"):
            if tie[f"{end}_id"] not in graph:
                graph.add_node(tie[f"{end}_id"], kind=tie[f"{end}_kind"])
        graph.add_edge(tie["from_id"], tie["to_id"], kind=tie["kind"], source=tie["source"])
    return graph


def firm_link_matrix(snapshot: Snapshot) -> sparse.csr_matrix:
    """Firms × links, strengths as values; an unknown strength counts as `nan`."""
    positions = snapshot.positions
    shape = (len(snapshot.firms), len(snapshot.links))
    cells = (positions.strength, (positions.firm, positions.link))
    return sparse.csr_matrix(cells, shape=shape, dtype=np.float32)


__all__ = ["Chain", "Snapshot", "build", "firm_link_matrix", "index_of"]
