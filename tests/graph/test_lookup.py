"""Regions, chains, links and firms found by what people type."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.lookup import (
    Ambiguous,
    LookupProblem,
    Unknown,
    find_chain,
    find_firm,
    find_link,
    find_region,
)
from graph.snapshot import Snapshot
from tests.factory import chain, firm, link, region, world

USCC = "91330900MA28K0A56X"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return world(
        tmp_path_factory.mktemp("lookup"),
        regions=[
            region("220000", "吉林省"),
            region("220200", "吉林市", "220000"),
            region("330000", "浙江省"),
            region("330900", "舟山市", "330000"),
            region("330902", "定海区", "330900"),
            region("210000", "辽宁省"),
            region("210100", "沈阳市", "210000"),
            region("210104", "大东区", "210100"),
            region("120000", "天津市"),
            region("120101", "和平区", "120000"),
            region("210102", "和平区", "210100"),
        ],
        chains=[
            chain("wind", "海上风电装备", aliases=["海上风电"]),
            chain("pv", "光伏"),
            chain("petro", "绿色石化"),
            chain("fine", "精细石化"),
        ],
        links=[
            link("wind.blade", name="叶片", keywords=["风电叶片", "桨叶"]),
            link("wind.shaft-bearing", name="主轴轴承"),
            link("wind.pitch-bearing", name="变桨轴承"),
            link("wind.frame", name="支架"),
            link("pv.frame", name="支架"),
        ],
        firms=[
            firm("陕西聚泰新材料科技有限公司", "220200"),
            firm("浙江聚泰新材料有限公司", "330902", aliases=["聚泰新材"], uscc=USCC),
            firm("中材科技风电叶片股份有限公司", aliases=["中材叶片", "老厂"]),
            firm("新疆金风科技股份有限公司", stock_code="002202", aliases=["金风科技", "老厂"]),
        ],
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330900", "330900"),
        (" 330900 ", "330900"),
        ("舟山", "330900"),
        ("浙江省舟山市定海区", "330902"),
        ("定海", "330902"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("天津和平区", "120101"),
    ],
)
def test_region(snapshot: Snapshot, text: str, code: str) -> None:
    assert snapshot.regions.codes[find_region(snapshot, text)] == code


def test_region_ambiguous_names_the_choices(snapshot: Snapshot) -> None:
    with pytest.raises(Ambiguous) as caught:
        find_region(snapshot, "和平区")
    assert sorted(caught.value.choices) == [
        "天津市和平区（120101）",
        "辽宁省沈阳市和平区（210102）",
    ]
    assert "地区“和平区”不止一个" in str(caught.value)


def test_region_unknown_names_the_nearest(snapshot: Snapshot) -> None:
    with pytest.raises(Unknown) as caught:
        find_region(snapshot, "舟山群岛市")
    assert caught.value.kind == "region"
    assert "浙江省舟山市" in caught.value.nearest
    assert "没有找到地区“舟山群岛市”" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "chain_id"),
    [
        ("wind", "wind"),
        ("海上风电装备", "wind"),
        ("海上风电", "wind"),
        ("海上风电装备产业链", "wind"),
        ("光伏产业", "pv"),
        ("PV", "pv"),
        ("绿色", "petro"),
    ],
)
def test_chain(snapshot: Snapshot, text: str, chain_id: str) -> None:
    assert snapshot.chains[find_chain(snapshot, text)].id == chain_id


def test_chain_ambiguous_and_unknown(snapshot: Snapshot) -> None:
    with pytest.raises(Ambiguous) as several:
        find_chain(snapshot, "石化")
    assert several.value.choices == ["精细石化（fine）", "绿色石化（petro）"]
    with pytest.raises(Unknown) as none:
        find_chain(snapshot, "海上风机装备")
    assert none.value.nearest[0] == "海上风电装备（wind）"


@pytest.mark.parametrize(
    ("text", "within", "link_id"),
    [
        ("wind.blade", None, "wind.blade"),
        ("blade", None, "wind.blade"),
        ("叶片", None, "wind.blade"),
        ("桨叶", None, "wind.blade"),
        ("主轴", None, "wind.shaft-bearing"),
        ("支架", "光伏", "pv.frame"),
        ("frame", "wind", "wind.frame"),
        ("支架", 0, "wind.frame"),
    ],
)
def test_link(snapshot: Snapshot, text: str, within: str | int | None, link_id: str) -> None:
    if within == 0:
        within = snapshot.chain_rows["wind"]
    assert snapshot.links.ids[find_link(snapshot, text, within)] == link_id


def test_link_in_several_chains(snapshot: Snapshot) -> None:
    with pytest.raises(Ambiguous) as caught:
        find_link(snapshot, "支架")
    assert caught.value.choices == ["光伏›支架（pv.frame）", "海上风电装备›支架（wind.frame）"]


def test_link_of_another_chain_is_unknown(snapshot: Snapshot) -> None:
    with pytest.raises(Unknown):
        find_link(snapshot, "wind.blade", "光伏")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("新疆金风科技股份有限公司", "新疆金风科技股份有限公司"),
        ("002202", "新疆金风科技股份有限公司"),
        ("金风科技", "新疆金风科技股份有限公司"),
        (USCC.lower(), "浙江聚泰新材料有限公司"),
        ("聚泰 新材", "浙江聚泰新材料有限公司"),
    ],
)
def test_firm(snapshot: Snapshot, text: str, name: str) -> None:
    assert snapshot.firms.names[find_firm(snapshot, text)].as_py() == name


def test_a_part_of_a_name_is_no_firm(snapshot: Snapshot) -> None:
    with pytest.raises(Unknown) as caught:
        find_firm(snapshot, "聚泰新材料")
    assert set(caught.value.nearest[:2]) == {
        "陕西聚泰新材料科技有限公司",
        "浙江聚泰新材料有限公司",
    }


def test_one_alias_of_two_firms(snapshot: Snapshot) -> None:
    with pytest.raises(Ambiguous) as caught:
        find_firm(snapshot, "老厂")
    assert len(caught.value.choices) == 2


def test_every_problem_is_a_lookup_error(tmp_path: Path) -> None:
    empty = world(tmp_path, regions=[region("330000", "浙江省")])
    for find in (find_region, find_chain, find_link, find_firm):
        with pytest.raises(LookupProblem, match="没有找到"):
            find(empty, "没有这个")
    assert issubclass(LookupProblem, LookupError)
