"""The model's tables over one DuckDB connection: made, brought up to date, read.

A store may have been written by an older release, before a table or a column was declared. Reading
takes what is not there as empty; the next write adds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from graph.schema import LOAD_ORDER, TABLES
from graph.store.base import EMPTY, Version

_VERSIONS_SQL = 'CREATE TABLE "_versions" (number BIGINT, created VARCHAR, note VARCHAR)'


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all tables, empty."""
    connection.execute(_VERSIONS_SQL)
    for name in LOAD_ORDER:
        connection.execute(TABLES[name].create_sql())


def upgrade(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the tables and columns that have been declared since the store was made."""
    sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    there = set(connection.execute(sql).fetchall())
    tables = {name for name, _ in there}
    for name, table in TABLES.items():
        if name not in tables:
            connection.execute(table.create_sql())
            continue
        for stored, column in table.stored:
            if (name, stored) not in there:
                add = f'ALTER TABLE "{name}" ADD COLUMN "{stored}" {column.sql_type}'
                connection.execute(add)


def current(connection: duckdb.DuckDBPyConnection) -> Version:
    """The version a file holds."""
    rows = connection.execute(
        'SELECT number, created, note FROM "_versions" ORDER BY number DESC LIMIT 1'
    ).fetchall()
    return Version(*rows[0]) if rows else EMPTY


def names_of(table: str, columns: Sequence[str] | None) -> list[str]:
    """`columns`, or all stored columns of the table."""
    return list(columns) if columns is not None else [name for name, _ in TABLES[table].stored]


def select(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str] | None,
    tail: str = "",
) -> pa.Table:
    """Columns of a table; `tail` is SQL behind the table's name."""
    if not _columns(connection, table):
        current(connection)  # no store at all: the caller hears what DuckDB says about that
        return TABLES[table].arrow_schema.empty_table().select(names_of(table, columns))
    found = expressions(connection, table, columns)
    return connection.sql(f'SELECT {found} FROM "{table}" {tail}').to_arrow_table()


def size(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Number of rows; none in a table that the file is too old to have."""
    if not _columns(connection, table):
        current(connection)
        return 0
    ((count,),) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()
    return int(count)


def expressions(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str] | None,
    prefix: str = "",
) -> str:
    """The select list of some columns; a declared column that the file lacks reads NULL."""
    there, declared = _columns(connection, table), dict(TABLES[table].stored)
    return ", ".join(
        f'{prefix}"{name}"'
        if name in there or name not in declared
        else f'CAST(NULL AS {declared[name].sql_type}) AS "{name}"'
        for name in names_of(table, columns)
    )


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    sql = "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND NOT internal"
    return {name for (name,) in connection.execute(sql, [table]).fetchall()}


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> Iterator[str]:
    """The name under which a statement can read `rows`."""
    connection.register("incoming_rows", rows)
    try:
        yield "incoming_rows"
    finally:
        connection.unregister("incoming_rows")
