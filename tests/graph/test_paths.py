"""Ways in: from the region's own firms and people, in few steps, both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.lookup import find_firm, find_region
from graph.paths import find_ways
from tests.factory import firm, region, tie, world

REGIONS = [region("330000", "浙江省"), region("330100", "甲市", "330000"),
           region("330200", "乙市", "330000")]  # fmt: skip
FIRMS = [firm("家", "330100"), firm("邻", "330100"), firm("商", "330200"), firm("标", "330200")]


def ways(path: Path, *ties: dict[str, Any], people: tuple[dict[str, Any], ...] = (),
         steps: int = 3) -> list[dict[str, Any]]:  # fmt: skip
    snapshot = world(path, regions=REGIONS, firms=FIRMS, ties=list(ties), people=list(people))
    target, home = find_firm(snapshot, "标"), find_region(snapshot, "甲市")
    return find_ways(snapshot, target, home, steps=steps).paths


def nodes(path: dict[str, Any]) -> list[str]:
    return [path["steps"][0]["from"]["name"], *(step["to"]["name"] for step in path["steps"])]


def test_a_tie_is_walked_in_both_directions(tmp_path: Path) -> None:
    (found,) = ways(tmp_path, tie("标", "supplies", "家", weight=0.8))
    assert nodes(found) == ["家", "标"]
    assert found["steps"][0]["direction"] == "backward"
    assert (found["strength"], found["steps"][0]["label"]) == (0.8, "供应")


def test_strength_is_a_product_and_orders_the_ways(tmp_path: Path) -> None:
    found = ways(
        tmp_path,
        tie("家", "supplies", "商", weight=0.5), tie("商", "partner_of", "标", weight=0.5),
        tie("邻", "partner_of", "标", weight=0.3),
    )  # fmt: skip
    assert [(nodes(p), p["strength"]) for p in found] == [
        (["邻", "标"], 0.3),
        (["家", "商", "标"], 0.25),
    ]


def test_natives_open_a_way(tmp_path: Path) -> None:
    person = {"person_id": "p1", "name": "张三", "firm_id": "标", "native_code": "330100",
              "source": "test"}  # fmt: skip
    (found,) = ways(tmp_path, people=(person,))
    assert nodes(found) == ["甲市", "张三", "标"]


def test_sitting_in_one_place_is_no_acquaintance(tmp_path: Path) -> None:
    assert ways(
        tmp_path,
        tie("家", "native_of", "region:330200"), tie("标", "native_of", "region:330200"),
    ) == []  # fmt: skip


def test_a_way_begins_at_the_last_place_of_the_region(tmp_path: Path) -> None:
    found = ways(tmp_path, tie("家", "supplies", "邻"), tie("邻", "supplies", "标"))
    assert [nodes(p) for p in found] == [["邻", "标"]]


def test_longer_ways_than_asked_for_are_left_out(tmp_path: Path) -> None:
    ties = (tie("家", "supplies", "商"), tie("商", "supplies", "标"))
    assert ways(tmp_path, *ties, steps=1) == []


def test_a_firm_without_ties_has_no_way(tmp_path: Path) -> None:
    assert ways(tmp_path) == []
