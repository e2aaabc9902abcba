"""Shapes of the tables' rows, made from the domain model: what it names, a row of HTTP has."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from pydantic import Field, create_model

from api.schemas import Answer, Named, RegionRef
from graph.schema import TABLES, Column

_NUMBERS = {"money": float, "yi": float, "number": float, "ratio": float, "integer": int}


@cache
def row_model(table: str) -> type[Answer]:
    """The shape of a row of `table` (a key of `graph.schema.TABLES`), columns as they are stored.

    Every column is there; null = unknown. Units stand in the titles.
    """
    found = TABLES[table]
    fields: dict[str, Any] = {
        name: (_type(name, column, name in found.key), Field(..., title=_title(column),
                                                             description=column.doc))
        for name, column in found.stored
    }  # fmt: skip
    made: type[Answer] = create_model(
        f"{table.capitalize()}Row", __base__=Answer, __doc__=found.doc, **fields
    )
    return made


def _type(name: str, column: Column, key: bool) -> Any:
    if name == "attributes":
        return dict[str, Any]
    if column.type == "list":
        kind: Any = list[str]
    elif column.values and not column.open:
        kind = Literal[tuple(column.values)]
    else:
        kind = _NUMBERS.get(column.type, str)
    return kind if key else kind | None


def _title(column: Column) -> str:
    return f"{column.label}（{column.unit}）" if column.unit else column.label


class PositionAt(Named):
    """Where a firm stands: a link by id and name, and how sure that is."""

    stage: str
    chain: Named
    strength: float | None
    leader: bool
    certain: bool
    evidence: str | None
    source: str | None
    year: int | None


class TieSeen(Answer):
    """A tie seen from the firm; `kind`, `id` and `name` are of the other end."""

    relation: str
    label: str
    out: bool
    kind: str
    id: str
    name: str
    weight: float | None
    date: str | None
    source: str | None
    locator: str | None


def _detail() -> type[Answer]:
    fields: dict[str, Any] = {
        "firm": (row_model("firms"), ...),
        "region": (RegionRef | None, ...),
        "positions": (list[PositionAt], ...),
        "events": (_list_of("events"), ...),
        "ties": (list[TieSeen], ...),
        "people": (_list_of("people"), ...),
        "data_version": (int, ...),
    }
    made: type[Answer] = create_model(
        "FirmDetail", __base__=Answer, __doc__="All that is known of one firm.", **fields
    )
    return made


def _list_of(table: str) -> Any:
    return list[row_model(table)]  # type: ignore[misc]  # a type that is made while running


FirmDetail = _detail()


def opened(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its other columns as an object, as the shapes have them."""
    return {**row, "attributes": json.loads(row["attributes"] or "{}")}


__all__ = ["FirmDetail", "opened", "row_model"]
