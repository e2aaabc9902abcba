from __future__ import annotations

import json

import pytest

from graph.lookup import Unknown
from recommender import destinations
from recommender.destinations import FEATURES, PastPlaces
from tests.factory import chain, event, firm, link, region, tie
from tests.recommender.past_world import past
from tests.recommender.worlds import snapshot


def test_where_others_went_and_where_it_has_been_comes_first() -> None:
    answer = destinations(snapshot(**past()), "企业00", "风电", "blade")
    assert answer.trained_on is not None
    scores = [place.score for place in answer.regions]
    assert scores == sorted(scores, reverse=True)
    assert [place.rank for place in answer.regions] == [1, 2, 3]
    for place in answer.regions:
        assert 0 <= place.score <= 1
        assert sum(place.components.values()) == pytest.approx(place.score)
    told = answer.to_dict()
    json.dumps(told, allow_nan=False)
    assert told["regions"][0]["region"]["name"] == answer.regions[0].name


def test_without_enough_events_all_features_weigh_the_same() -> None:
    regions = [region(f"{n}00000", name) for n, name in ((1, "东"), (2, "西"), (3, "南"))]
    events = [event("子公司", "200000", "c.a", "2020"), event("别家", "300000", "c.b", "2020")]
    world = snapshot(
        regions=regions,
        chains=[chain("c")],
        links=[link("c.a"), link("c.b")],
        firms=[firm("母公司", "100000"), firm("子公司"), firm("别家")],
        ties=[tie("子公司", "subsidiary_of", "母公司")],
        events=events,
    )
    answer = destinations(world, "母公司", "c", "a", "province")
    assert answer.trained_on is None
    assert [place.name for place in answer.regions] == ["西", "东", "南"]
    assert answer.regions[0].components["own"] > 0
    assert answer.regions[1].components["home"] == max(answer.regions[1].components.values()) > 0
    stranger = destinations(world, None, "c", "b", "province")
    assert stranger.regions[0].name == "南"
    assert stranger.regions[0].components["own"] == 0
    with pytest.raises(Unknown):
        destinations(world, "无此企业", "c")


def test_own_projects_of_other_sectors_and_a_place_in_the_name_are_told_apart() -> None:
    regions = [region(f"{n}00000", f"{name}省") for n, name in ((1, "东海"), (2, "西山"))]
    world = snapshot(
        regions=[*regions, region("300000", "南林省")],
        chains=[chain("c", sector="能源"), chain("d", sector="医药")],
        links=[link("c.a"), link("d.b")],
        firms=[firm("东海机械"), firm("甲"), firm("乙")],
        events=[
            event("东海机械", "200000", "d.b", "2020"),
            event("甲", "300000", "c.a", "2019"),
            event("甲", "300000", "c.a", "2020"),
            event("乙", "200000", "c.a", "2021"),
        ],
    )
    found = destinations(world, "东海机械", "c", None, "province").to_dict()["regions"]
    parts = {
        row["region"]["name"]: {
            name: part["contribution"] > 0 for name, part in row["components"].items()
        }
        for row in found
    }
    told = {name for name, true in parts["西山省"].items() if true}
    assert told == {"sector", "others", "link", "own_other"}
    assert {name for name, true in parts["南林省"].items() if true} == {"sector", "link"}
    by_name = {row["region"]["name"]: row["components"] for row in found}
    # Two projects of one firm count once for the sector, twice for the link.
    assert by_name["南林省"]["sector"] == by_name["西山省"]["sector"]
    assert by_name["南林省"]["link"]["contribution"] > by_name["西山省"]["link"]["contribution"]
    assert "东海省" not in parts, "nothing is known of a place without events and firms"


def test_where_the_group_stands_counts_from_the_year_it_was_founded() -> None:
    regions = [region(f"{n}00000", name) for n, name in ((1, "东"), (2, "西"), (3, "南"))]
    firms = [firm("总部", "100000"), firm("甲"), firm("路人", "300000")]
    firms += [firm("甲西厂", "200000", founded="2015"), firm("甲南厂", "300000", founded="2019-06")]
    world = snapshot(
        regions=regions,
        chains=[chain("c")],
        links=[link("c.a")],
        firms=firms,
        ties=[tie(name, "subsidiary_of", "总部") for name in ("甲", "甲西厂", "甲南厂")],
        events=[event("路人", "300000", "c.a", "2012")],
    )
    answer = destinations(world, "甲", "c", None, "province")
    there = {place.name: [name for _, name in place.group] for place in answer.regions}
    assert there == {"东": ["总部"], "西": ["甲西厂"], "南": ["甲南厂"]}
    assert {place.values["group"] for place in answer.regions} == {1.0}
    assert answer.to_dict()["regions"][1]["group"][0].keys() == {"id", "name"}

    past: PastPlaces = world.once(
        ("past places", "province", None), lambda _: pytest.fail("was not kept")
    )
    at = [name for name, _ in FEATURES].index("group")
    column = past.values(2018.0, 0, -1, world.firms.row("甲"))[:, at]
    assert column.tolist() == [1, 1, 0], "the plant of 2019 was not there in 2018"
    alone = destinations(world, "路人", "c", None, "province")
    assert {place.values["group"] for place in alone.regions} == {0.0}


def test_a_place_in_the_name_and_the_home_count_for_a_firm_that_has_them() -> None:
    regions = [region("100000", "东海省", lon=120.0, lat=30.0)]
    regions.append(region("200000", "Virginia", lon=121.0, lat=30.0))
    world = snapshot(
        regions=regions,
        chains=[chain("c")],
        links=[link("c.a")],
        firms=[
            firm("东海机械", "100000"),
            firm("Virginia Cells", "100000"),
            firm("Virginian", "200000"),
            firm("无名"),
        ],
    )

    def parts(name: str) -> dict[str, dict[str, float]]:
        answer = destinations(world, name, "c", None, "province")
        return {place.name: place.components for place in answer.regions}

    assert parts("东海机械")["东海省"]["named"] > 0
    assert parts("东海机械")["东海省"]["home"] > 0
    assert parts("东海机械")["Virginia"]["home"] == 0
    assert parts("东海机械")["Virginia"]["home_around"] > 0
    assert parts("Virginia Cells")["Virginia"]["named"] > 0
    assert parts("Virginian")["Virginia"]["named"] == 0
    assert {sum(found.values()) for found in parts("无名").values()} == {0.0}
