"""What a transaction has put and deleted so far, kept locally until it goes to the server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from graph.schema import TABLES
from graph.store.neo4j.reading import schema_of
from graph.store.tables import registered

_MEMORY = "1GB"


class Staging:
    """Rows put and keys deleted, by table; of several changes to a key the last one counts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._there: set[str] = set()

    def put(self, table: str, rows: pa.Table) -> None:
        """Note rows to insert or replace."""
        self._make(table)
        with registered(self._connection, rows) as view:
            self._remove(f"put_{table}", table, view)
            self._remove(f"del_{table}", table, view)
            self._connection.execute(f'INSERT INTO "put_{table}" BY NAME SELECT * FROM {view}')

    def delete(self, table: str, keys: pa.Table) -> None:
        """Note keys of rows to remove."""
        self._make(table)
        with registered(self._connection, keys) as view:
            self._remove(f"put_{table}", table, view)
            self._remove(f"del_{table}", table, view)
            self._connection.execute(
                f'INSERT INTO "del_{table}" SELECT DISTINCT {_key(table)} FROM {view}'
            )

    def over(self, base: pa.Table, table: str) -> pa.Table:
        """`base`, which has the key columns, as it stands after the changes."""
        if table not in self._there:
            return base
        names = ", ".join(f'"{name}"' for name in base.column_names)
        using = f"USING ({_key(table)})"
        with registered(self._connection, base) as view:
            found = self._connection.sql(
                f'SELECT {names} FROM {view} ANTI JOIN "put_{table}" {using} '
                f'ANTI JOIN "del_{table}" {using} UNION ALL SELECT {names} FROM "put_{table}"'
            ).to_arrow_table()
        return found.cast(base.schema)

    def rows(self, table: str, size: int) -> Iterator[pa.Table]:
        """The rows to put, in pieces of `size`."""
        if table in self._there:
            columns = ", ".join(f'"{name}"' for name, _ in TABLES[table].stored)
            yield from self._pieces(f'SELECT {columns} FROM "put_{table}"', size)

    def keys(self, table: str, size: int) -> Iterator[pa.Table]:
        """The keys to remove, in pieces of `size`."""
        if table in self._there:
            yield from self._pieces(f'SELECT * FROM "del_{table}"', size)

    def size(self, table: str) -> tuple[int, int]:
        """Number of rows to put and of keys to remove."""
        if table not in self._there:
            return 0, 0
        sql = f'SELECT (SELECT count(*) FROM "put_{table}"), (SELECT count(*) FROM "del_{table}")'
        ((put, removed),) = self._connection.execute(sql).fetchall()
        return int(put), int(removed)

    def _pieces(self, sql: str, size: int) -> Iterator[pa.Table]:
        for batch in self._connection.cursor().sql(sql).to_arrow_reader(size):
            if batch.num_rows:
                yield pa.Table.from_batches([batch])

    def _make(self, table: str) -> None:
        if table in self._there:
            return
        key = ", ".join(f'"{name}" VARCHAR' for name in TABLES[table].key)
        self._connection.execute(TABLES[table].create_sql(f"put_{table}"))
        self._connection.execute(f'CREATE TABLE "del_{table}" ({key})')
        self._there.add(table)

    def _remove(self, name: str, table: str, view: str) -> None:
        if not self._connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchall():
            return
        on = " AND ".join(f't."{k}" = r."{k}"' for k in TABLES[table].key)
        self._connection.execute(f'DELETE FROM "{name}" t USING {view} r WHERE {on}')


@contextmanager
def staging() -> Iterator[Staging]:
    """A place for one transaction's changes; what memory cannot hold goes to a temporary file."""
    with (
        tempfile.TemporaryDirectory(prefix="chainscout-") as folder,
        duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": folder}) as connection,
    ):
        yield Staging(connection)


def empty(table: str, columns: Sequence[str]) -> pa.Table:
    """No rows of a table."""
    return schema_of(table, columns).empty_table()


def _key(table: str) -> str:
    return ", ".join(f'"{name}"' for name in TABLES[table].key)


__all__ = ["Staging", "empty", "staging"]
