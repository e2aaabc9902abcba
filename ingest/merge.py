"""Rows merged with what the store holds: what is new, what changes, what stays.

Within one load the rows of one key are merged first (last non-empty value wins, lists are
joined), so that loading the same input again changes nothing. An empty cell never erases a
stored value.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from graph.schema import Column, Table
from graph.store import Writer
from ingest.workbench import WHOLE, Workbench

# Where a row came from is not what it says: a change of these alone is no change.
_PROVENANCE = ("source", "locator", "loaded")


@dataclass(frozen=True)
class Counts:
    """Rows by what became of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def merge(workbench: Workbench, writer: Writer, table: Table, rows: str) -> Counts:
    """Put the workbench rows `rows` (all stored columns, `_n` the order) into the store."""
    total = int(workbench.value(f"SELECT count(*) FROM {rows}"))
    if total == 0:
        return Counts()
    key = ", ".join(f'"{k}"' for k in table.key)
    keys = int(workbench.value(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {rows})"))
    incoming = rows if keys == total else _folded(workbench, table, rows)
    stored = writer.read(table.name)
    if stored.num_rows == 0:
        _put(workbench, writer, table, incoming, new=True)
        created, updated, same = keys, 0, 0
    else:
        created, updated, same = _into(workbench, writer, table, incoming, stored)
    if incoming != rows:
        counts = _spread(workbench, table, rows, total, (created, updated, same))
        workbench.drop(incoming)
        return counts
    return Counts(created, updated, same)


def _folded(workbench: Workbench, table: Table, rows: str) -> str:
    """One row a key."""
    selected = []
    for name, column in _given(table):
        if name in table.key:
            selected.append(f'"{name}"')
        elif column.type == "list":
            joined = f'flatten(list("{name}" ORDER BY _n) FILTER ("{name}" IS NOT NULL))'
            if (table.name, name) == ("firms", "aliases"):
                joined = f"list_concat({joined}, list(name ORDER BY _n) FILTER (name IS NOT NULL))"
            selected.append(f'{_distinct(joined)} AS "{name}"')
        elif column.type == "date":
            # 2004 says less than 2004-05-01: the finest of a key's dates wins, then the last.
            order = f'length("{name}"), _n'
            selected.append(
                f'last("{name}" ORDER BY {order}) FILTER ("{name}" IS NOT NULL) AS "{name}"'
            )
        elif column.type == "region":
            order = f"length(regexp_replace(\"{name}\", '(0000|00)$', '')), _n"
            selected.append(
                f'last("{name}" ORDER BY {order}) FILTER ("{name}" IS NOT NULL) AS "{name}"'
            )
        else:
            selected.append(f'last("{name}" ORDER BY _n) FILTER ("{name}" IS NOT NULL) AS "{name}"')
    key = ", ".join(f'"{k}"' for k in table.key)
    return workbench.create(
        "folded", f"SELECT {', '.join(selected)}, min(_n) AS _n FROM {rows} GROUP BY {key}"
    )


def _given(table: Table) -> list[tuple[str, Column]]:
    """The stored columns that a row brings with it; the version is stamped when it is put."""
    return [(name, column) for name, column in table.stored if name != "loaded"]


def _distinct(expression: str) -> str:
    """SQL: a list without repetitions, in the order of first occurrence; NULL for an empty one."""
    kept = f"list_filter({expression}, lambda e, i: list_position({expression}, e) = i)"
    return f"CASE WHEN len({expression}) > 0 THEN {kept} END"


def _without_own_name(table: Table, select: str) -> str:
    """SQL: firm rows whose aliases do not repeat their name."""
    if table.name != "firms":
        return select
    kept = "list_filter(aliases, lambda a: a <> name)"
    return (
        f"SELECT * REPLACE (CASE WHEN len({kept}) > 0 THEN {kept} END AS aliases) FROM ({select})"
    )


def _put(
    workbench: Workbench,
    writer: Writer,
    table: Table,
    rows: str,
    where: str = "TRUE",
    *,
    new: bool = False,
) -> None:
    names = ", ".join(f'"{name}"' for name, _ in _given(table))
    version = f"{writer.next_version}::BIGINT AS loaded"
    for piece in workbench.pieces(rows, where, whole=WHOLE):
        tidy = _without_own_name(table, piece)
        found = workbench.arrow(f"SELECT {names}, {version} FROM ({tidy})")
        stored = found.select(table.arrow_schema.names).cast(table.arrow_schema)
        writer.put(table.name, stored, new=new)


def _into(
    workbench: Workbench, writer: Writer, table: Table, incoming: str, stored: pa.Table
) -> tuple[int, int, int]:
    on = " AND ".join(f'o."{k}" = n."{k}"' for k in table.key)
    known = workbench.add("stored", stored)
    first = f'o."{table.key[0]}"'
    values, changes = [], []
    for name, column in _given(table):
        if name in table.key:
            values.append(f'n."{name}"')
            continue
        merged = _unless_held(table, name, _merged(table, name, column))
        values.append(f'{merged} AS "{name}"')
        if name not in _PROVENANCE:
            changes.append(f'({merged}) IS DISTINCT FROM o."{name}"')
    select = (
        f"SELECT {', '.join(values)}, {first} IS NULL AS _new, ({' OR '.join(changes)}) AS _diff"
        f" FROM {incoming} n LEFT JOIN {known} o ON {on}"
    )
    merged_rows = workbench.create("merged", select)
    # A merge that only drops an alias equal to the name again is no change.
    created, updated, same = workbench.rows(
        "SELECT count(*) FILTER (_new), count(*) FILTER (NOT _new AND _diff),"
        f" count(*) FILTER (NOT _new AND NOT _diff) FROM {merged_rows}"
    )[0]
    if created + updated:
        _put(workbench, writer, table, merged_rows, "_new OR _diff")
    workbench.drop(known, merged_rows)
    return int(created), int(updated), int(same)


def _unless_held(table: Table, name: str, merged: str) -> str:
    """SQL: what is in doubt (a project found in a text) changes nothing that is a fact already."""
    if table.kind != "record" or "status" not in dict(table.stored):
        return merged
    known = f"""o."{table.key[0]}" IS NOT NULL AND coalesce(o.status, '') <> 'uncertain'"""
    return f"""CASE WHEN n.status = 'uncertain' AND {known} THEN o."{name}" ELSE {merged} END"""


def _merged(table: Table, name: str, column: Column) -> str:
    new, old = f'n."{name}"', f'o."{name}"'
    if column.type == "list":
        if (table.name, name) == ("firms", "aliases"):
            kept = f"list_filter({new}, lambda e: e <> coalesce(n.name, o.name))"
            new = f"CASE WHEN len({kept}) > 0 THEN {kept} END"
        added = f"list_filter({new}, lambda e: NOT list_contains({old}, e))"
        joined = f"list_concat({old}, {added})"
        return _both(old, new, joined)
    if column.type == "json":
        both = f"CAST(json_merge_patch({old}, {new}) AS VARCHAR)"
        return (
            f"CASE WHEN {old} IS NULL OR {new} IS NULL THEN coalesce({old}, {new}) ELSE {both} END"
        )
    if column.type in ("date", "region"):
        # What is known more finely already is not replaced by its own year, month or province.
        stem = new if column.type == "date" else f"regexp_replace({new}, '(0000|00)$', '')"
        return f"CASE WHEN starts_with({old}, {stem}) THEN {old} ELSE coalesce({new}, {old}) END"
    return f"coalesce({new}, {old})"


def _both(old: str, new: str, joined: str) -> str:
    """SQL: `joined` where both sides have a value, else the one there is."""
    one = f"{old} IS NULL OR ({new}) IS NULL"
    return f"CASE WHEN {one} THEN coalesce({old}, {new}) ELSE {joined} END"


def _spread(
    workbench: Workbench, table: Table, rows: str, total: int, counts: tuple[int, int, int]
) -> Counts:
    """Keys to rows: a repeated row counts as unchanged where it repeats another to the letter."""
    created, updated, same = counts
    keys = created + updated + same
    if created + updated == 0:
        return Counts(0, 0, total)
    data = ", ".join(f'"{name}"' for name, _ in _given(table) if name not in _PROVENANCE)
    distinct = int(workbench.value(f"SELECT count(*) FROM (SELECT DISTINCT {data} FROM {rows})"))
    return Counts(created, updated + distinct - keys, same + total - distinct)
