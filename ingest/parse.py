"""Cells to values: each column checked by its declared type, at machine speed.

Values written in the usual way are cast in SQL. The rest pass through :mod:`ingest.values`, once
per distinct text. A row with a cell that cannot be read carries the reasons in ``_errors``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from graph.regions import Divisions
from graph.schema import Column, Table
from ingest import uscc, values
from ingest.cells import Cells
from ingest.workbench import Workbench, quoted

CELL_LIMIT = 100_000
_BYTES = 3  # of a Chinese character in UTF-8
_NUMBER = r"^[0-9]{1,12}(\.[0-9]{1,9})?$"
_DATE = r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_LIST_MARKS = "[;；、\n]"
_SCIENTIFIC = re.compile(r"[0-9.]+E[+]?[0-9]+")
_PLACE = r"^(?:[^省市区县旗盟州0-9]{1,11}[省市区县旗盟州]){1,3}"

_Parser = Callable[[str], Any]


@dataclass(frozen=True)
class _Parsed:
    """SQL for one column: its stored value(s), its error, and the join that both need."""

    values: dict[str, str]
    error: str
    join: str = ""


def parse(workbench: Workbench, cells: Cells, divisions: Divisions) -> str:
    """A view of stored columns, references still as text, plus ``_row, _sheet, _errors``.

    A view, because identity looks at a few columns only and the whole row is wanted once.
    """
    columns = [_column(workbench, cells, c, divisions) for c in cells.table.inputs]
    selected: dict[str, str] = {}
    for parsed in columns:
        for name, expression in parsed.values.items():
            selected[name] = (
                f"coalesce({selected[name]}, {expression})" if name in selected else expression
            )
    body = ", ".join(f'{expression} AS "{name}"' for name, expression in selected.items())
    errors = ", ".join(parsed.error for parsed in columns)
    joins = " ".join(parsed.join for parsed in columns)
    found = f"list_filter([{errors}, {_too_long(cells.table)}], lambda e: e IS NOT NULL)"
    if cells.sheet.faults is not None:
        # What is wrong with the row as a whole says it all; its cells may stand in wrong columns.
        joins += f" LEFT JOIN {cells.sheet.faults} fx ON fx._row = s._row"
        found = f"CASE WHEN fx.reason IS NOT NULL THEN [fx.reason] ELSE {found} END"
    return workbench.view(
        "parsed",
        f"SELECT s._row, s._sheet, {body}, s.attributes,"
        f" {found} AS _errors FROM {cells.name} s {joins}",
    )


def _too_long(table: Table) -> str:
    names = [*(c.name for c in table.inputs), "attributes"]
    sizes = ", ".join(f'strlen(s."{name}")' for name in names)  # bytes: characters cost a count
    reason = quoted(f"有单元格超过 {CELL_LIMIT:,} 个字，疑似粘贴错误")
    return f"CASE WHEN greatest({sizes}) > {CELL_LIMIT * _BYTES} THEN {reason} END"


def _column(workbench: Workbench, cells: Cells, column: Column, divisions: Divisions) -> _Parsed:
    text = f's."{column.name}"'
    missing = f"CASE WHEN {text} IS NULL THEN {quoted(f'缺少必填的「{column.label}」')} END"
    parsed = _typed(workbench, cells, column, divisions, text)
    # A firm known by code alone is settled with the other rows of the same firm.
    if column.required and (cells.table.name, column.name) != ("firms", "name"):
        value = parsed.values[column.stored]
        nothing = quoted(f"必填的「{column.label}」里没有可用的内容（空白标记、范围或境外地区）：“")
        unusable = f"CASE WHEN ({value}) IS NULL THEN {nothing} || left({text}, 40) || '”' END"
        error = f"coalesce({missing}, {parsed.error}, {unusable})"
        return _Parsed(parsed.values, error, parsed.join)
    return parsed


def _typed(
    workbench: Workbench, cells: Cells, column: Column, divisions: Divisions, text: str
) -> _Parsed:
    stored = column.stored
    match column.type:
        case "number" | "ratio" | "integer" | "yi" | "money":
            return _number(workbench, cells, column, text)
        case "date":
            fast = f"regexp_matches({text}, '{_DATE}') AND TRY_CAST({text} AS DATE) IS NOT NULL"
            return _through(workbench, cells, column, text, fast, text, values.parse_date)
        case "list":
            return _list(workbench, cells, column, text)
        case "enum":
            return _through(workbench, cells, column, text, "false", text, _enum(column))
        case "region":
            return _region(workbench, cells, column, divisions, text)
        case "uscc":
            return _uscc(workbench, cells, column, text)
        case "code":
            fast = f"regexp_matches({text}, '^[0-9]{{6}}$')"
            return _through(workbench, cells, column, text, fast, text, _code)
    if column.name == "stock_code":
        return _Parsed({stored: text}, _lost_zeros(workbench, cells, column, text))
    return _Parsed({stored: text}, "NULL")


def _lost_zeros(workbench: Workbench, cells: Cells, column: Column, text: str) -> str:
    """The error of a stock code whose zeros a spreadsheet took off: 1 for 000001, 2594 for 002594.

    Up to three digits are a code nowhere. Four are one elsewhere, unless six digits stand in the
    same column and none of them begins with a zero.
    """
    sixes, zeros = workbench.rows(
        f"SELECT count(*) FILTER (regexp_matches({text}, '^[0-9]{{6}}$')),"
        f" count(*) FILTER (starts_with({text}, '0')) FROM {cells.name} s"
    )[0]
    most = 4 if sixes and not zeros else 3
    said = quoted(f"「{column.label}」“")
    why = quoted("”位数不足，前面的 0 可能被表格软件去掉了，请写成 ")
    remedy = quoted("，并把该列设为文本")
    return (
        f"CASE WHEN regexp_matches({text}, '^[1-9][0-9]{{0,{most - 1}}}$')"
        f" THEN {said} || {text} || {why} || lpad({text}, 6, '0') || {remedy} END"
    )


def _through(
    workbench: Workbench,
    cells: Cells,
    column: Column,
    text: str,
    fast: str,
    value: str,
    parser: _Parser,
    kind: pa.DataType | None = None,
) -> _Parsed:
    """`value` where the SQL condition `fast` holds, else `parser` of the text."""
    odd = f"{text} IS NOT NULL AND NOT coalesce({fast}, false)"
    table = _lookup(workbench, cells, column, odd, _guarded(parser), kind or column.arrow_type)
    if table is None:
        return _Parsed({column.stored: value}, "NULL")
    join = f"LEFT JOIN {table} ON {text} = {table}.text"
    mixed = f"CASE WHEN {fast} THEN {value} ELSE {table}.value END"
    return _Parsed({column.stored: mixed}, _error(column, table), join)


def _error(column: Column, table: str) -> str:
    return (
        f"CASE WHEN {table}.error IS NOT NULL"
        f" THEN {quoted(f'「{column.label}」')} || {table}.error END"
    )


def _guarded(parser: _Parser) -> Callable[[str], tuple[Any, ...]]:
    def guarded(text: str) -> tuple[Any, ...]:
        try:
            return parser(text), None
        except values.RangeProblem:
            return None, None  # "1000-4999人" names no number; no middle is made up
        except values.ValueProblem as problem:
            return None, str(problem)

    return guarded


def _lookup(
    workbench: Workbench,
    cells: Cells,
    column: Column,
    condition: str,
    parser: Callable[[str], tuple[Any, ...]],
    *kinds: pa.DataType,
) -> str | None:
    """A table (text, value…, error) of the distinct texts of a column; None if there are none."""
    distinct = f'SELECT DISTINCT s."{column.name}" FROM {cells.name} s WHERE {condition}'
    names = ["value", *(f"value{i}" for i in range(2, len(kinds) + 1))]
    fields = [("text", pa.string()), *zip(names, kinds, strict=True), ("error", pa.string())]
    table = workbench.translate("odd", distinct, parser, pa.schema(fields))
    if not workbench.value(f"SELECT count(*) FROM {table}"):
        workbench.drop(table)
        return None
    return table


def _number(workbench: Workbench, cells: Cells, column: Column, text: str) -> _Parsed:
    fast = f"regexp_matches({text}, '{_NUMBER}')"
    if column.type == "ratio":
        fast = f"{fast} AND TRY_CAST({text} AS DOUBLE) <= 1"
    if column.type == "integer":
        fast = f"regexp_matches({text}, '^[0-9]{{1,9}}$')"
    value = f"TRY_CAST({text} AS {column.sql_type})"
    if column.type in ("money", "yi"):
        return _money(workbench, cells, column, text, fast, value)
    parsers: dict[str, _Parser] = {
        "number": lambda cell: values.parse_number(cell, (column.unit,) if column.unit else ()),
        "ratio": values.parse_ratio,
        "integer": values.parse_integer,
    }
    return _through(workbench, cells, column, text, fast, value, parsers[column.type])


def _money(
    workbench: Workbench, cells: Cells, column: Column, text: str, fast: str, value: str
) -> _Parsed:
    """Money keeps its currency in a column of its own where the table has one."""
    currency = f"{column.stored}_currency"
    keeps = any(c.name == currency for c in cells.table.columns)

    read = values.parse_money if column.type == "money" else values.parse_amount_yi

    def parser(cell: str) -> tuple[Any, ...]:
        try:
            money = read(cell)
        except values.RangeProblem:
            return None, None, None
        except values.ValueProblem as problem:
            return None, None, str(problem)
        if money is None:
            return None, None, None
        if not keeps and money.currency != "CNY":
            return None, None, f"是 {money.currency}，这一列只接受人民币"
        return *money, None

    odd = f"{text} IS NOT NULL AND NOT coalesce({fast}, false)"
    table = _lookup(workbench, cells, column, odd, parser, pa.float64(), pa.string())
    if table is None:
        amounts = {column.stored: value}
        plain = f"CASE WHEN {text} IS NOT NULL THEN 'CNY' END"
        return _Parsed(amounts | ({currency: plain} if keeps else {}), "NULL")
    found = {column.stored: f"CASE WHEN {fast} THEN {value} ELSE {table}.value END"}
    if keeps:
        found[currency] = f"CASE WHEN {fast} THEN 'CNY' ELSE {table}.value2 END"
    join = f"LEFT JOIN {table} ON {text} = {table}.text"
    return _Parsed(found, _error(column, table), join)


def _list(workbench: Workbench, cells: Cells, column: Column, text: str) -> _Parsed:
    plain = f"NOT regexp_matches({text}, '[(（\\[【]')"
    split = (
        f"list_filter(list_transform(regexp_split_to_array({text}, '{_LIST_MARKS}'),"
        " lambda e: trim(e)), lambda e: e <> '')"
    )
    # list_distinct would lose the order, in which the main product stands first.
    items = f"list_filter({split}, lambda e, i: list_position({split}, e) = i)"
    single = f"NOT regexp_matches({text}, '{_LIST_MARKS}')"
    value = f"CASE WHEN {single} THEN [{text}] ELSE {items} END"
    return _through(workbench, cells, column, text, plain, value, values.split_list)


def _enum(column: Column) -> _Parser:
    known = {word: name for name, words in column.values.items() for word in (name, *words)}

    def parser(text: str) -> str:
        name = known.get(text) or known.get(text.lower())
        if name is None and column.open:
            return text
        if name is None:
            choices = "、".join(w for words in column.values.values() for w in words[:1])
            raise values.ValueProblem(text, f"不在可选值之内：{choices}")
        return name

    return parser


def _code(text: str) -> str:
    raise values.ValueProblem(text, "不是 6 位行政区划代码")


def _region(
    workbench: Workbench, cells: Cells, column: Column, divisions: Divisions, text: str
) -> _Parsed:
    def resolve(match: Any, cell: str) -> tuple[str | None, str | None]:
        if match.problem in (None, "abroad"):
            return match.code, None
        if match.problem == "ambiguous":
            names = "、".join(c.full_name for c in match.choices[:6])
            return None, f"「{cell[:40]}」有多个同名地区：{names}；请写上省市"
        near = "、".join(c.full_name for c in divisions.nearest(cell, 3))
        return None, f"认不出地区「{cell[:40]}」，最接近：{near}"

    distinct = _lookup(
        workbench,
        cells,
        column,
        f"{text} IS NOT NULL",
        lambda cell: resolve(divisions.resolve(cell), cell),
        pa.string(),
    )
    value, error, join = "NULL::VARCHAR", "NULL", ""
    if distinct:
        value, error = f"{distinct}.value", _error(column, distinct)
        join = f"LEFT JOIN {distinct} ON {text} = {distinct}.text"
    if any(c.name == "address" for c in cells.table.columns):
        place, place_join = _from_address(workbench, cells, column, divisions)
        value, join = f"coalesce({value}, {place})", f"{join} {place_join}"
    return _Parsed({column.stored: value}, error, join)


def _from_address(
    workbench: Workbench, cells: Cells, column: Column, divisions: Divisions
) -> tuple[str, str]:
    """Where the region cell is empty, the divisions that the address begins with."""
    prefix = f"nullif(regexp_extract(s.address, {quoted(_PLACE)}), '')"
    distinct = (
        f"SELECT DISTINCT {prefix} AS p FROM {cells.name} s"
        f' WHERE s."{column.name}" IS NULL AND s.address IS NOT NULL AND p IS NOT NULL'
    )
    schema = pa.schema([("text", pa.string()), ("value", pa.string())])
    table = workbench.translate(
        "place", distinct, lambda cell: (divisions.from_address(cell).code,), schema
    )
    on = f'{prefix} = {table}.text AND s."{column.name}" IS NULL'
    return f"{table}.value", f"LEFT JOIN {table} ON {on}"


def _uscc(workbench: Workbench, cells: Cells, column: Column, text: str) -> _Parsed:
    """All codes are checked at once; only those that fail are looked at one by one."""
    upper = f"upper({text})"
    codes = workbench.arrow(f"SELECT {upper} AS code FROM {cells.name} s WHERE {text} IS NOT NULL")[
        "code"
    ].combine_chunks()
    wrong = codes.filter(pa.array(~uscc.check_many(codes))).unique()
    if len(wrong) == 0:
        return _Parsed({column.stored: upper}, "NULL")
    fixed = [_uscc_value(code) for code in wrong.to_pylist()]
    table = workbench.add(
        "odd",
        pa.table(
            {
                "text": wrong,
                "value": pa.array([v for v, _ in fixed], pa.string()),
                "error": pa.array([e for _, e in fixed], pa.string()),
            }
        ),
    )
    value = f"CASE WHEN {table}.text IS NULL THEN {upper} ELSE {table}.value END"
    join = f"LEFT JOIN {table} ON {upper} = {table}.text"
    return _Parsed({column.stored: value}, _error(column, table), join)


def _uscc_value(code: str) -> tuple[str | None, str | None]:
    normal = uscc.normalise(code)
    if _SCIENTIFIC.fullmatch(normal):
        return None, "被表格软件改成了科学计数法，后几位已丢失；请重新复制原码，并把该列设为文本"
    reason = uscc.check(normal)
    return (normal, None) if reason is None else (None, reason)
