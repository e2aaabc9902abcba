from __future__ import annotations

import unicodedata
from collections import defaultdict

import duckdb
import pyarrow as pa
import pytest

from graph.schema import LOAD_ORDER, STANDARD, TABLES, Column, Table

KINDS = {"node", "edge", "record"}
TYPES = {
    "code", "date", "enum", "id", "integer", "json", "list", "money", "number", "ratio", "ref",
    "region", "text", "uscc", "yi",
}  # fmt: skip
COLUMNS = [(t, c) for t in TABLES.values() for c in t.columns]
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
every_column = pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{t.name}.{c.name}" for t, c in COLUMNS]
)


def chinese(text: str) -> bool:
    return any("CJK" in unicodedata.name(char, "") for char in text)


def test_there_are_the_tables_of_the_contract() -> None:
    assert tuple(TABLES) == LOAD_ORDER
    assert set(STANDARD) == {
        "chains", "links", "feeds", "firms", "positions", "ties", "people", "events", "projects",
        "parks", "regions",
    }  # fmt: skip
    assert set(LOAD_ORDER) - set(STANDARD) == {"reviews", "decisions"}


@every_table
def test_a_table_is_documented_and_of_a_known_kind(table: Table) -> None:
    assert table.kind in KINDS
    assert chinese(table.label)
    assert len(table.doc) > 10
    assert table.doc.endswith(".")
    assert (table.node is not None) == (table.kind in ("node", "record"))
    assert (table.relation is not None) == (table.kind == "edge")
    assert set(table.ends) == ({"from", "to"} if table.kind == "edge" else set())
    assert table.caption is None or table.caption in dict(table.stored)


@every_table
def test_a_key_is_made_of_stored_columns_that_hold_text(table: Table) -> None:
    stored = dict(table.stored)
    assert table.key
    assert len(set(table.key)) == len(table.key)
    assert all(stored[k].arrow_type == pa.string() for k in table.key)


@every_table
def test_a_key_column_can_always_be_filled(table: Table) -> None:
    ends = {c.kind_column for c in table.columns if c.kind_column}
    for name in set(table.key) - ends:
        assert table[name].required or table[name].derived


@every_table
def test_stored_names_are_unique_and_say_where_the_row_came_from(table: Table) -> None:
    names = [name for name, _ in table.stored]
    assert len(set(names)) == len(names)
    assert names[-4:] == ["source", "locator", "attributes", "loaded"]


@every_table
def test_a_heading_means_one_column(table: Table) -> None:
    meaning: dict[str, set[str]] = defaultdict(set)
    for column in table.inputs:
        parts = [heading for part in column.parts.values() for heading in part]
        for heading in (*column.headings, *parts):
            meaning[heading.casefold()].add(column.name)
    assert {h: names for h, names in meaning.items() if len(names) > 1} == {}


@every_table
def test_duckdb_and_arrow_agree_on_the_types(table: Table) -> None:
    with duckdb.connect() as connection:
        connection.execute(table.create_sql())
        made = connection.sql(f'SELECT * FROM "{table.name}"').to_arrow_table().schema
    assert made.equals(table.arrow_schema)


@every_column
def test_a_column_is_documented_and_of_a_known_type(table: Table, column: Column) -> None:
    assert column.type in TYPES
    assert chinese(column.label)
    assert len(column.doc) > 5, f"{table.name}.{column.name} says nothing"
    assert bool(column.values) == (column.type == "enum")
    assert (column.ref is not None) == (column.type == "ref")
    assert len(set(column.headings)) >= 2


@every_column
def test_amounts_say_their_unit(table: Table, column: Column) -> None:
    if column.type in ("money", "yi"):
        assert column.unit == {"money": "万元", "yi": "亿元"}[column.type]
        assert column.unit in column.doc
    else:
        assert column.unit is None or column.unit in column.label


@every_column
def test_a_reference_is_to_a_table_loaded_before(table: Table, column: Column) -> None:
    if column.ref in (None, "any"):
        assert column.within is None or column.ref
        return
    before = LOAD_ORDER[: LOAD_ORDER.index(table.name) + 1]
    assert column.ref in before
    assert len(TABLES[column.ref].key) == 1
    if column.within:
        assert table[column.within].ref == "chains"


@every_column
def test_words_of_an_enum_mean_one_value(table: Table, column: Column) -> None:
    words = [w for value, also in column.values.items() for w in (value, *also)]
    assert len(set(words)) == len(words)


def test_an_unknown_column_is_a_key_error_that_names_the_table() -> None:
    with pytest.raises(KeyError, match=r"firms.*nonsense"):
        TABLES["firms"]["nonsense"]
    assert TABLES["firms"]["region_code"].name == "region"
