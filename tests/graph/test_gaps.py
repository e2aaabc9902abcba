"""Gaps of a region: the contract's answer, the components, the reasons, and all regions at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pydantic import ValidationError

from graph import find_gaps
from graph.gaps import GapReport, GapSettings, GapWeights, LinkGap, gap_table
from graph.lookup import Unknown
from graph.snapshot import Snapshot
from tests.factory import Row, chain, feed, firm, link, position, world
from tests.graph.gap_worlds import REGIONS, World, expected, memory, worlds

CHAIN = ["wind.steel", "wind.tower", "wind.bearing", "wind.turbine", "wind.farm", "wind.cable"]
STAGES = ["upstream", "midstream", "midstream", "midstream", "downstream", "upstream"]
FEEDS = [
    feed("wind.steel", "wind.tower"),
    feed("wind.tower", "wind.bearing"),
    feed("wind.bearing", "wind.turbine"),
    feed("wind.turbine", "wind.farm"),
]


def tables(positions: list[Row], firms: list[Row], feeds: list[Row] = FEEDS) -> World:
    links = [link(name, stage) for name, stage in zip(CHAIN, STAGES, strict=True)]
    return {
        "regions": REGIONS,
        "chains": [chain("wind", "风电")],
        "links": links,
        "feeds": feeds,
        "firms": firms,
        "positions": positions,
    }


FIRMS = [firm("甲", "370500"), firm("乙", "370500"), firm("丙", "330902"), firm("丁", "330200")]
POSITIONS = [
    position("甲", "wind.tower"),
    position("乙", "wind.turbine", 0.8, role="leader"),
    position("甲", "wind.farm", 0.2),
    position("丙", "wind.bearing"),
    position("丁", "wind.bearing"),
    position("丁", "wind.steel"),
]
DATA = tables(POSITIONS, FIRMS)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return memory(**DATA)


@pytest.fixture(scope="module")
def report(snapshot: Snapshot) -> GapReport:
    return find_gaps(snapshot, region="东营", chain="风电")


def links(report: GapReport) -> dict[str, LinkGap]:
    return {found.name: found for part in report.chains for found in part.links}


def test_status_and_type(report: GapReport) -> None:
    assert report.chains[0].established
    assert {name: (found.status, found.gap_type) for name, found in links(report).items()} == {
        "steel": ("missing", "extend"),
        "tower": ("strong", None),
        "bearing": ("missing", "fill"),
        "turbine": ("strong", None),
        "farm": ("weak", "strengthen"),
        "cable": ("missing", "build"),
    }


def test_missing_links_of_a_chain_not_established_are_built(snapshot: Snapshot) -> None:
    found = find_gaps(snapshot, region="370500", settings=GapSettings(established_share=0.5))
    kinds = {name: part.gap_type for name, part in links(found).items()}
    assert not found.chains[0].established
    assert [kinds[n] for n in ("steel", "bearing", "cable", "farm")] == [
        "build", "build", "build", "strengthen",
    ]  # fmt: skip


def test_reasons_have_type_and_numbers(report: GapReport) -> None:
    first = {name: found.reasons[0] for name, found in links(report).items()}
    assert first["bearing"] == (
        "补链：东营市已有上游的tower（1 家）与下游的turbine（1 家），中间的bearing缺失；"
        "其他地区有 2 家可招，集中在宁波、舟山。"
    )
    assert first["steel"] == (
        "延链：东营市已有下游的tower（1 家），相邻的steel缺失；其他地区有 1 家可招，集中在宁波。"
    )
    assert first["farm"] == (
        "强链：东营市的farm有 1 家企业，集聚度 0.20，低于 0.5 的门槛；"
        "现有数据中其他地区没有该环节的企业。"
    )
    assert first["cable"] == (
        "建链：东营市风电的 6 个环节中已具备 2 个，但cable缺失，直接的上下游环节也都不具备；"
        "现有数据中其他地区没有该环节的企业。"
    )
    assert first["turbine"] == (
        "优势：东营市的turbine有 1 家企业，集聚度 0.80，区位商 2.5（达到 1.5），"
        "链主企业为乙（已认定）。"
    )


def test_components_of_one_gap_by_hand(report: GapReport) -> None:
    bearing = links(report)["bearing"]
    values = {name: part.value for name, part in bearing.components.items()}
    # One of two final links (farm; cable feeds nothing) has all its value pass the bearing.
    assert values["bottleneck"] == pytest.approx(0.5)
    assert values["local_demand"] == pytest.approx(0.8 / 2.8)
    assert values["local_supply"] == pytest.approx(1.0 / 3.0)
    assert values["supply"] == pytest.approx(2 / 7)
    # Two firms elsewhere say nothing about concentration: unknown, not zero; nor does a handful of
    # firms without dates about who comes next.
    assert values["competition"] is None
    assert values["likelihood"] is None
    assert bearing.coverage == pytest.approx(0.75)
    known = {n: part for n, part in bearing.components.items() if part.value is not None}
    weighted = sum(part.weight * (part.value or 0.0) for part in known.values())
    assert bearing.priority == pytest.approx(weighted / 0.75)
    assert bearing.interval == pytest.approx((weighted, weighted + 0.25))
    assert all(part.source for part in bearing.components.values())


def test_capability_is_relatedness_beyond_the_size_of_region_and_link(report: GapReport) -> None:
    # Prefectures: 舟山 bearing; 宁波 bearing, steel; 东营 tower, turbine, farm. LQ ≥ 1 everywhere.
    # φ(bearing, steel) = 1/2, the links of 东营 are at 1 to one another and at 0 to these two.
    bearing = links(report)["bearing"]
    assert bearing.relatedness == 0.0
    assert bearing.components["capability"].value == 0.0
    # ω̄ of tower is 1/3, of 东营 3/5 (cable: nobody has it), over all: steel (1/3 + 1)/3 …
    usual = {"steel": 4 / 9, "bearing": 5 / 9, "own": 1 / 3}
    mean = (usual["steel"] + usual["bearing"] + 3 * usual["own"]) / 5
    quotient = 1.0 * mean / (0.6 * usual["own"])
    tower = links(report)["tower"].components["capability"].value
    assert tower == pytest.approx(quotient / (1 + quotient))


def test_a_region_without_firms_knows_nothing_of_itself(snapshot: Snapshot) -> None:
    extra = DATA | {"firms": FIRMS[2:], "positions": POSITIONS[3:]}
    found = links(find_gaps(memory(**extra), region="东营"))["bearing"]
    assert found.location_quotient is None
    assert found.relatedness is None
    assert {n for n, part in found.components.items() if part.value is not None} == {
        "bottleneck", "supply",
    }  # fmt: skip
    assert found.coverage == pytest.approx(0.25)


def test_unknown_strengths_widen_the_interval() -> None:
    unknown = [position("甲", "wind.tower", None), *POSITIONS[1:]]
    found = links(find_gaps(memory(**tables(unknown, FIRMS)), region="东营"))["steel"]
    # Demand is 0.5 / 2.5, somewhere between 0 and 1/3; supply above and rivals are unknown.
    parts = found.components
    assert parts["local_demand"].value == pytest.approx(0.2)
    exact = sum(
        part.weight * part.value
        for name, part in parts.items()
        if part.value is not None and name != "local_demand"
    )
    unknown_weight = sum(part.weight for part in parts.values() if part.value is None)
    assert found.interval == pytest.approx((exact, exact + 0.25 / 3 + unknown_weight))


def test_concentration_leaves_the_region_out() -> None:
    firms = [firm(f"厂{i}", code) for i, code in enumerate(["330200"] * 3 + ["330902", "330900"])]
    firms += [firm("远", "370500")]
    positions = [position(f["firm_id"], "wind.bearing") for f in firms]
    data = memory(**tables(positions, firms))

    def competition(region: str) -> float | None:
        return links(find_gaps(data, region=region))["bearing"].components["competition"].value

    assert competition("东营") == pytest.approx(1 - (9 + 4) / 25)
    assert competition("定海区") == pytest.approx(1 - (9 + 1 + 1) / 25)
    assert competition("宁波") == pytest.approx(1 - (4 + 1) / 9)
    assert competition("浙江") is None  # one firm left


def test_a_chain_without_feeds_or_with_a_cycle_has_no_bottlenecks() -> None:
    flat = links(find_gaps(memory(**tables(POSITIONS, FIRMS, [])), region="东营"))["bearing"]
    assert flat.gap_type == "build"
    assert flat.components["bottleneck"].value is None
    assert flat.components["bottleneck"].source == "产业链没有供给关系，瓶颈度未知"
    cycle = [*FEEDS, feed("wind.farm", "wind.steel")]
    ring = links(find_gaps(memory(**tables(POSITIONS, FIRMS, cycle)), region="东营"))["bearing"]
    assert ring.gap_type == "fill"
    assert "供给关系成环" in ring.components["bottleneck"].source


def test_marks_of_the_user_count_where_given(snapshot: Snapshot) -> None:
    chosen = GapSettings(marks={"wind.bearing": 1.0})  # type: ignore[arg-type]  # what users write
    found = links(find_gaps(snapshot, region="东营", settings=chosen))
    assert found["bearing"].components["policy"].value == 1.0
    assert found["steel"].components["policy"].value is None
    plain = links(find_gaps(snapshot, region="东营"))["bearing"]
    assert "policy" not in plain.components
    assert (found["bearing"].priority or 0.0) > (plain.priority or 1.0)


def test_settings_refuse_what_cannot_be() -> None:
    with pytest.raises(ValidationError, match="政策标记为 2"):
        GapSettings(marks=(("wind.bearing", 2.0),))
    nothing = dict.fromkeys(GapWeights.model_fields, 0.0)
    with pytest.raises(ValidationError, match="权重全为 0"):
        GapWeights(**nothing)


def test_every_setting_has_a_chinese_title_and_a_description() -> None:
    for model in (GapSettings, GapWeights):
        for name, declared in model.model_fields.items():
            assert declared.title, name
            assert declared.description, name


def test_json_is_the_contract(report: GapReport) -> None:
    answer = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert list(answer) == ["region", "data_version", "settings", "chains"]
    assert answer["region"] == {"code": "370500", "name": "东营市"}
    assert answer["settings"]["presence_threshold"] == 0.5
    assert list(answer["chains"][0]) == ["chain", "established", "links"]
    assert answer["chains"][0]["chain"] == {"id": "wind", "name": "风电"}
    by_id = {found["link"]["id"]: found for found in answer["chains"][0]["links"]}
    turbine = by_id["wind.turbine"]
    assert list(turbine) == [
        "link", "status", "gap_type", "priority", "interval", "coverage", "local_firms", "leader",
        "national_firms", "location_quotient", "relatedness", "components", "reasons",
    ]  # fmt: skip
    assert turbine["link"] == {"id": "wind.turbine", "name": "turbine", "stage": "midstream"}
    assert turbine["leader"] == {"id": "乙", "name": "乙", "basis": "stated"}
    assert turbine["priority"] is None
    assert by_id["wind.cable"]["location_quotient"] is None
    assert list(turbine["components"]["supply"]) == ["value", "weight", "source"]


def test_links_run_from_upstream_to_downstream(report: GapReport) -> None:
    order = [found.name for found in report.chains[0].links]
    assert order == ["cable", "steel", "tower", "bearing", "turbine", "farm"]


def test_frame_and_notebook(report: GapReport) -> None:
    frame = report.to_frame()
    assert frame.set_index("link").loc["bearing", "gap_type"] == "fill"
    rows = {row["环节"]: row for row in report.to_frame(chinese=True).to_dict("records")}
    assert (rows["bearing"]["状态"], rows["bearing"]["缺口类型"]) == ("缺失", "补链")
    assert (rows["turbine"]["链主"], rows["turbine"]["链主依据"]) == ("乙", "已认定")
    page = report._repr_html_()
    assert "东营市" in page
    assert "补链：" in page


def test_markup_in_names_is_text_in_a_notebook() -> None:
    firms = [firm("<script>alert(1)</script>", "370500")]
    positions = [position(firms[0]["firm_id"], "wind.tower", role="leader")]
    page = find_gaps(memory(**tables(positions, firms)), region="东营")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_local_firms_and_gaps_in_order(report: GapReport) -> None:
    assert [(f.name, f.strength) for f in report.local_firms("turbine")] == [("乙", 0.8)]
    assert report.local_firms("wind.bearing") == []
    urgent = [found.priority or 0.0 for _, found in report.gaps()]
    assert len(urgent) == 4
    assert urgent == sorted(urgent, reverse=True)


def test_several_regions_are_one_area(snapshot: Snapshot) -> None:
    found = find_gaps(snapshot, region=["东营", "舟山"])
    assert (found.code, found.name) == ("370500+330900", "东营市+舟山市")
    # A third of what the area has, two fifths of what the country has.
    assert links(found)["bearing"].location_quotient == pytest.approx((1 / 3) / (2 / 5))
    assert links(found)["bearing"].status == "present"
    assert links(found)["bearing"].local_firms == 1


def test_unknown_region_and_chain(snapshot: Snapshot) -> None:
    with pytest.raises(Unknown, match="地区“东莹”"):
        find_gaps(snapshot, region="东莹")
    with pytest.raises(Unknown, match="产业链“光伏”"):
        find_gaps(snapshot, region="东营", chain="光伏")
    with pytest.raises(ValueError, match="没有给出地区"):
        find_gaps(snapshot, region=[])


def test_a_stored_world_gives_the_same_answer(tmp_path: Path, report: GapReport) -> None:
    stored = find_gaps(world(tmp_path, **DATA), region="东营市", chain="wind")
    assert stored.to_dict() == report.to_dict()


def test_empty_worlds() -> None:
    nobody = find_gaps(memory(**tables([], [])), region="东营")
    assert {found.gap_type for found in links(nobody).values()} == {"build"}
    assert {found.status for found in links(nobody).values()} == {"missing"}
    no_chain = find_gaps(memory(regions=REGIONS), region="东营")
    assert no_chain.chains == ()
    assert gap_table(memory(regions=REGIONS)).empty
    bare = memory(regions=REGIONS, chains=[chain("wind")])
    assert find_gaps(bare, region="东营").chains[0].links == ()


def test_table_of_all_prefectures(snapshot: Snapshot, report: GapReport) -> None:
    table = gap_table(snapshot)
    assert list(table.columns) == ["region", "chain", "link", "status", "gap_type", "priority"]
    assert len(table) == 3 * len(CHAIN)
    assert set(gap_table(snapshot, level="county", chains=["风电"])["region"]) == {"330902"}
    here = table[table["region"] == "370500"].set_index("link")
    for found in report.chains[0].links:
        assert here.loc[found.id, "status"] == found.status
        if found.gap_type is None:
            assert here.loc[[found.id], ["gap_type", "priority"]].isna().all(axis=None)
        else:
            assert here.loc[found.id, "gap_type"] == found.gap_type
            assert here.loc[found.id, "priority"] == pytest.approx(found.priority)


CODES = [row["code"] for row in REGIONS]


@budget(max_examples=60)
@given(worlds(), st.sampled_from(CODES), st.sampled_from([0.25, 0.5]))
def test_rules_agree_with_brute_force(data: World, code: str, share: float) -> None:
    found = find_gaps(memory(**data), region=code, settings=GapSettings(established_share=share))
    wanted = expected(data, code, share)
    for part in (part for chain_gaps in found.chains for part in chain_gaps.links):
        status, kind, firms, quotient = wanted[part.id]
        assert (part.status, part.gap_type, part.local_firms) == (status, kind, firms)
        assert part.location_quotient == (None if quotient is None else pytest.approx(quotient))
        assert (part.leader is None) or firms > 0


@budget(max_examples=30)
@given(worlds(), st.sampled_from(CODES))
def test_figures_stay_in_their_bounds(data: World, code: str) -> None:
    for part in find_gaps(memory(**data), region=code).chains[0].links:
        low, high = part.interval
        assert 0.0 <= low <= high <= 1.0
        assert 0.0 <= part.coverage <= 1.0
        assert (part.priority is None) == (part.gap_type is None or part.coverage == 0.0)
        if part.priority is not None:
            assert low <= part.priority <= high
        for component in part.components.values():
            assert component.value is None or 0.0 <= component.value <= 1.0
        assert part.relatedness is None or 0.0 <= part.relatedness <= 1.0


@budget(max_examples=30)
@given(worlds(), st.booleans())
def test_an_unrelated_firm_elsewhere_changes_no_status(data: World, at_other_chain: bool) -> None:
    """With a position in another chain it may raise location quotients: present → strong only."""
    before = find_gaps(memory(**data), region="东营", chain="w").chains[0].links
    more = data | {"firms": [*data["firms"], firm("新", "330200")]}
    if at_other_chain:
        more |= {"positions": [*data["positions"], position("新", "v.a")]}
    after = find_gaps(memory(**more), region="东营", chain="w").chains[0].links
    for old, new in zip(before, after, strict=True):
        assert new.gap_type == old.gap_type
        raised = at_other_chain and (old.status, new.status) == ("present", "strong")
        assert raised or new.status == old.status


@budget(max_examples=15)
@given(worlds())
def test_one_region_and_the_table_agree(data: World) -> None:
    made = memory(**data)
    rows = gap_table(made).to_dict("records")
    table = {(row["region"], row["link"]): row for row in rows}
    for code in ("330900", "330200", "370500"):
        for part in (p for c in find_gaps(made, region=code).chains for p in c.links):
            row = table[code, part.id]
            assert row["status"] == part.status
            if part.priority is not None:
                assert row["priority"] == pytest.approx(part.priority)
