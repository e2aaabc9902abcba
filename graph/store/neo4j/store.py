"""A store on a Neo4j server, by the port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from graph.schema import TABLES
from graph.store.base import (
    EMPTY,
    Reader,
    Store,
    StoreBusy,
    StoreNotFound,
    Version,
    VersionMissing,
    Writer,
)
from graph.store.neo4j import cypher
from graph.store.neo4j.cache import Cache
from graph.store.neo4j.reading import Read, overlaid, rows, schema_of, table_of
from graph.store.neo4j.server import Address, Server
from graph.store.neo4j.staging import Staging, staging
from graph.store.neo4j.writing import Change, forget, locked

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

T = TypeVar("T")
_TRIES = 5


@dataclass(frozen=True)
class State:
    """What the server says about the store: its id, its versions, newest first."""

    store: str
    versions: tuple[Version, ...]
    floor: int
    undone: int

    @property
    def current(self) -> Version:
        return self.versions[0] if self.versions else EMPTY

    def holds(self, version: int, before: State) -> bool:
        """Whether what was read of `version` since `before` is whole."""
        same = self.store == before.store and self.undone == before.undone
        return same and version >= self.floor


class _Moved(VersionMissing):
    """The version went, or a half write was undone, while it was being read."""


class Neo4jStore(Store):
    """The store in one database of a Neo4j server; `keep` versions stay readable.

    Args:
        uri: ``bolt://user:password@host:port/database``; ``neo4j://`` for a cluster. Credentials
            may stand in the environment instead (``CHAINSCOUT_NEO4J_USER``, ``…_PASSWORD``).
        keep: how many versions can be read.
        wait: seconds to wait for another writer.
        cache: where whole versions are kept locally; the user's cache folder by default.
    """

    def __init__(
        self, uri: str, *, keep: int = 5, wait: float = 600.0, cache: Cache | None = None
    ) -> None:
        address = Address.of(uri)
        self.uri = address.text
        self.keep = keep
        self.wait = wait
        self.server = Server(address)
        self._cache = cache or Cache.usual()

    # reading ---------------------------------------------------------------------------------

    def version(self) -> Version:
        return self.state().current

    def versions(self) -> list[Version]:
        state = self.state()
        return list(state.versions[: self.keep]) or [EMPTY]

    def state(self) -> State:
        """The state of the store. Raises StoreNotFound where nothing was ever written."""
        found = self._state()
        if found is None:
            raise StoreNotFound(
                f"{self.uri}：这里还没有数据。先运行 chainscout ingest 文件… 或 chainscout copy"
            )
        return found

    def _state(self, read: Read | None = None) -> State | None:
        (found,) = (read or self.server.read)(cypher.STATE)
        if found["store"] is None:
            return None
        known = [Version(*values) for values in found["versions"] if values[0] is not None]
        return State(found["store"], tuple(known), found["floor"], found["undone"])

    @contextmanager
    def reading(self, version: int | None = None) -> Iterator[Reader]:
        state = self.state()
        wanted = self._wanted(state, version)
        local = self._cache.find(state.store, wanted.number)
        if local is not None:
            with local.reading() as reader:
                yield reader
            return
        with self.server.reading() as read:
            yield _ServerReader(self, read, state, wanted)

    def _wanted(self, state: State, version: int | None) -> Version:
        if version is None:
            return state.current
        kept = state.versions[: self.keep] or (EMPTY,)
        for known in kept:
            if known.number == version:
                return known
        numbers = ", ".join(str(known.number) for known in kept)
        raise VersionMissing(f"{self.uri}：没有数据版本 {version}，现存版本：{numbers}")

    def read(
        self, table: str, columns: Sequence[str] | None = None, version: int | None = None
    ) -> pa.Table:
        return self._again(version, lambda reader: reader.read(table, columns))

    def fetch(
        self,
        table: str,
        keys: Sequence[str],
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pa.Table:
        (key,) = TABLES[table].key
        wanted = _names(table, columns)
        schema = schema_of(table, [*wanted, *({key} - set(wanted))])

        state = self.state()
        local = self._cache.find(state.store, self._wanted(state, version).number)
        if local is not None:
            return local.fetch(table, keys, columns)

        def work(reader: Reader) -> pa.Table:
            if isinstance(reader, _ServerReader):
                found = reader.fetch(table, list(keys), schema)
            else:  # the version has just become a local one
                found = reader.read(table, schema.names)
            return _in_order(found, key, keys).select(wanted)

        return self._again(version, work)

    def count(self, table: str, version: int | None = None) -> int:
        def work(reader: Reader) -> int:
            if isinstance(reader, _ServerReader):
                return reader.count(table)
            return int(reader.read(table, list(TABLES[table].key)).num_rows)

        return self._again(version, work)

    def _again(self, version: int | None, work: Callable[[Reader], T]) -> T:
        """`work` over a reader, again when writers overtook it."""

        def once() -> T:
            with self.reading(version) as reader:
                return work(reader)

        return _tried(once)

    def snapshot(self) -> Snapshot:
        """The current version in memory; from the local cache where it holds that version."""
        from graph.snapshot import build  # the snapshot knows the port, not the other way round

        def once() -> Snapshot:
            self.cached()
            return build(self)

        return _tried(once)

    def cached(self) -> bool:
        """Copy the current version to the local disk unless it is there; whether it now is."""
        state = self.state()
        if self._cache.find(state.store, state.current.number) is not None:
            return True
        reader = _ServerReader(self, self.server.read, state, state.current)
        return self._cache.fill(state.store, reader) is not None

    # writing ---------------------------------------------------------------------------------

    @contextmanager
    def write(self, note: str = "") -> Iterator[Writer]:
        with locked(self.server, self.wait) as lock, staging() as staged:
            state = self._state()
            before = state.current if state else EMPTY
            yield _Neo4jWriter(self, staged, before)
            change = Change(lock, staged, before.number + 1, note)
            if change.apply():
                forget(lock, self.keep)
            elif state is None:
                lock.fenced(change.found)


class _ServerReader(Reader):
    """Reads one version from the server; checks after each read that it was still whole."""

    def __init__(self, store: Neo4jStore, read: Read, state: State, version: Version) -> None:
        self._store = store
        self._read = read
        self._state = state
        self.version = version

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        found = rows(self._read, table, _names(table, columns), self.version.number)
        self._check()
        return found

    def fetch(self, table: str, keys: list[str], schema: pa.Schema) -> pa.Table:
        """The rows with one of `keys`, in no particular order."""
        (key,) = TABLES[table].key
        number = self.version.number
        now = self._read(cypher.fetch(table, schema.names), keys=keys, v=number)
        query = cypher.history(schema.names, f"AND h.`{key}` IN $keys ")
        then = self._read(query, table=table, v=number, keys=keys)
        self._check()
        current, before = (table_of([r["row"] for r in part], schema) for part in (now, then))
        return overlaid(current, before, [key])

    def count(self, table: str) -> int:
        """Number of rows."""
        keys = list(TABLES[table].key)
        if self._read(cypher.history(keys, tail="LIMIT 1"), table=table, v=self.version.number):
            return int(self.read(table, keys).num_rows)
        (found,) = self._read(cypher.count(table), v=self.version.number)
        self._check()
        return int(found["count"])

    def _check(self) -> None:
        now = self._store._state(self._read)
        if now is None or not now.holds(self.version.number, self._state):
            raise _Moved(
                f"{self._store.uri}：读取期间数据版本 {self.version.number} 已不再保留，请重试"
            )


class _Neo4jWriter(Writer):
    def __init__(self, store: Neo4jStore, staged: Staging, before: Version) -> None:
        self._store = store
        self._staged = staged
        self._before = before

    @property
    def next_version(self) -> int:
        return self._before.number + 1

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        wanted = _names(table, columns)
        whole = [*wanted, *(name for name in TABLES[table].key if name not in wanted)]
        return self._staged.over(self._base(table, whole), table).select(wanted)

    def _base(self, table: str, columns: Sequence[str]) -> pa.Table:
        if self._before == EMPTY:
            return schema_of(table, columns).empty_table()
        return self._store.read(table, columns, self._before.number)

    def put(self, table: str, rows: pa.Table, *, new: bool = False) -> None:
        if rows.num_rows:
            self._staged.put(table, rows)

    def delete(self, table: str, keys: pa.Table) -> None:
        if keys.num_rows:
            self._staged.delete(table, keys)


def _tried(work: Callable[[], T]) -> T:
    """`work`, again when writers overtook it."""
    for left in range(_TRIES, 0, -1):
        try:
            return work()
        except _Moved as error:
            if left == 1:
                raise StoreBusy(str(error)) from error
    raise AssertionError("the last try returns or raises")


def _names(table: str, columns: Sequence[str] | None) -> list[str]:
    return list(columns) if columns is not None else cypher.columns_of(table)


def _in_order(found: pa.Table, key: str, keys: Sequence[str]) -> pa.Table:
    """The rows in the order of `keys`; keys without a row are left out."""
    at = {value: row for row, value in enumerate(found.column(key).to_pylist())}
    order = [at[value] for value in keys if value in at]
    return found.take(pa.array(order, pa.int64()))


__all__ = ["Neo4jStore", "State"]
