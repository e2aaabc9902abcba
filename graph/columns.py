"""The columns a snapshot is made of: one small class per table, numpy and Arrow inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Int32 = npt.NDArray[np.int32]
Float32 = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]

LEVELS = ("province", "prefecture", "county")
STAGES = ("upstream", "midstream", "downstream")
# Statuses of the public register (GB/T 37971 wording and its common variants) that mean the
# firm no longer operates or is leaving.
INACTIVE_WORDS = ("注销", "吊销", "撤销", "停业", "歇业", "清算", "破产", "迁出", "解散", "关闭")


def index_of(values: pa.Array | pa.ChunkedArray, keys: pa.Array) -> Int32:
    """Row of each of `values` in `keys`; −1 where absent or null."""
    found = pc.index_in(values, value_set=keys).fill_null(-1)
    rows: Int32 = _numpy(found, np.int32)
    return rows


def _numpy(values: pa.Array | pa.ChunkedArray, dtype: Any) -> Any:
    return values.to_numpy(zero_copy_only=False).astype(dtype, copy=False)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _floats(column: pa.ChunkedArray) -> Float32:
    values: Float32 = _numpy(pc.cast(column, pa.float32()).fill_null(float("nan")), np.float32)
    return values


def _years(column: pa.ChunkedArray) -> Float32:
    """Partial ISO dates as fractional years: '2021-07' → 2021.5."""
    coded = _one(column).dictionary_encode()  # few days are different ones
    years = np.append(_distinct_years(coded.dictionary), np.float32(np.nan))
    found: Float32 = years[_numpy(coded.indices.fill_null(len(years) - 1), np.int64)]
    return found


def _distinct_years(text: pa.Array) -> Float32:
    year = pc.cast(pc.utf8_slice_codeunits(text, 0, 4), pa.float32(), safe=False)
    month = pc.cast(_non_empty(pc.utf8_slice_codeunits(text, 5, 7)), pa.float32(), safe=False)
    day = pc.cast(_non_empty(pc.utf8_slice_codeunits(text, 8, 10)), pa.float32(), safe=False)
    months = pc.divide(pc.subtract(month.fill_null(1.0), 1.0), 12.0)
    days = pc.divide(pc.subtract(day.fill_null(1.0), 1.0), 365.25)
    return _floats(pc.add(pc.add(year, months), days))


def _non_empty(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


@dataclass(frozen=True)
class Regions:
    """Divisions in depth-first order of the tree: the rows under row `i` are ``i … end[i] − 1``."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    level: npt.NDArray[np.int8]  # 0 province, 1 prefecture, 2 county
    parent: Int32  # row, −1 for a province
    end: Int32
    lon: Float32  # degrees, nan unknown
    lat: Float32
    row: dict[str, int]

    @classmethod
    def of(cls, table: pa.Table) -> Regions:
        rows = {r["code"]: r for r in table.to_pylist()}
        children: dict[str | None, list[str]] = {}
        for code, r in rows.items():
            parent = r["parent"] if r["parent"] in rows else None
            children.setdefault(parent, []).append(code)
        order, end = _preorder(children)
        position = {code: i for i, code in enumerate(order)}
        ordered = [rows[code] for code in order]
        return cls(
            tuple(order),
            tuple(r["name"] for r in ordered),
            np.array([_level(r) for r in ordered], dtype=np.int8),
            np.array([position.get(r["parent"], -1) for r in ordered], dtype=np.int32),
            np.array(end, dtype=np.int32),
            np.array([_or_nan(r["lon"]) for r in ordered], dtype=np.float32),
            np.array([_or_nan(r["lat"]) for r in ordered], dtype=np.float32),
            position,
        )

    def __len__(self) -> int:
        return len(self.codes)

    def ancestors(self, row: int) -> list[int]:
        """Rows from `row` up to its province, `row` first."""
        found = []
        while row >= 0:
            found.append(row)
            row = int(self.parent[row])
        return found

    def full_name(self, row: int) -> str:
        return "".join(self.names[i] for i in reversed(self.ancestors(row)))

    @cached_property
    def at_level(self) -> Int32:
        """(3, n): row of the division of level 0/1/2 that contains each row, or −1.

        A municipality (直辖市) and a county right under a province are their own prefecture.
        """
        table = np.full((3, len(self)), -1, dtype=np.int32)
        for i in range(len(self)):
            chain = self.ancestors(i)
            for j in chain:
                table[self.level[j], i] = j
            if table[1, i] < 0 and self.level[i] > 0:
                municipal = self.names[chain[-1]].endswith("市")
                table[1, i] = chain[-1] if municipal else i
            elif table[1, i] < 0 and self.names[i].endswith("市"):
                table[1, i] = i
        return table


def _level(row: dict[str, Any]) -> int:
    if row["level"] in LEVELS:
        return LEVELS.index(row["level"])
    code = row["code"]
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _preorder(children: dict[str | None, list[str]]) -> tuple[list[str], list[int]]:
    order: list[str] = []
    end: dict[str, int] = {}

    def walk(code: str) -> None:
        order.append(code)
        for child in sorted(children.get(code, ())):
            walk(child)
        end[code] = len(order)

    for root in sorted(children.get(None, ())):
        walk(root)
    return order, [end[code] for code in order]


@dataclass(frozen=True)
class Links:
    """Links of all chains, ordered by id."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    chain_ids: tuple[str, ...]
    stages: tuple[str, ...]
    groups: tuple[str | None, ...]
    parents: tuple[str | None, ...]
    keywords: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, ...], ...]
    row: dict[str, int]

    @classmethod
    def of(cls, table: pa.Table) -> Links:
        rows = table.to_pylist()
        return cls(
            tuple(r["link_id"] for r in rows),
            tuple(r["name"] for r in rows),
            tuple(r["chain_id"] for r in rows),
            tuple(r["stage"] for r in rows),
            tuple(r["group"] for r in rows),
            tuple(r["parent_id"] for r in rows),
            tuple(tuple(r["keywords"] or ()) for r in rows),
            tuple(tuple(r["industry_codes"] or ()) for r in rows),
            {r["link_id"]: i for i, r in enumerate(rows)},
        )

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Firms:
    """Firms, ordered by id. Money in 万元 CNY; in other currencies it is unknown here."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "firm_id", "name", "uscc", "stock_code", "region_code", "founded", "registered_capital",
        "registered_capital_currency", "employees", "insured", "revenue", "tags", "status",
    )  # fmt: skip

    ids: pa.Array
    names: pa.Array
    uscc: pa.Array
    stock_code: pa.Array
    region: Int32  # row of Regions, −1 unknown
    founded: Float32  # fractional year, nan unknown
    capital: Float32
    employees: Float32
    revenue: Float32
    tags: pa.Array  # list<string>
    active: Bool  # unknown status counts as active: nothing says otherwise
    statuses: pa.DictionaryArray
    _memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, table: pa.Table, regions: Regions) -> Firms:
        codes = pa.array(regions.codes, pa.string())
        foreign = pc.not_equal(table["registered_capital_currency"].fill_null("CNY"), "CNY")
        capital = pc.if_else(foreign, pa.scalar(None, pa.float64()), table["registered_capital"])
        status = _one(table["status"]).dictionary_encode()
        return cls(
            ids=_one(table["firm_id"]),
            names=_one(table["name"]),
            uscc=_one(table["uscc"]),
            stock_code=_one(table["stock_code"]),
            region=index_of(table["region_code"], codes),
            founded=_years(table["founded"]),
            capital=_floats(capital),
            employees=_floats(pc.coalesce(table["employees"], table["insured"])),
            revenue=_floats(table["revenue"]),
            tags=_one(table["tags"]),
            active=_active(status),
            statuses=status,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, firm_id: str) -> int:
        """Row of a firm id, −1 where there is none."""
        return int(pc.index(self.ids, pa.scalar(firm_id, self.ids.type)).as_py())

    def tagged(self, *tags: str) -> Bool:
        """Firms that carry one of `tags`."""
        key = "|".join(tags)
        if key not in self._memo:
            flat, owner = self.tags.flatten(), _numpy(pc.list_parent_indices(self.tags), np.int64)
            hit = _numpy(pc.is_in(flat, value_set=pa.array(tags, pa.string())), np.bool_)
            mask = np.zeros(len(self), dtype=np.bool_)
            mask[owner[hit]] = True
            self._memo[key] = mask
        found: Bool = self._memo[key]
        return found


def _active(status: pa.DictionaryArray) -> Bool:
    words = status.dictionary.to_pylist()
    alive = np.array([not any(w in (s or "") for w in INACTIVE_WORDS) for s in words] + [True])
    codes = _numpy(status.indices.fill_null(len(words)), np.int64)
    active: Bool = alive[codes]
    return active


@dataclass(frozen=True)
class Positions:
    """Positions, link-major: those at link `i` are rows ``link_start[i] … link_start[i+1] − 1``.

    Rejected positions are left out; `certain` is false for those waiting for a review.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "firm_id", "link_id", "strength", "role", "status", "date", "evidence", "source",
    )  # fmt: skip

    firm: Int32
    link: Int32
    strength: Float32  # 0–1, nan unknown
    leader: Bool
    certain: Bool
    date: Float32
    evidence: pa.Array
    source: pa.DictionaryArray
    link_start: npt.NDArray[np.int64]
    firm_order: Int32  # rows ordered by firm
    firm_start: npt.NDArray[np.int64]

    @classmethod
    def of(cls, table: pa.Table, firms: Firms, links: Links) -> Positions:
        firm = index_of(table["firm_id"], firms.ids)
        link = index_of(table["link_id"], pa.array(links.ids, pa.string()))
        status = _one(table["status"]).fill_null("confirmed")
        rejected = _numpy(pc.equal(status, "rejected"), np.bool_)
        # Rows come ordered by firm, then link: a stable sort by link keeps the firms in order.
        kept = np.flatnonzero((firm >= 0) & (link >= 0) & ~rejected)
        order = kept[np.argsort(link[kept], kind="stable")]
        back = np.empty(len(table), dtype=np.int32)
        back[order] = np.arange(len(order), dtype=np.int32)
        return cls(
            firm=firm[order],
            link=link[order],
            strength=_floats(table["strength"])[order],
            leader=_numpy(pc.equal(table["role"], "leader").fill_null(False), np.bool_)[order],
            certain=_numpy(pc.not_equal(status, "uncertain"), np.bool_)[order],
            date=_years(table["date"])[order],
            evidence=_one(table["evidence"]).take(pa.array(order)),
            source=_one(table["source"]).dictionary_encode().take(pa.array(order)),
            link_start=np.searchsorted(link[order], np.arange(len(links) + 1)),
            firm_order=back[kept],
            firm_start=np.searchsorted(firm[kept], np.arange(len(firms) + 1)),
        )

    def __len__(self) -> int:
        return len(self.firm)

    def of_firm(self, firm: int) -> Int32:
        """Rows of the positions of one firm, ordered by link."""
        rows: Int32 = self.firm_order[self.firm_start[firm] : self.firm_start[firm + 1]]
        return rows


@dataclass(frozen=True)
class Ties:
    """Ties between firms, people, regions and parks, as the Arrow table itself plus an index."""

    table: pa.Table

    @classmethod
    def of(cls, table: pa.Table) -> Ties:
        return cls(table.combine_chunks())

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def touching(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The ties with one end in `ids`."""
        wanted = pa.array(ids, pa.string())
        mask = pc.or_(
            pc.is_in(self.table["from_id"], value_set=wanted),
            pc.is_in(self.table["to_id"], value_set=wanted),
        )
        found: list[dict[str, Any]] = self.table.filter(mask).to_pylist()
        return found


@dataclass(frozen=True)
class Events:
    """Investment events, ordered by id; link −1 where only the chain or nothing is known.

    Events that wait for a review, or were rejected, are left out: they are no facts.
    """

    ids: pa.Array
    firm: Int32
    region: Int32
    link: Int32
    chain_ids: pa.Array
    date: Float32  # fractional year
    amount: Float32  # 亿元, nan unknown
    stage: pa.Array
    source: pa.Array

    @classmethod
    def of(cls, table: pa.Table, firms: Firms, links: Links, regions: Regions) -> Events:
        table = table.filter(pc.equal(table["status"].fill_null("confirmed"), "confirmed"))
        return cls(
            ids=_one(table["event_id"]),
            firm=index_of(table["firm_id"], firms.ids),
            region=index_of(table["region_code"], pa.array(regions.codes, pa.string())),
            link=index_of(table["link_id"], pa.array(links.ids, pa.string())),
            chain_ids=_one(table["chain_id"]),
            date=_years(table["date"]),
            amount=_floats(table["amount"]),
            stage=_one(table["stage"]),
            source=_one(table["source"]),
        )

    def joined(self, other: Events) -> Events:
        """These events, then those of `other`."""

        def both(name: str) -> Any:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, pa.Array):
                return pa.concat_arrays([mine, theirs.cast(mine.type)])
            return np.concatenate([mine, theirs])

        return Events(**{column.name: both(column.name) for column in fields(Events)})

    def __len__(self) -> int:
        return len(self.ids)
