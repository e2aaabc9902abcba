"""What would have to change, how sure a place is, and that contributions add up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import RankSettings, explain, recommend
from recommender.blend import Part, blend, scores_of
from recommender.changes import changes, joint
from recommender.models import Scored
from recommender.stability import stability
from tests.recommender.worlds import snapshot, wind

ASKED: dict[str, Any] = {"region": "舟山", "chain": "风电"}
VALUES = st.one_of(st.just(float("nan")), st.floats(0, 1, width=32))
TABLES = st.integers(1, 5).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(0.01, 1), min_size=k, max_size=k),
        st.lists(st.lists(VALUES, min_size=k, max_size=k), min_size=1, max_size=6),
    )
)
Table = tuple[list[float], list[list[float]]]


def scored(table: Table) -> Scored:
    weights, rows = table
    values = np.array(rows)
    parts = tuple(
        Part(f"p{i}", f"第{i}项", weight, "test", values[:, i]) for i, weight in enumerate(weights)
    )
    return Scored(blend(parts, len(rows)), parts)


@given(table=TABLES)
def test_contributions_add_up_to_the_score(table: Table) -> None:
    made = scored(table)
    for score in scores_of(made.parts, np.arange(len(made.scores)), made.scores):
        assert sum(share.contribution for share in score.shares) == pytest.approx(
            score.value, abs=1e-12
        )
        low, high = score.interval
        assert low - 1e-12 <= score.value <= high + 1e-12


@given(table=TABLES, wanted=st.floats(0, 1))
def test_a_change_reaches_the_score_and_less_does_not(table: Table, wanted: float) -> None:
    made = scored(table)
    (score,) = scores_of(made.parts, np.array([0]), made.scores[:1])
    row = table[1][0]
    for change in changes(score, wanted):
        i = int(change.name[1:])

        def with_value(value: float, i: int = i) -> float:
            changed = scored((table[0], [[*row[:i], value, *row[i + 1 :]]]))
            return float(changed.scores[0])

        if change.needed is None:
            assert with_value(1.0) < wanted
        else:
            assert with_value(change.needed) >= wanted - 1e-6
            if change.needed > 1e-6:
                assert with_value(change.needed - 1e-6) <= wanted + 1e-9


@given(table=TABLES, wanted=st.floats(0, 1))
def test_components_named_together_are_enough(table: Table, wanted: float) -> None:
    made = scored(table)
    (score,) = scores_of(made.parts, np.array([0]), made.scores[:1])
    named = {int(label.strip("第项")) for label in joint(score, wanted)}
    row = [1.0 if i in named else value for i, value in enumerate(table[1][0])]
    assert scored((table[0], [row])).scores[0] >= wanted - 1e-6


def test_the_smallest_step_comes_first() -> None:
    made = scored(([0.6, 0.3, 0.1], [[0.2, 0.5, float("nan")]]))
    (score,) = scores_of(made.parts, np.array([0]), made.scores)
    found = changes(score, 0.5)
    steps = [c.step for c in found if c.step is not None]
    assert steps == sorted(steps)
    assert [c.name for c in found] == ["p0", "p1", "p2"]
    assert found[-1].needed is None


def test_one_draw_of_no_spread_is_the_ranking_itself() -> None:
    made = scored(([0.5, 0.5], [[0.9, 0.9], [0.5, 0.4], [0.1, 0.2]]))
    order = np.array([0, 1, 2])
    found = stability(made, order, order, top=2, draws=3, spread=1e-9)
    assert [s.share for s in found] == [1.0, 1.0, 0.0]
    assert [s.ranks for s in found] == [(1, 1), (2, 2), (3, 3)]


def test_who_leads_everywhere_stays_whatever_the_weights() -> None:
    made = scored(([0.5, 0.5], [[0.9, 0.9], [0.5, 0.1], [0.1, 0.5]]))
    first, second, third = stability(made, np.arange(3), np.arange(3), top=2, draws=400, spread=0.3)
    assert first.share == 1.0
    assert 0.3 < second.share < 0.7
    assert second.share + third.share == pytest.approx(1.0)


def test_explain_says_what_is_missing_and_it_is_enough() -> None:
    data = snapshot(**wind())
    said = explain(data, "宁波钢", **ASKED, top=1)
    assert said.entry == recommend(data, **ASKED, top=1).targets[0].score.value
    assert said.target is not None
    assert said.entry > said.target.score.value
    assert any("其他项不变时" in r or "同时提高到最高才够" in r for r in said.reasons)
    assert any(r.startswith("权重各自随机浮动 200 次") for r in said.reasons)
    told = said.to_dict()
    assert set(told["changes"]) == {share.name for share in said.target.score.shares}
    assert told["stability"]["top"] == 1


def test_all_gates_are_named_and_the_place_without_them() -> None:
    tables = wind()
    tables["firms"] = [
        row | {"status": "注销"} if row["name"] == "舟山整机" else row for row in tables["firms"]
    ]
    said = explain(snapshot(**tables), "舟山整机", **ASKED)
    assert said.held_by == ("已在本地", "非存续状态")
    assert said.rank_if_allowed is not None
    assert any(r.startswith("要解除「非存续状态」") for r in said.reasons)


def test_targets_say_how_stable_they_are_when_asked() -> None:
    data = snapshot(**wind())
    assert recommend(data, **ASKED).targets[0].stability is None
    found = recommend(data, **ASKED, top=2, settings=RankSettings(draws=50))
    assert all(t.stability and t.stability.draws == 50 for t in found.targets)
    own = explain(data, found.targets[1].firm.id, **ASKED, top=2, settings=RankSettings(draws=50))
    assert own.stability == found.targets[1].stability
