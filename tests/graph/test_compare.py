"""Two regions beside one another, and parks as areas."""

from __future__ import annotations

import pytest
from hypothesis import given

from graph import Snapshot, find_gaps
from graph.compare import compare_regions
from graph.gaps import weight_sensitivity
from graph.lookup import Ambiguous, Unknown
from tests.factory import Row, chain, feed, firm, link, position, region, tie
from tests.graph.gap_worlds import World, memory, worlds

REGIONS = [
    region("330000", "浙江省"),
    region("330200", "宁波市", "330000"),
    region("330225", "象山县", "330200"),
    region("330900", "舟山市", "330000"),
]
LINKS = [link("w.steel", "upstream"), link("w.tower"), link("w.farm", "downstream"), link("w.port")]
FEEDS = [feed("w.steel", "w.tower"), feed("w.tower", "w.farm"), feed("w.steel", "w.port")]
FIRMS = [firm("甲", "330225"), firm("乙", "330900"), firm("丙", "330900"), firm("丁", "330200")]
POSITIONS = [
    position("甲", "w.steel"), position("乙", "w.tower"),
    position("丙", "w.farm"), position("丁", "w.farm"),
]  # fmt: skip


def world(parks: list[Row] | None = None, ties: list[Row] | None = None) -> Snapshot:
    return memory(
        regions=REGIONS, chains=[chain("w", "风电"), chain("v", "别的")],
        links=[*LINKS, link("v.a")], feeds=FEEDS, firms=FIRMS, positions=POSITIONS,
        parks=parks or [], ties=ties or [],
    )  # fmt: skip


def test_two_regions_by_hand() -> None:
    found = compare_regions(world(), "宁波", "舟山")
    assert [c.id for c in found.chains] == ["w"]  # of the other chain neither has a firm
    wind = found.chains[0]
    assert {p.first.name: p.relation for p in wind.links} == {
        "steel": "first", "tower": "second", "farm": "overlap", "port": "neither",
    }  # fmt: skip
    # Shares ½ steel, ½ farm against ½ tower, ½ farm.
    assert wind.differentiation == pytest.approx(0.5)
    # Two feeds have both ends here: tower → farm is closed by 舟山 alone, steel → tower by none.
    assert wind.complementarity == pytest.approx(0.5)
    assert [(s.seller, s.upstream, s.buyer, s.downstream) for s in wind.supplies] == [
        ("宁波市", "steel", "舟山市", "tower")
    ]
    assert wind.sentence == (
        "风电：宁波市独有 1 个环节，舟山市独有 1 个，重合 1 个，都没有 1 个；错位度 0.50；"
        "互补度 0.50；宁波市的steel可供舟山市的tower。"
    )


def test_the_answer_as_json_and_table() -> None:
    found = compare_regions(world(), "宁波", "舟山", chain="v")
    answer = found.to_dict()
    assert [r["name"] for r in answer["regions"]] == ["宁波市", "舟山市"]
    assert answer["chains"][0]["differentiation"] is None
    assert answer["chains"][0]["complementarity"] is None
    frame = compare_regions(world(), "宁波", "舟山").to_frame()
    assert list(frame["关系"]) == ["前者独有", "都没有", "后者独有", "重合"]
    assert list(frame["舟山市·企业数"]) == [0, 0, 1, 1]
    assert "<table" in found._repr_html_()


@given(worlds())
def test_measures_are_shares_and_the_same_from_both_sides(data: World) -> None:
    snapshot = memory(**data)
    there = compare_regions(snapshot, "舟山", "东营", chain=["w", "v"])
    back = compare_regions(snapshot, "东营", "舟山", chain=["w", "v"])
    for a, b in zip(there.chains, back.chains, strict=True):
        assert a.differentiation == pytest.approx(b.differentiation)
        assert a.complementarity == pytest.approx(b.complementarity)
        assert a.differentiation is None or -1e-9 <= a.differentiation <= 1 + 1e-9
        assert a.complementarity is None or 0 <= a.complementarity <= 1


PARK: Row = {
    "park_id": "p1", "name": "象山临港园", "region_code": "330225", "chains": ["w"], "source": "t",
}  # fmt: skip


def test_the_firms_of_a_park_are_those_tied_to_it() -> None:
    ties = [tie("乙", "member_of", "park:p1"), tie("park:p1", "served_by", "丁")]
    report = find_gaps(world([PARK], ties), park="象山临港园")
    assert (report.code, report.name, report.note) == ("p1", "象山临港园", "")
    assert [c.id for c in report.chains] == ["w"]
    have = {g.name: g.local_firms for g in report.chain().links}
    assert have == {"steel": 0, "tower": 1, "farm": 1, "port": 0}
    farm = next(g for g in report.chain().links if g.name == "farm")
    assert farm.national_firms == 2
    assert [f.name for f in report.local_firms("w.tower")] == ["乙"]
    assert weight_sensitivity(report, draws=10).gaps
    assert "note" not in report.to_dict()


def test_without_ties_a_park_stands_for_its_region_and_says_so() -> None:
    report = find_gaps(world([PARK]), park="p1", chain=["w", "v"])
    assert report.to_dict()["note"] == "数据中没有企业与园区的关联，按所在地区象山县的企业计"
    assert {g.name: g.local_firms for g in report.chain("w").links}["steel"] == 1
    county = find_gaps(world([PARK]), region="象山")
    assert [g.status for g in report.chain("w").links] == [
        g.status for g in county.chain("w").links
    ]


def test_parks_are_looked_up_like_everything_else() -> None:
    other = PARK | {"park_id": "p2"}
    with pytest.raises(Unknown, match="园区“象山临江园”；相近的有：象山临港园"):
        find_gaps(world([PARK]), park="象山临江园")
    with pytest.raises(Ambiguous, match="p1"):
        find_gaps(world([PARK, other]), park="象山临港园")
    with pytest.raises(ValueError, match="同时给出了"):
        find_gaps(world([PARK]), region="舟山", park="p1")


def test_a_group_of_regions_is_one_area() -> None:
    group = find_gaps(world(), region=["宁波", "舟山"], chain="w")
    assert {g.name: g.status for g in group.chain().links}["steel"] != "missing"
    province = find_gaps(world(), region="浙江", chain="w")
    assert [g.status for g in group.chain().links] == [g.status for g in province.chain().links]
