"""Presence of areas at links, and leaders, on worlds that fit on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graph.gaps import GapSettings
from graph.gaps.cells import measure
from graph.leaders import Leader, leader_bases, leaders_among
from graph.presence import Areas, Level, Presence, PresenceSettings, presence, presence_at
from graph.snapshot import Snapshot
from tests.factory import Row, chain, firm, link, position, region, world

REGIONS = [
    region("110000", "北京市"),
    region("110101", "东城区", "110000"),
    region("330000", "浙江省"),
    region("330900", "舟山市", "330000"),
    region("330902", "定海区", "330900"),
    region("330200", "宁波市", "330000"),
    region("420000", "湖北省"),
    region("429004", "仙桃市", "420000"),
]
LINKS = [link("wind.blade"), link("wind.tower")]


def made(path: Path, firms: list[Row], positions: list[Row]) -> Snapshot:
    return world(
        path,
        regions=REGIONS,
        chains=[chain("wind")],
        links=LINKS,
        firms=firms,
        positions=positions,
    )


def at(found: Presence, table: str, code: str, link_id: str) -> float:
    row = found.areas.codes.index(code)
    return float(getattr(found, table).toarray()[row, ["wind.blade", "wind.tower"].index(link_id)])


def test_strengths_add_up_and_unknown_ones_span_an_interval(tmp_path: Path) -> None:
    snapshot = made(
        tmp_path,
        [firm("甲", "330900"), firm("乙", "330902")],
        [position("甲", "wind.blade", 0.4), position("乙", "wind.blade", None)],
    )
    found = presence_at(snapshot, "prefecture", PresenceSettings(unknown_strength=0.3))
    cell = [at(found, t, "330900", "wind.blade") for t in ("lower", "value", "upper", "firms")]
    assert cell == pytest.approx([0.4, 0.7, 1.4, 2])


def test_uncertain_counts_in_part_rejected_and_inactive_not_at_all(tmp_path: Path) -> None:
    snapshot = made(
        tmp_path,
        [firm("甲", "330900"), firm("乙", "330900", status="注销"), firm("丙", "330900")],
        [
            position("甲", "wind.blade", 0.8, status="uncertain"),
            position("乙", "wind.blade", 1.0),
            position("丙", "wind.blade", 1.0, status="rejected"),
        ],
    )
    found = presence_at(snapshot, "prefecture", PresenceSettings(uncertain_weight=0.25))
    cell = [at(found, t, "330900", "wind.blade") for t in ("lower", "value", "upper", "firms")]
    assert cell == pytest.approx([0.0, 0.2, 0.8, 1])


@pytest.mark.parametrize(
    ("level", "codes"),
    [
        ("province", {"110000", "330000", "420000"}),
        ("prefecture", {"110000", "330900", "330200", "429004"}),
        ("county", {"110101", "330902", "429004"}),
    ],
)
def test_levels_and_municipalities(tmp_path: Path, level: Level, codes: set[str]) -> None:
    snapshot = made(tmp_path, [firm("甲", "110101")], [position("甲", "wind.blade", 0.5)])
    areas = Areas.at_level(snapshot, level)
    assert set(areas.codes) == codes
    found = presence(snapshot, areas, PresenceSettings())
    home = {"province": "110000", "prefecture": "110000", "county": "110101"}[level]
    assert at(found, "value", home, "wind.blade") == 0.5


def test_firms_outside_every_area_stand_in_the_last_row(tmp_path: Path) -> None:
    snapshot = made(
        tmp_path,
        [firm("甲", "330200"), firm("乙"), firm("丙", "330902")],
        [position(name, "wind.tower", 1.0) for name in "甲乙丙"],
    )
    rows = [snapshot.regions.row[code] for code in ("330900", "110000")]
    found = presence(snapshot, Areas.one(snapshot, rows), PresenceSettings())
    assert found.firms.toarray()[:, 1].tolist() == [1, 2]
    assert found.national_firms.tolist() == [0, 3]
    assert found.areas.names == ("舟山市+北京市",)


def test_a_level_is_computed_once_per_settings(tmp_path: Path) -> None:
    snapshot = made(tmp_path, [firm("甲", "330900")], [position("甲", "wind.blade", None)])
    one = presence_at(snapshot, "prefecture", PresenceSettings())
    assert presence_at(snapshot, "prefecture", PresenceSettings()) is one
    other = presence_at(snapshot, "prefecture", PresenceSettings(unknown_strength=0.9))
    assert at(other, "value", "330900", "wind.blade") == pytest.approx(0.9)


def leaders(snapshot: Snapshot, settings: PresenceSettings) -> dict[str, Leader]:
    links = range(len(snapshot.links))
    found = leaders_among(
        snapshot, settings, links, lambda firms: np.full(len(firms), fill_value=True)
    )
    return {snapshot.links.ids[row]: leader for row, leader in found}


def test_a_stated_leader_comes_before_an_inferred_one(tmp_path: Path) -> None:
    snapshot = made(
        tmp_path,
        [firm("甲", tags=["500强"], revenue=9e9), firm("乙")],
        [
            position("甲", "wind.blade", 1.0),
            position("乙", "wind.blade", 0.1, role="leader"),
            position("甲", "wind.tower", 1.0),
        ],
    )
    found = leaders(snapshot, PresenceSettings())
    assert found["wind.blade"] == Leader("乙", "乙", "stated")
    assert found["wind.tower"] == Leader("甲", "甲", "inferred")


def test_a_leader_has_to_be_active_and_certain(tmp_path: Path) -> None:
    snapshot = made(
        tmp_path,
        [firm("甲", status="吊销"), firm("乙", tags=["链主"])],
        [
            position("甲", "wind.blade", 1.0, role="leader"),
            position("乙", "wind.blade", 1.0, role="leader", status="uncertain"),
        ],
    )
    assert leader_bases(snapshot, PresenceSettings()).tolist() == [0, 0]


@pytest.mark.parametrize("column", ["revenue", "employees", "registered_capital"])
def test_the_top_decile_by_size_leads_where_enough_sizes_are_known(
    tmp_path: Path, column: str
) -> None:
    names = [f"厂{i:02}" for i in range(21)]
    firms = [firm(name) | {column: 100 + i} for i, name in enumerate(names)]
    positions = [position(name, "wind.blade", 1.0) for name in names[:20]]
    positions += [position(name, "wind.tower", 1.0) for name in names[12:]]
    snapshot = made(tmp_path, firms, positions)
    basis = leader_bases(snapshot, PresenceSettings())
    leading = [
        (snapshot.firms.ids[int(f)].as_py(), snapshot.links.ids[int(at)])
        for f, at, b in zip(snapshot.positions.firm, snapshot.positions.link, basis, strict=True)
        if b
    ]
    assert leading == [("厂18", "wind.blade"), ("厂19", "wind.blade")]
    assert leaders(snapshot, PresenceSettings())["wind.blade"].name == "厂19"


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_sums_by_division_are_the_sums_over_firms_to_the_last_digit(
    tmp_path: Path, level: Level
) -> None:
    draw = np.random.default_rng(4)
    codes = [None, *(row["code"] for row in REGIONS)]
    firms = [
        firm(f"f{i}", draw.choice(codes), status="注销" if i % 9 == 0 else None) for i in range(300)
    ]
    strengths = np.array([None, 0.1, 0.2, 0.3, 0.333333, 0.7], dtype=object)
    positions = [
        position(f"f{i}", one["link_id"], draw.choice(strengths), status=status)
        for i, status in enumerate(draw.choice(["confirmed", "uncertain"], 300))
        for one in LINKS[: 1 + i % 2]
    ]
    snapshot = made(tmp_path, firms, positions)
    settings = GapSettings(uncertain_weight=0.3)
    areas = Areas.at_level(snapshot, level)
    quick = measure(snapshot, areas, settings)
    slow = measure(snapshot, replace(areas, of_firm=areas.of_firms(snapshot)), settings)
    for table in ("value", "lower", "upper", "firms", "leading"):
        one, other = (getattr(m.presence, table).toarray() for m in (quick, slow))
        assert one.sum() > 0 or table == "leading"
        np.testing.assert_array_equal(one, other)
    for name in ("quotient", "relatedness", "capability", "rivals", "concentration"):
        np.testing.assert_array_equal(getattr(quick, name), getattr(slow, name))
