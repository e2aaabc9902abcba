"""Two data versions side by side, read only as far as somebody asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.snapshot import Snapshot, build
from graph.store import Store

Row = dict[str, Any]
_EVENT = ("event_id", "firm_id", "region_code", "chain_id", "link_id", "date", "amount",
          "amount_currency", "stage", "source")  # fmt: skip
_POSITION = ("firm_id", "link_id", "chain_id", "strength", "role", "status", "source")
_FIRM = ("firm_id", "name", "status", "region_code", "registered_capital", "employees", "revenue",
         "tags")  # fmt: skip
_TIE = ("from_kind", "from_id", "to_kind", "to_id", "kind", "date", "source")


class Versions:
    """`old` and `new` versions of a store; each table is read once from each."""

    def __init__(self, store: Store, old: int, new: int, current: Snapshot | None = None) -> None:
        self.store, self.old, self.new = store, old, new
        self._current = current if current is not None and current.data_version == new else None
        self._tables: dict[tuple[str, int], pa.Table] = {}

    @cached_property
    def before(self) -> Snapshot:
        """The old version in memory."""
        return build(self.store, self.old)

    @cached_property
    def after(self) -> Snapshot:
        """The new version in memory."""
        return self._current or build(self.store, self.new)

    def _rows(self, table: str, columns: Sequence[str], key: str, wanted: Collection[str],
              version: int) -> list[Row]:  # fmt: skip
        found = self._tables.get((table, version))
        if found is None:
            found = self.store.read(table, columns, version)
            self._tables[table, version] = found
        hit = pc.is_in(found[key], value_set=pa.array(sorted(wanted), pa.string()))
        rows: list[Row] = found.filter(hit).to_pylist()
        return rows

    def _both(
        self, table: str, columns: Sequence[str], key: str, wanted: Collection[str]
    ) -> tuple[list[Row], list[Row]]:
        return (
            self._rows(table, columns, key, wanted, self.old),
            self._rows(table, columns, key, wanted, self.new),
        )

    def new_events(self, key: str, wanted: Collection[str]) -> list[Row]:
        """Events whose column `key` (firm_id, chain_id, link_id) is wanted and that came since."""
        old, new = self._both("events", _EVENT, key, wanted)
        known = {row["event_id"] for row in old}
        return [row for row in new if row["event_id"] not in known]

    def positions(
        self, key: str, wanted: Collection[str]
    ) -> Iterator[tuple[Row | None, Row | None]]:
        """(before, after) of the positions that came, went or changed status, role or strength."""
        pairs = _paired(self._both("positions", _POSITION, key, wanted), ("firm_id", "link_id"))
        for old, new in pairs:
            if old is None or new is None or _differs(old, new, ("status", "role", "strength")):
                yield old, new

    def firms(self, wanted: Collection[str]) -> Iterator[tuple[Row | None, Row | None]]:
        """(before, after) of firms that came, went or changed."""
        for old, new in _paired(self._both("firms", _FIRM, "firm_id", wanted), ("firm_id",)):
            if old != new:
                yield old, new

    def new_ties(self, wanted: Collection[str]) -> list[Row]:
        """Ties at either end of which stands a wanted firm and that came since."""
        fresh: dict[tuple[Any, ...], Row] = {}
        for key in ("from_id", "to_id"):
            old, new = self._both("ties", _TIE, key, wanted)
            known = {_tie_key(row) for row in old}
            fresh |= {_tie_key(row): row for row in new if _tie_key(row) not in known}
        return list(fresh.values())


def _tie_key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _TIE[:5])


def _paired(
    both: tuple[list[Row], list[Row]], key: Sequence[str]
) -> Iterator[tuple[Row | None, Row | None]]:
    old, new = ({tuple(row[k] for k in key): row for row in rows} for rows in both)
    for ident in dict.fromkeys([*old, *new]):
        yield old.get(ident), new.get(ident)


def _differs(old: Row, new: Row, columns: Sequence[str]) -> bool:
    return any(old[name] != new[name] for name in columns)


__all__ = ["Row", "Versions"]
