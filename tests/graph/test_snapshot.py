from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.snapshot import Snapshot, firm_link_matrix
from tests import factory
from tests.factory import Row

REGIONS = [
    factory.region("310000", "上海市"),
    factory.region("310115", "浦东新区", "310000"),
    factory.region("370000", "山东省"),
    factory.region("370500", "东营市", "370000", lon=118.67, lat=37.43),
    factory.region("370502", "东营区", "370500"),
    factory.region("370503", "河口区", "370500"),
    factory.region("370600", "烟台市", "370000"),
    factory.region("420000", "湖北省"),
    factory.region("429004", "仙桃市", "420000"),
]
WORLD: dict[str, list[Row]] = {
    "regions": REGIONS,
    "chains": [factory.chain("wind", "海上风电装备", aliases=["海风"]), factory.chain("pv")],
    "links": [
        factory.link("wind.blade", "midstream", keywords=["叶片"], industry_codes=["3415"]),
        factory.link("wind.resin", "upstream"),
        factory.link("pv.cell", "midstream"),
    ],
    "feeds": [factory.feed("wind.resin", "wind.blade", 0.4)],
    "firms": [
        factory.firm("甲", "370502", founded="2010-07", tags=["上市", "央企"], status="存续"),
        factory.firm("乙", "310115", founded="1999", registered_capital=500.0, status="注销"),
        factory.firm("丙", "370600", registered_capital=9.0, registered_capital_currency="USD"),
        factory.firm("丁", None, insured=30, status="吊销，未注销"),
        factory.firm("戊", "999999", employees=7, insured=30, founded="2021-09-15"),
    ],
    "positions": [
        factory.position("甲", "wind.blade", 0.5, role="leader", evidence="年报"),
        factory.position("甲", "pv.cell", None),
        factory.position("乙", "wind.blade", 1.0, status="uncertain"),
        factory.position("丙", "wind.blade", 1.0, status="rejected"),
        factory.position("丙", "wind.resin", 0.25, role="member"),
        factory.position("不在", "wind.resin"),
        factory.position("丙", "wind.gone"),
    ],
    "ties": [
        factory.tie("甲", "supplies", "乙"),
        factory.tie("person:裴坚", "native_of", "region:370500"),
        factory.tie("person:裴坚", "leads", "甲"),
    ],
    "events": [
        factory.event("甲", "370600", "wind.blade", "2023-07", amount=12.5, stage="签约"),
        factory.event("不在", "370600", None, "2024"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return factory.world(tmp_path_factory.mktemp("world"), **WORLD)


def row(snapshot: Snapshot, name: str) -> int:
    return snapshot.firms.row(name)


# regions


def test_the_rows_under_a_division_are_a_stretch(snapshot: Snapshot) -> None:
    regions = snapshot.regions
    shandong = regions.row["370000"]
    under = [regions.codes[i] for i in range(shandong, regions.end[shandong])]
    assert under == ["370000", "370500", "370502", "370503", "370600"]
    assert [regions.codes[i] for i in regions.ancestors(regions.row["370502"])] == [
        "370502", "370500", "370000",
    ]  # fmt: skip
    assert regions.full_name(regions.row["370502"]) == "山东省东营市东营区"


@pytest.mark.parametrize(
    ("code", "province", "prefecture", "county"),
    [
        ("370502", "370000", "370500", "370502"),
        ("370500", "370000", "370500", None),
        ("370000", "370000", None, None),
        ("310115", "310000", "310000", "310115"),  # 直辖市: its own prefecture
        ("310000", "310000", "310000", None),
        ("429004", "420000", "429004", "429004"),  # 省直辖县级市
    ],
)
def test_the_division_of_each_level(
    snapshot: Snapshot, code: str, province: str | None, prefecture: str | None, county: str | None
) -> None:
    regions = snapshot.regions
    found = [int(regions.at_level[level, regions.row[code]]) for level in range(3)]
    assert [regions.codes[i] if i >= 0 else None for i in found] == [province, prefecture, county]


def test_a_division_whose_parent_is_missing_stands_at_the_top(tmp_path: Path) -> None:
    lone = factory.world(tmp_path, regions=[factory.region("370502", "东营区", "370500")])
    assert lone.regions.ancestors(0) == [0]
    assert lone.regions.end.tolist() == [1]


def test_positions_on_the_map_are_nan_where_unknown(snapshot: Snapshot) -> None:
    regions = snapshot.regions
    assert regions.lon[regions.row["370500"]] == pytest.approx(118.67)
    assert np.isnan(regions.lat[regions.row["370502"]])


# firms


def test_firms_are_ordered_by_id(snapshot: Snapshot) -> None:
    assert snapshot.firms.ids.to_pylist() == sorted("甲乙丙丁戊")
    assert row(snapshot, "不在") == -1


def test_a_region_that_is_missing_or_unknown_is_minus_one(snapshot: Snapshot) -> None:
    region = snapshot.firms.region
    assert region[row(snapshot, "甲")] == snapshot.regions.row["370502"]
    assert region[row(snapshot, "丁")] == region[row(snapshot, "戊")] == -1


def test_dates_become_fractional_years(snapshot: Snapshot) -> None:
    founded = snapshot.firms.founded
    assert founded[row(snapshot, "甲")] == pytest.approx(2010.5)
    assert founded[row(snapshot, "乙")] == 1999
    assert founded[row(snapshot, "戊")] == pytest.approx(2021 + 8 / 12 + 14 / 365.25, abs=1e-3)
    assert np.isnan(founded[row(snapshot, "丙")])


def test_foreign_money_is_unknown_not_converted(snapshot: Snapshot) -> None:
    capital = snapshot.firms.capital
    assert capital[row(snapshot, "乙")] == 500
    assert np.isnan(capital[row(snapshot, "丙")])


def test_the_insured_stand_in_for_unknown_employees(snapshot: Snapshot) -> None:
    employees = snapshot.firms.employees
    assert (employees[row(snapshot, "丁")], employees[row(snapshot, "戊")]) == (30, 7)
    assert np.isnan(employees[row(snapshot, "甲")])


def test_who_has_gone_is_not_active_and_who_says_nothing_is(snapshot: Snapshot) -> None:
    names = snapshot.firms.ids.to_pylist()
    gone = [n for n, alive in zip(names, snapshot.firms.active, strict=True) if not alive]
    assert sorted(gone) == sorted(["乙", "丁"])


def test_firms_are_found_by_tag(snapshot: Snapshot) -> None:
    tagged = snapshot.firms.tagged("央企", "500强")
    assert np.flatnonzero(tagged).tolist() == [row(snapshot, "甲")]
    assert not snapshot.firms.tagged("专精特新").any()


# positions


def triples(snapshot: Snapshot) -> list[tuple[str, str, float]]:
    at = snapshot.positions
    firms = snapshot.firms.ids.take(at.firm).to_pylist()
    links = [snapshot.links.ids[i] for i in at.link]
    return list(zip(firms, links, at.strength.tolist(), strict=True))


def test_rejected_positions_and_those_of_nobody_are_left_out(snapshot: Snapshot) -> None:
    found = [(firm, link) for firm, link, _ in triples(snapshot)]
    assert sorted(found) == sorted(
        [("甲", "pv.cell"), ("甲", "wind.blade"), ("乙", "wind.blade"), ("丙", "wind.resin")]
    )


def test_positions_are_link_major_and_can_be_walked_by_firm(snapshot: Snapshot) -> None:
    at, links = snapshot.positions, snapshot.links
    assert (np.diff(at.link) >= 0).all()
    blade = snapshot.firms_at(links.row["wind.blade"])
    assert {snapshot.firms.ids[int(f)].as_py() for f in at.firm[blade]} == {"甲", "乙"}
    mine = at.of_firm(row(snapshot, "甲"))
    assert [links.ids[i] for i in at.link[mine]] == ["pv.cell", "wind.blade"]
    assert len(at.of_firm(row(snapshot, "丁"))) == 0


def test_what_is_known_of_a_position(snapshot: Snapshot) -> None:
    at = snapshot.positions
    of = {(f, k): i for i, (f, k, _) in enumerate(triples(snapshot))}
    assert at.leader[of["甲", "wind.blade"]]
    assert at.leader.sum() == 1
    assert not at.certain[of["乙", "wind.blade"]]
    assert at.certain.sum() == 3
    assert np.isnan(at.strength[of["甲", "pv.cell"]])
    assert at.evidence[of["甲", "wind.blade"]].as_py() == "年报"


def test_the_matrix_holds_the_strengths(snapshot: Snapshot) -> None:
    matrix = firm_link_matrix(snapshot)
    assert matrix.shape == (5, 3)
    assert matrix[row(snapshot, "丙"), snapshot.links.row["wind.resin"]] == 0.25
    assert matrix.nnz == 4


# chains, ties, events


def test_chains_know_their_links_and_feeds(snapshot: Snapshot) -> None:
    wind = snapshot.chain_rows["wind"]
    assert snapshot.chains[wind].aliases == ("海风",)
    assert [snapshot.links.ids[i] for i in snapshot.chains[wind].links] == [
        "wind.blade", "wind.resin",
    ]  # fmt: skip
    graph = snapshot.chain_graph(wind)
    assert list(graph.edges(data="weight")) == [("wind.resin", "wind.blade", 0.4)]
    with pytest.raises(nx.NetworkXError):
        snapshot.feeds.add_edge("pv.cell", "wind.blade")


def test_ties_are_found_from_either_end(snapshot: Snapshot) -> None:
    assert [t["kind"] for t in snapshot.ties.touching(["乙"])] == ["supplies"]
    assert {t["kind"] for t in snapshot.ties.touching(["裴坚"])} == {"native_of", "leads"}
    assert snapshot.ties.touching([]) == []


def test_events_refer_to_rows_or_minus_one(snapshot: Snapshot) -> None:
    events = snapshot.events
    ours = events.ids.to_pylist().index("甲@370600@wind.blade@2023-07")
    assert events.firm[ours] == row(snapshot, "甲")
    assert events.link[ours] == snapshot.links.row["wind.blade"]
    assert (events.date[ours], events.amount[ours]) == (2023.5, 12.5)
    assert (events.firm[1 - ours], events.link[1 - ours]) == (-1, -1)


def test_the_neighbourhood_of_a_firm(snapshot: Snapshot) -> None:
    graph = snapshot.to_networkx([row(snapshot, "甲")])
    edges = {(a, data["kind"], b) for a, b, data in graph.edges(data=True)}
    assert edges == {
        ("甲", "located_in", "370502"),
        ("甲", "operates_at", "wind.blade"),
        ("甲", "operates_at", "pv.cell"),
        ("甲", "supplies", "乙"),
        ("裴坚", "leads", "甲"),
    }
    assert graph.nodes["裴坚"]["kind"] == "person"


# the whole


def test_details_come_from_the_snapshots_own_version(tmp_path: Path) -> None:
    store = factory.store(tmp_path, firms=[factory.firm("甲", scope="旧"), factory.firm("乙")])
    snapshot = store.snapshot()
    with store.write() as writer:
        writer.put("firms", factory.rows("firms", factory.firm("甲", scope="新")))
    rows = [row(snapshot, "甲"), row(snapshot, "乙")]
    assert snapshot.details(rows, ["scope"]) == [{"scope": "旧"}, {"scope": None}]


def test_what_is_computed_once_is_kept(snapshot: Snapshot) -> None:
    calls: list[int] = []

    def compute(_: Snapshot) -> int:
        calls.append(1)
        return 42

    assert [snapshot.once("a test", compute), snapshot.once("a test", compute)] == [42, 42]
    assert calls == [1]


def test_an_empty_store_has_an_empty_snapshot(tmp_path: Path) -> None:
    empty = factory.world(tmp_path)
    assert (len(empty.firms), len(empty.positions), len(empty.links), empty.data_version) == (
        0, 0, 0, 0,
    )  # fmt: skip
    assert firm_link_matrix(empty).shape == (0, 0)


def fingerprint(snapshot: Snapshot) -> dict[str, Any]:
    """Everything in a snapshot, as plain values that can be compared."""
    at, regions, events = snapshot.positions, snapshot.regions, snapshot.events
    columns = {
        "region": snapshot.firms.region, "founded": snapshot.firms.founded,
        "capital": snapshot.firms.capital, "active": snapshot.firms.active,
        "firm": at.firm, "link": at.link, "strength": at.strength, "start": at.link_start,
        "order": at.firm_order, "firm_start": at.firm_start, "end": regions.end,
        "parent": regions.parent, "levels": regions.at_level, "event": events.firm,
    }  # fmt: skip
    texts = {
        "firms": snapshot.firms.ids.to_pylist(), "links": snapshot.links.ids,
        "regions": regions.codes, "chains": [c.id for c in snapshot.chains],
        "feeds": list(snapshot.feeds.edges), "ties": snapshot.ties.table.to_pylist(),
        "events": events.ids.to_pylist(), "evidence": at.evidence.to_pylist(),
    }  # fmt: skip
    return texts | {name: repr(column.tolist()) for name, column in columns.items()}


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), parts=st.integers(1, 3))
def test_the_order_and_the_batches_of_rows_do_not_matter(
    snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory, seed: int, parts: int
) -> None:
    draw = random.Random(seed)
    shuffled = {name: draw.sample(rows, len(rows)) for name, rows in WORLD.items()}
    store = factory.store(tmp_path_factory.mktemp("shuffled"))
    for part in range(parts):
        with store.write() as writer:
            for name in draw.sample(list(shuffled), len(shuffled)):
                writer.put(name, factory.rows(name, *shuffled[name][part::parts]))
    assert fingerprint(store.snapshot()) == fingerprint(snapshot)


def test_only_who_needs_what_is_being_computed_waits_for_it(tmp_path: Path) -> None:
    snapshot = factory.world(tmp_path, chains=[factory.chain("wind")])
    calls: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def slow(_: Snapshot) -> str:
        calls.append(1)
        begun.set()
        assert go.wait(10)
        return "slow"

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(snapshot.once, "slow", slow) for _ in range(2)]
        assert begun.wait(10)
        quick = pool.submit(snapshot.once, "quick", lambda _: "quick").result(10)
        go.set()
        assert [one.result(10) for one in asked] == ["slow", "slow"]
    assert (quick, len(calls)) == ("quick", 1)
    assert snapshot.once("outer", lambda s: s.once("inner", lambda _: 1) + 1) == 2
