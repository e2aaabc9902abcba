"""Rows out of the graph into Arrow: page by page, column by column, in one version.

Rows are changed in place by later writes, which first put the row as it was into the history. A
reader looks at the rows first and at the history afterwards: whatever is changed in between, it
finds in one of the two. What the history says goes before what the row says, for a row may be read
while it is being changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from graph.schema import TABLES
from graph.store.neo4j import cypher
from graph.store.neo4j.model import Place, is_edge, place, starts
from graph.store.neo4j.server import Record

Read = Callable[..., list[Record]]
_PAGE = 20_000
_EDGE_PAGE = 10_000  # nodes, each with any number of edges


def rows(read: Read, table: str, columns: Sequence[str], version: int) -> pa.Table:
    """`columns` of all rows of `table` as they were in `version`, ordered by key."""
    key = TABLES[table].key
    wanted = [*columns, *(name for name in key if name not in columns)]
    schema = schema_of(table, wanted)
    current = pa.concat_tables([schema.empty_table(), *_pages(read, table, wanted, version)])
    found = read(cypher.history(wanted), table=table, v=version)
    before = table_of([record["row"] for record in found], schema)
    return overlaid(current, before, key).select(list(columns))


def _pages(read: Read, table: str, columns: Sequence[str], version: int) -> Iterator[pa.Table]:
    limit = _EDGE_PAGE if is_edge(table) else _PAGE
    for start in starts(table) if is_edge(table) else (place(table),):
        yield from _from(read, table, start, columns, version, limit)


def _from(
    read: Read, table: str, start: Place, columns: Sequence[str], version: int, limit: int
) -> Iterator[pa.Table]:
    query, begin = cypher.page(table, start, columns), ""
    schema = schema_of(table, columns)
    while True:
        (page,) = read(query, begin=begin, limit=limit, v=version)
        if page["size"]:
            yield pa.table(
                [_array(page[f"c{i}"], page["size"], field.type) for i, field in enumerate(schema)],
                schema=schema,
            )
        if page["nodes"] < limit:
            return
        begin = page["last"] + "\0"  # the least text behind it


def _array(values: list[Any] | None, size: int, kind: pa.DataType) -> pa.Array:
    return pa.nulls(size, kind) if values is None else pa.array(values, kind)


def schema_of(table: str, columns: Sequence[str]) -> pa.Schema:
    """The Arrow schema of some columns."""
    whole = TABLES[table].arrow_schema
    return pa.schema([whole.field(name) for name in columns])


def table_of(found: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows as lists into a table."""
    columns = zip(*found, strict=True) if found else ([] for _ in schema)
    return pa.table(
        [pa.array(list(values), field.type) for values, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def overlaid(base: pa.Table, over: pa.Table, key: Sequence[str]) -> pa.Table:
    """`base` with the rows of `over` in the place of those with the same key, ordered by key."""
    if not over.num_rows:
        return base.sort_by([(name, "ascending") for name in key]) if base.num_rows else base
    names = ", ".join(f'"{name}"' for name in base.column_names)
    order = ", ".join(f'"{name}"' for name in key)
    with duckdb.connect() as connection:
        connection.register("base", base)
        connection.register("over_rows", over)
        found = connection.sql(
            f"SELECT * FROM (SELECT {names} FROM base ANTI JOIN over_rows USING ({order}) "
            f"UNION ALL SELECT {names} FROM over_rows) ORDER BY {order}"
        ).to_arrow_table()
    return found.cast(base.schema)


__all__ = ["Read", "overlaid", "rows", "schema_of", "table_of"]
