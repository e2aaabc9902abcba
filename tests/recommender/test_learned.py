from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import QueryError, recommend
from recommender.learned import Learned, TooFewEvents, before, past_events, train
from recommender.learned.features import FEATURES
from recommender.learned.fit import Case, _surprise, fit, scores
from recommender.learned.model import ModelUnreadable
from recommender.learned.past import day_before, nearest_link, unheard_of
from recommender.learned.training import case_of, lesson_of
from recommender.settings import DEFAULTS
from tests.contracts.model import ModelContract
from tests.recommender.past_world import past
from tests.recommender.worlds import event, firm, position, snapshot, tie, wind


class TestLearned(ModelContract):
    model = Learned(tuple((signal.name, 1.0 + i) for i, signal in enumerate(FEATURES)), "test")


# ── weights from choices ────────────────────────────────────────────────────────────────────────


def cases(seed: int = 0) -> list[Case]:
    """Whoever has most of the first feature came; the second is chance, the third never known."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(40):
        values = random.random((30, 3))
        values[:, 2] = np.nan
        values[random.random(30) < 0.2, 1] = np.nan
        found.append(Case(values, int(np.argmax(values[:, 0]))))
    return found


def test_the_feature_that_decided_weighs_most_and_an_unknown_one_nothing() -> None:
    decisive, chance, unknown = fit(cases())
    assert decisive > 5 * chance
    assert unknown == 0.0


def test_the_slope_is_that_of_the_loss() -> None:
    case, weights = cases()[0], np.array([2.0, 1.0, 0.5])
    x, known = np.nan_to_num(case.values), case.known
    _, slope = _surprise(x, known, case.came, weights)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-6
        up, down = (_surprise(x, known, case.came, weights + d)[0] for d in (step, -step))
        assert slope[place] == pytest.approx((up - down) / 2e-6, abs=1e-5)


@given(st.integers(0, 50))
def test_scores_are_means_of_what_is_known(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = np.where(random.random((20, 4)) < 0.4, np.nan, random.random((20, 4)))
    found = scores(values, random.random(4) + 0.01)
    known = ~np.isnan(values)
    for row, score in enumerate(found):
        own = values[row][known[row]]
        assert (own.min() - 1e-12 <= score <= own.max() + 1e-12) if len(own) else score == 0.0


# ── training ────────────────────────────────────────────────────────────────────────────────────


def test_it_learns_who_comes() -> None:
    world = snapshot(**past())
    model = train(world)
    answer = recommend(world, region="舟山", link="wind.blade", model=model, top=4)
    assert all("叶片" in world_products(world, t.firm.id) for t in answer.targets)
    assert int(answer.targets[0].firm.name[2:]) < 8
    assert model.trained_on is not None
    assert model.trained_on.endswith("起投资事件（2012-01 至 2021-04）")


def world_products(world: object, firm_id: str) -> str:
    rows = {row["firm_id"]: row for row in past()["firms"]}
    return ";".join(rows[firm_id]["products"])


def test_the_same_facts_in_another_order_give_the_same_model() -> None:
    tables = past()
    turned = {name: rows[::-1] for name, rows in tables.items()}
    one, other = train(snapshot(**tables)), train(snapshot(**turned))
    assert one.version == train(snapshot(**tables)).version
    assert dict(one.weights) == pytest.approx(dict(other.weights))


def test_nothing_after_the_day_is_learned_from() -> None:
    tables = past()
    kept = [row for row in tables["events"] if row["date"] < "2018"]
    later = [
        event("路人01", "330900", "wind.blade", f"20{18 + n % 4}-0{n % 9 + 1}") for n in range(30)
    ]
    one = train(snapshot(**tables), until="2018")
    other = train(snapshot(**(tables | {"events": [*kept, *later]})), until="2018")
    assert one.weights == other.weights
    assert one.chance == other.chance
    assert one.card["data"]["last"] < "2018"


def test_an_event_is_seen_as_on_its_eve() -> None:
    world = snapshot(**past())
    for asked in past_events(world)[10:14]:
        whole = case_of(world, asked, DEFAULTS)
        then = case_of(before(world, asked.day), asked, DEFAULTS)
        assert isinstance(whole, Case)
        assert isinstance(then, Case)
        assert whole.came == then.came
        np.testing.assert_array_equal(whole.values, then.values)


def test_too_few_events_are_said_to_be_too_few() -> None:
    with pytest.raises(TooFewEvents, match="只有 8 起"):
        train(snapshot(**past(range(2012, 2014))))


def test_the_card_names_data_features_metrics_and_limits() -> None:
    card = train(snapshot(**past())).card
    json.dumps(card, allow_nan=False)
    assert {f["name"] for f in card["features"]} == {signal.name for signal in FEATURES}
    assert sum(f["share"] for f in card["features"]) == pytest.approx(1.0)
    assert card["metrics"]["events"] >= 10
    assert card["limits"]


def test_probabilities_rise_with_the_score_and_sum_to_what_happened() -> None:
    world = snapshot(**past())
    model = train(world)
    chances = model.probability(np.linspace(0, 1, 11))
    assert chances is not None
    assert np.all(np.diff(chances) > 0)
    assert np.all((chances > 0) & (chances < 1))
    told = model.card["calibration"]
    predicted = sum(one["predicted"] * one["candidates"] for one in told)
    observed = sum(one["observed"] * one["candidates"] for one in told)
    assert predicted == pytest.approx(observed, rel=0.05)


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_model_scores_alike(tmp_path: Path) -> None:
    model = train(snapshot(**past()))
    model.save(tmp_path / "models" / "learned.json")
    back = Learned.load(tmp_path / "models" / "learned.json")
    assert (back, back.version, back.card) == (model, model.version, model.card)


@pytest.mark.parametrize("text", ["{", "{}", '{"form": 99}', '{"form": 1, "weights": {"x": 1}}'])
def test_a_file_that_is_no_model_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "learned.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelUnreadable, match=r"不是可用的模型文件|格式已过时"):
        Learned.load(path)


# ── the past ────────────────────────────────────────────────────────────────────────────────────


def test_the_day_before_a_partial_date() -> None:
    assert [day_before(d) for d in ("2018", "2018-03", "2018-03-01", "2020-03")] == [
        "2017-12-31", "2018-02-28", "2018-02-28", "2020-02-29",
    ]  # fmt: skip


def test_before_hides_what_is_dated_later() -> None:
    known, later = position("深圳塔筒", "wind.blade"), position("宁波钢", "wind.blade", date="2021")
    old = tie("宁波钢", "supplies", "深圳叶片")
    new = tie("宁波钢", "supplies", "舟山整机", date="2020-05")
    came = [event("深圳叶片", "330900", "wind.blade", d) for d in ("2019-12", "2020")]
    tables = wind(events=came, positions=[known, later], ties=[old, new])
    world = snapshot(**tables)
    then = before(world, "2020")
    assert len(then.events) == 1
    assert len(then.positions) == len(world.positions) - 1
    assert then.ties.table.num_rows == 1
    for row in range(len(then.firms)):
        at = then.positions.of_firm(row)
        assert (then.positions.firm[at] == row).all()


def test_expansions_at_home_are_no_questions() -> None:
    home = event("深圳叶片", "440300", "wind.blade", "2020")
    away = event("深圳叶片", "330900", "wind.blade", "2020")
    found = past_events(snapshot(**wind(events=[home, away])))
    assert [one.id for one in found] == [away["event_id"]]


def test_a_firm_that_only_its_event_made_known_is_not_known_before() -> None:
    new = firm("新来", "440300", source="投资事件报道", products=["风电叶片"])
    came = event("新来", "330900", "wind.blade", "2020-06")
    world = snapshot(**wind(firms=[new], events=[came]))
    assert [one.fresh for one in past_events(world)] == [True]
    row = world.firms.row("新来")
    assert unheard_of(world, 2020.0)[row]
    assert not unheard_of(world, 2021.0)[row]
    assert not before(world, "2020").firms.active[row]
    assert lesson_of(world, DEFAULTS).left_out == {"此前没有该企业的任何记录": 1}


def test_a_report_without_a_link_of_ours_is_put_at_the_nearest() -> None:
    tables = wind()
    links = [row | {"keywords": ["叶片", "风电叶片"]} if row["name"] == "blade" else row
             for row in tables["links"]]  # fmt: skip
    told = json.dumps({"link_text": "海上风电叶片", "chain_text": "风电"}, ensure_ascii=False)
    came = event("深圳叶片", "330900", None, "2020", attributes=told)
    world = snapshot(**(tables | {"links": links, "events": [came]}))
    (asked,) = past_events(world)
    assert world.links.names[asked.query.link] == "blade"
    assert asked.query.product == "海上风电叶片"
    assert nearest_link(world, "毫不相干") == -1


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def test_a_product_is_found_among_firms_without_a_position() -> None:
    maker = firm("青岛玻纤", "440300", products=["玻璃纤维布", "风电叶片芯材"])
    world = snapshot(**wind(firms=[maker]))
    model = Learned((("product", 2.0), ("standing", 1.0)), "test")
    answer = recommend(world, region="舟山", link="blade", product="叶片芯材", model=model)
    (target, *_) = answer.targets
    assert target.firm.name == "青岛玻纤"
    assert answer.query["product"] == "叶片芯材"
    assert any("风电叶片芯材" in reason for reason in target.reasons)


def test_models_go_by_name() -> None:
    world = snapshot(**past())
    named = recommend(world, region="舟山", link="wind.blade", model="learned")
    assert named.model["kind"] == "learned"
    chances = [target.probability for target in named.targets]
    assert all(chance is not None and 0 < chance < 1 for chance in chances)
    assert chances == sorted(chances, key=lambda chance: -(chance or 0))
    plain = recommend(world, region="舟山", link="wind.blade", model="weights")
    assert {target.probability for target in plain.targets} == {None}
    with pytest.raises(QueryError, match="没有名为「最好」的模型"):
        recommend(world, region="舟山", link="wind.blade", model="最好")
    with pytest.raises(TooFewEvents):
        recommend(snapshot(**wind()), region="舟山", link="tower", model="learned")
