"""Ways in: from the region's own firms and people, in few steps, both directions."""

from __future__ import annotations

import math
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.lookup import find_firm, find_region
from graph.paths import HUB, find_ways
from tests.factory import firm, region, tie, world
from tests.recommender.worlds import snapshot as in_memory

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


def test_the_haulier_that_serves_our_park_and_hauls_for_them(tmp_path: Path) -> None:
    park = {"park_id": "k", "name": "港区", "region_code": "330100", "source": "test"}
    ties = [
        tie("park:k", "served_by", "商", weight=0.9, source="园区物流合同", date="2023-05"),
        tie("标", "served_by", "商", weight=0.6, source="年报"),
    ]
    snapshot = world(tmp_path, regions=REGIONS, firms=FIRMS, ties=ties, parks=[park])
    found = find_ways(snapshot, find_firm(snapshot, "标"), find_region(snapshot, "甲市"))
    (way,) = found.ways
    assert way.text == "港区 —服务商→ 商 ←服务商— 标"
    assert way.strength == pytest.approx(0.54)
    assert [(s.source, s.date) for s in way.steps] == [("园区物流合同", "2023-05"), ("年报", None)]


def test_the_professor_from_here_whose_student_runs_the_firm(tmp_path: Path) -> None:
    people = (
        {"person_id": "教授", "name": "李教授", "native_code": "330100", "source": "校友录"},
        {"person_id": "学生", "name": "王总", "firm_id": "标", "source": "工商登记"},
    )
    (found,) = ways(tmp_path, tie("person:教授", "taught", "person:学生"), people=people)
    assert nodes(found) == ["甲市", "李教授", "王总", "标"]
    assert [step["direction"] for step in found["steps"]] == ["backward", "forward", "forward"]
    assert found["steps"][0]["source"] == "校友录"


def test_the_strongest_of_several_ties_stands_for_all(tmp_path: Path) -> None:
    ties = (tie("标", "supplies", "家", weight=0.2), tie("家", "invests_in", "标", weight=0.7))
    (found,) = ways(tmp_path, *ties)
    assert (found["strength"], found["steps"][0]["kind"]) == (0.7, "invests_in")


def test_a_place_elsewhere_and_a_hub_introduce_nobody(tmp_path: Path) -> None:
    crowd = [tie(f"person:{i}", "member_of", "person:协会") for i in range(HUB)]
    joined = [tie("家", "member_of", "person:协会"), tie("标", "member_of", "person:协会")]
    assert ways(tmp_path, *joined) != []
    assert ways(tmp_path / "hub", *crowd, *joined) == []


NAMES = ["家", "邻", "商", "标", "person:a", "person:b", "person:c"]
ENDS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda e: e[0] != e[1])
EDGES = st.dictionaries(
    ENDS.map(lambda e: tuple(sorted(e))), st.sampled_from([0.25, 0.5, 0.75, 1.0]), max_size=14
)


@settings(max_examples=40)
@given(edges=EDGES, top=st.integers(1, 6), steps=st.integers(1, 4))
def test_the_same_ways_as_trying_all(
    edges: dict[tuple[str, str], float], top: int, steps: int
) -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(NAMES)
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in edges.items())
    tried = []
    for way in nx.all_simple_paths(graph, "标", ["家", "邻"], cutoff=steps):
        if not {"家", "邻"} & set(way[:-1]):
            strength = math.prod(graph.edges[a, b]["weight"] for a, b in pairwise(way))
            tried.append((round(strength, 6), -len(way)))
    expected = list(islice(sorted(tried, reverse=True), top))
    ties = [tie(a, "partner_of", b, weight=weight) for (a, b), weight in edges.items()]
    snapshot = in_memory(regions=REGIONS, firms=FIRMS, ties=ties)
    found = find_ways(snapshot, 2, find_region(snapshot, "甲市"), steps=steps, top=top)
    assert snapshot.firms.names[2].as_py() == "标"
    assert [(w.strength, -len(w.steps) - 1) for w in found.ways] == expected
