"""How the tables lie in the graph: labels, relationship types, ends, captions. No driver in here.

A node or record is one node, known by its label and its key. An edge is one relationship between
two such nodes; all its columns are properties of the relationship. An end that no table has a row
for is a node with its key alone and the label :data:`STUB`. References in columns (a firm's region)
are drawn as relationships as well, so that a person can walk them; the column is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from graph.schema import LOAD_ORDER, TABLES, Table

STUB = "Stub"
"""Label of a node that something refers to and no table has a row for."""
VERSION = "_v"
"""Property of every row: the data version that wrote it."""
OTHER = "Entity"
"""Label of a tie's end whose kind is none of the model's."""

# Drawn references: (table, stored column) → relationship type, table referred to.
_DRAWN: Mapping[tuple[str, str], tuple[str, str]] = {
    ("regions", "parent"): ("BELONGS_TO", "regions"),
    ("links", "chain_id"): ("PART_OF", "chains"),
    ("links", "parent_id"): ("COMPONENT_OF", "links"),
    ("firms", "region_code"): ("LOCATED_IN", "regions"),
    ("people", "firm_id"): ("WORKS_FOR", "firms"),
    ("people", "native_code"): ("NATIVE_OF", "regions"),
    ("parks", "region_code"): ("LOCATED_IN", "regions"),
    ("events", "firm_id"): ("BY_FIRM", "firms"),
    ("events", "region_code"): ("IN_REGION", "regions"),
    ("events", "chain_id"): ("IN_CHAIN", "chains"),
    ("events", "link_id"): ("AT_LINK", "links"),
    ("projects", "firm_id"): ("BY_FIRM", "firms"),
    ("projects", "region_code"): ("IN_REGION", "regions"),
    ("projects", "chain_id"): ("IN_CHAIN", "chains"),
    ("projects", "link_id"): ("AT_LINK", "links"),
}
# Kinds of a tie's ends → the table that has them.
KINDS: Mapping[str, str] = {
    "firm": "firms",
    "person": "people",
    "park": "parks",
    "region": "regions",
    "chain": "chains",
    "link": "links",
}


@dataclass(frozen=True)
class Place:
    """A label and its key property."""

    label: str
    key: str


@dataclass(frozen=True)
class Drawn:
    """A column that refers to a node: `type` is the relationship drawn for it."""

    column: str
    type: str
    to: Place


@dataclass(frozen=True)
class Shown:
    """A property for people: `words` are the Chinese words for the values of `column`."""

    name: str
    column: str
    words: Mapping[str, str]


@cache
def place(table: str) -> Place:
    """Where the rows of a node table stand."""
    declared = TABLES[table]
    if declared.node is None:
        raise KeyError(f"{table} is no table of nodes")
    return Place(declared.node, declared.key[0])


def is_edge(table: str) -> bool:
    """Whether rows of `table` are relationships."""
    return TABLES[table].kind == "edge"


@cache
def drawn(table: str) -> tuple[Drawn, ...]:
    """The references of `table` that are drawn."""
    return tuple(
        Drawn(column, kind, place(to))
        for (owner, column), (kind, to) in _DRAWN.items()
        if owner == table
    )


@cache
def shown(table: str) -> tuple[Shown, ...]:
    """The Chinese properties of `table`, one for each column with named values."""
    return tuple(_shown(TABLES[table]))


def _shown(table: Table) -> Iterator[Shown]:
    for stored, column in table.stored:
        if column.values:
            words = {value: names[0] for value, names in column.values.items() if names}
            yield Shown(column.label.split("/")[0], stored, words)


def end_columns(table: str) -> tuple[str, str]:
    """The stored columns with the ids of an edge's two ends."""
    declared = TABLES[table]
    start, end = (declared[declared.ends[side]].stored for side in ("from", "to"))
    return start, end


def end_place(table: str, side: int, kind: str | None) -> Place:
    """Where end 0 or 1 of an edge stands; `kind` is what the row says about a tie's end."""
    declared = TABLES[table]
    ref = declared[declared.ends[("from", "to")[side]]].ref
    if ref in TABLES:
        return place(str(ref))
    return place(KINDS[kind]) if kind is not None and kind in KINDS else Place(OTHER, "ref")


@cache
def starts(table: str) -> tuple[Place, ...]:
    """Every place from which relationships of an edge table can begin."""
    declared = TABLES[table]
    ref = declared[declared.ends["from"]].ref
    if ref in TABLES:
        return (place(str(ref)),)
    return (*(place(name) for name in KINDS.values()), Place(OTHER, "ref"))


@cache
def places() -> tuple[Place, ...]:
    """All labels with a key."""
    return (*(place(name) for name in LOAD_ORDER if not is_edge(name)), Place(OTHER, "ref"))


__all__ = [
    "KINDS",
    "OTHER",
    "STUB",
    "VERSION",
    "Drawn",
    "Place",
    "Shown",
    "drawn",
    "end_columns",
    "end_place",
    "is_edge",
    "place",
    "places",
    "shown",
    "starts",
]
