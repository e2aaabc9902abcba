from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from graph.lookup import LookupProblem
from recommender import QueryError, RankSettings, Recommendation, recommend, recommend_many
from recommender.settings import DEFAULT_WEIGHTS
from recommender.signals import SIGNALS
from tests.factory import region, store
from tests.recommender.worlds import Row, event, firm, position, snapshot, tie, wind

ZHOUSHAN: dict[str, Any] = {"region": "舟山", "chain": "风电"}


def names(answer: Recommendation) -> list[str]:
    return [target.firm.name for target in answer.targets]


def test_firms_from_elsewhere_at_the_gaps_each_once_at_its_best_link() -> None:
    answer = recommend(snapshot(**wind()), **ZHOUSHAN)
    assert sorted(names(answer)) == ["宁波塔筒", "宁波钢", "深圳叶片", "深圳塔筒"]
    best = {target.firm.name: target.link_name for target in answer.targets}
    assert best["宁波塔筒"] == "tower"
    assert answer.excluded == {"已在本地": 1, "非存续状态": 1}
    assert answer.considered == 6
    assert [target.rank for target in answer.targets] == [1, 2, 3, 4]


def test_the_nearer_of_two_like_firms_comes_first() -> None:
    like = wind(
        firms=[firm("近厂", "330200", employees=10), firm("远厂", "440300", employees=10)],
        positions=[position("近厂", "wind.blade", 0.5), position("远厂", "wind.blade", 0.5)],
    )
    found = names(recommend(snapshot(**like), **ZHOUSHAN))
    assert found.index("近厂") < found.index("远厂")


def test_a_link_that_the_region_has_is_no_gap() -> None:
    more = wind(
        firms=[firm("外地整机", "440300")], positions=[position("外地整机", "wind.turbine")]
    )
    answer = recommend(snapshot(**more), **ZHOUSHAN)
    assert "外地整机" not in names(answer)
    assert answer.excluded["所在环节本地已具备"] == 1
    weak = RankSettings(presence_threshold=1.5)
    assert "外地整机" in names(recommend(snapshot(**more), **ZHOUSHAN, settings=weak))


def test_a_link_can_be_asked_for_though_it_is_no_gap_and_is_filled_with_likely_firms() -> None:
    answer = recommend(snapshot(**wind()), **ZHOUSHAN, link="steel")
    assert {"宁波钢", "宁波塔筒"} <= set(names(answer))
    assert {target.link_name for target in answer.targets} == {"steel"}
    guessed = [t for t in answer.targets if "尚无「steel」卡位记录" in t.reasons[0]]
    assert [t.firm.name for t in guessed] == ["深圳塔筒"]
    parts = {share.name: share for share in guessed[0].score.shares}
    assert parts["fit"].value is not None
    assert 0 < parts["fit"].value <= 0.5


def test_without_a_region_firms_not_at_the_link_by_how_likely_they_belong() -> None:
    answer = recommend(snapshot(**wind()), link="steel")
    assert answer.model["kind"] == "membership"
    assert names(answer)[0] == "深圳塔筒"  # 宁波塔筒 holds tower and steel
    assert not {"宁波钢", "宁波塔筒"} & set(names(answer))
    assert answer.excluded == {"已在该环节": 2, "非存续状态": 1}
    assert "已在「tower」（1 家兼营）" in answer.targets[0].reasons[0]


def test_known_only_gives_the_best_at_the_link() -> None:
    answer = recommend(snapshot(**wind()), link="tower", known="only")
    assert names(answer) == ["宁波塔筒", "深圳塔筒"]
    assert "proximity" not in {share.name for share in answer.targets[0].score.shares}


def test_a_chain_alone_gives_the_countrys_best() -> None:
    answer = recommend(snapshot(**wind()), chain="风电", top=2)
    assert len(answer.targets) == 2
    assert names(answer)[0] in ("舟山整机", "深圳叶片")


def test_even_firms_by_size_then_id() -> None:
    even = wind(
        firms=[
            firm("乙", "440300", employees=10, tags=["上市"]),
            firm("甲", "440300", employees=10, tags=["上市"]),
        ],
        positions=[position("乙", "wind.blade", 0.1), position("甲", "wind.blade", 0.1)],
    )
    found = names(recommend(snapshot(**even), **ZHOUSHAN))
    assert found.index("乙") + 1 == found.index("甲")  # U+4E59 before U+7532


def test_unknown_is_null_and_widens_the_interval() -> None:
    answer = recommend(snapshot(**wind()), **ZHOUSHAN).to_dict()
    target = next(t for t in answer["targets"] if t["firm"]["name"] == "宁波钢")
    assert target["components"]["capacity"]["value"] is None
    assert target["components"]["momentum"]["value"] is None
    low, high = target["interval"]
    assert low < target["score"] < high
    assert high - low == pytest.approx(1 - target["coverage"])


def test_events_after_the_day_are_not_seen() -> None:
    tables = wind(events=[event("深圳塔筒", "330200", "wind.tower", "2023-05")])
    assert _momentum(tables, RankSettings(as_of="2022")) is None
    assert _momentum(tables, RankSettings(as_of="2023-05")) == pytest.approx(0.5, abs=1e-5)
    later = RankSettings(as_of="2026-05", half_life_years=3)
    assert _momentum(tables, later) == pytest.approx(0.5 / 1.5, abs=1e-5)
    assert _momentum(tables, None) == pytest.approx(0.5, abs=1e-5)  # the latest day in the data


def _momentum(tables: dict[str, list[Row]], settings: RankSettings | None) -> object:
    answer = recommend(snapshot(**tables), **ZHOUSHAN, settings=settings).to_dict()
    found = next(t for t in answer["targets"] if t["firm"]["name"] == "深圳塔筒")
    return found["components"]["momentum"]["value"]


def test_a_way_in_through_a_person_and_through_a_supplier() -> None:
    tables = wind(
        ties=[
            tie("深圳叶片", "supplies", "舟山整机", weight=0.8),
            tie("person:p1", "leads", "宁波钢"),
            tie("person:p1", "native_of", "region:330900", weight=1.0),
        ],
        people=[{"person_id": "p1", "name": "王某", "source": "test"}],
    )
    answer = recommend(snapshot(**tables), **ZHOUSHAN).to_dict()
    found = {t["firm"]["name"]: t for t in answer["targets"]}
    (way,) = found["深圳叶片"]["paths"]
    assert way["strength"] == pytest.approx(0.8)
    assert [(s["from"]["name"], s["label"], s["to"]["name"]) for s in way["steps"]] == [
        ("舟山整机", "供应", "深圳叶片")
    ]
    assert way["steps"][0]["direction"] == "backward"
    (way,) = found["宁波钢"]["paths"]
    assert [s["to"]["name"] for s in way["steps"]] == ["王某", "宁波钢"]
    assert found["宁波钢"]["components"]["reach"]["value"] == pytest.approx(0.5)
    assert found["深圳塔筒"]["components"]["reach"]["value"] is None


def test_a_hub_is_no_way_in() -> None:
    ties = [tie("org:协会", "member_of", name) for name in ("舟山整机", "深圳叶片", "宁波钢")]
    tables = wind(ties=ties)
    met = recommend(snapshot(**tables), **ZHOUSHAN)
    assert any(target.paths for target in met.targets)
    shut = recommend(snapshot(**tables), **ZHOUSHAN, settings=RankSettings(hub_limit=2))
    assert not any(target.paths for target in shut.targets)


def test_shape_of_the_answer() -> None:
    found = recommend(snapshot(**wind()), **ZHOUSHAN, top=1)
    answer = found.to_dict()
    assert {"query", "data_version", "model", "considered", "excluded", "targets"} <= set(answer)
    assert set(answer["model"]) == {"kind", "version", "trained_on"}
    (target,) = answer["targets"]
    assert set(target) == {
        "rank", "firm", "link", "score", "interval", "coverage", "components", "reasons", "paths",
        "checks", "stability", "probability",
    }  # fmt: skip
    assert set(target["firm"]) == {"id", "name", "uscc", "region", "tags"}
    assert set(target["components"]["fit"]) == {"value", "weight", "contribution", "source"}
    assert found.to_frame().shape == (1, 10)
    assert list(found.to_frame(chinese=True).columns)[:2] == ["名次", "企业"]
    assert found.targets[0].firm.name in found._repr_html_()


def test_many_questions_in_one_go() -> None:
    asked = [ZHOUSHAN | {"top": "1"}, {"link": "tower", "known": "only"}]
    first, second = recommend_many(snapshot(**wind()), asked)
    assert len(first.targets) == 1
    assert names(second) == ["宁波塔筒", "深圳塔筒"]


def test_what_cannot_be_answered_is_said() -> None:
    world = snapshot(**wind())
    with pytest.raises(QueryError, match="产业链或环节"):
        recommend(world, region="舟山")
    with pytest.raises(QueryError, match="至少为 1"):
        recommend(world, **ZHOUSHAN, top=0)
    with pytest.raises(LookupProblem):
        recommend(world, region="舟山", chain="海鲜")


def test_an_empty_chain_gives_an_empty_list(tmp_path: Path) -> None:
    tables = {name: wind()[name] for name in ("regions", "chains", "links")}
    answer = recommend(store(tmp_path, **tables).snapshot(), **ZHOUSHAN)
    assert (answer.considered, answer.targets, dict(answer.excluded)) == (0, (), {})


@pytest.mark.parametrize(
    "wrong",
    [{"as_of": "2023/05"}, {"weights": {"luck": 1.0}}, {"weights": {"fit": -1.0}}, {"half": 1}],
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RankSettings.model_validate(wrong)


def test_affinity_knows_only_places_of_which_something_is_known() -> None:
    # Nothing is known of 广州, and an investment at home shows no attraction.
    empty = [region("440100", "广州市", "440000")]
    there = wind(regions=empty, events=[event("深圳塔筒", "440100", "wind.tower", "2023")])
    assert _affinity(there) is None
    home = wind(events=[event("深圳塔筒", "440300", "wind.tower", "2023")])
    assert _affinity(home) is None
    own = wind(events=[event("深圳塔筒", "330900", "wind.tower", "2023")])
    assert _affinity(own) == pytest.approx(0.6 * 0.5 + 0.4 * 1.0, abs=1e-5)


def _affinity(tables: dict[str, list[Row]]) -> object:
    answer = recommend(snapshot(**tables), **ZHOUSHAN).to_dict()
    found = next(t for t in answer["targets"] if t["firm"]["name"] == "深圳塔筒")
    return found["components"]["affinity"]["value"]


def test_years_in_business_count_where_they_are_known() -> None:
    tables = wind()
    for row in tables["firms"]:
        row["founded"] = {"宁波塔筒": "2014", "深圳塔筒": "2019-03"}.get(row["name"])
    settings = RankSettings(as_of="2024-12-31")
    answer = recommend(snapshot(**tables), region="舟山", link="tower", settings=settings)
    found = {t.firm.name: t for t in answer.targets}
    assert "2019 年成立，至 2024 年已经营 5 年（来源：企业表）。" in found["深圳塔筒"].reasons
    settings = RankSettings(as_of="2024")
    answer = recommend(snapshot(**tables), region="舟山", link="tower", settings=settings)
    found = {t.firm.name: t for t in answer.targets}
    values = {name: t.to_dict()["components"]["soundness"]["value"] for name, t in found.items()}
    assert values["宁波塔筒"] == pytest.approx(10 / 15)
    assert values["深圳塔筒"] == pytest.approx((4 + 10 / 12) / (9 + 10 / 12), rel=1e-4)
    assert "2014 年成立，至 2024 年已经营 10 年（来源：企业表）。" in found["宁波塔筒"].reasons
    assert {v for name, v in values.items() if name not in {"宁波塔筒", "深圳塔筒"}} == {None}


def test_the_table_of_signals_in_the_docs_is_the_one_in_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ranking.md").read_text("utf8")
    line = r"^\| `(\w+)` \| (\d\.\d+) \| [^|]+ \| ([^|]+) \|$"
    rows = re.findall(line, page, re.MULTILINE)
    assert rows == [(s.name, f"{DEFAULT_WEIGHTS[s.name]:.2f}", s.source) for s in SIGNALS]


def test_standing_by_size_is_the_place_among_those_known_and_one_alone_is_no_giant() -> None:
    sizes = {"甲叶片": 900, "乙叶片": 300, "丙叶片": 300, "丁塔筒": 5}
    at = {name: "wind.blade" if name.endswith("叶片") else "wind.tower" for name in sizes}
    nobody = firm("戊叶片", "440300")
    world = wind(
        firms=[*(firm(name, "440300", employees=n) for name, n in sizes.items()), nobody],
        positions=[
            position(name, link, 0.5) for name, link in (at | {"戊叶片": "wind.blade"}).items()
        ],
    )
    world["firms"] = [row for row in world["firms"] if row["name"] in {*sizes, "戊叶片"}]
    world["positions"] = [row for row in world["positions"] if row["firm_id"] in {*sizes, "戊叶片"}]
    answer = recommend(snapshot(**world), **ZHOUSHAN)
    found = {t.firm.name: t for t in answer.targets}
    parts = {name: t.to_dict()["components"]["leadership"]["value"] for name, t in found.items()}
    assert parts == pytest.approx(
        {"甲叶片": 3 / 4, "乙叶片": 2 / 4, "丙叶片": 2 / 4, "丁塔筒": 1 / 2, "戊叶片": None}
    )
    said = {name: " ".join(t.reasons) for name, t in found.items()}
    assert "规模居同环节 3 家之第 1" in said["甲叶片"]
    assert "规模居同环节 3 家之第 2" in said["乙叶片"]
    assert "规模居" not in said["丁塔筒"]
