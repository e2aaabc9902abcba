"""Snapshots straight from rows, for properties that need many small worlds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import pyarrow as pa

from graph.schema import TABLES
from graph.snapshot import Snapshot, build
from graph.store import Store
from graph.store.base import Version
from tests.factory import (
    Row,
    chain,
    event,
    feed,
    firm,
    link,
    position,
    region,
    rows,
    tie,
)


class Rows:
    """The part of a store that a snapshot reads: tables ordered by key."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables

    version = Version(1, "2024-01-01T00:00:00Z", "rows")

    def kept(self, version: Version) -> None:
        """Rows have no files beside them."""

    @contextmanager
    def reading(self, version: int | None = None) -> Iterator[Rows]:
        yield self

    def read(
        self, table: str, columns: Sequence[str] | None = None, version: int | None = None
    ) -> pa.Table:
        key = TABLES[table].key
        ordered = sorted(self.tables.get(table, []), key=lambda row: [str(row.get(k)) for k in key])
        found = rows(table, *ordered)
        return found.select(list(columns)) if columns else found


def snapshot(**tables: list[Row]) -> Snapshot:
    """A snapshot of literal rows."""
    return build(cast("Store", Rows(tables)))


REGIONS = [
    region("330000", "浙江省", lon=120.2, lat=30.3),
    region("330900", "舟山市", "330000", lon=122.1, lat=30.0),
    region("330200", "宁波市", "330000", lon=121.5, lat=29.9),
    region("440000", "广东省", lon=113.3, lat=23.1),
    region("440300", "深圳市", "440000", lon=114.1, lat=22.5),
]
CHAINS = [chain("wind", "风电")]
LINKS = [
    link("wind.steel", "upstream"),
    link("wind.tower"),
    link("wind.blade"),
    link("wind.turbine", "downstream"),
]
FEEDS = [
    feed("wind.steel", "wind.tower"),
    feed("wind.tower", "wind.turbine"),
    feed("wind.blade", "wind.turbine"),
]


def wind(**more: list[Row]) -> dict[str, list[Row]]:
    """舟山 has a turbine maker; towers, blades and steel come from elsewhere."""
    firms = [
        firm("舟山整机", "330900", employees=900),
        firm("宁波塔筒", "330200", employees=500),
        firm("深圳塔筒", "440300", employees=200),
        firm("深圳叶片", "440300", employees=800, tags=["上市"]),
        firm("停业叶片", "440300", employees=50, status="注销"),
        firm("宁波钢", "330200"),
    ]
    positions = [
        position("舟山整机", "wind.turbine"),
        position("宁波塔筒", "wind.tower", 0.9),
        position("宁波塔筒", "wind.steel", 0.2),
        position("深圳塔筒", "wind.tower", 0.9),
        position("深圳叶片", "wind.blade", 0.8, role="leader"),
        position("停业叶片", "wind.blade", 0.9),
        position("宁波钢", "wind.steel", None),
    ]
    tables = {
        "regions": REGIONS,
        "chains": CHAINS,
        "links": LINKS,
        "feeds": FEEDS,
        "firms": firms,
        "positions": positions,
    }
    return {name: [*tables.get(name, []), *more.get(name, [])] for name in {*tables, *more}}


__all__ = ["Row", "event", "firm", "position", "snapshot", "tie", "wind"]
