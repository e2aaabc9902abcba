"""Status and gap type of random cells of the bundled data, once more in plain Python.

Everything here is computed from the rows of the tables, cell by cell, by the written rules; of the
product only the answer is used.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from typing import Any

import pytest

from graph import Snapshot, Store, find_gaps, open_store
from ingest.reference import load_reference

Row = dict[str, Any]
CELLS = 60
GONE = ("注销", "吊销", "撤销", "停业", "歇业", "清算", "破产", "迁出", "解散", "关闭")
LEADER_TAGS = {"链主", "链主企业", "500强", "世界500强", "中国500强"}


class Tables:
    """The tables as rows, and the rules over them."""

    def __init__(self, store: Store) -> None:
        self.parent = {r["code"]: r["parent"] for r in store.read("regions").to_pylist()}
        firms = {f["firm_id"]: f for f in store.read("firms").to_pylist()}
        self.firms = {
            k: f for k, f in firms.items() if not any(w in (f["status"] or "") for w in GONE)
        }
        self.at: dict[str, list[Row]] = defaultdict(list)
        for p in store.read("positions").to_pylist():
            if p["firm_id"] in self.firms and p["status"] != "rejected":
                self.at[p["link_id"]].append(p)
        self.links = {k["link_id"]: k["chain_id"] for k in store.read("links").to_pylist()}
        self.feeds = [
            (f["upstream_id"], f["downstream_id"]) for f in store.read("feeds").to_pylist()
        ]

    def inside(self, position: Row, code: str) -> bool:
        here = self.firms[position["firm_id"]]["region_code"]
        while here is not None and here != code:
            here = self.parent.get(here)
        return bool(here == code)

    @staticmethod
    def worth(position: Row) -> float:
        strength = 0.5 if position["strength"] is None else round(position["strength"], 6)
        return float(strength) * (0.5 if position["status"] == "uncertain" else 1.0)

    def amount(self, link: str, code: str) -> float:
        return sum(self.worth(p) for p in self.at[link] if self.inside(p, code))

    def has(self, link: str, code: str) -> bool:
        return self.amount(link, code) >= 0.5 - 1e-9

    def size(self, firm: str, measure: str) -> float | None:
        row = self.firms[firm]
        value: float | None = row[measure]
        if measure == "employees" and value is None:
            value = row["insured"]
        foreign = row["registered_capital_currency"] not in (None, "CNY")
        return None if measure == "registered_capital" and foreign else value

    def leads(self, position: Row) -> bool:
        if position["status"] == "uncertain":
            return False
        firm = position["firm_id"]
        if position["role"] == "leader" or LEADER_TAGS & set(self.firms[firm]["tags"] or ()):
            return True
        return any(
            self.among_largest(position["link_id"], firm, measure)
            for measure in ("revenue", "employees", "registered_capital")
        )

    def among_largest(self, link: str, firm: str, measure: str) -> bool:
        sure = [p["firm_id"] for p in self.at[link] if p["status"] != "uncertain"]
        sizes = [s for s in (self.size(f, measure) for f in sure) if s is not None]
        mine = self.size(firm, measure)
        if mine is None or len(sizes) < 10:
            return False
        enough = math.ceil(0.1 * len(sizes) - 1e-9)
        return mine >= sorted(sizes, reverse=True)[enough - 1]

    def quotient(self, link: str, code: str) -> float | None:
        here = {k: self.amount(k, code) for k in self.links}
        whole = {k: sum(self.worth(p) for p in self.at[k]) for k in self.links}
        if not sum(here.values()) or not whole[link]:
            return None
        share = whole[link] / sum(whole.values())
        return here[link] / sum(here.values()) / share

    def expected(self, link: str, code: str) -> tuple[str, str | None]:
        local = [p for p in self.at[link] if self.inside(p, code)]
        if self.has(link, code):
            quotient = self.quotient(link, code)
            high = quotient is not None and quotient >= 1.5 - 1e-9
            return ("strong" if high or any(map(self.leads, local)) else "present"), None
        if local:
            return "weak", "strengthen"
        siblings = [k for k, chain in self.links.items() if chain == self.links[link]]
        share = sum(self.has(k, code) for k in siblings) / len(siblings)
        above = any(self.has(u, code) for u, d in self.feeds if d == link)
        below = any(self.has(d, code) for u, d in self.feeds if u == link)
        if share < 0.1 - 1e-9 or not (above or below):
            return "missing", "build"
        return "missing", ("fill" if above and below else "extend")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    store = open_store(tmp_path_factory.mktemp("cells") / "reference.duckdb")
    load_reference(store)
    return store.snapshot()


def drawn(tables: Tables) -> list[tuple[str, str]]:
    """A third anywhere, a third with a firm, a third in chains of which the place has much."""
    choose = random.Random(20)
    links = sorted(tables.links)
    places = [c for c in sorted(tables.parent) if c.endswith("00") and not c.endswith("0000")]
    places += ["310000", "110000", "330000", "330225"]
    held = [
        (place, p["link_id"])
        for place in choose.sample(places, 80)
        for link in links
        for p in tables.at[link]
        if tables.inside(p, place)
    ]
    rich = [
        (place, link)
        for place in ("310000", "320500", "370500", "420100", "330200")
        for link in links
    ]
    third = CELLS // 3
    anywhere = [(choose.choice(places), choose.choice(links)) for _ in range(third)]
    return anywhere + choose.sample(held, third) + choose.sample(rich, third)


def test_random_cells_agree_with_brute_force(snapshot: Snapshot) -> None:
    tables = Tables(snapshot.store)
    seen = set()
    for code, link in drawn(tables):
        report = find_gaps(snapshot, region=code, chain=tables.links[link])
        gap = next(g for g in report.chain().links if g.id == link)
        assert (gap.status, gap.gap_type) == tables.expected(link, code), (code, link)
        assert gap.local_firms == sum(tables.inside(p, code) for p in tables.at[link])
        seen.add(gap.gap_type or gap.status)
    assert seen >= {"build", "fill", "extend", "strengthen", "strong"}
