"""Small literal worlds for tests: rows as dicts, put straight into a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.schema import TABLES
from graph.snapshot import Snapshot
from graph.store import Store, connect

Row = dict[str, Any]


def region(code: str, name: str, parent: str | None = None, **more: Any) -> Row:
    level = (
        "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    )
    return {"code": code, "name": name, "parent": parent, "level": level, **more}


def chain(chain_id: str, name: str | None = None, **more: Any) -> Row:
    return {"chain_id": chain_id, "name": name or chain_id, "source": "test", **more}


def link(link_id: str, stage: str = "midstream", **more: Any) -> Row:
    """``link("wind.blade")`` stands in chain ``wind`` and is called ``blade``."""
    chain_id, _, name = link_id.partition(".")
    row = {"link_id": link_id, "chain_id": chain_id, "name": name, "stage": stage}
    return row | {"source": "test"} | more


def feed(upstream: str, downstream: str, weight: float | None = None) -> Row:
    return {
        "chain_id": upstream.partition(".")[0],
        "upstream_id": upstream,
        "downstream_id": downstream,
        "weight": weight,
        "source": "test",
    }


def firm(name: str, region: str | None = None, **more: Any) -> Row:
    return {"firm_id": name, "name": name, "region_code": region, "source": "test", **more}


def position(firm: str, link: str, strength: float | None = 1.0, **more: Any) -> Row:
    row = {"firm_id": firm, "link_id": link, "chain_id": link.partition(".")[0]}
    return row | {"strength": strength, "source": "test"} | more


def tie(start: str, kind: str, end: str, **more: Any) -> Row:
    """``tie("person:裴坚", "native_of", "region:330900")``; a bare name is a firm."""
    row: Row = {"kind": kind, "source": "test", **more}
    for side, text in (("from", start), ("to", end)):
        what, _, ident = text.rpartition(":")
        row |= {f"{side}_kind": what or "firm", f"{side}_id": ident}
    return row


def event(firm: str, region: str, link: str | None, date: str, **more: Any) -> Row:
    chain_id = link.partition(".")[0] if link else None
    row = {"event_id": f"{firm}@{region}@{link}@{date}", "firm_id": firm, "region_code": region}
    return row | {"link_id": link, "chain_id": chain_id, "date": date, "source": "test"} | more


def rows(table: str, *values: Row) -> pa.Table:
    return pa.Table.from_pylist(list(values), schema=TABLES[table].arrow_schema)


def store(path: Path, **tables: list[Row]) -> Store:
    """A store at ``path/world.duckdb`` that holds `tables`."""
    made = connect(path / "world.duckdb")
    with made.write("test world") as writer:
        for name, values in tables.items():
            writer.put(name, rows(name, *values))
    return made


def world(path: Path, **tables: list[Row]) -> Snapshot:
    """A snapshot of :func:`store`."""
    return store(path, **tables).snapshot()
