"""Sheets to cells: the columns of one standard table as text, whatever the source called them.

A cells table has ``_row``, ``_sheet`` (index of the source), one text column for every input
column of the table, and ``attributes``: a JSON object of the columns the model does not know.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.schema import Column, Table
from ingest.headings import Layout
from ingest.readers import Sheet
from ingest.workbench import Workbench, quoted

# What exports write into a cell that holds nothing.
BLANKS = (
    "-", "--", "---", "—", "——", "/", "\\", "null", "NULL", "None", "nan", "NaN", "N/A", "n/a",
    "#N/A", "#VALUE!", "#REF!", "#NAME?", "暂无", "暂无数据", "无数据", "未公开", "不详",
)  # fmt: skip
_SPACES = " \t\n\r\u00a0\u3000\ufeff\u200b"


@dataclass(frozen=True)
class Cells:
    """The cells of one sheet for one table; `sheet` is where they came from.

    `parsed` names the same rows as checked values where that was done before.
    """

    table: Table
    name: str
    sheet: Sheet
    index: int
    parsed: str | None = None


def clean(expression: str) -> str:
    """SQL: the trimmed text of a cell; NULL for a blank one.

    Nearly all cells need no trimming, and a look at their ends is far cheaper. Each step stands
    only once: an expression that is repeated would be computed ahead of the CASE, for every row.
    """
    spaces = ", ".join(quoted(c) for c in _SPACES)
    blanks = ", ".join(quoted(b) for b in ("", *BLANKS))
    trimmed = f"[trim({expression}, {quoted(_SPACES)})]"
    return (
        f"CASE WHEN {expression} IN ({blanks}) THEN NULL"
        f" WHEN left({expression}, 1) IN ({spaces}) OR right({expression}, 1) IN ({spaces})"
        f" THEN list_filter({trimmed}, lambda e: e NOT IN ({blanks}))[1] ELSE {expression} END"
    )


def from_layout(workbench: Workbench, sheet: Sheet, found: Layout, index: int) -> Cells:
    """The cells of a sheet whose headings were recognised."""
    selected = [f'{_expression(column, found)} AS "{column.name}"' for column in found.table.inputs]
    name = sheet.read(
        lambda: workbench.create(
            "cells",
            f"SELECT _row, {index} AS _sheet, {', '.join(selected)},"
            f" {_attributes(found.unknown)} AS attributes FROM {sheet.table}",
        )
    )
    return Cells(found.table, _without(workbench, name, _no_row(found, sheet)), sheet, index)


def _without(workbench: Workbench, cells: str, condition: str) -> str:
    """The table `cells` without the rows for which the SQL `condition` holds; mostly itself."""
    if not workbench.value(f"SELECT count(*) FROM {cells} WHERE {condition}"):
        return cells
    kept = workbench.create("cells", f"SELECT * FROM {cells} WHERE NOT ({condition})")
    workbench.drop(cells)
    return kept


def _no_row(found: Layout, sheet: Sheet) -> str:
    """SQL: a blank row is no row, nor is the header where it stands once more further down."""
    return f"(NOT {_any(found, sheet)}) OR {_repeats_header(found)}"


def _any(found: Layout, sheet: Sheet) -> str:
    """SQL: whether a row holds anything: a blank one is no row, one that could not be read is."""
    names = [f'"{c.name}"' for c in found.table.inputs if c.name in found.columns | found.parts]
    some = f"coalesce({', '.join([*names, 'attributes'])}) IS NOT NULL"
    if sheet.faults is None:
        return some
    return f"({some} OR _row IN (SELECT _row FROM {sheet.faults}))"


def _repeats_header(found: Layout) -> str:
    """SQL: files that were put together by hand hold the header again and again."""
    own = {name: places[0] for name, places in found.columns.items() if len(places) == 1}
    same = [
        f'coalesce("{name}" IN ({", ".join(quoted(t) for t in (h, h + "*", "*" + h))}), false)'
        for name, h in ((name, found.headings[i]) for name, i in own.items())
    ]
    return f"({' AND '.join(same)})" if len(same) > 1 else "false"


def _expression(column: Column, found: Layout) -> str:
    own = [_in_unit(clean(f"c{i}"), found.units.get(i)) for i in found.columns.get(column.name, [])]
    parts = found.parts.get(column.name)
    if parts:
        joined = ", ".join(clean(f"c{parts[p]}") for p in column.parts if p in parts)
        whole = f"nullif(concat({joined}), '')"
        return f"coalesce({', '.join([whole, *own])})"
    if not own:
        return "NULL::VARCHAR"
    if len(own) == 1:
        return own[0]
    if column.type == "list":
        return f"nullif(concat_ws(';', {', '.join(own)}), '')"
    return f"coalesce({', '.join(own)})"


def _in_unit(expression: str, unit: str | None) -> str:
    """SQL: a bare number with the unit that its heading names."""
    if unit is None:
        return expression
    bare = f"regexp_matches({expression}, '^[-+]?[0-9.,]+$')"
    return f"CASE WHEN {bare} THEN {expression} || {quoted(unit)} ELSE {expression} END"


def _attributes(unknown: dict[str, int]) -> str:
    if not unknown:
        return "NULL::VARCHAR"
    entries = ", ".join(
        f"{{'k': {quoted(heading)}, 'v': {clean(f'c{i}')}}}" for heading, i in unknown.items()
    )
    kept = f"list_filter([{entries}], lambda e: e.v IS NOT NULL)"
    pairs = f"map_from_entries(list_transform({kept}, lambda e: (e.k, e.v)))"
    return f"CASE WHEN len({kept}) > 0 THEN CAST(to_json({pairs}) AS VARCHAR) END"
