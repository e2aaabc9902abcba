"""Limits per group and per link."""

from __future__ import annotations

from typing import Any

import pytest

from graph.snapshot import Snapshot
from recommender import RankSettings, explain, recommend
from recommender.groups import core_of
from tests.recommender.worlds import Row, firm, position, snapshot, tie, wind

ASKED: dict[str, Any] = {"region": "舟山", "chain": "风电", "top": 4}
PLACES = frozenset({"浙江", "浙江省", "陕西", "宁波", "宁波市", "象山县", "象山", "上海", "江苏"})


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("浙江聚泰新材料有限公司", "聚泰"),
        ("陕西聚泰新材料科技有限公司", "聚泰"),
        ("宁波市象山县日月重型铸造有限公司", "日月"),
        ("金风科技（江苏）有限公司", "金风"),
        ("上海电气集团股份有限公司", None),
        ("有限公司", None),
        ("东方电缆股份有限公司", None),
    ],
)
def test_the_core_of_a_name(name: str, core: str | None) -> None:
    assert core_of(name, PLACES) == core


def named(tables: dict[str, list[Row]]) -> Snapshot:
    """A snapshot whose links have Chinese names, so that they are known in names of firms."""
    names = {"wind.blade": "叶片", "wind.tower": "塔筒", "wind.steel": "钢材"}
    links = [row | {"name": names.get(row["link_id"], row["name"])} for row in tables["links"]]
    return snapshot(**(tables | {"links": links}))


def group() -> dict[str, Any]:
    """A blade maker with two daughters, one by a tie and one by a share, and a namesake."""
    names = ["聚泰叶片集团有限公司", "甲叶片有限公司", "乙叶片有限公司", "广东聚泰塔筒有限公司"]
    return wind(
        firms=[firm(name, "440300", employees=5000 - i) for i, name in enumerate(names)],
        positions=[
            *(position(name, "wind.blade") for name in names[:3]),
            position(names[3], "wind.tower"),
        ],
        ties=[
            tie(names[1], "subsidiary_of", names[0]),
            tie(names[0], "invests_in", names[2], weight=0.8),
            tie(names[0], "invests_in", "深圳叶片", weight=0.1),
        ],
    )


def test_one_of_a_group_and_the_others_named() -> None:
    data = named(group())
    free = recommend(data, **ASKED)
    assert free.held_back == ()
    found = recommend(data, **ASKED, settings=RankSettings(max_per_group=1))
    names = [t.firm.name for t in found.targets]
    family = {"聚泰叶片集团有限公司", "甲叶片有限公司", "乙叶片有限公司", "广东聚泰塔筒有限公司"}
    assert len(names) == 4
    assert len(family & set(names)) == 1
    assert "深圳叶片" in names  # a tenth of the shares is no control
    held = {h.firm.name: h.reason for h in found.held_back}
    assert set(held) == family - set(names)
    assert "股权、隶属关系" in held["甲叶片有限公司"]
    assert "字号「聚泰」" in held["广东聚泰塔筒有限公司"]
    assert [t.rank for t in found.targets] == [1, 2, 3, 4]
    told = found.to_dict()["held_back"][0]
    assert set(told) == {"firm", "link", "rank", "score", "reason"}


def test_no_more_than_so_many_at_a_link() -> None:
    data = named(group())
    found = recommend(data, **ASKED, settings=RankSettings(max_per_link=1))
    links = [t.link_name for t in found.targets]
    assert set(links) == {"叶片", "塔筒", "钢材"}
    assert len(links) == 3
    assert all("已列入 1 家" in h.reason for h in found.held_back)


def test_the_limits_do_not_change_who_is_best_otherwise() -> None:
    data = named(group())
    loose = recommend(data, **ASKED, settings=RankSettings(max_per_group=9, max_per_link=9))
    assert [t.firm.id for t in loose.targets] == [
        t.firm.id for t in recommend(data, **ASKED).targets
    ]


def test_explain_says_who_it_gave_way_to() -> None:
    data, limit = named(group()), RankSettings(max_per_group=1)
    said = explain(data, "甲叶片有限公司", **ASKED, settings=limit)
    assert not said.listed
    assert "因多样性限制让位" in said.reasons[0]
    assert "聚泰叶片集团有限公司" in said.reasons[0]
    listed = recommend(data, **ASKED, settings=limit).targets
    for target in listed:
        own = explain(data, target.firm.id, **ASKED, settings=limit)
        assert own.listed
        assert own.target is not None
        assert own.target.rank == target.rank


@pytest.mark.parametrize(("namesakes", "held"), [(0, 1), (40, 0)])
def test_a_name_that_many_have_is_no_group(namesakes: int, held: int) -> None:
    pair = ["鸿图叶片有限公司", "鸿图风电有限公司"]
    crowd = [f"鸿图科技{i}有限公司" for i in range(namesakes)]
    tables = wind(
        firms=[firm(name, "440300") for name in [*pair, *crowd]],
        positions=[position(name, "wind.blade") for name in pair],
    )
    limit = RankSettings(max_per_group=1)
    found = recommend(named(tables), **ASKED | {"top": 9}, settings=limit)
    assert len(found.held_back) == held
