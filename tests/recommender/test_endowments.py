from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender import destinations
from recommender.endowments import Endowments, EndowmentsInvalid
from tests.factory import chain, event, firm, link, region
from tests.recommender.past_world import past
from tests.recommender.worlds import snapshot

AMOUNTS = "# 2019\nregion,vehicles,lithium\n100000,30,\n210000,5,1\n220000,5,3\n"
NEEDS = "id,vehicles,lithium\nc,1,\nc.a,0.5,0.5\n"


def _read(folder: Path, amounts: str = AMOUNTS, needs: str = NEEDS) -> Endowments:
    (folder / "amounts.csv").write_text(amounts, encoding="utf-8")
    (folder / "needs.csv").write_text(needs, encoding="utf-8")
    return Endowments.read(folder / "amounts.csv", folder / "needs.csv")


def _world() -> dict[str, Any]:
    regions = [region("100000", "东海省"), region("200000", "西山省"), region("300000", "南林省")]
    regions += [region(code, code, "200000") for code in ("210000", "220000")]
    return {
        "regions": regions,
        "chains": [chain("c"), chain("d")],
        "links": [link("c.a"), link("c.b"), link("d.b")],
        "firms": [firm("甲"), firm("乙")],
        "events": [event("甲", f"{n}00000", "d.b", "2020") for n in (1, 2, 3)],
    }


def test_a_link_looks_for_its_own_needs_else_for_those_of_the_chain(tmp_path: Path) -> None:
    endowments, world = _read(tmp_path), snapshot(**_world())
    places = np.array([world.regions.row[code] for code in ("100000", "200000", "300000")])
    chain_has = endowments.of(world, 0, places, ("c.b", "c"))
    # Shares 30/40, 10/40, 0 of the vehicles, each over their mean 1/3.
    assert chain_has == pytest.approx([1, np.log(1.75) / np.log(3.25), 0])
    link_has = endowments.of(world, 0, places, ("c.a", "c"))
    # All of the lithium is in the west: 3/8, 1/8 + 1/2, 0.
    assert link_has == pytest.approx([np.log(2.125) / np.log(2.875), 1, 0])
    assert not endowments.of(world, 0, places, ("d.b", "d")).any()


def test_what_regions_have_moves_them_up_and_is_told(tmp_path: Path) -> None:
    world = snapshot(**_world())
    known = destinations(world, "乙", "c", "a", "province", endowments=_read(tmp_path))
    assert [place.name for place in known.regions] == ["西山省", "东海省", "南林省"]
    parts = known.to_dict()["regions"][0]["components"]["endowed"]
    assert parts["label"] == "具备所需的产业基础与资源"
    assert parts["contribution"] > 0
    for place in known.regions:
        assert sum(place.components.values()) == pytest.approx(place.score)
    without = destinations(world, "乙", "c", "a", "province")
    assert {place.components["endowed"] for place in without.regions} == {0.0}


def test_the_weight_of_what_regions_have_is_learned() -> None:
    world = snapshot(**past())
    codes = list(world.regions.codes)
    went = [codes[row] for row in world.events.region if row >= 0]
    often = {code: {"jobs": float(went.count(code))} for code in codes}
    seldom = {code: {"jobs": 100.0 - went.count(code)} for code in codes}
    needs = {row.id: {"jobs": 1.0} for row in world.chains}

    def share(amounts: dict[str, dict[str, float]]) -> float:
        answer = destinations(world, "企业00", "风电", None, endowments=Endowments(amounts, needs))
        assert answer.trained_on is not None
        return max(place.components["endowed"] for place in answer.regions)

    assert share(often) > share(seldom)


def test_names_that_the_data_do_not_have_are_listed(tmp_path: Path) -> None:
    world = snapshot(**_world())
    found = _read(tmp_path, AMOUNTS + "999999,1,1\n", NEEDS + "无此链,1,\n")
    assert found.unknown(world) == ["999999", "无此链"]
    assert _read(tmp_path).unknown(world) == []


@pytest.mark.parametrize(
    ("amounts", "needs", "told"),
    [
        ("code,jobs\n1,2\n", NEEDS, "缺少 region 列"),
        ("region,jobs\n1,many\n", NEEDS, "第 1 行数据：jobs 应为不小于 0 的数，现为 'many'"),
        ("region,jobs\n1,-2\n", NEEDS, "'-2'"),
        ("region,jobs\n1,nan\n", NEEDS, "'nan'"),
        (AMOUNTS, "id,jobs\nc,1\n", "指标 jobs"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(
    tmp_path: Path, amounts: str, needs: str, told: str
) -> None:
    with pytest.raises(EndowmentsInvalid, match=told):
        _read(tmp_path, amounts, needs)
    with pytest.raises(EndowmentsInvalid, match="无法读取"):
        Endowments.read(tmp_path / "none.csv", tmp_path / "none.csv")
