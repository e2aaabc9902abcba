"""The domain model as data: every kind of node, edge and record, declared once in a YAML file here.

Validation, the DuckDB tables, the Excel template, the API schema and the reference page are all
derived from :data:`TABLES`; adding a column is a change in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

# All tables, in the order in which they must be put, so that a reference finds what it refers to.
LOAD_ORDER = (
    "regions",
    "chains",
    "links",
    "feeds",
    "firms",
    "positions",
    "people",
    "parks",
    "ties",
    "events",
    "projects",
    "reviews",
    "decisions",
)

_ARROW_TYPES: dict[str, pa.DataType] = {
    "list": pa.list_(pa.string()),
    "money": pa.float64(),
    "yi": pa.float64(),
    "number": pa.float64(),
    "ratio": pa.float64(),
    "integer": pa.int64(),
}
_SQL_TYPES = {
    "list": "VARCHAR[]",
    "money": "DOUBLE",
    "yi": "DOUBLE",
    "number": "DOUBLE",
    "ratio": "DOUBLE",
    "integer": "BIGINT",
}


class SchemaError(ValueError):
    """A declaration in ``graph/schema`` contradicts itself."""


@dataclass(frozen=True)
class Column:
    """One column of a standard table: what a user writes and how it is stored."""

    name: str
    label: str
    type: str
    doc: str
    required: bool = False
    unit: str | None = None
    also: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()  # headings read, and named, where the column is missing
    ref: str | None = None
    stored: str = ""
    within: str | None = None
    soft: bool = False
    kind_column: str | None = None
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: bool = False
    derived: bool = False
    system: bool = False
    first_of: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means this column, the English and the Chinese name first."""
        return (self.name, self.label, *self.label.split("/"), *self.also)

    @property
    def arrow_type(self) -> pa.DataType:
        return _ARROW_TYPES.get(self.type, pa.string())

    @property
    def sql_type(self) -> str:
        return _SQL_TYPES.get(self.type, "VARCHAR")


@dataclass(frozen=True)
class Table:
    """One standard table: a kind of node, edge or record."""

    name: str
    label: str
    kind: str
    key: tuple[str, ...]
    doc: str
    columns: tuple[Column, ...]
    node: str | None = None
    relation: str | None = None
    caption: str | None = None
    ends: Mapping[str, str] = field(default_factory=dict)
    system: bool = False  # written by the program, not loaded from files

    def __getitem__(self, name: str) -> Column:
        """The column called `name`; KeyError names the table."""
        for column in self.columns:
            if name in (column.name, column.stored):
                return column
        raise KeyError(f"table {self.name} has no column {name!r}")

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """Columns a user can fill in."""
        return tuple(c for c in self.columns if not c.system)

    @cached_property
    def required(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.required)

    @cached_property
    def stored(self) -> tuple[tuple[str, Column], ...]:
        """(stored column name, column) in table order; a tie's end takes two columns."""
        return tuple(self._stored())

    def _stored(self) -> Iterator[tuple[str, Column]]:
        for column in self.columns:
            if column.kind_column:
                kind = Column(column.kind_column, column.label, "text", "Kind of the end.")
                yield column.kind_column, kind
            yield column.stored, column

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        return pa.schema([(name, column.arrow_type) for name, column in self.stored])

    def create_sql(self, name: str | None = None) -> str:
        """The DuckDB statement that makes the table; keys are kept unique by the merge."""
        body = ", ".join(f'"{stored}" {column.sql_type}' for stored, column in self.stored)
        return f'CREATE TABLE "{name or self.name}" ({body})'


def _column(name: str, spec: dict[str, Any]) -> Column:
    spec = dict(spec)
    spec["also"] = tuple(spec.get("also", ()))
    spec["stands_in"] = tuple(spec.get("stands_in", ()))
    spec["parts"] = {k: tuple(v) for k, v in spec.get("parts", {}).items()}
    spec["values"] = {k: tuple(v) for k, v in spec.get("values", {}).items()}
    spec.setdefault("stored", name)
    return Column(name=name, **spec)


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text("utf8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _table(name: str, provenance: dict[str, Any]) -> Table:
    spec = _read(name)
    columns = tuple(_column(n, c) for n, c in (spec.pop("columns") | provenance).items())
    if spec.pop("table") != name:
        raise SchemaError(f"graph/schema/{name}.yaml declares another table")
    table = Table(name=name, columns=columns, **{k: _frozen(v) for k, v in spec.items()})
    names = {stored for stored, _ in table.stored}
    if missing := [k for k in table.key if k not in names]:
        raise SchemaError(f"graph/schema/{name}.yaml: key columns {missing} are not declared")
    return table


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _load() -> dict[str, Table]:
    provenance = _read("_provenance")["columns"]
    return {name: _table(name, provenance) for name in LOAD_ORDER}


TABLES: Mapping[str, Table] = _load()
# The standard tables of the contract: those that users fill in.
STANDARD = tuple(name for name in LOAD_ORDER if not TABLES[name].system)

__all__ = ["LOAD_ORDER", "STANDARD", "TABLES", "Column", "SchemaError", "Table"]
