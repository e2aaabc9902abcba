"""Rows changed inside a transaction, with what they were before: so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import LOAD_ORDER, TABLES
from graph.store import Store, StoreNotFound, Writer

Row = dict[str, Any]
Key = tuple[Any, ...]
# Where a row came from and when it was put: never compared, never put back by itself.
_STAMPS = ("loaded",)


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after; None where there was, or is, no such row."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def place(self) -> tuple[str, Key]:
        """(table, key) of the row."""
        row = self.before or self.after or {}
        return self.table, key_of(self.table, row)

    @property
    def is_update(self) -> bool:
        """Whether the row was there before and still is."""
        return self.before is not None and self.after is not None


def key_of(table: str, row: Mapping[str, Any]) -> Key:
    """The key of a row."""
    return tuple(row[name] for name in TABLES[table].key)


def to_json(changes: Iterable[Change]) -> str:
    """Changes as they stand in the log."""
    rows = [{"table": c.table, "before": c.before, "after": c.after} for c in changes]
    return json.dumps(rows, ensure_ascii=False)


def from_json(text: str | None) -> list[Change]:
    """Changes of a log entry."""
    return [Change(c["table"], c["before"], c["after"]) for c in json.loads(text or "[]")]


class Ledger:
    """Looks rows up, changes them, and writes everything at the end with :meth:`flush`.

    `store` is the version the transaction began with: firms, of which there may be a million, are
    fetched from it by id, the other tables read once.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store = store
        self._writer = writer
        self._tables: dict[str, pa.Table] = {}
        self._now: dict[tuple[str, Key], Row | None] = {}
        self._before: dict[tuple[str, Key], Row | None] = {}
        self._number: int | None = None

    def start(self) -> None:
        """Begin a new list of changes; what was changed so far stays changed."""
        self._before = {}

    def changes(self) -> list[Change]:
        """What was put and removed since :meth:`start`, even where nothing changed by it."""
        return [
            Change(table, before, self._now[table, key])
            for (table, key), before in self._before.items()
        ]

    def next_number(self) -> int:
        """A number for the log, one more than the last."""
        if self._number is None:
            stored = self._writer.read("decisions", ["decision_id"])["decision_id"].to_pylist()
            self._number = max(map(int, stored), default=0)
        self._number += 1
        return self._number

    def get(self, table: str, *key: str) -> Row | None:
        """The row with this key."""
        if (table, key) in self._now:
            return self._now[table, key]
        if table == "firms":
            return self._fetched(key[0])
        found = self._where(table, dict(zip(TABLES[table].key, key, strict=True)))
        return found[0] if found else None

    def rows(self, table: str, **values: str) -> list[Row]:
        """The rows whose columns have these values, in the order of their keys."""
        stored = [
            r for r in self._where(table, values) if (table, key_of(table, r)) not in self._now
        ]
        here = [row for (name, _), row in self._now.items() if name == table and row is not None]
        here = [r for r in here if all(r[name] == value for name, value in values.items())]
        return sorted([*stored, *here], key=lambda row: key_of(table, row))

    def put(self, table: str, row: Row) -> None:
        """Insert or replace a row."""
        whole = {name: row.get(name) for name, _ in TABLES[table].stored}
        self._set(table, key_of(table, row), whole)

    def remove(self, table: str, row: Row) -> None:
        """Take a row away."""
        self._set(table, key_of(table, row), None)

    def flush(self) -> None:
        """Write what changed."""
        for table in LOAD_ORDER:
            mine = {key: row for (name, key), row in self._now.items() if name == table}
            gone = [dict(zip(TABLES[table].key, k, strict=True)) for k, r in mine.items() if not r]
            kept = [r | {"loaded": self._writer.next_version} for r in mine.values() if r]
            if gone:
                schema = pa.schema([TABLES[table].arrow_schema.field(k) for k in TABLES[table].key])
                self._writer.delete(table, pa.Table.from_pylist(gone, schema=schema))
            if kept:
                schema = TABLES[table].arrow_schema
                self._writer.put(table, pa.Table.from_pylist(kept, schema=schema))
        self._tables, self._now = {}, {}

    def _set(self, table: str, key: Key, row: Row | None) -> None:
        if (table, key) not in self._before:
            self._before[table, key] = self.get(table, *key)
        self._now[table, key] = row

    def _fetched(self, firm: str) -> Row | None:
        try:
            found: list[Row] = self._store.fetch("firms", [firm]).to_pylist()
        except StoreNotFound:
            return None
        return found[0] if found else None

    def _where(self, table: str, values: Mapping[str, str]) -> list[Row]:
        if table not in self._tables:
            self._tables[table] = self._writer.read(table)
        rows = self._tables[table]
        for name, value in values.items():
            rows = rows.filter(pc.fill_null(pc.equal(rows[name], value), False))
        found: list[Row] = rows.to_pylist()
        return found


def restore(ledger: Ledger, change: Change) -> None:
    """Undo one change; what was written into the row since then stays.

    A row that was taken away comes back, one that was made goes unless it has changed since. Of a
    row that was changed each column goes back that still says what the change made it say; of a
    list only the items that the change added.
    """
    table = change.table
    after = change.after and ledger.get(table, *key_of(table, change.after))
    if change.after is None and change.before is not None:
        if ledger.get(table, *key_of(table, change.before)) is None:
            ledger.put(table, change.before)
    elif change.before is None:
        if after and _plain(after) == _plain(change.after):
            ledger.remove(table, after)
    elif after and change.after is not None:
        mended = {n: _mended(after[n], change.before[n], change.after[n]) for n in change.before}
        ledger.put(table, after | mended)


def _mended(current: Any, before: Any, after: Any) -> Any:
    if before == after:
        return current
    if current == after:
        return before
    if isinstance(current, list) and isinstance(after, list):
        added = [item for item in after if item not in (before or [])]
        return [item for item in current if item not in added] or None
    return current


def _plain(row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name not in _STAMPS}
