"""Pictures: geometry, well-formedness, and that they can be told apart without colour."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import GapReport, Snapshot, find_gaps
from graph.draw import Layout, Picture, arrange, chain_map, heat_map, relatedness_scatter, ways_in
from graph.draw.style import LOOKS, MARKS
from graph.draw.svg import fitted, shortened, text_width
from graph.lookup import LookupProblem
from tests.factory import chain, feed, firm, link, position, region
from tests.graph.gap_worlds import memory

SVG = "{http://www.w3.org/2000/svg}"
STAGES = ("upstream", "midstream", "downstream")


def random_chain(links: int, seed: int) -> tuple[nx.DiGraph[str], dict[str, str]]:
    random = np.random.default_rng(seed)
    graph: nx.DiGraph[str] = nx.DiGraph()
    names = [f"n{i:02}" for i in range(links)]
    graph.add_nodes_from(names)
    for a, b in combinations(range(links), 2):
        if random.random() < 3 / max(links, 1):
            graph.add_edge(names[a], names[b])
    cuts = sorted(random.integers(0, links + 1, 2).tolist())
    return graph, {name: STAGES[sum(i >= cut for cut in cuts)] for i, name in enumerate(names)}


def overlapping(layout: Layout) -> list[tuple[str, str]]:
    return [
        (a.link, b.link)
        for a, b in combinations(layout.boxes.values(), 2)
        if a.x < b.x + b.width and b.x < a.x + a.width
        and a.y < b.y + b.height and b.y < a.y + a.height
    ]  # fmt: skip


@given(st.integers(0, 60), st.integers(0, 20))
def test_no_boxes_overlap_and_stages_go_to_the_right(links: int, seed: int) -> None:
    graph, stages = random_chain(links, seed)
    layout = arrange(graph, stages)
    assert set(layout.boxes) == set(graph)
    assert overlapping(layout) == []
    assert len(layout.feeds) == graph.number_of_edges()
    spans = [layout.spans[stage] for stage in STAGES if stage in layout.spans]
    assert all(right < left for (_, right), (left, _) in pairwise(spans))
    assert all(b.x >= 0 and b.x + b.width <= layout.width + 1e-9 for b in layout.boxes.values())
    assert all(b.y >= 0 and b.y + b.height <= layout.height + 1e-9 for b in layout.boxes.values())


def test_sixty_links_fit_a_landscape_page() -> None:
    graph, stages = random_chain(60, 3)
    layout = arrange(graph, stages)
    assert max(sum(b.column == c for b in layout.boxes.values()) for c in range(9)) <= 12
    assert 1.0 < layout.width / layout.height < 3.0


def test_sweeps_undo_crossings() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([("a1", "b9"), ("a2", "b1"), ("a3", "b0")])
    stages = {n: "upstream" if n[0] == "a" else "downstream" for n in graph}
    at = arrange(graph, stages).boxes
    assert [at["a1"].y, at["a2"].y, at["a3"].y] == [at["b9"].y, at["b1"].y, at["b0"].y]


def test_a_cycle_is_drawn_all_the_same() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([("a", "b"), ("b", "a")])
    layout = arrange(graph, {"a": "upstream", "b": "downstream"})
    assert {(f.upstream, f.back) for f in layout.feeds} == {("a", False), ("b", True)}


@given(st.text(max_size=40), st.floats(20, 200), st.floats(8, 20))
def test_words_never_leave_their_room(words: str, width: float, size: float) -> None:
    assert text_width(shortened(words, width, size), size) <= width
    cut, smaller = fitted(words, width, size, 8)
    assert text_width(cut, smaller) <= width
    assert smaller <= size


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Sixty links with names of all lengths, some firms, a leader with an awkward name."""
    graph, stages = random_chain(60, 1)
    ids = {name: f"w.{'很长的环节名称' * (i % 3)}{name}<&>" for i, name in enumerate(graph)}
    random = np.random.default_rng(2)
    places = ["330900", "330200", "370500"]
    firms = [firm(f"厂{i}(集团)股份有限公司", places[i % 3], tags=["上市"]) for i in range(40)]
    return memory(
        regions=[
            region("330000", "浙江省"), region("330900", "舟山市", "330000"),
            region("330200", "宁波市", "330000"), region("370000", "山东省"),
            region("370500", "东营市", "370000"),
        ],
        chains=[chain("w", "<风电> & 装备")],
        links=[link(ids[n], stages[n]) for n in graph],
        feeds=[feed(ids[a], ids[b]) for a, b in graph.edges],
        firms=firms,
        positions=[
            position(
                f["name"], ids[f"n{random.integers(60):02}"],
                float(random.choice([0.3, 1.0])), role="leader" if i % 4 == 0 else None,
            )
            for i, f in enumerate(firms)
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(snapshot: Snapshot) -> GapReport:
    return find_gaps(snapshot, region="舟山市")


def parsed(picture: Picture) -> ElementTree.Element:
    root = ElementTree.fromstring(picture.svg)
    assert root.tag == f"{SVG}svg"
    for shape in root.iter(f"{SVG}rect"):
        if "%" not in shape.attrib["width"] and "x" in shape.attrib:
            assert float(shape.attrib["x"]) >= 0
            right = float(shape.attrib["x"]) + float(shape.attrib["width"])
            assert right <= picture.width
    return root


def words(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_the_chain_map_says_all(report: GapReport) -> None:
    root = parsed(chain_map(report))
    said, links = words(root), report.chain().links
    assert len(list(root.iter(f"{SVG}g"))) == len(links) == 60
    for kind, mark in MARKS.items():
        gaps = sum(gap.gap_type == kind for gap in links)
        assert said.count(mark) == gaps + 1  # and the legend
    leaders = [gap for gap in links if gap.leader]
    assert leaders
    assert sum("链主 厂" in text and "集团" not in text for text in said) == len(leaders)
    assert any("<风电> & 装备" in text for text in said)


def test_letters_stay_inside_of_their_boxes(report: GapReport) -> None:
    for group in parsed(chain_map(report)).iter(f"{SVG}g"):
        box = next(group.iter(f"{SVG}rect")).attrib
        right = float(box["x"]) + float(box["width"])
        for text in group.iter(f"{SVG}text"):
            wide = text_width(text.text or "", float(text.attrib["font-size"]))
            if text.attrib.get("text-anchor") == "middle":
                wide /= 2
            assert float(text.attrib["x"]) + wide <= right


def test_the_heat_map_has_a_cell_for_every_region_and_link(snapshot: Snapshot) -> None:
    root = parsed(heat_map(snapshot, chain="w", regions=["舟山", "东营"]))
    titles = [e.text or "" for e in root.iter(f"{SVG}title")]
    assert sum(title.startswith("舟山市 · ") for title in titles) == 60
    assert sum(title.startswith("东营市 · ") for title in titles) == 60
    everywhere = parsed(heat_map(snapshot, chain="w", top=2))
    assert len(list(everywhere.iter(f"{SVG}g"))) == 120


def test_a_county_beside_its_prefecture_keeps_its_own(snapshot: Snapshot) -> None:
    root = parsed(heat_map(snapshot, chain="w", regions=["浙江", "舟山"]))
    titles = "".join(e.text or "" for e in root.iter(f"{SVG}title"))
    inside = [f for f in snapshot.firms.ids.to_pylist() if int(re.sub(r"\D", "", f)) % 3 == 0]
    firms = re.findall(r"舟山市 · [^：]*：[^0-9]*(\d+) 家企业", titles)
    assert sum(map(int, firms)) == len(inside)


def test_a_chain_without_links_or_firms_is_said_to_have_none() -> None:
    world = memory(
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000")],
        chains=[chain("none", "空链"), chain("idle", "无企业链")],
        links=[link("idle.a")],
    )
    empty = find_gaps(world, region="甲市", chain="空链")
    assert any("还没有环节" in said for said in words(parsed(chain_map(empty))))
    assert any("还没有环节" in said for said in words(parsed(heat_map(world, chain="空链"))))
    idle = words(parsed(heat_map(world, chain="无企业链")))
    assert any("还没有企业" in said for said in idle)
    assert "甲市" not in idle
    assert "甲市" in words(parsed(heat_map(world, chain="无企业链", regions=["甲市"])))
    assert parsed(relatedness_scatter(empty)) is not None


def test_the_scatter_places_gaps_and_no_names_on_one_another(report: GapReport) -> None:
    picture = relatedness_scatter(report)
    root = parsed(picture)
    known = [g for g in report.chain().links if g.gap_type and g.relatedness is not None]
    assert len(list(root.iter(f"{SVG}g"))) == len(known)
    named = [t for t in root.iter(f"{SVG}text") if t.attrib["font-size"] == "11"]
    names = {shortened(g.name, 150, 11) for g in known}
    areas = [
        (float(t.attrib["x"]), float(t.attrib["y"]), text_width(t.text or "", 11))
        for t in named
        if t.text in names
    ]
    assert areas
    for (x, y, wide), (u, v, other) in combinations(areas, 2):
        assert abs(y - v) >= 11 or x + wide <= u or u + other <= x


def test_statuses_differ_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255

    solid = [lightness(LOOKS[s].fill) for s in ("strong", "present", "missing")]
    assert all(b - a > 0.15 for a, b in pairwise(solid))
    assert LOOKS["weak"].fill == "url(#weak)"
    assert LOOKS["missing"].dash != "none"
    assert len(set(MARKS.values())) == 4


def test_unknown_chains_are_named(snapshot: Snapshot, report: GapReport) -> None:
    with pytest.raises(ValueError, match="没有产业链「钢铁」"):
        chain_map(report, "钢铁")
    with pytest.raises(LookupProblem):
        heat_map(snapshot, chain="钢铁")


def test_a_picture_is_saved_and_shown(report: GapReport, tmp_path: Path) -> None:
    picture = chain_map(report)
    assert picture.save(tmp_path / "map.svg").read_text("utf-8") == picture._repr_svg_()
    for forbidden in ("http://", "https://", "<script", "<image"):
        assert forbidden not in picture.svg.replace("http://www.w3.org/2000/svg", "")


def tie(
    start: str, end: str, weight: float | None = 0.5, *, forward: bool = True
) -> dict[str, Any]:
    ends = [
        {"kind": kind, "id": name, "name": name}
        for kind, name in (start.split(":"), end.split(":"))
    ]
    return {
        "from": ends[0], "to": ends[1], "kind": "supplies", "label": "供货", "weight": weight,
        "direction": "forward" if forward else "backward", "date": "2023", "source": None,
    }  # fmt: skip


def test_ways_in_end_at_one_firm_and_say_where_each_tie_is_from() -> None:
    ways = [
        {"steps": [tie("firm:本地甲", "firm:<目标>", 0.8)]},
        {
            "steps": [
                tie("region:东营", "person:某人", None, forward=False),
                tie("person:某人", "firm:<目标>"),
            ]
        },
    ]
    root = parsed(ways_in(ways, href=lambda kind, ident: f"/{kind}?id={ident}"))
    assert [words(root).count(name) for name in ("本地甲", "东营", "某人", "<目标>")] == [1] * 4
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles.count("供货：强度 0.80，来源：未注明，2023") == 1
    assert titles.count("供货：强度未注明，来源：未注明，2023") == 1
    right = [float(box.get("x", 0)) for box in root.iter(f"{SVG}rect") if box.get("rx")]
    assert len(right) == 4
    assert [a.get("href") for a in root.iter(f"{SVG}a")][-1] == "/firm?id=<目标>"
    dashed = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    assert len(dashed) == 1, "an unknown strength is not drawn as a known one"


def test_no_ways_no_picture() -> None:
    with pytest.raises(ValueError, match="no ways"):
        ways_in([])
