"""Worlds without a file for tests that build many, and the gap rules once more in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pyarrow as pa
from hypothesis import strategies as st

from graph.schema import TABLES
from graph.snapshot import Snapshot
from graph.store.base import Reader, Store, Version, Writer
from tests.factory import Row, chain, feed, firm, link, position, region, rows

World = dict[str, list[Row]]


class MemoryReader(Reader):
    def __init__(self, tables: dict[str, pa.Table]) -> None:
        self.version = Version(1, "", "test")
        self._tables = tables

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        found = self._tables[table]
        return found if columns is None else found.select(list(columns))


class Memory(Store):
    """Read-only tables of rows, one version."""

    def __init__(self, tables: World) -> None:
        self.uri = "memory"
        self._tables = {
            name: rows(name, *sorted(tables.get(name, []), key=lambda r: [r[k] for k in table.key]))
            for name, table in TABLES.items()
        }

    def version(self) -> Version:
        return Version(1, "", "test")

    def versions(self) -> list[Version]:
        return [self.version()]

    @contextmanager
    def reading(self, version: int | None = None) -> Iterator[Reader]:
        yield MemoryReader(self._tables)

    def fetch(
        self,
        table: str,
        keys: Sequence[str],
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pa.Table:
        ids = self._tables[table][TABLES[table].key[0]].to_pylist()
        return self.read(table, columns).take([ids.index(key) for key in keys if key in ids])

    def count(self, table: str, version: int | None = None) -> int:
        return int(self._tables[table].num_rows)

    def write(self, note: str = "") -> AbstractContextManager[Writer]:
        raise PermissionError("read-only")


def memory(**tables: list[Row]) -> Snapshot:
    """A snapshot of a world that is only in memory."""
    return Memory(tables).snapshot()


REGIONS = [
    region("330000", "浙江省"),
    region("330900", "舟山市", "330000"),
    region("330902", "定海区", "330900"),
    region("330200", "宁波市", "330000"),
    region("370000", "山东省"),
    region("370500", "东营市", "370000"),
]
LINKS = ["w.a", "w.b", "w.c", "w.d", "v.a", "v.b"]
STRENGTHS = [None, 0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to eight firms in two chains, with every state a position and a firm can be in."""
    names = [f"厂{i}" for i in range(draw(st.integers(0, 8)))]
    places = [None, *(r["code"] for r in REGIONS)]
    firms = [
        firm(
            name,
            draw(st.sampled_from(places)),
            status=draw(st.sampled_from([None, "存续", "存续", "注销"])),
            tags=draw(st.sampled_from([None, [], [], ["链主"], ["上市"]])),
        )
        for name in names
    ]
    cells = st.tuples(st.sampled_from(names or ["-"]), st.sampled_from(LINKS))
    positions = [
        position(
            name,
            at,
            draw(st.sampled_from(STRENGTHS)),
            role=draw(st.sampled_from([None, None, "member", "leader"])),
            status=draw(st.sampled_from([None, "confirmed", "uncertain", "rejected"])),
        )
        for name, at in draw(st.lists(cells, max_size=20, unique=True))
        if names
    ]
    pairs = [(a, b) for i, a in enumerate(LINKS) for b in LINKS[i + 1 :] if a[0] == b[0]]
    feeds = [feed(a, b) for a, b in draw(st.lists(st.sampled_from(pairs), unique=True))]
    return {
        "regions": REGIONS,
        "chains": [chain("w"), chain("v")],
        "links": [link(name) for name in LINKS],
        "feeds": feeds,
        "firms": firms,
        "positions": positions,
    }


def expected(
    world: World, code: str, established_share: float
) -> dict[str, tuple[str, str | None, int, float | None]]:
    """Link → status, gap type, local firms, location quotient; default settings but for the share.

    Straight from the rules, cell by cell, with nothing of the product.
    """
    parent = {r["code"]: r["parent"] for r in world["regions"]}
    counted = [p for p in world["positions"] if p["status"] != "rejected"]
    firms = {f["firm_id"]: f for f in world["firms"] if f["status"] != "注销"}
    counted = [p for p in counted if p["firm_id"] in firms]

    def is_local(p: Row) -> bool:
        here = firms[p["firm_id"]]["region_code"]
        while here is not None and here != code:
            here = parent[here]
        return bool(here == code)

    def worth(p: Row) -> float:
        strength = 0.5 if p["strength"] is None else p["strength"]
        return float(strength) * (0.5 if p["status"] == "uncertain" else 1.0)

    def leads(p: Row) -> bool:
        tags = firms[p["firm_id"]]["tags"] or []
        return p["status"] != "uncertain" and (p["role"] == "leader" or "链主" in tags)

    local = [p for p in counted if is_local(p)]
    here = {name: sum(worth(p) for p in local if p["link_id"] == name) for name in LINKS}
    all_of = {name: sum(worth(p) for p in counted if p["link_id"] == name) for name in LINKS}
    total_here, total = sum(here.values()), sum(all_of.values())
    present = {name: here[name] >= 0.5 - 1e-9 for name in LINKS}
    out: dict[str, tuple[str, str | None, int, float | None]] = {}
    for name in LINKS:
        at = [p for p in local if p["link_id"] == name]
        quotient = None
        if total_here > 0 and all_of[name] > 0:
            quotient = (here[name] / total_here) / (all_of[name] / total)
        siblings = [other for other in LINKS if other[0] == name[0]]
        share = sum(present[other] for other in siblings) / len(siblings)
        above = any(present[f["upstream_id"]] for f in world["feeds"] if f["downstream_id"] == name)
        below = any(present[f["downstream_id"]] for f in world["feeds"] if f["upstream_id"] == name)
        kind: str | None = None
        if present[name]:
            high = quotient is not None and quotient >= 1.5 - 1e-9
            status = "strong" if high or any(leads(p) for p in at) else "present"
        elif at:
            status, kind = "weak", "strengthen"
        else:
            status = "missing"
            if share < established_share - 1e-9 or not (above or below):
                kind = "build"
            else:
                kind = "fill" if above and below else "extend"
        out[name] = (status, kind, len(at), quotient)
    return out
