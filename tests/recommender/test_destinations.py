from __future__ import annotations

import json

import pytest

from graph.lookup import Unknown
from recommender import destinations
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
    assert [place.name for place in answer.regions] == ["西", "南", "东"]
    assert answer.regions[0].components["own"] > 0
    stranger = destinations(world, None, "c", "b", "province")
    assert stranger.regions[0].name == "南"
    assert stranger.regions[0].components["own"] == 0
    with pytest.raises(Unknown):
        destinations(world, "无此企业", "c")
