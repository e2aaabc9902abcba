"""Check lists: what passes, fails, is not known; gates, warnings, score sheets; parks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recommender import RankSettings, explain, recommend
from recommender.checks import EXAMPLE, Check, CheckList, CheckListInvalid, read_checks
from recommender.checks.park import condition, park_checks, with_park
from recommender.checks.values import number, to_fill
from tests.recommender.worlds import firm, position, snapshot, wind

ASKED: dict[str, Any] = {"region": "舟山", "chain": "风电"}


def world(*, parks: tuple[dict[str, Any], ...] = (), **attributes: dict[str, Any]) -> Any:
    """The wind world in which the firms named have `attributes`."""
    tables = wind()
    for row in tables["firms"]:
        given = attributes.get(row["name"])
        if given:
            row["attributes"] = json.dumps(given, ensure_ascii=False)
    return snapshot(**tables, parks=list(parks))


def checked(*checks: Check) -> RankSettings:
    return RankSettings(checks=CheckList(name="清单", checks=checks))


def listed_by(data: Any, *checks: Check) -> set[str]:
    found = recommend(data, **ASKED, settings=checked(*checks))
    return {target.firm.name for target in found.targets}


INTENSITY = Check(item="亩均投资", of=("亩均投资",), unit="万元/亩", at_least=300, basis="示例")


def test_who_fails_is_left_out_and_counted_who_is_unknown_is_warned_of() -> None:
    data = world(深圳叶片={"亩均投资": "120"}, 宁波塔筒={"亩均投资": 400})
    found = recommend(data, **ASKED, settings=checked(INTENSITY))
    assert found.excluded["准入不符：亩均投资"] == 1
    said = {t.firm.name: t for t in found.targets}
    assert "深圳叶片" not in said
    assert not [r for r in said["宁波塔筒"].reasons if "准入" in r]
    assert "准入未知：亩均投资，接洽时请核实。" in said["深圳塔筒"].reasons
    sheets = {name: t.to_dict()["checks"] for name, t in said.items()}
    assert sheets["宁波塔筒"]["score"] == 100
    assert sheets["宁波塔筒"]["lines"][0]["value"] == "400 万元/亩"
    assert (sheets["深圳塔筒"]["score"], sheets["深圳塔筒"]["interval"]) == (None, [0, 100])
    why = explain(data, "深圳叶片", **ASKED, settings=checked(INTENSITY))
    assert why.held_by == ("准入不符：亩均投资",)
    assert any("亩均投资不低于 300 万元/亩" in reason for reason in why.reasons)


def test_who_nothing_but_the_list_keeps_off_is_told_with_the_sheet() -> None:
    data = world(深圳叶片={"亩均投资": "120"}, 宁波塔筒={"亩均投资": 200})
    found = recommend(data, **ASKED, settings=checked(INTENSITY))
    assert {t.firm.name for t in found.refused} == {"深圳叶片", "宁波塔筒"}
    assert [t.rank for t in found.refused] == [None, None]
    scores = [t.score.value for t in found.refused]
    assert scores == sorted(scores, reverse=True)
    assert {t["checks"]["lines"][0]["verdict"] for t in found.to_dict()["refused"]} == {"fail"}
    one = recommend(data, **ASKED, top=1, settings=checked(INTENSITY))
    assert [t.firm.name for t in one.refused] == [found.refused[0].firm.name]
    assert recommend(data, **ASKED).refused == ()
    alone = explain(data, found.refused[0].firm.name, **ASKED, settings=checked(INTENSITY))
    assert alone.target is not None
    assert alone.target.score.value == pytest.approx(scores[0])


def test_what_a_list_looks_at_and_no_column_holds_is_asked_in_the_template() -> None:
    asked = to_fill(read_checks(EXAMPLE))
    assert list(asked)[:2] == ["计划投资(亿元)", "亩均投资(万元/亩)"]
    assert "要求不低于 300 万元/亩" in asked["亩均投资(万元/亩)"]
    standard = (
        Check(item="a", of=("tags",), none_of=("失信",)),
        Check(item="b", of=("business",), none_of=("x",)),
        Check(item="c", of=("注册资本",), at_least=1), Check(item="d", of=("看一看",)),
    )  # fmt: skip
    assert to_fill(CheckList(name="清单", checks=standard)) == {}


def test_a_warning_keeps_the_firm_and_says_value_limit_and_basis() -> None:
    data = world(深圳叶片={"亩均投资": "120"})
    mild = INTENSITY.model_copy(update={"fails": "warn"})
    found = recommend(data, **ASKED, settings=checked(mild))
    (target,) = [t for t in found.targets if t.firm.name == "深圳叶片"]
    assert "准入提示：亩均投资 120 万元/亩（要求不低于 300 万元/亩，依据：示例）未达要求。" in (
        target.reasons
    )
    assert target.checks is not None
    assert target.checks.score == 0
    assert not found.excluded.get("准入不符：亩均投资")


def test_units_are_compared_or_not_known() -> None:
    assert number("5亿元", "万元") == 50_000
    assert number("1,200.5", "万元/亩") == 1200.5
    assert number("约 300 万元/亩", "万元/亩") == 300
    assert number("0.3吨", "千克") is None
    assert number("暂无", "亩") is None
    data = world(深圳叶片={"亩均投资(万元/亩)": "120"}, 宁波塔筒={"亩均投资": "12 亿元/平方公里"})
    found = recommend(data, **ASKED, settings=checked(INTENSITY))
    assert found.excluded["准入不符：亩均投资"] == 1
    assert "宁波塔筒" in [t.firm.name for t in found.targets]


def test_words_products_codes_and_links() -> None:
    tables = wind(
        firms=[firm("化工甲", "440300", products=["电石", "叶片"])],
        positions=[position("化工甲", "wind.blade")],
    )
    tables["links"] = [
        row | {"industry_codes": ["2651"] if row["link_id"] == "wind.steel" else ["3415"]}
        for row in tables["links"]
    ]
    data = snapshot(**tables)
    banned = Check(item="负面清单", of=("business",), none_of=("电石", "steel"))
    found = recommend(data, **ASKED, settings=checked(banned))
    assert found.excluded["准入不符：负面清单"] == 2  # 化工甲 by product, 宁波钢 by link
    listed = {t.firm.name: t.link_name for t in found.targets}
    assert "宁波钢" not in listed
    assert listed["宁波塔筒"] == "tower"
    chemical = Check(item="化工", of=("industry_codes",), none_of=("26",))
    assert "宁波钢" not in listed_by(data, chemical)
    elsewhere = chemical.model_copy(update={"links": ("blade",)})
    assert "宁波钢" in listed_by(data, elsewhere)


def test_gates_that_only_together_leave_no_link() -> None:
    tables = wind(
        firms=[firm("两处", "440300")],
        positions=[position("两处", "wind.turbine"), position("两处", "wind.blade")],
    )
    no_blades = Check(item="叶片", of=("business",), none_of=("blade",))
    said = explain(snapshot(**tables), "两处", **ASKED, settings=checked(no_blades))
    assert not said.listed
    assert said.excluded_by is not None
    assert said.target is not None


PARK = {
    "park_id": "p1", "name": "港口园", "region_code": "330900", "land_available": 200.0,
    "constraints": ["亩均投资≥400万元/亩", "禁止：电石、烧碱", "无岸线",
                    "最低投资5亿元", "非化工园区", "产业协同"],
    "source": "test",
}  # fmt: skip


def test_a_parks_row_is_a_check_list() -> None:
    data = world(parks=(PARK,), 深圳叶片={"用地需求": "350亩"}, 宁波塔筒={"岸线需求": "120 米"})
    lines = {c.item: c for c in park_checks(data, "港口园").checks}
    assert lines["用地需求"].at_most == 200
    assert (lines["亩均投资"].at_least, lines["亩均投资"].unit) == (400, "万元/亩")
    assert lines["禁止：电石、烧碱"].none_of == ("电石", "烧碱")
    assert lines["投资"].at_least == 5
    assert lines["化工项目须进化工园区"].of == ("industry_codes",)
    assert lines["产业协同"].manual
    settings, code = with_park(data, RankSettings(), "p1")
    assert code == "330900"
    found = recommend(data, region=code, chain="风电", settings=settings)
    assert found.excluded["准入不符：用地需求"] == 1
    assert found.excluded["准入不符：岸线需求"] == 1
    assert found.targets
    assert all("产业协同" in reason for t in found.targets for reason in t.reasons[-1:])


@pytest.mark.parametrize(
    ("text", "limit"),
    [("能耗不高于0.5吨标准煤/万元", "不高于 0.5 吨标准煤/万元"), ("不接收印染", "不属于印染"),
     ("", None), ("环评从严", "人工核对")],
)  # fmt: skip
def test_conditions_as_people_write_them(text: str, limit: str | None) -> None:
    check = condition(text, "园区表")
    assert (check.limit if check else None) == limit


def test_the_bundled_example_reads_and_says_that_it_is_one() -> None:
    found = read_checks(EXAMPLE)
    assert "示例" in found.name
    assert len({check.group for check in found.checks}) == 8
    assert all(check.basis == "示例" for check in found.checks)
    assert sum(check.points for check in found.checks) == 100
    assert recommend(snapshot(**wind()), **ASKED, settings=RankSettings(checks=found)).targets


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("checks: [{item: 投资, of: 投资, at_least: 多}]", "第 1 项「投资」"),
        ("checks: [{item: 甲, of: 甲, at_least: 1, none_of: 乙}]", "不能同时限数值和限用词"),
        ("checks: [{item: 甲, of: 甲}, {item: 甲, of: 乙}]", "出现了两次"),
        ("[1, 2]", "应有 name 和 checks"),
        ("checks: [", "不是合格的 YAML"),
    ],
)
def test_a_list_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "list.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CheckListInvalid, match=said):
        read_checks(file)
    with pytest.raises(CheckListInvalid, match="读不了"):
        read_checks(tmp_path / "none.yaml")
