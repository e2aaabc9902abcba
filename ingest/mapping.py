r"""Mapping files: how any table becomes standard tables, without code.

A mapping is YAML. It names, for each source (told apart by its headings), the standard tables
to make and where each of their columns comes from::

    name: my-export
    sources:
      - columns: [chain, layer, firm]      # a source that has these headings
        tables:
          - table: links
            distinct: [link_id]            # one row for each value of these columns
            columns:
              chain: chain                 # a heading
              link_id: "{chain}/{layer}"   # a text with headings in it
              stage: {from: layer, pattern: "^(上游|中游|下游)"}
              role: {const: member}
          - table: firms
            when: {code: "^[0-9]{6}$"}       # only rows whose cells match
            distinct: [firm_id]
            collect: [products]              # joined over the rows of one firm
            columns: {firm_id: code, name: [full_name, firm], products: product}

A column may be ``{from: …}`` with ``pattern`` (its first group is taken, or ``to``, a text with
``\1``, ``\2`` for the groups), ``map`` (values to values, ``default`` for the rest), or
``{const: …}``, or a list of these: the first that is not empty. A row is left out where a column
named in ``skip_empty`` is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import yaml

from graph.schema import STANDARD, TABLES
from ingest.cells import Cells, clean
from ingest.errors import MappingInvalid, UnreadableFile
from ingest.headings import META_TABLE
from ingest.readers import Sheet
from ingest.workbench import Workbench, quoted

_FIELD = re.compile(r"\{([^{}]+)\}")
_COLUMN_LISTS = ("skip_empty", "distinct", "collect")


@dataclass(frozen=True)
class Mapping:
    """A checked mapping; `where` is its file for messages."""

    name: str
    where: str
    sources: tuple[dict[str, Any], ...]
    complete: bool = False  # names are whole and right: none is taken for another spelling

    def source_for(self, sheet: Sheet) -> dict[str, Any] | None:
        """The source whose headings the sheet has."""
        have = set(sheet.headings)
        return next((s for s in self.sources if set(s["columns"]) <= have), None)

    def apply(self, workbench: Workbench, sheet: Sheet, index: int) -> Iterator[Cells]:
        """The cells of every table that the sheet gives. Raises MappingInvalid."""
        source = self.source_for(sheet)
        if source is None:
            wanted = " 或 ".join("、".join(s["columns"]) for s in self.sources)
            raise MappingInvalid(
                f"{sheet.where}：映射「{self.name}」需要列 {wanted}；"
                f"现有列：{'、'.join(sheet.headings)}"
            )
        sound = _sound(workbench, sheet)
        for offset, table in enumerate(source["tables"]):
            cells = _cells(workbench, sound, table, index + offset, self.where)
            # Rows that could not be read are reported once, whatever the mapping leaves out.
            yield _with_faults(workbench, sheet, cells) if not offset else cells


def _sound(workbench: Workbench, sheet: Sheet) -> Sheet:
    """The sheet without the rows that could not be read."""
    if sheet.faults is None:
        return sheet
    table = workbench.create(
        "raw", f"SELECT * FROM {sheet.table} ANTI JOIN {sheet.faults} USING (_row)"
    )
    return Sheet(sheet.file, sheet.name, sheet.headings, table)


def _with_faults(workbench: Workbench, sheet: Sheet, cells: Cells) -> Cells:
    """`cells` and, empty, the rows that could not be read."""
    if sheet.faults is None:
        return cells
    name = workbench.create(
        "cells",
        f"SELECT * FROM {cells.name} UNION ALL BY NAME"
        f" SELECT _row, {cells.index} AS _sheet FROM {sheet.faults} ORDER BY _row",
    )
    return Cells(cells.table, name, sheet, cells.index)


def _cells(
    workbench: Workbench, sheet: Sheet, spec: dict[str, Any], index: int, where: str
) -> Cells:
    table = TABLES[spec["table"]]
    columns = {
        name: _expression(value, sheet, f"{where} {table.name}.{name}")
        for name, value in spec["columns"].items()
    }
    selected = ", ".join(
        f'{columns.get(c.name, "NULL::VARCHAR")} AS "{c.name}"' for c in table.inputs
    )
    conditions = [
        f"regexp_matches({_text(heading, sheet, f'{where} when')}, {quoted(str(pattern))})"
        for heading, pattern in spec.get("when", {}).items()
    ]
    query = (
        f"SELECT _row, {index} AS _sheet, {selected}, NULL::VARCHAR AS attributes"
        f" FROM {sheet.table} WHERE {' AND '.join(conditions) or 'true'}"
    )
    filled = " AND ".join(f'"{c}" IS NOT NULL' for c in spec.get("skip_empty", ())) or "true"
    query = f"SELECT * FROM ({query}) WHERE {filled}"
    if spec.get("distinct"):
        query = _first_of_each(query, spec["distinct"], spec.get("collect", ()))
    try:
        name = workbench.create("cells", f"{query} ORDER BY _row")
    except duckdb.Error as error:  # a pattern that is no regular expression
        reason = str(error).splitlines()[0][:200]
        said = f"{where} {table.name}：pattern 或 when 无法执行（{reason}）"
        raise MappingInvalid(said) from error
    return Cells(table, name, sheet, index)


def _first_of_each(query: str, keys: Sequence[str], collect: Sequence[str]) -> str:
    """SQL: the first row of each key, with the texts of `collect` joined over its rows."""
    names = ", ".join(f'"{key}"' for key in keys)
    rows = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    of_key = f"OVER (PARTITION BY {names} ORDER BY _row"
    joined = ", ".join(f'string_agg("{c}", \';\') {of_key} {rows}) AS "{c}"' for c in collect)
    columns = f"* REPLACE ({joined})" if joined else "*"
    return f"SELECT {columns} FROM ({query}) QUALIFY row_number() {of_key}) = 1"


def _expression(value: Any, sheet: Sheet, where: str) -> str:
    if isinstance(value, str):
        return _text(value, sheet, where)
    if isinstance(value, list) and value:
        return f"coalesce({', '.join(_expression(v, sheet, where) for v in value)}, NULL)"
    if not isinstance(value, dict) or not ("from" in value or "const" in value):
        raise MappingInvalid(f"{where}：应为列名、含 {{列名}} 的文本、from / const，或它们的列表")
    if "const" in value:
        return quoted(str(value["const"]))
    found = _text(str(value["from"]), sheet, where)
    if "pattern" in value:
        found = _matched(found, str(value["pattern"]), value.get("to"))
    if "map" in value:
        cases = " ".join(
            f"WHEN {quoted(str(k))} THEN {quoted(str(v))}" for k, v in value["map"].items()
        )
        rest = quoted(str(value["default"])) if "default" in value else found
        found = f"CASE {found} {cases} ELSE {rest} END"
    return found


def _matched(text: str, pattern: str, to: Any) -> str:
    """SQL: the first group of `pattern` in `text`, or `to` with its groups; NULL if none fits."""
    if to is None:
        return f"nullif(regexp_extract({text}, {quoted(pattern)}, 1), '')"
    found = f"regexp_extract({text}, {quoted(pattern)})"
    changed = f"regexp_replace({found}, {quoted(pattern)}, {quoted(str(to))})"
    return f"CASE WHEN regexp_matches({text}, {quoted(pattern)}) THEN {changed} END"


def _text(value: str, sheet: Sheet, where: str) -> str:
    if value in sheet.headings:
        return clean(f"c{sheet.headings.index(value)}")
    names = _FIELD.findall(value)
    unknown = [n for n in names if n not in sheet.headings]
    if not names or unknown:
        raise MappingInvalid(
            f"{where}：来源表里没有列「{'、'.join(unknown) or value}」；"
            f"现有列：{'、'.join(sheet.headings)}"
        )
    pieces = _FIELD.split(value)
    parts = [
        f"coalesce({clean(f'c{sheet.headings.index(piece)}')}, '')" if i % 2 else quoted(piece)
        for i, piece in enumerate(pieces)
    ]
    return f"nullif(concat({', '.join(parts)}), '')"


def open_mapping(given: str | Path) -> Mapping:
    """A mapping by file, or one of the shipped ones by name. Raises MappingInvalid."""
    if str(given) in shipped():
        return shipped()[str(given)]
    path = Path(given)
    if not path.exists():
        raise MappingInvalid(
            f"没有映射文件「{given}」；随产品提供的映射：{'、'.join(sorted(shipped()))}"
        )
    try:
        return _checked(yaml.safe_load(path.read_text("utf8")), str(path))
    except OSError as error:
        raise MappingInvalid(f"{path}：读不了映射文件（{error.strerror}）") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MappingInvalid(f"{path}：不是合法的 YAML（{error}）") from error


@cache
def shipped() -> dict[str, Mapping]:
    """The mappings that come with the product, by name."""
    folder = resources.files("ingest").joinpath("mappings")
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(".yaml"):
            mapping = _checked(yaml.safe_load(file.read_text("utf8")), file.name)
            found[mapping.name] = mapping
    return found


def recognised(sheet: Sheet) -> Mapping | None:
    """The shipped mapping one of whose sources has exactly the headings of the sheet."""
    have = set(sheet.headings)
    for mapping in shipped().values():
        if any(set(s["columns"]) == have for s in mapping.sources):
            return mapping
    return None


def mapping_of(sheet: Sheet, chosen: Mapping | None) -> Mapping | None:
    """The mapping that a sheet is read through; None for one with standard headings.

    A rejects file has these, whatever its source had.
    """
    if META_TABLE in sheet.headings:
        return None
    return chosen or recognised(sheet)


def _checked(loaded: Any, where: str) -> Mapping:
    if not isinstance(loaded, dict) or not isinstance(loaded.get("sources"), list):
        raise MappingInvalid(f"{where}：映射文件应有 name 和 sources")
    for source in loaded["sources"]:
        if not isinstance(source, dict) or not all(
            isinstance(source.get(key), list) and source[key] for key in ("columns", "tables")
        ):
            raise MappingInvalid(
                f"{where}：每个 source 应有列表 columns（来源列）和列表 tables（目标表）"
            )
        source["columns"] = [str(heading) for heading in source["columns"]]
        for table in source["tables"]:
            _check_table(table, where)
    if loaded.get("names", "complete") != "complete":
        raise MappingInvalid(f"{where}：names 只能是 complete（名称完整准确，不做相近名称归并）")
    complete = "names" in loaded
    return Mapping(str(loaded.get("name", where)), where, tuple(loaded["sources"]), complete)


def _check_table(spec: Any, where: str) -> None:
    name = spec.get("table") if isinstance(spec, dict) else None
    if not isinstance(name, str) or name not in STANDARD:
        raise MappingInvalid(f"{where}：没有标准表「{name}」，可用：{'、'.join(STANDARD)}")
    _check_shapes(spec, name, where)
    known = {c.name for c in TABLES[name].inputs}
    named = [*spec.get("columns", {}), *(c for key in _COLUMN_LISTS for c in spec.get(key, ()))]
    unknown = [c for c in dict.fromkeys(named) if c not in known]
    if unknown:
        raise MappingInvalid(
            f"{where}：{name} 表没有列 {'、'.join(unknown)}；可用：{'、'.join(sorted(known))}"
        )
    # A firm may be known by its code alone, where another source tells its name.
    missing = {c.name for c in TABLES[name].required} - set(spec["columns"])
    if missing and name != "firms":
        raise MappingInvalid(f"{where}：{name} 表缺少必填列 {'、'.join(sorted(missing))}")


def _check_shapes(spec: dict[str, Any], name: str, where: str) -> None:
    """Each part of a table's entry is a list or a mapping, as it should be."""
    kinds: dict[str, type] = {"columns": dict, "when": dict, **dict.fromkeys(_COLUMN_LISTS, list)}
    for key, kind in kinds.items():
        if not isinstance(spec.get(key, kind()), kind):
            shape = "列名: 来源" if kind is dict else "[列名, …]"
            raise MappingInvalid(f"{where}：{name} 的 {key} 应写成 {shape} 的形式")
    if not spec.get("columns"):
        raise MappingInvalid(f"{where}：{name} 没有 columns（列名: 来源）")
    for column, value in spec["columns"].items():
        if isinstance(value, dict) and not isinstance(value.get("map", {}), dict):
            raise MappingInvalid(f"{where}：{name}.{column} 的 map 应写成 原值: 新值 的形式")


def nothing_to_load(files: Sequence[Path]) -> None:
    """Raise: no sheet of the input is a table."""
    names = "、".join(f.name for f in files)
    raise UnreadableFile(f"{names}：没有可导入的表格")
