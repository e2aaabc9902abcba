from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import find_gaps
from recommender import Recommendation, explain, recommend
from tests.recommender.worlds import (
    CHAINS,
    FEEDS,
    LINKS,
    REGIONS,
    Row,
    event,
    firm,
    position,
    snapshot,
    tie,
)

NAMES = [f"厂{letter}" for letter in "甲乙丙丁戊己"]
CODES = [None, "330900", "330200", "440300"]
maybe_size = st.one_of(st.none(), st.integers(1, 5000))
firms = st.builds(
    lambda name, code, size, tags, status: firm(
        name, code, employees=size, tags=tags, status=status
    ),
    st.sampled_from(NAMES),
    st.sampled_from(CODES),
    maybe_size,
    st.sampled_from([None, ["上市"], ["专精特新"]]),
    st.sampled_from([None, "存续", "注销"]),
)
strengths = st.one_of(st.none(), st.floats(0, 1))
link_ids = st.sampled_from([row["link_id"] for row in LINKS])
positions = st.builds(position, st.sampled_from(NAMES), link_ids, strengths)
dates = st.sampled_from(["2018", "2020-03", "2023-11-02"])
events = st.builds(event, st.sampled_from(NAMES), st.sampled_from(CODES[1:]), link_ids, dates)
ties = st.builds(
    lambda start, end, weight: tie(start, "supplies", end, weight=weight),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.one_of(st.none(), st.floats(0.01, 1)),
)


def unique(column: str, *more: str) -> Any:
    return lambda row: tuple(row[key] for key in (column, *more))


worlds = st.fixed_dictionaries(
    {
        "regions": st.just(REGIONS),
        "chains": st.just(CHAINS),
        "links": st.just(LINKS),
        "feeds": st.just(FEEDS),
        "firms": st.lists(firms, unique_by=unique("firm_id"), min_size=1),
        "positions": st.lists(positions, unique_by=unique("firm_id", "link_id")),
        "events": st.lists(events, unique_by=unique("event_id"), max_size=4),
        "ties": st.lists(ties, unique_by=unique("from_id", "to_id"), max_size=4),
    }
)
questions = st.sampled_from(
    [
        {"region": "330900", "chain": "wind"},
        {"region": "330900", "chain": "wind", "link": "wind.blade"},
        {"region": "330000", "chain": "wind"},
        {"link": "wind.tower"},
        {"link": "wind.tower", "known": "only"},
    ]
)


def order(answer: Recommendation) -> list[tuple[str, str]]:
    return [(target.firm.id, target.link_id) for target in answer.targets]


@settings(max_examples=60)
@given(worlds, questions)
def test_scores_intervals_and_contributions(
    tables: dict[str, list[Row]], asked: dict[str, Any]
) -> None:
    answer = recommend(snapshot(**tables), **asked)
    scores = [target.score.value for target in answer.targets]
    assert scores == sorted(scores, reverse=True)
    assert len({target.firm.id for target in answer.targets}) == len(answer.targets)
    for target in answer.targets:
        low, high = target.score.interval
        assert 0 <= low <= target.score.value <= high <= 1 + 1e-12
        assert 0 <= target.score.coverage <= 1 + 1e-12
        total = sum(share.contribution for share in target.score.shares)
        assert total == pytest.approx(target.score.value, abs=1e-9)
        if all(share.value is not None for share in target.score.shares):
            assert high - low == pytest.approx(0, abs=1e-12)


@settings(max_examples=30)
@given(worlds, questions, st.randoms(use_true_random=False))
def test_the_order_of_input_rows_changes_nothing(
    tables: dict[str, list[Row]], asked: dict[str, Any], random: Any
) -> None:
    turned = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}
    before, after = recommend(snapshot(**tables), **asked), recommend(snapshot(**turned), **asked)
    assert before.to_dict() == after.to_dict()


@settings(max_examples=30)
@given(worlds, questions, firms)
def test_a_firm_that_stands_nowhere_changes_no_order(
    tables: dict[str, list[Row]], asked: dict[str, Any], other: Row
) -> None:
    more = tables | {"firms": [*tables["firms"], other | {"firm_id": "别家", "name": "别家"}]}
    before, after = recommend(snapshot(**tables), **asked), recommend(snapshot(**more), **asked)
    assert order(before) == order(after)
    assert before.considered == after.considered


@settings(max_examples=30)
@given(worlds, questions, st.integers(1, 3))
def test_explain_agrees_for_every_firm(
    tables: dict[str, list[Row]], asked: dict[str, Any], top: int
) -> None:
    world = snapshot(**tables)
    listed = {t["firm"]["id"]: t for t in recommend(world, **asked, top=top).to_dict()["targets"]}
    excluded: dict[str, int] = {}
    for row in tables["firms"]:
        said = explain(world, row["firm_id"], **asked, top=top).to_dict()
        assert said["listed"] == (row["firm_id"] in listed)
        if said["excluded_by"]:
            excluded[said["excluded_by"]] = excluded.get(said["excluded_by"], 0) + 1
        if said["listed"]:
            mine = listed[row["firm_id"]]
            assert {key: said[key] for key in ("rank", "score", "link", "components")} == {
                key: mine[key] for key in ("rank", "score", "link", "components")
            }
    assert excluded == recommend(world, **asked, top=top).to_dict()["excluded"]


@settings(max_examples=30)
@given(worlds)
def test_targets_stand_at_gaps_and_only_there(tables: dict[str, list[Row]]) -> None:
    world = snapshot(**tables)
    (found,) = find_gaps(world, region="330900", chain="wind").to_dict()["chains"]
    gaps = {row["link"]["id"] for row in found["links"] if row["status"] in ("missing", "weak")}
    answer = recommend(world, region="330900", chain="wind", top=50)
    assert {target.link_id for target in answer.targets} <= gaps
    at = {(row["firm_id"], row["link_id"]) for row in tables["positions"]}
    away = {
        row["firm_id"]
        for row in tables["firms"]
        if row["region_code"] != "330900" and row["status"] != "注销"
    }
    assert {t.firm.id for t in answer.targets} == {f for f, k in at if f in away and k in gaps}
