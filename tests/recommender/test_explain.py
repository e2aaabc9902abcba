from __future__ import annotations

from typing import Any

import pytest

from recommender import RankSettings, explain, recommend
from tests.recommender.worlds import firm, position, snapshot, wind

QUESTIONS: list[dict[str, Any]] = [
    {"region": "舟山", "chain": "风电"},
    {"region": "舟山", "chain": "风电", "link": "steel"},
    {"region": "深圳", "chain": "风电"},
    {"link": "steel"},
    {"link": "tower", "known": "only"},
    {"chain": "风电"},
]


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_explain_says_what_recommend_says(asked: dict[str, Any]) -> None:
    world = snapshot(**wind())
    answer = recommend(world, **asked, top=2)
    whole = recommend(world, **asked, top=50)
    listed = {t["firm"]["id"]: t for t in answer.to_dict()["targets"]}
    ranks = {target.firm.id: target.rank for target in whole.targets}
    gates: dict[str, int] = {}
    for ident in world.firms.ids.to_pylist():
        said = explain(world, ident, **asked, top=2).to_dict()
        assert said["listed"] == (ident in listed)
        if said["excluded_by"]:
            gates[said["excluded_by"]] = gates.get(said["excluded_by"], 0) + 1
            assert said["rank"] is None
            assert ident not in ranks
        if ident in listed:
            kept = ("rank", "link", "score", "interval", "coverage", "components", "paths")
            assert {k: said[k] for k in kept} == {k: listed[ident][k] for k in kept}
        elif said["rank"] is not None and "link" not in asked:
            assert said["rank"] == ranks[ident]
    assert gates == answer.to_dict()["excluded"]


def test_why_not() -> None:
    world = snapshot(**wind(firms=[firm("无关", "440300")]))
    asked: dict[str, Any] = {"region": "舟山", "chain": "风电"}
    assert explain(world, "舟山整机", **asked).excluded_by == "已在本地"
    assert explain(world, "停业叶片", **asked).excluded_by == "非存续状态"
    black = RankSettings(blacklist=("深圳叶片",))
    assert explain(world, "深圳叶片", **asked, settings=black).excluded_by == "黑名单"
    said = explain(world, "无关", **asked)
    assert (said.listed, said.excluded_by, said.target) == (False, None, None)
    assert "没有卡位记录" in said.reasons[0]
    last = explain(world, "宁波钢", **asked, top=1)
    assert not last.listed
    assert "未进入前 1 名" in last.reasons[0]
    assert "入围线" in last.reasons[0]


def test_a_firm_at_several_links_is_out_only_when_none_of_them_is_a_gap() -> None:
    world = snapshot(
        **wind(
            firms=[firm("两处", "440300"), firm("一处", "440300")],
            positions=[
                position("两处", "wind.turbine"),
                position("两处", "wind.blade", 0.1),
                position("一处", "wind.turbine"),
            ],
        )
    )
    asked: dict[str, Any] = {"region": "舟山", "chain": "风电"}
    both = explain(world, "两处", **asked)
    assert both.listed
    assert both.to_dict()["link"]["name"] == "blade"
    assert explain(world, "一处", **asked).excluded_by == "所在环节本地已具备"
