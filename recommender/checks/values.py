"""What is known of firms beyond the snapshot's columns, as checks compare it."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import TABLES
from graph.snapshot import Snapshot
from recommender.checks.model import BUSINESS, CODES, CheckList

_NUMBER = re.compile(r"^[约近超逾≈~]?\s*(-?\d+(?:,\d{3})*(?:\.\d+)?)\s*(.*)$")
# Scales of money; others are compared only in their own unit.
_SCALES = {"元": 1.0, "万元": 1e4, "亿元": 1e8, "万": 1e4, "亿": 1e8}
_UNIT = re.compile(r"^(.*?)\s*[(（](.+)[)）]$")


def column_of(snapshot: Snapshot, name: str) -> pa.Array:
    """(firms,) an attribute of the firms; null where it is not known.

    A column of the firms table by its English or Chinese name, else an attribute that came with a
    file (its heading may name a unit in brackets). Read from the store once per version.
    """
    return snapshot.once(("attribute", name), lambda s: _column(s, name))


def to_fill(checks: CheckList) -> dict[str, str]:
    """Headings of what the checks look at and no standard column holds → what is asked of it.

    Put behind the columns of the firms table they load as they are.
    """
    known = {BUSINESS, CODES}
    for stored, column in TABLES["firms"].stored:
        known |= {stored, column.name, column.label}
    found = {}
    for check in checks.checks:
        if check.manual or known & set(check.of):
            continue
        heading = f"{check.of[0]}({check.unit})" if check.unit else check.of[0]
        found[heading] = f"{checks.name}：{check.group or check.item}，要求{check.limit}"
    return found


def _column(snapshot: Snapshot, name: str) -> pa.Array:
    for stored, column in TABLES["firms"].stored:
        if name in (stored, column.name, column.label):
            return _read(snapshot, stored)
    return _extra(snapshot, name)


def _read(snapshot: Snapshot, column: str) -> pa.Array:
    """A column in the order of the snapshot's rows: a store gives firms by id."""
    with snapshot.store.reading(snapshot.version.number or None) as reader:
        found = reader.read("firms", [column])[column]
    return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], found.type)


def _extra(snapshot: Snapshot, name: str) -> pa.Array:
    """An attribute that the model does not know, as text; most firms have none."""
    held = snapshot.once("firm attributes", lambda s: _read(s, "attributes"))
    rows = pc.indices_nonzero(pc.match_substring(held, name).fill_null(False))
    if not len(rows):
        return pa.nulls(len(held), pa.string())
    texts: list[str | None] = [None] * len(held)
    for row, told in zip(rows.to_pylist(), held.take(rows).to_pylist(), strict=True):
        texts[row] = _named(json.loads(told), name)
    return pa.array(texts, pa.string())


def _named(attributes: dict[str, Any], name: str) -> str | None:
    """The value under `name`, or under `name` with a unit in brackets, which is put behind it."""
    for heading, value in attributes.items():
        if value is None:
            continue
        if heading == name:
            return str(value)
        match = _UNIT.match(heading)
        if match is not None and match[1] == name:
            return f"{value} {match[2]}"
    return None


def number(value: Any, unit: str) -> float | None:
    """A value as a number in `unit` ("" = any); None where it is none, or not comparable."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    match = _NUMBER.match(str(value).strip())
    if match is None:
        return None
    found, own = float(match[1].replace(",", "")), match[2].strip()
    if not own or not unit or own == unit:
        return found
    if own in _SCALES and unit in _SCALES:
        return found * _SCALES[own] / _SCALES[unit]
    return None
