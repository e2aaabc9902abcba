from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from graph.snapshot import Snapshot
from recommender import MODELS, Backtest, NothingToTest, QueryError, backtest
from recommender.absent import absent_test
from recommender.measures import interval, measures
from tests.recommender.past_world import past
from tests.recommender.worlds import event, snapshot, wind

FEW = ("learned", "text", "size", "random")


@cache
def world() -> Snapshot:
    return snapshot(**past())


@cache
def found() -> Backtest:
    return backtest(world(), "2020", FEW)


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def test_measures_by_hand() -> None:
    ranks = np.array([1.0, 20.0, np.inf, 2.0])
    told = measures(ranks, np.full(4, 500.0), ["a", "b", "c", "a"])
    assert told["recall_at_10"]["value"] == 0.5
    assert told["recall_at_50"]["value"] == 0.75
    assert told["lift_at_50"]["value"] == pytest.approx(0.75 * 500 / 50)
    assert told["mrr"]["value"] == pytest.approx((1 + 1 / 20 + 0 + 1 / 2) / 4)
    # Group a has its two truths on the first two places, b its one on the twentieth, c none.
    assert told["average_precision"]["value"] == pytest.approx((1 + 1 / 20 + 0) / 3)


def test_the_interval_holds_the_value_and_is_the_same_every_time() -> None:
    values = np.tile([0.0, 1.0], 20)
    low, high = interval(values)["interval"]
    assert low < 0.5 < high
    assert interval(values) == interval(values)
    assert interval(np.zeros(0)) == {"value": 0.0, "interval": [0.0, 0.0]}


# ── back-tests ──────────────────────────────────────────────────────────────────────────────────


def test_the_answer_is_that_of_the_contract() -> None:
    answer = found().to_dict()
    json.dumps(answer, allow_nan=False)
    assert answer["split"] == "2020"
    assert answer["events"] == 8
    assert set(answer["models"]) == set(FEW)
    for model in answer["models"].values():
        assert {"recall_at_10", "recall_at_50", "recall_at_100", "mrr"} <= set(model)
        for measured in model.values():
            low, high = measured["interval"]
            assert low <= measured["value"] <= high
    assert [part["events"] for part in answer["by_year"].values()] == [4, 4]
    assert list(answer["by_chain"]) == ["风电"]


def test_what_was_learned_finds_more_than_chance() -> None:
    measured = found().measured()
    assert measured["learned"]["mrr"]["value"] > 2 * measured["random"]["mrr"]["value"]


def test_only_events_from_the_split_on_are_asked_and_only_earlier_ones_learned_from() -> None:
    answer = found()
    assert {one.past.day[:4] for one in answer.asked} == {"2020", "2021"}
    assert answer.splits[0]["learned"].endswith("至 2019-04）")


def test_a_later_event_changes_no_answer() -> None:
    tables = past()
    more = event("企业01", "330900", "wind.tower", "2021-09")
    events = [*tables["events"], more]
    other = backtest(snapshot(**(tables | {"events": events})), "2020", FEW, absent=False)
    first = {one.past.id: one.ranks for one in found().asked}
    again = {one.past.id: one.ranks for one in other.asked if one.past.id != more["event_id"]}
    assert again == first


def test_without_a_split_the_last_years_are_asked_one_by_one() -> None:
    rolled = backtest(snapshot(**past(events=8)), models=("text",), absent=False)
    assert [part["from"] for part in rolled.splits] == ["2018", "2019", "2020", "2021"]
    assert len(rolled.asked) == 32
    assert rolled.to_frame()["mrr"].to_dict()["text"] > 0


def test_a_picture_of_every_model() -> None:
    picture = found().picture("mrr")
    assert all(name in picture.svg for name in FEW)
    assert found()._repr_html_().startswith("<svg")


def test_what_cannot_be_tested_is_said() -> None:
    with pytest.raises(NothingToTest, match="投资事件"):
        backtest(snapshot(**wind()), "2020")
    with pytest.raises(QueryError, match="没有名为「最好」"):
        backtest(world(), "2020", ["最好"])
    with pytest.raises(QueryError, match="分界日期"):
        backtest(world(), "去年")


def test_too_little_to_learn_from_leaves_the_learned_model_out() -> None:
    early = backtest(world(), "2013", ("learned", "text"), absent=False)
    assert early.models == ("text",)
    assert "至少需要" in early.splits[0]["learned"]


def test_hidden_positions_are_looked_for() -> None:
    assert absent_test(snapshot(**past())) is None  # nobody holds two links
    held = [{**row, "link_id": "wind.steel"} for row in past()["positions"]]
    both = snapshot(**(past() | {"positions": [*past()["positions"], *held]}))
    answer = absent_test(both)
    assert answer is not None
    assert answer.pairs > 0
    assert answer.models["belonging"]["recall_at_50"]["value"] == 1.0
    assert set(answer.models) <= set(MODELS)
