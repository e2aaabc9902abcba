"""Which heading means which column, and which sheet is which standard table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from graph.schema import STANDARD, TABLES, Column, Table
from ingest.errors import ColumnsMissing, TableUnknown

# Columns that a rejects file carries beside the row itself.
META_TABLE, META_FILE, META_ROW, META_REASON = "_表", "_文件", "_行号", "_原因"
# The row as it stood, where it could not be split into columns.
META_EXTRA = "_原文"
META = (META_TABLE, META_FILE, META_ROW, META_REASON, META_EXTRA)

_UNIT = re.compile(r"(.+?)\((?:单位)?((?:[百千万亿]|百万)?(?:元|美元|港元|欧元|日元)|[万亿])\)")
# A year before a heading or in brackets behind it: 2024年度营业收入, 从业人数(2024年底).
_DATED = re.compile(
    r"(?:截至|至|截止)?(?P<before>20\d\d)年?(?:全年|年度|年底|年末|度|底|末)?(?P<told>\D.*)"
    r"|(?P<said>.*?)\((?P<behind>20\d\d)年?(?:全年|年度|年底|年末|度|底|末)?\)(?P<rest>.*)"
)


def fold(heading: str) -> str:
    """A heading as it is compared: half width, lower case, without spaces and marks."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\s*＊_:：]+", "", text)


@dataclass
class Layout:
    """How the columns of a sheet map to one standard table.

    `columns`: model column → source column indexes (several for a list or `first_of`).
    `parts`: model column → {part → index} for a value spread over columns (省, 市, 区县).
    `unknown`: heading → index of columns the model does not know.
    `units`: index → unit that the heading names and that its bare numbers are in: 注册资本(元).
    `stand_ins`: column → heading that is not the same but is read for it: 产值 for 营业收入.
    """

    table: Table
    headings: Sequence[str]
    columns: dict[str, list[int]] = field(default_factory=dict)
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)


@cache
def _index(table: str) -> dict[str, tuple[str, str | None]]:
    """Folded heading → (column, part) of one table; the first declaration wins."""
    found: dict[str, tuple[str, str | None]] = {}
    inputs = TABLES[table].inputs
    for own in (True, False):
        for column in inputs:
            names = (column.name, column.label) if own else column.headings
            for name in names:
                found.setdefault(fold(name), (column.name, None))
    for column in inputs:
        for part, names in column.parts.items():
            for name in (part, *names):
                found.setdefault(fold(name), (column.name, part))
    return found


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(h for table in STANDARD for h in _index(table))


def is_heading(cell: str) -> bool:
    """Whether `cell` is a heading of any standard table."""
    return fold(cell) in _all_headings() or cell in META


def meaning(table: str, heading: str) -> str | None:
    """The column of a standard table that a heading means, None for an unknown one."""
    column, part = _index(table).get(fold(heading), (None, None))
    return None if part else column


@cache
def _table_names() -> dict[str, str]:
    names = {}
    for name in STANDARD:
        table = TABLES[name]
        for spelling in (name, name.rstrip("s"), table.label, f"{table.label}表"):
            names[fold(spelling)] = name
    return names


def table_named(name: str) -> str | None:
    """The table a sheet or file name means: ``firms``, ``企业``, ``firms-2024``, ``01企业表``."""
    folded = fold(PurePath(name).stem if "." in name else name)
    if folded in _table_names():
        return _table_names()[folded]
    trimmed = re.sub(r"^[\d\-.、]+|[\d\-.()年月日]+$", "", folded)
    return _table_names().get(trimmed)


def table_for(name: str, headings: Sequence[str], where: str) -> str:
    """The standard table of a sheet, by its name, else by its headings. Raises TableUnknown."""
    by_name = table_named(name)
    if by_name:
        return by_name
    folded = [fold(h) for h in headings if h]
    best, score = "", 0.0
    for table in map(TABLES.__getitem__, STANDARD):
        index = _index(table.name)
        hits = {index[h][0] for h in folded if h in index}
        if all(c.name in hits for c in table.required) and len(hits) > score:
            best, score = table.name, len(hits)
    if not best:
        raise TableUnknown.of(where, headings, (TABLES[name].label for name in STANDARD))
    return best


def layout(table: Table, headings: Sequence[str], where: str) -> Layout:
    """Match `headings` to the columns of `table`. Raises ColumnsMissing."""
    found = Layout(table, headings)
    index = _index(table.name)
    for i, heading in enumerate(headings):
        if not heading or heading in META:
            continue
        column, part = index.get(fold(heading), (None, None))
        if column is None:
            column = _with_unit(found, heading, i)
        if column is None:
            found.unknown[_unique(heading, found)] = i
        elif part is not None and part not in found.parts.get(column, {}):
            found.parts.setdefault(column, {})[part] = i
        elif part is not None:
            found.unknown[_unique(heading, found)] = i
        else:
            _add(found, table[column], heading, i)
    _latest(found)
    _stand_in(found)
    for own in table.columns:
        if own.first_of:
            _keep_coarser(found, own)
    missing = [c for c in table.required if c.name not in found.columns | found.parts]
    if missing:
        labels = [c.label for c in missing]
        raise ColumnsMissing.of(where, table.label, labels, headings)
    return found


class _Said(NamedTuple):
    """What a heading says besides its name: 2024年营业收入(万元)."""

    year: str
    name: str
    unit: str | None


def _said(heading: str) -> _Said:
    folded, year = fold(heading), ""
    if dated := _DATED.fullmatch(folded):
        year = dated["before"] or dated["behind"]
        folded = dated["told"] or dated["said"] + dated["rest"]
    match = _UNIT.fullmatch(folded)
    return _Said(year, *match.groups()) if match else _Said(year, folded, None)


def _single(found: Layout, said: _Said) -> str | None:
    """The single-valued column that a name means; one with a unit must be an amount."""
    name, part = _index(found.table.name).get(said.name, (None, None))
    if name is None or part is not None:
        return None
    kind = found.table[name].type
    return name if kind != "list" and (said.unit is None or kind in ("money", "yi")) else None


def _with_unit(found: Layout, heading: str, place: int) -> str | None:
    """The amount that a heading names with a unit of its own behind it; the unit is noted."""
    said = _said(heading)
    column = _single(found, said) if said.unit and not said.year else None
    if column and said.unit:
        found.units[place] = said.unit
    return column


def _take(found: Layout, column: str, heading: str) -> None:
    """Read a column from a heading that was unknown, in the unit that it names."""
    place = found.columns.setdefault(column, [found.unknown.pop(heading)])[0]
    if unit := _said(heading).unit:
        found.units[place] = unit


def _latest(found: Layout) -> None:
    """Of 2022年营业收入, 2023年营业收入, 2024年营业收入 the last is the firm's revenue.

    The others stay attributes, as does any where a heading without a year is there.
    """
    dated: dict[str, tuple[str, str]] = {}
    for heading in found.unknown:
        said = _said(heading)
        column = _single(found, said) if said.year else None
        if column and column not in found.columns | found.parts:
            dated[column] = max(dated.get(column, ("", "")), (said.year, heading))
    for column, (_, heading) in dated.items():
        _take(found, column, heading)


def _stand_in(found: Layout) -> None:
    """What stands in for a column that a sheet lacks: the latest, of these the first declared."""
    for column in found.table.inputs:
        order = {fold(name): -i for i, name in enumerate(column.stands_in)}
        offered = {heading: _said(heading) for heading in found.unknown}
        known = [
            (s.year, order[s.name], heading) for heading, s in offered.items() if s.name in order
        ]
        if known and column.name not in found.columns:
            found.stand_ins[column.name] = heading = max(known)[2]
            _take(found, column.name, heading)


def _keep_coarser(found: Layout, column: Column) -> None:
    """Of 门类, 大类, 中类, 小类 the finest counts; the others stay as attributes as they are."""
    order = {fold(heading): i for i, heading in enumerate(column.also)}
    places = found.columns.get(column.name, [])
    ranked = sorted(places, key=lambda i: order.get(fold(found.headings[i]), -1))
    if places:
        found.columns[column.name] = ranked
    for place in ranked[1:]:
        found.unknown[found.headings[place]] = place


def _add(found: Layout, column: Column, heading: str, index: int) -> None:
    """A second heading of a single-valued column is kept as an attribute, not lost.

    The column's own name counts before another word for it.
    """
    places = found.columns.setdefault(column.name, [])
    if places and not (column.type == "list" or column.first_of):
        other = found.headings[places[0]]
        own = {fold(column.name), fold(column.label)}
        if fold(heading) in own and fold(other) not in own:
            places[0], heading, index = index, other, places[0]
        found.unknown[_unique(heading, found)] = index
    else:
        places.append(index)


def _unique(heading: str, found: Layout) -> str:
    """An attribute is called like no other, nor like a column: both stand in a rejects file."""
    index = _index(found.table.name)
    name, n = heading, 2
    while name in found.unknown or fold(name) in index:
        name, n = f"{heading}_{n}", n + 1
    return name
